#!/usr/bin/env python3
"""The readings of Chinese characters and words as a C header (src/text/pinyin.c):

    pinyin_signs[c - PINYIN_FIRST]    the character of its order that stands for c, by its own reading
    pinyin_words, pinyin_surnames     a word, and the same characters for its readings; sorted by bytes

usage: embed_pinyin.py reference/pinyin.csv reference/pinyin_words.csv OUT.h
"""
import csv
import sys

from embed_table import quoted

FIRST, LAST = 0x3400, 0x9FFF  # LAST stands for characters without a reading


def rows(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.reader(line for line in f if not line.startswith("#")))[1:]


def main():
    alone, read, place = {}, {}, FIRST
    for reading, signs, also in rows(sys.argv[1]):
        for sign in signs + also:
            read[sign, reading] = chr(place)
            place += 1
        alone.update((sign, read[sign, reading]) for sign in signs)
    words = sorted((word, "".join(read[pair] for pair in zip(word, readings.split(), strict=True))) for word, readings in rows(sys.argv[2]))
    assert place <= LAST and all(FIRST <= ord(sign) <= LAST for sign in alone)
    with open(sys.argv[3], "w", encoding="ascii") as f:
        f.write(f"/* Made by tools/embed_pinyin.py. */\n#define PINYIN_FIRST {FIRST}\nstatic const uint16_t pinyin_signs[] = {{\n")
        f.write(",\n".join(str(ord(alone.get(chr(c), chr(LAST)))) for c in range(FIRST, LAST + 1)))
        for name, chosen in (("words", [w for w in words if len(w[0]) > 1]), ("surnames", [w for w in words if len(w[0]) == 1])):
            f.write(f"}};\nstatic const char *const pinyin_{name}[][2] = {{\n")
            f.writelines("    {" + ", ".join(map(quoted, pair)) + "},\n" for pair in chosen)
        f.write("};\n")


if __name__ == "__main__":
    main()
