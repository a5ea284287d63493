#!/usr/bin/env python3
"""races_test.py ZHIYUN: what two persons do, done by several at the same moment.

Of each kind of such act one proposes it; then several confirm it, refuse it and take it back at once. One of them
wins; what happened, the row of the proposal and the log say the same; nobody is both persons. Where several propose
and confirm at once, or the record goes on meanwhile, what nobody proposed, or proposed of what is no more, is not done.
"""
import itertools
import json
import os
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import client  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
ROUNDS = int(os.environ.get("ROUNDS", "1"))  # of each kind and each way
WHY = {"reason": "虚构的理由"}
NUMBERS = itertools.count(1)
LOOKS = threading.Lock()  # of one psql, one asks at a time
CONFIRMED, ENDED = (200, 201), (200, 204)


class Act:
    """One act of two persons, not proposed yet. `ask(page)` proposes it, and of another confirms it; so does `confirm`, which
    says no reason where the second need not (then it proposes nothing); `end(page)` refuses it or takes it back; `effect()`
    tells what it has brought about, which is another text once it was done."""

    def __init__(self, pages, ask, end, effect, confirm=None):
        self.pages, self.ask, self.end, self.effect = pages, ask, end, effect
        self.confirm, self.proposes = confirm or ask, confirm is None


# --- the kinds --------------------------------------------------------------------------------------

def one_cell(world, query):
    return client.ask_sql(world, query)[0][0]


def finding_to_confirm(world):
    """A transition of a record."""
    pages = world.others
    digest = world.upload("province_other")
    made = pages[0].ask("POST", "/records/finding", {"ground": "leak", "date": "2026-01-05", "facts_found": f"虚构事实{next(NUMBERS)}",
                                                     "evidence_files": [{"digest": digest, "name": "evidence.pdf"}]})
    assert made.status == 201, made
    path = f"/records/finding/{made.json['id']}/actions/confirm?reason=x"
    act = Act(pages, lambda page: page.ask("POST", path, {}), lambda page: page.ask("DELETE", path),
              lambda: one_cell(world, f"SELECT state FROM record_finding WHERE id = {made.json['id']}"),
              lambda page: page.ask("POST", path.split("?")[0], {}))
    act.record = made.json["id"]
    return act


def case_to_record(world):
    """A step of a case: a recognition by the national office is entered."""
    client.enter_register(world, world.units["centreD"], "sx-yunying-draft", "140100")
    client.run_sql(world, ["UPDATE flow_case SET state = 'over' WHERE process = 'national'"])  # those before
    done = world.others[0].ask("POST", "/cases", {"pack": "sx-yunying-draft", "process": "national", "unit": world.units["centreD"], "fields": {}})
    assert done.status in (200, 201), done
    case = done.json["id"]
    client.run_sql(world, [f"UPDATE flow_case SET stage = 'recommended' WHERE id = {case}"])  # as if it was recommended
    path, number = f"/cases/{case}/actions/record-recognised", f"国知办函运字〔2026〕{next(NUMBERS)}号"
    body = {**WHY, "basis": "虚构依据", "records": {"recognition": {
        "document_no": number, "document_file": {"digest": world.upload("province_other"), "name": "notice.pdf"}}}}
    return Act(world.others, lambda page: page.ask("POST", path, body),
               lambda page: page.ask("DELETE", f"/cases/{case}/proposals/record-recognised?reason=x"),
               lambda: one_cell(world, f"SELECT count(*) FROM flow_step WHERE case_id = {case} AND kind = 'step' AND step = 'record-recognised'"),
               lambda page: page.ask("POST", path, {}))


def by_number(world, page, kind, record):
    """Ends what is open of a thing."""
    with LOOKS:
        rows = client.ask_sql(world, f"SELECT id FROM proposal WHERE state = 'open' AND type = '{kind}' AND record_id = {record}")
    return page.ask("DELETE", f"/proposals/{rows[0][0] if rows else 1}?reason=x")


def pack_to_activate(world):
    """What counts in the province; as if it had never counted."""
    client.run_sql(world, ["DELETE FROM pack_activation WHERE pack = 'sc-yucheng-2025'"])
    [pack] = [p for p in world.province[0].ask("GET", "/packs").json["packs"] if p["id"] == "sc-yucheng-2025"]
    path, seen = "/packs/sc-yucheng-2025/actions/activate", {"digest": pack["digest"]}
    return Act(world.province, lambda page: page.ask("POST", path, {**seen, **WHY}),
               lambda page: by_number(world, page, "pack", 0),
               lambda: one_cell(world, "SELECT count(*) FROM pack_activation WHERE pack = 'sc-yucheng-2025'"),
               lambda page: page.ask("POST", path, seen))


def setting_to_change(world):
    body = {"name": "idle_minutes", "value": str(5 + next(NUMBERS) % 20), **WHY}
    return Act(world.guardians, lambda page: page.ask("PUT", "/settings", body), lambda page: by_number(world, page, "setting", 0),
               lambda: str(client.ask_sql(world, "SELECT value FROM setting WHERE name = 'access.idle_minutes'")))


def link_to_make(world):
    """What signs an administrator in: one who takes no part, for who made it may not confirm what he proposes."""
    whose = world.people["guardian4"].account
    return Act(world.guardians, lambda page: page.ask("POST", f"/accounts/{whose}/link", WHY), lambda page: by_number(world, page, "setting", 0),
               lambda: one_cell(world, f"SELECT count(*) FROM sign_in_link WHERE account = {whose}"))


def account_to_erase(world):
    name = f"leaver{next(NUMBERS)}"
    made = world[client.FIRST].ask("POST", "/accounts", {"name": name, "display_name": "虚构", "unit": world.units["centreA"]})
    assert made.status == 201, made
    one = made.json["id"]
    assert world[client.FIRST].ask("POST", f"/accounts/{one}", {"do": "disable", **WHY}).status == 200
    return Act(world.guardians, lambda page: page.ask("POST", f"/accounts/{one}/erase", {"ground": "pipl_47_1_3", **WHY}),
               lambda page: by_number(world, page, "erasure", one),
               lambda: one_cell(world, f"SELECT name FROM account WHERE id = {one}"))


def fields_to_erase(world):
    """What names a person in a record."""
    made = world["centre_manager"].create("liaison", {"department": "虚构部", "contact": "虚构某", "phone": "13912345678"})
    assert made.status == 201, made
    one = made.json["id"]
    body = {"fields": ["contact"], "ground": "pipl_47_1_3", **WHY}
    return Act(world.guardians, lambda page: page.ask("POST", f"/records/liaison/{one}/erase", body),
               lambda page: by_number(world, page, "erasure", one),
               lambda: one_cell(world, f"SELECT coalesce(contact, '') FROM record_liaison WHERE id = {one}"))


KINDS = [finding_to_confirm, case_to_record, pack_to_activate, setting_to_change,
         link_to_make, account_to_erase, fields_to_erase]


# --- at once ------------------------------------------------------------------------------------------

def proposals(world, after):
    """(state, proposed by, decided by) of those made since."""
    return client.ask_sql(world, f"SELECT state, proposed_by, decided_by FROM proposal WHERE id > {after} ORDER BY id")


def newest_proposal(world):
    return int(one_cell(world, "SELECT coalesce(max(id), 0) FROM proposal"))


def entries(world):
    return {row[0]: row[1] for row in client.ask_sql(world, "SELECT uid, body FROM log_entry")}


def done_since(world, before):
    """What was done, refusals of requests left out."""
    return sorted(what for uid, body in entries(world).items() if uid not in before
                  for what in [json.loads(body)["do"].split(" (")[0]] if not what.startswith("refused"))


def alone(world, kind):
    """How many entries the log gets of a proposal, a confirmation and a refusal, undisturbed."""
    said = []
    for way in ("confirm", "end"):
        act, before = kind(world), entries(world)
        proposed = act.ask(act.pages[0])
        assert proposed.status == 202, (kind.__name__, proposed)
        said.append(done_since(world, before))
        before, was = entries(world), act.effect()
        done = getattr(act, way)(act.pages[1])
        assert done.status in (CONFIRMED if way == "confirm" else ENDED), (kind.__name__, way, done)
        assert (act.effect() != was) == (way == "confirm"), (kind.__name__, way)
        said.append(done_since(world, before))
    return {"propose": len(said[0]), "confirm": len(said[1]), "end": len(said[3])}


def race(world, kind, act, ways, said):
    """`ways`: what each page does, the first of which is that of who proposed it. Where the second says all that the first
    said, who comes after a refusal proposes it anew, and the next confirms that."""
    after = newest_proposal(world)
    proposed = act.ask(act.pages[0])
    assert proposed.status == 202, (kind.__name__, proposed)
    before, was = entries(world), act.effect()
    taking = [(page, way) for page, way in zip(act.pages, ways) if way]
    replies = client.at_once([lambda page=page, way=way: getattr(act, way)(page) for page, way in taking])
    rows = proposals(world, after)
    about = (kind.__name__, ways, rows, replies)
    confirmed = sum(reply.status in CONFIRMED for (_, way), reply in zip(taking, replies) if way == "confirm")
    ended = sum(reply.status in ENDED for (_, way), reply in zip(taking, replies) if way == "end")
    anew = sum(reply.status == 202 for reply in replies)
    states = [row[0] for row in rows]
    assert not any(reply.status >= 500 for reply in replies), about
    assert len(rows) == 1 + anew and (act.proposes or not anew), about
    assert confirmed == states.count("confirmed") <= 1 + anew and ended == states.count("refused") + states.count("withdrawn"), about
    assert confirmed + ended >= 1 and states[0] != "open", about
    assert (act.effect() != was) == bool(confirmed), about
    persons = [person for state, *pair in rows if state == "confirmed" for person in pair]
    assert len(persons) == len(set(persons)), about  # each asked once
    assert all((first == second) == (state == "withdrawn") for state, first, second in rows if state != "open"), about
    got = done_since(world, before)
    assert len(got) == confirmed * said["confirm"] + ended * said["end"] + anew * said["propose"], (about, got, said)
    act.end(act.pages[0])  # what was proposed anew


def test_of_those_who_confirm_refuse_and_take_back_at_once_one_wins(world):
    ways = [(None, "confirm", "confirm", "confirm"), ("end", "confirm", "end", "confirm"), ("confirm", "end", "confirm", "end")]
    for kind in KINDS:
        said = alone(world, kind)
        for way in ways * ROUNDS:
            race(world, kind, kind(world), way, said)


def test_who_proposes_at_once_proposes_one_thing(world):
    for kind in KINDS:
        for _ in range(ROUNDS):
            act, after = kind(world), newest_proposal(world)
            was = act.effect()
            replies = client.at_once([lambda page=page: act.ask(page) for page in act.pages])
            rows = proposals(world, after)
            about = (kind.__name__, rows, replies)
            assert sum(state == "open" for state, _, _ in rows) <= 1, about
            confirmed = [(first, second) for state, first, second in rows if state == "confirmed"]
            assert len(confirmed) == sum(reply.status in CONFIRMED for reply in replies), about
            persons = [person for pair in confirmed for person in pair]
            assert len(persons) == len(set(persons)), about  # each asked once
            assert (act.effect() != was) == bool(confirmed), about
            assert not any(reply.status >= 500 for reply in replies), about
            for page in act.pages:  # the next of its kind finds nothing open
                act.end(page)


def test_what_went_on_meanwhile_is_not_confirmed_as_it_was(world):
    for _ in range(6 * ROUNDS):
        act = finding_to_confirm(world)
        assert act.ask(act.pages[0]).status == 202
        change = client.at_once([lambda: act.ask(act.pages[1]),
                          lambda: act.pages[2].ask("PATCH", f"/records/finding/{act.record}", {"facts_found": "虚构的另一事实"}, If_Match='"1"')])
        won = [reply.status == 200 for reply in change]
        assert sum(won) == 1, change
        assert (act.effect() == "confirmed") == won[0], change


def test_who_confirms_and_is_dismissed_at_the_same_moment_is_one_or_the_other(world):
    """What he confirmed was confirmed before his role ended."""
    for _ in range(2 * ROUNDS):
        act, who = setting_to_change(world), world.people["guardian1"]
        grant = one_cell(world, f"SELECT id FROM role_grant WHERE account = {who.account} AND state = 'active'")
        proposed = act.ask(act.pages[0])
        assert proposed.status == 202, proposed
        was, before = act.effect(), entries(world)
        replies = client.at_once([lambda: act.ask(act.pages[1]),
                           lambda: client.run_sql(world, [f"UPDATE role_grant SET state = 'ended' WHERE id = {grant}"])])
        assert replies[0].status in (200, 403), replies
        assert (act.effect() != was) == (replies[0].status == 200), replies
        assert len(done_since(world, before)) == (replies[0].status == 200), replies
        client.run_sql(world, [f"UPDATE role_grant SET state = 'active' WHERE id = {grant}"])
        act.end(act.pages[0])


# --- who is there ---------------------------------------------------------------------------------------

def signed_in(world, *names):
    return [world.signed_in(name) for name in names]


def prepare(world):
    for number in range(3):
        world.add_person(f"other{number}", "office14", "province_officer")
        world.add_person(f"officer{number}", "office51", "province_officer")
    office = world.units["office51"]
    for one in [world.add_person(f"guardian{number}", "office51", "province_officer") for number in range(5)]:
        client.run_sql(world, [
            f"UPDATE role_grant SET state = 'ended' WHERE account = {one.account}",
            "INSERT INTO role_grant (version, state, owner_unit, owner_province, secrecy, published, created_ms, created_by, changed_ms, "
            f"changed_by, account, role, from_date) VALUES (1, 'active', {office}, '51', 1, 0, 1, 0, 1, 0, {one.account}, "
            "'security_administrator', '2020-01-01')"])
    world.settle()
    world.others = signed_in(world, "province_other", "other0", "other1", "other2")
    world.province = signed_in(world, "province_officer", "province_leader", "officer0", "officer1")
    world.guardians = signed_in(world, *(f"guardian{number}" for number in range(4)))


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN)
    try:
        prepare(WORLD)
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
