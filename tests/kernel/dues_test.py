#!/usr/bin/env python3
"""dues_test.py ZHIYUN CLOCK: what is due of records is told once, on its day, to whom it concerns, and no more once it is over.

What is due is computed here from the records as they were sent, by rules of docs/record-types.md and by code that knows nothing of
the program's. The server stands still between two steps, and days have passed when it starts again."""
import calendar
import datetime
import json
import os
import random
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "http"))
sys.path.insert(0, os.path.dirname(__file__))
import bodies  # noqa: E402
import client  # noqa: E402
import tap  # noqa: E402
import wire  # noqa: E402

ZHIYUN, CLOCK = os.path.abspath(sys.argv[1]), sys.argv[2]
SEED = int(os.environ.get("SEED", "20261128"))
DAY = 86400
RECORDS, STEPS = 150, 9
MAIN = """name: due_case
label: {zh: 期限样本, en: Specimen of dues}
title: title
list: [title, by, group, state]
duty: own
dated: [since, created]
sections:
  - {fields: [title, group, by, known, since]}
  - {name: more, label: {zh: 其他, en: More}, fields: [span, at, over, expires, length, open, lines, person]}
dues:
  - {name: by, label: {zh: 应办, en: By}, on: by, until: over, warn: [7, 0, -7]}
  - {name: known, label: {zh: 已知, en: Known}, on: known}
  - {name: span, label: {zh: 期间, en: Span}, on: span, warn: [3, 0]}
  - {name: made, label: {zh: 登记后, en: Made}, on: created, after: 20d, when: {state: draft}, warn: [5, 0]}
  - {name: at, label: {zh: 时刻, en: At}, on: at, warn: [0]}
  - {name: silent, label: {zh: 没有跟进, en: Silent}, on: [due_step.day, known], after: 15d, warn: [0]}
  - {name: line, label: {zh: 行, en: Line}, on: lines.day, until: lines.done, warn: [2, 0, -2]}
  - {name: month, label: {zh: 一个月, en: Month}, on: by, after: 1m, when: {open: true, group: {not: c1}}, warn: [0]}
  - {name: picked, label: {zh: 按长短, en: Picked}, on: known, after: length, warn: [1]}
  - {name: newest, label: {zh: 最新, en: Newest}, on: expires, newer: [group], warn: [30, 0], act: close}
  - {name: his, label: {zh: 经办, en: His}, on: span, until: over, whom: person, warn: [1]}
fields:
  - {name: title, type: text, required: true, label: {zh: 标题, en: Title}}
  - {name: group, type: text, label: {zh: 组, en: Group}}
  - {name: by, type: date, label: {zh: 日期, en: By}}
  - {name: known, type: known_date, label: {zh: 已知日期, en: Known}}
  - {name: span, type: period, label: {zh: 期间, en: Span}}
  - {name: at, type: datetime, label: {zh: 时刻, en: At}}
  - {name: over, type: known_date, label: {zh: 完成, en: Over}}
  - {name: expires, type: date, label: {zh: 到期, en: Expires}}
  - {name: since, type: known_date, label: {zh: 起始, en: Since}}
  - {name: length, type: enum, label: {zh: 长短, en: Length}, values: [{code: short, zh: 短, en: Short, after: 10d}, {code: long, zh: 长, en: Long, after: 1m}, {code: year, zh: 年, en: Year, after: 1y}]}
  - {name: open, type: bool, label: {zh: 开放, en: Open}}
  - {name: person, type: ref, to: account, label: {zh: 经办人, en: Person}}
  - name: lines
    type: table
    label: {zh: 行, en: Lines}
    fields:
      - {name: day, type: date, label: {zh: 日期, en: Day}}
      - {name: done, type: date, label: {zh: 完成, en: Done}}
states:
  initial: draft
  list:
    - {name: draft, label: {zh: 草稿, en: Draft}}
    - {name: closed, label: {zh: 关闭, en: Closed}}
  transitions:
    - {name: close, label: {zh: 关闭, en: Close}, from: [draft], to: closed, reason: none}
access:
  - {roles: [centre_manager], relation: own_unit, verbs: [read, create, change, end, import, export], actions: [close]}
  - {roles: [centre_staff], relation: own_unit, verbs: [read], fields: [title, group, known, lines, span]}
  - {roles: [province_officer], relation: own_province, verbs: [read]}
"""
STEP = """name: due_step
label: {zh: 期限跟进, en: Step of a specimen}
title: title
list: [title, day]
within: [main]
fields:
  - {name: main, type: ref, to: due_case, required: true, label: {zh: 样本, en: Specimen}}
  - {name: title, type: text, label: {zh: 标题, en: Title}}
  - {name: day, type: date, label: {zh: 日期, en: Day}}
access:
  - {roles: [centre_manager], relation: own_unit, verbs: [read, create, change, end, import, export]}
"""
SECRET = """name: due_secret
label: {zh: 密级样本, en: Secret specimen}
title: title
list: [title, by]
secrecy: secret
duty: own
dated: [created]
dues:
  - {name: by, label: {zh: 应办, en: By}, on: by, warn: [7, 0]}
fields:
  - {name: title, type: text, required: true, label: {zh: 标题, en: Title}}
  - {name: by, type: date, label: {zh: 日期, en: By}}
access:
  - {roles: [centre_manager], relation: own_unit, verbs: [read, create, change, end], secrecy: secret}
"""

# --- what is due, computed --------------------------------------------------------------------------------------------------------

WARN = {"by": [7, 0, -7], "known": [7, 0], "span": [3, 0], "made": [5, 0], "at": [0], "silent": [0], "line": [2, 0, -2], "month": [0],
        "picked": [1], "newest": [30, 0], "his": [1]}
LENGTH = {"short": "10d", "long": "1m", "year": "1y"}


def moved(day, interval):
    number, unit = int(interval[:-1]), interval[-1]
    if unit == "d":
        return day + datetime.timedelta(days=number)
    months = day.year * 12 + day.month - 1 + number * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def day_of(text):
    return datetime.date.fromisoformat(text) if text and text is not True else None


def moments(day, name):
    epoch = datetime.date(1970, 1, 1)
    return sorted(((day - epoch).days - before) * DAY * 1000 for before in WARN[name])


class Model:
    """Records as they were sent, the dues that follow, and when each is told next."""

    def __init__(self):
        self.records, self.steps, self.open, self.ended, self.all = {}, {}, {}, set(), set()

    def dues(self, one):
        r, out = self.records[one], {}
        if one in self.ended:
            return out
        known = day_of(r.get("known"))
        if r.get("by") and not day_of(r.get("over")):
            out["by", 0] = day_of(r["by"])
        if known:
            out["known", 0] = known
        if r.get("span"):
            out["span", 0] = day_of(r["span"]["to"])
            if not day_of(r.get("over")):
                out["his", 0] = day_of(r["span"]["to"])
        if r["state"] == "draft":
            out["made", 0] = moved(r["created"], "20d")
        if r.get("at"):
            at = datetime.datetime.fromisoformat(r["at"]).astimezone(datetime.timezone(datetime.timedelta(hours=8)))
            out["at", 0] = at.date()
        last = [day_of(s["day"]) for s in self.steps.values() if s["main"] == one and not s["ended"] and s["day"]]
        if last or known:
            out["silent", 0] = moved(max([*last, *([known] if known else [])]), "15d")
        for row, line in enumerate(r.get("lines") or []):
            if line.get("day") and not line.get("done"):
                out["line", row] = day_of(line["day"])
        if r.get("by") and r.get("open") and r.get("group") and r["group"] != "c1":
            out["month", 0] = moved(day_of(r["by"]), "1m")
        if known and r.get("length"):
            out["picked", 0] = moved(known, LENGTH[r["length"]])
        newest = max((o.get("since") or "", n) for n, o in self.records.items() if n not in self.ended and o.get("group") == r.get("group"))
        if r.get("expires") and newest[1] == one:
            out["newest", 0] = day_of(r["expires"])
        return out

    def settle(self, now_ms, told):
        """After a write: what is new is told at once where its day is past or nothing is left to warn of."""
        today = datetime.datetime.fromtimestamp(now_ms / 1000 + 8 * 3600, datetime.timezone.utc).date()
        for one in self.records:
            before = {key: value for key, value in self.open.items() if key[0] == one}
            for key in before:
                del self.open[key]
            kept = dict(before)
            for (name, row), day in sorted(self.dues(one).items()):
                self.all.add((one, name, row, day))
                same = [k for k, (d, _) in kept.items() if k[1] == name and d == day]
                if same:
                    place = (one, name, row) if (one, name, row) in same else same[0]
                    self.open[one, name, row] = (day, kept.pop(place)[1])
                    continue
                later = [m for m in moments(day, name) if m > now_ms]
                if day < today or not later:
                    told.append((one, name))
                self.open[one, name, row] = (day, later[0] if later else None)

    def pass_time(self, now_ms, told):
        for key, (day, following) in self.open.items():
            if following is not None and following <= now_ms:
                told.append(key[:2])
                later = [m for m in moments(day, key[1]) if m > now_ms]
                self.open[key] = (day, later[0] if later else None)


# --- the world --------------------------------------------------------------------------------------------------------------------


def server_ms(world):
    return int((time.time() + world.jumped) * 1000)


def restart(world, days):
    """Some days later, at 10 o'clock in China."""
    world.server.stop()
    for person in world.people.values():
        person.connection = None
    wanted = time.time() + world.jumped + days * DAY
    world.jumped += days * DAY + (2 * 3600 - wanted % DAY) + (DAY if wanted % DAY > 2 * 3600 and days == 0 else 0)
    world.clock.jump(world.jumped)
    world.server.start()


def until(ask, what):
    for _ in range(1200):
        if ask():
            return
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come")


def all_told(world):
    until(lambda: client.ask_sql(world, f"SELECT count(*) FROM record_due WHERE next_ms <= {server_ms(world)}")[0][0] == "0", "telling")


def unread(world, name):
    rows = client.ask_sql(world, "SELECT n.id, n.arguments FROM notification n WHERE n.kind = 'record_due' AND n.read_ms IS NULL"
                                 f" AND n.account = {world[name].account} ORDER BY n.id")
    return [(int(one), json.loads(said)) for one, said in rows]


def messages(world, name="centre_manager"):
    """Unread ones: how many of each due; then they are read."""
    out = {}
    found = unread(world, name)
    for _, said in found:
        out[said["due"]] = out.get(said["due"], 0) + int(said.get("count", 1))
    if found:
        client.run_sql(world, [f"UPDATE notification SET read_ms = 1 WHERE id IN ({', '.join(str(n) for n, _ in found)})"])
    return out


def change(who, kind, one, patch):
    done = who.change(kind, one, who.get(f"/records/{kind}/{one}").json["version"], patch)
    assert done.status == 200, (patch, done)


def stored(world):
    rows = client.ask_sql(world, "SELECT record_id, due, row, due_date, next_ms FROM record_due WHERE type = 'due_case'")
    return {(int(r[0]), r[1], int(r[2])): (datetime.date.fromisoformat(r[3]), int(r[4]) if r[4] else None) for r in rows}


def due_body(chance, today, number):
    def some(low, high, share=0.7):
        return (today + datetime.timedelta(days=chance.randint(low, high))).isoformat() if chance.random() < share else None
    first = today + datetime.timedelta(days=chance.randint(-30, 30))
    return {"title": f"虚构{number}", "group": chance.choice(["a1", "b1", "c1", None]) if number >= 20 else f"g{number % 7}",
            "by": some(-20, 60), "known": chance.choice([some(-30, 40), some(-30, 40), False, None]),
            "span": {"from": first.isoformat(), "to": (first + datetime.timedelta(days=chance.randint(1, 40))).isoformat()}
            if chance.random() < 0.6 else None,
            "at": (today + datetime.timedelta(days=chance.randint(-10, 50))).isoformat() + chance.choice(["T23:30:00Z", "T09:00:00+08:00"])
            if chance.random() < 0.5 else None,
            "over": some(-5, 0, 0.2), "since": chance.choice([some(-3, 0), some(-3, 0), False, None]), "length": chance.choice(["short", "long", "year", None]), "open": chance.choice([True, False, None]),
            "lines": [{k: v for k, v in {"day": some(-15, 45, 0.9), "done": some(-5, 5, 0.2)}.items() if v} or {"done": today.isoformat()}
                      for _ in range(chance.randint(0, 3))]}


def today_of(world):
    return datetime.datetime.fromtimestamp(server_ms(world) / 1000 + 8 * 3600, datetime.timezone.utc).date()


LABELS = {"by": "应办", "known": "已知", "span": "期间", "made": "登记后", "at": "时刻", "silent": "没有跟进", "line": "行", "month": "一个月",
          "picked": "按长短", "newest": "最新", "his": "经办"}


def test_a_thousand_dues_are_told_once_and_on_their_day(world):
    print(f"# SEED={SEED}")
    chance, who, model, told, seen = random.Random(SEED), world["centre_manager"], Model(), [], set()
    others = ("centre_staff", "centre_colleague", "centre_neighbour", "province_officer")
    restart(world, 0)

    def make(number):
        body = due_body(chance, today_of(world), number)
        if number < 20:  # the newest of its group
            body["expires"] = (today_of(world) + datetime.timedelta(days=chance.randint(5, 80))).isoformat()
        done = who.create("due_case", body)
        assert done.status == 201, (body, done)
        model.records[done.json["id"]] = {**body, "state": "draft", "created": today_of(world), "number": number}
        model.settle(server_ms(world), told)

    def write(free, groups):
        """One record, or a step of one; each is written once a day, so that nothing depends on how quickly it is told."""
        one = free.pop()
        record, what = model.records[one], chance.random()
        if record["number"] < 20:
            if record["group"] in groups:
                return
            groups.add(record["group"])
        own = [n for n, s in model.steps.items() if s["main"] == one and not s["ended"]]
        if what < 0.25 and not own:
            step = {"main": one, "title": "虚构", "day": (today_of(world) - datetime.timedelta(days=chance.randint(0, 9))).isoformat()}
            made = who.create("due_step", step)
            assert made.status == 201, made
            model.steps[made.json["id"]] = {**step, "ended": False}
        elif own and what < 0.4:  # it was another's
            model.steps[own[0]]["main"] = other = free.pop() if free else one
            change(who, "due_step", own[0], {"main": other})
            seen.add("moved")
        elif own and what < 0.6:
            assert who.act("due_step", own[0], "end", query="?reason=x").status == 200
            model.steps[own[0]]["ended"] = True
            seen.add("ended")
        elif own and what < 0.7:
            model.steps[own[0]]["day"] = day = (today_of(world) - datetime.timedelta(days=chance.randint(0, 9))).isoformat()
            change(who, "due_step", own[0], {"day": day})
            seen.add("another day")
        elif what > 0.93:
            assert who.act("due_case", one, "end", query="?reason=x").status == 200
            model.ended.add(one)
        elif what > 0.85 and record["state"] == "draft":
            assert who.act("due_case", one, "close").status == 200
            record["state"] = "closed"
        else:
            patch = {k: v for k, v in due_body(chance, today_of(world), record["number"]).items()
                     if k not in ("title", "group") and chance.random() < 0.4}
            if record["number"] < 20 and chance.random() < 0.7:
                patch["expires"] = (today_of(world) + datetime.timedelta(days=chance.randint(5, 80))).isoformat()
            change(who, "due_case", one, {**patch, "title": record["title"]})
            record.update(patch)
        model.settle(server_ms(world), told)

    for number in range(RECORDS):
        make(number)
    for step in range(STEPS):
        all_told(world)
        assert stored(world) == model.open, difference(stored(world), model.open)
        expected = {}
        for _, name in told:
            expected[LABELS[name]] = expected.get(LABELS[name], 0) + 1
        assert messages(world) == expected, (step, expected)
        assert not any(messages(world, other) for other in others), step
        told.clear()
        if step + 1 == STEPS:
            break
        restart(world, chance.choice([1, 2, 5, 9, 20]))
        model.pass_time(server_ms(world), told)
        all_told(world)  # what the day brings, before anything is written
        free, groups = [one for one in model.records if one not in model.ended], set()
        chance.shuffle(free)
        for _ in range(40):
            if free:
                write(free, groups)
    print(f"# {len(model.all)} dues, {len(model.open)} of them open at the end")
    assert len(model.all) > 1000 and len(model.open) > 300 and seen == {"moved", "ended", "another day"}


def difference(is_so, wanted):
    return {key: (is_so.get(key), wanted.get(key)) for key in set(is_so) | set(wanted) if is_so.get(key) != wanted.get(key)}


def test_the_index_is_made_again_from_the_records(world):
    before = stored(world)
    world.server.stop()
    client.run_sql(world, ["DELETE FROM record_due WHERE record_id % 2 = 0",
                           "UPDATE record_due SET due_date = '2020-01-01' WHERE record_id % 3 = 0 AND due = 'known'",
                           "INSERT INTO record_due (type, record_id, due, row, due_date, owner_unit) VALUES ('due_step', 1, 'x', 0, '2026-01-01', 1)"])
    world.server.run("reindex")
    assert {k: v[0] for k, v in stored(world).items()} == {k: v[0] for k, v in before.items()}
    assert client.ask_sql(world, "SELECT count(*) FROM record_due WHERE type = 'due_step'")[0][0] == "0"
    world.server.start()
    all_told(world)
    messages(world)


def test_a_due_of_another_name_is_the_same_due(world):
    """The types are others at a start: a job counts again, and nothing that was told is told again."""
    before = stored(world)
    path = os.path.join(world.data, "types", "due_case.yaml")
    world.server.stop()
    with open(path, "w", encoding="utf-8") as file:
        file.write(MAIN.replace("name: known, label", "name: renamed, label"))
    world.server.start()
    until(lambda: client.ask_sql(world, "SELECT count(*) FROM record_due WHERE due = 'known'")[0][0] == "0", "the job")
    until(lambda: client.ask_sql(world, "SELECT count(*) FROM job WHERE kind = 'dues' AND state IN ('queued', 'running')")[0][0] == "0",
          "its end")
    all_told(world)
    assert messages(world) == {}
    assert {(k[0], k[1].replace("renamed", "known"), k[2]): v for k, v in stored(world).items()} == before
    world.server.stop()
    with open(path, "w", encoding="utf-8") as file:
        file.write(MAIN)
    world.server.start()


def made(world, body, who="centre_manager", kind="due_case"):
    done = world[who].create(kind, {"title": "虚构", **body})
    assert done.status == 201, done
    return done.json["id"]


def box(world, who, one, name):
    items, cursor = [], ""
    while cursor is not None:
        page = world[who].get(f"/todo?cursor={cursor}").json
        items += [i for i in page["items"] if i["kind"] == "due" and (i["id"], i["due_name"]) == (one, name)]
        cursor = urllib.parse.quote(page["next"]) if page["next"] else None
    assert len(items) < 2, items
    return items[0] if items else None


def later(world, days):
    return (today_of(world) + datetime.timedelta(days=days)).isoformat()


def test_what_is_due_waits_in_the_box_with_what_answers_it(world):
    near, far = made(world, {"by": later(world, 3)}), made(world, {"by": later(world, 8)})
    item = box(world, "centre_manager", near, "by")
    assert item["due"] == later(world, 3) and item["what"] == "By" and item["title"] == {"title": "虚构"}, item
    assert item["act"] == {"field": "over"} and item["days_left"] == 3, item
    assert box(world, "centre_manager", far, "by") is None
    assert box(world, "centre_manager", made(world, {"expires": later(world, 1), "group": "x9"}), "newest")["act"] == {"action": "close"}
    silent = made(world, {"known": later(world, -30)})
    assert box(world, "centre_manager", silent, "silent")["act"] == {"type": "due_step", "from": "main"}
    rows = made(world, {"lines": [{"done": later(world, 0)}, {"day": later(world, 1)}]})
    item = box(world, "centre_manager", rows, "line")
    assert (item["row"], item["act"]) == (1, {"field": "lines.done"}), item
    total = world["centre_manager"].get("/todo").json["total"]
    change(world["centre_manager"], "due_case", near, {"over": later(world, 0)})
    assert box(world, "centre_manager", near, "by") is None and world["centre_manager"].get("/todo").json["total"] == total - 1
    # "It did not happen" answers nothing.
    change(world["centre_manager"], "due_case", near, {"over": False})
    assert box(world, "centre_manager", near, "by")
    assert world["centre_manager"].act("due_case", near, "end", query="?reason=x").status == 200
    assert box(world, "centre_manager", near, "by") is None


def test_whom_it_concerns(world):
    one = made(world, {"known": later(world, 2), "by": later(world, 2)})
    assert box(world, "centre_manager", one, "known") and not box(world, "centre_colleague", one, "known")
    given = world["centre_manager"].ask("POST", f"/records/due_case/{one}/assignments", {"kind": "do", "account": world["centre_colleague"].account})
    assert given.status == 201, given
    # Whom the record is given to; not the day that he may not see.
    assert not box(world, "centre_manager", one, "known") and box(world, "centre_colleague", one, "known")
    assert not box(world, "centre_colleague", one, "by")
    his = made(world, {"span": {"from": later(world, -1), "to": later(world, 1)}, "person": world["centre_staff"].account})
    assert box(world, "centre_staff", his, "his") and not box(world, "centre_manager", his, "his")
    all_told(world)
    assert messages(world, "centre_staff") == {"经办": 1} and messages(world, "centre_neighbour") == {}


def test_a_deal_concerns_the_account_of_its_manager(world):
    """A reference of a reference, by a shipped type; without one it concerns who handles the deal."""
    staff = world["centre_manager"].create("staff", {"name": "虚构经理", "account": world["centre_colleague"].account})
    assert staff.status == 201, staff
    made_for = [world["centre_manager"].create("deal", {
        "contract_no": f"虚构-{n}", "title": "虚构", "type": "licence", "currency": "CNY", "amount": "1.00",
        "sides": [{"name": "虚构甲公司"}, {"name": "虚构乙公司"}], **more}) for n, more in enumerate(({"manager": staff.json["id"]}, {}))]
    assert [done.status for done in made_for] == [201, 201], made_for
    accounts = [client.ask_sql(world, f"SELECT account FROM record_due WHERE type = 'deal' AND record_id = {done.json['id']}")[0][0]
                for done in made_for]
    assert accounts == [str(world["centre_colleague"].account), ""], accounts


def test_a_later_follow_up_answers_the_one_agreed(world):
    """The day of the follow-up decides which is later, whether it agrees on a next one or not; on one day the last that was entered."""
    who = world["centre_manager"]
    deal = made(world, {"contract_no": "虚构-F", "type": "licence", "currency": "CNY", "amount": "1.00",
                        "sides": [{"name": "虚构甲公司"}, {"name": "虚构乙公司"}]}, kind="deal")

    def follow(day, **more):
        done = who.create("follow_up", {"deal": deal, "date": later(world, day), "content": "虚构", **more})
        assert done.status == 201, done
        return done.json["id"]

    def open_ones():
        return [int(n) for n, in client.ask_sql(world, "SELECT record_id FROM record_due WHERE type = 'follow_up' ORDER BY record_id")]

    first = follow(-5, next_date=later(world, 1))
    item = box(world, "centre_manager", first, "next")
    assert (item["of_type"], item["of"], item["act"]) == ("deal", deal, {"type": "follow_up"}), item
    silent, = (i for i in who.get(f"/due?type=deal&id={deal}").json["items"] if i["due_name"] == "silent")
    assert silent["act"] == {"type": "follow_up", "from": "deal"}, silent  # not its result, which ends it too
    follow(-9)  # entered after it, of an earlier day
    assert open_ones() == [first]
    second = follow(-5, next_date=later(world, -1))  # of an earlier day by what was agreed, and the last of its own
    assert open_ones() == [second]
    last = follow(-2)
    assert open_ones() == [] and not box(world, "centre_manager", first, "next")
    assert who.act("follow_up", last, "end", query="?reason=x").status == 200
    assert open_ones() == [second]
    change(who, "follow_up", first, {"date": later(world, -4)})
    assert open_ones() == [first]


def test_an_old_contract_that_is_entered_now_is_not_overdue(world):
    """Silence counts from the last of what happened, and entering it is the last."""
    who = world["centre_manager"]
    sides = [{"name": "虚构甲公司"}, {"name": "虚构乙公司"}]
    deal = made(world, {"contract_no": "虚构-旧", "type": "licence", "currency": "CNY", "amount": "1.00", "signed": later(world, -700), "sides": sides}, kind="deal")

    def silent():
        one, = (i for i in who.get(f"/due?type=deal&id={deal}").json["items"] if i["due_name"] == "silent")
        return one["due"]
    assert silent() == later(world, 90), silent()
    assert who.create("follow_up", {"deal": deal, "date": later(world, -300), "content": "虚构"}).status == 201
    assert silent() == later(world, 90), silent()


def test_a_record_of_another_unit_counts_nowhere(world):
    one = made(world, {"known": later(world, -30)})
    two = made(world, {"known": later(world, -30)}, who="centre_neighbour")
    before = {k: v for k, v in stored(world).items() if k[0] in (one, two)}
    assert before[one, "silent", 0][0] == before[two, "silent", 0][0]
    client.run_sql(world, [f"UPDATE record_due_case SET published = 1 WHERE id = {two}"])
    step = made(world, {"main": one, "day": later(world, 0)}, kind="due_step")
    assert stored(world)[one, "silent", 0][0].isoformat() == later(world, 15)
    client.run_sql(world, [f"UPDATE record_due_step SET owner_unit = {world.units['centreB']} WHERE id = {step}"])
    change(world["centre_manager"], "due_case", one, {"title": "再来"})
    assert stored(world)[one, "silent", 0][0] == before[one, "silent", 0][0], stored(world)[one, "silent", 0]


def test_the_days_as_a_list_and_as_a_calendar(world):
    who = world["centre_manager"]
    far = made(world, {"title": "虚构, 远", "by": later(world, 400)})
    secret = made(world, {"title": "机密的标题", "by": later(world, 401)}, kind="due_secret")
    asked = f"/due?from={later(world, 399)}&to={later(world, 402)}"
    items = who.get(asked).json
    assert [(i["type"], i["id"], i["due"], i["due_name"]) for i in items["items"]] == [
        ("due_case", far, later(world, 400), "by"), ("due_secret", secret, later(world, 401), "by")] and items["total"] == 2, items
    first = who.get(asked + "&limit=1").json
    second = who.get(asked + f"&limit=1&cursor={first['next']}").json
    assert [first["items"][0]["id"], second["items"][0]["id"], second["next"], second["total"]] == [far, secret, None, 2]
    assert world["centre_neighbour"].get(asked).json["total"] == 0
    assert [i["id"] for i in world["province_officer"].get(asked).json["items"]] == [far]
    assert world["centre_staff"].get(asked).json["total"] == 0  # the day is hidden from her
    ics = who.get(f"/due.ics?from={later(world, 399)}&to={later(world, 402)}").content.decode()
    assert ics.startswith("BEGIN:VCALENDAR\r\n") and ics.count("BEGIN:VEVENT") == 2, ics
    assert f"DTSTART;VALUE=DATE:{later(world, 400).replace('-', '')}" in ics and "虚构\\, 远" in ics, ics
    assert ics.count("TRANSP:TRANSPARENT") == 2 and "X-WR-CALNAME:Zhiyun: what is due" in ics and "URL:" not in ics, ics
    assert "机密" not in ics and "SUMMARY:Secret specimen: something is due" in ics, ics
    assert all(len(line.encode()) <= 75 for line in ics.split("\r\n")), ics


def test_a_secret_record_is_told_of_without_its_title(world):
    all_told(world)
    messages(world)
    made(world, {"title": "机密的标题", "by": later(world, -1)}, kind="due_secret")
    all_told(world)
    (_, said), = unread(world, "centre_manager")
    assert said == {"title": "密级样本", "due": "有一项到期", "date": later(world, -1)}, said


def test_an_import_is_told_of_once_when_it_is_there(world):
    who, rows = world["centre_manager"], 60
    all_told(world)
    messages(world)
    book = bodies.workbook([["标题", "日期"]] + [[f"虚构导入{n}", later(world, -1 - n % 5 if n % 3 else 3)] for n in range(rows)])
    done = who.ask("POST", "/records/due_case/import?name=fictional.xlsx", raw=book)
    assert done.status == 200 and done.json["created"] == rows, done
    all_told(world)
    assert messages(world) == {f"导入的 {rows} 条中": rows * 2 // 3}
    undone = who.ask("POST", f"/records/due_case/imports/{done.json['id']}/undo")
    assert undone.json["undone"] == rows, undone
    left = "SELECT count(*) FROM record_due d JOIN record_due_case r ON r.id = d.record_id WHERE d.type = 'due_case' AND r.ended_ms IS NOT NULL"
    assert client.ask_sql(world, left)[0][0] == "0"
    all_told(world)
    assert messages(world) == {}


if __name__ == "__main__":
    wire.needs_clock(ZHIYUN)
    WORLD = client.World(ZHIYUN, people={name: client.PEOPLE[name] for name in (
        "province_officer", "centre_staff", "centre_colleague", "centre_manager", "centre_neighbour")})
    WORLD.clock, WORLD.jumped = wire.Clock(CLOCK), 0.0
    WORLD.server.stop()
    os.makedirs(os.path.join(WORLD.data, "types"), exist_ok=True)
    for NAME, TEXT in (("due_case", MAIN), ("due_step", STEP), ("due_secret", SECRET)):
        with open(os.path.join(WORLD.data, "types", NAME + ".yaml"), "w", encoding="utf-8") as FILE:
            FILE.write(TEXT)
    WORLD.clock.before(WORLD.server)
    WORLD.server.start()
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
        WORLD.clock.close()
