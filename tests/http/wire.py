"""Bytes to a server and its answers; a clock that a test moves."""
import ctypes
import mmap
import os
import re
import socket
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "kernel"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402


def is_sanitized(program):
    """Whether it keeps memory for its own watching, so that how much it takes says nothing."""
    with open(program, "rb") as file:
        content = file.read()
    return b"__asan_init" in content or b"__tsan_init" in content


def needs_clock(program):
    """Ends the tests where a server cannot be under the clock."""
    with open(program, "rb") as file:
        if b"__tsan_init" in file.read():
            tap.leave("the thread sanitizer does not see a wait for a condition through the preloaded clock")


class Clock:
    """What clock.c, preloaded, adds to a server's time."""

    def __init__(self, library):
        self.library = os.path.abspath(library)
        self.file = tempfile.NamedTemporaryFile(prefix="zhiyun-clock-")
        self.file.write(bytes(16))
        self.file.flush()
        self.map = mmap.mmap(self.file.fileno(), 16)
        self.ahead, self.base = 0.0, int(os.environ.get("TEST_CLOCK_BASE", "0")) / 1e6

    def before(self, server):
        """The server's starts are under it from now on."""
        server.env.update(LD_PRELOAD=self.library, TEST_CLOCK=self.file.name,
                          TEST_CLOCK_BASE=str(int(self.base * 1e6)))
        # A sanitized program wants its library first; ours only calls what stands behind it.
        server.env["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"

    def forward(self, seconds):
        self.ahead += seconds
        # In one store: struct.pack_into clears the place first, and a server that looks then goes back to the beginning.
        ctypes.c_int64.from_buffer(self.map).value = int(self.ahead * 1e6)

    def jump(self, seconds):
        """The calendar's clock is so far from where it would be; the time that passes is as it was."""
        ctypes.c_int64.from_buffer(self.map, 8).value = int(seconds * 1e6)

    def close(self):
        self.map.close()
        self.file.close()


def waits(pid, thread):
    """How often that thread of a process has gone to wait, by its name."""
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/status", encoding="utf-8") as file:
            said = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
        if said["Name"] == thread:
            return int(said["voluntary_ctxt_switches"])
    raise LookupError(f"process {pid} has no thread {thread}")


def has_come_by(pid, thread):
    """Waits until what that thread does each second was done once more, from its beginning to its end."""
    until = waits(pid, thread) + 3  # the end of a round under way, and a lock that it waited for
    while waits(pid, thread) < until:
        time.sleep(0.05)


def unescape(text, port):
    """A line of malformed.txt as bytes."""
    text = text.replace("{host}", f"Host: 127.0.0.1:{port}\\r\\n")
    out, at = bytearray(), 0
    piece = re.compile(r"\{((?:[^{}*])+)\*(\d+)\}|\\x([0-9a-f]{2})|\\(.)|(.)", re.S)
    while at < len(text):
        m = piece.match(text, at)
        if m[1]:
            out += unescape(m[1], port) * int(m[2])
        elif m[3]:
            out.append(int(m[3], 16))
        elif m[4]:
            out += {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}[m[4]]
        else:
            out += m[5].encode()
        at = m.end()
    return bytes(out)


def answers(got):
    """(statuses, whether all is whole) of a stream of answers with a length each."""
    found = []
    while got:
        head, gap, rest = got.partition(b"\r\n\r\n")
        first = re.match(rb"HTTP/1\.1 (\d{3})", head)
        if not gap or not first:
            return found, False
        length = re.search(rb"\r\nContent-Length: (\d+)", head)
        n = int(length[1]) if length else 0
        found.append((int(first[1]), head, rest[:n]))
        if len(rest) < n:
            return found, False
        got = rest[n:]
    return found, True


def heads(found):
    """How many heads of answers stand in all of it, those within bodies too."""
    return sum(len(re.findall(rb"HTTP/1\.[01] \d{3} [A-Z]", head + body)) for _, head, body in found)


class Wire:
    """One connection."""

    def __init__(self, port, timeout=600):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data):
        self.socket.sendall(data)

    def read(self, count):
        """(answers, closed): until there are `count` whole answers, or the server closes, or says nothing."""
        got, closed = b"", False
        while True:
            found, whole = answers(got)
            if whole and len(found) >= count:
                return found, closed
            try:
                part = self.socket.recv(65536)
            except ConnectionResetError:
                part = b""
            if not part:
                return found, True
            got += part

    def is_closed(self, timeout):
        """Whether the server closes within that many seconds and says nothing more."""
        self.socket.settimeout(timeout)
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True
        except socket.timeout:
            return False

    def close(self):
        self.socket.close()


def ask(port, data, count=1):
    """(answers, closed) of one connection."""
    wire = Wire(port)
    try:
        wire.send(data)
        return wire.read(count)
    finally:
        wire.close()


def request(port, method, path, body=None, **headers):
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines + ["", ""]).encode() + (body or b"")
