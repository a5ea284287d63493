#!/usr/bin/env python3
"""pack_trace.py PACK...: read each pack folder beside its law text (source.txt).

`zhiyun pack lint` checks the structure of a pack. This checks its prose: quotes stand in the clause that they cite,
numbers, comparisons, days, codes and names stand in the quoted words, and document data stand in the text. Prints
FILE:LINE: what is wrong; exits 1 if there is anything. A pack that `extends` another is read from the folder beside it.
"""
import csv
import functools
import glob
import os
import re
import sys
from fractions import Fraction

import yaml

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")

# --- YAML with lines --------------------------------------------------------------------------


class Map(dict):
    """A map of a pack file; at: line of each key. Missing keys are ""."""

    def __init__(self, file="", line=0):
        super().__init__()
        self.file, self.line, self.at = file, line, {}

    def __missing__(self, key):
        return ""


def convert(node, file):
    if isinstance(node, yaml.MappingNode):
        out = Map(file, node.start_mark.line + 1)
        for key, value in node.value:
            out[key.value] = convert(value, file)
            out.at[key.value] = value.start_mark.line + 1
        return out
    return [convert(one, file) for one in node.value] if isinstance(node, yaml.SequenceNode) else node.value


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


@functools.lru_cache(maxsize=1024)
def parse_map(text, file):
    """The same map for the same text, which nobody changes: planted_test.py traces packs of which one file differs."""
    node = yaml.compose(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    return convert(node, file) if node else Map(file)


def read_map(path, file):
    return parse_map(read(path), file)


# --- letters and numbers ----------------------------------------------------------------------

DIGITS = "零一二三四五六七八九"
RANKS = {"十": 10, "百": 100, "千": 1000, "万": 10 ** 4, "亿": 10 ** 8}
NUMBER = (r"[0-9０-９]+(?:\.[0-9]+)?万?亿?|[〇零一二两三四五六七八九十百千][〇零一二两三四五六七八九十百千万亿]*")
BEFORE = [(word, sign) for sign, words in (
    ("<", "不满 未满 不达到 不达 未达到 未达"),
    (">=", "不得少于 不得低于 不应少于 不应低于"), ("<=", "不得超过 不得高于 不得多于 不应超过 不能超过"),
    (">=", "不能少于 不少于 不低于 不小于"), ("<=", "不超过 未超过 不高于 不多于 不大于"),
    (">=", "至少有 至少 最少 达到 达 满"), (">", "超过 超出 高于 多于 大于"), ("<", "低于 少于 小于 不足 不到"),
    ("<=", "至多 最多")) for word in words.split()]
BEHIND = {"以上": ">=", "以下": "<=", "以内": "<=", "之内": "<=", "以外": ">"}


def is_word(letter):
    return letter.isalnum() or letter in "%％"


def bare(text):
    return re.sub(r"[\s\u200b\ufeff]+", "", text or "")


def letters(text):
    return "".join(filter(is_word, text or ""))


def value_of(numeral):
    if numeral[0] in "0123456789０１２３４５６７８９":
        number = Fraction(re.match(r"[\d.]+", numeral)[0])
        return number * (10 ** 4 if "万" in numeral else 1) * (10 ** 8 if "亿" in numeral else 1)
    whole = section = digit = rank = 0
    for i, letter in enumerate(numeral):
        now = DIGITS.find({"〇": "零", "两": "二"}.get(letter, letter))
        if now >= 0:
            digit = digit * 10 + now if i and digit and not rank else now
            rank = 0
            continue
        rank = RANKS[letter]
        if rank >= 10 ** 4:
            whole, section, digit = (whole + section + digit) * rank, 0, 0
        else:
            section, digit = section + (digit or (0 if i else 1) or 1) * rank, 0
    return Fraction(whole + section + digit)


class Quantity:
    def __init__(self, words, match):
        self.words, self.start, self.end, self.ranged = words, match.start(), match.end(), False
        share, times, plain = match.group("of", "doubled", "plain")
        self.percent, self.times, self.bound = bool(share), times is not None, None
        if share:
            self.number = value_of(match["part"]) * 100 / (100 if share == "百" else value_of(share))
        elif times is not None:
            self.number, self.bound = Fraction(2 ** int(value_of(times) if times else 1)), ">="
        else:
            self.number, behind = value_of(plain), words[self.end:self.end + 1]
            self.percent, self.times = behind in ("%", "％"), behind == "倍"
        self.unit = self.end

    def has_unit(self, unit):
        return not unit or (self.percent if unit == "%" else self.words.startswith(unit, self.unit))

    def is_number(self, number, unit):
        return (self.percent and not unit and self.number == number * 100) or (self.number == number and self.has_unit(unit))


def bound_before(words, end):
    return next((sign for word, sign in BEFORE if words.endswith(word, 0, end)), None)


def bound_of(words, q):
    found = bound_before(words, q.start)
    tail = re.match(r"[^\W\d_%％]{0,8}", words[q.unit:])[0] if not q.percent else re.match(r"[%％]?[^\W\d_]{0,7}", words[q.unit:])[0]
    places = [(tail.find(word), sign) for word, sign in BEHIND.items() if word in tail]
    if found or places:
        return found or min(places)[1]
    part = re.search(r"(?:(?![0-9０-９])[\w%％])*$", words[:q.start])[0]
    ends = [(part.find(word) + len(word), len(word), sign) for word, sign in BEFORE if len(word) > 1 and word in part]
    return max(ends)[2] if ends else None


def quantities(words):
    """The numbers of a text without blanks, each with its unit and bound."""
    out = []
    pattern = rf"(?P<of>百|{NUMBER})分之(?P<part>{NUMBER})|翻(?P<doubled>(?:{NUMBER})?)番|(?P<plain>{NUMBER})"
    for match in re.finditer(pattern, words):
        if words[:match.start()].endswith("第"):
            continue
        q, last = Quantity(words, match), out[-1] if out else None
        q.bound = q.bound or bound_of(words, q)
        between = words[last.end:q.start] if last else ""
        if not q.bound and last and "、" in between and not re.search("[，,。；;：且但]|其中", between):
            q.bound = last.bound
        if last and between in ("-", "—", "–", "～", "~", "至", "到"):
            last.unit, last.percent, last.ranged, q.ranged = q.unit, last.percent or q.percent, True, True
        out.append(q)
    return out


def has_number(words, number, *units):
    return any(q.is_number(number, unit) for q in quantities(words) for unit in units)


# --- labels beside words ----------------------------------------------------------------------


def pairs(label):
    """(two letters in a row, of which none is a particle; where they stand)."""
    for at in range(len(label) - 1):
        two = label[at:at + 2]
        if all(is_word(one) and one not in "的地得和与或及等在为之已未该本其从到由所应不将于者" for one in two):
            yield two, at


def shares(label, words):
    return any(two in words for two, _ in pairs(label))


def says_whole(label, words):
    return any(pairs(label)) and all(two in words for two, _ in pairs(label))


def says_more(other, one, words):
    """Whether the words say all that they say of `one`, in part alone, of `other` too, and more of it."""
    here = [two for two, _ in pairs(one) if two in words]
    more = {two for two, at in pairs(other) if two in words and two not in other[:at]}
    return not any(two not in other for two in here) and len(here) < len(list(pairs(one))) and len(more) > len(here)


# --- clauses of a text ------------------------------------------------------------------------

CHAPTER, ARTICLE, ITEM, SUBITEM = range(4)
CHINESE = "[〇零一二三四五六七八九十百千万亿两半]+"
MARKS = [(rf"第({CHINESE}|[0-9]+)[章节]", CHAPTER), (rf"第({CHINESE}|[0-9]+)条", ARTICLE), (rf"第({CHINESE}|[0-9]+)部分", ITEM),
         (rf"[（(]({CHINESE}|[0-9]+)[）)]", ITEM), (rf"({CHINESE})、", ARTICLE), (r"([0-9]+)、", SUBITEM),
         (rf"({CHINESE}|[0-9]+)是", ITEM), (r"([0-9]+)[.．]", SUBITEM)]


class Piece:
    def __init__(self, rank, number, start, line_end):
        self.rank, self.number, self.start, self.line_end, self.end = rank, number, start, line_end, 0


class Clauses:
    """Where the articles, items and sections of a text stand."""

    def __init__(self, source):
        self.text, self.pieces, self.lines, at, waits = bare(source), [], [], 0, False
        self.first = self.tail = len(self.text)
        for line in map(bare, source.split("\n")):
            self.lines.append(at)
            body = re.sub(r"^(?:\[bookmark[^\]]*\]|[-#*\[\]:])+", "", line)
            start, at = at + len(line) - len(body), at + len(line)
            rank, number = next(((rank, value_of(found[1])) for mark, rank in MARKS if (found := re.match(mark, body))), (None, 0))
            if rank is not None:
                self.pieces.append(Piece(rank, number, start, at))
                if rank <= ARTICLE:
                    self.first = min(self.first, start)
                waits, self.tail = True, len(self.text)
            if waits and line.endswith("。"):
                waits, self.tail = False, at
        for i, piece in enumerate(self.pieces):
            piece.end = next((p.start for p in self.pieces[i + 1:] if p.rank <= piece.rank), len(self.text))

    def line(self, at):
        return sum(start <= at for start in self.lines if start < len(self.text))

    def lead(self, piece):
        """The sentence that introduces the list in which the piece is."""
        first = at = self.pieces.index(piece)
        while at >= 0 and self.pieces[at].rank >= piece.rank:
            if self.pieces[at].rank == piece.rank:
                first = at
                if self.pieces[at].number == 1:
                    break
            at -= 1
        end = self.pieces[first].start
        heading = self.pieces[first - 1].line_end if first and self.pieces[first - 1].line_end < end else 0
        return self.text[heading:end].rsplit("。", 1)[-1]

    @functools.lru_cache(maxsize=4096)
    def find(self, label, article=False):
        """[(start, end)] of the places that a label names: 五3, 第五条（一）, 七(三), 四.1; words alone: outside of the articles."""
        found, rank = [(0, len(self.text))], -1
        tops = [p.rank for p in self.pieces if p.rank != CHAPTER]
        for number, chapter, words in numbers_of(label):
            if article and rank > CHAPTER:
                break
            wanted = CHAPTER if chapter else min(tops, default=SUBITEM)
            inside = [p for start, end in found for p in self.pieces if p.start >= start and p.end <= end and p.number == number
                      and (p.rank == wanted if rank < 0 else p.rank > rank)]
            named = [p for p in inside if shares(words, self.lead(p))]
            found = [(p.start, p.end) for p in (named if len(inside) > 1 and named else inside)]
            rank = wanted if rank < 0 else rank + 1
        found = found if rank >= 0 else []
        if not re.match(rf"[第（(]*(?:{CHINESE}|[0-9])", label):
            found = found + [(0, self.first), (self.tail, len(self.text))]
        return found

    def has(self, places, words):
        return any(bare(words) in self.text[start:end] for start, end in places)

    def words(self, label, article=False):
        return "".join(self.text[start:end] + "。" for start, end in self.find(label, article))


clauses_of = functools.lru_cache(maxsize=64)(Clauses)


def numbers_of(label):
    """(number, whether of a chapter, words before it) of a label."""
    at = begin = 0
    starts = True  # Chinese numerals within words are none: 成效第二个3
    while at < len(label):
        found = re.compile(rf"([（(]?)(第?)({CHINESE}|[0-9]+)").match(label, at)
        if found and (starts or found[1] or found[3][0].isdecimal()):
            words, at = label[begin:at], found.end()
            kind = re.compile("章|节|条|部分|款|项|").match(label, at)[0]
            at += len(kind)
            at += found[1] != "" and label[at:at + 1] in ("）", ")")
            begin, starts = at, True
            if found[2] and not kind:
                starts = False
                continue
            yield value_of(found[3]), kind in ("章", "节"), words
            starts = label[at:at + 1] in (".", "．") or False
            at += starts
            continue
        step = re.compile(r"[.．]|[（(]?第?").match(label, at)[0]
        starts = step in (".", "．")
        at += max(len(step), 1)


# --- expressions ------------------------------------------------------------------------------

NEGATED = {">=": "<", ">": "<=", "<=": ">", "<": ">=", "=": "!=", "!=": "="}
TURNED = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "=": "=", "!=": "!="}


class Expr:
    def __init__(self, kind, children=(), **more):
        self.kind, self.children = kind, list(children)
        self.number, self.unit, self.name = more.get("number"), more.get("unit", ""), more.get("name", "")

    def each(self):
        yield self
        for child in self.children:
            yield from child.each()


@functools.lru_cache(maxsize=4096)
def parse(text):
    tokens = re.findall(r">=|<=|!=|[<>=(),*]|[A-Za-z_][\w-]*|[0-9.]+|[^\s<>=(),*0-9]+", text)[::-1]

    def term():
        token = tokens.pop()
        if token[0].isdigit():
            if tokens and tokens[-1] == "*":
                tokens.pop()
                return Expr("times", [term()], number=Fraction(token))
            unit = tokens.pop() if tokens and not re.match(r"[<>=!(),*]", tokens[-1]) else ""
            return Expr("number", number=Fraction(token) * (10 ** 4 if unit == "万元" else 1), unit="元" if unit == "万元" else unit)
        if not tokens or tokens[-1] != "(":
            return Expr("name", name=token)
        out = Expr(token)
        while tokens.pop() != ")":
            out.children.append(test())
        if token == "at_least":
            out.number = out.children.pop(0).number
        return out

    def test():
        left = term()
        if tokens and tokens[-1] in NEGATED:
            sign = tokens.pop()
            return Expr("compare", [left, term()], name=sign)
        return left
    return test()


# --- a pack -----------------------------------------------------------------------------------


class Pack:
    def __init__(self, folder):
        self.folder, self.id = folder, os.path.basename(os.path.normpath(folder))
        self.own = Map()
        for path in sorted(glob.glob(os.path.join(folder, "*.yaml"))):
            part = read_map(path, f"{self.id}/{os.path.basename(path)}")
            self.own.update(part)
            self.own.at.update({key: (part.file, line) for key, line in part.at.items()})
        source = os.path.join(folder, "source.txt")
        self.source = read(source) if os.path.exists(source) else ""
        self.parent = Pack(os.path.join(folder, "..", self.own["extends"])) if self.own["extends"] else None
        self.clauses = clauses_of(self.source)
        self.indicators = {one["id"]: one for one in self.all("indicators")}
        self.doubts = {one["id"]: one for one in self.all("ambiguities")}
        self.deadlines = {one["id"]: one for one in self.all("deadlines")}

    def all(self, section):
        own = list(self.own[section])
        ids = {one["id"] for one in own}
        return own + [one for one in self.parent.all(section) if one["id"] not in ids] if self.parent else own

    def sql_path(self, indicator):
        path = os.path.join(self.folder, "indicators", (indicator["sql"] or indicator["id"]) + ".sql")
        return path if os.path.exists(path) or not self.parent else self.parent.sql_path(indicator)

    def sql(self, indicator):
        path = self.sql_path(indicator)
        return read(path) if os.path.exists(path) else ""


def tests_of(criterion):
    """(key, map in which it stands) of the expressions of a criterion."""
    return [(key, criterion) for key in ("test", "applies", "reason") if criterion[key]] + [
        ("test", one) for one in criterion["readings"]]


def rule_of(deadline):
    """(kind, n, high, month, day) of the first rule of a deadline."""
    rule = deadline["rule"] or deadline["later_of"][0]
    if found := re.fullmatch(r"Y(?:\+(\d+)-)?(\d\d)-(\d\d)", rule):
        return "Y", int(found[1] or 0), 0, int(found[2]), int(found[3])
    if found := re.fullmatch(r"(WD|D|M|T)(\d+)(?:\.\.M(\d+))?", rule):
        return "R" if found[3] else found[1], int(found[2]), int(found[3] or 0), 0, 0
    return rule, 0, 0, 0, 0


UNITS = {"WD": ["个工作日", "工作日"], "D": ["日", "天", "个自然日", "自然日", "个日历日", "日历日"], "M": ["个月"],
         "T": ["年", "个年度", "个自然年", "个周年", "周年"]}


def says_one(words, number, kind):
    return any(q.number == number and any(q.has_unit(unit) for unit in UNITS[kind]) and not words[:q.start].endswith("月")
               for q in quantities(words))


def says_months(words, n):
    return (n == 6 and "半年" in words) or says_one(words, n, "M") or (n % 12 == 0 and says_one(words, n // 12, "T"))


def says_any(words):
    return any(q.number < 100 and any(q.has_unit(unit) for kind in ("WD", "M", "T") for unit in UNITS[kind]) for q in quantities(words))


def says_rule(words, deadline):
    kind, n, high, month, day = rule_of(deadline)
    if kind in ("none", "FROM"):
        return not says_any(words)
    if kind in ("M", "R"):
        return says_months(words, n) and (not high or says_months(words, high))
    if kind != "Y":
        return says_one(words, n, kind)
    all_of = quantities(words)
    last = (month, day) == (12, 31)
    said = any(a.number == month and b.number == day and words[a.end:b.start] == "月" and b.has_unit("日")
               for a, b in zip(all_of, all_of[1:]))
    said = said or (last and (re.search("年底|年末|年终|12月底|十二月底", words) or (n and says_one(words, n + 1, "T"))))
    return said and (n == 0 or says_one(words, n, "T") or says_one(words, n + 1, "T")
                     or (n == 1 and re.search("次年|下一年|上一年|上年度", words)))


class Trace:
    def __init__(self, pack):
        self.pack, self.own, self.clauses, self.found = pack, pack.own, pack.clauses, []
        self.labels = {**{tuple(one["of"].split(".", 1)): {code: entry["word"] for entry in one["entries"] for code in entry["codes"]}
                          for one in pack.all("dictionaries") if one["of"]}, **code_labels()}

    def say(self, where, line, text):
        self.found.append((where if isinstance(where, str) else where.file, line, text))

    def items(self, section):
        return self.own[section] or []

    def doubts_of(self, item, key="reading"):
        return [self.pack.doubts[id][key] for id in item["ambiguities"] if id in self.pack.doubts]

    def words(self, *parts):
        return "".join(bare(one) + "。" for one in parts if one)

    def part_words(self, item):
        return self.words(item["quote"], *self.doubts_of(item), f"{item['own']}。{item['note']}")

    def deadline_words(self, deadline):
        quote = bare(deadline["quote"])
        doubts = [d["reading"] for d in self.pack.doubts.values() if d["quote"] and (
            bare(d["quote"]) in quote or quote in bare(d["quote"]))]
        return self.words(quote, *doubts, deadline["note"])

    # --- clauses ---

    def clause(self, item, key="clause"):
        clause, quote = item[key], bare(item["quote"])
        places, line = self.clauses.find(clause), item.at["quote" if quote else key]
        if not places:
            self.say(item, line, f'the text has no clause "{clause}": take the number of its article')
        elif quote and quote in self.clauses.text and not self.clauses.has(places, quote):
            self.say(item, line, f'the quote is not of the clause "{clause}": it stands in line '
                     f"{self.clauses.line(self.clauses.text.find(quote))} of source.txt")

    def cited(self, value):
        """Each map with a clause."""
        for one in value if isinstance(value, list) else []:
            if isinstance(one, Map):
                if isinstance(one["clause"], str) and one["clause"]:
                    yield one
                for inner in one.values():
                    yield from self.cited(inner)

    def part_of_article(self, item, clause, labels):
        """Words within an evaluation or prohibition are of the article of its quote."""
        for key, value in item.items():
            quoted = key in ("quote", "what", "condition") or (key == "label" and labels)
            if quoted and isinstance(value, str) and value:
                places, word = self.clauses.find(clause, True), bare(value)
                if word in self.clauses.text and places and not self.clauses.has(places, word):
                    self.say(item, item.at[key], f'"{value}" is not of the article of the clause "{clause}": it stands in line '
                             f"{self.clauses.line(self.clauses.text.find(word))} of source.txt")
            for one in value if isinstance(value, list) else []:
                if isinstance(one, Map):
                    self.part_of_article(one, one["clause"] or clause, True)

    def check_clauses(self):
        for item in self.items("clauses"):
            self.clause(item, "id")
        for item in self.cited([self.own]):
            self.clause(item)
        for section in ("evaluations", "prohibitions"):
            for item in self.items(section):
                if item["clause"]:
                    self.part_of_article(item, item["clause"], section == "prohibitions")
        for item in self.items("comparisons"):
            other = Pack(os.path.join(self.pack.folder, "..", item["with"])).clauses
            quote = bare(item["with_quote"])
            if quote in other.text and not other.has(other.find(item["with_clause"]), quote):
                self.say(item, item.at["with_quote"], f'the quote is not of the clause "{item["with_clause"]}" of {item["with"]}')

    def quoted(self, value, clause=""):
        """(words of the document, clause) within items."""
        for one in value if isinstance(value, list) else []:
            if isinstance(one, Map):
                at = one["clause"] or clause
                yield from [(bare(one[key]), at) for key in ("quote", "label", "text", "guide") if isinstance(one[key], str) and one[key]]
                for inner in one.values():
                    yield from self.quoted(inner, at)

    def places(self, quote, label):
        """Where a quote stands in its clause; else in the text."""
        found = [start + self.clauses.text[start:end].find(quote) for start, end in self.clauses.find(label)
                 if quote in self.clauses.text[start:end]] if label else []
        return [(at, at + len(quote)) for at in found or [m.start() for m in re.finditer(re.escape(quote), self.clauses.text)]]

    def check_recorded(self):
        """A must of which half stands in no item says why it is only recorded."""
        sections = [self.own[section] for section in self.own if section not in (
            "clauses", "ambiguities", "comparisons", "unquoted", "questions", "flags", "indicators")]
        items = [place for section in sections for quote, label in self.quoted([section] if isinstance(section, Map) else section)
                 for place in self.places(quote, label)]
        for clause in self.items("clauses"):
            if clause["force"] != "M" or clause["how"] == "informative" or clause["why_only_recorded"]:
                continue
            start, end = self.places(bare(clause["quote"]), clause["id"])[0]
            leads = self.clauses.text[end - 1:end + 1].strip("：:") != self.clauses.text[end - 1:end + 1]
            if not leads and not any(2 * (shared := min(end, to) - max(start, at)) >= min(to - at, end - start) and (
                    shared >= 4 or shared in (to - at, end - start)) for at, to in items):
                self.say(clause, clause.line, "it must be done and is only recorded: ask for it, count, show or remind of it in an item "
                         "that quotes it, or say why nothing can be done: why_only_recorded")

    # --- document ---

    def check_document(self):
        d, text = self.own["document"], letters(self.pack.source)
        own, lines, file = d["own"] or [], d.at, self.own.at["document"][0]

        def has(words):
            return bool(letters(words)) and letters(words) in text

        def absent(key, value, fits):
            if value and key not in own and not fits:
                self.say(file, lines[key], f'the text does not have this "{key}": {value}; take that of the text, or name it in '
                         '"own", with a note')

        def has_day(day):
            parts, said = [Fraction(part) for part in day.split("-")], quantities(self.clauses.text)
            return any([q.number for q in said[i:i + 3]] == parts and all(map(Quantity.has_unit, said[i:i + 3], "年月日"))
                       for i in range(len(said) - 2))

        def counted(rule):
            return rule in self.pack.deadlines and rule_of(self.pack.deadlines[rule])[0] != "none"
        for key in ("title", "number"):
            absent(key, d[key], has(d[key]))
        for key in ("aliases", "basis"):
            for value in d[key]:
                absent(key, value, has(value))
        place = place_of(d["issuer"])
        short = place and has(place[1]) and has(place[1][-1] + d["issuer"][len(place[1]):])
        absent("issuer", d["issuer"], has(d["issuer"]) or short)
        for key, rule in (("issued", None), ("effective", "effective"), ("expires", "pack-expiry")):
            absent(key, d[key], (rule and counted(rule)) or (d[key] and has_day(d[key])))
        draft = has("征求意见稿")
        if "status" not in own and d["status"] == "in_force" and draft:
            self.say(file, lines["status"], "the text calls itself a draft (征求意见稿): status: draft")
        if "status" not in own and d["status"] == "draft" and not draft and d["number"] and d["issued"]:
            self.say(file, lines["status"], "the text has its number and day and does not call itself a draft: status: in_force")
        for end in d["basis_ends"]:
            if end["until"][:4] not in end["title"]:
                self.say(file, lines["basis_ends"], f"the title {end['title']} does not say that it ends in {end['until'][:4]}")
        if own and not d["note"]:
            self.say(file, lines["own"], '"own" names what the text does not have: a note says why it stands here')
        self.jurisdiction(d, file, own, has)

    def jurisdiction(self, d, file, own, has):
        code, said = d["jurisdiction"], place_of(d["issuer"]) or place_of(d["title"])
        coded = regions().get(code)
        local = re.match("(?!国家|全国|中国|国务院|中华).+?(省|自治区|市(?!场)|州|县|盟)", d["issuer"])
        told = None
        if not code:
            if self.own["processes"] and d["issuer"]:
                self.say(file, d.at["title"], 'the pack has processes and no "jurisdiction": the code of the issuer\'s place, or 000000')
            return
        if said and code != said[0]:
            told = f"is {code}, and the document is of {said[1]}: {said[0]} (GB/T 2260)"
        elif not said and coded and "jurisdiction" not in own and not has(coded):
            told = f"is {code}, {coded}, which the text does not name"
        elif not said and not coded and code != "000000":
            told = f"neither GB/T 2260 nor the places of examples have the code {code}"
        elif not said and code == "000000" and local:
            told = f"is 000000, the whole country, and {d['issuer']} is an office of a province or city"
        if told:
            self.say(file, d.at["jurisdiction"], f'"jurisdiction": {told}')

    # --- criteria ---

    def check_criterion(self, criterion):
        doubts = self.doubts_of(criterion)
        words = self.words(criterion["quote"], *doubts, criterion["own"])
        for key, where in tests_of(criterion):
            if key == "reason":
                continue
            said, other = words, where is not criterion
            for one in (self.pack.doubts.get(where["ambiguity"]) or {"alternatives": []})["alternatives"] if other else []:
                if one["id"] == where["reading"]:
                    said += self.words(one["reading"], one["effect"])
            tree = parse(where[key])

            def tell(text, where=where, key=key):
                self.say(where, where.at[key], text)
            self.tree(tell, criterion["id"], tree, False, said, other)
            if key == "test":
                for node in tree.each():
                    if node.kind == "name" and node.name in self.pack.indicators:
                        self.subject(tell, criterion["id"], tree, node, said, other)

    def tree(self, tell, id, node, negated, words, other):
        kinds, said = self.pack.indicators, quantities(words)
        if node.kind == "growth" and len(node.children) > 1:
            base, end = (self.pack.sql(kinds[one.name]) if one.name in kinds else "" for one in node.children[:2])
            if "end_year" in base or "base_year" in end:
                tell(f'the growth of "{id}" runs backwards: growth(base, end, years)')
        if node.kind == "name" and node.name in kinds and not negated:
            one = kinds[node.name]
            if {"findings", "objections"} & set(one["from"]) and one["fold"] in ("exists", "every") and self.is_condition(id):
                tell(f'"{id}" is met where {one["id"]} ({one["label"]}) holds, which is held against a party: not({one["id"]})')
        if node.kind == "compare":
            sign = NEGATED[node.name] if negated else node.name
            left, right = node.children
            if right.kind == "number":
                self.number(tell, id, right, sign, words, other)
            elif left.kind == "number":
                self.number(tell, id, left, TURNED[sign], words, other)
            else:
                times = next((one for one in node.children if one.kind == "times"), None)
                if times and not any(q.times and q.number == times.number and fits(q, sign, other) for q in said):
                    tell(f'the words of "{id}" do not say "{sign}" {times.number} times as much (翻一番, 2倍)')
                elif not times and not says_comparison(words, sign):
                    tell(f'the words of "{id}" do not say this comparison, "{sign}"')
        if node.kind in ("any", "all") and len(node.children) > 1:
            either, both = re.search("或|之一|任一|任何", words), re.search("[和、且及与，并,]", words)
            if node.kind == "any" and not either:
                tell(f'"any" is content with one, and the words of "{id}" do not say "or" (或、之一): all(…)')
            if node.kind == "all" and either and not both:
                tell(f'"all" asks for each, and the words of "{id}" say "or" (或): any(…)')
        if node.kind == "at_least" and not any(q.number == node.number for q in said):
            tell(f'the words of "{id}" do not ask for {node.number} of several')
        for child in node.children:
            self.tree(tell, id, child, negated != (node.kind == "not"), words, other)

    def number(self, tell, id, node, sign, words, other):
        found = [q for q in quantities(words) if q.is_number(node.number, node.unit)]
        number = f"{float(node.number):.15g} {node.unit}".strip()
        if not found:
            tell(f'the words of "{id}" do not have the number {number}: quote the words that do, name the ambiguity by whose '
                 'reading it counts, or say in "own" that the document does not give it')
        elif not any(fits(q, sign, other) for q in found):
            said = found[-1].bound or "="
            why = ("where they name what is not to be (低于60分的，整改), say in \"own\" what then is" if NEGATED[said] == sign
                   else "以上, 不少于 include it, 超过, 不满 do not")
            tell(f'the words of "{id}" give the number {number} as "{said}", and the test has "{sign}": {why}')

    def is_condition(self, id):
        asked = any(id in one["criteria"] for one in self.pack.all("questions"))
        return asked and not any(id in step["needs"] for process in self.pack.all("processes") for step in process["transitions"])

    def uses(self):
        """Names in the tests of all criteria, in flags and reports."""
        names = {node.name for one in self.pack.all("criteria") for key, where in tests_of(one) for node in parse(where[key]).each()}
        names |= {one["indicator"] for one in self.pack.all("flags")}
        for form in self.pack.all("forms"):
            names |= {cell["indicator"] for section in form["sections"] for cell in section["cells"]}
        return names | {name for one in self.pack.all("evaluations") for head in one["heads"] for name in head["indicators"]}

    def subject(self, tell, id, tree, node, words, other):
        asked, used = self.pack.indicators[node.name], self.uses()
        label, named = bare(asked["label"]), {one.name for one in tree.each()}
        for one in self.items("indicators"):
            if one is not asked and one["unit"] == asked["unit"] and shares(bare(one["label"]), words) and one["id"] not in used:
                tell(f'the test of "{id}" asks for {asked["id"]}, and nothing asks for {one["id"]} ({one["label"]}), of which its '
                     "words speak too: take that one, or leave it out")
        for one in self.pack.indicators.values() if not other else []:
            meant = bare(one["label"])
            if (one["fold"], one["unit"]) == (asked["fold"], asked["unit"]) and one["id"] not in named and says_whole(
                    meant, words) and says_more(meant, label, words):
                tell(f'the test of "{id}" asks for {asked["id"]} ({label}), and its words speak of {one["id"]} ({one["label"]})')
                break
        if label and not shares(label, words):
            tell(f'the test of "{id}" asks for {asked["id"]} ({label}), of which its words say nothing')

    # --- days, money, points ---

    def check_deadline(self, deadline):
        words, rule = self.deadline_words(deadline), deadline["rule"] or " | ".join(deadline["later_of"])
        steps = {step["deadline"] for process in self.pack.all("processes") for step in process["transitions"]}
        if not says_rule(words, deadline):
            self.say(deadline, deadline.line, f'the words of the deadline "{deadline["id"]}" do not say {rule}')
        elif rule_of(deadline)[0] != "R" and deadline["id"] in steps and any(q.ranged for q in quantities(words)):
            self.say(deadline, deadline.line, f'the words of the deadline "{deadline["id"]}" leave a range, and a step takes {rule}')

    def due(self, item, key):
        due, quote = self.pack.deadlines.get(item[key]), bare(item["quote"])
        if not due or says_rule(self.part_words(item), due):
            return
        rule = due["rule"] or " | ".join(due["later_of"])
        meant = next((d for d in self.pack.deadlines.values() if rule_of(d)[0] not in ("none", "FROM") and says_rule(quote, d)), None)
        if meant:
            self.say(item, item.at[key], f'the words of "{item["id"]}" say the day of the deadline "{meant["id"]}", not of '
                     f'"{due["id"]}" ({rule})')
        elif says_any(quote):
            self.say(item, item.at[key], f'the words of "{item["id"]}" do not say the day of its deadline "{due["id"]}" ({rule})')

    def check_year(self, step):
        """A day early in the year on which something is told of a year is counted from that year."""
        kind, field = (step["counted"] + ".").split(".")[:2]
        due = self.pack.deadlines.get(step["deadline"])
        year = record_types().get(kind, {}).get(field)
        if not due or rule_of(due)[0] != "Y" or not year or year["type"] != "int" or not re.search("(^|_)year$", field):
            return
        words = self.deadline_words(due) + bare(step["quote"])
        _, n, _, month, day = rule_of(due)
        told = re.search("上一年|上年度|前一年|去年", words) or (month <= 6 and not re.search("半年|季度|本年|当年", words))
        if n == 0 and (re.search("次年|翌年|下一年1月|第二年", words) or (year.get("max") == "today" and told)):
            self.say(step, step.at["deadline"], f'{due["rule"]} of "{step["counted"]}" lies before that year is over, and the words are of '
                     f"what is told of it afterwards: the rule is written Y+1-{month:02}-{day:02}")

    def check_fund(self, fund):
        words, amount = self.part_words(fund), fund["amount"]
        if re.fullmatch(r"[0-9.]+", amount) and not has_number(words, Fraction(amount), "元"):
            self.say(fund, fund.at["amount"], f'the words of the fund "{fund["id"]}" do not have the amount {amount}')
        once = "一次" in words
        if (fund["once"] == "true") != once:
            self.say(fund, fund.line, f'the words of the fund "{fund["id"]}" ' + (
                "say that it is given once (一次性): once: true" if once else "do not say that it is given once (一次性)"))

    def check_material(self, item):
        months, words = item["months"], self.part_words(item)
        if months and not has_number(words, int(months), "个月") and not (int(months) % 12 == 0 and has_number(words, int(months) // 12, "年")):
            self.say(item, item.at["months"], f'the words of the material "{item["id"]}" do not have {months} months')

    def check_evaluation(self, item):
        text = self.clauses.words(item["clause"])
        self.due(item, "cycle")
        labels = [bare(head["label"]) for head in item["heads"]]
        for head in item["heads"]:
            self.head(head, text, labels)
        for grade in item["grades"]:
            for key in ("from", "to"):
                if grade[key] not in ("", "0", "100") and not has_number(text, int(grade[key]), "分"):
                    self.say(grade, grade.at[key], f'the text does not have {grade[key]} 分 (grade "{grade["id"]}")')

    def head(self, head, text, labels):
        """转化成效40分; 服务能力，满分30分，不得低于18分: the weight first; experts give each head 0 to 100 points."""
        label, weight, least = bare(head["label"]), head["weight"], head["least"]
        said = []
        for found in re.finditer(re.escape(label), text) if label else []:
            rest = text[found.end():]
            end = min([at for one in [*"。；;", *labels] if one and (at := rest.find(one)) >= 0], default=len(rest))
            said.append(quantities(rest[:end]))
        if weight and not any(one and one[0].number == int(weight) for one in said):
            self.say(head, head.at["weight"], f'the text does not give "{label}" the weight {weight}')
        given = False
        for one in said if least else []:
            full = next((q.number for q in one if not q.bound and not q.percent and q.has_unit("分")), 0)
            given = given or any(q.bound and (q.number * 100 == int(least) * full if full and not q.percent and q.number <= full
                                              else q.number == int(least)) for q in one)
        bound = any(q.bound for one in said for q in one)
        if least and not given and (bound or not any(q.bound and q.number == int(least) for q in quantities(text))):
            self.say(head, head.at["least"], f'the text does not give "{label}" a least of {least} points of a hundred')

    def check_naming(self):
        naming = self.own["naming"]
        quote = bare(naming["quote"]) if naming else ""
        words = letters(quote)
        if not words:
            return
        before, after = map(letters, naming["template"].split("{industry}"))
        at = words.find(before)
        end = words.find(after, at + len(before)) if at >= 0 else -1
        places = [-1] + [i for i, letter in enumerate(quote) if is_word(letter)] + [len(quote)]

        def apart(count):
            return places[count + 1] - places[count] > 1
        file, line = self.own.at["naming"]
        if end < 0:
            self.say(file, naming.line, f'the quote does not have the name "{naming["template"]}": take the words of the text')
        else:
            gap, start = words[at + len(before):end], at + len(before)
            sign = re.match("[XxＸ某〇○]+", gap)
            if (sign and sign[0] != gap) or (not sign and apart(start) and not apart(end)):
                self.say(file, naming.line, f'in the quote {{industry}} stands for other words than in "{naming["template"]}"')
        if naming["drop_suffix"] and naming["drop_suffix"] not in words:
            self.say(file, naming.at["quote"], f'the quote does not have "{naming["drop_suffix"]}", which is left out')

    def check_written(self, item, key, values, words):
        for value in values:
            name, _, number = value.rpartition("=")
            if re.fullmatch(r"[0-9]+(\.[0-9]+)?", number) and Fraction(number) > 1 and not has_number(words, Fraction(number), "", "元"):
                self.say(item, item.at[key], f'the words do not have the number {number} that is written to "{name}"')

    def check_process(self, process):
        self.check_written(process, "begins", process["begins"], self.part_words(process))
        for step in process["transitions"]:
            self.due(step, "deadline")
            self.check_year(step)
            self.check_written(step, "id", [word for one in step["effects"] for word in one.split()], self.part_words(step))

    # --- bans ---

    def check_prohibition(self, item):
        words = bare(item["label"]) + self.part_words(item)
        labels = self.labels.get(("findings", "ground"), {})
        for code in item["grounds"]:
            label = labels.get(code, "")
            if not label or code == "other":
                continue
            if shares(label, words):
                continue
            listed = {labels.get(one) for one in item["grounds"]}
            meant = next((one for one, other in labels.items() if says_whole(other, words) and other not in listed), None)
            if meant:
                self.say(item, item.at["grounds"], f'the words of "{item["id"]}" speak of the ground "{meant}", not of "{code}" ({label})')
            elif len(label) > 4 or not any(letter in words for letter in label if is_word(letter)):
                self.say(item, item.at["grounds"], f'the words of "{item["id"]}" do not speak of the ground "{code}" ({label})')
        for one in item["consequences"]:
            process, _, step = one["counted"].partition(".")
            steps = {s["id"]: s for p in self.pack.all("processes") if p["id"] == process for s in p["transitions"]}
            counted = steps.get(step)
            said = bare(one["what"]) + words + self.clauses.words(one["clause"] or item["clause"], True)
            meant = next((s for s in steps.values() if counted and s is not counted and s["clause"] and says_whole(s["label"], said)
                          and (not shares(counted["label"], said) or says_more(s["label"], counted["label"], said))), None)
            if meant:
                self.say(one, one.at["counted"], f'the ban is counted from the step "{one["counted"]}" ({counted["label"]}), and its words '
                         f'speak of "{meant["label"]}" ({process}.{meant["id"]})')

    # --- SQL ---

    def check_sql(self, indicator):
        """Codes and numbers that the SELECT asks for stand in the words of what uses the indicator."""
        sql = self.pack.sql(indicator)
        words = "".join(self.words(one["quote"], one["own"], *self.doubts_of(one), *[
            other["reading"] for id in one["ambiguities"] if id in self.pack.doubts
            for other in (self.pack.doubts[id]["alternatives"] or []) + (self.pack.doubts[id]["considered"] or [])])
            for one in self.pack.all("criteria")
            if any(node.name == indicator["id"] for key, where in tests_of(one) for node in parse(where[key]).each()))
        words += self.words(*re.findall("-- own:(.*)", sql)) if words else ""
        flagged = words + self.words(*[one["text"] for one in self.pack.all("flags") if one["indicator"] == indicator["id"]])
        code = re.sub("--.*", lambda found: " " * len(found[0]), sql)
        file = os.path.relpath(self.pack.sql_path(indicator), os.path.join(self.pack.folder, ".."))

        def tell(at, text):
            self.say(file, sql.count("\n", 0, at) + 1, text)
        for found in re.finditer(r"(\w+)\"?\s*(?:==?\s*'([^']*)'|IN\s*\(((?:\s*'[^']*',?)+)\s*\))", code) if words else []:
            for value in re.finditer("'([^']*)'", found[0]):
                self.code(tell, code, found[1], value[1], found.start() + value.start(), words)
        said = [q.number for q in quantities(flagged)]
        for found in re.finditer(r"(?:[<>=]=?|!=|<>|-)\s*([0-9]+)\b", re.sub("'[^']*'", lambda t: " " * len(t[0]), code)) if flagged else []:
            n = int(found[1])
            if n >= 2 and not {n, Fraction(n, 100), Fraction(n, 10 ** 6)} & set(said):
                tell(found.start(1), f'the words of what uses "{indicator["id"]}" do not have the number {n}')

    def code(self, tell, sql, column, value, at, words):
        read = [record for record, of in self.labels if of == column and f"fact_{record}" in sql]
        called = [(record, self.labels[record, column][value]) for record in read if value in self.labels[record, column]]
        if not called:
            return
        own = any(shares(word, words) for record, _ in called for word in self.own_words(f"{record}.{column}", value))
        if own:
            return
        if not any(shares(label, words) for _, label in called):
            tell(at, f'"{value}" is {called[0][1]}, of which the words of what uses this indicator say nothing')
            return
        for record, label in called:
            for other, word in self.labels[record, column].items():
                if other != value and f"'{other}'" not in sql and says_more(word, label, words):
                    tell(at, f'the words of what uses this indicator say more of "{other}" than of "{value}"')
                    return

    def own_words(self, field, code):
        """Words that the pack itself has for a code."""
        for one in self.pack.all("dictionaries"):
            yield from [entry["word"] for entry in one["entries"] if one["of"] == field and code in entry["codes"]]
        if field == "findings.ground":
            yield from [one["label"] for one in self.pack.all("prohibitions") if code in one["grounds"]]

    # --- all together ---

    def run(self):
        if not self.pack.source:
            return self.found
        self.check_clauses()
        self.check_naming()
        for section, check in (("criteria", self.check_criterion), ("deadlines", self.check_deadline), ("funds", self.check_fund),
                               ("materials", self.check_material), ("evaluations", self.check_evaluation),
                               ("prohibitions", self.check_prohibition), ("processes", self.check_process)):
            for item in self.items(section):
                check(item)
        for flag in self.items("flags"):
            label = bare(self.pack.indicators.get(flag["indicator"], Map())["label"])
            if label and not shares(label, flag["text"]):
                self.say(flag, flag.line, f'the flag "{flag["id"]}" is raised by {flag["indicator"]} ({label}), of which its text says nothing')
        if self.own["document"]["status"] != "library":
            self.check_document()
            self.check_recorded()
            for indicator in self.items("indicators"):
                self.check_sql(indicator)
        return sorted(self.found)


def fits(q, sign, other):
    """Whether the words bound a number as the test does; another reading: whether it includes its number is open."""
    if not q.bound:
        return sign in ("=", "!=") or other
    return q.bound[0] == sign[0] if other else q.bound == sign


def says_comparison(words, sign):
    return any(bound_before(words, at) == sign for at in range(len(words))) or any(
        word in words for word, bound in BEHIND.items() if bound == sign)


def once(make):
    kept = []
    return lambda: kept[0] if kept else kept.append(make()) or kept[0]


@once
def regions():
    """Name of each province and city by its code."""
    out = {}
    for name in ("regions.csv", "regions_fictional.csv"):
        with open(os.path.join(ROOT, "reference", name), encoding="utf-8") as file:
            out |= {row["code"]: row["name"] for row in csv.DictReader(line for line in file if not line.startswith("#"))}
    return out


def place_of(words):
    fitting = [(code, name) for code, name in regions().items() if code.endswith("00") and words.startswith(name)]
    return max(fitting, key=lambda one: len(one[1]), default=None)


@once
def kinds():
    return [yaml.load(read(path), Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)) or {}
            for path in sorted(glob.glob(os.path.join(ROOT, "types", "*.yaml")))]


@once
def record_types():
    return {kind["name"]: {field["name"]: field for field in kind["fields"]} for kind in kinds() if "name" in kind and "fields" in kind}


@once
def code_labels():
    """{(record, column) of a facts document: {code: label}}."""
    return {(kind["facts"], field.get("fact", field["name"])): {value["code"]: value["zh"] for value in field["values"]}
            for kind in kinds() if isinstance(kind.get("facts"), str) for field in kind["fields"] if "values" in field}


def trace(folder):
    """[(file, line, what is wrong)] of a pack."""
    return Trace(Pack(folder)).run()


def main(folders):
    found = [one for folder in folders for one in trace(folder)]
    for file, line, reason in found:
        print(f"{file}:{line}: {reason}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
