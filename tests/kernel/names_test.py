#!/usr/bin/env python3
"""names_test.py ZHIYUN: lists of units, people and places are in the order of pinyin, places read as places and surnames as surnames.

Each list is written down here in its order; records come in another."""
import json
import os
import random
import sys
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import bodies  # noqa: E402
import client  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
UNITS = [f"{word}云帆研究院" for word in (
    "3号", "Ａ座", "B座", "蚌埠", "长春", "长治", "重庆", "冲压", "东阿", "阆中", "丽水", "六安", "番禺", "歙县", "莘县", "台州", "厦门", "荥阳", "铅山", "尉犁", "乐清",
    "长子县", "重工")]
PEOPLE = ["Anna", "陈甲", "盖甲乙", "欧甲", "区甲", "朴甲乙", "仇甲", "任甲", "单甲丙", "单甲乙", "解甲", "尉迟甲", "曾甲乙", "查甲"]
CITIES = {"22": ["白城", "白山", "长春"], "34": ["安庆", "蚌埠", "亳州", "六安", "马鞍山"], "35": ["福州", "龙岩", "南平", "厦门"],
          "": ["安徽省", "北京", "重庆", "福建省", "四川省", "浙江省"]}
SEEDED = random.Random(int(os.environ.get("SEED", "78")))


def mixed(names):
    return SEEDED.sample(names, len(names))


def walked(person, path, limit=5):
    """The names of a list of records, page after page."""
    names, cursor = [], ""
    while cursor is not None:
        page = person.get(f"{path}&limit={limit}&fields=name" + (f"&cursor={cursor}" if cursor else "")).json
        names += [one["name"] for one in page["items"]]
        cursor = page["next"]
    return names


OURS = "/records/party?filter=" + urllib.parse.quote("name~云帆研究院")


def test_units_are_listed_by_pinyin(world):
    officer = world["province_officer"]
    for number, name in enumerate(mixed(UNITS)):
        made = officer.create("party", {"name": name, "kind": "party", "region": "510100", "credit_code": bodies.credit_code(910000 + number)})
        assert made.status == 201, made
    assert walked(officer, OURS) == UNITS, walked(officer, OURS)
    assert walked(officer, OURS + "&sort=-name") == UNITS[::-1]
    q = urllib.parse.quote("云帆研究院")
    assert walked(officer, f"/records/party?q={q}") == UNITS
    assert [one["name"] for one in world["secadmin"].get(f"/units?q={q}").json["items"]] == UNITS


def test_a_new_name_has_its_place(world):
    officer = world["province_officer"]
    one = officer.get(OURS).json["items"][-1]
    made = officer.change("party", one["id"], one["version"], {"name": "安宁云帆研究院"})
    assert made.status == 200, made
    assert walked(officer, OURS) == UNITS[:3] + ["安宁云帆研究院"] + UNITS[3:-1]
    back = officer.change("party", one["id"], made.json["version"], {"name": UNITS[-1]})
    assert back.status == 200 and walked(officer, OURS) == UNITS, back


def test_people_are_listed_by_pinyin(world):
    manager, first, unit = world["centre_manager"], world["secadmin"], world.units["centreC"]
    for number, name in enumerate(mixed(PEOPLE)):
        assert manager.create("staff", {"name": name}).status == 201, name
        made = first.ask("POST", "/accounts", {"name": f"p{number}", "display_name": name, "unit": unit})
        assert made.status == 201, made
    assert walked(manager, "/records/staff?sort=name") == PEOPLE
    shown = [one["display_name"] for one in first.get(f"/accounts?unit={unit}").json["items"]]
    assert [name for name in shown if name in PEOPLE] == PEOPLE, shown
    told = json.loads(world.server.run("--json", "user", "list"))
    told = [one["display_name"] for one in told["users"]]
    assert [name for name in told if name in PEOPLE] == PEOPLE, told


def test_places_are_listed_by_pinyin(world):
    def places(under):
        return [one["name"].removesuffix("市") for one in world["public"].get(f"/regions?under={under}").json["items"]]
    for province, some in CITIES.items():
        assert [name for name in places(province) if name in some] == some, places(province)


def test_lists_from_memory_have_the_same_order(world):
    world.server.stop()
    world.server.options = ["--columns-from", "1"]
    world.server.start()
    manager = world["centre_manager"]
    for _ in range(2):
        assert walked(manager, "/records/staff?sort=name") == PEOPLE
        assert walked(manager, "/records/staff?sort=-name") == PEOPLE[::-1]


def test_an_old_store_gets_its_keys_at_its_next_start(world):
    world.server.stop()
    client.run_sql(world, ["UPDATE unit SET name_order = NULL", "UPDATE account SET display_name_order = NULL",
                           "UPDATE record_staff SET name_order = NULL", "DELETE FROM type_stored WHERE name IN ('*', 'party', 'account')",
                           """UPDATE type_stored SET description = replace(description, '"key_rule":"pinyin 1"', '"key_rule":"0"') WHERE name = 'staff'"""])
    world.server.start()
    assert walked(world["province_officer"], OURS) == UNITS
    assert walked(world["centre_manager"], "/records/staff?sort=name") == PEOPLE


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN)
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
