#!/usr/bin/env python3
"""entries_test.py ZHIYUN: what every call that changes things leaves in the evidence log.

Generated from the description that the server gives: each operation with another method than GET is
called so that it succeeds, and the log has then grown by what the operation's `x-entries` says, which
its resource declares. One without a scenario here fails, so a new endpoint cannot be forgotten. What
is refused leaves nothing, or one entry where that is declared.

Operations of records are made for each type from its file; where it lets nobody do something, everybody
must be refused instead. They are made for a third of the types, drawn by the commit, and for those that it touches; in
`make check` for all.
"""
import base64
import functools
import hashlib
import hmac
import io
import itertools
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import types
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "outside"))
sys.path.insert(0, os.path.dirname(__file__))
import bodies  # noqa: E402
import client  # noqa: E402
import gateway  # noqa: E402
import given_days  # noqa: E402
import matrix  # noqa: E402
import panels  # noqa: E402
import policy  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
given_days.live(ZHIYUN)
WHY = {"reason": "虚构的理由"}
FAR_MS = 4000000000000  # a job that is due then waits
DONE, REFUSED = {}, {}  # operation: its scenario


def scenario(table, operation):
    """Registers a generator of (call, count): a prepared call, and the rows that it changes."""
    def register(function):
        assert operation not in table, operation
        table[operation] = function
        return function
    return register


def entries(world):
    """Asked thousands of times: by one connection for all, where opening one costs more than all that it counts."""
    if world.server.store:
        return int(client.ask_sql(world, "SELECT count(*) FROM log_entry")[0][0])
    if not hasattr(world, "counter"):
        world.counter = client.sqlite_file.connect(os.path.join(world.data, "zhiyun.db"), timeout=600, isolation_level=None)
    return world.counter.execute("SELECT count(*) FROM log_entry").fetchone()[0]


def newest(world, count):
    rows = client.ask_sql(world, "SELECT body FROM log_entry ORDER BY at_ms DESC, uid DESC NULLS LAST LIMIT 8")
    return [(entry.get("do"), entry.get("type"), entry.get("id")) for entry in (json.loads(r[0]) for r in rows[:count])]


@functools.lru_cache(maxsize=None)
def tried_types(world):
    return set(tap.sample(world.types, "record types", tap.touched_types()))


def operations(world):
    """(method, path as declared, type or None, x-entries) of each operation with another method than GET, of the types
    that are tried."""
    for path, methods in sorted(json.loads(world.server.run("openapi", "--types"))["paths"].items()):
        for method, operation in sorted(methods.items()):
            if method not in ("get", "head", "options"):
                inner = re.fullmatch(r"/api/v1/records/(\w+)(.*)", path)
                name = inner[1] if inner and inner[1] in world.types else None
                plain = f"/records/{{type}}{inner[2]}" if name else path.removeprefix("/api/v1")
                if not name or name in tried_types(world):
                    yield method.upper(), plain, name, operation["x-entries"]


# --- accounts, roles, tokens ---------------------------------------------------------------------

def boss(world):
    return world[client.FIRST]


NUMBERS = itertools.count(1)


def account(world, unit="centreA", role=None):
    """A new account's id."""
    body = {"name": f"made{next(NUMBERS)}", "display_name": "虚构", "unit": world.units[unit]}
    done = boss(world).ask("POST", "/accounts", body)
    assert done.status == 201, done
    if role:
        grant(world, done.json["id"], role)
    return done.json["id"]


def grant(world, one, role="centre_staff"):
    return world.grant(one, role).json["id"]


def browser(world, name="centre_manager", password=True):
    """Somebody signed in, by link and then, if a password is wanted, with it set."""
    one = client.Browser(world, name)
    assert one.link().status == 200
    if password:
        one.password = f"{client.PASSWORD} {next(NUMBERS)}"
        done = one.ask("PUT", "/session/password", {"password": one.password})
        assert done.status == 200, done
    return one


@scenario(DONE, "POST /accounts")
def account_add(world):
    yield lambda: boss(world).ask("POST", "/accounts", {"name": "one.more", "display_name": "虚构", "unit": world.units["bank"]}), 1


@scenario(REFUSED, "POST /accounts")
def account_add_refused(world):
    body = {"name": "nobody.new", "display_name": "虚构", "unit": world.units["centreB"]}
    for person in ("expert", "centre_manager", "auditadmin"):
        yield lambda person=person: world[person].ask("POST", "/accounts", body), 1


@scenario(DONE, "POST /accounts/{id}")
def account_change(world):
    one = account(world, role="centre_staff")
    grant(world, one, "expert")
    for body, count in (({"do": "disable"}, 1), ({"do": "enable"}, 1), ({"do": "move", "unit": world.units["centreB"]}, 3),
                        ({"do": "move", "unit": world.units["centreA"]}, 1)):
        yield lambda body=body: boss(world).ask("POST", f"/accounts/{one}", {**body, **WHY}), count


@scenario(REFUSED, "POST /accounts/{id}")
def account_change_refused(world):
    for what in ({"do": "disable"}, {"do": "enable"}, {"do": "move", "unit": world.units["centreB"]}):
        yield lambda what=what: world["expert"].ask("POST", f"/accounts/{world['bank_officer'].account}", what), 1


GROUND = {"ground": "court_order", "basis": "（2026）虚构民终1号"}


@scenario(DONE, "POST /accounts/{id}/erase")
def account_erase(world):
    one = account(world, role="centre_staff")
    assert boss(world).ask("POST", f"/accounts/{one}", {"do": "disable", **WHY}).status == 200
    for page in [world.signed_in(name) for name in (client.FIRST, "province_leader")]:
        yield lambda page=page: page.ask("POST", f"/accounts/{one}/erase", {**WHY, **GROUND}), 1


@scenario(REFUSED, "POST /accounts/{id}/erase")
def account_erase_refused(world):
    for name in ("sysadmin", "centre_manager", "expert"):
        yield lambda name=name: world[name].ask("POST", f"/accounts/{account_of(world, 'bank_officer')}/erase", {**WHY, **GROUND}), 1


@scenario(DONE, "POST /accounts/{id}/link")
def account_link(world):
    yield lambda: boss(world).ask("POST", f"/accounts/{account_of(world, 'expert')}/link", WHY), 1


@scenario(REFUSED, "POST /accounts/{id}/link")
def account_link_refused(world):
    yield lambda: world["sysadmin"].ask("POST", f"/accounts/{account_of(world, 'expert')}/link", {}), 1


def account_of(world, name):
    return world[name].account


@scenario(DONE, "POST /grants")
def grant_add(world):
    one = account(world)
    for who in (boss(world), world.signed_in("sysadmin")):  # one asks, another agrees
        yield lambda who=who: who.ask("POST", "/grants", {"account": one, "role": "centre_manager", **WHY}), 1
    other = account(world)
    yield lambda: world["centre_manager"].ask("POST", "/grants", {"account": other, "role": "centre_staff"}), 1
    body = {"account": other, "role": "centre_manager", "delegate": True, "to": "2099-12-31"}
    yield lambda: world["centre_manager"].ask("POST", "/grants", body), 1


@scenario(REFUSED, "POST /grants")
def grant_add_refused(world):
    one = account(world)
    for body in ({"account": one, "role": "centre_manager"}, {"account": one, "role": "expert", "delegate": True, "to": "2099-12-31"}):
        yield lambda body=body: world["expert"].ask("POST", "/grants", body), 1


@scenario(DONE, "POST /account-imports")
def people_from_a_workbook(world):
    rows = [["登录名", "姓名", "单位"], [f"listed{next(NUMBERS)}", "虚构", str(world.units["centreA"])]]
    yield lambda: boss(world).ask("POST", "/account-imports", raw=bodies.workbook(rows)), 1


@scenario(DONE, "POST /grants/{id}/end")
def grant_end(world):
    one = grant(world, account(world))
    yield lambda: boss(world).ask("POST", f"/grants/{one}/end", WHY), 1


@scenario(REFUSED, "POST /grants/{id}/end")
def grant_end_refused(world):
    one = grant(world, account(world))
    yield lambda: world["expert"].ask("POST", f"/grants/{one}/end", {}), 1


@scenario(DONE, "POST /tokens")
def token_add(world):
    one = browser(world)
    yield lambda: one.ask("POST", "/tokens", {"label": "虚构"}), 1


@scenario(REFUSED, "POST /tokens")
def token_add_refused(world):
    yield lambda: world["centre_manager"].ask("POST", "/tokens", {"label": "虚构"}), 0


@scenario(DONE, "POST /tokens/{id}/end")
def token_end(world):
    one = browser(world)
    for who in (one, boss(world)):
        made = one.ask("POST", "/tokens", {"label": "虚构"}).json["id"]
        yield lambda who=who, made=made: who.ask("POST", f"/tokens/{made}/end", {}), 1


@scenario(REFUSED, "POST /tokens/{id}/end")
def token_end_refused(world):
    made = browser(world).ask("POST", "/tokens", {"label": "虚构"}).json["id"]
    yield lambda: world["expert"].ask("POST", f"/tokens/{made}/end", {}), 0


# --- signing in ------------------------------------------------------------------------------------

def totp(secret):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff) % 1000000:06d}"


def enrolled(world, name):
    one = browser(world, name)
    secret = one.ask("POST", "/session/code").json["secret"]
    done = one.ask("PUT", "/session/code", {"code": totp(secret)})
    assert done.status == 200, done
    return one, done.json["recovery_codes"]


@scenario(DONE, "POST /session")
def sign_in(world):
    one = browser(world, "centre_far")
    yield lambda: client.Browser(world, "centre_far").sign_in(one.password), 1
    other, codes = enrolled(world, "service_staff")
    yield lambda: client.Browser(world, "service_staff").sign_in(other.password, code=codes[0]), 2
    assert other.ask("DELETE", "/session/code").status == 200


@scenario(REFUSED, "POST /session")
def sign_in_refused(world):
    yield lambda: client.Browser(world, "bank_officer").sign_in("not the password"), 1
    yield lambda: client.Browser(world, "nobody.at.all").sign_in("not the password"), 1


@scenario(DONE, "POST /session/proof")
def prove(world):
    one = browser(world, "centre_far")
    yield lambda: one.take(one.ask("POST", "/session/proof", {"password": one.password})), 1


@scenario(REFUSED, "POST /session/proof")
def prove_refused(world):
    one = browser(world, "company_staff")
    yield lambda: one.ask("POST", "/session/proof", {"password": "not the password"}), 1


@scenario(DONE, "POST /session/link")
def sign_in_by_link(world):
    def used(one):
        link = boss(world).ask("POST", f"/accounts/{one}/link", {}).json["link"]
        return lambda: client.Browser(world, "x").ask("POST", "/session/link", {"link": link})
    yield used(account_of(world, "expert")), 1
    yield used(account(world)), 2  # the account becomes active


@scenario(REFUSED, "POST /session/link")
def sign_in_by_link_refused(world):
    yield lambda: client.Browser(world, "x").ask("POST", "/session/link", {"link": "0" * 64}), 0


def by_certificate(world, name):
    """Somebody's sign-in through the gateway; 离职的人 is named nobody's."""
    configuration = {"kind": "certificate", "label_zh": "虚构", "label_en": "Fictional", "issuer": gateway.ISSUER}
    assert boss(world).ask("PUT", "/outside-providers/ca", {"configuration": configuration, **WHY}).status == 200
    identity = {"provider": "ca", "subject": "x/张三", "account": account_of(world, "expert"), **WHY}
    assert boss(world).ask("POST", "/outside-identities", identity).status in (200, 409)
    with tempfile.TemporaryDirectory() as folder:
        pem = gateway.Authority(folder, "sm2").issue(name, "x", "01")

    def call():
        status, answer, _ = gateway.ask(gateway.Connection(world.gateway), "POST", "/session/certificate", {"provider": "ca"},
                                        gateway.headers(gateway.nginx_form(pem)))
        return types.SimpleNamespace(status=status, json=answer)
    return call


@scenario(DONE, "POST /session/certificate")
def sign_in_by_certificate(world):
    yield by_certificate(world, "张三"), 1


@scenario(REFUSED, "POST /session/certificate")
def sign_in_by_certificate_refused(world):
    yield by_certificate(world, "离职的人"), 1


@scenario(DONE, "DELETE /session")
def sign_out(world):
    one = browser(world, password=False)
    yield lambda: one.ask("DELETE", "/session"), 1


@scenario(DONE, "PUT /session/password")
def set_password(world):
    one = browser(world, "expert", password=False)
    yield lambda: one.ask("PUT", "/session/password", {"password": client.PASSWORD + " of somebody"}), 1


@scenario(REFUSED, "PUT /session/password")
def set_password_refused(world):
    yield lambda: world["expert"].ask("PUT", "/session/password", {"password": client.PASSWORD}), 0


@scenario(DONE, "POST /session/code")
def code_begin(world):
    one = browser(world, "finance_officer")
    yield lambda: one.ask("POST", "/session/code"), 1


@scenario(DONE, "PUT /session/code")
def code_confirm(world):
    one = browser(world, "finance_officer")
    secret = one.ask("POST", "/session/code").json["secret"]
    yield lambda: one.ask("PUT", "/session/code", {"code": totp(secret)}), 1
    assert one.ask("DELETE", "/session/code").status == 200


@scenario(DONE, "DELETE /session/code")
def code_end(world):
    one, _ = enrolled(world, "auditor")
    yield lambda: one.ask("DELETE", "/session/code"), 1


@scenario(REFUSED, "DELETE /session/code")
def code_end_refused(world):
    yield lambda: world["auditor"].ask("DELETE", "/session/code"), 0


@scenario(DONE, "POST /set-up")
def set_up(world):
    with tempfile.TemporaryDirectory(prefix="zhiyun-first-") as folder, open(f"{folder}/said", "w+", encoding="utf-8") as said:
        fresh = types.SimpleNamespace(data=f"{folder}/data")
        fresh.server = client.Server(ZHIYUN, fresh.data, client.fresh_database(), said=said)
        fresh.server.run("init", stdin=subprocess.DEVNULL)
        fresh.server.start()
        try:
            link = None
            while not link:
                time.sleep(0.05)
                said.seek(0)
                link = re.search(r"/w/set-up#link=([0-9a-f]+)", said.read())
            body = {"link": link[1], "name": "first", "display_name": "虚构", "password": client.PASSWORD}
            yield lambda: client.Person(fresh.server).ask("POST", "/set-up", body), 5, fresh
        finally:
            fresh.server.stop()


@scenario(REFUSED, "POST /set-up")
def set_up_refused(world):
    body = {"link": "0" * 64, "name": "first", "display_name": "虚构", "password": client.PASSWORD}
    yield lambda: client.Person(world.server).ask("POST", "/set-up", body), 0


# --- what administrators set --------------------------------------------------------------------------

@scenario(DONE, "PUT /settings")
def setting(world):
    yield lambda: boss(world).ask("PUT", "/settings", {"name": "reads_per_unit", "value": "0", **WHY}), 1


@scenario(DONE, "PUT /clock")
def clock(world):
    client.run_sql(world, ["UPDATE clock_state SET doubt = 'jump', due_ms = 5, shown_ms = 6"])
    one = browser(world, client.FIRST, password=False)
    yield lambda: one.ask("PUT", "/clock", WHY), 1


@scenario(DONE, "PUT /public-address")
def public_address(world):
    for url in ("https://zhiyun.example.cn", ""):
        yield lambda url=url: world["sysadmin"].ask("PUT", "/public-address", {"url": url, **WHY}), 1


@scenario(DONE, "POST /backups")
def backup_made(world):
    yield lambda: world["sysadmin"].ask("POST", "/backups"), 1
    jobs_end(world, "backup")


@scenario(DONE, "POST /backups/{name}/check")
def backup_checked(world):
    assert world["sysadmin"].ask("POST", "/backups").status == 202
    jobs_end(world, "backup")
    name = world["sysadmin"].get("/backups").json["items"][0]["name"]
    yield lambda: world["sysadmin"].ask("POST", f"/backups/{name}/check"), 1
    jobs_end(world, "backup_check")


@scenario(DONE, "PUT /backup-plan")
def backup_plan(world):
    plan = {"folder": os.path.join(world.data, "backups"), "at": "", "keep": 3, **WHY}
    yield lambda: world["sysadmin"].ask("PUT", "/backup-plan", plan), 1


@scenario(DONE, "POST /system/index")
def reindex(world):
    yield lambda: world["sysadmin"].ask("POST", "/system/index"), 1
    jobs_end(world, "reindex")


@scenario(DONE, "PUT /workdays")
def workdays(world):
    year = world["sysadmin"].get("/workdays").json["items"][0]["year"] + 1
    table = f"# 虚构的通知\ndate,kind,holiday\n{year}-01-01,rest,元旦\n{year}-05-01,rest,劳动节\n{year}-10-01,rest,国庆节\n{year}-10-02,rest,国庆节\n{year}-10-03,rest,国庆节\n"
    yield lambda: world["sysadmin"].ask("PUT", "/workdays", {"table": table}), 1


@scenario(DONE, "PUT /file-limits")
def file_limits(world):
    yield lambda: world["sysadmin"].ask("PUT", "/file-limits", {"unit_mb": 10240, "file_mb": 512}), 1


@scenario(DONE, "PUT /channels/{name}")
def channel_put(world):
    yield lambda: put_channel(world), 1


def put_channel(world):
    body = {"url": "smtps://mail.example.invalid:465", "sender": "nobody@example.invalid", **WHY}
    return world["sysadmin"].ask("PUT", "/channels/mail", body)


@scenario(DONE, "DELETE /channels/{name}")
def channel_delete(world):
    assert put_channel(world).status == 200
    yield lambda: world["sysadmin"].ask("DELETE", "/channels/mail?reason=x"), 1


@scenario(DONE, "POST /channels/{name}/test")
def channel_test(world):
    assert put_channel(world).status == 200
    client.run_sql(world, [f"UPDATE account SET email = 'nobody@example.invalid' WHERE id = {world['sysadmin'].account}"])
    yield lambda: world["sysadmin"].ask("POST", "/channels/mail/test"), 1


HOST = {"host": "calls.example.invalid", "port": 443}


@scenario(DONE, "PUT /outward-hosts")
def host_put(world):
    yield lambda: boss(world).ask("PUT", "/outward-hosts", {**HOST, **WHY}), 1


@scenario(DONE, "DELETE /proposals/{id}")
def pair_refused(world):
    path, seen = looked_at(world, "sc-yucheng-2025")
    for who in (world["province_officer"], browser(world, "province_leader", password=False)):  # taken back, refused
        done = world["province_officer"].ask("POST", path + "/activate", {**seen, **WHY})
        assert done.status == 202, done
        one = f"/proposals/{done.json['proposal']}?reason=x"
        if who is not world["province_officer"]:
            assert world["province_leader"].ask("DELETE", one).status == 403  # a token refuses nothing
        yield lambda who=who, one=one: who.ask("DELETE", one), 1
        assert who.ask("DELETE", one).status == 404
    yield from setting_proposal(world)


def setting_proposal(world):
    """With a second security administrator, whose role then never was."""
    office = world.units["office51"]
    far = account(world)
    client.run_sql(world, [
        "INSERT INTO role_grant (id, version, state, owner_unit, owner_province, secrecy, published, created_ms, created_by, changed_ms, changed_by, "
        f"account, role, from_date) VALUES (990001, 1, 'active', {office}, '51', 1, 0, 1, 0, 1, 0, {far}, 'security_administrator', '2020-01-01')"])
    done = boss(world).ask("PUT", "/settings", {"name": "idle_minutes", "value": "12", **WHY})
    assert done.status == 202, done
    item = boss(world).get("/todo?box=mine").json["items"][0]
    assert (item["change"], item["arguments"]["to"]) == ("access.idle_minutes", "12"), item  # what the second person sends
    yield lambda: boss(world).ask("DELETE", f"/proposals/{item['proposal']}?reason=x"), 1
    client.run_sql(world, ["DELETE FROM role_grant WHERE id = 990001"])


@scenario(DONE, "DELETE /outward-hosts")
def host_delete(world):
    assert boss(world).ask("PUT", "/outward-hosts", {**HOST, **WHY}).status == 200
    yield lambda: boss(world).ask("DELETE", f"/outward-hosts?host={HOST['host']}&port={HOST['port']}&reason=x"), 1


def put_provider(world):
    configuration = {"kind": "cas", "label_zh": "虚构", "label_en": "Fictional", "server": "https://cas.example.invalid/cas",
                     "service": "https://zhiyun.example.cn/api/v1/session/providers/campus/return"}
    return boss(world).ask("PUT", "/outside-providers/campus", {"configuration": configuration, **WHY})


@scenario(DONE, "PUT /outside-providers/{name}")
def provider_put(world):
    yield lambda: put_provider(world), 1


@scenario(DONE, "DELETE /outside-providers/{name}")
def provider_delete(world):
    assert put_provider(world).status == 200
    yield lambda: boss(world).ask("DELETE", "/outside-providers/campus?reason=x"), 1


def add_identity(world, subject):
    body = {"provider": "campus", "subject": subject, "account": account_of(world, "expert"), **WHY}
    return boss(world).ask("POST", "/outside-identities", body)


@scenario(DONE, "POST /outside-identities")
def identity_add(world):
    assert put_provider(world).status == 200
    yield lambda: add_identity(world, "zhang.san"), 1


@scenario(DONE, "DELETE /outside-identities")
def identity_end(world):
    assert put_provider(world).status == 200 and add_identity(world, "li.si").status == 200
    yield lambda: boss(world).ask("DELETE", "/outside-identities?provider=campus&subject=li.si&reason=x"), 1


@scenario(DONE, "POST /webhooks")
def webhook_add(world):
    assert boss(world).ask("PUT", "/outward-hosts", {**HOST, **WHY}).status == 200
    yield lambda: add_webhook(world), 1


def add_webhook(world):
    return world["centre_manager"].ask("POST", "/webhooks", {"url": f"https://{HOST['host']}/told", "events": ["deal.*"]})


@scenario(DONE, "DELETE /webhooks/{id}")
def webhook_delete(world):
    assert boss(world).ask("PUT", "/outward-hosts", {**HOST, **WHY}).status == 200
    one = add_webhook(world).json["id"]
    yield lambda: world["centre_manager"].ask("DELETE", f"/webhooks/{one}"), 1


# --- work, messages, the log, files ------------------------------------------------------------------

@scenario(DONE, "POST /integrity/checks")
def integrity_check(world):
    yield lambda: world["province_officer"].ask("POST", "/integrity/checks"), 1
    jobs_end(world, "integrity_check")


@scenario(DONE, "POST /log/checks")
def log_check(world):
    yield lambda: world["auditadmin"].ask("POST", "/log/checks"), 1
    jobs_end(world, "log_check")


def jobs_end(world, kind):
    """What a job writes are entries of its own."""
    for _ in range(600):
        if not client.ask_sql(world, f"SELECT id FROM job WHERE kind = '{kind}' AND state IN ('queued', 'running')"):
            return
        time.sleep(0.1)
    raise AssertionError(f"the job {kind} comes to no end")


def job(world, state, due):
    """The id of a job of the centre's manager, as the server would have made it."""
    client.run_sql(world, [  # the store numbers it: the server's own jobs come in between
        "INSERT INTO job (version, state, kind, arguments, owner, done, total, cancel, attempts, attempts_max, due_ms,"
        f" created_ms, changed_ms) VALUES (1, '{state}', 'fictional', '{{}}', {account_of(world, 'centre_manager')},"
        f" 0, 0, 0, 0, 3, {due}, 1, 1)"])
    return int(client.ask_sql(world, "SELECT max(id) FROM job WHERE kind = 'fictional'")[0][0])


@scenario(DONE, "POST /jobs/{id}/cancel")
def job_cancel(world):
    one = job(world, "queued", FAR_MS)
    yield lambda: world["centre_manager"].ask("POST", f"/jobs/{one}/cancel"), 1


@scenario(DONE, "POST /jobs/{id}/retry")
def job_retry(world):
    one = job(world, "failed", "NULL")
    yield lambda: world["centre_manager"].ask("POST", f"/jobs/{one}/retry"), 1


@scenario(DONE, "POST /notifications/read")
def notifications_read(world):
    yield lambda: world["centre_manager"].ask("POST", "/notifications/read", {"through": 1}), 1


@scenario(DONE, "PUT /notifications/choices")
def notification_choice(world):
    assert put_channel(world).status == 200
    kind = world["centre_manager"].get("/notifications/choices").json["kinds"][0]["kind"]
    body = {"kind": kind, "channel": "mail", "timing": "daily"}
    yield lambda: world["centre_manager"].ask("PUT", "/notifications/choices", body), 1


@scenario(DONE, "POST /log/cosignatures")
def cosign(world):
    with tempfile.TemporaryDirectory(prefix="zhiyun-witness-") as folder:
        def run(*arguments, stdin=None):
            done = subprocess.run([ZHIYUN, "--lang", "en", *arguments], input=stdin, capture_output=True, text=True, check=True)
            return done.stdout
        key, state = f"{folder}/city.key", f"{folder}/memory"
        vkey = run("witness", "new", "witness/city", "--key", key).strip()
        world.server.run("witness", "trust", vkey)
        with open(os.path.join(world.data, "keys", "log.vkey"), encoding="ascii") as file:
            log = file.read().strip()
        request = world.server.run("witness", "request")
        line = run("witness", "cosign", "--key", key, "--log", log, "--state", state, stdin=request)
        size = int(request.split("\n\n")[1].splitlines()[1])
        yield lambda: world["public"].ask("POST", "/log/cosignatures", {"size": size, "line": line.strip()}), 1
    os.remove(os.path.join(world.data, "keys", "witnesses"))  # panels here are drawn without one


def fictional_pdf(number):
    return b"%PDF-1.4\n% fictional " + str(number).encode() + b"\n%%EOF\n"


@scenario(DONE, "POST /files")
def upload(world):
    content = fictional_pdf(next(NUMBERS))
    yield lambda: world["centre_manager"].ask("POST", "/files?name=new.pdf", raw=content), 1


def begin_upload(world):
    return world["centre_manager"].ask("POST", "/files/uploads", {"name": "pieces.pdf"})


def put_piece(world, one):
    content = fictional_pdf(next(NUMBERS))
    return world["centre_manager"].ask("PUT", f"/files/uploads/{one}?offset=0", raw=content)


@scenario(DONE, "POST /files/uploads")
def upload_begin(world):
    yield lambda: begin_upload(world), 1


@scenario(DONE, "PUT /files/uploads/{id}")
def upload_piece(world):
    one = begin_upload(world).json["id"]
    yield lambda: put_piece(world, one), 1


@scenario(DONE, "POST /files/uploads/{id}/finish")
def upload_finish(world):
    one = begin_upload(world).json["id"]
    assert put_piece(world, one).status == 200
    yield lambda: world["centre_manager"].ask("POST", f"/files/uploads/{one}/finish"), 1


@scenario(DONE, "POST /imports")
def bring_in(world):
    with open(os.path.join(bodies.ROOT, "tests", "api", "scenarios", "imports.csv"), "rb") as file:
        content = file.read()
    yield lambda: world["centre_staff"].ask("POST", "/imports?name=fictional.csv", raw=content), 1


@scenario(DONE, "POST /imports/{id}/undo")
def take_back(world):
    done = world["centre_staff"].ask("POST", "/imports?name=back.csv", raw="公开号,标题,申请人\nCN297000001A,虚构,甲公司\nCN297000002A,虚构,甲公司".encode())
    one, = done.json["imports"]
    yield lambda: world["centre_manager"].ask("POST", f"/imports/{one}/undo"), 2


def correctable(world):
    raw = "公开号,标题,申请人\nCN296000001A,虚构,甲公司".encode()
    assert world["centre_staff"].ask("POST", "/imports?name=correct.csv", raw=raw).status == 200
    return client.ask_sql(world, "SELECT publication_id FROM publication_key WHERE number_key = 'CN/296000001/A'")[0][0]


@scenario(DONE, "PUT /patents/{id}/correction")
def correct(world):
    one = correctable(world)
    for title in ("甲", "乙"):
        yield lambda title=title: world["service_staff"].ask("PUT", f"/patents/{one}/correction", {"title": title, **WHY}), 1


@scenario(DONE, "DELETE /patents/{id}/correction")
def correct_end(world):
    one = correctable(world)
    assert world["city_officer"].ask("PUT", f"/patents/{one}/correction", {"title": "丙", **WHY}).status == 200
    yield lambda: world["city_officer"].ask("DELETE", f"/patents/{one}/correction?reason=x"), 1


@scenario(DONE, "POST /landscape")
def landscape(world):
    until = time.monotonic() + 600  # the index follows what was brought in
    while (done := world["centre_manager"].get("/search?query=虚构")).status != 200 and time.monotonic() < until:
        time.sleep(0.05)
    assert done.status == 200, done
    yield lambda: world["centre_manager"].ask("POST", "/landscape", {"by": ["year"]}), 1


@scenario(DONE, "POST /landscape/export.xlsx")
def landscape_export(world):
    yield lambda: world["centre_manager"].ask("POST", "/landscape/export.xlsx", {"by": ["year"]}), 1


# --- panels of experts ----------------------------------------------------------------------------

def panel_of(world, seats=3):
    """A panel, its pool made with the first."""
    if not hasattr(world, "experts"):
        panels.prepare(world)
    return panels.ok(panels.form(world, [("law", seats)]), 201)["panel"]


def committed(world, panel):
    """Frozen, with a value of each of two officers and a head over both."""
    panels.ok(panels.act(world, panel, "freeze"))
    values = {who: os.urandom(32) for who in ("province_officer", "province_leader")}
    for who, value in values.items():
        panels.ok(panels.act(world, panel, "commit", {"commitment": hashlib.sha256(value).hexdigest()}, who))
    panels.wait_for_head(world)
    return values


@scenario(DONE, "POST /panels")
def panel_form(world):
    panel_of(world)
    cases = panels.cases_of(world)
    yield lambda: panels.form(world, [("law", 2)], cases=cases), 1


@scenario(DONE, "POST /panels/{id}/actions/choose")
def panel_choose(world):
    panel_of(world)
    panel = panels.ok(panels.form(world, []), 201)["panel"]
    yield lambda: panels.act(world, panel, "choose", {"experts": world.experts[:2]}), 6


@scenario(DONE, "POST /panels/meetings")
def panel_meeting(world):
    panel_of(world)
    cases, came = panels.cases_of(world), [{"expert": x, "file": panels.signed_sheets(world)} for x in world.experts[:2]]
    yield lambda: panels.meet(world, world.experts[:2], cases, experts=came), 12


@scenario(DONE, "POST /panels/{id}/actions/leave-out")
def panel_leave_out(world):
    panel = panel_of(world)
    yield lambda: panels.act(world, panel, "leave-out", {"expert": world.experts[1], **WHY}), 1


@scenario(DONE, "POST /panels/{id}/actions/freeze")
def panel_freeze(world):
    panel = panel_of(world)
    yield lambda: panels.act(world, panel, "freeze"), 2


@scenario(DONE, "POST /panels/{id}/actions/commit")
def panel_commit(world):
    panel = panel_of(world)
    panels.ok(panels.act(world, panel, "freeze"))
    yield lambda: panels.act(world, panel, "commit", {"commitment": "ab" * 32}), 1


@scenario(DONE, "POST /panels/{id}/actions/reveal")
def panel_reveal(world):
    panel = panel_of(world)
    for count, (who, value) in zip((1, 9), committed(world, panel).items()):
        yield lambda who=who, value=value: panels.act(world, panel, "reveal", {"value": value.hex()}, who), count
    other = panel_of(world)
    committed(world, other)
    yield lambda: panels.act(world, other, "reveal", {"value": "00" * 32}), 2


@scenario(DONE, "POST /panels/{id}/actions/fail")
def panel_fail(world):
    panel = panel_of(world)
    panels.ok(panels.act(world, panel, "freeze"))
    yield lambda: panels.act(world, panel, "fail", WHY), 2


@scenario(DONE, "POST /panels/{id}/actions/replace")
def panel_replace(world):
    panel = panel_of(world)
    panels.drawn(world, panel)
    _, member = panels.seated(world, panel)[0]
    yield lambda: world.sessions["province_officer"].ask("POST", f"/panels/{panel}/actions/replace", {"member": member, **WHY}), 4


@scenario(DONE, "POST /panels/{id}/actions/answer")
def panel_answer(world):
    panel = panel_of(world)
    panels.drawn(world, panel)
    (one, _), (two, _) = panels.seated(world, panel)[:2]
    path = f"/panels/{panel}/actions/answer"
    yield lambda: one.ask("POST", path, {"answer": "accept"}), 2
    yield lambda: two.ask("POST", path, {"answer": "refuse", **WHY}), 4


@scenario(DONE, "POST /panels/{id}/actions/declare")
def panel_declare(world):
    panel = panel_of(world)
    panels.drawn(world, panel)
    one, _ = panels.seated(world, panel)[0]
    panels.ok(one.ask("POST", f"/panels/{panel}/actions/answer", {"answer": "accept"}))
    for recusals in ([], [{"unit": world.units["centreB"], **WHY}]):
        yield lambda recusals=recusals: one.ask("POST", f"/panels/{panel}/actions/declare", {"recusals": recusals}), 1


def at_work(world, seats=1):
    """(panel, a member who sees its cases, those cases)."""
    panel = panel_of(world, seats)
    panels.drawn(world, panel)
    one, _ = panels.seated(world, panel)[0]
    panels.ok(one.ask("POST", f"/panels/{panel}/actions/answer", {"answer": "accept"}))
    panels.ok(one.ask("POST", f"/panels/{panel}/actions/declare", {"recusals": []}))
    return panel, one, [case["case"] for case in panels.ok(world["province_officer"].get(f"/panels/{panel}"))["cases"]]


def submit(panel, one, case):
    panels.ok(panels.save(one, panel, case, 0, ["1", "2", "3", "4"], result="pass"))
    return one.ask("POST", f"/panels/{panel}/scores/{case}/submit", {"version": 1})


@scenario(DONE, "PUT /panels/{id}/scores/{case_id}")
def panel_score_save(world):
    panel, one, cases = at_work(world)
    for version in (0, 1):
        yield lambda version=version: panels.save(one, panel, cases[0], version, ["1", "2", "3", "4"]), 1


@scenario(DONE, "POST /panels/{id}/scores/{case_id}/submit")
def panel_score_submit(world):
    panel, one, cases = at_work(world)
    panels.ok(panels.save(one, panel, cases[0], 0, ["1", "2", "3", "4"]))
    yield lambda: one.ask("POST", f"/panels/{panel}/scores/{cases[0]}/submit", {"version": 1}), 1


@scenario(DONE, "POST /panels/{id}/sheets/{sheet}/actions/reopen")
def panel_sheet_reopen(world):
    panel, one, cases = at_work(world)
    sheet = panels.ok(submit(panel, one, cases[0]))["sheet"]
    yield lambda: world.sessions["province_officer"].ask("POST", f"/panels/{panel}/sheets/{sheet}/actions/reopen", WHY), 1


@scenario(DONE, "POST /panels/{id}/actions/close")
def panel_close(world):
    panel, one, cases = at_work(world)
    for case in cases:
        panels.ok(submit(panel, one, case))
    results = [{"case": case, "result": "pass", "reason": "虚构"} for case in cases]
    yield lambda: panels.act(world, panel, "close", {"results": results}), 2


@scenario(DONE, "POST /packs/{id}/check")
def judge(world):
    yield lambda: world["centre_manager"].ask("POST", "/packs/sc-yunying-2025/check",
                                              {"party": bodies.credit_code(900000 + list(client.UNITS).index("centreA"))}), 1


@scenario(DONE, "POST /packs/{id}/simulate")
def simulate(world):
    yield lambda: world["province_officer"].ask("POST", "/packs/sc-yunying-2025/simulate", {"set": ["staff-count=8"]}), 1


def begin_case(world):
    """A matter of Shanxi's draft, which needs nobody to make it count: about centre D."""
    client.enter_register(world, world.units["centreD"], "sx-yunying-draft", "140100")
    return world["province_other"].ask("POST", "/cases", {
        "pack": "sx-yunying-draft", "process": "revocation", "unit": world.units["centreD"], "fields": {"ground": "other"}})


@scenario(DONE, "POST /cases")
def case_begin(world):
    yield lambda: begin_case(world), 3  # the finding, the case, and who holds it
    assert world["centre_manager"].ask("POST", "/cases", {
        "pack": "sx-yunying-draft", "process": "revocation", "fields": {"ground": "other"}}).status == 403


def recorded(world):
    """A case of a national recommendation, and its recognition proposed: a step of two persons."""
    officer = world["province_other"]
    client.run_sql(world, ["UPDATE flow_case SET state = 'over' WHERE process = 'national'"])
    client.enter_register(world, world.units["centreD"], "sx-yunying-draft", "140100")
    one = officer.ask("POST", "/cases", {"pack": "sx-yunying-draft", "process": "national", "unit": world.units["centreD"], "fields": {}}).json["id"]
    client.run_sql(world, [f"UPDATE flow_case SET stage = 'recommended' WHERE id = {one}"])
    file = {"digest": world.upload("province_other"), "name": "notice.pdf"}
    return f"/cases/{one}", lambda: officer.ask("POST", f"/cases/{one}/actions/record-recognised", {
        **WHY, "basis": "虚构依据", "records": {"recognition": {"document_no": f"国知办函运字〔2026〕{one}号", "document_file": file}}})


REFER = {**WHY, "records": {"finding": {"referred_to": "虚构机关", "referred_no": "虚构移〔2026〕1号"}}}


@scenario(DONE, "POST /cases/{id}/actions/{action}")
def case_step(world):
    one = begin_case(world).json["id"]
    case = f"/cases/{one}"
    client.run_sql(world, [f"UPDATE flow_case SET stage = 'confirmed' WHERE id = {one}"])  # as if its finding was confirmed
    tell = {"basis": "虚构依据", **WHY}
    # Told: the case, the end of its being held, the next holding, the notice that is to be issued, and the party's turn to reply.
    yield lambda: world["province_other"].ask("POST", f"{case}/actions/tell", tell), 5
    assert world["province_other"].ask("POST", f"{case}/actions/tell", tell).status == 400
    assert world["centre_other_province"].ask("POST", f"{case}/actions/revoke", WHY).status == 403
    yield lambda: world["province_other"].ask("POST", f"{case}/actions/urge", {}), 1
    yield lambda: world["province_other"].ask("POST", f"{case}/actions/refer", REFER), 2  # the finding, the case
    yield recorded(world)[1], 1  # proposed


@scenario(DONE, "POST /calls/{id}/actions/{action}")
def call_step(world):
    done = world["province_other"].create("call", {"title": "虚构批次", "programme": "sx-yunying-draft",
                                                   "opens_on": "2026-01-01", "closes_on": "2036-12-31"})
    assert done.status == 201, done
    cases = [begin_case(world).json["id"] for _ in range(2)]
    client.run_sql(world, ["UPDATE flow_case SET stage = 'confirmed'" f", call = {done.json['id']} WHERE id IN ({cases[0]}, {cases[1]})"])
    tell = {"basis": "虚构依据", "cases": cases, **WHY}
    path = f"/calls/{done.json['id']}/actions/tell"
    assert world["centre_other_province"].ask("POST", path, tell).status in (403, 404)
    yield lambda: world["province_other"].ask("POST", path, tell), 10  # of each what one writes alone
    assert world["province_other"].ask("POST", path, tell).status == 400


NOTICE = {"values": {"paper.date": "2026-01-05", "decision.facts": "虚构", "decision.basis": "虚构",
                     "decision.result": "虚构",
                     "reply.period": "五日"}}


@scenario(DONE, "POST /cases/{id}/papers/{paper}/draft")
def case_paper_draft(world):
    case = f"/cases/{begin_case(world).json['id']}"
    yield lambda: world["province_other"].ask("POST", case + "/papers/revocation-notice/draft", NOTICE), 0


def told_case(world):
    """Of which its party is to have a notice."""
    case = begin_case(world).json["id"]
    client.run_sql(world, [client.taken(case, "tell"), f"UPDATE flow_case SET secrecy = 1 WHERE id = {case}"])  # its party sees it
    return case


@scenario(DONE, "POST /cases/{id}/papers/{paper}")
def case_paper_issue(world):
    case = f"/cases/{told_case(world)}"
    yield lambda: world["province_other"].ask("POST", case + "/papers/revocation-notice", NOTICE), 4  # and owed: it is to be served


@scenario(DONE, "POST /calls/{id}/papers/{paper}")
def call_papers(world):
    done = world["province_other"].create("call", {"title": "虚构批次文书", "programme": "sx-yunying-draft",
                                                   "opens_on": "2026-01-01", "closes_on": "2036-12-31"})
    assert done.status == 201, done
    cases = [told_case(world) for _ in range(2)]
    client.run_sql(world, [f"UPDATE flow_case SET call = {done.json['id']} WHERE id IN ({cases[0]}, {cases[1]})"])
    path = f"/calls/{done.json['id']}/papers/revocation-notice"
    refused = world["centre_other_province"].ask("POST", path, {"cases": cases, **NOTICE})
    assert refused.json["taken"] == 0 and {item["status"] for item in refused.json["items"]} <= {403, 404}, refused

    def issue():
        issued = world["province_other"].ask("POST", path, {"cases": cases, **NOTICE})
        assert not client.ask_sql(world, "SELECT id FROM case_paper WHERE render_ms > issued_ms"), "the job is to make them now"
        papers_rendered(world)
        return issued
    yield issue, 8  # of each what one writes


@scenario(DONE, "POST /document-numbers")
def document_number_draw(world):
    done = world["city_leader"].create("document_mark", {"mark": "虚构函", "numbered": "here", "used_for": "documents"})
    assert done.status == 201, done
    yield lambda: world["city_officer"].ask("POST", "/document-numbers", {"mark": "虚构函", "purpose": "虚构"}), 1
    for wrong, status in (({"mark": "虚构函", "purpose": " "}, 400), ({"mark": "别的函", "purpose": "虚构"}, 400)):
        assert world["city_officer"].ask("POST", "/document-numbers", wrong).status == status, wrong


def made_public(world, case):
    """A list of this case alone, at one official place; its party has an industry, of which the name on the list is made."""
    party = "centre_other_province"
    done = world[party].create("industry", {**world.maker(party).body(world.types["industry"], False), "name": "特钢"})
    assert done.status in (201, 409), done
    page = {"digest": world.upload("province_other"), "name": "fictional.pdf"}
    done = world["province_other"].ask("POST", f"/cases/{case}/actions/publish", {"papers": {"publicity-notice": {"values": {
        "publicity.contact": "虚构处"}}}, "records": {"publicity": {"sites": [
        {"kind": "website", "title": "虚构公示", "url": "https://example.invalid/notice", "capture": page,
         "published_at": time.strftime("%Y-%m-%dT%H:%M:00Z", time.gmtime())}]}}})
    assert done.status == 200, done
    papers_rendered(world)


def papers_rendered(world):
    """A job renders them: its entries are no other call's."""
    end = time.monotonic() + 60
    while left := client.ask_sql(world, "SELECT id, paper FROM case_paper WHERE render_ms IS NOT NULL"):
        assert time.monotonic() < end, left
        time.sleep(0.05)


def today():
    """In China."""
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))


def issued_notice(world):
    case = f"/cases/{told_case(world)}"
    done = world["province_other"].ask("POST", case + "/papers/revocation-notice", NOTICE)
    assert done.status == 201, done
    return f"{case}/papers/{done.json['id']}"


@scenario(DONE, "POST /cases/{id}/papers/{paper}/seals")
def case_paper_seal(world):
    paper, office = issued_notice(world), world["province_other"]
    came_back = office.ask("POST", "/files?name=sealed.pdf", raw=office.get(paper + "/pdf").content + b"\n% sealed\n%%EOF\n")
    assert came_back.status == 201, came_back
    file = {"digest": came_back.json["digest"], "name": "sealed.pdf"}
    sealed = {"file": file, "sealed_by": "虚构机关", "sealed_on": today()}
    yield lambda: office.ask("POST", paper + "/seals", sealed), 1
    assert world["centre_other_province"].ask("POST", paper + "/seals", sealed).status in (403, 404)  # nothing was sent to it yet


def proof_of_service(office):
    done = office.ask("POST", "/files?name=receipt.pdf", raw=fictional_pdf(next(NUMBERS)))
    return {"digest": done.json["digest"], "name": "receipt.pdf"}


@scenario(DONE, "POST /cases/{id}/papers/{paper}/services")
def case_paper_service(world):
    paper, office = issued_notice(world), world["province_other"]
    proof = proof_of_service(office)
    post = {"channel": "post", "tracking": "EMS-0001"}
    yield lambda: office.ask("POST", paper + "/services", post), 1  # it waits with the office
    yield lambda: office.ask("POST", paper + "/services", {**post, "served_on": today(), "proof": proof}), 1
    assert world["centre_other_province"].ask("POST", paper + "/services", post).status == 403


@scenario(DONE, "POST /cases/{id}/papers/{paper}/services/{service}/period")
def case_paper_period(world):
    office = world["province_other"]
    case = world["centre_other_province"].ask("POST", "/cases", {
        "pack": "sx-yunying-draft", "process": "application", "fields": {"to": "province"}}).json["id"]
    values = {"paper.date": "2026-01-05", "decision.reason": "虚构", "decision.result": "虚构"}
    client.run_sql(world, [client.taken(case, "expert-review")])
    paper = office.ask("POST", f"/cases/{case}/papers/review-report", {"values": values})
    assert paper.status == 201, paper
    path = f"/cases/{case}/papers/{paper.json['id']}/services"
    served = office.ask("POST", path, {"channel": "post", "tracking": "EMS-0002", "served_on": today(), "proof": proof_of_service(office)})
    assert served.status == 201, served
    body = {"step": "withdraw", "basis": "虚构依据", "due": "2099-12-31"}
    yield lambda: office.ask("POST", f"{path}/{served.json['id']}/period", body), 2
    assert office.ask("POST", f"{path}/{served.json['id']}/period", {**body, "step": "accept"}).status == 400


@scenario(DONE, "POST /cases/{id}/archive")
def case_archived(world):
    case, office = begin_case(world).json["id"], world["province_other"]
    kept = {"retention": "10年", "retention_source": "虚构的规定"}
    assert office.ask("POST", f"/cases/{case}/archive", kept).status == 400  # it is not closed
    client.run_sql(world, [f"UPDATE flow_case SET state = 'over', closed_on = '2026-01-05', secrecy = 1 WHERE id = {case}"])
    yield lambda: office.ask("POST", f"/cases/{case}/archive", kept), 2  # its catalogue, its package
    yield lambda: office.ask("POST", f"/cases/{case}/archive", kept), 0  # the same stands already
    assert world["centre_other_province"].ask("POST", f"/cases/{case}/archive", kept).status == 403


@scenario(DONE, "POST /public/publicity/{id}/objections")
def objection(world):
    case = world["centre_other_province"].ask("POST", "/cases", {
        "pack": "sx-yunying-draft", "process": "application", "fields": {"to": "province"}}).json["id"]
    client.run_sql(world, [f"UPDATE flow_case SET stage = 'reviewed' WHERE id = {case}"])
    made_public(world, case)
    path, said = f"/public/publicity/{case}/objections", {"named": False, "ground": "虚构", "content": "虚构"}
    # The case and the objection; the office that holds the case has something else to do now: one ends, one is made, with its day;
    # and the objection is an item of its own.
    yield lambda: world["public"].ask("POST", path, said), 6
    assert world["public"].ask("POST", path, {**said, "named": True}).status == 400
    assert world["public"].ask("POST", "/public/publicity/999999/objections", said).status == 404


@scenario(DONE, "POST /public/objections/{number}/files")
def objection_file(world):
    case = world["centre_other_province"].ask("POST", "/cases", {
        "pack": "sx-yunying-draft", "process": "application", "fields": {"to": "province"}}).json["id"]
    client.run_sql(world, [f"UPDATE flow_case SET stage = 'reviewed' WHERE id = {case}"])
    made_public(world, case)
    made = world["public"].ask("POST", f"/public/publicity/{case}/objections", {"named": False, "ground": "虚构", "content": "虚构"}).json

    def attach(code, name="proof.pdf"):
        return world["public"].ask("POST", f"/public/objections/{made['number']}/files?code={code}&name={name}",
                                   raw=b"%PDF-1.4\n% an objector's\n%%EOF\n", headers={"Content-Type": "application/pdf"})
    yield lambda: attach(made["code"]), 2  # the file, the objection
    yield lambda: attach(made["code"]), 0  # it has it
    assert attach("wrong").status == 404
    assert attach(made["code"], "proof.zip").status == 400


@scenario(DONE, "DELETE /cases/{id}/proposals/{action}")
def case_unpropose(world):
    case, propose = recorded(world)
    assert propose().status == 202
    yield lambda: world["province_other"].ask("DELETE", f"{case}/proposals/record-recognised?reason=x"), 1


def looked_at(world, name):
    """A policy as somebody looks at it before he makes it count."""
    [pack] = [one for one in world["province_officer"].ask("GET", "/packs").json["packs"] if one["id"] == name]
    return f"/packs/{name}/actions", {"digest": pack["digest"]}


@scenario(DONE, "POST /packs/{id}/actions/activate")
def activate(world):
    path, seen = looked_at(world, "sc-yunying-2025")
    officer, leader = world["province_officer"], browser(world, "province_leader", password=False)
    yield lambda: officer.ask("POST", path + "/activate", {**seen, **WHY}), 1
    for wrong, status in ((world["province_other"], 403), (officer, 409)):
        assert wrong.ask("POST", path + "/activate", {**seen, **WHY}).status == status, wrong.name
    assert leader.ask("POST", path + "/activate", {"digest": "00"}).status == 409
    yield lambda: leader.ask("POST", path + "/activate", seen), 1
    [row] = world["auditor"].ask("GET", "/packs/sc-yunying-2025/activations").json["items"]
    assert (row["digest"], row["to_ms"], row["signer"]) == (seen["digest"], None, None), row
    assert row["proposed_by"] != row["confirmed_by"], row
    path, seen = looked_at(world, "sx-yunying-draft")
    assert world["province_other"].ask("POST", path + "/activate", {**seen, **WHY}).status == 400  # a draft


@scenario(DONE, "POST /packs/{id}/actions/read")
def read_otherwise(world):
    path, _ = looked_at(world, "sc-yunying-2025")
    body = {"ambiguity": "A-40", "reading": "next_day", **WHY}
    assert world["province_officer"].ask("POST", path + "/read", body).status == 403
    client.run_sql(world, [
        "INSERT INTO authority (version, state, owner_unit, owner_province, secrecy, published, created_ms, created_by,"
        " changed_ms, changed_by, programme, function, region, from_date) VALUES (1, 'active',"
        f" {world.units['office51']}, '51', 1, 0, 1, 0, 1, 0, 'sc-yunying-2025', 'recognise', '510000', '2020-01-01')"])
    leader = browser(world, "province_leader", password=False)
    for reading in ("next_day", "stays"):
        asked = {**body, "reading": reading}
        yield lambda: world["province_officer"].ask("POST", path + "/read", asked), 1
        yield lambda: leader.ask("POST", path + "/read", asked), 1


@scenario(DONE, "POST /packs")
def load_pack(world):
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "packs", "sc-shifan-draft")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        for at, _, names in os.walk(folder):
            for name in names:
                with open(os.path.join(at, name), encoding="utf-8") as file:
                    text = file.read()
                inner = os.path.relpath(os.path.join(at, name), folder)
                book.writestr(inner, text.replace('version: "1"', 'version: "zip-1"') if inner == "pack.yaml" else text)
    try:
        yield lambda: world["province_officer"].ask("POST", "/packs", raw=made.getvalue(), headers={"Content-Type": "application/zip"}), 1
    finally:
        shutil.rmtree(os.path.join(world.data, "packs", "sc-shifan-draft"), ignore_errors=True)


@scenario(DONE, "POST /packs/{id}/actions/forms")
def put_forms(world):
    name = "sc-shifan-draft"
    path, seen = looked_at(world, name)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "packs", name, "forms.yaml"), encoding="utf-8") as file:
        text = "forms:" + file.read().split("\nmaterials:")[0].split("forms:", 1)[1]
    said = {**seen, "version": "own-1", "text": text, **WHY}
    try:
        assert world["ip_centre_officer"].ask("POST", path + "/forms", said).status == 403
        yield lambda: world["province_officer"].ask("POST", path + "/forms", said), 1
    finally:
        shutil.rmtree(os.path.join(world.data, "packs", name), ignore_errors=True)


@scenario(DONE, "POST /packs/{id}/actions/withdraw")
def withdraw_version(world):
    name = "sc-shifan-draft"
    path, officer, folder = f"/packs/{name}/actions", world["province_officer"], os.path.join(world.data, "packs", name)
    shutil.copytree(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "packs", name), folder)
    with open(os.path.join(folder, "pack.yaml"), "r+", encoding="utf-8") as file:
        text = file.read().replace('version: "1"', 'version: "hand-1"')
        file.seek(0)
        file.write(text)
    world.server.run("pack", "sign", name)
    [seen] = [one["digest"] for one in officer.get("/packs").json["waiting"] if one["pack"] == name]
    body = {"digest": seen, **WHY}
    assert officer.ask("POST", path + "/activate", body).status == 202
    assert world["ip_centre_officer"].ask("POST", path + "/withdraw", body).status == 403
    yield lambda: officer.ask("POST", path + "/withdraw", body), 2


@scenario(DONE, "POST /packs/{id}/actions/amend")
def amend(world):
    path, seen = looked_at(world, "sc-yunying-2025")
    officer, leader = world["province_officer"], browser(world, "province_leader", password=False)
    if not officer.ask("GET", "/packs/sc-yunying-2025/activations").json["items"]:
        for one in (officer, leader):
            assert one.ask("POST", path + "/activate", {**seen, **WHY}).status < 300
    client.run_sql(world, [
        "INSERT INTO pack_files VALUES ('00', 'sc-yunying-2025', '0', 'x', 0)",
        "INSERT INTO decision (version, state, party, question, pack, pack_version, pack_digest, as_of, facts,"
        " facts_digest, verdict, answer, calendar_year, decided_ms) VALUES (1, 'stands', 'P', 'apply',"
        " 'sc-yunying-2025', '0', '00', '2026-03-01', '{\"as_of\":\"2026-03-01\"}', '00', 'pass', '{\"criteria\":[]}', 2026, 0)"])
    [moves] = officer.ask("GET", "/packs/sc-yunying-2025/amendments").json["items"]
    assert (moves["party"], moves["before"], moves["after"]) == ("P", "pass", "unknown"), moves
    assert world["province_other"].ask("GET", "/packs/sc-yunying-2025/amendments").status == 403
    body = {**seen, "decisions": [moves["id"]]}
    assert officer.ask("POST", path + "/amend", {**seen, "decisions": [999], **WHY}).status == 400
    yield lambda: officer.ask("POST", path + "/amend", {**body, **WHY}), 1
    yield lambda: leader.ask("POST", path + "/amend", body), 2
    assert officer.ask("GET", "/packs/sc-yunying-2025/amendments").json["items"] == []


@scenario(DONE, "POST /match")
def match(world):
    yield lambda: world["centre_manager"].ask("POST", "/match", {"text": "虚构的电池隔膜"}), 1


@scenario(DONE, "POST /match/records")
def match_records(world):
    yield lambda: world["centre_manager"].ask("POST", "/match/records", {"text": "虚构的电池隔膜", "type": "supply"}), 0


@scenario(DONE, "POST /match/export.xlsx")
def match_export(world):
    yield lambda: world["centre_manager"].ask("POST", "/match/export.xlsx", {"text": "虚构的电池隔膜"}), 1


# --- records ------------------------------------------------------------------------------------------

class Kind:
    """A type, a record of it, and who may do what with it by its file."""

    def __init__(self, world, name):
        self.world, self.name, self.kind = world, name, world.types[name]
        self.by_people = self.kind.get("written_by", "people") == "people"
        self.first, self.secrecy = matrix.states_of(self.kind)[0], matrix.secrecy_of(self.kind)

    def label(self, person, state=None, made=None):
        """What a record of this person's would be, or is (`made`: its owner is theirs)."""
        subject = self.world.subjects[person]
        return policy.Labels(subject.unit, subject.region or "000000", subject.account, state or self.first[0],
                             self.secrecy, self.first[1])

    def may(self, person, maker, verb, action=None, state=None):
        subject = self.world.subjects[person]
        return (person != "public" and subject.scopes is None and (self.by_people or verb == "act")
                and policy.allowed(self.kind, subject, verb, self.label(maker, state), action))

    def makers(self):
        """Who may make a record of their own, those first who may write most of it; and who may not."""
        able = [p for p in self.world.subjects if self.may(p, p, "create")]
        able.sort(key=lambda p: -len(policy.fields(self.kind, self.world.subjects[p], "create", self.label(p))))
        return able, [p for p in self.world.people if p not in able and p != "public" and self.world.subjects[p].scopes is None]

    def pairs(self, verb, action=None, state=None):
        """(whose record, who may do it with that)."""
        makers = self.makers()[0] or ([] if self.name in matrix.CORE else ["centre_manager", "province_officer"])
        return [(m, p) for m in makers for p in self.world.people if self.may(p, m, verb, action, state)]

    def body(self, person, whole=True):
        number, subject = next(NUMBERS), self.world.subjects[person]
        maker = self.world.maker(person, seed=number)
        maker.count = number * 97  # numbers of persons differ in few digits
        theirs = policy.fields(self.kind, subject, "create", self.label(person))
        made = maker.body(self.kind, all_fields=whole)
        if self.name == "call":  # only an authority of a policy opens one of it
            made["programme"] = ("sc-shifan-draft" if person == "ip_centre_officer" else
                                 "sx-yunying-draft" if self.label(person).region.startswith("14") else "sc-yunying-2025")
            made.pop("materials", None)  # of which it lists those of its policy alone
            made.pop("extensions", None)  # by two, while it is open
            made["closes_on"] = "2027-09-30"  # within the days of its policy; and a call that is over is not extended
        if self.name == "spending_line":  # who has a project says of which it is, and what that is held to: here nobody has
            client.run_sql(self.world, ["UPDATE record_cultivation_project SET ended_ms = 1 WHERE ended_ms IS NULL"])
        return {k: v for k, v in made.items() if k in theirs or not theirs}

    def create(self, person, given=None):
        """The answer to the first body that no record stands against: years, say, are few."""
        for body in given or (self.body(person) for _ in range(40)):
            done = self.world[person].create(self.name, body)
            if done.status != 409:
                break
        return done

    def record(self, person):
        """(id, version) of a new record of this person's; where people make none, as the program would."""
        if person in self.makers()[0]:
            done = self.create(person)
            assert done.status == 201, (self.name, person, done)
            return done.json["id"], 1
        number, labels = 900000 + next(NUMBERS), self.label(person)
        city = f"'{labels.region[:4]}'" if labels.region[2:4] != "00" else "NULL"
        # Required texts, without which an action would not write it.
        maker, needed = self.world.maker(person, seed=number), [f for f in self.kind["fields"] if f.get("required") == "true" and f["type"] in ("text", "party")]
        names, values = "".join(f", {f['name']}" for f in needed), "".join(f", '{maker.value(f)}'" for f in needed)
        client.run_sql(self.world, [
            f"INSERT INTO record_{self.name} (id, version, state, owner_unit, owner_city, owner_province, secrecy, published, "
            f"created_ms, created_by, changed_ms, changed_by{names}) VALUES ({number}, 1, "
            f"'{labels.state}', {labels.owner_unit}, {city}, '{labels.region[:2]}', {labels.secrecy}, {int(labels.published)}, 1, "
            f"{labels.created_by}, 1, 0{values})"])
        return number, 1

    def transitions(self, two_persons=None):
        """(transition, a state from which it goes, whose record, who may do it with that)."""
        for t in self.kind.get("states", {}).get("transitions", []):
            state = (t.get("from") or [matrix.states_of(self.kind)[0][0]])[0]
            if two_persons in (None, t.get("two_persons") == "true"):
                yield from ((t, state, *pair) for pair in list(self.pairs("act", t["name"], state))[:1])

    def gated(self, transition):
        """Whether a rule looks at other records once it is done: tests/programmes live through these."""
        rules = [rule["never"] for rule in self.kind.get("constraints", []) if "never" in rule]
        return any(f"'{transition.get('to')}'" in rule or ".state <>" in rule for rule in rules)

    def arguments(self, transition, person, one):
        """What it needs and the record lacks."""
        held = self.world[person].get(f"/records/{self.name}/{one}").json
        maker = self.world.maker(person, seed=next(NUMBERS))
        made = {f["name"]: maker.value(f) for f in self.kind["fields"]
                if f["name"] in transition.get("need", []) and not held.get(f["name"])}
        for rule in self.kind.get("constraints", []):
            if "order" in rule:
                maker.mend(made, self.kind, rule)
        if transition["name"] == "extend":
            made["extensions"] = [{"closes_on": "2027-10-01", "reason": "虚构"}]
        if transition.get("function") == "scan_sensitive":  # fictional files have no text: each is answered for as a whole
            made["clears"] = [{"field": place, "reason": "虚构"} for field in self.kind["fields"]
                              for place in self.files_of(field, field["name"], {**held, **made}.get(field["name"]))]
        return made

    def files_of(self, field, place, value):
        if field["type"] == "file":
            return [place] if value else []
        if field["type"] == "files":
            return [f"{place}[{n}]" for n in range(len(value or []))]
        return [one for n, row in enumerate(value or []) for f in field["fields"]
                for one in self.files_of(f, f"{place}[{n}].{f['name']}", row.get(f["name"]))] if field["type"] == "table" else []

    def in_state(self, person, state):
        one, _ = self.record(person)
        client.run_sql(self.world, [f"UPDATE {matrix.CORE.get(self.name, 'record_' + self.name)} SET state = '{state}' WHERE id = {one}"])
        return one

    def single(self):
        """Has a unit only one record of it?"""
        return self.kind.get("facts_shape") == "object"

    def anybodys(self, verb):
        """(a record that is there, who may not do this with it)."""
        makers = self.makers()[0]
        if makers:
            one, owner = self.record(makers[0])[0], makers[0]
        elif self.name in matrix.CORE:
            where = self.kind["core"].get("where", {})
            rows = client.ask_sql(self.world, f"SELECT id FROM {matrix.CORE[self.name]} WHERE " + (" AND ".join(
                f"{k} IN ({', '.join(repr(v) for v in vs)})" for k, vs in where.items()) or "1 = 1") + " ORDER BY id")
            one, owner = int(rows[0][0]), client.FIRST
        else:
            owner = "centre_manager"
            one = self.record(owner)[0]
        subjects = self.world.subjects
        others = [p for p in ("bank_officer", "auditadmin", "expert") if not any(
            subjects[p].roles & set(rule["roles"]) and verb in rule.get("verbs", []) for rule in self.kind["access"])]
        yield one, others

    def refused_items(self, reply):
        """As the answer to one of them."""
        assert reply.status == 200 and {i["status"] for i in reply.json["items"]} <= {403, 404}, reply
        reply.status = 403
        return reply

    def workbooks(self):
        """(who, a workbook, rows that it makes) where a record needs no more than a cell can hold."""
        able = [p for p in self.makers()[0] if self.may(p, p, "import")]
        cells = [f for f in self.kind["fields"] if f.get("required") == "true"]
        rows = 1 if self.single() else 2
        if able and self.name not in matrix.CORE:  # a year, say, that a record has already would be no new one
            client.run_sql(self.world, [f"UPDATE record_{self.name} SET ended_ms = 1 WHERE ended_ms IS NULL"])
        made = [self.body(able[0], False) for _ in range(rows)] if able else []
        made = made[:1] if len({tuple(m.get(f) for f in self.kind.get("key", [])) for m in made}) < rows else made
        if not made or not cells or any(set(m) != {f["name"] for f in cells if f in self.plain()} for m in made):
            return
        yield able[0], bodies.workbook([[f["label"]["en"] for f in cells]] + [
            [str(m[f["name"]]) for f in cells] for m in made]), len(made)

    def imported(self, person, book, count):
        done = self.world[person].ask("POST", f"/records/{self.name}/import?name=fictional.xlsx", raw=book)
        assert done.status != 200 or done.json["created"] == count, done
        return done

    def plain(self):
        """Fields that a cell of a workbook and a small change can hold."""
        kinds = ["text", "long_text", "int", "money", "date"]
        return sorted((f for f in self.kind["fields"] if f["type"] in kinds and not f.get("pattern") and not f.get("choices") and "true" not in (f.get("retired"), f.get("by_cases"))),
                      key=lambda f: kinds.index(f["type"]))


@scenario(DONE, "POST /records/{type}")
def record_create(world, kind):
    for person in kind.makers()[0][:1]:
        given = [kind.body(person) for _ in range(12)]  # and what they refer to
        yield lambda: kind.create(person, given), 1


@scenario(REFUSED, "POST /records/{type}")
def record_create_refused(world, kind):
    for person in kind.makers()[1][:2]:
        body = kind.body(person, False)
        yield lambda: world[person].create(kind.name, body), 1


@scenario(DONE, "PATCH /records/{type}/{id}")
def record_change(world, kind):
    whole = {state["name"] for state in kind.kind.get("states", {}).get("list", []) if state.get("locked") == "all"}
    for maker, person in kind.pairs("change") if kind.kind.get("states", {}).get("initial") not in whole else ():
        seen = policy.fields(kind.kind, world.subjects[person], "change", kind.label(maker))
        # Of what is in the ledger: one made by chance is not.
        theirs = {"joint_claim": {"number"}, "fund_performance": {"project_no"}}.get(kind.name, set())
        for field in [f for f in kind.plain() if f["name"] in seen - theirs and f.get("stays") != "true"][:1]:
            one, version = kind.record(maker)
            taken = [row.get(field["name"]) for row in world[person].get(f"/records/{kind.name}?limit=200").json["items"]]
            values = (bodies.Maker(next(NUMBERS)).value(field) for _ in range(1000))
            patch = {field["name"]: next(v for v in values if v not in taken or field["type"] in ("bool", "enum"))}
            yield lambda: world[person].change(kind.name, one, version, patch), 1
            return


@scenario(REFUSED, "PATCH /records/{type}/{id}")
def record_change_refused(world, kind):
    for one, others in kind.anybodys("change"):
        yield lambda: world[others[0]].change(kind.name, one, 1, {}), 1


@scenario(DONE, "POST /records/{type}/{id}/actions/{action}")
def record_act(world, kind):
    for maker, person in kind.pairs("end")[:1]:
        one, _ = kind.record(maker)
        yield lambda: world[person].act(kind.name, one, "end", query="?reason=x"), 1
    for t, state, maker, person in kind.transitions():
        if kind.gated(t):
            continue
        one = kind.in_state(maker, state)
        with_what = kind.arguments(t, person, one)
        yield lambda: world[person].act(kind.name, one, t["name"], with_what, reason(t)), 1


def reason(transition):
    return "?reason=x" if transition.get("reason", "none") != "none" else ""


@scenario(REFUSED, "POST /records/{type}/{id}/actions/{action}")
def record_act_refused(world, kind):
    for one, others in kind.anybodys("end"):
        yield lambda: world[others[0]].act(kind.name, one, "end", query="?reason=x"), 1


@scenario(DONE, "DELETE /records/{type}/{id}/actions/{action}")
def record_unpropose(world, kind):
    for t, state, maker, person in kind.transitions(two_persons=True):
        one = kind.in_state(maker, state)
        with_what = kind.arguments(t, person, one)
        if kind.gated(t):
            continue
        done = world[person].act(kind.name, one, t["name"], with_what, reason(t))
        assert done.status in (200, 202), done
        path = f"/records/{kind.name}/{one}/actions/{t['name']}?reason=x"
        yield lambda: world[person].ask("DELETE", path), 1


@scenario(REFUSED, "DELETE /records/{type}/{id}/actions/{action}")
def record_unpropose_refused(world, kind):
    for t, state, maker, person in kind.transitions(two_persons=True):
        one = kind.in_state(maker, state)
        with_what = kind.arguments(t, person, one)
        if kind.gated(t):
            continue
        done = world[person].act(kind.name, one, t["name"], with_what, reason(t))
        assert done.status in (200, 202), done
        other = next(p for p in ("bank_officer", "expert", "centre_manager") if not kind.may(p, maker, "act", t["name"], state))
        yield lambda: world[other].ask("DELETE", f"/records/{kind.name}/{one}/actions/{t['name']}?reason=x"), 1


@scenario(DONE, "POST /records/{type}/{id}/assignments")
def record_give(world, kind):
    for maker, person in kind.pairs("change")[:1]:
        one, _ = kind.record(maker)
        yield lambda: given(world, kind, person, one), 1


def given(world, kind, person, one):
    return world[person].ask("POST", f"/records/{kind.name}/{one}/assignments", {
        "account": getattr(world[person], "account", 1)})  # who was there first


@scenario(REFUSED, "POST /records/{type}/{id}/assignments")
def record_give_refused(world, kind):
    for one, others in kind.anybodys("change"):
        yield lambda: given(world, kind, others[0], one), 1


@scenario(DONE, "DELETE /records/{type}/{id}/assignments/{assignment}")
def record_take_back(world, kind):
    for maker, person in kind.pairs("change")[:1]:
        one, _ = kind.record(maker)
        done = given(world, kind, person, one)
        yield lambda: world[person].ask("DELETE", f"/records/{kind.name}/{one}/assignments/{done.json['id']}"), 1


@scenario(REFUSED, "DELETE /records/{type}/{id}/assignments/{assignment}")
def record_take_back_refused(world, kind):
    for one, others in kind.anybodys("change"):
        yield lambda: world[others[0]].ask("DELETE", f"/records/{kind.name}/{one}/assignments/1"), 1


def asked(world, kind, maker, person):
    """A record, and what asks of a unit by its first question."""
    question, = kind.kind["asks"][:1]
    one, version = kind.record(maker)
    codes = {"party_code_asked": world["province_officer"].get(f"/records/party/{world['bank_officer'].unit}").json["credit_code"]}
    done = world[person].change(kind.name, one, version, {question["who"]: codes[question["who"]]})
    assert done.status == 200, done
    return one, {"ask": question["name"]}


@scenario(DONE, "POST /records/{type}/{id}/asks")
def record_ask(world, kind):
    asks = any("when" not in ask for ask in kind.kind.get("asks", []))  # others open by themselves
    for maker, person in kind.pairs("change")[:1] if asks else ():
        one, ask = asked(world, kind, maker, person)
        yield lambda: world[person].ask("POST", f"/records/{kind.name}/{one}/asks", ask), 1
        yield lambda: world[person].ask("POST", f"/records/{kind.name}/{one}/asks", {**ask, "link": True}), 1
        yield lambda: world[person].ask("POST", f"/records/{kind.name}/{one}/asks", ask), 1


@scenario(REFUSED, "POST /records/{type}/{id}/asks")
def record_ask_refused(world, kind):
    for one, others in kind.anybodys("change"):
        yield lambda: world[others[0]].ask("POST", f"/records/{kind.name}/{one}/asks", {"ask": "rate"}), 1


@scenario(DONE, "POST /asks/{id}")
def ask_answer(world):
    kind = Kind(world, "service_record")
    one, ask = asked(world, kind, "centre_manager", "centre_manager")
    made = world["centre_manager"].ask("POST", f"/records/service_record/{one}/asks", ask)
    yield lambda: world["bank_officer"].ask("POST", f"/asks/{made.json['id']}", {"fields": {"satisfaction": 5}}), 2


@scenario(DONE, "POST /todo/{assignment}/done")
def todo_done(world):
    maker = world["province_officer"]
    one = maker.create("task", {"title": "虚构交办", "due": "2099-12-31"}).json["id"]
    done = maker.ask("POST", f"/records/task/{one}/assignments", {"account": world["centre_staff"].account})
    yield lambda: world["centre_staff"].ask("POST", f"/todo/{done.json['id']}/done"), 1


def personal(kind):
    """Names of what is erased by law."""
    own = [f["name"] for f in kind.kind["fields"] if f.get("personal") == "true" or f["type"] in ("person", "phone", "email")]
    return own if kind.name != "account" else []


def rests(world, kind, person):
    """A running case of the unit takes its facts from it."""
    return "facts" in kind.kind and client.ask_sql(
        world, f"SELECT 1 FROM flow_case WHERE state = 'running' AND owner_unit = {world[person].unit}")


@scenario(DONE, "POST /records/{type}/{id}/erase")
def record_erase(world, kind):
    for person in kind.makers()[0][:1]:
        one, _ = kind.record(person)
        there = world[person].get(f"/records/{kind.name}/{one}").json
        free = [name for name in personal(kind) if there.get(name)]
        if free and not rests(world, kind, person):
            for page in [world.signed_in(name) for name in (client.FIRST, "province_leader")]:
                yield lambda page=page: page.ask("POST", f"/records/{kind.name}/{one}/erase", {"fields": free[:1], **WHY, **GROUND}), 1


@scenario(REFUSED, "POST /records/{type}/{id}/erase")
def record_erase_refused(world, kind):
    for person in kind.makers()[0][:1]:
        one, _ = kind.record(person)
        if personal(kind) and not rests(world, kind, person):  # a token
            yield lambda: boss(world).ask("POST", f"/records/{kind.name}/{one}/erase", {"fields": personal(kind)[:1], **WHY, **GROUND}), 1


@scenario(DONE, "POST /records/{type}/bulk")
def records_bulk(world, kind):
    for person in kind.makers()[0][:1]:
        items = [{"create": kind.body(person)}] if kind.single() else [{"create": kind.body(person)} for _ in range(3)]
        yield lambda: world[person].ask("POST", f"/records/{kind.name}/bulk", {"items": items}), len(items)
    for maker, person in kind.pairs("end")[:1]:
        items = [{"act": "end", "id": kind.record(maker)[0]} for _ in range(1 if kind.single() else 2)]
        yield lambda: world[person].ask("POST", f"/records/{kind.name}/bulk?reason=x", {"items": items}), len(items)


@scenario(REFUSED, "POST /records/{type}/bulk")
def records_bulk_refused(world, kind):
    for one, others in kind.anybodys("end"):
        items = [{"act": "end", "id": one}, {"change": {}, "id": one, "version": 1}]
        yield lambda: kind.refused_items(world[others[0]].ask("POST", f"/records/{kind.name}/bulk?reason=x", {"items": items})), 2


@scenario(DONE, "POST /records/{type}/import")
def record_import(world, kind):
    for person, book, count in kind.workbooks():
        yield lambda: kind.imported(person, book, count), count + 1


@scenario(DONE, "POST /records/{type}/imports/{id}/undo")
def record_import_undo(world, kind):
    for person, book, count in kind.workbooks():
        done = kind.imported(person, book, count)
        yield lambda: world[person].ask("POST", f"/records/{kind.name}/imports/{done.json['id']}/undo"), count


# --- the tests -------------------------------------------------------------------------------------------

def run(world, table, wanted):
    """Every scenario of a table: (faults, calls, operations that nobody may do, by type)."""
    faults, calls, closed, kinds = [], 0, [], {}
    for method, path, name, says in operations(world):
        operation = f"{method} {path}"
        if operation not in table:
            faults += wanted(operation, says)
            continue
        if name:
            kinds[name] = kinds.get(name) or Kind(world, name)
        told = 0
        try:
            for call, count, *where in table[operation](world, *([kinds[name]] if name else [])):
                there = where[0] if where else world
                before = entries(there)
                reply = call()
                got = entries(there) - before
                told += 1
                fault = judge(table, says, reply, count, got)
                if fault:
                    faults.append(f"{operation} {name or ''}: {fault}: {reply}, {newest(there, min(got, 8))}")
        except (AssertionError, LookupError, TypeError, ValueError, StopIteration) as fault:
            faults.append(f"{operation} {name or ''}: {fault!r}")
        calls += told
        if not told:
            closed.append(f"{operation} {name}")
    return faults, calls, closed


def judge(table, says, reply, count, got):
    """What is wrong with an answer and the entries that it left, or None."""
    if table is DONE:
        wanted = {"one": 1, "each": count, "none": 0}[says["done"]]
        if not 200 <= reply.status < 300:
            return "it does not succeed"
        if says["done"] == "one" and count != 1:
            return "more than one row changes"
    else:
        wanted = count if says["refused"] else 0
        if reply.status not in (400, 401, 403, 404, 409):
            return "it is not refused"
    return None if got == wanted else f"{got} entries, not {wanted}"


def test_every_call_that_succeeds_leaves_what_its_resource_says(world):
    faults, calls, closed = run(world, DONE, lambda operation, says: [f"{operation}: there is no scenario for it"])
    print(f"# {calls} calls, {len(faults)} faults; nobody may by the type's file: {len(closed)}")
    for line in faults:
        print(f"# {line}")
    assert not faults, f"{len(faults)}: {faults[0]}"
    for line in closed:
        assert "{type}" in line, line


def test_who_takes_records_out_as_a_workbook_is_written_down(world):
    who = world["centre_manager"]
    for path, kind in (("/records/deal/export.xlsx", "deal"), ("/cases?format=xlsx", "cases"),
                       ("/search/export.xlsx?query=", "patents"), ("/search/export.csv?query=", "patents")):
        before = entries(world)
        got = who.get(path)
        assert got.status == 200 and got.content.startswith(b"\xef\xbb\xbf\"" if ".csv" in path else b"PK"), (path, got)
        assert entries(world) == before + 1, path
        done, of, _ = newest(world, 1)[0]
        assert done.startswith("export ") and of == kind, (path, done, of)
    before = entries(world)
    assert who.get("/records/deal").status == 200  # read, not taken out
    assert who.get("/records/deal/template.xlsx").status == 200
    assert entries(world) == before


def test_who_fetches_a_file_or_a_paper_is_written_down(world):
    paper, office = issued_notice(world), world["province_other"]
    papers_rendered(world)
    made = office.ask("POST", "/files?name=taken.txt", raw=b"to be taken %d\n" % next(NUMBERS)).json
    file = f"/files/{made['digest']}"
    for path, how, of in ((paper + "/pdf", "fetch revocation-notice 1 pdf", "case"), (paper + "/docx", "fetch revocation-notice 1 docx", "case"),
                          (file, "fetch", "file")):
        before = entries(world)
        assert office.get(path).status == 200, path
        assert entries(world) == before + 1, path
        done, kind, one = newest(world, 1)[0]
        assert done.split(" (")[0] == how and kind == of and str(one) in (path.split("/")[2], str(made["id"])), (path, done, kind, one)
    before = entries(world)
    assert office.ask("GET", file, headers={"If-None-Match": f'"{made["digest"]}"'}).status == 304  # he has it
    for path in (paper.rpartition("/")[0], file + "/text"):  # looked at
        assert (got := office.get(path)).status == 200, got
    assert world["centre_manager"].get(file).status == 404
    assert entries(world) == before


def test_a_refusal_leaves_one_where_that_is_declared_and_else_nothing(world):
    faults, calls, _ = run(world, REFUSED, lambda operation, says: [
        f"{operation}: its refusals leave an entry, but there is no scenario for one"] if says["refused"] else [])
    print(f"# {calls} refused calls, {len(faults)} faults")
    for line in faults:
        print(f"# {line}")
    assert not faults, f"{len(faults)}: {faults[0]}"


def test_what_is_stopped_at_the_door_or_cannot_be_read_leaves_nothing(world):
    """Nobody, a token that does not reach so far, a body with a member that is not there; people without the right
    alike where their refusal is not to be written down."""
    papers_rendered(world)
    before, calls, statuses = entries(world), 0, {}
    for method, path, name, says in operations(world):
        target = re.sub(r"\{\w+\}", "1", path.replace("{type}", name or ""))
        people = () if says["refused"] else ("sysadmin", client.FIRST, "centre_manager", "expert")
        for person in ("public", "other_token", *people):
            reply = world[person].ask(method, target, {"no_such_member": 1})
            calls += 1
            statuses[reply.status] = statuses.get(reply.status, 0) + 1
            assert 400 <= reply.status < 500 or (method, path) == ("POST", "/notifications/read"), (method, target, person, reply)
    print(f"# {calls} calls: {statuses}")
    assert entries(world) == before, newest(world, 8)


if __name__ == "__main__":
    WORLD = matrix.build_world(ZHIYUN)
    try:
        WORLD.gateway = os.path.join(WORLD.data, "gateway")
        WORLD.server.options += ["--gateway", WORLD.gateway]
        WORLD.server.stop()
        WORLD.server.start()
        matrix.names_of(WORLD)  # a file of each who writes records that need one
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
