#!/usr/bin/env python3
"""drawn_test.py BUILD SWITCHED: five switches, drawn by the hash of the last commit ($DRAW), each turn their test red;
or those that $SWITCHES names, between blanks.

SWITCHED is the program of the build with packs and types read when it starts (from_folder.py): linked anew, not built.
"""
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
import tap  # noqa: E402
import switch_off  # noqa: E402
from draw import draw  # noqa: E402

COUNT = 5
FOLDER, SWITCHED = map(os.path.abspath, sys.argv[1:])


class Linked(switch_off.Build):
    """The tree itself and its build; the program is the one that reads packs and types of a slot."""

    def __init__(self):  # nothing is copied or built
        self.tree, self.folder = switch_off.ROOT, FOLDER
        self.introspect()

    def program(self, name="zhiyun"):
        return SWITCHED


def placed():
    """What programs look for beside themselves."""
    for name in ("zhiyun-paper", "zhiyun-pdf", "tests"):
        there, here = os.path.join(FOLDER, name), os.path.join(os.path.dirname(SWITCHED), name)
        if os.path.exists(there) and not os.path.lexists(here):
            os.symlink(there, here)


def test_five_switches_that_are_drawn_turn_their_test_red():
    placed()
    known, named = switch_off.switches(), os.environ.get("SWITCHES", "").split()
    taken, pool = switch_off.drawn(known, draw(), len(known) if named else COUNT)
    taken = [s for s in taken if s["name"] in named] if named else taken
    print(f"# by {draw()}, of {pool}: {' '.join(s['name'] for s in taken)}", flush=True)
    slot = switch_off.Slot(Linked(), os.path.join(os.path.dirname(SWITCHED), "slot"), shutil.copy2)
    green = []
    for switch in taken:
        switch_off.check(switch_off.ROOT, switch)
        slot.throw(switch)
        try:
            slot.faultless()
            if switch_off.held(switch, slot.said(switch["test"], switch["title"], switch["name"])):
                green.append(switch["name"])
        except AssertionError as why:
            green.append(f"{switch['name']} (not shown: {why})")
        finally:
            slot.take_back(switch)
    assert len(taken) == (len(named) or COUNT) and not green, f"the behaviour is off, and the test passes: {green}"


def test_with_nothing_thrown_it_is_the_same_program():
    for words in (("types", "lint"), ("pack", "lint"), ("pack", "show", "sc-yunying-2025")):
        said = [subprocess.run([program, "--lang", "en", "--data", "/nonexistent", *words], capture_output=True, text=True, check=False).stdout
                for program in (os.path.join(FOLDER, "zhiyun"), SWITCHED)]
        assert said[0] == said[1] and said[0], words


tap.run(sys.modules[__name__])
