#!/usr/bin/env python3
"""openapi_test.py ZHIYUN: the description is valid by a validator that is not ours, a client made from
it compiles, and its scenario gives the same answers on both databases. Needs node and npm."""
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import client  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "openapi")
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PG = os.path.join(ROOT, "tools", "pg.py")
WORK = os.path.join(os.path.dirname(ZHIYUN), "openapi-client")  # in the build folder, wherever it is run from: installed once


def run(*command, **kwargs):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **kwargs)
    assert done.returncode == 0, f"{command}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def install():
    """The packages of the workspace; the build folder lies in it, so that node finds them."""
    npm = subprocess.run([os.path.join(ROOT, "tools", "npm.sh")], capture_output=True, text=True, check=False)
    if npm.returncode == 3:
        raise tap.Skip(npm.stderr.splitlines()[-1])
    assert npm.returncode == 0, npm.stderr
    os.makedirs(WORK, exist_ok=True)
    for name in ("package.json", "validate.mjs", "client.ts", "tsconfig.json"):
        shutil.copy(os.path.join(SOURCE, name), WORK)


def test_the_description_is_valid_openapi():
    install()
    for name, words in (("openapi.json", []), ("types.json", ["--types"])):
        with open(os.path.join(WORK, name), "w", encoding="utf-8") as file:
            file.write(run(ZHIYUN, "openapi", *words))
        print("# " + run("node", "validate.mjs", name, cwd=WORK).strip())


def test_types_made_from_it_leave_nothing_open():
    """`unknown` and `any` of an operation: whoever calls it could not rely on what comes."""
    install()
    os.makedirs(os.path.join(WORK, "generated"), exist_ok=True)
    made = os.path.join(WORK, "generated", "small.ts")
    run(os.path.join(ROOT, "node_modules/.bin/openapi-typescript"), "openapi.json", "-o", made, cwd=WORK)
    with open(made, encoding="utf-8") as file:
        parts = re.split(r"^    (\w+): \{$", file.read(), flags=re.M)
    found = {name for name, body in zip(parts[1::2], parts[2::2]) if re.search(r"\b(unknown|any)\b(?!:)", re.sub(r"/\*.*?\*/|\"[^\"\n]*\"|^ *\[name: string\]: unknown;", "", body, flags=re.S | re.M))}
    assert not found, found
    run(os.path.join(ROOT, "node_modules/.bin/tsc"), "--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022", made, cwd=WORK)


def test_a_client_made_from_it_compiles():
    install()
    os.makedirs(os.path.join(WORK, "generated"), exist_ok=True)
    run(os.path.join(ROOT, "node_modules/.bin/openapi-typescript"), "types.json", "-o", "generated/schema.d.ts", cwd=WORK)
    run(os.path.join(ROOT, "node_modules/.bin/tsc"), cwd=WORK)


def scenario():
    people = {name: client.PEOPLE[name] for name in ("centre_manager",)}
    world = client.World(ZHIYUN, people=people)
    try:
        return run("node", "generated/out/client.js", f"http://127.0.0.1:{world.server.port}",
                   world["centre_manager"].token, cwd=WORK)
    finally:
        world.close()


def test_its_scenario_runs_and_both_databases_answer_alike():
    install()
    here = scenario()
    print("# " + here.strip())
    assert '"licence"' not in here and "120000.50" in here and "void" in here
    if not os.path.isdir("/usr/lib/postgresql"):
        raise tap.Skip("PostgreSQL is not installed: compared on SQLite alone")
    there = run(sys.executable, PG, "run", sys.executable, os.path.abspath(__file__), ZHIYUN, "--scenario")
    assert there.strip().splitlines()[-1] == here.strip(), f"{here}\n{there}"


if __name__ == "__main__":
    if sys.argv[2:] == ["--scenario"]:
        print(scenario())
    else:
        tap.run(sys.modules[__name__])
