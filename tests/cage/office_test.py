#!/usr/bin/env python3
"""office_test.py ZHIYUN: commands have files that a stranger may have made read in the cage, by the program beside them,
and never read them themselves. Here a program stands in its place that notes what it is asked and hands it on."""
import io
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
READER = os.path.join(os.path.dirname(ZHIYUN), "zhiyun-pdf")
NOTES = '#!/bin/sh\n[ "$1" = forkserver ] && exit 1\necho "$1 $4" >> "%s"\n%s\nexec "%s" "$@"\n'
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/x" ContentType="%s"/></Types>'
OFFICE = "application/vnd.openxmlformats-officedocument."
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
RELATIONS = '<Relationships><Relationship Id="r1" Type="' + RELATION + '%s" Target="%s"/></Relationships>'


def archive(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as into:
        for name, text in parts:
            into.writestr(name, text)
    return out.getvalue()


def word(text, kind="wordprocessingml.document.main+xml"):
    return archive([("[Content_Types].xml", TYPES % (OFFICE + kind)),
                    ("word/document.xml", f'<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>')])


def book(rows):
    sheet = "".join("<row r=\"%d\">%s</row>" % (at, "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row))
                    for at, row in enumerate(rows, 1))
    return archive([("[Content_Types].xml", TYPES % (OFFICE + "spreadsheetml.sheet.main+xml")),
                    ("_rels/.rels", RELATIONS % ("officeDocument", "xl/workbook.xml")),
                    ("xl/workbook.xml", f'<workbook xmlns:r="{RELATION}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'),
                    ("xl/_rels/workbook.xml.rels", RELATIONS % ("worksheet", "one.xml")),
                    ("xl/one.xml", f"<worksheet><sheetData>{sheet}</sheetData></worksheet>")])


class Place:
    """A copy of the program with the reader's place taken."""

    def __init__(self, folder):
        self.folder = folder
        self.program, self.notes = os.path.join(folder, "zhiyun"), os.path.join(folder, "notes")
        shutil.copy(ZHIYUN, self.program)
        self.stand_in("")

    def stand_in(self, does):
        path = os.path.join(self.folder, "zhiyun-pdf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(NOTES % (self.notes, does, READER))
        os.chmod(path, 0o755)

    def file(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def run(self, *arguments):
        """(done, what the reader was asked)"""
        if os.path.exists(self.notes):
            os.unlink(self.notes)
        done = subprocess.run([self.program, "--data", os.path.join(self.folder, "data"), "--lang", "en", *arguments],
                              capture_output=True, text=True, check=False, timeout=300)
        if not os.path.exists(self.notes):
            return done, []
        with open(self.notes, encoding="utf-8") as file:
            return done, file.read().splitlines()


PATENTS = [["公开号", "标题", "申请人"], ["CN190000001A", "一种电池隔膜", "虚构公司"], ["CN190000002A", "一种电机", "虚构公司"]]


def test_a_workbook_to_import_is_read_in_the_cage(place):
    done, asked = place.run("--json", "import", place.file("one.xlsx", book(PATENTS)))
    assert done.returncode == 0 and '"inserted":2' in done.stdout.replace(" ", ""), (done.stdout[-600:], done.stderr)
    assert asked == ["rows xlsx-merged"] * 2, asked  # columns are looked at before


def test_a_document_to_match_is_read_in_the_cage(place):
    place.run("import", place.file("one.xlsx", book(PATENTS)))
    for name, content in (("need.docx", word("电池隔膜")), ("need.xlsx", book([["电池隔膜"]]))):
        done, asked = place.run("match", "--text", place.file(name, content), "-k", "1")
        assert done.returncode == 0 and "CN190000001A" in done.stdout, (done.stdout, done.stderr)
        assert asked == [f"check text.{name[5:]}", f"text {name[5:]}"], asked


def test_what_the_reader_refuses_is_refused_in_its_words(place):
    macros = word("x", "wordprocessingml.document.macroEnabled.main+xml")
    done, asked = place.run("match", "--text", place.file("macros.docx", macros))
    assert done.returncode != 0 and "macros" in done.stderr and asked == ["check text.docx"], (done.stderr, asked)
    done, _ = place.run("import", place.file("cut.xlsx", book(PATENTS)[:-60]))
    assert done.returncode != 0 and "cut off" in done.stdout + done.stderr, (done.stdout, done.stderr)


def test_what_its_reader_does_not_survive_is_refused(place):
    document, table = place.file("one.docx", word("x")), place.file("one.xlsx", book(PATENTS))
    place.stand_in("cat > /dev/null\nexit 152")  # as one that has used up its time
    for arguments, said in ((("match", "--text", document), "15 seconds of processor time"),
                            (("import", table), "more time, memory or rights")):
        done, _ = place.run(*arguments)
        assert done.returncode != 0 and said in done.stdout + done.stderr, (done.stdout, done.stderr)


def test_names_and_texts_in_other_encodings_are_read_in_the_cage(_):
    """Their tables lie in files, of which the cage has none."""
    utf16 = '<?xml version="1.0" encoding="UTF-16"?><w:document xmlns:w="w"><w:body><w:p><w:t>虚构的需求</w:t></w:p></w:body></w:document>'
    content = archive([("[Content_Types].xml", TYPES % (OFFICE + "wordprocessingml.document.main+xml")),
                       ("word/document.xml", utf16.encode("utf-16"))])
    said = subprocess.run([READER, "text", "en", str(len(content)), "docx"], input=content, capture_output=True, check=False)
    assert said.stdout.decode() == "虚构的需求\n", said
    for bad in ("虚构.exe", "../虚构"):
        name = bad.encode("gb18030")
        content = archive([("x" * len(name), "x")]).replace(b"x" * len(name), name)
        said = subprocess.run([READER, "check", "en", str(len(content)), "a.zip"], input=content, capture_output=True, check=False)
        assert said.returncode == 4 and bad in said.stderr.decode(), said


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        tap.run(sys.modules[__name__], Place(folder))
