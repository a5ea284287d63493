"""Cells about changes of policies, document numbers, papers with what follows them, panels that hide something,
what waits for somebody, imports, and cases in lists. Each makes what it needs first (matters.Matters).
"""
import hashlib
import itertools
import json
import time

import client
import counted
import matters
import policy

MAY_CHANGE_POLICIES = {"province_officer", "province_leader"}
NUMBERS = itertools.count(19000)
REASON = "?reason=x"
PICTURE = bytes.fromhex(  # a PNG of one pixel
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082")
READING = {"ambiguity": "A-01", "reading": "above", "reason": "虚构"}
RECORD = ("id, version, state, owner_unit, owner_city, owner_province, secrecy, published, created_ms, created_by, changed_ms, "
          "changed_by")  # columns of every record


class Officials(matters.Matters):
    """Besides: what offices do and keep. `cases`: those of Matters.case_cells."""

    def __init__(self, fixed, cell, cases):
        super().__init__(fixed, cell)
        self.cases = cases

    def cells(self):
        return [*self.policy_cells(), *self.number_cells(), *self.listed_cells(), *self.archive_cells(), *self.after_a_paper_cells(), *self.inside_cells(), *self.signer_cells(),
                *self.hiding_cells(), *self.todo_cells(), *self.import_cells()]

    # --- changes of policies ----------------------------------------------------------------------------------

    def policy_cells(self):
        """By officers of the policy's province, each in his own right."""
        office = self.world.units["office51"]
        for asker in self.fixed.askers:
            of_province = bool(asker.subject.roles & MAY_CHANGE_POLICIES) and asker.subject.unit == office
            yield from self.policy_cells_of(asker.name, asker.ask, of_province, lambda o, a=asker: self.at(o, a))
        _, borrowed = self.fixed.browser("borrower")  # an officer's role, lent
        yield from self.policy_cells_of("an officer in another's right", borrowed, False, lambda operation: matters.LET_IN)

    def policy_cells_of(self, name, ask, may, door):
        pack = counted.PACK
        digest = next(p["digest"] for p in self.world["province_officer"].get("/packs").json["packs"] if p["id"] == pack)
        for operation, request, wanted in (
                ("GET /packs/{id}/amendments", ("GET", f"/packs/{pack}/amendments"), [200]),
                ("POST /packs/{id}/actions/amend", ("POST", f"/packs/{pack}/actions/amend", {"digest": digest, "decisions": []}), [400]),
                ("POST /packs/{id}/actions/forms", ("POST", f"/packs/{pack}/actions/forms", {"digest": digest, "version": "own-1", "text": "forms", "reason": "x"}), [400]),
                ("POST /packs/{id}/actions/activate", ("POST", f"/packs/{pack}/actions/activate", {"digest": digest}), [400]),
                ("POST /packs/{id}/actions/withdraw", ("POST", f"/packs/{pack}/actions/withdraw", {"digest": digest}), [409]),
                # The office has no authority for this policy here. What is read now is chosen: nothing changes.
                ("POST /packs/{id}/actions/read", ("POST", f"/packs/{pack}/actions/read", READING), [403])):
            at_door = door(operation)
            right = [at_door] if at_door != matters.LET_IN else wanted if may else [403]
            yield self.asks(operation, "of Sichuan", name, lambda a=ask, r=request, w=right: self.answers(a, r, w))

    # --- document numbers -----------------------------------------------------------------------------------------

    def insert(self, table, unit, state, values):
        """A record of a unit that nobody in person made; its id."""
        one, region = next(NUMBERS), client.UNITS[unit][2]
        city = f"'{region[:4]}'" if region[2:4] != "00" else "NULL"
        client.run_sql(self.world, [
            f"INSERT INTO record_{table} ({RECORD}, {', '.join(values)}) VALUES ({one}, 1, '{state}', {self.world.units[unit]}, {city}, "
            f"'{region[:2]}', 1, 0, 1, 0, 1, 0, {', '.join(repr(v) for v in values.values())})"])
        return one

    def marks(self):
        """{office: its mark}, with one number of each that no paper has."""
        made, year = {unit: f"虚{unit}" for unit in ("office51", "city5107", "office14")}, time.localtime().tm_year
        for unit, mark in made.items():
            self.insert("document_mark", unit, "active", {"mark": mark, "numbered": "here", "used_for": "documents"})
            self.insert("document_number", unit, "given", {
                "written": f"{mark}〔{year}〕3号", "mark": mark, "year": year, "serial": 3, "numbered": "here", "given_on": f"{year}-01-05"})
        return made

    def number_cells(self):
        """Numbers of a mark are its office's; what lacks is told to the office, and of a province to its auditors."""
        self.mark = self.marks()
        provinces = {unit: client.UNITS[unit][2][:2] for unit in self.mark}
        for asker in self.fixed.askers:
            unit, subject = self.unit_name(asker.subject.unit), asker.subject
            if self.at("GET /document-numbers/gaps", asker) == matters.LET_IN:
                auditor = "auditor" in subject.roles
                mine = {mark for of, mark in self.mark.items() if (provinces[of] == subject.region[:2] if auditor else of == unit)}

                def gaps(body, mine=mine):
                    got = {item["mark"] for item in body["items"]} & set(self.mark.values())
                    assert got == mine, f"{got}, not {mine}"
                yield self.asks("GET /document-numbers/gaps", "of one's office", asker.name, lambda a=asker, c=gaps: self.answers(
                    a.ask, ("GET", "/document-numbers/gaps"), c))
            if self.at("POST /document-numbers", asker) == matters.LET_IN:
                for of, mark in self.mark.items():
                    own = [201] if of == unit else [403] if unit in self.mark else [400, 403]
                    yield self.asks("POST /document-numbers", f"of {of}", asker.name, lambda a=asker, m=mark, w=own: self.answers(
                        a.ask, ("POST", "/document-numbers", {"mark": m, "purpose": "虚构"}), w))
        (one, _), year = self.cases["of a centre"], time.localtime().tm_year
        for title, number in (("drawn by another office", f"{self.mark['office51']}〔{year}〕3号"),
                              ("of another office's mark", f"{self.mark['office51']}〔{year}〕777号")):
            body = {"number": number, "values": {"paper.to": "虚构省局", "decision.reason": "虚构理由"}}
            yield self.asks("POST /cases/{id}/papers/{paper}", title, "city_officer", lambda b=body: self.answers(
                self.world["city_officer"].ask, ("POST", f"/cases/{one}/papers/recommendation", b), [403],
                [client.taken(one, "recommend")]))

    def unit_name(self, number):
        return next((name for name, one in self.world.units.items() if one == number), None)

    # --- cases in lists --------------------------------------------------------------------------------------------

    def listed_cells(self):
        """A list has the cases that one may read, and no others; materials and proposals are the case's."""
        kind, ours = self.world.types["case"], {one: labels for one, labels in self.cases.values()}
        where = "%20or%20".join(f"id={one}" for one in ours)
        for asker in self.fixed.askers:
            if self.at("GET /cases", asker) == matters.LET_IN:
                mine = {one for one, labels in ours.items() if policy.allowed(kind, asker.subject, "read", labels)}
                closed = not any(asker.subject.roles & set(r["roles"]) and "read" in r.get("verbs", []) for r in kind["access"])

                def listed(body, mine=mine):
                    got = {item["id"] for item in body["items"]} & set(ours)
                    assert got == mine and body["total"] == len(mine), f"{got}, {body['total']} in all, not {mine}"
                yield self.asks("GET /cases", "one's own to read", asker.name, lambda a=asker, c=[403] if closed else listed: self.answers(
                    a.ask, ("GET", f"/cases?filter={where}"), c))
            for title, (one, labels) in self.cases.items():
                for end in ("materials", "form", "verdict"):
                    operation = f"GET /cases/{{id}}/{end}"
                    # The form shows the record of the case: who may read the case and not the record is shown none.
                    shown = end != "form" or policy.allowed(self.world.types["application"], asker.subject, "read", self.like("application", labels))
                    yield self.asks(operation, title, asker.name, lambda a=asker, n=one, l=labels, o=operation, e=end, w=[200] if shown else [404]: self.answers(
                        a.ask, ("GET", f"/cases/{n}/{e}"), self.of_a_case(o, a, l, w)))
                operation = "DELETE /cases/{id}/proposals/{action}"  # of a step of the city's
                takes = bool(asker.subject.roles & {"city_officer", "city_leader"})
                yield self.asks(operation, title, asker.name, lambda a=asker, n=one, l=labels, o=operation, t=takes: self.answers(
                    a.ask, ("DELETE", f"/cases/{n}/proposals/recommend{REASON}"), self.of_a_case(o, a, l, [404] if t else [403])))

    def archive_cells(self):
        """A case, here one that is not closed, is archived by the offices of its place; it is begun by who may take its first step."""
        archives = {"city_officer", "city_leader"} | matters.PROVINCE_OFFICERS
        for asker in self.fixed.askers:
            office = bool(asker.subject.roles & archives)
            for title, (one, labels) in self.cases.items():
                for method, body, may in (("POST", {}, 400), ("GET", None, 404)):
                    operation = f"{method} /cases/{{id}}/archive"
                    yield self.asks(operation, title, asker.name, lambda a=asker, n=one, l=labels, o=operation, m=method, b=body, w=may, f=office:
                                    self.answers(a.ask, (m, f"/cases/{n}/archive", b), self.of_a_case(o, a, l, [w] if f else [403])))
            if self.at("POST /cases", asker) == matters.LET_IN:
                begins = bool(asker.subject.roles & matters.HELD_BY["own_unit"])
                yield self.asks("POST /cases", "with what it does not have", asker.name, lambda a=asker, w=400 if begins else 403: self.answers(
                    a.ask, ("POST", "/cases", {"pack": counted.PACK, "process": "application", "fields": {"no_such_field": 1}}), [w]))

    # --- what follows a paper ------------------------------------------------------------------------------------------

    def paper(self, case, paper, content="{}"):
        """A paper that was issued, straight into the store."""
        one = next(NUMBERS)
        client.run_sql(self.world, [
            "INSERT INTO case_paper (id, case_id, paper, version, title, code, content, digest, entry, issued_ms, issued_by) VALUES "
            f"({one}, {case}, '{paper}', {one}, '虚构', 'code {one}', '{content}', '{hashlib.sha256(content.encode()).hexdigest()}', "
            f"'entry {one}', 1, {self.world['city_officer'].account})"])
        return one

    def after_a_paper_cells(self):
        """It is sealed and served by who issues it; once it is sealed, its party gets it sealed."""
        world, (one, labels) = self.world, self.cases["of a centre"]
        values = {"number": f"虚后市监〔{time.localtime().tm_year}〕1号", "reason": "虚构",
                  "values": {"paper.to": "虚构省局", "decision.reason": "虚构理由"}}
        client.run_sql(world, [client.taken(one, "recommend")])
        done = world["city_officer"].ask("POST", f"/cases/{one}/papers/recommendation", values)
        assert done.status == 201, done
        paper = done.json["id"]
        at, about = f"/cases/{one}/papers/{paper}", ("case",)
        service = {"channel": "no such channel"}
        period = {"step": "withdraw", "basis": "虚构", "due": "2099-12-31"}
        for asker in self.fixed.askers:
            issues = bool(asker.subject.roles & {"city_officer", "city_leader"})
            for end, body, title in (("/services", service, "services"), ("/services/1/period", period, "services/{service}/period")):
                operation = f"POST /cases/{{id}}/papers/{{paper}}/{title}"
                yield self.asks(operation, "a recommendation", asker.name, lambda a=asker, e=end, b=body, o=operation, i=issues: self.answers(
                    a.ask, ("POST", at + e, b), self.of_a_case(o, a, labels, [400, 404, 409] if i else [403], about)))
        seal = self.insert("paper_seal", "centreA", "active", {
            "case_id": one, "paper_id": paper, "title": "虚构", "paper_digest": "ab" * 32, "file": "ab" * 32, "sealed_by": "虚构",
            "sealed_on": "2026-01-01", "reading": "unread"})
        client.run_sql(world, [
            "INSERT INTO record_version (type, record_id, version, at_ms, account, role, action, content, seal, entry) VALUES "
            f"('paper_seal', {seal}, 1, 2, 0, '', 'create', '{{}}', '{{}}', 'seal of {paper}')"])
        for name, wanted in (("centre_manager", 409), ("centre_staff", 409), ("city_officer", 200), ("province_officer", 200)):
            for end in ("docx", "pdf"):
                yield self.asks(f"GET /cases/{{id}}/papers/{{paper}}/{end}", "sealed", name, lambda n=name, w=wanted, e=end: self.answers(
                    world[n].ask, ("GET", f"{at}/{e}"), [w]))
        for name in ("centre_manager", "province_officer", "city_other"):  # who reads it and does not issue it
            scan = world[name].ask("POST", "/files?name=fictional.png", raw=PICTURE)
            assert scan.status in (200, 201), scan
            body = {"file": {"digest": scan.json["digest"], "name": "fictional.png"}, "sealed_by": "虚构", "sealed_on": "2026-01-01"}
            operation = "POST /cases/{id}/papers/{paper}/seals"
            asker = next(a for a in self.fixed.askers if a.name == name)
            yield self.asks(operation, "a recommendation", name, lambda a=asker, b=body, o=operation: self.answers(
                a.ask, ("POST", f"{at}/seals", b), self.of_a_case(o, a, labels, [403])))
        second = world["city_officer"].ask("POST", f"/cases/{one}/papers/recommendation", {**values, "number": ""})
        assert second.status == 201, second
        for asker in self.fixed.askers:
            if asker.name in ("centre_neighbour", "centre_manager", "city_other", "expert", "public"):
                operation = "GET /cases/{id}/papers/{paper}/file"
                yield self.asks(operation, "of its case", asker.name, lambda a=asker, o=operation: self.answers(
                    a.ask, ("GET", f"/cases/{one}/papers/{second.json['id']}/file"), self.of_a_case(o, a, labels, [200])))
        decision = self.paper(one, "refusal-decision")  # not sealed, and not sent to its party yet
        client.run_sql(world, ["UPDATE case_paper SET (content, digest) = (SELECT content, digest FROM case_paper WHERE id = "
                               f"{paper}) WHERE id = {decision}"])
        for end in ("file", "docx"):
            yield self.asks("GET /cases/{id}/papers/{paper}/" + end, "not sent yet", "centre_manager", lambda e=end: self.answers(
                world["centre_manager"].ask, ("GET", f"/cases/{one}/papers/{decision}/{e}"), [409]))

        def held(body):
            assert [item.get("held") for item in body["items"] if item["id"] == decision] == [True], body
        yield self.asks("GET /cases/{id}/papers", "not sent yet", "centre_manager", lambda: self.answers(
            world["centre_manager"].ask, ("GET", f"/cases/{one}/papers"), held))
        theirs = self.paper(self.cases["of its neighbour"][0], "recommendation")
        scan = world["city_officer"].ask("POST", "/files?name=fictional.png", raw=PICTURE).json["digest"]
        sealed = {"file": {"digest": scan, "name": "fictional.png"}, "sealed_by": "虚构", "sealed_on": "2026-01-01"}
        served = self.insert("paper_service", "centreB", "sent", {
            "case_id": self.cases["of its neighbour"][0], "paper_id": theirs, "title": "虚构", "recipient": "虚构", "channel": "post"})
        for method, end, body in (("GET", "file", None), ("POST", "seals", sealed), ("POST", "services", service),
                                  ("POST", f"services/{served}/period", period)):
            operation = f"{method} /cases/{{id}}/papers/{{paper}}/{end.replace(str(served), '{service}')}"
            yield self.asks(operation, "of another case", "city_officer", lambda m=method, e=end, b=body: self.answers(
                world["city_officer"].ask, (m, f"/cases/{one}/papers/{theirs}/{e}", b), [404]))

    def signer_cells(self):
        """A draft shows all that it says to who takes its step, and nothing to others, as to a token that only reads."""
        world, (one, _) = self.world, self.cases["of a centre"]
        record = client.ask_sql(world, f"SELECT record_id FROM flow_case WHERE id = {one}")[0][0]
        secret, back = ([f"UPDATE record_application SET secrecy = {policy.LEVELS[level]} WHERE id = {record}"] for level in ("secret", "internal"))
        reading = client.Person(world.server, world.token("city_officer", "records:read"), "a token that reads")
        for name, ask, wanted in (("city_officer", world["city_officer"].ask, 200), ("his token that reads", reading.ask, 403)):
            yield self.asks("POST /cases/{id}/papers/{paper}/draft", "of a secret application", name, lambda a=ask, w=wanted: self.answers(
                a, ("POST", f"/cases/{one}/papers/recommendation/draft", {}), [w], secret, back))

    # --- papers of the offices' own file -------------------------------------------------------------------------------

    def inside_cells(self):
        """Papers of the offices' own file are not there for others; who reviewed a case is for officers of panels."""
        world, (one, labels) = self.world, self.cases["of a centre"]
        paper, name, panel = self.paper(one, "review-report"), "虚构评审人甲", next(NUMBERS)
        report = {"cases": [{"of": one, "rank": 1, "spread": {"mean": {"decimal": "80"}}, "result_reason": "虚构", "sheets": [
            {"name": name, "opinion": "虚构"}]}]}
        client.run_sql(world, [
            "INSERT INTO panel (id, version, state, owner_unit, owner_province, title, pack, pack_version, evaluation, basis, mode, outlier, "
            f"year, created_ms, created_by, closed_ms, report, report_digest) VALUES ({panel}, 1, 'closed', {world.units['city1401']}, '51', '虚构', "
            f"'{counted.PACK}', '1', 'review', '虚构', 'open', 0, 2026, 1, {world['ip_centre_officer'].account}, 1, "
            f"'{json.dumps(report, ensure_ascii=False)}', 'fictional')",
            f"INSERT INTO panel_case (panel, position, case_id, number, unit) VALUES ({panel}, 0, {one}, '虚构', {labels.owner_unit})"])
        for asker in self.fixed.askers:
            inside = "office" in client.UNITS.get(self.unit_name(asker.subject.unit), ("", "", ""))[1] or (
                asker.subject.unit == world.units["ip51"])
            operation = "POST /cases/{id}/papers/{paper}/draft"

            def drafted(body):
                assert name in json.dumps(body["content"], ensure_ascii=False), "the expert is not named"
            issues = bool(asker.subject.roles & {"province_officer", "province_leader"})
            yield self.asks(operation, "of the offices' own file", asker.name, lambda a=asker, o=operation, i=inside, t=issues, d=drafted: self.told_if(
                a.ask, ("POST", f"/cases/{one}/papers/review-report/draft", {}), self.of_a_case(
                    o, a, labels, [200] if t else [403] if i else [404]), d))
            operation = "GET /cases/{id}/papers"

            def listed(body, i=inside):
                assert (paper in [item["id"] for item in body["items"]]) == i, f"it is listed: {not i}"
            yield self.asks(operation, "of the offices' own file", asker.name, lambda a=asker, o=operation, c=listed: self.told_if(
                a.ask, ("GET", f"/cases/{one}/papers"), self.of_a_case(o, a, labels, [200]), c))
            operation = "GET /cases/{id}/papers/{paper}/docx"
            if not inside:
                yield self.asks(operation, "of the offices' own file", asker.name, lambda a=asker, o=operation: self.answers(
                    a.ask, ("GET", f"/cases/{one}/papers/{paper}/docx"), self.of_a_case(o, a, labels, [404])))

    def told_if(self, ask, request, statuses, check):
        """What is told is held against `check` where 200 is right."""
        self.answers(ask, request, check if statuses == [200] else statuses)

    # --- panels -------------------------------------------------------------------------------------------------------------

    def hiding_cells(self):
        """What an expert scored is told to nobody before it is locked; a blind panel does not say whose a case is."""
        world, it = self.world, self.fixed.panel
        opinion, panel = "虚构的未定意见", it["panel"]
        before = [f"UPDATE panel_sheet SET opinion = '{opinion}' WHERE id = {it['sheet']}"]

        def unlocked(body):
            assert body["items"] and opinion not in json.dumps(body, ensure_ascii=False), body
        yield self.asks("GET /panels/{id}/scores", "that is not locked", "province_officer", lambda: self.answers(
            world["province_officer"].ask, ("GET", f"/panels/{panel}/scores"), unlocked, before))
        blind = [f"UPDATE panel SET mode = 'blind' WHERE id = {panel}"]
        seen = [f"UPDATE panel SET mode = 'open' WHERE id = {panel}"]
        scores = world["expert"].get(f"/panels/{panel}/scores").json["items"]
        case = client.ask_sql(world, f"SELECT panel_case FROM panel_sheet WHERE id = {it['sheet']}")[0][0]
        assert scores and "party" in scores[0], scores

        def unnamed(body):
            for one in body.get("items", [body]):
                assert "place" in one and not {"party", "number"} & set(one), one
        for path, wanted in (("", unnamed), (f"/{case}", unnamed), (f"/{case}/file", [404])):
            operation = "GET /panels/{id}/scores" + path.replace(f"/{case}", "/{case}")
            yield self.asks(operation, "blind", "expert", lambda e=path, w=wanted: self.answers(
                world["expert"].ask, ("GET", f"/panels/{panel}/scores{e}"), w, blind, seen))

    # --- what waits for somebody ---------------------------------------------------------------------------------------------------

    def todo_cells(self):
        """What was given to one or to one's unit is listed to nobody else, and to nobody who may not read it; with it the
        steps that he may take, and its title where he sees it."""
        world, kind = self.world, self.world.types["specimen"]
        first, given, accounts = self.fixed.numbers[client.FIRST], {}, ["centre_manager", "province_officer", "finance_officer", "bank_officer"]
        receivers = [(first, None), (None, 1), (None, world.units["city5101"]), *((world[name].account, None) for name in accounts)]
        for state, secrecy in (("draft", "internal"), ("sent", "internal"), ("sent", "secret")):
            record, labels = self.fixed.specimen(state, {})
            labels.secrecy, labels.accounts = policy.LEVELS[secrecy], {world["bank_officer"].account}
            client.run_sql(world, [
                f"UPDATE record_specimen SET secrecy = {labels.secrecy} WHERE id = {record}",
                "INSERT INTO assignment (type, record_id, account, unit, from_ms) VALUES "
                f"('specimen', {record}, {world['bank_officer'].account}, NULL, 1)"])
            for account, unit in receivers:
                number = next(NUMBERS)
                given[number] = (account, unit, labels)
                client.run_sql(world, [
                    "INSERT INTO assignment (id, version, type, record_id, account, unit, kind, given_by, from_ms) VALUES "
                    f"({number}, 1, 'specimen', {record}, {account or 'NULL'}, {unit or 'NULL'}, 'read', {first}, 1)"])

        def expected(subject):
            """{assignment: (steps, whether its title is told)}"""
            told = {}
            for number, (account, unit, labels) in given.items():
                mine = account == subject.account or unit is not None and unit == subject.unit
                if mine and policy.allowed(kind, subject, "read", labels):
                    steps = {t["name"] for t in kind["states"]["transitions"] if labels.state in t["from"] and policy.allowed(
                        kind, subject, "act", labels, t["name"])}
                    told[number] = (steps, "title" in policy.fields(kind, subject, "read", labels))
            return told
        for asker in self.fixed.askers:
            if self.at("GET /todo", asker) == matters.LET_IN:
                def waits(body, wanted=expected(asker.subject)):
                    got = {item["assignment"]: ({step["name"] for step in item["actions"]}, bool(item["title"]))
                           for item in body["items"] if item.get("assignment") in given}
                    assert got == wanted, f"{got}, not {wanted}"
                yield self.asks("GET /todo", "to read", asker.name, lambda a=asker, c=waits: self.answers(
                    a.ask, ("GET", "/todo?box=read"), c))

    # --- imports --------------------------------------------------------------------------------------------------------------------

    def import_cells(self):
        """An import is taken back by who brought it in, and its refused rows are his; a record is given by who may change it."""
        world, one, whose = self.world, next(NUMBERS), self.world["centre_manager"]
        client.run_sql(world, [
            "INSERT INTO record_import (id, type, state, account, unit, file_digest, whole, started_ms, finished_ms, created, changed, "
            f"unchanged, rejected, kept) VALUES ({one}, 'specimen', 'finished', {whose.account}, {whose.unit}, '{'ab' * 32}', 0, 1, 2, 0, 0, 0, "
            "1, 0)",
            f"INSERT INTO record_import_row (import_id, number, sheet, row, reason, cells) VALUES ({one}, 1, '虚构', 2, '虚构', '[]')"])
        again = [f"UPDATE record_import SET state = 'finished' WHERE id = {one}"]
        for name in ("centre_manager", "centre_staff", "province_officer", "auditor"):
            wanted = 200 if name == "centre_manager" else 404
            for title, request in (("GET specimen rejects", ("GET", f"/records/specimen/imports/{one}/rejects.xlsx")),
                                   ("POST specimen undo", ("POST", f"/records/specimen/imports/{one}/undo"))):
                yield self.cell(title, "of another", name, lambda n=name, r=request, w=wanted: self.answers(
                    world[n].ask, r, [w], again))
        kind = world.types["specimen"]
        for state in ("draft", "sent", "kept"):
            record, labels = self.fixed.specimen(state, {})
            for name, subject in world.subjects.items():
                if subject.account is not None and subject.scopes is None:
                    may, reads = (policy.allowed(kind, subject, verb, labels) for verb in ("change", "read"))
                    yield self.cell("GET specimen assignments", state, name, lambda n=name, r=record, w=200 if may else 403 if reads else 404:
                                    self.answers(world[n].ask, ("GET", f"/records/specimen/{r}/assignments"), [w]))
