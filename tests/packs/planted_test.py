#!/usr/bin/env python3
"""planted_test.py ZHIYUN LINT_MANY: each fault of the files `planted` and `planted_blind` beside this, planted in a copy of the
packs, is named by `zhiyun pack lint` or tools/pack_trace.py with its file and line. PLANTED=FILE takes another list. And in every map of every
pack, its cases included, a key that there is not, one that stands twice and each value of another kind.

One process lints for all of them (tests/lint_many.c); it must find what `zhiyun pack lint` prints."""
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools"))
import draw  # noqa: E402
import edit_list  # noqa: E402
import pack_trace  # noqa: E402
import tap  # noqa: E402

ZHIYUN, LINT_MANY = map(os.path.abspath, sys.argv[1:])
HERE = os.path.dirname(os.path.abspath(__file__))
PLANTED = [os.environ["PLANTED"]] if "PLANTED" in os.environ else [
    os.path.join(HERE, name) for name in ("planted", "planted_blind")]
WORK = tempfile.mkdtemp(prefix="zhiyun-planted-")
shutil.copytree(os.path.join(HERE, "..", "..", "packs"), os.path.join(WORK, "packs"))
for INVENTED in (os.path.join(HERE, "lanjiang"), os.path.join(HERE, "..", "..", "docs", "example-province")):
    shutil.copytree(INVENTED, os.path.join(WORK, "packs", os.path.basename(INVENTED)))


class Fault:
    """One of the file: what is replaced by what, and the finding that is expected."""

    def __init__(self, edit):
        self.name, self.pack = edit.head.split()
        [(self.file, old, new)] = edit.files
        self.old, self.new = "\n".join(old), "\n".join(new)
        self.where, self.line, self.words = re.fullmatch(r"([^:]+):(/.+/|[+]?\d*) (.+)", edit.finds).groups()
        assert self.old, self.name

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


def every_other(faults):
    """Of all faults the even or the odd ones, drawn by the commit; with LONG=1 all."""
    if os.environ.get("LONG") or "PLANTED" in os.environ:
        return faults
    return faults[draw.shuffled(range(2), draw.draw())[0]::2]


def faults():
    return [Fault(edit) for path in PLANTED for edit in edit_list.read(path)]


def lint_by_command(pack):
    done = subprocess.run([ZHIYUN, "--lang", "en", "--json", "pack", "lint", "--folder", os.path.join(WORK, "packs"), pack],
                          capture_output=True, text=True, timeout=600)
    assert done.returncode in (0, 1), (pack, done.returncode, done.stderr)
    return json.loads(done.stdout)["findings"]


@functools.lru_cache(maxsize=None)
def linter():
    return subprocess.Popen([LINT_MANY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def lint(pack):
    linter().stdin.write(f"{os.path.join(WORK, 'packs')} {pack}\n")
    linter().stdin.flush()
    line = linter().stdout.readline()
    assert line, f"it ended with {linter().wait(timeout=600)}"
    return json.loads(line)["findings"]


def trace(pack):
    found = pack_trace.trace(os.path.join(WORK, "packs", pack))
    return [{"file": file, "line": line, "reason": reason} for file, line, reason in found]


def named(fault):
    """None, or the findings that there are instead."""
    path, text, line = fault.plant()
    try:
        for find in (lint, trace):
            found = find(fault.pack)
            if any(f["file"] == f"{fault.pack}/{fault.where}" and f["line"] == line and fault.words in f["reason"] for f in found):
                return None
    finally:
        write(path, text)
    return [f"{f['file']}:{f['line']}: {f['reason']}" for f in found]


def test_the_packs_are_sound_before():
    for pack in sorted(os.listdir(os.path.join(WORK, "packs"))):
        assert lint_by_command(pack) == lint(pack) == trace(pack) == [], pack


def test_each_planted_fault_is_named_at_its_line():
    planted = faults()
    assert len(planted) >= (120 if "PLANTED" not in os.environ else 1) and len({fault.name for fault in planted}) == len(planted), len(planted)
    for fault in planted:  # those that are not drawn stand in the packs, too
        path, text, _ = fault.plant()
        write(path, text)
    drawn = every_other(planted)
    missed = {fault.name: found for fault in drawn if (found := named(fault)) is not None}
    print(f"# {len(drawn) - len(missed)} of {len(drawn)} named, of {len(planted)} in all")
    for name, found in missed.items():
        print(f"# {name}: not named; found:", *found[:4], sep="\n#   ")
    assert not missed, sorted(missed)


# --- every map ---------------------------------------------------------------------------------

NAMES = {"labels_en", "facts", "criteria", "values", "fields", "panel", "steps"}  # whose keys are names, where they are maps


class Place:
    """A key of a map of a file, with its value; depth: maps around it."""

    def __init__(self, key, value, depth, first):
        self.key, self.value, self.depth, self.first = key, value, depth, first

    def is_list_of_maps(self):
        return isinstance(self.value, yaml.SequenceNode) and any(isinstance(one, yaml.MappingNode) for one in self.value.value)


def places(node, depth=0):
    """Each key of the maps whose keys a table has."""
    if isinstance(node, yaml.SequenceNode):
        for one in node.value:
            yield from places(one, depth)
    elif isinstance(node, yaml.MappingNode):
        for n, (key, value) in enumerate(node.value):
            yield Place(key, value, depth, n == 0)
            if not (isinstance(value, yaml.MappingNode) and key.value in NAMES):
                yield from places(value, depth + 1)


def insert(text, place, words):
    """(from, to, instead, where of it the fault stands) of a key before another of the same map."""
    at, column = place.key.start_mark.index, place.key.start_mark.column
    before = text[text.rfind("\n", 0, at) + 1:at].strip(" -")
    return at, at, words + (", " if before else "\n" + " " * column), 0


def unknown(text, place):
    key = place.key.value
    return (*insert(text, place, f"{key}x: 0"), f'unknown key "{key}x" (did you mean "') if place.first else None


def twice(text, place):
    if not place.first:
        return None
    at, end, words, _ = insert(text, place, f"{place.key.value}: 0")
    return at, end, words, len(words), f'the key "{place.key.value}" stands here twice'


def of_kind(wanted, instead, words):
    def edit(_, place):
        ends = place.value.end_mark.index
        return (place.value.start_mark.index, ends, instead, 0, words) if wanted(place) else None
    return edit


def edits():
    """(name, edit of one place): all places of a file at once."""
    yield "unknown", unknown
    yield "twice", twice
    yield "no value", of_kind(lambda p: isinstance(p.value, yaml.ScalarNode) and p.value.style not in ("|", ">"), "{wrong: kind}", "must")
    yield "no words", of_kind(lambda p: isinstance(p.value, yaml.SequenceNode) and p.value.value and not p.is_list_of_maps(),
                              "{wrong: kind}", "must be a list")
    for depth in range(4):
        yield f"no items {depth}", of_kind(lambda p, depth=depth: p.is_list_of_maps() and p.depth == depth and p.value.flow_style,
                                           "wrong", "must be a list")
        yield f"no map {depth}", of_kind(lambda p, depth=depth: isinstance(p.value, yaml.MappingNode) and p.depth == depth
                                         and p.value.flow_style and p.key.value != "labels_en", "wrong", "must be a map")


def edited(path, edit):
    """The file with the fault in every place, and (line, words) of each."""
    text, at, out, told = read(path), 0, [], []
    for place in places(yaml.compose(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))):
        change = edit(text, place)
        if change and change[0] >= at:
            start, end, words, offset, expected = change
            out += [text[at:start], words]
            told.append((sum(map(len, out)) - len(words) + offset, expected))
            at = end
    new = "".join(out) + text[at:]
    return new, [(new[:where].count("\n") + 1, expected) for where, expected in told]


def missed(pack, folder, edit):
    """(files, faults, what of them was not told) of all the files of a folder at once."""
    files = sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".yaml"))
    kept, wanted = {path: read(path) for path in files}, []
    for path in files:
        text, told = edited(path, edit)
        write(path, text)
        wanted += [(os.path.relpath(path, os.path.join(WORK, "packs")), *one) for one in told]
    try:
        found = lint(pack) if wanted else []
    finally:
        for path, text in kept.items():
            write(path, text)
    return len(wanted), [one for one in wanted if not any(f["file"] == one[0] and f["line"] == one[1] and one[2] in f["reason"] for f in found)]


def test_every_map_of_a_pack_names_what_is_no_key_of_it_stands_twice_or_is_of_another_kind():
    """Of the shipped packs one, drawn by the commit; with LONG=1 all."""
    planted, wrong = {}, []
    shipped = sorted(set(os.listdir(os.path.join(WORK, "packs"))) - {"common", "record-papers", "lanjiang", "example-province"})
    drawn = shipped if os.environ.get("LONG") else draw.shuffled(shipped, draw.draw())[:1]
    for pack in ["common", "lanjiang", "example-province"] + drawn:
        for folder in (os.path.join(WORK, "packs", pack), os.path.join(WORK, "packs", pack, "cases")):
            for name, edit in edits() if os.path.isdir(folder) else ():
                count, left = missed(pack, folder, edit)
                planted[name] = planted.get(name, 0) + count
                wrong += [(name, *one) for one in left]
    print("#", planted)
    assert all(planted[name] > 20 for name in ("unknown", "twice", "no value", "no words", "no map 1")), planted
    assert not wrong, (len(wrong), wrong[:12])


if __name__ == "__main__":
    try:
        tap.run(sys.modules[__name__])
    finally:
        linter().communicate(timeout=600)
        shutil.rmtree(WORK, ignore_errors=True)
