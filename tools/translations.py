#!/usr/bin/env python3
"""translations.py ZHIYUN ENGLISH.tsv CHINESE.tsv >reference/translations.tsv

Learns which words of two languages go together from the titles of the International Patent
Classification: files of lines "symbol TAB title", equal symbols are one pair. The program learns from
the pairs as from a store's own bilingual records (src/search/translate.h); kept are a term's three
likeliest targets of 135 in 1,000 or more, of terms in four titles or more. Numbers and single letters are no words."""
import collections
import csv
import os
import re
import subprocess
import sys
import tempfile

TARGETS, LIKELY, TITLES = 3, 135, 4
LONGEST = 8  # characters of a Chinese word
HEAD = ("# word, words of the other language, each with its probability in thousandths; learnt by tools/translations.py from the titles of"
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


def learn(program, pairs, folder, learnt="word-translations"):
    """The lines of what the program learns from records with these titles."""
    table, data = os.path.join(folder, "titles.csv"), os.path.join(folder, "data")
    with open(table, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["公开号", "中文标题", "英文标题", "IPC分类号"])
        out.writerows([f"CN{100000000 + i}A", zh, en, symbol] for i, (symbol, en, zh) in enumerate(pairs))
    for command in (["init"], ["import", table], ["reindex"]):
        subprocess.run([program, *command, "--data", data, "--quiet"], check=True, stdout=sys.stderr)
    with open(os.path.join(data, "index", learnt), encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file][1:]


def is_word(term):
    return not re.fullmatch(r"[\d.]+|[a-z]", term)


def main(program, english, chinese):
    en, zh = titles(english), titles(chinese)
    pairs = [(symbol, en[symbol], re.sub(r"\s", "", zh[symbol])) for symbol in sorted(en.keys() & zh.keys())]
    seen = collections.Counter()
    for _, english_title, chinese_title in pairs:
        seen.update({chinese_title[i:k] for i in range(len(chinese_title)) for k in range(i + 2, i + 1 + LONGEST)})
        words = set(re.findall(r"[a-z0-9]+", english_title.lower()))
        seen.update(words | {word[:-1] for word in words if word.endswith("s")} | {word[:5] for word in words})
    with tempfile.TemporaryDirectory() as folder:
        lines = learn(program, pairs, folder)
    count = 0
    print(HEAD)
    for term, *targets in lines:
        titles_of = seen[term] or (seen[term[:5]] if term.isascii() else 0)
        pairs_of = [pair for pair in zip(targets[::2], targets[1::2]) if int(pair[1]) >= LIKELY and is_word(pair[0])]
        if titles_of >= TITLES and pairs_of and is_word(term):
            count += 1
            print(term, *(field for pair in pairs_of[:TARGETS] for field in pair), sep="\t")
    print(f"{len(pairs)} pairs, {count} terms", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
