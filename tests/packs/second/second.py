"""Verdicts, deadlines and names a second time: slow, plain, from the contract of facts documents alone (README).

A truth is True, False or None (not known). A day is a date, NEVER (known not to have happened) or None. A criterion is
one function of the facts; it returns a truth, or a Said with the number that it compares or with applicable=False."""
import calendar
import csv
import datetime
import itertools
import os
import re
import unicodedata
from collections import namedtuple
from fractions import Fraction

NEVER = datetime.date.max
ABSENT = object()
Said = namedtuple("Said", "truth value applicable", defaults=(ABSENT, True))
Range = namedtuple("Range", "low high")  # high None: open
INFORMATIVE = "cnipa-jiedu"


FAULT_OF_ORDER = "out of order: "


class Refused(Exception):
    """The document is no facts document, or asks what the pack does not know: exit 3."""


# --- Kleene ------------------------------------------------------------------------------------

def all_of(*truths):
    return False if False in truths else None if None in truths else True


def any_of(*truths):
    return True if True in truths else None if None in truths else False


def negate(truth):
    return None if truth is None else not truth


def equal(a, b):
    return None if a is None or b is None else a == b


def one_of(value, values):
    return None if value is None else value in values


def by(day, last):
    """day ≤ last; what never happened is by no day."""
    return None if day is None or last is None else day != NEVER and day <= last


def before(day, other):
    return None if day is None or other is None else day != NEVER and day < other


def known(value):
    return None if value is None else True


# --- documents (§1, §2) --------------------------------------------------------------------------

KIND = "enterprise university institute park association service_org transfer_org other"
LEVEL = "national provincial city"
ONE, LIST = "one", "list"
RECORDS = {
    "applicant": (ONE, dict(
        name="t", credit_code="code", kind=KIND, leading="b", park_level=LEVEL, association_scope=LEVEL, city="t",
        provincial_unit="b", legal_person="b", ip_department="b", autonomous="b", registered_province="t",
        parent_kind=KIND, parent_in_province="b", construction_started="d", recognised_on="d", exception_reason="t")),
    "industry": (ONE, dict(name="t", on_list="b", off_list_reason="t")),
    "application": (ONE, dict(to="city province", office_city="t", filed_with_city="d")),
    "process": (ONE, dict(recommended="d", rechecked="d")),
    "publicity": (ONE, dict(published="d")),
    "objections": (LIST, dict(received="time", state="open closed", upheld="b")),
    "workplace": (ONE, dict(fixed="b", independent="b", office_conditions="b")),
    "documents": (ONE, dict(construction_plan="b", working_mechanism="b", rules="b", service_catalogue="b")),
    "staff": (LIST, dict(
        name="t", id_number="k", full_time="b", social_security="b", labour_contract="b", qualified="b", manager="b",
        **{"from": "d"}, to="d", fields=["industry filing navigation review finance legal"])),
    "deals": (LIST, dict(
        contract_no="k", type="transfer licence open_licence equity pledge investment securitisation insurance other",
        state="intent signed filed void", signed="d", amount="m", currency="t", amount_cny="m", parties=["t"],
        patents=["t"], related_party="b", accepted="b")),
    "projects": (LIST, dict(id="k", kind="conversion industrialisation other", role="organiser participant",
                            started="d")),
    "consortia": (LIST, dict(name="t", kind="consortium alliance pool", formed="d")),
    "served_parties": (LIST, dict(name="t", credit_code="code", in_chain="b", sme="b", served="d")),
    "driven_parties": (LIST, dict(name="t", credit_code="code", kind="key_enterprise university institute other")),
    "patents": (LIST, dict(
        number="t", type="invention utility design", key_field="b", filed="d", granted="d", lapsed="d",
        outcome="granted refused withdrawn pending", outcome_date="d", after_exam="b", high_value="b",
        implemented="b", evidence="b")),
    "product_filings": (LIST, dict(filing_no="k", date="d")),
    "certificates": (LIST, dict(standard="enterprise_ip university_ip institute_ip iso56005", grade="t", issued="d",
                                expires="d")),
    "trainings": (LIST, dict(title="t", date="d", attendees="n")),
    "project": (ONE, dict(start="d", end="d", reason="t", task_book_signed="d", first_payment="d", department="tf")),
    "centres": (LIST, dict(credit_code="code", state="active exited")),
    "funds": (ONE, dict(assured="b", separate_account="b")),
    "budget_lines": (LIST, dict(line="t", approved="m")),
    "spending": (LIST, dict(voucher_no="k", line="t", project_no="k", amount="m", date="d")),
    "series": (LIST, dict(name="t", year="n", value="v", source="t")),
    "parameters": (ONE, dict(base_year="n", end_year="n")),
    "service_plans": (LIST, dict(year="n")),
    "annual_reports": (LIST, dict(
        year="n", report="b", plan="b", filed_city="d", reviewed_city="d", filed_province="d", copied_city="d",
        data_checked="b", declassified="b")),
    "liaison": (ONE, dict(department="tf", person="b")),
    "rectifications": (LIST, dict(issued="d", due="d", recheck="pass fail")),
    "findings": (LIST, dict(
        state="alleged confirmed dismissed", date="d", serious="b",
        ground="t")),
    "evaluations": (LIST, dict(year="n", grade="优秀 合格 不合格", scores=[dict(head="t", score="v")])),
    "recognitions": (LIST, dict(level="national provincial city", form="recognised letter", date="d")),
    "awards": (LIST, dict(policy="t", amount="m", date="d")),
    "award": (ONE, dict(amount="m")),
    "judgements": (LIST, dict(id="t", by="t", result="pass fail", reason="t")),
    "readings": (LIST, dict(id="t", reading="t", reason="t")),
}
ORDERED = [("project", "start", "end"), ("staff", "from", "to"), ("certificates", "issued", "expires"),
           ("patents", "filed", "granted")]


def read_day(value):
    if value is False:
        return NEVER
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise Refused(f"no day: {value!r}")
    try:
        return datetime.date.fromisoformat(value)
    except ValueError as error:
        raise Refused(str(error)) from error


def read_time(value):
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", value):
        raise Refused(f"no time: {value!r}")
    try:
        return datetime.datetime.fromisoformat(value)
    except ValueError as error:
        raise Refused(str(error)) from error


def read_money(value):
    """Fen."""
    if not isinstance(value, str) or not re.fullmatch(r"\d+(\.\d{1,2})?", value):
        raise Refused(f"no amount: {value!r}")
    return int(Fraction(value) * 100)


def read_number(value):
    if not re.fullmatch(r"\d+(\.\d{1,6})?", str(value)):
        raise Refused(f"no number: {value!r}")
    return Fraction(str(value))


def read_of(wanted):
    def read(value):
        if not isinstance(value, wanted) or wanted is int and isinstance(value, bool):
            raise Refused(f"{value!r} is no {wanted}")
        return value
    return read


# Pd of Unicode without the waves, minus signs, and lines that are drawn for a dash.
DASHES = re.escape("".join(chr(c) for c in range(0x11000) if unicodedata.category(chr(c)) == "Pd" and c not in (0x301C, 0x3030))
                   + "\u2212\u02D7\u2043\u2500\u2501\u2796")


def compared(value):
    """A key as it is compared: without blanks and what cannot be seen, each run of dashes one hyphen; a blank one is none."""
    text = unicodedata.normalize("NFKC", read_of(str)(value)).upper()
    seen = "".join(sign for sign in text if unicodedata.category(sign) not in ("Zs", "Zl", "Zp", "Cc", "Cf"))
    return re.sub(f"[{DASHES}]+", "-", seen) or None


PAIRS = ["()", "[]", "{}", "<>", "（）", "［］", "｛｝", "【】", "〔〕", "〈〉", "《》", "「」", "『』", "“”", "‘’", '""', "''"]


def bare(value):
    """A number without what encloses it."""
    key = compared(value)
    while key:
        before = key
        for opens, closes in PAIRS:
            if len(key) > 2 and key[0] == opens and key[-1] == closes:
                key = key[1:-1].strip()
        if len(key) > 1:
            key = key.removeprefix("第").strip()
        if len(key) > 1:
            key = key.removesuffix("号").strip()
        if key == before:
            break
    return key


CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def read_code(value):
    """GB 32100-2015: weights 3^i, modulus 31. A wrong check digit: as if absent."""
    code = compared(value)
    if code is None or len(code) != 18 or any(sign not in CODE for sign in code):
        return None
    total = sum(CODE.index(sign) * pow(3, i, 31) for i, sign in enumerate(code[:17]))
    return code if CODE[-total % 31] == code[17] else None


def read_text(value):
    return read_of(str)(value).strip() or None


READERS = {"b": read_of(bool), "t": read_text, "n": read_of(int), "d": read_day, "time": read_time,
           "m": read_money, "v": read_number, "k": bare, "code": read_code,
            "tf": lambda value: value if value is False else read_text(value)}


def read_value(value, kind):
    if value is None:
        return None
    if isinstance(kind, list):
        return [read_value(item, kind[0]) for item in read_of(list)(value)]
    if isinstance(kind, dict):
        return read_record(value, kind)
    if kind in READERS:
        return READERS[kind](value)
    if not isinstance(value, str) or value not in kind.split():
        raise Refused(f"{value!r} is none of {kind}")
    return value


def read_record(value, keys):
    unknown = set(read_of(dict)(value)) - set(keys)
    if unknown:
        raise Refused(f"unknown keys {unknown}")
    return {key: read_value(value.get(key), kind) for key, kind in keys.items()}


class Facts:
    """One document, read: facts.as_of, facts.applicant["kind"], facts.staff (None: the list is absent)."""

    def __init__(self, document, pack):
        unknown = set(read_of(dict)(document)) - set(RECORDS) - {"as_of", "programme", "question", "ip_body"}
        if unknown:
            raise Refused(f"unknown keys {unknown}")
        for name, (form, keys) in RECORDS.items():
            given = document.get(name)
            if form == LIST:
                setattr(self, name, read_value(given, [keys]))
            else:
                setattr(self, name, read_record({} if given is None else given, keys))
        self.ip_body = read_value(document.get("ip_body"), "b")
        self.as_of = read_value(document.get("as_of"), "d")
        self.pack = pack
        self.question = read_value(document.get("question"), "t") or "apply"
        if self.as_of in (None, NEVER):
            raise Refused("as_of is required")
        if read_value(document.get("programme"), "t") not in (None, pack):
            raise Refused("another programme")
        if self.question not in PACKS[pack]["questions"]:
            raise Refused("a question that the pack does not know")
        self.refuse_faults_of_order()
        for reading in self.readings or []:
            if not reading["reason"]:
                raise Refused("a reading without reason")

    def refuse_faults_of_order(self):
        for name, first, last in ORDERED:
            records = getattr(self, name)
            for record in records if isinstance(records, list) else [records] if records else []:
                a, b = record[first], record[last]
                if NEVER not in (a, b) and None not in (a, b) and a > b:
                    raise Refused(f"{FAULT_OF_ORDER}{name}: {first} after {last}")
        years = self.parameters
        if None not in (years["base_year"], years["end_year"]) and years["base_year"] >= years["end_year"]:
            raise Refused(f"{FAULT_OF_ORDER}base_year not before end_year")

    def judged(self, name):
        """Two judgements of one name that differ decide nothing."""
        results = {row["result"] for row in self.judgements or [] if row["id"] == name}
        return results.pop() == "pass" if len(results) == 1 and None not in results else None

    def reading(self, name, reading):
        return any(row["id"] == name and row["reading"] == reading for row in self.readings or [])


# --- counts, sums (§3) -----------------------------------------------------------------------------

def groups_of(rows, key, test):
    """Rows that are not out, by key, each with its test; every keyless row is a group of its own, under None."""
    keyed, keyless = {}, []
    for row in rows:
        truth = test(row)
        if truth is False:
            continue
        if row[key] is None:
            keyless.append([(row, truth)])
        else:
            keyed.setdefault(row[key], []).append((row, truth))
    return keyed, keyless


def count(rows, key, test):
    if rows is None:
        return Range(0, None)
    keyed, keyless = groups_of(rows, key, test)
    low = sum(any(truth for _, truth in group) for group in keyed.values())
    return Range(low, len(keyed) + len(keyless))


def at_least(number, limit):
    if number.low >= limit:
        return True
    return False if number.high is not None and number.high < limit else None


def shown(number):
    return number.low if number.low == number.high else {"at_least": number.low, "at_most": number.high}


def yuan(fen):
    return None if fen is None else f"{fen // 100}.{fen % 100:02}"


def shown_money(number):
    if number.low == number.high:
        return yuan(number.low)
    return {"at_least": yuan(number.low), "at_most": yuan(number.high)}


def counted(rows, key, test, limit):
    number = count(rows, key, test)
    return Said(at_least(number, limit), shown(number))


def exists(rows, test):
    return None if rows is None else any_of(*(test(row) for row in rows))


def deal_amount(row):
    return row["amount"] if row["currency"] in (None, "CNY") else row["amount_cny"]


def add_up(groups):
    """Groups of (amount or None, certain) for one key each: smallest to largest."""
    low, high = 0, 0
    for amounts, certain in groups:
        if certain:
            low += min(0 if amount is None else amount for amount in amounts)
        if None in amounts:
            high = None
        if high is not None:
            high += max(amounts)
    return Range(low, high)


def deal_sum(rows, test):
    if rows is None:
        return Range(0, None)
    keyed, keyless = groups_of(rows, "contract_no", test)
    groups = [([deal_amount(row) for row, _ in group], any(truth for _, truth in group)) for group in keyed.values()]
    groups += [([deal_amount(row)], False) for [(row, _)] in keyless]
    return add_up(groups)


def met_or_reasoned(facts, name, met, reason):
    """原则上, 一般: † of §4. Whether a reason is needed is not known where it is not known whether the rule is met."""
    if met is not False:
        return met
    return facts.judged(name) if reason else False


# --- days (§5) -------------------------------------------------------------------------------------

def load_days(name):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "reference", name)
    with open(path, encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {datetime.date.fromisoformat(row["date"]): row.get("kind", "rest") for row in rows}


DAYS = load_days("cn_days.csv")
YEARS = {day.year for day in DAYS}
LAW = load_days("legal_days.csv")  # off in any year, whether it has a table or not


def works(day):
    return (LAW | DAYS).get(day, "rest" if day.weekday() >= 5 else "work") == "work"


def working_days_on(start, n):
    """The n-th working day after start, and whether that is provisional."""
    day, provisional = start, False
    while n:
        day += datetime.timedelta(1)
        if works(day):
            n -= 1
            provisional |= day.year not in YEARS
            provisional |= (day.month, day.day) >= (12, 29) and day.year + 1 not in YEARS
    return day, provisional


def months_on(start, n):
    month = start.month - 1 + n
    year, month = start.year + month // 12, month % 12 + 1
    return datetime.date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def years_through(start, n):
    """The last day of n years that begin on start."""
    if (start.month, start.day) == (2, 29) and not calendar.isleap(start.year + n):
        return datetime.date(start.year + n, 2, 28)
    return datetime.date(start.year + n, start.month, start.day) - datetime.timedelta(1)


def day_of_year(month, day, years=0):
    return lambda start: (datetime.date(start.year + years, month, day), False)


RULES = {
    "sc-yunying-2025": {
        "effective": lambda start: (months_on(start, 1), False),
        "pack-expiry": lambda start: (years_through(start, 2), False),
        "publicity": lambda start: working_days_on(start, 5),
        "annual-report": day_of_year(12, 31),
        "rectification-min": lambda start: (months_on(start, 3), False),
        "rectification-max": lambda start: (months_on(start, 6), False)},
    "sx-yunying-draft": {
        "publicity": lambda start: working_days_on(start, 5),
        "annual-report": day_of_year(12, 31),
        "construction-cycle": lambda start: (years_through(start, 3), False),
        "comprehensive-evaluation": lambda start: (years_through(start, 3), False),
        "rectification": lambda start: (None, False)},
    "sc-yucheng-2025": {
        "effective": lambda start: (start, False),
        "project-term": lambda start: (years_through(start, 3), False),
        "pack-expiry": lambda start: (None, False)},
    "sc-shifan-draft": {
        "effective": lambda start: (start, False),
        "pack-expiry": lambda start: (years_through(start, 2), False),
        "annual-summary": day_of_year(12, 15),
        "project-years": day_of_year(12, 31, 2)},
    INFORMATIVE: {}}


def deadline(pack, rule, start):
    """(due or None, provisional); None: there is no such rule (exit 2)."""
    return RULES[pack][rule](start) if rule in RULES[pack] else None


def name(pack, text):
    """§6; None: refused (exit 3)."""
    text = text.strip()
    if not text or text == "产业" or "省" in text or "知识产权" in text:
        return None
    if pack == "sc-yunying-2025":
        return "四川省" + text.removesuffix("产业") + "产业知识产权运营中心"
    return "山西省" + text + "知识产权运营中心" if pack == "sx-yunying-draft" else None


# --- sc-yunying-2025: apply ------------------------------------------------------------------------

SC_FROM, SC_TO = datetime.date(2025, 10, 12), datetime.date(2027, 10, 11)
YC_FROM = datetime.date(2025, 11, 21)


def in_force(f):
    return SC_FROM <= f.as_of <= SC_TO


def industry(f):
    return met_or_reasoned(f, "industry", f.industry["on_list"], f.industry["off_list_reason"])


def workplace(f):
    return all_of(f.workplace["fixed"], f.workplace["office_conditions"])


def autonomous(f):
    return f.applicant["autonomous"]


def operating_body(f):
    return any_of(f.applicant["legal_person"], f.applicant["ip_department"])


def employed(f, row):
    starts = True if row["from"] is None else by(row["from"], f.as_of)
    return all_of(starts, row["to"] is None or f.as_of <= row["to"])


def is_counted(f, row):
    return all_of(employed(f, row), any_of(row["social_security"], row["labour_contract"]))


def staff_count(f):
    return counted(f.staff, "id_number", lambda row: is_counted(f, row), 5)


def staff_coverage(f):
    def held(field):
        return exists(f.staff, lambda row: all_of(
            is_counted(f, row), known(row["id_number"]), None if row["fields"] is None else field in row["fields"]))
    return all_of(*(held(field) for field in RECORDS["staff"][1]["fields"][0].split()))


def funding(f):
    return f.funds["assured"]


def documents(f):
    return all_of(f.documents["construction_plan"], f.documents["working_mechanism"], f.documents["rules"])


def counts_as_project(f, row):
    kind = None if row["kind"] is None else row["kind"] != "other"
    return all_of(kind, equal(row["role"], "organiser"), by(row["started"], f.as_of))


def project_count(f):
    limit = 5 if f.reading("A-01", "at_least") else 6
    return counted(f.projects, "id", lambda row: counts_as_project(f, row), limit)


def is_signed(row):
    return one_of(row["state"], ("signed", "filed"))


def is_not_refused(row):
    return row["accepted"] is not False


def cumulative_amount(f):
    total = deal_sum(f.deals, lambda row: all_of(is_signed(row), is_not_refused(row), by(row["signed"], f.as_of)))
    return Said(at_least(total, 100_000_000), shown_money(total))


def is_other_party(f, row):
    return negate(equal(row["credit_code"], f.applicant["credit_code"]))


def served_parties(f):
    return counted(f.served_parties, "credit_code",
                   lambda row: all_of(row["in_chain"], by(row["served"], f.as_of), is_other_party(f, row)), 5)


def route(f):
    if f.application["to"] == "province":
        return f.applicant["provincial_unit"]
    return None if f.application["to"] is None else equal(f.application["office_city"], f.applicant["city"])


def city_filing(f):
    if f.application["to"] == "city":
        return Said(True, applicable=False)
    filed = by(f.application["filed_with_city"], f.as_of)
    return filed if f.application["to"] else any_of(None, filed)


# --- sc-yunying-2025: recognise, operate --------------------------------------------------------------

def recommended(f):
    if f.application["to"] == "province":
        return Said(True, applicable=False)
    done = by(f.process["recommended"], f.as_of)
    return done if f.application["to"] else any_of(None, done)


def rechecked(f):
    return by(f.process["rechecked"], f.as_of)


def publicity_complete(f):
    start = f.publicity["published"]
    if start in (None, NEVER):
        return None if start is None else False
    last, provisional = working_days_on(start, 5)
    return None if provisional else f.as_of > last


def no_objection(f):
    start = f.publicity["published"]

    def stands(row):
        return all_of(within(start, row["received"]), any_of(equal(row["state"], "open"), row["upheld"]))
    return negate(exists(f.objections, stands))


def within(start, received):
    """Received from the day of publication to the last day, 24:00."""
    if start is None or received is None:
        return None
    if start == NEVER or received.date() < start:
        return False
    last, provisional = working_days_on(start, 5)
    return None if provisional else received.date() <= last


def yearly(f, month, day, test):
    """The report of the latest year whose due date is past (§4, operate)."""
    year = f.as_of.year if datetime.date(f.as_of.year, month, day) < f.as_of else f.as_of.year - 1
    due, recognised = datetime.date(year, month, day), f.applicant["recognised_on"]
    if recognised is not None and recognised > due:
        return Said(True, applicable=False)
    told = exists(f.annual_reports, lambda row: all_of(equal(row["year"], year), test(row, due)))
    there = exists(f.annual_reports, lambda row: equal(row["year"], year))
    return any_of(told, None) if recognised is None and not there else told


def annual_report(f):
    return yearly(f, 12, 31, lambda row, due: all_of(
        row["report"], row["plan"], by(row["filed_province"], due),
        any_of(f.applicant["provincial_unit"], by(row["filed_city"], due))))


def service_catalogue(f):
    return f.documents["service_catalogue"]


def service_plan(f):
    if f.as_of.month == 1:
        return Said(True, applicable=False)
    return any_of(None, exists(f.service_plans, lambda row: equal(row["year"], f.as_of.year)))


def no_finding(f, concerned, fails):
    """Every finding that counts is confirmed and does not fail; one that is not confirmed leaves it open."""
    def stands(row):
        counts = all_of(concerned(row), negate(equal(row["state"], "dismissed")), by(row["date"], f.as_of))
        if counts is not False and row["state"] != "confirmed":
            return None
        return all_of(counts, fails(row))
    return negate(exists(f.findings, stands))


FIVE = "falsification diversion deceit retained_funds leak".split()
GROUNDS = FIVE + "bad_faith data_fabrication abnormal_filing bad_trademark sub_centre other".split()
EIGHT = "bad_faith diversion deceit retained_funds leak data_fabrication abnormal_filing bad_trademark".split()


def is_sub_centre(row):
    return equal(row["ground"], "sub_centre")


def is_misconduct(row):
    return negate(is_sub_centre(row))


def no_sub_centre(f):
    return no_finding(f, is_sub_centre, lambda row: True)


def no_misconduct(f):
    return no_finding(f, is_misconduct, lambda row: True if row["ground"] in FIVE else None)


def rectification_window(f):
    def inside(row):
        issued = row["issued"]
        if issued in (None, NEVER):
            return None if issued is None else False
        return all_of(by(months_on(issued, 3), row["due"]), by(row["due"], months_on(issued, 6)))
    return None if f.rectifications is None else all_of(*(inside(row) for row in f.rectifications))


def rechecks(f):
    """What each day's recheck came to; two of one day that contradict each other: not known."""
    days = {}
    for number, row in enumerate(f.rectifications):
        days.setdefault(row["issued"] or number, set()).add(row["recheck"])
    return days


def recheck_truth(results):
    if not results or {"pass", "fail"} <= results:
        return None
    return all_of(*(equal(result, "pass") for result in results))


def rectification_result(f):
    if f.rectifications is None:
        return None
    return all_of(*(recheck_truth(results) for results in rechecks(f).values()))


# --- sx-yunying-draft -----------------------------------------------------------------------------

def built_first(f):
    return before(f.applicant["construction_started"], f.as_of)


def subject_kind_sx(f):
    a = f.applicant
    met = any_of(all_of(equal(a["kind"], "enterprise"), a["leading"]),
                 one_of(a["kind"], ("university", "institute", "association")),
                 all_of(equal(a["kind"], "park"), negate(equal(a["park_level"], "city"))))
    return met_or_reasoned(f, "subject-kind", met, a["exception_reason"])


def workplace_sx(f):
    return all_of(f.workplace["fixed"], f.workplace["independent"], f.workplace["office_conditions"])


def staff_count_sx(f):
    return counted(f.staff, "id_number", lambda row: all_of(row["full_time"], employed(f, row)), 3)


def annual_amount(f):
    year = f.as_of.year - 1

    def test(row):
        signed = row["signed"]
        named = None if row["type"] in (None, "insurance", "other") else True
        in_year = None if signed is None else signed != NEVER and signed.year == year
        return all_of(named, is_signed(row), is_not_refused(row), in_year, any_of(negate(row["related_party"]), row["accepted"]))
    total = deal_sum(f.deals, test)
    return Said(at_least(total, 200_000_000), shown_money(total))


def project_count_sx(f):
    start = f.applicant["construction_started"]
    return counted(f.projects, "id", lambda row: all_of(counts_as_project(f, row), by(start, row["started"])), 5)


def conversion_result(f):
    return any_of(annual_amount(f).truth, project_count_sx(f).truth)


def alliance(f):
    return exists(f.consortia, lambda row: all_of(one_of(row["kind"], ("consortium", "alliance")),
                                                  by(row["formed"], f.as_of)))


def driven_parties(f):
    def test(row):
        named = None if row["kind"] in (None, "other") else True
        return all_of(named, is_other_party(f, row))
    return counted(f.driven_parties, "credit_code", test, 10)


def annual_report_sx(f):
    return yearly(f, 12, 31, lambda row, due: all_of(
        row["report"], by(row["filed_province"], due),
        any_of(by(row["reviewed_city"], row["filed_province"]),
               all_of(f.applicant["provincial_unit"], equal(row["copied_city"], row["filed_province"])))))


def in_cycle(f, day):
    """In T3 of the recognition: the first cycle alone (A-41)."""
    start = f.applicant["recognised_on"]
    if start is None or day is None:
        return None
    return start != NEVER and start <= day <= years_through(start, 3)


def no_misconduct_sx(f):
    return no_finding(f, is_misconduct, lambda row: all_of(row["serious"], in_cycle(f, row["date"]))
                      if row["ground"] in EIGHT else None)


def evaluation_grade(f):
    if f.evaluations is None:
        return None
    if not f.evaluations:
        return Said(True, applicable=False)
    years = {row["year"] for row in f.evaluations}
    last = max(years - {None}, default=None)

    def holds(row):
        if row["year"] is None:
            return None  # of which year it is decides whether it counts, and which rechecks are its own
        latest = False if row["year"] < last else None if None in years else True
        good = negate(equal(row["grade"], "不合格"))
        return any_of(negate(latest), recheck_since(f, row["year"]) if good is False else good)
    return all_of(*map(holds, f.evaluations))


def recheck_since(f, year):
    """The last recheck of what was asked for in that year or after."""
    rows = [row for row in f.rectifications or [] if row["recheck"]
            and not (row["issued"] and row["issued"].year < year)]
    last = max((row["issued"] for row in rows if row["issued"]), default=None)
    return recheck_truth({row["recheck"] for row in rows if row["issued"] in (None, last)})


def national_award(f):
    recognised = exists(f.recognitions, lambda row: all_of(
        equal(row["level"], "national"), equal(row["form"], "recognised"), by(row["date"], f.as_of)))
    before_this = exists(f.awards, lambda row: equal(row["policy"], "sx-national"))
    return all_of(recognised, equal(f.award["amount"], 100_000_000), negate(before_this))


# --- sc-yucheng-2025 ------------------------------------------------------------------------------

def in_force_yc(f):
    return f.as_of >= YC_FROM


def subject_kind_yc(f):
    return one_of(f.applicant["kind"], ("enterprise", "university", "institute"))


def industry_yc(f):
    return f.industry["on_list"]


def numbers_of(f, series, year):
    """The values that the series may have in that year; []: not known."""
    values = {row["value"] if row["source"] and None not in (row["name"], row["year"]) else None
              for row in f.series or [] if row["name"] in (None, series) and row["year"] in (None, year)}
    return [] if None in values else sorted(values)


def growth(f, test, *names):
    """test(years, base, end of each series), which all values that the rows give must answer alike."""
    base, end = f.parameters["base_year"], f.parameters["end_year"]
    if base is None or end is None:
        return None
    values = [numbers_of(f, series, year) for series in names for year in (base, end)]
    truths = {None if 0 in numbers[::2] else test(end - base, *numbers) for numbers in itertools.product(*values)}
    return truths.pop() if len(truths) == 1 else None


def filing_growth(f):
    return growth(f, lambda n, v, w: w * 5 ** n >= v * 6 ** n, "key_field_invention_filings")


def rate(f, test, told, limit):
    """test(row) gives (in the base, in the part). Every patent adds 100·part − limit·base; none at all: not known, and
    so are rows of one patent, not out of the base, whose `told` contradict each other."""
    if f.patents is None:
        return None
    patents = {}
    for number, row in enumerate(f.patents):
        patents.setdefault(row["number"] or number, []).append((row, *test(row)))
    low = high = 0
    certain = False
    for rows in patents.values():
        if len({row[told] for row, base, _ in rows if base is not False} - {None}) > 1:
            return None
        choices = choices_of(rows)
        weights = [100 * part - limit * base for base, part in choices]
        low, high = low + min(weights), high + max(weights)
        certain |= (0, 0) not in choices
    if not certain:
        return None
    return True if low >= 0 else False if high < 0 else None


def choices_of(rows):
    """(base, part) that one patent may add, out of its rows that are not out: in each if any of its rows is."""
    rows = [each for each in rows if each[1] is not False]
    if not rows:
        return {(0, 0)}
    part = any_of(*(part for _, _, part in rows))
    choices = {(1, 1)} if part else {(1, 0)} if part is False else {(1, 0), (1, 1)}
    return choices if any(base and row["number"] for row, base, _ in rows) else choices | {(0, 0)}


def grant_rate(f):
    def test(row):
        decided = any_of(one_of(row["outcome"], ("granted", "refused")),
                         all_of(equal(row["outcome"], "withdrawn"), row["after_exam"]))
        return all_of(equal(row["type"], "invention"), by(f.project["start"], row["outcome_date"]),
                      by(row["outcome_date"], f.as_of), decided), equal(row["outcome"], "granted")
    return rate(f, test, "outcome", 65)


def implementation_rate(f):
    def test(row):
        alive = all_of(row["granted"] is not None and by(row["granted"], f.as_of),
                       row["lapsed"] is None or f.as_of < row["lapsed"])
        return (all_of(equal(row["type"], "invention"), row["high_value"], alive),
                all_of(row["implemented"], row["evidence"]))
    return rate(f, test, "implemented", 70)


def product_filings(f):
    return counted(f.product_filings, "filing_no", lambda row: by(row["date"], f.as_of), 10)


def said(department):
    return None if department is None else department is not False


def has_full_time(f):
    return exists(f.staff, lambda row: all_of(row["full_time"], employed(f, row)))


def responsible_team(f):
    return all_of(said(f.project["department"]), has_full_time(f))


def is_valid(f, row):
    return all_of(by(row["issued"], f.as_of), by(f.as_of, row["expires"]))


def management_standard(f):
    own = {"enterprise": "enterprise_ip", "university": "university_ip", "institute": "institute_ip"}
    kind = f.applicant["kind"]
    return exists(f.certificates, lambda row: all_of(
        kind is None or kind in own, equal(row["standard"], own.get(kind)), is_valid(f, row)))


def iso56005(f):
    return exists(f.certificates, lambda row: all_of(
        equal(row["standard"], "iso56005"), known(row["grade"]), is_valid(f, row)))


def building_time(f):
    start, end = f.project["start"], f.project["end"]
    met = None if None in (start, end) else start != NEVER and end == years_through(start, 3)
    return met_or_reasoned(f, "building-time", met, f.project["reason"])


def task_book(f):
    """Before the first payment; where nothing was paid, by the day asked about."""
    signed, paid = f.project["task_book_signed"], f.project["first_payment"]
    if paid is None:
        return False if signed == NEVER else None
    return by(signed, f.as_of if paid == NEVER else paid)


def rows_once(rows):
    """Rows equal in every field count once."""
    return [row for i, row in enumerate(rows) if row not in rows[:i]]


def at_most(spent, limit):
    """spent ≤ limit, of two ranges."""
    if spent.high is not None and spent.high <= limit.low:
        return True
    return False if limit.high is not None and spent.low > limit.high else None


def line_holds(line, spending, approvals):
    """What is spent on a line, by rows that name it or no line, against what is approved for it."""
    limits = [row for row in approvals if row["line"] in (line, None)]
    if not limits or None in {row["line"] for row in limits}:
        return None if limits else False
    spent = add_up([([row["amount"]], None not in (row["voucher_no"], row["line"]))
                    for row in spending if row["line"] in (line, None)])
    return at_most(spent, add_up([([row["approved"]], True) for row in limits]))


def budget_lines(f):
    if f.spending is None or f.budget_lines is None:
        return None if f.spending != [] else True
    rows = rows_once(f.spending)
    lines = {row["line"] for row in rows}
    return all_of(*(None if line is None else line_holds(line, rows, f.budget_lines) for line in lines))


def separate_account(f):
    def twice(pair):
        a, b = pair
        return all_of(equal(a["voucher_no"], b["voucher_no"]), negate(equal(a["project_no"], b["project_no"])))
    shared = None if f.spending is None else any_of(*map(twice, itertools.combinations(rows_once(f.spending), 2)))
    return all_of(f.funds["separate_account"], negate(shared))


def centre_count(f):
    return counted(f.centres, "credit_code", lambda row: equal(row["state"], "active"), 30)


def population_doubling(f):
    return growth(f, lambda n, v, w: w >= 2 * v, "hv_per_10k")


def growth_above_national(f):
    return growth(f, lambda n, v, w, national_v, national_w: w * national_v > national_w * v,
                  "hv_per_10k", "hv_per_10k_national")


# --- sc-shifan-draft, cnipa-jiedu ---------------------------------------------------------------------

def registered_in_sichuan(f):
    return equal(f.applicant["registered_province"], "四川省")


def legal_person(f):
    return f.applicant["legal_person"]


def transfer_body(f):
    parent = f.applicant["parent_kind"]
    return all_of(equal(f.applicant["kind"], "transfer_org"), f.applicant["parent_in_province"],
                  True if parent in ("university", "institute") else None)


def project_years(f):
    start, end = f.project["start"], f.project["end"]
    met = None if start in (None, NEVER) or end in (None, NEVER) else end.year - start.year + 1 <= 3
    return met_or_reasoned(f, "project-years", met, f.project["reason"])


def ip_body_or_staff(f):
    return any_of(f.ip_body, has_full_time(f))


def manager_team(f):
    return exists(f.staff, lambda row: all_of(row["manager"], employed(f, row)))


def liaison(f):
    return all_of(said(f.liaison["department"]), f.liaison["person"])


def annual_summary(f):
    exclusive = f.reading("A-13", "exclusive")
    return yearly(f, 12, 15, lambda row, due: all_of(
        row["report"], before(row["filed_province"], due) if exclusive else by(row["filed_province"], due)))


def data_check(f):
    return yearly(f, 12, 15, lambda row, due: all_of(row["data_checked"], row["declassified"]))


def national_subject(f):
    a = f.applicant
    met = any_of(all_of(equal(a["kind"], "enterprise"), a["leading"]), equal(a["kind"], "institute"),
                 all_of(equal(a["kind"], "park"), equal(a["park_level"], "national")),
                 all_of(equal(a["kind"], "association"), equal(a["association_scope"], "national")))
    return met_or_reasoned(f, "national-subject", met, a["exception_reason"])


def recognised_not_letter(f):
    return exists(f.recognitions, lambda row: all_of(
        equal(row["level"], "national"), equal(row["form"], "recognised"), by(row["date"], f.as_of)))


# --- packs (§4) and the verdict (§3) -----------------------------------------------------------------

def judged(name):
    return lambda f: f.judged(name)


def criteria(*functions, **named):
    """Ids as the contract writes them: of a function its name, less the mark of its pack."""
    table = {re.sub("_(sx|yc)$", "", function.__name__).replace("_", "-"): function for function in functions}
    return table | {key.replace("_", "-"): judged(key.replace("_", "-")) for key in named}


RECOGNISE = criteria(city_filing, recommended, rechecked, publicity_complete, no_objection, expert_review=1)
PACKS = {
    "sc-yunying-2025": {"window": (SC_FROM, SC_TO), "questions": {
        "apply": criteria(
            in_force, industry, workplace, autonomous, operating_body, staff_count, staff_coverage, funding, documents,
            project_count, cumulative_amount, served_parties, route, city_filing,
            team=1, influence=1, sustained_service=1),
        "recognise": RECOGNISE,
        "operate": criteria(annual_report, service_catalogue, service_plan, no_sub_centre, no_misconduct,
                            rectification_window, rectification_result)}},
    "sx-yunying-draft": {"window": None, "questions": {
        "apply": criteria(
            built_first, subject_kind_sx, workplace_sx, operating_body, staff_count_sx, funding, documents,
            conversion_result, annual_amount, project_count_sx, alliance, driven_parties, route, city_filing,
            industry=1, team=1, influence=1, sustained_service=1, special_action=1, sme_service=1),
        "recognise": RECOGNISE,
        "operate": criteria(annual_report_sx, no_sub_centre, no_misconduct_sx, evaluation_grade),
        "award": criteria(national_award)}},
    "sc-yucheng-2025": {"window": (YC_FROM, NEVER), "questions": {
        "apply": criteria(in_force_yc, subject_kind_yc, industry_yc, expert_review=1),
        "accept": criteria(
            filing_growth, grant_rate, implementation_rate, product_filings, responsible_team, management_standard,
            iso56005, building_time, task_book, budget_lines, separate_account, acceptance=1),
        "programme": criteria(centre_count, population_doubling, growth_above_national)}},
    "sc-shifan-draft": {"window": None, "questions": {
        "apply": criteria(registered_in_sichuan, legal_person, transfer_body, project_years, ip_advantage=1,
                          market_flow=1),
        "recognise": criteria(expert_review=1),
        "operate": criteria(ip_body_or_staff, manager_team, liaison, annual_summary, data_check)}},
    INFORMATIVE: {"window": None, "questions": {"apply": criteria(national_subject, recognised_not_letter)}}}
OUTSIDE = {("sc-yunying-2025", "staff-coverage"), ("sx-yunying-draft", "annual-amount"),
           ("sx-yunying-draft", "project-count")}  # advisory, or part of another


def status_of(pack, as_of):
    window = PACKS[pack]["window"]
    if pack == INFORMATIVE:
        return None  # the contract does not say
    if window is None:
        return "draft"
    return "not_yet" if as_of < window[0] else "in_force" if as_of <= window[1] else "lapsed"


def named(name, rows, test):
    """staff[2]: the records, from 1, that a flag has to name."""
    return {f"{name}[{number}]" for number, row in enumerate(rows or [], 1) if test(row) is True}


def flagged(f):
    """What counts all the same (A-37), does not count (A-25, A-41), counts once: for a person to look at."""
    asked = f.pack, f.question
    if asked == ("sc-yunying-2025", "apply"):
        return named("deals", f.deals, lambda row: all_of(is_signed(row), by(row["signed"], f.as_of), row["related_party"]))
    if asked == ("sx-yunying-draft", "operate"):
        return named("findings", f.findings, lambda row: all_of(
            equal(row["state"], "confirmed"), one_of(row["ground"], EIGHT), by(row["date"], f.as_of),
            negate(all_of(row["serious"], in_cycle(f, row["date"])))))
    if asked == ("sc-yucheng-2025", "accept"):
        return named("spending", f.spending, lambda row: f.spending.count(row) > 1)
    return set()


def outcome(pack, as_of, results):
    """What follows from the criteria."""
    whole = all_of(*(result.truth for key, result in results.items() if (pack, key) not in OUTSIDE))
    if pack == INFORMATIVE:
        whole = None
    return {"exit": 1 if whole is False else 0, "verdict": {True: "pass", False: "fail", None: "unknown"}[whole],
            "binding": status_of(pack, as_of) == "in_force"}


def check(pack, document):
    """{"exit", and unless that is 3: "verdict", "status", "binding", "criteria": {id: Said}, "flagged": {record}}"""
    try:
        facts = Facts(document, pack)
    except Refused as why:
        return {"exit": 3, "why": str(why)}
    results = {}
    for key, function in PACKS[pack]["questions"][facts.question].items():
        result = function(facts)
        results[key] = result if isinstance(result, Said) else Said(result)
    return {"status": status_of(pack, facts.as_of), "criteria": results, "flagged": flagged(facts)} | outcome(pack, facts.as_of, results)
