#!/usr/bin/env python3
"""writers.py BUILD [ZHIYUN…]: creates of deals a second by 1 to 32 writers, in one unit and in four, over HTTP.

Each deal is given the next number of its unit. The program of BUILD and the other programs named are measured in turn, row by row,
in stores of their own: on SQLite, then on a PostgreSQL server that syncs every commit (tools/pg.py), whose settings are printed and
which looks at its tables once (ANALYZE) before the rows that count, as autovacuum does where it is on.
SECONDS (10) a row; bench/load asks, on the server's own cores.
"""
import json
import os
import subprocess
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(ROOT, "tests", "kernel"))
BUILD = os.path.abspath(sys.argv[1])
PROGRAMS = [os.path.join(BUILD, "zhiyun"), *map(os.path.abspath, sys.argv[2:])]
sys.argv[1] = PROGRAMS[0]  # the tests' modules are told the program
import client  # noqa: E402

CENTRES = ("centreA", "centreB", "centreC", "centreD")
SECONDS = os.environ.get("SECONDS", "10")
SETTINGS = "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'plan_cache_mode', 'server_version')"


def creates(world, row, writers, units):
    """Creates a second of all writers, and the longest that 99 of 100 of one process's took."""
    running = [subprocess.Popen([os.path.join(BUILD, "bench", "load"), str(world.server.port), world[unit].token,
                                 str(writers // units), SECONDS, "create", f"HT-{row}-{unit}"],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for unit in CENTRES[:units]]
    answers = [(process.communicate(), process.returncode) for process in running]
    if any(code for _, code in answers):
        sys.exit(next(why for (_, why), code in answers if code))
    done = [json.loads(out) for (out, _), _ in answers]
    return f"{sum(d['per_second'] for d in done):>14.0f} {max(d['p99_ms'] for d in done):>9.1f}"


def table():
    people = {unit: (unit, "centre_manager") for unit in CENTRES}
    worlds = [client.World(program, people=people) for program in PROGRAMS]
    try:
        print(*("=".join(row) for row in client.ask_sql(worlds[0], SETTINGS)) if client.database_server() else ["SQLite"])
        print(f"{'writers, units':20}" + "".join(f"{'creates/s':>14} {'p99 ms':>9}" for _ in worlds))
        for world in worlds if client.database_server() else []:
            creates(world, "first", 8, 4)
            client.run_sql(world, ["ANALYZE"])
        for row, (writers, units) in enumerate(((1, 1), (4, 1), (8, 1), (8, 4), (32, 4)) * 2):
            print(f"{writers:>7}, {units:<11}" + "".join(creates(world, row, writers, units) for world in worlds), flush=True)
    finally:
        for world in worlds:
            world.close()


if __name__ == "__main__":
    table()
    if not client.database_server():
        subprocess.run([sys.executable, os.path.join(ROOT, "tools", "pg.py"), "run", "--synced", sys.executable,
                        os.path.abspath(__file__), BUILD, *PROGRAMS[1:]], check=True)
