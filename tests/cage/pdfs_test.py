#!/usr/bin/env python3
"""pdfs_test.py ZHIYUN: PDFs of every kind are read inside the cage: each way of writing text, fonts that lie in the
file or not, pictures of each compression, compressed tables, an encrypted one, one that has to be mended, one that
would start something. Made here by hand, from ISO 32000-1; the text is known."""
import base64
import hashlib
import os
import struct
import subprocess
import sys
import tempfile
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import tap  # noqa: E402

READER = os.path.join(os.path.dirname(os.path.abspath(sys.argv[1])), "zhiyun-pdf")
LATIN, HAN = "A fictional claim 42", "虚构的权利要求书"


def stream(data, entries=b"", packed=True):
    data = zlib.compress(data) if packed else data
    return b"<< %s%s /Length %d >>\nstream\n" % (entries, b" /Filter /FlateDecode" if packed else b"", len(data)) + data + b"\nendstream"


def written(objects, trailer=b"", broken=False):
    """objects: {number: bytes}. The catalogue is number 1."""
    out, at = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", {}
    for number, body in sorted(objects.items()):
        at[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start, size = len(out), max(objects) + 1
    table = b"xref\n0 %d\n" % size + b"".join(
        (b"%010d 00000 n \n" % (at[n] + (5 if broken else 0))) if n in at else b"0000000000 65535 f \n" for n in range(size))
    return out + table + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, 7 if broken else start)


def page(content, resources=b"", more=None, catalogue=b""):
    return {1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue, 2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] /Contents 4 0 R /Resources << %s >> >>" % resources,
            4: stream(content), **(more or {})}


def text(font, size=24):
    return b"BT /F1 %d Tf 20 100 Td " % size + font + b" Tj ET"


HELVETICA = {5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"}
FONT = b"/Font << /F1 5 0 R >>"


def of_standard_font():
    return written(page(text(b"(" + LATIN.encode() + b")"), FONT, HELVETICA)), LATIN


def of_chinese_font(encoding, spelled):
    font = {5: b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /%s /DescendantFonts [6 0 R] >>" % encoding,
            6: b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) "
               b"/Ordering (GB1) /Supplement 2 >> /FontDescriptor 7 0 R /DW 1000 >>",
            7: b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [0 -200 1000 900] /ItalicAngle 0 "
               b"/Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>"}
    return written(page(text(b"<" + HAN.encode(spelled).hex().encode() + b">"), FONT, font)), HAN


def of_drawn_font():
    """Type 3: each letter is a small page; what it means is told in a table."""
    glyph = stream(b"600 0 0 0 500 700 d1 0 0 500 700 re f", packed=False)
    table = stream(b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange <00> <ff> "
                   b"endcodespacerange 1 beginbfrange <41> <42> <865a> endbfrange endcmap end end")
    font = {5: b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 600 700] /FontMatrix [0.001 0 0 0.001 0 0] /CharProcs << /a 6 0 R "
               b"/b 6 0 R >> /Encoding << /Differences [65 /a /b] >> /FirstChar 65 /LastChar 66 /Widths [600 600] "
               b"/Resources << >> /ToUnicode 7 0 R >>", 6: glyph, 7: table}
    return written(page(text(b"(AB)"), FONT, font)), "虚"


def of_a_form():
    form = {6: stream(text(b"(" + LATIN.encode() + b")"), b"/Type /XObject /Subtype /Form /BBox [0 0 400 200] /Resources << " + FONT + b" >>")}
    return written(page(b"/X Do", b"/XObject << /X 6 0 R >>", {**HELVETICA, **form})), LATIN


def of_compressed_tables():
    """Objects in a stream and a table that is a stream (PDF 1.5)."""
    objects = {**page(text(b"(" + LATIN.encode() + b")"), FONT, HELVETICA)}
    inside = {n: objects.pop(n) for n in (1, 2, 3, 5)}
    heads, bodies = b"", b""
    for number, body in inside.items():
        heads += b"%d %d " % (number, len(bodies))
        bodies += body + b" "
    objects[6] = stream(heads + bodies, b"/Type /ObjStm /N %d /First %d" % (len(inside), len(heads)))
    out, rows = b"%PDF-1.5\n", {0: (0, 0, 65535)}
    for number, body in objects.items():
        rows[number] = (1, len(out), 0)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    rows.update({number: (2, 6, place) for place, number in enumerate(inside)})
    rows[7] = (1, len(out), 0)
    table = b"".join(struct.pack(">BIH", *rows[n]) for n in sorted(rows))
    return out + b"7 0 obj\n" + stream(table, b"/Type /XRef /Size 8 /W [1 4 2] /Root 1 0 R") + (
        b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(out)), LATIN


def rc4(key, data):
    s, j, out = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + s[i] + key[i % len(key)]) % 256
        s[i], s[j] = s[j], s[i]
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + s[i]) % 256
        s[i], s[j] = s[j], s[i]
        out.append(byte ^ s[(s[i] + s[j]) % 256])
    return bytes(out)


def of_encryption():
    """40 bits, opened by everybody, as offices lock forms against changes (ISO 32000-1, 7.6.3.3)."""
    pad = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
    owner = rc4(hashlib.md5(pad).digest()[:5], pad)
    rights, name = -44, b"0123456789abcdef"
    key = hashlib.md5(pad + owner + struct.pack("<i", rights) + name).digest()[:5]
    objects = page(b"", FONT, HELVETICA)
    packed = rc4(hashlib.md5(key + struct.pack("<I", 4)[:3] + b"\0\0").digest()[:10], text(b"(" + LATIN.encode() + b")"))
    objects[4] = b"<< /Length %d >>\nstream\n" % len(packed) + packed + b"\nendstream"
    objects[6] = b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P %d >>" % (owner.hex().encode(), rc4(key, pad).hex().encode(), rights)
    return written(objects, b"/Encrypt 6 0 R /ID [<%s> <%s>]" % (name.hex().encode(), name.hex().encode())), LATIN


def that_hides_a_script():
    """The same lock; the catalogue and its script lie in a stream that is encrypted."""
    pad = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
    owner, name = rc4(hashlib.md5(pad).digest()[:5], pad), b"0123456789abcdef"
    key = hashlib.md5(pad + owner + struct.pack("<i", -44) + name).digest()[:5]
    inside = [(1, b"<< /Type /Catalog /Pages 2 0 R /Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (x) >>] >> >> >>"),
              (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"), (3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] >>")]
    heads, bodies = b"", b""
    for number, body in inside:
        heads += b"%d %d " % (number, len(bodies))
        bodies += body + b" "
    packed = rc4(hashlib.md5(key + struct.pack("<I", 4)[:3] + b"\0\0").digest()[:10], zlib.compress(heads + bodies))
    objects = {4: b"<< /Type /ObjStm /N 3 /First %d /Filter /FlateDecode /Length %d >>\nstream\n" % (len(heads), len(packed)) + packed + b"\nendstream",
               5: b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -44 >>" % (owner.hex().encode(), rc4(key, pad).hex().encode())}
    out, rows = b"%PDF-1.5\n", {0: (0, 0, 65535), 1: (2, 4, 0), 2: (2, 4, 1), 3: (2, 4, 2)}
    for number, body in objects.items():
        rows[number] = (1, len(out), 0)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    rows[6] = (1, len(out), 0)
    table = b"".join(struct.pack(">BIH", *rows[n]) for n in sorted(rows))
    return out + b"6 0 obj\n" + stream(table, b"/Type /XRef /Size 7 /W [1 4 2] /Root 1 0 R /Encrypt 5 0 R /ID [<%s> <%s>]" % (
        name.hex().encode(), name.hex().encode())) + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(out)


def of_a_wrong_table():
    return written(page(text(b"(" + LATIN.encode() + b")"), FONT, HELVETICA), broken=True), LATIN


def that_would_start_something():
    marker = os.path.join(tempfile.gettempdir(), "zhiyun-started")
    action = (b"/OpenAction << /S /Launch /F (/bin/sh) /Win << /F (cmd.exe) >> /Next << /S /JavaScript /JS (app.launchURL\\('file://%s'\\)) >> >> "
              b"/Names << /EmbeddedFiles << /Names [(x.sh) 8 0 R] >> >>" % marker.encode())
    more = {8: b"<< /Type /Filespec /F (../../x.sh) /EF << /F 9 0 R >> >>", 9: stream(b"#!/bin/sh\n", b"/Type /EmbeddedFile")}
    return written(page(text(b"(" + LATIN.encode() + b")"), FONT, {**HELVETICA, **more}, action)), LATIN


PICTURE = {  # 200 × 100 points, white, with a black rectangle; written by Pillow 9.4
    "DCTDecode": ("/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAKBueIx4ZKCMgoy0qqC+8P//8Nzc8P////////////////////////////////////////////////"
        "//////////wAALCABkAMgBAREA/8QAGAABAQEBAQAAAAAAAAAAAAAAAAMBBAL/xAApEAEAAAIIBwADAQAAAAAAAAAAAQISFFJicZGh4QQRMkKB"
        "scEDITFR/9oACAEBAAA/ALAAAAAAAAAAAAAAAAAPH5PyUOX6583isXddisXddisXddisXddisXddisXddisXddisXddisXddisXddisXddisXd"
        "dlpY85YR/2AAAAI8R2+fiIAAAOuTolwh6aAAAI8R2+fiIAAAOuTolwh6aAAAI8R2+fiIAAAOuTolwh6aAAAI8R2+fiIAAAOuTolwh6aAAAI8R2"
        "+fiIAAAOuTolwh6aAAAI8R2+fiIAAAOuTolwh6aAAAI8R2+fiIAAAOuTolwh6aAAAEYQj/YQjiyhLZhlAoS2YZQKEtmGUChLZhlAoS2YZQKEtm"
        "GUChLZhlAoS2YZQKEtmGUChLZhlAoS2YZQKEtmGUG/wAAAAAAAAAAAAAAAAAAAH//Z"),
    "JPXDecode": ("AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAAZAAAAMgAAQcHAAAAAAAPY29scgEAAAAAABEAAADsan"
        "AyY/9P/1EAKQAAAAAAyAAAAGQAAAAAAAAAAAAAAMgAAABkAAAAAAAAAAAAAQcBAf9SAAwAAAABAAEEBAAA/1wAC0JIJFfTV9NXYv9kACUAAUNy"
        "ZWF0ZWQgYnkgT3BlbkpQRUcgdmVyc2lvbiAyLjUuMP+QAAoAAAAAAHMAAf+T729vjEjPNkk1Df9/xkgzt4PpU3V/AMCpBgr41ZqSSly4BEwN/1"
        "AcXFViIZhQq+7O9ya/Bo01EoJ/S0k0V/qev/YkFABcr/97jayX48Ux4sDPJQhoY+cMNiskz4yhO5dBmMeyWav/2Q=="),
    "CCITTFaxDecode": "JqGSL//////yGjYt////////////////////////////////////////j//////ABABA",
}


def points():
    """The picture, a byte for each point."""
    return b"".join((b"\xff" * 20 + b"\0" * 101 + b"\xff" * 79) if 20 <= row <= 80 else b"\xff" * 200 for row in range(100))


def of_a_picture(kind):
    entries = b"/Type /XObject /Subtype /Image /Width 200 /Height 100 /ColorSpace /DeviceGray /BitsPerComponent 8"
    if kind in PICTURE:
        data = base64.b64decode(PICTURE[kind])
    elif kind == "LZWDecode":
        bits = "".join(f"{code:09b}" for chunk in range(0, 20000, 200) for code in [256, *points()[chunk:chunk + 200]]) + f"{257:09b}"
        data = int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")
    else:
        data = zlib.compress(points())
    if kind == "CCITTFaxDecode":
        entries = entries.replace(b"Component 8", b"Component 1") + b" /DecodeParms << /K -1 /Columns 200 /Rows 100 /BlackIs1 true >>"
    body = b"<< %s /Filter /%s /Length %d >>\nstream\n" % (entries, kind.encode(), len(data)) + data + b"\nendstream"
    return written(page(b"q 400 0 0 200 0 0 cm /X Do Q", b"/XObject << /X 5 0 R >>", {5: body})), ""


def kinds():
    yield "a standard font", of_standard_font()
    yield "a Chinese font that does not lie in it, by UCS-2", of_chinese_font(b"UniGB-UCS2-H", "utf-16-be")
    yield "a Chinese font that does not lie in it, by GBK", of_chinese_font(b"GBK-EUC-H", "gbk")
    yield "a drawn font", of_drawn_font()
    yield "a form within a page", of_a_form()
    yield "compressed tables", of_compressed_tables()
    yield "encryption without a password", of_encryption()
    yield "a table of objects that is wrong", of_a_wrong_table()
    yield "what would start something", that_would_start_something()
    for kind in ("FlateDecode", "DCTDecode", "JPXDecode", "CCITTFaxDecode", "LZWDecode"):
        yield f"a picture, {kind}", of_a_picture(kind)


def read(how, data):
    done = subprocess.run([READER, *how], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)
    return done.returncode, done.stdout


def greys_of(png):
    """The green of each pixel of a PNG of 8 bits a colour."""
    assert png.startswith(b"\x89PNG"), png[:20]
    at, packed, wide = 8, b"", 0
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at:at + 8])
        data = png[at + 8:at + 8 + size]
        at += 12 + size
        if kind == b"IHDR":
            wide, _, bits, colours = struct.unpack(">IIBB", data[:10])
            assert (bits, colours) in ((8, 2), (8, 6)), (bits, colours)
            step = 3 if colours == 2 else 4
        packed += data if kind == b"IDAT" else b""
    rows, above, out = zlib.decompress(packed), bytes(wide * step), []
    for start in range(0, len(rows), 1 + wide * step):
        how, row = rows[start], bytearray(rows[start + 1:start + 1 + wide * step])
        for i in range(len(row)):
            left, up, corner = (row[i - step], above[i], above[i - step]) if i >= step else (0, above[i], 0)
            guess = left + up - corner
            nearest = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
            row[i] = (row[i] + (0, left, up, (left + up) // 2, nearest)[how]) & 255
        out += row[1::step]
        above = row
    return out


def test_every_kind_of_pdf_is_read():
    for name, (data, words) in kinds():
        code, said = read(["text"], data)
        assert code == 0 and words in said.decode(), (name, code, said)
        code, picture = read(["page", "1", "700", ""], data)
        assert code == 0, (name, code)
        greys = greys_of(picture[picture.index(b"\n") + 1:])
        dark = sum(1 for pixel in greys if pixel < 100) / len(greys)
        assert 0.0005 < dark < 0.6, (name, dark)  # something is drawn: fonts are found
        code, picture = read(["page", "1", "300", "虚构读者"], data)
        assert code == 0 and b"\n\x89PNG" in picture[:12], (name, code, picture[:40])
        assert read(["page", "9999", "300", ""], data)[1].rstrip(b"\n").isdigit(), name
        code, marked = read(["mark", "虚构读者"], data)
        assert code == 0 and marked.startswith(b"%PDF-") and words in read(["text"], marked)[1].decode(), (name, code)
    assert not os.path.exists(os.path.join(tempfile.gettempdir(), "zhiyun-started"))


def test_a_script_under_a_lock_is_found():
    data = that_hides_a_script()
    assert b"JavaScript" not in data
    code, said = read(["check", "en", str(len(data)), "a.pdf"], data)
    assert code == 4 and not said, (code, said)
    for locked in (of_encryption()[0], of_compressed_tables()[0]):
        assert read(["check", "en", str(len(locked)), "a.pdf"], locked)[0] == 0


def test_what_is_no_pdf_is_refused():
    whole = of_standard_font()[0]
    for data in (b"", b"%PDF-1.7\n", whole[:60], b"\0" * 10000, b"PK\3\4" + whole, whole[:100] + b"\xff" * 3000):
        code, _ = read(["text"], data)
        assert code in (0, 1), (data[:30], code)


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
