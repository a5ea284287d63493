"""Marks that belong to somebody: planted into every text and number of records, and into what else a unit leaves in an instance.

A mark is one text, of one field of one record (or of one column of something else), and is looked for in whatever comes back.
"""
import io
import itertools
import json
import re
import zipfile

import client
import policy

TEXT = re.compile(rb"zq(\d{6})qz", re.IGNORECASE)
NUMBER = re.compile(rb"(?<![\w.])77\d+(?:\.\d+)?(?![\w.])")
WORDS = {"text", "long_text", "phone", "email", "url", "party", "patent"}  # fields of one column of text
LISTS = {"texts", "patents"}
NUMBERS = {"int": 0, "money": 2, "decimal": None, "percent": 2}
FIRST_ID = 8100000
SIDES = {"51": ("centreA", "office51"), "14": ("centreD", "office14")}
NOT_A_TABLE = {"patent"}


class Mark:
    """`kind`, `record`, `field` of a record; or `place` of something else. `side`: the province whose it is."""

    def __init__(self, number, side, kind=None, record=None, field=None, place=None):
        self.number, self.side, self.kind, self.record, self.field, self.place = number, side, kind, record, field, place
        self.text, self.digits = f"Zq{number:06d}qZ", 770000000 + number
        self.shown = None  # of a number, how an answer writes it

    def __repr__(self):
        return f"{self.text}: {self.place or f'{self.kind}.{self.field} of {self.record}'}, of {self.side}"


def column_of(field, columns):
    """A field that is a word of SQL has a _ behind it there."""
    return field if field in columns else field + "_"


def unpacked(content):
    """The bytes of an answer, and of what is packed in it."""
    yield content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode() + b"\n" + archive.read(name)


class Marks:
    """All that were planted in a world, and who may be told which."""

    def __init__(self, world):
        self.world, self.all, self.numbers = world, {}, {}
        self.records, self.labels, self.of_record, self.may = {}, {}, {}, {}
        self.next, self.ids = itertools.count(1), itertools.count(FIRST_ID, 7)

    def new(self, **whose):
        mark = Mark(next(self.next), **whose)
        self.all[mark.number] = mark
        return mark

    # --- planting ---------------------------------------------------------------------------------

    def columns(self, table):
        """{name: whether it holds text}."""
        if self.world.server.store:
            rows = client.ask_sql(self.world, f"SELECT column_name, data_type FROM information_schema.columns WHERE table_name = '{table}'")
        else:
            rows = [row[1:3] for row in client.ask_sql(self.world, f"PRAGMA table_info({table})")]
        return {name: what.lower() == "text" for name, what in rows}

    def plant_records(self):
        """Of every type and side a record in its first state and one in its last."""
        statements = []
        for name, kind in self.world.types.items():
            if "core" in kind or name in NOT_A_TABLE:
                continue
            self.records[name] = []
            for side, (unit, office) in SIDES.items():
                states = kind.get("states", {}).get("list", [{"name": "active"}])
                for state in {id(s): s for s in (states[0], states[-1])}.values():
                    statements += self.plant_record(name, kind, side, office if kind.get("owner") == "office" else unit, state)
        client.run_sql(self.world, statements)

    def plant_record(self, name, kind, side, unit, state):
        one, region = next(self.ids), client.UNITS[unit][2]
        public = state.get("public") == "true" or kind.get("public") == "true"
        self.labels[name, one] = policy.Labels(self.world.units[unit], region, 0, state["name"],
                                               policy.LEVELS[kind.get("secrecy", "internal")], public)
        self.records[name].append(one)
        self.of_record[name, one] = []
        columns, content, statements = self.columns(f"record_{name}"), {}, []
        values = {"id": one, "version": 1, "state": state["name"], "owner_unit": self.world.units[unit], "owner_city": region[:4],
                  "owner_province": region[:2], "secrecy": self.labels[name, one].secrecy, "published": int(public), "created_ms": 1,
                  "created_by": 0, "changed_ms": 1, "changed_by": 0}
        if region[2:4] == "00":
            del values["owner_city"]
        for field in kind["fields"]:
            if field.get("retired") == "true" or field["type"] == "computed":
                continue
            given = self.plant_field(name, one, field, side, columns, values, statements)
            if given is not None:
                content[field["name"]] = given
        told = {key: "NULL" if value is None else f"'{value}'" if isinstance(value, str) else str(value) for key, value in values.items()}
        statements.insert(0, f"INSERT INTO record_{name} ({', '.join(told)}) VALUES ({', '.join(told.values())})")
        text = json.dumps({**content, "published": public, "secrecy": "internal", "state": state["name"]}, sort_keys=True)
        statements.append("INSERT INTO record_version (type, record_id, version, at_ms, account, role, action, content, seal, entry) VALUES "
                          f"('{name}', {one}, 1, 1, 0, '', 'create', '{text}', '{{}}', 'planted {name} {one}')")
        words = [m.text.lower() for m in self.of_record[name, one] if m.field in kind.get("search", [])]
        if words:
            statements.append(f"INSERT INTO record_text (type, record_id, text) VALUES ('{name}', {one}, '{' '.join(words)}')")
        return statements

    def plant_field(self, name, one, field, side, columns, values, statements):
        """Its columns, or the rows of its table; what a version says of it."""
        kind, place = field["type"], column_of(field["name"], columns)

        def mark():
            made = self.new(side=side, kind=name, record=one, field=field["name"])
            self.of_record[name, one].append(made)
            return made
        if kind in WORDS and columns.get(place):
            values[place] = mark().text
            return values[place]
        if kind in NUMBERS and columns.get(place) is False:
            made = mark()
            values[place] = made.digits
            places = int(field.get("places", 2)) if NUMBERS[kind] is None else NUMBERS[kind]
            text = f"{made.digits // 10 ** places}.{made.digits % 10 ** places:0{places}d}" if places else str(made.digits)
            made.shown = text
            self.numbers[text.encode()] = made
            return made.digits if kind == "int" else text
        if kind in LISTS:
            made = mark().text
            statements.append(f"INSERT INTO record_{name}_{field['name']} (record_id, position, value) VALUES ({one}, 0, '{made}')")
            return [made]
        if kind == "table":
            rows = self.columns(f"record_{name}_{field['name']}")
            inner = {f["name"]: (column_of(f["name"], rows), mark().text) for f in field["fields"] if f["type"] in WORDS}
            if inner:
                places, texts = zip(*inner.values())
                statements.append(f"INSERT INTO record_{name}_{field['name']} (record_id, position, {', '.join(places)}) VALUES "
                                  f"({one}, 0, {', '.join(map(repr, texts))})")
                return [{part: text for part, (_, text) in inner.items()}]
        return None

    def of_place(self, place, side="51"):
        """A new mark's text for a column of a table of the core."""
        return self.new(side=side, place=place).text

    # --- looking --------------------------------------------------------------------------------

    def fields_of(self, name, subject, kind, record):
        key = (name, kind, record)
        if key not in self.may:
            self.may[key] = policy.fields(self.world.types[kind], subject, "read", self.labels[kind, record])
        return self.may[key]

    def allowed(self, asker, mark):
        """May he be told it? Of what is no record each province's own."""
        if mark.kind:
            return mark.field in self.fields_of(asker.name, asker.subject, mark.kind, mark.record)
        return asker.side == mark.side

    def in_reply(self, reply):
        head = "\n".join(f"{k}: {v}" for k, v in reply.headers.items()).encode()
        for part in (head, *unpacked(reply.content)):
            for number in TEXT.findall(part):
                yield self.all.get(int(number))
            for number in NUMBER.findall(part):
                if number in self.numbers:
                    yield self.numbers[number]

    def leaks(self, asker, reply, said=b""):
        """Marks that he is not to be told, but those of his own words."""
        own = {int(number) for number in TEXT.findall(said)} | {self.numbers[n].number for n in NUMBER.findall(said) if n in self.numbers}
        return {mark for mark in self.in_reply(reply) if mark and mark.number not in own and not self.allowed(asker, mark)}
