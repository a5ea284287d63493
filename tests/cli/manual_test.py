#!/usr/bin/env python3
"""manual_test.py ZHIYUN MANUAL CLOCK: chapters 9 to 14 and 15.6 of the user manual are followed to the letter: their
commands run in one shell, in an empty folder, and what a line "→ …" shows stands in the output of the
command before it. "…" in what is shown stands for anything. The clock is that of the last day of the demo, of whose
periods the page tells."""
import datetime
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "http"))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import demo_made  # noqa: E402
import sqlite_file  # noqa: E402
import ports  # noqa: E402
import store  # noqa: E402
import tap  # noqa: E402
import wire  # noqa: E402

del os.environ["ZHIYUN_UNSYNCED"]  # instances as people make them
ZHIYUN = os.path.abspath(sys.argv[1])
with open(sys.argv[2], encoding="utf-8") as file:
    PAGE = file.read()
MARK = "=== 手册"
LAST = datetime.datetime.fromisoformat("2026-11-20T12:00:00+08:00")
CLOCK = wire.Clock(sys.argv[3])


def commands():
    """(command, what it shows) in the order of the page: indented lines, outside of fences."""
    chapters = PAGE[PAGE.index("\n## 九、"):PAGE.index("\n## 十五、")] + PAGE[PAGE.index("\n### 15.6"):PAGE.index("\n## 十六、")]
    chapters = re.sub(r"^```.*?^```$", "", chapters, flags=re.M | re.S)
    found = []
    for line in re.findall(r"^(?:    |      )(\S.*)$", chapters, re.M):
        if line.startswith("→ "):
            found[-1][1].append(line[2:])
        elif not line.startswith("*"):
            found.append((line, []))
    return found


def run_page(folder):
    """The output of each command, in order."""
    port = str(ports.free_port())
    script = ["mkdir build", f"ln -s '{ZHIYUN}' build/zhiyun", "export PATH=$PWD/build:$PATH",
              f"export ZHIYUN_SERVER=http://127.0.0.1:{port}"]
    demo_made.copy_to(ZHIYUN, os.path.join(folder, "my"))  # as chapter 2 leaves it
    with sqlite_file.connect(os.path.join(folder, "my", "zhiyun.db")) as db:  # somebody has said that the clock is right
        db.execute("UPDATE clock_state SET seen_ms = ?, signed_until_ms = (SELECT max(at_ms) FROM log_head)", (int(LAST.timestamp() * 1000),))
    for number, (command, _) in enumerate(commands()):
        if re.search(r"\bserve$", command):  # "in another terminal"
            command = ('[ -z "$SERVER" ] || { kill $SERVER; wait $SERVER; }\n'  # one at a time
                       f"{command} --listen 127.0.0.1:{port} & SERVER=$!\n"
                        f"for i in $(seq 200); do curl -s 127.0.0.1:{port}/healthz >/dev/null && break; sleep 0.05; done")
        script.append(f"echo; echo '{MARK} {number}'\n{command.replace('8420', port)}\n"
                      f"[ $? = 0 ] || echo '{MARK} failed {number}'")
    script.append("kill $SERVER; wait $SERVER")
    shell = subprocess.Popen(["bash", "-c", "\n".join(script)], cwd=folder, text=True, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, start_new_session=True,
                             env={**{k: v for k, v in os.environ.items() if not k.startswith("ZHIYUN_")}, "LD_PRELOAD": CLOCK.library,
                                  "TEST_CLOCK": CLOCK.file.name, "TEST_CLOCK_BASE": str(int((LAST.timestamp() - time.time()) * 1e6))})
    try:
        output = shell.communicate(timeout=600)[0]
    finally:
        try:
            os.killpg(shell.pid, signal.SIGKILL)  # the server too, when a line before its end failed
        except ProcessLookupError:
            pass
    return [part.partition("\n")[2] for part in re.split(rf"\n{MARK} (?=\d)", output)[1:]]


def test_what_the_manual_shows_is_what_comes():
    folder = tempfile.mkdtemp(prefix="zhiyun-manual-")
    try:
        outputs = run_page(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    page = commands()
    assert len(outputs) == len(page) > 60, (len(outputs), len(page), outputs[-1:])
    wrong = []
    for (command, shown), output in zip(page, outputs):
        if f"{MARK} failed" in output:
            wrong.append(f"{command}\n  fails: {output[:600]}")
        for line in shown:
            if not re.search(".*?".join(re.escape(part) for part in line.split("…")), output, re.S):
                wrong.append(f"{command}\n  shows not: {line}\n  but: {output[:1500]}")
    assert not wrong, "\n".join(wrong)


if __name__ == "__main__":
    if store.SERVER:
        print("1..0 # SKIP the page is about an instance of one folder")
    else:
        wire.needs_clock(ZHIYUN)
        tap.run(sys.modules[__name__])
