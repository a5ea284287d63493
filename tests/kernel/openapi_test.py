#!/usr/bin/env python3
"""openapi_test.py ZHIYUN: the description is valid by a validator that is not ours, and the life of a record fits what
it says of the type, on both databases. tools/web.sh compiles the client that is made from it. Needs node and npm."""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import client  # noqa: E402
import described  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PG = os.path.join(ROOT, "tools", "pg.py")


def run(*command, **kwargs):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **kwargs)
    assert done.returncode == 0, f"{command}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def test_the_description_is_valid_openapi():
    npm = subprocess.run([os.path.join(ROOT, "tools", "npm.sh")], capture_output=True, text=True, check=False)
    if npm.returncode == 3:
        raise tap.Skip(npm.stderr.splitlines()[-1])
    assert npm.returncode == 0, npm.stderr
    for words in ([], ["--types"]):
        document = run(ZHIYUN, "openapi", *words)
        print("# " + run("node", os.path.join(ROOT, "tests", "openapi", "validate.mjs"), input=document).strip())


class Described:
    """Somebody whose every request and answer fits the description of each type."""

    def __init__(self, who):
        self.who, self.types = who, described.Description(json.loads(run(ZHIYUN, "openapi", "--types")))

    def body_fault(self, method, path, body):
        content = self.types.operation(method, path)["requestBody"]["content"]
        return self.types.fault(body, content["application/json"]["schema"], "body")

    def ask(self, status, method, path, body=None, wrong=None, query="", **headers):
        """`wrong`: what the description has against the body, too."""
        at = "/api/v1" + path
        names = {p["name"] for p in self.types.operation(method, at)["parameters"]}
        assert {*headers, *(one.split("=")[0] for one in query.split("&") if one)} <= names, (path, names)
        fault = None if body is None else self.body_fault(method, at, body)
        assert (fault is None) == (wrong is None) and (wrong or "") in (fault or ""), (path, fault)
        reply = self.who.ask(method, path + (query and "?" + query), body, headers)
        fault = self.types.answer_fault(method, at, reply.status, reply.headers, reply.content)
        assert reply.status == status and fault is None, (path, fault, reply)
        return reply.json


DEAL = {"contract_no": "0007-虚构", "title": "虚构许可", "type": "licence", "amount": "120000.50", "currency": "CNY",
        "sides": [{"name": "甲"}, {"name": "乙"}], "patents": ["CN203010000003.4"], "signed": "2026-03-01",
        "payments": [{"due": "2026-04-01", "amount": "60000.25"},
                     {"due": "2026-05-01", "amount": "60000.25", "paid": "2026-05-02"}]}


def live(world):
    """The life of a deal; its answers without numbers and times."""
    who = Described(world["centre_manager"])
    key = {"Idempotency-Key": "client-1"}
    session = who.ask(200, "GET", "/session")
    made = who.ask(201, "POST", "/records/deal", DEAL, **key)
    again = who.ask(200, "POST", "/records/deal", DEAL, **key)
    path = f"/records/deal/{made['id']}"
    one = who.ask(200, "GET", path)
    first = {"If-Match": '"1"'}
    changed = who.ask(200, "PATCH", path, {"title": "虚构许可（二）"}, query="reason=核对", **first)
    late = who.ask(409, "PATCH", path, {"title": "迟到"}, **first)
    wrong = who.ask(400, "POST", "/records/deal", {"contract_no": "x", "type": "gift"}, wrong="body.type")
    page = who.ask(200, "GET", "/records/deal", query="filter=amount>=100000 and type=licence&sort=-amount&fields=contract_no,amount")
    ended = who.ask(200, "POST", path + "/actions/void", {}, query="reason=试验结束")
    return {"roles": [role["role"] for role in session["roles"]], "made": [made["version"], made["state"], made["repeated"]],
            "again": [again["id"] == made["id"], again["repeated"]],
            "one": [one[name] for name in ("contract_no", "amount", "sides", "payments", "paid_total")],
            "changed": changed["version"], "late": late["status"], "wrong": [fault["field"] for fault in wrong["errors"]],
            "page": [page["total"], [[deal["contract_no"], deal["amount"]] for deal in page["items"]]], "ended": ended["state"]}


LIVED = {"roles": ["centre_manager", "public"], "made": [1, "intent", False], "again": [True, True],
         "one": ["0007-虚构", "120000.50", DEAL["sides"], DEAL["payments"], "60000.25"], "changed": 2, "late": 409,
         "wrong": ["/type"], "page": [1, [["0007-虚构", "120000.50"]]], "ended": "void"}


def test_the_life_of_a_record_fits_the_description():
    world = client.World(ZHIYUN, people={"centre_manager": client.PEOPLE["centre_manager"]})
    try:
        assert live(world) == LIVED
    finally:
        world.close()


def test_it_does_so_on_postgresql():
    if not os.path.isdir("/usr/lib/postgresql"):
        raise tap.Skip("PostgreSQL is not installed")
    run(sys.executable, PG, "run", sys.executable, os.path.abspath(__file__), ZHIYUN, env={**os.environ, "TAP_ONLY": "the_life"})


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
