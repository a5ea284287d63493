#!/usr/bin/env python3
"""near_test.py ZHIYUN: POST /match/records, supplies and parties that answer a need: the nearest first, what agrees with the need
before others of the same words, each reader's own alone, and of whom nothing is near none."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import client  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
NEED = "我公司希望提高磷酸铁锂电池在低温下的放电容量，寻求电解液配方或者隔膜涂层的技术，可以许可或者合作开发。"


def made(who, kind, body):
    reply = who.create(kind, body)
    assert reply.status == 201, reply
    return reply.json["id"]


def supply(who, title, text, **more):
    return made(who, "supply", {"title": title, "text": text, "kind": "patent", "element": "technology", **more})


def near(who, kind="supply", text=NEED, **more):
    reply = who.ask("POST", "/match/records", {"text": text, "type": kind, **more})
    assert reply.status == 200, reply
    return reply.json["hits"]


def test_the_nearest_stands_first_with_the_words_that_it_holds(world):
    who = world["centre_manager"]
    made_of = {title: supply(who, title, text) for title, text in (
        ("低温电解液配方", "用于磷酸铁锂电池的电解液，低温放电容量保持率高"),
        ("锂电池隔膜", "陶瓷涂层隔膜，耐热"),
        ("风机叶片模具", "大型风机叶片的成型模具"),
        ("中药提取工艺", "丹参有效成分的提取"))}
    hits = near(who)
    assert [hit["id"] for hit in hits[:2]] == [made_of["低温电解液配方"], made_of["锂电池隔膜"]], hits
    assert 1 >= hits[0]["similarity"] > hits[1]["similarity"] > 0 and len(hits) == 2, hits
    assert "磷酸铁锂电池" in hits[0]["words"] and "电解液" in "".join(hits[0]["words"]), hits[0]
    assert hits[0]["record"]["title"] == "低温电解液配方", hits[0]


def test_what_agrees_with_the_need_comes_before_the_same_words(world):
    who = world["centre_manager"]
    text = "虚构超声清洗换能器阵列"
    far = supply(who, "超声清洗换能器", text, region="510700", price_basis="fixed", price="90.00", industry="农业")
    agrees = supply(who, "超声清洗换能器", text, region="510100", price_basis="fixed", price="40.00", industry="装备清洗")
    dear = supply(who, "超声清洗换能器", text, region="510100", price_basis="fixed", price="60.00")
    need = made(who, "demand", {"title": "清洗", "text": text, "region": "510100", "budget": "50.00", "industry": "清洗"})
    hits = near(who, text=text, need=need)
    assert [hit["id"] for hit in hits[:3]] == [agrees, dear, far], hits
    assert [set(hit["fields"]) for hit in hits[:3]] == [{"region", "price", "industry"}, {"region"}, set()], hits
    assert {hit["similarity"] for hit in hits[:3]} == {hits[0]["similarity"]}, hits
    plain = near(who, text=text)
    assert [hit["fields"] for hit in plain[:3]] == [[]] * 3, plain


def test_classes_and_maturity_agree(world):
    who = world["centre_manager"]
    path = os.path.join(world.data, "classes.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write("公开号,标题,申请人,IPC\nCN190000001A,虚构探伤探头,虚构甲,G01N29/04\nCN190000002A,虚构探伤车,虚构乙,B61K9/10\n")
    world.server.run("import", path)
    text = "虚构钢轨探伤涡流阵列"
    rough = supply(who, "钢轨探伤", text, maturity="lab", patents=["CN190000002A"])
    ready = supply(who, "钢轨探伤", text, maturity="product", patents=["CN190000001A"])
    need = made(who, "demand", {"title": "探伤", "text": text, "maturity": "pilot", "ipc_classes": ["G01N 29"]})
    for _ in range(100):
        hits = near(who, text=text, need=need)
        if "patents" in hits[0]["fields"]:
            break
        time.sleep(0.1)  # the index follows the import
    assert [(hit["id"], set(hit["fields"])) for hit in hits[:2]] == [(ready, {"maturity", "patents"}), (rough, set())], hits


@tap.meets("SCYY-017.1+2+3", "SXYY-014.3+4+5")
def test_reasons_are_told_and_what_is_refused_for_a_need_comes_last_for_it_alone(world):
    """Words, place and price; /match keeps who was refused and why, with the need's match."""
    who = world["centre_manager"]
    text = "虚构挤压铸造模温机"
    near_ = supply(who, "模温机", text + "，油温控制", region="510100", price_basis="fixed", price="40.00")
    other = supply(who, "模温机", text, region="510700", price_basis="fixed", price="90.00")
    need, second = (made(who, "demand", {"title": title, "text": text, "region": "510100", "budget": "50.00"}) for title in ("模温机", "二厂模温机"))
    hits = near(who, text=text, need=need)
    assert [hit["id"] for hit in hits[:2]] == [near_, other] and set(hits[0]["fields"]) == {"region", "price"}, hits
    assert "挤压铸造模温机" in hits[0]["words"][0], hits[0]
    match = made(who, "patent_match", {"title": "模温机", "text": text, "demand": need})
    kept = {"refused": [{"supply": near_, "reason": "技术不符"}]}
    assert who.change("patent_match", match, 1, kept).status == 200
    row, = who.get(f"/records/patent_match/{match}").json["refused"]
    assert (int(row["supply"]), row["reason"]) == (near_, "技术不符"), row
    assert [hit["id"] for hit in near(who, text=text, need=need, refused=[near_])[:2]] == [other, near_]
    assert [hit["id"] for hit in near(who, text=text, need=second)[:2]] == [near_, other]


def test_each_reader_finds_what_it_may_read(world):
    text = "虚构量子点荧光探针标记"
    mine = supply(world["centre_manager"], "量子点探针", text)
    theirs = supply(world["centre_neighbour"], "量子点探针", text)
    for who in ("centre_manager", "centre_neighbour", "city_officer", "city_other", "company_staff", "bank_officer"):
        found = {hit["id"] for hit in near(world[who], text=text)}
        read = {one for one in (mine, theirs) if world[who].get(f"/records/supply/{one}").status == 200}
        assert found & {mine, theirs} == read, (who, found, read)
        assert all(world[who].get(f"/records/supply/{one}").status == 200 for one in found), who
    need = made(world["centre_manager"], "demand", {"title": "探针", "text": text})
    refused = world["centre_neighbour"].ask("POST", "/match/records", {"text": text, "type": "supply", "need": need})
    assert refused.status == 404, refused


def test_a_list_s_filter_narrows_and_a_party_is_found_by_what_it_does(world):
    who = world["centre_manager"]
    text = "虚构冷链仓储场地三千平方米"
    site = supply(who, "冷链仓库", text, kind="site")
    fund = supply(who, "冷链基金", text, kind="fund")
    assert [hit["id"] for hit in near(who, text=text, filter="kind=site")] == [site]
    assert {hit["id"] for hit in near(who, text=text)} >= {site, fund}
    party = made(who, "served_party", {"name": "虚构冷链装备公司", "chain_position": "冷链仓储设备"})
    need = made(who, "demand", {"title": "冷链", "text": text, "chain_node": "仓储"})
    hits = near(who, "served_party", text, need=need)
    assert hits[0]["id"] == party and hits[0]["fields"] == ["chain_position"], hits
    assert near(who, text="钅") == [], "nothing is near"


def test_of_sixty_needs_in_a_firm_s_own_words_fifty_find_their_answer_first(world):
    """needs.tsv: supplies and parties, each with a need that another person wrote in other words."""
    who = world["centre_staff"]
    with open(os.path.join(os.path.dirname(__file__), "needs.tsv"), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file][1:]
    assert len(rows) == 60, len(rows)
    answers = [made(who, "served_party", {"name": title, "does": text}) if kind == "party" else supply(who, title, text, kind=kind)
               for kind, title, text, _ in rows]
    first = 0
    for (kind, _, _, need), answer in zip(rows, answers):
        hits = near(who, "served_party" if kind == "party" else "supply", need, **({"filter": f"kind={kind}"} if kind in ("site", "fund") else {}))
        first += bool(hits) and hits[0]["id"] == answer
    assert first >= 50, first


def test_what_cannot_be_looked_for_is_said(world):
    who = world["centre_manager"]
    for body, status in (({"text": "，。", "type": "supply"}, 400), ({"text": "电池", "type": "no_type"}, 400),
                         ({"text": "电池", "type": "supply", "filter": "colour=red"}, 400), ({"type": "supply"}, 400)):
        reply = who.ask("POST", "/match/records", body)
        assert reply.status == status and reply.json["detail"], (body, reply)


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN)
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
