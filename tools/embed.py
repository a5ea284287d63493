#!/usr/bin/env python3
"""embed.py OUT.c FILE…: files as one C table, for pages and tables inside the binary.

Writes `const struct embedded_file embedded_files[]` (api/embedded.h): name, bytes, length, ETag.
"""
import hashlib
import os
import sys


def main():
    out, names = sys.argv[1], sys.argv[2:]
    with open(out, "w", encoding="ascii") as c:
        c.write('/* Made by tools/embed.py. */\n#include "api/embedded.h"\n')
        rows = []
        for number, name in enumerate(names):
            with open(name, "rb") as file:
                data = file.read()
            c.write(f"static const unsigned char file_{number}[] = {{\n")
            for at in range(0, len(data), 24):
                c.write(",".join(str(byte) for byte in data[at:at + 24]) + ",\n")
            c.write("0};\n")
            etag = hashlib.sha256(data).hexdigest()[:16]
            rows.append(f'    {{"{os.path.basename(name)}", file_{number}, {len(data)}, '
                        f'"\\"{etag}\\""}},\n')
        c.write("const struct embedded_file embedded_files[] = {\n" + "".join(rows) + "    {0}};\n")


if __name__ == "__main__":
    main()
