#!/usr/bin/env python3
"""Make the C table of migrations: embed_migrations.py OUT.c FOLDER (of NNNN_what.sql files)

The files must be numbered 0001, 0002, ... without gap. Comment lines are left
out of the program; the files stay their documentation.
"""
import os
import re
import sys

from c_text import c_lines, write_changed


def body(path):
    with open(path, encoding="utf-8") as f:
        lines = [line.rstrip() for line in f]
    return c_lines([line for line in lines if line and not line.lstrip().startswith("--")])


def main(out, paths):
    rows = []
    own = {os.path.basename(p)[:-len(".postgres.sql")]: p for p in paths if p.endswith(".postgres.sql")}
    common = [path for path in paths if not path.endswith(".postgres.sql")]
    for number, path in enumerate(sorted(common, key=os.path.basename), 1):
        name = os.path.basename(path)
        match = re.fullmatch(r"(\d{4})_[a-z0-9_]+\.sql", name)
        if not match or int(match.group(1)) != number:
            sys.exit(f"{path}: expected a file named {number:04d}_what.sql")
        other = own.pop(name[:-4], None)
        rows.append(f'    {{{number}, "{name[:-4]}",\n     {body(path)},\n'
                    f'     {body(other) if other else "NULL"}}},\n')
    if own:
        sys.exit(f"{sorted(own.values())[0]}: there is no file of this name without .postgres")
    write_changed(out, '/* Made by tools/embed_migrations.py. */\n#include "db/store.h"\n\n'
                  "const struct migration migrations[] = {\n" + "".join(rows) + "};\n"
                  f"const size_t migration_count = {len(rows)};\n")


if __name__ == "__main__":
    folder = sys.argv[2]
    main(sys.argv[1], [os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".sql")])
