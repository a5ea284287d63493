#!/usr/bin/env python3
"""embed_text.py NAME FILE OUT.h: one text as `static const char NAME[]`, a line a literal."""
import sys

from c_text import c_lines, write_changed


def main(name, source, out):
    with open(source, encoding="utf-8") as file:
        lines = file.read().splitlines()
    write_changed(out, f"/* Made by tools/embed_text.py. */\nstatic const char {name}[] =\n     {c_lines(lines)};\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
