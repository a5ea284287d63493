"""Exports as twenty vendors and offices lay them out, made from what their own documentation says
of the columns; nothing here looks at the program's readers or tables of names.

A layout says what stands above the columns, how dates, numbers and lists are written, and in which
column each fact of a patent stands. `patents` makes the facts; what a file of them must be read as
is known before any file is written."""
import csv
import datetime
import io
import zipfile
from xml.sax.saxutils import escape

ROWS = 30


class Patent:
    """One row's facts."""

    def __init__(self, at, office, people, firms):
        self.at, self.office = at, office
        serial = {"CN": f"2996{at:05d}", "US": f"98{at:05d}", "EP": f"39{at:05d}", "WO": f"2021/3{at:05d}",
                  "JP": f"2021-3{at:05d}", "KR": f"10-2021-03{at:05d}", "DE": f"102021{at:06d}"}[office]
        self.kind = {"CN": "A", "US": "B2", "EP": "A1", "WO": "A1", "JP": "A", "KR": "A", "DE": "A1"}[office]
        self.serial = serial
        # 10-2021-0300001 of the Korean office is KR20210300001A where offices exchange numbers (ST.16)
        self.printed = serial.split("-", 1)[1] if office == "KR" else serial
        self.filed = datetime.date(2019, 1 + at % 12, 1 + (at * 7) % 28)
        self.published = datetime.date(2021, 1 + (at * 5) % 12, 1 + (at * 3) % 28)
        # a third of all titles are the same: nothing may be merged by them
        self.title = ("A device" if at % 3 == 0 else f'A "quoted", long device; no. {at}')
        if office in ("CN", "JP", "KR"):
            self.title = "一种装置" if at % 3 == 0 else f"一种“引号”、逗号，装置{at}"
        self.applicants = [firms[at % len(firms)]] + ([firms[(at + 1) % len(firms)]] if at % 4 == 0 else [])
        self.inventors = [people[(at + k) % len(people)] for k in range(1 + at % 3)]
        self.classes = ["H01M10/052", "G06T7/00", "A61K31/426"][:1 + at % 3]


HAN = (["张三", "李四", "欧阳娜娜", "王五"], ["成都虚构科技有限公司", "四川假想大学", "某（集团）股份有限公司"])
LAST_FIRST = (["DOE, Jane", "SMITH, John A.", "VAN DER BERG, Jan", "O'NEIL, Pat"],
              ["ACME, Inc.", "IMAGINARY UNIV.", "Foo & Bar GmbH, Co. KG"])
FIRST_LAST = (["Jane Doe", "John A. Smith", "Jan van der Berg", "Pat O'Neil"], ["Acme Inc.", "Imaginary University", "Foo GmbH"])


def dots(d):
    return f"{d.day:02d}.{d.month:02d}.{d.year}"


def day_first(d):
    return f"{d.day:02d}/{d.month:02d}/{d.year}"


def day_first_short(d):
    return f"{d.day:02d}/{d.month:02d}/{d.year % 100:02d}"


def month_first(d):
    return f"{d.month:02d}/{d.day:02d}/{d.year}"


def plain(d):
    return d.strftime("%Y%m%d")


def slashes(d):
    return d.strftime("%Y/%m/%d")


def with_dots(d):
    return d.strftime("%Y.%m.%d")


ISO = datetime.date.isoformat


def spaced(symbol):
    return symbol[:4] + " " + symbol[4:]


class Layout:
    """`columns`: header → what it holds (a fact's name, or a text that stands in each row)."""

    def __init__(self, name, office, names, columns, *, date=ISO, joined="; ", number=None, kind="csv", above=(),
                 below=(), symbol=spaced, encoding="utf-8-sig", alone=False):
        self.name, self.office, self.names, self.columns = name, office, names, columns
        self.date, self.joined, self.kind, self.above, self.below = date, joined, kind, above, below
        self.number = number or (lambda p: f"{p.office}{p.serial}{p.kind}")
        self.symbol, self.encoding = symbol, encoding
        self.alone = alone  # one applicant: commas part them, and stand in companies' names as well

    def patents(self, begin):
        made = [Patent(begin + at, self.office, *self.names) for at in range(ROWS)]
        for patent in made if self.alone else ():
            patent.applicants = patent.applicants[:1]
        return made

    def cell(self, patent, what):
        if what == "number":
            return self.number(patent)
        if what in ("filed", "published"):
            return self.date(getattr(patent, what))
        if what in ("applicants", "inventors"):
            return self.joined.join(getattr(patent, what))
        if what == "classes":
            return self.joined.join(self.symbol(c) for c in patent.classes)
        if what == "year":
            return str(patent.published.year)
        if what == "office":
            return patent.office
        if what == "kind":
            return patent.kind
        if what == "title":
            return patent.title
        if what == "at":
            return str(patent.at)
        return what

    def rows(self, patents):
        yield from self.above
        yield list(self.columns)
        for patent in patents:
            yield [self.cell(patent, what) for what in self.columns.values()]
        yield from self.below


def dash(p):
    return f"{p.office}-{p.serial}-{p.kind}"


def blanks(p):
    return f"{p.office} {p.serial} {p.kind}"


LAYOUTS = [
    Layout("PatSnap", "CN", HAN, {
        "序号": "at", "公开(公告)号": "number", "标题": "title", "摘要": "", "当前申请(专利权)人": "applicants",
        "原始申请(专利权)人": "applicants", "发明人": "inventors", "申请日": "filed", "公开(公告)日": "published",
        "IPC分类号": "classes", "专利类型": "发明申请", "简单法律状态": "审中", "专利价值": "$1,000"},
           joined=" | ", kind="xlsx", below=[["合计", "30 件"]]),
    Layout("智慧芽, full width", "CN", HAN, {
        "公开（公告）号": "number", "标题": "title", "申请人": "applicants", "发明人": "inventors", "申请日": "filed",
        "公开（公告）日": "published", "IPC分类号": "classes"}, joined=" | ", encoding="gb18030"),
    Layout("incoPat", "CN", HAN, {
        "标题": "title", "申请人": "applicants", "公开（公告）号": "number", "公开（公告）日": "published",
        "申请日": "filed", "专利类型": "发明申请", "IPC": "classes", "发明人": "inventors", "合享价值度": "8"},
           date=plain, kind="xlsx", above=[["检索式：ALL=(装置)"], []]),
    Layout("壹专利", "CN", HAN, {
        "公开(公告)号": "number", "公开(公告)日": "published", "申请(专利)日": "filed", "专利名称": "title",
        "当前专利(申请)人": "applicants", "申请人": "applicants", "发明人": "inventors", "IPC分类": "classes",
        "专利有效性": "有效"}, joined=";", below=[["总计：30", "", "", "", "", "", "", "", ""]]),
    Layout("HimmPat", "CN", HAN, {
        "公开公告号": "number", "公开公告日": "published", "申请日": "filed", "标题": "title", "申请人": "applicants",
        "当前权利人": "applicants", "发明人": "inventors", "IPC": "classes", "法律状态": "审中"}, joined="|", kind="xlsx"),
    Layout("CNIPA", "CN", HAN, {
        "公开（公告）号": "number", "公开（公告）日": "published", "申请日": "filed", "发明名称": "title",
        "申请（专利权）人": "applicants", "发明人": "inventors", "IPC分类号": "classes"}, date=with_dots, joined=";"),
    Layout("Derwent Innovation", "US", LAST_FIRST, {
        "Publication Number": "number", "Title": "title", "Assignee/Applicant": "applicants", "Inventor": "inventors",
        "Publication Date": "published", "Application Date": "filed", "IPC - Current": "classes",
        "Dead/Alive": "Alive"}, joined=" | ", kind="xlsx", above=[["Derwent Innovation Patent Export, 2021-12-31"], ["30 Records"]]),
    Layout("Lens, of 2018", "US", LAST_FIRST, {
        "#": "at", "Jurisdiction": "office", "Kind": "kind", "Publication Number": "number", "Lens ID": "000-001-002-003-00X",
        "Publication Date": "published", "Publication Year": "2021", "Application Date": "filed", "Title": "title",
        "Applicants": "applicants", "Inventors": "inventors", "Type": "Granted Patent", "IPCR Classifications": "classes"},
           joined=";;", number=dash),
    Layout("Lens, of 2023", "EP", LAST_FIRST, {
        "#": "at", "Jurisdiction": "office", "Kind": "kind", "Display Key": "number", "Lens ID": "000-001-002-003-00X",
        "Publication Date": "published", "Application Date": "filed", "Title": "title", "Applicants": "applicants",
        "Inventors": "inventors", "Owners": "applicants", "Document Type": "Patent Application",
        "IPCR Classifications": "classes", "Simple Family Size": "3"}, joined=";;", number=blanks),
    Layout("Orbit", "EP", LAST_FIRST, {
        "Publication numbers": "number", "Title": "title", "Current assignees": "applicants", "Inventors": "inventors",
        "Publication dates": "published", "1st application date": "filed", "IPC - International classification": "classes",
        "Legal state": "ALIVE"}, joined="\n", kind="xlsx"),
    Layout("PATENTSCOPE", "WO", LAST_FIRST, {
        "Application Id": "at", "Publication Number": "number", "Application Date": "filed", "Publication Date": "published",
        "Country": "office", "Title": "title", "I P C": "classes", "Applicants": "applicants", "Inventors": "inventors"},
           date=dots, joined="; ", number=lambda p: f"WO/{p.serial}", kind="xlsx"),
    Layout("Espacenet", "EP", LAST_FIRST, {
        "No": "at", "Title": "title", "Inventors": "inventors", "Applicants": "applicants", "Publication number": "number",
        "Publication date": "published", "Date of application": "filed", "IPC": "classes", "Family number": "7"},
           joined="\n", above=[["Search results of Espacenet, 30 of 30"], []]),
    Layout("Google Patents", "US", FIRST_LAST, {
        "id": "number", "title": "title", "assignee": "applicants", "inventor/author": "inventors", "filing/creation date": "filed",
        "publication date": "published", "result link": "https://example.org"}, joined=", ", number=dash, alone=True,
           above=[["search URL:", "https://patents.google.com/?q=x"]]),
    Layout("J-PlatPat", "JP", (["山田 太郎", "佐藤 花子", "鈴木 一"], ["株式会社虚構", "国立大学法人仮想大学"]), {
        "文献番号": "number", "出願日": "filed", "公知日": "published", "発明の名称": "title", "出願人/権利者": "applicants",
        "発明者": "inventors", "FI": "", "IPC": "classes", "ステージ": "審査中"}, date=slashes, joined=";",
           number=lambda p: f"特開{p.serial}"),
    Layout("KIPRIS", "KR", (["김철수", "이영희", "박민"], ["주식회사 가상", "가상대학교 산학협력단"]), {
        "번호": "at", "발명의명칭": "title", "공개번호": "number", "출원일자": "filed", "공개일자": "published",
        "출원인": "applicants", "발명자": "inventors", "IPC분류": "classes", "법적상태": "공개"}, date=with_dots, joined="|",
           number=lambda p: p.serial, kind="xlsx"),
    Layout("DEPATISnet", "DE", LAST_FIRST, {
        "Veröffentlichungsnummer": "number", "Anmeldedatum": "filed", "Veröffentlichungsdatum": "published",
        "Titel": "title", "Anmelder/Inhaber": "applicants", "Erfinder": "inventors", "IPC-Nebenklasse": "classes"},
           date=dots, joined=";"),
    Layout("DEPATISnet, English", "DE", LAST_FIRST, {
        "Publication number": "number", "Application date": "filed", "Publication date": "published", "Title": "title",
        "Applicant/Owner": "applicants", "Inventor": "inventors", "IPC secondary class": "classes"}, date=dots, joined=";",
           kind="tsv"),
    Layout("day first", "EP", LAST_FIRST, {
        "Publication Number": "number", "Title": "title", "Applicants": "applicants", "Inventors": "inventors",
        "Publication Date": "published", "Filing Date": "filed", "IPC": "classes"}, date=day_first),
    Layout("Lens, years of two digits", "EP", LAST_FIRST, {
        "#": "at", "Jurisdiction": "office", "Kind": "kind", "Publication Number": "number", "Publication Year": "year",
        "Application Date": "filed", "Publication Date": "published", "Title": "title", "Applicants": "applicants",
        "Inventors": "inventors", "IPCR Classifications": "classes"}, date=day_first_short, joined=";;",
           number=lambda p: f"EP {p.serial} {p.kind}", symbol=str),
    Layout("month first", "US", LAST_FIRST, {
        "Patent Number": "number", "Title": "title", "Assignee": "applicants", "Inventor": "inventors",
        "Issue Date": "ignored", "Publication Date": "published", "Filing Date": "filed", "IPC": "classes"}, date=month_first,
           below=[["Total", "30"]]),
    Layout("a list of an office", "CN", HAN, {
        "序号": "at", "公开(公告)号": "number", "专利名称": "title", "申请(专利权)人": "applicants", "发明(设计)人": "inventors",
        "申请日": "filed", "公开(公告)日": "published", "IPC主分类及副分类": "classes"}, joined="、", kind="xlsx",
           above=[["某省高价值专利清单"], ["（截至2021年12月31日）"]], below=[["合计", "30"], ["总计：", "30件"]]),
]


# --- writing ---------------------------------------------------------------------------------

def as_text(rows, encoding, delimiter=","):
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue().encode(encoding)


def reference(row, column):
    letters = ""
    while column >= 0:
        letters = chr(65 + column % 26) + letters
        column = column // 26 - 1
    return f"{letters}{row}"


def sheet_xml(rows, merged=()):
    lines = []
    for r, row in enumerate(rows, 1):
        cells = "".join(f'<c r="{reference(r, c)}"><v>{value!r}</v></c>' if isinstance(value, float) else
                        f'<c r="{reference(r, c)}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
                        for c, value in enumerate(row) if value)
        lines.append(f'<row r="{r}">{cells}</row>')
    merges = "".join(f'<mergeCell ref="{ref}"/>' for ref in merged)
    return ('<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            + "".join(lines) + "</sheetData>" + (f'<mergeCells count="{len(merged)}">{merges}</mergeCells>' if merged else "")
            + "</worksheet>")


def workbook(sheets):
    """`sheets`: name → (rows, merged cells)."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"/>')
        z.writestr("_rels/.rels", f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
                   f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        z.writestr("xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>' + "".join(
            f'<sheet name="{escape(name)}" sheetId="{at}" r:id="r{at}"/>' for at, name in enumerate(sheets, 1))
            + "</sheets></workbook>")
        z.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}/relationships">' + "".join(
            f'<Relationship Id="r{at}" Type="{office}/worksheet" Target="worksheets/s{at}.xml"/>'
            for at in range(1, len(sheets) + 1)) + "</Relationships>")
        for at, (rows, merged) in enumerate(sheets.values(), 1):
            z.writestr(f"xl/worksheets/s{at}.xml", sheet_xml(rows, merged))
    return book.getvalue()


def written(layout, rows):
    """The file's bytes and the end of its name."""
    rows = list(rows)
    if layout.kind == "xlsx":
        half = len(layout.above) + 1 + ROWS // 2  # the second sheet has the columns anew
        head = [list(layout.columns)]
        return workbook({"一": (rows[:half], ()), "二": (head + rows[half:], ())}), "xlsx"
    if layout.kind == "tsv":
        return as_text(rows, layout.encoding, "\t"), "tsv"
    return as_text(rows, layout.encoding), "csv"
