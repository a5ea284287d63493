#!/usr/bin/env python3
"""run.py ZHIYUN CLOCK [SUBJECT…]: the tests of each SUBJECT.test.ts in one chromium; prints TAP. Without a subject: those of
CORE, a fifth of the others by length and those whose file the last commit touches (tap.sample); all if it touches the pages.
run.py ZHIYUN CLOCK shots FOLDER: pictures of all pages, into that folder.
run.py ZHIYUN CLOCK keys: how long a key takes in a large form.

CONCURRENCY=2 files run at a time; TAP_ONLY=TEXT runs the tests whose "file: name" holds the text. Servers and pages begin
at noon of the last day of the demo (tests/http/clock.c). Where something that the tests need is missing they count as
skipped."""
import contextlib
import glob
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

ZHIYUN, CLOCK, SUBJECTS = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3:]
SHOTS = SUBJECTS[:1] == ["shots"]
SCRIPT = SUBJECTS[:1] if SUBJECTS[:1] in (["shots"], ["keys"]) else []  # instead of tests
# The shell draws no windows: a fresh context takes a third of the processor time.
CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "google-chrome"))), None)
CORE = {"apply", "case", "pages", "signin", "types"}
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
    suffix, touched = ".test.ts", tap.draw.touched()
    names = {os.path.basename(path)[:-len(suffix)] for path in glob.glob(os.path.join(HERE, "*" + suffix))}
    if any(path.startswith("web/app/") and not path.endswith(suffix) for path in touched):
        return sorted(names)
    own = {name for name in names if f"web/app/tests/{name}{suffix}" in touched}
    return sorted(CORE) + tap.sample(names - CORE, "files of browser tests", own, one_in=5,
                                     size=lambda name: os.path.getsize(os.path.join(HERE, name + suffix)))


def main():
    if not (shutil.which("node") and shutil.which("npm")):
        tap.leave("node and npm are not installed")
    if not CHROMIUM:
        tap.leave("chromium-headless-shell is not installed")
    if not has_pages():
        tap.leave("this program holds no pages")
    words = [os.path.abspath(SUBJECTS[1])] if SHOTS else SUBJECTS or drawn()
    with tempfile.TemporaryDirectory(prefix="zhiyun-browser-", ignore_cleanup_errors=True) as work, bundle() as program:
        demo_made.copy_to(ZHIYUN, os.path.join(work, "demo"))
        env = {**os.environ, "DRAW": tap.draw.draw(), "ZHIYUN": ZHIYUN, "CLOCK": CLOCK, "CHROMIUM": CHROMIUM, "WORK": work, "ROOT": os.path.realpath(ROOT),
               "PORTS": " ".join(str(ports.free_port()) for _ in range(PORTS * len(words)))}
        done = subprocess.run(["node", "--enable-source-maps", program, *words], env=env, check=False)
        if SHOTS:
            shrink(os.path.join(words[0], "readme"))
        return done.returncode


if __name__ == "__main__":
    # Ended is ended like any end: its bundle and its folder go.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    sys.exit(main())
