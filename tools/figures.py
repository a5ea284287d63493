#!/usr/bin/env python3
"""figures.py [--budget FILE] DIR: how large the product's C is, and how entangled.

Prints for each folder under DIR/src: lines of code (no blanks, comments, tests, fixtures, benches or tables), functions,
functions with six or more parameters; then the largest circle of functions that call each other, and the tables that SQL of
more than one folder names. With --budget, fails where all folders together have more lines than FILE allows.
"""
import glob
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict

NOT_PRODUCT = re.compile(r"_(test|bench|table)\.[ch]$|^fixture\.[ch]$")
MANY = 6
LITERAL = r'"(?:\\.|[^"\\\n])*"'
SKIPPED = re.compile(LITERAL + r"|'(?:\\.|[^'\\\n])*'|/\*.*?\*/|//[^\n]*", re.S)


def product_files(root):
    files = sorted(glob.glob(f"{root}/src/**/*.[ch]", recursive=True))
    return [f for f in files if not NOT_PRODUCT.search(os.path.basename(f))]


def folder_of(root, file):
    return os.path.relpath(file, f"{root}/src").split(os.sep)[0]


def without_comments(text, literals=True):
    def keep(match):
        one = match[0]
        return "\n" * one.count("\n") if one[0] == "/" else one if literals else '""'
    return SKIPPED.sub(keep, text)


def parameters(signature):
    depth, count = 0, 0
    inner = signature.strip()[1:-1].strip()
    for c in inner:
        depth += (c in "([") - (c in ")]")
        count += c == "," and depth == 0
    return count + 1 if inner not in ("", "void") else 0


def functions_of(files):
    """Of each function: file, name, first and last line, number of parameters, whether it is of its file alone."""
    asked = ["ctags", "--languages=C", "--langmap=C:.c.h", "--c-kinds=f", "--fields=+neSf", "--output-format=json", "-f", "-", *files]
    said = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    for line in said.splitlines():
        tag = json.loads(line)
        yield tag["path"], tag["name"], tag["line"], tag.get("end", tag["line"]), parameters(tag.get("signature", "()")), tag.get("file", False)


def largest_circle(functions, texts):
    """Tarjan's strongly connected components over calls by name; a static function is found in its own file alone."""
    shared = {name: (file, name) for file, name, _, _, _, static in functions if not static}
    own = {(file, name) for file, name, *_ in functions}
    calls = {}
    for file, name, first, last, _, _ in functions:
        body = "\n".join(texts[file][first:last])
        named = set(re.findall(r"\b([a-z_][a-z0-9_]*)\s*\(", body))
        calls[file, name] = {(file, one) if (file, one) in own else shared[one] for one in named if (file, one) in own or one in shared}
    index, low, stack, on_stack, largest = {}, {}, [], set(), []
    for root in calls:
        if root in index:
            continue
        work = [(root, iter(calls[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, rest = work[-1]
            for other in rest:
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack.append(other)
                    on_stack.add(other)
                    work.append((other, iter(calls.get(other, ()))))
                    break
                if other in on_stack:
                    low[node] = min(low[node], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    circle = []
                    while not circle or circle[-1] != node:
                        circle.append(stack.pop())
                        on_stack.discard(circle[-1])
                    if len(circle) > len(largest):
                        largest = circle
    return largest


def shared_tables(root, files):
    tables = set()
    for migration in glob.glob(f"{root}/migrations/*.sql"):
        with open(migration, encoding="utf-8") as file:
            tables |= set(re.findall(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)", file.read()))
    naming = defaultdict(set)
    for path in files:
        with open(path, encoding="utf-8") as file:
            text = " ".join(one[1:-1] for one in re.findall(LITERAL, without_comments(file.read())))
        for table in re.findall(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)", text):
            if table in tables:
                naming[table].add(folder_of(root, path))
    return {table: sorted(folders) for table, folders in naming.items() if len(folders) > 1}


def budget_of(path):
    with open(path, encoding="utf-8") as file:
        return next(int(line) for line in file if line.strip() and not line.startswith("#"))


def main(arguments):
    budget = arguments.pop(0) and arguments.pop(0) if arguments[:1] == ["--budget"] else None
    root = arguments[0] if arguments else "."
    files = product_files(root)
    lines, texts = Counter(), {}
    for path in files:
        with open(path, encoding="utf-8") as file:
            whole = file.read()
        lines[folder_of(root, path)] += sum(1 for line in without_comments(whole).split("\n") if line.strip())
        texts[path] = without_comments(whole, literals=False).split("\n")
    if budget:
        total, allowed = sum(lines.values()), budget_of(budget)
        print("1..1")
        for folder, count in lines.most_common():
            print(f"# {folder}: {count} lines")
        if total > allowed:
            print(f"# {total} lines, the budget is {allowed}; take lines away")
        print(f"{'not ok' if total > allowed else 'ok'} 1 the product's C is within its budget")
        return total > allowed
    functions = list(functions_of(files))
    all_of, many = Counter(), Counter()
    for file, _, _, _, count, _ in functions:
        all_of[folder_of(root, file)] += 1
        many[folder_of(root, file)] += count >= MANY
    print(f"{'folder':<12}{'lines':>8}{'functions':>11}{f'>= {MANY} parameters':>17}")
    for folder, count in lines.most_common():
        print(f"{folder:<12}{count:>8}{all_of[folder]:>11}{many[folder]:>17}")
    total = sum(many.values())
    print(f"{'all':<12}{sum(lines.values()):>8}{len(functions):>11}{total:>17}  {100 * total / len(functions):.1f} %")
    circle = largest_circle(functions, texts)
    print(f"largest circle of calls: {len(circle)} functions, in {', '.join(sorted({folder_of(root, file) for file, _ in circle}))}")
    tables = shared_tables(root, files)
    print(f"tables named by SQL of more than one folder: {len(tables)}")
    for table, folders in sorted(tables.items(), key=lambda one: (-len(one[1]), one[0])):
        print(f"  {table}: {', '.join(folders)}")
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
