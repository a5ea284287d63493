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
    assert (later["due"], later["provisional"], later["count_by"]) == ("2027-01-06", True, "2027-01-01"), later


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
    assert done.returncode == 1 and "xx-yunying/pack.yaml" in done.stdout and "number 6 人" in done.stdout, done
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
    for action in ("list", "show", "steps", "test", "coverage", "lint"):
        said = answer("--data", data, "pack", action, code=1)
        assert [(f["file"], f["line"]) for f in said["findings"]] == told, (action, said["findings"])
        assert "root:" not in json.dumps(said), action
    said = answer("--data", data, "pack", "list", code=1)
    assert [pack["id"] for pack in said["packs"]] == PACKS, said
    steps = answer("pack", "steps")["steps"]
    assert len({step["pack"] for step in steps}) > 1 and answer("--data", data, "pack", "steps", code=1)["steps"] == steps
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
    done = zhiyun("--lang", "zh", "pack", "show", "sc-yunying-2025")
    for line in ("文件未规定", "〔二十一〕本指引由省市场监管局知识产权运用处负责解释", "其他理解：at_least 至少5个；影响：",
                 f"{steps['accept']['when'][0]}\n"):
        assert line in done.stdout, (line, done.stdout)


def test_a_new_pack_begins_from_its_text():
    data = os.path.join(WORK, "beginning")
    text = write("text.txt", "某省示例办法\n第一条 申报单位应有人员不少于8人。\n第二条 公示7个工作日，于每年11月30日前报送。\n"
                             "第三条 自印发之日起三个月后施行，30日内补正，有效期5年。\n"
                             "第四条 提交申报表，不得设立分支。\n")
    done = zhiyun("--data", data, "--json", "pack", "new", "mou-sheng", "--from", text)
    assert done.returncode == 0, done
    said = json.loads(done.stdout)
    assert (said["pack"], said["articles"], said["numbers"], said["deadlines"]) == ("mou-sheng", 4, 7, 5), said
    with open(os.path.join(data, "packs", "mou-sheng", "pack.yaml"), encoding="utf-8") as file:
        yaml = file.read()
    for rule in ("WD7", "Y11-30", "M3", "D30", "T5"):
        assert f"rule: {rule}," in yaml, yaml
    assert yaml.count("待确认") >= 3 + 7 + 5
    done = zhiyun("--data", data, "pack", "lint", "mou-sheng")  # the words are right, the work is to be done
    assert "not in the source" not in done.stdout and "unknown key" not in done.stdout, done
    with open(os.path.join(data, "packs", "mou-sheng", "parts.yaml"), encoding="utf-8") as file:
        parts = file.read()
    assert "processes:" not in parts and "由谁办理：“公示”" in parts and "label: 申报表, layout: own" in parts, parts
    assert "label: \"不得设立分支\"" in parts and "absent: [异议]" in parts and "absent: [公示]" not in parts, parts
    assert said["parts"] == 1 + 1 + parts.count("absent: ["), (said, parts)  # form, prohibition
    assert said["questions"] == yaml.count("# 问（") + parts.count("# 问（") > 0, (said, yaml, parts)
    assert done.stdout.count("parts.yaml") == 0, done
    assert zhiyun("--data", data, "pack", "new", "mou-sheng", "--from", text).returncode == 3
    chapters = write("chapters.txt", "某省办法\n第一章 总则\n第一条 省局负责中心的评审、认定和申报受理。\n第二章 考核奖励\n第二条 应当：\n"
                     "（一）有场所；\n（二）有人员。\n前款人员应当专职。\n")
    assert zhiyun("--data", data, "pack", "new", "chapters", "--from", chapters).returncode == 0
    with open(os.path.join(data, "packs", "chapters", "pack.yaml"), encoding="utf-8") as file:
        yaml = file.read()
    assert 'id: "第二条（二）", quote: "有人员。"' in yaml, yaml  # an item is named with its article
    assert 'id: "第二条", quote: "前款人员应当专职。"' in yaml, yaml  # the paragraph behind its list is the article's
    assert '{text: "第一章总则", reason: 标题}' in yaml and 'id: "文首", quote: "某省办法"' in yaml, yaml
    assert '{text: "第二章考核奖励", reason: 标题}' in yaml and 'quote: "第二章' not in yaml, yaml
    with open(os.path.join(data, "packs", "chapters", "parts.yaml"), encoding="utf-8") as file:
        parts = file.read()
    assert "evaluations:" not in parts and "funds:" not in parts, parts  # a heading proposes nothing
    assert "processes:" not in parts, parts  # nor does what an office is in charge of
    assert zhiyun("--data", data, "pack", "new", "common", "--from", text).returncode == 3
    assert zhiyun("--data", data, "pack", "new", "../x", "--from", text).returncode == 3
    assert zhiyun("--data", data, "pack", "new", "other").returncode == 2


# A sentence, the rules that it says (all of them), and the step that it says with who takes it. Others are asked about.
READ = (
    ("公示期不少于5个工作日。", ["WD5"], None),
    ("名单公示七个工作日，无异议的予以公布。", ["WD7"], None),
    ("整改期限为3-6个月。", ["M3..M6"], None),
    ("责令其在三至六个月内整改到位。", ["M3..M6"], None),
    ("有关部门应在3-5个工作日内答复。", [], None),  # no rule of two ends in working days
    ("申请单位应成立满3年。", [], None),
    ("近三年未受到行政处罚。", [], None),
    ("申报之日前两年内没有失信记录。", [], None),
    ("期满30日前提出续期申请。", [], None),
    ("应当自收到通知之日起十五日内提交说明。", ["D15"], None),
    ("自受理之日起20个工作日以内作出决定。", ["WD20"], None),
    ("于每年11月30日前报送年度报告。", ["Y11-30"], None),
    ("于次年1月31日前报送年度报告。", [], None),
    ("本办法自2026年3月1日起施行，有效期至2029年2月28日。", [], None),
    ("有效期五年。", ["T5"], None),
    ("连续两年评价不合格的，取消资格。", [], None),
    ("由省知识产权局组织评审。", [], ("评审", "省知识产权局")),
    ("评审未通过的，由省知识产权局书面告知。", [], None),
    ("市知识产权局对申报材料进行审查，择优向省知识产权局推荐。", [], ("推荐", "市知识产权局")),
    ("坚持自愿申报、公开公示、择优认定的原则。", [], None),
    ("省知识产权局对拟认定的单位不再公示。", [], None),
    ("对材料进行审核。", [], None),
    ("促进知识产权服务供应，推动成果应用。", [], None),
    ("由牵头单位申报，所在地的市知识产权局不予受理的除外。", [], ("申报", "牵头单位")),
)


def drafted(data, name, path):
    """What is drafted, as trees; and what lint says of its words and numbers."""
    done = zhiyun("--data", data, "--json", "pack", "new", name, "--from", path)
    assert done.returncode == 0, done
    trees = {}
    for part in ("pack", "parts"):
        with open(os.path.join(data, "packs", name, f"{part}.yaml"), encoding="utf-8") as file:
            trees.update(yaml.safe_load(file) or {})
    done = zhiyun("--data", data, "--lang", "en", "--json", "pack", "lint", name)
    assert done.returncode in (0, 1), done
    left = ("to be confirmed", "nobody", "no roles", "is no number of the pack", "expected", "is covered by no", "sees the deadline")
    return trees, [f for f in json.loads(done.stdout).get("findings", []) if not any(words in f["reason"] for words in left)]


def test_a_draft_says_nothing_but_what_its_sentence_says():
    """Of the five texts, of the example's and of sentences that were put otherwise: no rule, step or sum against its quote."""
    data = os.path.join(WORK, "drafted")
    for path in sorted(glob.glob(os.path.join(SOURCE, "packs", "*", "source.txt"))) + [os.path.join(SOURCE, "docs", "example-province", "source.txt")]:
        name = os.path.basename(os.path.dirname(path))
        if name == "common":
            continue
        with open(path, encoding="utf-8") as file:
            text = "".join(file.read().split())
        trees, found = drafted(data, f"n-{name}", path)
        wrong = [f for f in found if re.search("deadline|number|amount|sum|step|quote|words", f["reason"]) and "文首" not in f["reason"]]
        assert not wrong, (name, wrong)
        items = trees.get("deadlines", []) + trees.get("funds", []) + trees.get("prohibitions", []) + [
            step for process in trees.get("processes", []) for step in process["transitions"]]
        for item in items:
            assert item["quote"] in text and "待确认" in item["note"], (name, item)
            if "actor" in item and item["actor"] != "applicant":
                [office] = [a for a in trees["authorities"] if a["id"] == item["actor"]]
                assert office["name"] in item["quote"], (item, office)
    for number, (sentence, rules, step) in enumerate(READ):
        trees, found = drafted(data, f"s{number}", write(f"s{number}.txt", f"某省示例办法\n第一条 {sentence}\n第二条 其他。\n"))
        assert [d["rule"] for d in trees.get("deadlines", [])] == rules, (sentence, trees.get("deadlines"))
        steps = [t for process in trees.get("processes", []) for t in process["transitions"]]
        assert (step is None) == (steps == []), (sentence, steps)
        if step:
            [one] = [t for t in steps if t["label"] == step[0]]
            names = {a["id"]: a["name"] for a in trees.get("authorities", [])}
            assert names.get(one["actor"], "牵头单位") == step[1] and one["quote"] == sentence, (sentence, one)
        wrong = [f for f in found if re.search("deadline|number|amount|quote|words", f["reason"])]
        assert not wrong, (sentence, wrong)
    assert "force: M" not in open(os.path.join(data, "packs", "s22", "pack.yaml"), encoding="utf-8").read()  # 供应, 应用


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
