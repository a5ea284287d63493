#!/usr/bin/env python3
"""life_test.py ZHIYUN CLOCK NAME…: scenarios of tests/programmes lived through by the command line alone.

What somebody with a token, or the public, asks for in such a scenario is asked by `zhiyun case` where it has a word for
it. The replies are those that the scenario expects, and each exit code is that of the status."""
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMMES = os.path.join(HERE, "..", "programmes")
sys.path.insert(0, PROGRAMMES)
import scenario  # noqa: E402  (it finds the helpers of other tests)
import client  # noqa: E402
import makers  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
BY_HTTP = client.Person.ask
# (method, path, words of the command)
WORDS = [("GET", r"/cases", ["case", "list"]), ("GET", r"/cases/(\d+)", ["case", "show"]),
         ("POST", r"/cases/(\d+)/actions/([\w-]+)", ["case", "do"]), ("GET", r"/cases/(\d+)/papers", ["case", "papers"])]


def run(person, *words, stdin=None):
    env = {k: v for k, v in os.environ.items() if not k.startswith("ZHIYUN_") and k != "LD_PRELOAD"}
    env.update(ZHIYUN_SERVER=f"http://127.0.0.1:{person.server.port}", **({"ZHIYUN_TOKEN": person.token} if person.token else {}))
    return subprocess.run([ZHIYUN, *words], input=stdin, capture_output=True, env=env, timeout=600, check=False)


def exit_of(status):
    return 0 if 200 <= status < 300 else 3 if 400 <= status < 500 else 4


def by_words(person, words, body):
    """The reply as its document says it; a status is not printed."""
    sent = ["--body", "-"] if words[1] == "do" else []
    done = run(person, "--json", *words, *sent, stdin=json.dumps(body or {}).encode() if sent else None)
    document = json.loads(done.stdout)
    status = document["status"] if done.returncode in (3, 4) else 202 if "proposal" in document else 200
    assert done.returncode == exit_of(status), (words, done)
    assert status in (200, 202) or done.stderr.startswith("zhiyun: ".encode()), (words, done)
    return client.Reply(status, {}, done.stdout)


def ask(person, method, path, body=None, headers=None, raw=None):
    for wanted, pattern, words in WORDS:
        match = re.fullmatch(pattern, path)
        if match and method == wanted and not headers and raw is None:
            return by_words(person, [*words, *match.groups()], body)
    return BY_HTTP(person, method, path, body, headers, raw)


if __name__ == "__main__":
    client.Person.ask = ask
    scenario.run(ZHIYUN, sys.argv[2], [os.path.join(PROGRAMMES, f"{name}.scenario") for name in sys.argv[3:]], makers)
