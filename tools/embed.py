#!/usr/bin/env python3
"""embed.py OUT.c OUT.bin OUT.d WEB FILE…: files inside the binary, as the table of api/embedded.h.

FILEs are pages of the program's own. WEB is the folder of the web application's bundle, taken where its file
`state` says that it is there (tools/web.sh); empty: without it. Pages are kept as they are, for the server fills them
in; all else is gzipped. The contents stand one after the other in OUT.bin, which the assembler includes.
OUT.d makes the build look at WEB again when its state changes. A bundle that is being built is waited for.
"""
import contextlib
import fcntl
import gzip
import hashlib
import os
import sys

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".json": "application/json",
}


def bundle(web):
    """[(name, path)] of the bundle; none where there is none."""
    if not web:
        return []
    try:
        with open(os.path.join(web, "state"), encoding="ascii") as file:
            if not file.read().startswith("built "):
                return []
    except FileNotFoundError:
        return []
    assets = os.path.join(web, "assets")
    names = ["index.html", "w.html", *(f"assets/{name}" for name in sorted(os.listdir(assets)))]
    return [(name, os.path.join(web, name)) for name in names]


def wait_for(web):
    """Until no bundle is being built there; none begins before this process ends."""
    with contextlib.suppress(FileNotFoundError):
        fcntl.flock(os.open(os.path.join(web, "lock"), os.O_RDONLY), fcntl.LOCK_SH)


def main():
    out, blob, depfile, web, *pages = sys.argv[1:]
    if web:
        wait_for(web)
    rows, data = [], bytearray()
    for name, path in [*((os.path.basename(page), page) for page in pages), *bundle(web)]:
        with open(path, "rb") as file:
            content = file.read()
        ending = os.path.splitext(name)[1]
        if ending not in TYPES:
            sys.exit(f"embed.py: {name}: no content type is known for {ending}")
        kept = content if ending == ".html" else gzip.compress(content, 9, mtime=0)
        rows.append(f'    {{"{name}", "{TYPES[ending]}", "\\"{hashlib.sha256(content).hexdigest()[:16]}\\"", '
                    f"embedded_bytes + {len(data)}, {len(kept)}, {len(content)}, {str(kept is not content).lower()}}},\n")
        data += kept
    with open(blob, "wb") as file:
        file.write(data)
    with open(out, "w", encoding="ascii") as c:
        c.write("/* Made by tools/embed.py. */\n"
                '#include "api/embedded.h"\n'
                f"/* {hashlib.sha256(data).hexdigest()} */\n"
                '__asm__(".pushsection .rodata\\n"\n'
                '        ".globl embedded_bytes\\n"\n'
                '        "embedded_bytes:\\n"\n'
                f'        ".incbin \\"{blob}\\"\\n"\n'
                '        ".popsection\\n");\n'
                "extern const unsigned char embedded_bytes[];\n"
                "const struct embedded_file embedded_files[] = {\n" + "".join(rows) + "    {0}};\n")
    with open(depfile, "w", encoding="utf-8") as file:
        file.write(f"{out}: {os.path.join(web, 'state') if web else ''}\n")


if __name__ == "__main__":
    main()
