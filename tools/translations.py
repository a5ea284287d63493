#!/usr/bin/env python3
"""translations.py ZHIYUN ENGLISH.tsv CHINESE.tsv >reference/translations.tsv

Learns which words of two languages go together from the titles of the International Patent
Classification: files of lines "symbol TAB title", equal symbols are one pair. The program learns from
the pairs as from a store's own bilingual records (src/search/translate.h); kept are a term's three
likeliest targets of 8 in 100 or more, of terms in six titles or more. Pieces that begin or end with a
particle, and numbers, are no words."""
import collections
import csv
import os
import re
import subprocess
import sys
import tempfile

TARGETS, LIKELY, TITLES = 3, 80, 6
PARTICLES = set("的和与及或了是将被该述并在其以于为而之用上中至从由对有")
HEAD = ("# word, word of the other language, probability in thousandths; learnt by tools/translations.py from the titles of"
        " groups of the IPC: English of WIPO (ipcpub.wipo.int, 2023, reproduced with its source named), Chinese of CNIPA"
        " (IPC 2026.01)")


def titles(path):
    """Without references to other groups and without edition marks."""
    out = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            symbol, _, title = line.rstrip("\n").partition("\t")
            title = re.sub(r"[（(][^（）()]*[A-H]\d\d[A-Z][^（）()]*[)）]|〔\d+〕|\[[^\]]*\]", "", title).strip()
            if title:
                out[symbol] = title
    return out


def learn(program, pairs, folder):
    table, data = os.path.join(folder, "titles.csv"), os.path.join(folder, "data")
    with open(table, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["公开号", "中文标题", "英文标题", "IPC分类号"])
        out.writerows([f"CN{100000000 + i}A", zh, en, symbol] for i, (symbol, en, zh) in enumerate(pairs))
    for command in (["init"], ["import", table], ["reindex"]):
        subprocess.run([program, *command, "--data", data, "--quiet"], check=True, stdout=sys.stderr)
    with open(os.path.join(data, "index", "translations"), encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file][1:]


def is_word(term):
    return not re.fullmatch(r"[\d.]+", term) and not (ord(term[0]) > 0x2E80 and PARTICLES & {term[0], term[-1]})


def main(program, english, chinese):
    en, zh = titles(english), titles(chinese)
    pairs = [(symbol, en[symbol], re.sub(r"\s", "", zh[symbol])) for symbol in sorted(en.keys() & zh.keys())]
    seen = collections.Counter()
    for _, english_title, chinese_title in pairs:
        seen.update({chinese_title[i:i + 2] for i in range(len(chinese_title) - 1)})
        words = set(re.findall(r"[a-z0-9]+", english_title.lower()))
        seen.update(words | {word[:-1] for word in words if word.endswith("s")} | {word[:5] for word in words})
    with tempfile.TemporaryDirectory() as folder:
        lines = learn(program, pairs, folder)
    kept = collections.Counter()
    print(HEAD)
    for term, target, thousandths in lines:
        titles_of = seen[term] or (seen[term[:5]] if term.isascii() else 0)
        if is_word(term) and is_word(target) and kept[term] < TARGETS and int(thousandths) >= LIKELY and titles_of >= TITLES:
            kept[term] += 1
            print(term, target, thousandths, sep="\t")
    print(f"{len(pairs)} pairs, {sum(kept.values())} lines", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
