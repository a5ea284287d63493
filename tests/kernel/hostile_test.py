#!/usr/bin/env python3
"""hostile_test.py ZHIYUN: names that want to be something else than names.

Forty texts as a unit's name, a record's title, a person's and a file's name. Each is refused where it is entered, with
the field and the reason, or shown whole wherever it stands: in answers, workbooks, papers, heads of HTTP.
"""
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
import urllib.parse
import xml.etree.ElementTree as ET
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import bodies  # noqa: E402
import client  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])

EMOJI, WIDE = "👩\u200d👩\u200d👧\u200d👦🏳️\u200d🌈", "ＡＤＭＩＮ　＜ｘ＞"
SHOWN = [  # whole, as they are
    '=HYPERLINK("https://example.invalid","虚构")', "=cmd|' /C calc'!A0", "@SUM(1+1)*cmd", "-1+1", "+1-1", "=1+1", "'=1+1",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</title></head><body onload=alert(1)>", "javascript:alert(1)//",
    "\"><svg/onload=alert(1)>", "]]><!--<?xml version='1.0'?>", "&lt;b&gt; &amp; &#x41; &nobody;", "{{7*7}} ${7*7} #{7*7} <%= 7 %>",
    "'; DROP TABLE record_training; --", "\" OR \"\"=\"", "%s%n%d%1$s %(x)s {0}", "<b>粗</b><span size='99999'>大</span>",
    "{ HYPERLINK \"x\" \\o } MERGEFIELD DDEAUTO c:\\\\windows", ") Tj ET Q BT /F1 99 Tf (x) Tj", "%PDF-1.4 endobj endstream",
    "虚构：某单位； Bcc: x@example.invalid", "=?UTF-8?B?PHNjcmlwdD4=?=", EMOJI, WIDE,
    "Аррlе 〇一二 零", "_x0041_ _x000D_", "A\u200bB\u200cC", "$(touch /tmp/x) `id` | cat; &",
]
REFUSED = {  # what they hold has no place in a line
    "NUL": "知\0运", "control": "知\x01\x08\x1b[31m运", "delete": "知\x7f运", "line": "知\r\nBcc: x@example.invalid", "tab": "知\t运",
    "next line": "知\u0085运", "line separator": "知\u2028运", "paragraph separator": "知\u2029运", "override": "知运\u202egnp.exe",
    "isolate": "知运\u2067abc", "embedding": "\u202babc运", "no character": "知\uffff运", "flood": "知" + "\u0300\u0323" * 40 + "运",
    "long": "长" * 100000,
}
LONE = b'"\\ud800"'  # half of a character, as JSON writes it


def taken(text):
    """A title has letters and digits of half width: one name is not two by them."""
    return "ADMIN\u3000＜x＞" if text == WIDE else unicodedata.normalize("NFC", text)


def refused(reply, field):
    """With the field and the reason, and nothing of the machine."""
    assert reply.status in (400, 413, 422), reply
    if reply.status == 400:
        said = reply.json.get("errors") or [{"field": field, "message": reply.json["detail"]}]
        assert any(field in fault["field"] or field in reply.json["detail"] for fault in said), reply
    return True


def test_a_record_shows_what_it_took(world):
    who, made = world["centre_manager"], {}
    for text in SHOWN:
        done = who.create("training", {"title": text, "date": "2026-01-05"})
        assert done.status == 201, (text, done)
        made[done.json["id"]] = taken(text)
    for name, text in REFUSED.items():
        before = who.get("/records/training").json["total"]
        done = who.create("training", {"title": text, "date": "2026-01-05"})
        assert done.status != 201, (name, done)
        assert refused(done, "title") and who.get("/records/training").json["total"] == before, (name, done)
    done = who.ask("POST", "/records/training", raw=b'{"title": ' + LONE + b', "date": "2026-01-05"}',
                   headers={"Content-Type": "application/json"})
    assert done.status == 400, done
    listed = {row["id"]: row["title"] for row in who.get("/records/training?limit=100").json["items"]}
    assert {one: listed.get(one) for one in made} == made
    for one, text in made.items():
        assert who.get(f"/records/training/{one}").json["title"] == text, text


def cells(book):
    """Texts of every sheet, and that no cell is a formula."""
    texts = []
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        shared = []
        for name in archive.namelist():
            assert ".." not in name and "vba" not in name.lower() and "externalLink" not in name, name
            data = archive.read(name)
            if name.endswith((".xml", ".rels")):
                assert b"<!" not in data.replace(b"<![CDATA[", b""), name
                root = ET.fromstring(data)
                if name.endswith("sharedStrings.xml"):
                    shared = ["".join(t.text or "" for t in si.iter() if t.tag.endswith("}t")) for si in root]
                if "/worksheets/" in name:
                    texts += ["".join(t.text or "" for t in c.iter() if t.tag.endswith(("}t", "}v"))) for c in root.iter()
                              if c.tag.endswith("}c")]
                    assert not [f for f in root.iter() if f.tag.endswith(("}f", "}hyperlink"))], name
    return [re.sub("_x005F_(x[0-9A-F]{4}_)", r"_\1", text) for text in texts + shared]


def test_a_workbook_holds_no_formula(world):
    texts = cells(world["centre_manager"].get("/records/training/export.xlsx").content)
    for text in SHOWN:
        assert taken(text) in texts, (text, texts[:60])


def upload(who, name, raw):
    return who.send("POST", "/api/v1/files?name=" + urllib.parse.quote(name, safe=""), raw, {"Authorization": f"Bearer {who.token}"})


def test_a_file_keeps_its_name_or_is_refused(world):
    who = world["centre_manager"]
    for number, text in enumerate(SHOWN):
        name = text + ".pdf"
        raw = b"%PDF-1.4\n% fictional " + str(number).encode() + b"\n%%EOF\n"
        done = upload(who, name, raw)
        if done.status == 400:
            assert any(c in name for c in "/\\"), (name, done)
            continue
        assert done.status == 201, (name, done)
        digest = done.json["digest"]
        got = who.send("GET", f"/api/v1/files/{digest}", None, {"Authorization": f"Bearer {who.token}"})
        if got.status == 200:
            head = got.headers["content-disposition"]
            assert head.isascii() and head.startswith("attachment") and got.headers["x-content-type-options"] == "nosniff", head
            [star] = re.findall(r"filename\*=UTF-8''([^;\s]*)", head)
            assert urllib.parse.unquote(star) == unicodedata.normalize("NFC", name), (name, head)
    for what, text in REFUSED.items():
        if what == "long":
            continue
        done = upload(who, text + ".pdf", b"%PDF-1.4\n%%EOF\n")
        assert done.status == 400, (what, done)


def test_a_person_and_a_unit_have_names_of_one_line(world):
    boss, office = world[client.FIRST], world.units["centreA"]
    for number, text in enumerate(text for text in SHOWN if len(text) <= 40):
        done = boss.ask("POST", "/accounts", {"name": f"hostile{number}", "display_name": text, "unit": office})
        assert done.status == 201, (text, done)
    for number, (what, text) in enumerate(REFUSED.items()):
        done = boss.ask("POST", "/accounts", {"name": f"refused{number}", "display_name": text, "unit": office})
        assert done.status in (400, 413), (what, done)
        unit = {"name": text, "kind": "party", "region": "510100", "credit_code": bodies.credit_code(990000 + number)}
        done = boss.create("party", unit)
        assert done.status in (400, 413), (what, done)


def test_an_account_has_a_mail_address_and_a_telephone_number_and_nothing_else(world):
    """In a mail they stand in its head: a line break there would begin another header."""
    boss, office = world[client.FIRST], world.units["centreA"]

    def add(name, **contact):
        return boss.ask("POST", "/accounts", {"name": name, "display_name": "虚构", "unit": office, **contact})
    wrong = {"email": ("a@example.invalid\r\nBcc: b@example.invalid", "a@example.invalid\n", "a@b@example.invalid", "nobody", "虚构@例子", "a @"),
             "phone": ("13800000001\r\nX-A: b", "13800000001\n", "电话", "123", "1" * 40)}
    for field, texts in wrong.items():
        for number, text in enumerate(texts):
            done = add(f"bad{field}{number}", **{field: text})
            assert done.status == 400 and done.json["detail"].startswith(field + ": must be a"), (text, done)
    assert not client.ask_sql(world, "SELECT 1 FROM account WHERE name LIKE 'bad%'")
    for name, email, phone in (("fullwidth", "Ａ@Example.INVALID", "０２８－８６１２３４５６转12"), ("bare", "", "")):
        assert add(name, email=email, phone=phone).status == 201
    stored = {row[0]: list(row[1:]) for row in client.ask_sql(world, "SELECT name, email, phone FROM account WHERE name IN ('fullwidth', 'bare')")}
    assert stored["fullwidth"] == ["A@example.invalid", "028-86123456#12"] and not any(stored["bare"]), stored
    rows = [["登录名", "姓名", "单位", "电子邮箱", "电话"], ["booked", "虚构", str(office), "a@example.invalid\nBcc: b@example.invalid", ""]]
    done = boss.ask("POST", "/account-imports", raw=bodies.workbook(rows))
    assert done.status == 200 and done.json["made"] == 0 and done.json["items"][0]["reason"].startswith("email: must be a"), done


def test_what_was_stored_before_is_shown_and_no_mail_goes_there(world):
    """A mail address with a line break of an older version: lists show it, its owner signs in, a mail is refused and says why."""
    admin = world["sysadmin"]
    client.run_sql(world, [f"UPDATE account SET email = 'a@example.invalid' || '\r\nBcc: b@example.invalid' WHERE id = {admin.account}"])
    listed = world[client.FIRST].get("/records/account?filter=name=sysadmin")
    assert listed.status == 200 and "\r\n" in listed.json["items"][0]["email"], listed
    body = {"url": "smtp://127.0.0.1:1", "sender": "nobody@example.invalid", "reason": "虚构"}
    assert admin.ask("PUT", "/channels/mail", body).status == 200
    done = admin.ask("POST", "/channels/mail/test")
    assert done.status == 200 and done.json["sent"] is False and "is not a mail address" in done.json["error"], done
    client.run_sql(world, [f"UPDATE account SET email = NULL WHERE id = {admin.account}"])
    assert admin.ask("DELETE", "/channels/mail?reason=x").status == 200


def test_a_paper_prints_what_was_typed(world):
    """All of it in one paper of a unit with such a name: text in Word's and in the PDF, and nothing else."""
    name = "<b>虚构</b>={DDE}&co"
    client.run_sql(world, [f"UPDATE unit SET name = '{name}' WHERE id = {world.units['centreD']}"])
    office = world["province_other"]
    client.enter_register(world, world.units["centreD"], "sx-yunying-draft", "140100")
    case = office.ask("POST", "/cases", {"pack": "sx-yunying-draft", "process": "revocation", "unit": world.units["centreD"],
                                         "fields": {"ground": "other"}}).json["id"]
    client.run_sql(world, [client.taken(case, "tell")])
    values = {"paper.date": "2026-01-05", "decision.facts": "\n".join(SHOWN[:2] + [EMOJI]), "decision.basis": "虚构", "decision.result": "虚构",
              "reply.period": "五日"}
    refused = office.ask("POST", f"/cases/{case}/papers/revocation-notice", {"values": values})
    assert refused.status == 400 and "U+1F469" in refused.json["detail"], refused  # no font has it: the paper is not made without
    for what, text in REFUSED.items():
        if what not in ("line", "tab", "line separator", "paragraph separator", "long"):  # a text of several lines may hold them
            values["decision.facts"] = text
            got = office.ask("POST", f"/cases/{case}/papers/revocation-notice", {"values": values})
            assert got.status == 400, (what, got)
    printed = [text for text in SHOWN if text != EMOJI]
    values["decision.facts"] = "\n".join(printed)
    done = office.ask("POST", f"/cases/{case}/papers/revocation-notice", {"values": values})
    assert done.status == 201, done
    paper = f"/cases/{case}/papers/{done.json['id']}"
    docx = office.get(paper + "/docx")
    assert docx.status == 200, docx
    with zipfile.ZipFile(io.BytesIO(docx.content)) as archive:
        for part in archive.namelist():
            data = archive.read(part)
            if part.endswith((".xml", ".rels")):
                root = ET.fromstring(data)
                assert b"<!" not in data and b"TargetMode" not in data, part
                if part == "word/document.xml":
                    tags = {e.tag.rsplit("}", 1)[1] for e in root.iter()}
                    assert not tags & {"instrText", "hyperlink", "object", "altChunk", "pict"}, tags
                    fields = [e for e in root.iter() if e.tag.endswith(("}fldSimple", "}fldChar"))]
                    assert not fields, fields
                    text = "".join(e.text or "" for e in root.iter() if e.tag.endswith("}t"))
                    for one in printed + [name]:
                        assert unicodedata.normalize("NFC", one).replace(" ", "") in text.replace(" ", ""), one
    pdf = office.get(paper + "/pdf").content
    for sign in (b"/JavaScript", b"/JS", b"/Launch", b"/OpenAction", b"/URI", b"/EmbeddedFile", b"/AA"):
        assert sign not in pdf, sign
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        got = subprocess.run(["pdftotext", "-raw", file.name, "-"], capture_output=True, text=True, check=False)
    if got.returncode == 0:
        flat = re.sub(r"\s", "", got.stdout)
        for one in printed:
            if one.isascii():
                assert re.sub(r"\s", "", one) in flat, one


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN)
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
