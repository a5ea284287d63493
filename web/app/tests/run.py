#!/usr/bin/env python3
"""run.py ZHIYUN CLOCK SUBJECT: the tests of SUBJECT.test.ts in Debian's chromium; prints TAP.
run.py ZHIYUN CLOCK shots FOLDER: pictures of all pages, into that folder.

They get a copy of the demo, and a clock that stands on its last day (tests/http/clock.c). Where something that they
need is missing they count as skipped."""
import contextlib
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..", "..")
sys.path.insert(0, os.path.join(ROOT, "tests"))
import demo_made  # noqa: E402
import ports  # noqa: E402
import tap  # noqa: E402

ZHIYUN, CLOCK, SUBJECT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3]
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PORTS = 8  # of the loopback: servers and proxies of one test file
NO_NETWORK = "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT"


def has_pages():
    with open(ZHIYUN, "rb") as file:
        return re.search(rb"assets/[\w-]+\.js\0", file.read()) is not None


def bundle():
    """The file that node runs."""
    packages = subprocess.run([os.path.join(ROOT, "tools", "npm.sh")], stderr=subprocess.PIPE, text=True, check=False)
    if packages.returncode and re.search(NO_NETWORK, packages.stderr):
        tap.leave("its packages cannot be fetched from here")
    if packages.returncode:
        sys.exit(packages.stderr)
    subprocess.run(["node", os.path.join(HERE, "bundle.mjs"), SUBJECT], check=True)
    return os.path.join(HERE, "dist", SUBJECT + ".mjs")


def shrink(folder):
    """Pictures that the repository holds: of 128 colours. Without PIL they stay as they are."""
    with contextlib.suppress(ImportError):
        from PIL import Image
        for path in glob.glob(os.path.join(folder, "*.png")):
            Image.open(path).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


def main():
    if not (shutil.which("node") and shutil.which("npm")):
        tap.leave("node and npm are not installed")
    if not CHROMIUM:
        tap.leave("chromium is not installed")
    if not has_pages():
        tap.leave("this program holds no pages")
    program = bundle()
    work = tempfile.mkdtemp(prefix="zhiyun-browser-")
    try:
        demo_made.copy_to(ZHIYUN, os.path.join(work, "demo"))
        if SUBJECT == "life":
            subprocess.run([sys.executable, os.path.join(HERE, "example_world.py"), ZHIYUN, CLOCK, os.path.join(work, "example")], check=True)
        env = {**os.environ, "ZHIYUN": ZHIYUN, "CLOCK": CLOCK, "CHROMIUM": CHROMIUM, "WORK": work, "ROOT": os.path.realpath(ROOT),
               "PORTS": " ".join(str(ports.free_port()) for _ in range(PORTS))}
        done = subprocess.run(["node", "--enable-source-maps", program, *map(os.path.abspath, sys.argv[4:])], env=env, check=False)
        if SUBJECT == "shots":
            shrink(os.path.join(sys.argv[4], "readme"))
        return done.returncode
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
