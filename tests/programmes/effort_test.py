#!/usr/bin/env python3
"""effort_test.py ZHIYUN CLOCK: what an honest recognition asks of people and of the store, from the call to the certificate.

One applicant that enters its records from nothing, its city, the province's officer and leader, an expert review held as a
meeting. Counted: writes (POST, PUT, PATCH), requests, and entered fields: each value in a body that a person types, chooses or
uploads, without what a page knows by itself (pack, process, call, case, digest of a commitment). And the statements that the
store runs for each step of the case, and to show it, as /metrics counts them. None of these numbers depends on the machine.
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, ".."), os.path.join(HERE, "..", "kernel")]
import bodies  # noqa: E402
import client  # noqa: E402
import experts  # noqa: E402
import makers  # noqa: E402
import scenario  # noqa: E402
import statements  # noqa: E402
import tap  # noqa: E402

ZHIYUN, CLOCK = os.path.abspath(sys.argv[1]), sys.argv[2]
PACK = "sc-yunying-2025"
WRITES, REQUESTS, FIELDS, STATEMENTS = 60, 80, 200, 120
# Steps that run more statements still, with what they may run: forms are filled, papers issued, records entered in them.
LONGER = {"submit-city 200": 185, "accept 200": 135, "recommend 200": 170, "publish 200": 170, "recognise 202": 310, "recognise 200": 305}
# What a case runs to show its actions (GET /cases/{id}/actions) before each step; more where facts and papers of several steps are read.
SHOWN, SHOWN_LONGER = 110, {"submit-city 200": 240, "recognise 202": 225, "recognise 200": 205}
KNOWN = {"pack", "process", "programme", "call", "cases", "case", "commitment", "list_version", "version", "head", "expert", "evaluation"}


def fields_of(body):
    """How many values of a body a person enters."""
    if isinstance(body, dict):
        if set(body) == {"digest", "name"}:
            return 1  # a file is one
        return sum(fields_of(value) for key, value in body.items() if key not in KNOWN)
    if isinstance(body, list):
        return sum(map(fields_of, body))
    return 1


def ok(reply, status=200):
    assert reply.status == status, (reply.status, [(f.get("field"), f["message"][:130]) for f in reply.json.get("errors", [])] or reply)
    return reply.json


def check_input(asked, body):
    """The case tells beforehand all that the body of this open step says, each with its label; what is said is among it."""
    assert asked and not (asked["reason"] and "reason" not in body) and not asked["basis"], asked
    records = {r["record"]: {f["name"]: f for f in r["fields"]} for r in asked["records"]}
    for record, said in body.get("records", {}).items():
        assert set(said) <= set(records[record]), (record, said, records)
    assert all(f["label"] and f["type"] and f.get("choices", ["?"]) for fields in records.values() for f in fields.values()), records
    assert (asked["commitment"] is not None) == ("commitment" in body), asked
    assert {p["paper"] for p in asked["papers"] if p["required"]} <= set(body.get("papers", {})), asked["papers"]


class Counter:
    """Somebody's requests, counted."""
    writes = requests = fields = 0
    of, asked, looked = {}, {}, {}  # by kind of person: the three; by step: statements; likewise, to be shown what can be done

    def __init__(self, person, kind):
        self.person, self.kind = person, kind

    def ask(self, method, path, body=None, **said):
        Counter.requests += 1
        fields = fields_of(body) if body else 0
        Counter.fields += fields
        if method != "GET":
            Counter.writes += 1
        writes, requests, entered = Counter.of.get(self.kind, (0, 0, 0))
        Counter.of[self.kind] = writes + (method != "GET"), requests + 1, entered + fields
        return self.person.ask(method, path, body, **said)

    def get(self, path):
        return self.ask("GET", path)

    def step(self, case, action, body, status=200):
        """A step of the case; what it asked the store is kept under its name."""
        self.counted.since()
        shown = next(a for a in ok(self.person.ask("GET", f"/cases/{case}/actions"))["items"] if a["action"] == action)
        [Counter.looked[f"{action} {status}"]] = [n for (_, path), n in self.counted.since().items() if "/cases/" in path]
        if shown["proposed"]:
            assert shown["input"] is None, shown
        else:
            check_input(shown["input"], body)
        self.counted.since()
        done = ok(self.ask("POST", f"/cases/{case}/actions/{action}", body), status)
        asked = [n for (method, path), n in self.counted.since().items() if method == "POST" and "/cases/" in path]
        assert len(asked) == 1, asked
        Counter.asked[f"{action} {status}"] = asked[0]
        return done

    def create(self, kind, /, **body):
        return ok(self.ask("POST", f"/records/{kind}", body), 201)["id"]

    def change(self, kind, one, version, body):
        return ok(self.ask("PATCH", f"/records/{kind}/{one}", body, headers={"If-Match": f'"{version}"'}))

    def upload(self, name):
        return makers.upload(self, name)


def entered(person, code):
    """The records that the conditions of the guideline's fifth article are judged by."""
    proof = person.upload("proof.pdf")
    person.create("applicant", name="虚构centreA", credit_code=code, kind="institute", city="510100", legal_person=True, autonomous=True,
                  registered_province="510000", construction_started="2025-01-01", address="虚构路 1 号", postcode="610000", legal_representative="虚构甲",
                  legal_post="院长", legal_phone="13800000001", head="虚构乙", head_post="主任", head_phone="13800000002", contact="虚构丙",
                  contact_post="专员", contact_phone="13800000003", licence_file=proof)
    person.create("industry", name="钒钛", on_list=True, list_version="虚构 2025", leading_enterprises=["虚构龙头"], party_count=120,
                  party_count_source="虚构统计", party_count_date="2025-12-31", chain_overview="虚构产业链。", trend_reason="虚构：列入本省规划。",
                  chain_parties=[{"name": "虚构链主", "credit_code": bodies.credit_code(31), "chain_link": "上游"}])
    person.create("workplace", fixed=True, office_conditions=True, conditions="虚构。")
    person.create("documents", construction_plan=True, working_mechanism=True, rules=True, mechanism_summary="虚构。", rules_summary="虚构。",
                  construction_plan_file=proof, working_mechanism_file=proof, rules_file=proof)
    person.create("funds", assured=True)
    for n in range(5):
        person.create("staff", name=f"虚构员工{n}", id_number=bodies.resident_id(91000 + n), labour_contract=True, position="专员",
                      fields=[makers.FIELDS[n]], assignment="虚构分工", proof_files=[proof], **{"from": "2025-01-01"})
    for n in range(6):
        person.create("project", project_no=f"P-{n}", title=f"虚构转化项目{n}", kind="conversion", role="organiser", started="2025-03-01",
                      proof_files=[proof])
    deal = person.create("deal", contract_no="C-1", title="虚构许可合同", type="licence", amount="1000000.00", currency="CNY", signed="2025-06-01",
                         contract_file=person.upload("contract.pdf"), sides=[{"name": "虚构甲方"}, {"name": "虚构乙方"}])
    ok(person.ask("POST", f"/records/deal/{deal}/actions/sign", {}))
    for n in range(5):
        person.create("served_party", name=f"虚构服务对象{n}", credit_code=bodies.credit_code(91000 + n), in_chain=True, served="2025-05-01")


def submitted(person, call):
    """Begun, filled in and submitted; the case's id."""
    case = ok(person.ask("POST", "/cases", {"pack": PACK, "process": "application", "call": int(call), "fields": {
        "to": "city", "office_city": "510100", "summary": "虚构申报"}}), 201)["id"]
    asked = ok(person.get(f"/cases/{case}/materials"))
    application = ok(person.get(f"/cases/{case}"))["record_id"]
    version = ok(person.get(f"/records/application/{application}"))["version"]
    person.change("application", application, version, {
        "own_plan": "虚构建设计划", "services_planned": ["促进产业知识产权协同发展"], "handler": "虚构丁", "handler_phone": "13800000004",
        "expected": [{"indicator": "合同金额", "unit": "万元", "target": "200.00", "date": "2027-12-31"}],
        "commitment_file": person.upload("commitment.pdf"),
        "attachments": [person.upload(f"{one['label']}.pdf") for one in asked["materials"] if not one.get("files")]})
    person.step(case, "submit-city", {"commitment": asked["commitment"]["digest"]})
    return case


def reviewed(officer, world, case):
    """By three experts at a meeting, recorded afterwards: their signed sheets, their points, what it came to."""
    case, experts = int(case), list(world.judges)
    ok(officer.ask("POST", "/panels/meetings", {
        "title": "虚构评审会议", "pack": PACK, "evaluation": "review", "basis": "虚构的评审工作方案", "held_on": "2026-05-01", "cases": [case],
        "experts": [{"expert": x, "file": officer.upload(f"sheets{x}.pdf")["digest"]} for x in experts],
        "sheets": [{"case": case, "expert": x, "scores": [{"head": "total", "points": "85"}], "result": "pass"} for x in experts],
        "results": [{"case": case, "result": "pass", "reason": "虚构评审结论"}]}), 201)


def live(one):
    world = one.world
    makers.make_activate(world, PACK)
    officer, city, applicant = (Counter(world[name], kind) for name, kind in (
        ("province_officer", "province"), ("city_officer", "city"), ("centre_manager", "applicant")))
    for person in (officer, city, applicant):
        person.counted = statements.Statements(world)
    entered(applicant, makers.code_of(world, "centreA"))
    call = officer.create("call", title="虚构批次", programme=PACK, opens_on="2026-02-01", closes_on="2026-06-30")
    ok(officer.ask("POST", f"/records/call/{call}/actions/open", {}))
    case = submitted(applicant, call)
    for action in ("accept", "check-eligibility", "check-materials", "recommend"):
        city.step(case, action, {"reason": "虚构：符合"})
    officer.step(case, "recheck", {"reason": "虚构：通过"})
    makers.make_experts(world, "office51")  # the pool is there before the call
    reviewed(officer, world, case)
    officer.step(case, "expert-review", {"reason": "虚构：通过"})
    officer.step(case, "publish", {"records": {"publicity": {"sites": [
        {"kind": "website", "title": "虚构公示", "url": "https://example.invalid/notice", "published_at": world.minute()}]}}, **makers.CONTACT})
    one.set_clock("2026-05-20 09:00")
    officer.step(case, "recognise", {"reason": "公示期满无异议", "records": {"recognition": {"document_no": "虚构〔2026〕1号"}}}, 202)
    leader = Counter(makers.signed_in(world, "province_leader"), "leader")
    leader.counted = officer.counted
    leader.step(case, "recognise", {})
    papers = ok(officer.get(f"/cases/{case}/papers"))["items"]
    assert [p for p in papers if p["paper"] == "certificate"], papers
    return case


def test_an_honest_recognition(world):
    live(world)
    print("#", Counter.of, Counter.asked, Counter.looked)
    assert Counter.writes <= WRITES, Counter.of
    assert Counter.requests <= REQUESTS, Counter.of
    assert Counter.fields <= FIELDS, Counter.of


def test_statements_before_each_step(_world):
    over = {step: count for step, count in Counter.looked.items() if count > SHOWN_LONGER.get(step, SHOWN)}
    assert len(Counter.looked) >= 10 and not over, over


def test_statements_of_each_step(_world):
    over = {step: count for step, count in Counter.asked.items() if count > LONGER.get(step, STATEMENTS)}
    assert len(Counter.asked) >= 10 and not over, over


if __name__ == "__main__":
    begun = scenario.Run(ZHIYUN, CLOCK, makers, "2026-05-01 09:00")
    try:
        tap.run(sys.modules[__name__], begun)
    finally:
        begun.close()
