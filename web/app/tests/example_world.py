#!/usr/bin/env python3
"""example_world.py ZHIYUN CLOCK FOLDER: makes FOLDER an instance with the province of docs/example-province, whose pack no
program holds: its offices, a call, a unit with its records, experts. It stands at the morning of 4 May 2026."""
import os
import shutil
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
sys.path[:0] = [os.path.join(ROOT, "tests", *folder) for folder in ([], ["kernel"], ["programmes"])]
import experts  # noqa: E402
import makers  # noqa: E402
import scenario  # noqa: E402

PACK = "example-province"


def main(zhiyun, clock, folder):
    run = scenario.Run(os.path.abspath(zhiyun), clock, makers, "2026-05-04 08:00")
    try:
        world = run.world
        makers.make_example_province(world)
        makers.make_working_days(world, "2027")
        makers.make_activate(world, PACK, "example_officer", "example_leader")
        makers.make_call(world, PACK, "2026-05-04", "2026-06-30", "example_officer")
        makers.make_example_party(world, "2026")
        makers.make_mark(world, "云知函", "example_leader")
        experts.make_experts(world, "office99", "5")
        world.server.stop()
        shutil.copytree(world.data, folder, symlinks=True)
    finally:
        run.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
