#!/usr/bin/env python3
"""small_fonts.py FOLDER [TEXT…]: the faces that papers want (reference/paper.yaml), each cut down to the characters of
level 1 of GB 2312 and of the files TEXT, and FOLDER/fonts.conf, with which programs see them and DejaVu alone (FONTCONFIG_FILE).

A paper is made from them in half the time: of a face of 24 MB each of its PDF files takes a copy. Glyphs, measures
and names are those of the whole faces; a character that they lack is named by who makes the paper."""
import os
import subprocess
import sys
from xml.sax.saxutils import escape

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))


def characters(texts):
    found = {chr(point) for point in (*range(0x20, 0x7f), *range(0xa0, 0x100), *range(0x2000, 0x2700), *range(0x3000, 0x3400),
                                      *range(0xff00, 0xfff0))}
    for point in range(0x4e00, 0xa000):
        try:
            if chr(point).encode("gb2312") < b"\xd8":  # level 1: the 3,755 in common use
                found.add(chr(point))
        except UnicodeEncodeError:
            pass
    for path in texts:
        with open(path, encoding="utf-8", errors="ignore") as file:
            found.update(c for c in file.read() if ord(c) > 0xff)
    return found


def faces():
    """(file, number in it) of each wanted face that this machine has."""
    with open(os.path.join(HERE, "..", "reference", "paper.yaml"), encoding="utf-8") as file:
        wanted = {face for font in yaml.safe_load(file)["fonts"] for face in font["faces"]}
    for face in sorted(wanted):
        said = subprocess.run(["fc-list", "--format", "%{file}\t%{index}\n", f":family={face}"], check=True, capture_output=True,
                              text=True).stdout
        yield from (tuple(line.split("\t")) for line in said.splitlines())


def write_conf(folder, faces_folder):
    """FOLDER/fonts.conf, with which programs see these faces and DejaVu alone (tests/fonts.conf for whole ones); its path."""
    conf = os.path.join(folder, "fonts.conf")
    with open(conf, "w", encoding="utf-8") as file:
        file.write(f"<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">\n<fontconfig><cachedir>"
                   f"{escape(os.path.join(folder, 'cache'))}</cachedir><include>/etc/fonts/fonts.conf</include><dir>{escape(faces_folder)}</dir>"
                   f"<selectfont><rejectfont><glob>*.*</glob></rejectfont><acceptfont>"
                   f"<glob>{escape(faces_folder)}/*</glob><glob>*/DejaVu*</glob></acceptfont></selectfont></fontconfig>\n")
    return conf


def make(folder, texts=()):
    """The path of fonts.conf; what is wrong is raised."""
    faces_folder = os.path.join(folder, "faces")
    for name in ("cache", "faces"):
        os.makedirs(os.path.join(folder, name))
    wanted = os.path.join(folder, "characters")
    with open(wanted, "w", encoding="utf-8") as file:
        file.write("".join(sorted(characters(texts))))
    found = sorted(set(faces()))
    for number, (path, index) in enumerate(found):
        subprocess.run(["hb-subset", f"--face-index={index}", f"--text-file={wanted}",
                        f"--output-file={os.path.join(faces_folder, f'{number}.otf')}", path], check=True, capture_output=True)
    conf = write_conf(folder, faces_folder)
    subprocess.run(["fc-cache", faces_folder], check=True, env={**os.environ, "FONTCONFIG_FILE": conf}, capture_output=True)
    return conf


if __name__ == "__main__":
    print(make(sys.argv[1], sys.argv[2:]))
