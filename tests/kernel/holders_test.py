#!/usr/bin/env python3
"""holders_test.py ZHIYUN: a contract on a patent none of whose holders is a party, as the library says, is told on the record and in
the list and counts once a reason stands; spellings, the own unit and types that pass no right are no fault."""
import os
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import bodies  # noqa: E402
import client  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
OWN = bodies.credit_code(900000 + list(client.UNITS).index("centreA"))
ROWS = ["公开号,公开日,申请号,标题,申请人,当前权利人", "CN298900011B,2024-05-08,CN202310999911.9,虚构的转子,虚构甲公司,虚构乙研究院；虚构（丙）大学",
        "CN298900012B,2024-05-08,CN202310999912.3,虚构的定子,虚构甲公司,", "CN298900013B,2024-05-08,CN202310999913.8,虚构的轴,centreA,"]


def counted(who):
    day = time.strftime("%Y-%m-%d")
    reply = who.get(f"/indicators/sc-yunying-2025/deals_signed?party={OWN}&as_of={day}")
    assert reply.status == 200, reply
    return reply.json["value"]["at_least"]


def sign(world, number, patents, names, kind="licence", **more):
    who = world["centre_manager"]
    made = who.create("deal", {"contract_no": number, "title": number, "type": kind, "amount": "1000.00", "currency": "CNY", "signed": "2025-02-03",
                               "patents": patents, "sides": [{"name": name, **({"credit_code": OWN} if name.endswith("centreA") else {})} for name in names], "contract_file": upload(world, number), **more})
    assert made.status == 201, made
    done = who.act("deal", made.json["id"], "sign")
    assert done.status == 200, done
    return made.json["id"]


def upload(world, text):
    done = world["centre_manager"].ask("POST", "/files?name=fictional.pdf", raw=b"%PDF-1.4\n% fictional " + text.encode() + b"\n%%EOF\n")
    return {"digest": done.json["digest"], "name": "fictional.pdf"}


def test_a_licence_of_somebody_elses_patent_counts_once_a_reason_stands(world):
    officer, who = world["province_officer"], world["centre_manager"]
    reply = officer.ask("POST", "/imports?name=a.csv&source=incopat", raw="\n".join(ROWS).encode())
    assert reply.status == 200 and reply.json["files"][0]["inserted"] == 3, reply
    for _ in range(600):
        if who.get("/search?" + urllib.parse.urlencode({"filter": "number=CN298900013B"})).json.get("hits"):
            break
        time.sleep(0.1)
    unit = who.get("/session").json["unit_name"]

    def missing(one):
        return who.get(f"/records/deal/{one}").json.get("holder_missing")

    strange = sign(world, "虚构-1", ["CN298900011B"], [unit, "虚构甲公司"])
    assert missing(strange) == "虚构乙研究院", missing(strange)
    listed = who.get("/records/deal?filter=" + urllib.parse.quote("holder_missing~虚构乙"))
    assert [item["id"] for item in listed.json["items"]] == [strange], listed
    assert counted(who) == "0.00"

    # Its holder in another writing; the patent by its application; one on which the library names no assignee; no licence at all.
    for number, patents, names, kind in (("虚构-2", ["CN298900011B"], ["虚构(丙)大学", unit], "licence"), ("虚构-3", ["ZL202310999912.3"], ["虚构甲公司", unit], "transfer"),
                                         ("虚构-4", ["CN298900011B"], ["虚构丁公司", unit], "other"), ("虚构-5", ["CN298900099B"], ["虚构丁公司", unit], "licence")):
        assert missing(sign(world, number, patents, names, kind)) is None, number
    assert missing(sign(world, "虚构-6", ["ZL202310999912.3"], ["虚构丁公司", unit], "pledge")) == "虚构甲公司"
    assert counted(who) == "4000.00"

    version = who.get(f"/records/deal/{strange}").json["version"]
    refused = who.change("deal", strange, version, {"holder_missing": None})
    assert refused.status == 400 and refused.json["errors"][0]["field"] == "/holder_missing", refused
    done = who.change("deal", strange, version, {"holder_reason": "虚构乙研究院授权分许可"})
    assert done.status == 200, done
    assert counted(who) == "5000.00"


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN)
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
