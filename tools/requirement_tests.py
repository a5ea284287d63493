#!/usr/bin/env python3
"""requirement_tests.py OUT.h ROOT: which tests assert which rows of reference/requirement_rows.csv, as a C table

    static const char *const requirement_tests[][4] = { {row, check, test, assertion}, … };

in the order of rows and of their checks: an acceptance check of several sentences ("A; and B") has one for each, and
a tag says which: SCYY-050 of a row with one, SCYY-066.2 the second, SCYY-004.1+3 the first and the third. A tag stands
on the test itself, so that it cannot outlive it:
    packs/<id>/cases/*.yaml      rows: [SCYY-050.1]                  beside name and expect
    tests/**/*_test.py           @tap.meets("SCYY-069.1+2")          on a function test_…
    tests/programmes/*.scenario  # a title [SCYY-069.1]              the comment that begins a step
    src/**/*_test.c              /* SCYY-069.1 SXYY-043.3 */         on the line above static void name(void **state)
    web/**/*.test.ts             // SCYY-076.1                       on the line above test("name", …
What stops the build: a tag of an unknown row or check, one that does not say which of several, one on what no test
program runs, and one on a test that asserts nothing: its assertions are read from what is run (Python's tree, C
without comments), so that words in a docstring, behind a skip or a return, or of a constant are none.
"""
import ast
import csv
import os
import pathlib
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "requirements"))
import twins  # noqa: E402
from c_text import write_changed  # noqa: E402
from embed_table import quoted  # noqa: E402

ROW = r"[A-Z]{4}-A?\d+(?:\.\d+(?:\+\d+)*)?"
NOTHING = "asserts nothing"


def stop(path, text, at, reason):
    sys.exit(f"{path}:{text.count(chr(10), 0, at) + 1}: {reason}")


# --- packs ---------------------------------------------------------------------------------------


def of_cases(root):
    for path in sorted(root.glob("packs/*/cases/*.yaml")):
        text = path.read_text(encoding="utf-8")
        tag = re.search(r"^rows: \[(.*)\]$", text, re.M)
        name = re.search(r"^name: (.+)$", text, re.M)
        if tag and not name:
            stop(path, text, tag.start(), "a case that asserts rows has a name")
        if tag and not re.search(r"^expect:( *\{ *\w|\n +\w)", text, re.M):
            stop(path, text, tag.start(), NOTHING)
        if tag:
            yield path, text, tag.start(), re.findall(ROW, tag[1]), name[1]


# --- Python --------------------------------------------------------------------------------------


def is_skip(node):
    """raise tap.Skip(…)"""
    named = node.exc.func if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) else getattr(node, "exc", None)
    return getattr(named, "attr", getattr(named, "id", "")) == "Skip"


def is_constant(node):
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Tuple) and bool(node.elts))


def run_of(statements):
    """The nodes of a block that are run: nothing behind a return or a raise, nor of what is only defined there."""
    for one in statements:
        if isinstance(one, (ast.FunctionDef, ast.ClassDef)):
            continue
        blocks = [getattr(one, name) for name in ("body", "orelse", "finalbody") if isinstance(getattr(one, name, None), list)]
        blocks += [handler.body for handler in getattr(one, "handlers", [])]
        if isinstance(one, (ast.If, ast.While)) and is_constant(one.test):
            blocks = blocks[:1] if getattr(one.test, "value", True) else blocks[1:]
        yield one
        for block in blocks:
            yield from run_of(block)
        if isinstance(one, (ast.Return, ast.Raise, ast.Continue, ast.Break)):
            return


def own(node):
    """What stands in a statement itself, not in its blocks."""
    for name, value in ast.iter_fields(node):
        if name not in ("body", "orelse", "finalbody", "handlers"):
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, ast.AST):
                    yield from ast.walk(one)


def asserts(function, known):
    """Whether a call of it can fail by what it says: an assertion of no constant, or a call of one of the known."""
    known = known | {one.name for one in ast.walk(function) if isinstance(one, ast.FunctionDef) and one is not function and
                     asserts(one, known)}
    for node in run_of(function.body):
        if isinstance(node, ast.Assert) and not is_constant(node.test):
            return True
        if isinstance(node, ast.Raise) and node.exc and not is_skip(node):
            return True
        if any(isinstance(one, ast.Call) and getattr(one.func, "attr", getattr(one.func, "id", "")) in known for one in own(node)):
            return True
    return False


def helpers(trees):
    """Names of functions of the tests that assert, or call one that does."""
    functions = [one for tree in trees for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and not one.name.startswith("test_")]
    known, before = set(), None
    while before != known:
        before = set(known)
        known |= {one.name for one in functions if one.name not in known and asserts(one, known)}
    return known


def tags_of(function):
    for one in function.decorator_list:
        if isinstance(one, ast.Call) and ast.unparse(one.func) == "tap.meets":
            yield [word.value for word in one.args if isinstance(word, ast.Constant)]


def of_python(root):
    run = (root / "tests/meson.build").read_text(encoding="utf-8")
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(root.glob("tests/**/*.py"))}
    trees = {path: ast.parse(text) for path, text in texts.items()}
    known = helpers(trees.values())
    for path, tree in trees.items():
        for function in [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]:
            for rows in tags_of(function):
                lines = texts[path].split("\n")
                at = sum(len(line) + 1 for line in lines[:function.decorator_list[0].lineno - 1])
                if not function.name.startswith("test_") or function not in tree.body or not path.name.endswith("_test.py"):
                    stop(path, texts[path], at, "the tag stands on no function test_…")
                if not re.search(rf"\b{path.name}|'{path.name[:-len('_test.py')]}'", run):
                    stop(path, texts[path], at, "tests/meson.build does not run this file")
                if not asserts(function, known):
                    stop(path, texts[path], at, f"{function.name} {NOTHING}")
                yield path, texts[path], at, rows, function.name[len("test_"):].replace("_", " ")


# --- scenarios -----------------------------------------------------------------------------------


def step_asserts(lines):
    """A line about a deadline, a step that is taken or refused, or a check of what is read."""
    if lines and lines[0].startswith("at "):
        lines = lines[1:]
    if not lines or lines[0].startswith("make "):
        return False
    if re.match(r"(due|seen|over|past|opens|lapses) \w", lines[0]):
        return True
    status = next((n for n, line in enumerate(lines) if re.fullmatch(r"\d{3}", line)), None)
    return status is not None and (" GET " not in lines[0] or lines[status] >= "400" or len(lines) > status + 1)


def of_scenarios(root):
    run = (root / "tests/meson.build").read_text(encoding="utf-8")
    for path in sorted(root.glob("tests/programmes/*.scenario")):
        text = path.read_text(encoding="utf-8")
        for tag in re.finditer(rf"^# (.+?) \[({ROW}(?:, {ROW})*)\]$", text, re.M):
            if f"'{path.stem}'" not in run:
                stop(path, text, tag.start(), "tests/meson.build does not run this file")
            block = re.split(r"\n[ \t]*\n", text[tag.start():], maxsplit=1)[0]
            if not step_asserts([line for line in block.split("\n") if not line.startswith("#") and line.strip()]):
                stop(path, text, tag.start(), f"the step {NOTHING}")
            yield path, text, tag.start(), re.findall(ROW, tag[2]), tag[1]


# --- C -------------------------------------------------------------------------------------------


def unconditional_end(body):
    """What is run of a function's text: nothing behind a skip or a return that is under no condition."""
    out, before = [], "{"
    for line in body.split("\n"):
        if re.match(r" {4}(return\b.*;|skip\(\);|abort\(\);)$", line) and before.rstrip()[-1:] in "{};":
            break
        out.append(line)
        before = line if line.strip() else before
    return "\n".join(out)


def asserting_c(text):
    """{function: whether it asserts, itself or by another of the file}"""
    code = twins.masked(re.sub(r"^#if 0\b.*?^#endif", lambda m: re.sub(r"[^\n]", " ", m[0]), text, flags=re.S | re.M))
    bodies = {}
    for start, brace, end in twins.functions(code):
        name = re.search(r"(\w+)\s*\(", code[start:brace])
        if name:
            bodies[name[1]] = unconditional_end(code[brace:end])
    said = {name: bool(re.search(r"\b_?assert_\w+\(|\bassert\(|\bfail(_msg)?\(", body)) for name, body in bodies.items()}
    for _ in bodies:
        more = {name for name, body in bodies.items()
                if not said[name] and any(said.get(call) for call in re.findall(r"\b(\w+)\(", body))}
        said.update(dict.fromkeys(more, True))
        if not more:
            break
    return said, code


def of_c(root):
    for path in sorted(root.glob("src/**/*_test.c")):
        text = path.read_text(encoding="utf-8")
        tags = list(re.finditer(rf"^/\* ((?:{ROW} ?)+)\*/\n(?:static void (\w+)\(void \*\*)?", text, re.M))
        said, code = asserting_c(text) if tags else ({}, "")
        for tag in tags:
            if not tag[2] or not re.search(rf"(cmocka_unit_test\w*|TEST)\({tag[2]}\b", code):
                stop(path, text, tag.start(), "the tag stands on no test that is run")
            if not said.get(tag[2]):
                stop(path, text, tag.start(), f"{tag[2]} {NOTHING}")
            yield path, text, tag.start(), re.findall(ROW, tag[1]), tag[2].replace("_", " ")


# --- pages ---------------------------------------------------------------------------------------


def of_pages(root):
    for path in sorted(root.glob("web/**/*.test.ts")):
        if "node_modules" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        for tag in re.finditer(rf'^// ((?:{ROW} ?)+)\n(?:test\("([^"]+)"(.*?)^\}}\);)?', text, re.M | re.S):
            if not tag[2]:
                stop(path, text, tag.start(), "the tag stands on no test")
            if not re.search(r"\b(assert|expect)\b[\w.]*\(", tag[3]):
                stop(path, text, tag.start(), NOTHING)
            yield path, text, tag.start(), re.findall(ROW, tag[1]), tag[2]


def checks_of(tag, known):
    """(row, its checks) of a tag; else a sentence."""
    row, _, which = tag.partition(".")
    if row not in known:
        return f"there is no requirement {row}"
    numbers = [int(n) for n in which.split("+")] if which else [1]
    if not which and known[row] > 1:
        return f"{row} has {known[row]} checks; the tag says which ({row}.1)"
    if not all(1 <= n <= known[row] for n in numbers):
        return f"{row} has {known[row]} checks, not {which}"
    return row, numbers


def main(out, root):
    root = pathlib.Path(root)
    with open(root / "reference/requirement_rows.csv", encoding="utf-8", newline="") as file:
        known = {row["id"]: int(row["checks"]) for row in csv.DictReader(line for line in file if not line.startswith("#"))}
    found = set()
    for tags in (of_cases, of_python, of_scenarios, of_c, of_pages):
        for path, text, at, rows, assertion in tags(root):
            if not rows:
                stop(path, text, at, "the tag names no requirement")
            for tag in rows:
                said = checks_of(tag, known)
                if isinstance(said, str):
                    stop(path, text, at, said)
                found.update((said[0], str(n), path.relative_to(root).as_posix(), assertion) for n in said[1])
    lines = ["    {" + ", ".join(map(quoted, row)) + "},\n" for row in sorted(found)]
    write_changed(out, "/* Made by tools/requirement_tests.py. */\n"
                  "static const char *const requirement_tests[][4] = {\n" + "".join(lines) +
                  "    {NULL, NULL, NULL, NULL},\n};\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
