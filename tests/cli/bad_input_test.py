#!/usr/bin/env python3
"""bad_input_test.py ZHIYUN: what a hostile and a careless user hand in.

Every file is made here. Of each import is asked: the exit code of the contract (3 when a whole file
is refused, 0 when only rows are), one clear sentence, the good file of the same command goes in,
the store still answers, at most 300 MB of memory, no temporary file left behind.
"""
import contextlib
import fcntl
import gzip
import io
import json
import os
import pty
import random
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import zipfile
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools"))
import draw  # noqa: E402
import sqlite_file  # noqa: E402
import ports  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
WORK = tempfile.mkdtemp(prefix="zhiyun-bad-")
DATA = os.path.join(WORK, "data")
TEMPORARY = os.path.join(WORK, "tmp")
RSS_MAX_KB = 300 * 1024
RECORDS = int(os.environ.get("RECORDS", "40"))  # of 10 MB: more than a third over RSS_MAX_KB; `make check`: 60
LONG = os.environ.get("LONG") == "1"
INSTRUMENTED = tap.instrumented(ZHIYUN)

FEW_COLUMNS = ["--map", "-=applicant"]  # what a table without names and classes is asked for
HEADER = "公开号,申请号,标题,摘要,申请人,IPC,公开日"
JARGON = re.compile(r"SQLITE_|XML_ERROR|Z_DATA|errno|ARCHIVE_|\(null\)|E_[A-Z]+\b|inflate:|json_")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]")
series = iter(range(1000, 9999))


class Done:
    def __init__(self, code, out, err, rss_kb, seconds):
        self.code, self.out, self.err, self.rss_kb, self.seconds = code, out, err, rss_kb, seconds

    def __repr__(self):
        return f"exit {self.code}, {self.rss_kb} KB, {self.seconds:.2f} s\n{self.out[:3000]}\n{self.err[:3000]}"


def start(arguments, data, stdin, out, err, environment):
    command = [ZHIYUN, *(["--data", data] if data else []), *arguments]
    return subprocess.Popen(command, stdin=stdin or subprocess.DEVNULL, stdout=out, stderr=err,
                            env={**os.environ, "ZHIYUN_LANG": "en", "TMPDIR": TEMPORARY, **environment})


def zhiyun(*arguments, data=DATA, stdin=None, seconds=40, running=None, temporary_may_stay=False, **environment):
    """Runs one command, and `running` beside it; asks of every one what holds always. `seconds`: of processor."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = start(arguments, data, stdin, out, err, environment)
        alarm = threading.Timer(900, process.kill)
        alarm.start()
        if running:
            running(process)
        _, status, usage = os.wait4(process.pid, 0)
        alarm.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0), err.seek(0)
        done = Done(process.returncode, out.read().decode("utf-8", "surrogateescape"),
                    err.read().decode("utf-8", "surrogateescape"), usage.ru_maxrss,
                    usage.ru_utime + usage.ru_stime)
    if "--json" in arguments:
        done.out.encode("utf-8")  # well-formed, whatever a name or a value held
    assert 0 <= done.code <= 4, f"{arguments}: it did not end in the contract's way: {done!r}"
    assert "Sanitizer" not in done.err and "runtime error" not in done.err, done
    assert INSTRUMENTED or done.seconds <= seconds, f"{arguments}: {done!r}"
    assert INSTRUMENTED or done.rss_kb <= RSS_MAX_KB, f"{arguments}: {done!r}"
    assert temporary_may_stay or os.listdir(TEMPORARY) == [], (arguments, os.listdir(TEMPORARY))
    return done


def write(name, content):
    path = os.path.join(WORK, name)
    with open(path, "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
    return path


def good_rows(count=3):
    n = next(series)
    return [f"CN1{n}{i:04d}A,,电池隔膜{n},涂覆陶瓷的隔膜,示例公司（演示）,H01M50/417,2015-03-04" for i in range(count)]


def table(rows, header=HEADER):
    return "\n".join([header, *rows]) + "\n"


def one_sentence(text):
    """A message a person can read: one line, not too long, no codes of libraries. (A control character
    of the file may stand in it: JSON escapes it, a terminal gets it made harmless, see below.)"""
    assert text and len(text) <= 700 and "\n" not in text, text
    assert not JARGON.search(text), text


def total(data=DATA):
    done = zhiyun("--json", "search", "", "-k", "1", data=data)
    assert done.code == 0, done
    return json.loads(done.out)["total"]


def imported(path, *options, code=None, seconds=40, data=DATA):
    """Imports `path` between two good files. Returns the report's entries of `path` alone."""
    first, last = write("first.csv", table(good_rows())), write("last.csv", table(good_rows()))
    done = zhiyun("--json", "import", *FEW_COLUMNS, *options, first, path, last, seconds=seconds, data=data)
    assert done.code == code or code is None and done.code in (0, 3), done
    files = json.loads(done.out)["files"]
    assert len(files) >= 3, done
    for entry in (files[0], files[-1]):
        assert entry["inserted"] == 3 and "refused" not in entry, done
    middle = files[1:-1]
    shown = os.fsdecode(path)
    for entry in middle:
        entry.setdefault("remarks", [])
        assert CONTROL.search(shown) or entry["file"].startswith(shown), entry
        assert entry["records"] == entry["inserted"] + entry["updated"] + entry["unchanged"] + entry["rejected"]
        if "refused" in entry:
            one_sentence(entry["refused"])
        for reject in entry["rejects"]:
            one_sentence(reject["reason"])
            assert reject["row"] > 0, reject
    assert (done.code == 3) == any("refused" in entry for entry in middle), done
    assert zhiyun("search", "电池", "-k", "1", data=data).code == 0
    return middle


def refused(path, *words, options=(), seconds=40):
    """The whole file is refused with one sentence that holds one of each `a|b` of words."""
    entries = imported(path, *options, code=3, seconds=seconds)
    reasons = [entry["refused"] for entry in entries if "refused" in entry]
    assert len(reasons) == 1, reasons
    for word in words:
        assert re.search(word, reasons[0]), f"no '{word}' in: {reasons[0]}"
    return entries


def rows_refused(path, inserted, rejected, *words, options=(), row=None):
    entry = imported(path, *options, code=0)[0]
    assert (entry["inserted"], entry["rejected"]) == (inserted, rejected), entry
    for word in words:
        assert any(re.search(word, r["reason"]) for r in entry["rejects"]), (word, entry["rejects"])
    if row:
        assert entry["rejects"][0]["row"] == row, entry["rejects"]
    return entry


# --- no table at all -----------------------------------------------------------------


def test_an_empty_file():
    refused(write("empty.csv", b""), "empty")


def test_zeros():
    refused(write("zeros.csv", b"\0" * 300000), "format|binary|zero")


def test_a_picture_named_xlsx():
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + bytes(17) + os.urandom(1000)
    refused(write("picture.xlsx", png), "PNG")


def test_random_bytes():
    generator = random.Random(7)
    for size in (1, 2, 3, 7, 100, 5000):
        for start in (b"", b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"<?xml", b"{", b"["):
            if random.Random(size).random() < 0.5 and size > 7:
                continue
            imported_quickly(write("random.dat", start + generator.randbytes(size)))


def imported_quickly(path, code=3):
    """Without writing: many small damages in little time."""
    done = zhiyun("--json", "import", "--dry-run", *FEW_COLUMNS, path)
    assert code is None or done.code == code, done
    for entry in json.loads(done.out)["files"]:
        if "refused" in entry:
            one_sentence(entry["refused"])
    return json.loads(done.out)["files"]


def test_a_folder_a_device_and_a_file_that_is_not_there():
    os.makedirs(os.path.join(WORK, "folder"), exist_ok=True)
    refused(os.path.join(WORK, "folder"), "folder|directory")
    refused("/dev/null", "empty|device")
    refused(os.path.join(WORK, "vanished.csv"), "no such file|not there|does not exist|No such file")


def test_an_unreadable_file():
    path = write("locked.csv", table(good_rows()))
    os.chmod(path, 0)
    if os.access(path, os.R_OK):
        raise tap.Skip("root reads everything")
    refused(path, "permission|read")


def test_a_pipe_is_read_or_refused_but_never_waits_for_ever():
    path = os.path.join(WORK, "pipe")
    os.mkfifo(path)
    refused(path, "pipe")
    refused("/dev/zero", "device")


# --- names ----------------------------------------------------------------------------


def test_a_file_name_cannot_write_to_the_terminal():
    for name in (b"a\nb.csv", b"\x1b]0;owned\x07.csv", b"\x1b[2J\x1b[31m.csv", b"bad\xff\xfe.csv", b"\xc2\x9b31m.csv"):
        path = os.path.join(os.fsencode(WORK), name)
        with open(path, "wb") as file:
            file.write(table(good_rows()).encode())
        done = zhiyun("import", path)
        assert done.code == 0, done
        harmless(done.out), harmless(done.err)
        done = zhiyun("--json", "import", path)
        json.loads(done.out)
        with open(path, "wb") as file:
            file.write(b"")
        done = zhiyun("import", path)
        assert done.code == 3, done
        harmless(done.out), harmless(done.err)
        done = zhiyun("import", path + b"none")
        assert done.code == 3, done
        harmless(done.out), harmless(done.err)


def harmless(text):
    """No control character but line break and tab; well-formed UTF-8."""
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\udc80-\udcff]", text), repr(text[:500])


def test_values_cannot_write_to_the_terminal():
    evil = "\x1b]0;owned\x07\x1b[2J电池\x9b31m"
    rows = [f"CN1{next(series)}0001A,,{evil}标题,{evil},{evil}公司,H01M50/417,{evil}", f"{evil},,标题,,,,"]
    path = write("evil.csv", table(rows, HEADER + f",{evil}"))
    for done in (zhiyun("import", path), zhiyun("search", "标题"), zhiyun("search", evil),
                 zhiyun("search", "电池"), zhiyun("landscape", "--by", "applicant"), zhiyun(evil),
                 zhiyun("search", "x", evil), zhiyun("import", "--format", evil, path),
                 zhiyun("import", "--map", evil, path), zhiyun("search", "x", "--filter", evil),
                 zhiyun("search", "x", "--filter", "office=" + evil), zhiyun("landscape", "--by", evil)):
        harmless(done.out), harmless(done.err)
    json.loads(zhiyun("--json", "search", "电池").out)


def on_a_terminal(*arguments):
    """What a terminal gets: both outputs are one."""
    try:
        master, slave = pty.openpty()
    except OSError as error:  # a bare chroot has no /dev/pts
        raise tap.Skip(f"there are no pseudo-terminals here: {error}") from error
    process = start(arguments, DATA, None, slave, slave, {})
    os.close(slave)
    got = b""
    try:
        while part := os.read(master, 65536):
            got += part
    except OSError:  # the last writer closed it
        pass
    os.close(master)
    assert process.wait(timeout=600) in (0, 3), got
    return got.decode()


def test_only_our_own_escape_sequences_reach_a_terminal():
    evil = "\x1b]0;owned\x07\x1b[2J电池\x9b31m"
    path = write("\x1b[5m.csv", table([*good_rows(2000), f"CN1{next(series)}0001A,,{evil},{evil},,,", f"{evil},,标题,,,,"]))
    for arguments in (("import", path), ("search", "电池 owned"), ("search", evil), ("match", "--text", path)):
        shown = on_a_terminal(*arguments)
        harmless(re.sub(r"\x1b\[(K|0?m|1m)|\r", "", shown))
    assert "\x1b[1m" in on_a_terminal("search", "涂覆陶瓷"), "highlights are drawn by ours"


# --- packed -----------------------------------------------------------------------------


def zip_of(members, times=1):
    """(name, content) pairs; of the last, the second half of the content is written `times` times. In
    pieces: what this process holds at its peak counts as its children's (getrusage)."""
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as z:
        for i, (name, content) in enumerate(members, 1):
            content = content.encode() if isinstance(content, str) else content
            with z.open(name, "w") as member:
                member.write(content)
                for _ in range(times - 1 if i == len(members) else 0):
                    member.write(content[len(content) // 2:])
    return to.getvalue()


def test_a_flat_zip_bomb():
    refused(write("flat.zip", zip_of([("a.csv", table(good_rows()) + " " * (4 << 20))], 100)), "unpack|bomb|larger|times")


def test_a_bomb_as_a_spreadsheet():
    sheet = b'<?xml version="1.0"?><worksheet><sheetData>' + b"<row/>" * (1 << 19)
    refused(write("bomb.xlsx", zip_of(workbook_parts(sheet), 120)), "unpack|bomb|larger|times")


def test_nested_zip_bombs():
    inner = zip_of([("a.csv", table(good_rows()) + "x" * (20 << 20))])
    for depth in range(6):
        inner = zip_of([(f"{depth}-{i}.zip", inner) for i in range(3)])
    refused_all(write("nested.zip", inner))


def refused_all(path, seconds=40):
    entries = imported(path, code=3, seconds=seconds)
    assert all("refused" in entry or entry["records"] == 0 for entry in entries), entries


@tap.exhausts
def test_a_zip_of_very_many_members():
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w") as z:
        for i in range(100001):
            z.writestr(str(i), b"")
    refused(write("many.zip", to.getvalue()), "file|member|many")


def test_overlapping_zip_members():
    """Many entries for the same bytes, after David Fifield's bomb."""
    content = table(good_rows()).encode() + b"x" * 4_000_000
    packed = zip_of([("a.csv", content)])
    end = packed.rindex(b"PK\5\6")
    begin = struct.unpack("<I", packed[end + 16:end + 20])[0]
    entry = packed[begin:end]
    many = b"".join(entry for i in range(2000))
    tail = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 2000, 2000, len(many), begin, 0)
    refused(write("overlap.zip", packed[:begin] + many + tail), "two members named a.csv")


def test_a_zip_that_lies_about_sizes():
    packed = bytearray(zip_of([("a.csv", table(good_rows(200)))]))
    at = packed.rindex(b"PK\1\2")
    for size in (0, 1, 1 << 20, 0xFFFFFFFE):
        lying = bytearray(packed)
        lying[at + 24:at + 28] = struct.pack("<I", size)
        imported(write("lies.zip", bytes(lying)))
        lying = bytearray(packed)
        lying[at + 20:at + 24] = struct.pack("<I", size)
        imported(write("lies.zip", bytes(lying)))


def test_packed_files_cut_anywhere():
    text = table(good_rows(2000)).encode()
    packings = {"zip": zip_of([("a.csv", text)]), "gz": gzip.compress(text), "xlsx": workbook([[f"a{i}", "b"] for i in range(300)])}
    for name, whole in packings.items():
        for part in (0.001, 0.01, 0.1, 0.5, 0.9, 0.999):
            cut = whole[:max(1, int(len(whole) * part))]
            if cut == whole:
                continue
            path = write("cut." + name, cut)
            for entry in imported_quickly(path):
                assert "refused" in entry, entry
    entries = refused(write("half.csv.gz", packings["gz"][:len(packings["gz"]) // 2]), "cut|end|truncated|incomplete|damaged")
    assert entries[0]["inserted"] > 100, "what stands before the damage goes in"


def test_zstd_cut_and_damaged():
    zstd = shutil.which("zstd")
    if not zstd:
        raise tap.Skip("no zstd program")
    whole = subprocess.run([zstd, "-c"], input=table(good_rows(2000)).encode(), capture_output=True, check=True).stdout
    for part in (0.01, 0.5, 0.99):
        for entry in imported_quickly(write("cut.csv.zst", whole[:int(len(whole) * part)])):
            assert "refused" in entry, entry


def big_line_gz(name, head, repeat, count):
    path = os.path.join(WORK, name)
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    with open(path, "wb") as file:
        file.write(packer.compress(head))
        for _ in range(count):
            file.write(packer.compress(repeat))
        file.write(packer.flush())
    return path


@tap.exhausts
def test_a_line_of_two_gigabytes():
    """As a sparse file, which is zeros, and as text in 9 MB of gzip; both fast and in flat memory. LONG: in gzip of each
    format, else of the one that the last commit draws."""
    path = os.path.join(WORK, "sparse.csv")
    with open(path, "wb") as file:
        file.write(table(good_rows()).encode() + b"CN1,")
        file.truncate(2 << 30)
    refused(path, "no format")
    refused_or_row(path, "--format", "csv")
    os.unlink(path)
    block = b"x" * (1 << 20)
    lines = {"line.csv.gz": (HEADER + "\nCN123456789A,,").encode(), "line.json.gz": b'[{"title":"',
             "line.jsonl.gz": b'{"title":"a","number":"CN123456789A"}\n{"title":"'}
    for name in lines if LONG else draw.shuffled(sorted(lines), draw.draw())[:1]:
        refused_or_row(big_line_gz(name, lines[name], block, 300))


@tap.exhausts
def test_records_of_ten_megabytes():
    """Valid ones, many of them: what is in flight between reader, writer and index is bounded in bytes. The
    writer is kept waiting until the reader stops: without a bound it would then hold all of them. Of two formats, which share
    that bound; LONG: of both, else of the one that the last commit draws."""
    data = fresh("large", 1)
    count = 6 if INSTRUMENTED else RECORDS
    text = "电池隔膜涂覆陶瓷层的制备方法 battery separator coated ceramic " * ((10 << 20) // 84)
    csv, lines = os.path.join(WORK, "large.csv"), os.path.join(WORK, "large.jsonl")
    with open(csv, "w", encoding="utf-8") as file:
        file.write("公开号,标题,说明书\n")
        for i in range(count):
            file.write(f"CN1{30000000 + i}A,标题{i},{text}\n")
    with open(lines, "w", encoding="utf-8") as file:
        for i in range(count):
            file.write(json.dumps({"publication_number": f"CN1{20000000 + i}A", "title": f"t{i}",
                                   "description": text}, ensure_ascii=False) + "\n")
    paths = [csv, lines] if LONG else draw.shuffled([csv, lines], draw.draw())[:1]
    for path in paths:
        done = zhiyun("--json", "import", *FEW_COLUMNS, path, data=data, seconds=240, running=lambda process: kept_waiting(process, data))
        assert done.code == 0 and json.loads(done.out)["files"][0]["inserted"] == count, done
        os.unlink(path)
    assert total(data) == count * len(paths) + 1
    shutil.rmtree(data)


def kept_waiting(process, data):
    """Its writer, until it reads no more; not for the ten seconds after which it would give up."""
    def read():
        with open(f"/proc/{process.pid}/io", encoding="ascii") as file:
            return int(re.search(r"rchar: (\d+)", file.read())[1])
    with contextlib.closing(sqlite_file.connect(os.path.join(data, "zhiyun.db"), isolation_level=None, timeout=600)) as db:
        db.execute("BEGIN IMMEDIATE")
        until, before, since = time.monotonic() + 7, 0, time.monotonic()
        while time.monotonic() < min(until, since + 1):
            if (now := read()) != before:
                before, since = now, time.monotonic()
            time.sleep(0.02)
        db.execute("ROLLBACK")


@tap.exhausts
def test_a_workbook_whose_shared_texts_do_not_fit():
    path = os.path.join(WORK, "shared.xlsx")
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    more = f'<Relationship Id="r2" Type="{rel}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    dice = random.Random(1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, content in workbook_parts("<worksheet><sheetData/></worksheet>"):
            z.writestr(name, content.replace("</Relationships>", more) if "workbook.xml.rels" in name else content)
        with z.open("xl/sharedStrings.xml", "w") as member:
            member.write(b"<sst>")
            for _ in range(133000):
                member.write(b"<si><t>" + dice.randbytes(16).hex().encode() + b"x" * 1000 + b"</t></si>")
            member.write(b"</sst>")
    refused(path, "share", "128 MB", "CSV")
    os.unlink(path)


def refused_or_row(path, *options):
    entry = imported(path, *options, seconds=50)[0]
    assert "refused" in entry or entry["rejected"], entry
    text = entry.get("refused") or entry["rejects"][0]["reason"]
    assert re.search("unpack|bytes|MB|larger|long|NUL|limit", text), text


# --- XML ----------------------------------------------------------------------------------


def exchange(inside, before=""):
    return (f'<?xml version="1.0" encoding="UTF-8"?>{before}'
            '<exch:exchange-documents xmlns:exch="http://www.epo.org/exchange"><exch:exchange-document country="EP" '
            'doc-number="1000000" kind="A1" date-publ="20000517"><exch:bibliographic-data><exch:publication-reference '
            'data-format="docdb"><document-id><country>EP</country><doc-number>1000000</doc-number><kind>A1</kind>'
            f'<date>20000517</date></document-id></exch:publication-reference><exch:invention-title lang="en">{inside}'
            '</exch:invention-title></exch:bibliographic-data></exch:exchange-document></exch:exchange-documents>')


def test_external_entities_are_not_followed():
    secret = write("secret.txt", "TOPSECRET")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(0.2)
        port = listener.getsockname()[1]
        for where in (f"file://{secret}", f"http://127.0.0.1:{port}/x", secret):
            for declaration in (f'<!ENTITY x SYSTEM "{where}">',
                                f'<!ENTITY % p SYSTEM "{where}"> %p; <!ENTITY x "y">'):
                text = exchange("battery &x;", f"<!DOCTYPE a [{declaration}]>")
                for entry in imported(write("xxe.xml", text)):
                    assert "TOPSECRET" not in json.dumps(entry)
        text = exchange("battery", f'<!DOCTYPE a SYSTEM "http://127.0.0.1:{port}/x.dtd">')
        imported(write("xxe.xml", text))
        try:
            listener.accept()
            raise AssertionError("the reader connected to an address from the file")
        except socket.timeout:
            pass
    assert json.loads(zhiyun("--json", "search", "TOPSECRET").out)["total"] == 0


def test_a_billion_laughs():
    laughs = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{i} "{f"&l{i-1};" * 10}">' for i in range(1, 11))
    refused_or_row_any(write("laughs.xml", exchange("&l10;", f"<!DOCTYPE a [{laughs}]>")))
    quadratic = f'<!ENTITY q "{"h" * 100000}">'
    refused_or_row_any(write("quadratic.xml", exchange("&q;" * 20000, f"<!DOCTYPE a [{quadratic}]>")))
    parameters = '<!ENTITY % a "<!ENTITY x \'y\'>">' + "".join(f'<!ENTITY % a{i} "&#37;a;&#37;a;">' for i in range(9)) + "%a8;"
    imported(write("parameters.xml", exchange("&x;", f"<!DOCTYPE a [{parameters}]>")))


def refused_or_row_any(path):
    entry = imported(path)[0]
    assert "refused" in entry or entry["rejected"], entry


def test_xml_nested_very_deep():
    refused_or_row_any(write("deep.xml", exchange("<b>" * 100000)))
    refused_or_row_any(write("deep2.xml", '<?xml version="1.0"?>' + "<a>" * 100000))


def test_xml_cut_anywhere_keeps_what_stands_before():
    whole = exchange("battery")
    for part in (0.1, 0.3, 0.6, 0.95, 0.999):
        entries = imported_quickly(write("cut.xml", whole[:int(len(whole) * part)]), code=None)
        assert any("refused" in entry or entry["rejected"] for entry in entries), (part, entries)


# --- tables ---------------------------------------------------------------------------------


def test_one_broken_byte_in_gbk_is_told_with_its_row():
    rows = good_rows(50)
    lines = [line.encode("gb18030") for line in [HEADER, *rows]]
    at = lines[20].index("涂覆".encode("gb18030"))
    lines[20] = lines[20][:at] + b"\xff" + lines[20][at + 1:]
    broken_row_is_said(write("broken.csv", b"\n".join(lines) + b"\n"), 21)
    lines = [line.encode() for line in [HEADER, *good_rows(50)]]
    lines[30] = lines[30].replace("涂覆".encode(), "涂覆".encode()[:-1])
    broken_row_is_said(write("broken8.csv", b"\n".join(lines) + b"\n"), 31)


def broken_row_is_said(path, row):
    """The row goes in with the bytes shown as such (nothing is lost) and is named with its place and mend."""
    entry = imported(path)[0]
    assert (entry["records"], entry["inserted"], entry["rejected"]) == (50, 50, 0), entry
    assert len(entry["warnings"]) == 1, entry
    said = entry["warnings"][0]
    assert said["count"] == 1 and said["first_row"] == row and said["column"] == "摘要", said
    assert "\ufffd" in said["value"] and "encoding" in said["kind"] and "import" in said["kind"], said


def test_no_character_of_the_private_use_area_comes_in_unsaid():
    """Python 3.11's codec (GB 18030-2000) has other bytes than GB 18030-2022 for these; AAA1 and AAA2 are an office's own."""
    rows = good_rows(3)
    rows[0] = rows[0].replace("涂覆", "ḿ\u9fb4\ufe19覆")
    rows[1] = rows[1].replace("涂覆", "涂\ue001\ue000覆")
    entry = imported(write("private.csv", "\n".join([HEADER, *rows, ""]).encode("gb18030")))[0]
    said, = entry["warnings"]
    assert (entry["inserted"], said["count"], said["first_row"], said["column"]) == (3, 1, 3, "摘要"), entry
    assert "private-use" in said["kind"] and said["value"].startswith("U+E001 × 2: "), said
    kept = zhiyun("dump").out
    assert "ḿ\u9fb4\ufe19覆陶瓷" in kept and "涂\ue001\ue000覆陶瓷" in kept, kept[-2000:]


def test_nul_bytes_in_a_table():
    rows = good_rows(20)
    rows[9] = rows[9].replace("电池", "电\0池")
    entry = imported(write("nul.csv", table(rows)))[0]
    assert entry["inserted"] >= 19 or "refused" in entry, entry


def test_a_quote_that_is_never_closed():
    rows = good_rows(20)
    rows[9] = rows[9].replace("涂覆", '"涂覆', 1).replace(',"', ',"', 1)
    rows[9] = rows[9].split(",")
    rows[9][3] = '"' + "never closed"
    rows[9] = ",".join(rows[9])
    entry = imported(write("quote.csv", table(rows)))[0]
    assert entry["inserted"] >= 9 and (entry["rejected"] or "refused" in entry), entry
    text = entry.get("refused") or entry["rejects"][0]["reason"]
    assert "quot" in text and re.search("11|row|line", text + str(entry["rejects"])), entry


def test_ragged_rows():
    rows = good_rows(10)
    rows[2] = rows[2] + ",more,and,more"
    rows[4] = rows[4].split(",")[0]
    entry = imported(write("ragged.csv", table(rows)))[0]
    assert entry["inserted"] + entry["rejected"] == 10, entry
    assert entry["rejected"] or entry["warnings"] or entry["remarks"] or entry["unknown_columns"], \
        "cells outside every column are said"


def test_other_encodings():
    for encoding in ("utf-16-le", "utf-16-be", "utf-16", "utf-8-sig", "gb18030"):
        entry = imported(write("encoded.csv", table(good_rows(10)).encode(encoding)))[0]
        assert entry["inserted"] == 10, (encoding, entry)
    mixed = table(good_rows(10)).encode("gb18030") + "\n".join(good_rows(5)).encode("utf-8")
    entry = imported(write("mixed.csv", mixed))[0]
    assert entry["inserted"] >= 10 or entry["rejected"] or "refused" in entry, entry
    entry = imported(write("cr.csv", table(good_rows(10)).replace("\n", "\r")))[0]
    assert entry["inserted"] == 10, entry


def test_only_a_header():
    entry = imported(write("header.csv", HEADER + "\n"))[0]
    assert entry["records"] == 0, entry
    assert entry.get("refused") or entry["remarks"], "a table without a row is said"


def test_a_list_of_column_names_is_no_table_of_patents():
    names = ["标题", "申请人", "公开（公告）号", "摘要", "公开（公告）日", "申请号", "申请日", "专利类型", "IPC", "优先权号",
             "代理机构", "代理人", "优先权日", "当前权利人", "首项权利要求", "发明人", "专利有效性", "法律状态"]
    refused(write("names.txt", "\n".join(names) + "\n"), "column name")
    refused(write("names.csv", "列名\n" + "\n".join(names) + "\n"), "column")
    refused(write("numbered.csv", "序号,标题\n" + "\n".join(f"{i},{n}" for i, n in enumerate(names)) + "\n"), "column name")


def test_the_same_column_name_twice_and_very_many_columns():
    n = next(series)
    entry = imported(write("twice.csv", f"公开号,标题,标题,标题\nCN1{n}0001A,甲,乙,丙\n"))[0]
    assert entry["inserted"] == 1, entry
    wide = ",".join(["公开号", "标题"] + [f"c{i}" for i in range(4998)])
    refused_or_row_any(write("wide.csv", wide + "\n" + f"CN1{n}0002A,甲" + "," * 4998 + "\n"))


# --- spreadsheets ---------------------------------------------------------------------------


def workbook_parts(sheet, shared=""):
    ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return [("[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
             '<Default Extension="xml" ContentType="application/xml"/></Types>'),
            ("_rels/.rels", '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
             f'<Relationship Id="r1" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>'),
            ("xl/workbook.xml", f'<?xml version="1.0"?><workbook {ns} xmlns:r="{rel}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'),
            ("xl/_rels/workbook.xml.rels", '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
             f'<Relationship Id="r1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'),
            ("xl/worksheets/sheet1.xml", sheet)]


def workbook(rows):
    """Cells: str → inline string; (formula, cached or None); number → as Excel writes it."""
    body = []
    for r, row in enumerate(rows, 1):
        cells = []
        for c, cell in enumerate(row):
            at = f"{chr(65 + c)}{r}"
            if isinstance(cell, tuple):
                cached = "" if cell[1] is None else f"<v>{cell[1]}</v>"
                cells.append(f'<c r="{at}" t="str"><f>{cell[0]}</f>{cached}</c>')
            elif isinstance(cell, (int, float)):
                cells.append(f'<c r="{at}"><v>{cell!r}</v></c>')
            elif cell.startswith("#v"):
                cells.append(f'<c r="{at}"><v>{cell[2:]}</v></c>')
            else:
                cells.append(f'<c r="{at}" t="inlineStr"><is><t>{cell}</t></is></c>')
        body.append(f'<row r="{r}">{"".join(cells)}</row>')
    ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return zip_of(workbook_parts(f'<?xml version="1.0"?><worksheet {ns}><sheetData>{"".join(body)}</sheetData></worksheet>'))


def test_dates_of_offices_are_read_in_any_form_or_told():
    def st32(published, filed):
        n = next(series)
        return write("st32.xml", f'<PATDOC DTD="ST32"><SDOBI><B100><B110><DNUM><PDAT>0{6000000 + n % 900000}</PDAT></DNUM></B110><B130><PDAT>B1</PDAT></B130>'
                     f"<B140><DATE><PDAT>{published}</PDAT></DATE></B140><B190><PDAT>US</PDAT></B190></B100><B200><B210><DNUM><PDAT>09123456</PDAT></DNUM>"
                     f"</B210><B220><DATE><PDAT>{filed}</PDAT></DATE></B220></B200><B500><B540><STEXT><PDAT>Fictional device</PDAT></STEXT></B540></B500></SDOBI></PATDOC>")
    for published, filed in (("19990119", "19 Jan. 1998"), ("19.01.1999", "Jan. 19, 1998"), ("1999-01-19", "00000000")):
        entry = imported(st32(published, filed))[0]
        assert entry["inserted"] == 1 and not [w for w in entry["warnings"] if "no date" in w["kind"]], entry
    entry = imported(st32("31.02.1999", "03/04/1998"))[0]
    told = [w for w in entry["warnings"] if "this is no date; it was left out" in w["kind"]]
    assert entry["inserted"] == 1 and told and told[0]["count"] == 2, entry


def test_hidden_columns_and_values_over_several_columns_are_told():
    def sheet(columns, merged):
        def row(number, cells):
            return f'<row r="{number}">' + "".join(f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{cell}</t></is></c>'
                                                   for at, cell in enumerate(cells)) + "</row>"
        n = next(series)
        body = row(1, ["公开号", "标题", "申请人", "发明人"]) + row(2, [f"CN1{n}0001A", "甲", "虚构公司"]) + row(3, [f"CN1{n}0002A", "乙", "虚构公司", "虚构人"])
        return write("told.xlsx", zip_of(workbook_parts(f"<worksheet>{columns}<sheetData>{body}</sheetData>{merged}</worksheet>")))
    hidden, across = "columns are hidden in the workbook: 标题, 申请人; they were read", "1 rows have a value merged over several columns, the first of them row 2;"
    said = imported(sheet("", ""))[0]["remarks"]
    assert not any(hidden in one or across in one for one in said), said
    said = imported(sheet('<cols><col min="2" max="3" hidden="1"/></cols>', '<mergeCells><mergeCell ref="C2:D2"/></mergeCells>'))[0]["remarks"]
    assert any(hidden in one for one in said) and any(across in one for one in said), said


def test_formulas_and_numbers_that_excel_spoilt():
    n = next(series)
    rows = [["申请号", "公开号", "标题"],
            ["", ("A1&amp;B1", f"CN1{n}0001A"), "公式有缓存"],
            ["", ("A1&amp;B1", None), "公式没有缓存"],
            [201410001234.0, f"CN1{n}0002A", "十二位申请号成了数"],
            ["#v2.01410001235E11", f"CN1{n}0003A", "科学计数"],
            ["1.23E+12", f"CN1{n}0004A", "文字的科学计数"],
            ["#v1.2345678901234568E+19", f"CN1{n}0005A", "超过十五位"],
            ["", f"CN1{n}0006A", "好的一行"]]
    entry = imported(write("formula.xlsx", workbook(rows)))[0]
    assert entry["inserted"] + entry["rejected"] == 7 and entry["inserted"] >= 3, entry
    said = json.dumps(entry["rejects"] + entry["warnings"], ensure_ascii=False)
    assert re.search("formula", said), said
    assert "1.23E+12" in said, said
    assert re.search("15 digits|digits", said), said
    found = json.loads(zhiyun("--json", "search", "201410001234").out)
    assert any(hit["number"] == f"CN1{n}0002A" for hit in found["hits"]), found
    found = json.loads(zhiyun("--json", "search", "201410001235").out)
    assert any(hit["number"] == f"CN1{n}0003A" for hit in found["hits"]), found


def test_a_spreadsheet_with_cells_far_away_and_wrong_references():
    ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    for cells in ('<row r="1"><c r="XFD1" t="inlineStr"><is><t>公开号</t></is></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
                  '<row r="1"><c r="ZZZZZZ99999999999999" t="s"><v>99999999999</v></c></row>',
                  '<row r="-5"><c r="" t="s"><v>-1</v></c></row>', '<row><c t="s"><v>x</v></c></row>', ""):
        sheet = f'<?xml version="1.0"?><worksheet {ns}><sheetData>{cells}</sheetData></worksheet>'
        refused_or_row_any(write("far.xlsx", zip_of(workbook_parts(sheet))))


# --- JSON -----------------------------------------------------------------------------------


def record(**more):
    n = next(series)
    return {"publication_number": f"CN1{n}0001A", "title": "电池隔膜", **more}


def test_json_cut_in_the_middle():
    text = json.dumps([record() for _ in range(50)], ensure_ascii=False)
    entry = imported(write("cut.json", text[:len(text) * 2 // 3]))[0]
    assert entry["inserted"] >= 30 and ("refused" in entry or entry["rejected"]), entry


def test_one_broken_line_of_json_lines():
    lines = [json.dumps(record(), ensure_ascii=False) for _ in range(20)]
    lines[9] = lines[9][:-5]
    rows_refused(write("lines.jsonl", "\n".join(lines) + "\n"), 19, 1, row=10)


def test_json_nested_very_deep():
    refused_or_row_any(write("deep.json", "[" * 100000 + "]" * 100000))
    refused_or_row_any(write("deep2.json", '{"a":' * 100000 + "1" + "}" * 100000))
    deep = json.dumps(record())[:-1] + ',"x":' + "[" * 1000 + "]" * 1000 + "}"
    rows = [json.dumps(record()), deep, json.dumps(record())]
    rows_refused(write("deep.jsonl", "\n".join(rows) + "\n"), 2, 1, row=2)


def test_strange_json_values():
    strange = [json.dumps(record())[:-1] + "," + more + "}" for more in (
        '"title":"again"', '"x":"\\ud800"', '"x":1e999', '"x":12345678901234567890', '"x":-0', '"x":"\\u0000"',
        '"abstract":"\\udc00a"', '"title":null', '"title":[]', '"title":{"a":[1,{"b":2}]}', '"title":1e999')]
    entry = imported(write("strange.jsonl", "\n".join(strange) + "\n"))[0]
    assert entry["inserted"] + entry["rejected"] == len(strange) and entry["inserted"] >= 6, entry
    for number in ("NaN", "Infinity", "01", "+1", "1.", "0x10"):
        entry = imported_quickly(write("number.jsonl", json.dumps(record()) + "\n" + json.dumps(record())[:-1] + f',"x":{number}}}\n'), None)[0]
        assert entry["records"] >= 1, entry


# --- SQL and citations -----------------------------------------------------------------------


def test_a_dump_cut_inside_a_row():
    n = next(series)
    rows = ",".join(f"('CN1{n}{i:04d}A','电池隔膜','示例公司')" for i in range(50))
    dump = ("-- MySQL dump 10.13\nDROP TABLE IF EXISTS `patent`;\nCREATE TABLE `patent` (\n  `公开号` varchar(30),\n  `标题` text,\n"
            f"  `申请人` text\n) ENGINE=InnoDB;\nINSERT INTO `patent` VALUES {rows};\n")
    assert imported(write("whole.sql", dump))[0]["inserted"] == 50
    cut = dump.replace(f"CN1{n}", f"CN1{next(series)}")
    entry = imported(write("cut.sql", cut[:len(cut) * 3 // 4]))[0]
    assert entry["inserted"] >= 25 and ("refused" in entry or entry["rejected"]), entry


def test_citations_between_garbage():
    n = next(series)
    lines = [f"[{i}]李甲. 一种电池隔膜{i}[P]. 北京市: CN1{n}{i:04d}A,2015-03-04." for i in range(1, 11)]
    lines.insert(5, "这一行不是文献 asdf ;;; [P")
    entry = imported(write("citations.txt", "\n".join(lines) + "\n"))[0]
    assert entry["inserted"] == 10 and (entry["rejected"] == 1 or entry["remarks"]), entry


# --- options ----------------------------------------------------------------------------------


def test_wrong_options():
    path = write("good.csv", table(good_rows()))
    before = total()
    for arguments, code in ((("--format", "xlsx", path), 3), (("--format", "nonsense", path), (2, 3)),
                            (("--map", "nonsense", path), (2, 3)), (("--map", "标题=nonsense", path), (2, 3)),
                            (("--map", "=title", path), (2, 3)), (("--map", "标题=", path), (2, 3))):
        done = zhiyun("import", *arguments)
        assert done.code in (code if isinstance(code, tuple) else (code,)), done
        assert len((done.err + done.out).strip().splitlines()) <= 4, done
    assert total() == before
    for format_name in ("json", "sql", "docdb", "xls", "gbt7714", "uspto-redbook", "uspto-greenbook", "ops"):
        done = zhiyun("--json", "import", "--format", format_name, path)
        assert done.code in (0, 3), done


def test_rejects_that_cannot_be_written_are_found_before_the_import():
    path = write("bad.csv", table(good_rows() + ["见附件,,标题,,,,"]))
    before = total()
    for target in (os.path.join(WORK, "no-such-folder", "r.xlsx"), WORK, "/proc/r.xlsx"):
        done = zhiyun("import", "--rejects", target, path)
        assert done.code in (3, 4) and "reject" in done.err, done
        assert len(done.err.strip().splitlines()) == 1 and target in done.err, done
        assert total() == before, "nothing was imported"


# --- the store and the index --------------------------------------------------------------------


def fresh(name, rows=40):
    data = os.path.join(WORK, name)
    shutil.rmtree(data, ignore_errors=True)
    done = zhiyun("import", write("fresh.csv", table(good_rows(rows))), data=data)
    assert done.code == 0, done
    return data


def test_a_store_that_is_damaged_cut_or_no_store():
    path = os.path.join(fresh("damaged"), "zhiyun.db")
    data = os.path.dirname(path)
    with open(path, "rb") as file:
        whole = file.read()
    noise = random.Random(3).randbytes(len(whole))
    for content in (b"", b"hello", whole[:100], whole[:4096], whole[:len(whole) // 2], noise,
                    whole[:100] + noise[100:], whole[:4096] + noise[4096:]):
        for extra in ("-wal", "-shm"):
            if os.path.exists(path + extra):
                os.unlink(path + extra)
        with open(path, "wb") as file:
            file.write(content)
        for command in (["search", "电池"], ["import", write("g.csv", table(good_rows()))], ["reindex"],
                        ["landscape", "--by", "year"]):
            done = zhiyun(*command, data=data)
            assert done.code in (0, 4), (command, len(content), done)
            if done.code == 4:
                assert "zhiyun.db" in done.err or data in done.err, (command, len(content), done)
                assert len(done.err.strip().splitlines()) == 1, done
    assert not any(name.startswith("core") for name in os.listdir(data))


def test_an_index_that_is_damaged_or_gone_is_made_again():
    data = fresh("index")
    index = os.path.join(data, "index")
    generator = random.Random(5)

    def answers():
        done = zhiyun("--json", "search", "电池", "-k", "100", data=data)
        reply = json.loads(done.out)
        return done, reply["total"] if done.code == 0 and "note" not in reply else None

    assert answers()[1] == 40
    names = sorted(os.path.relpath(os.path.join(top, name), index) for top, _, files in os.walk(index) for name in files)
    assert names
    for name in names:
        for damage in ("gone", "empty", "cut", "noise", "long"):
            path = os.path.join(index, name)
            if not os.path.exists(path):
                continue
            with open(path, "rb") as file:
                content = file.read()
            if damage == "gone":
                os.unlink(path)
            else:
                with open(path, "wb") as file:
                    file.write({"empty": b"", "cut": content[:len(content) // 2], "long": content + b"x" * 100,
                                "noise": generator.randbytes(len(content))}[damage])
            done, found = answers()
            assert found == 40, (name, damage, done)
    shutil.rmtree(index)
    assert answers()[1] == 40
    shutil.rmtree(index)
    done = zhiyun("--json", "landscape", "--by", "year", data=data)
    assert done.code == 0 and json.loads(done.out)["total"] == 40, done
    os.unlink(os.path.join(index, "MANIFEST"))
    assert zhiyun("import", write("more.csv", table(good_rows())), data=data).code == 0
    assert answers()[1] == 43
    with open(os.path.join(index, "LOCK"), "rb") as file:  # another process has the index in hand
        os.unlink(os.path.join(index, "MANIFEST"))
        fcntl.flock(file, fcntl.LOCK_EX)
        done, found = answers()
        assert done.code == 4 and "zhiyun reindex" in done.err, done
    assert answers()[1] == 43


def test_a_server_makes_a_damaged_index_again():
    data = fresh("served")
    index = os.path.join(data, "index")
    path = b"/api/v1/search?query=" + urllib.parse.quote("电池").encode()

    def finds_all_again():
        for _ in range(6000):
            reply = server.get(path).replace(b" ", b"")
            if b'"total":40' in reply:
                return
            assert b'"total"' not in reply, reply  # an error until then, never an answer with less
            time.sleep(0.1)
        raise AssertionError(reply)

    for name in os.listdir(index):  # found when a search first touches the page
        if name.endswith(".seg"):
            with open(os.path.join(index, name), "r+b") as file:
                file.seek(100)
                file.write(b"\xff" * 1000)
    server = Server(data)
    try:
        finds_all_again()
        os.unlink(os.path.join(index, "MANIFEST"))
        finds_all_again()
        assert os.path.exists(os.path.join(index, "MANIFEST"))
        with open(os.path.join(index, "MANIFEST"), "wb") as file:
            file.write(b"\xff" * 200)
        finds_all_again()
    finally:
        server.stop()
    assert total(data) == 40


def test_a_full_disk():
    small = os.path.join(WORK, "small")
    os.makedirs(small, exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", small], capture_output=True).returncode != 0:
        raise tap.Skip("no right to mount a small disk")
    try:
        data = os.path.join(small, "data")
        assert zhiyun("import", write("g.csv", table(good_rows())), data=data).code == 0
        done = zhiyun("import", write("much.csv", table(good_rows(9999))), data=data)
        assert done.code == 4, done
        assert "full" in done.err or "space" in done.err, done
        assert len(done.err.strip().splitlines()) == 1, done
        done = zhiyun("--json", "search", "电池", data=data)
        assert done.code in (0, 4), done
        if done.code == 0:
            assert json.loads(done.out)["total"] >= 3
        subprocess.run(["mount", "-o", "remount,size=200m", small], check=True)
        assert zhiyun("import", os.path.join(WORK, "much.csv"), data=data).code == 0
        assert total(data) == 10002
    finally:
        subprocess.run(["umount", "-l", small], check=False)


def test_two_imports_at_once_lose_nothing():
    data = fresh("twice", 3)
    files = [write(f"p{i}.csv", table(good_rows(1500))) for i in range(3)]
    running = [subprocess.Popen([ZHIYUN, "--data", data, "--json", "import", file], stdout=subprocess.PIPE,
                                env={**os.environ, "TMPDIR": TEMPORARY}) for file in files]
    for process in running:
        out, _ = process.communicate(timeout=600)
        assert process.returncode == 0 and json.loads(out)["files"][0]["inserted"] == 1500, out
    assert total(data) == 4503


class Server:
    def __init__(self, data):
        self.port = ports.free_port()
        self.errors = tempfile.TemporaryFile()
        self.process = start(["--quiet", "serve", "--listen", f"127.0.0.1:{self.port}"], data, None,
                             subprocess.DEVNULL, self.errors, {})
        for _ in range(12000):
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the server does not start")

    def ask(self, data, patience=10):
        with socket.create_connection(("127.0.0.1", self.port), timeout=patience) as s:
            try:
                s.sendall(data)
            except (BrokenPipeError, ConnectionResetError):
                pass
            got = b""
            try:
                while part := s.recv(65536):
                    got += part
            except OSError:
                pass
            return got

    def get(self, path, headers=b"", patience=10):
        return self.ask(b"GET " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + headers + b"\r\n",
                        patience)

    def status(self, reply):
        return int(reply.split(b" ", 2)[1]) if reply.startswith(b"HTTP/") else None

    def alive(self, patience=10):
        return self.status(self.get(b"/healthz", patience=patience)) == 200

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=600)
        self.errors.seek(0)
        said = self.errors.read().decode("utf-8", "replace")
        assert code == 0, (code, said)
        assert "Sanitizer" not in said and "runtime error" not in said, said


def test_killed_imports_and_servers_leave_a_whole_store():
    data = fresh("killed", 3)
    path = write("much.csv", table(good_rows(4000)))
    server = Server(data)
    for delay in (0.03, 0.1, 0.25):
        process = start(["import", path], data, None, subprocess.DEVNULL, subprocess.DEVNULL, {})
        time.sleep(delay)
        process.kill()
        process.wait()
        assert server.alive()
    process = start(["import", path], data, None, subprocess.DEVNULL, subprocess.DEVNULL, {})
    time.sleep(0.1)
    server.process.kill()
    server.process.wait()
    assert process.wait(timeout=600) == 0
    for name in os.listdir(TEMPORARY):
        os.unlink(os.path.join(TEMPORARY, name))
    assert total(data) == 4003
    with sqlite_file.connect(os.path.join(data, "zhiyun.db")) as db:
        assert db.execute("pragma integrity_check").fetchone()[0] == "ok"


# --- queries ------------------------------------------------------------------------------------


def test_strange_queries():
    generator = random.Random(11)
    queries = [generator.randbytes(n).replace(b"\0", b"x") for n in (1, 2, 3, 10, 100, 1000) for _ in range(4)]
    queries += [b"(" * 5000 + b"x" + b")" * 5000, b"NOT " * 3000 + b"x", b'"' * 1001, b"x AND " * 3000 + b"x",
                "电".encode() * 40000, b"title:" * 1000, b"date:..", b"date:9999..0000", b"ipc:*", b"*", b"-", b"AND", b"a*" * 500,
                b"\xff\xfe", "‮‏﷽".encode(), b"x" * 120000]
    for query in queries:
        done = zhiyun("search", b"--", query)
        assert done.code in (0, 3), (query[:80], done)
        if done.code == 3:
            assert len(done.err.strip().splitlines()) == 1, (query[:80], done)
            assert len(done.err) < 1500, (query[:80], done)
        harmless(done.err)
        harmless(done.out)


def test_strange_texts_to_match():
    generator = random.Random(13)
    for content in (generator.randbytes(50000), bytes(1000), "电池".encode("utf-16"), b"x" * (5 << 20), "电池隔膜 " * 200000,
                    b"\xff" * 100, "（" * 10000):
        done = zhiyun("match", "--text", write("need.bin", content))
        assert done.code in (0, 3), done
        assert len(done.err.strip().splitlines()) == (1 if done.code == 3 else 0), done
        harmless(done.out), harmless(done.err)
    assert zhiyun("match", "--text", WORK).code == 3


# --- HTTP ---------------------------------------------------------------------------------------


def test_a_server_under_bad_requests():
    server = Server(fresh("served"))
    try:
        for request in (b"\r\n\r\n", b"GET\r\n\r\n", b"\0" * 1000, b"\x16\x03\x01\x02\x00" * 50, b"GET / HTTP/9.9\r\n\r\n",
                        b"GET /../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
                        b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
                        b"POST /api/v1/match HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n",
                        b"POST /api/v1/match HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n",
                        b"POST /api/v1/match HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 2_000_000 + b"\r\n\r\n",
                        b"GET /" + b"a" * 500_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                        b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 50_000 + b"\r\n"):
            reply = server.ask(request, patience=3)
            status = server.status(reply)
            # A path that names no resource shows the portal, whatever it climbs.
            assert status is None or 200 <= status < 600, (request[:60], reply[:300])
            assert b"root:" not in reply
        for path in (b"/api/v1/search?query=%ff%fe", b"/api/v1/search?query=%00", b"/api/v1/search?query=%", b"/api/v1/search?k=-1&query=x",
                     b"/api/v1/search?k=99999999999999999999&query=x", b"/api/v1/search?query=" + b"(" * 3000,
                     b"/api/v1/search?query=" + b"%E7%94%B5" * 3000, b"/api/v1/search?query=x&query=y", b"/api/v1/patents/-1",
                     b"/api/v1/patents/99999999999999999999", b"/api/v1/patents/%00", b"/api/v1/nothing", b"/api/v1/search?filter=" + b"=" * 100):
            reply = server.get(path)
            assert server.status(reply) in (200, 400, 404, 413, 414, 422, 431), (path[:80], reply[:500])
            assert b"\r\n\r\n" in reply, reply[:300]
            if server.status(reply) != 414 and server.status(reply) != 431:
                json.loads(reply.split(b"\r\n\r\n", 1)[1])
        for body in (b"", b"{", b"null", b"[]", b"{}", b'{"text":1}', b'{"text":"\xff\xfe"}', b'{"text":"\\ud800"}', b"[" * 100000,
                     b'{"text":"' + b"x" * (6 << 20) + b'"}', b'{"text":"x","k":1e999}', b'{"text":"x","k":-1}', b'{"text":"x","text":"y"}'):
            for path in (b"/api/v1/match", b"/api/v1/landscape"):
                reply = server.ask(b"POST " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n"
                                   b"Content-Length: %d\r\n\r\n" % len(body) + body)
                status = server.status(reply)
                assert status in (200, 400, 413, 415, 422) or status is None and len(body) > 1 << 20, (path, body[:60], reply[:500])
        assert server.alive()
    finally:
        server.stop()


def upload(server, body, name=b"a.csv", head=b"", query=b""):
    reply = server.ask(b"POST /api/v1/imports?name=" + name + query + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                       + head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    content = reply.split(b"\r\n\r\n", 1)[1] if b"\r\n\r\n" in reply else b"null"
    return server.status(reply), json.loads(content)


def test_bad_uploads():
    data = fresh("uploads", 3)
    server = Server(data)
    try:
        imports = lambda: json.loads(server.get(b"/api/v1/imports").split(b"\r\n\r\n", 1)[1])["total"]  # noqa: E731
        before = imports()
        bomb = zip_of([("a.csv", table(good_rows()) + " " * (4 << 20))], 100)
        for body, name in ((b"", b"a.csv"), (b"x", b"%1b%5b2J.csv"), (bomb, b"b.zip"), (b"x", b"..%2f..%2fetc"), (b"x", b"a" * 5000)):
            status, reply = upload(server, body, name)
            assert status in (400, 413) and reply["detail"], (name, status, reply)
        assert imports() == before  # none has a number
        assert upload(server, b"x", query=b"&format=nope")[0] == 400
        assert upload(server, b"x", query=b"&map=nope")[0] == 400
        rows = table(good_rows()).encode()
        for origin in (b"http://evil.example", b"null", b"http://127.0.0.1.evil.example", b"http://localhost:1", b"https://127.0.0.1"):
            assert upload(server, rows, head=b"Origin: " + origin + b"\r\n")[0] == 403, origin
        assert server.status(server.get(b"/api/v1/search?query=x", b"Origin: http://127.0.0.1\r\n")) == 200
        for _ in range(5):  # a client that goes away
            with socket.create_connection(("127.0.0.1", server.port)) as s:
                s.sendall(b"POST /api/v1/imports?name=a HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\nabc")
        assert upload(server, rows, head=b"Origin: http://127.0.0.1\r\n")[1]["files"][0]["inserted"] == 3
        left = [name for name in os.listdir(data) if name.startswith("upload")]
        assert not left, left
        for _ in range(6000):  # the server's index follows within a second
            if b'"total":6' in server.get(b"/api/v1/search?query=").replace(b" ", b""):
                break
            time.sleep(0.1)
    finally:
        server.stop()
    assert total(data) == 6


def test_a_server_under_many_slow_connections():
    server = Server(fresh("slow", 3))
    held = []
    try:
        for i in range(300):
            s = socket.create_connection(("127.0.0.1", server.port), timeout=600)
            held.append(s)
            try:
                s.sendall(b"GET /api/v1/search?query=x HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
            except OSError:
                pass
        # Not within so many seconds: under a sanitizer on a busy machine that says nothing. It is served
        # while they sit there, not once they were shut.
        assert server.alive(patience=60), "slow clients shut the others out"
        shut = select.select(held, [], [], 0)[0]
        assert len(shut) < len(held), "it was served after the slow clients were shut"
    finally:
        for s in held:
            s.close()
        assert server.alive()
        server.stop()


if __name__ == "__main__":
    os.makedirs(TEMPORARY)
    try:
        tap.run(sys.modules[__name__])
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
