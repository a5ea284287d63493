#!/usr/bin/env python3
"""types_test.py ZHIYUN: each record type that the server says people may create is made, changed, changed by two at once, taken
out as a workbook and brought in again, and brought in with a wrong row. Each role is asked in matrix_test.py."""
import itertools
import os
import sys
import types

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import bodies  # noqa: E402
import entries_test  # noqa: E402
import given_days  # noqa: E402
import matrix  # noqa: E402
import policy  # noqa: E402
import tap  # noqa: E402
import workbooks  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
given_days.live(ZHIYUN)
KINDS = ["text", "long_text", "int", "money", "date", "enum", "bool"]  # of the field that is changed, best first
WRONG = {"text": lambda field: "长" * (int(field.get("max", 200)) + 1), "long_text": lambda field: "长" * 30001}
NO_BODY = {"call_admission": {"ip_centre_officer"},  # it sees no party whose case did not come to it
           "document_mark": {"ip_centre_officer", "city_leader"}}  # a mark for certificates is the province office's
BROUGHT = []  # types whose people import and export


def creators(world):
    """{type that people write: who may create some of it}, as the server tells it."""
    told = {}
    for name in [name for name in world.subjects if name != "public" and world.subjects[name].scopes is None]:
        for one in world[name].get("/types").json["items"]:
            if one["by_hand"] and "create" in one["may"]:
                told.setdefault(one["name"], set()).add(name)
    return told


class Lived:
    """A type, and one of those who may create it: who may do most with it."""

    def __init__(self, world, name, able):
        self.world, self.name, self.able, self.kind = world, name, able, entries_test.Kind(world, name)
        verbs = {p: {verb for verb in ("change", "import", "export") if self.kind.may(p, p, verb)} for p in self.kind.makers()[0]}
        assert set(verbs) == able, (verbs, able)
        # Who reads records that it may not change does not bring back all that it takes out.
        fixed = lambda p: sum(self.kind.may(p, m, "read") and not self.kind.may(p, m, "change") for m in verbs)
        self.maker = max(verbs, key=lambda p: (len(verbs[p]), -fixed(p) if "import" in verbs[p] else 0))
        self.who, self.may = world[self.maker], verbs[self.maker]
        self.sent = {}
        states = self.kind.kind.get("states", {})
        self.locked = any(s.get("locked") == "all" and s["name"] == states["initial"] for s in states.get("list", []))

    def path(self, one):
        return f"/records/{self.name}/{one}"

    def make(self):
        """The id of a new record, which is as it was sent."""
        def given():
            for _ in range(40):
                self.sent = self.body()
                yield self.sent
        done = self.kind.create(self.maker, given())
        assert done.status == 201 and done.json["version"] == 1, done
        there = self.who.get(self.path(done.json["id"])).json
        masked = {f["name"] for f in self.kind.kind["fields"] if f["type"] == "person"}
        assert all(there[name] == value for name, value in self.sent.items() if name not in masked), (there, self.sent)
        return done.json["id"]

    def body(self):
        body = self.kind.body(self.maker)
        for field in self.kind.kind["fields"]:
            if field["type"] == "long_text" and field["name"] in body:
                body[field["name"]] = "首行\n第二行\t有制表符\n" + "".join(chr(0x4E00 + n * n * 7919 % 20000) for n in range(3000))
        if "contract_no" in body:
            body["contract_no"] = f"000{next(entries_test.NUMBERS):04d}0123456789012"
        return body

    def field(self):
        """One that the maker may change, and a cell of a workbook holds."""
        seen = policy.fields(self.kind.kind, self.world.subjects[self.maker], "change", self.kind.label(self.maker))
        of_others = {"joint_claim": {"number"}, "fund_performance": {"project_no"}}.get(self.name, set())
        free = [f for f in self.kind.kind["fields"] if f["type"] in KINDS and f["name"] in seen - of_others
                and not {"choices", "stays", "retired", "by_cases", "set_by", "many"} & set(f)
                and ("pattern" not in f or f["name"] == "pattern")]
        return min(free, key=lambda f: KINDS.index(f["type"]), default=None)  # None: nobody changes it

    def other(self, field, *than):
        if field["type"] in ("enum", "bool"):
            return next(v for v in [v["code"] for v in field.get("values", [])] or [True, False, None] if v not in than)
        if field["name"] == "pattern":
            return next(v for v in ("甲{nnn}", "乙{nnn}", "丙{nnn}") if v not in than)
        taken = {row[field["name"]] for row in self.listed().values()} | set(than)  # it may be a key
        return next(v for v in (bodies.Maker(next(entries_test.NUMBERS)).value(field) for _ in itertools.count()) if v not in taken)

    def change(self, one):
        field = self.field()
        if field is None:
            title = self.kind.kind["title"]
            assert self.who.change(self.name, one, 1, {title: self.who.get(self.path(one)).json[title]}).status == 403, self.name
            return
        name, was = field["name"], self.who.get(self.path(one)).json[field["name"]]
        value = self.other(field, was)
        done = self.who.change(self.name, one, 1, {name: value})
        if self.locked:
            assert done.status == 400 and [(e["field"], e["code"]) for e in done.json["errors"]] == [(f"/{name}", "locked")], done
            return
        assert done.status == 200 and done.json["version"] == 2, done
        there = self.who.get(self.path(one)).json
        assert (there[name], there["version"]) == (value, 2), there
        kept = {v["version"]: v["content"].get(name) for v in self.who.get(f"{self.path(one)}/history").json["items"]}
        assert kept == {1: was, 2: value}, kept
        # Who has read the first version comes too late, and is told.
        second = next((p for m, p in self.kind.pairs("change") if m == self.maker and p != self.maker and name in policy.fields(
            self.kind.kind, self.world.subjects[p], "change", self.kind.label(m))), self.maker)
        late = self.world[second].change(self.name, one, 1, {name: self.other(field, was, value)})
        assert late.status == 409, late
        assert [f["field"] for f in late.json["errors"]] == ["", f"/{name}"], late
        first = late.json["errors"][0]["message"]
        assert f"{self.maker} " in first and "was first" in first and "version 2" in first, late
        assert self.who.get(self.path(one)).json == there

    def bring(self, book):
        done = self.who.ask("POST", f"/records/{self.name}/import?name=book.xlsx&reason=x", raw=book)
        assert done.status == 200, done
        return done.json, [done.json[count] for count in ("created", "changed", "unchanged", "rejected")]

    def listed(self):
        return {row["id"]: row for row in self.who.get(f"/records/{self.name}?fields=*&limit=500").json["items"]}

    def go_out_and_in(self):
        book, before = self.who.get(f"/records/{self.name}/export.xlsx"), self.listed()
        assert book.status == 200 and before, book
        columns = {cell for sheet in workbooks.opened(book.content) for cell in sheet[0]}
        given = [inner for f in self.kind.kind["fields"] if f["name"] in self.sent for inner in f.get("fields", [f])]
        lost = [f["name"] for f in given if not {f["label"]["en"] + end for end in ("", " from", f" ({f['name']})")} & columns]
        assert not lost, lost
        done, counts = self.bring(book.content)
        assert counts == [0, 0, len(before), 0], done
        assert self.listed() == before

    def refuse_a_row(self, one, another):
        field, before = self.field(), self.listed()
        name, label = field["name"], field["label"]["en"]
        value, wrong = self.other(field, before[one][name]), WRONG.get(field["type"], lambda _: "虚构")(field)
        if self.locked:  # what is there is not changed: two new ones
            first, second = (self.kind.body(self.maker, False) for _ in "12")
            labels = [f["label"]["en"] for word in second for f in self.kind.kind["fields"] if f["name"] == word]
            rows = [labels, [str(v) for v in {**first, name: wrong}.values()], [str(v) for v in {**second, name: value}.values()]]
        else:
            words = {True: "yes", False: "no", None: "", **{v["code"]: v["en"] for v in field.get("values", [])}}
            rows = [["Record id", "Version", label], [str(another), str(before[another]["version"]), wrong],
                    [str(one), str(before[one]["version"]), str(words.get(value, value))]]
        done, counts = self.bring(bodies.workbook(rows))
        assert counts == [int(self.locked), int(not self.locked), 0, 1], done
        assert [r["row"] for r in done["rejects"]] == [2] and done["rejects"][0]["reason"].startswith(f"{label}: "), done
        after = self.listed()
        changed = [row for row in after.values() if row != before.get(row["id"])]
        assert [row[name] for row in changed] == [value] and (self.locked or changed[0]["id"] == one), changed

    def live(self):
        one = self.make()
        another = one if self.kind.single() else self.make()
        self.change(one)
        if {"import", "export"} <= self.may:
            BROUGHT.append(self.name)
            self.go_out_and_in()
            self.refuse_a_row(one, another)
        for person in sorted(self.other_roles() - NO_BODY.get(self.name, set())):
            done = self.kind.create(person)
            assert done.status == 201, (person, done)

    def other_roles(self):
        """Somebody of this place in each other role that may create some; of another unit, where a unit has one."""
        subjects = self.world.subjects
        of = {next(iter(subjects[p].roles - {"public"})): p for p in sorted(self.able) if (subjects[p].region or "5100")[:4] in ("5100", "5101")
              and not (self.kind.single() and subjects[p].unit == subjects[self.maker].unit)}
        return set(of.values()) - {self.maker}


def main():
    world = matrix.build_world(ZHIYUN, specimens=False)
    try:
        matrix.names_of(world)  # a file of each who writes records that need one
        tests, told = types.SimpleNamespace(), creators(world)
        for name, able in sorted(told.items()):
            setattr(tests, f"test_{name}: made, changed, changed by two, through Excel", lambda name=name, able=able: Lived(world, name, able).live())

        def test_types():
            print(f"# {len(told)} types, {len(BROUGHT)} of them through Excel, not {' '.join(sorted(set(told) - set(BROUGHT)))}")
            assert len(told) >= 80 and len(BROUGHT) >= 60
        tests.test_types = test_types
        tap.run(tests)
    finally:
        world.close()


if __name__ == "__main__":
    main()
