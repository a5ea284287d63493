"""Scenarios: requests with their expected replies, one readable file each. Those beside this are the lives of programmes;
../api/scenarios ask a demo, without clock, `make`, deadlines and receipts (api_test.py).

A file holds steps, a blank line between them; each of a programme is a test of its own, in the file's order:

    # the objection on the sixth day is refused [SCYY-070]
    at 2026-10-14 00:00                         the server's clock, China time; never back. The first
                                                step of a file says when it begins
    public POST /public/publicity/{case}/objections      who, what, where; {name} is a saved value
    Accept-Language: zh                         headers, if any; without this one the answer is in English
    {"content": "…"}                            a JSON body, on one line or several; or @FILE beside the scenario
    400                                         the status
    errors.0.code = "late"                      checks: PATH = JSON, PATH has TEXT, PATH >= NUMBER,
    case save case                              PATH save NAME, PATH absent, PATH lacks VALUE, PATH is TYPE or how many there are;
                                                PATH[] : any item; PATH.# : how many it has

`name!` instead of `name`: the person signs in anew, as who confirms what another proposed must
(a program with a token never does).

`until who GET /path` instead of `who GET /path`: what a job brings about; asked again, up to 20 s, until status and
checks hold.

A PATCH is of the version that who asks sees then.

Instead of a request: `make NAME argument…` calls the function make_NAME of makers.py. Or lines that say of a deadline
whom it meets today; deadlines_test.py counts which there are, days.py whether the days are right:

    due WHO {case} PACK RULE PROCESS.STEP… from DAY to DAY      in his 待办 the case stands with that last day and these
                                                                steps; today, a day of reminding, he was told so, once
    seen …                                                      …it stands there with that day; nobody is told today
    over …                                                      …that day was yesterday: told, once, that it is over
    past …                                                      …that no text gives was yesterday: it stands there as a
                                                                reminder, nothing is overdue, and nobody is told
    opens …                                                     …a period was over yesterday: told, once, that the step opens
    lapses WHO PACK RULE from DAY to DAY                        the document's last day, told today, once, to its office
The last test of a file, by itself: each entry that the server named to anybody has its receipt, which is good to
two verifiers, and to neither with one byte changed (receipts.py).

`[SCYY-070.2, SCYY-071]` in a title: the step asserts the figure or the refusal of these rows, or of the check of it.
"""
import json
import os
import re
import sys
import time
import traceback
from datetime import date, datetime, timedelta, timezone

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ("..", os.path.join("..", "kernel"), os.path.join("..", "http")):
    sys.path.insert(0, os.path.join(HERE, folder))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "papers"))
import client  # noqa: E402
import days  # noqa: E402
import described  # noqa: E402
import paper_rules  # noqa: E402
import receipts  # noqa: E402
import wire  # noqa: E402

UNTIL_S = int(os.environ.get("UNTIL_S", "600"))  # jobs look for work each second; no answer in ten minutes is none
DAYS = re.compile(r"(due|seen|over|past|opens) (\S+) (\S+) (\S+) ([\w-]+) ((?:[\w-]+\.[\w-]+ )+)from (\S+) to (\S+)"
                  r"|(lapses) (\S+) (\S+) ([\w-]+) from (\S+) to (\S+)")
KINDS = {"due": "case_due", "over": "case_over", "opens": "case_opens", "seen": None, "past": None}
CHINA = timezone(timedelta(hours=8))
ROW = r"[A-Z]{4}-A?\d+(?:\.[\d+]+)?"
ROWS = re.compile(rf"\[({ROW}(?:, {ROW})*)\]")


class Day:
    """A line about a deadline."""

    def __init__(self, line):
        found = DAYS.fullmatch(line)
        assert found, f"no line of a deadline: {line}"
        if found[9]:
            (self.what, self.who, self.pack, self.rule), self.case, self.steps = found.group(9, 10, 11, 12), None, []
        else:
            self.what, self.who, self.case, self.pack, self.rule = found.group(1, 2, 3, 4, 5)
            self.steps = found[6].split()
        begins, last = (found[13], found[14]) if found[9] else (found[7], found[8])
        self.begins, self.last = date.fromisoformat(begins), date.fromisoformat(last)


def is_day(line):
    return re.match(rf"({'|'.join(KINDS)}|lapses) \w\S* \S", line) is not None


class Step:
    def __init__(self, lines):
        self.title = " ".join(line[1:].strip() for line in lines if line.startswith("#"))
        self.lines = [line for line in lines if not line.startswith("#")]
        self.rows = [row for found in ROWS.findall(self.title) for row in found.split(", ")]


def read(path):
    with open(path, encoding="utf-8") as file:
        blocks = re.split(r"\n\s*\n", file.read().strip())
    steps = [Step([line.rstrip() for line in block.splitlines() if line.strip()]) for block in blocks]
    for step in steps:
        assert step.title, f"{path}: a step without a title: {step.lines[:1]}"
    return [step for step in steps if step.lines]


def at(value, path):
    """Values at a path: "errors.0.code", "history[].label"; absent: none."""
    found = [value]
    for part in re.findall(r"[^.\[\]]+|\[\]", path):
        if part == "#":
            found = [len(v) for v in found]
        elif part == "[]":
            found = [item for v in found if isinstance(v, list) for item in v]
        elif part.lstrip("-").isdigit():
            found = [v[int(part)] for v in found if isinstance(v, list) and -len(v) <= int(part) < len(v)]
        else:
            found = [v[part] for v in found if isinstance(v, dict) and part in v]
    return found


def moment(text):
    return datetime.strptime(text.strip(), "%Y-%m-%d %H:%M").replace(tzinfo=CHINA).timestamp()


class Asked:
    """Steps that are requests. `people`: who asks, by name; `folder`: where the files of bodies lie."""

    def __init__(self, people, folder):
        self.world, self.folder, self.saved = people, folder, {}

    def who(self, name):
        return self.world[name]

    def fill(self, text):
        def value(match):
            assert match[1] in self.saved, f"nothing is saved as {match[1]}"
            return str(self.saved[match[1]])
        return re.sub(r"\{(\w+)\}", value, text)

    def body(self, lines, headers):
        """@FILE; or JSON, sent as it is written: {"unit": {{party}}} has a saved value in doubled braces."""
        if lines[0].startswith("@"):
            headers.setdefault("Content-Type", "application/octet-stream")
            with open(os.path.join(self.folder, lines[0][1:]), "rb") as file:
                return file.read()
        headers.setdefault("Content-Type", "application/json")
        text = re.sub(r"\{\{(\w+)\}\}", lambda m: json.dumps(self.saved[m[1]], ensure_ascii=False), "\n".join(lines))
        json.loads(text)
        return text.encode()

    def check(self, line, reply):
        path, operator, wanted = re.fullmatch(r"(\S+) (=|has|lacks|>=|save|absent|is)\s?(.*)", line).groups()
        document = {"headers": reply.headers, "text": reply.content.decode("utf-8", "replace")} \
            if path.startswith(("headers", "text")) else reply.json
        found = at(document, path)
        wanted = self.fill(wanted) if operator != "save" else wanted
        if operator == "absent":
            assert not found, f"{line}: it is {found!r}"
            return
        if operator == "lacks":
            assert json.loads(wanted) not in found, f"{line}: got {found!r}"
            return
        assert found, f"{line}: there is no such value in {reply}"
        if operator == "save":
            self.saved[wanted] = found[0]
        elif operator == "=":
            assert json.loads(wanted) in found, f"{line}: got {found!r} in {reply}"
        elif operator == "has":
            assert any(wanted in str(v) for v in found), f"{line}: got {found!r}"
        elif operator == "is" and wanted in described.KINDS:
            assert all(described.is_kind(v, wanted) for v in found), f"{line}: got {found!r}"
        elif operator == "is":
            assert len(found) == int(wanted), f"{line}: {len(found)} values: {found!r}"
        else:
            assert max(found) >= float(wanted), f"{line}: got {found!r}"

    def request(self, lines):
        waits = lines[0].startswith("until ")
        who, method, path = lines.pop(0).removeprefix("until ").split(" ", 2)
        asker = self.makers.signed_in(self.world, who[:-1]) if who.endswith("!") else self.who(who)
        headers = {}
        while re.match(r"[A-Z][\w-]+: ", lines[0]):
            name, value = lines.pop(0).split(": ", 1)
            headers[name] = value
        i = next(n for n, line in enumerate(lines) if re.fullmatch(r"\d{3}", line))
        path, body = self.fill(path), None
        if i or method not in ("GET", "DELETE"):
            body = self.body(lines[:i] or ["{}"], headers)
        if method == "PATCH":
            headers["If-Match"] = asker.get(path.split("?")[0]).headers["etag"]
        with_head = headers if isinstance(asker, client.Browser) else {"headers": headers}
        self.patiently(lambda: self.expect(asker.ask(method, path, raw=body, **with_head), int(lines[i]), lines[i + 1:]),
                       UNTIL_S if waits else 0)

    def patiently(self, test, seconds=UNTIL_S):
        end = time.monotonic() + seconds
        while True:
            try:
                return test()
            except AssertionError:
                if time.monotonic() >= end:
                    raise
            time.sleep(0.2)

    def expect(self, reply, status, checks):
        assert reply.status == status, f"{status}: {reply}"
        for line in checks:
            self.check(line, reply)


class Run(Asked):
    """One scenario of a programme, on an instance of its own."""

    def __init__(self, zhiyun, shim, makers, begins):
        self.clock = wire.Clock(shim)
        self.clock.base = moment(begins) - time.time()
        self.makers = makers

        def under_the_clock(server, an_hour_before):
            self.clock.base -= 3600 * an_hour_before
            self.clock.before(server)
            self.clock.base = moment(begins) - time.time()
        self.receipts = receipts.Receipts()
        super().__init__(client.World(zhiyun, begins=begins, before=under_the_clock), HERE)
        self.world.clock = self.clock
        self.world.today = lambda: datetime.fromtimestamp(self.now(), CHINA).strftime("%Y-%m-%d")
        self.world.minute = lambda: datetime.fromtimestamp(self.now(), CHINA).strftime("%Y-%m-%dT%H:%M:00+08:00")
        self.saved.update(self.world.units)
        self.tokens = {}  # who: when the token was made
        self.begins = self.now()

    def close(self):
        self.receipts.close()
        self.world.close()
        self.clock.close()

    def check_receipts(self, zhiyun):
        with open(os.path.join(self.world.data, "keys", "log.vkey"), encoding="ascii") as file:
            key = file.read().strip()
        many = os.path.join(os.path.dirname(zhiyun), "tests", "verify_many")
        return receipts.check(self.receipts, zhiyun, many, key, self.who("auditor"))

    def check_papers(self):
        """All that were issued are as an office would send them."""
        rows = client.ask_sql(self.world, "SELECT form, content FROM case_paper WHERE content <> '' ORDER BY id")
        for form, content in rows:
            paper = json.loads(content)
            faults = list(paper_rules.faults(paper, form=int(form) == 1))
            assert not faults, (paper["id"], faults)
        return f"{len(rows)} papers"

    def set_clock(self, text):
        ahead = moment(text) - self.now()
        assert ahead > -600, f"the clock does not go back: {text}"
        if ahead <= 0:  # the file's own beginning: some seconds have passed since
            return
        for person in self.world.people.values():  # a connection that waits is shut when the clock moves
            if person.connection:
                person.connection.close()
                person.connection = None
        self.clock.forward(ahead)

    def now(self):
        return time.time() + self.clock.base + self.clock.ahead

    def who(self, name):
        """A token lasts a year; a scenario some."""
        person = self.world[name]
        if person.token and self.now() - self.tokens.get(name, self.begins) > (client.TOKEN_DAYS - 30) * 86400:
            person.token = self.world.token(name)
            self.tokens[name] = self.now()
        return person

    def step(self, step):
        lines = list(step.lines)
        if lines[0].startswith("at "):
            self.set_clock(lines.pop(0)[3:])
        if not lines:
            return
        if lines[0].startswith("make "):
            _, name, *arguments = lines[0].split()
            for person in self.world.people:
                self.who(person)
            made = getattr(self.makers, "make_" + name)(self.world, *(self.fill(a) for a in arguments))
            self.saved.update(made or {})
            return
        if is_day(lines[0]):
            for line in lines:
                self.patiently(lambda one=Day(line): self.day(one))
            return
        self.request(lines)

    def day(self, one):
        """What a line about a deadline says."""
        today, person = date.fromisoformat(self.world.today()), self.who(one.who)
        days.check(getattr(self.world, "issued", {}).get(one.pack, one.pack), one.rule, one.begins, one.last, {**days.table(), **getattr(self.world, "days", {})})
        told = [n for n in person.get("/notifications?limit=200").json["items"] if self.day_of(n["created_ms"]) == today]
        if one.what == "lapses":
            named = [n for n in told if n["kind"] == "pack_lapses" and n["subject"] == {"type": "pack", "id": one.pack} and one.last.isoformat() in n["title"]]
            assert len(named) == 1, f"{one.who} is told of {one.pack} on {today}: {told}"
            return
        case = int(self.fill(one.case))
        held = [i for i in person.get("/todo?each=true").json["items"] if (i["type"], i["id"]) == ("case", case)]
        steps = {s.split(".")[1] for s in one.steps}
        assert [i for i in held if steps <= {a["name"] for a in i["actions"]} and
                (one.what == "opens" or i.get("due") == one.last.isoformat())], f"{one.who} holds {steps} of case {case} on {today}: {held}"
        if one.what == "past":  # a day that no text gives: nobody is late by it, and nobody is told so
            assert [i for i in held if i.get("due") == one.last.isoformat() and i["day"] == "remind" and i["reminder"] is True and "overdue_days" not in i], held
        named = [n for n in told if n["subject"] == {"type": "case", "id": case} and n["kind"] in set(KINDS.values())]
        wanted = [KINDS[one.what]] if KINDS[one.what] else []
        assert [n["kind"] for n in named] == wanted and all(one.last.isoformat() in n["title"] for n in named), \
            f"{one.who} of case {case} on {today}: {named}, of all he was told {told}"

    @staticmethod
    def day_of(ms):
        return datetime.fromtimestamp(ms / 1000, CHINA).date()


def run(zhiyun, shim, paths, makers):
    """Prints TAP; each step of each file is a test."""
    files = [(os.path.basename(path).removesuffix(".scenario"), read(path)) for path in paths]
    print(f"1..{sum(len(steps) + 2 for _, steps in files)}")
    tests = Tests()
    for name, steps in files:
        one, tests.broken = None, None
        try:
            begins = steps[0].lines[0]
            assert begins.startswith("at "), f"{name}: the first step says when it begins: at 2026-01-05 09:00"
            one = Run(zhiyun, shim, makers, begins[3:])
        except Exception:  # the test's own failure, whatever it is
            tests.broken = traceback.format_exc()
        for step in steps:
            tests.run(f"{name}: {step.title}", lambda step=step: one.step(step))
        tests.run(f"{name}: every receipt of it is good to two verifiers, and to neither with one byte changed",
                  lambda: one.check_receipts(zhiyun))
        tests.run(f"{name}: every paper of it lacks nothing", one.check_papers if one else None)
        if one:
            one.close()
    sys.exit(1 if tests.failed else 0)


class Tests:
    """TAP; after one that failed those of the same file are not run."""

    def __init__(self):
        self.number = self.failed = 0
        self.broken = None  # why

    def run(self, title, test):
        self.number += 1
        if self.broken is None:
            try:
                said = test()
                print(f"ok {self.number} {title}" + (f"\n# {said}" if said else ""), flush=True)
                return
            except Exception:  # the test's own failure, whatever it is
                self.broken = traceback.format_exc()
        self.failed += 1
        print(f"not ok {self.number} {title}")
        for line in self.broken.splitlines():
            print(f"# {line}", flush=True)
        self.broken = "not reached: a step before it failed"
