#!/usr/bin/env python3
"""find_test.py ZHIYUN: GET /find, the search box: records of all types by words and numbers, grouped, the exact one first; each
reader's totals are those of its own lists, and a secret record counts only for who may read it."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import bodies  # noqa: E402
import client  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
KINDS = ["cases", "parties", "records", "documents", "patents", "policies"]


def find(who, words, more=""):
    reply = who.get(f"/find?q={words.replace('%', '%25')}{more}")
    assert reply.status == 200, reply
    assert reply.json["total"] == sum(group["total"] for group in reply.json["groups"]), reply.json
    return {group["kind"]: group for group in reply.json["groups"]}


def made(who, kind, body):
    reply = who.create(kind, body)
    assert reply.status == 201, reply
    return reply.json["id"]


def ids(group):
    return [item["id"] for item in group["items"]]


def test_totals_are_those_of_each_readers_lists(world):
    for who, titles in (("centre_manager", ["虚构波导许可甲", "虚构波导许可乙"]), ("centre_neighbour", ["虚构波导许可丙"])):
        for title in titles:
            made(world[who], "deal", {"contract_no": f"BD-{title[-1]}", "type": "licence", "title": title})
        made(world[who], "event", {**world.maker(who).body(world.types["event"], False), "title": f"虚构波导活动 {who}"})
    seen = {}
    for who in ("centre_manager", "centre_staff", "centre_neighbour", "centre_far", "city_officer", "city_other", "province_officer",
                "province_other", "bank_officer"):
        groups = find(world[who], "波导")
        assert list(groups) == KINDS, groups
        lists = sum(world[who].get(f"/records/{kind}?q=波导&limit=1").json.get("total", 0) for kind in ("deal", "event"))
        seen[who] = groups["records"]["total"]
        assert seen[who] == lists == len(groups["records"]["items"]), (who, groups["records"], lists)
        for item in groups["records"]["items"]:
            assert world[who].get(f"/records/{item['type']}/{item['id']}").status == 200, (who, item)
    assert seen["centre_manager"] == seen["centre_staff"] == 3 and seen["centre_neighbour"] == 2, seen
    assert seen["centre_far"] == seen["city_other"] == seen["province_other"] == seen["bank_officer"] == 0, seen
    assert seen["city_officer"] == seen["province_officer"] == 5, seen


def test_an_exact_number_stands_first_then_titles(world):
    who = world["centre_manager"]
    text = made(who, "deal", {"contract_no": "XY-1", "type": "licence", "title": "虚构", "outcome": "接 ZQ-77 续签"})
    title = made(who, "deal", {"contract_no": "XY-2", "type": "licence", "title": "续签 ZQ-77 的许可"})
    exact = made(who, "deal", {"contract_no": "ZQ-77", "type": "licence", "title": "虚构许可"})
    longer = made(who, "deal", {"contract_no": "ZQ-775", "type": "licence", "title": "虚构"})
    found = find(who, "zq-77")["records"]
    assert found["total"] == 4 and ids(found)[:2] == [exact, title] and set(ids(found)[2:]) == {text, longer}, found
    assert found["items"][0]["title"] == "虚构许可" and found["items"][0]["what"] and found["items"][0]["type"] == "deal", found
    assert find(who, "续签 ZQ-77")["records"]["total"] == 2  # all words
    assert find(who, "100%")["records"]["total"] == find(who, "虚构_可")["records"]["total"] == 0  # signs stand for themselves


def test_numbers_are_found_in_other_spellings(world):
    who = world["centre_manager"]
    held = made(who, "patent_holding", {**world.maker("centre_manager").body(world.types["patent_holding"], False), "number": "CN108192973A"})
    for spelling in ("CN108192973A", "cn 108192973", "CN108192973"):
        assert held in ids(find(who, spelling)["records"]), spelling
    made(who, "document", {**world.maker("centre_manager").body(world.types["document"], False), "number": "虚构〔2026〕3号"})
    for spelling in ("虚构〔2026〕3号", "虚构[2026]3号", "虚构（2026）3号"):
        assert find(who, spelling)["documents"]["total"] == 1, spelling
    assert find(who, "虚构〔2026〕4号")["documents"]["total"] == 0


def test_parties_are_found_by_name_and_credit_code(world):
    code = bodies.credit_code(900000 + list(client.UNITS).index("centreB"))
    for who, right in (("centre_neighbour", True), ("city_officer", True), ("centre_manager", False), ("city_other", False)):
        for words in (code, code.lower(), "虚构centreB"):
            assert (world.units["centreB"] in ids(find(world[who], words)["parties"])) == right, (who, words)


def test_a_secret_record_counts_for_its_readers_alone(world):
    who = world["centre_manager"]
    one = made(who, "deal", {"contract_no": "MM-1", "type": "licence", "title": "虚构密件许可"})
    readers = [name for name in ("centre_manager", "centre_staff", "city_officer", "province_officer")
               if world[name].get(f"/records/deal/{one}").status == 200]
    assert len(readers) == 4
    client.run_sql(world, [f"UPDATE record_deal SET secrecy = 9 WHERE id = {one}"])
    for name in readers:
        may = world[name].get(f"/records/deal/{one}").status == 200
        assert find(world[name], "密件")["records"]["total"] == may, name
    assert not all(world[name].get(f"/records/deal/{one}").status == 200 for name in readers)


def test_an_ended_record_and_one_within_another_are_left_out(world):
    who = world["centre_manager"]
    deal = made(who, "deal", {"contract_no": "EE-1", "type": "licence", "title": "虚构终了许可"})
    made(who, "follow_up", {**world.maker("centre_manager").body(world.types["follow_up"], False), "content": "虚构终了跟进"})
    assert find(who, "终了")["records"]["total"] == 1
    assert who.act("deal", deal, "end", query="?reason=虚构").status == 200
    assert find(who, "终了")["records"]["total"] == 0


def test_a_change_is_found_at_once(world):
    who = world["centre_manager"]
    deal = made(who, "deal", {"contract_no": "GG-1", "type": "licence", "title": "虚构旧名"})
    assert find(who, "旧名")["records"]["total"] == 1
    assert who.change("deal", deal, 1, {"title": "虚构新名"}).status == 200
    assert find(who, "旧名")["records"]["total"] == 0 and find(who, "新名")["records"]["total"] == 1


def test_a_record_is_found_by_the_parties_in_its_table(world):
    who = world["centre_manager"]
    side = {"name": "虚构蓝鲸电机厂", "role": "taker"}
    deal = made(who, "deal", {"contract_no": "FF-1", "type": "licence", "title": "虚构转子许可", "sides": [side, {"name": "虚构白鹭研究所", "role": "giver"}]})
    for words in ("蓝鲸电机", "白鹭研究所", "转子 蓝鲸"):
        assert ids(find(who, words)["records"]) == [deal] == [row["id"] for row in who.get(f"/records/deal?q={words}").json["items"]], words
    assert find(world["centre_far"], "蓝鲸电机")["records"]["total"] == 0
    assert who.change("deal", deal, 1, {"sides": [{**side, "name": "虚构海豚电机厂"}]}).status == 200
    assert ids(find(who, "海豚电机")["records"]) == [deal] and find(who, "蓝鲸电机")["records"]["total"] == 0


def test_the_migration_adds_the_parties_of_former_records(world):
    who = world["centre_manager"]
    deal = made(who, "deal", {"contract_no": "FM-1", "type": "licence", "title": "虚构旧库许可",
                              "sides": [{"name": "虚构Orca电机厂", "role": "taker"}, {"name": "虚构雪雁研究所", "role": "giver"}]})
    before = client.ask_sql(world, f"SELECT text FROM record_text WHERE type = 'deal' AND record_id = {deal}")
    client.run_sql(world, ["UPDATE record_text SET text = replace(text, '虚构orca电机厂\n虚构雪雁研究所\n', '') WHERE type = 'deal'"])
    assert find(who, "雪雁")["records"]["total"] == 0
    file = f"0064_row_words{'.postgres' if world.server.store else ''}.sql"
    with open(os.path.join(bodies.ROOT, "migrations", file), encoding="utf-8") as sql:
        client.run_sql(world, [sql.read()])
    assert client.ask_sql(world, f"SELECT text FROM record_text WHERE type = 'deal' AND record_id = {deal}") == before
    assert ids(find(who, "雪雁")["records"]) == [deal]


def test_one_group_is_read_by_pages(world):
    who = world["centre_manager"]
    for n in range(13):
        made(who, "demand", {"title": f"虚构页码需求{n}", "text": "虚构", "expires": "2099-01-01"})
    assert len(find(who, "页码")["records"]["items"]) == 5 and find(who, "页码")["records"]["total"] == 13
    pages = [ids(find(who, "页码", f"&kind=records&limit=5&page={page}")["records"]) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [5, 5, 3, 0] and len({one for page in pages for one in page}) == 13, pages
    assert find(who, "页码", "&kind=cases")["records"]["total"] == 0


def test_policies_are_found_by_their_words(world):
    one = find(world["centre_manager"], "产业知识产权运营中心")["policies"]
    assert one["total"] > len(one["items"]) == 5 and all(item["pack"] and item["title"] for item in one["items"]), one
    page = find(world["centre_manager"], "产业知识产权运营中心", "&kind=policies&limit=100")["policies"]
    assert any("产业知识产权运营中心" in item["what"] for item in page["items"]), page


def test_what_is_not_asked_rightly_is_refused(world):
    who = world["centre_manager"]
    for wrong in ("", "?q=", "?q=%20", "?q=%E3%80%80", "?q=x&limit=0", "?q=x&page=21"):
        assert who.get(f"/find{wrong}").status == 400, wrong
    assert world["public"].get("/find?q=x").status == 401


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN)
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
