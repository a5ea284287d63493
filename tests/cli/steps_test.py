#!/usr/bin/env python3
"""steps_test.py ZHIYUN: what the request that takes each step says (docs/steps.zh.md) is what the packs say."""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
sys.path.insert(0, os.path.join(HERE, ".."))
sys.path.insert(0, os.path.join(ROOT, "tools"))
import steps_page  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])


def test_the_page_of_steps_is_what_the_packs_say():
    with open(os.path.join(ROOT, "docs", "steps.zh.md"), encoding="utf-8") as file:
        assert file.read() == steps_page.make(ZHIYUN), "make it again: tools/steps_page.py build/zhiyun > docs/steps.zh.md"


def test_steps_of_a_policy():
    said = subprocess.run([os.path.join(os.path.dirname(ZHIYUN), "tests", "pack_steps"), "sc-yunying-2025"], check=True, capture_output=True).stdout
    steps = {(s["process"], s["action"]): s for s in json.loads(said)["steps"]}
    written = [(r["record"], r["named"], " ".join(f["name"] + "*" * f["required"] for f in r["fields"])) for s in steps.values() for r in s["records"]]
    assert written.count(("publicity", False, "title note sites*")) == 2, written
    assert ("objection", True, "upheld* handling* conclusion*") in written, written
    assert steps["application", "submit-city"]["commitment"] and not steps["application", "return"]["records"]
    assert steps["application", "return"]["basis"] and not steps["application", "recommend"]["basis"]
    # What a party does of itself rests on nobody's power, and is taken without one (one-application.scenario).
    assert not steps["application", "withdraw"].get("clause") and not steps["application", "withdraw"]["basis"], steps["application", "withdraw"]
    begun = {process: step["records"][0] for (process, action), step in steps.items() if action == "(begin)" and step["records"]}
    needed = {process: {f["name"] for f in record["fields"] if f["required"]} for process, record in begun.items()}
    assert needed["revocation"] == {"ground"} and needed["evaluation"] == {"year"} and needed["annual-report"] == {"year"}, needed
    assert "kind" not in {f["name"] for f in begun["annual-report"]["fields"]}  # the process says it
    subject = {process: record["record"] for process, record in begun.items()}

    def fields(process, action):
        return {f["name"]: f["required"] for r in steps[process, action]["records"] for f in r["fields"] if r["record"] == subject.get(process, process)}
    confirmed = fields("revocation", "confirm")
    assert confirmed["facts_found"] and confirmed["evidence_files"] and confirmed["date"] and not confirmed["serious"], confirmed
    assert "plan_file" in fields("rectification", "hand-in") and not {"issued", "due", "recheck"} & set(fields("rectification", "hand-in"))


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
