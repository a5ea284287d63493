#!/usr/bin/env python3
"""files_test.py ZHIYUN: uploading, fetching and looking at files, over the API of a running server.

Every hostile file is made here by a few lines; none is kept as a file.
"""
import contextlib
import datetime
import errno
import hashlib
import io
import json
import os
import random
import re
import struct
import subprocess
import sys
import threading
import time
import zipfile
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import client  # noqa: E402
import sqlite_file  # noqa: E402
import store  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
CANARY = b"CANARY-undisclosed-invention-7f3a"
PEOPLE = {name: client.PEOPLE[name] for name in (
    "centre_staff", "centre_colleague", "centre_manager", "centre_neighbour", "city_officer", "city_other",
    "province_officer", "province_other", "bank_officer", "sysadmin")}
MEGABYTES = int(os.environ.get("ZHIYUN_UPLOAD_MB", "300"))


def sha(content):
    return hashlib.sha256(content).hexdigest()


def noise(seed, size):
    return random.Random(seed).randbytes(size)


def pdf(text="fictional", extra=""):
    """A PDF of one page that says `text`, with its table of offsets."""
    stream = f"BT /F1 24 Tf 72 700 Td ({text}) Tj ET"
    parts = ["<< /Type /Catalog /Pages 2 0 R " + extra + ">>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
             "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
             "/Resources << /Font << /F1 5 0 R >> >> >>",
             f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
             "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    out, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{part}\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n" + "".join(f"{p:010} 00000 n \n" for p in places)
    return (out + f"trailer\n<< /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").encode()


def archive(members, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as z:
        for name, content in members:
            z.writestr(name, content)
    return out.getvalue()


def office(kind="wordprocessingml.document.main", parts=(), extra=""):
    types = ('<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
             f'<Override PartName="/x.xml" ContentType="application/vnd.openxmlformats-officedocument.{kind}+xml"/>'
             f"{extra}</Types>")
    return archive([("[Content_Types].xml", types), *parts])


def word(*paragraphs, **more):
    body = "".join(f"<w:p><w:r><w:t>{p}</w:t></w:r></w:p>" for p in paragraphs)
    text = f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'
    return office(parts=[("word/document.xml", text), *more.pop("parts", [])], **more)


def book(rows):
    cells = "".join(f'<row r="{i}">' + "".join(f'<c t="inlineStr"><is><t>{v}</t></is></c>' for v in row) + "</row>"
                    for i, row in enumerate(rows, 1))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return office("spreadsheetml.sheet.main", [
        ("_rels/.rels", f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                        f'<Relationship Id="r1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>'),
        ("xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets><sheet name="表一" sheetId="1" r:id="r1"/>'
                            "</sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                                       f'<Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'),
        ("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>')])


def png(width=1, height=1, tail=b""):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"") + tail)


def put(person, name, content, **query):
    more = "".join(f"&{key}={value}" for key, value in query.items())
    return person.ask("POST", f"/files?name={name}{more}", raw=content)


def restart(world, end=None):
    (end or world.server.stop)()
    world.server.start()
    for person in world.people.values():
        if person.connection:
            person.connection.close()
        person.connection = None


def log(world, condition):
    """Bodies of the log's entries, newest first."""
    text = f"SELECT body FROM log_entry WHERE {condition} ORDER BY id DESC"
    if world.server.store:
        rows = subprocess.run(["psql", world.server.store, "-XAtq", "-c", text], check=True, capture_output=True,
                              text=True).stdout.splitlines()
    else:
        with contextlib.closing(sqlite_file.connect(os.path.join(world.data, "zhiyun.db"))) as db:
            rows = [row[0] for row in db.execute(text)]
    return [json.loads(row) for row in rows]


class Session:
    """A person signed in by a link; his proof can be made old."""

    def __init__(self, world, name):
        link = json.loads(world.server.run("--json", "user", "link", name))["link"]
        link = re.sub(r".*[=/]", "", link)
        connection = client.http.client.HTTPConnection("127.0.0.1", world.server.port, timeout=600)
        connection.request("POST", "/api/v1/session/link", json.dumps({"link": link}), {"Content-Type": "application/json"})
        done = connection.getresponse()
        answer = json.loads(done.read())
        cookies = [value for key, value in done.getheaders() if key.lower() == "set-cookie"]
        connection.close()
        assert done.status == 200, answer
        self.world, self.person = world, client.Person(world.server, name=name)
        self.cookie = re.search(r"__Host-session=[^;]+", " ".join(cookies)).group()
        self.headers = {"Cookie": self.cookie, "X-CSRF-Token": answer["csrf"],
                        "Origin": f"http://127.0.0.1:{world.server.port}"}
        self.account = answer["account"]

    def ask(self, method, path, body=None, raw=None, **headers):
        return self.person.ask(method, path, body, {**self.headers, **headers}, raw)

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def grow_old(self):
        client.run_sql(self.world, [f"UPDATE session SET proved_ms = proved_ms - 3600000 WHERE account = {self.account}"])


# --- uploading and fetching --------------------------------------------------------------------------


def test_what_is_uploaded_comes_back_as_an_attachment_that_is_no_page(world):
    content = pdf("one")
    done = put(world["centre_staff"], "合同 一.pdf", content)
    assert done.status == 201, done
    assert done.json["digest"] == sha(content) and done.json["bytes"] == len(content), done
    assert done.json["type"] == "application/pdf" and re.fullmatch("[0-9a-f]{32}", done.json["entry"]), done
    assert done.headers["location"] == f"/api/v1/files/{sha(content)}"
    got = world["centre_staff"].get(f"/files/{sha(content)}")
    assert got.status == 200 and got.content == content, got
    head = got.headers
    assert head["content-disposition"].startswith('attachment; filename="'), head
    assert "filename*=UTF-8''%E5%90%88%E5%90%8C%20%E4%B8%80.pdf" in head["content-disposition"], head
    assert head["x-content-type-options"] == "nosniff" and head["etag"] == f'"{sha(content)}"', head
    assert "sandbox" in head["content-security-policy"] and "self" not in head["content-security-policy"], head
    entry = log(world, f"uid = '{done.json['entry']}'")
    assert entry and entry[0]["do"] == "create" and entry[0]["type"] == "file", entry


def test_the_same_content_again_is_the_same_file(world):
    content = pdf("again")
    first = put(world["centre_staff"], "a.pdf", content)
    again = put(world["centre_colleague"], "b.pdf", content)
    assert (first.status, again.status) == (201, 200) and again.json["repeated"] is True, again
    assert again.json["entry"] == first.json["entry"] and again.json["id"] == first.json["id"]
    other = put(world["centre_neighbour"], "c.pdf", content)
    assert other.status == 201 and other.json["id"] != first.json["id"], other
    assert put(world["centre_staff"], "a.pdf", content, secrecy="secret").status == 409


def test_a_digest_that_was_given_is_checked(world):
    content = pdf("digest")
    done = put(world["centre_staff"], "a.pdf", content, digest=sha(content + b"x"))
    assert done.status == 422 and sha(content) in done.json["detail"], done
    assert done.json["title"] == "Unprocessable Content", done
    assert put(world["centre_staff"], "a.pdf", content, digest=sha(content)).status == 201


def test_parts_of_a_file_can_be_asked_for(world):
    content = b"".join(b"%07d\n" % i for i in range(400000))
    done = put(world["centre_staff"], "numbers.txt", content)
    assert done.status == 201, done
    path = f"/files/{sha(content)}"
    cases = [("bytes=0-0", 0, 1), ("bytes=5-9", 5, 5), (f"bytes={len(content) - 3}-", len(content) - 3, 3),
             ("bytes=-10", len(content) - 10, 10), ("bytes=1048570-1048590", 1048570, 21),
             ("bytes=100-99999999", 100, len(content) - 100)]
    for given, start, size in cases:
        got = world["centre_staff"].get(path, Range=given)
        assert got.status == 206 and got.content == content[start:start + size], (given, got.status)
        assert got.headers["content-range"] == f"bytes {start}-{start + size - 1}/{len(content)}", (given, got.headers)
    for given in (f"bytes={len(content)}-", "bytes=-0"):
        got = world["centre_staff"].get(path, Range=given)
        assert got.status == 416 and got.headers["content-range"] == f"bytes */{len(content)}", (given, got)
    for given in ("bytes=9-5", "bytes=a-b", "lines=1-2", "bytes=1-2,4-5", "bytes=-", "bytes="):
        got = world["centre_staff"].get(path, Range=given)
        assert got.status == 200 and got.content == content, (given, got.status)
    got = world["centre_staff"].get(path, **{"Range": "bytes=0-9", "If-Range": '"other"'})
    assert got.status == 200 and len(got.content) == len(content)
    assert world["centre_staff"].get(path, **{"If-None-Match": f'"{sha(content)}"'}).status == 304


def test_nobody_reads_a_file_whom_neither_its_rules_nor_a_record_let(world):
    content = pdf("readers")
    assert put(world["centre_staff"], "a.pdf", content).status == 201
    path = f"/files/{sha(content)}"
    for name, status in (("centre_staff", 200), ("centre_colleague", 200), ("centre_manager", 200),
                         ("city_officer", 200), ("province_officer", 200), ("centre_neighbour", 404),
                         ("city_other", 404), ("province_other", 404), ("bank_officer", 404),
                         ("public", 404), ("sysadmin", 404)):
        for part in ("", "/text", "/pages/1.png"):
            got = world[name].get(path + part)
            assert got.status == status or (part and status == 200 and got.status == 415), (name, part, got)
        assert status == 200 or content not in got.content
    assert world["centre_staff"].get("/files/" + "0" * 64).status == 404
    assert world["centre_staff"].get("/files/" + "A" * 64).status == 404


def test_pages_are_looked_at_as_pictures(world):
    if not os.path.exists(os.path.join(os.path.dirname(ZHIYUN), "zhiyun-pdf")):
        raise tap.Skip("zhiyun-pdf is not built here")
    staff, content, size = world["centre_staff"], pdf("pages"), lambda png: struct.unpack(">II", png[16:24])
    assert put(staff, "pages.pdf", content).status == 201
    got = staff.get(f"/files/{sha(content)}/pages/1.png")
    assert got.status == 200 and got.content.startswith(b"\x89PNG"), got
    assert got.headers["x-pages"] == "1" and size(got.content)[0] == 900, (got.headers, size(got.content))
    assert staff.get(f"/files/{sha(content)}/pages/1.png?width=300", **{"If-None-Match": got.headers["etag"]}).status == 200
    assert staff.get(f"/files/{sha(content)}/pages/1.png", **{"If-None-Match": got.headers["etag"]}).status == 304
    assert staff.get(f"/files/{sha(content)}/pages/2.png").status == 404
    # A picture is one page, and never enlarged.
    assert put(staff, "pages.png", got.content).status == 201
    again = staff.get(f"/files/{sha(got.content)}/pages/1.png?width=2000")
    assert again.status == 200 and size(again.content) == size(got.content), again
    half = staff.get(f"/files/{sha(got.content)}/pages/1.png?width=450")
    assert size(half.content)[0] == 450, size(half.content)
    text = b"fictional, without pages"
    assert put(staff, "pages.txt", text).status == 201
    assert staff.get(f"/files/{sha(text)}/pages/1.png").status == 415


def test_a_record_names_files_of_its_writers_unit_and_lends_its_readers(world):
    content = pdf("lent")
    assert put(world["centre_neighbour"], "a.pdf", content).status == 201
    named = {"digest": sha(content), "name": "a.pdf"}
    body = {"title": "虚构文档", "kind": "rule", "file": named}
    refused = world["centre_staff"].create("document", body)
    assert refused.status == 400 and refused.json["errors"][0]["field"] == "/file", refused
    made = world["centre_neighbour"].create("document", body)
    assert made.status == 201, made
    named["name"] = "a.docx"
    refused = world["centre_neighbour"].create("document", body)
    assert refused.status == 400 and "another kind" in refused.json["errors"][0]["message"], refused
    assert world["bank_officer"].get(f"/files/{sha(content)}").status == 404
    bank = world["bank_officer"].account
    client.run_sql(world, ["INSERT INTO assignment (type, record_id, account, from_ms) VALUES "
                           f"('document', {made.json['id']}, {bank}, 0)"])
    got = world["bank_officer"].get(f"/files/{sha(content)}")
    assert got.status == 200 and got.content == content, got


def test_quota_and_size_have_their_own_answers(world):
    boss = world["sysadmin"]
    before = boss.get("/file-limits").json
    assert world["centre_staff"].ask("PUT", "/file-limits", {"unit_mb": 1, "file_mb": 1}).status == 403
    done = boss.ask("PUT", "/file-limits", {"unit_mb": 2, "file_mb": 1})
    assert done.status == 200 and done.json["file_bytes"] == 1 << 20, done
    try:
        who = world["city_officer"]
        text = [("%d " % i) * (400000 // len("%d " % i)) for i in range(10, 20)]
        assert put(who, "a.txt", b"x" * ((1 << 20) + 1)).status == 413
        statuses = [put(who, "a.txt", t.encode()).status for t in text[:6]]
        assert statuses == [201] * 5 + [507], statuses
        assert put(who, "a.txt", b"x" * ((1 << 20) + 1)).status == 413  # larger than a file may be, whatever room there is
        last = put(who, "a.txt", text[6].encode())
        assert "take 1.9 MB of the 2.0 MB" in last.json["detail"], last
        used = sum(len(t) for t in text[:5])
        assert who.get("/file-limits").json["used_bytes"] == used
        # What is on its way counts, and is refused before it is there.
        room = (2 << 20) - used
        begun = who.ask("POST", "/files/uploads", {"name": "pieces.txt"}).json["id"]
        path, half = f"/files/uploads/{begun}", room // 2
        assert who.ask("PUT", f"{path}?offset=0", raw=b"x" * half).status == 200
        assert put(who, "a.txt", b"y" * (room - half + 1)).status == 507
        over = who.ask("PUT", f"{path}?offset={half}", raw=b"x" * (room - half + 1))
        assert over.status == 507 and "system administrator" in over.json["detail"], over
        assert who.get("/file-limits").json["used_bytes"] == used + half
        assert who.ask("PUT", f"{path}?offset={half}", raw=b"x" * (room - half)).status == 200
        assert who.ask("POST", f"{path}/finish").status == 201
    finally:
        done = boss.ask("PUT", "/file-limits", {"unit_mb": before["unit_bytes"] >> 20, "file_mb": before["file_bytes"] >> 20})
        assert done.status == 200, done


def test_who_chose_nothing_has_half_of_the_disk_and_nobody_is_shut_out(world):
    disk = os.statvfs(world.data)
    half = disk.f_blocks * disk.f_frsize // 2
    who = world["centre_staff"]
    client.run_sql(world, ["DELETE FROM setting WHERE name LIKE 'files.%'"])
    limits = who.get("/file-limits").json
    assert limits["unit_bytes"] == (51200 << 20 if store.SERVER else half), limits
    assert limits["file_bytes"] == 4096 << 20, limits
    if store.SERVER:
        return
    one = client.ask_sql(world, "SELECT min(id) FROM file WHERE ended_ms IS NULL AND owner_unit = "
                         f"(SELECT owner_unit FROM account WHERE id = {who.account})")[0][0]
    before = client.ask_sql(world, f"SELECT bytes FROM file WHERE id = {one}")[0][0]
    client.run_sql(world, [f"UPDATE file SET bytes = {2 * half} WHERE id = {one}"])  # as it may be after a smaller disk
    try:
        now = who.get("/file-limits").json
        assert now["used_bytes"] >= 2 * half and now["unit_bytes"] > now["used_bytes"], now
        assert put(who, "more.txt", b"more, though much is there\n").status == 201
    finally:
        client.run_sql(world, [f"UPDATE file SET bytes = {before} WHERE id = {one}"])


# --- in pieces -----------------------------------------------------------------------------------------


def upload(person, name, content, cut, secrecy="internal"):
    begun = person.ask("POST", "/files/uploads", {"name": name, "secrecy": secrecy})
    assert begun.status == 201 and begun.json["bytes"] == 0, begun
    path = "/files/uploads/" + begun.json["id"]
    for start in range(0, len(content), cut):
        done = person.ask("PUT", f"{path}?offset={start}", raw=content[start:start + cut])
        assert done.status == 200 and done.json["bytes"] == min(start + cut, len(content)), done
    return path


def test_pieces_make_the_file_across_a_kill_of_the_server(world):
    for secrecy in ("internal", "secret"):
        content = ("虚构 %s\n" % secrecy).encode() + b"a line of text\n" * 200000
        who = world["centre_staff"]
        path = upload(who, "long.txt", content[:1000001], 300001, secrecy)
        restart(world, world.server.kill)
        there = who.get(path)
        assert there.status == 200 and there.json["bytes"] == 1000001, there
        wrong = who.ask("PUT", f"{path}?offset=5", raw=b"x")
        assert wrong.status == 409 and "1000001" in wrong.json["detail"], wrong
        assert world["centre_colleague"].get(path).status == 404
        done = who.ask("PUT", f"{path}?offset=1000001", raw=content[1000001:])
        assert done.status == 200, done
        done = who.ask("POST", f"{path}/finish?digest={sha(content)}")
        assert done.status == 201 and done.json["digest"] == sha(content), done
        assert who.get(path).status == 404
        if secrecy == "internal":
            assert who.get(f"/files/{sha(content)}").content == content


def test_an_upload_of_the_wrong_kind_ends_with_its_reason(world):
    path = upload(world["centre_staff"], "a.pdf", b"PK\3\4 this is no PDF", 7)
    done = world["centre_staff"].ask("POST", path + "/finish")
    assert done.status == 415 and "content is ZIP" in done.json["detail"], done
    assert world["centre_staff"].get(path).status == 404
    assert world["centre_staff"].ask("POST", "/files/uploads", {"name": "a.exe"}).status == 400
    assert world["public"].ask("POST", "/files/uploads", {"name": "a.pdf"}).status == 401


# --- what is refused -----------------------------------------------------------------------------------


def field(*codes, result=""):
    """A field of Word whose code lies in several runs; a code that is a field itself is given as its runs."""
    runs = "".join(c if c.startswith("<") else f'<w:r><w:instrText xml:space="preserve">{c}</w:instrText></w:r>' for c in codes)
    mark = '<w:r><w:fldChar w:fldCharType="%s"/></w:r>'
    return mark % "begin" + runs + mark % "separate" + f"<w:r><w:t>{result}</w:t></w:r>" + mark % "end"


def of_runs(runs, part="word/document.xml", encoding="utf-8"):
    text = ('<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p>'
            f"{runs}</w:p></w:body></w:document>")
    return office(parts=[(part, text.encode(encoding) if encoding != "utf-8" else text)])


def related(kind, target, mode="External", make=word):
    """An Office file with one relationship, whose attributes are written as they are given."""
    parts = [("word/_rels/document.xml.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
              f'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"'
              f' TargetMode="{mode}"/></Relationships>')]
    return make("x", parts=parts)


def calling():
    """(name, content, a word of the reason): what calls, fetches or runs, in other spellings than the usual one."""
    codes = [("DDEAUTO c:\\\\cmd.exe",), ("ddeauto c:\\\\cmd.exe",), (" DdeAuto x",), ("dde x",), ("&#68;DEAUTO x",), ("<![CDATA[DDEAUTO]]> x",),
             ("D", "DEAU", "TO x"), ("&quot;DDEAUTO&quot; x",), (field("QUOTE 68 68 69 65 85 84 79"), " c:\\\\cmd.exe"),
             ("D", field("QUOTE 68 69"), " x"), ("IF 1=1 ", field("ddeauto x"))]
    for at, code in enumerate(c for c in codes):
        code = tuple(c if not c.startswith("<![") else f"<w:r><w:instrText>{c}</w:instrText></w:r>" for c in code)
        yield f"field{at}.docx", of_runs(field(*code)), "DDE"
    yield "simple.docx", of_runs('<w:fldSimple w:instr=" ddeAuto x"><w:r><w:t>x</w:t></w:r></w:fldSimple>'), "DDE"
    yield "header.docx", of_runs(field("ddeauto x"), part="word/header1.xml"), "DDE"
    yield "named.docx", of_runs(field("ddeauto x"), part="word/main.bin"), "DDE"
    yield "wide.docx", of_runs(field("DDEAUTO x"), encoding="utf-16"), "DDE"
    yield "link.xlsx", office("spreadsheetml.sheet.main", [("xl/x.xml", '<x:externalLink xmlns:x="x"><x:ddeLink/></x:externalLink>')]), "DDE"
    yield "template.docx", related("attached&#84;emplate", "http://x/"), "template"
    yield "template2.docx", related("attachedTemplate", "http://x/", "&#69;xternal"), "template"
    for kind in ("oleObject", "aFChunk", "frame", "subDocument"):
        yield f"{kind}.docx", related(kind, "\\\\host\\share\\x"), "from elsewhere"
    for kind in ("macrosheet", "intlmacrosheet"):
        sheet = f'<Override PartName="/xl/macrosheets/sheet1.xml" ContentType="application/vnd.ms-excel.{kind}+xml"/>'
        yield f"{kind}.xlsx", office("spreadsheetml.sheet.main", extra=sheet), "macros"
    yield "macro.docx", word("x", extra='<Override PartName="/w" ContentType="application/vnd.ms-word.document.macro&#69;nabled.main+xml"/>'), "macros"
    yield "VBA.docx", word("x", parts=[("word/VBAPROJECT.BIN", b"x")]), "macros"
    windows = b"MZ" + b"\0" * 58 + struct.pack("<I", 64) + b"PE\0\0" + b"\0" * 200
    for name, content in (("a.bin", windows), ("a.dat", b"\x7fELF" + b"\0" * 200), ("tool.EXE", b"x")):
        yield f"{name}.zip", archive([(name, content)]), "is a program"
        yield f"{name}.docx", word("x", parts=[(f"word/embeddings/{name}", content)]), "is a program"
    yield "object.docx", word("x", parts=[("word/embeddings/o.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1500 + windows)]), "is a program"
    yield "program.ofd", archive([("OFD.xml", "<OFD/>"), ("x", windows)]), "is a program"
    yield "rendition.pdf", pdf(extra="/OpenAction << /S /Rendition /JS (app.alert\\(1\\)) >> "), "Rendition"
    yield "submit.pdf", pdf(extra="/OpenAction << /S /Submit#46orm /F (http://x/) >> "), "SubmitForm"
    yield "import.pdf", pdf(extra="/OpenAction << /S /ImportData /F (x.fdf) >> "), "ImportData"
    for at, place in enumerate(("(\\\\\\\\host\\\\x.pdf)", "(//host/x.pdf)", "(\\134\\134host)", "<5C5C 686F>", "<FEFF005C005C0068>", "<< /UF (//host/x) >>")):
        yield f"host{at}.pdf", pdf(extra=f"/OpenAction << /F {place} /S /GoToR /D [0 /Fit] >> "), "GoToR"
    yield "apart.pdf", pdf(extra="/OpenAction << /S /GoToR /F 9 0 R >> /Z (9 0 obj (//host/x) endobj)"), "GoToR"
    yield from in_object_streams()
    yield from in_archives()
    yield from in_formulas()


def packed_objects(inside, entries=b"/N 1 /First 4 /Filter /FlateDecode", pack=zlib.compress):
    """A PDF with an object in a stream (ISO 32000-1, 7.5.7)."""
    data = pack(b"9 0 " + inside)
    return pdf().replace(b"trailer", b"8 0 obj\n<< /Length %d %s >>\nstream\r\n%s\nendstream\nendobj\ntrailer" % (len(data), entries, data))


def in_object_streams():
    script, launch = b"<< /S /JavaScript /JS (x) >>", b"<< /S /L#61unch /F (cmd.exe) >>"
    yield "packed.pdf", packed_objects(script), "JavaScript"
    yield "packed2.pdf", packed_objects(launch, b"/X (>>stream) /Y << /N 2 >> /Z [/First] %>>\n/#4e 1 /Fi#72st 4 /Filter [/Fl]"), "Launch"
    yield "damaged.pdf", packed_objects(script + b" " * 9000, pack=lambda data: zlib.compress(data)[:-9]), "JavaScript"
    yield "host.pdf", packed_objects(b"<< /S /GoToR /F (//host/x) >>"), "GoToR"
    for at, entries in enumerate((b"/Filter /LZWDecode", b"/Filter [/ASCIIHexDecode /FlateDecode]", b"/Filter 7 0 R",
                                  b"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>", b"/Filter [/FlateDecode /FlateDecode]", b"/F (x)")):
        yield f"unseen{at}.pdf", packed_objects(b"<< >>", b"/N 1 /First 4 " + entries), "nobody can look"


def in_archives():
    script = pdf(extra="/OpenAction << /S /JavaScript /JS (x) >> ")
    program = b"\x7fELF" + b"\0" * 200
    yield "script.zip", archive([("a/b.pdf", script)]), "JavaScript"
    yield "unnamed.zip", archive([("b", packed_objects(b"<< /S /Launch >>"))]), "Launch"
    yield "program.in.zip", archive([("a.zip", archive([("a.txt", "x"), ("b", program)]))]), "is a program"
    yield "deep.zip", archive([("a", archive([("b", archive([("c", archive([("d", "x")]))]))]))]), "deep"
    yield "macro.in.zip", archive([("a.docx", word("x", parts=[("word/vbaProject.bin", b"x")]))]), "macros"
    yield "old.in.zip", archive([("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le"))]), "macros"
    yield "dde.in.docx", word("x", parts=[("word/embeddings/a.xlsx", formulas("cmd|'/c calc'!A0"))]), "DDE"
    yield "field.in.pptx", office("presentationml.presentation.main", [("ppt/embeddings/a.docx", of_runs(field("DDEAUTO x")))]), "DDE"
    yield "bomb.in.zip", archive([("a.zip", archive([("zero.bin", b"\0" * (60 << 20))]))], zipfile.ZIP_STORED), "unpacks to"
    yield "up.in.zip", archive([("a.zip", archive([("../x", "x")]))]), "outside of itself"
    yield "cut.in.zip", archive([("a.zip", archive([("x", "x")])[:-9])]), ""
    for at, head in enumerate((b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07\x01\0", b"\x1f\x8b\x08\0", b"\xfd7zXZ\0", b"BZh91AY", b"MSCF\0")):
        yield f"unseen{at}.zip", archive([("a", head + b"x" * 50)]), "nobody can look into"


def formulas(*texts, element="f", parts=()):
    cells = "".join(f'<row><c t="str"><{element}>{text}</{element}><v>1</v></c></row>' for text in texts)
    return office("spreadsheetml.sheet.main", [("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{cells}</sheetData></worksheet>"), *parts])


def linked(kind, target, mode="External"):
    return formulas("1", parts=[("xl/externalLinks/_rels/e.rels", f'<Relationships><Relationship Id="r" Type="x/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>')])


def in_formulas():
    for at, text in enumerate(("cmd|'/c calc'!A0", "1+'cmd'|' /c'!_xlbgnm.A1", "IF(1,MSEXCEL|'..\\x'!''," + "&quot;|&quot;)", "rtd(&quot;x&quot;,,1)",
                               "<![CDATA[c]]>md<!-- -->|x!y")):
        yield f"dde{at}.xlsx", formulas("1", text), "DDE"
    yield "defined.xlsx", formulas("cmd|x!y", element="definedName"), "DDE"
    yield "condition.xlsx", formulas("cmd|x!y", element="formula1"), "DDE"
    yield "web.xlsx", formulas("_xlfn.WEBSERVICE(&quot;http://x/&quot;&amp;A1)"), "from elsewhere"
    yield "image.xlsx", formulas("_xlfn.IMAGE(&quot;http://x/&quot;)"), "from elsewhere"
    for at, target in enumerate(("http://x/a.xlsx", "\\\\host\\a.xlsx", "//host/a.xlsx", "file://host/a.xlsx", "file:///\\host/a", "%5C%5Chost/a", "FILE:////host/a")):
        yield f"book{at}.xlsx", linked("externalLinkPath", target), "from elsewhere"
    yield "query.xlsx", formulas("1", parts=[("xl/connections.xml", '<connections><connection><webPr url="http://x/"/></connection></connections>')]), "from elsewhere"


def harmless():
    """What is near to it, and ordinary."""
    yield "about.docx", word("DDEAUTO c:\\\\cmd.exe 是危险的域")
    yield "fields.docx", of_runs(field("PAGE", result="1") + field(" HYPERLINK ", "&quot;http://x/dde&quot;", result="ddeauto")
                                 + field("= ", field("PAGE"), " - 1") + field("IF ", field("PAGE"), " = 1 x y") + field("DATE"))
    yield "shown.docx", of_runs(field("TOC \\o", result="") + field("DOCPROPERTY x", result="DDE"))
    yield "link.docx", related("hyperlink", "http://x/")
    yield "object.docx", word("x", parts=[("word/embeddings/o.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"MZ" * 900)])
    yield "texts.zip", archive([("a.txt", "MZ is how programs begin"), ("exe", "x"), ("a/", "")])
    yield "other.pdf", pdf(extra="/OpenAction << /S /GoToR /F (annex.pdf) /D [0 /Fit] >> ")
    yield "web.pdf", pdf(extra="/OpenAction << /S /URI /URI (https://x/) >> ")
    yield "packed.pdf", packed_objects(b"<< /Type /Catalog >> (JavaScript)")
    yield "nested.zip", archive([("a.zip", archive([("b.docx", word("x")), ("b.xlsx", book([["x"]])), ("b.pdf", pdf()), ("b.txt", "x")]))])
    yield "formulas.xlsx", formulas('IF(A1="a|b",1,0)', "'a|b'!A1", "HYPERLINK(\"http://x/\",1)", "PARTS(1)")
    for at, target in enumerate(("a.xlsx", "file:///D:\\a.xlsx", "/xl/a.xlsx", "../a%20b.xlsx")):
        yield f"beside{at}.xlsx", linked("externalLinkPath", target)
    yield "fraction.docx", of_runs("<m:f xmlns:m='m'><m:num><m:r><m:t>|x|</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>")


def hostile():
    """(name, content, a word of the reason)"""
    good = archive([("a.txt", "x")])
    bomb = archive([("zero.bin", b"\0" * (60 << 20))])
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as z:
        import warnings
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            z.writestr("same.txt", "1")
            z.writestr("same.txt", "2")
    lying = bytearray(archive([("a.txt", b"x" * 1000)]))
    lying[22:26] = struct.pack("<I", 5)  # the local header's size differs from the directory's
    locked = bytearray(good)
    locked[6] |= 1
    locked[good.index(b"PK\1\2") + 8] |= 1
    macro = [("word/vbaProject.bin", b"x")]
    types = '<Override PartName="/w" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
    spoilt = bytearray(archive([("[Content_Types].xml", "wordprocessingml.document.main+xml"), ("word/document.xml", "<a/>" * 99)], zipfile.ZIP_STORED))
    spoilt[spoilt.index(b"<a/>") + 1] ^= 1
    yield "not.pdf", good, "content is ZIP"
    yield "not.docx", pdf(), "content is PDF"
    yield "not.png", b"\xff\xd8\xff\xe0" + b"0" * 40, "content is JPEG"
    yield "not.docx", good, "another kind of archive"
    yield "not.xlsx", word("x"), "another kind of archive"
    yield "not.zip", word("x"), "an Office document"
    yield "prog.pdf", b"MZ" + b"\0" * 100, "a program"
    yield "prog.txt", b"\x7fELF" + b"\0" * 100, "a program"
    yield "macro.docx", word("x", parts=macro), "macros"
    yield "docm.docx", word("x", extra=types), "macros"
    yield from calling()
    yield "dde.xlsx", office("spreadsheetml.sheet.main", [("xl/externalLinks/externalLink1.xml", "<ddeLink/>")]), "DDE"
    yield "activex.docx", word("x", parts=[("word/activeX/activeX1.xml", "<x/>")]), "ActiveX"
    yield "template.docx", word("x", parts=[("word/_rels/settings.xml.rels",
                                             '<Relationship Type="x/attachedTemplate" Target="http://x/" TargetMode="External"/>')]), "template"
    yield "bomb.zip", bomb, "unpacks to"
    yield "bomb.docx", word("x", parts=[("word/zero.xml", b" " * (60 << 20))]), "unpacks to"
    entities = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><a>&b;</a>'
    yield "entity.docx", word("x", parts=[("word/header1.xml", entities)]), "document type"
    yield "entity16.docx", word("x", parts=[("word/header1.xml", b"\xff\xfe" + entities.encode("utf-16-le"))]), "document type"
    yield "named.docx", word("x", parts=[("word/header1.XML", entities)]), "document type"
    yield "drawing.xlsx", office("spreadsheetml.sheet.main", [("xl/drawings/one.vml", "\ufeff\n" + entities)]), "document type"
    yield "behind.xlsx", office("spreadsheetml.sheet.main", [("xl/sharedStrings.xml", "<!--" + "x" * (1 << 21) + "-->" + noise(4, 40000).hex() + entities)]), "document type"
    yield "entity.ofd", archive([("OFD.xml", "<OFD/>"), ("Doc_0/Pages/Page_0/Content.xml", entities)]), "document type"
    yield "sum.docx", bytes(spoilt), ""
    yield "up.zip", archive([("../../etc/passwd", "x")]), "outside of itself"
    yield "root.zip", archive([("/etc/passwd", "x")]), "outside of itself"
    yield "drive.zip", archive([("C:/x", "x")]), "outside of itself"
    yield "twice.zip", twice.getvalue(), "two members named"
    yield "many.zip", archive([(f"{i}.txt", "") for i in range(10001)], zipfile.ZIP_STORED), "members"
    yield "lying.zip", bytes(lying), ""
    yield "locked.zip", bytes(locked), ""
    yield "cut.zip", good[:-5], "cut off"
    yield "tail.zip", good + b"<html>", "follows its end"
    yield "script.pdf", pdf(extra="/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> "), "JavaScript"
    yield "hidden.pdf", pdf(extra="/OpenAction << /S /J#61vaScript /JS (x) >> "), "JavaScript"
    yield "launch.pdf", pdf(extra="/OpenAction << /S /Launch /F (cmd.exe) >> "), "Launch"
    yield "cut.pdf", pdf()[:-20], "cut off"
    yield "zip.pdf", pdf() + good, "follows its end"
    yield "inside.pdf", b"%PDF-1.4\n" + good + b"\n%%EOF\n", "ZIP archive at once"
    yield "html.pdf", pdf("<html><script>alert\\(1\\)</script>"), "web page at once"
    yield "page.gif", b"GIF89a\1\0\1\0\0\0\0<script>alert(1)</script>;", "web page"
    yield "js.gif", b"GIF89a\1\0\1\0\0\0\0,*/=1;", ""
    yield "zip.png", png(tail=good), "follows the end"
    yield "flood.png", png(60000, 60000), "60000"
    yield "zip.jpg", b"\xff\xd8\xff\xc0\0\x0b\x08\0\x10\0\x10\1\1\1\0\xff\xd9" + good, "ZIP archive at once"
    yield "page.txt", b"\n <!DOCTYPE html><p>x", "web page"
    yield "svg.txt", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "web page"
    yield "page.csv", b"a,b\n<SCRIPT>1</SCRIPT>", "web page"
    yield "binary.csv", b"a,b\n\0\1\2", "not text"
    yield "macro.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument_VBA_PROJECT".encode("utf-16-le"), "macros"
    yield "not.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ""
    yield "empty.txt", b"", "empty"


def test_hostile_files_are_refused_with_their_reason(world):
    count = 0
    for name, content, word_of in hostile():
        done = put(world["centre_staff"], name, content)
        if name == "js.gif":  # a picture of one point whose bytes a script could share: harmless as an attachment
            assert done.status == 201, done
            continue
        assert done.status == 415 and word_of in done.json["detail"], (name, word_of, done)
        assert world["centre_staff"].get(f"/files/{sha(content)}").status == 404, name
        count += 1
    for name in ("a.exe", "a.html", "a.svg", "a.js", "a.docm", "a.xlsm", "a", "a.pdf.exe", ".pdf", "a/b.pdf", "a%00.pdf",
                 "a%E2%80%AEfdp.pdf", "a%0d%0aX: y.pdf"):
        reply = world["centre_staff"].ask("POST", "/files?name=" + name, raw=pdf())
        assert reply.status == 400, (name, reply)
        count += 1
    print(f"# {count} refused")


def readers_of(process):
    """What its server has started, by name."""
    found = []
    for one in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{one}/stat", encoding="utf-8") as file:
                name, rest = file.read().split("(", 1)[1].rsplit(")", 1)
        except OSError:
            continue
        if int(rest.split()[1]) == process.pid:
            found.append(name)
    return found


def test_what_is_packed_is_read_by_a_program_in_a_cage(world):
    if not os.path.exists(os.path.join(os.path.dirname(ZHIYUN), "zhiyun-pdf")):
        raise tap.Skip("zhiyun-pdf is not built here")
    for name, content in (("caged.docx", word("caged")), ("caged.xlsx", book([["caged"]])), ("caged.zip", archive([("a.txt", "caged")]))):
        restart(world)
        assert "zhiyun-pdf" not in readers_of(world.server.process)
        assert put(world["centre_staff"], name, content).status == 201, name
        assert "zhiyun-pdf" in readers_of(world.server.process), name


def test_plain_files_of_every_kind_are_taken(world):
    kinds = {"a.docx": word("x"), "a.xlsx": book([["x"]]), "a.pptx": office("presentationml.presentation.main"),
             "a.ofd": archive([("OFD.xml", "<OFD/>")]), "a.zip": archive([("a/b.txt", "x"), ("甲.txt", "y")]),
             "a.png": png(3, 2), "a.txt": "电池\n".encode("gb18030"), "a.csv": b"a;b\n", "b.txt": "甲".encode("utf-16"),
             "a.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
             "a.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"),
             "a.tif": b"II*\0" + b"\0" * 20, "a.JPG": b"\xff\xd8\xff\xc0\0\x0b\x08\0\x10\0\x10\1\1\1\0\xff\xd9"}
    for name, content in [*kinds.items(), *harmless()]:
        done = put(world["centre_staff"], name, content)
        assert done.status == 201, (name, done)


# --- secret ones -----------------------------------------------------------------------------------------


@tap.meets("SCSF-016.1+2+3")
def test_a_secret_file_needs_a_fresh_proof_and_every_reading_is_written_down(world):
    content = CANARY + b"\n" + "一种虚构的电池隔膜\n".encode() * 5000
    who = Session(world, "centre_staff")
    done = who.ask("POST", "/files?name=交底书.txt&secrecy=secret", raw=content)
    assert done.status == 201 and done.json["digest"] == sha(content), done
    path, readings = f"/files/{sha(content)}", f"body LIKE '%\"type\":\"file\",\"id\":{done.json['id']}%'"
    got = who.get(path)
    assert got.status == 200 and got.content.endswith(content), got
    first = got.content[:len(got.content) - len(content)].decode()
    mark = re.fullmatch(r"\[虚构centre_staff \(centre_staff\) (20\d\d-\S+\+08:00)\]\r\n", first)
    assert mark and abs(datetime.datetime.fromisoformat(mark[1]).timestamp() - time.time()) < 3600, first  # in China
    assert got.headers["x-watermark-in"] == "content" and "centre_staff" in got.headers["x-watermark"], got.headers
    assert got.headers["cache-control"] == "no-store" and "etag" not in got.headers, got.headers
    entries = log(world, readings)
    assert entries[0]["do"] == "read" and entries[0]["who"] == who.account and entries[0]["role"] == "centre_staff", entries
    before = len(entries)
    assert who.get(path + "/text").json["text"].startswith(CANARY.decode())
    assert len(log(world, readings)) == before + 1
    who.grow_old()
    got = who.get(path)
    assert got.status == 403 and "prove yourself again" in got.json["detail"], got
    assert log(world, readings)[0]["do"] == "refused:read"
    got = world["centre_staff"].get(path)  # by a token
    assert got.status == 403 and "token" in got.json["detail"], got
    for name in ("centre_colleague", "city_officer", "province_officer", "centre_neighbour", "public"):
        before = len(log(world, readings))
        assert world[name].get(path).status == 404, name
        entry = log(world, readings)
        assert len(entry) == before + 1 and entry[0]["do"] == "refused:read" and entry[0]["status"] == 404, (name, entry[0])
    manager = Session(world, "centre_manager")
    assert manager.get(path).content.endswith(content)


def test_who_moves_to_another_unit_takes_no_file_along(world):
    mover = world.add_person("mover", "centreA", "centre_staff")
    one = mover.ask("POST", "/files?name=own.txt", raw=b"fictional, of the first unit")
    assert one.status == 201 and mover.get(f"/files/{one.json['digest']}").status == 200
    boss = world[client.FIRST]
    assert boss.ask("POST", f"/accounts/{mover.account}", {"do": "move", "unit": world.units["centreB"]}).status == 200
    assert boss.ask("POST", "/grants", {"account": mover.account, "role": "centre_staff"}).status == 201
    mover.token = world.token("mover")
    assert mover.get("/records/demand").status == 200  # his new role holds
    assert mover.get(f"/files/{one.json['digest']}").status == 404
    assert mover.get(f"/records/file/{one.json['id']}").status == 404


def test_a_secret_file_is_nowhere_in_clear(world):
    content = CANARY + noise(5, 100).hex().encode() + b" line\n" * 40000
    who = world["centre_staff"]
    assert put(who, "one.txt", content, secrecy="secret").status == 201
    path = upload(who, "two.txt", content + b"2", 100000, "secret")
    assert who.ask("POST", path + "/finish").status == 201
    path = upload(who, "three.txt", content + b"3", 70000, "secret")  # never finished
    found = []
    for folder, _, names in os.walk(world.data):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                if CANARY in file.read():
                    found.append(name)
    assert not found, found
    if world.server.store:
        dump = subprocess.run(["pg_dump", world.server.store], capture_output=True, check=True).stdout
        assert dump and CANARY not in dump and CANARY.hex().encode() not in dump


def test_a_secret_pdf_names_its_reader_on_its_pages(world):
    if not os.path.exists(os.path.join(os.path.dirname(ZHIYUN), "zhiyun-pdf")):
        raise tap.Skip("zhiyun-pdf is not built here")
    content = pdf("Disclosure")
    who = Session(world, "centre_manager")
    assert who.ask("POST", "/files?name=s.pdf&secrecy=secret", raw=content).status == 201
    got = who.get(f"/files/{sha(content)}")
    assert got.status == 200 and got.headers["x-watermark-in"] == "content", got.headers
    assert got.content.startswith(b"%PDF-") and got.content != content
    said = subprocess.run([os.path.join(os.path.dirname(ZHIYUN), "zhiyun-pdf"), "text"], input=got.content,
                          capture_output=True, check=True).stdout.decode()
    assert "Disclosure" in said and "(centre_manager)" in said, said
    open_one = put(world["centre_staff"], "open.pdf", pdf("Disclosure of others")).json["digest"]
    shown = who.get(f"/files/{sha(content)}/pages/1.png")
    assert shown.status == 200 and "etag" not in shown.headers and shown.content.startswith(b"\x89PNG"), shown
    assert len(shown.content) > 2 * len(who.get(f"/files/{open_one}/pages/1.png").content)  # a line lies across it


# --- bytes that somebody changed in the store ------------------------------------------------------------


def edit_blobs(world, *statements):
    """Straight into the store of the bytes: a file beside the records' or, on PostgreSQL, tables beside theirs."""
    if world.server.store:
        client.run_sql(world, statements)
        return
    with contextlib.closing(sqlite_file.connect(os.path.join(world.data, "blobs.db"), timeout=30)) as db, db:
        for statement in statements:
            db.execute(statement)


def swap_pieces(world, blob):
    """The first two MiB change places, each with its own digest: only the digest of the whole shows it."""
    at = f"(SELECT id FROM blob WHERE digest = '{blob}') * 1048576"
    edit_blobs(world, f"UPDATE blob_chunk SET id = -1 WHERE id = {at}",
               f"UPDATE blob_chunk SET id = {at} WHERE id = {at} + 1",
               f"UPDATE blob_chunk SET id = {at} + 1 WHERE id = -1")


def refused_as_damaged(who, digest, parts=("", "/text"), ranges=("bytes=0-9", "bytes=1500000-1500009", "bytes=-5")):
    path, said = f"/files/{digest}", {"en": "does not read back as it was stored", "zh": "读回的内容与存入时不同"}
    for language, words in said.items():
        for part, more in [*((part, {}) for part in parts), *(("", {"Range": given}) for given in ranges)]:
            got = who.get(path + part, **more, **{"Accept-Language": language})
            assert got.status == 500 and digest in got.json["detail"] and words in got.json["detail"], (part, more, got)


def test_bytes_that_were_changed_in_the_store_are_never_sent(world):
    content = b"".join(b"%07d\n" % i for i in range(420000, 820000))
    who, digest = world["centre_staff"], sha(content)
    assert put(who, "changed.txt", content).status == 201
    swap_pieces(world, digest)
    refused_as_damaged(who, digest)
    swap_pieces(world, digest)
    assert who.get(f"/files/{digest}").content == content
    assert who.get(f"/files/{digest}", Range="bytes=0-9").content == content[:10]
    client.run_sql(world, [f"UPDATE file SET bytes = 1000 WHERE digest = '{digest}'"])  # the beginning alone
    refused_as_damaged(who, digest, ranges=("bytes=0-9",))
    client.run_sql(world, [f"UPDATE file SET bytes = {len(content)} WHERE digest = '{digest}'"])
    edit_blobs(world, f"UPDATE blob SET digest = NULL, upload = '{digest[:32]}' WHERE digest = '{digest}'")  # nothing
    refused_as_damaged(who, digest)
    edit_blobs(world, f"UPDATE blob SET digest = '{digest}', upload = NULL WHERE upload = '{digest[:32]}'")
    assert who.get(f"/files/{digest}").content == content
    large = content * 4  # checked where files are looked into
    assert put(who, "large.txt", large).status == 201 and who.get(f"/files/{sha(large)}").content == large
    swap_pieces(world, sha(large))
    refused_as_damaged(who, sha(large))


def test_a_row_that_points_to_other_bytes_sends_none(world):
    who, secret = world["centre_staff"], Session(world, "centre_staff")
    texts = [b"fictional contract, one million\n", b"fictional contract, two million\n"]
    papers, pictures, secrets = [pdf("one"), pdf("two")], [png(2, 2), png(3, 3)], [CANARY + b" one", CANARY + b" two"]
    for kind, pair in (("txt", texts), ("pdf", papers), ("png", pictures)):
        assert all(put(who, f"{n}.{kind}", one).status in (200, 201) for n, one in enumerate(pair))
    assert all(secret.ask("POST", f"/files?name={n}.txt&secrecy=secret", raw=one).status == 201 for n, one in enumerate(secrets))
    for reader, pair, parts in ((who, texts, ("", "/text")), (who, papers, ("", "/text", "/pages/1.png")),
                                (who, pictures, ("", "/pages/1.png")), (secret, secrets, ("", "/text"))):
        one, other = (sha(content) for content in pair)
        blob = client.ask_sql(world, f"SELECT blob FROM file WHERE digest = '{one}'")[0][0]
        client.run_sql(world, [f"UPDATE file SET blob = (SELECT max(f.blob) FROM file f WHERE f.digest = '{other}') WHERE digest = '{one}'"])
        refused_as_damaged(reader, one, parts, () if reader is secret else ("bytes=0-3",))
        client.run_sql(world, [f"UPDATE file SET blob = '{blob}' WHERE digest = '{one}'"])
        assert reader.get(f"/files/{one}").content.endswith(pair[0])
    # A secret whose seal was taken away is not sent either.
    row = client.ask_sql(world, f"SELECT id FROM file WHERE digest = '{sha(secrets[0])}'")[0]
    client.run_sql(world, [f"UPDATE file SET file_key = NULL, secrecy = 1 WHERE id = {row[0]}"])
    refused_as_damaged(who, sha(secrets[0]), ranges=("bytes=0-3",))


# --- texts -------------------------------------------------------------------------------------------------


def text_of(world, name, content):
    done = put(world["centre_staff"], name, content)
    assert done.status in (200, 201), (name, done)
    return world["centre_staff"].get(f"/files/{done.json['digest']}/text")


def test_the_text_of_a_file_is_shown(world):
    got = text_of(world, "t.docx", word("第一段 &amp; 电池", "第二段"))
    assert got.status == 200 and got.json == {"text": "第一段 & 电池\n第二段\n", "whole": True, "sensitive": []}, got
    got = text_of(world, "t.xlsx", book([["专利号", "名称"], ["CN1", "隔膜"]]))
    assert got.json["text"] == "# 表一\n专利号\t名称\nCN1\t隔膜\n", got
    got = text_of(world, "t.txt", "电池管理系统与方法\r\n".encode("gb18030") * 20)
    assert got.json["text"].startswith("电池管理系统与方法"), got
    got = text_of(world, "long.txt", "长文本\n".encode() * 50000)
    assert got.json["whole"] is False and 102390 < len(got.json["text"].encode()) <= 102400, len(got.json["text"].encode())
    got = text_of(world, "t.png", png(5, 5))
    assert got.status == 415 and ".png" in got.json["detail"], got


def test_the_text_of_a_pdf_is_shown(world):
    if not os.path.exists(os.path.join(os.path.dirname(ZHIYUN), "zhiyun-pdf")):
        raise tap.Skip("zhiyun-pdf is not built here")
    got = text_of(world, "t.pdf", pdf("Battery separator"))
    assert got.status == 200 and "Battery separator" in got.json["text"], got
    got = text_of(world, "t.pdf", b"%PDF-1.4\n" + noise(3, 5000).replace(b"/", b"") + b"\n%%EOF")
    assert got.status == 415, got


def test_xml_that_fetches_or_grows_is_not_taken(world):
    laughs = '<!DOCTYPE d [<!ENTITY a "' + "x" * 1000 + '">' + "".join(
        f'<!ENTITY a{i} "' + f"&a{i - 1 if i else ''};" * 20 + '">' for i in range(6)) + "]>"
    fetch = '<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    body = '<w:document xmlns:w="w"><w:body><w:p><w:t>%s</w:t></w:p></w:body></w:document>'
    for prefix, entity in ((laughs, "&a5;"), (fetch, "&f;")):
        got = put(world["centre_staff"], "x.docx", office(parts=[("word/document.xml", prefix + body % entity)]))
        assert got.status == 415 and "document type" in got.json["detail"], got


# --- the administrator's command -----------------------------------------------------------------------------


def test_a_command_that_looks_for_viruses_refuses(world):
    command = os.path.join(world.data, "scan.sh")
    seen = os.path.join(world.data, "seen")
    with open(command, "w", encoding="ascii") as file:
        file.write(f'#!/bin/sh\nread first\nprintf %s "$first" > {seen}\ncat > /dev/null\n'
                   'case "$first" in *EICAR*) exit 1;; esac\nexit 0\n')
    os.chmod(command, 0o755)
    serve = world.server.command
    world.server.command = lambda *a: serve(*a, *(["--scan-files", f"{command} -"] if "serve" in a else []))
    restart(world)
    try:
        assert put(world["centre_staff"], "v.txt", b"clean file\n" * 100000).status == 201
        with open(seen, encoding="ascii") as file:
            assert file.read() == "clean file"
        done = put(world["centre_staff"], "v.txt", b"EICAR test\n")
        assert done.status == 415 and "virus" in done.json["detail"], done
        assert world["centre_staff"].get(f"/files/{sha(b'EICAR test' + bytes([10]))}").status == 404
        os.remove(command)
        assert put(world["centre_staff"], "v.txt", b"not looked at\n").status == 500
    finally:
        world.server.command = serve
        restart(world)


def let_through(gate, thread):
    """The scanner waits at the gate: opened once it is there."""
    while thread.is_alive():
        try:
            return os.open(gate, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            assert error.errno == errno.ENXIO, error
            time.sleep(0.01)
    raise AssertionError("the upload did not come to the scanner")


def test_what_is_being_stored_counts_for_others(world):
    command, gate, boss = os.path.join(world.data, "scan.sh"), os.path.join(world.data, "gate"), world["sysadmin"]
    os.mkfifo(gate)
    with open(command, "w", encoding="ascii") as file:
        file.write(f'#!/bin/sh\nread first\ncat > /dev/null\ncase "$first" in WAIT) cat {gate};; esac\nexit 0\n')
    os.chmod(command, 0o755)
    serve, before = world.server.command, boss.get("/file-limits").json
    world.server.command = lambda *a: serve(*a, *(["--scan-files", command] if "serve" in a else []))
    restart(world)
    try:
        used = world["centre_staff"].get("/file-limits").json["used_bytes"]
        done = boss.ask("PUT", "/file-limits", {"unit_mb": (used >> 20) + 3, "file_mb": 4})
        assert done.status == 200, done
        answers = []
        first = threading.Thread(target=lambda: answers.append(put(world["centre_staff"], "1.txt", b"WAIT\n" + b"1" * (2 << 20))))
        first.start()
        held = let_through(gate, first)
        second = put(world["centre_manager"], "2.txt", b"2" * (2 << 20))
        os.close(held)
        first.join()
        assert second.status == 507 and "at this moment" in second.json["detail"], second
        assert answers[0].status == 201, answers
        assert put(world["centre_manager"], "3.txt", b"3" * 1000).status == 201
    finally:
        world.server.command = serve
        restart(world)
        boss.ask("PUT", "/file-limits", {"unit_mb": before["unit_bytes"] >> 20, "file_mb": before["file_bytes"] >> 20})
        os.remove(gate)


# --- size ------------------------------------------------------------------------------------------------------


def resident_kb(process, what="VmHWM"):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        return int(re.search(rf"{what}:\s+(\d+) kB", file.read()).group(1))


def send_and_fetch(world, session, name, piece, count):
    """A secret file of `count` pieces goes up in one request and comes down; seconds of both."""
    whole = hashlib.sha256()
    for _ in range(count):
        whole.update(piece)
    digest, began = whole.hexdigest(), time.time()
    connection = client.http.client.HTTPConnection("127.0.0.1", world.server.port, timeout=600)
    connection.request("POST", f"/api/v1/files?name={name}&secrecy=secret", (piece for _ in range(count)),
                       {"Authorization": f"Bearer {world['centre_staff'].token}",
                        "Content-Length": str(count * len(piece))})
    done = connection.getresponse()
    answer = json.loads(done.read())
    assert done.status == 201 and answer["digest"] == digest, answer
    up, began, got = time.time() - began, time.time(), hashlib.sha256()
    connection.request("GET", f"/api/v1/files/{digest}", headers=session.headers)
    reply = connection.getresponse()
    assert reply.status == 200, reply.read()
    reply.readline()  # who reads it
    while True:
        part = reply.read(1 << 20)
        if not part:
            break
        got.update(part)
    connection.close()
    assert got.hexdigest() == digest
    return up, time.time() - began


def test_memory_stays_flat_under_a_large_file(world):
    piece = noise(9, 500).hex().encode() + b"\n"
    piece *= (1 << 20) // len(piece)
    restart(world)
    process, who = world.server.process, Session(world, "centre_staff")
    send_and_fetch(world, who, "small.txt", piece, 20)
    before = resident_kb(process)
    up, down = send_and_fetch(world, who, "large.txt", piece, MEGABYTES)
    grown = resident_kb(process) - before
    print(f"# {MEGABYTES} MB secret: {up:.1f} s up, {down:.1f} s down, {before} kB at the most after 20 MB, {grown} kB more")
    if tap.instrumented(ZHIYUN):
        raise tap.Skip("memory under a sanitizer is not the program's own")
    assert grown < 64 * 1024, grown  # arenas of threads: as much after 50 MB as after 600


def test_others_are_served_while_large_files_go_out(world):
    content = b"x" * 99 + b"\n"
    content *= (64 << 20) // 100
    assert put(world["centre_staff"], "out.txt", content).status == 201
    stop, slowest = threading.Event(), [0.0]

    def ask():
        other = client.Person(world.server, world["centre_colleague"].token)
        while not stop.is_set():
            began = time.time()
            assert other.get("/session").status == 200
            slowest[0] = max(slowest[0], time.time() - began)
    asker = threading.Thread(target=ask)
    asker.start()
    readers = [threading.Thread(target=lambda: client.Person(world.server, world["centre_staff"].token).get(
        f"/files/{sha(content)}")) for _ in range(4)]
    began = time.time()
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    took = time.time() - began
    stop.set()
    asker.join()
    print(f"# 4 × 64 MB in {took:.1f} s; the slowest other request {slowest[0] * 1000:.0f} ms")


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN, people=PEOPLE)
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
