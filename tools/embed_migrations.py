#!/usr/bin/env python3
"""Make the C table of migrations: embed_migrations.py OUT.c FOLDER (of NNNN_what.sql files)

The files must be numbered 0001, 0002, ... without gap. Comment lines are left
out of the program; the files stay their documentation. The output is only
written when it changes, so that nothing is compiled again for nothing.
"""
import os
import re
import sys


def c_string(line):
    quoted = line.replace("\\", "\\\\").replace('"', '\\"')
    return '"%s\\n"' % quoted


def main(out, paths):
    rows = []
    for number, path in enumerate(sorted(paths, key=os.path.basename), 1):
        name = os.path.basename(path)
        match = re.fullmatch(r"(\d{4})_[a-z0-9_]+\.sql", name)
        if not match or int(match.group(1)) != number:
            sys.exit(f"{path}: expected a file named {number:04d}_what.sql")
        with open(path, encoding="utf-8") as f:
            lines = [l.rstrip() for l in f]
        lines = [l for l in lines if l and not l.lstrip().startswith("--")]
        body = "\n     ".join(c_string(l) for l in lines)
        rows.append(f'    {{{number}, "{name[:-4]}",\n     {body}}},\n')
    text = ('/* Made by tools/embed_migrations.py. */\n#include "db/store.h"\n\n'
            "const struct migration migrations[] = {\n" + "".join(rows) + "};\n"
            f"const size_t migration_count = {len(rows)};\n")
    if os.path.exists(out):
        with open(out, encoding="utf-8") as f:
            if f.read() == text:
                return
    with open(out, "w", encoding="utf-8") as f:
        f.write(text)


if __name__ == "__main__":
    folder = sys.argv[2]
    main(sys.argv[1], [os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".sql")])
