#!/usr/bin/env python3
"""embed_types.py OUT.c FOLDER SOURCE…: every .yaml file under types/ as a C table of texts, by name
("deal.yaml", "dictionaries/industry.yaml"), and the digest of them and of the sources that make
tables of them.
"""
import hashlib
import os
import sys

from c_text import names_under, row, write_changed


def main(out, folder, sources):
    names, digest = names_under(folder, ".yaml"), hashlib.sha256()
    for path in [os.path.join(folder, name) for name in names] + sorted(sources):
        with open(path, "rb") as file:
            data = file.read()
        digest.update(os.path.basename(path).encode() + b"\0" + str(len(data)).encode() + b"\0" + data)
    rows = [row(folder, name) for name in names]
    write_changed(out, '/* Made by tools/embed_types.py. */\n#include "record/type_priv.h"\n\n'
                  "const struct type_file type_files[] = {\n" + "".join(rows) + "};\n"
                  f"const size_t type_file_count = {len(rows)};\n"
                  f'const char type_files_digest[] = "{digest.hexdigest()}";\n')


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
