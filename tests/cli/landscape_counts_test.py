#!/usr/bin/env python3
"""landscape_counts_test.py ZHIYUN: cells of real files are what a second reader, in Python, counts in them.

Five files of ../shared/data, each of another maker and layout, are imported into instances of their own. Every cell of
each landscape named below must have the second reader's count, and a search with the cell's filters exactly that total."""
import collections
import csv
import http.client
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
import ports  # noqa: E402
import store  # noqa: E402
import tap  # noqa: E402
import workbooks  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
DATA = os.path.join(os.environ.get("ZHIYUN_SHARED", os.path.join(HERE, "..", "..", "..", "shared")), "data")
WORK = tempfile.mkdtemp(prefix="zhiyun-counts-")
LENS = "lens-export/drone_drones_fulltext_families_5884.csv.zst"
GOOGLE = "us-landscape-citations/orbit_satellite.csv.zst"
PATSNAP = "patsnap-export/AR眼镜.XLSX"
CNIPA = "cnipa-search-export/训练文件.xlsx"
USPTO = "uspto-api-json/public_search-doc.json.zst"
UNKNOWN = "未知"
DIMENSIONS = ("year published applied granted office ipc1 ipc3 ipc4 ipc7 ipc cpc1 cpc3 cpc4 cpc7 applicant standard_applicant inventor assignee agency country "
              "region city status type kind wipo35 sei").split()
NAMES = ("applicant", "standard_applicant", "assignee", "inventor", "agency")
SEARCHES = 300  # of each file's cells, drawn


# --- the second reader --------------------------------------------------------------------------------

def content(path):
    path = os.path.join(DATA, path)
    if not os.path.exists(path):
        raise tap.Skip("the shared data are not here; set ZHIYUN_SHARED")
    if path.endswith(".zst"):
        return subprocess.run(["zstd", "-dqc", path], check=True, capture_output=True).stdout
    with open(path, "rb") as file:
        return file.read()


def table(raw):
    csv.field_size_limit(1 << 30)
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))


def sheet(raw):
    head, *rows = workbooks.opened(raw)[0]
    return [dict(zip(head, [str(cell).strip() for cell in row])) for row in rows]


def said(value):
    return "" if value in ("-", "N/A", "null", "None", "nan") else value


def year(value):
    found = re.match(r"(\d{4})", said(value))
    return {found.group(1)} if found else set()


def by_level(scheme, values):
    """Symbols of WIPO's form, "H01M 10/052 (2006.01)I"; one that ends above a level has no cell there, yet is not unknown."""
    levels = {f"{scheme}{level}": set() for level in "1347"}
    for value in values:
        found = re.match(r"([A-HY])(\d\d)?([A-Z])?\s*(?:0*(\d{1,4})(?:/|$))?", value.strip())
        if found:
            section, number, letter, group = found.groups()
            parts = [section, number, letter, group]
            for n, level in enumerate("1347"):
                levels[f"{scheme}{level}"].add("".join(parts[:n + 1]) if all(parts[:n + 1]) else None)
    return levels


def name_of(written):
    """Spellings that differ in case, width or punctuation are one."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", written).casefold())


def lens():
    for row in table(content(LENS)):
        number = row["Publication Number"]
        yield number, {
            "office": {row["Jurisdiction"]}, "published": year(row["Publication Date"]), "year": year(row["Publication Date"]),
            "applied": year(row["Application Date"]), "kind": {row["Kind"]} - {""},
            **by_level("ipc", row["IPCR Classifications"].split(";;")), **by_level("cpc", row["CPC Classifications"].split(";;"))}


def google():
    """Rows repeat; classes stand as Python lists."""
    for row in table(content(GOOGLE)):
        yield row["publication_number"], {
            "office": {row["country_code"]}, "published": year(row["publication_date"]),
            **by_level("ipc", re.findall(r"'([^']*)'", row["ipc_code"])),
            **by_level("cpc", re.findall(r"'([^']*)'", row["cpc_code"]))}


STATUSES = {"有效": "active", "失效": "inactive", "审中": "pending", "PCT指定期满": "inactive", "PCT指定期内": "pending"}
PROVINCES = dict(zip(("北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 重庆 四川 "
                      "贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 台湾 TW 香港 HK 澳门 MO").split(),
                     ("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 71 81 81 82 82").split()))
TERRITORIES = {"71": "TW", "81": "HK", "82": "MO"}


def patsnap():
    for row in sheet(content(PATSNAP)):
        place = PROVINCES.get(row["当前申请(专利权)人州/省"].split(" | ")[0])
        yield row["公开(公告)号"], {
            "office": {row["公开(公告)号"][:2]}, "applied": year(row["申请年"]),
            "status": {STATUSES[row["简单法律状态"]]} if row["简单法律状态"] in STATUSES else set(),
            "assignee": {name_of(one) for one in said(row["[标]当前申请(专利权)人"]).split(" | ")} - {""},
            "region": {place + "0000"} if place else set(), "country": {TERRITORIES.get(place, "CN")} if place else set(),
            "sei": {one.strip() for one in said(row["战略新兴产业分类"]).split("|")} - {""},
            **by_level("ipc", said(row["IPC分类号"]).split(" | "))}


def cnipa():
    for row in sheet(content(CNIPA)):
        number = row["公开（公告）号"]
        if number:
            agency = re.sub(r"\s*\d{5}$", "", row["专利代理机构"])
            yield number, {
                "office": {number[:2]}, "published": year(row["公开（公告）日"]), "applied": year(row["申请日"]),
                "agency": {name_of(agency)} - {""},
                "applicant": {name_of(one) for one in row["申请（专利权）人"].split(";")} - {""},
                **by_level("ipc", row["分类号"].split(";"))}


# As they are now, and as they were published.
CPC_COLUMNS = ("cpcInventive", "cpcAdditional", "cpcOrigInventiveClassificationHighlights", "cpcOrigAdditionalClassification")


def uspto():
    """Whoever is named as applicant, else as holder, else the inventors, who applied themselves; where a state is given and
    no country, it is one of the United States."""
    for row in json.loads(content(USPTO)):
        kind = next(kind for kind in ("applicant", "assignee", "inventor") if kind == "inventor" or row[kind + "Name"])
        names = row[{"inventor": "inventorsName"}.get(kind, kind + "Name")] or []
        places = [(said((row[kind + "Country"] or [])[n:n + 1][0] if row[kind + "Country"] else ""),
                   said((row[kind + "State"] or [])[n:n + 1][0] if row[kind + "State"] else "")) for n in range(len(names))]
        yield row["guid"], {
            "country": {country or ("US" if state else "") for country, state in places} - {""},
            "published": year(row["datePublished"]), "applied": year((row["applicationFilingDate"] or [""])[0]),
            **by_level("cpc", [one for column in CPC_COLUMNS for one in row[column] or []])}


FILES = {
    "lens": (lens, LENS,
             ["office", "published", "year", "applied", "kind", "ipc1", "ipc3", "ipc4", "ipc7", "cpc1", "cpc3", "cpc4", "cpc7",
              "published,office", "cpc4,office", "applied,ipc4"]),
    "google": (google, GOOGLE,
               ["office", "published", "ipc4", "ipc7", "cpc4", "cpc7", "published,cpc4", "cpc3,ipc3"]),
    "patsnap": (patsnap, PATSNAP,
                ["office", "applied", "status", "assignee", "country", "region", "sei", "ipc3", "ipc4", "ipc7", "applied,status", "office,ipc4", "country,office",
                 "assignee,applied"]),
    "cnipa": (cnipa, CNIPA,
              ["office", "published", "applied", "agency", "applicant", "ipc4", "agency,applied"]),
    "uspto": (uspto, USPTO, ["country", "published", "applied", "cpc4", "cpc7", "country,cpc1"]),
}


def counts(rows, by):
    found = collections.Counter()
    for said_of in rows.values():
        keys = [()]
        for one in by:
            keys = [(*key, value) for key in keys for value in (said_of[one] or {UNKNOWN}) - {None}]
        found.update(keys)
    return found


# --- the program --------------------------------------------------------------------------------------

class Server:
    def __init__(self, data):
        self.port = ports.free_port()
        self.process = subprocess.Popen([ZHIYUN, *store.words(data), "--quiet", "serve", "--listen", f"127.0.0.1:{self.port}"],
                                        stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                self.line = http.client.HTTPConnection("127.0.0.1", self.port)
                self.line.connect()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server does not start")

    def ask(self, method, path, body=None):
        self.line.request(method, path, body and json.dumps(body), {"Content-Type": "application/json"})
        reply = self.line.getresponse()
        answer = json.loads(reply.read())
        assert reply.status == 200, (path, body, answer)
        return answer

    def stop(self):
        self.line.close()
        self.process.terminate()
        self.process.wait()


def filter_of(dimension, key):
    """As the page opens a cell (web/app/pages/landscape/view.ts)."""
    name = re.sub(r"^(ipc|cpc)\d$", r"\1", dimension)
    if dimension in NAMES:
        key = re.sub(r"[*＊\"]", "", key)
    return f'{name}="{key}"' if dimension == "kind" or re.search(r"[,，]", key) else f"{name}={key}"


def same_key(dimension, key):
    return name_of(key) if dimension in NAMES and key != UNKNOWN else key


def check(name):
    read, path, landscapes = FILES[name]
    rows = {}
    for number, said_of in read():
        for one, values in said_of.items():
            rows.setdefault(number, {}).setdefault(one, set()).update(values)
    data = os.path.join(WORK, name)
    subprocess.run([ZHIYUN, *store.words(data), "--quiet", "import", os.path.join(DATA, path)], check=True, stdout=subprocess.DEVNULL)
    server = Server(data)
    try:
        cells = []
        for dimensions in landscapes:
            by = dimensions.split(",")
            reply = server.ask("POST", "/api/v1/landscape", {"by": by})
            assert reply["total"] == len(rows), (name, reply["total"], len(rows))
            got, expected = collections.Counter(), counts(rows, by)
            for cell in reply["cells"]:
                got[tuple(map(same_key, by, cell["key"]))] += cell["count"]
                cells.append((by, cell["key"], cell["count"]))
            differ = {key: (expected[key], got[key]) for key in got | expected if got[key] != expected[key]}
            assert not differ, (name, dimensions, "counted here, and by the program", list(differ.items())[:6])
        draw = random.Random(name)
        some = draw.sample(cells, min(SEARCHES, len(cells))) + [cell for cell in cells if cell[1] == [UNKNOWN]]
        for one in DIMENSIONS:  # what the second reader does not count too
            listed = [([one], cell["key"], cell["count"]) for cell in server.ask("POST", "/api/v1/landscape", {"by": [one]})["cells"]]
            some += draw.sample(listed, min(15, len(listed))) + [cell for cell in listed if cell[1] == [UNKNOWN]]
        for by, keys, count in some:
            found = server.ask("GET", "/api/v1/search?" + urllib.parse.urlencode(
                [("k", 1), *(("filter", filter_of(*pair)) for pair in zip(by, keys))]))
            assert found["total"] == count, (name, by, keys, count, found["total"])
        print(f"# {name}: {len(rows)} publications, {len(cells)} cells, {len(some)} of them searched")
    finally:
        server.stop()


def test_cells_of_a_lens_export():
    check("lens")


def test_cells_of_google_patents_data():
    check("google")


def test_cells_of_a_patsnap_workbook():
    check("patsnap")


def test_cells_of_a_workbook_of_the_national_office():
    check("cnipa")


def test_cells_of_the_united_states_office():
    check("uspto")


if __name__ == "__main__":
    try:
        tap.run(sys.modules[__name__])
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
