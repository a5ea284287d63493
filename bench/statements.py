#!/usr/bin/env python3
"""statements.py ZHIYUN CLOCK [CASES]: how many statements the store is asked for each case of a joint list.

So many fictional applicants (8) are reviewed; then their list is made public and all of them are recognised, each as one request
for all. Printed: the statements of each of these requests, as /metrics counts them, and how many that is a case. They do not depend on
the machine: only on the program and on what the applicants' records hold. On PostgreSQL: `tools/pg.py run python3 bench/statements.py …`.
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "programmes"))
import scenario  # noqa: E402  (it finds the helpers of other tests)
import client  # noqa: E402
import makers  # noqa: E402
import statements  # noqa: E402

PACK = "sc-yunying-2025"
REGION = "510100"


def people(world, count):
    """Applicants of one city, each with a person."""
    for n in range(count):
        name = f"applicant{n}"
        done = world[client.FIRST].create("party", {"name": f"虚构{name}", "kind": "party", "region": REGION,
                                                    "credit_code": client.bodies.credit_code(700000 + n)})
        assert done.status == 201, done
        world.units[name] = done.json["id"]
        world.add_person(f"{name}_manager", name, "centre_manager")
        makers.PEOPLE[name], makers.CITY[name] = f"{name}_manager", REGION


def live(one, count):
    world = one.world
    people(world, count)
    makers.make_activate(world, PACK)
    call = makers.make_call(world, PACK, "2026-02-01", "2026-12-31")["call"]
    cases = [makers.make_reviewed(world, PACK, f"applicant{n}", f"虚构产业{n}", call)[f"case_applicant{n}"] for n in range(count)]
    one.set_clock("2026-09-30 10:00")
    officer, counted = one.who("province_officer"), statements.Statements(world)

    def act(kind, person, action, body, wanted):
        counted.since()
        done = person.ask("POST", f"/calls/{call}/actions/{action}", {"cases": cases, **body})
        assert done.status == wanted, done
        asked = sum(counted.since().values()) - idle
        print(f"  {kind:24} {asked:7} statements {asked / count:8.1f} a case")
    counted.since()
    idle = sum(counted.since().values())  # of the question itself
    act("publish", officer, "publish", {"records": {"publicity": {"title": "虚构名单", **makers.notice(world, "province_officer")}}, **makers.CONTACT}, 200)
    one.set_clock("2026-10-14 09:00")
    officer = one.who("province_officer")
    makers.make_mark(world, "虚构")
    said = {"reason": "公示期满无异议", "records": {"recognition": {"document_no": "虚构〔2026〕9号"}},
            "papers": {"recognition-decision": {"number": "虚构〔2026〕9号", "values": {"paper.to": "各有关单位"}}}}
    act("recognise, proposed", officer, "recognise", said, 202)
    act("recognise, confirmed", makers.signed_in(world, "province_leader"), "recognise", {}, 200)


def main():
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 8
    one = scenario.Run(os.path.abspath(sys.argv[1]), sys.argv[2], makers, "2026-02-02 09:00")
    try:
        print(f"{count} cases on {'PostgreSQL' if client.database_server() else 'SQLite'}")
        live(one, count)
    finally:
        one.close()


if __name__ == "__main__":
    main()
