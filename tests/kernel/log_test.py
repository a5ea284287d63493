#!/usr/bin/env python3
"""log_test.py ZHIYUN: the list of the evidence log agrees with its entries read one by one, under random filters, and the log as a
file is what anybody verifies."""
import json
import os
import random
import sys
import urllib.parse
from datetime import datetime, timedelta

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import client  # noqa: E402
import tap  # noqa: E402
import workbooks  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
CASES = int(os.environ.get("CASES", 60))


def fill(world):
    """Some of everything: writes, refusals, papers taken away, words."""
    boss, staff, officer, stranger = (world[name] for name in ("centre_manager", "centre_staff", "province_officer", "centre_far"))
    for i in range(12):
        made = (boss if i % 2 else staff).create("training", {"title": f"虚构培训{i}", "date": "2026-06-01"}).json
        assert boss.change("training", made["id"], 1, {"title": f"改名{i}"}).status == 200
        assert stranger.change("training", made["id"], 2, {"title": "别人的"}).status in (403, 404)
    officer.get("/records/training/export.xlsx")
    world["auditadmin"].get("/log/entries?format=xlsx&what=create")


def every_entry(world):
    """Read one by one, with the names of accounts and units."""
    names = {int(row[0]): (row[1], row[2]) for row in client.ask_sql(world, "SELECT id, name, display_name FROM account")}
    units = {int(row[0]): row[1] for row in client.ask_sql(world, "SELECT id, name FROM unit")}
    size = int(world["public"].get("/log/head").content.decode().splitlines()[1])
    out = []
    for n in range(size):
        one = world["auditadmin"].get(f"/log/entries/{n}").json
        entry = one["entry"]
        beijing = datetime.strptime(entry["at"][:19], "%Y-%m-%dT%H:%M:%S") + timedelta(hours=8)
        out.append({"leaf": n, "uid": one["uid"], "entry": entry, "day": beijing.strftime("%Y-%m-%d"), "verb": entry["do"].split(" ")[0].split(":")[0],
                    "who": names.get(entry.get("who"), ("", "")), "unit": units.get(entry.get("unit"), "")})
    return out


def matches(one, asked):
    entry = one["entry"]
    kind, _, number = asked.get("about", "").partition("/")
    return (("from" not in asked or one["day"] >= asked["from"]) and ("to" not in asked or one["day"] <= asked["to"])
            and ("by" not in asked or asked["by"] == one["who"][0] or asked["by"] in one["who"][1])
            and ("what" not in asked or one["verb"] in asked["what"].split(","))
            and ("about" not in asked or (entry.get("type") in kind.split(",") and (not number or entry.get("id") == int(number))))
            and ("unit" not in asked or asked["unit"] in one["unit"]) and ("refused" not in asked or entry.get("status", 0) > 0))


def random_filter(chance, entries):
    one = chance.choice(entries)
    values = {"from": one["day"], "to": one["day"], "by": one["who"][0] or one["who"][1] or "没有这个人", "what": one["verb"],
              "about": one["entry"].get("type", "account"), "unit": one["unit"][:6] or "没有这个单位", "refused": "true"}
    if chance.random() < 0.3:
        values["by"] = one["who"][1][:4] or "虚构"
    if chance.random() < 0.3 and "id" in one["entry"]:
        values["about"] += f"/{one['entry']['id']}"
    if chance.random() < 0.3:
        values["what"] += ",create"
    return {name: values[name] for name in values if chance.random() < 0.35}


def test_the_list_is_that_of_the_entries_under_any_filter(world):
    fill(world)
    entries = every_entry(world)
    chance = random.Random(int(os.environ.get("SEED", 1)))
    for case in range(CASES):
        asked = random_filter(chance, entries) if case else {}
        limit = chance.choice((3, 20, 500))
        query = urllib.parse.urlencode({**asked, "limit": limit})
        expected = [one for one in reversed(entries) if matches(one, asked)]
        seen, cursor = [], ""
        while True:
            page = world["auditadmin"].get(f"/log/entries?{query}{cursor}")
            assert page.status == 200, (asked, page)
            items = [item for item in page.json["items"] if item["leaf"] < len(entries)]  # later ones were not read above
            newer = len(page.json["items"]) - len(items)
            assert newer or cursor or page.json["total"] >= len(expected), (asked, page.json["total"], len(expected))
            seen += items
            if not page.json["next"] or len(seen) > 60:
                break
            cursor = f"&cursor={page.json['next']}"
        assert [item["uid"] for item in seen] == [one["uid"] for one in expected][:len(seen)], asked
        assert page.json["next"] or len(seen) == len(expected), (asked, len(seen), len(expected))
    for wrong in ("about=deal/x", "from=2026-13-01", "cursor=-1", "limit=501"):
        assert world["auditadmin"].get(f"/log/entries?{wrong}").status == 400, wrong


def test_the_list_is_for_those_who_audit(world):
    for name in ("centre_manager", "province_officer", "secadmin", "sysadmin"):
        for path in ("/log/entries", "/log/bundle"):
            assert world[name].get(path).status == 403, (name, path)
    assert world["public"].get("/log/entries").status == 401
    assert world["public"].get("/log/keys").content.decode().startswith("zhiyun/")
    # Who may not read a record is told neither its title nor, where it is secret, why it was changed.
    done = world["centre_manager"].create("training", {"title": "虚构名称canary", "date": "2026-06-01"}).json
    made = done["id"]
    assert world["auditadmin"].get(f"/receipts/{done['entry']}").status == 200  # it has its number by now
    text = json.dumps(world["auditadmin"].get(f"/log/entries?about=training/{made}").json, ensure_ascii=False)
    assert "canary" not in text and f'"id": {made}' in text, text


def test_the_log_as_a_file_verifies_without_contents(world):
    bundle = world["auditadmin"].get("/log/bundle")
    assert bundle.status == 200 and b"\n= {" not in bundle.content and b"\n! {" in bundle.content
    path = os.path.join(world.data, "log.bundle")
    with open(path, "wb") as file:
        file.write(bundle.content)
    said = json.loads(world.server.run("--json", "verify", "--bundle", path))
    assert said["ok"] is True, said
    size = int(bundle.content.split(b"\n")[2])
    part = world["auditadmin"].get(f"/log/bundle?most={size - 1}")
    assert part.status == 200 and int(part.content.split(b"\n")[2]) < size


def test_the_workbook_of_the_log_has_its_entries_and_no_more_than_asked_for(world):
    who = world["auditadmin"]
    to = "what=create,change,refused"  # the workbook itself leaves an entry
    listed = who.get(f"/log/entries?{to}&limit=500").json
    leaves = [one["leaf"] for one in listed["items"]]
    assert listed["next"] is None and len(leaves) > 60, listed["total"]
    for limit, wanted in (("", leaves), ("&limit=1", leaves[:1]), ("&limit=60", leaves[:60]), ("&limit=500", leaves),
                          (f"&limit=7&cursor={leaves[9]}", [n for n in leaves if n < leaves[9]][:7])):
        book = who.get(f"/log/entries?format=xlsx&{to}{limit}")
        assert book.status == 200, book
        rows = workbooks.opened(book.content)[0]
        assert [row[0] for row in rows[1:]] == wanted, (limit, len(rows), len(wanted))


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN)
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
