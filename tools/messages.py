#!/usr/bin/env python3
"""messages.py ROOT [--missing]: every sentence in the C code that a person may read has its
Chinese in po/zh.po, and po/zh.po holds nothing that the code no longer says. Prints TAP, or with
--missing the entries to add, ready to be translated.

Sentences are the format argument of the calls below, literals marked N_("…") (base/msg.h), and the texts of
src/policy/pack_keys.yaml.
"""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pack_keys  # noqa: E402
import po_to_c  # noqa: E402

# call → which argument, from 0, is the sentence
CALLS = {"err_set": 2, "err_store": 2, "err_full": 1, "err_errno": 2, "err_note": 1, "msg": 0, "usage_error": 1, "log_line": 1,
         "N_": 0, "notes_remark": 1, "item_warn": 2, "verdict_fault": 2, "finding": 3, "advice": 3, "type_fault": 2, "FAULT": 2, "sql_fault": 1, "in_the_way": 1, "pack_fault": 2, "pack_fault_at": 4, "facts_fault": 3,
         "LINT": 3}
CALL = re.compile(r"\b(" + "|".join(CALLS) + r")\s*\(")
LITERAL = re.compile(r'(?:\s|\\\n)*"((?:[^"\\]|\\.)*)"')
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "r": "\r"}


def unescape(text):
    return re.sub(r"\\(.)", lambda m: ESCAPES.get(m[1], m[0]), text)


def skip_argument(text, at):
    """Position after the comma that ends the argument at `at`; None at the closing bracket."""
    depth = 0
    while at < len(text):
        literal = LITERAL.match(text, at) if text[at] == '"' else None
        if literal:
            at = literal.end()
            continue
        if text[at] == "'":
            at += 4 if text[at + 1] == "\\" else 3
            continue
        if text[at] in "([{":
            depth += 1
        elif text[at] in ")]}":
            if depth == 0:
                return None
            depth -= 1
        elif text[at] == "," and depth == 0:
            return at + 1
        at += 1
    return None


def literals(text, at):
    """Every string literal of the argument at `at`: adjacent ones joined, both of `x ? "a" : "b"`."""
    found, joined = [], None
    depth = 0
    while at < len(text):
        literal = LITERAL.match(text, at)
        if literal and depth == 0:
            joined = (joined or "") + unescape(literal[1])
            at = literal.end()
            continue
        char = text[at]
        if char in "([{":
            depth += 1
        elif char in ")]}":
            if depth == 0:
                break
            depth -= 1
        elif char == "," and depth == 0:
            break
        if not char.isspace() and joined is not None:
            found.append(joined)
            joined = None
        at += 1
    return found + ([joined] if joined is not None else [])


def sentences(root):
    """sentence → first place."""
    found = {}
    trees = [walked for top in ("src", "tests") for walked in os.walk(os.path.join(root, top))]
    for base, folders, names in trees:
        folders.sort()
        for name in sorted(names):
            if base.startswith(os.path.join(root, "tests")) and name != "pack_reference.c":
                continue  # it prints docs/*.zh.md
            if not name.endswith((".c", ".h")) or name.endswith(("_test.c", "_table.c")):
                continue
            path = os.path.join(base, name)
            with open(path, encoding="utf-8") as file:
                text = re.sub(r"/\*.*?\*/", lambda m: " " * len(m[0]), file.read(), flags=re.S)
            for call in CALL.finditer(text):
                at = call.end()
                for _ in range(CALLS[call[1]]):
                    at = skip_argument(text, at) if at else None
                for sentence in literals(text, at) if at else []:
                    words = re.search(r"[A-Za-z]{2}", po_to_c.CONVERSION.sub("", sentence))
                    if words or call[1] == "msg":  # "%s: %s" has its Chinese colon
                        line = text.count("\n", 0, call.start()) + 1
                        found.setdefault(sentence, f"{os.path.relpath(path, root)}:{line}")
    for sentence, place in pack_keys.texts(os.path.join(root, "src", "policy", "pack_keys.yaml")):
        found.setdefault(sentence, f"src/policy/pack_keys.yaml: {place}")
    return found


def quote(text):
    return '"' + (text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
                  .replace("\t", "\\t")) + '"'


def main():
    root = sys.argv[1]
    said = sentences(root)
    with open(os.path.join(root, "po", "zh.po"), encoding="utf-8") as file:
        held = {key for key, value in po_to_c.entries(file) if value}
    missing = [key for key in said if key not in held]
    stale = sorted(held - set(said))
    if "--missing" in sys.argv:
        for key in missing:
            print(f"#: {said[key]}\nmsgid {quote(key)}\nmsgstr \"\"\n")
        return 0
    print("1..2")
    print(f"{'not ok' if missing else 'ok'} 1 every sentence has its Chinese")
    for key in missing:
        print(f"# {said[key]}: {quote(key)}")
    print(f"{'not ok' if stale else 'ok'} 2 the catalogue holds no sentence that nobody says")
    for key in stale:
        print(f"# {quote(key)}")
    return 1 if missing or stale else 0


if __name__ == "__main__":
    sys.exit(main())
