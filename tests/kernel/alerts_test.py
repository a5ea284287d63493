#!/usr/bin/env python3
"""alerts_test.py ZHIYUN: saved searches and topic databases are looked at again when publications change: what is new, has
another legal status, or is found no more is listed and told to who made them, and to nobody else."""
import os
import random
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import client  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
SEED = int(os.environ.get("SEED", "20261127"))
COLUMNS = "公开号,标题,申请人,法律状态"
FIRST = ["CN299100001A,虚构的钠离子电池,甲公司,审中", "CN299100002A,虚构的钠离子电池隔膜,乙公司,有效", "CN299100003A,虚构的水泵,乙公司,有效"]
THEN = ["CN299100001A,虚构的钠离子电池,甲公司,有效", "CN299100004A,另一种虚构的钠离子电池,丙公司,审中", "CN299100005A,虚构的风扇,丙公司,审中"]


def bring(world, name, rows):
    reply = world["province_officer"].ask("POST", f"/imports?name={name}&source=patsnap", raw="\n".join([COLUMNS, *rows]).encode())
    assert reply.status == 200, reply
    number, = reply.json["imports"]
    return number


def until(ask, what):
    """The job looks within a second or two of the index; a slow machine is waited for."""
    for _ in range(600):
        found = ask()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come")


def looked(world):
    """Every saved search and topic database was looked at, at all that there is."""
    return client.ask_sql(world, "SELECT count(*) FROM search_alert WHERE change = (SELECT max(seq) FROM change)")[0][0]


def changes(who, kind, one):
    return sorted((c["what"], c.get("number"), c.get("before"), c.get("after")) for c in who.get(f"/records/{kind}/{one}/search-changes").json["items"])


def told(who):
    return [n for n in who.get("/notifications?limit=100").json["items"] if n["kind"] == "search_alert"]


@tap.meets("SCYC-024.3")
def test_what_a_saved_search_finds_otherwise_is_listed_and_told_to_who_saved_it(world):
    staff = world["centre_staff"]
    first = bring(world, "first.csv", FIRST)
    made = staff.create("saved_search", {"name": "钠离子电池", "query": "钠离子电池", "filters": ["applicant!=戊公司"], "seen_total": 2})
    assert made.status == 201, made
    saved = made.json["id"]
    topic = staff.create("topic_database", {"name": "虚构专题", "query": "钠离子电池"}).json["id"]
    for number, level in (("CN299100001A", "core"), ("CN299100003A", "key")):
        reply = staff.create("topic_member", {"topic": topic, "number": number, "list": level, "reason": "重点技术"})
        assert reply.status == 201, reply
    until(lambda: int(looked(world)) == 2, "the first look")
    assert changes(staff, "saved_search", saved) == [] and told(staff) == []
    second = bring(world, "then.csv", THEN)
    until(lambda: len(told(staff)) == 2, "the message")
    assert changes(staff, "saved_search", saved) == [("new", "CN299100004A", None, "pending"), ("status", "CN299100001A", "pending", "active")]
    # The topic database holds the first; what its query found before and it does not hold was no change.
    assert changes(staff, "topic_database", topic) == [("new", "CN299100004A", None, "pending"), ("status", "CN299100001A", "pending", "active")]
    messages = {(n["subject"]["type"], n["subject"]["id"]): n["title"] for n in told(staff)}
    assert set(messages) == {("saved_search", saved), ("topic_database", topic)}, messages
    assert "1 new, 1 with another legal status, 0 removed" in messages["saved_search", saved] and "钠离子电池" in messages["saved_search", saved], messages
    assert staff.zh.get("/notifications?limit=100").json["items"][0]["title"].endswith("新增 1 件，状态变更 1 件，移出 0 件")
    for who in ("centre_manager", "centre_neighbour", "province_officer"):
        assert told(world[who]) == [], who
        assert world[who].get(f"/records/saved_search/{saved}/search-changes").status == 404, who
    assert world["public"].get(f"/records/saved_search/{saved}/search-changes").status in (401, 404)
    # Taken back, both imports.
    for number in (second, first):
        assert world["province_officer"].ask("POST", f"/imports/{number}/undo").status == 200
    until(lambda: ("removed", "CN299100002A", "active", None) in changes(staff, "saved_search", saved), "the removal")
    until(lambda: int(looked(world)) == 2, "the last look")
    gone = [c for c in changes(staff, "saved_search", saved) if c[0] == "removed"]
    assert [c[1] for c in gone] == ["CN299100001A", "CN299100002A", "CN299100004A"], gone
    gone = [c[1] for c in changes(staff, "topic_database", topic) if c[0] == "removed"]
    assert gone == ["CN299100001A", "CN299100003A"], gone  # its members


def test_another_question_is_no_change(world):
    staff = world["centre_staff"]
    number = bring(world, "third.csv", FIRST)
    saved = staff.create("saved_search", {"name": "水泵", "query": "水泵"}).json["id"]
    until(lambda: int(looked(world)) == 3, "the first look")
    assert staff.change("saved_search", saved, 1, {"query": "钠离子电池"}).status == 200
    version = f"SELECT version FROM search_alert WHERE type = 'saved_search' AND record_id = {saved}"
    until(lambda: int(client.ask_sql(world, version)[0][0]) == 2, "the look")
    assert changes(staff, "saved_search", saved) == []
    # A query that cannot be read finds nothing, and the others are looked at all the same.
    assert staff.change("saved_search", saved, 2, {"query": "title:("}).status == 200
    assert world["province_officer"].ask("POST", f"/imports/{number}/undo").status == 200
    until(lambda: int(looked(world)) == 3, "the look")
    assert changes(staff, "saved_search", saved) == []


def test_a_search_saved_before_an_import_is_told_of_it_though_it_was_not_looked_at_yet(world):
    neighbour = world["centre_neighbour"]
    bring(world, "old.csv", ["CN299200001A,虚构的飞轮储能,甲公司,有效"])
    saved = neighbour.create("saved_search", {"name": "飞轮", "query": "飞轮储能"}).json["id"]
    bring(world, "new.csv", ["CN299200002A,虚构的飞轮储能电机,甲公司,审中"])
    until(lambda: told(neighbour), "the message")
    assert changes(neighbour, "saved_search", saved) == [("new", "CN299200002A", None, "pending")]
    # What was found is kept in parts; an import writes those again in which it changed something.
    parts = f"SELECT count(*) FROM search_alert_part WHERE type = 'saved_search' AND record_id = {saved}"
    assert client.ask_sql(world, parts)[0][0] == "1"


def test_a_search_that_follows_changes_finds_what_a_first_look_finds(world):
    """Each import is compared with what was found alone, however many patents there are: what is stored is the same."""
    chance, who = random.Random(SEED), world["centre_colleague"]
    print(f"# SEED={SEED}")
    words, states, imports = ["虚构的潮汐", "虚构的波浪", "虚构的洋流"], ["审中", "有效", "失效"], []
    questions = [{"query": "潮汐"}, {"query": "波浪 OR 洋流", "filters": ["status!=inactive"]}, {"query": "", "filters": ["applicant=虚构乙公司"]},
                 {"query": "海中无此物"}]

    def row(n):
        return f"CN2994{n:05d}A,{chance.choice(words)}{chance.choice('甲乙')},虚构{chance.choice('甲乙')}公司,{chance.choice(states)}"

    def parts(one):
        return client.ask_sql(world, f"SELECT part, found FROM search_alert_part WHERE type = 'saved_search' AND record_id = {one} ORDER BY part")

    def settled():
        left = ("SELECT count(*) FROM record_saved_search r LEFT JOIN search_alert s ON s.type = 'saved_search' AND s.record_id = r.id"
                " AND s.version = r.version AND s.change = (SELECT max(seq) FROM change) WHERE s.record_id IS NULL AND r.ended_ms IS NULL")
        until(lambda: int(client.ask_sql(world, left)[0][0]) == 0, "the look")

    imports.append(bring(world, "sea.csv", [row(n) for n in range(60)]))
    kept = [who.create("saved_search", {"name": f"海{n}", **one}).json["id"] for n, one in enumerate(questions)]
    settled()
    for n in range(6):
        if n % 3 == 2:
            assert world["province_officer"].ask("POST", f"/imports/{imports.pop(chance.randrange(len(imports)))}/undo").status == 200
        else:
            imports.append(bring(world, f"sea{n}.csv", [row(k) for k in sorted(chance.sample(range(80), 12))]))
        settled()
    fresh = [who.create("saved_search", {"name": f"再看海{n}", **one}).json["id"] for n, one in enumerate(questions)]
    settled()
    for one, again in zip(kept, fresh):
        assert parts(one) == parts(again), (one, parts(one), parts(again))
    assert parts(kept[0]) and not parts(kept[3]) and any(c[0] == "status" for c in changes(who, "saved_search", kept[0]))


def test_a_person_keeps_a_hundred_searches(world):
    far = world["centre_far"]
    done = [far.create("saved_search", {"name": f"虚构{n}", "query": "飞轮储能"}) for n in range(101)]
    assert {one.status for one in done[:100]} == {201} and done[100].status == 400, done[100]
    assert "100" in done[100].json["errors"][0]["message"], done[100]
    assert far.change("saved_search", done[0].json["id"], 1, {"query": "水泵"}).status == 200
    assert far.act("saved_search", done[1].json["id"], "end", query="?reason=x").status == 200
    assert far.create("saved_search", {"name": "虚构", "query": "水泵"}).status == 201
    waiting = "SELECT count(*) FROM record_saved_search r WHERE ended_ms IS NULL AND NOT EXISTS (SELECT 1 FROM search_alert s WHERE" \
              " s.type = 'saved_search' AND s.record_id = r.id)"
    until(lambda: client.ask_sql(world, waiting)[0][0] == "0", "a look at each")


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN)
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
