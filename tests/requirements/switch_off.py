#!/usr/bin/env python3
"""switch_off.py FOLDER [--faults] [ROW…]: does its test turn red when a behaviour is switched off?

For each row that is met, a file of the folder `switches` beside this one says which lines of which file make the
behaviour, what stands there without it, and which assertion must then fail. With --faults the same is asked of the
faults of C that are planted by the file `faults`. Rows are named as SCYY-050 (all its switches) or SCYC-005/per-mille.

The tree is copied into FOLDER/tree and built once, so that every switch of both files is thrown at run time: of a
function of C the build holds a twin for each ($SWITCHED_ROW, twins.py), packs and types it reads from another folder
($SWITCHED_FILES, from_folder.py). As many are tried side by side as there are cores, each in a tree of its own that
shares with the copy what is not switched. A switch counts only if the test passes before, the files are without fault
with the switch thrown, and the named assertion is what fails. Prints a line a row, and at the end how many turned
red and how long it took.
"""
import concurrent.futures
import json
import os
import queue
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(ROOT, "tools"), os.path.join(ROOT, "tests")]

import edit_list  # noqa: E402
import twins  # noqa: E402
from draw import shuffled  # noqa: E402

FILES = ("packs", "types")  # what is read at run time
TESTS = ("tests", *FILES)   # what tests look for beside themselves: of its own in each tree
PROGRAMS = ("zhiyun", "zhiyun-paper", "zhiyun-pdf")
LIMIT_S = 1200  # for what hangs
UNTIL_S = 90  # that a scenario waits while a switch is thrown (scenario.py)
CHILD = "src/base/child.c"


class Done:
    def __init__(self, code, out, said):
        self.code, self.out, self.said = code, out, said  # what stands on its standard output; and all of it


def run(*command, cwd, limit=LIMIT_S, env=None):
    """What it leaves running ends with it; it writes to files, which nobody else can hold open as a pipe."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, cwd=cwd, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL, stdout=out,
                                   stderr=err, start_new_session=True)
        try:
            code = process.wait(limit)
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
        out.seek(0)
        err.seek(0)
        text = out.read().decode("utf-8", "replace")
        return Done(code, text, text + err.read().decode("utf-8", "replace"))


def requirements(program):
    return json.loads(run(program, "--lang", "en", "requirements", "--json", cwd=ROOT).out)["rows"]


# --- what is switched ------------------------------------------------------------------------------------------------

def switches(name="switches"):
    """[{name, row, test, title, edits: [(file, old, new)]}] of a file, or of a folder's files one after the other. The
    name is ROW or ROW/WORD, for a row may have several; a fault's begins with its folder in place of the row."""
    path, found = os.path.join(HERE, name), []
    if os.path.isdir(path):
        return [switch for part in sorted(os.listdir(path)) for switch in switches(os.path.join(name, part))]
    for edit in edit_list.read(path):
        of, test, title = edit.head.split(" ", 2)
        found.append({"name": of, "row": of.split("/")[0], "test": test, "title": title,
                      "edits": [(file, *("".join(line + "\n" for line in lines) for lines in both)) for file, *both in edit.files]})
    return found


def drawn(known, by, count):
    """Of those that need no build of twins: whose files are all read at run time, and their test by Python or the packs
    (not the papers' tests: they ask a program that has the packs within)."""
    pool = {s["name"]: s for s in known if all(edit[0].split("/")[0] in FILES and edit[0] != "types/roles.yaml" for edit in s["edits"]) and
            not s["test"].endswith(".c") and not s["test"].startswith("tests/papers/")}
    return [pool[name] for name in shuffled(pool, by)[:count]], len(pool)


def at_run_time(name):
    """"files" or "C"; refused where neither is chosen at run time."""
    if name.split("/")[0] in FILES and name != "types/roles.yaml":
        return "files"
    if name.startswith("src/") and name.endswith(".c"):
        return "C"
    raise twins.Refused(f"{name} is read when the program is built: only C of src/, packs/ and types/ (without roles.yaml) "
                        "are chosen at run time")


def text_of(tree, name):
    with open(os.path.join(tree, name), encoding="utf-8") as file:
        return file.read()


def check(tree, switch):
    """Refused, with a sentence, unless the switch fits the tree."""
    if not switch["edits"]:
        raise twins.Refused("it changes nothing")
    for name in {edit[0] for edit in switch["edits"]}:
        kind, text = at_run_time(name), text_of(tree, name)
        own = [(old, new) for of, old, new in switch["edits"] if of == name]
        for old, new in own:
            count = text.count(old) if old else 0
            if count != 1 or old == new:
                raise twins.Refused(f"{name}: these lines are there {count} times:\n{old}")
        if kind == "C":
            try:
                twins.fitted(text, own)
            except twins.Refused as why:
                raise twins.Refused(f"{name}: {why}") from None


# --- the one build ---------------------------------------------------------------------------------------------------

def derived(known):
    """{file: its text in the copy} of what differs there from the tree."""
    reader = text_of(HERE, "from_folder.py")
    texts, of_c = {"tools/embed_packs.py": reader, "tools/embed_types.py": reader}, {}
    for switch in known:
        try:
            check(ROOT, switch)
        except (twins.Refused, FileNotFoundError):
            continue  # told when it is its turn
        for name, old, new in switch["edits"]:
            if at_run_time(name) == "C":
                of_c.setdefault(name, {}).setdefault(switch["name"], []).append((old, new))
    for name, rows in of_c.items():
        texts[name], refused = twins.twinned(text_of(ROOT, name), rows)
        assert not refused, refused
    texts[CHILD] = passing_the_row_on(texts.get(CHILD, text_of(ROOT, CHILD)))
    return texts


def passing_the_row_on(text):
    """Programs that the product starts get nothing of its environment; here they get the row that is off."""
    row = """\
    static char row[256];
    if (getenv("SWITCHED_ROW"))
        snprintf(row, sizeof(row), "SWITCHED_ROW=%s", getenv("SWITCHED_ROW"));
    const char *"""
    for declared, name, first in (("static const char *const nothing[] = {NULL};", "nothing", ""),
                                  ('const char *const env[] = {"LD_BIND_NOW=1", NULL};', "env", '"LD_BIND_NOW=1", ')):
        assert text.count("    " + declared) == 1, CHILD
        text = re.sub(r"    " + re.escape(declared) + r"[^\n]*", lambda _, name=name, first=first:
                      f"{row}{name}[] = {{{first}row[0] ? row : NULL, NULL}};", text)
    return "#include <stdio.h>\n#include <stdlib.h>\n" + text


def copy(to, known):
    """The tree as it is now, but for what is chosen at run time; what is the same is left, so that little is built anew."""
    texts = {name: text.encode() for name, text in derived(known).items()}
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = {name for name in listed.split("\0") if name and os.path.exists(os.path.join(ROOT, name))}
    for name in sorted(names):
        there = os.path.join(to, name)
        with open(os.path.join(ROOT, name), "rb") as file:
            text = texts.get(name, file.read())
        if not os.path.exists(there) or open(there, "rb").read() != text:
            os.makedirs(os.path.dirname(there), exist_ok=True)
            with open(there, "wb") as file:
                file.write(text)
            shutil.copymode(os.path.join(ROOT, name), there)
    for folder in ("src", *TESTS):  # what is no longer in the tree is not read either
        for base, _, files in os.walk(os.path.join(to, folder)):
            for path in (os.path.join(base, name) for name in files):
                if os.path.relpath(path, to) not in names and "__pycache__" not in base:
                    os.remove(path)


class Build:
    """The copy, built, and how its tests are called."""

    def __init__(self, folder, known):
        self.tree = os.path.join(folder, "tree")
        self.folder = os.path.join(self.tree, "build")
        os.makedirs(self.tree, exist_ok=True)
        copy(self.tree, known)
        if not os.path.exists(os.path.join(self.folder, "build.ninja")):
            self.done("meson", "setup", "build", "-Dbuildtype=debugoptimized")
        self.done("ninja", "-C", "build", "--quiet", "build.ninja")  # the lists of tests may have changed
        self.introspect()
        files = {target["id"]: target["filename"][0] for target in self.targets}
        wanted = [target["filename"][0] for target in self.targets  # tests look for those beside the program
                  if target["type"] == "shared module" or os.path.relpath(target["filename"][0], self.folder) in PROGRAMS]
        for switch in known:
            if not switch["test"].startswith("packs/"):
                wanted += [files[target] for target in self.entry(switch["test"])["depends"]]
        self.done("ninja", "-C", "build", "--quiet", *sorted({os.path.relpath(path, self.folder) for path in wanted}))

    def introspect(self):
        self.tests, self.targets = (json.loads(text_of(self.folder, f"meson-info/intro-{name}.json"))
                                    for name in ("tests", "targets"))

    def done(self, *command):
        done = run(*command, cwd=self.tree, limit=3000)
        if done.code:
            sys.exit(f"it does not build: {done.said[-3000:]}")

    def program(self, name="zhiyun"):
        return os.path.join(self.folder, name)

    def entry(self, test):
        """How the build's own list of tests calls this one, on SQLite."""
        path, last = os.path.join(self.tree, test), None
        if test.endswith(".scenario"):
            path = os.path.join(os.path.dirname(path), "programmes_test.py")
            last = os.path.basename(test).removesuffix(".scenario")
        if test.endswith(".c"):
            programs = {target["filename"][0] for target in self.targets
                        if any(path in source["sources"] for source in target["target_sources"])}
            found = [entry for entry in self.tests if entry["cmd"][0] in programs]
        else:
            found = [entry for entry in self.tests if os.path.normpath((entry["cmd"] + [""])[1]) == path
                     and last in (None, entry["cmd"][-1])]
        if not found:
            sys.exit(f"{test} is no test of the build")
        return found[0]

    def call(self, slot, test):
        """(command, environment) of the test as it lies in the slot; the programs are those of the build."""
        if test.startswith("packs/"):
            packs = os.path.join(slot, "packs")
            return [self.program(), "--lang", "en", "pack", "test", test.split("/")[1], "--folder", packs], {}
        entry = self.entry(test)
        command = [os.path.join(self.folder, word) if os.path.exists(os.path.join(self.folder, word)) else word
                   for word in map(os.path.normpath, entry["cmd"])]
        command = [self.program() if word == os.path.join(self.folder, "zhiyun") else word for word in command]
        if command[0].startswith(self.folder):
            return command, {**entry["env"], "MESON_SOURCE_ROOT": slot}
        return [sys.executable, command[1].replace(self.tree, slot, 1), *command[2:]], entry["env"]


# --- one tried after the other, several at a time --------------------------------------------------------------------

def linked(tree, slot, how=os.link):
    """A tree that shares everything with the copy, and in which a file of TESTS may be put in the place of another."""
    shutil.rmtree(slot, ignore_errors=True)
    os.makedirs(slot)
    for name in os.listdir(tree):
        if name not in TESTS:
            os.symlink(os.path.join(tree, name), os.path.join(slot, name))
    for name in TESTS:
        shutil.copytree(os.path.join(tree, name), os.path.join(slot, name), copy_function=how,
                        ignore=shutil.ignore_patterns("__pycache__"))


# What a pack's own cases find is what a switch is thrown for: it is no fault of the files.
FOUND_BY_CASES = re.compile(r": (the case does not hold|no case in which)")


class Slot:
    """Where one switch at a time is thrown."""

    def __init__(self, build, path, how=os.link):
        self.build, self.path, self.how = build, path, how
        linked(build.tree, path, how)

    def run(self, command, env=None, row="", limit=LIMIT_S):
        shared = os.environ.get("ZHIYUN_SHARED", os.path.join(os.path.dirname(ROOT), "shared"))
        return run(*command, cwd=self.build.folder, limit=limit,
                   env={"ZHIYUN_SHARED": shared, "PYTHONPYCACHEPREFIX": self.path + "-python", **(env or {}),
                        "SWITCHED_FILES": self.path, "SWITCHED_ROW": row})

    def throw(self, switch):
        for name, old, new in switch["edits"]:
            if at_run_time(name) == "files":
                text = text_of(self.path, name)
                os.remove(os.path.join(self.path, name))  # it is a link
                with open(os.path.join(self.path, name), "w", encoding="utf-8") as file:
                    file.write(text.replace(old, new))

    def take_back(self, switch):
        for name in {edit[0] for edit in switch["edits"]}:
            if at_run_time(name) == "files":
                os.remove(os.path.join(self.path, name))
                self.how(os.path.join(self.build.tree, name), os.path.join(self.path, name))

    def faultless(self):
        for command in (["types", "lint"], ["pack", "lint", "--folder", os.path.join(self.path, "packs")]):
            done = self.run([self.build.program(), "--lang", "en", *command])
            faults = [line for line in done.said.splitlines() if not FOUND_BY_CASES.search(line)]
            assert done.code == 0 or (done.code == 1 and not faults), f"the switch makes files that are refused: {faults[:3]}"

    def said(self, test, title=None, row="", limit=LIMIT_S):
        command, env = self.build.call(self.path, test)
        only = {"TAP_ONLY": title.replace(" ", "_")} if title and test.endswith(".py") else {}
        waits = {"UNTIL_S": str(UNTIL_S)} if row else {}  # what never comes any more is what is to be seen
        whole = {"ZHIYUN_WHOLE": "1"}  # a test that tries a third of its subjects may have drawn others (tap.sample)
        return self.run(command, {**env, **only, **waits, **whole, "CMOCKA_MESSAGE_OUTPUT": "TAP"}, row, limit)


def first_failure(said):
    """What failed of itself, and did not hang on a step before it; else the end."""
    found = re.search(r"^not ok .*\n(?!# not reached)(?:#.*\n?)*", said, re.M)
    return found.group(0)[:1500] if found else said[-600:]


def held(switch, done):
    """Whether the assertion did, by what its test printed."""
    test, title, said = switch["test"], re.escape(switch["title"]), done.said
    if test.startswith("packs/"):
        assert re.search(r"\b[1-9]\d* case", said), f"no case was run: {said[-600:]}"
        return not re.search(rf"(?<![\w-]){re.escape(os.path.basename(test))}", said)
    text = done.out.replace("_", " ")
    found = re.search(rf"^(not )?ok \d+ (- )?(.*: )?{title}$(\n.*)?", text, re.M) or \
        re.search(rf"^(not )?ok \d+ (- )?(.*: )?{title}.*(\n.*)?", text, re.M)
    # A step that was not reached has not failed: what it rests on has.
    assert found and "# not reached" not in found.group(0) and "# SKIP" not in found.group(0), \
        f"the assertion was not come to: {first_failure(said)}"
    return found.group(1) is None


class Trial:
    """The switches of one run, on as many slots as there are cores."""

    def __init__(self, build, folder, count):
        self.build, self.slots, self.count = build, queue.Queue(), count
        for number in range(count):
            self.slots.put(Slot(build, os.path.join(folder, str(number))))
        self.before = {}  # by asked(): what was printed with nothing thrown, seconds

    def asked(self, switch):
        """What one run shows: of a test in Python one assertion, of others all that they have."""
        test = switch["test"]
        return (test, switch["title"]) if test.endswith(".py") else (re.sub(r"/cases/.*", "", test), None)

    def look(self, slot, asked):
        began = time.monotonic()
        try:
            done = slot.said(*asked)
        except subprocess.TimeoutExpired:
            done = Done(1, "", f"it took more than {LIMIT_S} s")
        self.before[asked] = (done, time.monotonic() - began)

    def judge(self, slot, switch):
        """(whether its assertion turned red; None: that was not shown, why)"""
        done, _ = self.before[self.asked(switch)]
        try:
            assert held(switch, done), f"it fails before the switch is thrown: {done.said[-600:]}"
            slot.throw(switch)
            if any(at_run_time(edit[0]) == "files" for edit in switch["edits"]):
                slot.faultless()
            return switch, not held(switch, slot.said(*self.asked(switch), switch["name"])), ""
        except AssertionError as why:
            return switch, None, str(why)
        except subprocess.TimeoutExpired:
            return switch, None, f"it took more than {LIMIT_S} s"
        finally:
            slot.take_back(switch)

    def in_a_slot(self, work, what):
        slot = self.slots.get()
        try:
            return work(slot, what)
        finally:
            self.slots.put(slot)

    def run(self, ready):
        """One (switch, turned, why) after the other, as they come."""
        with concurrent.futures.ThreadPoolExecutor(self.count) as pool:
            list(pool.map(lambda asked: self.in_a_slot(self.look, asked), dict.fromkeys(map(self.asked, ready))))
            # The longest begins first, so that no core is idle at the end.
            ready = sorted(ready, key=lambda switch: -self.before[self.asked(switch)][1])
            for done in concurrent.futures.as_completed([pool.submit(self.in_a_slot, self.judge, switch) for switch in ready]):
                yield done.result()


def fitting(names, known, of_rows):
    """The switches of these names, or rows, that can be thrown; of the others a line says why not."""
    tests, ready = {row["id"]: {(test["test"], test["assertion"]) for test in row["tests"]} for row in of_rows}, []
    for name in names:
        named = [switch for switch in known if name in (switch["name"], switch["row"])]
        if not named:
            print(f"{name} NOT SHOWN: no switch is written for it", flush=True)
        for switch in named:
            try:
                row = switch["row"]
                if row in tests and (switch["test"], switch["title"]) not in tests[row]:
                    raise twins.Refused(f"that is no test of the row; there are {tests[row]}")
                check(ROOT, switch)
                ready.append(switch)
            except (twins.Refused, FileNotFoundError) as why:
                print(f"{switch['name']} NOT SHOWN: {why}", flush=True)
    return ready


def processor_s():
    """Of all that was run: other work on the machine does not count into it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main():
    faults, words = "--faults" in sys.argv, [word for word in sys.argv[1:] if word != "--faults"]
    if not words or any(word.startswith("-") for word in words):  # no folder is called so
        sys.exit(__doc__)
    folder, known, began = os.path.abspath(words[0]), switches() + switches("faults"), time.monotonic()
    build = Build(folder, known)
    built, of_rows = time.monotonic(), requirements(build.program())
    names = words[1:] or [switch["name"] for switch in switches("faults" if faults else "switches")]
    turned, survived = ("killed", "SURVIVED") if faults else ("red", "STAYED GREEN")
    count, used, ready = 0, processor_s(), fitting(names, known, of_rows)
    for switch, red, why in Trial(build, folder, os.cpu_count() or 1).run(ready):
        count += red is True
        told = f"NOT SHOWN: {why}" if red is None else f"{turned if red else survived}: {switch['test']}: {switch['title']}"
        print(f"{switch['name']} {told}", flush=True)
    total = sum(max(1, sum(name in (switch["name"], switch["row"]) for switch in known)) for name in names)
    print(f"{count} of {total} " + ("planted faults are killed" if faults else "switches turn their test red") +
          f": {time.monotonic() - built:.0f} s ({processor_s() - used:.0f} s of processor time), "
          f"and {built - began:.0f} s to build")
    sys.exit(0 if count == total else 1)


if __name__ == "__main__":
    main()
