#!/usr/bin/env python3
"""matrix_test.py ZHIYUN: every role x type x relation x state (matrix.py), and everybody against every fixed
resource (fixed.py).

What is asked here is who may see and do what, not HTTP: so it goes through a door beside the running server
(door.py), where a cell costs a third. That the door says what HTTP says is asked of one cell in fifty, another choice
with each SEED, and of somebody at each fixed resource: they are asked both ways, and the replies must be the same.

Prints TAP and the number of cells. ZHIYUN_MATRIX_TYPES names the only types to ask about ("fixed": the fixed resources);
else they are a third, drawn by the commit, and those that it touches; in `make check` all.
With ZHIYUN_SERVE="--columns-from 1" lists come from columns in memory, and the server must say so.
"""
import os
import random
import re
import sys
import tempfile
import types

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import client  # noqa: E402
import door  # noqa: E402
import fixed  # noqa: E402
import given_days  # noqa: E402
import matrix  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
given_days.live(ZHIYUN)
COLUMNS_FROM = 5000  # unless serve is told otherwise
ONLY = os.environ.get("ZHIYUN_MATRIX_TYPES", "").split()
SEED = int(os.environ.get("SEED", "20261120"))
HTTP_SHARE = 1 / 50  # of the cells


def by_columns(world):
    """How many lists were answered from columns."""
    reply = client.Person(world.server, world.token("sysadmin", "metrics")).get("/metrics")
    return int(re.search(rb"^zhiyun_list_columns_answers_total (\d+)$", reply.content, re.M).group(1))


def last_number(world, names):
    """Of all records of these types: lists are from columns where numbers are as great as --columns-from."""
    tables = [matrix.CORE.get(name, f"record_{name}") for name in names]
    return max((int(client.ask_sql(world, f"SELECT coalesce(max(id), 0) FROM {table}")[0][0]) for table in tables), default=0)


class Judge:
    """Asks cells and counts."""

    def __init__(self, server):
        self.server, self.wire, self.random = server, door.Wire(server), random.Random(SEED)
        self.cells = self.faults = self.both_ways = 0

    def take(self, cells, faults):
        """`faults`: of each cell, or None."""
        faults = [fault for fault in faults if fault]
        self.cells += len(cells)
        self.faults += len(faults)
        assert not faults, f"{len(faults)} cells: " + " | ".join(faults[:5])

    def of_a_type(self, cells):
        ended = door.together(self.server.door, cells)
        self.take(cells, (ended[cell] and cell.named(ended[cell]) for cell in cells))
        self.hold([cell for cell in cells if self.random.random() < HTTP_SHARE])

    def fixed(self, cells):
        """They change things: one after the other. At each door somebody, drawn, comes both ways."""
        doors = {}
        for cell in cells:
            if not cell.deep:
                doors.setdefault(cell.place, []).append(cell)
        drawn = {self.random.choice(there) for there in doors.values()}
        drawn |= {cell for cell in cells if self.random.random() < HTTP_SHARE}
        self.take(cells, [self.differs(cell) if cell in drawn else cell.fault() for cell in cells])

    def hold(self, cells):
        differences = [d for d in map(self.differs, cells) if d]
        self.faults += len(differences)
        assert not differences, f"{len(differences)} cells: " + " | ".join(differences[:5])

    def differs(self, cell):
        self.both_ways += 1
        return door.difference(self.server, self.wire, cell)

    def close(self):
        self.wire.close()
        print(f"# {self.cells} cells, {self.faults} faults; {self.both_ways} over HTTP as well (SEED={SEED})")


def main():
    if os.path.isdir("/dev/shm"):  # what a power cut would leave is not asked here
        tempfile.tempdir = "/dev/shm"
    world = matrix.build_world(ZHIYUN)
    world.server.door = door.Door(world.server)
    table, judge = matrix.Matrix(world), Judge(world.server)
    try:
        tests, names = types.SimpleNamespace(), matrix.names_of(world, ONLY)
        if not ONLY:
            names = tap.sample(names, "record types", tap.touched_types())
        for name in names:
            def test(name=name):
                judge.of_a_type(table.cells(name))
            setattr(tests, f"test_{name}: everybody sees and does what its file says", test)
        if not ONLY or "fixed" in ONLY:
            def test_fixed():
                judge.fixed(fixed.cells(world))
            setattr(tests, "test_fixed resources: everybody calls what the description says", test_fixed)

        def test_lists():
            answers, last = by_columns(world), last_number(world, names)
            assert (answers > 100) == ("--columns-from" in world.server.options or last >= COLUMNS_FROM), (answers, last)
        setattr(tests, "test_lists come from columns where they should, and nowhere else", test_lists)
        tap.run(tests)
    finally:
        judge.close()
        world.close()


if __name__ == "__main__":
    main()
