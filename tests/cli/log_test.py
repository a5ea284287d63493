#!/usr/bin/env python3
"""log_test.py ZHIYUN LOG_VECTORS: the evidence log from the outside: verify, log, witness, what a
server signs, and every attacked file of tests/audit/attack.c through the command. Prints TAP."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import ports  # noqa: E402
import store  # noqa: E402
import tap  # noqa: E402

ZHIYUN, VECTORS = (os.path.abspath(path) for path in sys.argv[1:3])
WORK = tempfile.mkdtemp(prefix="zhiyun-log-")
DATA = os.path.join(WORK, "data")


def zhiyun(*arguments, data=DATA, stdin=None):
    command = [ZHIYUN, *(store.words(data) if data else ["--data", os.path.join(WORK, "none")]), *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=600)


def done(*arguments, code=0, **options):
    result = zhiyun(*arguments, **options)
    assert result.returncode == code, (arguments, result.returncode, result.stdout, result.stderr)
    return result.stdout


def answer(*arguments, code=0, **options):
    return json.loads(done("--json", *arguments, code=code, **options))


def path(name):
    return os.path.join(WORK, name)


def write(name, text):
    with open(path(name), "w", encoding="utf-8") as file:
        file.write(text)
    return path(name)


def read(name):
    with open(path(name), encoding="utf-8") as file:
        return file.read()


def key():
    return read("data/keys/log.vkey").strip()


def test_a_new_log_is_whole():
    reply = answer("init")
    assert reply["log_key"] == key(), reply
    verdict = answer("verify")
    assert set(verdict) >= {"entries", "head", "ok", "fault"}, verdict
    assert verdict["ok"] is True and verdict["fault"] is None and verdict["entries"] == 0, verdict
    assert verdict["head"]["size"] == 0, verdict


def test_what_is_done_stands_in_the_log():
    for name in ("zhang", "li", "wang"):
        done("user", "add", name, "--reason", "new colleague")
    verdict = answer("verify")
    assert verdict["ok"] and verdict["entries"] >= 3, verdict
    assert verdict["head"]["size"] == verdict["entries"] == verdict["contents_checked"], verdict
    entries = answer("log", "entries", "-k", "100")["entries"]
    assert len(entries) == verdict["entries"], entries
    assert [e["do"] for e in entries if e["type"] == "account"] == ["create"] * 3, entries
    assert answer("log", "entries", "--from", "1", "-k", "1")["entries"] == entries[1:2]


def test_a_receipt_is_good_anywhere_with_the_key_alone():
    uid = answer("log", "entries")["entries"][-1]["uid"]
    done("log", "receipt", uid, path("last.receipt"))
    verdict = answer("verify", "--receipt", path("last.receipt"), "--key", key(), data=None)
    assert verdict["ok"] and verdict["entries"] == 1, verdict
    assert uid in done("verify", "--receipt", path("last.receipt"), "--key", key(), data=None)
    assert answer("verify", "--receipt", path("last.receipt"))["ok"]  # the instance's own key
    assert done("log", "receipt", uid) == read("last.receipt")
    changed = write("changed.receipt", read("last.receipt").replace("index ", "index 1"))
    verdict = answer("verify", "--receipt", changed, "--key", key(), code=1, data=None)
    assert not verdict["ok"] and verdict["fault"] and verdict["fault_kind"] == "index", verdict
    assert answer("--lang", "en", "log", "receipt", "00" * 16, code=3)["error"]


def test_a_bundle_is_good_anywhere_and_names_what_was_changed():
    done("log", "bundle", path("log.bundle"))
    verdict = answer("verify", "--bundle", path("log.bundle"), "--key", key(), data=None)
    assert verdict["ok"] and verdict["contents_checked"] == verdict["entries"], verdict
    changed = write("changed.bundle", read("log.bundle").replace('"name":"wang"', '"name":"wong"'))
    verdict = answer("verify", "--bundle", changed, "--key", key(), code=1, data=None)
    assert verdict["fault_kind"] == "commitment" and verdict["first_bad"]["type"] == "account", verdict
    assert verdict["first_bad"]["index"] == verdict["entries"], verdict


def test_wrong_use_is_refused():
    assert zhiyun("verify", "--receipt", path("last.receipt"), data=None).returncode == 2  # no key
    assert zhiyun("verify", "--bundle", "x", "--receipt", "y").returncode == 2
    assert zhiyun("verify", "--key", "nonsense").returncode == 3
    assert zhiyun("verify", "--bundle", path("absent"), "--key", key()).returncode in (3, 4)
    assert zhiyun("verify", "--anything").returncode == 2
    assert zhiyun("log").returncode == 2
    assert zhiyun("log", "receipt").returncode == 2
    assert zhiyun("--json", "log", "bundle").returncode == 2
    assert zhiyun("witness", "dance").returncode == 2
    assert zhiyun("witness", "cosign").returncode == 2


def test_a_witness_vouches_for_growth_and_refuses_a_rewritten_log():
    vkey = done("witness", "new", "witness/city", "--key", path("city.key"), data=None).strip()
    assert os.stat(path("city.key")).st_mode & 0o777 == 0o600
    assert zhiyun("witness", "new", "witness/city", "--key", path("city.key"), data=None).returncode == 3
    cosign = ("witness", "cosign", "--key", path("city.key"), "--log", key(), "--state", path("memory"))
    size = answer("verify")["entries"]
    line = done(*cosign, stdin=done("witness", "request"), data=None)
    assert zhiyun("witness", "keep", "--size", str(size), stdin=line).returncode == 3  # not known yet
    done("witness", "trust", vkey)
    done("witness", "keep", "--size", str(size), stdin=line)
    verdict = answer("verify", "--witnesses", "1")
    assert verdict["ok"] and verdict["witnesses"][0]["checked"], verdict

    done("user", "add", "zhao")
    assert zhiyun(*cosign, stdin=done("witness", "request"), data=None).returncode == 3  # from where it stands
    done(*cosign, stdin=done("witness", "request", "--from", str(size)), data=None)
    assert answer("verify", "--witnesses", "1", code=1)["fault_kind"] == "witnesses"

    # Somebody with the key rewrites the log: the witness and whoever holds a head see it.
    write("held", done("log", "head"))
    size = answer("verify")["entries"]
    for table in ("log_cosignature", "log_head", "log_tile"):
        store.run(DATA, f"DELETE FROM {table}")
    store.run(DATA, "DELETE FROM record_version WHERE type = 'account' AND record_id = 2")
    store.run(DATA, "DELETE FROM account WHERE id = 2")
    store.run(DATA, "DELETE FROM log_entry WHERE leaf = 2")
    store.run(DATA, "UPDATE log_entry SET leaf = NULL")
    done("user", "add", "qian")
    assert answer("verify")["ok"]  # nothing in the store contradicts it
    verdict = answer("verify", "--held", path("held"), code=1)
    assert verdict["fault_kind"] == "inconsistent", verdict
    request = done("witness", "request", "--from", str(size))
    assert zhiyun(*cosign, stdin=request, data=None).returncode == 1


def test_what_came_after_a_head_is_read_alone():
    write("after", done("log", "head"))
    size = answer("verify")["entries"]
    done("user", "add", "qin")
    verdict = answer("verify", "--after", path("after"))
    assert verdict["not_read"] == size and verdict["held_consistent"] == 1, verdict
    assert 0 < verdict["entries"] == answer("verify")["entries"] - size and verdict["rows_checked"] == 0, verdict
    assert verdict["proven"] == verdict["head"]["size"] == size + verdict["entries"], verdict
    text = done("--lang", "en", "verify", "--after", path("after"))
    assert f"Not compared: the {size} entries before the head that you hold, rows of records" in text, text
    for there, back, seen in (("log_entry SET at_ms = at_ms + 1 WHERE leaf = 2", "log_entry SET at_ms = at_ms - 1 WHERE leaf = 2", False),
                              (f"log_entry SET at_ms = at_ms + 1 WHERE leaf = {size}", f"log_entry SET at_ms = at_ms - 1 WHERE leaf = {size}", True),
                              ("account SET display_name = 'x' || display_name", "account SET display_name = substr(display_name, 2)", False)):
        store.plant(DATA, f"UPDATE {there}")
        assert answer("verify", code=1)["ok"] is False
        assert answer("verify", "--after", path("after"), code=1 if seen else 0)["ok"] is not seen, there
        store.plant(DATA, f"UPDATE {back}")
    write("other", done("log", "head").replace("zhiyun/", "elsewhere/", 1))
    assert answer("verify", "--after", path("held"), code=1)["fault_kind"] == "inconsistent"  # of before the log was rewritten
    verdict = answer("verify", "--after", path("other"))  # of another log: it says nothing of this one, which is read whole
    assert "not_read" not in verdict and verdict["entries"] == answer("verify")["entries"], verdict
    assert zhiyun("verify", "--after", path("after"), "--bundle", path("x")).returncode == 2


def test_a_change_behind_the_program_is_found_and_named():
    entries = answer("verify")["entries"]
    for there, back, kind, index in [
            ("log_entry SET body = replace(body, '\"do\":\"c', '\"do\":\"C') WHERE leaf = 1",
             "log_entry SET body = replace(body, '\"do\":\"C', '\"do\":\"c') WHERE leaf = 1", "row", 1),
            ("record_version SET content = replace(content, 'zhang', 'zheng')",
             "record_version SET content = replace(content, 'zheng', 'zhang')", "commitment", None),
            ("log_entry SET at_ms = at_ms + 1 WHERE leaf = 2",
             "log_entry SET at_ms = at_ms - 1 WHERE leaf = 2", "row", 2)]:
        store.plant(DATA, f"UPDATE {there}")
        verdict = answer("verify", code=1)
        assert not verdict["ok"] and verdict["fault_kind"] == kind, (there, verdict)
        assert verdict["first_bad"]["type"] in ("office", "account"), (there, verdict)
        if index is not None:
            assert verdict["first_bad"]["index"] == index, (there, verdict)
        assert "Fault: " in done("--lang", "en", "verify", code=1)
        store.plant(DATA, f"UPDATE {back}")
        assert answer("verify")["entries"] == entries


def test_a_row_that_was_changed_behind_the_program_is_found():
    records = answer("verify")["rows_checked"]
    assert records >= 4, records
    for there, back, kind, field in [
            ("UPDATE account SET display_name = 'x' || display_name",
             "UPDATE account SET display_name = substr(display_name, 2)", "account", "display_name"),
            ("UPDATE account SET email = 'a@b.cn'", "UPDATE account SET email = NULL", "account", "email"),
            ("UPDATE unit SET name = name || 'x'", "UPDATE unit SET name = replace(name, 'x', '')", "office", "name"),
            ("UPDATE account SET version = version + 1", "UPDATE account SET version = version - 1", "account",
             "version"),
            ("UPDATE record_version SET type = 'held' WHERE type = 'account'",
             "UPDATE record_version SET type = 'account' WHERE type = 'held'", None, None)]:
        store.plant(DATA, there)
        verdict = answer("verify", code=1)
        if kind:
            assert verdict["fault_kind"] == "current" and verdict["first_bad"]["type"] == kind, (there, verdict)
            assert verdict["first_bad"]["id"] > 0 and field in verdict["fault"], (there, verdict)
            text = done("--lang", "en", "verify", code=1)
            assert f"Fault: {kind} " in text and f"Still proven: the first {verdict['proven']} entries" in text, text
            assert verdict["changed_after"] > 0 and "It was changed after 20" in text, text
            found = answer("doctor", "--all", code=1)
            assert any(f["check"] == "log" and field in f["text"] for f in found["checks"]), found
        store.plant(DATA, back)
        assert answer("verify")["rows_checked"] == records


def test_a_backup_with_changed_rows_is_not_restored():
    file, copy = path("changed.zhiyun"), path("restored")
    done("backup", file, "--without-keys")
    assert zhiyun("restore", file, "--without-erasures", "--keys", path("data/keys"), data=copy).returncode == 0
    store.plant(DATA, "UPDATE account SET display_name = 'x' || display_name")
    done("backup", file + "2", "--without-keys")
    store.plant(DATA, "UPDATE account SET display_name = substr(display_name, 2)")
    result = zhiyun("--lang", "en", "restore", file + "2", "--without-erasures", "--keys", path("data/keys"), data=path("refused"))
    assert result.returncode == 3 and "display_name" in result.stderr, (result.returncode, result.stderr)


def test_a_server_keeps_the_log_while_commands_write():
    port = ports.free_port()
    server = subprocess.Popen([ZHIYUN, *store.words(DATA), "serve", "--listen", f"127.0.0.1:{port}"],
                              stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 600
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        before = answer("verify")["head"]["size"]
        done("user", "add", "sun")  # another process writes; the server signs
        while answer("verify")["head"]["size"] <= before:
            assert time.monotonic() < deadline, "no head came"
            time.sleep(0.05)
    finally:
        server.send_signal(signal.SIGTERM)
        said = server.communicate(timeout=600)[1]
    assert server.returncode == 0, said
    assert "证据日志" not in said, said  # nothing kept it from its work
    assert answer("verify")["ok"]


def test_every_attacked_file_is_refused_by_the_command():
    folder = path("vectors")
    subprocess.run([VECTORS, folder], check=True, timeout=600)
    with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as file:
        cases = json.load(file)
    assert len(cases) > 180 and sum(not case["accepted"] for case in cases) > 160
    for case in cases:
        kind = "--receipt" if case["file"].endswith(".receipt") else "--bundle"
        words = [word for vkey in case["keys"] for word in ("--key", vkey)]
        if "held" in case:
            words += ["--held", os.path.join(folder, case["held"])]
        verdict = answer("verify", kind, os.path.join(folder, case["file"]), *words,
                         "--witnesses", str(case["witnesses"]), code=0 if case["accepted"] else 1,
                         data=None)
        assert verdict["ok"] == case["accepted"], (case, verdict)
        assert (verdict["fault_kind"] or "") == case.get("fault", ""), (case, verdict)
        assert (verdict["first_bad"] or {}).get("index") == case.get("index"), (case, verdict)


def main():
    try:
        tap.run(sys.modules[__name__])
    finally:
        shutil.rmtree(WORK, ignore_errors=True)


def listing(folder):
    return sorted((name, os.stat(os.path.join(folder, name)).st_size, os.stat(os.path.join(folder, name)).st_mtime_ns)
                  for name in os.listdir(folder))


def test_a_log_on_a_medium_that_nobody_can_write_is_audited_there():
    if store.SERVER:
        raise tap.Skip("the store is not in the folder")
    fixed, wanted = path("read-only"), {}
    shutil.copytree(DATA, fixed)
    asked = [("verify",), ("log", "head"), ("log", "entries"), ("--json", "doctor"), ("search", "电池")]
    for words in asked[:3]:
        wanted[words] = zhiyun(*words, data=fixed)
        assert wanted[words].returncode == 0, wanted[words]
    before = listing(fixed)
    if subprocess.run(["mount", "--bind", fixed, fixed], capture_output=True).returncode != 0:
        raise tap.Skip("no right to mount a read-only folder")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", fixed], check=True)
        for words in asked:
            got = zhiyun(*words, data=fixed)
            assert got.returncode in (0, 1) and "zhiyun:" not in got.stderr, (words, got)
            assert words not in wanted or (got.returncode, got.stdout) == (0, wanted[words].stdout), (words, got)
        refused = zhiyun("import", write("more.csv", "title,publication number\nx,CN190000009A\n"), data=fixed)
        assert refused.returncode == 4, refused
        assert listing(fixed) == before
    finally:
        subprocess.run(["umount", "-l", fixed], check=False)
    # What is in SQLite's own log would be missing: it is not passed over.
    with open(os.path.join(fixed, "zhiyun.db-wal"), "wb") as file:
        file.write(b"x" * 40)
    subprocess.run(["mount", "--bind", fixed, fixed], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", fixed], check=True)
        got = zhiyun("verify", data=fixed)
        assert got.returncode == 4 and "zhiyun.db-wal" in got.stderr, got
    finally:
        subprocess.run(["umount", "-l", fixed], check=False)


if __name__ == "__main__":
    main()
