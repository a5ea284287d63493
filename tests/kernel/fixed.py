"""Cells of the fixed resources: accounts, grants, tokens, jobs, receipts, files, settings, sign-in and the rest.

Who may call what, and for whose things, stands with each resource and so in the description
(x-access); policy.py decides it a second time. Every operation is asked by everybody: each role, the
same role of other units, nobody, tokens of each scope, a disabled account, sessions of people, and
sessions whose requests do not come from a page of ours.

At the door a request carries a member that no body has: whoever is let in is told so (400). Where it
matters whose the thing is, each thing is asked for as well, in a way that changes nothing where it is
allowed, or is put back after.
"""
import collections
import glob
import itertools
import re

import bodies
import client
import counted
import matrix
import matters
import officials
import panels
import policy

WHY = {"reason": "虚构的理由"}
FAR_MS = 4000000000000
LET_IN = policy.LET_IN
SESSIONS = {  # name: (whose, what its requests lack)
    "session of a manager": ("centre_manager", None),
    "session of an expert": ("expert", None),
    "session without Origin": ("centre_staff", "origin"),
    "session that sends a form": ("centre_staff", "form"),
    "session without its token": ("centre_staff", "csrf"),
}
NUMBERS = itertools.count(5000000)
PAPER = "GET /api/v1/packs/{pack}/forms/{form}/paper"
SAME = {PAPER + ".docx": PAPER, PAPER + ".pdf": PAPER}  # operation: the one whose filling it is, and which says what was read


class Asker:
    """Somebody who asks, and what the tables know of him."""

    def __init__(self, name, ask, subject, in_person=False, defect=None, dead=False):
        self.name, self.ask, self.subject = name, ask, subject
        self.in_person, self.defect, self.dead = in_person, defect, dead


class Thing:
    """What an operation is asked about: its owner, and what else the declared lines speak of.

    `request`: (method, path, body, raw); `allowed`: what is answered to who may; `back`: SQL that puts
    back what an allowed call did; `before`: SQL that makes the thing anew."""

    def __init__(self, title, request, allowed, account=None, unit=None, words=(), deed=None, role=None, lent_by=None,
                 readable=None, before=(), back=(), only=None, exact=True, told=None, province=None):
        self.title, self.request, self.allowed, self.exact = title, request, allowed, exact
        self.account, self.unit, self.words, self.deed, self.role = account, unit, set(words), deed, role
        self.province = province  # of who reads over it there
        self.lent_by, self.readable = lent_by, readable or (lambda subject: False)
        self.before, self.back, self.only, self.told = list(before), list(back), only, told


class Fixed:
    def __init__(self, world):
        self.world = world
        self.operations = {}
        for path, methods in world["public"].get("/openapi.json").json["paths"].items():
            for method, operation in methods.items():
                if not re.match(r"/api/v1/records/", path):
                    self.operations[f"{method.upper()} {path}"] = {**operation["x-access"], "body": "requestBody" in operation}
        self.numbers = {row[1]: int(row[0]) for row in client.ask_sql(world, "SELECT id, name FROM account")}
        self.askers = list(self.everybody())
        self.things = collections.defaultdict(list)
        self.make_things()

    # --- who asks ---------------------------------------------------------------------------

    def browser(self, whose, defect=None):
        one = client.Browser(self.world, whose)
        assert one.link().status == 200, whose
        lacking = {"origin": {"Origin": None}, "csrf": {"X_CSRF_Token": None},
                   "form": {"Content_Type": "text/plain"}}.get(defect, {})
        return one, lambda method, path, body=None, raw=None, **more: one.ask(method, path, body, raw, **{**more, **lacking})

    def everybody(self):
        world, subjects = self.world, dict(self.world.subjects)
        subjects[client.FIRST] = policy.Subject(self.numbers[client.FIRST], None, None, ["security_administrator"])
        for name, person in world.people.items():
            yield Asker(name, lambda m, p, body=None, raw=None, who=person: who.ask(m, p, body, raw=raw), subjects[name])
        mine = subjects["centre_manager"]
        for scope in sorted({access["scope"] for access in self.operations.values()} - {"other"}):
            person = client.Person(world.server, world.token("centre_manager", scope), scope)
            subject = policy.Subject(mine.account, mine.unit, mine.region, mine.roles, (), [scope])
            yield Asker(f"token for {scope}", lambda m, p, body=None, raw=None, who=person: who.ask(m, p, body, raw=raw), subject)
        gone = world.add_person("disabled_manager", "centreA", "centre_manager")
        leaving, ask_leaving = self.browser("disabled_manager")
        done = world[client.FIRST].ask("POST", f"/accounts/{gone.account}", {"do": "disable"})
        assert done.status == 200, done
        del world.people["disabled_manager"]
        nobody = policy.Subject(gone.account, gone.unit, mine.region, [])
        yield Asker("token of a disabled account", lambda m, p, body=None, raw=None: gone.ask(m, p, body, raw=raw), nobody, dead=True)
        yield Asker("session of a disabled account", ask_leaving, nobody, in_person=True, dead=True)
        assert leaving
        for name, (whose, defect) in SESSIONS.items():
            _, ask = self.browser(whose, defect)
            yield Asker(name, ask, subjects[whose], in_person=True, defect=defect)
        # Administrators need a second factor: until it is enrolled they get no further than to it.
        one, ask = self.browser("sysadmin")
        assert one.ask("PUT", "/session/password", {"password": client.PASSWORD}).status == 200
        one.cookies.pop("__Host-session")
        one.csrf = None
        assert one.sign_in().json["needs"] == ["code"]
        yield Asker("session that is not complete", ask, subjects["sysadmin"], in_person=True, defect="complete")

    # --- at the door ----------------------------------------------------------------------------

    def door_cells(self):
        for operation, access in self.operations.items():
            for asker in self.askers:
                yield Cell(operation, "door", asker.name, lambda operation=operation, access=access, asker=asker:
                           self.at_the_door(operation, access, asker))

    def at_the_door(self, operation, access, asker):
        method, path = operation.split(" ")
        target = re.sub(r"\{\w+\}", "1", path)
        wanted = policy.door(access, asker, method, path)
        if path.endswith("/events") and wanted == LET_IN:
            return  # an answer without end
        body = {"no_such_member": 1} if access["body"] else None
        reply = ask_at(asker, method, target + "?no_such_parameter=1", body)
        if wanted == LET_IN:
            assert reply.status in (400, 404), f"{reply.status} instead of being let in: {reply.content[:300]!r}"
        else:
            assert reply.status == wanted, f"{reply.status} instead of {wanted}: {reply.content[:300]!r}"

    # --- things ------------------------------------------------------------------------------------

    def thing_cells(self):
        for operation, things in self.things.items():
            access = self.operations[operation]
            for thing in things:
                for asker in self.askers:
                    if not thing.only or asker.name in thing.only:
                        yield Cell(operation, thing.title, asker.name, lambda a=access, o=operation, t=thing, k=asker:
                                   self.of_a_thing(o, a, t, k), thing.told and (lambda checks, t=thing, k=asker: t.told.same_without(
                                       checks, k.subject)))

    def of_a_thing(self, operation, access, thing, asker):
        method, path = operation.split(" ")
        wanted = policy.door(access, asker, method, path)
        if wanted == LET_IN and access["in_person"] and not asker.in_person:
            wanted = 403
        if wanted == LET_IN:
            wanted = thing.allowed if policy.may(access, asker.subject, thing, self.world.givers) else access["else"]
        if thing.before:
            client.run_sql(self.world, thing.before)
        _, target, body, raw = thing.request
        reply = asker.ask(method, target, body, raw)
        if thing.back and reply.status < 300:
            client.run_sql(self.world, thing.back)
        wanted = wanted if isinstance(wanted, tuple) else (wanted,)
        if thing.exact:
            assert reply.status in wanted, f"{reply.status} instead of {wanted}: {reply.content[:300]!r}"
            if thing.told and reply.status == 200:
                thing.told.check(asker.subject, reply)
        else:  # which of two checks refuses does not matter
            assert (reply.status < 300) == (wanted[0] < 300), f"{reply.status}, {wanted}: {reply.content[:300]!r}"

    def add(self, operation, title, path, allowed, body=None, raw=None, **more):
        operation = operation.replace(" ", " /api/v1", 1)
        assert operation in self.operations, operation
        self.things[operation].append(Thing(title, (None, path, body, raw), allowed, **more))

    def make_things(self):
        self.world.givers = self.read_givers()
        self.of_accounts()
        self.of_grants()
        self.of_tokens()
        self.of_work()
        self.of_settings()
        self.of_sessions()
        self.of_policies()
        self.of_panels()
        self.of_imports()

    def of_imports(self):
        """Of a centre, of one of another province, of the program; without a record, so that taking it back changes nothing else."""
        world = self.world
        for one, unit, province in ((7001, "centreA", "51"), (7002, "centreD", "14"), (7003, None, None)):
            number = world.units[unit] if unit else 0
            client.run_sql(world, ["INSERT INTO publication_import (id, state, digest, name, account, unit) VALUES "
                                   f"({one}, 'held', '{'ab' * 32}', '虚构.csv', 0, {number})"])
            more = {"unit": number or None, "province": province, "words": [] if unit else ["program"]}
            self.add("GET /imports/{id}", f"{unit}", f"/imports/{one}", 200, **more)
            self.add("POST /imports/{id}/undo", f"{unit}", f"/imports/{one}/undo", 200,
                     back=[f"UPDATE publication_import SET state = 'held' WHERE id = {one}"], **more)

    def read_givers(self):
        with open(f"{bodies.ROOT}/types/roles.yaml", encoding="utf-8") as file:
            roles = bodies.yaml.load(file, Loader=bodies.yaml.BaseLoader)["roles"]
        self.personal = {r["name"] for r in roles if r.get("delegable") == "false"}
        return {r["name"]: r["granted_by"] for r in roles if "granted_by" in r}

    def of_accounts(self):
        world, boss = self.world, self.world[client.FIRST]
        for unit in ("centreA", "centreB", "bank", "office51"):
            body = {"name": "expert", "display_name": "虚构", "unit": world.units[unit]}  # the name is taken
            self.add("POST /accounts", unit, "/accounts", 409, body, unit=world.units[unit])
        administrators = {client.FIRST, "sysadmin", "auditadmin"}
        for name in ("centre_colleague", "centre_manager", "company_staff", "bank_officer", "expert", *sorted(administrators)):
            number = self.numbers[name]
            unit = int(client.ask_sql(world, f"SELECT owner_unit FROM account WHERE id = {number}")[0][0])
            words = ["administrators'"] if name in administrators else []
            for body in ({"do": "enable"}, {"do": "move", "unit": unit}):
                self.add("POST /accounts/{id}", f"{body['do']} {name}", f"/accounts/{number}", 409, body, account=number, unit=unit,
                         words=words)
        last = self.numbers[client.FIRST]
        self.add("POST /accounts/{id}", "the last guardian, by himself", f"/accounts/{last}", 409, {"do": "disable"}, account=last,
                 words=["administrators'"], only=[client.FIRST], exact=False, back=[
                     f"UPDATE account SET state = 'active', disabled_by = NULL WHERE id = {last}",
                     f"UPDATE api_token SET ended_ms = NULL WHERE account = {last}"])
        for name in ("expert", client.FIRST):  # open, so that whoever may is told to close it first
            self.add("POST /accounts/{id}/erase", name, f"/accounts/{self.numbers[name]}/erase", 409, {**WHY, "ground": "pipl_47_1_3"}, account=self.numbers[name],
                     words=["unproposed"])
        closed = world.add_person("closed_by_guardian", "centreA", "centre_staff")
        del world.people["closed_by_guardian"]
        assert boss.ask("POST", f"/accounts/{closed.account}", {"do": "disable"}).status == 200
        put_back = [f"UPDATE account SET state = 'disabled', disabled_by = {last} WHERE id = {closed.account}"]
        self.add("POST /accounts/{id}", "closed by an administrator", f"/accounts/{closed.account}", 200, {"do": "enable"},
                 account=closed.account, unit=closed.unit, words=["closed"], back=put_back)
        for name in ("closed_by_guardian", "expert", client.FIRST):
            number = {**self.numbers, "closed_by_guardian": closed.account}[name]
            self.add("POST /accounts/{id}/link", name, f"/accounts/{number}/link", 400 if name == "closed_by_guardian" else 201, {},
                     account=number, words=["joined"])

    def of_grants(self):
        world, boss = self.world, self.world[client.FIRST]
        newest = "(SELECT max(id) FROM role_grant)"

        def made(name, unit, *roles):
            done = boss.ask("POST", "/accounts", {"name": name, "display_name": "虚构", "unit": world.units[unit]})
            assert done.status == 201, done
            for role in roles:
                world.grant(done.json["id"], role)
            return done.json["id"]
        put_back = [f"UPDATE role_grant SET state = 'ended', ended_ms = 1 WHERE id = {newest}"]
        for unit, role in (("centreA", "centre_staff"), ("centreA", "centre_manager"), ("centreB", "company_staff"),
                           ("bank", "bank_officer"), ("city5107", "city_officer")):
            one = made(f"holds_{unit}_{role}", unit, role)
            self.add("POST /grants", f"{role} of {unit}, held already", "/grants", 409, {"account": one, "role": role}, account=one,
                     unit=world.units[unit], deed="give", role=role, back=put_back)
        first = self.numbers[client.FIRST]
        self.add("POST /grants", "the guardian's own", "/grants", 409, {"account": first, "role": "security_administrator"},
                 account=first, deed="give", role="security_administrator", back=put_back)
        fresh = made("fits_no_bank", "centreA")
        self.add("POST /grants", "a role that its unit does not have", "/grants", 400, {"account": fresh, "role": "bank_officer"},
                 account=fresh, unit=world.units["centreA"], deed="give", role="bank_officer", back=put_back)
        self.add("POST /grants", "a second role for an administrator", "/grants", 409,
                 {"account": self.numbers["sysadmin"], "role": "province_officer"}, account=self.numbers["sysadmin"],
                 unit=world.units["office51"], deed="give", role="province_officer", back=put_back)
        for role in ("centre_manager", "expert", "centre_staff"):
            one, words = made(f"lent_{role}", "centreA"), ["personal"] if role in self.personal else []
            body = {"account": one, "role": role, "delegate": True, "to": "2099-12-31"}
            self.add("POST /grants", f"lending {role}", "/grants", 201, body, account=one, unit=world.units["centreA"], deed="lend",
                     role=role, words=words, back=put_back, only=[a.name for a in self.askers if a.subject.unit in (
                         world.units["centreA"], None) or a.name in ("expert", "sysadmin")])
        outside = made("lent_outside", "centreB")
        self.add("POST /grants", "lending to another unit", "/grants", 400,
                 {"account": outside, "role": "centre_manager", "delegate": True, "to": "2099-12-31"}, account=outside,
                 unit=world.units["centreA"], deed="lend", role="centre_manager", back=put_back, only=["centre_manager"])
        self.add("POST /grants", "lending to himself", "/grants", 409,
                 {"account": self.numbers["centre_manager"], "role": "centre_manager", "delegate": True, "to": "2099-12-31"},
                 account=self.numbers["centre_manager"], unit=world.units["centreA"], deed="lend", role="centre_manager",
                 back=put_back, only=["centre_manager"])
        for unit, role in (("centreA", "centre_staff"), ("centreA", "centre_manager"), ("centreB", "company_staff"),
                           ("bank", "bank_officer")):
            one = made(f"ended_{unit}_{role}", unit)
            number = world.grant(one, role).json["id"]
            assert boss.ask("POST", f"/grants/{number}/end", {}).status == 200
            self.add("POST /grants/{id}/end", f"{role} of {unit}", f"/grants/{number}/end", 409, {}, account=one,
                     unit=world.units[unit], role=role)
        one = made("borrows", "centreA")
        done = world["centre_manager"].ask("POST", "/grants", {"account": one, "role": "centre_manager", "delegate": True,
                                                               "to": "2099-12-31"})
        assert done.status == 201 and boss.ask("POST", f"/grants/{done.json['id']}/end", {}).status == 200
        self.add("POST /grants/{id}/end", "a lent one", f"/grants/{done.json['id']}/end", 409, {}, account=one,
                 unit=world.units["centreA"], role="centre_manager", lent_by=self.numbers["centre_manager"])
        last = int(client.ask_sql(world, f"SELECT id FROM role_grant WHERE account = {first} AND role = 'security_administrator' "
                                  "AND state = 'active'")[0][0])
        self.add("POST /grants/{id}/end", "the last guardian's", f"/grants/{last}/end", 409, {}, account=first,
                 role="security_administrator", back=[f"UPDATE role_grant SET state = 'active', ended_ms = NULL WHERE id = {last}"])

    def of_tokens(self):
        world = self.world
        for name in ("centre_manager", "expert"):
            number, owner = next(NUMBERS), self.numbers[name]
            client.run_sql(world, ["INSERT INTO api_token (id, digest, account, scopes, created_ms, created_by, expires_ms) VALUES "
                                   f"({number}, 'none {number}', {owner}, 'search', 1, {owner}, {FAR_MS})"])
            self.add("POST /tokens/{id}/end", name, f"/tokens/{number}/end", 200, {}, account=owner,
                     back=[f"UPDATE api_token SET ended_ms = NULL WHERE id = {number}"])
        self.add("POST /tokens", "one's own", "/tokens", 201, {"label": "cell"},
                 back=["UPDATE api_token SET ended_ms = 1 WHERE label = 'cell'"])

    def of_work(self):
        world, manager = self.world, self.numbers["centre_manager"]
        jobs = [(next(NUMBERS), title, owner) for title, owner in (("of a manager", manager), ("of the program", 0),
                                                                   ("of an expert", self.numbers["expert"]))]
        client.run_sql(world, [
            "INSERT INTO job (id, version, state, kind, arguments, owner, done, total, cancel, attempts, attempts_max, due_ms,"
            f" created_ms, changed_ms, ended_ms) VALUES ({number}, 1, 'done', 'fictional', '{{}}', {owner}, 0, 0, 0, 0, 3, NULL,"
            " 1, 1, 1)" for number, _, owner in reversed(jobs)])  # the highest first: what the server makes meanwhile is above
        for number, title, owner in jobs:
            words = {"account": owner or None, "words": ["program"] if owner == 0 else []}
            self.add("GET /jobs/{id}", title, f"/jobs/{number}", 200, **words)
            self.add("GET /jobs/{id}/result", title, f"/jobs/{number}/result", 409, **words)  # it has none
            self.add("POST /jobs/{id}/cancel", title, f"/jobs/{number}/cancel", (200, 409), **words)
            self.add("POST /jobs/{id}/retry", title, f"/jobs/{number}/retry", (200, 409), **words)
        for title, column, number, words in (("of an expert", "account", self.numbers["expert"], {"account": self.numbers["expert"]}),
                                             ("of a unit", "unit", world["centre_manager"].unit, {"unit": world["centre_manager"].unit})):
            given = next(NUMBERS)
            client.run_sql(world, [f"INSERT INTO assignment (id, type, record_id, {column}, from_ms) VALUES ({given}, 'task', 1, {number}, 1)"])
            self.add("POST /todo/{assignment}/done", title, f"/todo/{given}/done", 204, **words,
                     back=[f"UPDATE assignment SET done_ms = NULL WHERE id = {given}"])
        done = world["centre_manager"].create("training", {"title": "虚构", "date": "2026-01-01"})
        assert done.status == 201, done
        kind = world.types["training"]
        labels = policy.Labels(world["centre_manager"].unit, "510100", manager, matrix.states_of(kind)[0][0],
                               matrix.secrecy_of(kind), matrix.states_of(kind)[0][1])
        self.add("GET /receipts/{uid}", "of a record", f"/receipts/{done.json['entry']}", 200, account=manager,
                 readable=lambda subject: policy.allowed(kind, subject, "read", labels))
        self.add("GET /receipts/{uid}", "of nothing", "/receipts/no-such-entry", 404, account=-1)
        for title, unit, words in (("of a manager", world["centre_manager"].unit, []), ("of one who has moved since",
                                                                                      world["bank_officer"].unit, ["moved"])):
            number = f"{next(NUMBERS):032d}"
            fresh = [f"DELETE FROM file_upload WHERE id = '{number}'",
                     "INSERT INTO file_upload (id, account, unit, name, secrecy, bytes, created_ms, changed_ms) VALUES "
                     f"('{number}', {manager}, {unit}, 'fictional.pdf', 1, 0, {FAR_MS}, {FAR_MS})"]
            more = {"account": manager, "unit": unit, "words": words, "before": fresh}
            self.add("GET /files/uploads/{id}", title, f"/files/uploads/{number}", 200, **more)
            self.add("PUT /files/uploads/{id}", title, f"/files/uploads/{number}?offset=7", 409, raw=b"x", **more)
            self.add("POST /files/uploads/{id}/finish", title, f"/files/uploads/{number}/finish?digest={'0' * 64}",
                     (400, 409, 415, 422), **more)
        assert world[client.FIRST].ask("PUT", "/outward-hosts", {"host": "calls.example.invalid", "port": 443, **WHY}).status == 200
        hook = world["centre_manager"].ask("POST", "/webhooks", {"url": "https://calls.example.invalid/x", "events": ["deal.*"]})
        assert hook.status == 201, hook
        self.add("DELETE /webhooks/{id}", "of a manager", f"/webhooks/{hook.json['id']}", 204, account=manager,
                 back=[f"UPDATE webhook SET state = 'active' WHERE id = {hook.json['id']}"])

    def of_policies(self):
        """A party is judged for whoever may read it; what of its records he may not read is not known to him,
        and what was read he is told."""
        pack, over = f"/packs/{counted.PACK}", counted.Counted(self.world)
        over.make()
        for number, name in enumerate(client.UNITS):
            kind, code = self.world.types[client.UNITS[name][0]], over.code(name)
            labels, verdict, report = counted.unit_labels(self.world, name), counted.Told(over, name, False), counted.Told(over, name, True)
            more = {"readable": lambda subject, kind=kind, labels=labels: policy.allowed(kind, subject, "read", labels)}
            self.add("POST /packs/{id}/check", name, f"{pack}/check", 200, {"party": code}, told=verdict, **more)
            for rows in ("", "/rows"):
                self.add("GET /indicators/{pack}/{indicator}" + rows, name,
                         f"/indicators/{counted.PACK}/autonomous{rows}?subject={code}", 200, told=report, **more)
            for end in ("", ".docx", ".pdf") if number == 0 else ():  # half a second's work each
                self.add("GET /packs/{pack}/forms/{form}/paper" + end, name,
                         f"{pack}/forms/application-form/paper{end}?party={code}", 200, told=counted.Told(over, name, True, None) if end else report, **more)
            self.add("GET /reports/{pack}/{form}", name, f"/reports/{counted.PACK}/duties-view?party={code}&year=2025", 200,
                     told=counted.Told(over, name, True, lambda body: body["reports"][0]), **more)

    def of_panels(self):
        """A panel is its office's; what an expert does there is for the one who was drawn."""
        world, office = self.world, self.world["province_officer"]
        panels.prepare(world)
        mine = {"name": "虚构专家", "id_number": bodies.resident_id(600), "account_name": "expert", "consent": True,
                "fields": ["agriculture"], "employments": [{"name": "虚构大学", "to": False}]}
        assert office.create("expert", mine).status == 201
        panel = panels.ok(panels.form(world, [("agriculture", 1), ("law", 1)]), 201)["panel"]
        panels.drawn(world, panel)
        members = panels.ok(office.get(f"/panels/{panel}"))["members"]
        gone = next(m["member"] for m in members if m["field"] == "law")
        panels.ok(panels.act(world, panel, "replace", {"member": gone, **WHY}))
        expert, case = world["expert"], panels.ok(office.get(f"/panels/{panel}"))["cases"][0]["case"]
        panels.ok(expert.ask("POST", f"/panels/{panel}/actions/answer", {"answer": "accept"}))
        recused = panels.ok(office.get(f"/panels/{panel}"))["cases"][1]
        panels.ok(expert.ask("POST", f"/panels/{panel}/actions/declare", {"recusals": [{"unit": recused["unit"], "reason": "虚构"}]}))
        sheet = panels.ok(panels.save(expert, panel, case, 0, ["1", "2", "3", "4"]))["sheet"]
        frozen = panels.ok(panels.form(world, [("law", 1)]), 201)["panel"]
        panels.ok(panels.act(world, frozen, "freeze"))
        drawn = {m["expert"]: m for m in panels.ok(office.get(f"/panels/{panel}"))["members"]}
        replaced = next(m["expert"] for m in drawn.values() if m["member"] == gone)
        other = next(e for e in world.experts if e in world.accounts and e not in drawn)
        self.panel = {"panel": panel, "frozen": frozen, "panels": [panel, frozen], "sheet": sheet, "case": case, "recused": recused["case"],
                      "gone": world.drawable[world.accounts[replaced]], "not drawn": world.drawable[world.accounts[other]]}
        whose = {"unit": world.units["office51"], "account": expert.account, "province": "51"}
        for path in ("", "/scores", "/conflicts", "/draws", "/report", "/parties"):
            self.add("GET /panels/{id}" + path, "drawn", f"/panels/{panel}{path}", 200, **whose)
        for action, body in (("leave-out", {"expert": world.experts[0], **WHY}), ("freeze", {}), ("fail", WHY), ("close", {}),
                             ("replace", {"member": gone, **WHY}), ("answer", {"answer": "accept"})):
            self.add(f"POST /panels/{{id}}/actions/{action}", "drawn", f"/panels/{panel}/actions/{action}", 409, body, **whose)
        for action, body in (("commit", {"commitment": "ab" * 32}), ("reveal", {"value": "ab" * 32})):
            self.add(f"POST /panels/{{id}}/actions/{action}", "drawn", f"/panels/{panel}/actions/{action}", 409, body, **whose)
        self.add("POST /panels/{id}/actions/declare", "drawn", f"/panels/{panel}/actions/declare", 400, {"recusals": [{"unit": 1, **WHY}]},
                 **whose)
        self.add("POST /panels/{id}/sheets/{sheet}/actions/reopen", "open", f"/panels/{panel}/sheets/{sheet}/actions/reopen", 409, WHY,
                 **whose)
        score = f"/panels/{panel}/scores/{case}"
        self.add("GET /panels/{id}/scores/{case_id}", "drawn", score, 200, **whose)
        self.add("GET /panels/{id}/scores/{case_id}/file", "drawn", f"{score}/file", 200, **whose)
        for end in ("files/{digest}", "forms/{form}"):  # its case has none
            path = f"{score}/" + end.replace("{digest}", "ab" * 32).replace("{form}", "999999")
            self.add("GET /panels/{id}/scores/{case_id}/" + end, "drawn", path, 404, **whose)
        self.add("PUT /panels/{id}/scores/{case_id}", "drawn", score, 409, {"version": 9, "scores": []}, **whose)
        self.add("POST /panels/{id}/scores/{case_id}/submit", "drawn", f"{score}/submit", 409, {"version": 9}, **whose)

    def of_settings(self):
        cas = {"kind": "cas", "label_zh": "虚构", "label_en": "Fictional", "server": "https://cas.example.invalid/cas",
               "service": "https://zhiyun.example.cn/api/v1/session/providers/cells/return"}
        host = {"host": "calls.example.invalid", "port": 443, **WHY}
        self.add("PUT /settings", "a choice", "/settings", 200, {"name": "reads_per_unit", "value": "0", **WHY})
        self.add("PUT /clock", "that nobody doubts", "/clock", 409, WHY)
        self.add("DELETE /proposals/{id}", "one that is not there", "/proposals/999999?reason=x", 404)
        self.add("PUT /public-address", "none", "/public-address", 200, {"url": "", **WHY})
        self.add("POST /backups", "one", "/backups", 202)
        self.add("POST /backups/{name}/check", "one that is not there", "/backups/none.backup/check", 404)
        self.add("PUT /backup-plan", "no folder", "/backup-plan", 400, {"folder": "none", "at": "", "keep": 3, **WHY})
        self.add("POST /system/index", "all of it", "/system/index", 202)
        self.add("PUT /workdays", "no table", "/workdays", 400, {"table": "none"})
        self.add("PUT /channels/{name}", "mail", "/channels/mail", 200, {
            "url": "smtps://mail.example.invalid:465", "sender": "nobody@example.invalid", **WHY})
        self.add("DELETE /channels/{name}", "one that is not there", "/channels/none?reason=x", 404)
        self.add("PUT /outward-hosts", "one", "/outward-hosts", 200, host)
        self.add("DELETE /outward-hosts", "one that is not there", "/outward-hosts?host=none.example.invalid&port=1&reason=x", 404)
        self.add("PUT /outside-providers/{name}", "one", "/outside-providers/cells", 200, {"configuration": cas, **WHY})
        self.add("DELETE /outside-providers/{name}", "one that is not there", "/outside-providers/none?reason=x", 404)
        done = self.world[client.FIRST].ask("PUT", "/outside-providers/cells", {"configuration": cas, **WHY})
        assert done.status == 200, done
        for name in ("expert", client.FIRST):
            self.add("POST /outside-identities", name, "/outside-identities", 200, {
                "provider": "cells", "subject": f"cells.{name}", "account": self.numbers[name], **WHY}, account=self.numbers[name],
                back=["DELETE FROM outside_identity WHERE provider = 'cells'"])
        self.add("DELETE /outside-identities", "nobody's", "/outside-identities?provider=cells&subject=none&reason=x", 404)

    def of_sessions(self):
        """What only a person may who has signed in, and not a program with his token."""
        short = {"password": "x"}  # refused by the rules of passwords, once it is looked at
        programs = ["centre_manager", client.FIRST, "expert"]
        self.add("PUT /session/password", "too short", "/session/password", 400, short, only=programs + [
            "session of a manager", "session of an expert"])
        self.add("POST /session/code", "to begin", "/session/code", 200, only=programs + ["session of a manager"])
        self.add("DELETE /session/code", "that is not there", "/session/code", 200, only=programs, exact=False)


    # --- one's own -------------------------------------------------------------------------------------

    def own_cells(self):
        """Lists of what is one's own have nobody else's in them; what one chooses and reads is for oneself."""
        world, boss = self.world, self.world[client.FIRST]
        first, manager = self.numbers[client.FIRST], self.numbers["centre_manager"]
        owned, kind = collections.defaultdict(dict), world["expert"].get("/notifications/choices").json["kinds"][0]["kind"]
        for owner in (first, manager):
            for path in ("/jobs", "/tokens", "/notifications"):
                # The server's own jobs are numbered on from of_jobs' meanwhile: far above them.
                owned[path][next(NUMBERS) + (1000000 if path == "/jobs" else 0)] = owner
        sql = {"/jobs": "INSERT INTO job (id, version, state, kind, arguments, owner, done, total, cancel, attempts, attempts_max, "
                        "created_ms, changed_ms, ended_ms) VALUES ({0}, 1, 'done', 'fictional', '{{}}', {1}, 0, 0, 0, 0, 3, 1, 1, 1)",
               "/tokens": "INSERT INTO api_token (id, digest, account, scopes, created_ms, created_by, expires_ms) VALUES ({0}, "
                          "'none {0}', {1}, 'search', 1, 1, %d)" % FAR_MS,
               "/notifications": "INSERT INTO notification (id, account, kind, arguments, created_ms) VALUES ({0}, {1}, "
                                 f"'{kind}', '{{{{}}}}', 1)"}
        client.run_sql(world, [sql[path].format(number, owner) for path, numbers in owned.items() for number, owner in
                               sorted(numbers.items(), reverse=True)])  # the highest first: what the server makes meanwhile is above
        for who in (boss, world["centre_manager"]):
            done = who.ask("POST", "/webhooks", {"url": "https://calls.example.invalid/own", "events": ["deal.*"]})
            assert done.status == 201, done
            owned["/webhooks"][done.json["id"]] = first if who is boss else manager
        put = {"url": "smtps://mail.example.invalid:465", "sender": "nobody@example.invalid", **WHY}
        assert world["sysadmin"].ask("PUT", "/channels/mail", put).status == 200
        chosen = {"kind": kind, "channel": "mail", "timing": "daily"}
        assert boss.ask("PUT", "/notifications/choices", chosen).status == 200
        theirs = next(n for n, owner in owned["/notifications"].items() if owner == first)
        for asker in self.askers:
            account = asker.subject.account
            for path, numbers in owned.items():
                if self.lets_in("GET", path, asker):
                    yield Cell(f"GET /api/v1{path}", "one's own", asker.name, lambda a=asker, p=path, n=numbers, w=account: self.lists(
                        a, p, n, {number for number, owner in n.items() if owner == w}))
            if self.lets_in("GET", "/notifications/choices", asker):
                yield Cell("GET /api/v1/notifications/choices", "one's own", asker.name, lambda a=asker, w=account: self.chosen(
                    a, kind, w == first))
            if self.lets_in("POST", "/notifications/read", asker) and account != first:
                untouched = f"SELECT count(*) FROM notification WHERE id = {theirs} AND read_ms IS NULL"
                yield Cell("POST /api/v1/notifications/read", "another's", asker.name, lambda a=asker, q=untouched: self.touches_not(
                    a, ("POST", "/notifications/read", {"ids": [theirs]}), q,
                    [f"UPDATE notification SET read_ms = NULL WHERE id = {theirs}"]))
                kept = f"SELECT count(*) FROM notification_choice WHERE account = {first} AND kind = '{kind}' AND timing = 'daily'"
                yield Cell("PUT /api/v1/notifications/choices", "one's own", asker.name, lambda a=asker, q=kept: self.touches_not(
                    a, ("PUT", "/notifications/choices", {**chosen, "timing": "off"}), q,
                    [f"UPDATE notification_choice SET timing = 'daily' WHERE account = {first} AND kind = '{kind}'"]))

    def lets_in(self, method, path, asker):
        return policy.door(self.operations[f"{method} /api/v1{path}"], asker, method, path) == LET_IN

    def lists(self, asker, path, ours, wanted):
        reply = asker.ask("GET", f"{path}?limit=500" if path in ("/jobs", "/notifications") else path)
        assert reply.status == 200, reply
        got = {item["id"] for item in reply.json["items"]} & set(ours)
        assert got == wanted, f"{got} instead of {wanted}"

    def chosen(self, asker, kind, daily):
        reply = asker.ask("GET", "/notifications/choices")
        got = next(k["choices"]["mail"] for k in reply.json["kinds"] if k["kind"] == kind)
        assert (got == "daily") == daily, f"{got}"

    def touches_not(self, asker, request, untouched, back):
        reply = asker.ask(*request)
        assert reply.status == 200, reply
        try:
            assert client.ask_sql(self.world, untouched)[0][0] == "1", "it is done to another's"
        finally:
            client.run_sql(self.world, back)

    # --- what stands in records ---------------------------------------------------------------------

    def specimen(self, state, body):
        """A record of the centre's manager, and its labels."""
        done = self.world["centre_manager"].create("specimen", {"title": "虚构", **body})
        assert done.status == 201, done
        client.run_sql(self.world, [f"UPDATE record_specimen SET state = '{state}' WHERE id = {done.json['id']}"])
        who = self.world["centre_manager"]
        return done.json["id"], policy.Labels(who.unit, "510100", who.account, state, policy.LEVELS["internal"], False)

    def proposal_cells(self):
        """Something is proposed: who may be the second person, in his own right and not by a program."""
        world = self.world
        one, _ = self.specimen("sent", {})
        path = f"/records/specimen/{one}/actions/keep"
        done = world["province_officer"].ask("POST", f"{path}?reason=x", {})
        assert done.status in (200, 202), done
        add = {"name": "borrower", "display_name": "虚构", "unit": world.units["office51"]}
        borrower = world[client.FIRST].ask("POST", "/accounts", add).json["id"]
        lent = world["province_officer"].ask("POST", "/grants", {"account": borrower, "role": "province_officer", "delegate": True,
                                                                 "to": "2099-12-31"})
        assert lent.status == 201, lent
        narrow = client.Person(world.server, world.token("province_leader", "records"), "narrow")
        version, changed = client.ask_sql(world, f"SELECT version, changed_ms FROM record_specimen WHERE id = {one}")[0]
        open_again = [f"UPDATE proposal SET state = 'open', decided_by = NULL, decided_ms = NULL WHERE record_id = {one}",
                      f"UPDATE record_specimen SET state = 'sent', published = 0, version = {version}, changed_ms = {changed} "
                      f"WHERE id = {one}",
                      f"DELETE FROM record_version WHERE type = 'specimen' AND record_id = {one} AND version > {version}"]
        people = {
            "the proposer's token": world["province_officer"].ask, "the proposer": self.browser("province_officer")[1],
            "another's token": world["province_leader"].ask, "another's token of less": narrow.ask,
            "another in the proposer's right": self.browser("borrower")[1]}
        for name, ask in people.items():
            yield Cell("POST specimen action", "confirming", name, lambda a=ask: self.answers(
                a, "POST", f"{path}?reason=x", 409, open_again, {}))
            if not name.startswith("the proposer"):  # who takes it back
                yield Cell("DELETE specimen action", "refusing", name, lambda a=ask: self.answers(a, "DELETE", path, 403, open_again))

    def answers(self, ask, method, path, wanted, back=(), body=None):
        reply = ask(method, path, body)
        if back and reply.status < 300:
            client.run_sql(self.world, back)
        assert reply.status == wanted, f"{reply.status} instead of {wanted}: {reply.content[:300]!r}"

    def file_cells(self):
        """Files by their own rules, by records that name them, and secret ones."""
        world, kind, specimen = self.world, self.world.types["file"], self.world.types["specimen"]
        who, pages = world["centre_manager"], itertools.count(1)

        def upload(secrecy, ask=who.ask):
            content = f"虚构的文件 {next(NUMBERS)} {next(pages)}".encode() if secrecy == "secret" else (
                b"%PDF-1.4\n% fictional " + str(next(NUMBERS)).encode() + b"\n%%EOF\n")
            name = "fictional.txt" if secrecy == "secret" else "fictional.pdf"
            done = ask("POST", f"/files?name={name}&secrecy={secrecy}", raw=content)
            assert done.status == 201, done
            return done.json["digest"]
        alone, named, secret = upload("internal"), upload("internal"), upload("secret")
        one, record = self.specimen("sent", {"report": {"digest": named, "name": "fictional.pdf"}})
        client.run_sql(world, ["INSERT INTO assignment (type, record_id, account, unit, from_ms, to_ms) VALUES "
                               f"('specimen', {one}, {world['bank_officer'].account}, NULL, 1, NULL)"])
        record.accounts = {world["bank_officer"].account}
        files = {level: policy.Labels(who.unit, "510100", who.account, "active", policy.LEVELS[level], False)
                 for level in ("internal", "secret")}
        access = self.operations["GET /api/v1/files/{digest}"]
        for asker in self.askers:
            wanted, subject = policy.door(access, asker, "GET", "/api/v1/files/{digest}"), asker.subject
            if asker.dead and asker.in_person:
                subject = policy.Subject(None, None, None, [])
            own = policy.allowed(kind, subject, "read", files["internal"])
            through = own or "report" in policy.fields(specimen, subject, "read", record)
            for title, digest, may in (("by itself", alone, own), ("named by a record", named, through)):
                yield Cell("GET /api/v1/files/{digest}", title, asker.name, lambda a=asker.ask, d=digest, w=(
                    wanted if wanted != policy.LET_IN else 200 if may else 404): self.answers(a, "GET", f"/files/{d}", w))
            reads = policy.allowed(kind, subject, "read", files["secret"])
            yield Cell("GET /api/v1/files/{digest}", "secret", asker.name, lambda a=asker.ask, w=(
                wanted if wanted != policy.LET_IN else 404 if not reads else 200 if asker.in_person else 403): self.answers(
                    a, "GET", f"/files/{secret}", w))
        long_ago, ask = self.browser("centre_manager")
        client.run_sql(world, ["UPDATE session SET proved_ms = proved_ms - 3600000 WHERE id = (SELECT max(id) FROM session)"])
        assert long_ago
        yield Cell("GET /api/v1/files/{digest}", "secret", "a session that was proved long ago", lambda: self.answers(
            ask, "GET", f"/files/{secret}", 403))
        body = {"title": "虚构", "report": {"digest": alone, "name": "fictional.pdf"}}
        yield Cell("POST specimen", "naming another unit's file", "centre_neighbour", lambda: self.answers(
            world["centre_neighbour"].ask, "POST", "/records/specimen", 400, (), body))


class Cell:
    """One question, as matrix.Cell; its place is the operation."""

    def __init__(self, operation, title, asker, check, same_without=None):
        """`same_without(checks)`: would the tables have the same answered without checks that counted.decides?"""
        self.place, self.where, self.check, self.same_without = operation, f"{title}, by {asker}", check, same_without
        self.deep = title != "door"  # a check behind another may be this thing's alone

    fault, named = matrix.Cell.fault, matrix.Cell.named


def ask_at(asker, method, target, body):
    """`target` is a whole path."""
    return asker.ask(method, target.removeprefix("/api/v1"), body)


def cells(world):
    """All of them; what they are about is made first."""
    fixed = Fixed(world)
    return [*fixed.door_cells(), *fixed.thing_cells(), *fixed.own_cells(), *fixed.proposal_cells(), *fixed.file_cells(),
            *(about := matters.Matters(fixed, Cell)).cells(), *officials.Officials(fixed, Cell, about.cases).cells()]


def names_in_source(root):
    """Every name of a check of a fixed resource that the program asks."""
    found = set()
    for path in glob.glob(f"{root}/src/**/*.c", recursive=True):
        with open(path, encoding="utf-8") as file:
            text = re.sub(r"\s+", " ", file.read())
        defined = dict(re.findall(r'#define (\w+) STR\("(\w+)"\)', text))
        names = [(word or defined.get(name), check) for word, name, check in re.findall(
            r'access_off\((?:STR\("(\w+)"\)|(\w+)), "([\w ]+)"\)', text)]
        found |= {f"{word} {check}" for word, check in names if word}
        found |= {f"{m} mine" for m in re.findall(r'access_whose\(STR\("(\w+)"\)', text)}
    return found

