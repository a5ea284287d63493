#!/usr/bin/env python3
"""policy_test.py ZHIYUN: check, deadline, name and pack as a contract: keys, exit codes, places."""
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
SHARED = os.environ.get("ZHIYUN_SHARED", os.path.join(SOURCE, "..", "shared"))
WORK = tempfile.mkdtemp(prefix="zhiyun-policy-")
PACKS = ["cnipa-jiedu", "sc-shifan-draft", "sc-yucheng-2025", "sc-yunying-2025", "sx-yunying-draft"]


def zhiyun(*arguments):
    return subprocess.run([ZHIYUN, "--lang", "en", "--data", os.path.join(WORK, "none"), *arguments],
                          capture_output=True, text=True, timeout=600)


def answer(*arguments, code=0):
    done = zhiyun("--json", *arguments)
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return json.loads(done.stdout)


def write(name, text):
    path = os.path.join(WORK, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def check(text, pack="sc-shifan-draft", code=0, name="facts.yaml"):
    return answer("check", "--pack", pack, "--facts", write(name, text), code=code)


def refused(text, *says, pack="sc-shifan-draft", name="refused.yaml"):
    done = zhiyun("check", "--pack", pack, "--facts", write(name, text))
    assert done.returncode == 3 and len(done.stderr.splitlines()) == 1, (text, done)
    for word in says:
        assert word in done.stderr, (word, done.stderr)


def test_packs_are_listed_without_an_instance():
    packs = answer("pack", "list")["packs"]
    assert [pack["id"] for pack in packs] == PACKS, packs
    assert not os.path.exists(os.path.join(WORK, "none"))


def test_a_verdict_has_its_keys():
    said = check("as_of: 2026-03-02\napplicant: {registered_province: 四川省, legal_person: false}\n", code=1)
    assert set(said) >= {"verdict", "status", "binding", "question", "criteria", "ambiguities", "flags"}, said
    assert (said["verdict"], said["status"], said["binding"], said["question"]) == ("fail", "draft", False, "apply")
    for criterion in said["criteria"]:
        assert set(criterion) >= {"id", "kind", "clause", "quote", "value", "needs", "pass", "advice", "applicable"}
        assert criterion["clause"] and criterion["quote"]
    by_id = {criterion["id"]: criterion for criterion in said["criteria"]}
    assert by_id["registered-in-sichuan"]["pass"] is True and by_id["legal-person"]["pass"] is False
    assert by_id["transfer-body"]["pass"] is None and by_id["ip-advantage"]["kind"] == "judged"


def test_values_are_numbers_amounts_and_ranges():
    said = check("as_of: 2026-05-20\nstaff:\n  - {id_number: a, full_time: true}\n  - {full_time: true}\n"
                 "deals:\n  - {contract_no: H, type: licence, state: signed, signed: 2025-01-01, amount: 12.5}\n"
                 "applicant: {construction_started: 2025-01-01}\n", "sx-yunying-draft", code=1)
    by_id = {criterion["id"]: criterion["value"] for criterion in said["criteria"]}
    assert by_id["staff-count"] == {"at_least": 1, "at_most": 2}, by_id
    assert by_id["annual-amount"] == {"at_least": "0.00", "at_most": "12.50"}, by_id  # related_party unknown
    assert by_id["project-count"] == {"at_least": 0, "at_most": None}, by_id


def test_a_number_opens_into_its_rows():
    said = check("as_of: 2026-05-20\nstaff:\n  - {name: 甲, id_number: a, full_time: true}\n  - {name: 乙, id_number: b}\n"
                 "  - {name: 丙, id_number: c, full_time: false}\n", "sx-yunying-draft", code=1)
    staff = {c["id"]: c for c in said["criteria"]}["staff-count"]
    rows = staff["rows"][0]
    assert rows["indicator"] == "staff_full_time" and len(staff["rows"]) == 1, staff
    assert rows["in"] == [{"record": "staff[1]", "label": "甲"}] and rows["possible"] == [{"record": "staff[2]", "label": "乙"}]
    assert rows["out"] == [{"record": "staff[3]", "label": "丙"}] and staff["pass"] is False


def test_json_facts_are_read_like_yaml():
    said = check('{"as_of":"2026-03-02","applicant":{"legal_person":true}}', name="facts.json")
    assert said["verdict"] == "unknown"
    emoji = '{"as_of":"2026-03-02","applicant":{"name":"\\ud83d\\ude00","legal_person":true}}'
    assert check(emoji, name="facts.json")["verdict"] == "unknown"


def test_refused_facts_have_row_and_column():
    refused("as_of: 2026-03-02\nfunds: {assured: yes}\n", "row 2, column 18", "funds.assured")
    refused("as_of: 2026-03-02\nstaff:\n  - {id_numbr: x}\n", "row 3", "id_numbr")
    refused("as_of: 2026-03-02\naward: {amount: 1.001}\n", "row 2, column 17", "1.001")
    refused("as_of: 2026-03-02\naward: {amount: 100万元}\n", "row 2")
    refused("as_of: 2026-03-02\npublicity: {published: 2026-02-30}\n", "2026-02-30")
    refused("as_of: 2026-03-02\nprojects: {}\n", "must be a list")
    refused("applicant: {}\n", "as_of")
    refused("as_of: 2026-03-02\nquestion: dance\n", "dance")
    refused("as_of: 2026-03-02\nprogramme: sc-yunying-2025\n", "sc-yunying-2025")
    refused("as_of: 2026-03-02\na: &x 1\nb: *x\n", "line 2")
    refused("- 1\n", "map")
    refused("as_of: 2026-03-02\n" + "#" * (5 << 20), "")
    refused('{"as_of":"2026-03-02","staff":[{"manager":"true"}]}', "row 1, column 43", name="refused.json")


def test_usage_and_absence():
    assert zhiyun("check").returncode == 2
    assert zhiyun("check", "--pack", "nowhere", "--facts", write("f.yaml", "as_of: 2026-01-01\n")).returncode == 3
    assert zhiyun("check", "--pack", PACKS[0], "--facts", os.path.join(WORK, "absent")).returncode == 3
    assert zhiyun("pack").returncode == 2 and zhiyun("pack", "dance").returncode == 2
    assert zhiyun("deadline", "--pack", PACKS[0], "--rule", "publicity", "--from", "2026-01-01").returncode == 2
    assert zhiyun("deadline", "--pack", PACKS[3], "--rule", "publicity", "--from", "2026-02-30").returncode == 3
    none = zhiyun("deadline", "--pack", "sc-yunying-2025", "--rule", "NOPE", "--from", "2026-01-01")
    assert none.returncode == 2 and "has no rule 'NOPE'; it has: effective, pack-expiry, publicity" in none.stderr, none
    doubt = zhiyun("deadline", "--pack", "sc-yunying-2025", "--rule", "A-40", "--from", "2026-01-01")
    assert doubt.returncode == 2 and "A-40 is no rule" in doubt.stderr and "--reading A-40=next_day" in doubt.stderr, doubt
    assert zhiyun("name", "--pack", PACKS[2], "--industry", "钒钛").returncode == 3


def test_a_deadline_cites_its_clause():
    said = answer("deadline", "--pack", "sc-yunying-2025", "--rule", "publicity", "--from", "2026-09-30")
    counted_by = said.pop("counted_by")
    assert said == {"due": "2026-10-13", "provisional": False, "count_by": None, "earliest": None, "latest": None,
                    "clause": "七(三)", "quote": "向社会公示5个工作日"}, said
    assert [rule["clause"] for rule in counted_by] == ["民法典201", "民法典204"], counted_by
    assert counted_by[0]["quote"] == "按照年、月、日计算期间的，开始的当日不计入，自下一日开始计算。", counted_by
    none = answer("deadline", "--pack", "sx-yunying-draft", "--rule", "rectification", "--from", "2026-06-30")
    assert none["due"] is None and none["provisional"] is False
    later = answer("deadline", "--pack", "sc-yunying-2025", "--rule", "publicity", "--from", "2026-12-30")
    assert (later["due"], later["provisional"], later["count_by"]) == ("2027-01-07", True, "2027-01-01"), later


def test_an_officer_enters_a_day_within_the_range():
    rule = ("deadline", "--pack", "sc-yunying-2025", "--rule", "rectification", "--from", "2026-11-30")
    ends = answer(*rule)
    assert (ends["due"], ends["earliest"], ends["latest"]) == (None, "2027-02-28", "2027-05-30"), ends
    assert answer(*rule, "--entered", "2027-05-30")["due"] == "2027-05-30"
    for outside in ("2027-02-27", "2027-05-31"):
        done = zhiyun(*rule, "--entered", outside)
        assert done.returncode == 3 and "2027-02-28" in done.stderr and "2027-05-30" in done.stderr, done


def test_a_last_day_moves_behind_days_off_by_that_reading_alone():
    rule = ("deadline", "--pack", "sc-yunying-2025", "--rule", "effective", "--from", "2026-09-01")
    assert answer(*rule)["due"] == "2026-10-01"
    assert answer(*rule, "--reading", "A-40=stays")["due"] == "2026-10-01"
    assert answer(*rule, "--reading", "A-40=next_day")["due"] == "2026-10-08"
    # Who reads it is told that it is a day off, what was done about it, and what the other reading comes to.
    said = zhiyun(*rule).stdout
    assert "It is a day off" in said and "民法典203" in said and "2026-10-08 (--reading A-40=next_day)" in said, said
    moved = zhiyun(*rule, "--reading", "A-40=next_day").stdout
    assert "2026-10-01, is a day off" in moved and "next_day of A-40" in moved, moved
    assert "is a day off" not in zhiyun(*rule[:-1], "2026-10-09").stdout
    for wrong in ("A-40=never", "A-01=above", "A-40"):
        assert zhiyun(*rule, "--reading", wrong).returncode == 3, wrong
    window = "as_of: 2026-09-01\nquestion: operate\nrectifications: [{issued: 2026-04-02, due: 2026-10-08}]\n"
    reading = "readings: [{id: A-40, reading: next_day, reason: 民法典203}]\n"
    for text, passes in ((window, False), (window + reading, True)):
        said = check(text, pack="sc-yunying-2025", code=0 if passes else 1)
        found = {c["id"]: c["pass"] for c in said["criteria"]}
        assert found["rectification-window"] is passes, found


AWAY = """id: away
version: "1"
document:
  title: 未提供的办法
  issuer: 某省
  jurisdiction: "510000"
  status: in_force
  number: 外〔2026〕1号
  issued: 2026-01-01
  effective: 2026-02-01
  expires: 2027-01-31
  source: not_held
deadlines:
  - {id: publicity, rule: WD5, clause: 二, quote: 公示5个工作日}
indicators:
  - {id: staff, fold: count, unit: 人, from: [staff], label: 工作人员}
criteria:
  - {id: staff-count, clause: 一, quote: 工作人员不少于5人, test: staff >= 5 人}
questions:
  - {id: apply, label: 申报, criteria: [staff-count]}
"""


def test_a_text_that_is_not_held_is_loaded_later():
    data = os.path.join(WORK, "away-data")
    folder = os.path.join(data, "packs", "away")
    os.makedirs(os.path.join(folder, "indicators"))
    write(os.path.join(folder, "pack.yaml"), AWAY)
    write(os.path.join(folder, "indicators", "staff.sql"),
          "SELECT id_number AS key, 1 AS test FROM fact_staff WHERE subject = :subject\n")
    facts = write("away.yaml", "as_of: 2026-03-01\nstaff: []\n")

    def said():
        return answer("--data", data, "check", "--pack", "away", "--facts", facts, code=1)

    before = said()
    criterion = before["criteria"][0]
    assert (criterion["clause"], criterion["quote"], criterion["checked"]) == ("一", None, False), criterion
    assert before["binding"] is False, before
    due = answer("--data", data, "deadline", "--pack", "away", "--rule", "publicity", "--from", "2026-03-02")
    assert (due["due"], due["clause"], due["quote"]) == ("2026-03-09", "二", None), due
    assert answer("--data", data, "pack", "lint", "away", code=1)["findings"][0]["reason"].startswith("no case")
    for wrong, code in ((("away",), 2), (("away", os.path.join(WORK, "none.txt")), 3),
                        (("sc-yunying-2025", facts), 3), (("away", write("empty.txt", "")), 3)):
        assert zhiyun("--data", data, "pack", "source", *wrong).returncode == code, wrong
    text = write("away.txt", "第一条 工作人员不少于5人。\n第二条 公示5个工作日。\n")
    loaded = answer("--data", data, "pack", "source", "away", text)
    assert (loaded["checked"], loaded["unchecked"]) == (2, []), loaded
    after = said()
    assert after["criteria"][0]["quote"] == "工作人员不少于5人" and after["binding"] is True, after
    assert after["digest"] == loaded["digest"] != before["digest"], (before["digest"], after["digest"])
    assert answer("--data", data, "pack", "source", "away", text)["digest"] == loaded["digest"]
    assert zhiyun("--data", data, "pack", "source", "away", write("b.txt", "第一条")).returncode == 3


def test_every_part_that_an_office_plays_can_be_given_to_one():
    """A record of authority offers each function that a policy names; else its readings have no switch."""
    with open(os.path.join(SOURCE, "types", "authority.yaml"), encoding="utf-8") as file:
        field = next(f for f in yaml.safe_load(file)["fields"] if f["name"] == "function")
    offered, named = {value["code"] for value in field["values"]}, set()
    for path in glob.glob(os.path.join(SOURCE, "packs", "*", "*.yaml")):
        with open(path, encoding="utf-8") as file:
            content = yaml.safe_load(file)
        named |= {word for office in content.get("authorities", []) for word in office.get("functions", [])}
        named |= {word for doubt in content.get("ambiguities", []) for word in doubt.get("switch", [])
                  if word != "province"}  # an authority, for its own functions
    assert "interpret" in named and named <= offered, (named, offered)


def test_a_pack_of_the_instance_is_found_by_its_folder():
    data = os.path.join(WORK, "instance")
    shutil.copytree(os.path.join(SOURCE, "packs", "sc-yunying-2025"), os.path.join(data, "packs", "xx-yunying"))
    path = os.path.join(data, "packs", "xx-yunying", "pack.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read().replace("id: sc-yunying-2025", "id: xx-yunying").replace(">= 5 人", ">= 6 人")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    done = zhiyun("--data", data, "pack", "test", "xx-yunying")
    assert done.returncode == 1 and "staff-count: expected true, got false" in done.stdout, done
    done = zhiyun("--data", data, "pack", "lint", "xx-yunying")
    assert done.returncode == 1 and "xx-yunying/pack.yaml" in done.stdout and 'no case in which "staff-count" is met' in done.stdout, done
    os.rename(os.path.dirname(path), os.path.join(data, "packs", "sc-yunying-2025"))
    done = zhiyun("--data", data, "pack", "list")
    assert done.returncode == 1 and done.stderr.startswith("sc-yunying-2025:1: the program ships sc-yunying-2025"), done
    assert [line.split()[0] for line in done.stdout.splitlines()] == [p for p in PACKS if p != "sc-yunying-2025"], done


def test_a_broken_pack_and_a_stray_file_are_told_beside_the_good_ones():
    data = os.path.join(WORK, "strays")
    broken = os.path.join(data, "packs", "broken")
    os.makedirs(broken)
    write(os.path.join(data, "packs", "stray.txt"), "no pack")
    write(os.path.join(broken, "pack.yaml"), "id: broken\nversion: [\n")
    os.symlink("/etc/passwd", os.path.join(broken, "source.txt"))
    told = [("broken/source.txt", 1), ("broken/pack.yaml", 3), ("stray.txt", 1)]
    for action in ("list", "show", "test", "coverage", "lint"):
        said = answer("--data", data, "pack", action, code=1)
        assert [(f["file"], f["line"]) for f in said["findings"]] == told, (action, said["findings"])
        assert "root:" not in json.dumps(said), action
    said = answer("--data", data, "pack", "list", code=1)
    assert [pack["id"] for pack in said["packs"]] == PACKS, said
    said = answer("--data", data, "pack", "consistency", "cnipa-jiedu", code=1)
    assert [(f["file"], f["line"]) for f in said["findings"]] == told and said["policies"], said
    done = zhiyun("--data", data, "pack", "list")
    assert done.returncode == 1 and [line.split(": ")[0] for line in done.stderr.splitlines()] == \
        [f"{file}:{line}" for file, line in told] and len(done.stdout.splitlines()) == len(PACKS), done
    assert answer("--data", data, "pack", "list", "sc-yunying-2025")["findings"] == []  # it alone was asked for


def test_coverage_is_summed_and_a_library_has_none():
    one, whole = answer("pack", "coverage", "sc-shifan-draft"), answer("pack", "coverage")
    assert one["articles"] == one["packs"][0]["articles"] and len(whole["packs"]) == len(PACKS)
    assert whole["numbers"]["total"] == sum(pack["numbers"]["total"] for pack in whole["packs"])
    assert answer("pack", "coverage", "common")["packs"] == []


def test_two_policies_are_compared():
    said = {(d["part"], d["id"]): (d.get("one", ""), d.get("two", "")) for d in
            answer("pack", "diff", "sc-yunying-2025", "sx-yunying-draft")["differences"]}
    assert said["criterion", "staff-count"] == ("apply: staff_employed_proven >= 5 人", "apply: staff_full_time >= 3 人")
    assert said["criterion", "evaluation-grade"][0] == "" and said["deadline", "rectification-min"][1] == ""
    assert ("processes", "annual-report/review") in said and said["funds", "national-award"][0] == ""
    assert "deadline: annual-report; counted" in said["processes", "annual-report/file-city"][0]
    assert [text.endswith("notify city") for text in said["processes", "rectification/notice"]] == [True, False]
    assert said["evaluations", "comprehensive/excellent"] == ("", "label: 优秀; then: 予以表扬肯定，并形成案例进行宣传推广")
    assert ("forms", "application-form/basis/运营案例") not in said  # Shanxi's annex is not held: the form as a whole
    assert ("deadline", "publicity") not in said and ("criterion", "funding") not in said
    assert answer("pack", "diff", "sc-yunying-2025", "sc-yunying-2025")["differences"] == []


def test_an_interpretation_and_the_policies_it_explains_stand_side_by_side():
    """Counted from the packs' own comparisons; a clause that asks and that a policy compares with nothing is told."""
    said = answer("pack", "consistency", "cnipa-jiedu")
    assert [p["id"] for p in said["policies"]] == ["sc-yunying-2025", "sx-yunying-draft"], said["policies"]
    asks = [c for c in said["clauses"] if c["force"] in ("M", "E")]
    shown = answer("pack", "show", "cnipa-jiedu")["packs"][0]
    assert [c["quote"] for c in asks] == [c["quote"] for c in shown["clauses"] if c["force"] in ("M", "E")]
    for policy in said["policies"]:
        lines = [(c, a) for c in said["clauses"] for a in c["against"] if a["policy"] == policy["id"]]
        own = answer("pack", "show", policy["id"])["packs"][0]["comparisons"]
        assert {a["comparison"] for _, a in lines if a["says"] != "not_compared"} == {c["id"] for c in own}
        for clause, a in lines:
            told, = [c for c in own if c["id"] == a.get("comparison")] or [None]
            if told is None:
                assert a["says"] == "not_compared" and clause["force"] in ("M", "E"), a
            else:
                assert (a["says"], a.get("quote", "")) == (told["says"], told.get("quote", "")) and told["with_clause"] == clause["clause"], a
        for says in ("same", "narrower", "wider", "differs", "absent", "not_compared"):
            assert policy[says] == sum(a["says"] == says for _, a in lines), (policy, says)
        assert policy["not_compared"] > 0 and policy["same"] > 0, policy
    assert "省运营中心不得以挂牌" in zhiyun("pack", "consistency", "cnipa-jiedu").stdout
    assert zhiyun("pack", "consistency", "sc-yucheng-2025").returncode != 0
    assert zhiyun("pack", "consistency").returncode == 2


def test_a_policy_is_shown_whole():
    said = answer("pack", "show", "sc-yunying-2025")["packs"][0]
    form = said["forms"][0]
    labels = [cell["label"] for part in form["sections"] for cell in part["cells"]]
    assert labels[:3] == ["单位名称", "单位性质", "详细地址"] and len(labels) == 39, labels
    steps = {step["id"]: step for process in said["processes"] for step in process["transitions"]}
    assert steps["recognise"]["passes"] == ["recognise"] and steps["recognise"]["after_due"] is True, steps
    assert steps["recognise"]["quote"] == "公示期满且无异议的,正式予以认定" and "quote" not in steps["settle"]
    assert said["evaluations"][0]["not_said"] == ["cycle", "weights", "grades", "scores"], said["evaluations"]
    assert next(m for m in said["ambiguities"] if m["id"] == "A-01")["switch"] == ["province"]
    written = zhiyun("pack", "show", "sc-yunying-2025").stdout
    for path in sorted(glob.glob(os.path.join(SOURCE, "packs", "sc-yunying-2025", "*.yaml"))):
        with open(path, encoding="utf-8") as file:
            assert f"# sc-yunying-2025/{os.path.basename(path)}\n{file.read()}" in written, path


def shared(name):
    path = os.path.join(SHARED, "cases", name)
    if not os.path.exists(path):
        raise tap.Skip("the shared cases are not here; set ZHIYUN_SHARED")
    return path


def flow_maps(path):
    """The two lists of one-line maps, read without a library."""
    import re
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith("- {"):
                inside = line[3:line.rindex("}")]
                yield {k: v.strip('"') for k, v in re.findall(r'(\w+): ("[^"]*"|[^,]*)', inside)}


def test_the_shared_deadlines_and_names_hold():
    count = 0
    for case in flow_maps(shared("deadlines.yaml")):
        arguments = ("deadline", "--pack", case["pack"], "--rule", case["rule"], "--from", case["from"])
        count += 1
        if "exit" in case:
            assert zhiyun(*arguments).returncode == int(case["exit"]), case
            continue
        said = answer(*arguments)
        due = None if case["due"] == "null" else case["due"]
        assert (said["due"], said["provisional"]) == (due, case["provisional"] == "true"), (case, said)
    for case in flow_maps(shared("names.yaml")):
        arguments = ("name", "--pack", case["pack"], "--industry", case["industry"])
        count += 1
        if "exit" in case:
            assert zhiyun(*arguments).returncode == int(case["exit"]), case
        else:
            assert answer(*arguments)["name"] == case["name"], case
    assert count > 10


def test_what_is_no_pack_and_no_file_of_facts_is_refused_at_once():
    done = zhiyun("pack", "lint", "--folder", os.path.join(WORK, "mistyped"))
    assert done.returncode == 4 and "mistyped" in done.stderr, done  # not "0 packs, no fault"
    pipe = os.path.join(WORK, "pipe")
    os.mkfifo(pipe)
    done = zhiyun("check", "--pack", "sc-shifan-draft", "--facts", pipe)
    assert done.returncode == 3 and "no regular file" in done.stderr, done


if __name__ == "__main__":
    try:
        tap.run(sys.modules[__name__])
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
