#!/usr/bin/env python3
"""pack_keys.py IN.yaml OUT.c: the keys of packs and case files (src/policy/pack_keys.yaml) as the tables of policy/parts.h
and policy/head_schema.h. texts(path) are its sentences, for tools/messages.py."""
import json
import sys

import yaml

TYPES = "text value quote id words bool word int money date items map names".split()
MAY = {"key", "is", "need", "words", "keys", "label", "about"}


def read(path):
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)


def expanded(keys, shared):
    for key in keys:
        if isinstance(key, str):
            yield from expanded(shared[key], shared)
        else:
            yield key


def texts(path):
    """What people read of it, each with its place."""
    said = read(path)
    for name, keys in [*said["shared"].items(), *said["keys"].items()]:
        for key in expanded(keys, said["shared"]):
            for text in (key.get("label"), key["about"]):
                if text:
                    yield text, f"{name}.{key['key']}"
    for kinds in (said["part_kinds"], said["head_kinds"]):
        for kind in kinds:
            yield kind["label"], kind["section"]


def c(text):
    return json.dumps(text, ensure_ascii=False)


def key_of(key, at, tables):
    if not set(key) <= MAY or not {"key", "about"} <= set(key) or key.get("is", "text") not in TYPES:
        sys.exit(f"{at}: a key has key and about, and may have {', '.join(sorted(MAY))}; is: one of {', '.join(TYPES)}: {key}")
    if key.get("keys") and key["keys"] not in tables:
        sys.exit(f"{at}: {key['keys']} does not stand before it")
    parts = [f".name = {c(key['key'])}", f".about = {c(key['about'])}", f".type = PART_{key.get('is', 'text').upper()}"]
    parts += [f".label = {c(key['label'])}"] if "label" in key else []
    parts += [".required = true"] if key.get("need") else []
    parts += [f".words = {key['words']}"] if "words" in key else []
    parts += [f".inner = {key['keys']}"] if "keys" in key else []
    return "    {" + ", ".join(parts) + "},\n"


def kind_of(kind, place=""):
    return f"    {place}{{{c(kind['section'])}, {c(kind['label'])}, {kind.get('keys', 'NULL')}}},\n"


def main():
    source, target = sys.argv[1:]
    said, done = read(source), set()
    with open(target, "w", encoding="utf-8") as out:
        out.write(f"/* Made by tools/pack_keys.py from {source.rsplit('/', 1)[-1]}. */\n"
                  '#include "policy/head_schema.h"\n#include "policy/pack_priv.h"\n#include "policy/paper_value.h"\n')
        for name, words in said["words"].items():
            scope = "" if name.startswith(("said_", "part_")) else "static "
            out.write(f"{scope}const char *const {name}[] = {{{', '.join(map(c, words))}, NULL}};\n")
        for name, keys in said["keys"].items():
            scope = "" if name.startswith("head_") or name == "case_keys" else "static "
            out.write(f"{scope}const struct part_key {name}[] = {{\n"
                      + "".join(key_of(key, f"{source}: {name}", done) for key in expanded(keys, said["shared"])) + "    {.name = NULL}};\n")
            done.add(name)
        out.write("const struct part_kind part_kinds[PART_SECTIONS] = {\n"
                  + "".join(kind_of(kind, f"[PART_{kind['section'].upper()}] = ") for kind in said["part_kinds"]) + "};\n")
        out.write("const struct part_kind head_kinds[] = {\n" + "".join(map(kind_of, said["head_kinds"])) + "    {NULL, NULL, NULL}};\n")


if __name__ == "__main__":
    main()
