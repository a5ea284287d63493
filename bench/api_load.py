"""The table `api` of bench.py: what a server acknowledges and answers under load, over HTTP, with the
load generator (load.c) on the same two cores.

Beside the figures stands what bounds them in the same run: fdatasyncs a second of this disk, and what
SQLite alone does with the same rows and statements (record/write_bench.c). Processor time a request is
the server's own, all threads; it hardly changes with what else the machine does, rates do.
"""
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(0, os.path.join(ROOT, "tests", "kernel"))
BUILD, sys.argv[1] = sys.argv[1], os.path.join(sys.argv[1], "zhiyun")  # the tests' modules are told the program
import client  # noqa: E402
sys.argv[1] = BUILD

PEOPLE = {"centre_staff": ("centreA", "centre_staff"), "sysadmin": ("office51", "system_administrator")}
SECONDS = int(os.environ.get("SECONDS", "5"))
RECORDS = int(os.environ.get("RECORDS", "20000"))
LARGE = int(os.environ.get("LARGE", "1000000"))
UPLOAD_MB = int(os.environ.get("UPLOAD_MB", "2048"))
TICK = os.sysconf("SC_CLK_TCK")


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def resident_mb(pid, name="VmRSS"):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        for line in file:
            if line.startswith(name + ":"):
                return int(line.split()[1]) / 1024
    return 0.0


def syncs_a_second(folder):
    fd = os.open(os.path.join(folder, "sync"), os.O_RDWR | os.O_CREAT)
    began, count = time.monotonic(), 0
    while time.monotonic() - began < 2:
        os.pwrite(fd, b"x" * 4096, 4096 * count)
        os.fdatasync(fd)
        count += 1
    os.close(fd)
    return count / (time.monotonic() - began)


class Bench:
    def __init__(self, build, zhiyun):
        self.build, self.load = build, os.path.join(build, "bench", "load")
        self.world = client.World(os.path.abspath(zhiyun), people=PEOPLE)
        self.prefix = 0

    @property
    def pid(self):
        return self.world.server.process.pid

    def command(self, connections, seconds, *what):
        return [self.load, str(self.world.server.port), self.world["centre_staff"].token, str(connections), str(seconds),
                *what]

    def creates(self, connections, seconds, *every_ms):
        self.prefix += 1
        return self.command(connections, seconds, "create", f"HT-{self.prefix}", *every_ms)

    def run(self, command):
        used = processor_seconds(self.pid)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr[:400])
        out = json.loads(done.stdout)
        out["server_us"] = (processor_seconds(self.pid) - used) / out["answers"] * 1e6
        return out

    def print(self, what, out):
        print(f"{what:44} {out['per_second']:>9.0f} {out['p50_ms']:>8.2f} {out['p99_ms']:>8.2f} {out['max_ms']:>8.1f} "
              f"{out['server_us']:>9.0f} {out['own_us']:>7.1f} {out['bytes']:>7.0f}", flush=True)

    def restart(self):
        self.world.server.stop()
        self.world.server.start()
        time.sleep(2)

    def upload(self, out):
        block, end = os.urandom(1 << 20), b"\n%%EOF\n"
        piece = lambda n: (b"%PDF-1.4\n" + block[9:] if n == 0 else  # noqa: E731
                           block[:-len(end)] + end if n == UPLOAD_MB - 1 else n.to_bytes(8, "big") + block[8:])
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.world.server.port, timeout=1200)
        connection.request("POST", "/api/v1/files?name=large.pdf", (piece(n) for n in range(UPLOAD_MB)),
                           {"Authorization": "Bearer " + self.world["centre_staff"].token,
                            "Content-Length": str(UPLOAD_MB << 20)})
        answer = connection.getresponse()
        out.update(status=answer.status, body=answer.read()[:300], seconds=time.monotonic() - began)
        connection.close()


HEADER = (f"{'':44} {'a second':>9} {'p50 ms':>8} {'p99 ms':>8} {'max ms':>8} {'server us':>9} {'load us':>7} "
          f"{'bytes':>7}")


def writes(bench):
    bench.print("creates, 1 client", bench.run(bench.creates(1, SECONDS)))
    bench.print("creates, 64 clients", bench.run(bench.creates(64, SECONDS)))
    bench.print("creates, 64 clients, again", bench.run(bench.creates(64, SECONDS)))


def fill(bench):
    have = 0
    while have < RECORDS:
        have += bench.run(bench.creates(64, 2))["answers"]
    bench.restart()  # the planner learns the tables' size when a server starts


def lists(bench):
    ask = lambda path, clients: bench.run(bench.command(clients, SECONDS, "list", path))  # noqa: E731
    first = "/api/v1/records/deal?limit=20"
    bench.print("lists, 200 clients, kept answer", ask(first, 200))
    bench.print("the same, a write each 100 ms", beside(bench, lambda: ask(first, 200)))
    bench.print("one by its number, 200 clients, each another", ask(first + "&filter=contract_no%3DHT-1-#", 200))
    bench.print("any amount from #, 16 clients, each another", ask(first + "&filter=amount%3E%3D#", 16))


def multiply(bench):
    """LARGE deals: those of the server and copies of them, made while it is stopped (multiply.c). Columns are
    made from the table alone."""
    bench.run(bench.creates(64, 2))
    bench.world.server.stop()
    store = "sqlite:" + os.path.join(bench.world.server.data, "zhiyun.db")
    subprocess.run([os.path.join(bench.build, "bench", "multiply"), store, str(LARGE)], check=True)


def until_columns(bench, path):
    """Seconds, and those of processor, from the first question until its type is in memory."""
    token = bench.world.token("sysadmin", "metrics")
    began, used = time.monotonic(), processor_seconds(bench.pid)
    bench.world["centre_staff"].get(path[len("/api/v1"):])
    while time.monotonic() - began < 600:
        connection = http.client.HTTPConnection("127.0.0.1", bench.world.server.port, timeout=60)
        connection.request("GET", "/metrics", headers={"Authorization": "Bearer " + token})
        if b"zhiyun_list_columns_records 0\n" not in connection.getresponse().read():
            break
        time.sleep(0.5)
    return time.monotonic() - began, processor_seconds(bench.pid) - used


def large(bench):
    """Lists that nobody asked before, with exact totals, over LARGE records: from columns and by SQL."""
    multiply(bench)
    path = "/api/v1/records/deal?limit=20&filter="
    rows = [("amount from #, by day", path + "amount%3E%3D#00"),
            ("the same, by amount", path + "amount%3E%3D#00&sort=amount"),
            ("title contains #, by number", path + "title~#&sort=contract_no"),
            ("page 400 of amount from #", path + "amount%3E%3D#00&page=400")]
    found = {}
    for name, options, clients in (("columns", [], 2), ("SQL", ["--columns-from", "4000000000"], 1)):
        bench.world.server.options = options
        began = time.monotonic()
        bench.world.server.start() if name == "columns" else bench.restart()
        if name == "columns":
            print(f"started in {time.monotonic() - began:.2f} s")
            before = resident_mb(bench.pid)
            took, used = until_columns(bench, "/api/v1/records/deal?limit=1&sort=id&filter=id%3D1")
            print(f"columns of {LARGE} records there after {took:.1f} s, {used:.1f} s of processor, "
                  f"{resident_mb(bench.pid) - before:.0f} MB more resident")
        for what, asked in rows:
            found[name, what] = bench.run(bench.command(clients, SECONDS, "list", asked))
            bench.print(f"{name}: {what}, {clients} clients", found[name, what])
        if name == "columns":
            out = beside(bench, lambda: bench.run(bench.command(2, SECONDS, "list", rows[0][1])))
            bench.print("columns: the first, a write each 100 ms", out)
    for what, _ in rows:
        a, b = found["columns", what], found["SQL", what]
        print(f"{what}: SQL / columns p50 {b['p50_ms'] / a['p50_ms']:.0f}, p99 {b['p99_ms'] / a['p99_ms']:.0f}, "
              f"processor {b['server_us'] / a['server_us']:.0f}")


def beside(bench, work):
    writer = subprocess.Popen(bench.creates(1, SECONDS + 2, "100"), stdout=subprocess.DEVNULL)
    out = work()
    writer.wait()
    return out


def upload(bench):
    """64 writers with and without an upload beside them, in turn."""
    before = bench.run(bench.creates(64, SECONDS))
    done = {}
    thread = threading.Thread(target=bench.upload, args=(done,))
    thread.start()
    rates = []
    while thread.is_alive():
        rates.append(bench.run(bench.creates(64, 2)))
    thread.join()
    after = bench.run(bench.creates(64, SECONDS))
    if done.get("status") not in (200, 201):
        raise RuntimeError(str(done))
    alone = (before["per_second"] + after["per_second"]) / 2
    beside_it = sum(r["answers"] for r in rates) / sum(r["answers"] / r["per_second"] for r in rates)
    print(f"upload of {UPLOAD_MB} MB in {done['seconds']:.1f} s beside 64 writers: {beside_it:.0f} creates/s, "
          f"{alone:.0f} without it, {alone / beside_it:.2f} times slower")


def table(build, zhiyun, parts):
    folder = tempfile.mkdtemp(prefix="zhiyun-bench-")
    postgres = os.environ.get("DB") == "postgres"
    print(f"\nover HTTP, {'PostgreSQL' if postgres else 'SQLite'}, {SECONDS} s a row; the disk does "
          f"{syncs_a_second(folder):.0f} fdatasyncs of 4 KiB a second")
    bench = Bench(build, zhiyun)
    try:
        bench.restart()
        print(f"idle: {resident_mb(bench.pid):.1f} MB resident")
        print(HEADER)
        if "writes" in parts:
            writes(bench)
        if "lists" in parts:
            fill(bench)
            lists(bench)
        print(f"afterwards: {resident_mb(bench.pid):.1f} MB resident, at most {resident_mb(bench.pid, 'VmHWM'):.1f}")
        if "upload" in parts:
            upload(bench)
        if "large" in parts and not postgres:
            large(bench)
    finally:
        bench.world.close()
        shutil.rmtree(folder, ignore_errors=True)
    if not postgres and "writes" in parts:
        print("SQLite alone, the same rows and statements, one thread, as many a commit as 64 writers share "
              "(and the kernel without HTTP):")
        sys.stdout.flush()
        subprocess.run([os.path.join(build, "src", "record", "write_bench"), str(SECONDS)], check=True)


def main(build, zhiyun):
    parts = os.environ.get("PARTS", "writes lists upload").split()
    if os.environ.get("ZHIYUN_POSTGRES"):
        table(build, zhiyun, [p for p in parts if p == "writes"])
        return
    table(build, zhiyun, parts)
    if "writes" in parts:
        subprocess.run([sys.executable, os.path.join(ROOT, "tools", "pg.py"), "run", "--synced", sys.executable,
                        os.path.abspath(__file__), build], check=True)


if __name__ == "__main__":
    main(sys.argv[1], os.path.join(sys.argv[1], "zhiyun"))
