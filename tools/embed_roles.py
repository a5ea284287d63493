#!/usr/bin/env python3
"""types/roles.yaml as a C table, sorted by name, for src/access/role.c.

The file keeps to one role a line, in flow style; anything else is refused here, so that nothing is
read differently from what is written. (src/access/subject_test.c compares the table with the file
as the program's own YAML reader sees it.)
usage: embed_roles.py IN.yaml OUT.h
"""
import re
import sys

KINDS = ("province_office city_office province_ip_centre finance_office audit_office party "
         "service_org bank expert_pool").split()
LINE = re.compile(r"  - \{name: ([a-z][a-z0-9_]{0,39}), label: \{zh: ([^,{}]+), en: ([^,{}]+)\}, "
                  r"unit: \[([a-z_, ]*)\](, administrator: true)?(, delegable: false)?"
                  r"(?:, granted_by: ([a-z_]+))?(, publications: true)?\}$")


def quoted(text):
    return '"' + "".join(chr(b) if 0x20 <= b < 0x7F and b not in (0x22, 0x5C) else "\\%03o" % b
                         for b in text.encode("utf-8")) + '"'


def roles(path):
    found = []
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n") for line in file]
    body = [(n, line) for n, line in enumerate(lines, 1) if line and not line.startswith("#")]
    if not body or body[0][1] != "roles:":
        sys.exit(f"{path}: does not begin with 'roles:'")
    for number, line in body[1:]:
        match = LINE.match(line)
        if not match:
            sys.exit(f"{path}:{number}: not a role as this tool knows it: {line}")
        kinds = [k.strip() for k in match[4].split(",") if k.strip()]
        for kind in kinds:
            if kind not in KINDS:
                sys.exit(f"{path}:{number}: there is no kind of unit '{kind}'")
        found.append((match[1], match[2], match[3], kinds, bool(match[5]), not match[6], match[7] or "", bool(match[8])))
    names = [role[0] for role in found]
    if len(set(names)) != len(names):
        sys.exit(f"{path}: a role is there twice")
    for role in found:
        if role[6] and role[6] not in names:
            sys.exit(f"{path}: {role[0]} is granted by {role[6]}, which is no role")
    return sorted(found)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[2], "w", encoding="ascii") as out:
        out.write("/* Made by tools/embed_roles.py from types/roles.yaml. */\n")
        table = roles(sys.argv[1])
        for name, _, _, kinds, *_ in table:
            if kinds:
                out.write(f"static const struct str kinds_{name}[] = {{"
                          + ", ".join(f"{{{quoted(k)}, {len(k)}}}" for k in kinds) + "};\n")
        out.write("static const struct role role_table[] = {\n")
        for name, zh, en, kinds, administrator, delegable, granted_by, publications in table:
            texts = ", ".join(f"{{{quoted(t)}, {len(t.encode('utf-8'))}}}"
                              for t in (name, zh, en, granted_by))
            out.write(f"    {{{texts}, {str(administrator).lower()}, {str(delegable).lower()}, "
                      f"{str(publications).lower()}, {'kinds_' + name if kinds else 'NULL'}, {len(kinds)}}},\n")
        out.write("};\n")


main()
