#!/usr/bin/env python3
"""written_test.py ZHIYUN: lists of patents as public programs write them (written/make.mjs): citation-js, SheetJS and LibreOffice;
and the same kinds by hand where those programs do not write them. Counts, numbers, days and parties are those of the list."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
WRITTEN = os.path.join(HERE, "written")
WORK = tempfile.mkdtemp(prefix="zhiyun-written-")
DATA = os.path.join(WORK, "data")


def run(*words, code=0):
    done = subprocess.run([ZHIYUN, "--data", DATA, "--lang", "en", *words], capture_output=True, text=True, check=False)
    assert done.returncode == code, (words, done.returncode, done.stdout[:2000], done.stderr)
    return done.stdout


def brought(path, code=0):
    """A fresh instance with that file alone: what the report says of it, and each patent as patents.json has it."""
    shutil.rmtree(DATA, ignore_errors=True)
    entry = json.loads(run("--json", "import", path, code=code))["files"][0]
    patents = {}
    for one in map(json.loads, run("dump").splitlines()):
        document = one["document"]
        parties = {role: [p["name"] for p in document.get("parties", []) if p["role"] == role] for role in ("applicant", "inventor")}
        patents[one["key"].replace("/", "")] = {
            "title": [text["content"] for text in document.get("texts", []) if text["part"] == "title"],
            "applicants": parties["applicant"], "inventors": parties["inventor"],
            "published": document.get("publication_date"), "filed": document.get("application_date"),
            "ipc": [c["symbol"] for c in document.get("classes", [])]}
    return entry, patents


def made(content, name):
    path = os.path.join(WORK, name)
    with open(path, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    return path


def right(fields):
    with open(os.path.join(WRITTEN, "patents.json"), encoding="utf-8") as file:
        return {p["number"]: {**{f: p[f] for f in fields}, "title": [p["title"]]} for p in json.load(file)}


def compare(name, fields):
    _entry, patents = brought(os.path.join(WRITTEN, name))
    told = {key: {f: one[f] for f in ("title", *fields)} for key, one in patents.items()}
    assert len(told) == 40 and told == right(fields), [(k, told.get(k), v) for k, v in right(fields).items() if told.get(k) != v][:3]


# --- references ---------------------------------------------------------------------------------------------------------

CITED = ("applicants", "inventors", "published")


def test_ris_of_citation_js():
    compare("citation-js.ris", CITED)


def test_endnote_tags_of_citation_js():
    compare("citation-js.enw", CITED)


def test_bibtex_and_biblatex_of_citation_js():
    compare("citation-js.bib", CITED)
    compare("citation-js-biblatex.bib", CITED)


def test_bibtex_by_hand():
    entry, patents = brought(made(r"""% kept by hand
@misc{doe2001, Title={Example {T}ransform of {\"u}ber \& {\'e}t{\'e}}, author={Doe, Jane and M{\"u}ller, J{\"o}rg and {Example and Sons Inc.}},
  year={2001}, month=sep # "~4", publisher={Google Patents}, note={US Patent 6,285,999}}
@article{x, title={No patent}, journal={Nature}, year=2001, note={US Patent 6,285,998}}
@patent{biblatex, author = "Laufenberg, Xaver and Eynius, Dominique", title = "Elektrische Einrichtung", number = "19700000",
  type = {patreqde}, holder = {{Beispiel GmbH}}, date = {1998-07-09}}
@Patent{ieee, nationality={United States}, number={US 7,123,456 B1}, dayfiled={2}, monthfiled={3}, yearfiled={2002},
  author={A. Roe}, assignee={Example Corp.}, title={IEEE style}, day={17}, month={10}, year={2006}}
@misc{none, title={A patent without number}, year={2006}}
""", "by-hand.bib"))
    assert entry["rejected"] == 2 and sorted(patents) == ["DE19700000", "US6285999", "US7123456B1"], (entry, patents)
    one = patents["US6285999"]
    assert one["title"] == ["Example Transform of über & été"] and one["published"] == "2001-09-04", one
    assert one["applicants"] == ["Example and Sons Inc."] and one["inventors"] == ["Doe, Jane", "Müller, Jörg"], one
    assert patents["DE19700000"]["applicants"] == ["Beispiel GmbH"] and patents["DE19700000"]["published"] == "1998-07-09"
    assert patents["US7123456B1"]["filed"] == "2002-03-02" and patents["US7123456B1"]["published"] == "2006-10-17"


def test_endnote_tags_in_gb18030():
    text = ("%0 Patent\r\n%A 张三\r\n%A 李四\r\n%T 一种示例方法\r\n%@ CN112233445A\r\n%D 2021\r\n%8 2021-01-15\r\n%I 示例大学\r\n\r\n"
            "%0 Patent\r\n%T 另一种\r\n%A 王五\r\n%C US\r\n%@ 7,654,321\r\n%8 July 30\r\n%D 2010\r\n")
    _entry, patents = brought(made(text.encode("gb18030"), "list.enw"))
    assert patents["CN112233445A"]["applicants"] == ["示例大学"] and patents["CN112233445A"]["inventors"] == ["张三", "李四"], patents
    assert patents["US7654321"]["published"] == "2010-07-30" and patents["US7654321"]["title"] == ["另一种"], patents


def test_ris_with_other_fields():
    text = ("TY  - PAT\nT1  - An example\n  that goes on\nA1  - Doe, Jane\nPB  - EXAMPLE INC.\nA2  - US\nSN  - 6,915,003\nM1  - US10/123456\n"
            "C1  - 2002/03/04\nY1  - 2005/07/05/\nID  - 1\nER  - \n\nTY  - JOUR\nTI  - No patent\nER  - \n"
            "TY  - PAT\nTI  - Of no office\nC3  - AE, AG, AL\nSN  - 123456\nER  - \n"
            "TY  - GEN\nTI  - By its note\nM3  - WO2011012345A1\nPY  - 2011\nER  - \n")
    entry, patents = brought(made(text, "other.ris"))
    assert entry["rejected"] == 2 and sorted(patents) == ["US6915003", "WO2011012345A1"], (entry, patents)
    assert patents["US6915003"] == {"title": ["An example that goes on"], "applicants": ["EXAMPLE INC."], "inventors": ["Doe, Jane"],
                                    "published": "2005-07-05", "filed": "2002-03-04", "ipc": []}, patents
    assert patents["WO2011012345A1"]["published"] is None, "a year alone is no day"


def test_endnote_xml():
    def record(kind, number, more):
        style = '<style face="normal" font="default" size="100%">'
        return (f'<record><database name="a.enl">a.enl</database><rec-number>1</rec-number><ref-type name="{kind}">25</ref-type><contributors>'
                f"<authors><author>{style}Doe, Jane</style></author><author>示例科技有限公司</author></authors><secondary-authors>"
                f"<author>Office</author></secondary-authors></contributors><titles><title>{style}An example </style>{style}&amp; more</style></title>"
                f"<secondary-title>Other</secondary-title></titles>{more}<isbn>{number}</isbn></record>")
    text = '<?xml version="1.0" encoding="UTF-8"?><xml><records>' + record(
        "Patent", "WO2011012345A1", "<dates><year>2011</year><pub-dates><date>Mar 3</date></pub-dates></dates><publisher>EXAMPLE INC.</publisher>"
        "<custom1>2010-08-01</custom1>") + record("Journal Article", "1234-5678", "") + "</records></xml>"
    entry, patents = brought(made(text, "endnote.xml"))
    assert entry["rejected"] == 1 and patents == {"WO2011012345A1": {
        "title": ["An example & more"], "applicants": ["示例科技有限公司", "EXAMPLE INC."], "inventors": ["Doe, Jane"],
        "published": "2011-03-03", "filed": "2010-08-01", "ipc": []}}, (entry, patents)


# --- tables -------------------------------------------------------------------------------------------------------------

TABLED = ("applicants", "inventors", "published", "filed", "ipc")


def test_html_and_xml_named_xls_of_sheetjs():
    compare("sheetjs-html.xls", TABLED)
    compare("sheetjs-xml-2003.xls", TABLED)


def test_open_document_of_sheetjs_and_libreoffice():
    for name in ("sheetjs.ods", "sheetjs.fods", "libreoffice.ods", "libreoffice.fods"):
        compare(name, TABLED)


def test_html_of_libreoffice_is_as_its_workbook():
    compare("libreoffice.html", TABLED)
    compare("sheetjs.xlsx", TABLED)


def test_a_web_page_as_chinese_systems_call_it_xls():
    text = ("<html xmlns:x='urn:schemas-microsoft-com:office:excel'><head><meta http-equiv=Content-Type content='text/html; charset=gb2312'>"
            "<style>td{mso-number-format:'\\@'}</style></head><body><table><tr><td><table border=1><tr><th colspan=2>专利<th rowspan=2>申请人"
            "<tr><th>公开号<th>标题<tr><td>CN299000001A<td>一种&nbsp;泵<br>及其用途<td rowspan=2>某公司<tr><td>CN299000002A<td>一种阀"
            "</table></td></tr></table></body></html>")
    _entry, patents = brought(made(text.encode("gb18030"), "export.xls"))
    assert {key: one["applicants"] for key, one in patents.items()} == {"CN299000001A": ["某公司"], "CN299000002A": ["某公司"]}, patents
    assert patents["CN299000002A"]["title"] == ["一种阀"], patents


def test_xml_of_excel_2003_with_places_of_its_own():
    text = ('<?xml version="1.0" encoding="gb2312"?><?mso-application progid="Excel.Sheet"?><ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
            '<ss:Styles><ss:Style ss:ID="s1"/></ss:Styles><ss:Worksheet ss:Name="专利"><ss:Table><ss:Row ss:Index="3"><ss:Cell ss:Index="2"><ss:Data ss:Type="String">公开号'
            '</ss:Data></ss:Cell><ss:Cell><ss:Data ss:Type="String">标题</ss:Data></ss:Cell><ss:Cell><ss:Data ss:Type="String">申请日</ss:Data></ss:Cell><ss:Cell><ss:Data ss:Type="String">申请人</ss:Data></ss:Cell></ss:Row>'
            '<ss:Row><ss:Cell ss:Index="2"><ss:Data ss:Type="String">CN299000001A</ss:Data><ss:Comment><ss:Data>说明</ss:Data></ss:Comment></ss:Cell><ss:Cell ss:MergeDown="1"><ss:Data ss:Type="String">一种泵</ss:Data></ss:Cell>'
            '<ss:Cell><ss:Data ss:Type="DateTime">2019-03-04T00:00:00.000</ss:Data></ss:Cell><ss:Cell><ss:Data ss:Type="String">某公司&#160;&#10;某大学</ss:Data></ss:Cell></ss:Row><ss:Row><ss:Cell ss:Index="2"><ss:Data ss:Type="String">CN299000002A'
            '</ss:Data></ss:Cell></ss:Row></ss:Table></ss:Worksheet></ss:Workbook>')
    _entry, patents = brought(made(text.encode("gb18030"), "2003.xls"))
    assert {key: (one["title"], one["filed"], one["applicants"]) for key, one in patents.items()} == {
        "CN299000001A": (["一种泵"], "2019-03-04", ["某公司", "某大学"]), "CN299000002A": (["一种泵"], None, [])}, patents


# --- refused by name ------------------------------------------------------------------------------------------------------

def test_what_is_not_read_is_named_with_its_cure():
    dbase = bytes([3, 126, 11, 30, 2, 0, 0, 0, 65, 0, 11, 0]) + bytes(20) + b"NUMBER\0\0\0\0\0C" + bytes(20) + b"\r" + b" CN29900001" * 2
    for content, name, words in (
            (b'ID;PSCALC3\nC;X1;Y1;K"\xb9\xab\xbf\xaa\xba\xc5"\nE\n', "a.slk", ("SYLK", "XLSX")), (dbase, "a.dbf", ("dBase", "XLSX")),
            ('{"ops:world-patent-data": {"exchange-documents": []}}', "a.json", ("OPS", "application/xml")),
            ("<response><header><successYN>Y</successYN></header><body><items/></body></response>", "a.xml", ("KIPRIS", "Excel")),
            ('<pat:Patent xmlns:pat="http://www.wipo.int/standards/XMLSchema/ST96/Patent"/>', "b.xml", ("ST.96", "ST.36")),
            ("<html><body><p>请先登录</p></body></html>", "page.xls", ("no table",)),
            ("本列表\n第二行\n第三行\n", "a.txt", ("no table of patents",))):
        entry, patents = brought(made(content, name), code=3)
        told = json.dumps(entry, ensure_ascii=False)
        assert all(word in told for word in words) and "a row of column names" not in told and not patents, told


if __name__ == "__main__":
    try:
        tap.run(sys.modules[__name__])
    finally:
        shutil.rmtree(WORK)
