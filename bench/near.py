#!/usr/bin/env python3
"""near.py ZHIYUN DATA NEEDS [UNRELATED]: how well "nothing near" tells needs from unrelated texts.

NEEDS: a text a line, with a tab and the number of its own record before it, which is then left out; UNRELATED: a text a
line (unrelated.txt: poems, news, letters, noise). Prints the share of both that is told "nothing near".
"""
import json
import os
import subprocess
import sys

ENV = {name: value for name, value in os.environ.items() if name != "ZHIYUN_UNSYNCED"}


def is_told(zhiyun, data, text, own):
    without = ["--filter", f"number!={own}"] if own else []
    done = subprocess.run([zhiyun, "--data", data, "--json", "match", "--text", "-", "--before", "any", *without],
                          input=text.encode(), capture_output=True, env=ENV, check=False)
    reply = json.loads(done.stdout or "{}")
    return reply.get("nothing_near", False) or not reply.get("hits")


def lines(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            own, tab, text = line.rstrip("\n").partition("\t")
            if line.strip():
                yield (own, text) if tab else ("", own)


def main():
    zhiyun, data, needs = sys.argv[1:4]
    unrelated = sys.argv[4] if len(sys.argv) > 4 else os.path.join(os.path.dirname(__file__), "unrelated.txt")
    for kind, path in (("needs", needs), ("unrelated", unrelated)):
        told = [is_told(zhiyun, data, text, own) for own, text in lines(path)]
        print(f"{kind}: {sum(told)} of {len(told)} told, {sum(told) / max(1, len(told)):.2f}")


if __name__ == "__main__":
    main()
