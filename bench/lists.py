#!/usr/bin/env python3
"""lists.py ZHIYUN [RECORDS [ROUNDS]]: how long a browser takes to paint the first page of a list of RECORDS (100,000) deals,
beside a bare page: the same columns of the same 50 rows, selected from the same file by Python's sqlite3, as a plain table.

Same browser, same run, in turn, ROUNDS (15) times; before each a record is written, so that no answer is a kept one. Printed, in
ms from the navigation to the frame that shows 50 rows: the bare page; the list opened within the application, as from a menu;
the list as the first page of the application, its programs from the browser's cache. Then the requests of the second.
The reader is an officer of the province, who may read all. SQLite only.
"""
import html
import http.server
import json
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
ZHIYUN = os.path.abspath(sys.argv[1])
RECORDS = int(sys.argv[2]) if len(sys.argv) > 2 else 100000
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 15
sys.path.insert(0, HERE)
import find  # noqa: E402
import client  # noqa: E402

COLUMNS = ["number", "title", "contract_no", "type", "signed", "amount", "owner_unit", "state"]
SELECT = (f"SELECT r.id, {', '.join('r.' + name for name in COLUMNS)} FROM record_deal r WHERE r.owner_province = ? AND r.secrecy <= 1"
          " AND r.ended_ms IS NULL ORDER BY r.signed DESC NULLS LAST, r.id DESC LIMIT 50")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "google-chrome"))), None)


class Bare(http.server.BaseHTTPRequestHandler):
    file = province = None

    def do_GET(self):
        db = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)
        rows = db.execute(SELECT, (self.province,)).fetchall()
        db.close()
        lines = "".join("<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
        body = f"<!doctype html><meta charset=utf-8><title>bare</title><table><tbody>{lines}</tbody></table>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def told(what, times, of=None):
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    ratio = f"  {statistics.median(times) / of:5.2f} x the bare page" if of else ""
    print(f"  {what:40} p50 {statistics.median(times):7.1f}  p95 {p95:7.1f}{ratio}", flush=True)
    return statistics.median(times)


def measure(world):
    Bare.file = os.path.join(world.data, "zhiyun.db")
    Bare.province = client.ask_sql(world, "SELECT owner_province FROM record_deal LIMIT 1")[0][0]
    bare = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Bare)
    threading.Thread(target=bare.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{world.server.port}"
    link = json.loads(world.server.run("--json", "user", "link", "province_officer"))["link"]
    said = subprocess.run(["node", os.path.join(HERE, "lists.mjs"), f"{address}/w/r/deal?size=50", f"http://127.0.0.1:{bare.server_port}/",
                           address + link, world["centre_manager"].token, str(ROUNDS)], env={**os.environ, "CHROMIUM": CHROMIUM},
                          capture_output=True, text=True, check=False)
    bare.shutdown()
    if said.returncode:
        sys.exit(said.stderr)
    times = json.loads(said.stdout)
    print(f"{RECORDS} records, {ROUNDS} times: ms")
    of = told("bare page", times["bare"])
    told("list, opened within the application", times["within"], of)
    told("list, first page of the application", times["loaded"], of)
    print("requests of the list opened within:")
    for path, taken in times["requests"].items():
        told(path.split("/api/v1/")[1][:40], taken)


def main():
    os.environ["ZHIYUN_UNSYNCED"] = "1"
    find.RECORDS = RECORDS
    world = client.World(ZHIYUN)
    try:
        find.make_records(world, random.Random(7))
        world.server.start()
        measure(world)
    finally:
        world.close()


if __name__ == "__main__":
    main()
