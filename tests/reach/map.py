#!/usr/bin/env python3
"""map.py FOLDER [NOTES]: writes the file `map` beside this one: of each source of src the tests that test it most closely.

Builds everything in FOLDER so that each function notes that it was entered (hooks.c), and runs the tests on SQLite. Of a
function's tests the closest are those that run the fewest functions in all: NEAREST C tests, and NEAREST of other programs. A
source has the closest of its functions, and of either kind the DEEPEST that run the most of its functions. NOTES: what an earlier run noted, which is not run again."""
import collections
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PARTS = ("unit and property", "API and matrix", "programmes", "packs", "papers", "second verifier")
NEAREST, DEEPEST = 2, 3
STEP = 4  # hooks.c


def run(*command, **more):
    return subprocess.run(command, check=True, **more)


def build(folder):
    os.makedirs(folder, exist_ok=True)
    hooks = os.path.join(folder, "hooks.o")
    run("cc", "-O1", "-fPIC", "-c", os.path.join(HERE, "hooks.c"), "-o", hooks)
    run(os.path.join(ROOT, "tools", "build.sh"), folder, "-Doptimization=1", "-Ddebug=false", "-Dextras=false",
        "-Dc_args=-g1 -finstrument-functions -Wno-maybe-uninitialized -Wno-format-truncation", f"-Dc_link_args=-fuse-ld=gold {hooks}")


def functions_of(program, places):
    """{place: (function, source below the root)} of places in the text of a program, which is linked at 0; those of src alone."""
    asked = "".join(f"{place * STEP:#x}\n" for place in places)
    said = run("addr2line", "-f", "-e", program, input=asked, capture_output=True, text=True).stdout.splitlines()
    found = {}
    for place, function, where in zip(places, said[::2], said[1::2]):
        source = os.path.relpath(os.path.normpath(os.path.join(os.path.dirname(program), where.rsplit(":", 1)[0])), ROOT)
        if "src/" in source:
            found[place] = (function, source[source.index("src/"):])
    return found


def read(notes):
    """{(function, source): tests that ran it}"""
    ran, known = collections.defaultdict(set), collections.defaultdict(dict)
    for test in sorted(os.listdir(notes)):
        for name in os.listdir(os.path.join(notes, test)):
            if not os.path.isfile(os.path.join(notes, test, name)):
                continue  # of a runner of tests that is itself under test
            with open(os.path.join(notes, test, name), "rb") as file:
                places = [at for at, byte in enumerate(file.read()) if byte]
            program = name.replace("%", "/")
            if not os.path.exists(program):  # a copy that a test made
                continue
            unknown = [place for place in places if place not in known[program]]
            if unknown:
                known[program].update(dict.fromkeys(unknown) | functions_of(program, unknown))
            for place in places:
                if known[program][place]:
                    ran[known[program][place]].add(test.replace("%", "/"))
    return ran


def closest(ran):
    """{source: tests}"""
    breadth, found = collections.Counter(test for tests in ran.values() for test in tests), collections.defaultdict(set)
    depth = collections.defaultdict(collections.Counter)
    for (_, source), tests in ran.items():
        depth[source].update(tests)
    units = {test for test in breadth if os.path.exists(os.path.join(ROOT, "src", f"{test}_test.c"))}
    for (_, source), tests in ran.items():
        for kind in (tests & units, tests - units):
            found[source].update(sorted(kind, key=lambda test: (breadth[test], test))[:NEAREST])
    for source, tests in depth.items():
        for kind in (tests.keys() & units, tests.keys() - units):
            found[source].update(sorted(kind, key=lambda test: (-tests[test], breadth[test], test))[:DEEPEST])
    return found


def main():
    with tempfile.TemporaryDirectory(prefix="zhiyun-reach-") as made:
        notes = sys.argv[2] if len(sys.argv) > 2 else made
        folder = os.path.abspath(sys.argv[1])
        if notes is made:
            build(folder)
            os.chmod(made, 0o777)
            for part in PARTS:
                run(sys.executable, os.path.join(ROOT, "tools", "test.py"), folder, "--part", part, env={**os.environ, "REACH": made})
        found = closest(read(notes))
    with open(os.path.join(HERE, "map"), "w", encoding="utf-8") as file:
        file.write("# Source, and the tests that test it most closely (map.py).\n")
        file.writelines("\t".join([source, *sorted(tests)]) + "\n" for source, tests in sorted(found.items()))


if __name__ == "__main__":
    main()
