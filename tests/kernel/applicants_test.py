#!/usr/bin/env python3
"""applicants_test.py ZHIYUN: names of applicants that a unit unites, or counts apart, by a record: in searches, facets,
landscapes and exports of that unit, or of everybody if it is an office of the province, until it is changed or ended."""
import json
import os
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import client  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
NAMES = ["虚构甲有限公司", "虚构甲股份有限公司", "虚构乙大学", "虚构乙大学;虚构甲有限公司", "虚构丙研究院"]


def bring(world):
    rows = [f"CN29920000{i}A,虚构的水泵,{name}" for i, name in enumerate(NAMES)]
    reply = world["province_officer"].ask("POST", "/imports?name=names.csv&source=patsnap", raw="\n".join(["公开号,标题,申请人", *rows]).encode())
    assert reply.status == 200, reply
    for _ in range(600):
        reply = world["centre_staff"].get("/search?query=" + urllib.parse.quote("水泵"))
        if reply.status == 200 and reply.json["total"] == len(NAMES):  # at first there is no index
            return
        time.sleep(0.1)
    raise AssertionError("the records are not found")


def search(who, *filters):
    reply = who.get("/search?" + urllib.parse.urlencode([("query", "水泵"), ("facets", "true"), *(("filter", one) for one in filters)]))
    assert reply.status == 200, reply
    return reply.json


def applicants(who):
    facet, = [f for f in search(who)["facets"] if f["name"] == "applicant"]
    for row in facet["values"]:
        assert search(who, f"{facet['filter']}={row['value']}")["total"] == row["count"], row
    cells = who.ask("POST", "/landscape", {"query": "水泵", "by": ["standard_applicant"]}).json["cells"]
    assert sorted((c["key"][0], c["count"]) for c in cells) == sorted((r["label"], r["count"]) for r in facet["values"])
    return {row["label"]: row["count"] for row in facet["values"]}, {row["label"]: row for row in facet["values"]}


def test_names_are_united_for_their_unit(world):
    staff, colleague, neighbour, officer = (world[one] for one in ("centre_staff", "centre_colleague", "centre_neighbour", "province_officer"))
    bring(world)
    by_rule = {"虚构甲股份有限公司": 3, "虚构乙大学": 2, "虚构丙研究院": 1}
    counts, rows = applicants(staff)
    assert counts == by_rule and rows["虚构甲股份有限公司"]["names"] == ["虚构甲有限公司", "虚构甲股份有限公司"], rows
    assert "names" not in rows["虚构乙大学"] and "groups" not in rows["虚构甲股份有限公司"]

    made = staff.create("applicant_name", {"name": "虚构甲乙", "names": ["虚构甲股份有限公司", "虚构乙大学"]})
    assert made.status == 201, made
    by_hand = {"虚构甲乙": 4, "虚构丙研究院": 1}
    for who in (staff, colleague):
        counts, rows = applicants(who)
        assert counts == by_hand and rows["虚构甲乙"]["groups"] == [made.json["id"]], (who, rows)
    for who in (neighbour, officer):  # who may read the record, and who may not
        assert applicants(who)[0] == by_rule, who
    assert search(neighbour, "ans=虚构甲乙")["total"] == 0
    assert search(staff, "applicant=虚构乙大学")["total"] == 2 and search(staff, "applicant=虚构甲乙")["total"] == 0
    exported = staff.get("/search/export.csv?" + urllib.parse.urlencode([("query", "{ans=虚构乙大学}")]))
    assert exported.content.decode("utf-8-sig").count("\n") == 1 + 4, exported.content
    said = json.loads(world.server.run("--json", "search", "水泵", "--filter", "标准申请人=虚构甲乙"))
    assert said["total"] == 4, said

    # A change and the end of the record act on the next search.
    assert staff.change("applicant_name", made.json["id"], 1, {"names": ["虚构乙大学", "虚构丙研究院"]}).status == 200
    assert applicants(staff)[0] == {"虚构甲股份有限公司": 3, "虚构甲乙": 3}
    assert staff.act("applicant_name", made.json["id"], "end").status == 200
    assert applicants(staff)[0] == by_rule


def test_a_wrong_rule_is_undone_by_a_record(world):
    staff = world["centre_staff"]
    apart = staff.create("applicant_name", {"name": "虚构甲", "names": NAMES[:2], "apart": True})
    assert apart.status == 201, apart
    assert applicants(staff)[0] == {"虚构甲有限公司": 2, "虚构甲股份有限公司": 1, "虚构乙大学": 2, "虚构丙研究院": 1}
    assert staff.act("applicant_name", apart.json["id"], "end").status == 200
    assert applicants(staff)[0]["虚构甲股份有限公司"] == 3


def test_names_that_the_province_unites_are_one_for_all(world):
    staff, neighbour, officer, abroad = (world[one] for one in ("centre_staff", "centre_neighbour", "province_officer", "centre_other_province"))
    by_rule = applicants(abroad)[0]
    made = officer.create("applicant_name", {"name": "虚构合称", "names": ["虚构乙大学", "虚构丙研究院"]})
    assert made.status == 201, made
    for who in (officer, staff, neighbour):
        counts, rows = applicants(who)
        assert counts == {"虚构甲股份有限公司": 3, "虚构合称": 3}, counts
        # Only its own unit is told of the record, which it can end.
        assert rows["虚构合称"].get("groups") == ([made.json["id"]] if who is officer else None), rows
    assert applicants(abroad)[0] == by_rule
    # What a unit says itself comes first, in its own searches.
    own = staff.create("applicant_name", {"name": "本中心所称", "names": ["虚构乙大学"]})
    parted = neighbour.create("applicant_name", {"name": "虚构乙大学", "names": ["虚构乙大学", "虚构丙研究院"], "apart": True})
    assert own.status == parted.status == 201
    assert applicants(staff)[0] == {"虚构甲股份有限公司": 3, "本中心所称": 2, "虚构合称": 1}
    assert applicants(neighbour)[0] == by_rule
    assert applicants(officer)[0] == {"虚构甲股份有限公司": 3, "虚构合称": 3}
    for who, one in ((staff, own), (neighbour, parted), (officer, made)):
        assert who.act("applicant_name", one.json["id"], "end").status == 200
    assert applicants(staff)[0] == by_rule


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN)
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
