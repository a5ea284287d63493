#!/usr/bin/env python3
"""marks_test.py ZHIYUN: nothing of a unit in any answer to anybody who may not read it, by whatever road he asks.

Two provinces with each other's like of every role (types/roles.yaml). Every text and number of a record of every type, and
of what else a unit leaves (cases, papers, panels, scores, files, imports, jobs, messages, tokens, hooks, corrections), is a
mark of its own (marks.py). Everybody asks every operation of the description, with the ids of both provinces and with the
marks themselves, in paths, queries, filters, orders, choices of fields, days and bodies. A mark in an answer, in a header,
in a workbook, in the text of an error must be one that the tables of access let this person read; to look for another's
value finds nothing and counts nothing; what one province asks to be written changes nothing of the other.

What matrix_test.py holds (which status, which fields, of each state, level and relation) is not asked again.
LONG=1 asks all questions; else a part that SEED draws. SHARE sets it.
"""
import json
import os
import random
import re
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import bodies  # noqa: E402
import client  # noqa: E402
import door  # noqa: E402
import given_days  # noqa: E402
import marks  # noqa: E402
import panels  # noqa: E402
import policy  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
given_days.live(ZHIYUN)
SEED = int(os.environ.get("SEED", "20261124"))
SHARE = float(os.environ.get("SHARE", "1" if os.environ.get("LONG") == "1" else "0.04"))
UNITS = {"ip14": ("office", "province_ip_centre", "140000"), "finance14": ("office", "finance_office", "140000"),
         "audit14": ("office", "audit_office", "140000"), "companyE": ("party", "party", "140100"),
         "service14": ("party", "service_org", "140100"), "bank14": ("party", "bank", "140100"), "pool14": ("party", "expert_pool", "140000")}
TWINS = {  # who is in the other province what somebody is in the first
    "province_leader_14": ("office14", "province_leader"), "ip_centre_14": ("ip14", "ip_centre_officer"),
    "city_officer_14": ("city1401", "city_officer"), "city_leader_14": ("city1401", "city_leader"),
    "finance_14": ("finance14", "finance_officer"), "auditor_14": ("audit14", "auditor"), "staff_14": ("centreD", "centre_staff"),
    "company_14": ("companyE", "company_staff"), "service_14": ("service14", "service_staff"), "bank_14": ("bank14", "bank_officer"),
    "expert_14": ("pool14", "expert"), "sysadmin_14": ("office14", "system_administrator"),
    "auditadmin_14": ("office14", "audit_administrator")}
ADMINISTRATORS = {"system_administrator", "security_administrator", "audit_administrator"}
STREAMS = {"/api/v1/events"}  # an answer without end
OWN = {"/api/v1/session", "/api/v1/set-up"}  # whatever begins so is about who asks
PACK, DRAFT = "sc-yunying-2025", "sx-yunying-draft"
NEVER = 999999  # a version that is not there: who may write gets a conflict


class Asker:
    def __init__(self, name, person, subject, side):
        self.name, self.person, self.subject, self.side = name, door.Later(person), subject, side


class Cell:
    """One question, as door.together takes it."""

    def __init__(self, where, check):
        self.where, self.check = where, check


def askers_of(world):
    """Everybody, with what the tables know of him."""
    for name, person in world.people.items():
        unit, role = {**client.PEOPLE, **TWINS}.get(name, (None, None))
        region = client.UNITS[unit][2] if unit else None
        if name == client.FIRST:
            subject = policy.Subject(None, None, None, ["security_administrator"])
        elif name == "public":
            subject = policy.Subject(None, None, None, [])
        else:
            subject = policy.Subject(person.account, person.unit, region, [role])
        yield Asker(name, person, subject, region[:2] if region else None)
    for name, scope in (("centre_other_province", "records:read"), ("centre_manager", "records:read"), ("province_other", "search")):
        person = world[name]
        region = client.UNITS[client.PEOPLE[name][0]][2]
        narrow = client.Person(world.server, world.token(name, scope), f"{name}, token for {scope}")
        subject = policy.Subject(person.account, person.unit, region, [client.PEOPLE[name][1]], (), [scope])
        yield Asker(narrow.name, narrow, subject, region[:2])


# --- what else a unit leaves -----------------------------------------------------------------------

def plant_more(world):
    """Of the first province, but a case with its paper, which is the second's."""
    planted, who, it, mark = world.marks, world["centre_manager"], world.things, world.marks.of_place
    for side, name in (("51", "centre_manager"), ("14", "centre_other_province")):
        person = world[name]
        done = person.ask("POST", f"/files?name={mark('file.name', side)}.pdf", raw=b"%PDF-1.4\n% " + mark("file", side).encode() + b"\n%%EOF\n")
        assert done.status == 201, done
        it["digest", side] = done.json["digest"]
        done = person.ask("POST", "/files/uploads", {"name": f"{mark('file_upload.name', side)}.pdf"})
        assert done.status in (200, 201), done
        it["upload", side] = done.json["id"]
        client.run_sql(world, [f"UPDATE api_token SET label = '{mark('api_token.label', side)}' WHERE account = {person.account}"])
        done = person.ask("POST", f"/imports?name={mark('publication_import.name', side)}.csv",
                          raw=f"公开号,标题,申请人\nCN10{side}00001A,虚构的公开发明{side},虚构甲公司\n".encode())
        assert done.status == 200, done
        undone = person.ask("POST", f"/imports/{done.json['imports'][0]}/undo")  # a source of a publication names its file to all
        assert undone.status == 200, undone
        book = bodies.workbook([["合同编号", "类型", "标题"], ["", "no such type", mark("record_import_row.cells", side)]])
        done = person.ask("POST", f"/records/deal/import?name={mark('record_import.file_name', side)}.xlsx", raw=book)
        assert done.status in (200, 202, 400), done
        it["import", side] = done.json.get("id", 1)
    assert world[client.FIRST].ask("PUT", "/outward-hosts", {"host": "example.invalid", "port": 443, "reason": "x"}).status == 200
    done = who.ask("POST", "/webhooks", {"url": f"https://example.invalid/{mark('webhook.url')}", "events": ["deal.*"]})
    assert done.status == 201, done
    it["webhook"] = done.json["id"]
    deal = planted.records["deal"][0]
    client.run_sql(world, [
        "INSERT INTO job (id, version, state, kind, arguments, owner, done, total, note, cancel, attempts, attempts_max, result, error, created_ms, "
        f"changed_ms, ended_ms) VALUES (8000001, 1, 'failed', 'fictional', '{{\"x\": \"{mark('job.arguments')}\"}}', {who.account}, 0, 0, "
        f"'{mark('job.note')}', 0, 0, 3, NULL, '{mark('job.error')}', 1, 1, {int(time.time() * 1000)})",  # else it is swept
        f"INSERT INTO notification (id, account, kind, arguments, created_ms) VALUES (8000001, {who.account}, 'import_ended', "
        f"'{{\"name\": \"{mark('notification.arguments')}\"}}', 1)",
        "INSERT INTO assignment (id, type, record_id, account, from_ms, note, given_by) VALUES "
        f"(8000001, 'deal', {deal}, {world['centre_staff'].account}, 1, '{mark('assignment.note')}', {who.account})",
        "INSERT INTO proposal (id, state, action, type, record_id, arguments, digest, reason, proposed_by, unit, role, proposed_ms, expires_ms, untold) "
        f"VALUES (8000001, 'open', 'sign', 'deal', {deal}, '{{}}', '{'0' * 64}', '{mark('proposal.reason')}', {who.account}, {who.unit}, "
        "'centre_manager', 1, 9999999999999, 0)"])


def plant_cases(world):
    """Before the records: what is marked fits no facts of a case."""
    it, who, office, mark = world.things, world["centre_manager"], world["province_other"], world.marks.of_place
    done = who.ask("POST", "/cases", {"pack": PACK, "process": "application", "fields": {"to": "city", "office_city": "510100"}})
    assert done.status == 201, done
    it["case", "51"] = case = done.json["id"]
    client.run_sql(world, [f"UPDATE flow_case SET title = '{mark('flow_case.title')}' WHERE id = {case}",
                           f"UPDATE flow_step SET reason = '{mark('flow_step.reason')}', basis = '{mark('flow_step.basis')}' WHERE case_id = {case}",
                           f"UPDATE record_text SET text = '{mark('record_text.text of a case').lower()}' WHERE type = 'case' AND record_id = {case}"])
    client.enter_register(world, world.units["centreD"], DRAFT, "140100")
    done = office.ask("POST", "/cases", {"pack": DRAFT, "process": "revocation", "unit": world.units["centreD"], "fields": {"ground": "other"}})
    assert done.status == 201, done
    it["case", "14"] = case = done.json["id"]
    client.run_sql(world, [client.taken(case, "tell")])
    values = {"paper.date": "2026-01-05", "decision.facts": mark("case_paper.content", "14"), "decision.basis": mark("case_paper.content", "14"),
              "decision.result": "虚构", "reply.period": "五日"}
    done = office.ask("POST", f"/cases/{case}/papers/revocation-notice", {"values": values})
    assert done.status == 201, done
    it["paper", "14"] = done.json["id"]
    it["code"] = client.ask_sql(world, f"SELECT code FROM case_paper WHERE id = {done.json['id']}")[0][0]
    client.run_sql(world, [f"UPDATE flow_case SET title = '{mark('flow_case.title', '14')}' WHERE id = {case}"])


def plant_panel(world):
    mark = world.marks.of_place
    panels.prepare(world)
    panel = panels.ok(panels.form(world, [("law", 1)]), 201)["panel"]
    panels.drawn(world, panel)
    expert, member = panels.seated(world, panel)[0]
    panels.ok(expert.ask("POST", f"/panels/{panel}/actions/answer", {"answer": "accept"}))
    panels.ok(expert.ask("POST", f"/panels/{panel}/actions/declare", {"recusals": []}))
    case = panels.ok(world["province_officer"].get(f"/panels/{panel}"))["cases"][0]["case"]
    sheet = panels.ok(panels.save(expert, panel, case, 0, ["1", "2", "3", "4"], opinion=mark("panel_sheet.opinion")))["sheet"]
    client.run_sql(world, [f"UPDATE panel SET title = '{mark('panel.title')}', basis = '{mark('panel.basis')}' WHERE id = {panel}",
                           f"UPDATE panel_member SET name = '{mark('panel_member.name')}' WHERE id = {member}"])
    world.things.update(panel=panel, sheet=sheet, panel_case=case)


# --- what a question is filled with ------------------------------------------------------------------

class Words:
    """Values for parameters and members, of a side."""

    def __init__(self, world, side):
        self.world, self.side, self.things = world, side, world.things
        self.unit, self.office = marks.SIDES[side]
        self.code = bodies.credit_code(900000 + list(client.UNITS).index(self.unit))
        self.person = world["centre_manager" if side == "51" else "centre_other_province"]
        self.mark = next(m for m in world.marks.all.values() if m.kind == "deal" and m.field == "contract_no" and m.side == side).text

    def record(self, name):
        """The first record of a type on this side."""
        of = [one for one in self.world.marks.records.get(name, []) if self.world.marks.labels[name, one].region[:2] == self.side]
        return of[0] if of else self.world.marks.records["deal"][0]

    def in_path(self, before, name):
        """For {name} behind the word `before`."""
        it, side = self.things, self.side
        fixed = {("accounts", "id"): self.person.account, ("grants", "id"): 1, ("tokens", "id"): 1, ("webhooks", "id"): it["webhook"],
                 ("jobs", "id"): 8000001, ("imports", "id"): it["import", side], ("uploads", "id"): it["upload", side],
                 ("files", "digest"): it["digest", side], ("cases", "id"): it["case", side], ("papers", "code"): it["code"],
                 ("panels", "id"): it["panel"], ("scores", "case"): it["panel_case"], ("sheets", "sheet"): it["sheet"],
                 ("receipts", "uid"): f"planted deal {self.record('deal')}", ("calls", "id"): self.record("call"),
                 ("publicity", "id"): self.record("publicity"), ("packs", "id"): PACK, ("packs", "pack"): PACK,
                 ("indicators", "pack"): PACK, ("reports", "pack"): PACK, ("indicators", "indicator"): "autonomous",
                 ("forms", "form"): "application-form", ("proposals", "id"): 8000001, ("todo", "assignment"): 8000001,
                 ("assignments", "assignment"): 8000001, ("types", "type"): "deal", ("certificates", "number"): self.mark,
                 ("objections", "number"): self.mark, ("entries", "n"): 3, ("patents", "id"): 1, ("actions", "action"): "end",
                 ("papers", "paper"): it["paper", "14"] if side == "14" else "decision"}
        return str(fixed.get((before, name), "application-form" if name == "form" else "autonomous" if name == "indicator" else 1))

    def path(self, template):
        words = template.split("/")
        return "/".join(self.in_path(words[at - 1] if not words[at - 1].startswith("{") else words[at - 2], word[1:-1])
                        if word.startswith("{") else word for at, word in enumerate(words))

    def of_name(self, name):
        """What a parameter or member of such a name is given, or None."""
        return {"party": self.code, "subject": self.code, "credit_code": self.code, "number": self.mark, "what": "contract",
                "unit": self.world.units[self.unit], "account": self.person.account, "q": self.mark, "query": self.mark, "text": self.mark,
                "year": 2026, "as_of": "2026-01-05", "region": client.UNITS[self.unit][2], "programme": PACK, "pack": PACK, "filter": f'number~"{self.mark}"',
                "fields": "*", "job": 8000001, "type": "deal", "record": self.record("deal"), "records": self.record("deal"), "id": self.record("deal"),
                "ids": self.record("deal"), "case": self.things["case", self.side], "cases": self.things["case", self.side],
                "digest": self.things["digest", self.side], "panel": self.things["panel"], "of": self.code, "name": self.mark}.get(name)

    def value(self, schema, name, schemas, depth=0):
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
        what = schema.get("type", "string")
        what = what[0] if isinstance(what, list) else what
        if "enum" in schema:
            return schema["enum"][0]
        if what == "object":
            return {} if depth > 4 else {key: self.value(inner, key, schemas, depth + 1) for key, inner in schema.get("properties", {}).items()}
        if what == "array":
            return [self.value(schema.get("items", {}), name, schemas, depth + 1)]
        given = self.of_name(name)
        if what == "integer":
            return given if isinstance(given, int) else self.record(name)
        if what == "boolean":
            return True
        if what == "number":
            return 1
        return str(given) if given is not None else "2026-01-05" if schema.get("format") == "date" else "x"


# --- questions ----------------------------------------------------------------------------------------

class Questions:
    def __init__(self, world):
        self.world, self.marks, self.random = world, world.marks, random.Random(SEED)
        self.description = json.loads(world.server.run("openapi", "--types"))
        self.words = {side: Words(world, side) for side in marks.SIDES}
        self.asked, self.statuses = 0, {}

    def look(self, asker, where, reply, said=""):
        self.asked += 1
        self.statuses[reply.status] = self.statuses.get(reply.status, 0) + 1
        assert reply.status != 500, f"{where} by {asker.name}: {reply}"
        told = self.marks.leaks(asker, reply, urllib.parse.unquote(said).encode())
        assert not told, f"{where} by {asker.name} tells {sorted(told, key=repr)[:4]}: {reply.status} {reply.content[:300]!r}"

    def drawn(self, cells):
        return [cell for cell in cells if SHARE >= 1 or self.random.random() < SHARE]

    def all_answered(self, cells):
        cells = self.drawn(cells)
        ended = door.together(self.world.server.door, cells)
        faults = [f"{cell.where}: {ended[cell]!r}" for cell in cells if ended[cell]]
        print(f"# {len(cells)} questions, {self.asked} answers so far: {dict(sorted(self.statuses.items()))} (SEED={SEED}, SHARE={SHARE})")
        assert not faults, f"{len(faults)} of {len(cells)}: " + " | ".join(faults[:6])

    # --- of records ---------------------------------------------------------------------------------

    def of_records(self):
        for asker in self.world.askers:
            for name, ones in self.marks.records.items():
                kind = self.world.types[name]
                root = f"/records/{name}"
                for path in (root, f"{root}?fields=*&limit=500", f"{root}?fields=*&limit=500&ended=true", f"{root}?format=xlsx&fields=*",
                             f"{root}/export.xlsx", f"{root}/template.xlsx", f"{root}/retention", f"{root}?q=zq&fields=*",
                             f"{root}?filter=not id=1&fields=*&limit=500", f"{root}?filter=owner_unit={self.world.units['centreA']}&fields=*",
                             f"{root}?sort=-id&page=1&limit=1&fields=*"):
                    yield self.get(asker, path)
                for field in kind["fields"]:
                    yield self.get(asker, f"{root}?sort={field['name']}&fields=*&limit=500")
                    yield self.get(asker, f"{root}?fields=id,{field['name']}&limit=500")
                    for inner in field.get("fields", []):
                        yield self.get(asker, f"{root}?filter={field['name']}.{inner['name']}~\"zq\"&fields=*")
                for one in ones:
                    yield from self.of_record(asker, name, one)
                    for mark in self.marks.of_record[name, one]:
                        yield from self.by_value(asker, name, mark)

    def of_record(self, asker, name, one):
        root = f"/records/{name}/{one}"
        for path in ("", "/history", "/assignments", "/diff?from=1&to=1", "/diff"):
            yield self.get(asker, root + path)

    def by_value(self, asker, name, mark):
        """Who may not read it finds no record by it, and counts none."""
        digits = mark.shown
        for query in ([f"filter={mark.field}={digits}", f"filter={mark.field}>={digits} and {mark.field}<={digits}"] if digits else
                      [f"filter={mark.field}=\"{mark.text}\"", f"filter={mark.field}~\"{mark.text[2:-2]}\"", f"filter={mark.field}={mark.text}*",
                       f"q={mark.text}", f"filter=id={mark.record} and not {mark.field}~\"x\"&fields=*"]):
            path = f"/records/{name}?{query}"

            def check(path=path, query=query):
                reply = yield asker.person.get(path)
                self.look(asker, path, reply, path)
                if reply.status == 200 and mark.text in query or digits and reply.status == 200:
                    seen = self.marks.allowed(asker, mark)
                    assert seen or reply.json["total"] == 0, f"{path} counts {reply.json['total']}"
            yield Cell(f"{path} by {asker.name}", check)

    def get(self, asker, path):
        def check():
            reply = yield asker.person.get(path)
            self.look(asker, path, reply, path)
        return Cell(f"GET {path} by {asker.name}", check)

    # --- of everything else -----------------------------------------------------------------------------

    def operations(self, reading):
        for path, methods in sorted(self.description["paths"].items()):
            for method, operation in methods.items():
                if (method == "get") == reading and path not in STREAMS and not path.startswith(tuple(OWN)):
                    yield method.upper(), path, operation

    def queries(self, operation, words):
        """Without what need not be, and with one thing of it at a time."""
        given = {p["name"]: (p, words.value(p["schema"], p["name"], self.schemas())) for p in operation.get("parameters", []) if p["in"] == "query"}
        needed = {name: value for name, (p, value) in given.items() if p.get("required")}
        yield needed
        for name, (_, value) in given.items():
            if name not in needed:
                yield {**needed, name: value}

    def schemas(self):
        return self.description.get("components", {}).get("schemas", {})

    def of_the_rest(self):
        for method, path, operation in self.operations(True):
            if re.match(r"/api/v1/records/", path):
                continue
            for words in self.words.values():
                for query in self.queries(operation, words):
                    target = words.path(path).removeprefix("/api/v1") + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")
                    for asker in self.world.askers:
                        if not self.is_heavy(path, asker, words):
                            yield self.get(asker, target)

    @staticmethod
    def is_heavy(path, asker, words):
        """Papers are made in a cage, half a second each: of the other side's alone."""
        return path.endswith((".pdf", ".docx", "/pdf", "/docx", "/file", "/archive")) and asker.side == words.side

    def of_writes(self):
        """What those of the second province ask to be written with ids of the first."""
        words = self.words["51"]
        for method, path, operation in self.operations(False):
            content = operation.get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema")
            body = words.value(schema, "", self.schemas()) if schema else None
            raw = f"公开号,标题,申请人\nCN100000002A,{words.mark},虚构甲公司\n".encode() if content and not schema else None
            for target, sent in self.written(path, words, body):
                for asker in self.world.askers:
                    if asker.side != "51" and not asker.subject.roles & ADMINISTRATORS:
                        yield self.write(asker, method, target, sent, raw, operation)

    def written(self, path, words, body):
        inner = re.fullmatch(r"/api/v1(/records/(\w+))(/.*)?", path)
        if not inner or inner[2] not in self.world.types:
            yield words.path(path).removeprefix("/api/v1"), body
            return
        name, rest = inner[2], inner[3] or ""
        kind = self.world.types[name]
        one = words.record(name)
        actions = [t["name"] for t in kind.get("states", {}).get("transitions", [])] + ["end"]
        refs = {f["name"]: words.record(f["to"]) for f in kind["fields"] if f["type"] == "ref"}
        refs |= {f["name"]: [words.record(f["to"])] for f in kind["fields"] if f["type"] == "refs"}
        files = {f["name"]: {"digest": words.things["digest", "51"], "name": "x.pdf"} for f in kind["fields"] if f["type"] == "file"}
        bulk = {"items": [{"change": refs, "id": one, "version": NEVER}, {"act": actions[0], "id": one, "version": NEVER, "reason": "x"},
                          {"create": {**refs, **files}}]}
        filled = rest.replace("{id}", str(one)).replace("{assignment}", "8000001")
        for action in actions if "{action}" in filled else [""]:
            target = inner[1] + filled.replace("{action}", action) + ("?reason=x" if action else "")
            yield target, bulk if rest == "/bulk" else {**refs, **files} if rest in ("", "/{id}") else {} if action else body

    def write(self, asker, method, target, body, raw, operation):
        head = {"If-Match": f'"{NEVER}"'} if any(p["name"] == "If-Match" for p in operation.get("parameters", [])) else None
        query = "&".join(f"{p['name']}=x" for p in operation.get("parameters", []) if p["in"] == "query" and p.get("required"))
        target += ("&" if "?" in target else "?") + query if query and "reason=" not in target else ""

        def check():
            reply = yield asker.person.ask(method, target, body, head, raw)
            self.look(asker, f"{method} {target}", reply, f"{target} {body} {raw}")
        return Cell(f"{method} {target} by {asker.name}", check)


# --- the tests ----------------------------------------------------------------------------------------------

def test_each_mark_is_there_for_who_may_read_it(world):
    """Else that nobody else is told it says nothing."""
    seen, wanted, missing = set(), 0, []
    for (name, one), own in world.marks.of_record.items():
        best = max(world.askers, key=lambda a: len([m for m in own if world.marks.allowed(a, m)]) if a.subject.scopes is None else -1)
        may = {m.number for m in own if world.marks.allowed(best, m)}
        wanted += len(may)
        if may:
            reply = world[best.name].get(f"/records/{name}/{one}")
            got = {m.number for m in world.marks.in_reply(reply) if m}
            seen |= got & may
            if may - got:
                missing.append((name, one, best.name, [world.marks.all[n] for n in sorted(may - got)][:3]))
    print(f"# {len(world.marks.all)} marks, {wanted} may be read by somebody, {len(seen)} are")
    assert len(seen) == wanted and wanted > 1500, missing[:5]
    roles = {r for asker in world.askers for r in asker.subject.roles}
    twice = {role: {asker.side for asker in world.askers if role in asker.subject.roles} for role in roles - {"public"}}
    with open(f"{bodies.ROOT}/types/roles.yaml", encoding="utf-8") as file:
        assert roles == {r["name"] for r in bodies.yaml.load(file, Loader=bodies.READER)["roles"]}
    assert all(sides == {"51", "14"} for role, sides in twice.items() if role != "security_administrator"), twice


def test_no_answer_about_records_tells_anothers(world):
    world.questions.all_answered(world.questions.of_records())


def test_no_other_answer_tells_anothers(world):
    world.questions.all_answered(world.questions.of_the_rest())


def rows_of(world):
    """All of the first province's records, and what else is its."""
    found = {}
    for name in world.marks.records:
        found[name] = client.ask_sql(world, f"SELECT * FROM record_{name} WHERE owner_province = '51' ORDER BY id")
    it = world.things
    for table, one in (("webhook", it["webhook"]), ("job", 8000001), ("assignment", 8000001), ("proposal", 8000001), ("flow_case", it["case", "51"]),
                       ("panel", it["panel"]), ("panel_sheet", it["sheet"]), ("notification", 8000001)):
        what = "id, version, state, owner, url, secret, events" if table == "webhook" else "*"  # how far it told is the program's
        found[table] = client.ask_sql(world, f"SELECT {what} FROM {table} WHERE id = {one}")
        assert len(found[table]) == 1, table
    found["versions"] = client.ask_sql(world, "SELECT type, record_id, version FROM record_version WHERE entry LIKE 'planted %' ORDER BY 1, 2, 3")
    return found


def test_what_one_province_asks_to_be_written_is_not_told_and_changes_nothing_of_the_other(world):
    before = rows_of(world)
    world.questions.all_answered(world.questions.of_writes())
    after = rows_of(world)
    changed = [(table, before[table], after[table]) for table in before if before[table] != after[table]]
    assert not changed, str(changed[0])[:900]


def build_world():
    client.UNITS.update(UNITS)
    world = client.World(ZHIYUN, people={**client.PEOPLE, **TWINS}, specimens=True, **given_days.WORLD)
    world.keeps_file = True
    return world


def plant(world):
    world.marks, world.things = marks.Marks(world), {}
    plant_cases(world)
    plant_panel(world)
    world.marks.plant_records()
    plant_more(world)
    world.askers = list(askers_of(world))
    world.server.door = door.Door(world.server)
    world.questions = Questions(world)


def main():
    if os.path.isdir("/dev/shm"):  # what a power cut would leave is not asked here
        tempfile.tempdir = "/dev/shm"
    world = build_world()
    try:
        plant(world)
        tap.run(sys.modules[__name__], world)
    finally:
        world.close()


if __name__ == "__main__":
    main()
