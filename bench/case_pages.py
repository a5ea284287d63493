#!/usr/bin/env python3
"""case_pages.py ZHIYUN [ROUNDS]: what the page of a case asks of the server, over HTTP on one connection, in a copy of the demo.

Printed: p50 and p95 in ms of /todo, /cases/{id} and its /actions, as an officer asks for every open case of his in turn, ROUNDS
(5) times; and two floors of the same run: `rows`, a bare indexed query that reads the same rows from the same file into memory
(Python's sqlite3), and `record`, one record of the case by its number over the same connection. SQLite only.
"""
import http.client
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ZHIYUN = os.path.abspath(sys.argv[1])
sys.path.insert(0, os.path.join(HERE, "..", "tests"))
import demo_made  # noqa: E402
import ports  # noqa: E402

ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
PERSON = "officer"
ROWS = {  # by what the answer is made of
    "/todo": ["SELECT g.*, c.* FROM assignment g JOIN flow_case c ON c.id = g.record_id WHERE g.unit = :unit AND"
              " g.type = 'flow_case' AND g.done_ms IS NULL AND g.to_ms IS NULL"],
    "/cases/{id}": ["SELECT c.*, u.* FROM flow_case c JOIN unit u ON u.id = c.owner_unit WHERE c.id = :id"],
    "/cases/{id}/actions": ["SELECT * FROM flow_case WHERE id = :id", "SELECT * FROM flow_step WHERE case_id = :id",
                            "SELECT * FROM assignment WHERE type = 'flow_case' AND record_id = :id"],
}


def accepting(port, server):
    while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
        assert server.poll() is None, "the server ended"
        time.sleep(0.05)


class Asker:
    def __init__(self, port, token):
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.head = {"Authorization": f"Bearer {token}"}

    def get(self, path):
        began = time.perf_counter()
        self.connection.request("GET", "/api/v1" + path, headers=self.head)
        answer = self.connection.getresponse()
        body = answer.read()
        took = time.perf_counter() - began
        assert answer.status == 200, (path, answer.status, body[:300])
        return took * 1e3


def query(db, sql, **values):
    began = time.perf_counter()
    for one in sql:
        db.execute(one, values).fetchall()
    return (time.perf_counter() - began) * 1e3


def told(what, times):
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    print(f"  {what:32} p50 {statistics.median(ordered):8.3f}  p95 {p95:8.3f}", flush=True)
    return p95


def measure(asker, db):
    unit, province = db.execute("SELECT owner_unit, owner_province FROM account WHERE name = ?", (PERSON,)).fetchone()
    cases = db.execute("SELECT id, record_type, record_id FROM flow_case WHERE state = 'running' AND owner_province = ?",
                       (province,)).fetchall()
    print(f"{len(cases)} open cases, {ROUNDS} times each")
    rounds = [case for _ in range(ROUNDS) for case in cases]
    record = told("record", [asker.get(f"/records/{kind}/{of}") for _, kind, of in rounds])
    for path, sql in ROWS.items():
        answer = told(path, [asker.get(path.format(id=case)) for case, _, _ in rounds])
        rows = told("  its rows", [query(db, sql, id=case, unit=unit) for case, _, _ in rounds])
        print(f"  {path}: p95 is {answer / rows:.1f} x its rows, {answer / record:.1f} x a record", flush=True)


def main():
    with tempfile.TemporaryDirectory() as work:
        data = os.path.join(work, "demo")
        demo_made.copy_to(ZHIYUN, data)
        port = ports.free_port()
        token = subprocess.run([ZHIYUN, "--data", data, "user", "token", PERSON], capture_output=True, text=True, check=True).stdout.split()[-1]
        server = subprocess.Popen([ZHIYUN, "--data", data, "--quiet", "serve", "--listen", f"127.0.0.1:{port}"])
        try:
            accepting(port, server)
            measure(Asker(port, token), sqlite3.connect(os.path.join(data, "zhiyun.db")))
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
