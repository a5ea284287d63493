#!/usr/bin/env python3
"""which_tests.py BUILD [FILE…]: the tests that a change of these files should run, and of which others `make test` draws a
share. Without files: those that the last commit and the working tree change.

    named       a test whose own files change, or that reads a changed file by its name; all unit tests of a changed folder
                of src; of a changed source the tests that tests/reach/map has for it, and those that notice a planted fault of it; a
                test of a second or less
    above       what src/LAYERS says the change can reach: one in ABOVE is drawn
    elsewhere   the others: one in ELSEWHERE

Of browser tests, the files that walk a changed source of web/app (web/app/tests/walks) are named where they are at most FEW,
else they are above; what C changes at the server's edge (EDGE) is below all of them.
"""
import functools
import os
import re
import sys

from draw import draw, shuffled, touched

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
ABOVE, ELSEWHERE = 3, 10
SHORT_S = 1.0  # processor seconds of a test that always runs
FEW = 8
EDGE = {"api", "access", "cmd", "types"}
DATA = {"packs": "policy", "types": "model", "migrations": "db", "reference": "text", "po": "base"}  # the folder of src that holds it
SEES = {"papers": ("document", "pdf"), "packs": ("case",), "verifier": ("panel", "integrity")}  # these and what is below them; other programs see all of src


def lines(name):
    try:
        with open(os.path.join(ROOT, name), encoding="utf-8") as file:
            return [line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")]
    except FileNotFoundError:
        return []


@functools.cache
def layers():
    """{folder of src: those below it}"""
    return {folder: set(below.split()) for folder, _, below in (line.partition(": ") for line in lines("src/LAYERS"))}


@functools.cache
def reach():
    """{source of src: the tests that test it most closely}"""
    return {source: set(tests) for source, *tests in (line.split("\t") for line in lines("tests/reach/map"))}


@functools.cache
def faults():
    """{source of src: files of tests that notice a fault there (tests/requirements/faults)}"""
    found = {}
    for line in lines("tests/requirements/faults"):
        if line.startswith("in "):
            found.setdefault(line[3:], set()).add(test)
        elif line[0] not in "-+":
            test = line.split(" ")[1]
    return found


@functools.cache
def walks():
    """{source below web/app: the browser test files that run it}"""
    return {source: set(files) for source, *files in (line.split("\t") for line in lines("web/app/tests/walks"))}


@functools.cache
def text_of(name):
    with open(os.path.join(ROOT, name), encoding="utf-8", errors="replace") as file:
        return file.read()


class Change:
    def __init__(self, paths):
        self.paths = set(paths)
        self.folders = {path.split("/")[1] for path in self.paths if path.startswith("src/") and path.count("/") > 1}
        self.data = {top for top in DATA if any(path.startswith(top + "/") for path in self.paths)}
        self.below = self.folders | {DATA[top] for top in self.data}
        # Tools and lists of the build reach everything.
        self.all = any(path.startswith("tools/") or os.path.basename(path) in ("meson.build", "meson_options.txt") or
                       path.startswith("tests/") and path.count("/") == 1 for path in self.paths)
        sources = {path for path in self.paths if path.startswith("src/")}
        self.near = set().union(*(reach().get(path[:-1] + "c" if path.endswith(".h") else path, set()) for path in sources))
        self.noticing = set().union(*(faults().get(path, set()) for path in sources))
        self.words = {path.split("/")[1] if path.startswith("packs/") else os.path.basename(path)
                      for path in self.paths if not path.startswith(("src/", "web/", "tests/"))} - {"README", "README.md", "meson.build"}
        if any(path.startswith("docs/") for path in self.paths):
            self.words.add("docs")

    def is_named(self, test):
        own = {path.removesuffix("_test.c").removeprefix("src/") for path in self.paths if path.endswith("_test.c")}
        plain = test.name.split(",")[0]
        files = test.files | {f"src/{plain}_test.c", f"tests/{plain}.scenario"}
        return bool(plain in own or files & self.noticing or test.files & self.paths or plain in self.near or
                    "unit" in test.suites and test.folder in self.folders or
                    any(name.startswith(f"tests/{folder}/") for name in test.files for folder in self.folders) or
                    any(path.startswith(f"web/{suite}/") or path.startswith(f"tests/{suite}/") for suite in test.suites for path in self.paths
                        if suite in SEES) or
                    any(re.search(rf"(?<![\w.-]){re.escape(word)}", text_of(name)) for name in test.files if not name.endswith(".md") for word in self.words))

    def reaches(self, test):
        if self.all or any(os.path.dirname(path) == os.path.dirname(name) for name in test.files for path in self.paths if path.startswith("tests/")):
            return True
        seen = [test.folder] if test.folder else next((SEES[suite] for suite in test.suites if suite in SEES), ["cmd", "pdf"])
        return bool(self.below & set(seen).union(*(layers().get(folder, set()) for folder in seen)))


def choose(tests, paths, by, weight):
    """(those of the tests that run, [(how many are above, or elsewhere, how many of them are drawn)]); of each kind the share is
    by weight, and at least one."""
    change, taken, drawn = Change(paths), set(), []
    pools = {ABOVE: {}, ELSEWHERE: {}}
    for test in tests:
        if weight(test) <= SHORT_S or "browser" in test.suites or change.is_named(test):
            taken.add(test.name)
        else:
            pools[ABOVE if change.reaches(test) else ELSEWHERE][test.name] = weight(test)
    for one_in, pool in pools.items():
        left, count = sum(pool.values()) / one_in, 0
        for name in shuffled(pool, by):
            if pool[name] <= left or not count:
                taken.add(name)
                left, count = left - pool[name], count + 1
        drawn.append((len(pool), count))
    return [test for test in tests if test.name in taken], drawn


def subjects(names, paths, by, size):
    """Which of the browser test files run: (sorted names, those of them that are named by the change)."""
    paths, named, above = set(paths), set(), set()
    for path in paths:
        if path.startswith("web/app/tests/") and path.endswith(".test.ts"):
            named.add(os.path.basename(path).removesuffix(".test.ts"))
        elif path.startswith("web/app/tests/"):
            above = set(names)
        elif path.startswith("web/app/"):
            by_walk = walkers(path.removeprefix("web/app/"))
            (named if len(by_walk) <= FEW else above).update(by_walk)
    if EDGE & {path.split("/")[path.startswith("src/")] for path in paths} or any(path in ("package.json", "package-lock.json") for path in paths):
        above = set(names)
    named &= set(names)
    taken = set(named)
    for pool, one_in in ((above & set(names) - named, ABOVE), (set(names) - above - named, ELSEWHERE)):
        left = sum(map(size, pool)) / one_in
        for name in shuffled(pool, by):
            if size(name) <= left or (pool and not taken & pool):
                taken.add(name)
                left -= size(name)
    return sorted(taken), named


def test_files():
    return sorted(name.removesuffix(".test.ts") for name in os.listdir(os.path.join(ROOT, "web/app/tests")) if name.endswith(".test.ts"))


def walkers(source):
    """Of a source below web/app: of one that runs nothing of its own (a style sheet, a table of texts, a route, types) the tests of
    the sources beside it."""
    if source in walks():
        return walks()[source]
    return set().union(*(files for other, files in walks().items() if os.path.dirname(other) == os.path.dirname(source)))


def main():
    from test import tests_of  # which imports this file
    tests, paths = tests_of(os.path.abspath(sys.argv[1])), sys.argv[2:] or touched()
    change = Change(paths)
    for test in tests:
        print("named" if change.is_named(test) else "above" if change.reaches(test) else "elsewhere", test.name, sep="\t")
    for name in sorted(subjects(test_files(), paths, draw(), lambda name: 1)[1]):
        print("named", f"browser: {name}", sep="\t")


if __name__ == "__main__":
    main()
