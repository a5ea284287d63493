"""Bodies of records made from the type files: what any test needs that goes over all types.

Read here straight from types/*.yaml, apart from the program's own parser, so that a fault of that
parser shows. Everything made is plainly fictional.

READER takes the marks of YAML from libyaml, as the program does, where Python has it: written in Python,
that was the longest part of many a test. packs_test.py compares the two over every file.
"""
import csv
import datetime
import functools
import glob
import io
import os
import random
import zipfile

import yaml

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
READER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every scalar is text, as in the program
SYSTEM = ["id", "version", "state", "owner_unit", "owner_city", "owner_province", "secrecy", "published",
          "created_ms", "created_by", "changed_ms", "changed_by", "ended_ms", "import_id", "_may"]


SPECIMENS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "types")


def load(folder=os.path.join(ROOT, "types")):
    """{name: type} of every type of a folder: the shipped ones."""
    found = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.yaml"))):
        with open(path, encoding="utf-8") as file:
            loaded = yaml.load(file, Loader=READER)
        if "fields" in loaded:
            found[loaded["name"]] = loaded
            if "stage" in loaded:
                loaded["fields"].append({"name": "stage", "type": "computed", "result": "enum", "values": loaded["stage"]})
            answered = {name: ask["name"] for ask in loaded.get("asks", []) for name in ask["sets"]}
            for field in loaded["fields"]:
                field.update({"set_by": [f"answer:{answered[field['name']]}"]} if field["name"] in answered else {})
            for field in [inner for field in loaded["fields"] for inner in [field, *field.get("fields", [])]]:
                field.update(named_values(field["dictionary"]) if "dictionary" in field else {})
            loaded["access"] = list(narrowed(loaded))
    return found


CITY_ROLES, PROVINCE_ROLES = {"city_officer", "city_leader"}, {"province_officer", "province_leader", "ip_centre_officer"}
WHO = {"city": CITY_ROLES, "province": PROVINCE_ROLES, "office": CITY_ROLES | PROVINCE_ROLES, "step": set(), "program": set()}


@functools.cache
def words():
    """{fact: its row} of the table of whose word each fact is."""
    with open(os.path.join(ROOT, "reference", "fact_words.csv"), encoding="utf-8") as file:
        return {row["fact"]: row for row in csv.DictReader(line for line in file if not line.startswith("#"))}


def word_of(kind, field):
    """The row of the table for a field; None: it gives no fact."""
    key = None if field.get("fact") == "none" or "facts" not in kind else field.get("fact", field["name"])
    if field["type"] == "computed" and "fact" not in field:
        return None
    return key and (words()[key[1:]] if key[0] == "/" else words()[f"{kind['facts']}.{key}"])


def narrowed(kind):
    """The rules of a type, of which none lets by hand write what is another's word (docs/record-types.md, "Whose word")."""
    for rule in kind["access"]:
        by_hand = [verb for verb in rule.get("verbs", []) if verb in ("create", "change", "import")]
        taken = set()
        for field in kind["fields"]:
            word = word_of(kind, field)
            given = field["type"] != "computed" and "set_by" not in field and field.get("by_cases") != "true"
            if word and given and field["name"] in rule.get("fields", [field["name"]]) and not set(rule["roles"]) <= WHO.get(
                    word["word"], set(rule["roles"])):
                taken.add(field["name"])
        if not (by_hand or rule.get("actions")) or not taken:
            yield rule
            continue
        for field in kind["fields"]:
            if field["name"] in taken:
                field["anothers"] = "true"
        rest = [verb for verb in rule.get("verbs", []) if verb not in by_hand]
        if rest:
            yield {**{k: v for k, v in rule.items() if k != "actions"}, "verbs": rest}
        keep = [f["name"] for f in kind["fields"] if f["name"] in rule.get("fields", [f["name"]]) and f["name"] not in taken]
        yield {**rule, "verbs": by_hand, "fields": keep, "narrowed": "true"}


def named_values(dictionary):
    with open(os.path.join(ROOT, "types", "dictionaries", f"{dictionary}.yaml"), encoding="utf-8") as file:
        return {"values": yaml.load(file, Loader=READER)["values"]}


@functools.cache
def credit_code(n):
    """A 统一社会信用代码 (GB 32100) with its check digit; 91510100MA…: fictional serials."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91510100{n:09d}"
    total = sum(letters.index(c) * (3 ** i % 31) for i, c in enumerate(body))
    return body + letters[(31 - total % 31) % 31]


def resident_id(n):
    """A resident identity number (GB 11643) with its check digit; born 1900: nobody's."""
    body = f"510100190001{1 + n // 1000 % 28:02d}{n % 1000:03d}"
    body = body[:6] + "1900" + "01" + f"{1 + n // 1000 % 28:02d}" + f"{n % 1000:03d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, weights)) % 11]


def cn_number(n, year=2030):
    """A CN application number of 12 digits with its check digit."""
    body = f"{year}100{n % 100000:05d}"
    total = sum(int(c) * w for c, w in zip(body, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]))
    return f"CN{body}.{'0123456789X'[total % 11]}"


def top_of(field, otherwise):
    """The most that a number may be: today, the year that runs."""
    most = field.get("max", otherwise)
    return datetime.date.today().year if most in ("today", "next_year") else most


class Maker:
    """Makes bodies; `refs` gives an id for a type that a field refers to, or None."""
    left = {}  # (type, field of its key) → whole numbers that no body of any maker has yet

    def __init__(self, seed=1, refs=None, digest=None, unit=None, holds=None):
        self.unit = unit  # ("office" or "party", credit code of itself or of a party of its place); None: not known
        self.random = random.Random(seed)
        self.count = seed * 1000
        self.refs = refs or (lambda name: None)
        self.holds = holds or (lambda number, kind="deal": number)  # the number of a contract (a patent, a centre) of the unit: where it enters one, this
        self.digest = digest

    def text(self, field):
        self.count += 1
        limit = int(field.get("max", 200))
        if field.get("choices") == "true" and field["name"] == "name":  # of the series that policies name
            return self.random.choice(["key_field_invention_filings", "hv_per_10k", "hv_per_10k_national"])
        if field.get("choices") == "true" and field["name"] == "ground":  # of a finding, by the policies
            return self.random.choice(["falsification", "diversion", "deceit", "retained_funds", "leak", "sub_centre", "other"])
        value = f"虚构{self.count}"
        if field.get("pattern") == "[0-9]{6}":
            return "610000"
        if field.get("pattern") == "[0-9]{8}|[0-9]{20}":
            return f"{self.count:020d}"
        if field.get("pattern", "").endswith("(日|天|个月|个工作日|年)"):
            return "六个月"
        if field.get("pattern", "").startswith("10"):  # a DOI
            return f"10.1000/{self.count}"
        if field.get("pattern") == "[A-Z]{3}":
            return "CNY"
        if field.get("pattern") == "[0-9a-f]{64}":
            return f"{self.count:064x}"
        if field.get("pattern"):
            return f"fictional{self.count}"
        return value[:limit]

    def number(self, field, low=0, high=1000):
        low = int(float(field.get("min", low)))
        high = int(float(top_of(field, max(high, low))))
        return self.random.randint(low, high)

    def other_number(self, kind, field):
        """A number of a key, none twice until all are given: two bodies are two records."""
        left = self.left.setdefault((kind["name"], field["name"]), [])
        if not left:
            low = int(field.get("min", 0))
            left += range(low, min(int(top_of(field, 1000)), low + 1000) + 1)
            self.random.shuffle(left)
        return left.pop()

    def date(self, day=None):
        return f"2026-{self.random.randint(1, 6):02d}-{day or self.random.randint(1, 28):02d}"

    def value(self, field):
        """A value that fits, or None where none can be made (a reference to nothing)."""
        kind = field["type"]
        self.count += 1
        if kind == "text":
            return self.text(field)
        if kind == "long_text":
            return f"虚构的说明 {self.count}\n第二行"
        if kind == "int":
            return self.number(field)
        if kind in ("decimal", "percent"):
            places = int(field.get("places", 2)) if kind == "decimal" else 2
            whole = self.number(field, 0, 90)
            digit = "0" if float(top_of(field, whole + 1)) <= whole else "5"  # the largest has nothing behind it
            return f"{whole}.{digit * places}" if places else str(self.number(field))
        if kind == "money":
            return f"{self.number(field, 0, 900000)}.{self.random.randint(0, 99):02d}"
        if kind in ("date", "known_date"):
            return self.date() if field.get("min") != "today" else f"2099-01-{self.random.randint(1, 28):02d}"
        if kind == "datetime":
            return f"{self.date()}T09:30:00+08:00"
        if kind == "period":
            return {"from": "2026-01-01", "to": "2026-12-31"}
        if kind == "enum":
            codes = [v["code"] for v in field["values"]]
            return self.random.sample(codes, 1) if field.get("many") == "true" else self.random.choice(codes)
        if kind == "bool":
            return self.random.random() < 0.5
        if kind == "ref":
            return self.refs(field["to"])
        if kind == "refs":
            one = self.refs(field["to"])
            return [one] if one else None
        if kind == "party":
            return credit_code(self.count)
        if kind == "person":
            return resident_id(self.count)
        if kind == "phone":
            return f"1380000{self.count % 10000:04d}"
        if kind == "email":
            return f"nobody{self.count}@example.invalid"
        if kind == "url":
            return f"https://example.invalid/{self.count}"
        if kind == "region":
            return {"province": "510000", "county": "510104"}.get(field.get("level"), "510100")
        if kind == "ipc":
            return "H01M10/052"
        if kind == "patent":
            return cn_number(self.count)
        if kind == "patents":
            return [cn_number(self.count), cn_number(self.count + 1)]
        if kind == "texts":
            return [f"虚构甲{self.count}", "乙"]
        if kind in ("file", "files"):
            if not self.digest:
                return None
            one = {"digest": self.digest, "name": f"{self.count}.pdf"}
            return one if kind == "file" else [one]
        if kind == "table":
            rows = [{f["name"]: self.value(f) for f in field["fields"]} for _ in range(max(1, int(field.get("min", 1))))]
            return [{k: v for k, v in row.items() if v is not None} for row in rows]
        raise ValueError(kind)

    def body(self, kind, all_fields=True):
        """A body of this type that its constraints accept."""
        made = {}
        opens = {ask["who"] for ask in kind.get("asks", []) if "when" in ask}  # an ask that opens by itself: nobody is asked
        for field in kind["fields"]:
            if field["name"] in opens or field["type"] == "computed" or "set_by" in field or field.get("by_cases") == "true" or "anothers" in field or field.get("retired") == "true" or (not all_fields and field.get("required") != "true"):
                continue
            value = self.value(field)
            if field["type"] == "int" and field["name"] in kind.get("key", []):
                value = self.other_number(kind, field)
            if value is not None:
                made[field["name"]] = value
        for rule in kind.get("constraints", []):
            self.mend(made, kind, rule)
        if kind["name"] == "numbering":
            made["pattern"] = "虚构{yy}-{nnn}"
        if kind["name"] == "patent_holding":  # as the number says
            made["type"] = "invention"
        for move in kind.get("states", {}).get("transitions", []):
            made.update({name: "2099-01-31" for name in move.get("ahead", []) if name in made})
        if kind["name"] == "training":  # of the lowest level, before which there is no other
            made.pop("level", None), made.pop("prerequisite", None)
        if kind["name"] == "sign_up":  # of one or the other, and not examined
            made.pop("training", None), made.pop("passed", None)
        if kind["name"] == "fund_payment":  # nobody else's funds are paid
            made["source"] = "province"
        if kind["name"] == "annual_opinion" and self.unit:  # of a centre of one's own region
            made["party"] = self.holds(self.unit[1], "centre")
        if kind["name"] == "fund_performance":  # of a project of one's own, in its years
            made.update(project_no=self.holds(f"PF-{self.count}", "project"), year=2026)
        if kind["name"] in ("open_licence", "open_patent"):  # one's own
            made["patents"] = list(dict.fromkeys(self.holds(number, "patent_holding") for number in made["patents"]))
        if kind["name"] == "joint_claim" and self.unit:  # of what stands in one's own ledger, with a part of one's own
            made.update(what="contract", number=self.holds(f"JC-{self.count}"), 
                        shares=[{"party": self.unit[1], "percent": "50.00"}, {"party": credit_code(7), "percent": "50.00"}])
        if "completes" in kind and self.unit:
            made.update(self.statement(kind["completes"]))
        return made

    def statement(self, names):
        """A list that its unit keeps, of itself or of a party of its place, long ago; none twice."""
        what, code = self.unit
        self.count += 1
        lists = ["findings", "evaluations", "awards"] if what == "office" else ["staff", "deals", "patents"]
        day = datetime.date(2020, 1, 1) - datetime.timedelta(days=self.count % 20000)
        return {names["list"]: self.random.choice(lists), "party": code, names["up_to"]: day.isoformat()}

    def mend(self, made, kind, rule):
        fields = {f["name"]: f for f in kind["fields"]}
        if "order" in rule:
            for at, name in enumerate(n for n in rule["order"] if n in made):
                made[name] = (f"2026-{at + 1:02d}-10" if fields[name]["type"] != "datetime"
                              else f"2026-{at + 1:02d}-10T09:30:00+08:00")
        elif "one_of" in rule and self.applies(made, rule) and not any(n in made for n in rule["one_of"]):
            for name in rule["one_of"]:
                value = self.value(fields[name])
                if value is not None:
                    made[name] = value
        elif "term" in rule:  # a new record gets its usual last day
            made.pop(rule["term"][1], None)
        elif "never" in rule:  # it speaks of what must not lack, or of other records: of nothing that is not needed here
            for name in rule.get("of", []):
                if f".{name} IS NULL" in rule["never"]:
                    made.setdefault(name, self.value(fields[name]))
                elif fields[name].get("required") != "true" and fields[name].get("unique") != "true":
                    made.pop(name, None)
        elif "sum" in rule:
            table, column = rule["sum"].split(".")
            for at, row in enumerate(made.get(table, [])):
                row[column] = rule.get("is", rule.get("at_most")) if at == 0 else "0.00"
        elif "need" in rule and self.applies(made, rule):
            for name in rule["need"]:
                if name not in made:
                    made[name] = self.value(fields[name])

    @staticmethod
    def applies(made, rule):
        for when, wanted in rule.get("when", {}).items():
            wanted = wanted if isinstance(wanted, list) else [wanted]
            return str(made.get(when)).lower() in [str(w).lower() for w in wanted]
        return True


def workbook(rows, **others):
    """A small XLSX: every cell a text. `others`: further sheets by their names."""
    def cell(column, row, text):
        letters = chr(65 + column)
        text = text.replace("&", "&amp;").replace("<", "&lt;")
        return f'<c r="{letters}{row}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    sheets = {"Sheet1": rows, **others}
    numbered = list(enumerate(sheets.items(), 1))
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
        + "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{types}.worksheet+xml"/>' for n, _ in numbered) + "</Types>",
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{relations}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, (name, _) in numbered) + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(f'<Relationship Id="r{n}" Type="{relations}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n, _ in numbered)
        + "</Relationships>",
    }
    for number, (_, lines) in numbered:
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            + "".join(f'<row r="{n}">' + "".join(cell(c, n, t) for c, t in enumerate(row) if t) + "</row>" for n, row in enumerate(lines, 1))
            + "</sheetData></worksheet>")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return out.getvalue()
