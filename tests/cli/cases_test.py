#!/usr/bin/env python3
"""cases_test.py ZHIYUN: api, call, case and todo against a running server: what they print, what they refuse and
how, whom they trust. Whole lives through them: life_test.py."""
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ("..", os.path.join("..", "kernel"), os.path.join("..", "programmes")):
    sys.path.insert(0, os.path.join(HERE, folder))
import client  # noqa: E402
import makers  # noqa: E402
import ports  # noqa: E402
import tap  # noqa: E402

ROOT = os.path.join(HERE, "..", "..")
sys.path.insert(0, os.path.join(ROOT, "tools"))
import steps_page  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
FOLDER = tempfile.TemporaryDirectory(prefix="zhiyun-cases-")
HAN = re.compile(r"[\u3400-\u9fff]")


def path(name, content=None):
    full = os.path.join(FOLDER.name, name)
    if content is not None:
        with open(full, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
    return full


class Done:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode()

    def __repr__(self):
        return f"exit {self.code}\n{self.out[:2000]}\n{self.err[:2000]}"

    @property
    def json(self):
        return json.loads(self.out)


def run(*words, who=None, server=None, stdin=b"", env=None):
    """Of somebody with a token, or of the public; in English."""
    told = {k: v for k, v in os.environ.items() if not k.startswith("ZHIYUN_")}
    told["ZHIYUN_SERVER"] = server or f"http://127.0.0.1:{who.server.port}"
    if who and who.token:
        told["ZHIYUN_TOKEN"] = who.token
    done = subprocess.run([ZHIYUN, "--lang", "en", *words], capture_output=True, input=stdin, env={**told, **(env or {})},
                          timeout=600, check=False, cwd=FOLDER.name)
    return Done(done)


def refused(done, code, *words):
    """One clear message: one line on stderr with these words, and the exit code of the contract."""
    assert done.code == code, done
    assert done.err.startswith("zhiyun: ") and len(done.err.strip().splitlines()) == 1, done
    for word in words:
        assert word in done.err, (word, done)
    return done


class Peer:
    """Somebody else's server on loopback: answers each connection with these bytes. `got`: what it was sent."""

    def __init__(self, answer, certificate=None):
        self.answer, self.got = answer, b""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate, certificate.replace(".pem", ".key"))
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                with self.socket.accept()[0] as plain:
                    plain.settimeout(20)
                    with self.context.wrap_socket(plain, server_side=True) if self.context else plain as end:
                        self.got += end.recv(65536)
                        end.sendall(self.answer)
            except ssl.SSLError:  # who does not trust it
                continue
            except OSError:
                return

    def close(self):
        self.socket.close()


def answer(status, kind, body, length=None):
    return (f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body) if length is None else length}\r\n"
            "Connection: close\r\n\r\n" + body).encode()


EMPTY = answer(200, "application/json", '{"items":[],"total":0,"next":null}')


POLICY = "sc-yunying-2025"


def activated(world):
    """The version that counts, by the command; the second person confirms in the browser."""
    who, activate = world["province_officer"], ("pack", "activate", POLICY, "--reason", "试行")
    if getattr(world, "activated", False):
        return
    refused(run("pack", "activate", POLICY, who=who), 3, "reason")
    refused(run("pack", "activate", "no-such", "--reason", "试行", who=who), 3, "no policy no-such")
    for other in ("centre_manager", "city_officer"):
        refused(run(*activate, who=world[other]), 3)
    done = run(*activate, who=who)
    assert done.code == 0 and POLICY in done.out and "second officer" in done.out, done
    waiting = run("--json", *activate, who=who)  # he proposed it: what he says again confirms nothing
    assert waiting.code == 3 or waiting.json["state"] == "proposed", waiting
    assert who.get(f"/packs/{POLICY}/activations").json["items"] == [], "one person alone made it count"
    makers.make_activation_confirmed(world, POLICY)
    world.activated = True


def begun(world):
    """A case of the Sichuan guideline, of one who applies."""
    if not hasattr(world, "case"):
        activated(world)
        body = path("case.json", json.dumps({"pack": "sc-yunying-2025", "process": "application", "fields": {
            "to": "city", "office_city": "510100", "summary": "虚构申报"}}))
        done = run("--json", "case", "begin", "--body", body, who=world["centre_manager"])
        assert done.code == 0 and done.json["stage"] == "draft", done
        world.case = str(done.json["id"])
        world.number = run("--json", "case", "show", world.case, who=world["centre_manager"]).json["number"]
    return world.case


def test_a_policy_is_made_to_count_by_the_command_and_a_second_person(world):
    activated(world)
    one, = world["province_officer"].get(f"/packs/{POLICY}/activations").json["items"]
    assert one["digest"] == makers.digest_of(world, "province_officer", POLICY), one


def test_a_server_that_is_not_there(world):
    port = ports.free_port()
    refused(run("case", "list", server=f"http://127.0.0.1:{port}"), 4, f"http://127.0.0.1:{port}", "zhiyun serve", "--server")
    done = run("--json", "todo", server=f"http://127.0.0.1:{port}")
    assert done.code == 4 and done.json["error"]["message"] in done.err, done


def test_a_server_of_another_kind(world):
    for peer, words in ((Peer(answer(200, "text/html", "<html>")), "no Zhiyun server"),
                        (Peer(b"SSH-2.0-x\r\n"), "stopped answering")):
        refused(run("case", "list", server=peer.url), 4, words, peer.url)
        peer.close()
    peer = Peer(answer(503, "application/problem+json", '{"status":503,"detail":"busy"}'))
    refused(run("case", "list", server=peer.url), 4, "busy")
    peer.close()
    for url in ("http://127.0.0.1:8420/api", "ftp://127.0.0.1", "127.0.0.1:8420", "http://u:p@127.0.0.1"):
        assert run("case", "list", server=url).code == 3


def test_what_stopped_is_told_with_the_key_that_repeats_it_once(world):
    peer = Peer(answer(201, "application/json", '{"id":', length=500))
    done = refused(run("api", "POST", "/records/deal", "--field", "contract_no=1", server=peer.url), 4, "--idempotency-key")
    key = re.search(r"--idempotency-key ([0-9a-f]{32})", done.err)[1]
    assert f"Idempotency-Key: {key}".encode() in peer.got
    refused(run("case", "do", "1", "accept", server=peer.url), 4, "look before you repeat it")
    refused(run("case", "list", server=peer.url), 4, "try again")
    peer.close()


def test_tokens_come_from_a_file_or_the_environment_only(world):
    who, public = world["province_officer"], world["public"]
    kept = path("token", who.token + "\n")
    assert run("case", "list", "--token", kept, who=public).code == 0
    assert run("case", "list", who=who).code == 0
    refused(run("case", "list", who=public), 3, "sign in")
    done = refused(run("case", "list", "--token", who.token, who=public), 3, "--token takes a file")
    assert who.token not in done.err
    refused(run("case", "list", "--token", path("none"), who=public), 3, "none")
    refused(run("case", "list", "--token", path("empty", "\n"), who=public), 3, "empty")
    refused(run("case", "list", "--token", path("two", "one two"), who=public), 3, "no token")
    refused(run("case", "list", who=public, env={"ZHIYUN_TOKEN": "a\r\nHost: b"}), 3, "ZHIYUN_TOKEN")
    refused(run("case", "list", who=public, env={"ZHIYUN_TOKEN": "zhiyun_" + "0" * 64}), 3, "token")


def test_plain_http_goes_to_this_machine_only(world):
    for url in ("http://192.0.2.1", "http://zhiyun.example:8420", "http://127.example", "http://[2001:db8::1]:8420"):
        refused(run("case", "list", server=url), 3, url, "--allow-http")
    port = world.server.port
    assert run("api", "GET", "/public/centres", server=f"http://localhost:{port}").code == 0
    # asked for, it is tried; a name that no network is asked about
    assert run("case", "list", "--allow-http", server="http://0.0.0.0:1").err.count("--allow-http") == 0


def certificate(name, host):
    pem = path(f"{name}.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=fictional",
                    "-addext", f"subjectAltName={host}", "-keyout", pem.replace(".pem", ".key"), "-out", pem],
                   check=True, capture_output=True)
    return pem


def test_https_is_verified(world):
    who = world["province_officer"]
    good, other = certificate("good", "IP:127.0.0.1"), certificate("other", "DNS:zhiyun.example")
    peer, foreign = Peer(EMPTY, good), Peer(EMPTY, other)
    refused(run("case", "list", who=who, server=peer.url), 4, "certificate", "--ca")
    refused(run("case", "list", "--ca", other, who=who, server=peer.url), 4, "certificate")
    refused(run("case", "list", "--ca", other, who=who, server=foreign.url), 4, "certificate")  # of another name
    assert not peer.got and not foreign.got  # nobody was told the token
    done = run("case", "list", "--ca", good, who=who, server=peer.url)
    assert done.code == 0 and f"Bearer {who.token}".encode() in peer.got, done
    assert run("case", "list", who=who, server=peer.url, env={"ZHIYUN_CA": good}).code == 0
    refused(run("case", "list", "--ca", path("no.pem"), who=who, server=peer.url), 4, "no.pem")
    refused(run("case", "list", who=who, server=f"https://127.0.0.1:{world.server.port}"), 4, "does not speak https")
    peer.close()
    foreign.close()


def test_a_redirect_is_not_followed(world):
    peer, elsewhere = Peer(b""), Peer(EMPTY)
    peer.answer = (f"HTTP/1.1 302 Found\r\nLocation: {elsewhere.url}/api/v1/cases\r\nContent-Length: 0\r\n\r\n").encode()
    refused(run("case", "list", who=world["province_officer"], server=peer.url), 4, "302")
    assert not elsewhere.got
    peer.close()
    elsewhere.close()


def test_a_step_may_need_no_body(world):
    """Who brings a token may send nothing: what lacks is then a member, no Content-Type."""
    who, case = world["centre_manager"], begun(world)
    refused(run("api", "POST", f"/cases/{case}/actions/withdraw", who=who), 3, "reason")


def test_bodies_that_are_none(world):
    who, case = world["centre_manager"], begun(world)
    broken = path("broken.json", '{"reason":\n "x"')
    refused(run("case", "do", case, "withdraw", "--body", broken, who=who), 3, "broken.json", "line 2")
    refused(run("case", "do", case, "withdraw", "--body", path("list.json", "[]"), who=who), 3, "list.json", "object")
    refused(run("case", "do", case, "withdraw", "--body", path("gone.json"), who=who), 3, "gone.json")
    refused(run("case", "do", case, "withdraw", "--body", "-", who=who, stdin=b'{"a":1,"a":2}'), 3, "standard input")
    refused(run("case", "do", case, "withdraw", "--body", path("r.json", '{"reason":"x"}'), "--reason", "y", who=who), 3, '"reason"')
    for field, words in (("x", "NAME=TEXT"), ("=x", "NAME=TEXT"), ("a[b=1", "NAME=TEXT"), ("a[]=1", "NAME=TEXT"), ("a[b]c=1", "NAME=TEXT"),
                         ("a:={", "--field a"), ("a:=", "--field a")):
        refused(run("case", "do", case, "withdraw", "--field", field, who=who), 3, words)
    refused(run("case", "do", case, "withdraw", "--field", "a=1", "--field", "a[b]=2", who=who), 3, "twice")
    refused(run("case", "do", case, "withdraw", "--field", "a[b]=1", "--field", "a[b]=2", who=who), 3, "twice")
    assert run("--json", "case", "show", case, who=who).json["stage"] == "draft"  # nothing was done


def test_fields_make_the_body_that_they_say(world):
    peer = Peer(answer(200, "application/json", "{}"))
    body = path("some.json", '{"n": 12345678901234567890, "t": "甲"}')
    done = run("api", "POST", "/x", "--body", body, "--field", "a[b][c]=1", "--field", "a[b][d]:=[1, null]", "--field", 'a[e]="=,',
               "--field", "f:=true", "--idempotency-key", "k1", server=peer.url)
    assert done.code == 0, done
    head, _, sent = peer.got.partition(b"\r\n\r\n")
    assert json.loads(sent) == {"n": 12345678901234567890, "t": "甲", "a": {"b": {"c": "1", "d": [1, None]}, "e": '"=,'}, "f": True}
    assert b"POST /api/v1/x HTTP/1.1" in head and b"Idempotency-Key: k1" in head and b"application/json" in head
    assert b"Authorization" not in head  # the public
    peer.got = b""
    assert run("api", "DELETE", "x/甲 乙?a=b", "--query", "reason=一&二=三", server=peer.url).code == 0
    assert peer.got.startswith(b"DELETE /api/v1/x/%E7%94%B2%20%E4%B9%99?a=b&reason=%E4%B8%80%26%E4%BA%8C%3D%E4%B8%89 HTTP/1.1")
    assert b"content-type" not in peer.got.lower(), peer.got
    peer.close()


def test_usage(world):
    for words in (["api"], ["api", "GET"], ["api", "FETCH", "/cases"], ["api", "GET", "/cases", "more"], ["api", "GET", "/cases", "--query", "x"],
                  ["api", "GET", "/cases", "--field", "a=b"], ["api", "POST", "/files", "--upload", "x", "--body", "y"],
                  ["api", "GET", "/cases", "--nothing"], ["call"], ["call", "close"], ["call", "open"], ["case"], ["case", "dance"],
                  ["case", "show"], ["case", "show", "1", "2"], ["case", "do", "1"], ["case", "show", "1", "--body", "x"],
                  ["case", "list", "--box", "done"], ["case", "paper", "1", "certificate"], ["todo", "1"], ["todo", "--filter", "x"],
                  ["case", "list", "--token"]):
        done = run(*words, who=world["public"])
        assert done.code == 2 and f"zhiyun help {words[0]}" in done.err, (words, done)
    for url in ("http://127.0.0.1:8420/api/v1/cases", "https://example.invalid/"):
        refused(run("api", "GET", url, who=world["public"]), 3, "--server")
    before = run("--token", "t", "case", "list", who=world["public"])
    assert before.code == 2 and "come after it" in before.err and "help)" in before.err, before


def test_a_case_by_its_number_and_by_its_id(world):
    who, case = world["centre_manager"], begun(world)
    assert run("case", "show", world.number, who=who).out == run("case", "show", case, who=who).out
    refused(run("case", "show", "2026-999999", who=who), 3, "2026-999999")
    refused(run("case", "show", "nothing", who=who), 3, "2026-000012")
    refused(run("case", "show", case, who=world["centre_neighbour"]), 3)
    refused(run("case", "show", world.number, who=world["centre_neighbour"]), 3)
    assert world.number in run("case", "list", "--filter", "stage=draft", who=who).out
    assert run("--json", "case", "list", "--filter", "stage=recognised", who=who).json["total"] == 0


def test_what_is_closed_says_why_with_its_clause(world):
    who, case = world["centre_manager"], begun(world)
    done = run("case", "actions", case, who=who)
    assert done.code == 0, done
    now, _, closed = done.out.partition("closed, and why:")
    assert "  withdraw  " in now and "not in the document: " in now and "  submit-city  " in closed, done
    submit = closed.partition("  submit-city  ")[2]
    assert "  └ " in submit and "七(一): “" in submit and "  accept  " not in closed, submit
    accept, = [a for a in who.get(f"/cases/{case}/actions?all=true").json["items"] if a["action"] == "accept"]
    assert accept["why"][0]["message"] == '"Accept" is possible at the stage "Submitted to the city"; the case is at "Draft"', accept
    assert accept["why"][0]["clause"] == "七(一)" and accept["why"][0]["quote"] and not accept["open"], accept
    assert run("--json", "case", "actions", case, who=who).json == who.get(f"/cases/{case}/actions").json
    done = run("case", "materials", case, who=who)
    assert done.code == 1 and "NOT complete" in done.out and "✗" in done.out, done


def test_a_refusal_says_the_clause_once(world):
    who, case = world["centre_manager"], begun(world)
    done = run("case", "do", case, "accept", who=who)
    assert done.code == 3 and done.err.startswith("zhiyun: "), done
    done = run("case", "do", world.number, "submit-city", who=who)
    assert done.code == 3 and "七(一)" in done.err, done
    document = run("--json", "case", "do", case, "submit-city", who=who).json
    assert document["status"] == 400 and all(f["message"] in done.err for f in document["errors"]), (done, document)
    refused(run("case", "do", case, "dance", who=who), 3, '"dance"')
    refused(run("case", "take-back", case, "submit-city", who=who), 3)


def test_a_second_person_signs_in_to_confirm(world):
    begun(world)
    makers.make_party(world, "centreC", "钒钛")
    one = world["centre_far"].ask("POST", "/cases", {"pack": "sc-yunying-2025", "process": "application", "fields": {
        "to": "city", "office_city": "510700", "summary": "虚构申报"}}).json["id"]
    makers.step(world["centre_far"], one, "submit-city", makers.ready(world["centre_far"], one))
    done = run("case", "do", str(one), "return", "--reason", "虚构", "--basis", "虚构", "--field", "records[application][own_plan]=改写",
               who=world["city_other"])  # an office does not rewrite what a party entered
    assert done.code == 3 and '"Plan for itself" has a value already' in done.err, done
    for action in ("accept", "check-eligibility", "check-materials", "recommend"):
        makers.step(world["city_other"], one, action, {"reason": "虚构：符合"})
    makers.step(world["province_officer"], one, "recheck", {"reason": "虚构：通过"})
    refusal = ("case", "do", str(one), "refuse", "--reason", "虚构", "--basis", "虚构")
    lacks = run(*refusal, who=world["province_officer"])
    assert lacks.code == 3 and "values/remedy.organ" in lacks.err and "values/remedy.period" in lacks.err, lacks
    # A step of two persons: a national recognition is entered by the document of the national office.
    client.enter_register(world, world.units["centreC"], "sc-yunying-2025", "510700")
    one = world["province_officer"].ask("POST", "/cases", {
        "pack": "sc-yunying-2025", "process": "national", "unit": world.units["centreC"], "fields": {}}).json["id"]
    client.run_sql(world, [f"UPDATE flow_case SET stage = 'recommended' WHERE id = {one}"])  # as if it was recommended
    record = ("case", "do", str(one), "record-recognised", "--reason", "虚构", "--basis", "虚构",
              "--field", "records[recognition][document_no]=虚构函〔2026〕8号", "--field",
              'records[recognition][document_file]:={"digest":"%s","name":"notice.pdf"}' % world.upload("province_officer"))
    done = run(*record, who=world["province_officer"])
    assert done.code == 0 and "case confirm" in done.out and "no token confirms" in done.out, done
    shown = run("case", "actions", str(one), who=world["province_officer"]).out
    assert "proposed by you (虚构)" in shown, shown
    assert "proposed (虚构)" in run("case", "actions", str(one), who=world["province_leader"]).out
    done = run("case", "do", str(one), "record-recognised", "--reason", "虚构", "--basis", "虚构", who=world["province_leader"])
    assert done.code == 3 and "no token confirms" in done.err and "case confirm" in done.err, done
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
        file.write(client.PASSWORD + "\n")
        file.flush()

        def confirm(action, *words):
            return run("case", "confirm", str(one), action, *words, server=f"http://127.0.0.1:{world.server.port}")
        for name in ("province_officer", "province_leader"):
            page = world.signed_in(name)
            assert page.ask("PUT", "/session/password", {"password": client.PASSWORD}).status == 200, name
        proposer, leader = (("--name", world[name].name, "--password-file", file.name) for name in ("province_officer", "province_leader"))
        assert confirm("record-recognised").code == 2  # who signs in is to be said
        refused(confirm("record-recognised", *leader[:3], path("guess", "no password of hers\n")), 3, "wrong")
        assert confirm("record-recognised", *proposer).code == 3  # the first is not the second
        refused(confirm("record-letter", *leader), 3, "nobody has proposed")
        assert run("case", "take-back", str(one), "record-recognised", who=world["province_officer"]).code == 0
        refused(confirm("record-recognised", *leader), 3, "nobody has proposed")
        assert run(*record, who=world["province_officer"]).code == 0
        done = confirm("record-recognised", *leader)
        assert done.code == 0 and world["province_officer"].get(f"/cases/{one}").json["stage"] == "recognised", done
    assert "proposed" not in run("case", "actions", str(one), who=world["province_officer"]).out


def test_history_todo_papers(world):
    who = world["city_other"]
    one = max(item["id"] for item in who.get("/cases").json["items"] if item["process"] == "application")
    done = run("case", "history", str(one), who=who)
    kept = who.get(f"/cases/{one}/history").json["items"]
    assert done.code == 0 and [line[0] for line in done.out.splitlines() if line[0] in "├└"] == ["├"] * (len(kept) - 1) + ["└"], done
    assert all(h["entry"] in done.out for h in kept)
    done = run("todo", "--box", "done", who=who)
    assert done.code == 0 and f"case {one}" in done.out, done
    assert run("--json", "todo", "--box", "done", who=who).json == who.get("/todo?box=done").json
    assert run("todo", "--box", "attic", who=who).code == 3
    papers = run("--json", "case", "papers", str(one), who=who).json["items"]
    assert [p["paper"] for p in papers][:3] == ["materials-receipt", "application-form", "acceptance-receipt"], papers
    for end, start in (("pdf", b"%PDF-"), ("docx", b"PK")):
        kept = path(f"paper.{end}", "as it was")
        refused(run("case", "paper", str(one), "certificate", "--output", kept, who=who), 3, '"certificate"')
        with open(kept, "rb") as file:
            assert file.read() == b"as it was"
        if not world.prints and end == "pdf":
            continue
        done = run("case", "paper", str(one), "acceptance-receipt", "--output", kept, who=who)
        assert done.code == 0, done
        with open(kept, "rb") as file:
            assert file.read(5).startswith(start)


def test_a_step_of_many_cases_is_a_file_of_their_numbers(world):
    begun(world)
    who, call = world["centre_neighbour"], makers.make_call(world, "sc-yunying-2025", "2026-08-01", "2027-09-30")["call"]
    done = who.ask("POST", "/cases", {"pack": "sc-yunying-2025", "process": "application", "call": call,
                                      "fields": {"to": "city", "office_city": "510100", "summary": "虚构申报"}})
    assert done.status == 201, done
    number = who.get(f"/cases/{done.json['id']}").json["number"]
    words = ["call", "do", str(call), "withdraw", "--cases"]
    assert run("call", "do", str(call), "withdraw", who=who).code == 2
    refused(run(*words, path("none", "2020-999999\n"), "--reason", "虚构", who=who), 3, "line 1", "2020-999999")
    chosen = path("chosen", f"# of the first call\n\n{number}, 虚构：本件另有理由\n")
    done = run(*words, chosen, "--reason", "虚构", who=who)
    assert done.code == 0 and done.out == "done: 1 of 1\n", done
    assert "虚构：本件另有理由" in run("case", "history", number, who=who).out
    again = run(*words, chosen, who=who)
    assert again.code == 3 and again.out.startswith(f"refused: {number}\n  ") and again.out.endswith("done: 0 of 1\n"), again
    refused(run(*words, chosen, "--together", who=who), 3)


def test_an_answer_is_kept_whole_or_not_at_all(world):
    kept = path("kept.bin", "as it was")
    peer = Peer(answer(200, "application/pdf", "half", length=500))
    refused(run("api", "GET", "/x", "--output", kept, server=peer.url), 4, "stopped answering")
    peer.answer = answer(404, "application/problem+json", '{"status":404,"detail":"nothing here"}')
    refused(run("api", "GET", "/x", "--output", kept, server=peer.url), 3, "nothing here")
    with open(kept, "rb") as file:
        assert file.read() == b"as it was"
    peer.answer = answer(200, "application/pdf", "%PDF-\0")
    assert run("api", "GET", "/x", "--output", kept, server=peer.url).code == 0
    with open(kept, "rb") as file:
        assert file.read() == b"%PDF-\0"
    assert not os.path.exists(kept + ".new")
    refused(run("api", "GET", "/x", "--output", path("no/folder"), server=peer.url), 4, "no/folder")
    peer.close()
    who = world["centre_manager"]
    assert run("api", "GET", "/records/deal/template.xlsx", "--output", kept, who=who).code == 0
    with open(kept, "rb") as file:
        assert file.read(2) == b"PK"


def test_changes_are_of_the_version_that_is_there(world):
    who = world["centre_manager"]
    proof = path("proof.pdf", makers.PDF)
    done = run("api", "POST", "/files", "--query", "name=证明.pdf", "--upload", proof, who=who)
    assert done.code == 0 and done.json["name"] == "证明.pdf", done
    made = [run("api", "POST", "/records/deal", "--field", "contract_no=API-1", "--field", "type=licence", "--idempotency-key", "one",
                who=who).json for _ in range(2)]
    assert made[0]["id"] == made[1]["id"] and made[1]["repeated"], made
    one = f"/records/deal/{made[0]['id']}"
    assert run("api", "PATCH", one, "--field", "title=甲", who=who).json["version"] == 2
    assert run("api", "PATCH", one + "?reason=虚构", "--field", "title=乙", who=who).json["version"] == 3
    done = run("api", "PATCH", one, "--field", "title=丙", "--if-match", '"1"', who=who)
    assert done.code == 3 and "was changed meanwhile" in done.err, done
    done = run("api", "GET", one, "--include", who=who)
    head, _, body = done.out.partition("\r\n\r\n")
    assert "200" in head.splitlines()[0] and "etag" in head.lower() and json.loads(body)["title"] == "乙", done


def test_the_page_of_steps_is_what_the_packs_say(_):
    with open(os.path.join(ROOT, "docs", "steps.zh.md"), encoding="utf-8") as file:
        assert file.read() == steps_page.make(ZHIYUN), "make it again: tools/steps_page.py build/zhiyun > docs/steps.zh.md"


def test_steps_of_a_policy(world):
    done = run("pack", "steps", "sc-yunying-2025", who=world["public"])
    assert done.code == 0 and done.out.count("records.publicity: title note sites* (") == 2, done
    assert "records.objection: id* upheld* handling* conclusion* (" in done.out, done
    steps = {(s["process"], s["action"]): s for s in run("--json", "pack", "steps", "sc-yunying-2025", who=world["public"]).json["steps"]}
    assert steps["application", "submit-city"]["commitment"] and not steps["application", "return"]["records"]
    assert steps["application", "return"]["basis"] and not steps["application", "recommend"]["basis"]
    # What a party does of itself rests on nobody's power, and is taken without one (one-application.scenario).
    assert not steps["application", "withdraw"].get("clause") and not steps["application", "withdraw"]["basis"], steps["application", "withdraw"]
    begun = {process: step["records"][0] for (process, action), step in steps.items() if action == "(begin)" and step["records"]}
    needed = {process: {f["name"] for f in record["fields"] if f["required"]} for process, record in begun.items()}
    assert needed["revocation"] == {"ground"} and needed["evaluation"] == {"year"} and needed["annual-report"] == {"year"}, needed
    assert "kind" not in {f["name"] for f in begun["annual-report"]["fields"]}  # the process says it
    subject = {process: record["record"] for process, record in begun.items()}

    def fields(process, action):
        return {f["name"]: f["required"] for r in steps[process, action]["records"] for f in r["fields"] if r["record"] == subject.get(process, process)}
    confirmed = fields("revocation", "confirm")
    assert confirmed["facts_found"] and confirmed["evidence_files"] and confirmed["date"] and not confirmed["serious"], confirmed
    assert "plan_file" in fields("rectification", "hand-in") and not {"issued", "due", "recheck"} & set(fields("rectification", "hand-in"))
    refused(run("pack", "steps", "nothing", who=world["public"]), 3, "nothing")


def test_todo_says_which_day_it_is(_):
    def one(number, **more):
        return {"kind": "record", "type": "case", "id": number, "title": {"title": "虚构"}, "what": {"zh": "登簿", "en": "Enter"},
                "note": "登簿", "actions": [], "by": "虚构甲", "since_ms": 0, **more}
    items = [one(1, day="by", due="2026-02-10", overdue_days=5, days_left=0), one(2, day="after", due="2026-02-11", overdue_days=0),
             one(3, day="others", due="2026-02-12", provisional=True), one(4, day="by", due="2026-02-13", provisional=True),
             one(5, note="虚构另话")]
    page = json.dumps({"items": items, "total": 7, "next": "0.2026-02-13.1"})
    peer = Peer(answer(200, "application/json", page))
    lines = run("todo", server=peer.url).out.splitlines()
    for line, words in zip(lines, (("2026-02-10, 5 days overdue ", "Enter "), ("opens after 2026-02-11 ", ), ("others have until 2026-02-12 (provisional)", ),
                                   ("2026-02-13 (provisional)", ), ("— ", "Enter (虚构另话)"))):
        assert line.startswith(words[0]) and all(word in line for word in words), (line, words)
    assert "登簿" not in lines[0] and lines[5:] == ["5 of 7; more with --cursor 0.2026-02-13.1"], lines
    zh = run("--lang", "zh", "todo", server=peer.url).out
    assert all(words in zh for words in ("2026-02-10，逾期 5 天", "2026-02-11 期满后可办", "他人期限 2026-02-12（暂定）", "登簿")), zh
    peer.close()


def test_todo_is_read_to_its_end(world):
    officer, leader = world["province_officer"], world["province_leader"]
    account = makers.make_accounts(world, "province_leader")["province_leader"]
    for number in range(3):
        task = officer.create("task", {"title": f"虚构交办{number}", "due": "2099-12-31"}).json["id"]
        assert officer.ask("POST", f"/records/task/{task}/assignments", {"account": account, "kind": "read", "note": f"虚构{number}"}).status == 201
    words = ["todo", "--box", "read", "--limit", "2"]
    first = run(*words, who=leader)
    behind = re.search(r"^2 of 3; more with --cursor (\S+)$", first.out, re.M)
    assert first.code == 0 and behind, first
    rest = run(*words, "--cursor", behind[1], who=leader)
    assert rest.code == 0 and rest.out.splitlines()[-1] == "the last 1 of 3", rest
    shown = first.out + rest.out
    assert all(shown.count(f"虚构{number} ") == 1 for number in range(3)), shown
    assert "3 in all" in run("todo", "--box", "read", who=leader).out
    refused(run("todo", "--cursor", "nothing", who=leader), 3, "cursor")
    assert run("todo", "--page", "2", who=leader).code == 2 and run("case", "list", "--cursor", "x", who=leader).code == 2


def test_each_language(world):
    who, case = world["province_officer"], begun(world)
    for words in (["case", "list"], ["case", "actions", case], ["case", "show", case], ["todo"], ["call", "list"]):
        zh = run("--lang", "zh", *words, who=world["centre_manager"])
        assert zh.code == 0 and HAN.search(zh.out), zh
    for words in (["help", "case"], ["help", "api"], ["help", "call"], ["help", "todo"]):
        assert not HAN.search(run(*words, who=who).out)


if __name__ == "__main__":
    people = client.World(ZHIYUN)
    people.prints = os.path.exists(os.path.join(os.path.dirname(ZHIYUN), "zhiyun-paper"))
    try:
        with FOLDER:
            tap.run(sys.modules[__name__], people)
    finally:
        people.close()
