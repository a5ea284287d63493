#!/usr/bin/env python3
"""seals_test.py ZHIYUN: what is sent back as a sealed paper and is none, and archives of large cases. Every hostile file is
made here by a few lines. FILES, MEGABYTES: how many files of how much an archived case has."""
import hashlib
import io
import os
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib

from people import run
import client

FILES = int(os.environ.get("FILES", "24"))
MEGABYTES = int(os.environ.get("MEGABYTES", "4"))
FLAT = 64 << 20  # bytes that the server may grow by while it makes and sends an archive, whatever its size
SECONDS = 60     # for any answer
NOTICE = {"paper.date": "2026-01-05", "decision.facts": "虚构", "decision.basis": "虚构",
          "reply.period": "五日"}
CASES = {}


def today():
    """In China."""
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))


def case(world):
    """One about centre D, under the draft of Shanxi, which needs nobody to make it count; once."""
    if "case" not in CASES:
        client.enter_register(world, world.units["centreD"], "sx-yunying-draft", "140100")
        done = world["province_other"].ask("POST", "/cases", {
            "pack": "sx-yunying-draft", "process": "revocation", "unit": world.units["centreD"], "fields": {"ground": "other"}})
        assert done.status == 201, done
        CASES["case"] = done.json["id"]
        client.run_sql(world, [client.taken(done.json["id"], "tell")])  # how it came there is the programmes' own
    return CASES["case"]


def paper(world, name="one", **values):
    """The path of an issued notice; once for each name."""
    if name not in CASES:
        path = f"/cases/{case(world)}/papers"
        done = world["province_other"].ask("POST", path + "/revocation-notice", {
            "reason": "虚构", "values": {**NOTICE, **values}})
        assert done.status == 201, done
        CASES[name] = f"{path}/{done.json['id']}"
    return CASES[name]


def issued(world, path):
    done = world["province_other"].get(path + "/pdf")
    assert done.status == 200, done
    return done.content


def not_taken(done):
    return one_problem(done, 415)


def upload(world, name, content):
    return world["province_other"].ask("POST", f"/files?name={name}", raw=content)


def seal(world, path, name, digest, **other):
    return world["province_other"].ask("POST", path + "/seals", {"file": {"digest": digest, "name": name}, "sealed_by": "虚构机关",
                                                                "sealed_on": today(), **other})


def seals(world):
    return int(client.ask_sql(world, "SELECT count(*) FROM record_paper_seal")[0][0])


def memory(world, key):
    with open(f"/proc/{world.server.process.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith(key + ":"))


def grown(world, ask):
    """The answer, and by how many bytes the server was larger meanwhile than before."""
    with open(f"/proc/{world.server.process.pid}/clear_refs", "w", encoding="ascii") as file:
        file.write("5")  # the peak begins anew
    before, start = memory(world, "VmRSS"), time.monotonic()
    done = ask()
    assert time.monotonic() - start < SECONDS, time.monotonic() - start
    return done, memory(world, "VmHWM") - before


def pdf_of(objects):
    """A PDF of these objects, the first its catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, part in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % p for p in places)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def page_of(stream, filters):
    return pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                   b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
                   b"<< /Length %d /Filter %b >>\nstream\n%b\nendstream" % (len(stream), filters, stream),
                   b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"])


def deflated(piece, times):
    """Many times the same bytes, packed without ever holding them."""
    packer, total = zlib.compressobj(9, wbits=-15), 1
    one = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)  # whole bytes, and refers to nothing before it
    for _ in range(times):
        total = zlib.adler32(piece, total)
    return b"\x78\xda" + one * times + packer.flush() + total.to_bytes(4, "big")


def bomb():
    """A page whose one stream unpacks twice, to 1 GiB of text."""
    inner = deflated(b"BT /F1 12 Tf 72 700 Td (x) Tj ET\n" * 32768, 1024)
    return page_of(zlib.compress(inner, 9), b"[/FlateDecode /FlateDecode]")


def png(size):
    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
    head = (40).to_bytes(4, "big") + (30).to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    rows = zlib.compress(b"".join(b"\0" + bytes([255] * 40) for _ in range(30)))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"fiCt", os.urandom(size)) + chunk(b"IDAT", rows)
            + chunk(b"IEND", b""))


def ofd(*names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("OFD.xml", *names):
            archive.writestr(zipfile.ZipInfo(name), "<OFD/>")
    return content.getvalue()


def one_problem(done, status=400):
    """One sentence that says what and where, in no other words than the program's."""
    assert done.status == status and done.json["detail"].strip() and len(done.json["detail"]) < 600, done
    assert not any(word in done.json["detail"] for word in ("errno", "(null)", "0x", "/tmp", "src/")), done
    return done


def test_the_pdf_of_another_paper_is_not_this_one(world):
    one, other = paper(world), paper(world, "other", **{"decision.facts": "另外的虚构事实"})
    sent = upload(world, "other.pdf", issued(world, other)).json["digest"]
    assert "is missing" in one_problem(seal(world, one, "other.pdf", sent)).json["detail"]
    again = paper(world, "again")  # of the same words: another entry, another number of issue
    sent = upload(world, "again.pdf", issued(world, again)).json["digest"]
    one_problem(seal(world, one, "again.pdf", sent))
    assert seals(world) == 0


def test_a_file_that_is_no_page_is_refused_when_it_is_sent(world):
    own = issued(world, paper(world))
    for name, content in (("none.pdf", b""), ("page.pdf", b"<html>%PDF-1.7</html>"), ("picture.pdf", png(10)), ("picture.png", own),
                          ("cut.png", png(1000)[:900]), ("none.ofd", b""), ("other.ofd", ofd()[:-30]),
                          ("words.ofd", b"PK\3\4 no archive"), ("zip.ofd", zipped_without_main())):
        not_taken(upload(world, name, content))


def zipped_without_main():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("Doc.xml", "<x/>")
    return content.getvalue()


def test_an_ofd_with_odd_names_is_refused_or_never_unpacked(world):
    """What it is made of is looked at, never written anywhere; its text is not read."""
    path = paper(world)
    for number, names in enumerate((("../../../etc/passwd",), ("/etc/passwd",), ("a\\..\\b",), ("C:/x.xml",), ("x" * 60000,),
                                    ("\u202egpj.exe",), ("OFD.XML",), tuple(f"{n}.xml" for n in range(3000)))):
        before = set(os.listdir(world.data))
        sent = upload(world, f"odd{number}.ofd", ofd(*names))
        if sent.status in (200, 201):
            done = seal(world, path, f"odd{number}.ofd", sent.json["digest"])
            assert done.status == 201 and done.json["reading"] == "unread" and done.json["not_read"], (names[0][:40], done)
        else:
            not_taken(sent)
        assert set(os.listdir(world.data)) == before, names[0][:40]
    doubled = io.BytesIO()
    with zipfile.ZipFile(doubled, "w") as archive:
        archive.writestr("OFD.xml", "<OFD/>")
        archive.writestr("x.xml", "<x/>")
    twice = doubled.getvalue().replace(b"x.xml", b"\0.xml")
    not_taken(upload(world, "nul.ofd", twice))


def test_a_pdf_that_unpacks_without_end_ends(world):
    path, count = paper(world), seals(world)
    sent = upload(world, "bomb.pdf", bomb())
    if sent.status in (200, 201):
        done, more = grown(world, lambda: seal(world, path, "bomb.pdf", sent.json["digest"]))
        one_problem(done)
        assert more < FLAT, more
    else:
        not_taken(sent)
    for name, content in (("deep.pdf", page_of(b"[" * 500000, b"[]")), ("loop.pdf", pdf_of([
            b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2000000000 >>"])),
                          ("cut.pdf", issued(world, path)[:-2000] + b"\n%%EOF\n")):
        sent = upload(world, name, content)
        if sent.status in (200, 201):
            done = seal(world, path, name, sent.json["digest"])
            assert done.status == 400 or done.json["reading"] == "unread", (name, done)
        else:
            not_taken(sent)
    assert seals(world) <= count + 3


def test_of_a_very_long_paper_the_beginning_is_not_the_whole(world):
    """Its text is read as far as any text is; a last page that is gone makes no paper the same."""
    path = paper(world, "long", **{"decision.facts": "甲乙丙丁" * 4900, "decision.basis": "戊己庚辛" * 4900})
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/all.pdf", "wb") as file:
            file.write(issued(world, path))
        subprocess.run(["pdfseparate", f"{folder}/all.pdf", f"{folder}/%03d.pdf"], check=True)
        pages = sorted(f"{folder}/{name}" for name in os.listdir(folder) if name[0].isdigit())
        subprocess.run(["pdfunite", *pages[:-1], f"{folder}/cut.pdf"], check=True)
        for name in ("cut.pdf", "all.pdf"):
            with open(f"{folder}/{name}", "rb") as file:
                sent = upload(world, name, file.read())
            done = seal(world, path, name, sent.json["digest"])
            assert done.status == 400 or (done.json["reading"] == "unread" and "beginning" in done.json["not_read"]), (name, done)


def test_a_very_large_one_is_refused_and_costs_no_memory(world):
    sent = upload(world, "large.png", png(65 << 20))
    assert sent.status == 201, sent
    done, more = grown(world, lambda: seal(world, paper(world), "large.png", sent.json["digest"]))
    assert "64 MiB" in one_problem(done).json["detail"] and more < FLAT, (done, more)


def test_a_large_sealed_scan_is_sent_and_not_held(world):
    path, content = paper(world, "scanned"), png(60 << 20)
    sent = upload(world, "scan.png", content)
    assert sent.status == 201 and seal(world, path, "scan.png", sent.json["digest"]).status == 201, sent
    done, more = grown(world, lambda: world["province_other"].ask("GET", path + "/file", headers={"Range": "bytes=0-0"}))
    assert done.status == 200 and done.content == content and done.headers["x-sealed"] == "yes", done.headers
    assert more < FLAT // 2, more


def test_nonsense_instead_of_a_file_is_refused(world):
    path = paper(world)
    sent = upload(world, "own.pdf", issued(world, path)).json["digest"]
    for file in ("x", 5, [], [{"digest": sent, "name": "own.pdf"}], {}, {"digest": sent}, {"digest": 5, "name": "own.pdf"},
                 {"digest": sent.upper(), "name": "own.pdf"}, {"digest": sent[:-1], "name": "own.pdf"}, {"digest": "", "name": ""},
                 {"digest": sent, "name": "../own.pdf"}, {"digest": sent, "name": ""}, {"digest": sent, "name": "own.exe"},
                 {"digest": sent, "name": "x" * 5000 + ".pdf"}, None):
        done = world["province_other"].ask("POST", path + "/seals", {"file": file, "sealed_by": "虚构机关", "sealed_on": today()})
        assert done.status in (400, 404, 413, 422), (file, done)
        one_problem(done, done.status)
    for said in ({"sealed_on": "2026-13-01"}, {"sealed_on": 5}, {"sealed_on": ""}, {"sealed_by": " "}, {"sealed_by": "x" * 500},
                 {"sealed_on": "9999-12-31"}, {"sealed_on": "2020-01-01"}):
        one_problem(seal(world, path, "own.pdf", sent, **said))
    assert seal(world, path.rsplit("/", 1)[0] + "/999999", "own.pdf", sent).status == 404
    assert seal(world, path, "own.pdf", sent).status == 201


def test_nonsense_instead_of_a_service_or_an_archive_is_refused(world):
    path, office = paper(world, "served"), world["province_other"]
    for said in ({}, {"channel": "pigeon"}, {"channel": 5}, {"channel": "post", "tracking": "EMS-0004" * 100}, {"channel": "post", "tracking": "无"}, {"channel": "system", "sent_on": "x"},
                 {"channel": "post", "tracking": "EMS-0003", "served_on": "9999-01-01"}, {"channel": "in_person", "served_on": today(), "proof": "x"},
                 {"channel": "public", "served_on": today(), "url": "javascript:alert(1)", "basis": "虚构"},
                 {"channel": "in_person", "served_on": today(), "proof": {"digest": "0" * 64, "name": "x.pdf"}}):
        one_problem(office.ask("POST", path + "/services", said))
    one = f"/cases/{case(world)}/archive"
    for said in ({"retention": 5}, {"retention": "x" * 100, "retention_source": "y"}, {"retention_source": "y"}, []):
        done = office.ask("POST", one, said)
        one_problem(done)


def verified_within(world, package):
    """Whether the offline verifier takes it, and the most memory of its own that it was seen to have (pages of the file
    itself are the system's)."""
    most = 0
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(package)
        file.flush()
        child = subprocess.Popen([world.server.zhiyun, "--json", "verify", "--archive", file.name, "--keys",
                                  os.path.join(world.data, "keys", "log.vkey")], stdout=subprocess.DEVNULL)
        while child.poll() is None:
            with open(f"/proc/{child.pid}/status", encoding="ascii") as status:
                most = max([most, *(int(line.split()[1]) << 10 for line in status if line.startswith("RssAnon:"))])
            time.sleep(0.002)
    return child.returncode == 0, most


def test_an_archive_takes_the_same_memory_however_large_its_files(world):
    path, office, one = paper(world), world["province_other"], case(world)
    digests = set()
    for number in range(FILES):
        content = png(MEGABYTES << 20)
        digests.add(hashlib.sha256(content).hexdigest())
        sent = upload(world, f"scan{number}.png", content)
        assert sent.status == 201, sent
        sealed = seal(world, path, f"scan{number}.png", sent.json["digest"])
        assert sealed.status == 201, sealed
    client.run_sql(world, [f"UPDATE flow_case SET state = 'over', closed_on = '{today()}' WHERE id = {one}"])
    kept = {"retention": "30年", "retention_source": "虚构的规定"}
    made, more = grown(world, lambda: office.ask("POST", f"/cases/{one}/archive", kept))
    assert made.status == 201 and made.json["bytes"] > FILES * MEGABYTES << 20, made
    package, again = grown(world, lambda: office.get(f"/cases/{one}/archive"))
    assert package.status == 200 and len(package.content) == made.json["bytes"], package.headers
    assert hashlib.sha256(package.content).hexdigest() == made.json["file_digest"]
    with zipfile.ZipFile(io.BytesIO(package.content)) as content:
        held = {hashlib.sha256(content.read(name)).hexdigest() for name in content.namelist() if name.startswith("files/")}
    assert digests <= held, len(digests - held)
    verified, checking = verified_within(world, package.content)
    assert verified, "the package is no good"
    print(f"# {FILES} files, {made.json['bytes'] >> 20} MiB: grown by {more >> 20} MiB making and {again >> 20} MiB sending it; "
          f"{checking >> 20} MiB to verify it")
    assert more < FLAT and again < FLAT and checking < FLAT, (more, again, checking)


if __name__ == "__main__":
    run(sys.modules[__name__])
