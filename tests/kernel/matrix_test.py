#!/usr/bin/env python3
"""matrix_test.py ZHIYUN: every role x type x relation x state against a running server (matrix.py), and everybody
against every fixed resource (fixed.py).

Prints TAP and the number of cells. ZHIYUN_MATRIX_TYPES names the only types to ask about ("fixed": the fixed resources).
With ZHIYUN_SERVE="--columns-from 1" lists come from columns in memory, and the server must say so.
"""
import http.client
import os
import re
import sys
import types

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import client  # noqa: E402
import fixed  # noqa: E402
import matrix  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
COLUMNS_FROM = 20000  # unless serve is told otherwise
ONLY = os.environ.get("ZHIYUN_MATRIX_TYPES", "").split()


def by_columns(world):
    """How many lists the server has answered from columns."""
    connection = http.client.HTTPConnection("127.0.0.1", world.server.port, timeout=30)
    connection.request("GET", "/metrics", headers={"Authorization": "Bearer " + world.token("sysadmin", "metrics")})
    text = connection.getresponse().read().decode()
    connection.close()
    return int(re.search(r"^zhiyun_list_columns_answers_total (\d+)$", text, re.M).group(1))


def last_number(world, names):
    """Of all records of these types: lists are from columns where numbers are as great as --columns-from."""
    tables = [matrix.CORE.get(name, f"record_{name}") for name in names]
    return max((int(client.ask_sql(world, f"SELECT coalesce(max(id), 0) FROM {table}")[0][0]) for table in tables), default=0)


def main():
    world = matrix.build_world(ZHIYUN)
    table = matrix.Matrix(world)
    counts = {"cells": 0, "faults": 0}

    def judge(cells):
        faults = [fault for fault in (cell.fault() for cell in cells) if fault]
        counts["cells"] += len(cells)
        counts["faults"] += len(faults)
        assert not faults, f"{len(faults)} cells: " + " | ".join(faults[:5])
    try:
        tests = types.SimpleNamespace()
        for name in matrix.names_of(world, ONLY):
            def test(name=name):
                judge(table.cells(name))
            setattr(tests, f"test_{name}: everybody sees and does what its file says", test)
        if not ONLY or "fixed" in ONLY:
            def test_fixed():
                judge(fixed.cells(world))
            setattr(tests, "test_fixed resources: everybody calls what the description says", test_fixed)

        def test_lists():
            answers, last = by_columns(world), last_number(world, matrix.names_of(world, ONLY))
            assert (answers > 100) == ("--columns-from" in world.server.options or last >= COLUMNS_FROM), (answers, last)
        setattr(tests, "test_lists come from columns where they should, and nowhere else", test_lists)
        tap.run(tests)
    finally:
        print(f"# {counts['cells']} cells, {counts['faults']} faults")
        world.close()


if __name__ == "__main__":
    main()
