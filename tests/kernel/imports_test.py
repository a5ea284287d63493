#!/usr/bin/env python3
"""imports_test.py ZHIYUN: what several sources make of the same patents, and what stays of it when one is taken back.

What is to come out is computed here from the rules of the manual (3.5), on what the files say, by code that knows nothing of
the program's: the legal status goes by the date of the data, then by rank; everything else by rank (an office's own data, an
office's export, a vendor, a list), then offices of the province before parties, then by date, then by which unit spoke first, then by
rank again, then by which of its files came last. What a party calls a vendor's counts beside other units as its list. A date
that is not known is older than any.
"""
import gzip
import hashlib
import io
import json
import os
import random
import re
import sys
import threading
import time
import urllib.parse
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import bodies  # noqa: E402
import client  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
SEED = int(os.environ.get("SEED", "20261123"))
PATENTS = 200
SOURCES = [("cnipa", 4, "province_officer"), ("cnipa-search", 3, "province_officer"), ("patsnap", 2, "province_officer"),
           ("patsnap", 2, "centre_staff"), ("incopat", 2, "centre_neighbour"), (None, 1, "province_officer"), (None, 1, "centre_staff"),
           (None, 1, "centre_staff"), (None, 1, "centre_neighbour"), (None, 1, "centre_neighbour")]
DAYS = [None, None, "2024-03-01", "2024-09-01", "2025-02-01", "2025-02-01"]
STATUS = {"有效": "active", "失效": "inactive", "审中": "pending"}
COLUMNS = ("标题", "申请人", "当前权利人", "申请日", "法律状态", "摘要")


def number(n):
    return f"CN2{n:08d}A"


class File:
    """One import: what it says of which patent."""

    def __init__(self, chance, order, source, rank, who):
        self.order, self.source, self.rank, self.who = order, source, rank, who
        self.day = chance.choice(DAYS) if who == "province_officer" else None  # a party does not say of what day its data are
        self.columns = [c for c in COLUMNS if chance.random() < 0.8] or ["标题"]
        self.says = {}
        for n in range(PATENTS):
            if chance.random() < 0.6:
                self.says[n] = {c: self.value(chance, c) for c in self.columns if chance.random() < 0.85}
                self.says[n].setdefault("标题", self.value(chance, "标题"))
        if "标题" not in self.columns:
            self.columns.insert(0, "标题")

    def value(self, chance, column):
        if column == "申请日":
            return f"20{chance.randint(10, 22)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}"
        if column == "法律状态":
            return chance.choice(list(STATUS))
        if column in ("申请人", "当前权利人"):
            return ";".join(f"虚构{self.order}号{chance.choice('甲乙丙丁')}{k}公司" for k in range(chance.randint(1, 2)))
        return f"虚构{column}{chance.randint(1, 99)}之{self.order}"

    def name(self):
        return f"名单{self.order}.csv"

    def text(self):
        lines = [",".join(("公开号", *self.columns))]
        lines += [",".join((number(n), *(said.get(c, "") for c in self.columns))) for n, said in sorted(self.says.items())]
        return "\n".join(lines).encode()

    def weight(self, files):
        """Among the files that speak of a patent: an office's data are nobody's layer."""
        first = min(f.order for f in files if f.who == self.who and f.rank < 4) if self.rank < 4 else -1
        office = self.who == "province_officer"
        return (self.rank if office else min(self.rank, 1), office, self.day or "", -first, self.rank, self.order)

    def fresh(self, files):
        return (self.day or "", *self.weight(files))


def wanted(files, n):
    """By the rules, of patent n."""
    out = {}
    for column in COLUMNS:
        saying = [f for f in files if f.says.get(n, {}).get(column)]
        if saying:
            best = max(saying, key=lambda f: f.fresh(files) if column == "法律状态" else f.weight(files))
            out[column] = best.says[n][column]
    if "法律状态" in out:
        out["法律状态"] = STATUS[out["法律状态"]]
    return out


def shown(record):
    """The same of what the program shows."""
    def texts(part):
        return [t["content"] for t in record.get("texts", []) if t["part"] == part]

    def parties(role):
        return ";".join(p["name"] for p in record.get("parties", []) if p["role"] == role)
    out = {"标题": (texts("title") or [""])[0], "摘要": (texts("abstract") or [""])[0], "申请人": parties("applicant"),
           "当前权利人": parties("assignee"), "申请日": record.get("application_date", ""), "法律状态": record.get("status", "")}
    assert len(texts("title")) <= 1 and len(texts("abstract")) <= 1, record
    return {k: v for k, v in out.items() if v}


FIELDS = {"标题": "title", "申请人": "applicant", "申请日": "application_date", "法律状态": "status"}


def conflicts(files, n):
    """What each file says otherwise than is shown, by its name."""
    out, there = {}, wanted(files, n)
    for file in files:
        said = {FIELDS[c]: STATUS.get(v, v) for c, v in file.says[n].items() if c in FIELDS and v and STATUS.get(v, v) != there[c]}
        if set(said.get("applicant", "").split(";")) <= set(there.get("申请人", "").split(";")):
            said.pop("applicant", None)
        out[file.name()] = {field: value.replace(";", "; ") for field, value in said.items()}
    return out


def bring(world, who, file, name=None):
    name = name or file.name()
    query = f"/imports?name={name}" + (f"&source={file.source}" if file.source else "") + (f"&as_of={file.day}" if file.day else "")
    done = world[who].ask("POST", query, raw=file.text())
    assert done.status == 200, done
    report, = done.json["files"]
    assert report["rejected"] == 0 and report["records"] == len(file.says), report
    said = done.content.decode()
    assert world.data not in said and "/proc/" not in said and "/tmp" not in said, said[:400]
    return done.json


def everything(world):
    """All that is there, as the API tells it: number → body."""
    out = {}
    for key, one in client.ask_sql(world, "SELECT number_key, publication_id FROM publication_key"):
        out[key] = world["bank_officer"].get(f"/patents/{one}").content
    return out


def compare(world, files):
    faults = []
    state = everything(world)
    for n in range(PATENTS):
        there = [f for f in files if n in f.says]
        body = state.pop(f"CN/2{n:08d}/A", None)
        if (body is not None) != bool(there):
            faults.append((n, "there" if body else "not there"))
        elif body and shown(json.loads(body)["record"]) != wanted(there, n):
            faults.append((n, shown(json.loads(body)["record"]), wanted(there, n)))
        elif body:
            said = {s["file"]: {c["field"]: c["value"] for c in s["conflicts"]} for s in json.loads(body)["sources"]}
            if said != conflicts(there, n):
                faults.append((n, said, conflicts(there, n)))
    assert not faults and not state, (len(faults), faults[:3], list(state)[:3])


def test_what_sources_say_differently_comes_out_by_the_rules_and_each_is_taken_back(world):
    print(f"# SEED={SEED}")
    chance = random.Random(SEED)
    files = [File(chance, order, *one) for order, one in enumerate(chance.sample(SOURCES, len(SOURCES)))]
    numbers, before = {}, [everything(world)]
    for file in files:
        report = bring(world, file.who, file)
        numbers[file.order], = report["imports"]
        before.append(everything(world))
    disputed = sum(len([f for f in files if n in f.says]) > 1 for n in range(PATENTS))
    assert disputed > PATENTS * 0.9, disputed
    compare(world, files)
    for file in files:  # each with its receipt
        entry = world["province_officer"].get(f"/imports/{numbers[file.order]}").json["entry"]
        assert world[file.who].get(f"/receipts/{entry}").status == 200, file.order
    # The same file under another name is the same source: nothing changes, and it is the same import.
    again = bring(world, files[0].who, files[0], "另一个名字.csv")
    assert again["imports"] == [numbers[files[0].order]] and again["files"][0]["unchanged"] == len(files[0].says), again
    assert everything(world) == before[-1]
    # The last ones are taken back in turn: each time everything is to the byte as it was before.
    for k in range(len(files) - 1, len(files) - 4, -1):
        undone = world["province_officer"].ask("POST", f"/imports/{numbers[files[k].order]}/undo")
        assert undone.status == 200 and undone.json["state"] == "undone", undone
        assert everything(world) == before[k], k
        receipt = world["province_officer"].get(f"/receipts/{undone.json['undone_entry']}")
        assert receipt.status == 200, receipt
    # The others in any order.
    left = files[:-3]
    while left:
        gone = left.pop(chance.randrange(len(left)))
        assert world["province_officer"].ask("POST", f"/imports/{numbers[gone.order]}/undo").status == 200
        compare(world, left)
    assert everything(world) == {}
    # Brought in again, it is another import.
    number_again, = bring(world, files[0].who, files[0])["imports"]
    assert number_again > max(numbers.values())
    compare(world, files[:1])
    assert world["province_officer"].ask("POST", f"/imports/{number_again}/undo").status == 200
    assert json.loads(world.server.run("--json", "verify"))["ok"]


def test_imports_are_listed_the_latest_first(world):
    officer = world["province_officer"]
    first = officer.ask("POST", "/imports?name=甲.csv", raw="公开号,标题,申请人\nCN299000001A,旧题,甲公司\nCN299000002A,不变,甲公司".encode()).json
    second = officer.ask("POST", "/imports?name=乙.csv&source=patsnap",
                         raw="公开号,标题,申请日,申请人\nCN299000001A,新题,2020-01-02,甲公司\nCN299000003A,另一件,,".encode()).json
    one, two = first["imports"][0], second["imports"][0]
    assert officer.ask("POST", f"/imports/{two}/undo").status == 200
    listed = officer.get("/imports?limit=1").json
    assert listed["items"][0]["id"] == two and listed["items"][0]["state"] == "undone" and listed["next"] == two, listed
    assert officer.get(f"/imports?before={two}").json["items"][0]["id"] == one
    assert officer.ask("POST", f"/imports/{two}/undo").status == 409
    assert officer.get("/imports/999999").status == 404


def test_a_file_that_is_read_otherwise_replaces_what_it_was_read_as(world):
    """Nothing stays of the first reading, which took one column for another; another unit's stays."""
    officer = world["province_officer"]

    def read(who, column):
        rows = "".join(f"CN29800{n:04d}A,CN29700{n:04d}A,题{n},{who.name}公司\n" for n in range(30))
        table = f"甲号,乙号,标题,申请人\n{rows}".encode()
        done = who.ask("POST", f"/imports?name=两号.csv&map={urllib.parse.quote(column + '=publication_number')}", raw=table)
        assert done.status == 200, done
        return done.json

    def there():
        numbers = client.ask_sql(world, "SELECT count(*), min(number_key) FROM publication_key WHERE number_key LIKE 'CN/29%00%'"
                                 " AND (number_key LIKE 'CN/298%' OR number_key LIKE 'CN/297%')")
        return numbers[0]

    read(world["centre_manager"], "甲号")
    wrong = read(officer, "甲号")
    assert there()[0] == "30" and wrong["remarks"] == [], wrong
    right = read(officer, "乙号")
    assert there() == ("60", "CN/297000000/A"), there()
    remark, = right["remarks"]
    assert str(wrong["imports"][0]) in remark, remark
    assert officer.get(f"/imports/{wrong['imports'][0]}").json["state"] == "undone"
    assert world["centre_manager"].ask("POST", f"/imports/{read(world['centre_manager'], '乙号')['imports'][0]}/undo").status == 200
    assert there() == ("30", "CN/297000000/A"), there()
    again = read(officer, "乙号")  # the same once more replaces nothing
    assert again["imports"] == right["imports"] and again["remarks"] == [], again


def test_whose_imports_one_sees_and_what_one_may_say_of_a_file(world):
    def made(who, n, more=""):
        done = world[who].ask("POST", f"/imports?name=a.csv{more}", raw=f"公开号,标题,申请人\nCN2980{n:05d}A,题,甲公司".encode())
        assert done.status == 200, done
        return done.json["imports"][0]
    mine, far = made("centre_staff", 1), made("centre_other_province", 2)
    for who, reaches in (("centre_staff", {mine}), ("centre_manager", {mine}), ("centre_neighbour", set()),
                         ("province_officer", {mine}), ("ip_centre_officer", {mine}), ("province_other", {far}),
                         ("centre_other_province", {far})):
        seen = {i["id"] for i in world[who].get("/imports").json["items"]}
        for one in (mine, far):
            assert (one in seen) == (one in reaches), (who, one, seen)
            assert world[who].get(f"/imports/{one}").status == (200 if one in reaches else 404), (who, one)
            if one not in reaches:
                assert world[who].ask("POST", f"/imports/{one}/undo").status == 404, (who, one)
    for who in ("bank_officer", "auditor", "expert", "company_staff", "sysadmin"):
        for path in ("/imports", f"/imports/{mine}"):
            assert world[who].get(path).status == 403, (who, path)
        assert world[who].ask("POST", f"/imports/{mine}/undo").status == 403, who
    assert world["centre_staff"].ask("POST", f"/imports/{mine}/undo").json["state"] == "undone"
    # A party's file is no office's data because it says so; nor is a day one that has not come.
    line = "公开号,标题,申请人\nCN298100001A,题,甲公司".encode()
    for source, status in (("docdb", 403), ("cnipa-search", 403), ("patsnap", 200), ("我们自己的", 200)):
        assert world["centre_staff"].ask("POST", f"/imports?name=a.csv&source={source}", raw=line).status == status, source
    for day, status in (("2999-01-01", 400), ("2024-02-30", 400), ("2024", 400), ("2024-02-29", 200)):
        assert world["province_officer"].ask("POST", f"/imports?name=a.csv&as_of={day}", raw=line).status == status, day
    # The latest decides the legal status for everybody: a party does not say how late its own list is.
    assert world["centre_staff"].ask("POST", "/imports?name=a.csv&as_of=2024-02-29", raw=line).status == 403


def test_a_vendor_named_by_a_party_is_the_partys_word(world):
    """It overrules neither another party's list nor an office's, whoever came first; the report counts what readers see anew."""
    head, number = "公开号,标题,申请人,法律状态", "CN298700001A"

    def brought(who, title, source=None):
        path = f"/imports?name={title}.csv" + (f"&source={source}" if source else "")
        done, = world[who].ask("POST", path, raw=f"{head}\n{number},{title},虚构公司,有效".encode()).json["files"]
        (one,), = client.ask_sql(world, "SELECT publication_id FROM publication_key WHERE number_key = 'CN/298700001/A'")
        title, = [t["content"] for t in world["bank_officer"].get(f"/patents/{one}").json["record"]["texts"]]
        return title, [key for key in ("inserted", "updated", "unchanged") if done[key]]
    assert brought("centre_staff", "本单位所写") == ("本单位所写", ["inserted"])
    assert brought("centre_neighbour", "冒称数据商", "incopat") == ("本单位所写", ["unchanged"])
    assert brought("centre_staff", "本单位数据商所写", "patsnap") == ("本单位数据商所写", ["updated"])  # before its own list
    assert brought("province_officer", "省局清单所写") == ("省局清单所写", ["updated"])
    assert brought("province_officer", "省局数据商所写", "incopat") == ("省局数据商所写", ["updated"])
    assert brought("centre_staff", "又一数据商", "orbit") == ("省局数据商所写", ["unchanged"])


def test_a_patent_names_the_publications_of_its_number(world):
    rows = "公开号,标题,申请人,公开日\nCN298800001A,虚构泵,虚构公司,2020-01-03\nCN298800001A8,虚构泵,虚构公司,2020-05-08\nCN298800002A,虚构阀,虚构公司,2020-01-03"
    assert world["province_officer"].ask("POST", "/imports?name=a.csv&source=patsnap", raw=rows.encode()).json["files"][0]["inserted"] == 3
    ids = dict(client.ask_sql(world, "SELECT number_key, publication_id FROM publication_key WHERE number_key LIKE 'CN/29880000%'"))
    both = [{"id": int(ids["CN/298800001/A"]), "number": "CN298800001A", "date": "2020-01-03"},
            {"id": int(ids["CN/298800001/A8"]), "number": "CN298800001A8", "date": "2020-05-08"}]
    for key in ("CN/298800001/A", "CN/298800001/A8"):
        assert world["bank_officer"].get(f"/patents/{ids[key]}").json["publications"] == both
    assert len(world["bank_officer"].get(f"/patents/{ids['CN/298800002/A']}").json["publications"]) == 1


def docdb(number, title, day):
    """As the EPO writes it, of a day of its own."""
    return (f'<?xml version="1.0" encoding="UTF-8"?><exch:exchange-documents xmlns:exch="http://www.epo.org/exchange" date-of-exchange="{day}">'
            f'<exch:exchange-document country="CN" doc-number="{number}" kind="A" status="C"><exch:bibliographic-data>'
            f'<exch:publication-reference data-format="docdb"><document-id><country>CN</country><doc-number>{number}</doc-number><kind>A</kind>'
            f'<date>20200102</date></document-id></exch:publication-reference><exch:invention-title lang="zh">{title}</exch:invention-title>'
            "</exch:bibliographic-data></exch:exchange-document></exch:exchange-documents>").encode()


def redbook(number, title, day):
    return (f'<?xml version="1.0" encoding="UTF-8"?><us-patent-grant lang="EN" country="US" date-produced="{day}"><us-bibliographic-data-grant>'
            f"<publication-reference><document-id><country>US</country><doc-number>{number}</doc-number><kind>B2</kind><date>20200102</date>"
            f"</document-id></publication-reference><invention-title>{title}</invention-title></us-bibliographic-data-grant></us-patent-grant>").encode()


def test_what_a_party_writes_in_an_offices_format_is_its_list(world):
    """By an officer the same bytes are the office's; by a party they are weighed as any list, without the day that they give."""
    made = ((docdb, "298500001", "CN298500001A", "CN/298500001/A", "docdb"), (redbook, "09850001", "US9850001B2", "US/%9850001/%", "uspto"))
    for form, number, written, key, office in made:
        theirs = "数据商的题" if office == "docdb" else "A vendor's title"
        held = f"公开号,标题,申请人,法律状态\n{written},{theirs},甲公司,有效".encode()
        known = world["province_officer"].ask("POST", "/imports?name=a.csv&source=patsnap&as_of=2024-01-01", raw=held)
        assert known.status == 200 and known.json["files"][0]["inserted"] == 1, known
        forged = form(number, "自造的题", "20250101")

        def record():
            (one,), = client.ask_sql(world, f"SELECT publication_id FROM publication_key WHERE number_key LIKE '{key}'")
            return world["bank_officer"].get(f"/patents/{one}").json
        for query in ("", "&format=" + ("docdb" if office == "docdb" else "uspto-redbook"), "&job=true"):
            done = world["centre_staff"].ask("POST", f"/imports?name=a.xml{query}", raw=forged)
            report = done.json
            if done.status == 202:
                assert ended(world["centre_staff"], report["job"])
                report = world["centre_staff"].get(f"/jobs/{report['job']}/result").json
            said, = report["files"]
            assert said["records"] == 1 and "as_of" not in said, said
            warned, = [w for w in said["warnings"] if w.get("value") == office]
            assert "一份清单" in warned["kind"] or "list of your unit" in warned["kind"], warned
            got = record()
            assert shown(got["record"])["标题"] == theirs and shown(got["record"])["法律状态"] == "active", got
            assert office not in json.dumps(got["sources"]) and hashlib.sha256(forged).hexdigest() in json.dumps(got["sources"]), got
        brought = world["province_officer"].ask("POST", "/imports?name=a.xml", raw=form(number, "专利局的题", "20250101")).json
        assert brought["files"][0]["as_of"] == "2025-01-01" and not brought["files"][0]["warnings"], brought
        assert shown(record()["record"])["标题"] == "专利局的题"


def workbook(sheets):
    """An .xlsx of sheets: (name, hidden, rows of (hidden, cells))."""
    rel, content = "http://schemas.openxmlformats.org/officeDocument/2006/relationships", io.BytesIO()

    def sheet(rows):
        lines = []
        for n, (hidden, cells) in enumerate(rows, 1):
            texts = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in cells)
            lines.append(f'<row r="{n}"{" hidden=" + chr(34) + "1" + chr(34) if hidden else ""}>{texts}</row>')
        return f"<worksheet><sheetData>{''.join(lines)}</sheetData></worksheet>"
    with zipfile.ZipFile(content, "w") as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        z.writestr("_rels/.rels", f'<Relationships><Relationship Id="r" Type="{rel}/officeDocument" Target="/xl/workbook.xml"/></Relationships>')
        z.writestr("xl/workbook.xml", f'<workbook xmlns:r="{rel}"><sheets>' + "".join(
            f'<sheet name="{name}" sheetId="{n}" r:id="s{n}"{" state=" + chr(34) + "hidden" + chr(34) if hidden else ""}/>'
            for n, (name, hidden, _) in enumerate(sheets, 1)) + "</sheets></workbook>")
        z.writestr("xl/_rels/workbook.xml.rels", "<Relationships>" + "".join(
            f'<Relationship Id="s{n}" Type="{rel}/worksheet" Target="worksheets/s{n}.xml"/>' for n in range(1, len(sheets) + 1)) + "</Relationships>")
        for n, (_, _, rows) in enumerate(sheets, 1):
            z.writestr(f"xl/worksheets/s{n}.xml", sheet(rows))
    return content.getvalue()


def test_what_a_workbook_hides_is_read_and_told(world):
    head = (False, ("公开号", "标题", "申请人"))

    def row(n, hidden=False):
        return hidden, (f"CN2993{n:05d}A", f"题{n}", "甲公司")
    done = world["province_officer"].ask("POST", "/imports?name=a.xlsx", raw=workbook([
        ("明", False, [head, row(1), row(2, True), row(3, True)]), ("暗", True, [head, row(4)]), ("说明", True, [(False, ("无关",))])]))
    report, = done.json["files"]
    assert report["inserted"] == 4, report
    told = [r for r in report["remarks"] if "hidden" in r or "隐藏" in r]
    assert len(told) == 2 and "明" in told[0] and "2" in told[0] and "3" in told[0] and "暗" in told[1], report["remarks"]
    plain, = world["province_officer"].ask("POST", "/imports?name=b.xlsx", raw=workbook([("明", False, [head, row(5)])])).json["files"]
    assert not any("hidden" in r or "隐藏" in r for r in plain["remarks"]), plain


def ended(who, job):
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        one = who.get(f"/jobs/{job}").json
        if one["state"] not in ("queued", "running"):
            return one
        time.sleep(0.02)
    raise AssertionError(one)


def test_no_path_of_the_server_is_told(world):
    """Whatever is wrong with a file, it is called what its bringer called it: at once, by a job, and with the patents."""
    who, packed = world["centre_staff"], gzip.compress(("公开号,标题,申请人\n" + "CN299600001A,题,甲公司\n" * 5000).encode())
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as z:
        z.writestr("内/一.csv", "公开号,标题,申请人\nCN299600002A,题,甲公司\n见附件,题,甲公司")
        z.writestr("内/二.bin", b"\0\1\2")
    for name, content in (("空.csv", b""), ("坏.gz", packed[:60]), ("坏.zip", archive.getvalue()[:70]), ("图.png", b"\x89PNG\r\n\x1a\n"),
                          ("乱.bin", b"\0\1\2"), ("坏.xlsx", b"PK\3\4" + b"x" * 200), ("包.zip", archive.getvalue()),
                          ("../../etc/passwd", b"\0\1\2")):
        asked = urllib.parse.quote(name)
        replies = [who.ask("POST", f"/imports?name={asked}", raw=content), who.ask("POST", f"/imports?name={asked}&job=true", raw=content)]
        if replies[1].status == 202:
            one = replies[1].json["job"]
            replies += [ended(who, one) and who.get(f"/jobs/{one}"), who.get(f"/jobs/{one}/result")]
        for reply in replies:
            said = reply.content.decode()
            assert not any(path in said for path in (world.data, "/proc/", "/tmp", "/dev/shm", ".upload")), (name, said[:600])
        if replies[0].status == 200:
            assert all(f["file"].startswith(name) for f in replies[0].json["files"]), (name, replies[0])
    one = client.ask_sql(world, "SELECT publication_id FROM publication_key WHERE number_key = 'CN/299600002/A'")[0][0]
    assert [s["file"] for s in who.get(f"/patents/{one}").json["sources"]] == ["包.zip/内/一.csv"]
    beside = os.path.join(world.data, "deep")
    os.mkdir(beside)
    with open(os.path.join(beside, "list.csv"), "w", encoding="utf-8") as file:
        file.write("公开号,标题,申请人\nCN299600003A,题,甲公司")
    world.server.run("import", file.name)
    one = client.ask_sql(world, "SELECT publication_id FROM publication_key WHERE number_key = 'CN/299600003/A'")[0][0]
    assert [s["file"] for s in who.get(f"/patents/{one}").json["sources"]] == ["list.csv"]
    assert world["province_officer"].get("/imports").json["items"][0]["name"] == "list.csv"


def test_a_check_says_what_an_import_would_do_and_writes_nothing(world):
    who, table = world["centre_staff"], "公开号,标题,申请人,自编号\n"
    held = "".join(f"CN2991{n:05d}A,旧题{n},甲公司,{n}\n" for n in range(40))
    asked = urllib.parse.quote("清单.csv")
    assert who.ask("POST", f"/imports?name={asked}&source=patsnap", raw=(table + held).encode()).status == 200
    mixed = "".join(f"CN2991{n:05d}A,{'旧' if n < 20 else '新'}题{n},甲公司,{n}\n" for n in range(1000)) + "见附件,坏,甲公司,x\n" * 12

    def state():
        return [client.ask_sql(world, f"SELECT count(*) FROM {table}") for table in ("publication", "publication_source", "publication_import", "import_file", "change", "job")]

    def report(path):
        queued = who.ask("POST", path, raw=b"" if "check=" in path else (table + mixed).encode())
        assert queued.status == 202, queued
        job = ended(who, queued.json["job"])
        assert job["state"] == "done", job
        return job

    def counts(result):
        return [result[name] for name in ("inserted", "updated", "unchanged", "rejected", "records")]
    before = state()
    said = who.ask("POST", f"/imports?name={asked}&source=patsnap&dry_run=true", raw=(table + mixed).encode()).json
    assert state() == before and said["imports"] == [] and said["dry_run"], said
    one, = said["files"]
    assert counts(one) == [960, 20, 20, 12, 1012], one
    assert [(c["column"], c["field"], c["known"], c["sample"][1]) for c in one["columns"]] == [
        ("公开号", "publication_number", True, "CN299100001A"), ("标题", "title", True, "旧题1"), ("申请人", "applicant", True, "甲公司"),
        ("自编号", "vendor", False, "1")], one["columns"]
    assert one["with"] == {"applicant": 1000, "abstract": 0, "class": 0, "citation": 0} and len(one["rejects"]) == 12, one
    assert {"field": "title"}.items() <= next(f for f in said["fields"] if f["field"] == "title").items()
    check = report(f"/imports?name={asked}&source=patsnap&dry_run=true&job=true")
    assert (check["kind"], check["name"], counts(check["result"])) == ("import_check", "清单.csv", counts(one)), check
    assert state()[:-1] == before[:-1]
    # Another account has neither the file nor its refused rows.
    assert world["province_officer"].ask("POST", f"/imports?name=a.csv&check={check['id']}", raw=b"").status == 404
    part = f"/jobs/{check['id']}/result?part=rejects"
    assert world["province_officer"].get(part).status == 404
    book = who.get(part)
    assert book.status == 200 and book.content[:2] == b"PK"
    # It goes in without being sent again, by a column that was said meanwhile.
    again = report(f"/imports?name=x.csv&check={check['id']}&dry_run=true&map={urllib.parse.quote('自编号=source_id')}")
    assert next(c for c in again["result"]["files"][0]["columns"] if c["column"] == "自编号")["field"] == "source_id", again
    done = report(f"/imports?name=x.csv&check={check['id']}")
    assert (done["kind"], done["name"], done["check"], counts(done["result"])) == ("import", "清单.csv", check["id"], counts(one)), done
    listed, = [i for i in who.get("/imports").json["items"] if i["id"] in done["result"]["imports"]]
    assert (listed["name"], listed["source"], listed["records"]) == ("清单.csv", "patsnap", 1012), listed
    assert counts(report(f"/imports?name=x.csv&check={check['id']}&dry_run=true")["result"]) == [0, 0, 1000, 12, 1012]
    # The workbook as it came, mended: its rows are new.
    mended = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book.content)) as old, zipfile.ZipFile(mended, "w") as new:
        numbers = iter(range(12))
        for member in old.namelist():
            content = old.read(member).decode()
            new.writestr(member, re.sub("见附件", lambda _: f"CN2992{next(numbers, 0):05d}A", content) if member.endswith("sheet1.xml") else content)
    back = who.ask("POST", "/imports?name=b.xlsx&source=patsnap", raw=mended.getvalue()).json["files"][0]
    assert counts(back) == [12, 0, 0, 0, 12], back


def test_a_file_that_is_refused_has_an_error_and_no_number(world):
    who = world["centre_staff"]
    before = who.get("/imports").json["total"]
    rows = "甲列,标题,申请人\n" + "".join(f"CN2993{n:05d}A,题{n},甲公司\n" for n in range(20))
    for name, content in (("asks.csv", rows.encode()), ("empty.csv", b""), ("a.png", b"\x89PNG\r\n\x1a\n"), ("none.csv", "甲,乙\n1,2\n".encode())):
        refused = who.ask("POST", f"/imports?name={name}", raw=content)
        assert refused.status == 400 and refused.json["detail"], (name, refused)
        queued = who.ask("POST", f"/imports?name={name}&job=true", raw=content)
        job = ended(who, queued.json["job"])
        assert (job["state"], job["error"]) == ("failed", refused.json["detail"]), (name, job)
        checked = who.ask("POST", f"/imports?name={name}&dry_run=true", raw=content)
        assert checked.status == 200 and checked.json["files"][0]["refused"], (name, checked)
        columns = {"asks.csv": ["甲列", "标题", "申请人"], "none.csv": ["甲", "乙"]}.get(name, [])
        assert [c["column"] for c in checked.json["files"][0]["columns"]] == columns, checked
    assert who.get("/imports").json["total"] == before


def test_no_cell_of_an_exported_table_is_a_formula(world):
    """Nor one in full-width letters, which spreadsheets of East Asia fold."""
    who = world["centre_manager"]
    titles = [f"{sign}1+1虚构算式" for sign in "=+-@＝＋－＠"]
    table = "公开号,标题,申请人\n" + "".join(f"CN2960000{n:02d}A,{title},虚构算式公司\n" for n, title in enumerate(titles))
    assert who.ask("POST", "/imports?name=formulas.csv", raw=table.encode()).status == 200
    for _ in range(600):
        done = who.get("/search/export.csv?" + urllib.parse.urlencode([("query", "虚构算式")]))
        told = done.content.decode("utf-8-sig")
        if done.status == 200 and told.count("算式公司") == len(titles):  # at first there is no index
            break
        time.sleep(0.1)
    assert all(f'"\'{title}"' in told for title in titles), told


def test_an_import_that_runs_is_taken_back_as_well(world):
    who = world["centre_manager"]
    rows = "公开号,标题,申请人\n" + "".join(f"CN3{n:08d}A,虚构{n},甲公司\n" for n in range(30000))
    job = who.ask("POST", "/imports?name=long.csv&job=true&source=patsnap", raw=rows.encode()).json["job"]
    deadline = time.monotonic() + 600
    while (seen := who.get("/imports?limit=1").json["items"]) == [] or seen[0]["name"] != "long.csv":
        assert time.monotonic() < deadline
    assert seen[0]["source"] == "patsnap", seen
    undone = who.ask("POST", f"/imports/{seen[0]['id']}/undo")
    assert undone.json["state"] == "undone", undone
    done = ended(who, job)
    assert done["state"] in ("failed", "done"), done
    left = client.ask_sql(world, "SELECT count(*) FROM publication_key WHERE number_key LIKE 'CN/3%'")
    assert int(left[0][0]) == 0, (left, done)
    assert json.loads(world.server.run("--json", "verify"))["ok"]


def test_taking_back_goes_on_by_itself_after_the_server_ended(world):
    """However it ends: asked to, it answers first, with what it is then; killed, nobody is told anything."""
    for end, first in ((world.server.kill, 40000000), (world.server.stop, 50000000)):
        rows = "公开号,标题,申请人\n" + "".join(f"CN3{first + n:08d}A,虚构{n},甲公司\n" for n in range(4000))
        one, = world["centre_manager"].ask("POST", f"/imports?name={first}.csv", raw=rows.encode()).json["imports"]
        replies = []

        def undo():
            try:
                replies.append(world["centre_staff"].ask("POST", f"/imports/{one}/undo"))
            except OSError:
                pass
        asking = threading.Thread(target=undo)
        asking.start()
        while world["centre_manager"].get(f"/imports/{one}").json["state"] == "held":
            pass
        assert world["centre_manager"].get(f"/imports/{one}").json["state"] == "undoing"
        end()
        asking.join()
        assert end == world.server.kill or [(r.status, r.json["state"]) for r in replies] == [(200, "undoing")], replies
        world.server.start()
        deadline = time.monotonic() + 600
        while world["centre_manager"].get(f"/imports/{one}").json["state"] != "undone":
            assert time.monotonic() < deadline
            time.sleep(0.02)
        left = client.ask_sql(world, f"SELECT count(*) FROM publication_key WHERE number_key LIKE 'CN/3{first // 10000000}%'")
        assert int(left[0][0]) == 0, left
    assert json.loads(world.server.run("--json", "verify"))["ok"]


def message(who, kind):
    deadline = time.monotonic() + 600
    while True:
        found = [one for one in who.ask("GET", "/notifications?limit=100", headers={"Accept-Language": "zh"}).json["items"] if one["kind"] == kind]
        if found:
            return found[0]
        assert time.monotonic() < deadline, kind
        time.sleep(0.05)


def test_who_imports_a_file_that_is_cut_is_told_what_went_in(world):
    who = world["centre_staff"]
    text = "公开号,标题,申请人\n" + "".join(f"CN3{61000000 + n:08d}A,虚构装置{hashlib.sha256(b'%d' % n).hexdigest()},甲公司\n" for n in range(3000))
    packed = gzip.compress(text.encode())
    job = who.ask("POST", "/imports?name=cut.csv.gz&job=true", raw=packed[:len(packed) // 2]).json["job"]
    told = message(who, "job_cut")
    result = who.get(f"/jobs/{job}").json["result"]
    assert 0 < result["records"] < 3000 and result["files"][0]["refused"], result
    assert told["subject"] == {"type": "job", "id": job}, told
    assert told["title"] == f"“cut.csv.gz”没有读完，已导入 {result['records']} 行；请取完整的文件重新导入，已导入的不会重复", told
    whole, = who.ask("POST", "/imports?name=cut.csv.gz", raw=packed).json["files"]
    assert whole["records"] == whole["inserted"] + whole["updated"] + whole["unchanged"] == 3000 and "refused" not in whole, whole


def test_who_imports_a_workbook_is_told_when_the_server_was_killed(world):
    who, count = world["centre_staff"], 4000
    book = bodies.workbook([["名称", "产业链创新主体"]] + [[f"虚构中断企业{n}", "是"] for n in range(count)])
    before = who.get("/records/served_party?fields=id").json["total"]

    def send():
        try:
            who.ask("POST", "/records/served_party/import?name=中断.xlsx".replace("中断", urllib.parse.quote("中断")), raw=book)
        except OSError:
            pass
    asking = threading.Thread(target=send)
    asking.start()
    while int(client.ask_sql(world, "SELECT count(*) FROM record_import_row")[0][0]) < 50:
        pass
    world.server.kill()
    asking.join()
    world.server.start()
    told = message(who, "import_cut")
    rows = int(re.search(r"已写入的 (\d+) 行已全部收回", told["title"]).group(1))
    assert "“中断.xlsx”" in told["title"] and "请重新导入" in told["title"] and 50 <= rows <= count, told
    assert told["subject"] == {"type": "served_party", "id": "imports"}, told
    assert who.get("/records/served_party?fields=id").json["total"] == before
    again = who.ask("POST", f"/records/served_party/import?name={urllib.parse.quote('中断')}.xlsx", raw=book).json
    assert (again["created"], again["rejected"]) == (count, 0), again
    assert len([one for one in who.get("/notifications?limit=100").json["items"] if one["kind"] == "import_cut"]) == 1


def test_a_pasted_credit_code_is_read_as_its_characters(world):
    """In a form and in a workbook: with dashes, blanks, marks nobody sees, in full width and small letters."""
    who, path = world["centre_staff"], "/records/served_party"

    def wide(s):
        return "".join(chr(ord(c) + 0xFEE0) for c in s.lower())
    ways = [lambda c: f"{c[:8]}-{c[8:17]}\u2013{c[17:]}", lambda c: f"\ufeff{c[:8]}\u00a0{c[8:]}\u200b", lambda c: f"{c[:4]}\u00ad{c[4:]}",
            wide, lambda c: f"{wide(c[:8])}\uff0d{wide(c[8:])}"]
    codes = [bodies.credit_code(47110 + n) for n in range(2 * len(ways))]
    for way, code in zip(ways, codes):
        made = who.create("served_party", {"name": f"虚构粘贴{code}", "credit_code": way(code)})
        assert made.status == 201 and who.get(f"{path}/{made.json['id']}").json["credit_code"] == code, (code, made)
    book = bodies.workbook([["名称", "统一社会信用代码"]] + [[f"虚构粘贴{c}", way(c)] for way, c in zip(ways, codes[len(ways):])])
    done = who.ask("POST", f"{path}/import?name=pasted.xlsx", raw=book).json
    assert (done["created"], done["rejected"]) == (len(ways), 0), done
    kept = who.get(f"{path}?q=虚构粘贴&limit=100&fields=credit_code").json["items"]
    assert sorted(one["credit_code"] for one in kept) == sorted(codes), kept


def test_what_a_unit_corrects_is_seen_by_it_alone(world):
    line = "公开号,标题,申请人,法律状态\nCN299500001A,共有的题,甲公司;乙公司,有效".encode()
    brought, = world["province_officer"].ask("POST", "/imports?name=a.csv&source=cnipa", raw=line).json["imports"]
    one = client.ask_sql(world, "SELECT publication_id FROM publication_key WHERE number_key = 'CN/299500001/A'")[0][0]
    path, readers = f"/patents/{one}", ("province_officer", "centre_staff", "centre_colleague", "service_staff", "centre_neighbour")
    before = {who: world[who].get(path).content for who in readers}
    assert len(set(before.values())) == 1
    wish = {"title": "我们的题", "applicants": ["丙公司"], "status": "失效", "application_date": "2020-01-02", "reason": "核对原件"}
    done = world["centre_staff"].ask("PUT", f"{path}/correction", wish)
    assert done.status == 200, done
    own = {"标题": "我们的题", "申请人": "丙公司", "法律状态": "inactive", "申请日": "2020-01-02"}
    for who in readers:
        got = world[who].get(path)
        if who in ("centre_staff", "centre_colleague"):
            said, = got.json["sources"]
            assert shown(got.json["record"]) == own, got
            assert {c["field"]: c["value"] for c in said.pop("conflicts")} == {"title": "共有的题", "applicant": "甲公司; 乙公司", "status": "active"}
            assert [{**said, "conflicts": []}] == json.loads(before[who])["sources"], got
            assert got.json["correction"]["account"] == world["centre_staff"].account, got
        else:
            assert got.content == before[who], who
    # It is above what any source says, also later; the others have what that says.
    world["province_officer"].ask("POST", "/imports?name=b.csv&source=cnipa&as_of=2025-01-01",
                                  raw="公开号,标题,申请人,法律状态\nCN299500001A,后来的题,甲公司;乙公司,审中".encode())
    assert shown(world["centre_staff"].get(path).json["record"]) == own
    assert shown(world["service_staff"].get(path).json["record"])["法律状态"] == "pending"
    # Another unit's is another's; what is stated replaces what was; and all of it can be taken back.
    assert world["service_staff"].ask("PUT", f"{path}/correction", {"title": "所里的题", "reason": "x"}).status == 200
    assert shown(world["service_staff"].get(path).json["record"])["标题"] == "所里的题"
    assert shown(world["centre_staff"].get(path).json["record"]) == own
    assert world["centre_colleague"].ask("PUT", f"{path}/correction", {"title": "只有题", "reason": "x"}).status == 200
    assert shown(world["centre_staff"].get(path).json["record"])["法律状态"] == "pending"
    for who in ("centre_staff", "service_staff"):
        assert world[who].ask("DELETE", f"{path}/correction?reason=x").status == 200
        assert world[who].ask("DELETE", f"{path}/correction?reason=x").status == 404
    assert len({world[who].get(path).content for who in readers}) == 1
    for wish, status in (({"reason": "x"}, 400), ({"title": "题"}, 400), ({"grant_date": "2020-13-01", "reason": "x"}, 400)):
        assert world["centre_staff"].ask("PUT", f"{path}/correction", wish).status == status, wish
    assert world["centre_staff"].ask("PUT", "/patents/999999/correction", {"title": "题", "reason": "x"}).status == 404
    assert world["public"].ask("PUT", f"{path}/correction", {"title": "题", "reason": "x"}).status == 401
    assert world["province_officer"].ask("POST", f"/imports/{brought}/undo").status == 200
    assert json.loads(world.server.run("--json", "verify"))["ok"]


def test_who_works_in_a_unit_or_an_office_corrects_a_patent_for_it_and_nobody_else(world):
    """Administrators keep the instance, auditors and experts judge, banks and finance offices read: none of them corrects."""
    line = "公开号,标题,申请人\nCN299500009A,共有的题,甲公司".encode()
    brought, = world["province_officer"].ask("POST", "/imports?name=who.csv&source=cnipa", raw=line).json["imports"]
    one = client.ask_sql(world, "SELECT publication_id FROM publication_key WHERE number_key = 'CN/299500009/A'")[0][0]
    path, wish = f"/patents/{one}/correction", {"title": "更正的题", "reason": "核对原件"}
    for who in ("province_officer", "province_leader", "ip_centre_officer", "city_officer", "city_leader", "centre_staff", "centre_manager", "company_staff",
                "service_staff"):
        assert world[who].ask("PUT", path, wish).status == 200, who
        assert world[who].ask("DELETE", f"{path}?reason=x").status == 200, who
    for who in (client.FIRST, "sysadmin", "auditadmin", "auditor", "finance_officer", "expert", "centre_expert", "bank_officer"):
        for done in (world[who].ask("PUT", path, wish), world[who].ask("DELETE", f"{path}?reason=x")):
            assert done.status == 403 and "roles" in done.json["detail"], (who, done)
    assert not client.ask_sql(world, "SELECT 1 FROM patent_correction WHERE content IS NOT NULL AND number_key = 'CN/299500009/A'")
    assert world["province_officer"].ask("POST", f"/imports/{brought}/undo").status == 200


def test_what_a_unit_corrects_goes_with_the_document_whatever_becomes_of_its_number(world):
    """A number without kind, its first kind, a second kind: taken back and brought again, a correction is where its number is."""
    officer, who = world["province_officer"], world["centre_staff"]

    def brought(number, title, source="patsnap"):
        done = officer.ask("POST", f"/imports?name={number}.csv&source={source}", raw=f"公开号,标题,申请人\n{number},{title},甲公司".encode())
        one, = done.json["imports"]
        return one

    def undo(one):
        assert officer.ask("POST", f"/imports/{one}/undo").json["state"] == "undone"

    def seen(key):
        """Title, and whether it is a correction's: of the document of that key."""
        (one,), = client.ask_sql(world, f"SELECT publication_id FROM publication_key WHERE number_key = '{key}'")
        got = who.get(f"/patents/{one}").json
        assert ("correction" in got) == (shown(got["record"])["标题"] == got.get("correction", {}).get("states", {}).get("texts", [{}])[0].get("content")), got
        return one, shown(got["record"])["标题"]

    def correct(one, **wish):
        assert who.ask("PUT", f"/patents/{one}/correction", {**wish, "reason": "核对原件"}).status == 200

    bare, a, b = "CN/299400001/", "CN/299400001/A", "CN/299400001/B"
    kindless = brought("CN299400001", "无种类码")
    one, title = seen(bare)
    assert title == "无种类码"
    correct(one, title="改无种类码")
    first = brought("CN299400001A", "公开")  # the same document, with its kind
    assert seen(a) == (one, "改无种类码")
    second = brought("CN299400001B", "授权")  # the records without kind part: the correction is of them
    assert seen(bare)[1] == "改无种类码" and seen(a) == (one, "公开") and seen(b)[1] == "授权"
    correct(seen(a)[0], title="改公开", abstract="公开的摘要")
    assert seen(a)[1] == "改公开" and seen(bare)[1] == "改无种类码" and seen(b)[1] == "授权"
    correct(seen(bare)[0], title="改无种类码", application_date="2020-01-02")
    undo(second)  # they are one again: both corrections are there, the later above
    one, title = seen(a)
    assert title == "改无种类码" and who.get(f"/patents/{one}").json["record"]["application_date"] == "2020-01-02"
    undo(first)  # without its kind it is the same document still
    assert seen(bare)[1] == "改无种类码"
    undo(kindless)
    assert client.ask_sql(world, "SELECT count(*) FROM publication_key WHERE number_key LIKE 'CN/299400001/%'")[0][0] in ("0", 0)
    brought("CN299400001B", "授权又来", "incopat")  # of another kind: only what was said of the number without one is of it
    assert seen(b)[1] == "改无种类码" and "摘要" not in shown(who.get(f"/patents/{seen(b)[0]}").json["record"])
    brought("CN299400001A", "公开又来", "incopat")
    assert seen(a)[1] == "改公开" and seen(b)[1] == "授权又来"
    brought("CN299400001", "无种类码又来", "incopat")
    assert seen(bare)[1] == "改无种类码"
    # What is written stands in place of all that joined, and is taken back whole.
    one = seen(a)[0]
    correct(one, title="只此一题")
    assert seen(a)[1] == "只此一题"
    assert who.ask("DELETE", f"/patents/{one}/correction?reason=x").status == 200 and seen(a)[1] == "公开又来"
    assert seen(bare)[1] == "改无种类码" and shown(world["service_staff"].get(f"/patents/{seen(bare)[0]}").json["record"])["标题"] == "无种类码又来"


def test_corrections_of_documents_that_became_one_end_together(world):
    officer, who = world["province_officer"], world["centre_staff"]
    numbers = {}
    for number in ("CN299400002", "CN299400002A", "CN299400002B"):
        numbers[number], = officer.ask("POST", f"/imports?name={number}.csv&source=patsnap",
                                       raw=f"公开号,标题,申请人\n{number},题,甲公司".encode()).json["imports"]
    ids = dict(client.ask_sql(world, "SELECT number_key, publication_id FROM publication_key WHERE number_key LIKE 'CN/299400002/%'"))
    for key, wish in (("CN/299400002/", {"title": "一"}), ("CN/299400002/A", {"applicants": ["丙公司"]})):
        assert who.ask("PUT", f"/patents/{ids[key]}/correction", {**wish, "reason": "x"}).status == 200
    assert officer.ask("POST", f"/imports/{numbers['CN299400002B']}/undo").status == 200
    path = f"/patents/{ids['CN/299400002/A']}"
    got = who.get(path).json
    assert shown(got["record"]) == {"标题": "一", "申请人": "丙公司"} and len(got["correction"]["states"]["parties"]) == 1, got
    assert who.ask("PUT", f"{path}/correction", {"abstract": "摘", "reason": "x"}).status == 200
    assert shown(who.get(path).json["record"]) == {"标题": "题", "申请人": "甲公司", "摘要": "摘"}
    assert who.ask("DELETE", f"{path}/correction?reason=x").status == 200
    assert who.ask("DELETE", f"{path}/correction?reason=x").status == 404
    assert json.loads(world.server.run("--json", "verify"))["ok"]


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN)
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
