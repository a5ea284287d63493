#!/usr/bin/env python3
"""A reference table (CSV, first lines starting with '#' name its source) as a C header:

    static const char *const NAME[][COLUMNS] = { {"a", "b"}, … };

sorted by the bytes of the columns in the order given, so that C finds rows by bisection.
usage: embed_table.py NAME IN.csv… OUT.h [column…]   (default: all columns of the first, in file order)
A column written a+b gives one row for each name in a and b (where the file has them): the parts between
"|", in lower case (ASCII letters only).
"""
import csv
import itertools
import sys


def quoted(text):
    out = []
    for byte in text.encode("utf-8"):
        if byte in (0x22, 0x5C):
            out.append("\\" + chr(byte))
        elif 0x20 <= byte < 0x7F:
            out.append(chr(byte))
        else:
            out.append("\\%03o" % byte)
    return '"' + "".join(out) + '"'


def values(row, header, spec):
    if "+" not in spec:
        return [row[header.index(spec)]]
    names = "|".join(row[header.index(c)] for c in spec.split("+") if c in header).split("|")
    return {"".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in n) for n in names if n}


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    name, end = sys.argv[1], next(i for i in range(2, len(sys.argv)) if not sys.argv[i].endswith(".csv"))
    sources, target, specs, made = sys.argv[2:end], sys.argv[end], sys.argv[end + 1:], set()
    for source in sources:
        with open(source, encoding="utf-8", newline="") as f:
            rows = list(csv.reader(line for line in f if not line.startswith("#")))
        header, rows = rows[0], [r for r in rows[1:] if r]
        for number, row in enumerate(rows, 1):
            if len(row) != len(header):
                sys.exit(f"{source}: record {number} has {len(row)} fields, not {len(header)}: {row}")
        specs = specs or header
        made |= {choice for r in rows for choice in itertools.product(*[values(r, header, spec) for spec in specs])}
    rows = sorted(made, key=lambda r: [c.encode("utf-8") for c in r])
    with open(target, "w", encoding="ascii") as f:
        f.write(f"/* Made by tools/embed_table.py from {', '.join(s.rsplit('/', 1)[-1] for s in sources)}. */\n")
        f.write(f"static const char *const {name}[][{len(specs)}] = {{\n")
        for row in rows:
            f.write("    {" + ", ".join(quoted(c) for c in row) + "},\n")
        f.write("};\n")


if __name__ == "__main__":
    main()
