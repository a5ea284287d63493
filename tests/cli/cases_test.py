#!/usr/bin/env python3
"""cases_test.py ZHIYUN: case and pack activate against a running server: what they print, what they refuse and
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
        done = world["centre_manager"].ask("POST", "/cases", {"pack": "sc-yunying-2025", "process": "application", "fields": {
            "to": "city", "office_city": "510100", "summary": "虚构申报"}})
        assert done.status == 201 and done.json["stage"] == "draft", done
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
    done = run("--json", "case", "list", server=f"http://127.0.0.1:{port}")
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


def test_what_stopped_is_told(_):
    peer = Peer(answer(201, "application/json", '{"id":', length=500))
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
    assert run("case", "list", who=world["province_officer"], server=f"http://localhost:{port}").code == 0
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
    reply = who.ask("POST", f"/cases/{case}/actions/withdraw")
    assert reply.status == 400 and reply.json["errors"][0]["field"] == "/reason", reply


def test_bodies_that_are_none(world):
    who, case = world["centre_manager"], begun(world)
    broken = path("broken.json", '{"reason":\n "x"')
    refused(run("case", "do", case, "withdraw", "--body", broken, who=who), 3, "broken.json", "line 2")
    refused(run("case", "do", case, "withdraw", "--body", path("list.json", "[]"), who=who), 3, "list.json", "object")
    refused(run("case", "do", case, "withdraw", "--body", path("gone.json"), who=who), 3, "gone.json")
    refused(run("case", "do", case, "withdraw", "--body", "-", who=who, stdin=b'{"a":1,"a":2}'), 3, "standard input")
    refused(run("case", "do", case, "withdraw", "--body", path("r.json", '{"reason":"x"}'), "--reason", "y", who=who), 3, '"reason"')
    assert run("--json", "case", "show", case, who=who).json["stage"] == "draft"  # nothing was done


def test_options_make_the_body_that_they_say(_):
    peer = Peer(answer(200, "application/json", "{}"))
    body = path("some.json", '{"n": 12345678901234567890, "t": "甲"}')
    done = run("case", "do", "1", "accept", "--body", body, "--reason", '"=,', "--against", "a-b=一=二", "--against", "c=三", server=peer.url)
    assert done.code == 0, done
    head, _, sent = peer.got.partition(b"\r\n\r\n")
    assert json.loads(sent) == {"n": 12345678901234567890, "t": "甲", "reason": '"=,', "against": {"a-b": "一=二", "c": "三"}}, sent
    assert b"POST /api/v1/cases/1/actions/accept HTTP/1.1" in head and b"application/json" in head
    assert b"Authorization" not in head  # the public
    peer.got = b""
    assert run("case", "do", "1", "甲 乙/../丙?", server=peer.url).code == 0
    assert peer.got.startswith(b"POST /api/v1/cases/1/actions/%E7%94%B2%20%E4%B9%99%2F..%2F%E4%B8%99%3F HTTP/1.1"), peer.got
    peer.got, peer.answer = b"", EMPTY
    assert run("case", "list", "--filter", "title=一&二", "--page", "2", server=peer.url).code == 0
    assert peer.got.startswith(b"GET /api/v1/cases?filter=title%3D%E4%B8%80%26%E4%BA%8C&page=2 HTTP/1.1"), peer.got
    assert b"content-type" not in peer.got.lower(), peer.got
    peer.close()


def test_usage(world):
    for words in (["case"], ["case", "dance"], ["case", "show"], ["case", "show", "1", "2"], ["case", "do", "1"],
                  ["case", "show", "1", "--body", "x"], ["case", "list", "--box", "done"], ["case", "list", "--token"]):
        done = run(*words, who=world["public"])
        assert done.code == 2 and f"zhiyun help {words[0]}" in done.err, (words, done)
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
    accept, = [a for a in who.get(f"/cases/{case}/actions?all=true").json["items"] if a["action"] == "accept"]
    assert accept["why"][0]["message"] == '"Accept" is possible at the stage "Submitted to the city"; the case is at "Draft"', accept
    assert accept["why"][0]["clause"] == "七(一)" and accept["why"][0]["quote"] and not accept["open"], accept


def test_a_refusal_says_the_clause_once(world):
    who, case = world["centre_manager"], begun(world)
    done = run("case", "do", case, "accept", who=who)
    assert done.code == 3 and done.err.startswith("zhiyun: "), done
    done = run("case", "do", world.number, "submit-city", who=who)
    assert done.code == 3 and "七(一)" in done.err, done
    document = run("--json", "case", "do", case, "submit-city", who=who).json
    assert document["status"] == 400 and all(f["message"] in done.err for f in document["errors"]), (done, document)
    refused(run("case", "do", case, "dance", who=who), 3, '"dance"')


def proposals(who, case):
    return [a["proposed"] for a in who.get(f"/cases/{case}/actions").json["items"] if a.get("proposed")]


def test_a_second_person_signs_in_to_confirm(world):
    begun(world)
    makers.make_party(world, "centreC", "钒钛")
    one = world["centre_far"].ask("POST", "/cases", {"pack": "sc-yunying-2025", "process": "application", "fields": {
        "to": "city", "office_city": "510700", "summary": "虚构申报"}}).json["id"]
    makers.step(world["centre_far"], one, "submit-city", makers.ready(world["centre_far"], one))
    rewrite = path("rewrite.json", '{"records":{"application":{"own_plan":"改写"}}}')
    done = run("case", "do", str(one), "return", "--reason", "虚构", "--basis", "虚构", "--body", rewrite, who=world["city_other"])  # an office does not rewrite what a party entered
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
    entered = path("entered.json", json.dumps({"records": {"recognition": {
        "document_no": "虚构函〔2026〕8号", "document_file": {"digest": world.upload("province_officer"), "name": "notice.pdf"}}}}))
    record = ("case", "do", str(one), "record-recognised", "--reason", "虚构", "--basis", "虚构", "--body", entered)
    done = run(*record, who=world["province_officer"])
    assert done.code == 0 and "case confirm" in done.out and "no token confirms" in done.out, done
    for name, mine in (("province_officer", True), ("province_leader", False)):
        assert [(p["mine"], p["reason"]) for p in proposals(world[name], one)] == [(mine, "虚构")], name
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
        assert world["province_officer"].ask("DELETE", f"/cases/{one}/proposals/record-recognised").status == 200
        refused(confirm("record-recognised", *leader), 3, "nobody has proposed")
        assert run(*record, who=world["province_officer"]).code == 0
        done = confirm("record-recognised", *leader)
        assert done.code == 0 and world["province_officer"].get(f"/cases/{one}").json["stage"] == "recognised", done
    assert not proposals(world["province_officer"], one)


def test_papers(world):
    who = world["city_other"]
    one = max(item["id"] for item in who.get("/cases").json["items"] if item["process"] == "application")
    papers = run("--json", "case", "papers", str(one), who=who).json["items"]
    assert [p["paper"] for p in papers][:3] == ["materials-receipt", "application-form", "acceptance-receipt"], papers
    assert "acceptance-receipt" in run("case", "papers", str(one), who=who).out


def test_the_page_of_steps_is_what_the_packs_say(_):
    with open(os.path.join(ROOT, "docs", "steps.zh.md"), encoding="utf-8") as file:
        assert file.read() == steps_page.make(ZHIYUN), "make it again: tools/steps_page.py build/zhiyun > docs/steps.zh.md"


def test_steps_of_a_policy(_):
    said = subprocess.run([os.path.join(os.path.dirname(ZHIYUN), "tests", "pack_steps"), "sc-yunying-2025"], check=True, capture_output=True).stdout
    steps = {(s["process"], s["action"]): s for s in json.loads(said)["steps"]}
    written = [(r["record"], r["named"], " ".join(f["name"] + "*" * f["required"] for f in r["fields"])) for s in steps.values() for r in s["records"]]
    assert written.count(("publicity", False, "title note sites*")) == 2, written
    assert ("objection", True, "upheld* handling* conclusion*") in written, written
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


def test_each_language(world):
    who, case = world["province_officer"], begun(world)
    for words in (["case", "list"], ["case", "show", case]):
        zh = run("--lang", "zh", *words, who=world["centre_manager"])
        assert zh.code == 0 and HAN.search(zh.out), zh
    assert not HAN.search(run("help", "case", who=who).out)


if __name__ == "__main__":
    people = client.World(ZHIYUN)
    try:
        with FOLDER:
            tap.run(sys.modules[__name__], people)
    finally:
        people.close()
