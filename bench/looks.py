#!/usr/bin/env python3
"""looks.py ZHIYUN: how long a search takes while nobody looks into files, while one person asks pictures of a heavy PDF,
and while eight people read contracts. Milliseconds: half, 99 of 100, all."""
import hashlib
import os
import sys
import threading
import time
import zlib

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests")
sys.path[:0] = [TESTS, os.path.join(TESTS, "kernel")]
import client  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
READERS = ("centre_staff", "centre_colleague", "centre_manager", "centre_neighbour", "city_officer", "city_other",
           "province_officer", "bank_officer")
PEOPLE = {name: client.PEOPLE[name] for name in READERS}


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


def beside(person, what, paths_of):
    began = time.monotonic()
    threads, answers = asked(paths_of)
    search(person, what, lambda: any(t.is_alive() for t in threads), 0)
    print(f"{'':28} looks: {time.monotonic() - began:.1f} s, {dict((s, answers.count(s)) for s in set(answers))}", flush=True)


def main():
    world = client.World(ZHIYUN, people=PEOPLE)
    officer, staff = world["province_officer"], world["centre_staff"]
    rows = "公开号,标题,申请人\n" + "".join(f"CN19{at:07}A,fictional device {at % 97} with {at % 31},company {at % 53}\n" for at in range(20000))
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
        two = {name: stored(world[name], contract + b"%% of %s\n%%%%EOF\n" % name.encode()) for name in READERS}
        for turn in ("eight readers", "eight readers, once more"):
            beside(officer, turn, [(world[name], [f"{two[name]}/pages/{at}.png" for at in range(1, 9)]) for name in READERS])
    finally:
        world.close()


if __name__ == "__main__":
    main()
