#!/usr/bin/env python3
"""contact_sheet.py OUT FOLDER [SCALE]: all papers of FOLDER (PACK.ID.pdf: paper_samples writes such, or a visit does) as
pictures, to be looked at: OUT/PACK.png, every page of every paper of the pack side by side; OUT/PACK.txt says which page stands
where (row.column, from 1). OUT lies outside of the repository. SCALE: dots an inch (default 50)."""
import glob
import os
import re
import struct
import subprocess
import sys
import tempfile
import zlib

ACROSS, GAP = 10, 8  # pages in a row, dots between them
HERE = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))


def page(path):
    """(width, height, rows of gray dots)"""
    with open(path, "rb") as file:
        data = file.read()
    head = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", data)
    width, height = int(head[1]), int(head[2])
    dots = data[head.end():]
    return width, height, [dots[n * width:(n + 1) * width] for n in range(height)]


def png(path, width, rows):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, len(rows), 8, 0, 0, 0, 0)) +
                   chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows))) + chunk(b"IEND", b""))


def lines_of(pages):
    """Rows of dots of up to ACROSS pages side by side; one width for all is made by the caller."""
    for at in range(0, len(pages), ACROSS):
        some = pages[at:at + ACROSS]
        for n in range(max(height for _, height, _ in some) + GAP):
            yield b"".join((rows[n] if n < height else b"\x80" * width) + b"\x80" * GAP for width, height, rows in some)


def sheet(out, pack, papers, scale):
    pages, said = [], []
    with tempfile.TemporaryDirectory(prefix="contact-") as folder:
        for number, path in enumerate(papers):
            subprocess.run(["pdftoppm", "-gray", "-r", scale, path, os.path.join(folder, f"{number:04}")], check=True)
            drawn = [page(one) for one in sorted(glob.glob(os.path.join(folder, f"{number:04}-*.pgm")))]
            said += [f"{at // ACROSS + 1}.{at % ACROSS + 1}\t{os.path.basename(path)}" for at in range(len(pages), len(pages) + len(drawn))]
            pages += drawn
    rows = list(lines_of(pages))
    width = max(map(len, rows))
    png(os.path.join(out, pack + ".png"), width, [row.ljust(width, b"\x80") for row in rows])
    with open(os.path.join(out, pack + ".txt"), "w", encoding="utf-8") as file:
        file.write("\n".join(said) + "\n")
    return f"{pack}.png: {len(papers)} papers"


def main(out, folder, scale="50"):
    if os.path.realpath(out).startswith(HERE + os.sep):
        sys.exit("contact_sheet.py: pictures are kept outside of the repository")
    os.makedirs(out, exist_ok=True)
    packs = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.pdf"))):
        packs.setdefault(os.path.basename(path).split(".")[0], []).append(path)
    for pack, papers in packs.items():
        print(sheet(out, pack, papers, scale))
    return 0 if packs else 1


if __name__ == "__main__":
    if not 3 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
