#!/usr/bin/env python3
"""tutorial_test.py ZHIYUN DOC: the page is followed to the letter: its files are written, its commands
run in one shell, in an empty folder, and what it shows comes. "…" in what it shows stands for anything."""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import ports  # noqa: E402
import store  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
with open(sys.argv[2], encoding="utf-8") as file:
    PAGE = file.read()


def blocks():
    """(language, text, file it is written to or None), in the order of the page."""
    found, at = [], 0
    for match in re.finditer(r"^```(\w+)\n(.*?)^```$", PAGE, re.M | re.S):
        named = re.search(r"Write `([^`]+)`", PAGE[at:match.start()])
        found.append((match[1], match[2], named[1] if named else None))
        at = match.end()
    return found


def shows(output, line):
    """Whether what the page shows, with … for anything, stands in the output."""
    return re.search(".*?".join(re.escape(part) for part in line.split("…")), output, re.S)


def run_page(folder):
    """The output of each sh block, by its number."""
    mark = "=== block"
    script = ["set -e", f'zhiyun() {{ "{ZHIYUN}" "$@"; }}']
    count = 0
    for language, text, path in blocks():
        if language == "yaml":
            script.append(f"cat >{path} <<'END_OF_FILE'\n{text}END_OF_FILE")
        elif language == "sh":
            script.append(f"echo; echo '{mark}'\n{text}")
            count += 1
    # A function in the background is a subshell: the program itself is to be stopped.
    text = "\n".join(script).replace("zhiyun --lang en --data try serve", f'"{ZHIYUN}" --lang en --data try serve')
    shell = subprocess.Popen(["bash", "-c", text.replace("8420", str(ports.free_port()))], cwd=folder, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        output = shell.communicate(timeout=600)[0]
    finally:
        try:
            os.killpg(shell.pid, signal.SIGKILL)  # a server that a failing page left behind
        except ProcessLookupError:
            pass
    outputs = output.split(mark)[1:]
    assert shell.returncode == 0 and len(outputs) == count, output
    return outputs


def test_the_page_can_be_followed():
    folder = tempfile.mkdtemp(prefix="zhiyun-tutorial-")
    try:
        outputs = run_page(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    number, checked = -1, 0
    for language, text, _ in blocks():
        if language == "sh":
            number += 1
        elif language == "text":
            for line in text.splitlines():
                assert shows(outputs[number], line), (line, outputs[number])
                checked += 1
    assert checked >= 10


def test_the_type_of_the_page_is_what_it_says():
    fields = re.findall(r"^  - (?:\{)?name: (\w+)(?:, type|$)", blocks()[1][1], re.M)
    text = blocks()[1][1]
    assert len(fields) == 15, fields
    assert text.count("type: ref,") == 2 and text.count("type: table") == 1 and text.count("type: computed") == 1
    assert len(re.findall(r"^    - \{name: \w+, label: .*\}$", text.split("transitions:")[0], re.M)) == 3


if __name__ == "__main__":
    if store.SERVER:
        print("1..0 # SKIP the page is about an instance of one folder")
    else:
        tap.run(sys.modules[__name__])
