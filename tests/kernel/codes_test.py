#!/usr/bin/env python3
"""codes_test.py ZHIYUN: rows of rights that another hand puts into the database, or changes there, are refused when they
are used; verify and doctor name each, and find the store good once it is as it was."""
import hashlib
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import client  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
WHY = {"reason": "虚构的理由"}
PLANTED = "7" * 64  # nobody was given it
MS = int(time.time() * 1000)


def digest(bearer):
    return hashlib.sha256(bearer.encode()).hexdigest()


def command(world, *words):
    return subprocess.run(world.server.command(*words), capture_output=True, text=True, env=world.server.env, check=False)


def named(world, table, key=""):
    """verify and doctor say that this table has a row of another hand."""
    for words in (("verify",), ("doctor", "--all")):
        done = command(world, *words)
        said = done.stdout + done.stderr
        assert done.returncode == 1 and f"table {table} " in said and key in said, (words, table, done)


def good(world):
    done = command(world, "verify")
    assert done.returncode == 0, done


def account(world, name):
    return world[name].account


def columns(world, table, without=("id",)):
    if world.server.store:
        rows = client.ask_sql(world, f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"
                              " AND table_schema = 'public' ORDER BY ordinal_position")
    else:
        rows = client.ask_sql(world, f"SELECT name FROM pragma_table_info('{table}')")
    return [row[0] for row in rows if row[0] not in without]


def copied(world, table, where, **values):
    """A statement that puts a row in beside one that is there, with other values."""
    names = columns(world, table)
    return (f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(str(values.get(name, name)) for name in names)}"
            f" FROM {table} WHERE {where}")


def test_a_clean_store_is_good(world):
    good(world)


def test_a_token_that_was_put_in_is_none(world):
    officer = account(world, "province_officer")
    client.plant_sql(world, [copied(world, "api_token", f"account = {officer}", digest=f"'{digest(PLANTED)}'")])
    planted = client.Person(world.server, PLANTED)
    assert planted.get("/session").status == 401 and planted.get("/records/demand").status == 401
    assert world["province_officer"].get("/session").status == 200
    named(world, "api_token")
    client.plant_sql(world, [f"DELETE FROM api_token WHERE digest = '{digest(PLANTED)}'"])
    good(world)


def test_a_token_that_was_given_to_another_is_none(world):
    officer, staff = account(world, "province_officer"), account(world, "centre_staff")
    one = client.ask_sql(world, f"SELECT id FROM api_token WHERE account = {staff}")[0][0]
    assert world["centre_staff"].get("/session").json["name"] == "centre_staff"
    client.plant_sql(world, [f"UPDATE api_token SET account = {officer} WHERE id = {one}"])
    assert world["centre_staff"].get("/session").status == 401
    named(world, "api_token", one)
    client.plant_sql(world, [f"UPDATE api_token SET account = {staff} WHERE id = {one}"])
    assert world["centre_staff"].get("/session").status == 200
    good(world)


def test_a_session_that_was_put_in_is_none(world):
    page = world.signed_in("province_officer")
    assert page.alive()
    cookie = next(name for name in page.cookies if "session" in name)
    kept, page.cookies[cookie] = page.cookies[cookie], "7" * len(page.cookies[cookie])
    client.plant_sql(world, [copied(world, "session", f"digest = '{digest(kept)}'", digest=f"'{digest(page.cookies[cookie])}'")])
    assert client.ask_sql(world, f"SELECT count(*) FROM session WHERE digest = '{digest(page.cookies[cookie])}'") == [("1",)]
    assert page.ask("GET", "/notifications").status == 401
    named(world, "session")
    client.plant_sql(world, [f"DELETE FROM session WHERE digest = '{digest(page.cookies[cookie])}'"])
    page.cookies[cookie] = kept
    assert page.alive()
    good(world)


def test_a_link_that_was_put_in_is_none(world):
    officer = account(world, "province_officer")
    bearer = "7" * 64
    client.plant_sql(world, [
        "INSERT INTO sign_in_link (digest, purpose, account, created_ms, created_by, expires_ms) VALUES"
        f" ('{digest(bearer)}', 'sign_in', {officer}, {MS}, 0, {MS + 86400000})"])
    page = client.Browser(world, "province_officer")
    reply = page.ask("POST", "/session/link", {"link": bearer})
    assert reply.status in (401, 403), reply
    named(world, "sign_in_link")
    client.plant_sql(world, [f"DELETE FROM sign_in_link WHERE digest = '{digest(bearer)}'"])
    good(world)


def test_a_password_that_was_put_in_is_none(world):
    page = world.signed_in("centre_staff")
    assert page.ask("PUT", "/session/password", {"password": client.PASSWORD}).status == 200
    staff, officer = account(world, "centre_staff"), account(world, "province_officer")
    was = client.ask_sql(world, f"SELECT count(*) FROM credential WHERE account = {officer}")[0][0]
    assert was == "0", was
    client.plant_sql(world, [f"INSERT INTO credential (account, password, password_ms, password_temporary, totp_confirmed) SELECT {officer},"
                             f" password, password_ms, 0, 0 FROM credential WHERE account = {staff}"])
    reply = client.Browser(world, "province_officer").sign_in()
    assert reply.status in (401, 403), reply
    assert client.Browser(world, "centre_staff").sign_in().status == 200
    named(world, "credential", str(officer))
    client.plant_sql(world, [f"DELETE FROM credential WHERE account = {officer}"])
    good(world)


def test_a_role_that_was_put_in_gives_nothing(world):
    staff, boss = account(world, "centre_staff"), account(world, "centre_manager")
    assert world["centre_staff"].get("/session").status == 200
    client.plant_sql(world, [copied(world, "role_grant", f"account = {boss}", account=staff)])
    reply = world["centre_staff"].get("/records/demand")
    assert reply.status == 401, reply
    done = command(world, "verify")
    assert done.returncode == 1 and "role_grant" in done.stdout, done
    client.plant_sql(world, [f"DELETE FROM role_grant WHERE account = {staff} AND id = (SELECT max(id) FROM role_grant)"])
    assert world["centre_staff"].get("/records/demand").status == 200
    good(world)


def test_an_account_whose_unit_was_changed_is_refused(world):
    staff = account(world, "centre_staff")
    was = client.ask_sql(world, f"SELECT owner_unit FROM account WHERE id = {staff}")[0][0]
    other = account(world, "province_officer")
    client.plant_sql(world, [f"UPDATE account SET owner_unit = (SELECT owner_unit FROM account WHERE id = {other}) WHERE id = {staff}"])
    reply = world["centre_staff"].get("/records/demand")
    assert reply.status == 401, reply
    done = command(world, "verify")
    assert done.returncode == 1 and f"account {staff}" in done.stdout, done
    client.plant_sql(world, [f"UPDATE account SET owner_unit = {was} WHERE id = {staff}"])
    assert world["centre_staff"].get("/records/demand").status == 200
    good(world)


def test_a_record_lies_where_its_unit_lies_or_lay(world):
    """Its place, which no entry names, decides which city reads it."""
    made = world["centre_staff"].create("task", {"title": "虚构任务", "due": "2099-12-31"})
    assert made.status == 201, made
    where = f"WHERE id = {made.json['id']}"
    assert client.ask_sql(world, f"SELECT owner_city, owner_province FROM record_task {where}") == [("5101", "51")]
    for column, other in (("owner_city", "'5107'"), ("owner_city", "NULL"), ("owner_province", "'14'")):
        client.plant_sql(world, [f"UPDATE record_task SET {column} = {other} {where}"])
        done = command(world, "verify")
        assert done.returncode == 1 and f"task {made.json['id']}" in done.stdout and column in done.stdout, (column, done)
        client.plant_sql(world, [f"UPDATE record_task SET owner_city = '5101', owner_province = '51' {where}"])
        good(world)
    boss, unit = world[client.FIRST], world["centre_staff"].unit
    for region, city in (("510700", "5107"), ("510100", "5101")):
        moved = boss.change("party", unit, boss.get(f"/records/party/{unit}").json["version"], {"region": region})
        assert moved.status == 200, moved
        assert client.ask_sql(world, f"SELECT owner_city FROM record_task {where}") == [(city,)]
        good(world)


def test_what_lists_choose_and_sort_by_is_compared(world):
    """Of entries of the log, and of records: nobody reads these columns, but what they leave out nobody finds."""
    made = world["centre_staff"].create("deal", {"type": "transfer", "title": "虚构", "contract_no": "HT-4711"})
    assert made.status == 201, made
    entry = client.ask_sql(world, "SELECT max(id) FROM log_entry WHERE leaf IS NOT NULL AND who > 0 AND record_id > 0")[0][0]
    changes = [("log_entry", column, entry, f"{column} {more}") for column, more in (
        ("who", "+ 1"), ("record_id", "+ 1"), ("verb", "|| 'x'"), ("type", "|| 'x'"))]
    changes += [("log_entry", column, entry, f"coalesce({column}, 0) + 1") for column in ("unit", "status")]
    changes += [("record_deal", "import_id", made.json["id"], "4711"), ("record_deal", "contract_no_key", made.json["id"], "'x'")]
    for table, column, number, value in changes:
        was = client.ask_sql(world, f"SELECT {column} FROM {table} WHERE id = {number}")[0][0]
        client.plant_sql(world, [f"UPDATE {table} SET {column} = {value} WHERE id = {number}"])
        done = command(world, "verify")
        told = column.removesuffix("_key") if table == "record_deal" else "otherwise than the entry"
        assert done.returncode == 1 and told in done.stdout, (table, column, done)
        client.plant_sql(world, [f"UPDATE {table} SET {column} = " + (f"'{was}'" if was not in ("", None) else "NULL") + f" WHERE id = {number}"])
        good(world)


def test_a_host_that_was_put_in_is_not_listed(world):
    boss = world.signed_in(client.FIRST)
    asked = boss.ask("PUT", "/outward-hosts", {"host": "sms.example", "port": 443, "inside": False, **WHY})
    if asked.status == 202:
        asked = world.signed_in("sysadmin").ask("PUT", "/outward-hosts", {"host": "sms.example", "port": 443, "inside": False, **WHY})
    assert asked.status == 200, asked
    client.plant_sql(world, [f"INSERT INTO outward_host (host, port, inside, created_ms, created_by) VALUES ('foreign.example', 443, 0, {MS}, 1)"])
    listed = boss.ask("GET", "/outward-hosts").json
    text = json.dumps(listed)
    assert "sms.example" in text and "foreign.example" not in text, listed
    named(world, "outward_host", "foreign.example")
    client.plant_sql(world, ["DELETE FROM outward_host WHERE host = 'foreign.example'"])
    good(world)


def test_a_proposal_that_was_changed_is_not_confirmed(world):
    body = {"account": account(world, "centre_staff"), "role": "centre_manager", **WHY}
    asked = world.signed_in(client.FIRST).ask("POST", "/grants", body)
    assert asked.status == 202, asked
    one = asked.json["proposal"]
    while client.ask_sql(world, f"SELECT untold FROM proposal WHERE id = {one}") != [("",)]:
        time.sleep(0.02)  # others are told of it, which changes its row
    was = client.ask_sql(world, f"SELECT reason FROM proposal WHERE id = {one}")[0][0]
    client.plant_sql(world, [f"UPDATE proposal SET reason = '别的理由' WHERE id = {one}"])
    reply = world.signed_in("sysadmin").ask("POST", "/grants", body)
    assert reply.status == 403, reply
    named(world, "proposal", str(one))
    client.plant_sql(world, [f"UPDATE proposal SET reason = '{was}' WHERE id = {one}"])
    good(world)
    reply = world.signed_in("sysadmin").ask("POST", "/grants", body)
    assert reply.status == 201, reply


def test_a_job_that_was_put_in_does_nothing(world):
    started = world["province_officer"].ask("POST", "/integrity/checks")
    assert started.status == 202, started
    job = started.json["job"]
    while world["province_officer"].get(f"/jobs/{job}").json["state"] in ("queued", "running"):
        time.sleep(0.05)
    time.sleep(0.2)
    client.plant_sql(world, [copied(world, "job", f"id = {job}", state="'queued'", attempts="0", open_key="NULL", result="NULL", due_ms="1", ended_ms="NULL")])
    planted = client.ask_sql(world, "SELECT max(id) FROM job")[0][0]
    world.server.stop()
    world.server.start()  # looks for work
    for _ in range(600):
        one = world["province_officer"].get(f"/jobs/{planted}").json
        if one["state"] not in ("queued", "running"):
            break
        time.sleep(0.05)
    assert one["state"] == "failed" and "past the program" in json.dumps(one), one
    named(world, "job", planted)  # although the program has changed it since
    client.plant_sql(world, [f"DELETE FROM job WHERE id = {planted}"])
    good(world)


def checked(world):
    """The verdict of the server's own check."""
    who = world["auditadmin"]
    asked = who.ask("POST", "/log/checks")
    assert asked.status == 202, asked
    while True:
        job = who.get(f"/jobs/{asked.json['job']}").json
        if job["state"] not in ("queued", "running"):
            assert job["state"] == "done", job
            return job["result"]
        time.sleep(0.05)


def test_the_server_compares_its_rows_for_those_who_audit(world):
    assert world["province_officer"].ask("POST", "/log/checks").status == 403
    said = checked(world)
    assert said["ok"] and said["rows_checked"] > 30 and said["proven"] == said["head"]["size"], said
    one = world["centre_manager"].unit  # not whose own, which is refused from now on
    client.plant_sql(world, [f"UPDATE unit SET name = name || 'x' WHERE id = {one}"])
    said = checked(world)
    assert not said["ok"] and "name" in said["fault"] and said["first_bad"]["id"] == one and said["changed_after"] > 0, said
    client.plant_sql(world, [f"UPDATE unit SET name = replace(name, 'x', '') WHERE id = {one}"])
    assert checked(world)["ok"]


def test_rows_that_are_gone_are_told(world):
    gone = client.ask_sql(world, "SELECT max(id) FROM notification")[0][0] or None
    if gone is None:
        client.run_sql(world, [f"INSERT INTO notification (account, kind, arguments, created_ms) VALUES (1, 'job_done', '{{}}', {MS})"])
        gone = client.ask_sql(world, "SELECT max(id) FROM notification")[0][0]
        good(world)
    client.plant_sql(world, [f"DELETE FROM notification WHERE id = {gone}", "DELETE FROM row_mac WHERE name = 'notification'"
                             f" AND key = '{gone}'"])
    named(world, "notification")


def test_a_trigger_is_told(world):
    if world.server.store:
        client.plant_sql(world, ["CREATE RULE quiet AS ON INSERT TO usage_count DO ALSO NOTHING"])
    else:
        client.plant_sql(world, ["CREATE TRIGGER quiet AFTER INSERT ON usage_count BEGIN SELECT 1; END"])
    done = command(world, "verify")
    assert done.returncode == 1 and ("quiet" in done.stdout or "notification" in done.stdout), done


if __name__ == "__main__":
    WORLD = client.World(ZHIYUN)
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
