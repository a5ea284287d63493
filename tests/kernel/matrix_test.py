#!/usr/bin/env python3
"""matrix_test.py ZHIYUN: every role x type x relation x state against a running server (matrix.py), and everybody
against every fixed resource (fixed.py).

Prints TAP and the number of cells. ZHIYUN_MATRIX_TYPES names the only types to ask about ("fixed": the fixed resources).
"""
import os
import sys
import types

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import fixed  # noqa: E402
import matrix  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
ONLY = os.environ.get("ZHIYUN_MATRIX_TYPES", "").split()


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
        tap.run(tests)
    finally:
        print(f"# {counts['cells']} cells, {counts['faults']} faults")
        world.close()


if __name__ == "__main__":
    main()
