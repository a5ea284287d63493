#!/usr/bin/env python3
"""call.py ZHIYUN CLOCK [APPLICANTS]: one whole call of a programme through the API, as offices live it.

Generated and plainly fictional: 300 applicants in 20 cities, 40 experts of 8 fields, their records, the
call, and every step of every case from the application to the recognition: of each field a panel is formed
over its share of the cases, drawn by two officers, scored by its five experts and closed. Records are entered before the clock is looked at:
what is measured is the call. Printed: seconds of the server's processor and of the wall, requests a
second, and the 50th, 99th and worst request in milliseconds, for each kind of step.

The limit would be the verdicts: one takes 13 ms of a processor, two of them fall on each case.
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

CITIES = ["5101", "5103", "5104", "5105", "5106", "5108", "5109", "5110", "5111", "5113", "5114", "5115", "5116", "5117",
          "5118", "5119", "5120", "5132", "5133", "5134"]  # prefixes of GB/T 2260; the first has its office already
THREADS = 8
FIELDS = ["electrical", "instruments", "chemistry", "biology", "mechanical", "operation", "law", "finance"]
SEATS = 5  # of each
PACK = "sc-yunying-2025"
TIMES = collections.defaultdict(list)


def processor(world):
    with open(f"/proc/{world.server.process.pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def timed(kind, wanted, call):
    begun = time.monotonic()
    reply = call()
    TIMES[kind].append((time.monotonic() - begun) * 1000)
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
    together(range(count), lambda n: makers.make_party(world, f"applicant{n}", f"虚构产业{n}"))
    for n in range(len(FIELDS) * SEATS):
        experts.make_expert(world, "office51", f"judge{n}", field=FIELDS[n // SEATS])
    call = makers.make_call(world, PACK, "2026-02-01", "2026-06-30")["call"]
    return call


def review(world, field, cases):
    """A panel of one field over these cases, from its forming to its report."""
    officer, names = world["province_officer"], ("province_officer", "province_leader")
    values = {name: secrets.token_bytes(32) for name in names}
    pages = {name: makers.signed_in(world, name) for name in names}
    panel = timed("panel-form", 201, lambda: officer.ask("POST", "/panels", {
        "title": f"虚构专家组 {field}", "pack": PACK, "evaluation": "review", "basis": "虚构的评审工作方案", "mode": "open",
        "outlier": "20", "fields": [{"field": field, "seats": SEATS}], "heads": experts.HEADS, "cases": cases})).json["panel"]

    def act(kind, person, body, wanted=200):
        return timed(f"panel-{kind}", wanted, lambda: person.ask("POST", f"/panels/{panel}/actions/{kind}", body))
    act("freeze", pages[names[0]], {})
    for name in names:
        act("commit", pages[name], {"commitment": hashlib.sha256(values[name]).hexdigest()})
    time.sleep(1.2)  # a head is signed within a second
    for name in names:
        act("reveal", pages[name], {"value": values[name].hex()})
    state = timed("panel-read", 200, lambda: officer.get(f"/panels/{panel}")).json

    def score(member):
        person = world[world.judges[member["expert"]]]
        act("answer", person, {"answer": "accept"})
        act("declare", person, {"recusals": []})
        for n, case in enumerate(state["cases"]):
            path = f"/panels/{panel}/scores/{case['case']}"
            scores = [{"head": h["head"], "points": str(60 + (n * 7 + member["member"]) % 40)} for h in experts.HEADS]
            timed("file", 200, lambda path=path: person.get(f"{path}/file"))
            timed("score", 200, lambda path=path, scores=scores: person.ask(
                "PUT", path, {"version": 0, "scores": scores, "opinion": "虚构评审意见"}))
            timed("hand-in", 200, lambda path=path: person.ask("POST", f"{path}/submit", {"version": 1}))
    together(state["members"], score)
    act("close", pages[names[0]], {"results": [{"case": c["case"], "result": "pass", "reason": "虚构结论"} for c in state["cases"]]})


def live(world, one, count, call):
    def step(person, case, action, body, wanted=200):
        return timed(action, wanted, lambda: person.ask("POST", f"/cases/{case}/actions/{action}", body))

    def apply(n):
        person, city = world[f"applicant{n}_manager"], makers.CITY[f"applicant{n}"]
        case = timed("begin", 201, lambda: person.ask("POST", "/cases", {
            "pack": PACK, "process": "application", "call": call,
            "fields": {"to": "city", "office_city": city, "summary": "虚构申报"}})).json["id"]
        timed("actions", 200, lambda: person.ask("GET", f"/cases/{case}/actions"))
        step(person, case, "submit-city", makers.ready(person, case))
        return case
    cases = together(range(count), apply)

    def each_city(city):
        person = world[f"call_city{CITIES[city]}_officer" if city else "city_officer"]
        for n in range(city, count, len(CITIES)):
            timed("todo", 200, lambda: person.ask("GET", "/todo"))
            step(person, cases[n], "accept", {})
            for action in ("check-eligibility", "check-materials", "recommend"):
                step(person, cases[n], action, {"reason": "虚构理由"})
    together(range(len(CITIES)), each_city)
    officer = world["province_officer"]
    for case in cases:
        step(officer, case, "recheck", {"reason": "虚构理由"})
    for n, field in enumerate(FIELDS):
        if cases[n::len(FIELDS)]:
            review(world, field, cases[n::len(FIELDS)])
    for case in cases:
        step(officer, case, "expert-review", {"reason": "虚构理由"})
        timed("read", 200, lambda case=case: officer.ask("GET", f"/cases/{case}"))
    one.set_clock("2026-09-30 09:00")
    officer.token = world.token("province_officer")
    notice = makers.notice(world, "province_officer")
    for case in cases:
        step(officer, case, "publish", {"records": {"publicity": notice}})
    timed("list", 200, lambda: officer.get("/cases?limit=500"))
    one.set_clock("2026-10-14 09:00")
    officer.token = world.token("province_officer")
    for n in range(count):
        makers.make_period_over(world, f"applicant{n}", "province_officer")
    leader = makers.signed_in(world, "province_leader")
    world["province_leader"].token = world.token("province_leader")
    makers.make_mark(world, "虚构")
    for n, case in enumerate(cases):
        body = {"reason": "公示期满", "records": {"recognition": {"document_no": f"虚构〔2026〕{n + 1}号"}}}
        step(officer, case, "recognise", body, 202)
        timed("recognise", 200, lambda case=case: leader.ask("POST", f"/cases/{case}/actions/recognise", {}))


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
                  f"  worst {times[-1]:7.1f}")
    finally:
        one.close()


if __name__ == "__main__":
    main()
