#!/usr/bin/env python3
"""reasons.py ZHIYUN DATA NEEDS DICTIONARY [LIST] [SEED] [KIND]: how many Chinese reasons of a match are whole words.

NEEDS: a text a line; of these 60 are drawn. DICTIONARY: jieba's dict.txt, the whole of it. Draws 200 of the reasons of KIND
("term", or "translation") of the first ten hits and prints them, a line each: need, hit, reason, share of the score, and
whether its Chinese word is whole: jieba's path through the need has borders where it begins and ends; a word that the need
lacks stands in DICTIONARY. LIST: an earlier output with a sixth field, "whole" or "piece", by a reader; a reason that it
has takes this word. To stderr go the shares."""
import json
import math
import os
import random
import re
import subprocess
import sys

NEEDS, REASONS, HITS = 60, 200, 10
CHINESE = re.compile(r"[\u3400-\u9fff]")


def borders(text, words, log_total):
    """Where words begin or end on jieba's likeliest path through the text."""
    out = set()
    for run in re.finditer(r"[\u3400-\u9fff]+", text):
        chars = run.group()
        best = [(0.0, 0)] * (len(chars) + 1)
        for i in range(len(chars) - 1, -1, -1):
            ends = [k for k in range(i + 1, min(len(chars), i + 16) + 1) if k == i + 1 or chars[i:k] in words]
            best[i] = max((math.log(words.get(chars[i:k]) or 1) - log_total + best[k][0], k) for k in ends)
        i = 0
        while i < len(chars):
            out.add(run.start() + i)
            i = best[i][1]
        out.add(run.end())
    return out


def is_whole(reason, text, at_borders, words):
    reason = next(word for word in reason.split(" → ") if CHINESE.search(word))
    if reason not in text:
        return reason in words
    places = [m.start() for m in re.finditer(re.escape(reason), text)]
    return any(at in at_borders and at + len(reason) in at_borders for at in places)


def match(zhiyun, data, text):
    done = subprocess.run([zhiyun, "--data", data, "--json", "match", "--text", "-", "--before", "any"], input=text.encode(),
                          capture_output=True, check=True)
    return json.loads(done.stdout)["hits"][:HITS]


def mean(shares, most):
    some = [share for rank, share in shares if rank <= most]
    return sum(some) / len(some)


def main(zhiyun, data, needs, dictionary, earlier=None, seed="62", kind="term"):
    with open(dictionary, encoding="utf-8") as file:
        words = {line.split(" ")[0]: int(line.split(" ")[1]) for line in file if line.count(" ") == 2}
    log_total = math.log(sum(words.values()))
    with open(needs, encoding="utf-8") as file:
        texts = [line.strip() for line in file if line.strip()]
    read = {}
    if earlier and os.path.exists(earlier):
        with open(earlier, encoding="utf-8") as file:
            read = {(line.split("\t")[2]): line.rstrip("\n").split("\t")[5] for line in file if line.count("\t") >= 5}
    draw = random.Random(int(seed))
    reasons, shares = [], []
    for need in sorted(draw.sample(range(len(texts)), min(NEEDS, len(texts)))):
        at_borders = borders(texts[need], words, log_total)
        for rank, hit in enumerate(match(zhiyun, data, texts[need]), 1):
            shares.append((rank, sum(one["weight"] for one in hit["reasons"])))
            for one in hit["reasons"]:
                if one["kind"] == kind and CHINESE.search(one["value"]):
                    whole = is_whole(one["value"], texts[need], at_borders, words)
                    reasons.append((need, rank, one["value"], f"{one['weight']:.3f}", "whole" if whole else "piece"))
    drawn = sorted(draw.sample(reasons, min(REASONS, len(reasons))))
    for line in drawn:
        print(*line, *([read[line[2]]] if line[2] in read else []), sep="\t")
    dictionary_says = sum(line[4] == "whole" for line in drawn)
    both = sum(read.get(line[2], line[4]) == "whole" for line in drawn)
    print(f"{len(drawn)} of {len(reasons)} reasons: whole by the dictionary {dictionary_says / len(drawn):.3f}, read too"
          f" {both / len(drawn):.3f}; share of the score told {mean(shares, HITS):.3f}, of first hits {mean(shares, 1):.3f}", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
