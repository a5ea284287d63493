#!/usr/bin/env python3
"""Makes reference/variants.csv: characters that are one in a search, and those that are one in a name.

usage: variants.py > reference/variants.csv
Needs Debian 12's opencc, libopencc-data, unicode-data and icu-devtools; the program's build needs none of them.
Characters are one where OpenCC or ICU turns one into the other, or where Unicode calls one a radical's ideograph. The
character that stands for all is one of 通用规范汉字表, if possible one that is turned into no other. In a name a
character of that table stays itself.
"""
import bz2
import collections
import os
import subprocess
import sys
import tempfile

HAN = [range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0x20000, 0x323B0)]
# OpenCC turns 噁 into 恶, but 噁唑, 噁烷 and 二噁英 are written so on the mainland; 通用规范汉字表 writes 𫫇, which is the same.
# ICU turns 苎 into 苧 and 苧 into 苎; 苧 goes to 苎 alone.
APART = {"噁", "苎"}
SAME = {"𫫇": "噁"}
OWN = {"淩"}  # a surname beside 凌, though the table has it as its variant
HEAD = """\
# Characters that are one in a search, and the form of each: OpenCC 1.1.6, TSCharacters (Apache-2.0); ICU 72's Traditional-Simplified; radicals:
# EquivalentUnifiedIdeograph.txt of Unicode 15.0. The third column is the form in a name where that is another: a character of
# 通用规范汉字表 (2013; Unihan 15.0, kTGH) stays itself there. Made by tools/variants.py, which says the exceptions.
character,search,name"""


def icu():
    characters = [chr(c) for block in HAN for c in block]
    done = subprocess.run(["uconv", "-f", "utf-8", "-t", "utf-8", "-x", "Traditional-Simplified"], check=True,
                          input="\n".join(characters).encode(), stdout=subprocess.PIPE)
    return {c: to for c, to in zip(characters, done.stdout.decode().split("\n")) if to != c and c not in APART}


def opencc():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "characters")
        subprocess.run(["opencc_dict", "-i", "/usr/share/opencc/TSCharacters.ocd2", "-o", path, "-f", "ocd2", "-t",
                        "text"], check=True)
        with open(path, encoding="utf-8") as file:
            lines = [line.split() for line in file]
    return {c: to[0] for c, *to in lines if to[0] != c and c not in APART}


def radicals():
    with open("/usr/share/unicode/EquivalentUnifiedIdeograph.txt", encoding="utf-8") as file:
        for line in file:
            points, _, to = line.partition("#")[0].partition(";")
            if to:
                first, _, last = points.strip().partition("..")
                for c in range(int(first, 16), int(last or first, 16) + 1):
                    yield chr(c), chr(int(to, 16))


def ranks():
    with bz2.open("/usr/share/unicode/Unihan_OtherMappings.txt.bz2", "rt", encoding="utf-8") as file:
        for line in file:
            point, _, rest = line.partition("\tkTGH\t2013:")
            if rest:
                yield chr(int(point[2:], 16)), int(rest)


def main():
    by_icu, by_opencc, rank = icu(), opencc(), dict(ranks())
    above = {}

    def top(c):
        while c in above:
            c = above[c]
        return c

    for c, to in [*by_icu.items(), *by_opencc.items()]:
        if top(c) != top(to):
            above[top(c)] = top(to)
    members = collections.defaultdict(list)
    for c in {*by_icu, *by_opencc, *by_icu.values(), *by_opencc.values()}:
        members[top(c)].append(c)
    form = {}
    for root, one in members.items():
        form.update(dict.fromkeys(one, min(one, key=lambda c: (c not in rank, c in by_opencc or c in by_icu, rank.get(c), c))))
    names = {c: c if c in rank or c in OWN else by_icu[c] if by_icu.get(c) in rank else to for c, to in form.items()}
    form.update(SAME)
    names.update(SAME)
    for c, to in radicals():
        form[c], names[c] = form.get(to, to), names.get(to, to)
    print(HEAD)
    for c in sorted(form):
        if c != form[c] or c != names[c]:
            print(f"{c},{form[c]},{'' if names[c] == form[c] else names[c]}")


if __name__ == "__main__":
    sys.exit(main())
