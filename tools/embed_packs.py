#!/usr/bin/env python3
"""embed_packs.py OUT.c FOLDER: every text under packs/ (.yaml, .sql, .txt) as a C table, by name
("common/pack.yaml"), in the order of bytes.
"""
import sys

from c_text import names_under, row, write_changed


def main(out, folder):
    rows = [row(folder, name) for name in names_under(folder, ".yaml", ".sql", ".txt")]
    write_changed(out, '/* Made by tools/embed_packs.py. */\n#include "policy/packs_priv.h"\n\n'
                  "const struct pack_file pack_files[] = {\n" + "".join(rows) + "    {NULL, NULL, 0},\n};\n"
                  f"const size_t pack_file_count = {len(rows)};\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
