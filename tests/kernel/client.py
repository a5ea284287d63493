"""A running server and people who ask it: what the tests of the kernel share.

World builds an instance with one province of two cities, a second province, and somebody in every
role. Its records are made over the API by those who may. Everything is fictional.
"""
import copy
import contextlib
import functools
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import bodies  # noqa: E402
import described  # noqa: E402
import ports  # noqa: E402
import prepared  # noqa: E402
import sqlite_file  # noqa: E402
import store  # noqa: E402

UNITS = {  # name: (type, kind, region)
    "office51": ("office", "province_office", "510000"),
    "ip51": ("office", "province_ip_centre", "510000"),
    "finance51": ("office", "finance_office", "510000"),
    "audit51": ("office", "audit_office", "510000"),
    "city5101": ("office", "city_office", "510100"),
    "city5107": ("office", "city_office", "510700"),
    "office14": ("office", "province_office", "140000"),
    "city1401": ("office", "city_office", "140100"),
    "centreA": ("party", "party", "510100"),
    "centreB": ("party", "party", "510100"),
    "centreC": ("party", "party", "510700"),
    "centreD": ("party", "party", "140100"),
    "service": ("party", "service_org", "510100"),
    "bank": ("party", "bank", "510100"),
    "pool": ("party", "expert_pool", "510000"),
}
PEOPLE = {  # name: (unit, role)
    "province_officer": ("office51", "province_officer"),
    "province_leader": ("office51", "province_leader"),
    "ip_centre_officer": ("ip51", "ip_centre_officer"),
    "finance_officer": ("finance51", "finance_officer"),
    "auditor": ("audit51", "auditor"),
    "city_officer": ("city5101", "city_officer"),
    "city_leader": ("city5101", "city_leader"),
    "city_other": ("city5107", "city_officer"),
    "province_other": ("office14", "province_officer"),
    "centre_staff": ("centreA", "centre_staff"),
    "centre_colleague": ("centreA", "centre_staff"),
    "centre_manager": ("centreA", "centre_manager"),
    "centre_neighbour": ("centreB", "centre_manager"),
    "centre_far": ("centreC", "centre_manager"),
    "centre_other_province": ("centreD", "centre_manager"),
    "company_staff": ("centreB", "company_staff"),
    "service_staff": ("service", "service_staff"),
    "bank_officer": ("bank", "bank_officer"),
    "expert": ("pool", "expert"),
    "centre_expert": ("centreA", "expert"),
    "sysadmin": ("office51", "system_administrator"),
    "auditadmin": ("office51", "audit_administrator"),
}
FIRST = "secadmin"  # the first administrator
PASSWORD = "a fictional passphrase of length"
BESIDE = ("/metrics", "/healthz", "/check")  # of the API
IDLE_SECONDS = 20  # a server closes connections that were silent for 30


def database_server():
    """Under tools/pg.py: its address; else None, and the records lie in the folder."""
    return os.environ.get("ZHIYUN_POSTGRES") if os.environ.get("DB") == "postgres" else None


def database_name():
    return f"kernel_{os.getpid()}_{time.monotonic_ns()}"


def fresh_database():
    """A new, empty database of that server, or None."""
    server, name = database_server(), database_name()
    if not server:
        return None
    prepared.sql(server, f"CREATE DATABASE {name} TEMPLATE template0")
    return prepared.database(server, name)


@contextlib.contextmanager
def opened(world):
    """Its records' file; the same connection each time where a World keeps one, for to open it takes 4 ms."""
    keeps = getattr(world, "keeps_file", False)
    db = (keeps and world.kept_db) or sqlite_file.connect(os.path.join(world.data, "zhiyun.db"), timeout=30)
    with db:
        yield db
    if keeps:
        world.kept_db = db
    else:
        db.close()


def run_sql(world, statements):
    """Straight into the store, for what no request makes, as if the program had written it."""
    server = world.server
    store.coded(server.zhiyun, server.data, server.store or f"sqlite:{server.data}/zhiyun.db", statements)


def plant_sql(world, statements):
    """The same by another hand, beside the program."""
    if world.server.store:
        world.server.psql().ask(";\n".join(statements))
        return
    with opened(world) as db:
        for statement in statements:
            db.execute(statement)


def enter_register(world, unit, programme, region):
    """The unit stands in the public register of those recognised by the programme, once."""
    run_sql(world, [
        "INSERT INTO record_centre (version, state, owner_unit, owner_city, owner_province, secrecy, published, created_ms, created_by,"
        " changed_ms, changed_by, name, credit_code, programme, region, entered) SELECT 1, 'active', 999999, '9999', '99', 1, 1, 1, 0, 1, 0,"
        f" '虚构', credit_code, '{programme}', '{region}', '2024-01-01' FROM unit u WHERE id = {unit} AND NOT EXISTS (SELECT 1 FROM"
        f" record_centre c WHERE c.credit_code = u.credit_code AND c.programme = '{programme}')"])


def taken(case, step):
    """The statement by which a step of a case is one that was taken where it stands, just now."""
    return ("INSERT INTO flow_step (case_id, version, kind, step, label, from_stage, to_stage, at_ms, date, account, late, entry) SELECT "
            f"id, version, 'step', '{step}', '{step}', stage, stage, {int(time.time() * 1000)}, '2026-01-05', 0, 0, '-' FROM flow_case "
            f"WHERE id = {case}")


def ask_sql(world, query):
    """Rows of texts."""
    if world.server.store:
        return [tuple(line.split("\x1f")) for line in world.server.psql().ask(query)]
    with opened(world) as db:
        return [tuple("" if v is None else str(v) for v in row) for row in db.execute(query)]


def at_once(calls):
    """The replies of calls that are made at the same moment, in that order."""
    barrier, replies = threading.Barrier(len(calls)), [None] * len(calls)

    def run(at):
        barrier.wait()
        replies[at] = calls[at]()
    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies


def unnumbered(content):
    """An answer without the number of its request, by which no two are alike."""
    return re.sub(rb'"request_id":"[0-9a-f]+"', b'"request_id":""', content)


class Psql:
    """One psql for many statements; it ends at the first that fails, and so does the test."""
    END = "-- the end of an answer --"

    def __init__(self, store):
        self.process = subprocess.Popen(["psql", "-qAtF", "\x1f", "-v", "ON_ERROR_STOP=1", store], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, statements):
        """Lines of the answer."""
        self.process.stdin.write(f"{statements};\n\\echo {self.END}\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line == self.END + "\n":
                return lines
            lines.append(line.removesuffix("\n"))
        raise RuntimeError(f"psql ended: {statements[:300]}")

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=600)
        self.process.stdout.close()


@functools.lru_cache(10000)
def quoted(path):
    return urllib.parse.quote(path, safe="/?&=%:,-._~*")


def joined(headers):
    """{lower-case name: value}, several of a name joined with commas."""
    found = {}
    for name, value in headers:
        found[name.lower()] = f"{found[name.lower()]}, {value}" if name.lower() in found else value
    return found


class Reply:
    def __init__(self, status, headers, content):
        self.status, self.headers, self.content = status, headers, content

    @property
    def json(self):
        return json.loads(self.content)

    def __repr__(self):
        return f"{self.status} {self.content[:900].decode('utf-8', 'replace')}"


class Server:
    """One `zhiyun serve` over a data folder; restarts on the same port. `said`: where its words go."""

    def __init__(self, zhiyun, data, store=None, env=None, said=None):
        self.zhiyun, self.data, self.store, self.said = zhiyun, data, store, said
        self.env = {**os.environ, **(env or {})}
        self.port = ports.free_port()
        self.process = self.asks = None
        self.starts = 0
        self.options = os.environ.get("ZHIYUN_SERVE", "").split()  # of serve, besides
        self.door = None  # who is asked instead of it (door.py)

    def psql(self):
        self.asks = self.asks or Psql(self.store)
        return self.asks

    def command(self, *arguments):
        store = ["--store", self.store] if self.store else []
        return [self.zhiyun, "--data", self.data, *store, "--lang", "en", *arguments]

    def run(self, *arguments, **kwargs):
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, env=self.env,
                              check=False, **kwargs)
        if done.returncode != 0:
            raise RuntimeError(f"{arguments}: {done.returncode} {done.stderr}{done.stdout[-1500:]}")
        return done.stdout

    def start(self):
        self.starts += 1
        self.process = subprocess.Popen(self.command("--quiet", "serve", "--listen",
                                                     f"127.0.0.1:{self.port}", *self.options), env=self.env, stderr=self.said)
        while self.process.poll() is None:  # one that hangs is ended by who watches over the tests
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=600).close()
                return
            except OSError:
                time.sleep(0.01)
        raise RuntimeError("the server does not start")

    def hang_up(self):
        """Who asked its store beside it."""
        if self.asks:
            self.asks.close()
            self.asks = None

    def stop(self):
        self.hang_up()
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()

    def kill(self):
        self.process.kill()
        self.process.wait()


def pointer(field):
    """Where a body has a field, "shares[2].percent", as refusals name it."""
    return "/" + field.replace(".", "/").replace("[", "/").replace("]", "") if field else ""


class Person:
    """Somebody with a token (None: the public), on one kept connection."""
    mutation = None  # in a mutation build: names of checks that are off in every request from now on
    asked = set()    # …and of those that have refused something since this was last emptied
    language = None  # that answers are wanted in; None: not said, English

    def __init__(self, server, token=None, name="public"):
        self.server, self.token, self.name = server, token, name
        self.connection, self.used, self.to = None, 0.0, 0  # to: which start of the server it leads to

    def request(self, method, path, body=None, headers=None, raw=None):
        """What `ask` sends: method, target, content, headers."""
        head = {**({"Accept-Language": self.language} if self.language else {}), **(headers or {})}
        if self.token:
            head["Authorization"] = f"Bearer {self.token}"
        if Person.mutation:
            head["X-Mutation"] = Person.mutation
        content = raw
        if body is not None:
            content = json.dumps(body, ensure_ascii=False).encode()
            head.setdefault("Content-Type", "application/json")
        root = "" if path == "/" or path.startswith(BESIDE) else "/api/v1"
        return method, root + quoted(path), content, head

    def ask(self, method, path, body=None, headers=None, raw=None):
        return self.send(*self.request(method, path, body, headers, raw))

    def send(self, method, target, content, head):
        if self.server.door:
            return self.server.door.ask(method, target, content, head)
        if self.connection and (time.monotonic() - self.used > IDLE_SECONDS or self.to != self.server.starts):
            self.connection.close()
            self.connection = None
        self.used, self.to = time.monotonic(), self.server.starts
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=600)
            try:
                self.connection.request(method, target, content, head)
                answer = self.connection.getresponse()
                reply = Reply(answer.status, joined(answer.getheaders()), answer.read())
                Person.asked.update(n for n in reply.headers.get("x-checks", "").split(", ") if n)
                if not Person.mutation:
                    described.check(self.server.zhiyun, method, target, reply.status, reply.headers, reply.content)
                return reply
            except (http.client.HTTPException, OSError):
                self.connection.close()
                self.connection = None
                if attempt == 2 or method != "GET":
                    raise
        return None

    def get(self, path, **headers):
        return self.ask("GET", path, headers=headers)

    @property
    def zh(self):
        """The same person, who is answered in Chinese."""
        other = copy.copy(self)
        other.connection, other.language = None, "zh"
        return other

    def create(self, kind, body, **headers):
        return self.ask("POST", f"/records/{kind}", body, headers)

    def change(self, kind, one, version, patch, **headers):
        return self.ask("PATCH", f"/records/{kind}/{one}", patch, {"If-Match": f'"{version}"', **headers})

    def act(self, kind, one, action, body=None, query=""):
        return self.ask("POST", f"/records/{kind}/{one}/actions/{action}{query}", body or {})


class Browser:
    """Somebody's browser: it keeps cookies and says where its page is from."""

    def __init__(self, world, name=None, device=None):
        self.world, self.name = world, name
        self.person = Person(world.server, name=name or "browser")
        self.cookies = {"__Host-device": device} if device else {}
        self.csrf = None

    def ask(self, method, path, body=None, raw=None, **headers):
        head = {"Origin": f"http://127.0.0.1:{self.world.server.port}"}
        if self.cookies:
            head["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if self.csrf:
            head["X-CSRF-Token"] = self.csrf
        head.update({k.replace("_", "-"): v for k, v in headers.items()})
        reply = self.person.ask(method, path, body, {k: v for k, v in head.items() if v is not None}, raw)
        if self.person.connection:
            self.person.connection.close()  # one that waits is shut when the clock moves
            self.person.connection = None
        return reply

    def take(self, reply):
        """Keep what a sign-in hands over."""
        for name, value in re.findall(r"(__Host-\w+)=([0-9a-f]*)", reply.headers.get("set-cookie", "")):
            self.cookies[name] = value
        if reply.status == 200 and "csrf" in reply.json:
            self.csrf = reply.json["csrf"]
        return reply

    def link(self):
        """Sign in by a link that is made for it."""
        text = json.loads(self.world.server.run("--json", "user", "link", self.name))["link"]
        return self.take(self.ask("POST", "/session/link", {"link": re.sub(r".*[=/]", "", text)}))

    def sign_in(self, password=PASSWORD, code=None, **headers):
        body = {"name": self.name, "password": password, **({"code": code} if code else {})}
        return self.take(self.ask("POST", "/session", body, **headers))

    def alive(self):
        return self.ask("GET", "/notifications").status == 200


with open(__file__, "rb") as own, open(bodies.__file__, "rb") as beside:
    BUILT_BY = prepared.digest([own.read().decode(), beside.read().decode()])
TOKEN_DAYS = 366  # of a world's people, and no longer; it is no subject of theirs


class World:
    """`specimens`: the types of tests/kernel/types are the instance's own besides the shipped ones. `store`: an address of
    its own. `begins`: a name for its day, where the server's clock is not today's (`before` sets it then).

    Its instance is the copy of one that was built before (prepared.py), unless it waits for the disk (ZHIYUN_UNSYNCED is
    not set: the test is about durability) or has a store of its own."""
    kept_db, keeps_file = None, False  # for run_sql and ask_sql

    def __init__(self, zhiyun, store=None, people=PEOPLE, specimens=False, begins=None, before=None):
        self.zhiyun, self.data = zhiyun, tempfile.mkdtemp(prefix="zhiyun-kernel-")
        self.specimens = bodies.load(bodies.SPECIMENS) if specimens else {}
        self.types = {**bodies.load(), **self.specimens}
        self.units, self.people, self.uploaded = {}, {}, {}
        if store or os.environ.get("ZHIYUN_UNSYNCED") != "1":
            self.begin(self.data, store or fresh_database(), before)
            self.build(people)
            self.settle()
            return
        server, name = database_server(), database_name()
        kind = {"people": people, "units": UNITS, "specimens": specimens, "begins": begins, "built by": BUILT_BY,
                "day": time.strftime("%Y-%m-%d")}

        def build(folder, its_store=None):
            data = os.path.join(folder, "data")
            os.mkdir(data, 0o700)
            self.begin(data, its_store, before, an_hour_before=True)
            self.build(people)
            self.server.stop()
            return {"units": self.units, "people": [[p.name, p.token, getattr(p, "account", None), getattr(p, "unit", None),
                                                     getattr(p, "role", None)] for p in self.people.values()]}
        about = (prepared.copied_with_database(zhiyun, server, kind, build, self.data, name) if server
                 else prepared.copied(zhiyun, kind, build, self.data))
        self.begin(self.data, prepared.database(server, name) if server else None, before)
        self.server.start()
        self.units, self.people = about["units"], {}
        for called, token, account, unit, role in about["people"]:
            person = self.people[called] = Person(self.server, token, called)
            if account:
                person.account, person.unit, person.role = account, unit, role
        self.settle()

    def settle(self):
        """Its people have been in office for some time: who was appointed just now is nobody's second person."""
        run_sql(self, ["UPDATE role_grant SET created_ms = created_ms - 1728000000"])

    def begin(self, data, store, before, an_hour_before=False):
        """Its server, not started. A template is of an hour before: heads of its log are older than all that follows."""
        self.server = Server(self.zhiyun, data, store)
        self.server.env.update(ZHIYUN_ADMIN=FIRST, ZHIYUN_ADMIN_PASSWORD="fictional passphrase 2026")
        if before:
            before(self.server, an_hour_before)

    def build(self, people):
        self.server.run("init")
        if self.specimens:
            shutil.copytree(bodies.SPECIMENS, os.path.join(self.server.data, "types"), dirs_exist_ok=True)
        self.server.start()
        self.people[FIRST] = Person(self.server, self.token(FIRST), FIRST)
        self.people["public"] = Person(self.server)
        for number, (name, (kind, what, region)) in enumerate(UNITS.items()):
            done = self.people[FIRST].create(kind, {"name": f"虚构{name}", "kind": what, "region": region,
                                                    "credit_code": bodies.credit_code(900000 + number)})
            assert done.status == 201, (name, done)
            self.units[name] = done.json["id"]
        for name, (unit, role) in people.items():
            self.add_person(name, unit, role)

    def token(self, name, *scopes):
        given = [word for scope in scopes for word in ("--scope", scope)]
        return json.loads(self.server.run("--json", "user", "token", name, "--days", str(TOKEN_DAYS), *given))["token"]

    def add_person(self, name, unit, role, second=None):
        boss = self.people[FIRST]
        done = boss.ask("POST", "/accounts", {"name": name, "display_name": f"虚构{name}", "unit": self.units[unit]})
        assert done.status == 201, (name, done)
        account = done.json["id"]
        self.grant(account, role, second)
        person = Person(self.server, self.token(name), name)
        person.account, person.unit, person.role = account, self.units[unit], role
        self.people[name] = person
        return person

    def grant(self, account, role, second=None):
        """The first administrator asks for it, and where another one has signed in that one agrees; the last reply.
        The second is a security administrator if there is another, else the system administrator."""
        body = {"account": account, "role": role, "reason": "虚构"}
        done = self.people[FIRST].ask("POST", "/grants", body)
        if done.status == 202:
            others = (name for name, one in self.people.items() if name != FIRST and getattr(one, "role", None) == "security_administrator")
            done = self.signed_in(second or next(others, "sysadmin")).ask("POST", "/grants", body)
        assert done.status == 201, (role, done)
        return done

    def signed_in(self, name):
        """Somebody who has just signed in."""
        page = Browser(self, name)
        done = page.link()
        assert done.status == 200, done
        return page

    def erase(self, path, wish, second="province_leader"):
        """What the first administrator proposes and another confirms; the second's reply."""
        done = self.signed_in(FIRST).ask("POST", path, wish)
        assert done.status == 202 and done.json["proposal"], done
        return self.signed_in(second).ask("POST", path, wish)

    def maker(self, person, seed=1):
        """A maker of bodies whose references are records that this person makes as they are needed."""
        made = {}

        def refs(kind):
            if kind == "party":  # those are units of the world: one of the same province
                region = UNITS[PEOPLE.get(person, ("office51",))[0]][2][:2]
                return next(self.units[u] for u, (_, what, where) in UNITS.items() if what == "party" and where[:2] == region)
            if kind not in made:
                made[kind] = None  # a type that refers to itself gets none
                for again in range(4):  # others may have made one of this key
                    done = self[person].create(kind, self.maker(person, seed + 17 + 1009 * again).body(self.types[kind], False))
                    if done.status != 409:
                        break
                made[kind] = done.json["id"] if done.status == 201 else None
            return made[kind]
        return bodies.Maker(seed, refs, self.upload(person), self.states_of(person), self.ledger_of(person))

    def ledger_of(self, person):
        """Enters a contract, a patent or a project of a number, or the centre of a code, for bodies.Maker."""
        def holds(number, kind="deal"):
            if kind == "centre":  # in a register that nobody of the world reads
                run_sql(self, [
                    "INSERT INTO record_centre (version, state, owner_unit, owner_city, owner_province, secrecy, published, created_ms,"
                    " created_by, changed_ms, changed_by, name, credit_code, programme, region, entered) SELECT 1, 'active', 999999, '9999',"
                    " owner_province, 9, 0, 1, 0, 1, 0, '虚构', credit_code, 'matrix', '510000', '2024-01-01' FROM unit u WHERE u.credit_code ="
                    f" '{number}' AND NOT EXISTS (SELECT 1 FROM record_centre c WHERE c.credit_code = u.credit_code AND c.programme = 'matrix')"])
                return number
            of = {"deal": {"contract_no": number, "type": "licence"}, "patent_holding": {"number": number, "type": "invention"},
                  "project": {"project_no": number, "title": "虚构项目", "kind": "industrialisation", "role": "organiser",
                              "started": "2026-01-05"}}
            self[person].create(kind, of[kind])
            return number
        return holds

    def states_of(self, person):
        """Whose lists the person's unit may state complete, for bodies.Maker."""
        unit = next((name for name, one in self.units.items() if one == getattr(self[person], "unit", None)), None)
        what, _, region = UNITS.get(unit, (None, None, ""))
        place = region[:2] if region.endswith("0000") else region[:4]
        of = unit if what == "party" else next((u for u, (kind, _, where) in UNITS.items() if kind == "party" and
                                                where.startswith(place)), None)
        return (what, bodies.credit_code(900000 + list(UNITS).index(of))) if what and of else None

    def upload(self, person):
        """Digest of a small file of this person, uploaded at the first call."""
        if person not in self.uploaded:
            done = self[person].ask("POST", "/files?name=fictional.pdf", raw=b"%PDF-1.4\n% fictional " + person.encode() + b"\n%%EOF\n")
            self.uploaded[person] = done.json["digest"] if done.status in (200, 201) else None
        return self.uploaded[person]

    def __getitem__(self, name):
        return self.people[name]

    def close(self):
        if self.server.door:
            self.server.door.close()
        if self.kept_db:
            self.kept_db.close()
        self.server.stop()
        shutil.rmtree(self.data, ignore_errors=True)
