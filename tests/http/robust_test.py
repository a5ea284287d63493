#!/usr/bin/env python3
"""robust_test.py ZHIYUN CLOCK: malformed, slow, partial and oversized requests (H1 to H6).

SEED repeats the mutations; CONNECTIONS is how many sit idle (2,000). Prints TAP and what was counted.
"""
import contextlib
import http.client
import json
import os
import random
import re
import resource
import socket
import sys
import time

import wire

import client
import tap

ZHIYUN, CLOCK = os.path.abspath(sys.argv[1]), sys.argv[2]
HERE = os.path.dirname(os.path.abspath(__file__))
SEED = int(os.environ.get("SEED", random.randrange(1 << 32)))
CONNECTIONS = int(os.environ.get("CONNECTIONS", "2000"))
MUTANTS = int(os.environ.get("MUTANTS", "3000"))
SWEEPER = "connections"  # the server's thread that ends them


def healthy(port, count=1):
    """Somebody who behaves is served: on a new connection, `count` times."""
    for _ in range(count):
        found, _ = wire.ask(port, wire.request(port, "GET", "/healthz", Connection="close"))
        assert [status for status, _, _ in found] == [200], found


def memory(pid):
    """Resident bytes."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def files(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def marker(port):
    """Another request, which ends the connection."""
    return wire.request(port, "GET", "/api/v1/log/head", Connection="close")


def corpus():
    with open(os.path.join(HERE, "malformed.txt"), encoding="utf-8") as file:
        for line in file.read().split("\n"):
            if line and not line.startswith("#"):
                yield line.split(" | ", 2)


# --- H1 --------------------------------------------------------------------------------------

def test_each_malformed_request_is_answered_as_its_line_says_and_nothing_behind_it(world):
    port, counts, faults = world.server.port, {}, []
    for verdict, name, text in corpus():
        found, closed = wire.ask(port, wire.unescape(text, port) + marker(port), count=99)
        got = [status for status, _, _ in found]
        marked = sum(b"zhiyun/" in body for _, _, body in found)
        if verdict.startswith("ok "):
            good = len(got) == int(verdict[3:]) and marked == (len(got) > 1)
        else:
            good = got == [int(verdict)] and marked == 0
        counts[verdict] = counts.get(verdict, 0) + 1
        good &= wire.heads(found) == len(got)  # none inside what another one says is its body
        if not good or not closed:
            faults.append(f"{name}: {got}, {marked} smuggled, closed {closed}, not {verdict}")
    print(f"# {sum(counts.values())} requests: {counts}")
    assert sum(counts.values()) >= 150 and not faults, "; ".join(faults)
    healthy(port)


def test_what_is_no_request_or_ends_too_soon_is_told_so_in_json(world):
    port = world.server.port
    head = wire.request(port, "POST", "/api/v1/session", Content_Length="100", Content_Type="application/json")
    hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) * 2
    cases = ((400, "SSH", b"SSH-2.0-OpenSSH_9.2\r\n"), (400, "TLS", hello), (400, "a word", b"hello\r\n"), (400, "a blank", b" "),
             (414, "an address without end", b"GET /" + b"a" * 100000), (431, "a header without end", head[:-2] + b"X: " + b"a" * 100000),
             (400, "half a request line", b"GET /hea"), (400, "half a head", head[:-5]), (400, "half a body", head + b"{}"),
             (400, "half a chunk", wire.request(port, "POST", "/api/v1/session", Transfer_Encoding="chunked") + b"5\r\nab"),
             (413, "a body of 2^60", wire.request(port, "POST", "/api/v1/session", Content_Length=str(1 << 60))),
             (405, "a method that nobody has", wire.request(port, "BREW", "/healthz", Connection="close")))
    faults = []
    for status, name, data in cases:
        for pieces in ([data], [data[:3], data[3:]]):
            line = wire.Wire(port)
            with contextlib.suppress(OSError):  # it may be refused before all was sent
                for piece in pieces:
                    line.send(piece)
                line.socket.shutdown(socket.SHUT_WR)
            found, closed = line.read(99)
            line.close()
            told = [json.loads(body).get("status") for _, _, body in found]
            if [one for one, _, _ in found] != [status] or told != [status] or not closed:
                faults.append(f"{name}: {found}, closed {closed}")
    line = wire.Wire(port)  # nothing but an end, as of a kept connection, is no fault
    line.socket.shutdown(socket.SHUT_WR)
    assert line.read(1) == ([], True)
    line.close()
    assert not faults, "; ".join(faults)
    healthy(port)


def test_a_bad_request_has_one_answer_in_pieces_and_while_its_body_is_sent(world):
    """One head in all that comes back: none by the library on top of ours, whatever had been said by then."""
    port, token = world.server.port, f"Authorization: Bearer {world[client.FIRST].token}\\r\\n"
    late = [(name, path + "{host}" + who, body) for name, body in (
        ("a chunk that is none", "Transfer-Encoding: chunked\\r\\n\\r\\n5\\r\\nabcde\\r\\n|zz\\r\\n"), ("a chunk too large", "Transfer-Encoding: chunked\\r\\n\\r\\n|10000000000000002\\r\\n"),
        ("a trailer that is none", "Transfer-Encoding: chunked\\r\\n\\r\\n2\\r\\n{}\\r\\n0\\r\\n|X\\r\\n\\r\\n"), ("a long trailer", "Transfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n|X: {a*99999}\\r\\n\\r\\n"),
        ("a body too large", "Content-Length: 99999999999999\\r\\n\\r\\n|{a*60000}")) for path, who in (
            ("POST /api/v1/imports?name=a.csv HTTP/1.1\\r\\n", ""), ("POST /api/v1/imports?name=a.csv HTTP/1.1\\r\\n", token),
            ("POST /api/v1/nowhere HTTP/1.1\\r\\n", ""), ("GET /healthz HTTP/1.1\\r\\n", ""))]
    bad = [(name, [text[at:at + 9] for at in range(0, len(text), 9)]) for verdict, name, text in
           ((v, n, wire.unescape(t, port)) for v, n, t in corpus()) if verdict[0] in "45" and len(text) < 2000]
    bad += [(name, [wire.unescape(part, port) for part in (head + body).split("|")]) for name, head, body in late]
    faults = []
    for name, parts in bad:
        line = wire.Wire(port)
        try:
            for part in parts:
                line.send(part)
        except OSError:  # it was refused by then
            pass
        found, closed = line.read(99)
        line.close()
        if not closed or len(found) != 1 or wire.heads(found) != 1 or not 400 <= found[0][0] < 600:
            faults.append(f"{name}: {[status for status, _, _ in found]}, {wire.heads(found)} heads, closed {closed}")
    print(f"# {len(bad)} bad requests")
    assert len(bad) > 150 and not faults, "; ".join(faults)
    healthy(port)


def test_no_line_of_a_colon_ends_a_head_wherever_it_stands_and_however_it_arrives(world):
    """libmicrohttpd ends a head there; behind it stands what would be another request."""
    port = world.server.port
    behind = marker(port)
    good = wire.request(port, "GET", "/healthz")
    bad = good[:-2] + b":\n" + behind
    body = wire.request(port, "POST", "/api/v1/session", b"{\n:\n\0\n}\r\n\r\n", Content_Type="application/json")
    for before, statuses in ((b"", []), (good, [200]), (good * 3, [200] * 3), (body, [400]), (body + good + body, [400, 200, 400])):
        for cut in [None, *range(1, len(bad), 7), *range(len(bad) - len(behind) - 3, len(bad) - len(behind) + 2)]:
            line = wire.Wire(port)
            at = len(before) + (cut or len(bad))
            line.send((before + bad)[:at])
            if cut:
                time.sleep(0.002)
            try:
                line.send((before + bad)[at:])
            except OSError:  # it was refused by then
                pass
            found, closed = line.read(99)
            line.close()
            assert [status for status, _, _ in found] == statuses + [400] and closed, (before, cut, found)
            assert not any(b"zhiyun/" in text for _, _, text in found), (before, cut, found)
    # The same bytes in a body are a body's.
    found, _ = wire.ask(port, body + good + body + marker(port), count=99)
    assert [status for status, _, _ in found] == [400, 200, 400, 200] and b"zhiyun/" in found[-1][2], found


TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def strict(data):
    """How many requests a strict reading of RFC 9112 finds in a stream, and whether it then meets one that
    is malformed ("bad"), one that is not all there ("cut"), the end ("end"), or one after which the server ends
    the connection ("last"). In chunks it is lenient where the server is ("either"). A second implementation:
    it shares nothing with the server."""
    count = 0
    while data:
        data = re.sub(rb"\A(?:\r\n)+", b"", data)  # empty lines before a request
        if not data:
            break
        head, gap, rest = data.partition(b"\r\n\r\n")
        if not gap:
            return count, "cut" if b"\n" not in data.replace(b"\r\n", b"") else "bad"
        lines = head.split(b"\r\n")
        first = re.fullmatch(rb"([^ ]+) ([^ ]+) HTTP/1\.([01])", lines[0])
        if (not first or not TOKEN.fullmatch(first[1]) or re.search(rb"[\x00-\x20\x7f#]", first[2])
                or re.search(rb"%(?![0-9A-Fa-f]{2})|%00", first[2])):
            return count, "bad"
        fields = []
        for line in lines[1:]:
            name, colon, value = line.partition(b":")
            if not colon or not TOKEN.fullmatch(name) or re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", value):
                return count, "bad"
            fields.append((name.lower(), value.lstrip(b" \t")))
        hosts = [v for n, v in fields if n == b"host"]
        lengths = [v for n, v in fields if n == b"content-length"]
        codings = [v for n, v in fields if n == b"transfer-encoding"]
        if (len(hosts) > 1 or (not hosts and first[3] == b"1") or len(lengths) + len(codings) > 1
                or (codings and (first[3] == b"0" or codings[0].lower() != b"chunked"))
                or (lengths and not re.fullmatch(rb"[0-9]+", lengths[0]))):
            return count, "bad"
        if codings:  # the server ends the connection with its answer
            body = re.match(rb"(?:0*([1-9a-fA-F][0-9a-fA-F]*)[^\r\n]*\r\n)|0+[^\r\n]*\r\n", rest)
            while body and body[1]:
                n = int(body[1], 16)
                if rest[body.end() + n:body.end() + n + 2] != b"\r\n":
                    return count, "either"
                rest = rest[body.end() + n + 2:]
                body = re.match(rb"(?:0*([1-9a-fA-F][0-9a-fA-F]*)[^\r\n]*\r\n)|0+[^\r\n]*\r\n", rest)
            return (count + 1, "last") if body and b"\r\n\r\n" in rest[body.end() - 2:] else (count, "either")
        need = int(lengths[0]) if lengths else 0
        if need > len(rest):
            return count, "cut"
        count += 1
        data = rest[need:]
        if first[3] == b"0" or any(b"close" in re.split(rb"[ \t]*,[ \t]*", v.lower().strip()) for n, v in fields if n == b"connection"):
            return count, "last"
    return count, "end"


def mutant(chance, seed, pieces):
    data = bytearray(seed)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(data))
        kind = chance.randrange(4)
        if kind == 0:
            data[at:at] = chance.choice(pieces)
        elif kind == 1:
            del data[at:at + chance.randint(1, 4)]
        elif kind == 2:
            data[at:at + 1] = chance.choice(pieces)
        else:
            data[at:at] = data[at:at + chance.randint(1, 30)]
    return bytes(data)


def test_mutated_requests_are_answered_as_often_as_a_strict_reading_finds_requests(world):
    port, chance = world.server.port, random.Random(SEED)
    print(f"# SEED={SEED}")
    seeds = [wire.request(port, "GET", "/healthz"),
             wire.request(port, "GET", "/api/v1/search?query=a&k=3", Accept="*/*", Cookie="a=b"),
             wire.request(port, "POST", "/api/v1/session", b'{"name":"a"}', Content_Type="application/json"),
             wire.request(port, "POST", "/api/v1/session", Transfer_Encoding="chunked") + b"2\r\n{}\r\n0\r\n\r\n"]
    pieces = [b"\r", b"\n", b"\r\n", b"\0", b" ", b"\t", b":", b"\x0b", b"\x7f", b"\xff", b",", b";", b"%", b"0",
              b"Host: x\r\n", b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b" folded\r\n", b"\r\n\r\n",
              b"GET / HTTP/1.1\r\n", b"Connection: close\r\n"]
    outcomes = {}
    for batch in range(0, MUTANTS, 500):
        under_way = []
        for number in range(batch, min(batch + 500, MUTANTS)):
            sent = mutant(chance, chance.choice(seeds), pieces) + marker(port)
            count, end = strict(sent)
            outcomes[end] = outcomes.get(end, 0) + 1
            under_way.append((number, sent, count, end, wire.Wire(port)))
            under_way[-1][-1].send(sent)
        for _, _, _, end, connection in under_way:
            if end not in ("last", "end"):  # else it might wait for more
                connection.socket.shutdown(socket.SHUT_WR)
        for number, sent, count, end, connection in under_way:
            found, closed = connection.read(99)
            connection.close()
            got = [status for status, _, _ in found]
            where = (SEED, number, sent, got, count, end)
            assert closed and all(status < 500 or status in (501, 505) for status in got), where
            if end in ("last", "end"):
                assert len(got) == count, where
            else:  # refused with an answer, or shut
                assert len(got) <= count + 1, where  # fewer: our half-close overtook an answer
                assert len(got) <= count or got[-1] >= 400 or end == "either", where
    print(f"# {MUTANTS} mutants, a strict reading ends in {outcomes}")


def test_an_address_of_more_values_than_are_taken_is_answered(world):
    port = world.server.port
    for query in ("&".join(f"name_{n:03}=value{n:03}" for n in range(400)), "a&" * 2000, "&" * 8000):
        assert len(query) < 8192
        answers, closed = wire.ask(port, wire.request(port, "GET", f"/api/v1/search?{query}"))
        assert [status for status, _, _ in answers] == [400], (query[:40], answers, closed)


# --- H2 --------------------------------------------------------------------------------------

def recorded(world):
    """A request for every operation of the description; none of them changes anything."""
    port, token = world.server.port, world[client.FIRST].token
    description = json.loads(world.server.run("openapi", "--types"))
    for path, operations in sorted(description["paths"].items()):
        for method, operation in sorted(operations.items()):
            target = re.sub(r"\{\w+\}", "1", path)
            body, head = None, {}
            if method != "get":
                body = b'{"no_such_member":"\xe8\x99\x9a\xe6\x9e\x84"}'
                head["Content_Type"] = "application/json"
            # What the administrator may ask for; uploads and what cannot fail are asked by nobody.
            if method == "get" or "application/json" in operation.get("requestBody", {}).get("content", {}):
                head["Authorization"] = f"Bearer {token}"
            if path.endswith(("/events", "/metrics", "/healthz", "/system", ".xlsx")) or "/log/" in path:  # what differs each time
                target, head = target + "?no_such=1", {**head}
            yield wire.request(port, method.upper(), target, body, **head)


def said(found):
    """What an answer says, apart from when and under which number."""
    return [(status, re.sub(rb"(?i)\r\n(?:Date|Content-Length|X-Request-Id): [^\r]*", b"", head),
             re.sub(rb'"(?:now_)?ms":[0-9.]+', b"", client.unnumbered(body)))
            for status, head, body in found]


def test_a_request_in_pieces_gets_the_answer_of_the_whole_one(world):
    port, chance = world.server.port, random.Random(SEED)
    requests = list(recorded(world))
    whole, statuses, cuts = [], {}, 0
    line = wire.Wire(port)

    def answer_to(parts):
        nonlocal line
        for number, part in enumerate(parts):
            if number:
                time.sleep(0.0002)
            line.send(part)
        found, closed = line.read(1)
        if closed:
            line.close()
            line = wire.Wire(port)
        return said(found)
    for request in requests:
        whole.append(answer_to([request]))
        assert len(whole[-1]) == 1 and whole[-1][0][0] < 500, (request, whole[-1])
        statuses[whole[-1][0][0]] = statuses.get(whole[-1][0][0], 0) + 1
    every = set(chance.sample(range(len(requests)), 20))
    for number, request in enumerate(requests):
        at = range(1, len(request)) if number in every else sorted(chance.sample(range(1, len(request)), 3))
        for cut in at:
            assert answer_to([request[:cut], request[cut:]]) == whole[number], (SEED, request, cut)
            cuts += 1
    for number in (range(len(requests)) if len(requests) < 100 else chance.sample(range(len(requests)), 100)):
        for at in range(len(requests[number])):
            line.send(requests[number][at:at + 1])
        found, closed = line.read(1)
        assert said(found) == whole[number], (SEED, requests[number])
        if closed:
            line.close()
            line = wire.Wire(port)
    line.close()
    print(f"# {len(requests)} requests ({statuses}), {cuts} cuts, 100 of them byte by byte")
    assert len(requests) >= 500


# --- H3 --------------------------------------------------------------------------------------

def is_over(s):
    """The server has ended it: what is still to be read ends."""
    s.setblocking(True)
    s.settimeout(5)
    try:
        while s.recv(1 << 20):
            pass
        return True
    except ConnectionResetError:
        return True
    except socket.timeout:
        return False


@tap.exhausts
def test_who_sends_or_reads_a_byte_now_and_then_is_shut_out_in_half_a_minute(world):
    port, clock, pid = world.server.port, world.clock, world.server.process.pid
    head = wire.request(port, "POST", "/api/v1/session", Content_Length="100000", Content_Type="application/json")
    heads, bodies, readers = [], [], []
    for _ in range(200):
        heads.append(wire.Wire(port))
        heads[-1].send(b"GET /healthz HTTP/1.1\r\nX: ")
    for _ in range(100):
        bodies.append(wire.Wire(port))
        bodies[-1].send(head)
    for _ in range(20):
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        deaf.connect(("127.0.0.1", port))
        deaf.sendall(wire.request(port, "GET", "/api/v1/openapi.json"))
        readers.append(deaf)
    for one in readers:
        assert one.recv(10)  # its answer is there
    decent = wire.Wire(port)
    decent.send(head)
    wire.has_come_by(pid, SWEEPER)
    begun = time.monotonic()
    for i in range(5):  # of ten seconds
        for one in heads + bodies:
            try:
                one.send(b"a")
            except OSError:
                pass
        for one in readers:
            one.recv(10)
        try:
            decent.send(b" " * 18000)
        except OSError as error:
            raise AssertionError(f"who kept the pace was shut in round {i}, {time.monotonic() - begun:.1f} s after the first, "
                                 f"with {decent.read(1)}") from error
        clock.forward(10)
        wire.has_come_by(pid, SWEEPER)
        healthy(port, 5)
    decent.send(b" " * (100000 - 5 * 18000))
    found, _ = decent.read(1)
    assert [status for status, _, _ in found] == [400], found  # spaces are no JSON: it was heard to the end
    assert all(is_over(one.socket) for one in heads), "a head"
    assert all(is_over(one.socket) for one in bodies), "a body"
    assert all(is_over(one) for one in readers), "a reader"
    for one in heads + bodies + readers + [decent]:
        one.close()
    print(f"# {len(heads)} heads, {len(bodies)} bodies, {len(readers)} readers shut; who kept the pace was not")


@tap.exhausts
def test_a_connection_without_a_request_is_shut_and_one_in_use_is_not(world):
    port, clock, pid = world.server.port, world.clock, world.server.process.pid
    opened = time.monotonic() + clock.ahead
    idle, used, begun, half = wire.Wire(port), wire.Wire(port), wire.Wire(port), wire.Wire(port)
    begun.send(b"GET /healthz HTTP/1.1\r\nX: ")
    half.send(wire.request(port, "POST", "/api/v1/session", Content_Length="100000") + b"{")
    # The body's window of 30 seconds opens in its second second. The library's own limit of 35 seconds is silent.
    for age in (2, 18, 33.5):
        used.send(wire.request(port, "GET", "/healthz"))
        assert used.read(1)[0][0][0] == 200
        clock.forward(max(0, opened + age - clock.ahead - time.monotonic()))
        wire.has_come_by(pid, SWEEPER)
    assert idle.is_closed(5)
    for late in (begun, half):
        found, closed = late.read(99)
        assert [status for status, _, _ in found] == [408] and closed, found
        late.close()
    used.send(wire.request(port, "GET", "/healthz"))
    assert used.read(1)[0][0][0] == 200
    idle.close()
    used.close()


# --- H4, H5, H6 ------------------------------------------------------------------------------

def room_for(connections):
    """As many files for this process, or as many as may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(connections + 200, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted - 200


@tap.exhausts
def test_idle_connections_take_at_most_20_kilobytes_each_and_keep_nobody_waiting(world):
    port, pid = world.server.port, world.server.process.pid
    count = min(CONNECTIONS, (room_for(2 * CONNECTIONS + 400) - 400) // 2)
    ask = wire.request(port, "GET", "/healthz")

    def sit(n):
        lines = []
        for _ in range(n):
            lines.append(wire.Wire(port))
            lines[-1].send(ask)
        for line in lines:
            assert line.read(1)[0][0][0] == 200
        return lines
    lines = sit(400)  # what the first ones take, or find free, says nothing of one more
    for again in (True, False):  # what the program took meanwhile for other work is not taken again by as many more
        before = memory(pid)
        lines += sit(count)
        each = (memory(pid) - before) / count
        if not again or each <= 20 * 1024:
            break
    healthy(port, 50)
    for line in lines[::10]:
        line.send(ask)
        assert line.read(1)[0][0][0] == 200
    for line in lines:
        line.close()
    print(f"# {count} more idle connections take {each / 1024:.1f} KiB each")
    assert each <= 20 * 1024 or wire.is_sanitized(ZHIYUN), each


class Narrow(client.Server):
    """A server that may have 300 files open and no more."""

    def command(self, *arguments):
        return ["sh", "-c", 'ulimit -n 300; exec "$@"', "sh", *super().command(*arguments)]


@tap.exhausts
def test_when_the_house_is_full_the_longest_idle_one_gives_way(world):
    server = Narrow(ZHIYUN, world.data)
    server.env = dict(world.server.env)
    world.server.stop()
    server.start()
    try:
        pid = server.process.pid
        healthy(server.port)
        before = files(pid)
        full_house(server, pid)
        no_file_left(server, pid)
        deadline = time.monotonic() + 600
        while files(pid) > before + 8 and time.monotonic() < deadline:
            time.sleep(0.05)
        print(f"# files open before {before}, after {files(pid)}")
        assert files(pid) <= before + 8, (before, files(pid))
    finally:
        server.stop()
        world.server.start()


def full_house(server, pid):
    """More connections than there are places: each newcomer is served at once."""
    with open(f"/proc/{pid}/limits", encoding="ascii") as file:
        assert re.search(r"Max open files +300 +300 ", file.read())
    ask = wire.request(server.port, "GET", "/healthz")
    lines = []
    for _ in range(600):
        line = wire.Wire(server.port, timeout=600)
        line.send(ask)
        assert line.read(1)[0][0][0] == 200
        lines.append(line)
    assert lines[0].is_closed(600)
    lines[-1].send(ask)
    assert lines[-1].read(1)[0][0][0] == 200
    for line in lines:
        line.close()


def no_file_left(server, pid):
    """Files run out under way: recovered within 5 s of there being some again."""
    was = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (files(pid) + 3, was[1]))
    lines = [wire.Wire(server.port) for _ in range(60)]  # the kernel takes them, the server cannot
    wire.has_come_by(pid, SWEEPER)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, was)
    start = time.monotonic()
    healthy(server.port, 20)
    took = time.monotonic() - start
    print(f"# served again after {took:.1f} s")
    assert took < 5
    for line in lines:
        line.close()


def test_who_sends_a_body_beyond_the_limit_reads_413(world):
    """He who reads only when he has sent it all, too."""
    token, body = world[client.FIRST].token, b"x" * (9 << 20)
    for method, path, head in (("POST", "/api/v1/match", {"Content-Type": "application/json"}), ("POST", "/api/v1/packs", {}),
                               ("GET", "/api/v1/todo", {}), ("POST", "/api/v1/nothing", {})):
        for chunked in (False, True):
            line = http.client.HTTPConnection("127.0.0.1", world.server.port, timeout=600)
            line.request(method, path, iter([body[:1 << 20]] * 9) if chunked else body, {"Authorization": f"Bearer {token}", **head}, encode_chunked=chunked)
            answer = line.getresponse()
            told = json.loads(answer.read())
            line.close()
            assert answer.status == told["status"] == 413, (path, chunked, told)
    healthy(world.server.port)


@tap.exhausts
def test_what_is_too_much_is_refused_and_takes_no_memory(world):
    port, pid = world.server.port, world.server.process.pid
    token = world[client.FIRST].token
    head = {"Content_Type": "application/json", "Authorization": f"Bearer {token}"}

    def one(data):
        found, closed = wire.ask(port, data)
        return found[0][0], found[0][2], closed

    def nested(depth):
        return b'{"text":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"
    for depth, too_deep in ((64, False), (65, True), (100000, True)):
        status, body, _ = one(wire.request(port, "POST", "/api/v1/match", nested(depth), **head))
        assert status == (413 if too_deep else 400) and (b"nested" in body) == too_deep, (depth, status, body)
    assert one(wire.request(port, "GET", "/api/v1/search?" + "&".join(["a=b"] * 101)))[0] == 400
    big = b" " * 65536
    before = memory(pid)
    for _ in range(10):
        line = wire.Wire(port)
        line.send(wire.request(port, "POST", "/api/v1/match", Transfer_Encoding="chunked", **head))
        try:
            for _ in range(140):  # 8.75 MB in chunks: the limit is 8 MiB
                line.send(b"10000\r\n" + big + b"\r\n")
            line.send(b"0\r\n\r\n")
        except OSError:
            pass
        found, _ = line.read(1)
        assert [status for status, _, _ in found] == [413], found
        line.close()
    line, sent = wire.Wire(port), 0
    line.send(wire.request(port, "POST", "/api/v1/match", Transfer_Encoding="chunked", **head))
    try:  # somebody who never stops
        for _ in range(1000):
            line.send(b"10000\r\n" + big + b"\r\n")
            sent += len(big)
    except OSError:
        pass
    line.close()
    grown = memory(pid) - before
    print(f"# memory grew by {grown / 1048576:.1f} MB; an endless body was cut off after {sent / 1048576:.0f} MB")
    assert sent < 1000 * len(big) and (grown < 24 << 20 or wire.is_sanitized(ZHIYUN)), (sent, grown)


@tap.exhausts
def test_no_file_stays_open_however_connections_end(world):
    port, pid, chance = world.server.port, world.server.process.pid, random.Random(SEED)
    healthy(port)
    before = files(pid)
    ask = wire.request(port, "GET", "/healthz")
    upload = wire.request(port, "POST", "/api/v1/imports?name=a.csv", b"a" * 5000, Authorization=f"Bearer {world['centre_staff'].token}")
    keeps = wire.Wire(port)
    for number in range(2000):
        keeps.send(ask)
        assert keeps.read(1)[0][0][0] == 200
        if number % 4:
            continue
        line = wire.Wire(port)
        line.send(chance.choice([ask, upload])[:chance.randrange(1, 400)])
        if chance.random() < 0.3:  # with a reset
            line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        line.close()
    keeps.close()
    deadline = time.monotonic() + 600
    while files(pid) > before + 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    print(f"# files open before {before}, after {files(pid)}")
    assert files(pid) <= before + 2, (before, files(pid))


if __name__ == "__main__":
    wire.needs_clock(ZHIYUN)
    WORLD = client.World(ZHIYUN, people={"centre_staff": client.PEOPLE["centre_staff"]})
    WORLD.clock = wire.Clock(CLOCK)
    WORLD.clock.before(WORLD.server)
    WORLD.server.stop()
    WORLD.server.start()
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
        WORLD.clock.close()
