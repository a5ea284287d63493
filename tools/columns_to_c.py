#!/usr/bin/env python3
"""reference/columns.csv -> a C table of column aliases (run by the build).

Refuses two rows of the same name (as the reader compares names) that lead to
different fields, and blank entries."""
import csv
import sys
import unicodedata


def folded(name):
    s = unicodedata.normalize("NFKC", name).casefold()
    kept = "".join(c for c in s if unicodedata.category(c)[0] in "LN")
    return kept or s.strip()


def c_string(s):
    return '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main(source, target):
    seen = {}
    lines = []
    with open(source, encoding="utf-8", newline="") as f:
        for number, row in enumerate(csv.DictReader(f), 2):
            vendor, column, field = row["vendor"], row["column"], row["field"]
            if not (vendor and column and field):
                sys.exit(f"{source}:{number}: an empty entry")
            key = folded(column)
            if seen.setdefault(key, field) != field:
                sys.exit(f"{source}:{number}: {column} is {field} here and {seen[key]} above")
            lines.append(f"    {{{c_string(vendor)}, {c_string(column)}, {c_string(field)}}},")
    with open(target, "w", encoding="utf-8") as f:
        f.write("/* Made from reference/columns.csv by tools/columns_to_c.py. */\n")
        f.write('#include "ingest/columns_priv.h"\n\n')
        f.write("const struct column_alias column_aliases[] = {\n")
        f.write("\n".join(lines))
        f.write("\n};\nconst size_t column_alias_count = "
                "sizeof(column_aliases) / sizeof(column_aliases[0]);\n")


main(sys.argv[1], sys.argv[2])
