"""Workbooks as a reader of Excel sees them, and whether their cells are words."""
import glob
import io
import os
import re
import xml.etree.ElementTree as xml
import zipfile

import yaml

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def column(reference):
    """Of "AB7", from 0."""
    number = 0
    for letter in reference:
        if letter.isalpha():
            number = number * 26 + ord(letter) - 64
    return number - 1


def shown(cell, shared, formats):
    """A text as it is, a number as int or float, a date as ("date", days)."""
    assert cell.find(SHEET + "f") is None, "a formula"
    value = cell.find(SHEET + "v")
    if cell.get("t") == "s":
        return shared[int(value.text)]
    if cell.get("t") == "inlineStr" or value is None:
        return "".join(t.text or "" for t in cell.iter(SHEET + "t"))
    number = float(value.text)
    if "yy" in formats[int(cell.get("s", 0))]:
        return "date", number
    return int(number) if number == int(number) else number


def opened(content):
    """The sheets, each a list of rows; a cell that is not there is empty."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert book.testzip() is None
        names = book.namelist()
        shared = []
        if "xl/sharedStrings.xml" in names:
            shared = ["".join(t.text or "" for t in one.iter(SHEET + "t")) for one in xml.fromstring(book.read("xl/sharedStrings.xml"))]
        styles = xml.fromstring(book.read("xl/styles.xml"))
        patterns = {f.get("numFmtId"): f.get("formatCode") for f in styles.iter(SHEET + "numFmt")}
        formats = [patterns.get(f.get("numFmtId"), "") for f in styles.find(SHEET + "cellXfs")]
        sheets = []
        for name in sorted(n for n in names if n.startswith("xl/worksheets/sheet")):
            rows = []
            for row in xml.fromstring(book.read(name)).iter(SHEET + "row"):
                cells = {column(cell.get("r")): shown(cell, shared, formats) for cell in row}
                rows.append([cells.get(n, "") for n in range(max(cells, default=-1) + 1)])
            sheets.append(rows)
        return sheets


def known_codes(*folders):
    """Every code of the types, roles and packs (of these folders) that people have a word for."""
    folders = folders or ("types", "packs")
    codes = {"true", "false", "null"}

    def walk(value, under=None):
        if isinstance(value, dict):
            worded = {"label", "word", "zh"} & set(value)
            for key in ("id", "name", "code"):
                if worded and isinstance(value.get(key), str):
                    codes.add(value[key])
            for word in value.get("codes", []) if isinstance(value.get("codes"), list) else []:
                codes.add(word)
            for key, inner in value.items():
                walk(inner, key)
        elif isinstance(value, list):
            for inner in value:
                walk(inner, under)
    paths = [path for folder in folders for path in glob.glob(os.path.join(ROOT, folder, "**", "*.yaml"), recursive=True) if "/cases/" not in path]
    for path in paths:
        with open(path, encoding="utf-8") as file:
            walk(yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    codes |= {os.path.basename(os.path.dirname(path)) for path in paths if path.endswith("pack.yaml")}
    return {code for code in codes if isinstance(code, str) and re.fullmatch(r"[a-z][a-z0-9_-]*", code)}


def is_code(cell, codes):
    """A code of a known list, a region's bare number, or JSON; a date or amount that is a text."""
    if not isinstance(cell, str):
        return False
    if re.match(r"\s*[\[{]", cell) or '":' in cell or re.fullmatch(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?", cell):
        return True
    return any(part.strip() in codes for part in re.split(r"[\n;；,，、:：]", cell))
