#!/usr/bin/env python3
"""resource_table.py OUT.c FILE.c…: the table `resources[]` from the `const struct resource
resource_*` definitions in the files, in the order given; `resource_literals[]`, the bytes before the first
brace of the path of each; and `resource_names[]`, the C names. One that does not say who may call it, its path, or (a GET) what it shows counts for, stops
the build."""
import re
import sys


def main():
    names, literals = [], []
    for name in sys.argv[2:]:
        with open(name, encoding="utf-8") as file:
            for resource, body in re.findall(r"^const struct resource (resource_\w+) = \{(.*?)\};",
                                             file.read(), re.M | re.S):
                if ".need = NEED_" not in body and "ROLE_AMONG(" not in body:
                    sys.exit(f"{name}: {resource} does not say who may call it (.need)")
                if ".method =" not in body and ".reads = READS_" not in body:
                    sys.exit(f"{name}: {resource} does not say how many records it shows (.reads)")
                path = re.search(r'\.path = "([^"{]+)', body)
                if not path:
                    sys.exit(f"{name}: {resource} does not say its path (.path)")
                names.append(resource)
                literals.append(len(path[1]))
    with open(sys.argv[1], "w", encoding="ascii") as out:
        out.write('/* Made by tools/resource_table.py. */\n#include "api/resource.h"\n')
        out.write("extern const struct resource " + ", ".join(names) + ";\n")
        out.write("const struct resource *const resources[] = {\n")
        out.write("".join(f"    &{name},\n" for name in names) + "    NULL};\n")
        out.write("const size_t resource_literals[] = {" + ", ".join(map(str, literals)) + "};\n")
        out.write("const char *const resource_names[] = {\n")
        out.write("".join(f'    "{name.removeprefix("resource_")}",\n' for name in names) + "};\n")


if __name__ == "__main__":
    main()
