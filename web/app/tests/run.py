#!/usr/bin/env python3
"""run.py ZHIYUN CLOCK [SUBJECT…]: the tests of each SUBJECT.test.ts in one chromium; prints TAP. Without a subject: those that
walk what the last commit touches, and a share of the others (tools/which_tests.py); in make check all (LONG=1), which compares
the file `walks` beside this one with what they walked.
run.py ZHIYUN CLOCK walks: writes that file: of each source of the application the test files that run it.
run.py ZHIYUN CLOCK shots FOLDER: pictures of all pages, into that folder.
run.py ZHIYUN CLOCK keys: how long a key takes in a large form.

CONCURRENCY=2 files run at a time; TAP_ONLY=TEXT runs the tests whose "file: name" holds the text. Servers and pages begin
at noon of the last day of the demo (tests/http/clock.c). Where something that the tests need is missing they count as
skipped."""
import contextlib
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..", "..")
sys.path.insert(0, os.path.join(ROOT, "tests"))
import demo_made  # noqa: E402
import ports  # noqa: E402
import tap  # noqa: E402
import which_tests  # noqa: E402  (tap.py names its folder)

ZHIYUN, CLOCK, SUBJECTS = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3:]
SHOTS, WALKS = SUBJECTS[:1] == ["shots"], SUBJECTS == ["walks"]
MAP = os.path.join(HERE, "walks")
SCRIPT = SUBJECTS[:1] if SUBJECTS[:1] in (["shots"], ["keys"]) else []  # instead of tests
# The shell draws no windows: a fresh context takes a third of the processor time.
CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "google-chrome"))), None)
PORTS = 8  # of the loopback, for the servers and proxies of one test file
NO_NETWORK = "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT"


def has_pages():
    with open(ZHIYUN, "rb") as file:
        return re.search(rb"assets/[\w-]+\.js\0", file.read()) is not None


@contextlib.contextmanager
def bundle():
    """The file that node runs. It lies beside node_modules, under a name of its own: another run may go on."""
    packages = subprocess.run([os.path.join(ROOT, "tools", "npm.sh")], stderr=subprocess.PIPE, text=True, check=False)
    if packages.returncode and re.search(NO_NETWORK, packages.stderr):
        tap.leave("its packages cannot be fetched from here")
    if packages.returncode:
        sys.exit(packages.stderr)
    program = os.path.join(HERE, "dist", f"{os.getpid()}.mjs")
    try:
        subprocess.run(["node", os.path.join(HERE, "bundle.mjs"), program, *SCRIPT], check=True)
        yield program
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(program)


def shrink(folder):
    """Pictures that the repository holds: of 128 colours. Without PIL they stay as they are."""
    with contextlib.suppress(ImportError):
        from PIL import Image
        for path in glob.glob(os.path.join(folder, "*.png")):
            Image.open(path).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


def drawn():
    names = which_tests.test_files()
    if SUBJECTS or os.environ.get("LONG") or os.environ.get("ZHIYUN_WHOLE"):
        return names
    by = tap.draw.draw()
    taken, named = which_tests.subjects(names, tap.draw.touched(), by, lambda name: os.path.getsize(os.path.join(HERE, name + ".test.ts")))
    print(f"# {len(taken)} of {len(names)} files, named by the change: {' '.join(sorted(named)) or 'none'}; "
          f"drawn by DRAW={by}: {' '.join(name for name in taken if name not in named)}", flush=True)
    return taken


@contextlib.contextmanager
def maps():
    """The folder of the source maps of the bundle that the program holds: made once more, it is the same."""
    with tempfile.TemporaryDirectory(prefix="zhiyun-maps-") as folder:
        subprocess.run([os.path.join(ROOT, "node_modules", ".bin", "vite"), "build", "--sourcemap", "hidden", "--logLevel", "warn"],
                       cwd=os.path.join(ROOT, "web", "app"), env={**os.environ, "NODE_ENV": "production", "WEB_OUT": folder}, check=True)
        yield folder


def keep(walked):
    """Writes the map, or compares it: the pages of the one and of the other."""
    lines = {source: files for source, files in sorted(walked.items())}
    if WALKS:
        with open(MAP, "w", encoding="utf-8") as file:
            file.write("# Source below web/app, and the browser test files that run it (run.py … walks).\n")
            file.writelines("\t".join([source, *files]) + "\n" for source, files in lines.items())
        return 0
    kept = {source: sorted(files) for source, files in which_tests.walks().items()}
    bad = [source for source in sorted({*kept, *lines}) if source.startswith("pages/") and kept.get(source) != lines.get(source)]
    for source in bad:
        print(f"# {source}: {MAP} says {kept.get(source)}, and {lines.get(source)} run it; run.py … walks writes it anew")
    return 1 if bad else 0


def main():
    if not (shutil.which("node") and shutil.which("npm")):
        tap.leave("node and npm are not installed")
    if not CHROMIUM:
        tap.leave("chromium-headless-shell is not installed")
    if not has_pages():
        tap.leave("this program holds no pages")
    words = [os.path.abspath(SUBJECTS[1])] if SHOTS else drawn() if WALKS or not SUBJECTS else SUBJECTS
    follows = WALKS or (not SUBJECTS and bool(os.environ.get("LONG")))
    with tempfile.TemporaryDirectory(prefix="zhiyun-browser-", ignore_cleanup_errors=True) as work, bundle() as program, maps() if follows else contextlib.nullcontext() as sources:
        demo_made.copy_to(ZHIYUN, os.path.join(work, "demo"))
        env = {**os.environ, "DRAW": tap.draw.draw(), "ZHIYUN": ZHIYUN, "CLOCK": CLOCK, "CHROMIUM": CHROMIUM, "WORK": work, "ROOT": os.path.realpath(ROOT),
               **({"MAPS": sources, "WALKS": os.path.join(work, "walks")} if follows else {}),
               "PORTS": " ".join(str(ports.free_port()) for _ in range(PORTS * len(words)))}
        done = subprocess.run(["node", "--enable-source-maps", program, *words], env=env, check=False)
        if SHOTS:
            shrink(os.path.join(words[0], "readme"))
        if WALKS or follows and not done.returncode:
            with open(os.path.join(work, "walks"), encoding="utf-8") as file:
                return keep(json.load(file)) or done.returncode
        return done.returncode


if __name__ == "__main__":
    # Ended is ended like any end: its bundle and its folder go.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    sys.exit(main())
