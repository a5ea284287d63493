#!/usr/bin/env python3
"""planted_test.py ZHIYUN: each fault of the files `planted` and `planted_blind` beside this, planted in a copy of the
packs, is named by `zhiyun pack lint` with its file and line. PLANTED=FILE takes another list."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))
PLANTED = [os.environ["PLANTED"]] if "PLANTED" in os.environ else [
    os.path.join(HERE, name) for name in ("planted", "planted_blind")]
WORK = tempfile.mkdtemp(prefix="zhiyun-planted-")
shutil.copytree(os.path.join(HERE, "..", "..", "packs"), os.path.join(WORK, "packs"))


class Fault:
    """One of the file: what is replaced by what, and the finding that is expected."""

    def __init__(self, block):
        self.name, self.pack = block[0].split()
        self.file = block[1].removeprefix("in ")
        self.old = "\n".join(line[1:] for line in block if line.startswith("-"))
        self.new = "\n".join(line[1:] for line in block if line.startswith("+"))
        self.where, self.line, self.words = re.fullmatch(r"finds ([^:]+):(/.+/|[+]?\d*) (.+)", block[-1]).groups()
        assert block[1].startswith("in ") and self.old, block

    def plant(self):
        """The text as it was, and the line that the finding names."""
        path = os.path.join(WORK, "packs", self.pack, self.file)
        text = read(path)
        assert text.count(self.old) == 1, f"{self.name}: {text.count(self.old)} times in {self.file}: {self.old}"
        write(path, text.replace(self.old, self.new))
        if self.line.startswith("/"):
            lines = read(os.path.join(WORK, "packs", self.pack, self.where)).split("\n")
            [line] = [i + 1 for i, words in enumerate(lines) if self.line[1:-1] in words]
        elif self.line.startswith("+"):
            line = text[:text.index(self.old)].count("\n") + 1 + int(self.line[1:] or 0)
        else:
            line = int(self.line)
        return path, text, line


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def faults():
    lines = [line for path in PLANTED for line in (read(path) + "\n").split("\n") if not line.startswith("#")]
    return [Fault(block.strip("\n").split("\n")) for block in "\n".join(lines).split("\n\n") if block.strip()]


def lint(pack):
    done = subprocess.run([ZHIYUN, "--lang", "en", "--json", "pack", "lint", "--folder", os.path.join(WORK, "packs"), pack],
                          capture_output=True, text=True, timeout=600)
    assert done.returncode in (0, 1), (pack, done.returncode, done.stderr)
    return json.loads(done.stdout)["findings"]


def named(fault):
    """None, or the findings that there are instead."""
    path, text, line = fault.plant()
    try:
        found = lint(fault.pack)
    finally:
        write(path, text)
    if any(f["file"] == f"{fault.pack}/{fault.where}" and f["line"] == line and fault.words in f["reason"] for f in found):
        return None
    return [f"{f['file']}:{f['line']}: {f['reason']}" for f in found]


def test_the_packs_are_sound_before():
    for pack in sorted(os.listdir(os.path.join(WORK, "packs"))):
        assert lint(pack) == [], pack


def test_each_planted_fault_is_named_at_its_line():
    planted = faults()
    assert len(planted) >= (120 if "PLANTED" not in os.environ else 1) and len({fault.name for fault in planted}) == len(planted), len(planted)
    missed = {fault.name: found for fault in planted if (found := named(fault)) is not None}
    print(f"# {len(planted) - len(missed)} of {len(planted)} named")
    for name, found in missed.items():
        print(f"# {name}: not named; found:", *found[:4], sep="\n#   ")
    assert not missed, sorted(missed)


if __name__ == "__main__":
    try:
        tap.run(sys.modules[__name__])
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
