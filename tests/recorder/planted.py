#!/usr/bin/env python3
"""planted.py FOLDER [NAME…]: does the recorder tell the differences that the file `planted` beside this one lists?

The tree is built in FOLDER once, with a twin of each function that differs, as tests/requirements/switch_off.py does
it; one program is asked with the difference and without. Prints a line for each; the status is 1 if one is not told.
"""
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
FOLDER, NAMES = os.path.abspath(sys.argv[1]), sys.argv[2:]
ZHIYUN = os.path.join(FOLDER, "build", "zhiyun")
TARGETS = ("zhiyun", "zhiyun-paper", "zhiyun-pdf", "tests/clock.so", "tests/page_sums.so", "tests/paper_samples", "tests/verify_many")
sys.argv[1:] = [ZHIYUN]
sys.path[:0] = [HERE, TESTS, os.path.join(TESTS, "requirements")]
import edit_list  # noqa: E402
import switch_off  # noqa: E402
import twins  # noqa: E402


def read():
    """[(name, scenario, words to be found, the edit as switch_off.py has them)]"""
    for edit in edit_list.read(os.path.join(HERE, "planted")):
        name, scenario = edit.head.split(" ", 1)
        yield name, scenario, edit.finds, {"name": name, "edits": [
            (file, *("".join(line + "\n" for line in lines) for lines in both)) for file, *both in edit.files]}


def build(known):
    for _, _, _, edit in known:
        try:
            switch_off.check(switch_off.ROOT, edit)
        except twins.Refused as why:
            sys.exit(f"{edit['name']}: {why}")
    os.makedirs(FOLDER, exist_ok=True)
    switch_off.copy(FOLDER, [edit for *_, edit in known])
    if not os.path.exists(os.path.join(FOLDER, "build", "build.ninja")):
        built = switch_off.run("meson", "setup", "build", "-Doptimization=1", "-Ddebug=false", "-Dextras=false", cwd=FOLDER)
        assert built.code == 0, built.said[-3000:]
    built = switch_off.run("ninja", "-C", "build", "--quiet", *TARGETS, cwd=FOLDER, limit=3000)
    assert built.code == 0, built.said[-3000:]


def lines(compare, record, old, new, scenario):
    told = compare.Told()
    record.compare_two(told, scenario, old, new)
    return list(told.lines())


def main():
    known, plain, missed = list(read()), {}, 0
    build(known)
    import compare  # these look for the libraries of the build
    import record
    import test as runner
    with runner.scratch(), runner.fonts(True) as (_, small), tempfile.TemporaryDirectory(prefix="zhiyun-recorder-") as folder:
        os.environ["FONTCONFIG_FILE"] = small
        shim = f"{record.settler(folder)}:{record.beside(ZHIYUN, 'tests', 'clock.so')}"

        def asked(scenario):
            return record.apart((ZHIYUN, shim, scenario))
        for name, scenario, finds, _ in known:
            if NAMES and name not in NAMES:
                continue
            if scenario not in plain:
                plain[scenario] = asked(scenario)
            os.environ["SWITCHED_ROW"] = name
            said = lines(compare, record, plain[scenario], asked(scenario), scenario)
            del os.environ["SWITCHED_ROW"]
            found = [line for line in said if finds in line]
            missed += not found
            print(f"{'told' if found else 'not told'}: {name}: {(found or said or ['nothing'])[0]}", flush=True)
    print(f"{len(NAMES or known) - missed} told, {missed} not")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
