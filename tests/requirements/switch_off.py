#!/usr/bin/env python3
"""switch_off.py FOLDER [ROW…]: does the test of a requirement row turn red when its behaviour is switched off?

Forty rows of the programmes are drawn by a seed; for each, the file `switches` beside this one says which lines of
which file make the behaviour, what stands there without it, and which assertion must then fail. The tree is copied
into FOLDER and built there; then one switch after the other is thrown, built, tried and taken back. A switch
counts only if the test passes before, the files are without fault with the switch thrown, and the named assertion
is what fails. Prints a line a row, and at the end how many of the forty turned red.
"""
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SEED, DRAWN = "20261121", 40


def run(*command, cwd, limit=300, **more):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=limit, stdin=subprocess.DEVNULL, **more)


def drawn(rows):
    """The same forty for the same seed and the same rows, in any language."""
    ids = sorted((r["id"] for r in rows if r["part"] == "programmes"),
                 key=lambda row: hashlib.sha256(f"{SEED}:{row}".encode()).digest())
    return ids[:DRAWN]


def switches():
    """[{row, test, title, edits: [(file, old, new)]}], as the file says in its head."""
    found = []
    with open(os.path.join(HERE, "switches"), encoding="utf-8") as file:
        for line in file.read().split("\n"):
            if not line or line.startswith("#"):
                continue
            if line[0] in "-+":
                file_, old, new = found[-1]["edits"][-1]
                found[-1]["edits"][-1] = (file_, old + line[1:] + "\n" if line[0] == "-" else old,
                                          new + line[1:] + "\n" if line[0] == "+" else new)
            elif line.startswith("in "):
                found[-1]["edits"].append((line[3:], "", ""))
            else:
                row, test, title = line.split(" ", 2)
                found.append({"row": row, "test": test, "title": title, "edits": []})
    return found


def bytes_of(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def copy(to):
    """The tree as it is now; what is the same is left, so that little is built anew."""
    for name in filter(None, run("git", "ls-files", "-z", cwd=ROOT).stdout.split("\0")):
        here, there = os.path.join(ROOT, name), os.path.join(to, name)
        if bytes_of(here) != bytes_of(there):
            os.makedirs(os.path.dirname(there), exist_ok=True)
            shutil.copy2(here, there)
            os.utime(there)
    build(to)


def build(tree):
    done = run("tools/build.sh", "build", "-Dbuildtype=debugoptimized", cwd=tree, limit=900)
    if done.returncode:
        raise AssertionError(f"it does not build: {(done.stdout + done.stderr)[-500:]}")


# What a pack's own cases find is what a switch is thrown for: it is no fault of the files.
FOUND_BY_CASES = re.compile(r": (the case does not hold|no case in which)")


def faultless(tree):
    for command in (["types", "lint"], ["pack", "lint", "--folder", "packs"]):
        done = run("build/zhiyun", "--lang", "en", *command, cwd=tree)
        faults = [line for line in (done.stdout + done.stderr).splitlines() if not FOUND_BY_CASES.search(line)]
        assert done.returncode == 0 or (done.returncode == 1 and not faults), \
            f"the switch makes files that are refused: {faults[:3]}"


def tried(tree, switch):
    """(whether the assertion held, what was printed)"""
    test, title = switch["test"], switch["title"]
    program = os.path.join(tree, "build", "zhiyun")
    if test.startswith("packs/"):
        pack, name = test.split("/")[1], os.path.basename(test)
        done = run(program, "--lang", "en", "pack", "test", pack, "--folder", "packs", cwd=tree)
        return name not in done.stdout + done.stderr, done.stdout
    if test.endswith(".c"):
        name = re.sub(r"^src/|_test\.c$", "", test)
        done = run("meson", "test", "-C", "build", "--no-rebuild", "--verbose", name, cwd=tree)
    elif test.endswith(".scenario"):
        name = os.path.basename(test).removesuffix(".scenario")
        done = run(sys.executable, "tests/programmes/programmes_test.py", program, "build/tests/clock.so", name, cwd=tree)
    else:
        extra = ["build/tests/paper_samples", "build/zhiyun-paper"] if "papers" in test else [program]
        done = run(sys.executable, test, *extra, cwd=tree, env={**os.environ, "TAP_ONLY": title.replace(" ", "_")})
    said = done.stdout.replace("_", " ")
    held = re.search(rf"^(not )?ok \d+ (- )?(.*: )?{re.escape(title)}.*(\n.*)?", said, re.M)
    # A step that was not reached has not failed: what it rests on has.
    assert held and "# not reached" not in held.group(0), f"the assertion was not come to: {(done.stdout + done.stderr)[-600:]}"
    return held.group(1) is None, said


def throw(tree, switch):
    kept = {}
    for name, old, new in switch["edits"]:
        path = os.path.join(tree, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        kept.setdefault(path, text)
        assert old and text.count(old) == 1, f"{name}: these lines are there {text.count(old)} times:\n{old}"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(old, new))
    return kept


def take_back(kept):
    for path, text in kept.items():
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def judged(tree, switch):
    held, said = tried(tree, switch)
    assert held, f"it fails before the switch is thrown: {said[-600:]}"
    kept = {}
    try:
        kept = throw(tree, switch)
        build(tree)
        faultless(tree)
        return not tried(tree, switch)[0]
    finally:
        take_back(kept)


def main():
    tree = os.path.abspath(sys.argv[1])
    copy(tree)
    rows = json.loads(run("build/zhiyun", "--lang", "en", "requirements", "--json", cwd=tree).stdout)["rows"]
    wanted = sys.argv[2:] or drawn(rows)
    known = {s["row"]: s for s in switches()}
    tests = {r["id"]: {(t["test"], t["assertion"]) for t in r["tests"]} for r in rows}
    red = 0
    for row in wanted:
        switch = known.get(row)
        try:
            assert switch, "no switch is written for it"
            assert (switch["test"], switch["title"]) in tests[row], f"that is no test of the row; there are {tests[row]}"
            turned = judged(tree, switch)
            red += turned
            print(f"{row} {'red' if turned else 'STAYED GREEN'}: {switch['test']}: {switch['title']}", flush=True)
        except (AssertionError, subprocess.TimeoutExpired) as why:
            print(f"{row} NOT SHOWN: {why}", flush=True)
        finally:
            if switch:
                build(tree)
    print(f"{red} of {len(wanted)} rows turn red when they are switched off (seed {SEED})")
    sys.exit(0 if red == len(wanted) else 1)


if __name__ == "__main__":
    main()
