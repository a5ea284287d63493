#!/usr/bin/env python3
"""counts_test.py ZHIYUN: what GET /types?counts=year says of a year is what each reader's own lists hold, counted by a script that
knows the type files alone. Days of the records lie at both ends of the year in China, are unknown, or did not come about."""
import datetime
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import bodies  # noqa: E402
import client  # noqa: E402
import kernel_test  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
YEAR = 2026
CHINA = datetime.timezone(datetime.timedelta(hours=8))
MAKERS = ("centre_manager", "centre_neighbour", "centre_far")
ALWAYS = ["deal", "demand", "consortium", "event", "service_record", "talent_exchange"]  # each counts in a way of its own
DRAWN = 14  # others
READERS = MAKERS + ("centre_staff", "company_staff", "bank_officer", "city_officer", "province_officer", "province_other", "auditor")
DAYS = ["2025-12-31", "2026-01-01", "2026-06-30", "2026-12-31", "2027-01-01"]
MOMENTS = [int(datetime.datetime(*at, tzinfo=CHINA).timestamp() * 1000) + less for at in ((2026, 1, 1), (2027, 1, 1)) for less in (-1, 0)]


def field_of(kind, name):
    return next((f for f in kind["fields"] if f["name"] == name), {"type": "datetime", "name": "created"})


def some_day(seeded, field):
    """What sets a day in SQL."""
    name = field["name"]
    if field["type"] == "datetime":
        moment = seeded.choice(MOMENTS)
        text = datetime.datetime.fromtimestamp(moment / 1000, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"created_ms = {moment}" if name == "created" else f"{name}_ms = {moment}, {name} = '{text}'"
    column = f"{name}_from" if field["type"] == "period" else name
    of = [YEAR - 1, YEAR, YEAR + 1] if field["type"] == "int" else [f"'{day}'" for day in DAYS]
    unknown = [] if field.get("required") == "true" else ["NULL"] + ["'no'"] * (field["type"] == "known_date")
    return f"{column} = {seeded.choice(of * 2 + unknown * 3)}"


def draw(world, seeded):
    """{name: type} of kinds that serve a duty."""
    names = [name for name, kind, _ in kernel_test.makers(world) if "duty" in kind and name not in ALWAYS]
    return {name: world.types[name] for name in ALWAYS + seeded.sample(names, DRAWN)}


def plant(world, kinds, seeded):
    """Records of these kinds, some of them ended, with days and states that the script draws."""
    planted = 0
    for name, kind in kinds.items():
        for person in MAKERS:
            maker = world.maker(person, seeded.randrange(10000))
            for _ in range(5):
                made = world[person].create(name, maker.body(kind, seeded.random() < 0.5))
                planted += made.status == 201
                if made.status == 201 and seeded.random() < 0.2:
                    world[person].act(name, made.json["id"], "end")
        table, states = f"record_{name}", [s["name"] for s in kind.get("states", {}).get("values", [])]
        for (one,) in client.ask_sql(world, f"SELECT id FROM {table}"):
            sets = [some_day(seeded, field_of(kind, day)) for day in kind["dated"] if day not in kind.get("key", [])]
            sets += [f"state = '{seeded.choice(states)}'"] if states else []
            client.run_sql(world, [f"UPDATE {table} SET {', '.join(sets)} WHERE id = {one}"] if sets else [])
    return planted


def day_of(kind, row):
    """The first known day, in China; None: none is, False: the reader does not see them all."""
    names = ["created_ms" if name == "created" else name for name in kind["dated"]]
    if any(name not in row for name in names):
        return False
    for name in names:
        value, field = row[name], field_of(kind, name)
        if isinstance(value, dict):
            value = value.get("from")
        if value in (None, False):
            continue
        if name == "created_ms":
            return datetime.datetime.fromtimestamp(value / 1000, CHINA).date().isoformat()
        if field["type"] == "datetime":
            return datetime.datetime.fromisoformat(value.replace("Z", "+00:00")).astimezone(CHINA).date().isoformat()
        return str(value)
    return None


def is_open(kind, row):
    """None: its type has neither stages nor states that go on."""
    if "stage" in kind:
        return row.get("stage") not in (None, kind["stage"][-1]["name"])
    left = {state for t in kind.get("states", {}).get("transitions", []) for state in t["from"] if t.get("to", state) != state and t.get("ends") != "true"}
    return row["state"] in left if left else None


def listed(who, path):
    """All rows of a list; none where the reader never sees what is asked for."""
    rows, cursor = [], ""
    while cursor is not None:
        reply = who.get(f"{path}&limit=500{cursor and '&cursor=' + cursor}")
        if reply.status == 400:
            return []
        rows, cursor = rows + reply.json["items"], reply.json["next"]
    return rows


def counted(world, person, name, kind):
    """The same from the list that the reader gets."""
    rows = listed(world[person], f"/records/{name}?fields=*")
    for row, labels in zip(rows, listed(world[person], f"/records/{name}?fields=created_ms,owner_unit")):
        row.update(labels)
    if client.UNITS[client.PEOPLE[person][0]][0] == "party":
        rows = [row for row in rows if row.get("owner_unit") == world[person].unit]
    days = [day_of(kind, row) for row in rows]
    opens = [is_open(kind, row) for row in rows]
    said = {"year": sum(bool(day) and day[:4] == str(YEAR) for day in days), "undated": sum(not day for day in days),
            "open": None if is_open(kind, {"state": "", "stage": ""}) is None else sum(map(bool, opens))}
    last = max((row["created_ms"] for row in rows if row.get("created_ms")), default=None)
    if last:
        said["last"] = datetime.datetime.fromtimestamp(last / 1000, CHINA).date().isoformat()
    if isinstance(kind["duty"], dict):
        said.update({"by": {}, "open_by": {}})
        for row, day, open_one in zip(rows, days, opens):
            value = row.get(kind["duty"]["by"])
            if value is not None:
                value = str(value).lower() if isinstance(value, bool) else value
                said["by"][value] = said["by"].get(value, 0) + bool(day and day[:4] == str(YEAR))
                said["open_by"][value] = said["open_by"].get(value, 0) + bool(open_one)
    return said, rows


def test_counts_of_each_reader_are_those_of_his_lists(world):
    seeded = random.Random(int(os.environ.get("SEED") or random.randrange(10 ** 9)))
    kinds = draw(world, seeded)
    planted = plant(world, kinds, seeded)
    assert planted > 100, planted
    seen = {"year": 0, "open": 0, "undated": 0}
    for person in READERS:
        items = {one["name"]: one for one in world[person].get(f"/types?counts=year&year={YEAR}").json["items"]}
        for name, kind in world.types.items():
            item = items[name]
            if "duty" not in kind or "read" not in item["may"]:
                assert "year" not in item, item
            if name not in kinds or "read" not in item["may"]:
                continue
            said, rows = counted(world, person, name, kind)
            if "year" not in item:  # he never sees its days
                assert all(day_of(kind, row) is False for row in rows) and "fields" in str(kind["access"]), (person, name, rows)
                continue
            assert {key: item.get(key) for key in said} == said, (person, name, said, item)
            for key in seen:
                seen[key] += said[key] or 0
            for key, of in (("year_filter", "year"), ("open_filter", "open")):
                if key in item:
                    total = world[person].get(f"/records/{name}?filter={item[key]}&limit=1").json["total"]
                    assert total == item[of], (person, name, item, total, len(rows))
    assert min(seen.values()) > 30, seen


def test_a_party_never_counts_what_is_anothers(world):
    """Published demands of another centre are read, and are not its own work."""
    other = world["centre_neighbour"]
    def of_demands():
        return next(one for one in other.get(f"/types?counts=year&year={YEAR}").json["items"] if one["name"] == "demand")
    before = of_demands()
    made = world["centre_manager"].create("demand", {"title": "虚构需求", "text": "虚构", "expires": "2099-01-01"}).json["id"]
    assert world["centre_manager"].act("demand", made, "publish").status == 200
    assert other.get(f"/records/demand/{made}").status == 200
    assert of_demands() == before


def test_the_types_say_who_may_bring_in_a_workbook(world):
    said = 0
    for person in READERS:
        role = client.PEOPLE[person][1]
        for one in world[person].get("/types").json["items"]:
            lines = [line for line in world.types[one["name"]]["access"] if role in line.get("roles", [])]
            may = one["by_hand"] and any("import" in line.get("verbs", []) for line in lines)
            assert ("import" in one["may"]) == may, (person, one)
            said += may
    assert said > 100, said


def test_the_year_is_this_year_in_china_where_none_is_named(world):
    who = world["centre_manager"]
    year = datetime.datetime.now(CHINA).year
    assert who.get("/types?counts=year").json == who.get(f"/types?counts=year&year={year}").json
    for wrong in ("year=x", "year=12345"):
        assert who.get(f"/types?counts=year&{wrong}").status == 400, wrong
    assert not any("year" in one for one in who.get("/types").json["items"])


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN)
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
