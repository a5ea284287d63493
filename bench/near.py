#!/usr/bin/env python3
"""near.py ZHIYUN DATA NEEDS [UNRELATED]: how well "nothing near" tells needs from unrelated texts.

NEEDS: a text a line, with a tab and the number of its own record before it, which is then left out; UNRELATED: a text a
line (unrelated.txt: poems, news, letters, noise). Texts are halved by their hash. For each threshold prints the share
of both that would be told "nothing near" on the half to choose it by, and on the other.
"""
import hashlib
import json
import os
import subprocess
import sys

HITS = 10  # MATCH_NEAR_HITS of src/search/match.h
ENV = {name: value for name, value in os.environ.items() if name != "ZHIYUN_UNSYNCED"}


def similarity(zhiyun, data, text, own):
    done = subprocess.run([zhiyun, "--data", data, "--json", "match", "--text", "-", "--before", "any", "-k", str(HITS + 1)],
                          input=text.encode(), capture_output=True, env=ENV, check=False)
    reply = json.loads(done.stdout or "{}")
    hits = [hit for hit in reply.get("hits", []) if hit["number"] != own][:HITS]
    return max((hit["similarity"] for hit in hits), default=0.0)


def lines(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            own, tab, text = line.rstrip("\n").partition("\t")
            if line.strip():
                yield (own, text) if tab else ("", own)


def main():
    zhiyun, data, needs = sys.argv[1:4]
    unrelated = sys.argv[4] if len(sys.argv) > 4 else os.path.join(os.path.dirname(__file__), "unrelated.txt")
    found = {True: ([], []), False: ([], [])}  # by half: needs, unrelated
    for kind, path in enumerate((needs, unrelated)):
        for own, text in lines(path):
            half = hashlib.sha256(text.encode()).digest()[0] % 2 == 0
            found[half][kind].append(similarity(zhiyun, data, text, own))
    print("threshold   chosen by: needs  unrelated   held: needs  unrelated")
    for percent in range(30, 62, 2):
        shares = [sum(one < percent / 100 for one in found[half][kind]) / max(1, len(found[half][kind]))
                  for half in (True, False) for kind in (0, 1)]
        print(f"{percent / 100:9.2f} {shares[0]:17.3f} {shares[1]:10.3f} {shares[2]:13.3f} {shares[3]:10.3f}")


main()
