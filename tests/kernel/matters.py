"""Cells about panels, cases and their papers, what is public, and the claim registry: checks that stand behind
the door and speak of neither an owner nor a unit of fixed.Thing.

Each makes what it needs first. What an allowed question would change is put back after it.
"""
import hashlib
import itertools
import time

import client
import counted
import matrix
import policy

LET_IN = policy.LET_IN
NUMBERS = itertools.count(18000)
PROVINCE_OFFICERS = {"province_officer", "province_leader", "ip_centre_officer"}
HELD_BY = {"own_unit": {"centre_staff", "centre_manager", "company_staff"}}  # roles of the actor "applicant" of a process
DIGEST = "ab" * 32


class Matters:
    """`fixed`: fixed.Fixed, whose askers ask; `cell`: fixed.Cell."""

    def __init__(self, fixed, cell):
        self.fixed, self.world, self.cell = fixed, fixed.world, cell

    def cells(self):
        # Claims first: their rows go past the log, which lists in memory follow once they are made.
        return [*self.claim_cells(), *self.panel_cells(), *self.pair_cells(), *self.fault_cells(), *self.case_cells(),
                *self.paper_cells(), *self.call_cells(), *self.aside_cells(), *self.objection_cells()]

    def asks(self, operation, title, name, check):
        return self.cell(operation.replace(" ", " /api/v1", 1), title, name, check)

    def answers(self, ask, request, wanted, before=(), back=()):
        """`wanted`: statuses, or a function that holds the reply against what must come back."""
        if before:
            client.run_sql(self.world, before)
        reply = ask(*request)
        if back:
            client.run_sql(self.world, back)
        if callable(wanted):
            assert reply.status == 200, reply
            wanted(reply.json)
        else:
            assert reply.status in wanted, f"{reply.status} instead of {wanted}: {reply.content[:300]!r}"

    def refuses(self, name, path, words):
        """It is not there, and the answer says what is not."""
        reply = self.world[name].ask("GET", path)
        assert reply.status == 404 and words in reply.json["detail"], f"{reply.status}: {reply.content[:300]!r}"

    def at(self, operation, asker):
        """What the door says to somebody."""
        method, path = operation.split(" ")
        return policy.door(self.fixed.operations[f"{method} /api/v1{path}"], asker, method, f"/api/v1{path}")

    # --- panels -------------------------------------------------------------------------------------------

    def panel_cells(self):
        world, it = self.world, self.fixed.panel
        office = world.units["office51"]

        def listed(asker):
            subject = asker.subject
            officer = bool(subject.roles & PROVINCE_OFFICERS) and subject.unit == office
            of_province = {int(row[0]) for row in client.ask_sql(world, "SELECT id FROM panel WHERE owner_province = '51'")}
            audits = "auditor" in subject.roles and subject.region[:2] == "51"
            mine = {it["panel"]} if subject.account == world["expert"].account else set()

            def check(body):
                got, all_of_office = {p["id"] for p in body["items"]}, set(it["panels"])
                assert got == (of_province if audits else all_of_office if officer else mine), f"{got} are listed"
            return check
        for asker in self.fixed.askers:
            if self.at("GET /panels", asker) == LET_IN:
                yield self.asks("GET /panels", "of one's office, or drawn for", asker.name, lambda a=asker: self.answers(
                    a.ask, ("GET", "/panels"), listed(a)))
        people = {"who was drawn and is replaced": it["gone"], "an expert who was not drawn": it["not drawn"]}
        for name, person in people.items():
            for path in ("", "/parties", "/scores"):
                yield self.asks("GET /panels/{id}" + path, "drawn", name, lambda p=person, e=path: self.answers(
                    p.ask, ("GET", f"/panels/{it['panel']}{e}"), [404]))
        _, borrowed = self.fixed.browser("borrower")  # made by proposal_cells: an officer's role, lent

        def all_of_office(body):
            assert {p["id"] for p in body["items"]} == set(it["panels"]), body
        yield self.asks("GET /panels", "of one's office, or drawn for", "an officer in another's right", lambda: self.answers(
            borrowed, ("GET", "/panels"), all_of_office))
        for path in ("", "/draws"):
            yield self.asks("GET /panels/{id}" + path, "drawn", "an officer in another's right", lambda e=path: self.answers(
                borrowed, ("GET", f"/panels/{it['panel']}{e}"), [200]))
            moved = [[f"UPDATE panel SET owner_province = '{province}' WHERE id = {it['panel']}"] for province in ("14", "51")]
            yield self.asks("GET /panels/{id}" + path, "of another province", "auditor", lambda e=path, m=moved: self.answers(
                world["auditor"].ask, ("GET", f"/panels/{it['panel']}{e}"), [404], *m))
        for end, absent in (("files/{digest}", "/files/" + DIGEST), ("forms/{form}", "/forms/999999")):  # its case has none
            for name, told in (("expert", "of this case"), ("centre_expert", "no such panel")):
                yield self.asks("GET /panels/{id}/scores/{case_id}/" + end, "of a panel", name, lambda n=name, p=absent, t=told: self.refuses(
                    n, f"/panels/{it['panel']}/scores/{it['case']}{p}", t))
        body = {"title": "虚构评审组", "pack": counted.PACK, "evaluation": "no-such", "basis": "虚构", "mode": "open", "outlier": "20",
                "fields": [{"field": "law", "seats": 1}], "heads": [{"head": "plan", "weight": "100"}], "cases": [1]}
        yield self.asks("POST /panels", "an evaluation that is not there", "an officer in another's right", lambda: self.answers(
            borrowed, ("POST", "/panels", body), [400]))
        yield self.asks("POST /panels/{id}/actions/commit", "frozen", "an officer in another's right", lambda: self.answers(
            borrowed, ("POST", f"/panels/{it['frozen']}/actions/commit", {"commitment": "ab" * 32}), [403]))
        yield self.asks("GET /panels/{id}/scores/{case_id}", "recused from", "an expert", lambda: self.answers(
            world["expert"].ask, ("GET", f"/panels/{it['panel']}/scores/{it['recused']}"), [404]))

    def pair_cells(self):
        """What waits for a second of the office: who is not among those refuses nothing of it, nor learns that it waits."""
        by, shown = self.world["province_officer"], '{"kind":"Case","what":"Send back","title":"虚构","case":0,"among":0,"lines":[]}'
        client.run_sql(self.world, [
            "INSERT INTO proposal (state, action, type, record_id, arguments, digest, reason, proposed_by, unit, role, proposed_ms,"
            f" expires_ms, untold, shown) VALUES ('open', 'activate', 'pack', 999999, '{{}}', '{'0' * 64}', 'x', {by.account}, {by.unit},"
            f" 'province_officer', 1, 9999999999999, 0, '{shown}')"])
        proposal = client.ask_sql(self.world, "SELECT max(id) FROM proposal")[0][0]
        back = [f"UPDATE proposal SET state = 'open', decided_by = NULL, decided_ms = NULL WHERE id = {proposal}"]
        request, among = ("DELETE", f"/proposals/{proposal}?reason=x"), ('"among":0', '"among":1')
        whole, again = ([f"UPDATE proposal SET shown = replace(shown, '{a}', '{b}') WHERE id = {proposal}"] for a, b in
                        (among, among[::-1]))
        for title, name, before in (("of another desk", "auditadmin", back), ("of another office", "province_other", back),
                                    ("of another province", "province_other", back + whole)):
            _, ask = self.fixed.browser(name)
            yield self.asks("DELETE /proposals/{id}", title, name, lambda a=ask, b=before: self.answers(
                a, request, [404], b, back + again))

    def fault_cells(self):
        """Who withheld his value in an earlier draw commits to none."""
        world, frozen = self.world, self.fixed.panel["frozen"]
        client.run_sql(world, [f"UPDATE panel_draw SET fault_of = {world['province_leader'].account} WHERE panel = {frozen}"])
        back = [f"DELETE FROM panel_commitment WHERE draw IN (SELECT id FROM panel_draw WHERE panel = {frozen})"]
        yield self.asks("POST /panels/{id}/actions/commit", "after a fault of his", "province_leader", lambda: self.answers(
            world.sessions["province_leader"].ask, ("POST", f"/panels/{frozen}/actions/commit", {"commitment": DIGEST}), [403], (), back))

    # --- cases ----------------------------------------------------------------------------------------------

    def begin(self, person, secrecy="internal"):
        """A case at its start, and its labels."""
        who = self.world[person]
        done = who.ask("POST", "/cases", {"pack": counted.PACK, "process": "application", "fields": {
            "to": "city", "office_city": "510100"}})
        assert done.status == 201, done
        one, region = done.json["id"], client.UNITS[client.PEOPLE[person][0]][2]
        client.run_sql(self.world, [f"UPDATE flow_case SET secrecy = {policy.LEVELS[secrecy]} WHERE id = {one}"])
        return one, policy.Labels(who.unit, region, who.account, "running", policy.LEVELS[secrecy], False, counted.PACK)

    def of_a_case(self, operation, asker, labels, may, about=("case",)):
        """Statuses that are right: whoever reads the case is told what he may not do, to others it is not there.
        `about`: kinds of record that are read for it."""
        wanted = self.at(operation, asker)
        if wanted != LET_IN:
            return [wanted]
        return may if all(policy.allowed(self.world.types[kind], asker.subject, "read", self.like(kind, labels)) for kind in about) else [404]

    def like(self, kind, labels):
        """Of the record that a case is about: it lies in its first state."""
        if kind == "case":
            return labels
        state, public = matrix.states_of(self.world.types[kind])[0]
        programme = "" if any(f["name"] == "programme" for f in self.world.types[kind]["fields"]) else None
        return policy.Labels(labels.owner_unit, labels.region, labels.created_by, state, matrix.secrecy_of(self.world.types[kind]), public,
                             programme)

    def case_cells(self):
        self.cases = {"of a centre": self.begin("centre_manager"), "of its neighbour": self.begin("centre_neighbour"),
                      "of another city": self.begin("centre_far"), "secret": self.begin("centre_manager", "secret")}
        world = self.world
        for title, (one, labels) in self.cases.items():
            path = f"/cases/{one}"
            for asker in self.fixed.askers:
                holds = bool(asker.subject.roles & HELD_BY["own_unit"]) and asker.subject.unit == labels.owner_unit
                for end, method, body in (("", "GET", None), ("/history", "GET", None), ("/actions", "GET", None), ("/papers", "GET", None),
                                          ("/papers/{paper}/draft", "POST", {})):
                    operation = f"{method} /cases/{{id}}{end}"
                    query = "?all=true" if end == "/actions" else ""
                    request = (method, path + end.replace("{paper}", "recommendation") + query, body)
                    may = [200]
                    if body is not None:  # a paper of a step of the city's: a draft is of who may issue it
                        may = [200] if asker.subject.roles & {"city_officer", "city_leader"} else [403]
                    if end == "/actions":
                        may = lambda body, h=holds and policy.in_scope(asker.subject, "act"): self.offered(body, h)
                    yield self.asks(operation, title, asker.name, lambda a=asker, o=operation, r=request, l=labels, m=may: self.answers(
                        a.ask, r, self.of_a_case(o, a, l, m)))
                # Who takes the steps of the start; without reasons, which are asked for next.
                for what in ("withdraw", "back", "opinion", "copy", "release", "forward"):
                    body = {"account": world["centre_staff"].account} if what == "forward" else {}
                    within = what != "forward" or labels.owner_unit == world["centre_staff"].unit
                    operation, may = "POST /cases/{id}/actions/{action}", [400] if holds and within and what != "back" else [403]
                    back = []
                    if what == "forward" and holds and within:
                        may, back = [200], self.undo(one)
                    yield self.asks(operation, f"{what}, {title}", asker.name, lambda a=asker, w=what, b=body, o=operation, l=labels, m=may,
                                    p=path, k=back: self.answers(a.ask, ("POST", f"{p}/actions/{w}", b), self.of_a_case(o, a, l, m), (), k))

    def call_cells(self):
        """Several cases of a call at once: whoever reads the call and each of them is told what he may not do; of what
        was made public he sees those that he reads."""
        world, office = self.world, self.world["province_officer"]
        region = client.UNITS[client.PEOPLE["province_officer"][0]][2]
        for state, public in (("open", True), ("draft", False)):
            call = self.call(state)
            labels_of_call = policy.Labels(office.unit, region, office.account, state, matrix.secrecy_of(world.types["call"]), public)
            cases = [self.begin(person) for person in ("centre_manager", "centre_far")] + [self.begin("centre_manager", "secret")]
            for one, labels in cases:
                self.of_call(call, one, labels)
            for asker in self.fixed.askers:
                reads = policy.allowed(world.types["call"], asker.subject, "read", labels_of_call)
                for one, labels in cases:
                    yield self.step_of_a_call(asker, f"withdraw, {state}", call, one, labels, reads)
                yield self.list_of_a_call("publicity", asker, f"of a call, {state}", call, cases, reads)
                if state == "draft":
                    yield self.list_of_a_call("overview", asker, f"of a call, {state}", call, cases, reads)

    def call(self, state):
        year, office = time.localtime().tm_year, self.world["province_officer"]
        made = office.create("call", {"title": f"虚构批次 {state}", "programme": counted.PACK, "opens_on": f"{year - 1}-01-01",
                                      "closes_on": f"{year + 1}-12-31"})
        assert made.status == 201, made
        if state == "open":  # as if the policy was made to count here, which is not what is asked
            client.run_sql(self.world, [f"UPDATE record_call SET state = 'open', published = 1 WHERE id = {made.json['id']}"])
        return made.json["id"]

    def of_call(self, call, one, labels):
        """A case is taken into it, and made public, straight into the store."""
        number, owner = next(NUMBERS), f"{labels.owner_unit}, '{labels.region[:4]}', '{labels.region[:2]}'"
        client.run_sql(self.world, [
            f"UPDATE flow_case SET call = {call} WHERE id = {one}",
            "INSERT INTO record_publicity (id, version, state, owner_unit, owner_city, owner_province, secrecy, published, created_ms, "
            f"created_by, changed_ms, changed_by, case_number, title) SELECT {number}, 1, '', {owner}, 1, 0, 1, {labels.created_by}, 1, 0, "
            f"number, '虚构名单' FROM flow_case WHERE id = {one}"])

    def step_of_a_call(self, asker, title, call, one, labels, reads):
        operation = "POST /calls/{id}/actions/{action}"
        holds = bool(asker.subject.roles & HELD_BY["own_unit"]) and asker.subject.unit == labels.owner_unit
        wanted = self.of_a_case(operation, asker, labels, [400] if holds else [403])
        if self.at(operation, asker) == LET_IN and not reads:
            wanted = [403, 404]
        return self.asks(operation, title, asker.name, lambda: self.answers(
            asker.ask, ("POST", f"/calls/{call}/actions/withdraw", {"cases": [one]}), wanted))

    def list_of_a_call(self, name, asker, title, call, cases, reads):
        operation, kind = f"GET /calls/{{id}}/{name}", self.world.types["case"]
        at = self.at(operation, asker)
        mine = {one for one, labels in cases if policy.allowed(kind, asker.subject, "read", labels)}

        def shown(body):
            got = {item["case"] for item in body["items"]}
            assert got == mine and body["total"] == len(mine), f"{got}, not {mine}"
        wanted = [at] if at != LET_IN else shown if reads and policy.rules_for(kind, asker.subject, "read", None) else [403, 404]
        return self.asks(operation, title, asker.name, lambda: self.answers(asker.ask, ("GET", f"/calls/{call}/{name}", None), wanted))

    def offered(self, body, holds):
        """Does an action say to him that it is for others?"""
        withdraw = next(item for item in body["items"] if item["action"] == "withdraw")
        others = any(why["code"] == "actor" for why in withdraw["why"])
        assert others != holds and withdraw["open"] == holds, withdraw

    def undo(self, one):
        """Statements that put a case back to where it is now."""
        version = client.ask_sql(self.world, f"SELECT version FROM flow_case WHERE id = {one}")[0][0]
        return [f"UPDATE flow_case SET version = {version} WHERE id = {one}",
                f"DELETE FROM record_version WHERE type = 'case' AND record_id = {one} AND version > {version}",
                f"DELETE FROM assignment WHERE type = 'case' AND record_id = {one} AND note LIKE '%handed on%'",
                f"DELETE FROM flow_step WHERE case_id = {one} AND version > {version}"]

    def aside_cells(self):
        """An opinion is given by who was asked, a step taken back by who took it, a case handed on within the unit."""
        world, (one, _) = self.world, self.begin("centre_manager")
        asked = world["centre_manager"].ask("POST", f"/cases/{one}/actions/opinion", {"account": world["city_officer"].account,
                                                                                     "reason": "虚构"})
        assert asked.status == 200, asked
        given = client.ask_sql(world, f"SELECT max(assignment) FROM flow_opinion WHERE case_id = {one}")[0][0]
        for name in ("province_officer", "centre_staff"):
            yield self.asks("POST /cases/{id}/actions/{action}", "answer, asked of another", name, lambda n=name: self.answers(
                world[n].ask, ("POST", f"/cases/{one}/actions/answer", {"assignment": int(given)}), [403]))
        sent, _ = self.begin("centre_manager")
        last = client.ask_sql(world, f"SELECT max(version) FROM flow_step WHERE case_id = {sent}")[0][0]
        step = [f"UPDATE flow_step SET kind = 'step', step = 'submit-city', from_stage = 'draft', to_stage = 'submitted' WHERE "
                f"case_id = {sent} AND version = {last}", f"UPDATE flow_case SET stage = 'submitted' WHERE id = {sent}"]
        client.run_sql(world, step)
        for name in ("centre_staff", "city_officer"):
            yield self.asks("POST /cases/{id}/actions/{action}", "recall, sent by another", name, lambda n=name: self.answers(
                world[n].ask, ("POST", f"/cases/{sent}/actions/recall", {}), [403], (), step))

    def paper_cells(self):
        """A paper is issued by who takes its step, here the city's, and read through its own case alone."""
        (one, labels), (other, _) = self.cases["of a centre"], self.cases["of its neighbour"]
        operation, numbers = "POST /cases/{id}/papers/{paper}", itertools.count(1)

        def entered():  # a number is one paper's
            return {"number": f"虚市监〔{time.localtime().tm_year}〕{next(numbers)}号", "reason": "虚构",
                    "values": {"paper.to": "虚构省局", "decision.reason": "虚构理由"}}
        for asker in self.fixed.askers:
            if asker.name in ("public", "centre_manager", "city_officer", "city_leader", "city_other", "province_officer", "auditor"):
                may = [201] if asker.subject.roles & {"city_officer", "city_leader"} else [403]
                yield self.asks(operation, "a recommendation", asker.name, lambda a=asker, m=may, o=operation, l=labels: self.answers(
                    a.ask, ("POST", f"/cases/{one}/papers/recommendation", entered()), self.of_a_case(
                        o, a, l, m, ("case", "application")), [client.taken(one, "recommend")]))
        client.run_sql(self.world, [client.taken(other, "recommend")])
        done = self.world["city_officer"].ask("POST", f"/cases/{other}/papers/recommendation", entered())
        assert done.status == 201, done
        paper, labels = done.json["id"], self.cases["of its neighbour"][1]
        for end in ("pdf", "docx"):
            operation = f"GET /cases/{{id}}/papers/{{paper}}/{end}"
            yield self.asks(operation, "of another case", "centre_manager", lambda e=end: self.answers(
                self.world["centre_manager"].ask, ("GET", f"/cases/{one}/papers/{paper}/{e}"), [404]))
            for asker in self.fixed.askers:
                if asker.name in ("centre_neighbour", "centre_manager", "city_other", "expert", "public"):
                    yield self.asks(operation, "of its case", asker.name, lambda a=asker, e=end, o=operation, l=labels: self.answers(
                        a.ask, ("GET", f"/cases/{other}/papers/{paper}/{e}"), self.of_a_case(o, a, l, [200])))

    # --- what is public -----------------------------------------------------------------------------------------

    def objection_cells(self):
        """What became of an objection is told to who has its code; he alone has its receipt, and adds to it."""
        world, unit, number = self.world, self.world.units["centreA"], 15000
        digest = hashlib.sha256("fictionalcode".encode()).hexdigest()
        client.run_sql(world, [
            "INSERT INTO record_objection (id, version, state, owner_unit, owner_city, owner_province, secrecy, published, created_ms, "
            f"created_by, changed_ms, changed_by, received, code_digest) VALUES ({number}, 1, 'open', {unit}, '5101', '51', 2, 0, 1, 0, 1, 0, "
            f"'2026-03-01T09:30:00+08:00', '{digest}')"])
        client.run_sql(world, ["INSERT INTO record_version (type, record_id, version, at_ms, account, action, content, seal, entry) "
                               f"SELECT 'objection', {number}, 1, at_ms, account, action, content, seal, entry FROM record_version "
                               "WHERE type = 'case' AND version = 1 ORDER BY record_id LIMIT 1"])
        path = f"/public/objections/2026-{number:06d}"
        for end in ("", "/receipt"):
            for name, code, wanted in (("who has its code", "fictionalcode", 200), ("who has another", "othercode", 404)):
                yield self.asks("GET /public/objections/{number}" + end, "by its number", name, lambda e=end, c=code, w=wanted: self.answers(
                    world["public"].ask, ("GET", f"{path}{e}?code={c}"), [w]))
        yield self.asks("POST /public/objections/{number}/files", "by its number", "who has another code", lambda: self.answers(
            world["public"].ask, ("POST", f"{path}/files?code=othercode&name=a.pdf", {}), [404]))

    # --- the claim registry ---------------------------------------------------------------------------------------

    def claim_cells(self):
        """Claims of one's own province; of secret ones nothing but that they are there."""
        world, statements = self.world, []
        for number, (unit, secrecy) in enumerate((("centreA", 1), ("centreA", 2), ("centreD", 1)), 15100):
            region = client.UNITS[unit][2]
            statements.append(
                "INSERT INTO record_deal (id, version, state, owner_unit, owner_city, owner_province, secrecy, published, created_ms, "
                f"created_by, changed_ms, changed_by, contract_no) VALUES ({number}, 1, '{matrix.states_of(world.types['deal'])[0][0]}', "
                f"{world.units[unit]}, '{region[:4]}', '{region[:2]}', {secrecy}, 0, 1, 0, 1, 0, '虚构合同{number}')")
        client.run_sql(world, statements)
        without = "', '".join(world.types["deal"]["claim"]["without"])
        rows = client.ask_sql(world, "SELECT id, owner_province, secrecy FROM record_deal WHERE ended_ms IS NULL AND state NOT IN "
                              f"('{without}')")
        for asker in self.fixed.askers:
            if self.at("GET /integrity/claims", asker) != LET_IN:
                continue
            mine = [(int(one), int(level)) for one, province, level in rows if province == asker.subject.region[:2]]

            def claims(body, number, level):
                told = [] if level is None else [number] if level < 2 else [None]
                got = [item.get("id") for item in body["items"]]
                assert got == told, f"claims {got}, not {told}"
                assert level != 2 or not {"id", "party", "number", "title"} & set(body["items"][0]), body

            def totals(body, mine=mine):
                assert body["records"] == len(mine), f"{body['records']} claims, not {len(mine)}"
            for number in (15100, 15101, 15102):
                yield self.asks("GET /integrity/claims", f"contract {number}", asker.name, lambda a=asker, n=number, m=dict(mine): self.answers(
                    a.ask, ("GET", f"/integrity/claims?what=contract&number=虚构合同{n}"), lambda body: claims(body, n, m.get(n))))
            yield self.asks("GET /integrity/totals", "contracts", asker.name, lambda a=asker, c=totals: self.answers(
                a.ask, ("GET", "/integrity/totals?what=contract"), c))


