"""The deadlines of the five documents, counted by themselves: from the words of the texts and the table of working days,
never from the program's packs or replies.

RULES: pack, deadline: how it is counted.
    WD n     the n-th working day after that day (day 0); days as reference/cn_days.csv has them, of a later year those that
             the law itself fixes are off
    M n      the same day n months on, or that month's last
    T n      the last day of n years that begin on that day
    Y m-d    that day of the same year; Y+2: two years on
    FROM     that day itself
    M a..M b a day that an officer enters, no earlier and no later
    ENTERED  a day that an officer enters: the text has no length
    NONE     there is none
"""
import calendar
import csv
import os
from datetime import date, timedelta

HERE = os.path.dirname(os.path.abspath(__file__))
RULES = {
    ("sc-yunying-2025", "effective"): "M1",  # 自印发之日起一个月后施行
    ("sc-yunying-2025", "pack-expiry"): "T2",  # 有效期2年
    ("sc-yunying-2025", "publicity"): "WD5",  # 公示5个工作日
    ("sc-yunying-2025", "annual-report"): "Y12-31",  # 年底前
    ("sc-yunying-2025", "service-plan"): "Y01-31",  # 按年度: the day is the program's
    ("sc-yunying-2025", "rectification-min"): "M3",  # 3-6个月内
    ("sc-yunying-2025", "rectification-max"): "M6",
    ("sc-yunying-2025", "rectification"): "M3..M6",
    ("sx-yunying-draft", "effective"): "FROM",  # 自印发之日起施行
    ("sx-yunying-draft", "publicity"): "WD5",  # 公示5个工作日
    ("sx-yunying-draft", "annual-report"): "Y12-31",  # 每年年底
    ("sx-yunying-draft", "construction-cycle"): "T3",  # 以三年为建设周期
    ("sx-yunying-draft", "comprehensive-evaluation"): "T3",  # 每三年
    ("sx-yunying-draft", "rectification"): "ENTERED",  # 要求限期整改
    ("sc-yucheng-2025", "effective"): "FROM",  # 自印发之日起施行
    ("sc-yucheng-2025", "project-term"): "T3",  # 建设时间原则上为3年
    ("sc-yucheng-2025", "yearly-review"): "Y12-31",  # 每年
    ("sc-yucheng-2025", "pack-expiry"): "NONE",
    ("sc-shifan-draft", "effective"): "FROM",  # 自印发之日起实施
    ("sc-shifan-draft", "pack-expiry"): "T2",  # 有效期2年
    ("sc-shifan-draft", "annual-summary"): "Y12-15",  # 每年12月15日前
    ("sc-shifan-draft", "project-years"): "Y+2-12-31",  # 原则上不超过3个年度
}
# The texts give no day (每年, 按年度): the program's is a day to be reminded on, and nothing is late by it.
CHOSEN = {("sc-yunying-2025", "service-plan"), ("sc-yucheng-2025", "yearly-review")}
# Reminders, in days before the last one; whose no step has them is seen on the day and after it.
REMINDERS = {
    ("sc-yunying-2025", "annual-report"): (60, 30, 7, 1), ("sc-yunying-2025", "service-plan"): (30, 7, 1),
    ("sc-yunying-2025", "rectification"): (30, 7, 1), ("sc-yunying-2025", "pack-expiry"): (180, 90, 30),
    ("sx-yunying-draft", "annual-report"): (60, 30, 7, 1), ("sx-yunying-draft", "comprehensive-evaluation"): (90, 30),
    ("sx-yunying-draft", "rectification"): (30, 7, 1),
    ("sc-yucheng-2025", "project-term"): (180, 90, 30, 7), ("sc-yucheng-2025", "yearly-review"): (90, 30, 7, 1),
    ("sc-shifan-draft", "annual-summary"): (60, 30, 7, 1), ("sc-shifan-draft", "project-years"): (180, 90, 30),
    ("sc-shifan-draft", "pack-expiry"): (180, 90, 30),
}


# The years 2008 to 2099 of the lunar calendar, as chinese-days 1.5.7 (npm, MIT) has them: from the highest of 16 bits a month each, 1 where
# it has 30 days, else 29; in the last four the month after which a leap month comes, 0 none; 0x10000 where that has 30 days.
LUNAR = """92d0 cab5 a950 b4a0 baa4 ad50 55d9 4ba0 a5b0 15176 52b0 a930 7954 6aa0 ad50 5b52 4b60 a6e6 a4e0 d260 ea65 d530 5aa0 76a3 96d0
4afb 4ad0 a4d0 1d0b6 d250 d520 dd45 b5a0 56d0 55b2 49b0 a577 a4b0 aa50 1b255 6d20 ada0 14b63 9370 49f8 4970 64b0 168a6 ea50 6b20 1a6c4
aae0 a2e0 d2e3 c960 d557 d4a0 da50 5d55 56a0 a6d0 55d4 52d0 a9b8 a950 b4a0 b6a6 ad50 55a0 aba4 a5b0 52b0 b273 6930 7337 6aa0 ad50 14b55
4b60 a570 54e4 d160 e968 d520 daa0 16aa6 56d0 4ae0 a9d4 a2d0 d150 f252""".split()


def lunar_months(code):
    """Days of the months of a lunar year, and the place of each of the twelve among them."""
    lengths, places = [], []
    for month in range(1, 13):
        places.append(len(lengths))
        lengths.append(30 if code & 0x10000 >> month else 29)
        if code & 15 == month:
            lengths.append(30 if code & 0x10000 else 29)
    return lengths, places


def fixed_by_law(year):
    """全国年节及纪念日放假办法, second article, as it is in force in that year: thirteen days, before 2025 eleven."""
    first = date(2008, 2, 7)  # 正月初一
    for code in LUNAR[:year - 2008]:
        first += timedelta(days=sum(lunar_months(int(code, 16))[0]))
    lengths, places = lunar_months(int(LUNAR[year - 2008], 16))

    def lunar(month, day):
        return first + timedelta(days=sum(lengths[:places[month - 1]]) + day - 1)
    spring = range(-1, 2) if year < 2014 else range(3) if year < 2025 else range(-1, 3)  # 0: 初一, -1: 除夕
    clear = int(year % 100 * 0.2422 + 4.81) - year % 100 // 4  # of April: 清明 in this century
    return {date(year, 1, 1), *(first + timedelta(days=n) for n in spring), date(year, 4, clear), date(year, 5, 1),
            *([date(year, 5, 2)] if year >= 2025 else []), lunar(5, 5), lunar(8, 15), *(date(year, 10, n) for n in (1, 2, 3))}


def table(path=os.path.join(HERE, "..", "..", "reference", "cn_days.csv")):
    """{day: whether it is worked} of the days that are not as their weekday."""
    with open(path, encoding="utf-8", newline="") as file:
        told = {date.fromisoformat(row["date"]): row["kind"] == "work"
                for row in csv.DictReader(line for line in file if not line.startswith("#"))}
    last = max(told).year
    return told | {day: False for year in range(last + 1, 2100) for day in fixed_by_law(year)}


def months_on(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def years_of(day, years):
    """The last of so many years that begin on `day`: a year from 29 February ends on a 28th."""
    same = months_on(day, 12 * years)
    return same if same.day != day.day else same - timedelta(days=1)


def working_day(day, count, special):
    while count:
        day += timedelta(days=1)
        count -= special.get(day, day.weekday() < 5)
    return day


def bounds(rule, begins, special=None):
    """(first, last) day on which a deadline of this rule may lie that is counted from `begins`."""
    if rule == "NONE":
        raise ValueError("the text gives no such day")
    if rule == "ENTERED":
        return begins, date.max
    if ".." in rule:
        first, last = rule.split("..")
        return bounds(first, begins)[0], bounds(last, begins)[1]
    if rule == "FROM":
        day = begins
    elif rule.startswith("WD"):
        day = working_day(begins, int(rule[2:]), table() if special is None else special)
    elif rule.startswith("M"):
        day = months_on(begins, int(rule[1:]))
    elif rule.startswith("T"):
        day = years_of(begins, int(rule[1:]))
    else:
        later, month, of_month = (rule[1:] if rule[1] == "+" else f"+0-{rule[1:]}").split("-")
        day = date(begins.year + int(later), int(month), int(of_month))
    return day, day


def check(pack, rule, begins, last, special=None):
    """`last` is the last day of this deadline, counted from `begins`."""
    first, final = bounds(RULES[pack, rule], begins, special)
    assert first <= last <= final, f"{pack} {rule} from {begins}: {last} is not within {first} and {final}"
