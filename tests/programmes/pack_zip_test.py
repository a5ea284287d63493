#!/usr/bin/env python3
"""pack_zip_test.py ZHIYUN: an officer loads a policy as a ZIP: hostile archives, faults with file and line, versions, the two who
make it count; who reads its text."""
import io
import os
import shutil
import sys
import zipfile

from people import client, run
import makers

PACK = "xx-yunying"
PATH = f"/packs/{PACK}"
WHY = {"reason": "虚构"}


def files_of(world, version="1", staff=5):
    """The files of a small policy of Sichuan by name; its folder is taken away again."""
    folder = os.path.join(world.data, "packs", PACK)
    before = folder + ".before"
    if os.path.exists(folder):
        os.rename(folder, before)
    makers.make_version(world, PACK, version, staff)
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


if __name__ == "__main__":
    run(sys.modules[__name__])
