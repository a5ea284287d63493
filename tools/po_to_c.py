#!/usr/bin/env python3
"""po_to_c.py IN.po OUT.c: the Chinese message catalogue as a sorted C table (base/msg.h).

Refuses a translation whose printf conversions differ from its key's, and a key given twice.
"""
import re
import sys

CONVERSION = re.compile(
    r"%[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?(?:hh|h|ll|l|z|j|t)?[diouxXeEfgGcsp%]")


def unquote(text):
    return (text.strip()[1:-1].replace("\\n", "\n").replace("\\t", "\t")
            .replace('\\"', '"').replace("\\\\", "\\"))


def entries(lines):
    """(key, translation) pairs, the header (empty key) left out."""
    part, values = None, {"msgid": "", "msgstr": ""}
    for line in [*lines, 'msgid ""']:
        line = line.strip()
        if line.startswith("msgid "):
            if part == "msgstr" and values["msgid"]:
                yield values["msgid"], values["msgstr"]
            part, values = "msgid", {"msgid": unquote(line[6:]), "msgstr": ""}
        elif line.startswith("msgstr "):
            part = "msgstr"
            values[part] = unquote(line[7:])
        elif line.startswith('"'):
            values[part] += unquote(line)


def c_string(text):
    out = []
    for byte in text.encode():
        char = chr(byte)
        plain = 32 <= byte < 127 and char not in '"\\?'
        out.append(char if plain else f"\\{byte:03o}")
    return '"' + "".join(out) + '"'


def main():
    table, faults = {}, []
    with open(sys.argv[1], encoding="utf-8") as file:
        for key, value in entries(file):
            if key in table:
                faults.append(f"twice: {key}")
            if value and CONVERSION.findall(key) != CONVERSION.findall(value):
                faults.append(f"conversions differ: {key}")
            if value:
                table[key] = value
    if faults:
        sys.exit("\n".join(faults))
    with open(sys.argv[2], "w", encoding="ascii") as out:
        out.write("/* Made by tools/po_to_c.py from po/zh.po. */\n#include \"base/catalogue.h\"\n"
                  "const struct msg_entry catalogue_zh[] = {\n")
        for key in sorted(table, key=lambda k: k.encode()):
            out.write(f"    {{{c_string(key)}, {c_string(table[key])}}},\n")
        out.write("    {0}};\n")
        out.write(f"const unsigned catalogue_zh_count = {len(table)};\n")


if __name__ == "__main__":
    main()
