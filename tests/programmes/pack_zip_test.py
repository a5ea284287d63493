#!/usr/bin/env python3
"""pack_zip_test.py ZHIYUN: an officer loads a policy as a ZIP: hostile archives, faults with file and line, versions, the two who
make it count; who reads its text; a version that takes a shipped policy's place, in whatever way it came."""
import io
import os
import shutil
import subprocess
import sys
import zipfile

from people import client, run
import makers

PACK = "xx-yunying"
PATH = f"/packs/{PACK}"
WHY = {"reason": "虚构"}


def files_of(world, version="1", staff=5, pack=PACK):
    """The files of a small policy of Sichuan by name; its folder is taken away again."""
    folder = os.path.join(world.data, "packs", pack)
    before = folder + ".before"
    if os.path.exists(folder):
        os.rename(folder, before)
    makers.make_version(world, pack, version, staff)
    texts = {}
    for at, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(at, name), "rb") as file:
                texts[os.path.relpath(os.path.join(at, name), folder)] = file.read()
    texts.pop("pack.sig")
    shutil.rmtree(folder)
    if os.path.exists(before):
        os.rename(before, folder)
    return texts


def zipped(texts, within="", more=()):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in texts.items():
            book.writestr(within + name, text)
        for info, text in more:
            book.writestr(info, text)
    return made.getvalue()


def sent(person, content):
    return person.ask("POST", "/packs", raw=content, headers={"Content-Type": "application/zip"})


def own(world):
    return world["province_officer"].get("/packs").json["own"]


def linked(name):
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, 0o120777 << 16
    return info


def test_a_hostile_archive_is_told_and_nothing_is_kept(world):
    texts, officer = files_of(world), world["province_officer"]
    bare = {name: texts[name] for name in ("pack.yaml", "source.txt")}
    good = zipped(bare)
    hostile = {
        "no ZIP": b"id: xx-yunying\n", "empty": b"", "cut": good[:len(good) // 2],
        "no pack.yaml": zipped({"a/readme.txt": b"x"}),
        "up": zipped(bare, more=[("../../keys/pack.vkey", b"x")]),
        "up within": zipped(bare, more=[("cases/../../up.yaml", b"x")]),
        "absolute": zipped(bare, more=[("/etc/up.yaml", b"x")]),
        "of Windows": zipped(bare, more=[("..\\..\\up.yaml", b"x")]),
        "a drive": zipped(bare, more=[("C:\\up.yaml", b"x")]),
        "a line end": zipped(bare, more=[("a\nb.yaml", b"x")]),
        "a link": zipped(bare, more=[(linked("more.yaml"), b"/etc/passwd")]),
        "beside": zipped(bare, "one/", [("two/more.yaml", b"x")]),
        "large": zipped(bare, more=[("more.yaml", b"#" * (5 << 20))]),
        "many": zipped(bare, more=[(f"cases/{n}.yaml", b"x") for n in range(2100)]),
        "no id": zipped({**bare, "pack.yaml": b"version: '1'\n"}),
        "an id as a path": zipped({**bare, "pack.yaml": texts["pack.yaml"].replace(b"id: " + PACK.encode(), b"id: ../../up")}),
    }
    for name, content in hostile.items():
        done = sent(officer, content)
        assert done.status == 400, (name, done)
        assert done.json["detail"] and world.data not in done.json["detail"], (name, done)
    bomb = zipped(bare, more=[("more.yaml", b"\0" * (64 << 20))])
    assert sent(officer, bomb).status == 400
    try:
        assert sent(officer, b"x" * (9 << 20)).status == 413
    except (BrokenPipeError, ConnectionResetError):
        pass  # it hangs up before all is sent
    assert own(world) == [], own(world)
    folder = os.path.join(world.data, "packs")
    assert not os.path.exists(folder) or os.listdir(folder) == [], os.listdir(folder)
    assert not os.path.exists(os.path.join(world.data, "up.yaml"))


def test_faults_are_told_with_file_and_line(world):
    texts = files_of(world)
    wrong = dict(texts)
    wrong["clauses.yaml"] = texts["clauses.yaml"].replace("工作人员不少于5人".encode(), "工作人员不少于9人".encode(), 1)
    assert wrong["clauses.yaml"] != texts["clauses.yaml"]
    done = sent(world["province_officer"], zipped(wrong, f"{PACK}/"))
    assert done.status == 200 and done.json["state"] == "faults", done
    found = [one for one in done.json["findings"] if one["file"] == f"{PACK}/clauses.yaml"]
    line = next(n for n, text in enumerate(wrong["clauses.yaml"].decode().splitlines(), 1) if "工作人员不少于9人" in text)
    assert found and abs(found[0]["line"] - line) <= 1 and found[0]["reason"], (line, done.json["findings"][:3])
    assert own(world) == []


def test_a_pack_is_loaded_tried_and_counts_by_two(world):
    officer, texts = world["province_officer"], files_of(world)
    hidden = [("__MACOSX/._pack.yaml", b"x"), (f"{PACK}/.DS_Store", b"x")]
    content = zipped(texts, f"{PACK}/", hidden)
    for who in ("city_officer", "centre_manager", "auditor"):
        assert sent(world[who], content).status == 403, who
    assert sent(world["province_other"], content).status == 403  # another province's officer
    done = sent(officer, content)
    assert done.status == 200 and done.json["state"] == "taken" and done.json["pack"] == PACK, done
    digest = done.json["digest"]
    assert own(world) == [PACK]
    assert sent(officer, content).json["state"] == "same"
    # Its text is read and its cases run; nothing is decided by it, and nobody outside sees it.
    assert officer.get(f"{PATH}/clauses").json["source"]
    cases = officer.get(f"{PATH}/cases").json
    assert cases["cases"] > 100 and cases["failures"] == [], cases["failures"]
    tried = officer.ask("POST", f"{PATH}/simulate", {"set": ["staff-count=8"]})
    assert tried.status == 200, tried
    assert world["public"].get(f"{PATH}/clauses").status == 404
    assert PACK not in [one["id"] for one in world["public"].get("/packs").json["packs"]]
    first = officer.ask("POST", f"{PATH}/actions/activate", {"digest": digest, **WHY})
    assert first.status == 202, first
    makers.make_activation_confirmed(world, PACK)
    [row] = officer.get(f"{PATH}/activations").json["items"]
    assert row["digest"] == digest and row["signer"], row
    assert world["public"].get(f"{PATH}/clauses").json["source"]
    assert world["public"].get("/packs").json["findings"] == []
    # Under the same version no other files come; under another they do, and the one that counts goes on.
    changed = files_of(world, "1", 6)
    refused = sent(officer, zipped(changed))
    assert refused.status == 409 and "pack.yaml" in refused.json["detail"], refused
    second = sent(officer, zipped(files_of(world, "2", 6)))
    assert second.json["state"] == "taken", second
    [active] = [one for one in officer.get("/packs").json["active"] if one["pack"] == PACK]
    assert active["digest"] == digest
    differs = officer.get(f"{PATH}/differences?with={digest}").json["items"]
    assert [(one["part"], one["id"]) for one in differs if one["part"] == "criterion"] == [("criterion", "staff-count")], differs
    # A version that did not count yet is mended under its own name.
    third = sent(officer, zipped(files_of(world, "2", 7)))
    assert third.json["state"] == "taken" and third.json["digest"] != second.json["digest"], third
    assert [name for name in os.listdir(os.path.join(world.data, "packs")) if name.startswith(".")] == []


def test_files_put_into_the_folder_by_hand_are_signed_by_hand(world):
    """Who may write there is not who may sign."""
    officer = world["province_officer"]
    with open(os.path.join(world.data, "packs", PACK, "source.txt"), "ab") as file:
        file.write(b"\n")
    [pack] = [one for one in officer.get("/packs").json["packs"] if one["id"] == PACK]
    done = officer.ask("POST", f"{PATH}/actions/activate", {"digest": pack["digest"], **WHY})
    assert done.status == 400 and "sign" in done.json["detail"], done


# --- in the place of a shipped policy ---------------------------------------------------------------------

SC, SX = "sc-yunying-2025", "sx-yunying-draft"


def read_by_all(world, pack=SC, party="centreA"):
    """What everybody reads of a policy: its text, clauses and head, a day, a verdict, whose verdict would change."""
    officer, public = world["province_officer"], world["public"]
    heads = [one for one in public.get("/packs").json["packs"] if one["id"] == pack]
    asked = {"set": ["staff-count=6"]}
    return [heads, public.get(f"/packs/{pack}/clauses"), officer.get(f"/packs/{pack}/deadline?rule=publicity&from=2026-09-30"),
            officer.get(f"/packs/{pack}/cases"), officer.ask("POST", f"/packs/{pack}/check", {"party": makers.code_of(world, party)}),
            officer.ask("POST", f"/packs/{pack}/simulate", asked)]


def texts_of(answers):
    return [one if isinstance(one, list) else (one.status, one.json) for one in answers]


def waiting(world, who="province_officer"):
    return world[who].get("/packs").json["waiting"]


def staff_asked(world, pack=SC):
    [one] = [one for one in world["public"].get(f"/packs/{pack}/clauses").json["criteria"] if one["id"] == "staff-count"]
    return [number["number"] for number in one["numbers"]]


def by_zip(world, version, staff):
    done = sent(world["province_officer"], zipped(files_of(world, version, staff, SC)))
    assert done.status == 200 and done.json["state"] == "taken", done


def by_hand(world, version, staff):
    makers.make_version(world, SC, version, staff)


def withdraw(world, who, digest, pack=SC):
    person = makers.signed_in(world, who) if who == "province_leader" else world[who]
    return person.ask("POST", f"/packs/{pack}/actions/withdraw", {"digest": digest, "reason": "虚构：撤回"})


def test_a_version_in_a_shipped_policys_place_waits_for_two_however_it_came(world):
    makers.make_party(world, "centreA", "钒钛")
    folder = os.path.join(world.data, "packs", SC)
    before = texts_of(read_by_all(world))
    assert [one if isinstance(one, list) else one[0] for one in before[1:]] == [200] * 5 and staff_asked(world) == ["5"], before
    for n, come in enumerate((by_zip, by_hand)):
        come(world, f"{n + 2}", 50)
        assert texts_of(read_by_all(world)) == before, come
        [waits] = waiting(world)
        assert (waits["pack"], waits["version"], waits["shipped"]) == (SC, f"{n + 2}", False), waits
        # Its trial is its office's: text, cases, differences, whose verdict would change.
        path, query = f"/packs/{SC}", f"?digest={waits['digest']}"
        officer = world["province_officer"]
        tried = officer.get(f"{path}/clauses{query}").json
        assert [c["numbers"][0]["number"] for c in tried["criteria"] if c["id"] == "staff-count"] == ["50"]
        cases = officer.get(f"{path}/cases{query}").json
        assert cases["cases"] > 100 and cases["failures"] == [], cases["failures"]
        differs = officer.get(f"{path}/differences?with={waits['digest']}").json["items"]
        assert [(one["one"] != one["two"], one["id"]) for one in differs if one["part"] == "criterion"] == [(True, "staff-count")], differs
        assert officer.ask("POST", f"{path}/simulate", {"digest": waits["digest"], "set": ["staff-count=5"]}).status == 200
        for other in ("province_other", "centre_manager", "public"):
            assert world[other].get(f"{path}/clauses{query}").status in (401, 403), other
            assert world[other].get("/packs").json["waiting"] == [], other
        # Taken back, alone or with what was proposed.
        if n:
            done = officer.ask("POST", f"{path}/actions/activate", {"digest": waits["digest"], **WHY})
            assert done.status == 202 and texts_of(read_by_all(world)) == before, done
        for other in ("province_other", "city_officer", "centre_manager"):
            assert withdraw(world, other, waits["digest"]).status == 403, other
        assert withdraw(world, "province_officer", before[0][0]["digest"]).status == 409
        done = withdraw(world, "province_leader" if n else "province_officer", waits["digest"])
        assert done.status == 200 and done.json["version"] == "1", done
        assert not os.path.exists(folder) and waiting(world) == [] and texts_of(read_by_all(world)) == before
        box = [one.get("proposal_state") for one in officer.get("/todo?box=mine").json["items"] if one.get("pack") == SC]
        assert box == (["refused"] if n else []), box
        assert withdraw(world, "province_officer", waits["digest"]).status == 409


def test_two_put_it_in_force_and_the_next_one_waits_again(world):
    officer = world["province_officer"]
    makers.make_activate(world, SC)
    by_zip(world, "2", 50)
    [second] = waiting(world)
    assert staff_asked(world) == ["5"]
    code = makers.code_of(world, "centreA")
    for command, asks, words in (("pack show", [SC], "version 2 waits for two officers; the one in force is read"),
                                 ("check", ["--pack", SC, "--party", code], "version 2 waits for two officers; the one in force is read"),
                                 ("pack coverage", [SC], "the version in the folder packs is read")):
        done = subprocess.run(world.server.command(*command.split(), *asks), capture_output=True, text=True, env=world.server.env, check=False)
        assert f"{SC}: {words}" in done.stderr and "≥ 50" not in done.stdout and ">= 50" not in done.stdout, (command, done)
    for who, status in (("province_officer", 202), ("province_leader", 200)):
        done = (officer if status == 202 else makers.signed_in(world, who)).ask("POST", f"/packs/{SC}/actions/activate", {"digest": second["digest"], **WHY})
        assert done.status == status, (who, done)
    assert staff_asked(world) == ["50"] and waiting(world) == [] and world["public"].get("/packs").json["findings"] == []
    after = texts_of(read_by_all(world))
    by_zip(world, "3", 60)
    [third] = waiting(world)
    assert texts_of(read_by_all(world)) == after and third["version"] == "3", third
    assert withdraw(world, "province_officer", third["digest"]).status == 200
    assert texts_of(read_by_all(world)) == after, "what two put in force stays, though its folder is gone"
    # Back to the version of the program, by two as well.
    [shipped] = waiting(world)
    assert shipped["shipped"] and shipped["version"] == "1", shipped
    assert withdraw(world, "province_officer", shipped["digest"]).status == 409
    for who, status in (("province_officer", 202), ("province_leader", 200)):
        done = (officer if status == 202 else makers.signed_in(world, who)).ask("POST", f"/packs/{SC}/actions/activate", {"digest": shipped["digest"], **WHY})
        assert done.status == status, (who, done)
    assert staff_asked(world) == ["5"] and waiting(world) == []


def test_a_broken_folder_leaves_the_shipped_policy_as_it_is(world):
    folder = os.path.join(world.data, "packs", SC)
    before = texts_of(read_by_all(world))
    with open(os.path.join(makers.PACKS, SC, "pack.yaml"), "rb") as file:
        same = file.read()
    for text in (b"version: [\n", same):
        os.makedirs(folder)
        with open(os.path.join(folder, "pack.yaml"), "wb") as file:
            file.write(text)
        assert texts_of(read_by_all(world)) == before, text
        told = world["province_officer"].get("/packs").json
        assert [one["file"].split("/")[0] for one in told["findings"]] == [SC] and told["waiting"] == [], told["findings"]
        assert world["public"].get("/packs").json["findings"] == []
        shutil.rmtree(folder)


def test_a_version_that_has_cases_counts_as_activated(world):
    """As in stores of programs that asked for no second person: its cases began while it lay there. A draft, too, waits for two."""
    makers.make_shanxi(world)
    office = world["province_other"]
    before = makers.digest_of(world, "province_other", SX)
    done = office.ask("POST", f"/packs/{SX}/actions/forms", {"digest": before, "version": "own-1", "reason": "虚构：换版式",
                      "text": office.get(f"/packs/{SX}/clauses").json["forms"]})
    assert done.status == 200, done
    own = done.json["digest"]
    assert [one["digest"] for one in waiting(world, "province_other")] == [own] and makers.digest_of(world, "province_other", SX) == before
    makers.make_activate(world, SX, "province_other", "leader_other_province")
    assert makers.digest_of(world, "province_other", SX) == own
    makers.make_party(world, "centreD", "煤层气")
    case = makers.begun(world["centre_other_province"], SX, to="city", office_city="140100")
    assert world["centre_other_province"].get(f"/cases/{case}").json["pack_digest"] == own
    world.server.stop()
    client.run_sql(world, [f"DELETE FROM pack_activation WHERE pack = '{SX}'"])
    world.server.start()
    assert makers.digest_of(world, "province_other", SX) == own and waiting(world, "province_other") == []
    world.server.stop()
    client.run_sql(world, [f"UPDATE flow_case SET pack_digest = '{'0' * 64}' WHERE programme = '{SX}'"])
    world.server.start()
    assert makers.digest_of(world, "province_other", SX) == before and [one["digest"] for one in waiting(world, "province_other")] == [own]


if __name__ == "__main__":
    run(sys.modules[__name__])
