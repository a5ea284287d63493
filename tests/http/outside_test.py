#!/usr/bin/env python3
"""outside_test.py ZHIYUN CLOCK: behind a front proxy, budgets of reading, and signing in by another system's word
(tests/outside/provider.py), as browsers do it."""
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import wire

import client
import given_days
import tap

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "outside"))
import gateway  # noqa: E402

ZHIYUN, CLOCK = os.path.abspath(sys.argv[1]), sys.argv[2]
given_days.live(ZHIYUN)
PROVIDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "outside", "provider.py")
PUBLIC = "zhiyun.example.cn"
WHY = {"reason": "虚构的理由"}


def afresh(world):
    """The server was started again, or time has gone on: kept connections are shut."""
    for person in world.people.values():
        person.connection = None


def reached_at(world, person, url):
    return world[person].ask("PUT", "/public-address", {"url": url, **WHY}).status


def test_behind_a_proxy_the_public_address_is_ours_and_no_other(world):
    port = world.server.port

    def status(host, **headers):
        data = wire.request(port, "POST", "/api/v1/session", b'{"name":"a","password":"b"}',
                            Content_Type="application/json", Connection="close", **headers)
        data = data.replace(f"Host: 127.0.0.1:{port}".encode(), f"Host: {host}".encode())
        return wire.ask(port, data)[0][0][0]
    assert status(PUBLIC) == 403
    for person, url, status_wanted in ((client.FIRST, "https://a.cn", 403), ("centre_manager", "https://a.cn", 403),
                                       ("sysadmin", "http://a.cn", 400), ("sysadmin", "https://a.cn/", 400),
                                       ("sysadmin", "https://u:p@a.cn", 400), ("sysadmin", "https://a.cn/a/../b", 400), ("sysadmin", "https://a.cn/./b", 400),
                                       ("sysadmin", f"https://{PUBLIC}/ip", 200)):
        assert reached_at(world, person, url) == status_wanted, (person, url)
    assert world["sysadmin"].get("/public-address").json == {"url": f"https://{PUBLIC}/ip"}
    assert status(PUBLIC) == 401, status(PUBLIC)
    due = world["centre_manager"].create("demand", {"title": "虚构", "text": "虚构"}).json["id"]
    calendar = world["centre_manager"].get(f"/due.ics?type=demand&id={due}").content.decode()
    assert f"URL:https://{PUBLIC}/ip/w/r/demand/{due}\r\n" in calendar, calendar
    assert status(PUBLIC.upper()) == 401
    assert status(PUBLIC, Origin=f"https://{PUBLIC}") == 401
    assert status(f"127.0.0.1:{port}", Origin=f"https://{PUBLIC}") == 401
    for host, origin in ((PUBLIC, f"http://{PUBLIC}.foreign.example"), (PUBLIC, "https://foreign.example"), (PUBLIC, "null"),
                         (f"{PUBLIC}.foreign.example", f"https://{PUBLIC}"), ("foreign.example", "https://foreign.example")):
        assert status(host, Origin=origin) == 403, (host, origin)
    # Who comes through the proxy is counted by the address that the proxy saw.
    world.clock.forward(7200)
    for _ in range(30):
        status(PUBLIC, X_Forwarded_For="198.51.100.9, 192.0.2.7")
        status(f"127.0.0.1:{port}", X_Forwarded_For="203.0.113.5")
    counted = {row[0] for row in client.ask_sql(world, "SELECT subject FROM sign_in_failure WHERE scope = 'address'")}
    assert counted == {"192.0.2.7", "127.0.0.1"}, counted
    world.clock.forward(7200)
    afresh(world)
    assert reached_at(world, "sysadmin", "") == 200 and status(PUBLIC) == 403


# --- budgets -----------------------------------------------------------------------------------

def choose(world, name, value):
    done = world[client.FIRST].ask("PUT", "/settings", {"name": name, "value": value, **WHY})
    assert done.status == 200, done


def test_who_reads_more_than_a_days_budget_is_stopped_and_told_until_when(world):
    afresh(world)
    reader, colleague = world["centre_manager"], world["centre_staff"]
    for number in range(40):
        assert reader.create("training", {"title": f"虚构{number}", "date": "2026-01-02"}).status == 201
    assert reader.get("/records/training?limit=500").json["total"] == 40  # nothing is limited at first
    choose(world, "reads_per_person", "200")
    shown, refused = 0, None
    for _ in range(100):
        reply = reader.get("/records/training?limit=10&fields=title")
        if reply.status == 429:
            refused = reply
            break
        shown += len(reply.json["items"])
    assert refused and 190 <= shown <= 200, shown
    assert 0 < int(refused.headers["retry-after"]) <= 86400 and "title" in refused.json, refused
    one = reader.get("/records/training?limit=1&fields=title")
    assert one.status in (200, 429)
    for path in ("/records/training?limit=50", "/records/training/export.xlsx", "/records/training?q=虚构&limit=50"):
        reply = reader.get(path)
        assert reply.status == 429 and "虚构" not in reply.content.decode(errors="replace"), (path, reply)
    assert reader.get("/session").status == 200 and colleague.get("/records/training?limit=10").status == 200
    choose(world, "reads_per_person", "0")
    choose(world, "reads_per_unit", "100")  # from now on, for both together
    seen, stopped = 0, None
    for turn in range(100):
        reply = (reader, colleague)[turn % 2].get("/records/training?limit=8&fields=title")
        if reply.status == 429:
            stopped = reply
            break
        seen += len(reply.json["items"])
    assert stopped and "unit" in stopped.json["detail"] and 90 <= seen <= 100, (seen, stopped)
    world.clock.forward(86400)
    afresh(world)
    assert reader.get("/records/training?limit=50").status == 200  # another day
    choose(world, "reads_per_unit", "0")
    choose(world, "calls_per_person", "20")
    statuses = [colleague.get("/session").status for _ in range(50)]
    assert statuses.count(200) == 20 and statuses.count(429) == 30, statuses
    choose(world, "calls_per_person", "0")
    assert colleague.get("/session").status == 200
    print(f"# stopped after {shown} of 200 records")


CASE = {"pack": "sc-yunying-2025", "process": "application", "fields": {"to": "city", "office_city": "510100"}}
# What shows neither records nor cases among what a token for reading records reaches, and lists of one's own duties and
# imports (names of files and numbers of rows).
SHOWS_NONE = {"/api/v1/session", "/api/v1/types", "/api/v1/types/{type}", "/api/v1/erasure-grounds", "/api/v1/file-limits",
              "/api/v1/log/head", "/api/v1/log/keys", "/api/v1/log/proof", "/api/v1/people", "/api/v1/receipts/{uid}", "/api/v1/document-numbers/gaps",
              "/api/v1/integrity/totals", "/api/v1/records/{type}/template.xlsx", "/api/v1/records/{type}/groups",
              "/api/v1/records/{type}/imports", "/api/v1/records/{type}/imports/{id}/rejects.xlsx", "/api/v1/todo"}


def test_every_way_to_read_records_and_cases_says_what_it_counts_for(world):
    described = world["sysadmin"].get("/openapi.json").json["paths"]
    gets = {path: methods["get"] for path, methods in described.items() if "get" in methods}
    assert len(gets) > 90 and {one["x-reads"] for one in gets.values()} == {"none", "one", "rows", "said"}
    reading = {path for path, one in gets.items() if one["x-access"]["scope"] in ("records:read", "panels", "search")
               or path.startswith("/api/v1/panels/")}
    silent = {path for path in reading if gets[path]["x-reads"] == "none"} - SHOWS_NONE
    assert not silent, f"reading there is not counted: {silent}"


def test_whoever_has_read_his_share_sees_no_case_by_any_other_way(world):
    afresh(world)
    reader = world["centre_manager"]
    case = reader.ask("POST", "/cases", CASE).json["id"]
    record = reader.create("training", {"title": "虚构一次", "date": "2026-01-02"}).json["id"]
    paths = ["/cases", "/cases?format=xlsx", f"/cases/{case}", f"/cases/{case}/materials", f"/cases/{case}/papers", f"/cases/{case}/actions",
             f"/records/training/{record}", f"/records/training/{record}/history", "/records/training"]
    before = {path: reader.get(path).status for path in paths}
    choose(world, "reads_per_person", "1")
    world.clock.forward(86400)
    afresh(world)
    first = reader.get(f"/cases/{case}")
    refused = {path: reader.get(path).status for path in paths}
    choose(world, "reads_per_person", "0")
    assert first.status == 200 and refused == {**before, **{path: 429 for path, status in before.items() if status == 200}}, (first, before, refused)
    assert list(before.values()).count(200) == len(paths), before


# --- another system's word -------------------------------------------------------------------

class Straight(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


def follow(url):
    """Where a provider sends the browser."""
    try:
        urllib.request.build_opener(Straight).open(url, timeout=600)
    except urllib.error.HTTPError as answer:
        return answer.headers["Location"]
    return None


def cookies(reply):
    return dict(re.findall(r"(__Host-\w+)=([0-9a-f]+)", reply.headers.get("set-cookie", "")))


def visit(world, path, held):
    """A browser that was sent to an address of ours by another site."""
    person = client.Person(world.server)
    head = {"Cookie": "; ".join(f"{k}={v}" for k, v in held.items()), "Sec-Fetch-Site": "cross-site"}
    reply = person.ask("GET", path, headers={k: v for k, v in head.items() if v})
    held.update(cookies(reply))
    return reply


def there_and_back(world, name, held):
    """(the address to which the provider sends back, as a path of the API)"""
    begun = visit(world, f"/session/providers/{name}", held)
    assert begun.status == 303 and "__Host-outside" in held, begun
    back = follow(begun.headers["location"])
    assert back, begun.headers["location"]
    url = urllib.parse.urlsplit(back)
    return f"{url.path.removeprefix('/api/v1')}?{url.query}"


def test_who_is_named_signs_in_by_the_word_of_another_system(world):
    afresh(world)
    world.clock.forward(-world.clock.ahead)  # tokens of the provider are of now
    boss, here = world[client.FIRST], f"http://127.0.0.1:{world.server.port}"
    there = f"http://127.0.0.1:{world.provider}"
    back = here + "/api/v1/session/providers"
    configurations = {
        "sso": {"kind": "oidc", "label_zh": "统一身份认证", "label_en": "SSO", "issuer": there, "client_id": "zhiyun client",
                "client_secret": "s:e%cret/+ü", "redirect": f"{back}/sso/return"},
        "campus": {"kind": "cas", "label_zh": "校园", "label_en": "Campus", "server": f"{there}/cas",
                   "service": f"{back}/campus/return?x=1"}}
    for name, configuration in configurations.items():
        body = {"configuration": configuration, **WHY}
        assert world["sysadmin"].ask("PUT", f"/outside-providers/{name}", body).status == 403
        done = boss.ask("PUT", f"/outside-providers/{name}", body)
        assert done.status == 200, done
    shown = world["public"].get("/session/providers")
    assert [(p["name"], p["kind"]) for p in shown.json["items"]] == [("campus", "cas"), ("sso", "oidc")], shown
    assert "s:e%cret" not in shown.content.decode()
    assert visit(world, "/session/providers/sso", {}).status == 403  # its host is not on the list
    assert boss.ask("PUT", "/outward-hosts", {"host": "127.0.0.1", "port": world.provider, "inside": True, **WHY}).status == 200
    for name, subject in (("sso", "248289761001"), ("campus", "zhang.san")):
        held = {}
        path = there_and_back(world, name, held)
        done = visit(world, path, held)
        assert done.status == 401, done  # he is nobody here
        client.plant_sql(world, ["INSERT INTO outside_identity (provider, outside_subject, account, created_ms, created_by) VALUES"
                                 f" ('{name}', '{subject}', {world['centre_manager'].account}, 1, 1)"])
        held = {}
        done = visit(world, there_and_back(world, name, held), held)
        assert done.status == 403 and "__Host-session" not in held, done  # nor by a row that another hand has put in
        client.plant_sql(world, [f"DELETE FROM outside_identity WHERE outside_subject = '{subject}'"])
        body = {"provider": name, "subject": subject, "account": world["centre_manager"].account, **WHY}
        assert world["sysadmin"].ask("POST", "/outside-identities", body).status == 403
        assert boss.ask("POST", "/outside-identities", body).status == 200
        assert boss.ask("POST", "/outside-identities", body).status == 409
        held = {}
        path = there_and_back(world, name, held)
        assert visit(world, path, {}).status == 403  # another browser has the address
        mine = dict(held)
        done = visit(world, path, held)
        assert done.status == 303 and done.headers["location"] == here + "/w/", done
        session = visit(world, "/session", held)
        assert session.json["name"] == "centre_manager" and session.json["means"] == ("oidc" if name == "sso" else "cas")
        assert visit(world, path, mine).status == 403  # the same once more
        other = {}
        foreign = there_and_back(world, name, other)
        assert visit(world, foreign, mine).status == 403  # a way back that another browser began
    for fault in ("mixed up", "denied", "token fails"):
        urllib.request.urlopen(f"{there}/fault?{urllib.parse.quote(fault)}", timeout=600).read()
        held = {}
        path = there_and_back(world, "sso", held)
        assert visit(world, path, held).status >= 400 and "__Host-session" not in held, fault
    urllib.request.urlopen(f"{there}/fault?", timeout=600).read()
    assert boss.ask("DELETE", "/outside-identities?provider=sso&subject=248289761001&reason=x").status == 200
    held = {}
    assert visit(world, there_and_back(world, "sso", held), held).status == 401
    assert boss.ask("DELETE", "/outside-providers/sso?reason=x").status == 200
    assert visit(world, "/session/providers/sso", {}).status == 404


# --- a gateway's certificates -------------------------------------------------------------------

def restart(world, *options):
    world.server.stop()
    world.server.options = list(options)
    world.server.start()
    afresh(world)


def refused_start(world, path):
    """What `serve` says to a gateway's path that it does not take."""
    done = subprocess.run(world.server.command("--quiet", "serve", "--listen", "127.0.0.1:0", "--gateway", path),
                          capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode != 0, path
    return done.stderr


def test_the_gateways_socket_stands_in_a_folder_that_others_cannot_enter(world):
    world.server.stop()
    with tempfile.TemporaryDirectory() as folder:
        for mode in (0o755, 0o770, 0o701, 0o777):
            os.chmod(folder, mode)
            assert "closed to others" in refused_start(world, os.path.join(folder, "s")), oct(mode)
        os.chmod(folder, 0o777)  # above the one that is closed
        inner = os.path.join(folder, "inner")
        os.mkdir(inner, 0o700)
        assert "others can change" in refused_start(world, os.path.join(inner, "s"))
        os.chmod(folder, 0o750)
        assert "too long" in refused_start(world, os.path.join(inner, "s" * 200))
        assert "cannot look at" in refused_start(world, os.path.join(folder, "none", "s"))
        path = os.path.join(inner, "s")
        with open(path, "w", encoding="ascii"):
            pass
        assert "no socket" in refused_start(world, path)
        os.unlink(path)
        world.server.options = ["--gateway", path]
        world.server.start()
        while stat.S_IMODE(os.lstat(path).st_mode) != 0o660 and world.server.process.poll() is None:
            time.sleep(0.01)  # it is made in a closed folder, and then given to the group
        assert stat.S_IMODE(os.lstat(path).st_mode) == 0o660
        assert "taken by another program" in refused_start(world, path)
        world.server.kill()
        assert os.path.exists(path)
        restart(world, "--gateway", path)  # over what the killed one has left
        world.server.stop()
        assert not os.path.exists(path)
    restart(world)


def certificate_provider(world, **more):
    configuration = {"kind": "certificate", "label_zh": "数字证书", "label_en": "Certificate", "issuer": gateway.ISSUER,
                     "unit": "OU", **more}
    done = world[client.FIRST].ask("PUT", "/outside-providers/ca", {"configuration": configuration, **WHY})
    assert done.status == 200, done


def named(world, subject, person):
    body = {"provider": "ca", "subject": subject, "account": world[person].account, **WHY}
    done = world[client.FIRST].ask("POST", "/outside-identities", body)
    assert done.status == 200, done


def test_a_certificate_that_the_gateway_has_checked_signs_its_person_in(world):
    afresh(world)
    said = tempfile.TemporaryFile()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "gateway")
        world.server.said = said
        restart(world, "--gateway", path)
        code = client.ask_sql(world, f"SELECT credit_code FROM unit WHERE id = {world.units['centreA']}")[0][0]
        certificate_provider(world)
        accounts = client.ask_sql(world, "SELECT count(*) FROM account")
        named(world, f"{code}/张三", "centre_manager")

        def sign_in(pem, verified="SUCCESS", form=gateway.nginx_form, more=()):
            return gateway.ask(gateway.Connection(path), "POST", "/session/certificate", {"provider": "ca"},
                               [*gateway.headers(form(pem), verified), *more])
        for kind in gateway.KEYS:
            authority = gateway.Authority(folder, kind)
            good = authority.issue("张三", code, "0A1B")
            for form in (gateway.nginx_form, gateway.rfc9440_form):
                status, session, head = sign_in(good, form=form)
                assert status == 200 and session["name"] == "centre_manager" and session["means"] == "certificate", (kind, session)
                cookie = next(v for k, v in head if k.lower() == "set-cookie" and v.startswith("__Host-session")).split(";")[0]
                assert gateway.ask(gateway.Connection(path), "GET", "/session", None, [("Cookie", cookie)])[1]["name"] == "centre_manager"
            # Nobody whom an administrator has named, or not now, or not of ours.
            assert sign_in(authority.issue("李四", code, "0A1C"))[0] == 401
            assert sign_in(authority.issue("张三", "91510100000900000M", "0A1D"))[0] == 401
            assert sign_in(authority.issue("张三", code, "0A1E", days=-1))[0] == 403
            assert sign_in(gateway.Authority(folder, kind, "/C=CN/CN=虚构的另一家 CA").issue("张三", code, "0A1F"))[0] == 403
            for verified in ("FAILED:certificate has expired", "NONE", "", "success", "SUCCESS, SUCCESS", "SUCCESSFUL", "FAILED:SUCCESS"):
                assert sign_in(good, verified)[0] == 403, verified
            assert sign_in(good.replace("M", "N", 3))[0] == 400
            # Two of a header: a client's own beside the gateway's.
            assert sign_in(good, more=[("Client-Cert", gateway.nginx_form(good))])[0] == 400
            assert sign_in(good, more=[("client-cert-verify", "SUCCESS")])[0] == 400
            assert sign_in(good, more=[("Client_Cert", gateway.nginx_form(good))])[0] == 400
            # The same over TCP, and any request at all that brings it there.
            for method, where, headers in (("POST", "/session/certificate", gateway.headers(gateway.nginx_form(good))),
                                           ("POST", "/session/certificate", [("CLIENT-CERT", gateway.rfc9440_form(good))]),
                                           ("GET", "/session", [("Client-Cert-Verify", "SUCCESS")]),
                                           ("GET", "/session", [("Client_Cert", gateway.rfc9440_form(good))]),
                                           ("GET", "/session", [("client-cert_verify", "SUCCESS")]),
                                           ("GET", "/session", [("Client-Cert-Chain", "x")])):
                connection = gateway.http.client.HTTPConnection("127.0.0.1", world.server.port, timeout=600)
                status, answer, head = gateway.ask(connection, method, where, {"provider": "ca"} if method == "POST" else None, headers)
                assert status == 400 and "gateway" in answer["detail"], (headers, answer)
                assert not any(k.lower() == "set-cookie" for k, _ in head)
        # Names that other gateways give to what they know are nobody's here.
        for name in ("Remote-User", "X-Remote-User", "X-Forwarded-User", "X-Forwarded-Email", "X-Client-Cert", "X-SSL-Client-Verify",
                     "SSL_CLIENT_S_DN", "X-SSL-Client-S-DN", "X-Forwarded-Client-Cert"):
            for connection in (gateway.http.client.HTTPConnection("127.0.0.1", world.server.port, timeout=600), gateway.Connection(path)):
                status, _, head = gateway.ask(connection, "GET", "/notifications", None, [(name, "centre_manager")])
                assert status in (400, 401) and not any(k.lower() == "set-cookie" for k, _ in head), (name, status)
        assert world["public"].ask("POST", "/session/certificate", {"provider": "ca"}).status == 403
        assert gateway.ask(gateway.Connection(path), "POST", "/session/certificate", {"provider": "ca"})[0] == 403
        # By its own number; what is not a person's account makes none.
        certificate_provider(world, identify="serial")
        named(world, "0A1C", "centre_staff")
        assert sign_in(authority.issue("李四", code, "0A1C"))[1]["name"] == "centre_staff"
        client.run_sql(world, [f"UPDATE account SET state = 'disabled' WHERE id = {world['centre_staff'].account}"])
        assert sign_in(authority.issue("李四", code, "0A1C"))[0] == 401  # his account is closed
        assert client.ask_sql(world, "SELECT count(*) FROM account") == accounts
        said.seek(0)
        warned = said.read().decode().count("past the gateway")
        assert warned == 6 * len(gateway.KEYS), warned
        world.server.said = None
        restart(world)  # off: nobody listens there
        assert not os.path.exists(path)


if __name__ == "__main__":
    wire.needs_clock(ZHIYUN)
    with subprocess.Popen([sys.executable, PROVIDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as GIVER:
        WORLD = client.World(ZHIYUN, people={name: client.PEOPLE[name] for name in ("centre_manager", "centre_staff", "sysadmin")}, **given_days.WORLD)
        WORLD.provider = int(GIVER.stdout.readline())
        WORLD.clock = wire.Clock(CLOCK)
        WORLD.clock.before(WORLD.server)
        WORLD.server.stop()
        WORLD.server.start()
        afresh(WORLD)
        try:
            tap.run(sys.modules[__name__], WORLD)
        finally:
            WORLD.close()
            WORLD.clock.close()
            GIVER.stdin.close()
