#!/usr/bin/env python3
"""regions_former.py RESULT.csv: writes reference/regions_former.csv from areacodes' list of all codes since 1981.

A name counts if its place ended in or after 1985, the first year of patents, and no place of today bears it, in full or
short, and no zone. It means what became of the place by the list: what it was turned into in the year in which it ended, and so on to
today. One place: that one; several of one city: the city; a prefecture without successors: the city in which all its
counties lie today; else nothing. Names that mean two things in one province are left out. A place that is in another
province today (重庆, 海南) is written behind the name of its old one, also where the name alone is left out.
"""
import collections
import csv
import os
import sys

REFERENCE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "reference")
SINCE = 1985
MUNICIPALITIES = ("11", "12", "31", "50")
HEAD = """\
# Names of divisions that were renamed, merged or turned into others since 1985, by the code of GB/T 2260 that their place has today, with
# the year of the change. Made by tools/regions_former.py, whose head says the rule, from areacodes (github.com/yescallop/areacodes, CC0 1.0,
# of 2025-11-04), after the Ministry of Civil Affairs' lists of each year since 1981 and its announcements of changes.
code,name,year
"""


def rows_of(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


class Places:
    def __init__(self, rows):
        self.by_code = collections.defaultdict(list)
        self.children = collections.defaultdict(list)
        for row in rows:
            self.by_code[row["代码"]].append(row)
            if row["级别"] == "县级":
                self.children[row["代码"][:4]].append(row)

    def after(self, code, year):
        """The place of that code when the year was over."""
        return [row for row in self.by_code[code] if int(row["启用时间"]) <= year < int(row["变更/弃用时间"] or 9999)]

    def today(self, row, depth=0):
        """Codes of today of what became of a place; those that it gave land to before its end do not count."""
        if row["状态"] == "在用":
            return {row["代码"]}
        year, found = int(row["变更/弃用时间"]), set()
        heirs = [code for code in row["新代码"].split(";") if code and "[" not in code]
        if not heirs and row["级别"] == "地级":
            return {code[:4] + "00" for child in self.children[row["代码"][:4]] for code in self.today(child, depth + 1)}
        for code in heirs:
            later = self.after(code, year)
            if not later or depth > 20:
                return set()
            for one in later:
                found |= self.today(one, depth + 1)
        return found


def common(codes, held):
    """The place that all of them are or lie in, from a city down; None: there is none."""
    if len(codes) == 1 and codes <= held:
        return next(iter(codes))
    cities = {code[:2] + "0000" if code[:2] in MUNICIPALITIES else code[:4] + "00" for code in codes}
    return next(iter(cities)) if len(cities) == 1 and cities <= held else None


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    rows = rows_of(sys.argv[1])
    present = rows_of(os.path.join(REFERENCE, "regions.csv"))
    held = {row["code"] for row in present}
    borne = {row[column] for row in present for column in ("name", "short")}
    borne |= {name for row in rows_of(os.path.join(REFERENCE, "regions_zones.csv")) for name in row["name"].split("|")}
    places, meant, behind = Places(rows), collections.defaultdict(dict), collections.defaultdict(dict)
    for row in rows:
        if row["状态"] == "在用" or int(row["变更/弃用时间"]) < SINCE or "、" in row["名称"]:
            continue
        code, name, province = common(places.today(row), held), row["名称"], row["代码"][:2]
        if name not in borne:
            meant[name, code[:2] if code else province].setdefault(code, row["变更/弃用时间"])
        if name not in {one["name"] for one in present if one["code"][:2] == province}:
            behind[row["一级行政区"] + name, province].setdefault(code, row["变更/弃用时间"])
    made = sorted((code, name, codes[code]) for names in (meant, behind) for (name, province), codes in names.items()
                  for code in codes if len(codes) == 1 and code and (names is meant or code[:2] != province))
    with open(os.path.join(REFERENCE, "regions_former.csv"), "w", encoding="utf-8") as file:
        file.write(HEAD)
        file.writelines(f"{code},{name},{year}\n" for code, name, year in made)


if __name__ == "__main__":
    main()
