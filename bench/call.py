#!/usr/bin/env python3
"""call.py ZHIYUN CLOCK [APPLICANTS]: one whole call of a programme through the API, as offices live it.

Generated and plainly fictional: 300 applicants of six cities, with an officer each, a province's office of three, five experts, their
records, the call, and every step of every case from the application to the certificates, taken of many cases at once where that can
be: each city accepts, checks and recommends its cases, issues its letters, and the province goes on from there. Records are entered
before the clock is looked at: what is measured is the call. Printed: seconds of the server's processor and of the wall; the 50th,
99th and worst request in milliseconds and the store's statements a case, for each kind of step; how many requests each
person made, and how many of them were acts of the province, from the end of recommendation to the certificates. On PostgreSQL:
`tools/pg.py run python3 bench/call.py …`.
"""
import collections
import concurrent.futures
import hashlib
import os
import secrets
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "programmes"))
import scenario  # noqa: E402  (it finds the helpers of other tests)
import client  # noqa: E402
import experts  # noqa: E402
import makers  # noqa: E402
import statements  # noqa: E402

CITIES = ["5101", "5103", "5104", "5105", "5106", "5108"]  # prefixes of GB/T 2260; the first has its office already
THREADS = 8
SEATS = 5
PACK = "sc-yunying-2025"
TIMES = collections.defaultdict(list)
ASKED = collections.defaultdict(collections.Counter)  # of each person, how often what
STATEMENTS = collections.Counter()  # of each kind of step taken of many cases


def processor(world):
    with open(f"/proc/{world.server.process.pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def timed(who, kind, wanted, call):
    begun = time.monotonic()
    reply = call()
    TIMES[kind].append((time.monotonic() - begun) * 1000)
    ASKED[who][kind] += 1
    assert reply.status == wanted, (kind, reply)
    return reply


def people(world, count):
    """City offices and applicants, each with a person and his token."""
    for city in CITIES[1:]:
        region, name = f"{city}00", f"call_city{city}"
        client.UNITS[name] = ("office", "city_office", region)
        done = world["secadmin"].create("office", {"name": f"虚构{name}", "kind": "city_office", "region": region})
        assert done.status == 201, done
        world.units[name] = done.json["id"]
        world.add_person(f"{name}_officer", name, "city_officer")
    for n in range(count):
        region, name = f"{CITIES[n % len(CITIES)]}00", f"applicant{n}"
        done = world["secadmin"].create("party", {"name": f"虚构{name}", "kind": "party", "region": region,
                                                  "credit_code": client.bodies.credit_code(700000 + n)})
        assert done.status == 201, done
        world.units[name] = done.json["id"]
        world.add_person(f"{name}_manager", name, "centre_manager")
        makers.PEOPLE[name], makers.CITY[name] = f"{name}_manager", region


def together(items, work):
    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, items))


def run(world, count):
    people(world, count)
    makers.make_activate(world, PACK)
    for n in range(count):
        makers.make_party(world, f"applicant{n}", f"虚构产业{n}")
    makers.make_province_others(world)
    for n in range(SEATS):
        experts.make_expert(world, "office51", f"judge{n}")
    call = makers.make_call(world, PACK, "2026-02-01", "2026-06-30")["call"]
    return call


class Office:
    """The province's three, and what they do of all cases at once; counted."""

    def __init__(self, one, call, cases):
        self.one, self.call, self.cases, self.statements = one, call, cases, statements.Statements(one.world)

    def of_all(self, who, person, kind, path, body, wanted, cases=None):
        """One request, whose statements are told a case."""
        cases = cases or self.cases
        self.statements.since()
        reply = timed(who, kind, wanted, lambda: person.ask("POST", f"/calls/{self.call}/{path}", {"cases": cases, **body}))
        STATEMENTS[kind] += sum(count for (_, where), count in self.statements.since().items() if where.startswith("/api/v1/calls/"))
        assert not reply.json.get("refused"), reply
        return reply

    def review(self):
        """A panel over all of them, from its forming to its report."""
        world, names = self.one.world, ("province_officer", "province_leader")
        values = {name: secrets.token_bytes(32) for name in names}
        pages = {name: makers.signed_in(world, name) for name in names}
        officer = world[names[0]]
        panel = timed(names[0], "panel-form", 201, lambda: officer.ask("POST", "/panels", {
            "title": "虚构专家组", "pack": PACK, "evaluation": "review", "basis": "虚构的评审工作方案", "mode": "open", "outlier": "20",
            "fields": [{"field": "law", "seats": SEATS}], "heads": experts.HEADS, "cases": self.cases})).json["panel"]

        def act(who, kind, person, body, wanted=200):
            return timed(who, f"panel-{kind}", wanted, lambda: person.ask("POST", f"/panels/{panel}/actions/{kind}", body))
        act(names[0], "freeze", pages[names[0]], {})
        for name in names:
            act(name, "commit", pages[name], {"commitment": hashlib.sha256(values[name]).hexdigest()})
        time.sleep(1.2)  # a head is signed within a second
        for name in names:
            act(name, "reveal", pages[name], {"value": values[name].hex()})
        state = timed(names[0], "panel-read", 200, lambda: officer.get(f"/panels/{panel}")).json

        def score(member):
            who = world.judges[member["expert"]]
            person = world[who]
            act(who, "answer", person, {"answer": "accept"})
            act(who, "declare", person, {"recusals": []})
            for n, case in enumerate(state["cases"]):
                path = f"/panels/{panel}/scores/{case['case']}"
                scores = [{"head": h["head"], "points": str(60 + (n * 7 + member["member"]) % 40)} for h in experts.HEADS]
                timed(who, "score", 200, lambda path=path, scores=scores: person.ask(
                    "PUT", path, {"version": 0, "scores": scores, "opinion": "虚构评审意见"}))
                timed(who, "hand-in", 200, lambda path=path: person.ask("POST", f"{path}/submit", {"version": 1}))
        together(state["members"], score)
        act(names[0], "close", pages[names[0]], {"results": [{"case": c["case"], "result": "pass", "reason": "虚构结论"} for c in state["cases"]]})


def live(world, one, count, call):
    def apply(n):
        who = f"applicant{n}_manager"
        person, city = world[who], makers.CITY[f"applicant{n}"]
        case = timed(who, "begin", 201, lambda: person.ask("POST", "/cases", {
            "pack": PACK, "process": "application", "call": call,
            "fields": {"to": "city", "office_city": city, "summary": "虚构申报"}})).json["id"]
        body = makers.ready(person, case)
        timed(who, "submit-city", 200, lambda: person.ask("POST", f"/cases/{case}/actions/submit-city", body))
        return case
    cases = together(range(count), apply)
    office, why = Office(one, call, cases), {"apart": True, "reason": "虚构理由"}
    for city, prefix in enumerate(CITIES):
        who, his = f"call_city{prefix}_officer" if city else "city_officer", cases[city::len(CITIES)]
        if not his:
            continue
        timed(who, "overview", 200, lambda who=who: world[who].get(f"/calls/{call}/overview"))
        for action in ("accept", "check-eligibility", "check-materials", "recommend"):
            office.of_all(who, world[who], action, f"actions/{action}", why, 200, his)
    officer = world["province_officer"]
    timed("province_officer", "overview", 200, lambda: officer.get(f"/calls/{call}/overview"))
    office.of_all("province_officer", officer, "recheck", "actions/recheck", why, 200)
    office.review()
    office.of_all("province_officer", officer, "expert-review", "actions/expert-review", why, 200)
    one.set_clock("2026-09-30 09:00")
    officer = one.who("province_officer")
    notice = {"records": {"publicity": {"title": "虚构名单", **makers.notice(world, "province_officer")}}, **makers.CONTACT}
    office.of_all("province_officer", officer, "publish", "actions/publish", notice, 200)
    one.set_clock("2026-10-14 09:00")
    officer = one.who("province_officer")
    makers.make_mark(world, "虚构")
    said = {"reason": "公示期满无异议", "records": {"recognition": {"document_no": "虚构〔2026〕9号"}},
            "papers": {"recognition-decision": {"number": "虚构〔2026〕9号", "values": {"paper.to": "各有关单位"}}}}
    office.of_all("province_officer", officer, "recognise, proposed", "actions/recognise", said, 202)
    office.of_all("province_leader", makers.signed_in(world, "province_leader"), "recognise", "actions/recognise", {}, 200)
    papers = {p["paper"] for p in officer.get(f"/cases/{cases[0]}/papers").json["items"]}
    print(f"papers of a case: {' '.join(sorted(papers))}")
    province = {who: {kind: n for kind, n in ASKED[who].items() if kind not in ("overview", "panel-read")}
                for who in ("province_officer", "province_leader")}
    acts = sum(sum(kinds.values()) for kinds in province.values())
    print(f"acts of the province from the end of recommendation to the certificates: {acts}")
    for who, kinds in province.items():
        print(f"  {who}: {', '.join(f'{kind} {n}' for kind, n in kinds.items())}")
    for group in ("call_city", "city_officer", "judge", "applicant"):
        each = [sum(kinds.values()) for who, kinds in ASKED.items() if who.startswith(group)]
        if each:
            print(f"  requests of each {group}: {min(each)} to {max(each)}")


def main():
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    one = scenario.Run(os.path.abspath(sys.argv[1]), sys.argv[2], makers, "2026-02-02 09:00")
    try:
        call = run(one.world, count)
        begun, used = time.monotonic(), processor(one.world)
        live(one.world, one, count, call)
        wall, used = time.monotonic() - begun, processor(one.world) - used
        every = sorted(t for times in TIMES.values() for t in times)
        print(f"{count} applicants, {len(every)} requests: {used:.1f} s of the server's processor, {wall:.1f} s")
        for kind, times in [*TIMES.items(), ("all", every)]:
            times = sorted(times)
            print(f"  {kind:18} {len(times):6} p50 {times[len(times) // 2]:7.1f} ms  p99 {times[len(times) * 99 // 100]:7.1f}"
                  f"  worst {times[-1]:7.1f}" + (f"  {STATEMENTS[kind] / count:8.1f} statements a case" if STATEMENTS[kind] else ""))
    finally:
        one.close()


if __name__ == "__main__":
    main()
