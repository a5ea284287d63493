#!/usr/bin/env python3
"""life_test.py ZHIYUN CLOCK NAME…: scenarios of tests/programmes lived through by the command line alone.

Whatever somebody with a token, or the public, asks for in such a scenario is asked by `zhiyun case`, `zhiyun todo`,
`zhiyun call` or else `zhiyun api`; only who confirms what another proposed sits at a browser. The replies are
those that the scenario expects, and each exit code is that of the status."""
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMMES = os.path.join(HERE, "..", "programmes")
sys.path.insert(0, PROGRAMMES)
import scenario  # noqa: E402  (it finds the helpers of other tests)
import client  # noqa: E402
import makers  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
BY_HTTP = client.Person.ask
# (method, path, words of the command): the words that a person would use rather than `api`.
WORDS = [("GET", r"/cases", ["case", "list"]), ("POST", r"/cases", ["case", "begin"]),
         ("GET", r"/cases/(\d+)", ["case", "show"]), ("GET", r"/cases/(\d+)/actions", ["case", "actions"]),
         ("POST", r"/cases/(\d+)/actions/([\w-]+)", ["case", "do"]), ("GET", r"/cases/(\d+)/papers", ["case", "papers"]),
         ("DELETE", r"/cases/(\d+)/proposals/([\w-]+)", ["case", "take-back"]), ("GET", r"/cases/(\d+)/materials", ["case", "materials"]),
         ("GET", r"/todo", ["todo"]), ("GET", r"/calls", ["call", "list"]),
         ("POST", r"/records/call/(\d+)/actions/open", ["call", "open"])]


def run(person, *words, stdin=None):
    env = {k: v for k, v in os.environ.items() if not k.startswith("ZHIYUN_") and k != "LD_PRELOAD"}
    env.update(ZHIYUN_SERVER=f"http://127.0.0.1:{person.server.port}", **({"ZHIYUN_TOKEN": person.token} if person.token else {}))
    return subprocess.run([ZHIYUN, *words], input=stdin, capture_output=True, env=env, timeout=600, check=False)


def exit_of(status):
    return 0 if 200 <= status < 300 else 3 if 400 <= status < 500 else 4


def by_words(person, words, body):
    """The reply as its document says it; a status is not printed."""
    verb = words[-1] if len(words) < 2 else words[1]
    sent = ["--body", "-"] if verb in ("begin", "do") else []
    done = run(person, "--json", *words, *sent, stdin=json.dumps(body or {}).encode() if sent else None)
    document = json.loads(done.stdout)
    status = document["status"] if done.returncode in (3, 4) else 202 if "proposal" in document else 201 if verb == "begin" else 200
    lacks = verb == "materials" and status == 200 and not document["complete"]
    assert done.returncode == (1 if lacks else exit_of(status)), (words, done)
    assert status == 200 or status in (201, 202) or done.stderr.startswith("zhiyun: ".encode()), (words, done)
    return client.Reply(status, {}, done.stdout)


def by_api(person, method, path, body, head, raw):
    words = ["api", method, path, "--include"]
    for name, option in (("If-Match", "--if-match"), ("Idempotency-Key", "--idempotency-key")):
        if name in head:
            words += [option, head.pop(name)]
    head.pop("Content-Type", None)
    assert not head, head
    with tempfile.NamedTemporaryFile(prefix="zhiyun-life-") as file:
        if raw is not None:
            file.write(raw)
            file.flush()
            words += ["--upload", file.name]
        elif body is not None:
            words += ["--body", "-"]
        done = run(person, *words, stdin=json.dumps(body).encode() if body is not None else None)
    top, _, content = done.stdout.partition(b"\r\n\r\n")
    lines = top.decode("latin-1").split("\r\n")
    status = int(lines[0].split()[1])
    assert done.returncode == exit_of(status), (words, done)
    content = content.removesuffix(b"\n") if b"json" in top.lower() else content
    return client.Reply(status, client.joined([line.split(": ", 1) for line in lines[1:]]), content)


def ask(person, method, path, body=None, headers=None, raw=None):
    head = dict(headers or {})
    if "Origin" in head or "Accept-Language" in head or path.startswith(client.BESIDE):  # a browser; a language; what is no part of the API
        return BY_HTTP(person, method, path, body, headers, raw)
    for wanted, pattern, words in WORDS:
        match = re.fullmatch(pattern, path)
        if match and method == wanted and not head and raw is None:
            return by_words(person, [*words, *match.groups()], body)
    return by_api(person, method, path, body, head, raw)


if __name__ == "__main__":
    client.Person.ask = ask
    scenario.run(ZHIYUN, sys.argv[2], [os.path.join(PROGRAMMES, f"{name}.scenario") for name in sys.argv[3:]], makers)
