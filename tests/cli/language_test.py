#!/usr/bin/env python3
"""language_test.py ZHIYUN: what a person reads is in the language asked for, all of it.

Every command below runs twice, in Chinese and in English, on the demo instance. Judged by character
class: Chinese output has no run of three English words besides identifiers (names of fields, formats,
options, units of the interface) and paths; English output has no Han besides data.
"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import demo_made  # noqa: E402
import ports  # noqa: E402
import tap  # noqa: E402

ZHIYUN = None
FOLDER = tempfile.TemporaryDirectory()
DATA = os.path.join(FOLDER.name, "data")
HAN = re.compile(r"[\u3400-\u9fff]+")
# Names that are typed and read as they are, in either language.
IDENTIFIERS = set("""
    year applied granted office ipc cpc locarno ipc1 ipc3 ipc4 ipc7 cpc1 cpc3 cpc4 cpc7 applicant inventor assignee agent agency
    country region city standard ans family cites citedby cited
    county status type wipo35 sei title abstract claims description number date topic file row value
    column format name AND OR NOT active pending inactive invention utility design plant other unknown
    xlsx xls csv json sql gbt7714 zip gz zst JSON Lines UTF GB CSV TSV XML USPTO EPO DOCDB OPS
    XLSX XLS HTML Excel Green Book Red MySQL CNKI zhiyun import search match show landscape serve help init
    demo reindex openapi dump Title Abstract Doe Jane IPC CPC FI US WIPO GET POST Zhiyun
    true false string integer Content Type application GB/T SQLite ZIP
""".split())
WORD = re.compile(r"[A-Za-z][A-Za-z]+(?:['’][a-z]+)?")
ENGLISH = re.compile(r"[A-Za-z]{2,}(?:['’][a-z]+)?(?:[ ,;.()]+[A-Za-z]{2,}(?:['’][a-z]+)?){2}")
# Values of data that an English sentence shows as examples of what may be typed.
EXAMPLES = ["四川", "中国", "标题", "公开号", "申请人", "发明", "授权发明", "发明授权", "发明申请", "发明公开",
            "实用新型", "外观设计", "有效", "审中", "失效", "华为",
            "未知", "战略性新兴产业", "国省代码", "列名"]


def path(name, content=None):
    full = os.path.join(FOLDER.name, name)
    if content is not None:
        with open(full, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
    return full


def run(lang, *args, stdin=None, data=DATA):
    done = subprocess.run([ZHIYUN, "--lang", lang, "--data", data, *args], capture_output=True,
                          input=stdin, timeout=600, cwd=FOLDER.name)
    return done.returncode, (done.stdout + done.stderr).decode()


def without_paths(text):
    text = text.replace(FOLDER.name, "")
    text = re.sub(r"[\w./-]*/[\w./-]+", "·", text)      # paths, H01M10/052, application/json
    text = re.sub(r"--?[a-z][a-z-]*|\w+[=:_][\w=:_|*]*", "·", text)  # options, name=value, snake_case
    return re.sub(r"\w+\.(?:xlsx|csv|json|txt|zip|xls|html|png|xml|svg|db)\b", "·", text)


def english_in(text):
    """Runs of three English words that are no identifiers."""
    plain = WORD.sub(lambda m: "·" if m[0] in IDENTIFIERS else m[0], without_paths(text))
    return ENGLISH.findall(plain)


def han_in(text, data=()):
    for known in sorted([*EXAMPLES, *data], key=len, reverse=True):
        text = text.replace(known, "")
    return HAN.findall(text)


def check(args, code, data=(), stdin=None, where=None):
    for lang in ("zh", "en"):
        got, text = run(lang, *args, stdin=stdin, data=where or DATA)
        assert got in (code if isinstance(code, tuple) else (code,)), \
            f"{lang} {args}: exit {got}, not {code}: {text}"
        assert text.strip(), f"{lang} {args}: says nothing"
        if lang == "zh":
            assert HAN.search(text), f"{args}: no Chinese in: {text}"
            assert not english_in(text), f"{args}: English in: {text}\n{english_in(text)}"
        else:
            assert not han_in(text, data), f"{args}: Chinese in: {text}\n{han_in(text, data)}"


def test_the_judge_tells_english_and_chinese_apart(_=None):
    assert english_in("there is no such file")
    assert not english_in("字段有 title, abstract, claims；选项 --map 列名=field")
    assert not english_in("无法打开 /tmp/some/long/path.xlsx")
    assert han_in("没有这个文件") and not han_in("no region: 四川, 510100")


def test_help_of_every_command(_=None):
    commands = ["init", "import", "search", "match", "landscape", "serve", "openapi", "reindex", "demo",
                "backup", "restore", "migrate-store", "doctor", "dump"]
    check(["help"], 0)
    for command in commands:
        check(["help", command], 0)
        check([command, "--no-such-option"], 2)
    check([], 2)
    check(["nonsense"], 2)


def test_usage_errors(_=None):
    check(["search"], 2)
    check(["match"], 2)
    check(["landscape"], 2)
    check(["import"], 2)
    check(["search", "x", "-k", "none"], 2)
    check(["search", "x", "-k"], 2)
    check(["search", "x", "y"], 2)
    check(["search", "x"], 4, where=path("nothing-here"))
    for lang in ("zh", "en"):
        code, text = run(lang, "--lang", "fr", "help")
        assert code == 2 and (lang == "zh") == bool(HAN.search(text)), text


def test_the_demo_is_made(_=None):
    text = demo_made.copy_to(ZHIYUN, DATA)  # that of its making
    assert HAN.search(text) and not english_in(text), text
    code, text = run("zh", "demo")
    assert code == 0 and not english_in(text), text
    code, text = run("en", "demo")
    assert code == 0 and not han_in(text), text


def test_searches_and_faults_in_queries(_=None):
    for query in ["(电池", "电池)", "AND", "电池 AND", "OR 电池", "NOT", "nofield:x", "标题:",
                  "date:2019..x", "date:2024..2019", "ipc:ZZZ", "电池*充电*", "\"电池", "()", "number:x",
                  "office:Nowhere", "region:Nowhere", "status:Nowhere", "type:Nowhere", "locarno:x"]:
        for lang in ("zh", "en"):
            code, text = run(lang, "search", query)
            assert code in (0, 3), f"{query}: {code} {text}"
            if code == 0:
                continue
            if lang == "zh":
                assert HAN.search(text.replace(query, "")) and not english_in(text), f"{query}: {text}"
            else:
                assert not han_in(text, HAN.findall(query)), f"{query}: {text}"
    for name in ["office=Nowhere", "ipc=ZZZ", "cpc=x", "locarno=x", "applicant=", "region=Nowhere",
                 "date=x", "date=2024..2019", "status=Nowhere", "type=Nowhere", "number=x", "cited=x", "cites=x", "topic=x",
                 "office", "title=x", "year=x", "=", "wipo35="]:
        check(["search", "x", "--filter", name], 3)
    check(["search", "x", "--sort", "nowhere"], 3)
    check(["search", "x", "--matcher", "none"], 3)
    for args in (["search", "", "--filter", "applicant=nobody"], ["search", "zzzzqqq"]):
        code, text = run("zh", *args)
        assert code == 0 and not english_in(text), text
        code, text = run("en", *args)
        assert code == 0 and not han_in(text), text


def test_matches_and_landscapes(_=None):
    empty = path("empty.txt", "")
    check(["match", "--text", empty], 3)
    check(["match", "--text", path("absent.txt")], 3)
    check(["landscape", "--by", "nothing"], 3)
    check(["landscape", "--by", "year,year,year,year"], 3)
    for by in ("status", "type", "office", "year,status", "wipo35", "sei"):
        code, text = run("zh", "landscape", "--by", by)
        assert code == 0 and not english_in(text), text
        code, text = run("en", "landscape", "--by", by)
        assert code == 0 and not han_in(text), text


def test_files_that_are_refused(_=None):
    table = "Publication Number,Title\n" + "".join(f"CN10819{i:04d}A,a battery\n" for i in range(3))
    with zipfile.ZipFile(path("cut.zip"), "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("a.csv", table * 50)
    with open(path("cut.zip"), "rb") as file:
        packed = file.read()
    files = {
        "empty.csv": b"", "picture.xlsx": b"\x89PNG\r\n\x1a\n" + b"x" * 100, "paper.pdf": b"%PDF-1.4\n",
        "page.xls": b"<html><body><table><tr><td>1</td></tr></table></body></html>",
        "prog.xls": b"\x7fELF" + b"\0" * 60, "rar.zip": b"Rar!\x1a\x07\0" + b"\0" * 60,
        "half.zip": packed[:len(packed) // 2], "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "cut.json": b'[{"title": "a", "publication_number": "CN1', "bad.jsonl": b'{"a" 1}\n',
        "wrong.xml": b"<exchange-documents><exchange-document></wrong>",
        "bomb.xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        "unsure.csv": b"Title,Applicant,Mark,Day\na lamp,Acme,CN108192973A,2018-06-22\n",
        "unnumbered.csv": b"Publication Number,Title,Applicant\nnone,a lamp,Acme\n",
        "nameless.csv": b"Publication Number,Title,Who\nCN108192973A,a lamp,Acme\n",
        "words.csv": b"one,two\nthree,four\n", "cut.gz": b"\x1f\x8b\x08\0\0\0\0\0\0\x03abc",
        "cut.zst": b"\x28\xb5\x2f\xfd\x04\x00abcdefgh", "dump.sql": b"INSERT INTO `patent` (`title`) VALUES ('a",
    }
    for name, content in files.items():
        full = path(name, content)
        check(["import", full], (0, 3), where=path("refused"))
    for lang in ("zh", "en"):  # --json may name nothing but formats and numbers: no Chinese needed
        for name in files:
            _, text = run(lang, "--json", "import", path(name), data=path("refused"))
            assert not (english_in(text) if lang == "zh" else han_in(text)), f"{name}: {text}"
    check(["import", path("no such file.csv")], 3, where=path("refused"))
    check(["import", FOLDER.name], 3, where=path("refused"))
    check(["import", "--format", "nothing", path("words.csv")], 2, where=path("refused"))
    check(["import", "--map", "one", path("words.csv")], 2, where=path("refused"))
    check(["import", "--map", "one=titel", path("words.csv")], 2, where=path("refused"))


def test_rows_that_are_refused_and_notes(_=None):
    rows = ["Publication Number,Application Number,Title,Publication Date,IPC,Colour"]
    rows += ["CN108192973A,CN201410001234.8,a battery,2018-06-22,H01M10/052,red",
             "CN108192974A,CN201410001234.1,a lamp,someday,QQQ,blue",
             "no number,,a chair,2018-06-22,A47C,green", ",,,,,grey", "see below,x,,2018,,"]
    rows += [f"none at all {i},,thing,,," for i in range(8)]
    full = path("rows.csv", "\n".join(rows) + "\n")
    sure = ["--map", "Publication Number=publication_number"]
    for args in (["import", *sure, full], ["--json", "import", *sure, full]):
        for lang in ("zh", "en"):
            folder = path(f"rows-{lang}")
            code, text = run(lang, *args, data=folder)
            assert code == 0, text
            text = "\n".join(line for line in text.splitlines())
            for value in rows:  # the data itself
                for cell in value.split(","):
                    text = text.replace(cell, "") if len(cell) > 3 else text
            assert not (english_in(text) if lang == "zh" else han_in(text)), f"{lang}: {text}"


def test_the_server_and_its_description(_=None):
    for lang in ("zh", "en"):
        port = ports.free_port()
        server = subprocess.Popen([ZHIYUN, "--lang", lang, "--data", DATA, "serve", "--listen",
                                   f"127.0.0.1:{port}"], stderr=subprocess.PIPE)
        try:
            base = f"http://127.0.0.1:{port}"
            for _ in range(6000):
                try:
                    urllib.request.urlopen(base + "/healthz", timeout=600).read()
                    break
                except OSError:
                    time.sleep(0.1)
            for address in ("/api/v1/nothing", "/api/v1/search?k=x", "/api/v1/search?k=0", "/api/v1/patents/99999999",
                            "/api/v1/search?nonsense=1", "/api/v1/search?query=(", "/api/v1/match"):
                try:
                    urllib.request.urlopen(base + address, timeout=600)
                    raise AssertionError(f"{address} was answered")
                except urllib.error.HTTPError as problem:
                    body = json.loads(problem.read())
                    said = [body["title"], body["detail"]]
                    said += [fault["message"] for fault in body.get("errors", [])]
                    for text in said:
                        assert HAN.search(text) if lang == "zh" else not han_in(text), f"{address}: {said}"
                        assert lang == "en" or not english_in(text), f"{address}: {said}"
            # Who asks says in which language he wants to be answered; who says none, or another, has the server's.
            for header, spoken in (("en", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("zh;q=0.2, en-GB;q=0.7", "en"), ("fr", lang), ("*", lang)):
                try:
                    urllib.request.urlopen(urllib.request.Request(base + "/api/v1/search?k=x", headers={"Accept-Language": header}), timeout=600)
                    raise AssertionError("it was answered")
                except urllib.error.HTTPError as problem:
                    text = json.loads(problem.read())["title"]
                    assert bool(HAN.search(text)) == (spoken == "zh"), (header, text)
                    assert problem.headers["Vary"] == "Accept-Encoding, Accept-Language", problem.headers
        finally:
            server.send_signal(signal.SIGTERM)
            log = server.communicate(timeout=600)[1].decode()
        messages = [json.loads(line)["message"] for line in log.splitlines() if line.startswith("{")]
        for text in messages:
            assert not (english_in(text) if lang == "zh" else han_in(text)), text
    for lang in ("zh", "en"):
        code, text = run(lang, "openapi")
        assert code == 0

        def descriptions(value):
            if isinstance(value, dict):
                for key, inner in value.items():
                    if key in ("description", "summary") and isinstance(inner, str):
                        yield inner
                    else:
                        yield from descriptions(inner)
            elif isinstance(value, list):
                for inner in value:
                    yield from descriptions(inner)
        for text in descriptions(json.loads(text)):
            assert not (english_in(text) if lang == "zh" else han_in(text)), text


def test_the_manual_names_every_command_format_field_and_option(_=None):
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    with open(os.path.join(root, "docs", "manual.zh.md"), encoding="utf-8") as file:
        manual = file.read()
    code = re.findall(r"`[^`\n]+`|^ {4}.+$", manual, re.M)
    told = set(re.findall(r"[\w-]+", " ".join(code)))
    for command in ("import", "search", "match", "landscape"):
        _, text = run("en", "help", command)
        names = re.findall(r"^  ([a-z][\w-]*)  ", text, re.M) + re.findall(r"(--[a-z-]+)", text)
        missing = [name for name in names if name not in told]
        assert not missing, f"{command}: {missing}"


if __name__ == "__main__":
    ZHIYUN = os.path.abspath(sys.argv[1])
    with FOLDER:
        tap.run(sys.modules[__name__])
