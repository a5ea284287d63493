"""Requests to an instance without a socket: the program door.c answers them over a pipe as the server would.

Door is that program beside a server, on the server's instance. While it is the server's `door`, everybody
who asks that server (client.Person) asks it instead.

Who asks much writes generators that yield what they ask and get the reply: `reply = yield Later(person).get(…)`.
`answered` runs one of them. `together` runs many, and while replies of some are looked at those of others are
made; they change nothing, so the order does not matter.
"""
import collections
import http.client
import itertools
import json
import os
import re
import subprocess
import time

import client

PROGRAM = "tests/door"  # beside the program under test
FAULTS = (AssertionError, LookupError, ValueError, TypeError)  # what a reply that is wrong brings about
AT_A_TIME = 64          # generators that are waiting for a reply
ON_THE_WAY = 16 * 1024  # bytes of questions at most: a pipe takes them all, whether anybody reads or not
BUFFER = 64 * 1024
MOMENT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
OF_THE_WIRE = {"connection", "content-length", "date", "transfer-encoding", "x-request-id"}  # headers that HTTP alone has


class Reply(client.Reply):
    """Headers and JSON are read when they are looked at, and once."""

    def __init__(self, status, head, content):
        self.status, self.head, self.content = status, head, content
        self.read = None

    @property
    def headers(self):
        return client.joined(line.split(": ", 1) for line in self.head.decode().split("\n") if line)

    @property
    def json(self):
        if self.read is None:
            self.read = json.loads(self.content)
        return self.read


class Later(client.Person):
    """A person whose `ask` is only what to ask: (person, (method, target, content, headers))."""

    def __init__(self, person):
        self.__dict__.update(person.__dict__)
        self.person = person

    def ask(self, method, path, body=None, headers=None, raw=None):
        return self.person, self.person.request(method, path, body, headers, raw)


class Door:
    """`server`: a client.Server that runs."""

    def __init__(self, server):
        self.server = server
        command = [os.path.join(os.path.dirname(server.zhiyun), PROGRAM), "--data", server.data, "--lang", "en"]
        command += ["--store", server.store] if server.store else []
        self.process = subprocess.Popen([*command, *server.options], env=server.env, bufsize=BUFFER, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.sender, self.receiver = self.process.stdin, self.process.stdout
        self.awaited = 0

    def frame(self, method, target, content, head):
        """The bytes of one request, with the headers that http.client sends besides."""
        words = f"{method} {target}\nHost: 127.0.0.1:{self.server.port}\nAccept-Encoding: identity\n"
        for name, value in head.items():
            words += f"{name}: {value}\n"
        if content is not None or method in ("POST", "PUT", "PATCH"):
            words += f"Content-Length: {len(content or b'')}\n"
        words = words.encode()
        return b"%d %d\n%b%b" % (len(words), len(content or b""), words, content or b"")

    def ask(self, method, target, content, head):
        assert not self.awaited, "its reply would be another's"
        self.send([self.frame(method, target, content, head)])
        return self.receive()

    def send(self, frames):
        self.sender.write(b"".join(frames))
        self.sender.flush()
        self.awaited += len(frames)

    def receive(self):
        line = self.receiver.readline()
        if not line:
            raise RuntimeError(f"the door has ended: {self.process.wait(timeout=600)}")
        status, head, content = map(int, line.split())
        reply = Reply(status, self.receiver.read(head), self.receiver.read(content))
        self.awaited -= 1
        if not status:
            raise RuntimeError(f"the door has no reply: {reply}")
        if b"\nX-Checks: " in reply.head or reply.head.startswith(b"X-Checks: "):
            client.Person.asked.update(reply.headers["x-checks"].split(", "))
        return reply

    def close(self):
        self.sender.close()
        self.receiver.read()
        assert self.process.wait(timeout=600) == 0, self.process.returncode
        self.receiver.close()


class Wire:
    """The same over HTTP, to the server itself."""

    def __init__(self, server):
        self.server, self.connection, self.used = server, None, 0.0

    def ask(self, method, target, content, head):
        if self.connection and time.monotonic() - self.used > client.IDLE_SECONDS:
            self.close()
        if not self.connection:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=600)
        self.connection.request(method, target, content, head)
        answer = self.connection.getresponse()
        self.used = time.monotonic()
        return client.Reply(answer.status, client.joined(answer.getheaders()), answer.read())

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


class Heard:
    """A door, or a wire, and what it replied."""

    def __init__(self, way):
        self.way, self.replies = way, []

    def ask(self, method, target, content, head):
        reply = self.way.ask(method, target, content, head)
        self.replies.append((f"{method} {target}", reply))
        return reply


def difference(server, wire, cell):
    """Ask a cell through the server's door and over the wire: what is wrong, or is not the same."""
    door, heard, faults = server.door, [], []
    try:
        for way in (door, wire):
            server.door = Heard(way)
            faults.append(cell.fault())
            heard.append(server.door.replies)
    finally:
        server.door = door
    if any(faults):
        return f"door: {faults[0]}; HTTP: {faults[1]}"
    for one, other in itertools.zip_longest(*([said(*r) for r in replies] for replies in heard)):
        if one != other:
            return f"the door says {one}, HTTP says {other}"
    return None


def said(asked, reply):
    """What must be the same of a reply whichever way it came: not the number of what was made, nor a secret that was drawn
    (in base32, RFC 4648, it may hold a long run of letters only), nor how long a search took, nor when a file was marked."""
    headers = {name: MOMENT.sub(b"moment", value.encode()) for name, value in reply.headers.items() if name not in OF_THE_WIRE}
    content = MOMENT.sub(b"moment", re.sub(rb'"ms":[0-9.]+', b'"ms":n', client.unnumbered(reply.content)))
    if reply.status < 300 and not asked.startswith("GET "):
        content = re.sub(rb"[0-9a-f]{16,}|\b[A-Z2-7]{16,}\b|[0-9]+", b"n", content)
    return asked, reply.status, headers, content


def answered(asks):
    """Run one generator to its end, one question after the other. What asks at once gives None, and has."""
    try:
        reply = None
        while asks is not None:
            person, request = asks.send(reply)
            reply = person.send(*request)
    except StopIteration:
        pass


class Going:
    """Generators that are under way through a door."""

    def __init__(self, door):
        self.door, self.faults = door, {}
        self.to_send, self.sent, self.bytes = collections.deque(), collections.deque(), 0

    def count(self):
        return len(self.to_send) + len(self.sent)

    def go_on(self, cell, asks, reply=None):
        try:
            _, request = asks.send(reply)
        except StopIteration:
            self.faults[cell] = None
        except FAULTS as fault:
            self.faults[cell] = fault
        else:
            self.to_send.append((cell, asks, self.door.frame(*request)))

    def send(self):
        frames = []
        while self.to_send and (self.bytes + len(self.to_send[0][2]) <= ON_THE_WAY or not self.sent):
            cell, asks, frame = self.to_send.popleft()
            frames.append(frame)
            self.sent.append((cell, asks, len(frame)))
            self.bytes += len(frame)
        self.door.send(frames)

    def receive(self):
        cell, asks, size = self.sent.popleft()
        self.bytes -= size
        self.go_on(cell, asks, self.door.receive())


def together(door, cells):
    """{cell: the fault it ended with, or None}, of cells whose checks are generators."""
    going, left = Going(door), iter(cells)
    while True:
        while going.count() < AT_A_TIME and (cell := next(left, None)):
            going.go_on(cell, cell.check())
        if not going.count():
            return going.faults
        going.send()
        for _ in range((len(going.sent) + 1) // 2):
            going.receive()
