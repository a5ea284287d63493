#!/usr/bin/env python3
"""check_house.py ROOT: the rules of the house that a compiler does not check. Prints TAP.

* src/LAYERS: a folder includes only the folders it may (read from our #include lines).
* Only one file includes each foreign library that hides behind an interface.
* No two folders declare a function of one name.
* Every header and source opens with a comment (tests and tables need none); every folder under src/ has a README.
* Pages compare times with the server's time; the browser's clock measures durations only, in the files of DURATIONS.
* Project files hold no absolute path of a machine.
* In src/matter, src/document and src/case at most CIRCLE files mention each other's functions in a circle.
* Each file is named by a README of its folder or of one above (at the top HACKING.md and ARCHITECTURE.md): itself, its
  part before the first dot without _test, _bench, _fuzz or _priv, a pattern with * that it fits, or a folder ending in /.
"""
import fnmatch
import os
import re
import subprocess
import sys

ROOT = sys.argv[1]
# library header → the only files that may include it
DOORS = {
    "microhttpd.h": {"src/api/http_priv.h"},
    "sqlite3.h": {"src/db/page_sums.c", "src/db/sandbox.c", "src/db/sqlite.c", "tests/db/sqlite_fault.c"},
    "curl/": {"src/notify/http_client.c"},
    "libpq-fe.h": {"src/db/postgres_priv.h"},
    "json-c/": {"src/text/json.c"},
    "expat.h": {"src/text/xml.c", "src/text/xlsx_priv.h"},
    "xlsxwriter.h": {"src/text/xlsx_out.c"},
    "openssl/": {"src/crypto/certificate.c", "src/crypto/hash.c", "src/crypto/password.c", "src/crypto/seal.c",
                 "src/crypto/secret.c", "src/crypto/sign.c", "src/crypto/totp.c", "src/crypto/web_key.c"},
    "sodium.h": {"src/crypto/password.c", "src/crypto/sign.c"},
    "yaml.h": {"src/text/yaml.c"},
    "poppler.h": {"src/pdf/main.c", "src/pdf/page.c"},
    "cairo": {"src/pdf/main.c", "src/pdf/picture.c", "src/pdf/picture.h", "src/pdf/page.h", "src/paper/press/press.h"},
    "pango/": {"src/paper/press/press.h"},
    "fontconfig/": {"src/paper/press/fonts.c", "src/cage/fonts.c"},
    "archive": {"src/paper/package.c"},
    "qrencode.h": {"src/paper/qr.c"},
    "jpeglib.h": {"src/pdf/picture.c"},
}

ROOMS, CIRCLE = ("matter", "document", "case"), 5
DURATIONS = {"web/app/ui/bars.tsx", "web/app/rooms/shell/live.ts", "web/app/rooms/shell/shell.tsx", "web/app/rooms/shell/sign-in-form.tsx"}


def tracked(*patterns):
    try:
        listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard", *patterns],
                                capture_output=True, text=True).stdout.splitlines()
    except FileNotFoundError:  # git itself is not installed
        listed = []
    if listed:
        return [name for name in listed if os.path.isfile(os.path.join(ROOT, name))]
    found = []  # an unpacked release: no git
    for base, folders, names in os.walk(ROOT):
        folders[:] = [folder for folder in folders if folder != "node_modules"]
        found += [os.path.relpath(os.path.join(base, name), ROOT) for name in names]
    suffixes = tuple(pattern.rsplit("*", 1)[-1] for pattern in patterns)
    top = tuple(pattern.split("*", 1)[0] for pattern in patterns)
    return [name for name in found if name.endswith(suffixes) and name.startswith(top)
            and not name.startswith("build")]


def text(name):
    with open(os.path.join(ROOT, name), encoding="utf-8", errors="replace") as file:
        return file.read()


def read_layers(name):
    rules = {}
    for line in text(name).splitlines():
        if line and not line.startswith("#"):
            folder, _, below = line.partition(":")
            rules[folder.strip()] = set(below.split())
    return rules


def layers():
    rules, bad = read_layers("src/LAYERS"), []
    for name in tracked("src/*.c", "src/*.h"):
        folder = name.split("/")[1]
        if folder not in rules:
            bad.append(f"{name}: folder {folder} is not in src/LAYERS")
            continue
        for included in re.findall(r'^\s*#\s*include\s+"([^"]+)"', text(name), re.M):
            target = included.split("/")[0]
            if "/" in included and target != folder and target not in rules[folder]:
                bad.append(f"{name}: includes {included}, but {folder} may not include {target}")
    return bad


def web_layers():
    rules, bad = read_layers("web/app/LAYERS"), []

    def folder_of(name):  # "ui", the room, or the page with its folder: "pages/case"
        parts = name.removeprefix("web/app/").split("/")
        return "/".join(parts[:2]) if parts[0] == "pages" else parts[1] if parts[0] == "rooms" else parts[0]

    for name in tracked("web/app/*.ts", "web/app/*.tsx"):
        folder = folder_of(name)
        if name.count("/") < 3 or folder in ("bundler", "tests"):
            continue
        if folder not in rules and not folder.startswith("pages/"):
            bad.append(f"{name}: folder {folder} is not in web/app/LAYERS")
            continue
        for imported in re.findall(r'''(?:from|import)\s*\(?\s*["\']([^"\']+)["\']''', text(name)):
            target = folder_of(os.path.normpath(os.path.join(os.path.dirname(name), imported)))
            if imported.startswith("antd") and folder not in ("ui", "fields"):
                bad.append(f"{name}: imports {imported}, which only ui and fields may")
            elif imported.startswith(".") and (target in rules or target.startswith("pages/")) and target != folder \
                    and target not in (rules if folder.startswith("pages/") else rules[folder]):
                bad.append(f"{name}: imports {imported}, but {folder} may not import from {target}")
    return bad


def doors():
    bad = []
    for name in tracked("src/*.c", "src/*.h"):
        if name.endswith("_test.c"):
            continue
        for included in re.findall(r"^\s*#\s*include\s+<([^>]+)>", text(name), re.M):
            for library, allowed in DOORS.items():
                if included.startswith(library) and name not in allowed:
                    bad.append(f"{name}: includes <{included}>, which only {sorted(allowed)} may")
    return bad


def heads():
    return [f"{name}: does not open with a comment that says what it is"
            for name in tracked("*.c", "*.h") if not name.endswith(("_test.c", "_table.c"))
            and not text(name).lstrip().startswith("/*")]


def names():
    """A function's name stands in one header: of two libraries that have one of that name the linker
    takes either, without a word."""
    declared, bad = {}, []
    pattern = re.compile(r"^(?:MUST_CHECK\s+)?(?:const\s+)?(?:(?:struct|enum)\s+)?\w+\s+\**(\w+)\([^;{]*\)[^;{]*;", re.M)
    for name in tracked("src/*.h"):
        for function in set(pattern.findall(re.sub(r"/\*.*?\*/", "", text(name), flags=re.S))):
            if function in declared and declared[function].split("/")[1] != name.split("/")[1]:
                bad.append(f"{name}: {function} is in {declared[function]} too")
            declared[function] = name
    return bad


def readmes():
    folders = {"/".join(name.split("/")[:2]) for name in tracked("src/*.c")}
    return [f"{folder}: has no README" for folder in sorted(folders)
            if not os.path.exists(os.path.join(ROOT, folder, "README"))]


def browser_clock():
    """A page that compares a date of the store with the browser's clock is wrong on a machine whose clock is."""
    return [f"{name}:{number}: the browser's clock; serverNow() of api/server-time.ts is the server's"
            for name in tracked("web/app/pages/*", "web/app/rooms/*", "web/app/ui/*", "web/app/fields/*")
            if name.endswith((".ts", ".tsx")) and name not in DURATIONS
            for number, line in enumerate(text(name).splitlines(), 1) if re.search(r"\bDate\.now\b|new Date\(\)", line)]


def machine_paths():
    pattern = re.compile(r"(?<![\w.$}])/(?:home/\w|root/|work/)")
    bad = []
    for name in tracked("*.c", "*.h", "*.py", "*.sh", "*.md", "*Makefile", "*.build", "*.yaml", "*.po"):
        for number, line in enumerate(text(name).splitlines(), 1):
            if pattern.search(line) and "re.compile" not in line:
                bad.append(f"{name}:{number}: path of a machine")
    return bad


def circles(names):
    """The circles of files of which each mentions a function (or a table) that the next defines: [[file, …], …]."""
    code = {name: re.sub(r"/\*.*?\*/|\"(?:\\\\.|[^\"\\\\])*\"", " ", text(name), flags=re.S) for name in names}
    home = {}
    for name, said in code.items():
        for word in re.findall(r"^(?!static|typedef|struct \w+ \{|#)[a-z][\w *]*?\b(\w+)(?:\(|(?:\[\w*\])? = )", said, re.M):
            home[word] = name
    arrows = {name: {home[word] for word in re.findall(r"\b[a-z]\w+\b", said) if word in home} - {name} for name, said in code.items()}

    def reach(start):
        seen, todo = set(), [start]
        while todo:
            for name in arrows[todo.pop()] - seen:
                seen.add(name)
                todo.append(name)
        return seen

    far = {name: reach(name) for name in names}
    found = {tuple(sorted(other for other in far[name] if name in far[other])) for name in names if name in far[name]}
    return sorted(found, key=len, reverse=True)


def circles_of_rooms():
    """Those of the three rooms are refused where they are too large; the largest of each other folder is told."""
    folders = {}
    for name in tracked("src/*.c"):
        if not name.endswith("_test.c"):
            folders.setdefault(name.split("/")[1], []).append(name)
    for folder in sorted(folders.keys() - set(ROOMS)):
        largest = circles(folders[folder])[:1]
        if largest and len(largest[0]) > CIRCLE:
            print(f"# src/{folder}: circle of {len(largest[0])} files")
    return [f"circle of {len(circle)} files: {', '.join(circle)}"
            for circle in circles(sum((folders[room] for room in ROOMS), [])) if len(circle) > CIRCLE]


def checks_that_call():
    """The table of checks (src/case/check.c) says the order in which they are asked: none calls another."""
    table = re.search(r"\bchecks\[\] = \{(.*?)\n\};", text("src/case/check.c"), re.S)[1]
    checks = set(re.findall(r", (\w+)\},", table))
    bodies = {}
    for name in tracked(*(f"src/{room}/*.c" for room in ROOMS)):
        bodies |= dict(re.findall(r"^(?:static )?err_t (\w+)\(struct step \*g\)\n\{(.*?)^\}", text(name), re.S | re.M))
    return [f"src/case/check.c: {name} is asked, and is no check of a step" for name in checks - bodies.keys()] + [
        f"{name} calls {other}" for name in checks & bodies.keys() for other in checks & set(re.findall(r"\b(\w+)\(", bodies[name]))]


def unnamed():
    said = {}  # folder → the words of its README
    for name in tracked("*"):
        folder, base = os.path.split(name)
        if base in ("README", "README.md") or name in ("HACKING.md", "ARCHITECTURE.md"):
            words = re.findall(r"[\w./*@+-]*[\w/*]", text(name))
            said.setdefault(folder, set()).update(words, (os.path.basename(word).split(".")[0] for word in words))
    wide = {folder: [word for word in words if len(word) > 2 and ("*" in word or word.endswith("/"))
                     and (folder or not word.startswith(("src/", "tests/", "web/")) or word.startswith("tests/golden/"))]
            for folder, words in said.items()}

    def is_named(name):
        base, folder = os.path.basename(name), os.path.dirname(name)
        words = {base, re.sub(r"_(test|bench|fuzz|priv)$", "", base.split(".")[0])}
        while folder not in said or not words & said[folder] and not any(
                fnmatch.fnmatch(base, word) or fnmatch.fnmatch(name[len(folder):].lstrip("/"), word + "*" * word.endswith("/"))
                for word in wide[folder]):
            if not folder:
                return False
            folder = os.path.dirname(folder)
        return True

    return [f"{name}: no README names it" for name in tracked("*")
            if not os.path.basename(name).startswith(("README", ".git")) and not is_named(name)]


def main():
    checks = [("folders include only what src/LAYERS allows", layers),
              ("pages and rooms import only what web/app/LAYERS allows", web_layers),
              ("libraries stay behind their one file", doors),
              ("headers and sources open with a comment", heads),
              ("no two folders have a function of one name", names),
              ("folders under src have a README", readmes),
              ("pages take the time from the server", browser_clock),
              ("no path of a machine in project files", machine_paths),
              (f"no circle of more than {CIRCLE} files in {', '.join(ROOMS)}", circles_of_rooms),
              ("no check of a step calls another", checks_that_call),
              ("a README names each file", unnamed)]
    print(f"1..{len(checks)}")
    failed = 0
    for number, (name, check) in enumerate(checks, 1):
        bad = check()
        failed += bool(bad)
        print(f"{'not ok' if bad else 'ok'} {number} {name}")
        for line in bad:
            print(f"# {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
