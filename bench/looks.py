#!/usr/bin/env python3
"""looks.py ZHIYUN: how long a search takes while nobody looks into files, while one person asks pictures of a heavy PDF,
while a visitor adds twelve files to an objection, while eight people read contracts, and while the saved searches of four
people follow an import of ten rows. RECORDS (84000) are in the store. Milliseconds: half, 99 of 100, all."""
import hashlib
import os
import sys
import threading
import time
import zlib

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests")
sys.path[:0] = [TESTS, os.path.join(TESTS, "kernel")]
import client  # noqa: E402
import entries_test  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
READERS = ("centre_staff", "centre_colleague", "centre_manager", "centre_neighbour", "city_officer", "city_other",
           "province_officer", "bank_officer")
RECORDS = int(os.environ.get("RECORDS", "84000"))
HEAD = "公开号,标题,申请人\n"


def pdf(pages, content):
    """Each page draws the same."""
    packed, kids = zlib.compress(content, 9), " ".join(f"{4 + at} 0 R" for at in range(pages))
    parts = [b"<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
             b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed) + packed + b"\nendstream"]
    parts += [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R >>"] * pages
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + table +
            b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(out)))


def curves(count):
    return b"".join(b"%d 0 m %d 500 500 %d 595 842 c S\n" % (at % 595, at % 311, at % 97) for at in range(count))


def stored(person, content):
    done = person.ask("POST", "/files?name=one.pdf", raw=content)
    assert done.status in (200, 201), done
    return f"/files/{hashlib.sha256(content).hexdigest()}"


def search(person, what, going_on, least=300):
    """Searches one after the other while that goes on."""
    times = []
    while going_on() or len(times) < least:
        began = time.monotonic()
        assert person.get("/search?query=fictional").status == 200
        times.append(time.monotonic() - began)
        time.sleep(0.002)
    times.sort()
    print(f"{what:28} {len(times):6} searches  {times[len(times) // 2] * 1000:8.1f} {times[len(times) * 99 // 100] * 1000:8.1f} "
          f"{times[-1] * 1000:8.1f} ms", flush=True)


def asked(paths_of):
    """Each person asks his paths, all at once or in turn; how it went."""
    answers, threads = [], []
    for person, paths in paths_of:
        def ask(person=client.Person(person.server, person.token), paths=paths):
            for path in paths:
                answers.append(person.get(path).status)
        threads.append(threading.Thread(target=ask))
        threads[-1].start()
    return threads, answers


def visitor(world, content):
    """Adds twelve files to an objection, each another one, one after the other."""
    case = world["centre_other_province"].ask("POST", "/cases", {
        "pack": "sx-yunying-draft", "process": "application", "fields": {"to": "province"}}).json["id"]
    client.run_sql(world, [f"UPDATE flow_case SET stage = 'reviewed' WHERE id = {case}"])
    entries_test.made_public(world, case)
    made = world["public"].ask("POST", f"/public/publicity/{case}/objections", {"named": False, "ground": "虚构", "content": "虚构"}).json

    def add(at):
        return world["public"].ask("POST", f"/public/objections/{made['number']}/files?code={made['code']}&name={at}.pdf",
                                   raw=content + b"%% %d\n%%%%EOF\n" % at, headers={"Content-Type": "application/pdf"}).status
    answers = []
    threads = [threading.Thread(target=lambda: answers.extend(add(at) for at in range(12)))]
    threads[0].start()
    return threads, answers


def followed(world, officer):
    """Four people keep a hundred searches each; ten rows are imported, and all searches follow."""
    for name in READERS[:4]:
        for at in range(100):
            done = world[name].create("saved_search", {"name": f"{at}", "query": f"fictional device {at % 97}" if at % 2 else f"company {at % 53}"})
            assert done.status == 201, done
    left = ("SELECT count(*) FROM record_saved_search r LEFT JOIN search_alert s ON s.type = 'saved_search' AND s.record_id = r.id AND"
            " s.change = (SELECT max(seq) FROM change) WHERE s.record_id IS NULL")

    def behind():
        return int(client.ask_sql(world, left)[0][0])
    began = time.monotonic()
    while behind():
        time.sleep(0.5)
    print(f"{'':28} first looks: {time.monotonic() - began:.1f} s", flush=True)
    rows = HEAD + "".join(f"CN18{at:07}A,a pump that nothing asks for {at},nobody\n" for at in range(10))
    before = os.path.getsize(os.path.join(world.data, "zhiyun.db-wal"))
    assert officer.ask("POST", "/imports?name=ten.csv&source=patsnap", raw=rows.encode()).status == 200
    began, done = time.monotonic(), []

    def watch():
        while behind():
            time.sleep(0.2)
        done.append(time.monotonic() - began)
    watching = threading.Thread(target=watch)
    watching.start()
    search(officer, "400 searches follow ten rows", watching.is_alive, 0)
    after = os.path.getsize(os.path.join(world.data, "zhiyun.db-wal"))
    print(f"{'':28} followed: {done[0]:.1f} s, log of the store {before} -> {after} bytes", flush=True)


def beside(person, what, paths_of):
    began = time.monotonic()
    threads, answers = asked(paths_of)
    search(person, what, lambda: any(t.is_alive() for t in threads), 0)
    print(f"{'':28} looks: {time.monotonic() - began:.1f} s, {dict((s, answers.count(s)) for s in set(answers))}", flush=True)


def main():
    world = client.World(ZHIYUN)
    officer, staff = world["province_officer"], world["centre_staff"]
    rows = HEAD + "".join(f"CN19{at:07}A,fictional device {at % 97} with {at % 31},company {at % 53}\n" for at in range(RECORDS))
    path = os.path.join(world.data, "rows.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write(rows)
    world.server.stop()
    world.server.run("import", path)
    world.server.start()
    heavy, contract = pdf(1, curves(int(os.environ.get("CURVES", "36000")))), pdf(8, curves(600))
    try:
        search(officer, "quiet", lambda: False)
        one = stored(staff, heavy)
        print(f"{'':28} a PDF of {len(heavy)} bytes", flush=True)
        beside(officer, "six pictures of a heavy PDF", [(staff, [f"{one}/pages/1.png?width={800 + at}"]) for at in range(6)])
        began = time.monotonic()
        threads, answers = visitor(world, pdf(1, b"0 0 m 500 500 9 9 595 842 c S\n" * 50000))
        search(officer, "a visitor's twelve files", threads[0].is_alive, 0)
        print(f"{'':28} files: {time.monotonic() - began:.1f} s, {dict((s, answers.count(s)) for s in set(answers))}", flush=True)
        two = {name: stored(world[name], contract + b"%% of %s\n%%%%EOF\n" % name.encode()) for name in READERS}
        for turn in ("eight readers", "eight readers, once more"):
            beside(officer, turn, [(world[name], [f"{two[name]}/pages/{at}.png" for at in range(1, 9)]) for name in READERS])
        search(officer, "quiet again", lambda: False)
        followed(world, officer)
    finally:
        world.close()


if __name__ == "__main__":
    main()
