#!/usr/bin/env python3
"""backup_test.py ZHIYUN: a backup is made beside writers and becomes an instance again, on either
database; what is cut off, damaged, newer or in the way is refused in one line, and nothing half
restored is taken for an instance. SEED=…"""
import fcntl
import glob
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
sys.path.insert(0, os.path.join(HERE, "..", "kernel"))
import client  # noqa: E402
import store  # noqa: E402
import tap  # noqa: E402

del os.environ["ZHIYUN_UNSYNCED"]  # a restore makes an instance that waits for the disk, as people do

ZHIYUN = os.path.abspath(sys.argv[1])
WORK = tempfile.mkdtemp(prefix="zhiyun-backup-")
PHRASE = "a passphrase of the test"
SEED = int(os.environ.get("SEED", random.randrange(1 << 30)))
CANARY = "虚构绝密隔膜配方"
NUMBER = 0


def zhiyun(*arguments, data, where=None, phrase=PHRASE, timeout=600):
    words = ["--data", data, "--store", where] if where else store.words(data)
    env = {**os.environ, "ZHIYUN_LANG": "en", "ZHIYUN_BACKUP_PASSPHRASE": phrase or ""}
    return subprocess.run([ZHIYUN, *words, *arguments], capture_output=True, text=True, env=env, timeout=timeout)


def answer(*arguments, code=0, **options):
    done = zhiyun("--json", *arguments, **options)
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return json.loads(done.stdout)


def refused(done, code, *words):
    lines = done.stderr.strip().splitlines()
    assert done.returncode == code and len(lines) <= 2, (done.returncode, done.stdout, done.stderr)
    assert all(word in lines[0] for word in words), (words, lines)


def new(name):
    """A folder that is not there yet, and a name for a file."""
    global NUMBER
    NUMBER += 1
    return os.path.join(WORK, f"{NUMBER}-{name}")


def restore(path, *more, data=None, **options):
    data = data or new("restored")
    return answer("restore", path, "--without-erasures", *more, data=data, **options), data


def dump(data):
    done = zhiyun("dump", data=data)
    assert done.returncode == 0, done
    return done.stdout


def plain(data, where=None):
    """A copy that no passphrase takes a second for: its file, and what a restore of it needs."""
    path = new("plain.bak")
    answer("backup", path, "--without-keys", data=data, where=where, phrase=None)
    return path, ["--keys", os.path.join(data, "keys")]


def another():
    """The lived-in instance once more, restored."""
    path, keys = plain(**of(world()))
    return restore(path, *keys, phrase=None)[1]


def small():
    """An instance with a handful of rows, its backup sealed and not; made once."""
    if not hasattr(small, "made"):
        data, sealed, clear = new("small"), new("sealed.bak"), new("clear.bak")
        answer("init", data=data)
        answer("backup", sealed, data=data)
        answer("backup", clear, "--without-keys", data=data, phrase=None)
        small.made = data, sealed, clear
    return small.made


def world():
    """A lived-in instance with records, people and uploaded files; made once."""
    if not hasattr(world, "made"):
        made = world.made = client.World(ZHIYUN, store=store.address(new("world")) if store.SERVER else None)
        staff = made["centre_manager"]
        made.file = staff.ask("POST", "/files?name=a.txt", raw=("虚构 " * 400000).encode()).json["digest"]
        made.secret = staff.ask("POST", "/files?name=b.txt&secrecy=secret", raw=CANARY.encode()).json["digest"]
        body = {"contract_no": "HT-1", "type": "licence", "title": CANARY}
        done = staff.create("deal", body)
        assert done.status == 201, done
        made.deal = done.json["id"]
    return world.made


def of(made):
    return {"data": made.data, "where": made.server.store}


def rows(made, sql):
    return client.ask_sql(made, sql)


def test_what_was_backed_up_comes_back():
    made = world()
    path = new("all.bak")
    reply = answer("backup", path, **of(made))
    assert reply["sealed"] and reply["keys"] and reply["files"] == 2 and reply["damaged"] == [], reply
    assert os.stat(path).st_mode & 0o777 == 0o600 and reply["bytes"] == os.path.getsize(path), reply
    assert not os.path.exists(path + ".part")
    back, data = restore(path)
    assert back["rows"] == reply["rows"] and back["files"] == 2 and back["entries"] == reply["entries"], (back, reply)
    verdict = answer("verify", data=data)
    assert verdict["ok"] and verdict["entries"] == reply["entries"] + 1, verdict  # the restore itself
    for name in os.listdir(os.path.join(made.data, "keys")):
        with open(os.path.join(made.data, "keys", name), "rb") as one, open(os.path.join(data, "keys", name), "rb") as two:
            assert one.read() == two.read(), name
        assert os.stat(os.path.join(data, "keys", name)).st_mode & 0o777 == 0o600, name
    assert dump(data) == zhiyun("dump", **of(made)).stdout
    last = answer("log", "entries", "--from", str(reply["entries"]), data=data)["entries"][-1]
    assert last["do"] == "restore" and last["type"] == "instance", last
    assert answer("verify", **of(made))["ok"]  # …and the one it came from says who took a copy
    assert rows(made, "SELECT action FROM record_version WHERE type = 'instance'") == [("backup",)]


def test_the_restored_one_is_worked_with():
    made = world()
    data = another()
    token = answer("user", "token", "centre_manager", data=data)["token"]
    server = client.Server(ZHIYUN, data, store.address(data) if store.SERVER else None)
    server.start()
    try:
        staff = client.Person(server, token)
        deal = staff.get(f"/records/deal/{made.deal}").json
        assert deal["title"] == CANARY, deal
        assert staff.ask("GET", f"/files/{made.file}").content == ("虚构 " * 400000).encode()
        done = staff.create("deal", {"contract_no": "HT-2", "type": "other"})
        assert done.status == 201 and done.json["id"] > made.deal, done  # no number is given out twice
        old = client.Person(server, made["centre_manager"].token)
        assert old.get(f"/records/deal/{made.deal}").status == 200  # tokens of programs go on
    finally:
        server.stop()
    assert answer("verify", data=data)["ok"]


def test_a_sealed_one_says_nothing_to_others():
    made = world()
    sealed, clear = new("sealed.bak"), new("clear.bak")
    answer("backup", sealed, **of(made))
    answer("backup", clear, "--without-keys", phrase=None, **of(made))
    with open(sealed, "rb") as file:
        content = file.read()
    assert CANARY.encode() not in content and b"manifest" not in content
    listed = subprocess.run(["tar", "--zstd", "-tf", clear], capture_output=True, text=True, check=True).stdout.split()
    assert listed[0] == "about.json" and listed[-1] == "manifest.json", listed[:3]
    assert not [name for name in listed if name.startswith("keys/")]
    for name in ("session", "sign_in_link", "outside_sign_in"):
        assert not [part for part in listed if part.startswith(f"store/{name}/")], name
    with open(os.path.join(made.data, "keys", "seal.key"), "rb") as file:
        secret = file.read().split()[-1]
    unpacked = subprocess.run(["zstd", "-dc", clear], capture_output=True, check=True).stdout
    assert secret not in unpacked  # no key beside the data
    refused(zhiyun("restore", sealed, "--without-erasures", data=new("x"), phrase="another passphrase"), 3, "passphrase")
    refused(zhiyun("restore", sealed, "--without-erasures", data=new("x"), phrase=None), 3, "passphrase")
    refused(zhiyun("restore", clear, "--without-erasures", data=new("x"), phrase=None), 3, "--keys")
    _, data = restore(clear, "--keys", os.path.join(made.data, "keys"), phrase=None)
    assert answer("verify", data=data)["ok"]
    other = small()[0]
    refused(zhiyun("restore", clear, "--without-erasures", "--keys", os.path.join(other, "keys"), data=new("x")), 3, "keys")


def test_usage_and_what_is_in_the_way():
    data, sealed, clear = small()
    refused(zhiyun("backup", data=data), 2)
    refused(zhiyun("backup", new("x"), data=data, phrase=None), 2, "keys and data")
    refused(zhiyun("backup", new("x"), data=data, phrase="short"), 3, "shorter")
    refused(zhiyun("backup", sealed, data=data), 3, "there already")
    refused(zhiyun("backup", os.path.join(WORK, "no", "such", "folder"), data=data), 4, "cannot create")
    refused(zhiyun("backup", new("x"), data=new("nothing")), 4, "no instance" if not store.SERVER else "")
    refused(zhiyun("restore", sealed, data=new("x")), 2, "erased")
    refused(zhiyun("restore", sealed, "--without-erasures", "--erasures", "x", data=new("x")), 2)
    refused(zhiyun("restore", new("none"), "--without-erasures", data=new("x")), 3, "cannot open")
    refused(zhiyun("restore", WORK, "--without-erasures", data=new("x")), 3, "regular file")
    refused(zhiyun("restore", ZHIYUN, "--without-erasures", data=new("x")), 3, "no backup")
    before = dump(data)
    refused(zhiyun("restore", sealed, "--without-erasures", data=data), 3)  # an instance is there
    assert dump(data) == before and answer("verify", data=data)["ok"]
    full = new("full")
    os.mkdir(full)
    with open(os.path.join(full, "somebody's"), "w", encoding="utf-8"):
        pass
    refused(zhiyun("restore", sealed, "--without-erasures", data=full), 3, "not empty")
    assert os.listdir(full) == ["somebody's"]
    empty = new("empty")
    os.mkdir(empty)
    restore(sealed, data=empty)


def nothing_there(data):
    """Neither files nor an instance."""
    left = os.listdir(data) if os.path.isdir(data) else []
    assert left == [], left
    done = zhiyun("verify", data=data)
    assert done.returncode != 0, done.stdout


def parts_of(path):
    """[[name, content]] of a backup that is not sealed, in its order."""
    with subprocess.Popen(["zstd", "-dcq", path], stdout=subprocess.PIPE) as unpacked:
        with tarfile.open(fileobj=unpacked.stdout, mode="r|") as tar:
            return [[member.name, tar.extractfile(member).read()] for member in tar]


def packed(parts):
    """A backup with these parts, as the program would write it."""
    tar = b""
    for name, content in parts:
        head = bytearray(512)
        for at, text in ((0, name), (100, "0000600\0"), (108, "0000000\0"), (116, "0000000\0"),
                         (124, f"{len(content):011o}\0"), (136, "00000000001\0"), (148, " " * 8), (156, "0"),
                         (257, "ustar\0" "00")):
            head[at:at + len(text)] = text.encode()
        head[148:156] = f"{sum(head):06o}\0 ".encode()
        tar += bytes(head) + content + b"\0" * (-len(content) % 512)
    path = new("packed.bak")
    subprocess.run(["zstd", "-q", "-o", path], input=tar + b"\0" * 1024, check=True)
    return path


def with_part(path, name, change):
    """The same backup, one part of it changed and the manifest left alone."""
    return packed([[part, change(content) if part == name else content] for part, content in parts_of(path)])


def test_what_is_packed_here_is_what_the_program_packs():
    data, _, clear = small()
    _, restored = restore(packed(parts_of(clear)), "--keys", os.path.join(data, "keys"), phrase=None)
    assert answer("verify", data=restored)["ok"]


def test_a_newer_one_is_refused():
    data, _, clear = small()
    for change, word in (({"migration": 9999}, "newer"), ({"format": 2}, "newer"), ({"product": "x"}, "damaged"),
                         ({"migration": 0}, "damaged"), ({"log": "zhiyun/0000000000000000"}, "")):
        path, target = with_part(clear, "about.json", lambda about: json.dumps({**json.loads(about), **change}).encode()), new("x")
        refused(zhiyun("restore", path, "--without-erasures", "--keys", os.path.join(data, "keys"), data=target), 3, word)
        nothing_there(target)


def test_parts_that_are_missing_doubled_or_elsewhere_are_seen():
    data, _, clear = small()
    parts = parts_of(clear)
    rows = next(n for n, (name, _) in enumerate(parts) if name.startswith("store/log_sequencer/"))
    tables = next(n for n, (name, _) in enumerate(parts) if name == "tables.json")
    described = json.loads(parts[tables][1])
    described[0]["indexes"].append({"name": "x", "columns": "id); DROP TABLE unit; --", "where": "", "unique": False})
    described[0]["name"] = "elsewhere"
    wrong = {"without a part": parts[:rows] + parts[rows + 1:],
             "a part twice": parts[:rows] + [parts[rows]] + parts[rows:],
             "no manifest": parts[:-1],
             "no beginning": parts[1:],
             "rows before their table": [parts[0], parts[rows], *parts[1:rows], *parts[rows + 1:]],
             "a part that none has": [*parts[:-1], ["shadow/x", b"x"], parts[-1]],
             "a key where none are": [*parts[:1], ["keys/log.key", b"x"], *parts[1:]],
             "a type outside of its folder": [*parts[:1], ["types/../../x.yaml", b"x"], *parts[1:]],
             "SQL for a name": [*parts[:tables], ["tables.json", json.dumps(described).encode()], *parts[tables + 1:]]}
    for what, those in wrong.items():
        target = new("x")
        done = zhiyun("restore", packed(those), "--without-erasures", "--keys", os.path.join(data, "keys"), data=target)
        refused(done, 3)
        nothing_there(target)
        assert not os.path.exists(os.path.join(WORK, "x.yaml")), what


def test_a_cut_file_is_refused():
    """At every 64 KB; LONG: at every 4. At every byte: pack_test.c."""
    step = 4096 if os.environ.get("LONG") else 65536
    for kind, path in enumerate(small()[1:]):
        with open(path, "rb") as file:
            content = file.read()
        for length in [*range(0, len(content), step), len(content) - 1]:
            cut, data = new("cut.bak"), new("x")
            with open(cut, "wb") as file:
                file.write(content[:length])
            keys = ["--keys", os.path.join(small()[0], "keys")] if kind else []
            refused(zhiyun("restore", cut, "--without-erasures", *keys, data=data), 3)
            nothing_there(data)


@tap.exhausts
def test_flipped_bytes_are_refused_or_change_nothing():
    print(f"# SEED={SEED}")
    pick = random.Random(SEED)
    data, sealed, clear = small()
    keys = ["--keys", os.path.join(data, "keys")]
    told = 0
    for path, more in ((sealed, []), (clear, keys)):
        with open(path, "rb") as file:
            content = bytearray(file.read())
        for _ in range(5): # pack_test.c turns every bit
            hurt, target = new("hurt.bak"), new("x")
            at = pick.randrange(len(content))
            content[at] ^= 1 << pick.randrange(8)
            with open(hurt, "wb") as file:
                file.write(content)
            done = zhiyun("restore", hurt, "--without-erasures", *more, data=target)
            told += done.returncode != 0
            if done.returncode:
                refused(done, 3)
                nothing_there(target)
            else:
                assert answer("verify", data=target)["ok"], at
            content[at] = open(path, "rb").read()[at]
    assert told >= 8, told


def test_a_row_that_was_changed_in_the_file_is_seen():
    """One that the log commits to, and one that nothing but the manifest speaks of."""
    data, _, clear = small()
    for table, old, new_text in (("log_entry", b'\\"do\\":\\"', b'\\"do\\":\\"x'), ("log_sequencer", b"[1,", b"[1,1")):
        def change(content, old=old, new_text=new_text):
            assert old in content
            return content.replace(old, new_text, 1)
        path, target = with_part(clear, f"store/{table}/000001.jsonl", change), new("x")
        refused(zhiyun("restore", path, "--without-erasures", "--keys", os.path.join(data, "keys"), data=target), 3,
                "manifest")
        nothing_there(target)


def killed(arguments, data, after, where=None):
    words = ["--data", data, "--store", where] if where else store.words(data)
    process = subprocess.Popen([ZHIYUN, *words, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env={**os.environ, "ZHIYUN_BACKUP_PASSPHRASE": ""})
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
    return process.returncode


@tap.exhausts
def test_kill_while_a_backup_is_made():
    """It is there whole or not at all: one that is there may have been published just before the kill."""
    made, path = world(), new("killed.bak")
    for after in (0.05, 0.1, 0.2, 0.4, 0.8):
        status = killed(["backup", path, "--without-keys"], made.data, after, made.server.store)
        if os.path.exists(path):
            break
        assert status != 0, after
    else:
        answer("backup", path, "--without-keys", phrase=None, **of(made))
    assert not os.path.exists(path + ".part")
    _, data = restore(path, "--keys", os.path.join(made.data, "keys"), phrase=None)
    assert answer("verify", data=data)["ok"]
    assert answer("verify", **of(made))["ok"]


@tap.exhausts
def test_kill_while_it_is_restored():
    """At moments after its store has begun to be there; the next restore begins anew."""
    made = world()
    path, keys = plain(**of(made))
    words, cut_off = ["restore", path, "--without-erasures", *keys], 0
    for after in (0.0, 0.01, 0.03, 0.1, 0.3):  # the whole takes a quarter of a second, or seconds
        data = new("restored")
        store.address(data)
        process = subprocess.Popen([ZHIYUN, *store.words(data), *words], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        while process.poll() is None and not store.has_table(data, "schema_migration"):
            time.sleep(0.01)
        time.sleep(after)
        process.kill()
        process.wait()
        if process.returncode == 0:
            continue
        cut_off += 1
        assert zhiyun("verify", data=data).returncode != 0  # it misses the keys, which come last
        for command in (["search", "x"], ["dump"], ["user", "token", "centre_manager"], ["init"]):
            refused(zhiyun(*command, data=data), 3, "only partly there")
        answer(*words, data=data)
        assert answer("verify", data=data)["ok"]
        assert dump(data) == zhiyun("dump", **of(made)).stdout
    assert cut_off >= 2, cut_off


def test_a_restore_cut_off_at_its_very_end():
    """Between its last two writes: the store has lost its mark, the folder not yet. And just before them."""
    data, sealed, _ = small()
    data = restore(sealed)[1]
    words = ["restore", sealed, "--without-erasures"]
    mark = os.path.join(data, "restore.begun")

    def whole():
        with open(mark, "w", encoding="ascii") as file:
            file.write("whole\n")
    whole()
    refused(zhiyun(*words, data=data), 3, "there is a store")
    assert answer("verify", data=data)["ok"]  # nothing was taken for leftovers
    store.run(data, "INSERT INTO schema_migration (number, name) VALUES (0, 'filling')")
    refused(zhiyun("verify", data=data), 3, "only partly there")
    answer(*words, data=data)
    assert answer("verify", data=data)["ok"] and not os.path.exists(mark)
    if store.SERVER:
        return
    whole()  # a store that was lost later: its keys and files are nobody's leftovers
    for path in glob.glob(os.path.join(data, "zhiyun.db*")):
        os.remove(path)
    refused(zhiyun(*words, data=data), 3, "not empty")
    assert os.path.exists(os.path.join(data, "keys", "seal.key")) and os.path.exists(os.path.join(data, "blobs.db"))


def test_keys_and_files_beside_an_empty_store_are_not_taken_for_leftovers():
    data, sealed, _ = small()
    folder = new("lost")
    shutil.copytree(data, folder)
    for path in glob.glob(os.path.join(folder, "zhiyun.db*")):
        os.remove(path)
    if not store.SERVER:
        with open(os.path.join(folder, "zhiyun.db"), "w", encoding="utf-8"):
            pass  # its disk was full

    def beside():
        return sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names
                      if not name.startswith("zhiyun.db"))
    before = beside()
    assert [name for name in before if name.endswith("seal.key")]
    refused(zhiyun("restore", sealed, "--without-erasures", data=folder), 3, "not empty")
    assert beside() == before


def test_two_restores_keep_out_of_each_other():
    data, sealed, _ = small()
    folder = new("twice")
    os.mkdir(folder)
    mark = os.path.join(folder, "restore.begun")
    with open(mark, "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        refused(zhiyun("restore", sealed, "--without-erasures", data=folder), 4, "another restore")
        assert os.listdir(folder) == ["restore.begun"]
    restore(sealed, data=folder)  # who held it is gone: what it left is removed
    assert not os.path.exists(mark)
    assert dump(folder) == dump(data)


def test_types_and_dictionaries_of_the_instance_come_back():
    data = new("own")
    answer("init", data=data)
    folder = os.path.join(data, "types", "dictionaries")
    os.makedirs(folder)
    with open(os.path.join(folder, "colours.yaml"), "w", encoding="utf-8") as file:
        file.write("name: colours\nlabel: {zh: 颜色, en: Colours}\nvalues:\n  - {code: red, zh: 红, en: Red}\n")
    path = new("own.bak")
    answer("backup", path, data=data)
    _, back = restore(path)
    with open(os.path.join(back, "types", "dictionaries", "colours.yaml"), encoding="utf-8") as file:
        assert "code: red" in file.read()
    with open(os.path.join(data, "keys", "Old Key"), "w", encoding="utf-8"):
        pass
    refused(zhiyun("backup", new("no.bak"), data=data), 3, "small letters")


@tap.exhausts
def test_a_backup_beside_64_writers_is_one_moment():
    made = world()
    token, stop, done = made["centre_manager"].token, threading.Event(), []

    def write(number):
        person, n = client.Person(made.server, token), 0
        while not stop.is_set():
            n += 1
            reply = person.create("deal", {"contract_no": f"W-{number}-{n}", "type": "other"})
            if reply.status == 201:
                done.append((number, n))
    threads = [threading.Thread(target=write, args=(n,)) for n in range(64)]
    for thread in threads:
        thread.start()
    paths = []
    try:
        while len(done) < 200:
            time.sleep(0.05)
        for _ in range(2):
            before = list(done)
            path, keys = plain(**of(made))
            paths.append((path, before, list(done)))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    for path, before, after in paths:
        _, data = restore(path, *keys, phrase=None)
        assert answer("verify", data=data)["ok"]
        found = {tuple(int(x) for x in row[0].split("-")[1:])
                 for row in store.run(data, "SELECT contract_no FROM record_deal WHERE contract_no LIKE 'W-%'")}
        assert set(before) <= found, len(set(before) - found)  # what was acknowledged before it began
        for number in range(64):  # …and of each writer a beginning without a gap
            mine = sorted(n for writer, n in found if writer == number)
            assert mine == list(range(1, len(mine) + 1)), (number, mine[-3:])
        assert len(after) > len(before)  # they did go on


def occurrences(folder, words):
    """In every file of the folder, and in a backup of it as tar has it."""
    found = []
    for base, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(base, name), "rb") as file:
                content = file.read()
            found += [(name, word) for word in words if word.encode() in content]
    return found


def test_what_was_erased_stays_erased():
    made = client.World(ZHIYUN, store=store.address(new("erasing")) if store.SERVER else None)
    try:
        staff, words = made["centre_manager"], ["虚构张甲子其人", "zhang.jiazi@example.invalid", "虚构李乙丑其人"]
        for n, word in ((1, words[0]), (2, words[2])):
            done = staff.create("served_party", {"name": f"虚构{n}", "contact": f"{word} {words[1]}"[:40]})
            assert done.status == 201, done
            done = staff.change("served_party", done.json["id"], 1, {"contact": f"又{word} {words[1]}"[:40]})
            assert done.status == 200, done
        early, late, lists = new("early.bak"), new("late.bak"), [new("list"), new("list")]
        clear = {"phrase": None, **of(made)}
        answer("backup", early, "--without-keys", **clear)
        answer("backup", "--erasures", lists[0], **of(made))
        for one in (1, 2):
            done = made.erase(f"/records/served_party/{one}/erase", {"fields": ["contact"], "ground": "pipl_47_1_3", "reason": "本人要求"})
            assert done.status == 200, done
        answer("backup", late, "--without-keys", **clear)
        assert answer("backup", "--erasures", lists[1], **of(made))["erased"] == 2
        # A backup that was made afterwards has nothing of it.
        unpacked = subprocess.run(["zstd", "-dc", late], capture_output=True, check=True).stdout
        assert [word for word in words if word.encode() in unpacked] == []
        unpacked = subprocess.run(["zstd", "-dc", early], capture_output=True, check=True).stdout
        assert all(word.encode() in unpacked for word in words)
        with open(lists[1], encoding="utf-8") as file:
            assert not [word for word in words if word in file.read()]
        # One from before is brought to the same state.
        keys = ["--keys", os.path.join(made.data, "keys")]
        data = new("restored")
        reply = answer("restore", early, "--erasures", lists[1], *keys, data=data)
        assert reply["erased"] == 2, reply
        assert occurrences(data, words) == []
        assert answer("verify", data=data)["ok"]
        assert store.run(data, "SELECT count(*) FROM record_erasure WHERE type = 'served_party' AND field = 'contact'") == [["2"]]
        again = new("again.bak")
        answer("backup", again, "--without-keys", data=data, phrase=None)
        unpacked = subprocess.run(["zstd", "-dc", again], capture_output=True, check=True).stdout
        assert [word for word in words if word.encode() in unpacked] == []
        # …and without the list it is not: the test sees what it looks for.
        _, bare = restore(early, *keys, phrase=None)
        if not store.SERVER:
            assert {word for _, word in occurrences(bare, words)} == set(words)
        # Lists that are older than the backup, of another log, or none.
        refused(zhiyun("restore", late, "--erasures", lists[0], *keys, data=new("x")), 3, "older")
        other = new("list")
        answer("backup", "--erasures", other, data=small()[0])
        refused(zhiyun("restore", early, "--erasures", other, *keys, data=new("x")), 3, "of the log")
        refused(zhiyun("restore", early, "--erasures", late, *keys, data=new("x")), 3, "no list")
        with open(lists[1], encoding="utf-8") as file:
            forged = json.load(file)
        forged["head"] = forged["head"].replace("\ntime 1", "\ntime 2", 1)
        with open(other, "w", encoding="utf-8") as file:
            json.dump(forged, file)
        refused(zhiyun("restore", early, "--erasures", other, *keys, data=new("x")), 3)
    finally:
        made.close()


def test_an_account_that_was_erased_stays_erased():
    """Closed and erased after the backup; the backup has it in use."""
    made = client.World(ZHIYUN, store=store.address(new("erasing")) if store.SERVER else None,
                        people={name: client.PEOPLE[name] for name in ("centre_manager", "province_leader")})
    try:
        boss, words = made[client.FIRST], ["zhang.renshen", "虚构张壬申", "renshen@example.invalid", "13900000987"]
        done = boss.ask("POST", "/accounts", {"name": words[0], "display_name": words[1], "email": words[2], "phone": words[3],
                                              "unit": made.units["centreA"]})
        assert done.status == 201, done
        gone = done.json["id"]
        assert boss.ask("POST", "/grants", {"account": gone, "role": "centre_staff"}).status == 201
        made.server.run("user", "link", words[0])
        early, lists = new("early.bak"), new("list")
        answer("backup", early, "--without-keys", phrase=None, **of(made))
        assert boss.ask("POST", f"/accounts/{gone}", {"do": "disable", "reason": "离职"}).status == 200
        done = made.erase(f"/accounts/{gone}/erase", {"ground": "pipl_47_1_3", "reason": "本人要求"})
        assert done.status == 200, done
        assert answer("backup", "--erasures", lists, **of(made))["erased"] == 4
        with open(lists, encoding="utf-8") as file:
            assert not [word for word in words if word in file.read()]
        keys = ["--keys", os.path.join(made.data, "keys")]
        data = new("restored")
        assert answer("restore", early, "--erasures", lists, *keys, data=data)["erased"] == 1
        assert occurrences(data, words) == []
        assert store.run(data, f"SELECT state, name FROM account WHERE id = {gone}") == [["disabled", f"erased.{gone}"]]
        assert answer("verify", data=data)["ok"]
        again = new("again.bak")
        answer("backup", again, "--without-keys", data=data, phrase=None)
        unpacked = subprocess.run(["zstd", "-dc", again], capture_output=True, check=True).stdout
        assert [word for word in words if word.encode() in unpacked] == []
        _, bare = restore(early, *keys, phrase=None)  # the test sees what it looks for
        if not store.SERVER:
            assert {word for _, word in occurrences(bare, words)} == set(words)
    finally:
        made.close()


def files_of(folder):
    found = {}
    for base, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(base, name), "rb") as file:
                found[os.path.relpath(os.path.join(base, name), folder)] = file.read()
    return found


def test_a_store_moves():
    made = world()
    data = another()
    before = dump(data)
    here = store.address(data)
    there = store.address(new("there")) if store.SERVER else f"sqlite:{new('there.db')}"
    for sql, back, name in (("UPDATE account SET display_name = 'x' || display_name",
                             "UPDATE account SET display_name = substr(display_name, 2)", "display_name"),
                            ("INSERT INTO setting VALUES ('access.idle_minutes', '30', 0, 1)", "DELETE FROM setting",
                             "access.idle_minutes")):
        store.plant(data, sql)
        refused(zhiyun("migrate-store", here, there, data=data), 4, name)
        assert store.SERVER or not os.path.exists(there.removeprefix("sqlite:"))
        store.plant(data, back)
    kept = {name: content for name, content in files_of(data).items() if name.endswith(".db")}
    reply = answer("migrate-store", here, there, data=data, where=there)
    assert reply["rows"] > 100 and (reply["files"] == 2 if store.SERVER else reply["files"] == 0), reply
    assert {name: content for name, content in files_of(data).items() if name.endswith(".db")} == kept
    moved = zhiyun("dump", data=data, where=there)
    assert moved.returncode == 0 and moved.stdout == before
    verdict = answer("verify", data=data, where=there)
    assert verdict["ok"] and verdict["entries"] == reply["entries"] + 1, (verdict, reply)
    refused(zhiyun("migrate-store", here, there, data=data), 3, "already")
    refused(zhiyun("migrate-store", here, data=data), 2)
    refused(zhiyun("migrate-store", f"sqlite:{new('none')}", there, data=data), 3, "no such file")
    refused(zhiyun("migrate-store", made.server.store or f"sqlite:{made.data}/zhiyun.db", f"sqlite:{new('x')}",
                   data=made.data), 4, "stop it first")  # a server works with it
    if store.SERVER:  # …and to the other engine, files and all
        back = new("back")
        shutil.copytree(data, back)
        for name in os.listdir(back):
            if name.endswith(".db"):
                os.unlink(os.path.join(back, name))
        url = f"sqlite:{back}/zhiyun.db"
        reply = answer("migrate-store", there, url, data=back, where=url)
        assert reply["files"] == 2, reply
        assert zhiyun("dump", data=back, where=url).stdout == before
        assert answer("verify", data=back, where=url)["ok"]
        assert answer("doctor", "--all", data=back, where=url)["state"] != "fault"
        a_damaged_file_stops_no_move(data, there)


def made_anew(data):
    """What an instance of a version without codes looks like."""
    store.plant(data, "DELETE FROM row_mac")
    os.unlink(os.path.join(data, "keys", "codes"))


def times_made(data):
    return int(store.run(data, "SELECT count(*) FROM log_entry WHERE body LIKE '%make_codes%'")[0][0])


def test_an_upgrade_gives_rows_their_codes_once():
    data = another()
    assert answer("verify", data=data)["ok"] and times_made(data) == 0
    made_anew(data)
    verdict = answer("verify", data=data)
    assert verdict["ok"] and times_made(data) == 1
    assert verdict["head"]["size"] == verdict["entries"], verdict  # its entry is numbered and signed, though nobody else wrote
    assert os.path.exists(os.path.join(data, "keys", "codes"))
    assert answer("verify", data=data)["ok"] and times_made(data) == 1
    store.plant(data, "INSERT INTO outward_host (host, port, inside, created_ms, created_by) VALUES ('foreign.example', 443, 0, 1, 1)")
    store.plant(data, "DELETE FROM row_mac WHERE name = 'session' OR name = 'outward_host'")  # brings no new ones
    found = answer("verify", code=1, data=data)
    assert "outward_host" in found["fault"], found
    assert times_made(data) == 1


def test_an_upgrade_that_was_killed_goes_on():
    data = another()
    chance = random.Random(SEED)
    made = 0
    for _ in range(12):
        made_anew(data)
        process = subprocess.Popen([ZHIYUN, *store.words(data), "log", "head"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, 0.08))
        process.kill()
        process.wait()
        made = times_made(data)
        assert answer("verify", data=data)["ok"], SEED
        assert os.path.exists(os.path.join(data, "keys", "codes"))
        assert times_made(data) - made in (0, 1), SEED
    assert times_made(data) >= 12


def test_a_backup_of_a_version_without_codes_comes_back_with_them():
    data = another()
    store.plant(data, "DELETE FROM row_mac")  # and no upgrade, which would make them
    path, _ = plain(data)
    assert store.run(data, "SELECT count(*) FROM row_mac") == [["0"]]
    _, back = restore(path, "--keys", os.path.join(data, "keys"), phrase=None)
    assert int(store.run(back, "SELECT count(*) FROM row_mac")[0][0]) > 100
    assert answer("verify", data=back)["ok"] and times_made(back) == 0


def a_damaged_file_stops_no_move(data, there):
    """One file is gone and one is damaged: all else is moved, and what was mended is sent after."""
    back = new("back")
    os.makedirs(back, mode=0o700)
    shutil.copytree(os.path.join(data, "keys"), os.path.join(back, "keys"))
    url = f"sqlite:{back}/zhiyun.db"
    spoil = ["UPDATE blob_chunk SET bytes = set_byte(bytes, 7, 255 - get_byte(bytes, 7)) WHERE id = (SELECT min(id) FROM blob_chunk)",
             "UPDATE blob SET digest = translate(digest, '0123456789', '1234567890') WHERE content IS NOT NULL"]
    mend = [spoil[0], spoil[1].replace("'0123456789', '1234567890'", "'1234567890', '0123456789'")]
    for statement in spoil:
        store.psql(there, statement)
    reply = answer("migrate-store", there, url, code=1, data=back, where=url)
    assert len(reply["damaged"]) == 2 and reply["files"] == 0 and reply["rows"] > 100, reply
    assert answer("verify", data=back, where=url)["ok"]
    store.psql(there, mend[1])
    less = answer("migrate-store", there, url, code=1, data=back, where=url)
    assert less["rows"] == 0 and less["files"] == 1 and less["damaged"] == [world().file], less
    store.psql(there, mend[0])
    assert answer("migrate-store", there, url, data=back, where=url)["files"] == 1
    refused(zhiyun("migrate-store", there, url, data=back), 3, "already")
    assert answer("doctor", "--all", data=back, where=url)["state"] != "fault"
    assert answer("verify", data=back, where=url)["ok"]


def checks(data, code=0, *more):
    reply = answer("doctor", *more, code=code, data=data)
    return {check["check"]: check for check in reply["checks"]}, reply["state"]


def test_doctor_says_what_is_not_well():
    made, later = world(), new("later.bak")
    answer("backup", new("earlier.bak"), "--without-keys", phrase=None, **of(made))
    answer("backup", later, "--without-keys", phrase=None, **of(made))
    _, data = restore(later, "--keys", os.path.join(made.data, "keys"), phrase=None)
    found, state = checks(data, 0, "--all")
    assert state in ("ok", "warn"), found
    for name in ("folder", "disk", "store", "pages", "types", "log", "clock", "files", "jobs", "address"):
        assert found[name]["state"] == "ok", found[name]
    assert found["second_factor"]["state"] == "warn" and found["second_factor"]["mend"], found
    assert found["backup"]["state"] == "ok", found["backup"]  # the earlier one: it is in the log of the later
    assert checks(data)[1] == state
    assert found["administrators"]["state"] == "ok", found["administrators"]
    store.run(data, "UPDATE role_grant SET from_date = '2999-01-01' WHERE role = 'audit_administrator'")
    assert checks(data)[0]["administrators"]["state"] == "warn"  # nobody is it yet
    store.run(data, "UPDATE role_grant SET from_date = '2020-01-01' WHERE role = 'audit_administrator'")
    os.chmod(os.path.join(data, "keys", "seal.key"), 0o644)
    found, state = checks(data, 1)
    assert state == "fault" and "chmod 600" in found["keys"]["mend"], found
    os.chmod(os.path.join(data, "keys", "seal.key"), 0o600)
    os.chmod(data, 0o755)
    assert checks(data, 1)[0]["folder"]["state"] == "fault"
    os.chmod(data, 0o700)
    if not store.SERVER:
        shutil.move(os.path.join(data, "zhiyun.db"), os.path.join(WORK, "aside.db"))
        os.chmod(os.path.join(WORK, "aside.db"), 0o644)
        aside = f"sqlite:{WORK}/aside.db"
        reply = answer("doctor", code=1, data=data, where=aside)
        assert any("aside.db" in check["text"] and check["state"] == "fault" for check in reply["checks"]), reply
        shutil.move(os.path.join(WORK, "aside.db"), os.path.join(data, "zhiyun.db"))
    os.rename(os.path.join(data, "keys", "log.key"), os.path.join(data, "kept"))
    assert "missing" in checks(data, 1)[0]["keys"]["text"]
    os.rename(os.path.join(data, "kept"), os.path.join(data, "keys", "log.key"))
    assert checks(data)[1] == "warn"
    store.run(data, "UPDATE log_entry SET body = replace(body, 'instance', 'nothing') WHERE leaf = "
                    "(SELECT max(leaf) FROM log_entry)")
    assert checks(data, 1)[0]["log"]["state"] == "fault"
    refused(zhiyun("doctor", "--everything", data=data), 2)
    refused(zhiyun("doctor", data=new("nothing")), 4)


def test_doctor_sees_files_and_pages_that_are_damaged():
    if store.SERVER:
        raise tap.Skip("the server looks after its own files")
    data = another()
    db = store.sqlite_file.connect(os.path.join(data, "blobs.db"), isolation_level=None)
    db.execute("UPDATE blob_chunk SET bytes = zeroblob(100) WHERE id % 2 = 1")
    db.close()
    assert checks(data, 1)[0]["files"]["state"] == "fault"
    with open(os.path.join(data, "zhiyun.db"), "r+b") as file:
        file.seek(4096 * 40 + 2000)
        byte = file.read(1)[0]
        file.seek(4096 * 40 + 2000)
        file.write(bytes([byte ^ 1]))
    done = zhiyun("--json", "doctor", data=data)
    assert done.returncode == 1 and "damaged" in done.stdout, done


def test_an_old_store_gains_checksums_by_a_backup():
    if store.SERVER:
        raise tap.Skip("pages are the server's own")
    _, data = restore(small()[1])
    old = new("old")
    os.mkdir(old, 0o700)
    shutil.copytree(os.path.join(data, "keys"), os.path.join(old, "keys"))
    import sqlite3  # as the program once did: without its own file layer, no place for sums
    source = store.sqlite_file.connect(os.path.join(data, "zhiyun.db"), isolation_level=None)
    text = "\n".join(source.iterdump())
    source.close()
    target = sqlite3.connect(os.path.join(old, "zhiyun.db"))
    target.executescript(text)
    target.execute("PRAGMA journal_mode=WAL")
    target.close()
    found, _ = checks(old)
    assert found["pages"]["state"] == "warn" and "restore" in found["pages"]["mend"], found["pages"]
    path, keys = plain(old)
    _, fresh = restore(path, *keys, phrase=None)
    assert checks(fresh)[0]["pages"]["state"] == "ok"
    assert answer("verify", data=fresh)["ok"]


def test_an_uploaded_file_that_is_lost_is_named_and_the_rest_saved():
    if store.SERVER:
        raise tap.Skip("the files lie in the server")
    made = client.World(ZHIYUN)
    try:
        staff = made["centre_manager"]
        digest = staff.ask("POST", "/files?name=a.txt", raw=b"x" * 2000000).json["digest"]
        staff.ask("POST", "/files?name=b.txt", raw=b"still there")
        made.server.stop()
        db = store.sqlite_file.connect(os.path.join(made.data, "blobs.db"), isolation_level=None)
        db.execute("UPDATE blob_chunk SET bytes = zeroblob(1048576) WHERE id % 2 = 1")
        db.close()
        path = new("lost.bak")
        reply = answer("backup", path, "--without-keys", code=1, data=made.data, phrase=None)
        assert reply["damaged"] == [digest], reply
        data = new("restored")
        back = answer("restore", path, "--without-erasures", "--keys", os.path.join(made.data, "keys"), code=1, data=data)
        assert back["damaged"] == [digest] and answer("verify", data=data)["ok"], back
    finally:
        made.close()


def test_a_full_disk():
    made, small_disk = world(), new("disk")
    os.mkdir(small_disk)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "none", small_disk], capture_output=True).returncode != 0:
        raise tap.Skip("no file system can be mounted here")
    try:
        path = os.path.join(small_disk, "x.bak")
        with open(os.path.join(small_disk, "filler"), "wb") as file:
            file.write(b"x" * 250 * 1024)
        refused(zhiyun("backup", path, "--without-keys", phrase=None, **of(made)), 4, "no space is left")
        assert os.listdir(small_disk) == ["filler"]
        if store.SERVER:
            return
        os.unlink(os.path.join(small_disk, "filler"))
        (whole, keys), data = plain(**of(made)), os.path.join(small_disk, "data")
        refused(zhiyun("restore", whole, "--without-erasures", *keys, data=data), 4)
        assert zhiyun("verify", data=data).returncode != 0
    finally:
        subprocess.run(["umount", small_disk], check=False)


def test_what_made_the_instances_is_tidied():
    if hasattr(world, "made"):
        world.made.close()
    shutil.rmtree(WORK, ignore_errors=True)
    assert glob.glob(os.path.join(WORK, "*")) == []


if __name__ == "__main__":
    tap.run(sys.modules[__name__])
