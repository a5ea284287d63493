#!/usr/bin/env python3
"""foreign_queries_test.py ZHIYUN: queries drawn from the grammars of Espacenet, Google Patents, PatSnap and incoPat, over
shared data: each finds what a second reader counts in the records as the program gives them out, or, if a part of it has no
meaning here, is refused by the name of that part. QUERIES=300 draws as many (70), SEED=… others."""
import calendar
import collections
import fnmatch
import glob
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
import store  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
SHARED = os.path.join(os.environ.get("ZHIYUN_SHARED", os.path.join(HERE, "..", "..", "..", "shared")), "data")
PACKED = ["lens-export/*.csv.zst", "us-landscape-citations/offshore_plant.csv.zst", "us-landscape-citations/nighttime_driver_visibility.csv.zst"]
PLAIN = ["cnipa-search-export/训练文件.xlsx", "cnipa-search-export/sipo-专利-副本.xls", "patsnap-export/2020-2022中之信.partA.xlsx"]
FILES = [path for pattern in PACKED + PLAIN for path in glob.glob(os.path.join(SHARED, pattern))]
WORK = tempfile.mkdtemp(prefix="zhiyun-foreign-")
DATA = os.path.join(WORK, "data")
COUNT = int(os.environ.get("QUERIES", "300" if os.environ.get("LONG") else "70"))
SEED = int(os.environ.get("SEED") or random.randrange(10 ** 6))
FAR = 1000  # between two texts of one field


def program(*words):
    return subprocess.run([ZHIYUN, *store.words(DATA), "--lang", "en", *words], capture_output=True, text=True, check=False)


# --- the second reader: sets of rows ------------------------------------------------------------------------------------

TOKEN = re.compile(r"[^\W_]+")
CJK = re.compile(r"[\u3400-\u9fff]")
ROWS, EVERY, TEXTS = [], set(), collections.defaultdict(list)
PLACES = collections.defaultdict(lambda: collections.defaultdict(dict))  # field → token → row → places
FACTS = collections.defaultdict(list)  # name → a value for each row


def singular(word):
    if len(word) < 4 or not re.fullmatch("[a-z]+s", word) or word == "lens" or re.search("(ss|us|is)$", word):
        return word
    for end, rest in (("eies", 1), ("aies", 1), ("ies", 0), ("sses", 2), ("shes", 2), ("xes", 2)):
        if word.endswith(end):
            return word[:-3] + "y" if rest == 0 and len(word) > 4 else word[:-(rest or 1)]
    if word in ("lenses", "gases", "buses", "biases", "viruses") or (word.endswith("ches") and not word.endswith("caches")):
        return word[:-2]
    return word[:-1]


def tokens(text):
    text = re.sub(r"['’]s\b", " ", unicodedata.normalize("NFKC", text).lower())
    for run in TOKEN.findall(text):
        for part in re.findall(r"[\u3400-\u9fff]|[^\u3400-\u9fff]+", run):
            yield part if CJK.match(part) else singular(part)


def first_and_last(written):
    """2013, 2013-04, 2013-04-05 as its first and last day."""
    part = [int(one) for one in (written or "").split("-") if one]
    if not part:
        return None
    year, month = part[0], part[1] if len(part) > 1 else None
    if len(part) == 3:
        return written, written
    last = month or 12
    return f"{year:04}-{month or 1:02}-01", f"{year:04}-{last:02}-{calendar.monthrange(year, last)[1]:02}"


def read(lines):
    for row, line in enumerate(lines):
        document = json.loads(line)["document"]
        publication, application = document.get("publication", {}), document.get("application", {})
        fields = collections.defaultdict(list)
        for text in document.get("texts", []):
            fields["claims" if "claim" in text["part"] else text["part"]].append(text["content"])
        for party in document.get("parties", []):
            fields["applicant" if party["role"] in ("applicant", "assignee") else party["role"]].append(party["name"])
        for field, texts in fields.items():
            TEXTS[field] += texts
            at = 0
            for text in texts:
                for at, token in enumerate(tokens(text), at):
                    PLACES[field][token].setdefault(row, []).append(at)
                at += FAR
        for name, value in (
                ("number", publication.get("display") or application.get("display")),
                ("office", publication.get("office") or application.get("office")), ("kind", publication.get("kind", "")),
                ("published", first_and_last(document.get("publication_date"))), ("applied", first_and_last(document.get("application_date"))),
                ("granted", document.get("grant_date")), ("status", document.get("status")), ("type", document.get("type")),
                ("cited", document.get("times_cited")),
                *((scheme, {one["symbol"] for one in document.get("classes", []) if one["scheme"] == scheme}) for scheme in ("ipc", "cpc"))):
            FACTS[name].append(value)
        ROWS.append(FACTS["number"][-1])
    EVERY.update(range(len(ROWS)))


def where(name, holds):
    return {row for row, value in enumerate(FACTS[name]) if value is not None and holds(value)}


def spans(field, words):
    """Row → where the words stand one after the other; a word may have wildcards."""
    parts = [token for word in words for token in ([word] if re.search(r"[*?#]", word) else tokens(word))]
    found = [collections.defaultdict(list) for _ in parts]
    for place, part in zip(found, parts):
        pattern = part.replace("#", "?")
        several = [t for t in PLACES[field] if fnmatch.fnmatchcase(t, pattern)] if pattern != part or re.search(r"[*?]", part) else [part]
        for token in several:
            for row, places in PLACES[field].get(token, {}).items():
                place[row].extend(places)
    rows = set(found[0]).intersection(*found[1:])
    return {row: at for row in rows if (at := [(p, p + len(parts)) for p in found[0][row] if all(p + i in one[row] for i, one in enumerate(found))])}


def has(fields, *words):
    return set().union(*(spans(field, words) for field in fields))


def near(fields, left, right, most, ordered):
    out = set()
    for field in fields:
        one, other = spans(field, [left]), spans(field, [right])
        out |= {row for row in one.keys() & other.keys() for a in one[row] for b in other[row]
                if 0 <= b[0] - a[1] < most or (not ordered and 0 <= a[0] - b[1] < most)}
    return out


def of_class(schemes, symbol):
    below = symbol if "/" in symbol else symbol + "/" if len(symbol) > 4 else symbol
    return set().union(*(where(scheme, lambda held: any(one == below if "/" in symbol else one.startswith(below) for one in held)) for scheme in schemes))


def below(text, schemes, *symbols):
    """The symbols with all that is below them, which nobody knows of a subgroup."""
    whole = [symbol[:-3] if symbol.endswith("/00") else symbol for symbol in symbols]
    lacks = ("/low",) if any("/" in symbol for symbol in whole) else ()
    return Query(text, set().union(*(of_class(schemes, symbol) for symbol in whole)), lacks)


def dated(name, low, high):
    return where(name, lambda value: low <= value[0] and value[1] <= high)


# --- the grammars: a text, its rows, the parts that have no meaning here ------------------------------------------------

Query = collections.namedtuple("Query", "text rows lacks")
T, A, C, P, I = ("title",), ("abstract",), ("claims",), ("applicant",), ("inventor",)
D = ("description",)


class Grammar:
    """What the four have in common; `draw` decides all."""
    joins = {"and": " AND ", "or": " OR ", "not": " NOT "}
    depth = 3

    def __init__(self, draw):
        self.draw = draw

    # values out of the rows
    def row(self, name):
        while not FACTS[name][row := self.draw.randrange(len(ROWS))]:
            pass
        return row

    def text(self, field="title"):
        return self.draw.choice(TEXTS[field] or TEXTS["title"])

    def pair(self):
        """Two words of a title that stand near one another, in either order."""
        while True:
            words = [w for w in self.text().split() if re.fullmatch("[A-Za-z]{4,12}", w) and not w.endswith("s")]
            if len(words) > 1:
                at = self.draw.randrange(len(words) - 1)
                return self.draw.sample([words[at].lower(), words[at + 1].lower()], 2)

    def word(self, field="title"):
        for _ in range(1000):
            text = self.text(field)
            english = [w.lower() for w in re.findall("[A-Za-z]+", text) if re.fullmatch("[A-Za-z]{4,12}", w) and w[-1].lower() != "s"]
            chinese = re.findall(r"[\u4e00-\u9fff]{2}", text)
            some = [w for w in english + chinese if w not in ("with", "near", "same", "from", "within", "exact")]
            if some:
                return self.draw.choice(some)
        raise AssertionError(field)

    def phrase(self):
        return '"' + " ".join(re.findall(r"[\w]+", self.text())[:self.draw.randint(2, 3)]) + '"'

    def pattern(self):
        while not re.fullmatch("[a-z]{5,}", word := self.word()):
            pass
        at = self.draw.randrange(3, len(word))
        return self.draw.choice([word[:at] + "*", word[:at] + "?" + word[at + 1:], word[:at] + "#" + word[at + 1:]])

    def name(self, field="applicant"):
        words = [w for w in TOKEN.findall(self.text(field)) if len(w) > 2 and not re.search(r"\d", w)]
        return self.draw.choice(words) if words else self.name(field)

    def symbol(self, scheme="ipc"):
        symbol = self.draw.choice(sorted(FACTS[scheme][self.row(scheme)]))
        return self.draw.choice([symbol[:4], symbol.split("/")[0], symbol])

    def day(self, name):
        return FACTS[name][self.row(name)][0]

    # expressions of words inside one field
    def term(self, fields):
        sort = self.draw.choice(["word"] * 6 + ["phrase", "phrase", "pattern", "pattern"] + self.nears)
        if sort == "word":
            return self.said(self.word(self.draw.choice(fields) if self.draw.random() < .3 and fields[0] in ("title", "abstract") else "title"), fields)
        if sort == "phrase":
            text = self.phrase()
            return Query(text, has(fields, *text.strip('"').split()), ())
        if sort == "pattern":
            text = self.pattern()
            return Query(text, has(fields, text), ())
        left, right = self.pair()
        operator, most, ordered = self.near(sort)
        lacks = () if most else (operator.strip("()").strip(),)
        return Query(f"{left} {operator} {right}", near(fields, left, right, most, ordered) if most else set(), lacks)

    def said(self, word, fields):
        return Query(word, has(fields, word), ())

    def words(self, fields, depth=1):
        if depth == 0 or self.draw.random() < .4:
            return self.term(fields)
        return self.joined([self.words(fields, depth - 1) for _ in range(self.draw.randint(2, 3))])

    def joined(self, parts):
        how = self.draw.choice(["and", "or", "or", "not"])
        parts = parts[:2] if how == "not" else parts
        one = lambda q: q.text if re.fullmatch(r'\w+|"[^"]*"', q.text) else f"({q.text})"  # noqa: E731
        rows = set.union(*(q.rows for q in parts)) if how == "or" else set.intersection(*(q.rows for q in parts)) if how == "and" else parts[0].rows - parts[1].rows
        return Query(self.joins[how].join(map(one, parts)), rows, sum((q.lacks for q in parts), ()))

    def drawn(self, depth=None):
        depth = self.depth if depth is None else depth
        if depth == 0 or self.draw.random() < .3:
            leaves = [getattr(self, name) for name in dir(self) if name.startswith("leaf_")]
            return self.draw.choice(leaves)()
        return self.joined([self.drawn(depth - 1) for _ in range(self.draw.randint(2, 3))])

    # leaves that all write alike but for the sign
    def in_field(self, names, sign="=", close=""):
        name, fields = self.draw.choice(list(names.items()))
        q = self.words(fields)
        bare = re.fullmatch(r'[\w*?#]+|"[^"]*"', q.text)
        return Query(f"{name}{sign}{q.text if bare and self.draw.random() < .5 else '(' + q.text + ')'}", q.rows, q.lacks)

    def lacking(self, *choices):
        text, part = self.draw.choice(choices)
        return Query(text, set(), (part,)) if self.draw.random() < .4 else self.drawn(0)


def compact(day):
    return day.replace("-", "")


class Espacenet(Grammar):
    joins = {"and": " and ", "or": " or ", "not": " not "}
    nears = ["prox"]
    names = {"ti": T, "ab": A, "ta": T + A, "ctxt": T + A + C, "claims": C, "txt": T + A + P + I, "ftxt": T + A + C + D, "extftxt": T + A + C + D,
             "nftxt": T + A + C + D + P + I}

    def near(self, sort):
        return self.draw.choice(["prox/distance<3", "prox/distance<=2", "prox/unit=sentence"]), 0, False

    def leaf_text(self):
        return self.in_field(self.names, self.draw.choice(["=", " = "]))

    leaf_more_text = leaf_text

    def leaf_relation(self):
        name, fields = self.draw.choice(list(self.names.items()))
        words = [self.word() for _ in range(self.draw.randint(1, 3))]
        relation = self.draw.choice(["any", "all"])
        sets = [has(fields, word) for word in words]
        text = self.draw.choice([" ", ", "]).join(words)
        return Query(f'{name} {relation} "{text}"', set.union(*sets) if relation == "any" else set.intersection(*sets), ())

    def leaf_name(self):
        field, name = self.draw.choice([("pa", P), ("in", I), ("ia", P + I)])
        value = self.name(self.draw.choice(name))
        return Query(self.draw.choice([f"{field}={value}", f'{field}="{value}"', f'{field} all "{value}"']), has(name, value), ())

    def leaf_class(self):
        name, schemes = self.draw.choice([("cl", ("ipc", "cpc")), ("ipc", ("ipc",)), ("ic", ("ipc",)), ("cpc", ("cpc",))])
        symbol, other = self.symbol(self.draw.choice(schemes)), self.symbol(self.draw.choice(schemes))
        rows, form = of_class(schemes, symbol), self.draw.randrange(5)
        if form == 0:
            return Query(f'{name} any "{symbol} {other}"', rows | of_class(schemes, other), ())
        if form < 3:
            return below([f"{name}={symbol}/low", f'{name}=/low "{symbol}"'][form - 1], schemes, symbol)
        return Query([f"{name}={symbol}", f'{name}="{symbol}"'][form - 3], rows, ())

    def leaf_date(self):
        low, high = sorted([self.day("published"), self.day("published")])
        form = self.draw.randrange(6)
        if form < 3:
            years = f"{low[:4]}-01-01", f"{high[:4]}-12-31"
            return Query([f'pd within "{low[:4]} {high[:4]}"', f"pd within {low[:4]},{high[:4]}", f'pd within "{low[:4]}, {high[:4]}"'][form], dated("published", *years), ())
        if form == 3:
            return Query(f'pd within "{compact(low)} {compact(high)}"', dated("published", low, high), ())
        if form == 4:
            return Query(f"pd>={compact(low)}", dated("published", low, "9"), ())
        return Query(f"pd<{low[:4]}", dated("published", "0", f"{int(low[:4]) - 1}-12-31"), ())

    def leaf_number(self):
        row = self.row("office")
        office, number = FACTS["office"][row], FACTS["number"][row]
        return self.draw.choice([Query(f"pn={office}", where("office", lambda held: held == office), ()),
                                 Query(f'pn any "{office} EP"', where("office", lambda held: held in (office, "EP")), ()),
                                 Query(f"pn={number}", where("number", lambda held: held == number), ())])

    def leaf_lacking(self):
        return self.lacking(("pr=US", "pr"), ("pr=20100101", "pr"), ('pr within "2010 2012"', "pr"), ("ap=EP", "ap"), ("num=EP", "EP"), ('ti=="drone"', "=="),
                            ('ti exact "drone"', "exact"), ("ti<>drone", "<>"), ("famn=123", "famn"), ("opd=2010", "opd"), ("lang=en", "lang"), ("pn=US2010*", "US2010*"),
                            ('cpcc="H04B"', "cpcc"))


class Google(Grammar):
    joins = {"and": " ", "or": " OR ", "not": " -"}
    nears = ["NEAR", "ADJ", "SAME"]
    names = {"TI": T, "AB": A, "CL": C, "TAC": T + A + C}

    def near(self, sort):
        most = self.draw.randint(1, 6)
        return {"NEAR": (f"NEAR/{most}", most, False), "ADJ": (f"ADJ/{most}", most, True), "SAME": (self.draw.choice(["SAME", "WITH"]), 0, False)}[sort]

    def leaf_text(self):
        return self.in_field(self.names)

    leaf_more_text = leaf_text

    def leaf_bare(self):
        q = self.words(T + A + C + D + P + I + ("agent",))
        return Query(f"({q.text})", q.rows, q.lacks)

    def leaf_name(self):
        value = self.name("inventor")
        return Query(self.draw.choice([f"inventor:{value}", f'inventor:"{value}"']), has(I, value), ())

    def leaf_class(self):
        symbol = self.symbol("cpc")
        if self.draw.random() < .5:
            return below(self.draw.choice([f"cpc:{symbol}/low", f"CPC={symbol}/low"]), ("cpc",), symbol)
        return Query(self.draw.choice([f"cpc:{symbol}", f"CPC=({symbol})"]), of_class(("cpc",), symbol), ())

    def leaf_date(self):
        what, name = self.draw.choice([("filing", "applied"), ("publication", "published")])
        day = self.day(name)
        if self.draw.random() < .5:
            return Query(f"after:{what}:{compact(day)}", dated(name, day, "9"), ())
        return Query(f"before:{what}:{day[:4]}0101", where(name, lambda held: held[1] < day[:4]), ())

    def leaf_lacking(self):
        name = self.name()
        return self.lacking(("before:priority:20100101", "before:priority"), ("after:20100101", "after"), ("country:US", "country"), ("country:US,CN", "country"),
                            (f'assignee:"{name}"', "assignee") if name < "z" else ("country:CN", "country"), ("language:ENGLISH", "language"), ("status:GRANT", "GRANT"),
                            ("status:APPLICATION", "APPLICATION"), ("is:litigated", "is"), ("litigation:YES", "litigation"), ("ssr=1", "ssr"))


class PatSnap(Grammar):
    nears = ["W", "PRE", "SEN"]
    names = {"TTL": T, "TA": T + A, "TAC": T + A + C, "TACD_ALL": T + A + C + D, "TAC_ALL": T + A + C, "ABST": A, "CLMS": C, "TTL_ALL": T}

    def near(self, sort):
        most = self.draw.randint(1, 6)
        return {"W": (f"$W{most}", most, False), "PRE": (f"$PRE{most}", most, True), "SEN": (self.draw.choice(["$SEN", "$PARA", "$WS"]), 0, False)}[sort]

    def leaf_text(self):
        return self.in_field(self.names, ":")

    leaf_more_text = leaf_text

    def leaf_name(self):
        name, fields = self.draw.choice([("AN", P), ("ALL_AN", P), ("IN", I), ("ALL_IN", I)])
        value = self.name(fields[0])
        return Query(self.draw.choice([f"{name}:({value})", f'{name}:("{value}")']), has(fields, value), ())

    def leaf_standard(self):
        value = self.text("applicant")
        value = "" if re.search(r'[",*()]', value) else value
        return Query(f'AN:("{value}")', has(P, *value.split()), ()) if value else self.leaf_name()

    def leaf_class(self):
        name, schemes = self.draw.choice([("IPC", ("ipc",)), ("CPC", ("cpc",)), ("IPC_LOW", ("ipc",)), ("IPC_CPC", ("ipc", "cpc"))])
        one, other = self.symbol(schemes[0]), self.symbol(schemes[0])
        text = f"{name}:({one} OR {other})"
        return below(text, schemes, one, other) if name == "IPC_LOW" else Query(text, of_class(schemes, one) | of_class(schemes, other), ())

    def leaf_office(self):
        office = FACTS["office"][self.row("office")]
        name = self.draw.choice(["PNC", "AUTHORITY"])
        return self.draw.choice([Query(f'{name}:("{office}")', where("office", lambda held: held == office), ()),
                                 Query(f"{name}:({office} OR CN)", where("office", lambda held: held in (office, "CN")), ()),
                                 Query(f"{name}={office},EP", where("office", lambda held: held in (office, "EP")), ())])

    def leaf_date(self):
        name, field = self.draw.choice([("PBD", "published"), ("APD", "applied")])
        low, high = sorted([self.day(field), self.day(field)])
        return self.draw.choice([Query(f"{name}:[{compact(low)} TO {compact(high)}]", dated(field, low, high), ()),
                                 Query(f"{name}:[{low[:4]} TO *]", dated(field, low[:4], "9"), ()),
                                 Query(f"{name}_YEAR:{low[:4]}", dated(field, low[:4], low[:4] + "-99"), ())])

    def leaf_status(self):
        codes = {"0": "inactive", "1": "active", "2": "pending"}
        some = self.draw.sample(sorted(codes), self.draw.randint(1, 2))
        return Query(f"SIMPLE_LEGAL_STATUS:({' OR '.join(some)})", where("status", lambda held: held in [codes[one] for one in some]), ())

    def leaf_type(self):
        code = self.draw.choice("ABUD")
        granted = {row for row in EVERY if FACTS["kind"][row][:1] in ("B", "C") or FACTS["granted"][row]}
        inventions = where("type", lambda held: held == "invention")
        rows = {"U": where("type", lambda held: held == "utility"), "D": where("type", lambda held: held == "design"), "B": inventions & granted,
                "A": {row for row in inventions - granted if FACTS["kind"][row]}}[code]
        return Query(f'PATENT_TYPE:("{code}")', rows, ())

    def leaf_cited(self):
        low = self.draw.randrange(30)
        return Query(f"CITED_TIMES:[{low} TO {low + 20}]", where("cited", lambda held: low <= int(held) <= low + 20), ())

    def leaf_lacking(self):
        return self.lacking(("PRD:[20100101 TO 20151231]", "PRD"), ('LEGAL_STATUS:("3")', "3"), ('ALL_AN:(TREE@"华为")', "TREE@"), ("MIPC:(H04B)", "MIPC"),
                            ("PRIORITY_COUNTRY:(US)", "PRIORITY_COUNTRY"), ("AN:(CN)", "AN"), ("FAMILY_ID:(7)", "FAMILY_ID"), ("PATENT_VALUE:[1 TO 9]", "PATENT_VALUE"),
                            ("TTL:(*rone)", "*"), ("UPC:(455)", "UPC"))


class IncoPat(Grammar):
    joins = {"and": " and ", "or": " or ", "not": " not "}
    nears = ["w", "n", "S", "bare"]
    names = {"TI": T, "TIAB": T + A, "TIABC": T + A + C, "AB": A, "CLAIM": C, "FULL": T + A + C + D, "TI-EN": T}

    def near(self, sort):
        most = self.draw.randint(1, 5)
        return {"w": (f"({most}w)", most + 1, True), "n": (f"({most}n)", most + 1, False), "S": (self.draw.choice(["(S)", "(P)"]), 0, False),
                "bare": self.draw.choice([("(W)", 1, True), ("(N)", 1, False)])}[sort]

    def leaf_text(self):
        return self.in_field(self.names)

    leaf_more_text = leaf_text

    def leaf_name(self):
        name, fields = self.draw.choice([("AP", P), ("AP-OR", P), ("IN", I)])
        value = self.name(fields[0])
        return Query(f"{name}=({value})", has(fields, value), ())

    def leaf_class(self):
        scheme = self.draw.choice(["ipc", "cpc"])
        symbol = self.symbol(scheme)
        return Query(self.draw.choice([f"{scheme.upper()}=({symbol})", f"{scheme.upper()}={symbol}"]), of_class((scheme,), symbol), ())

    def leaf_office(self):
        office = FACTS["office"][self.row("office")]
        return self.draw.choice([Query(f"PNC={office}", where("office", lambda held: held == office), ()),
                                 Query(f"PNC=({office} or EP)", where("office", lambda held: held in (office, "EP")), ())])

    def leaf_number(self):
        number = FACTS["number"][self.row("number")]
        return Query(f"PN=({number})", where("number", lambda held: held == number), ())

    def leaf_date(self):
        name, field = self.draw.choice([("PD", "published"), ("AD", "applied")])
        low, high = sorted([self.day(field), self.day(field)])
        return self.draw.choice([Query(f"{name}=[{compact(low)} TO {compact(high)}]", dated(field, low, high), ()),
                                 Query(f"{name}={low[:4]}", dated(field, low[:4], low[:4] + "-99"), ()),
                                 Query(f"{name}={compact(low)[:6]}", dated(field, low[:7], low[:7] + "-99"), ()),
                                 Query(f"{name}>={compact(low)}", dated(field, low, "9"), ())])

    def leaf_status(self):
        word, status = self.draw.choice([("有效", "active"), ("失效", "inactive"), ("审中", "pending")])
        return Query(self.draw.choice([f"LEGAL={word}", f"STATUS={word}"]), where("status", lambda held: held == status), ())

    def leaf_lacking(self):
        return self.lacking(("PRD=[20100101 TO 20151231]", "PRD"), ("PRC=US", "PRC"), ("PR=2010", "PR"), ("AEE=(华为)", "AEE"), ("AN=CN", "AN"), ("STATUS=1", "1"),
                            ("IPC-MAIN=(H04B)", "IPC-MAIN"), ("PATT=1", "PATT"), ("CTN=5", "CTN"), ("AGC=三友", "AGC"), ("VALUE=5", "VALUE"))


def test_shared_rows_are_taken_in():
    unpacked = []
    for path in FILES[:-len(PLAIN)]:
        unpacked.append(os.path.join(WORK, os.path.basename(path)[:-len(".zst")]))
        subprocess.run(["zstd", "-dqf", path, "-o", unpacked[-1]], check=True)
    done = program("--quiet", "import", *unpacked, *FILES[-len(PLAIN):])
    assert done.returncode == 0, done.stderr
    read(program("dump").stdout.splitlines())
    assert len(ROWS) > 10000


def found(query):
    """The numbers of all hits, or None and why the query is refused."""
    numbers, total = [], 1
    while len(numbers) < total:
        done = program("--json", "search", "-k", "10000", "--offset", str(len(numbers)), "--", query)
        if done.returncode != 0:
            assert done.returncode == 3, (query, done.returncode, done.stderr)
            return None, done.stderr
        reply = json.loads(done.stdout)
        total = reply["total"]
        numbers += [hit["number"] for hit in reply["hits"]]
    return sorted(numbers), ""


def test_drawn_queries_find_what_a_second_reader_counts_or_name_what_is_not_known():
    draw = random.Random(SEED)
    grammars = [grammar(draw) for grammar in (Espacenet, Google, PatSnap, IncoPat)]
    wrong, tally = [], collections.Counter()
    for i in range(COUNT):
        grammar = grammars[i % 4]
        lacking = draw.random() < .25
        while bool((query := grammar.drawn()).lacks) != lacking:
            pass
        text, rows, lacks = query
        numbers, why = found(text)
        if lacks:
            named = any(re.search(rf"""(["']|: ){re.escape(part)}(["']| is not)""", why) for part in lacks)
            good, sort = numbers is None and named, "refused"
        else:
            good, sort = numbers == sorted(ROWS[row] for row in rows), "found" if rows else "none"
        tally[sort] += 1
        if not good:
            wrong.append((type(grammar).__name__, text, "lacks", lacks, "counted", len(rows), "found", None if numbers is None else len(numbers), why[:200]))
    print(f"# SEED={SEED} QUERIES={COUNT}: {dict(tally)}; {len(wrong)} wrong", flush=True)
    assert not wrong, "\n".join(map(str, wrong))
    assert tally["found"] > COUNT / 3 and tally["refused"] > COUNT / 10, tally


if __name__ == "__main__":
    if len(FILES) < len(PACKED + PLAIN):
        tap.leave("../shared is absent")
    try:
        tap.run(sys.modules[__name__])
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
