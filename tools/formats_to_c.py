#!/usr/bin/env python3
"""The list of import formats (src/ingest/formats/meson.build) -> formats[]."""
import sys

target, names = sys.argv[1], [n.replace("-", "_") for n in sys.argv[2:]]
with open(target, "w", encoding="utf-8") as f:
    f.write("/* Made from src/ingest/formats/meson.build by tools/formats_to_c.py. */\n")
    f.write('#include "ingest/format.h"\n\n')
    for n in names:
        f.write(f"extern const struct format format_{n};\n")
    f.write("\nconst struct format *const formats[] = {\n")
    for n in names:
        f.write(f"    &format_{n},\n")
    f.write("    NULL,\n};\n")
