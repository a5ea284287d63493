#!/usr/bin/env python3
"""Annual fees and last days of Chinese patents, worked out from the texts of law alone.

Nothing of the program was read for this file, and its table of amounts was typed from the text, not shared: annual_fees_test.py
compares the two.

Short names used in the comments for the texts:
  Law          专利法(2020-10-17).md
  Rules        专利法实施细则(2023-12-11).md
  Guide        专利缴费服务指南-收费标准(2026-07-31).txt      (chapter 2 number 1 and 5, annex 2)
  Reductions   专利收费减缴办法(2016-07-27).txt               (with its note 后续修改)
  Notice 594   专利收费标准和减缴政策调整公告-594(2024-08-06).txt
  Open licence 专利开放许可规则汇集.txt                       (审查指南 part 5 chapter 11, section 8)
  Civil Code   民法典-总则.md articles 200 to 204, 民法典-附则.md article 1259

Money is a whole number of fen.  A day is an ISO string in what goes in and in what comes out.
Where the texts do not decide, the field holds the word "unchecked" and the row's "unchecked" says why,
with the reading that this file would prefer ("reading"), which nobody may take for the law.
"""
import calendar
import os
import random
from datetime import date, timedelta

UNCHECKED = "unchecked"
SHARED = os.environ.get("ZHIYUN_SHARED", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "shared"))

# ---------------------------------------------------------------------------------------------------------
# The texts' numbers.
# ---------------------------------------------------------------------------------------------------------

# Guide, annex 2, the three 年费计算参考表: (first year, last year, yuan for a year).
TABLE = {
    "invention": [(1, 3, 900), (4, 6, 1200), (7, 9, 2000), (10, 12, 4000), (13, 15, 6000), (16, 20, 8000)],
    "utility": [(1, 3, 600), (4, 5, 900), (6, 8, 1200), (9, 10, 2000)],
    "design": [(1, 3, 600), (4, 5, 900), (6, 8, 1200), (9, 10, 2000), (11, 15, 3000)],
}
TABLE_DAY = date(2026, 7, 31)            # Guide: 2026年7月31日发布; it names no day from which it applies.
COMPENSATION_YEAR_FEN = 800_000          # Notice 594 article 1 and Guide annex 2: 8000 yuan a patent and year.
NOTICE_594_DAY = date(2024, 8, 6)        # The two notices that it carries out are at least not later than it.
REDUCTIONS_FROM = date(2016, 9, 1)       # Reductions article 12.
TEN_NOT_BEFORE = date(2018, 1, 1)        # 财税〔2018〕37号 made six years ten; its day is not held, its year is.
TEN_SURELY_FROM = date(2019, 1, 1)
# The Law held knows a design term of fifteen years only (article 42).  The day 2021-06-01, from which it is in force, stands
# in no text held.  A record that carries its own term needs no such day.
DESIGN_FIFTEEN_FROM = date(2021, 6, 1)
TERM = {"invention": 20, "utility": 10, "design": 15}    # Law article 42.


def table_fen(kind, year):
    """The full fee of one fee year, or None where the table has no such year."""
    for first, last, yuan in TABLE[kind]:
        if first <= year <= last:
            return yuan * 100
    return None


# ---------------------------------------------------------------------------------------------------------
# Periods.
# ---------------------------------------------------------------------------------------------------------

def add_months(day, months):
    """The last day of a period of months that starts with an event on `day`.

    Rules article 5 (and Civil Code 201, 202): the first day is not counted; a period in years or months ends on
    the corresponding day of its last month, and where that month has no such day, on the month's last day.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    month += 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def add_years(day, years):
    """The same for years.  It always starts from the day given, so that a filing of 29 February meets
    29 February again in each leap year (Law article 42: the term is counted from the day of filing)."""
    return add_months(day, 12 * years)


class DaysOff:
    """The hook for holidays: a set of days on which nobody works, and the years that the set covers.

    Rules article 5: where the last day is a statutory day off (法定休假日), the first working day after it is the
    last day.  No text held lists the days off of a given year, nor says that Saturday and Sunday are 法定休假日
    (放假办法 article 6 shows only that they are not working days), so the caller says which days are off.
    """

    def __init__(self, days, years=None):
        self.days = frozenset(days)
        self.years = frozenset(years if years is not None else (d.year for d in self.days))

    def roll(self, day):
        """Return (the last day, whether every day looked at lies in a year that the set covers)."""
        known = True
        while True:
            known = known and day.year in self.years
            if day not in self.days:
                return day, known
            day += timedelta(days=1)


def fee_year_of(filed, day):
    """The fee year in which a day lies, counted from the day of filing, and whether that is beyond doubt.

    The texts never say what a 年度 is.  That it runs from the day of filing follows from the Guide's table, whose
    years end with 20, 10 and 15, and Law article 42, which counts 20, 10 and 15 years from the day of filing.
    By Rules article 5 year k ends on the k-th corresponding day, that day included.  If a year were instead to
    start on the day of filing itself, the corresponding day would belong to year k + 1.  So a day that is itself
    a corresponding day has two readings, and this function returns both.
    """
    year = max(0, day.year - filed.year - 1)
    while add_years(filed, year) < day:
        year += 1
    year = max(year, 1)
    if add_years(filed, year) == day:
        return [year, year + 1]
    return [year]


# ---------------------------------------------------------------------------------------------------------
# Reductions.  Each function answers (percent, reading, reason): percent is "unchecked" where the texts are silent.
# ---------------------------------------------------------------------------------------------------------

def reduction_by_request(patent, grant_year, year, last_day, fallback_day):
    """The 85 or 70 percent of the Reductions, for one fee year.

    Article 4: 85 percent for one applicant or holder, 70 percent for two or more.  Article 2 (3) with the note
    后续修改 1 and Guide chapter 2 number 5: only the fees of ten years from the year of grant on, that year
    included, hence fee years g to g + 9.  Article 5 and Guide: only a fee that is not yet due, and the request is
    made two and a half months before the last day, or together with the application.
    """
    reduction = patent.get("reduction")
    if not reduction or not reduction["percent"]:
        return 0, 0, None
    percent = reduction["percent"]
    if percent not in (70, 85):
        raise ValueError("Reductions article 4 knows 70 and 85 percent only")
    if not grant_year <= year <= grant_year + 9:
        return 0, 0, None
    asked = date.fromisoformat(reduction["requested_on"])
    filed = date.fromisoformat(patent["filed"])
    in_time, sure = asked <= filed, True
    if asked > filed:
        if last_day is None:
            return UNCHECKED, percent, "REQUEST_TIME: the last day of this fee is not known, so neither is whether the request came two and a half months before it"
        # Half a month is defined in no text held; 14, 15 and 16 days are all tried, before and after the two
        # months.  Outside the band between them every reading agrees.
        band = [add_months(last_day, -2) - timedelta(days=d) for d in (14, 15, 16)]
        band += [add_months(last_day - timedelta(days=d), -2) for d in (14, 15, 16)]
        if asked < min(band):
            in_time = True
        elif asked > max(band):
            in_time = False
        else:
            sure = False
            in_time = asked <= add_months(last_day, -2) - timedelta(days=15)
    if sure and not in_time:
        return 0, 0, None
    reading = percent if in_time else 0
    when = last_day or fallback_day
    if when < REDUCTIONS_FROM:
        return UNCHECKED, reading, "BEFORE_2016: the Reductions are in force from 2016-09-01 (article 12); what was reduced before is not held"
    if year > grant_year + 5 and when < TEN_NOT_BEFORE:
        return 0, 0, None       # The Reductions of 2016, article 2 (3): six years only.
    if year > grant_year + 5 and when < TEN_SURELY_FROM:
        return UNCHECKED, reading, "TEN_YEARS_FROM: the day from which 财税〔2018〕37号 made six years ten is not held"
    if not sure:
        return UNCHECKED, reading, "HALF_MONTH: how many days half a month has is not held, and the request lies within that doubt"
    return percent, percent, None


def reduction_by_open_licence(patent, year, last_day, plain_last_day):
    """The 15 percent while an open licence is worked.

    Law article 51 paragraph 2; Notice 594 article 2; Open licence section 8: from the day the contract takes
    effect to the end of the licence, for fees not yet due on the day of recordal (备案日); after a withdrawal
    no more from the next fee year on.  The fee of year n is read as one "of the period" when its last day lies
    in the period: on that day fee year n begins, so the year and the last day agree but for the end itself.
    """
    answer, reading, reason = 0, 0, None
    filed = date.fromisoformat(patent["filed"])
    for licence in patent.get("open_licences") or []:
        effective = date.fromisoformat(licence["effective_on"])
        recorded = date.fromisoformat(licence["recorded_on"])
        ends = date.fromisoformat(licence["ends_on"])
        withdrawn = licence.get("withdrawn_on")
        doubt = None
        if last_day < max(recorded, effective) or last_day > ends:
            continue
        if last_day == recorded:
            doubt = "LICENCE_EDGE: the fee falls due on the very day of recordal; whether it is 尚未到期 is not said"
        if last_day == ends:
            doubt = "LICENCE_EDGE: the licence ends on the very last day to pay; whether the fee is one of the period is not said"
        got = 15
        if withdrawn:
            years = fee_year_of(filed, date.fromisoformat(withdrawn))
            if year > years[-1]:
                continue
            if year > years[0]:
                got, doubt = 0, "WITHDRAWN_EDGE: the withdrawal took effect on a corresponding day, so which fee year is the next one is not said"
        if last_day < NOTICE_594_DAY:
            doubt = "BEFORE_594: the 15 percent apply from the notices that Notice 594 carries out; their days are not held"
        if doubt is None:
            return 15, 15, None
        answer, reason = UNCHECKED, doubt
        reading = max(reading, got)
    return answer, reading, reason


def best_reduction(patent, grant_year, year, last_day, plain_last_day, fallback_day):
    """Notice 594 article 2, Guide and Open licence section 8: the higher percentage alone counts, never both."""
    base, base_reading, base_reason = reduction_by_request(patent, grant_year, year, last_day, fallback_day)
    if base != UNCHECKED and base:
        return base, base, None
    # A declaration needs a published grant (Rules article 85), so no open licence reaches the fee of the year of
    # grant, which is paid before the grant (Rules article 114).
    licence, licence_reading, licence_reason = (0, 0, None)
    if year > grant_year:
        licence, licence_reading, licence_reason = reduction_by_open_licence(patent, year, last_day, plain_last_day)
    if base == UNCHECKED:
        return UNCHECKED, max(base_reading, licence_reading), base_reason
    if licence == UNCHECKED:
        return UNCHECKED, licence_reading, licence_reason
    return licence, licence, None


# ---------------------------------------------------------------------------------------------------------
# The schedule of one patent.
# ---------------------------------------------------------------------------------------------------------

def doubt(row, field, reason, reading):
    """Put the word "unchecked" into a field and keep the reason and the preferred reading beside it."""
    row[field] = UNCHECKED
    row["unchecked"][field] = {"reason": reason, "reading": reading}


def grace_months(last_day, grace_end, full, reduced):
    """The six months after the last day, with the surcharge of each.

    Rules article 115: six months from the end of the time for payment; for each month by which that time is
    exceeded, 5 percent of the FULL fee of the year.  Civil Code 1259: 超过 does not include the number itself, so
    the corresponding day still belongs to the month before.  The Guide's annex has five steps, 5 to 25 percent,
    for six months; so the first month carries none, and a begun month counts for nothing.  The word 全额 shows
    that the fee itself may stay reduced while the surcharge is on the full one.  The steps are measures and not
    time limits, so only the end of the sixth month moves to a working day.
    """
    months = []
    for number in range(1, 7):
        start = add_months(last_day, number - 1) + timedelta(days=1)
        end = grace_end if number == 6 else add_months(last_day, number)
        percent = 5 * (number - 1)
        surcharge = full * percent // 100
        months.append({
            "month": number, "from": start.isoformat(), "to": end.isoformat(),
            "surcharge_percent": percent, "surcharge_fen": surcharge,
            "total_fen": UNCHECKED if reduced == UNCHECKED else reduced + surcharge,
        })
    return months


def put_amounts(row, full, percent, reading, reason):
    """Write the full fee, the percentage off and what is left to pay into a row."""
    row["full_fen"] = full
    if percent == UNCHECKED:
        doubt(row, "percent_off", reason, reading)
        doubt(row, "reduced_fen", reason, full * (100 - reading) // 100)
    else:
        row["percent_off"] = percent
        row["reduced_fen"] = full * (100 - percent) // 100


def rolled(days_off, day):
    return (day, True) if days_off is None else days_off.roll(day)


def design_term(patent):
    """Term of a design in years and the doubt about it, if any."""
    filed = date.fromisoformat(patent["filed"])
    if patent.get("design_term_years"):
        return patent["design_term_years"], None
    if filed >= DESIGN_FIFTEEN_FROM:
        return 15, None
    return 10, "DESIGN_TERM: Law article 42 as held says fifteen years; that earlier designs keep ten, and from which day, is not held"


def schedule_with(patent, grant_year, days_off):
    """The schedule when the year of grant is taken as given."""
    kind = patent["kind"]
    filed = date.fromisoformat(patent["filed"])
    granted = date.fromisoformat(patent["granted"])
    out = {"unchecked": {}, "grant_fee_year": grant_year, "rows": []}
    term, term_doubt = (design_term(patent) if kind == "design" else (TERM[kind], None))
    term_end = add_years(filed, term)
    out["term_years"], out["term_end"] = term, term_end.isoformat()
    if term_doubt:
        doubt(out, "term_years", term_doubt, term)
        doubt(out, "term_end", term_doubt, term_end.isoformat())
    elif days_off is not None and days_off.roll(term_end)[0] != term_end:
        # The letter of Rules article 5 ("各种期限") would move the end of the term too; nothing held says either.
        doubt(out, "term_end", "TERM_ON_DAY_OFF: whether the end of the term itself moves is not said", term_end.isoformat())

    # The fee of the year of grant.  Law article 43 and Rules article 114: paid with the registration, within two
    # months from receipt of the notice (Rules article 60, Guide chapter 2 number 1).  No grace: unpaid, the
    # registration counts as not made and the right as given up.
    row = {"kind": "grant", "fee_year": grant_year, "unchecked": {}}
    last = None
    if patent.get("notice_received"):
        plain = add_months(date.fromisoformat(patent["notice_received"]), 2)
        last, known = rolled(days_off, plain)
        row["plain_last_day"], row["last_day"] = plain.isoformat(), last.isoformat()
        if not known:
            doubt(row, "last_day", "DAYS_OFF_TABLE: the days off of that year were not given", last.isoformat())
    else:
        reason = "NOTICE_DAY: two months run from receipt of the notice, and its day is not recorded"
        doubt(row, "plain_last_day", reason, None)
        doubt(row, "last_day", reason, None)
    percent, reading, reason = best_reduction(patent, grant_year, grant_year, last, last, granted)
    put_amounts(row, table_fen(kind, grant_year), percent, reading, reason)
    row["grace"], row["grace_end"], row["ends_if_unpaid"] = [], None, None
    row["table_is_later"] = (last or granted) < TABLE_DAY
    out["rows"].append(row)

    # The later years.  Rules article 115: before the year before has ended, hence until the (n-1)-th
    # corresponding day of the filing, that day included (Civil Code 1259: 届满 includes the day; article 203: until 24:00).
    for year in range(grant_year + 1, term + 1):
        row = {"kind": "annual", "fee_year": year, "unchecked": {}}
        plain = add_years(filed, year - 1)
        last, known = rolled(days_off, plain)
        # Rules article 115: six months run from the end of the time for payment; where that moved, from there.
        end, end_known = rolled(days_off, add_months(last, 6))
        full = table_fen(kind, year)
        row["plain_last_day"], row["last_day"] = plain.isoformat(), last.isoformat()
        percent, reading, reason = best_reduction(patent, grant_year, year, last, plain, last)
        put_amounts(row, full, percent, reading, reason)
        row["grace"] = grace_months(last, end, full, row["reduced_fen"])
        row["grace_end"] = end.isoformat()
        # Rules article 115 and Guide: unpaid, the right ends with the end of the time for payment, not of the grace.
        row["ends_if_unpaid"] = last.isoformat()
        row["table_is_later"] = last < TABLE_DAY
        if not known:
            for field, value in (("last_day", last), ("grace_end", end), ("ends_if_unpaid", last)):
                doubt(row, field, "DAYS_OFF_TABLE: the days off of that year were not given", value.isoformat())
        elif not end_known:
            doubt(row, "grace_end", "DAYS_OFF_TABLE: the days off of that year were not given", end.isoformat())
        out["rows"].append(row)

    # Compensated term.  Law article 42 (2), (3); Rules articles 78, 82, 84: a number of days, recorded by the
    # office.  Notice 594 article 1: 8000 yuan for each whole year.  Guide chapter 2 number 1: paid once, before
    # the 20 years end, no surcharge, no restoration; unpaid, there is no compensation.
    days = patent.get("compensation_days") or 0
    if days and kind != "invention":
        raise ValueError("Law article 42 compensates inventions only")
    if days:
        final = term_end + timedelta(days=days)
        whole = 0
        while add_years(filed, term + whole + 1) <= final:
            whole += 1
        out["term_end_compensated"] = final.isoformat()
        row = {"kind": "compensation", "fee_year": term + 1, "unchecked": {}}
        # A year is taken as a calendar year (Rules article 5, Civil Code 200).  Where 365 days each would give
        # another number, the texts do not decide.
        reason = None
        if days // 365 != whole:
            reason = "WHOLE_YEARS: how days become whole years (365 days, or from day to corresponding day) is not said"
        row["years"], row["full_fen"] = whole, COMPENSATION_YEAR_FEN * whole
        row["percent_off"], row["reduced_fen"] = 0, row["full_fen"]      # Guide annex 2: 不予减缴.
        plain = term_end
        last, known = rolled(days_off, plain)
        if whole or reason:
            row["plain_last_day"], row["last_day"] = plain.isoformat(), last.isoformat()
            row["ends_if_unpaid"] = term_end.isoformat()
            # The Guide says 届满日前 and, in the next sentence, 期满未缴纳: the time to pay ends when the term ends,
            # so the day itself is taken in, as in Rules article 115.
            if last != plain:
                doubt(row, "last_day", "COMPENSATION_DAY_OFF: Rules article 5 moves the periods of the Law and the Rules; this one stands in the Guide only", plain.isoformat())
            elif not known:
                doubt(row, "last_day", "DAYS_OFF_TABLE: the days off of that year were not given", last.isoformat())
        else:       # Less than a year costs nothing (Notice 594 article 1), so there is no day to miss.
            row["plain_last_day"] = row["last_day"] = row["ends_if_unpaid"] = None
        row["grace"], row["grace_end"] = [], None
        row["table_is_later"] = term_end < TABLE_DAY
        if reason:
            for field in ("years", "full_fen", "reduced_fen"):
                doubt(row, field, reason, row[field])
        elif term_end < NOTICE_594_DAY:
            for field in ("full_fen", "reduced_fen"):
                doubt(row, field, "BEFORE_594: the fee of 8000 yuan applies from notices whose days are not held", row[field])
        else:
            licence, licence_reading, licence_reason = reduction_by_open_licence(patent, term + 1, term_end, term_end)
            if licence and whole:
                reason = "LICENCE_COMPENSATION: annex 2 says 不予减缴 beside the 85 and 70 percent; whether the 15 percent reach this fee is not said"
                doubt(row, "percent_off", reason, 0)
                doubt(row, "reduced_fen", reason, row["full_fen"])
        out["rows"].append(row)
    return out


def merge(one, two):
    """Where a grant fell on a corresponding day, keep what both readings share and mark the rest."""
    reason = "GRANT_ON_CORRESPONDING_DAY: which 年度 that day belongs to is not said"
    out = {"unchecked": {}, "rows": []}
    for key in one:
        if key in ("unchecked", "rows"):
            continue
        out[key] = one[key]
        if one[key] != two[key]:
            doubt(out, key, reason, [one[key], two[key]])
    out["unchecked"].update({k: v for k, v in one["unchecked"].items() if k not in out["unchecked"]})
    first = {r["fee_year"]: r for r in one["rows"]}
    second = {r["fee_year"]: r for r in two["rows"]}
    for year in sorted(set(first) | set(second)):
        a, b = first.get(year), second.get(year)
        if a is None or b is None or a["kind"] != b["kind"]:
            # Whether this fee exists as such, and when it is due, hangs on the reading.  Its full amount does not.
            row = {"kind": UNCHECKED, "fee_year": year, "full_fen": (a or b)["full_fen"],
                   "unchecked": {"kind": {"reason": reason, "reading": [a and a["kind"], b and b["kind"]]}}}
            out["rows"].append(row)
            continue
        row = {"unchecked": dict(a["unchecked"])}
        for key in a:
            if key == "unchecked":
                continue
            row[key] = a[key]
            if a[key] != b[key]:
                doubt(row, key, reason, [a[key], b[key]])
        out["rows"].append(row)
    return out


def schedule(patent, days_off=None):
    """Everything about one patent.  A pure function: it reads neither clock nor file.

    patent: {"kind", "filed", "granted", "notice_received"?, "reduction"?: {"percent", "requested_on"},
             "open_licences"?: [{"effective_on", "recorded_on", "ends_on", "withdrawn_on"?}],
             "compensation_days"?, "design_term_years"?}
    """
    filed, granted = date.fromisoformat(patent["filed"]), date.fromisoformat(patent["granted"])
    if granted <= filed:
        raise ValueError("a patent is granted after it is filed")
    years = fee_year_of(filed, granted)
    term = design_term(patent)[0] if patent["kind"] == "design" else TERM[patent["kind"]]
    if years[-1] > term:
        raise ValueError("granted at or after the end of its term")
    results = [schedule_with(patent, year, days_off) for year in years]
    return results[0] if len(results) == 1 else merge(*results)


def due_on(row, day):
    """What must be paid on one day for one row: (state, fen).  States: open, grace, lost, unchecked."""
    if row.get("last_day") in (UNCHECKED, None):
        return UNCHECKED, UNCHECKED
    text = day if isinstance(day, str) else day.isoformat()
    if text <= row["last_day"]:
        return "open", row["reduced_fen"]
    for month in row["grace"]:
        if month["from"] <= text <= month["to"]:
            return "grace", month["total_fen"]
    return "lost", None


# ---------------------------------------------------------------------------------------------------------
# The generator.
# ---------------------------------------------------------------------------------------------------------

def generate(seed, count=3000):
    """Patents of all kinds with the edges of item 1.  The same seed gives the same patents."""
    rng = random.Random(seed)

    def some_day(first, last):
        return first + timedelta(days=rng.randrange((last - first).days + 1))

    patents = []
    for number in range(count):
        kind = ("invention", "invention", "utility", "design")[number % 4]
        style = rng.random()
        year = rng.randint(2003, 2026)
        if style < 0.15:                                   # 29 February.
            filed = date(rng.choice((2004, 2008, 2012, 2016, 2020, 2024)), 2, 29)
        elif style < 0.40:                                 # Ends of months.
            month = rng.randint(1, 12)
            filed = date(year, month, calendar.monthrange(year, month)[1])
        elif style < 0.50:                                 # Days that a shorter month lacks.
            filed = date(year, rng.choice((1, 3, 5, 7, 8, 10, 12)), rng.choice((29, 30, 31)))
        elif style < 0.60:                                 # Around the days that the texts name.
            filed = rng.choice((date(2021, 6, 1), date(2016, 9, 1), date(2024, 8, 6), date(2026, 7, 31))) + timedelta(days=rng.randint(-3, 3))
            if filed > date(2026, 7, 1):
                filed = filed.replace(year=rng.randint(2010, 2025))
        else:
            filed = some_day(date(2003, 1, 1), date(2026, 6, 30))
        patent = {"id": f"{seed}-{number:04d}", "kind": kind, "filed": filed.isoformat()}
        if kind == "design":
            term = 15 if filed >= DESIGN_FIFTEEN_FROM else 10
            if rng.random() < 0.95:                        # One in twenty leaves it out.
                patent["design_term_years"] = term
        else:
            term = TERM[kind]

        longest = {"invention": 9, "utility": 3, "design": 3}[kind]
        if rng.random() < 0.05:                            # A few are granted very late.
            longest = term - 1
        style = rng.random()
        if style < 0.25:                                   # On a corresponding day or a day beside it.
            granted = add_years(filed, rng.randint(1, longest)) + timedelta(days=rng.choice((-1, 0, 1, -1, 1)))
        elif style < 0.35:                                 # In the calendar year of filing, or the turn of one.
            granted = max(filed + timedelta(days=40), date(filed.year + rng.randint(0, longest - 1), 12, 31))
        else:
            granted = filed + timedelta(days=rng.randint(60, longest * 365))
        patent["granted"] = granted.isoformat()
        if rng.random() < 0.8:
            notice = max(filed + timedelta(days=10), granted - timedelta(days=rng.randint(15, 75)))
            if rng.random() < 0.2:
                # Near the end of December, so that two months on is an end of February.
                end = date(granted.year - 1, 12, rng.choice((28, 29, 30, 31)))
                if filed + timedelta(days=10) < end and (granted - end).days <= 120:
                    notice = end
            patent["notice_received"] = notice.isoformat()

        grant_year = fee_year_of(filed, granted)[0]
        if rng.random() < 0.6:
            style = rng.random()
            if style < 0.55:                               # Asked for with the application.
                asked = filed
            elif style < 0.80:                             # Close to two and a half months before some last day.
                year = rng.randint(min(grant_year + 1, term), term)
                asked = add_months(add_years(filed, year - 1), -2) - timedelta(days=rng.choice((0, 10, 13, 14, 15, 16, 17, 20, 30)))
            else:
                asked = some_day(filed, add_years(filed, term - 1))
            patent["reduction"] = {"percent": rng.choice((70, 85)), "requested_on": max(asked, filed).isoformat()}

        if rng.random() < 0.35 and granted < add_years(filed, term) - timedelta(days=400):
            licences = []
            start = granted + timedelta(days=30)
            for _ in range(rng.choice((1, 1, 1, 2))):
                last_start = add_years(filed, term) - timedelta(days=60)
                if start >= last_start:
                    break
                effective = some_day(start, last_start)
                recorded = effective + timedelta(days=rng.randint(0, 60))
                ends = effective + timedelta(days=rng.choice((365, 730, 1095, 1826, 3000)) + rng.randint(-20, 20))
                if rng.random() < 0.2:                     # Recorded, or ended, on the last day to pay itself or beside it.
                    edge = add_years(filed, max(1, min(term - 1, fee_year_of(filed, effective)[0])))
                    if rng.random() < 0.5 and edge >= effective:
                        recorded = edge + timedelta(days=rng.choice((-1, 0, 1)))
                    else:
                        ends = max(recorded, add_years(edge, 1)) + timedelta(days=rng.choice((-1, 0, 1)))
                recorded = max(recorded, effective)
                ends = max(ends, recorded + timedelta(days=30))
                licence = {"effective_on": effective.isoformat(), "recorded_on": recorded.isoformat(), "ends_on": ends.isoformat()}
                if rng.random() < 0.35:
                    withdrawn = some_day(recorded, ends)
                    if rng.random() < 0.3:
                        near = add_years(filed, fee_year_of(filed, withdrawn)[0]) + timedelta(days=rng.choice((-1, 0, 1)))
                        withdrawn = near if recorded <= near <= ends else withdrawn
                    licence["withdrawn_on"] = withdrawn.isoformat()
                licences.append(licence)
                start = ends + timedelta(days=1)
            if licences:
                patent["open_licences"] = licences

        if kind == "invention" and rng.random() < 0.35:
            # From a day up to five years beyond the twenty (Law article 42 (3)), with the edges of whole years.
            end = add_years(filed, 20)
            style = rng.random()
            if style < 0.5:
                days = (add_years(filed, 20 + rng.randint(1, 5)) - end).days + rng.choice((-1, 0, 1))
            elif style < 0.7:
                days = rng.randint(1, 364)
            else:
                days = rng.randint(365, 1826)
            patent["compensation_days"] = max(1, min(days, (add_years(filed, 25) - end).days))
        patents.append(patent)
    return patents


# ---------------------------------------------------------------------------------------------------------
# Examples worked by hand.
# ---------------------------------------------------------------------------------------------------------

def check_table_against(path):
    """Compare the typed table with the text's rows, the reduced and the surcharge rows included."""
    kind, years, seen = None, None, 0
    for line in open(path, encoding="utf-8"):
        line = line.strip()
        for name, key in (("发明专利年费", "invention"), ("实用新型专利年费", "utility"), ("外观设计专利年费", "design")):
            if line.startswith(name):
                kind = key
        cells = [c.strip() for c in line.split("|")]
        if kind is None or len(cells) < 2:
            continue
        if cells[0] == "对应年度":
            years = [tuple(int(x) for x in c[1:-1].split("-")) for c in cells[1:]]
            assert years == [(a, b) for a, b, _ in TABLE[kind]], (kind, years)
            continue
        yuan = [y for _, _, y in TABLE[kind]]
        for name, percent in (("年费标准", 100), ("减70%年费标准", 30), ("减85%年费标准", 15), ("5%滞纳金", 5),
                              ("10%滞纳金", 10), ("15%滞纳金", 15), ("20%滞纳金", 20), ("25%滞纳金", 25)):
            if cells[0] == name and years:
                assert [int(c) * 100 for c in cells[1:]] == [y * percent for y in yuan], (kind, cells)
                seen += 1
        if kind == "design" and cells[0] == "25%滞纳金":
            break
    assert seen == 24, seen      # Three tables of eight rows each.


def self_test():
    def row(result, year, kind=None):
        found = [r for r in result["rows"] if r["fee_year"] == year and (kind is None or r["kind"] == kind)]
        assert len(found) == 1, (year, kind, found)
        return found[0]

    count = 0

    def same(got, want):
        nonlocal count
        assert got == want, f"got {got!r}, want {want!r}"
        count += 1

    # Periods, by Rules article 5.  31 August and six months: February has no 31st, so its last day.
    same(add_months(date(2024, 8, 31), 6), date(2025, 2, 28))
    same(add_months(date(2027, 8, 31), 6), date(2028, 2, 29))
    same(add_months(date(2025, 2, 28), 6), date(2025, 8, 28))     # It is not the month's end that counts, but the 28th.
    same(add_months(date(2025, 12, 31), 2), date(2026, 2, 28))
    same(add_years(date(2024, 2, 29), 1), date(2025, 2, 28))
    same(add_years(date(2024, 2, 29), 4), date(2028, 2, 29))
    same(add_years(date(2080, 2, 29), 20), date(2100, 2, 28))     # 2100 is no leap year.
    same(add_months(date(2026, 3, 31), -1), date(2026, 2, 28))

    # 1. An invention filed 2020-03-15, granted 2022-05-10.  Two corresponding days (2021, 2022) have passed, so it
    # is granted in year 3.  One applicant asked for the reduction with the application: 85 percent.
    p = {"kind": "invention", "filed": "2020-03-15", "granted": "2022-05-10", "notice_received": "2022-03-01",
         "reduction": {"percent": 85, "requested_on": "2020-03-15"}}
    s = schedule(p)
    same(s["grant_fee_year"], 3)
    same(s["term_end"], "2040-03-15")
    g = row(s, 3)
    same((g["kind"], g["full_fen"], g["reduced_fen"], g["last_day"]), ("grant", 90000, 13500, "2022-05-01"))
    same(g["grace"], [])
    r = row(s, 4)       # Year 4 of the table: 1200; less 85 percent: 180; due when year 3 ends.
    same((r["full_fen"], r["reduced_fen"], r["last_day"], r["grace_end"]), (120000, 18000, "2023-03-15", "2023-09-15"))
    same(r["ends_if_unpaid"], "2023-03-15")
    # The first month carries nothing; the second 5 percent of 1200 = 60; the sixth 25 percent = 300, and 180 + 300 = 480.
    m = r["grace"]
    same((m[0]["from"], m[0]["to"], m[0]["surcharge_fen"], m[0]["total_fen"]), ("2023-03-16", "2023-04-15", 0, 18000))
    same((m[1]["from"], m[1]["to"], m[1]["surcharge_fen"], m[1]["total_fen"]), ("2023-04-16", "2023-05-15", 6000, 24000))
    same((m[5]["from"], m[5]["to"], m[5]["surcharge_fen"], m[5]["total_fen"]), ("2023-08-16", "2023-09-15", 30000, 48000))
    same(due_on(r, "2023-03-15"), ("open", 18000))
    same(due_on(r, "2023-04-15"), ("grace", 18000))
    same(due_on(r, "2023-09-15"), ("grace", 48000))
    same(due_on(r, "2023-09-16"), ("lost", None))
    # Ten years from the year of grant: years 3 to 12.  Year 12 costs 4000, less 85 percent 600; year 13 is full, 6000.
    same((row(s, 12)["reduced_fen"], row(s, 12)["last_day"]), (60000, "2031-03-15"))
    same((row(s, 13)["reduced_fen"], row(s, 13)["percent_off"]), (600000, 0))
    same((row(s, 20)["reduced_fen"], row(s, 20)["last_day"], row(s, 20)["grace_end"]), (800000, "2039-03-15", "2039-09-15"))
    same([x["fee_year"] for x in s["rows"]], list(range(3, 21)))

    # 2. A utility model filed on 29 February 2024.  Year 2 is due 28 February 2025; the six months start there and
    # end on 28 August.  Year 5 is due on 29 February 2028 again.  Ten years end on 28 February 2034.
    s = schedule({"kind": "utility", "filed": "2024-02-29", "granted": "2024-12-30"})
    same((s["grant_fee_year"], s["term_end"]), (1, "2034-02-28"))
    same(row(s, 1)["last_day"], UNCHECKED)      # The day of the notice is not recorded.
    same((row(s, 2)["last_day"], row(s, 2)["grace_end"], row(s, 2)["grace"][0]["to"]), ("2025-02-28", "2025-08-28", "2025-03-28"))
    same((row(s, 5)["last_day"], row(s, 5)["grace_end"], row(s, 5)["full_fen"]), ("2028-02-29", "2028-08-29", 90000))
    same([row(s, y)["full_fen"] // 100 for y in range(1, 11)], [600, 600, 600, 900, 900, 1200, 1200, 1200, 2000, 2000])

    # 3. An end of month: filed 2023-08-31.  Year 2 is due 2024-08-31; each month of the grace ends on the 31st or
    # on the last day of a shorter month, counted each time from 31 August.
    s = schedule({"kind": "utility", "filed": "2023-08-31", "granted": "2024-01-10"})
    same([x["to"] for x in row(s, 2)["grace"]], ["2024-09-30", "2024-10-31", "2024-11-30", "2024-12-31", "2025-01-31", "2025-02-28"])
    same([x["surcharge_fen"] for x in row(s, 2)["grace"]], [0, 3000, 6000, 9000, 12000, 15000])
    same(row(s, 5)["grace_end"], "2028-02-29")

    # 4. Designs.  Fifteen years: years 11 to 15 cost 3000.  Ten years when the record says so.
    s = schedule({"kind": "design", "filed": "2021-06-01", "granted": "2021-11-30"})
    same((s["term_end"], len(s["rows"]), row(s, 15)["full_fen"], row(s, 15)["last_day"]), ("2036-06-01", 15, 300000, "2035-06-01"))
    same(row(s, 10)["grace"][5]["surcharge_fen"], 50000)      # 25 percent of 2000.
    s = schedule({"kind": "design", "filed": "2021-05-31", "granted": "2021-11-30", "design_term_years": 10})
    same((s["term_end"], s["rows"][-1]["fee_year"]), ("2031-05-31", 10))
    s = schedule({"kind": "design", "filed": "2021-05-31", "granted": "2021-11-30"})      # The day is in no text.
    same((s["term_end"], s["unchecked"]["term_end"]["reading"]), (UNCHECKED, "2031-05-31"))
    # A joint design of 2022, 70 percent, granted in year 1: years 1 to 10 reduced; year 9: 2000 - 1400 = 600; year 11 full.
    s = schedule({"kind": "design", "filed": "2022-01-31", "granted": "2022-07-01", "reduction": {"percent": 70, "requested_on": "2022-01-31"}})
    same((row(s, 9)["reduced_fen"], row(s, 10)["reduced_fen"], row(s, 11)["reduced_fen"]), (60000, 60000, 300000))

    # 5. Compensation.  Filed 2010-06-01, so the twenty years end 2030-06-01.  400 days more: 365 to 2031-06-01 and
    # 35 to 2031-07-06; one whole year, 8000.
    base = {"kind": "invention", "filed": "2010-06-01", "granted": "2015-06-10", "reduction": {"percent": 85, "requested_on": "2010-06-01"}}
    s = schedule(dict(base, compensation_days=400))
    c = row(s, 21)
    same((c["kind"], c["years"], c["reduced_fen"], c["last_day"], s["term_end_compensated"]), ("compensation", 1, 800000, "2030-06-01", "2031-07-06"))
    same((c["grace"], due_on(c, "2030-06-02")), ([], ("lost", None)))
    c = row(schedule(dict(base, compensation_days=364)), 21)      # Not a year: nothing to pay.
    same((c["years"], c["reduced_fen"], c["last_day"]), (0, 0, None))
    # 730 days end on 2032-05-31, because 29 February 2032 lies between: two times 365, but not two calendar years.
    c = row(schedule(dict(base, compensation_days=730)), 21)
    same((c["years"], c["unchecked"]["years"]["reading"]), (UNCHECKED, 1))
    same(row(schedule(dict(base, compensation_days=731)), 21)["reduced_fen"], 1600000)
    s = schedule(dict(base, compensation_days=1826))      # Five years with one 29 February: to 2035-06-01.
    same((row(s, 21)["years"], row(s, 21)["reduced_fen"], s["term_end_compensated"]), (5, 4000000, "2035-06-01"))
    # History: granted in year 6 (2015-06-10 follows the fifth corresponding day).  Year 7 was due 2016-06-01, before
    # the Reductions: unchecked.  Year 8, due 2017-06-01, is within six years (6 to 11).  Year 12 (g + 6), due 2021: ten years.
    same((row(s, 7)["reduced_fen"], row(s, 8)["reduced_fen"], row(s, 12)["reduced_fen"], row(s, 15)["reduced_fen"], row(s, 16)["percent_off"]),
         (UNCHECKED, 30000, 60000, 90000, 0))

    # 6. A fee of the seventh year from grant in 2017 had no reduction (six years), in 2018 the texts do not say,
    # in 2019 it has.  Granted in year 1 (2010-12-01): year 8 is due in 2017, year 9 in 2018, year 10 in 2019.
    s = schedule({"kind": "invention", "filed": "2010-05-05", "granted": "2010-12-01", "reduction": {"percent": 85, "requested_on": "2010-05-05"}})
    same([row(s, y)["percent_off"] for y in (8, 9, 10, 11)], [0, UNCHECKED, 85, 0])

    # 7. The two and a half months.  Due 2026-12-15; two months before is 10-15; 15 days before that is 09-30.
    # 28 September is in time by every count, 2 October is late by every count, 30 September hangs on the half month.
    base = {"kind": "utility", "filed": "2024-12-15", "granted": "2025-06-01"}
    for asked, want in (("2026-09-28", 85), ("2026-10-02", 0), ("2026-09-30", UNCHECKED)):
        s = schedule(dict(base, reduction={"percent": 85, "requested_on": asked}))
        same(row(s, 3)["percent_off"], want)      # Year 3 is due 2026-12-15.
        same((row(s, 2)["percent_off"], row(s, 4)["percent_off"]), (0, 85))      # The year before is past, the next is safe.

    # 8. Open licence: effective 2027-01-10, recorded 2027-02-01, to 2030-01-09.  Filed 2022-03-20.  Due 2027-03-20
    # (year 6, 1200): 15 percent off, 1020.  Due 2030-03-20 (year 9): after the end, full 2000.  Year 8 due 2029-03-20: 15.
    base = {"kind": "invention", "filed": "2022-03-20", "granted": "2024-06-01",
            "open_licences": [{"effective_on": "2027-01-10", "recorded_on": "2027-02-01", "ends_on": "2030-01-09"}]}
    s = schedule(base)
    same([(row(s, y)["percent_off"], row(s, y)["reduced_fen"]) for y in (5, 6, 8, 9)], [(0, 120000), (15, 102000), (15, 170000), (0, 200000)])
    same(row(s, 6)["grace"][2]["total_fen"], 102000 + 12000)      # 10 percent of the full 1200.
    # With 70 percent as well the higher one counts alone.
    s = schedule(dict(base, reduction={"percent": 70, "requested_on": "2022-03-20"}))
    same((row(s, 6)["percent_off"], row(s, 6)["reduced_fen"]), (70, 36000))
    # Withdrawn 2028-07-01, in fee year 7 (to 2029-03-20): year 7 (due 2028-03-20) keeps it, year 8 has none.
    w = dict(base, open_licences=[dict(base["open_licences"][0], withdrawn_on="2028-07-01")])
    same([row(schedule(w), y)["percent_off"] for y in (7, 8)], [15, 0])
    # Withdrawn on the corresponding day itself: which year is the next is not said.
    w = dict(base, open_licences=[dict(base["open_licences"][0], withdrawn_on="2029-03-20")])
    same([row(schedule(w), y)["percent_off"] for y in (7, 8)], [15, UNCHECKED])
    # Recorded on the very last day, and one day after it.
    w = dict(base, open_licences=[dict(base["open_licences"][0], recorded_on="2027-03-20")])
    same(row(schedule(w), 6)["percent_off"], UNCHECKED)
    w = dict(base, open_licences=[dict(base["open_licences"][0], recorded_on="2027-03-21")])
    same((row(schedule(w), 6)["percent_off"], row(schedule(w), 7)["percent_off"]), (0, 15))
    # After the ten years the open licence still counts: filed 2010, granted in year 3, year 18 due 2027-05-06 costs 8000 - 1200.
    s = schedule({"kind": "invention", "filed": "2010-05-06", "granted": "2012-08-08", "reduction": {"percent": 85, "requested_on": "2010-05-06"},
                  "open_licences": [{"effective_on": "2027-01-10", "recorded_on": "2027-02-01", "ends_on": "2030-01-09"}]})
    same((row(s, 18)["percent_off"], row(s, 18)["reduced_fen"]), (15, 680000))

    # 9. Grants beside a corresponding day.  Filed 2020-03-15; the day before the fifth is in year 5 and year 6 is
    # due a day later; the day after is in year 6; the day itself has two readings.
    s = schedule({"kind": "invention", "filed": "2020-03-15", "granted": "2025-03-14"})
    same((s["grant_fee_year"], row(s, 6)["last_day"]), (5, "2025-03-15"))
    same(schedule({"kind": "invention", "filed": "2020-03-15", "granted": "2025-03-16"})["grant_fee_year"], 6)
    s = schedule({"kind": "invention", "filed": "2020-03-15", "granted": "2025-03-15", "reduction": {"percent": 85, "requested_on": "2020-03-15"}})
    same((s["grant_fee_year"], s["unchecked"]["grant_fee_year"]["reading"]), (UNCHECKED, [5, 6]))
    same([row(s, y)["kind"] for y in (5, 6, 7)], [UNCHECKED, UNCHECKED, "annual"])
    same([row(s, y)["percent_off"] for y in (14, 15, 16)], [85, UNCHECKED, 0])      # 5 + 9 = 14, 6 + 9 = 15.
    # A grant in a later calendar year but in the first fee year is still year 1: the fee year is no calendar year.
    same(schedule({"kind": "utility", "filed": "2024-11-20", "granted": "2025-05-20"})["grant_fee_year"], 1)

    # 10. Days off.  Due Sunday 2026-03-15: the hook moves it to Monday 16 March and the six months start there.
    off = DaysOff({date(2026, 3, 14), date(2026, 3, 15)}, {2026})
    s = schedule({"kind": "utility", "filed": "2024-03-15", "granted": "2024-10-01"}, off)
    r = row(s, 3)
    same((r["plain_last_day"], r["last_day"], r["grace_end"], r["ends_if_unpaid"]), ("2026-03-15", "2026-03-16", "2026-09-16", "2026-03-16"))
    same(row(s, 4)["last_day"], UNCHECKED)      # 2027 is not in the set.
    same(schedule({"kind": "utility", "filed": "2024-03-15", "granted": "2024-10-01"})["rows"][2]["last_day"], "2026-03-15")

    # 11. The fee of the year of grant with a request after filing: due 2026-08-10 (notice 2026-06-10).  Two and a half months
    # before is about 05-26, so a request of 1 May is in time and one of 1 July is not.
    base = {"kind": "utility", "filed": "2026-01-05", "granted": "2026-08-25", "notice_received": "2026-06-10"}
    for asked, want in (("2026-05-01", 9000), ("2026-07-01", 60000)):
        same(row(schedule(dict(base, reduction={"percent": 85, "requested_on": asked})), 1)["reduced_fen"], want)

    # The typed table against the text, where the text is at hand.
    path = os.path.join(SHARED, "law", "专利缴费服务指南-收费标准(2026-07-31).txt")
    if os.path.exists(path):
        check_table_against(path)
        count += 1

    # The generator: repeatable, all kinds, and every fee year from 1 to 25 is reached.
    assert generate(7, 50) == generate(7, 50) != generate(8, 50)
    reached = set()
    for patent in generate(1, 600):
        for one in schedule(patent)["rows"]:
            last = one["fee_year"]
            if one["kind"] == "compensation" and one["years"] != UNCHECKED:
                last = 20 + max(1, one["years"])
            reached.update((patent["kind"], y) for y in range(one["fee_year"], last + 1))
    assert reached >= {("invention", y) for y in range(1, 26)} | {("utility", y) for y in range(1, 11)} | {("design", y) for y in range(1, 16)}
    print(f"# {count} examples hold")
