#!/usr/bin/env python3
"""cli_test.py ZHIYUN: the command line as a contract: every key, unit and exit code."""
import csv
import fcntl
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
import xml.etree.ElementTree as ET
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import demo_made  # noqa: E402
import ports  # noqa: E402
import store  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
WORK = tempfile.mkdtemp(prefix="zhiyun-cli-")
DATA = os.path.join(WORK, "data")

HEADER = "公开（公告）号,申请号,标题,摘要,申请（专利权）人,发明人,IPC,公开（公告）日,申请日"
ROWS = [("一种电池隔膜", "涂覆陶瓷的隔膜，耐热", "示例甲公司（演示）", "李甲子;王乙丑", "H01M50/417;H01M10/0525", "2015-03-04", "2014-01-02"),
        ("光波导眼镜", "增强现实眼镜的光波导", "示例乙公司（演示）", "赵丙寅", "G02B27/01", "2016-05-06", "2014-02-03"),
        ("电池模组散热结构", "液冷散热", "示例甲公司（演示）", "李甲子", "H01M10/613", "2017-07-08", "2014-03-04")]


def application(series, n):
    """A Chinese application number with its check digit (ZC 0006-2003)."""
    serial = f"2014{series}{n:05d}"
    rest = sum(int(digit) * weight for digit, weight in zip(serial, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5))) % 11
    return f"CN{serial}.{'X' if rest == 10 else rest}"


def csv_text(series="900", replace=()):
    lines = [HEADER]
    for n, row in enumerate(ROWS, 1):
        lines.append(",".join([f"CN1{series}{n:05d}A", application(series, n), *(f'"{cell}"' for cell in row)]))
    text = "\n".join(lines) + "\n"
    for old, new in replace:
        assert old in text
        text = text.replace(old, new)
    return text


def zhiyun(*arguments, data=DATA, stdin=None, env=None):
    command = [ZHIYUN, *(store.words(data) if data else []), *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True,
                          env={**os.environ, **(env or {})}, timeout=600)


def answer(*arguments, code=0, **options):
    done = zhiyun("--json", *arguments, **options)
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return json.loads(done.stdout)


def write(name, text, encoding="utf-8"):
    path = os.path.join(WORK, name)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def refused(done, code=3):
    """One clear message on stderr, no stack of them, and the contract's exit code."""
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert done.stderr.strip(), done


def test_init_makes_an_instance():
    reply = answer("init", data=os.path.join(WORK, "new"))
    assert set(reply) >= {"data", "store", "log_key"}, reply
    assert re.fullmatch(r"zhiyun/[0-9a-f]{16}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}", reply["log_key"]), reply
    keys = os.path.join(WORK, "new", "keys")
    for name in ("log.key", "log.vkey", "seal.key", "index.key"):
        assert os.stat(os.path.join(keys, name)).st_mode & 0o777 == 0o600, name
    assert os.stat(keys).st_mode & 0o777 == 0o700
    assert answer("init", data=os.path.join(WORK, "new")) == reply  # the log keeps its key
    file = os.path.join(WORK, "new", "zhiyun.db")
    assert reply["store"] == f"sqlite:{file}" if not store.SERVER else \
        reply["store"].startswith("postgresql://"), reply
    assert os.path.isfile(file) == (not store.SERVER)


def users(data):
    return {user["name"]: user for user in answer("user", "list", data=data)["users"]}


def test_a_fresh_instance_has_no_account():
    data = os.path.join(WORK, "empty-of-people")
    answer("init", data=data)
    assert users(data) == {}


def test_init_takes_the_first_administrator_from_the_environment():
    data = os.path.join(WORK, "administered")
    secret = {"ZHIYUN_ADMIN": "Anquan", "ZHIYUN_ADMIN_PASSWORD": "a long enough sentence"}
    assert answer("init", data=data, env=secret)["administrator"] == "Anquan"
    assert "administrator" not in answer("init", data=data, env=secret)  # once
    found = users(data)
    assert set(found) == {"anquan"} and found["anquan"]["state"] == "active"
    assert found["anquan"]["roles"] == ["security_administrator"]
    refused(zhiyun("init", data=os.path.join(WORK, "weak"),
                   env={**secret, "ZHIYUN_ADMIN_PASSWORD": "password"}), 3)


def test_people_are_added_linked_and_given_roles_and_tokens():
    data = os.path.join(WORK, "people")
    answer("init", data=data)
    added = answer("user", "add", "Wang.Wu", "--display-name", "王五", "--role",
                   "province_officer", data=data)
    assert added["name"] == "wang.wu"
    link = answer("user", "link", "wang.wu", data=data)
    assert re.fullmatch(r"/w/login#link=[0-9a-f]{64}", link["link"]) and link["link"].endswith(link["token"])
    token = answer("user", "token", "wang.wu", "--scope", "records:read", "--scope", "search",
                   "--days", "7", data=data)
    assert re.fullmatch(r"zhiyun_[0-9a-f]{64}", token["token"]) and token["days"] == 7
    answer("user", "grant", "wang.wu", "province_leader", "--to", "2099-12-31", data=data)
    found = users(data)["wang.wu"]
    assert found["display_name"] == "王五" and found["state"] == "active"
    assert found["roles"] == ["province_officer", "province_leader"]
    answer("user", "disable", "wang.wu", "--reason", "left", data=data)
    assert users(data)["wang.wu"]["state"] == "disabled"
    refused(zhiyun("user", "link", "wang.wu", data=data))
    refused(zhiyun("user", "token", "wang.wu", data=data))
    answer("user", "enable", "wang.wu", data=data)


def test_user_refuses_what_it_cannot_do():
    data = os.path.join(WORK, "people-refused")
    answer("init", data=data)
    answer("user", "add", "someone", data=data)
    for arguments in (["add", "someone"], ["add", "张三"], ["link", "nobody"], ["token", "nobody"],
                      ["add", "other", "--role", "emperor"], ["add", "other", "--unit", "nowhere"],
                      ["grant", "someone", "expert"], ["token", "someone", "--scope", "A;B"], ["token", "someone", "--scope", "record:read"]):
        refused(zhiyun("user", *arguments, data=data))
    assert set(users(data)) == {"someone"}  # a refused role leaves no account behind
    for arguments in ([], ["dance"], ["add"], ["link"], ["grant", "someone"], ["list", "x"],
                      ["add", "x", "--days", "3"], ["token", "someone", "--days", "0"],
                      ["add", "x", "y"]):
        refused(zhiyun("user", *arguments, data=data), 2)


def test_init_with_the_national_suite():
    data = os.path.join(WORK, "national")
    reply = answer("init", "--suite", "sm3-sm2", data=data)
    assert len(reply["log_key"]) > 120, reply
    refused(zhiyun("init", "--suite", "sha256-ed25519", data=data), 3)
    refused(zhiyun("init", "--suite", "md5", data=data), 2)


def test_a_log_that_lost_its_keys_gets_no_new_ones():
    data = os.path.join(WORK, "keyless")
    answer("init", data=data)
    os.rename(os.path.join(data, "keys"), os.path.join(data, "away"))
    done = zhiyun("init", data=data)
    refused(done, 4)
    assert "keys" in done.stderr and not os.path.exists(os.path.join(data, "keys", "log.vkey")), done


def test_a_password_of_the_store_is_never_printed():
    if not store.SERVER:
        raise tap.Skip("a file has no password")
    data = os.path.join(WORK, "secret")
    address = store.address(data) + "&password=geheim"
    for arguments in (["init"], ["--json", "init"], ["search", "(("], ["decision", "show", "999"]):
        done = zhiyun("--data", data, "--store", address, *arguments, data=None)
        assert "geheim" not in done.stdout + done.stderr, done
    done = zhiyun("--data", data, "--store", address.replace("/zhiyun?", "/absent?"), "init", data=None)
    refused(done, 4)
    assert "absent" in done.stderr and "geheim" not in done.stderr, done


def test_a_command_without_instance_says_how_to_make_one():
    done = zhiyun("search", "电池", data=os.path.join(WORK, "absent"))
    refused(done, 4)
    assert "init" in done.stderr


def test_import_counts_and_makes_the_instance():
    reply = answer("import", write("a.csv", csv_text()))
    assert isinstance(reply["seconds"], (int, float))
    entry = reply["files"][0]
    assert entry["format"] == "csv" and entry["rejects"] == []
    assert (entry["records"], entry["inserted"], entry["updated"], entry["unchanged"],
            entry["rejected"]) == (3, 3, 0, 0, 0), entry
    assert entry["file"].endswith("a.csv")


def test_importing_again_changes_nothing():
    entry = answer("import", os.path.join(WORK, "a.csv"))["files"][0]
    assert (entry["records"], entry["inserted"], entry["updated"], entry["unchanged"]) == (3, 0, 0, 3)


def test_a_refused_row_is_listed_and_the_others_go_in():
    bad = csv_text("910", [("CN191000002A", "见附件")])
    done = zhiyun("--json", "import", write("bad.csv", bad))
    assert done.returncode == 0, done
    entry = json.loads(done.stdout)["files"][0]
    assert entry["records"] == entry["inserted"] + entry["updated"] + entry["unchanged"] + entry["rejected"]
    assert entry["rejected"] == 1 and entry["inserted"] == 2, entry
    reject = entry["rejects"][0]
    assert reject["row"] == 3 and reject["reason"] and reject["value"] == "见附件", reject
    assert reject["column"] == "公开（公告）号", reject


def test_an_impossible_date_is_kept_as_written_and_said():
    entry = answer("import", write("date.csv", csv_text("911", [("2016-05-06", "2016-13-99")])))["files"][0]
    assert entry["inserted"] == 3 and entry["warnings"][0]["value"] == "2016-13-99", entry


def test_refused_rows_come_back_as_a_spreadsheet():
    sheet = os.path.join(WORK, "rejects.xlsx")
    answer("import", "--rejects", sheet, os.path.join(WORK, "bad.csv"))
    assert os.path.getsize(sheet) > 1000
    entry = answer("import", "--dry-run", "--map", "公开（公告）号=publication_number", sheet)["files"][0]
    assert entry["format"] == "xlsx" and entry["records"] == 1, entry


def test_a_whole_refused_file_is_exit_3_and_the_others_go_in():
    empty = write("empty.xlsx", b"")
    done = zhiyun("--json", "import", empty, os.path.join(WORK, "a.csv"))
    assert done.returncode == 3, done
    files = json.loads(done.stdout)["files"]
    assert files[0]["records"] == 0 and files[1]["unchanged"] == 3, files


def test_a_missing_file_is_refused():
    done = zhiyun("import", os.path.join(WORK, "nowhere.csv"))
    assert done.returncode == 3 and "nowhere.csv" in done.stdout + done.stderr, done


def test_search_gives_the_contract_keys():
    reply = answer("search", "电池", "-k", "10")
    assert set(reply) >= {"hits", "total", "ms"}, reply
    assert reply["total"] >= 2 and isinstance(reply["ms"], (int, float))
    hit = reply["hits"][0]
    assert set(hit) >= {"id", "number", "title", "score", "highlights"}, hit
    assert "电池" in hit["title"]


def sheet_rows(path):
    """Rows of the first sheet of a workbook, each {column: (type, text)}; no cell is a formula."""
    with zipfile.ZipFile(path) as book:
        root = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    tag = lambda e: e.tag.rpartition("}")[2]
    assert not [e for e in root.iter() if tag(e) == "f"]
    return [{ord(c.get("r")[0]) - ord("A"): (c.get("t"), "".join(t.text or "" for t in c.iter() if tag(t) in ("t", "v")))
             for c in row if tag(c) == "c"} for row in root.iter() if tag(row) == "row"]


def test_all_hits_are_exported_in_the_order_of_the_search_with_numbers_as_text():
    data, numbers = os.path.join(WORK, "export"), [f"CN1970000{n:02}A" for n in range(25)]
    names = ["=1+1", "+86", "-x", "@a", '某"名",公司', "00123"]
    rows = "\n".join(f'"{number}","竹编机{n}","{names[n % len(names)].replace(chr(34), chr(34) * 2)}",2020-01-{25 - n:02},"H01M10/05; G02B6/00",有效'
                     for n, number in enumerate(numbers))
    answer("init", data=data)
    answer("import", write("export-in.csv", "公开（公告）号,标题,申请人,公开（公告）日,IPC分类号,法律状态\n" + rows), "--as-of", "2024-03-01", data=data)
    total = answer("search", "竹编", "--filter", "ipc=H01M", data=data)["total"]
    assert total == 25
    files = {ending: os.path.join(WORK, "all." + ending) for ending in ("csv", "xlsx")}
    for path in files.values():
        done = answer("search", "竹编", "--filter", "ipc=H01M", "--sort", "-date", "--export", path, data=data)
        assert done == {"file": path, "records": total}, done
    with open(files["csv"], "rb") as file:
        raw = file.read()
    assert raw.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    book = sheet_rows(files["xlsx"])
    assert len(table) == len(book) == total + 1
    heads = table[0]
    assert heads[:4] == ["公开（公告）号", "申请号", "标题", "申请人"] and [book[0][n][1] for n in range(len(heads))] == heads
    assert [row[0] for row in table[1:]] == numbers == [row[0][1] for row in book[1:]]
    assert all(row[0][0] in ("s", "inlineStr", "str") for row in book[1:])
    applicant, status = heads.index("申请人"), heads.index("法律状态")
    for n, row in enumerate(table[1:]):
        name = names[n % len(names)]
        assert row[applicant] == ("'" if name[0] in "=+-@0" else "") + name, row
        assert book[n + 1][applicant][1] == name
        assert row[status:status + 2] == ["有效", "2024-03-01"] and row[heads.index("IPC 分类号")] == "H01M10/05; G02B6/00", row
    with open(files["csv"], encoding="utf-8-sig") as file:
        zhiyun("--lang", "en", "search", "竹编", "--export", files["csv"], data=data)
        assert file.readline().startswith('"Publication number","Application number","Title"')
    done = zhiyun("search", "竹编", "--export", os.path.join(WORK, "all.pdf"), data=data)
    assert done.returncode == 2 and ".pdf" in done.stderr, done


def test_hits_and_exports_say_dates_priority_family_owner_and_abstract():
    data, files = os.path.join(WORK, "whole"), {ending: os.path.join(WORK, "whole." + ending) for ending in ("csv", "xlsx")}
    answer("init", data=data)
    answer("import", write("whole-in.csv", "公开（公告）号,标题,摘要,申请人,当前权利人,公开（公告）日,申请日,优先权号,优先权日,简单同族\n"
                           "CN197100001A,藤编机,一种藤编机，含机架。,示例甲公司; 示例丙公司,示例乙公司,2020-01-05,2018-07-02,US62/100001; US62/100002,2017-08-01; 2017-07-03,CN197100001A; US10000001B2\n"
                           "CN197100002A,藤编椅,,示例甲公司,,,,,,"), data=data)
    hits = {hit["number"]: hit for hit in answer("search", "藤编", data=data)["hits"]}
    wanted = {"publication_date": "2020-01-05", "application_date": "2018-07-02", "priority_date": "2017-07-03", "applicants": "示例甲公司; 示例丙公司",
              "assignee": "示例乙公司", "abstract": "一种藤编机，含机架。"}
    hit = hits["CN197100001A"]
    assert {name: hit.get(name) for name in wanted} == wanted and "US10000001B2" in hit["family"], hit
    assert not set(hits["CN197100002A"]) & {"publication_date", "application_date", "priority_date", "family", "assignee", "abstract"}, hits
    for path in files.values():
        answer("search", "藤编", "--export", path, data=data)
    with open(files["csv"], encoding="utf-8-sig", newline="") as file:
        heads, *rows = csv.reader(file)
    book = sheet_rows(files["xlsx"])
    assert [book[0][n][1] for n in range(len(heads))] == heads
    row = dict(zip(heads, next(row for row in rows if row[0] == "CN197100001A")))
    assert [row[head] for head in ("公开（公告）日", "申请日", "最早优先权日", "申请人", "当前权利人", "摘要", "同族")] == [*wanted.values(), hit["family"]], row


def test_every_spelling_of_a_number_finds_its_record():
    number = application("900", 1)
    for spelling in ("CN190000001A", "CN190000001", number, number.replace("CN", "ZL"), number[2:14]):
        numbers = [hit["number"] for hit in answer("search", spelling)["hits"]]
        assert "CN190000001A" in numbers, (spelling, numbers)


def test_filters_are_exact():
    everything = answer("search", "")["total"]
    optics = answer("search", "", "--filter", "ipc=G02B")["total"]
    batteries = answer("search", "", "--filter", "ipc=H01M")["total"]
    assert 0 < optics < batteries < everything == optics + batteries, (optics, batteries, everything)
    assert answer("search", "", "--filter", "date=2017..2017")["total"] >= 1
    assert answer("search", "", "--filter", "date=1901..1902")["total"] == 0
    reply = answer("search", "电池", "--filter", "applicant=示例甲*")
    assert reply["total"] >= 2, reply


def test_an_error_in_a_query_points_at_the_character():
    done = zhiyun("search", "电池 AND")
    refused(done)
    done = zhiyun("--lang", "en", "search", "(电池")
    refused(done)
    assert any(char.isdigit() for char in done.stderr), done.stderr


def test_usage_errors_are_exit_2():
    for arguments in (["search"], ["search", "x", "-k", "none"], ["search", "x", "--no-such"],
                      ["nonsense"], ["import"], ["landscape"], ["match"], ["search", "x", "-k", "0"],
                      ["search", "x", "--facets=no"], ["import", "--dry-run=no", "x.csv"]):
        done = zhiyun(*arguments)
        assert done.returncode == 2 and done.stderr, (arguments, done)
    assert zhiyun(data=None).returncode == 2


def test_help_is_exit_0_in_both_languages():
    for lang in ("zh", "en"):
        done = zhiyun("--lang", lang, "help", data=None)
        assert done.returncode == 0 and "import" in done.stdout
        done = zhiyun("--lang", lang, "import", "--help", data=None)
        assert done.returncode == 0 and "--rejects" in done.stdout


def test_match_answers_with_reasons():
    need = write("need.txt", "我们需要一种耐热的电池隔膜，最好涂覆陶瓷，用于锂电池。")
    reply = answer("match", "--text", need, "-k", "5")
    assert set(reply) >= {"hits", "total", "ms"}
    assert reply["hits"][0]["number"] == "CN190000001A", reply["hits"]
    assert reply["hits"][0]["reasons"] and reply["hits"][0]["reasons"][0]["value"]
    same = answer("match", "--text", "-", "-k", "5", stdin="我们需要一种耐热的电池隔膜，最好涂覆陶瓷，用于锂电池。")
    assert [hit["id"] for hit in same["hits"]] == [hit["id"] for hit in reply["hits"]]


def pdf_of(text):
    """A PDF of one line."""
    parts = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
             b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
             b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    content = f"BT /F 12 Tf 20 200 Td ({text}) Tj ET".encode() if text else b""
    parts[3] = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)


def docx_of(text, more=()):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml"'
                      ' ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
        book.writestr("word/document.xml", '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
                      f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>")
        for name, content in more:
            book.writestr(name, content)
    return buffer.getvalue()


def test_a_text_to_match_may_be_a_document():
    docx = docx_of("我们需要一种耐热的电池隔膜，最好涂覆陶瓷，用于锂电池。")
    for name in ("need.docx", "need", "need.txt"):  # by what it is, whatever it is called
        assert answer("match", "--text", write(name, docx), "-k", "1")["hits"][0]["number"] == "CN190000001A"
    other = os.path.join(WORK, "english")
    answer("import", write("english.csv", csv_text("901", [("一种电池隔膜", "Heat resistant battery separator")])), data=other)
    read = answer("match", "--text", write("need.pdf", pdf_of("a separator that resists heat, for a battery")), "-k", "1", data=other)
    assert [hit["title"] for hit in read["hits"]] == ["Heat resistant battery separator"], read


def test_what_is_no_text_to_match_is_refused():
    with open(ZHIYUN, "rb") as file:
        program = file.read(40000)
    for name, content in (
            ("a.bin", program), ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(200)), ("a.gz", gzip.compress(b"x" * 3000)),
            ("nul.txt", "电池".encode() + bytes(9)), ("cut.pdf", pdf_of("battery")[:120]), ("empty.pdf", pdf_of("")),
            ("cut.docx", docx_of("电池")[:-40]), ("macro.docx", docx_of("电池", [("word/vbaProject.bin", b"x")]))):
        done = zhiyun("match", "--text", write(name, content))
        refused(done)
        assert f"{name}：" in done.stderr, (name, done.stderr)


def test_an_empty_text_to_match_is_refused():
    refused(zhiyun("match", "--text", write("blank.txt", " \n")))
    refused(zhiyun("match", "--text", os.path.join(WORK, "no-such.txt")))


def test_a_text_in_another_encoding_is_read_as_what_it_says():
    text = "我们需要一种耐热的电池隔膜，最好涂覆陶瓷，用于锂电池。"
    for encoding in ("gb18030", "utf-16", "utf-8-sig"):
        reply = answer("match", "--text", write("need-other.txt", text, encoding), "-k", "1")
        assert [hit["number"] for hit in reply["hits"]] == ["CN190000001A"], (encoding, reply)


def test_a_text_up_to_the_limit_is_taken_and_a_longer_one_refused():
    limit = 1 << 20
    text = "电池隔膜" + "x " * limit
    answer("match", "--text", write("long.txt", text.encode()[:limit]), "-k", "1")
    refused(zhiyun("match", "--text", write("too-long.txt", text.encode()[:limit + 1]), "-k", "1"))


def test_an_answer_that_cannot_be_written_is_exit_4():
    for arguments in (["search", "电池"], ["--json", "search", "电池"], ["dump"], ["landscape", "--by", "year"]):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([ZHIYUN, *store.words(DATA), *arguments], stdout=full,
                                  stderr=subprocess.PIPE, timeout=600)
        assert done.returncode == 4 and done.stderr, (arguments, done)


def test_a_store_that_another_process_keeps_is_told_not_passed_over():
    data = os.path.join(WORK, "held")
    answer("init", data=data)
    with store.held(data):
        refused(zhiyun("demo", data=data), 4)  # after the 10 s that a writer waits


def test_a_store_that_would_be_gone_at_the_end_is_refused():
    refused(zhiyun("--data", DATA, "--store", "sqlite::memory:", "import",
                   os.path.join(WORK, "a.csv"), data=None))


def test_landscape_gives_cells_and_a_total():
    reply = answer("landscape", "--by", "year")
    assert set(reply) >= {"cells", "total", "ms"}
    assert sum(cell["count"] for cell in reply["cells"]) == reply["total"]
    assert all(isinstance(cell["key"], list) and len(cell["key"]) == 1 for cell in reply["cells"])
    reply = answer("landscape", "--by", "year,ipc4", "--filter", "ipc=H01M")
    assert all(len(cell["key"]) == 2 for cell in reply["cells"])
    for dimension in "office ipc1 ipc3 ipc4 ipc7 ipc cpc1 cpc3 cpc4 cpc7 applicant standard_applicant inventor assignee agency country region status type wipo35 sei".split():
        assert answer("landscape", "--by", dimension)["cells"], dimension
    refused(zhiyun("landscape", "--by", "colour"))


def test_landscape_draws_bars():
    done = zhiyun("landscape", "--by", "year")
    assert done.returncode == 0 and "█" in done.stdout, done


def test_reindex_keeps_answers():
    before = [hit["id"] for hit in answer("search", "电池")["hits"]]
    assert "changes" in answer("reindex")
    assert [hit["id"] for hit in answer("search", "电池")["hits"]] == before


def test_openapi_describes_every_resource():
    reply = answer("openapi", data=None)
    assert reply["openapi"].startswith("3.1")
    assert {"/api/v1/search", "/api/v1/match", "/api/v1/landscape", "/api/v1/patents/{id}",
            "/api/v1/imports", "/api/v1/records/{type}", "/healthz"} <= set(reply["paths"])
    of_types = answer("openapi", "--types", data=None)
    assert "/api/v1/records/deal/{id}" in of_types["paths"] and "deal_create" in of_types["components"]["schemas"]
    refused(zhiyun("openapi", "deal"), code=2)


def test_serve_refuses_an_address_open_to_others():
    for address in ("0.0.0.0:0", "[::]:0", f"[{'1' * 45}]:0", f"{'1' * 60}:0", "[]:0", ":", "127.0.0.1:65536"):
        refused(zhiyun("serve", "--listen", address))


def test_import_beside_a_server_is_found_by_it():
    port = ports.free_port()
    server = subprocess.Popen([ZHIYUN, *store.words(DATA), "--quiet", "serve", "--listen", f"127.0.0.1:{port}"])
    try:
        def get(path):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=600) as reply:
                return json.loads(reply.read())
        for _ in range(6000):
            try:
                get("/healthz")
                break
            except OSError:
                time.sleep(0.1)
        more = csv_text("920", [("光波导", "耳蜗植入体")])
        assert answer("import", write("beside.csv", more))["files"][0]["inserted"] == 3
        for _ in range(6000):
            found = get("/api/v1/search?query=%E8%80%B3%E8%9C%97")["total"]
            if found:
                break
            time.sleep(0.1)
        assert found == 1, found
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=600) == 0


def test_the_demo_is_refused_beside_a_server_before_it_writes():
    data = os.path.join(WORK, "beside")
    answer("init", data=data)
    port = ports.free_port()
    server = subprocess.Popen([ZHIYUN, *store.words(data), "--quiet", "serve", "--listen", f"127.0.0.1:{port}"],
                              stderr=subprocess.DEVNULL)
    try:
        with open(os.path.join(data, "log.lock"), "ab") as lock:
            for _ in range(6000):  # until the server keeps the log
                try:
                    fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    break
                fcntl.flock(lock, fcntl.LOCK_UN)
                time.sleep(0.1)
            else:
                raise AssertionError("the server never keeps the log")
        done = zhiyun("demo", data=data)
        refused(done, 4)
        assert data in done.stderr and len(done.stderr.strip().splitlines()) == 1, done
        assert not os.path.exists(os.path.join(data, "demo"))
        assert [int(row[0]) for row in store.run(data, "SELECT count(*) FROM publication_key")] == [0]
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=600) == 0


def test_the_demo_never_mixes_with_records():
    refused(zhiyun("demo"))
    again = zhiyun("init")
    assert again.returncode == 0 and again.stdout, again


def test_facets_are_shown_to_people_too():
    assert "H01M" in zhiyun("search", "", "--facets").stdout


def test_a_wrong_option_of_import_is_usage():
    for arguments in (["--format", "nosuch"], ["--map", "x"], ["--map", "x=nofield"]):
        assert zhiyun("import", *arguments, os.path.join(WORK, "a.csv")).returncode == 2, arguments


def test_demo_is_large_and_plainly_fictional():
    demo = os.path.join(WORK, "demo")
    demo_made.copy_to(ZHIYUN, demo)
    reply = answer("demo", data=demo)  # what is there is not lived again: demo_test.py
    assert reply["patents"] >= 3000 and reply["needs"] >= 60
    needs = os.listdir(os.path.join(demo, "demo", "needs"))
    assert len(needs) >= 60
    assert answer("search", "", data=demo)["total"] == reply["patents"]
    hits = answer("match", "--text", os.path.join(demo, "demo", "needs", sorted(needs)[0]), data=demo)["hits"]
    assert hits and all("演示" in hit["applicant"] for hit in hits), hits
    assert reply["parties"] >= 30 and reply["cases"] >= 50 and reply["records"] >= 2000, reply
    assert answer("verify", data=demo)["ok"]
    assert answer("search", "", data=demo)["total"] == reply["patents"]


def test_a_stored_party_is_judged_and_a_threshold_tried():
    demo, pack = os.path.join(WORK, "demo"), ("--pack", "sc-yunying-2025", "--as-of", "2026-05-20")
    said = answer("simulate", *pack, "--set", "staff-count=8", data=demo)
    assert said["outside"] >= 2 and said["judged"] + said["outside"] >= answer("demo", data=demo)["parties"] and said["refused"] == [] and len(said["changed"]) >= 5, said
    deals = []  # (changed, its deals, its verdict): some have no deal yet
    for changed in said["changed"]:
        assert set(changed) == {"party", "name", "before", "after", "because"} and "演示" in changed["name"], changed
        assert [b["criterion"] for b in changed["because"]] == ["staff-count"], changed
        before = answer("check", *pack, "--party", changed["party"], data=demo, code=int(changed["before"] == "fail"))
        assert before["verdict"] == changed["before"], before
        counted = next(c for c in before["criteria"] if c["id"] == "staff-count")
        assert (counted["value"]["at_least"] if isinstance(counted["value"], dict) else counted["value"]) < 8, counted
        deals.append((changed, next(c for c in before["criteria"] if c["id"] == "cumulative-amount")["rows"][0]["in"], before))
    changed, rows, before = max(deals, key=lambda of: len(of[1]))
    assert rows and all(r["source"]["type"] == "deal" and len(r["source"]["files"][0]["digest"]) == 64 for r in rows), rows
    assert answer("simulate", *pack, "--set", "staff-count=5", data=demo)["changed"] == []
    facts = zhiyun("facts", *pack, "--question", "apply", "--party", changed["party"], data=demo)
    assert facts.returncode == 0 and facts.stdout == zhiyun("facts", *pack, "--question", "apply", "--party",
                                                            changed["party"], data=demo).stdout, facts
    alone = answer("check", "--pack", "sc-yunying-2025", "--facts", write("party.json", facts.stdout),
                   code=int(changed["before"] == "fail"))
    assert [(c["id"], c["pass"], c["value"]) for c in alone["criteria"]] == \
        [(c["id"], c["pass"], c["value"]) for c in before["criteria"]], alone
    refused(zhiyun("facts", "--party", "nobody", data=demo))
    tree = zhiyun("check", *pack, "--party", changed["party"], "--explain", data=demo).stdout
    assert "staff-count" in tree and "staff[1]" in tree and rows[0]["source"]["files"][0]["digest"] in tree, tree
    for wrong in (("--party", "91990000MADEM9999X"), ("--party", changed["party"], "--as-of", "2026-02-30"),
                  ("--party", changed["party"], "--question", "dance")):
        refused(zhiyun("check", "--pack", "sc-yunying-2025", *wrong, data=demo))
    refused(zhiyun("simulate", *pack, "--set", "staff-count=8 元", data=demo))
    refused(zhiyun("simulate", *pack, "--set", "staff-count=8", "--question", "zz", data=demo))
    assert zhiyun("simulate", *pack, data=demo).returncode == 2
    assert zhiyun("check", *pack, data=demo).returncode == 2


OWN_TYPE = """name: lamp
label: {zh: 灯, en: Lamp}
key: [no]
duty: own
dated: [created]
list: [no, watt]
fields:
  - {name: no, type: text, required: true, label: {zh: 编号, en: Number}}
  - {name: watt, type: int, label: {zh: 功率, en: Power}, min: 0, unit: W}
access:
  - {roles: [centre_staff], relation: own_unit, verbs: [read, create, change]}
"""


def own_type(data, text, name="lamp"):
    os.makedirs(os.path.join(data, "types"), exist_ok=True)
    with open(os.path.join(data, "types", name + ".yaml"), "w", encoding="utf-8") as file:
        file.write(text)


YEAR = ("# made up for tests\ndate,kind,holiday\n" + "".join(f"2027-{day},rest,x\n" for day in (
    "01-01", "01-02", "01-03", "01-04", "05-01", "10-01", "10-02", "10-03", "10-04", "10-05")) + "2027-10-09,work,x\n")


def test_a_further_year_of_working_days_is_imported_once():
    rule = ("deadline", "--pack", "sc-yunying-2025", "--rule", "publicity", "--from", "2026-12-30")
    before = answer(*rule)
    assert (before["due"], before["provisional"], before["count_by"]) == ("2027-01-07", True, "2027-01-01"), before
    years = answer("calendar", "list")["years"]
    assert [y["year"] for y in years] == list(range(2004, 2027)) and all(y["built_in"] for y in years), years
    assert years[-1]["working_days"] + years[-1]["days_off"] == 365, years[-1]
    late = 1
    store.run(DATA, "INSERT INTO deadline (version, state, type, record_id, title, pack, pack_version, pack_digest,"
              " rule_id, rule, carries, from_date, entered, due_date, count_by, clause, issued_ms) VALUES (1, 'open',"
              " 'centre', 1, '公示', 'sc-yunying-2025', '1', '0', 'publicity', 'WD5', 0, '2026-12-30', 0,"
              " '2027-01-06', '2027-01-01', '七(三)', 0)")
    said = answer("calendar", "import", write("2027.csv", YEAR))
    assert (said["year"], said["days"], said["added"], said["source"]) == (2027, 11, True, "made up for tests"), said
    assert said["recounted"] == [{"id": late, "title": "公示", "before": "2027-01-06", "due": "2027-01-08",
                                  "provisional": False}], said
    assert store.run(DATA, "SELECT due_date, version FROM deadline") == [["2027-01-08", "2"]]
    after = answer(*rule)
    assert (after["due"], after["provisional"], after["count_by"]) == ("2027-01-08", False, None), after
    again = answer("calendar", "import", write("2027.csv", YEAR.replace("\n", "\r\n")))
    assert again["added"] is False and again["recounted"] == [], again
    assert answer("calendar", "list")["years"][-1]["source"] == "made up for tests"
    other = zhiyun("calendar", "import", write("other.csv", YEAR + "2027-06-09,rest,x\n"))
    assert other.returncode == 3 and "2027-06-09" in other.stderr, other
    for text, word in (("", "wrong.csv"), (YEAR + "2027-06-31,rest,x\n", "2027-06-31"), (YEAR.split("\n", 1)[1], "#"),
                       (YEAR.replace("10-01,rest", "10-06,rest"), "2027-10-01")):
        wrong = zhiyun("calendar", "import", write("wrong.csv", text))
        assert wrong.returncode == 3 and word in wrong.stderr and len(wrong.stderr.splitlines()) == 1, (text, wrong)
    assert zhiyun("calendar", "import").returncode == 2 and zhiyun("calendar", "forget").returncode == 2
    assert answer("verify")["ok"] is True


MINI = """id: mini
version: "1"
document:
  title: 某省办法
  number: 某省〔2026〕1号
  issuer: 某省局
  jurisdiction: "510000"
  status: in_force
  issued: 2026-01-01
  effective: 2026-02-01
indicators:
  - {id: staff, fold: count, unit: 人, from: [staff], label: 工作人员}
criteria:
  - {id: staff-count, clause: 一, quote: 工作人员不少于5人, test: staff >= 5 人}
questions:
  - {id: apply, label: 申报, criteria: [staff-count]}
"""


def mini_pack(text=MINI):
    folder = os.path.join(DATA, "packs", "mini")
    os.makedirs(os.path.join(folder, "indicators"), exist_ok=True)
    for name, content in (("pack.yaml", text), ("source.txt", "第一条 工作人员不少于5人。\n"),
                          ("indicators/staff.sql", "SELECT id_number AS key, 1 AS test FROM fact_staff\n"
                                                   "WHERE subject = :subject\n")):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(content)
    return folder


def test_an_own_pack_is_signed_and_shows_its_digest():
    folder = mini_pack()
    said = answer("pack", "sign", "mini")
    listed = [pack for pack in answer("pack", "list")["packs"] if pack["id"] == "mini"][0]
    assert said["digest"] == listed["digest"] and len(said["digest"]) == 64, (said, listed)
    with open(os.path.join(folder, "pack.sig"), encoding="utf-8") as file:
        note = file.read()
    assert note.startswith(f"zhiyun policy pack\nmini\n1\n{said['digest']}\n\n\u2014 zhiyun-packs/"), note
    assert oct(os.stat(os.path.join(DATA, "keys", "pack.key")).st_mode & 0o777) == "0o600"
    assert answer("pack", "sign", "mini") == said  # the same key, and Ed25519 is deterministic
    assert zhiyun("pack", "sign", "sc-yunying-2025").returncode == 3
    assert zhiyun("pack", "sign").returncode == 2


def test_a_decision_is_said_again_and_compared_with_another_version():
    digest = answer("pack", "list")["packs"]
    digest = [pack["digest"] for pack in digest if pack["id"] == "mini"][0]
    folder = mini_pack()
    files = [(f"mini/{name}", open(os.path.join(folder, name), encoding="utf-8").read())
             for name in ("indicators/staff.sql", "pack.yaml", "source.txt")]
    archive = "zhiyun pack files 1\n" + "".join(
        f"{len(text.encode())} {name}\n{text}\n" for name, text in files)
    assert hashlib.sha256(archive.encode()).hexdigest() == digest
    facts = '{"as_of":"2026-03-01","staff":[{"id_number":"1"},{"id_number":"2"},{"id_number":"3"}]}'
    verdict = zhiyun("--json", "check", "--pack", "mini", "--facts", write("mini.json", facts)).stdout.strip()
    assert json.loads(verdict)["verdict"] == "fail" and json.loads(verdict)["digest"] == digest, verdict
    store.run(DATA, f"INSERT INTO pack_files VALUES ('{digest}', 'mini', '1', '{archive}', 0)")
    store.run(DATA, "INSERT INTO decision (version, state, party, question, pack, pack_version, pack_digest, as_of,"
              " facts, facts_digest, verdict, answer, calendar_year, decided_ms) VALUES (1, 'stands', 'P', 'apply',"
              f" 'mini', '1', '{digest}', '2026-03-01', '{facts}', '{hashlib.sha256(facts.encode()).hexdigest()}',"
              " 'fail', '" + verdict.replace("'", "''") + "', 2026, 0)")
    one = answer("decision", "list", "--pack", "mini")["decisions"]
    assert [(d["party"], d["verdict"], d["stands"], d["amends"]) for d in one] == [("P", "fail", True, None)], one
    number = str(one[0]["id"])
    assert answer("pack", "amend", "mini")["decisions"] == []
    mini_pack(MINI.replace('version: "1"', 'version: "2"').replace(">= 5", ">= 3"))
    again = answer("decision", "show", number)
    assert again["same"] is True and again["again"] == again["answer"] == json.loads(verdict), again
    moved = answer("pack", "amend", "mini")
    assert moved["version"] == "2" and moved["decisions"] == [
        {"id": one[0]["id"], "party": "P", "question": "apply", "version": "1", "before": "fail", "after": "pass",
         "changed": ["staff-count"]}], moved
    store.run(DATA, "UPDATE decision SET answer = '{}'")
    assert answer("decision", "show", number, code=1)["same"] is False
    store.run(DATA, "UPDATE decision SET facts = '{}'")
    assert zhiyun("decision", "show", number).returncode == 4
    assert zhiyun("decision", "show", "999").returncode == 3
    assert zhiyun("decision", "show").returncode == 2 and zhiyun("decision").returncode == 2
    store.run(DATA, "DELETE FROM decision")
    shutil.rmtree(folder)


def test_types_are_listed():
    listed = {t["name"]: t for t in answer("types", "list", data=os.path.join(WORK, "absent"))["types"]}
    deal = listed["deal"]
    assert deal["label"] == {"zh": "交易", "en": "Deal"} and deal["table"] == "record_deal"
    assert deal["owner"] == "unit" and deal["fields"] > 10 and len(deal["digest"]) == 64
    assert "roles" not in listed and "facts" not in listed
    assert "交易" in zhiyun("types", "list").stdout


def test_types_lint_says_file_line_and_reason():
    assert answer("types", "lint", data=os.path.join(WORK, "absent")) == {"findings": []}
    path = write("lamp.yaml", OWN_TYPE.replace("list: [no, watt]", "list: [no, wat]"))
    found = answer("--lang", "en", "types", "lint", path, code=1)["findings"]
    assert found == [{"file": path, "line": 6,
                      "reason": '"list" names "wat", which is no field (did you mean "watt"?)'}], found
    for_people = zhiyun("--lang", "en", "types", "lint", path)
    assert for_people.returncode == 1 and for_people.stdout.startswith(f"{path}:6: "), for_people
    refused(zhiyun("types", "lint", os.path.join(WORK, "nothing.yaml")))
    assert zhiyun("types").returncode == 2 and zhiyun("types", "list", "x").returncode == 2


def test_files_given_to_lint_may_name_each_other():
    lamp = write("lamp.yaml", OWN_TYPE)
    shade = write("shade.yaml", OWN_TYPE.replace("name: lamp", "name: shade").replace(
        "type: int,", "type: ref, to: lamp,").replace(", min: 0, unit: W", ""))
    assert answer("types", "lint", lamp, shade) == {"findings": []}
    assert answer("types", "lint", shade, code=1)["findings"]


def test_an_instance_has_types_of_its_own():
    data = os.path.join(WORK, "own")
    answer("init", data=data)
    assert store.has_table(data, "record_deal") and not store.has_table(data, "record_lamp")
    own_type(data, OWN_TYPE)
    assert "lamp" in {t["name"] for t in answer("types", "list", data=data)["types"]}
    answer("search", "x", data=data)
    assert store.has_table(data, "record_lamp")


def test_an_instance_has_dictionaries_of_its_own():
    data = os.path.join(WORK, "dictionary")
    answer("init", data=data)
    os.makedirs(os.path.join(data, "types", "dictionaries"))
    with open(os.path.join(data, "types", "dictionaries", "socket.yaml"), "w", encoding="utf-8") as file:
        file.write("name: socket\nlabel: {zh: 灯座, en: Socket}\nvalues:\n  - {code: e27, zh: 大, en: Large}\n")
    own_type(data, OWN_TYPE.replace("type: int,", "type: enum, dictionary: socket,").replace(", min: 0, unit: W", ""))
    assert answer("types", "lint", data=data) == {"findings": []}
    answer("search", "x", data=data)
    assert store.has_table(data, "record_lamp")


def test_a_wrong_type_of_an_instance_stops_every_command():
    data = os.path.join(WORK, "wrong")
    answer("init", data=data)
    own_type(data, OWN_TYPE.replace("key: [no]", "key: [number]"))
    done = zhiyun("--lang", "en", "search", "x", data=data)
    refused(done, 3)
    assert "lamp.yaml:3" in done.stderr and "zhiyun types lint" in done.stderr, done.stderr
    assert len(answer("types", "lint", data=data, code=1)["findings"]) == 1


def test_a_type_that_does_not_fit_what_is_stored_is_refused_at_start():
    data = os.path.join(WORK, "unfit")
    answer("init", data=data)
    own_type(data, OWN_TYPE)
    answer("search", "x", data=data)
    store.run(data, "INSERT INTO record_lamp (version, state, owner_unit, owner_province, secrecy, published,"
              " created_ms, created_by, changed_ms, changed_by, no, watt)"
              " VALUES (1, 'active', 1, '51', 1, 0, 0, 0, 0, 0, 'A', 40)")
    own_type(data, OWN_TYPE.replace("min: 0", "min: 60"))
    done = zhiyun("--lang", "en", "search", "x", data=data)
    refused(done, 3)
    assert "watt" in done.stderr and "records 1 (1 in all)" in done.stderr, done.stderr
    own_type(data, OWN_TYPE.replace("min: 0", "min: 30"))
    answer("search", "x", data=data)


if __name__ == "__main__":
    try:
        tap.run(sys.modules[__name__])
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
