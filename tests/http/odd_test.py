#!/usr/bin/env python3
"""odd_test.py ZHIYUN CLOCK: requests that are well-formed and odd: foreign names in Host, Origin and Referer, ids that are nearly
numbers, JSON that could be read in two ways, characters that are none, in every text of a type. Each gets one answer, none of
the server's faults (500), and nothing of what was sent is made or comes back as a rule for browsers.

That no page of another site changes anything is sessions_test.py's; that heads are read strictly, robust_test.py's.
"""
import json
import os
import re
import sys
import urllib.parse

import wire

import client
import tap

ZHIYUN = os.path.abspath(sys.argv[1])
FOREIGN = "foreign.example"


def one_answer(world, method, target, body=None, person="centre_manager", **headers):
    """(status, head, body): the only answer of its connection."""
    port = world.server.port
    head = {"Authorization": f"Bearer {world[person].token}"} if person else {}
    data = wire.request(port, method, target, body, **{**head, **headers, "Connection": "close"})
    found, closed = wire.ask(port, data, count=99)
    assert len(found) == 1 and closed and wire.heads(found) == 1, (method, target, found)
    assert found[0][0] < 500, (method, target, body and body[:80], found)
    return found[0]


def with_host(world, host, target="/api/v1/log/head"):
    data = f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("latin-1")
    found, closed = wire.ask(world.server.port, data, count=99)
    assert len(found) == 1 and closed, (host, found)
    return found[0]


def test_only_our_own_hosts_are_answered(world):
    port = world.server.port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}", "127.0.0.1", "localhost"):
        assert with_host(world, host)[0] == 200, host
    for host in (FOREIGN, f"{FOREIGN}:{port}", f"127.0.0.1.{FOREIGN}", f"{FOREIGN}@127.0.0.1", f"127.0.0.1@{FOREIGN}", f"127.0.0.1:{port}@{FOREIGN}",
                 f"127.0.0.1#{FOREIGN}", f"127.0.0.1/{FOREIGN}", f"127.0.0.1,{FOREIGN}", f"127.0.0.1 {FOREIGN}", "0.0.0.0", "127.1", "2130706433", "0x7f000001",
                 "127.0.0.2", "[::ffff:127.0.0.1]", "[::1", "::1", "localhost.", f"localhost.{FOREIGN}", "127.0.0.1:x", "127.0.0.1:1:1", "", " ", "*", "null", "file://", "\xbd\xb2", "a" * 4000):
        status, head, body = with_host(world, host)
        assert 400 <= status < 500, (host, status, body)
        assert FOREIGN.encode() not in head and FOREIGN.encode() not in body, (host, head, body)


def test_no_foreign_page_is_given_leave(world):
    """A foreign Origin gets nothing, a Referer changes nothing, and neither is ever said back."""
    plain = one_answer(world, "GET", "/api/v1/records/training")
    for value in (f"https://{FOREIGN}", "null", "*", f"http://127.0.0.1:{world.server.port}.{FOREIGN}", "file://", f"https://{FOREIGN}/\xbd", "x" * 3000):
        for headers in ({"Origin": value}, {"Referer": value}, {"Origin": value, "Referer": value, "Sec-Fetch-Site": "cross-site"},
                        {"Origin": value, "Access-Control-Request-Method": "DELETE", "Access-Control-Request-Headers": "Authorization"}):
            found = one_answer(world, "GET", "/api/v1/records/training", **headers)
            assert found[0] == 403 if "Origin" in headers else (found[0], found[2]) == (plain[0], plain[2]), (headers, found)
            asked = one_answer(world, "OPTIONS", "/api/v1/records/training", **headers)
            for head in (found[1], asked[1]):
                assert b"access-control-" not in head.lower() and FOREIGN.encode() not in head, (headers, head)
    for name in ("X-Forwarded-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override", "X-Forwarded-Proto", "X-Host"):
        found = one_answer(world, "GET", "/api/v1/records/training", **{name: FOREIGN if "URL" not in name else "/api/v1/settings"})
        assert (found[0], found[2]) == (plain[0], plain[2]) and FOREIGN.encode() not in found[1], (name, found)


ODD_NUMBERS = ("1e3", "1E0", "+1", "%2B1", "-1", "-0", "0x1", "0b1", "01", "001", "1.0", "1.", ".1", "1,0", "1_0", "1%20", "%201", "%091", "1%0A", "0", "00",
               "9223372036854775807", "9223372036854775808", "18446744073709551617", "9" * 400, "NaN", "Infinity", "null", "true", "[]", "1;", "1'", "1--",
               urllib.parse.quote("１"), urllib.parse.quote("١"), urllib.parse.quote("一"), urllib.parse.quote("1\u200b"), urllib.parse.quote("²"), "1%00",
               "%FF", "..", "%2e%2e", "1/..", "*")


def test_what_is_nearly_a_number_is_none(world):
    """As an id in paths of every shape, and as a number in queries."""
    made = world["centre_manager"].create("training", {"title": "虚构", "date": "2026-01-05"}).json["id"]
    paths = ("/records/training/{}", "/records/training/{}/history", "/records/party/{}", "/cases/{}", "/cases/{}/papers", "/panels/{}", "/jobs/{}",
             "/imports/{}", "/patents/{}", "/records/training/{}/diff", "/log/entries/{}", "/calls/{}/overview")
    queries = ("/records/training?limit={}", "/records/training?page={}", "/log/proof?old={}", "/records/training/%d/diff?from={}&to={}" % made,
               "/imports?limit={}", "/search?query=x&k={}", "/document-numbers/gaps?year={}")
    for number in ODD_NUMBERS:
        for path in paths:
            status, _, body = one_answer(world, "GET", "/api/v1" + path.format(number))
            assert status in (400, 401, 403, 404, 405, 414), (path, number, status, body)
        for query in queries:
            status, _, body = one_answer(world, "GET", "/api/v1" + query.format(number, number))
            assert status in (200, 400, 403, 404, 409, 414, 503), (query, number, status, body)
            if not re.fullmatch(r"[0-9]+|-0", number):
                assert status != 200, (query, number, status, body)
    # Of the record that is there: no other spelling of its number is it.
    for spelt in (f"+{made}", f"0{made}", f"{made}.0", f"{made}e0", f"0x{made:x}", "".join(chr(0xFF10 + int(c)) for c in str(made)), f"{made}%20", f"%20{made}"):
        status, _, body = one_answer(world, "GET", "/api/v1/records/training/" + (spelt if spelt.isascii() else urllib.parse.quote(spelt)))
        assert status in (400, 404), (spelt, status, body)
    assert one_answer(world, "GET", f"/api/v1/records/training/{made}")[0] == 200


def test_a_number_in_a_body_is_one_number(world):
    office = world["centre_manager"]
    for at, number in enumerate(("1e3", "1E+2", "1.5", "1.0", "-0", "01", "+1", "0x1", ".5", "1.", "1e400", "-1e400", "NaN", "Infinity", "9" * 400, '"1"', "[1]", "{}", "true", '"１"')):
        sent = f'{{"title": "odd {at}", "date": "2026-01-05", "attendees": {number}}}'
        status, _, body = one_answer(world, "POST", "/api/v1/records/training", sent.encode(), Content_Type="application/json")
        assert status in (201, 400), (number, status, body)
        if status == 201:
            told = json.loads(office.get(f"/records/training/{json.loads(body)['id']}").content)["attendees"]
            assert told == json.loads(number) or number == '"１"' and told == 1 or number == '"1"' and told == 1, (number, told)
        status, _, body = one_answer(world, "POST", "/api/v1/accounts", b'{"name": "odd", "display_name": "x", "unit": ' + number.encode() + b"}",
                                     person=client.FIRST, Content_Type="application/json")
        assert status == 400, (number, status, body)


TWO_WAYS = {  # texts that two readers would read differently
    "a name twice": '{"title": "a", "title": "b", "date": "2026-01-05"}',
    "a name twice, once spelt by its number": '{"title": "a", "\\u0074itle": "b", "date": "2026-01-05"}',
    "a name twice within": '{"title": "a", "date": "2026-01-05", "sign_in_file": {"digest": "a", "digest": "b", "name": "x"}}',
    "a name that differs by a mark": '{"title": "a", "date": "2026-01-05", "titl\\u0000e": "b"}',
    "two texts": '{"title": "a", "date": "2026-01-05"}{"title": "b", "date": "2026-01-05"}',
    "a comma more": '{"title": "a", "date": "2026-01-05",}',
    "a comment": '{"title": "a", /* x */ "date": "2026-01-05"}',
    "single quotes": "{'title': 'a', 'date': '2026-01-05'}",
    "no quotes": '{title: "a", date: "2026-01-05"}',
    "nothing": "", "blanks": "   ", "null": "null", "a list": '[{"title": "a", "date": "2026-01-05"}]', "a text": '"title"', "a number": "1",
    "deep lists": '{"title": ' + "[" * 5000 + "]" * 5000 + "}", "deep objects": '{"a":' * 5000 + "1" + "}" * 5000,
    "deep and open": "[" * 100000, "65 deep": '{"title": ' + "[" * 65 + "]" * 65 + "}",
    "many members": "{" + ",".join(f'"m{n}": 1' for n in range(20000)) + "}",
    "a long name": '{"' + "n" * 100000 + '": 1}',
    "__proto__": '{"title": "a", "date": "2026-01-05", "__proto__": {"state": "kept"}}',
}


def test_a_body_that_could_be_read_in_two_ways_is_refused(world):
    before = world["centre_manager"].get("/records/training").json["total"]
    for what, text in TWO_WAYS.items():
        for target in ("/api/v1/records/training", "/api/v1/records/training/bulk", "/api/v1/match"):
            status, _, body = one_answer(world, "POST", target, text.encode(), Content_Type="application/json")
            assert status in (400, 413), (what, target, status, body)
            assert len(body) < 200000, (what, len(body))
    for kind in ("application/json; charset=gbk", "application/json; charset=utf-16", "text/json", "application/x-json", "application/json, text/plain", ""):
        status, _, body = one_answer(world, "POST", "/api/v1/records/training", '{"title": "虚构", "date": "2026-01-05"}'.encode("gbk"), Content_Type=kind)
        assert status in (400, 415), (kind, status, body)
    assert world["centre_manager"].get("/records/training").json["total"] == before


NO_TEXTS = {  # inside of a JSON text
    "NUL": b"a\\u0000b", "NUL alone": b"\\u0000", "NUL as a byte": b"a\0b", "first half alone": b"\\ud800", "second half alone": b"\\udc00",
    "halves in wrong order": b"\\udc00\\ud800", "first half before a letter": b"\\ud83dx", "first half at the end of another": b"\\ud83d\\u0041",
    "half as bytes": b"\xed\xa0\x80", "two bytes for one": b"\xc0\x80", "overlong slash": b"\xe0\x80\xaf", "beyond all": b"\xf4\x90\x80\x80",
    "cut": b"\xe4\xb8", "latin-1": b"\xe9", "no character": b"\\uffff", "an escape that is none": b"\\x41", "a line that is not escaped": b"a\nb",
}
TEXTS = {"text", "long_text", "texts", "party", "person", "phone", "email", "url", "patent", "patents", "region", "ipc", "enum", "date", "known_date", "datetime",
         "decimal", "money", "percent"}


def places(kind):
    """(field, its body with TEXT where the text stands) of every field of a type that is written as a text."""
    for field in kind["fields"]:
        name, what = field["name"], field["type"]
        if what in TEXTS:
            yield name, {name: ["TEXT"] if what in ("texts", "patents") or field.get("many") == "true" else "TEXT"}
        elif what in ("file", "files"):
            for part in ({"digest": "TEXT", "name": "x.pdf"}, {"digest": "0" * 64, "name": "TEXT"}):
                yield name, {name: part if what == "file" else [part]}
        elif what == "period":
            yield name, {name: {"from": "TEXT", "to": "2026-01-05"}}
        elif what == "table":
            for inner in field["fields"]:
                if inner["type"] in TEXTS:
                    yield f"{name}.{inner['name']}", {name: [{inner["name"]: "TEXT"}]}


def test_what_is_no_text_stands_in_no_field(world):
    """In every field of the contract, when it is made, changed, made with others, brought about by an action; and as a name."""
    who, kind, asked = world["centre_manager"], world.types["deal"], 0
    made = who.create("deal", {"contract_no": "虚构-1", "type": "licence"}).json["id"]
    before = (who.get("/records/deal").json["total"], who.get(f"/records/deal/{made}").content)
    fields = list(places(kind))
    for name, body in fields:
        for what, raw in NO_TEXTS.items():
            content = json.dumps({"contract_no": "虚构-2", "type": "licence", **body}).encode().replace(b"TEXT", raw)
            many = b'{"items": [{"create": ' + content + b"}]}"
            for method, target, sent in (("POST", "/api/v1/records/deal", content), ("PATCH", f"/api/v1/records/deal/{made}", content),
                                         ("POST", "/api/v1/records/deal/bulk", many)):
                head = {"If_Match": '"1"'} if method == "PATCH" else {}
                status, _, told = one_answer(world, method, target, sent, Content_Type="application/json", **head)
                asked += 1
                if target.endswith("bulk") and status == 200:
                    assert [item["status"] for item in json.loads(told)["items"]] == [400], (name, what, told)
                else:
                    assert status == 400, (name, what, method, status, told)
                told.decode()  # what is said of it is text
    for what, raw in NO_TEXTS.items():
        for content in (b'{"contract_no": "x", "type": "licence", "' + raw + b'": 1}', b'{"' + raw + b'": {}}'):
            status, _, told = one_answer(world, "POST", "/api/v1/records/deal", content, Content_Type="application/json")
            assert status == 400, (what, status, told)
        quoted = urllib.parse.quote_from_bytes(json.loads(b'"' + raw + b'"').encode("utf-8", "surrogatepass") if raw[:1] == b"\\" and b"x41" not in raw else raw)
        for query in ("q", "filter", "sort", "fields", "cursor"):
            status, _, told = one_answer(world, "GET", f"/api/v1/records/deal?{query}={quoted}")
            assert status in (200, 400), (query, what, status, told)
            told.decode()
    assert (who.get("/records/deal").json["total"], who.get(f"/records/deal/{made}").content) == before
    print(f"# {len(fields)} fields, {asked} bodies")


def main():
    world = client.World(ZHIYUN, people={name: client.PEOPLE[name] for name in ("centre_manager",)})
    try:
        tap.run(sys.modules[__name__], world)
    finally:
        world.close()


if __name__ == "__main__":
    main()
