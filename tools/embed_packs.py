#!/usr/bin/env python3
"""embed_packs.py OUT.c FOLDER: every text under packs/ (.yaml, .sql, .txt) as a C table, by name
("common/pack.yaml"), in the order of bytes. The output is only written when it changes, so that
nothing is compiled again for nothing.
"""
import os
import sys


def c_string(line):
    quoted = line.replace("\\", "\\\\").replace('"', '\\"').replace("?", "\\?").replace("\t", "\\t")
    return '"%s\\n"' % quoted


def main(out, folder):
    names = []
    for base, _, files in os.walk(folder):
        names += [os.path.relpath(os.path.join(base, name), folder) for name in files
                  if name.endswith((".yaml", ".sql", ".txt"))]
    rows = []
    for name in sorted(names, key=str.encode):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            lines = file.read().split("\n")
        if lines[-1] == "":
            lines.pop()
        size = sum(len(line.encode()) + 1 for line in lines)
        body = "\n     ".join(map(c_string, lines)) or '""'
        rows.append(f'    {{"{name}",\n     {body},\n     {size}}},\n')
    text = ('/* Made by tools/embed_packs.py. */\n#include "policy/packs_priv.h"\n\n'
            "const struct pack_file pack_files[] = {\n" + "".join(rows) + "    {NULL, NULL, 0},\n};\n"
            f"const size_t pack_file_count = {len(rows)};\n")
    if os.path.exists(out):
        with open(out, encoding="utf-8") as file:
            if file.read() == text:
                return
    with open(out, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
