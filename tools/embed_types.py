#!/usr/bin/env python3
"""embed_types.py OUT.c FOLDER SOURCE…: every .yaml file under types/ as a C table of texts, by name
("deal.yaml", "dictionaries/industry.yaml"), and the digest of them and of the sources that make
tables of them. The output is only written when it changes, so that nothing is compiled again for
nothing.
"""
import hashlib
import os
import sys


def c_string(line):
    quoted = line.replace("\\", "\\\\").replace('"', '\\"').replace("?", "\\?")
    return '"%s\\n"' % quoted


def main(out, folder, sources):
    names = []
    for base, _, files in os.walk(folder):
        names += [os.path.relpath(os.path.join(base, name), folder) for name in files if name.endswith(".yaml")]
    rows, digest = [], hashlib.sha256()
    for path in [os.path.join(folder, name) for name in sorted(names)] + sorted(sources):
        with open(path, "rb") as file:
            data = file.read()
        digest.update(os.path.basename(path).encode() + b"\0" + str(len(data)).encode() + b"\0" + data)
    for name in sorted(names):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            lines = file.read().split("\n")
        if lines[-1] == "":
            lines.pop()
        size = sum(len(line.encode()) + 1 for line in lines)
        body = "\n     ".join(map(c_string, lines)) or '""'
        rows.append(f'    {{"{name}",\n     {body},\n     {size}}},\n')
    text = ('/* Made by tools/embed_types.py. */\n#include "record/type_priv.h"\n\n'
            "const struct type_file type_files[] = {\n" + "".join(rows) + "};\n"
            f"const size_t type_file_count = {len(rows)};\n"
            f'const char type_files_digest[] = "{digest.hexdigest()}";\n')
    if os.path.exists(out):
        with open(out, encoding="utf-8") as file:
            if file.read() == text:
                return
    with open(out, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
