#!/usr/bin/env python3
"""reads_test.py ZHIYUN: POST /reads, several GETs in one request: each is answered as if its sender had asked it alone."""
import gzip
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import client  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
PATHS = ["/types?counts=year&year=2026", "/todo?limit=4", "/records/deal?limit=5&q=%E8%99%9A%E6%9E%84", "/records/deal?q=虚构+甲", "/records/deal/groups?by=state",
         "/records/nothing", "/nothing", "/patents/abc", "/packs", "/notifications?limit=50", "/set-up", "/log?limit=1", "/session"]
VARIES = {"request_id"}  # of problems


def ask(who, *paths):
    return who.ask("POST", "/reads", {"paths": list(paths)})


def alone(who, path):
    """As POST /reads tells it; request numbers, which no two requests share, are left out."""
    reply = who.get(path.replace("+", " ") if "虚" in path else path)
    return reply.status, known(reply.json)


def known(body):
    return {key: value for key, value in body.items() if key not in VARIES}


def test_each_is_answered_as_if_asked_alone(world):
    for title in ("虚构甲", "虚构 甲乙"):
        made = world["centre_manager"].create("deal", {"contract_no": title, "type": "licence", "title": title})
        assert made.status == 201, made
    one, seen = made.json["id"], {}
    paths = [*PATHS, f"/records/deal/{one}"]
    for name in ("centre_manager", "centre_neighbour", "city_officer", "province_officer", "bank_officer", "auditor", "public"):
        for who in (world[name], world[name].zh):
            reply = ask(who, *paths)
            assert reply.status == 200, reply
            answers = [(one["status"], known(one["body"])) for one in reply.json["answers"]]
            for path, told in zip(paths, answers, strict=True):
                assert told == alone(who, path), (name, path, told)
            seen[name] = [status for status, _ in answers]
    assert {200, 400, 404, 405} == set(seen["centre_manager"]), seen
    assert seen["centre_manager"][-1] == 200 and seen["centre_neighbour"][-1] in (403, 404) and seen["centre_neighbour"][0] == 200, seen
    assert seen["public"].count(401) > 3, seen


def test_a_token_reaches_what_its_scopes_do(world):
    who = client.Person(world.server, world.token("centre_manager", "records:read"), "scoped")
    assert [one["status"] for one in ask(who, "/records/deal", "/packs").json["answers"]] == [who.get("/records/deal").status, who.get("/packs").status] == [200, 403]


def test_nothing_but_short_json_is_read(world):
    who = world["centre_manager"]
    for path in ("/reads", "/events", "/records/deal/export.xlsx", "/records/deal/groups?by=state&format=xlsx", "/reports/a/b", "/../../healthz", "todo", "/metrics"):
        reply = ask(who, path, "/todo")
        assert reply.status == 200 and [one["status"] // 100 for one in reply.json["answers"]] == [4, 2], (path, reply)
        assert reply.json["answers"][0]["body"]["detail"], reply
    assert ask(who, "/reads").json["answers"][0]["status"] == 405, "no reading within a reading, and nothing but GET"


def test_there_is_a_limit(world):
    who = world["centre_manager"]
    assert len(ask(who, *["/types"] * 20).json["answers"]) == 20 and ask(who).json["answers"] == []
    for wrong in (["/types"] * 21, [1], "/types", ["/" + "x" * 2000], [""]):
        assert who.ask("POST", "/reads", {"paths": wrong}).status == 400, wrong
    assert who.ask("POST", "/reads", {}).status == who.ask("POST", "/reads", {"paths": [], "method": "POST"}).status == 400


def test_a_long_search_is_the_same_alone_in_gzip_and_within_another(world):
    rows = [f"CN2994{n:05}A,{'虚构的长题名' * 400},虚构甲公司" for n in range(100)]
    done = world["province_officer"].ask("POST", "/imports?name=long.csv&source=patsnap", raw="\n".join(["公开号,标题,申请人", *rows]).encode())
    assert done.status == 200, done
    who, path = world["centre_staff"], "/search?query=长题名&k=100"
    for _ in range(600):
        plain = who.get(path)
        if plain.status == 200 and plain.json["total"] == len(rows):  # at first there is no index
            break
        time.sleep(0.1)
    packed, within = who.get(path, **{"Accept-Encoding": "gzip"}), ask(who, path)
    assert len(plain.content) > 1 << 20 and len(plain.json["hits"]) == len(rows) and "content-encoding" not in plain.headers, plain
    assert packed.headers["content-encoding"] == "gzip" and len(packed.content) * 5 < len(plain.content), packed.headers
    packed.content = gzip.decompress(packed.content)
    for other in (packed.json, within.json["answers"][0]["body"]):
        assert {**other, "ms": 0} == {**plain.json, "ms": 0}, str(other)[:900]


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN)
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
