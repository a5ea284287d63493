#!/usr/bin/env python3
"""turns_test.py ZHIYUN: of what takes long one request of a person runs at a time; others go before his next, and what nobody waits
for is not begun. Slow: drafts, in the place of whose printer stands a program that waits while a file is there (looks_test.py).
Long: the test of a channel, whose gateway answers when it is told to."""
import contextlib
import os
import socket
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import bodies  # noqa: E402
import client  # noqa: E402
import kernel_test  # noqa: E402
import tap  # noqa: E402
from looks_test import Asking, Place, ZHIYUN, until  # noqa: E402

CODE = bodies.credit_code(900000 + list(client.UNITS).index("centreA"))
DRAFT = f"/packs/sc-yunying-2025/forms/application-form/paper.pdf?party={CODE}"


class Slow(kernel_test.Gateway):
    """Keeps who asks waiting while `free` is not set."""

    def __init__(self):
        super().__init__()
        self.free = threading.Event()
        answer = self.server.RequestHandlerClass.do_POST

        def wait(handler):
            self.arrived.append(handler)
            self.free.wait()
            answer(handler)
        self.arrived, self.server.RequestHandlerClass.do_POST = [], wait


class Trying(Asking):
    def run(self):
        self.reply = self.person.ask("POST", self.path)


@contextlib.contextmanager
def tried(world):
    """Somebody who tries a channel, and the gateway that lets him wait."""
    keeper, gateway = world["sysadmin"], Slow()
    host = {"host": "127.0.0.1", "port": gateway.port, "inside": True, "reason": "x"}
    put = {"url": f"http://127.0.0.1:{gateway.port}/send", "body": {"text": "{title}"}, "reason": "x"}
    assert world[client.FIRST].ask("PUT", "/outward-hosts", host).status == 200
    assert keeper.ask("PUT", "/channels/wecom", put).status == 200
    try:
        yield keeper, gateway
    finally:
        gateway.free.set()
        gateway.server.shutdown()


def leave(world, keeper, path, method="GET"):
    """Asks, and closes the connection at once."""
    with socket.create_connection(("127.0.0.1", world.server.port)) as one:
        one.sendall(f"{method} /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1:{world.server.port}\r\nContent-Length: 0\r\n"
                    f"Authorization: Bearer {keeper.token}\r\n\r\n".encode())


def test_the_slow_requests_of_one_person_leave_a_worker_to_others(world):
    staff, colleague, page = world["centre_staff"], world["centre_colleague"], client.Browser(world, "centre_staff")
    assert page.link().status == 200
    world.forget()
    with world.having("hold"):
        drafts = [Asking(staff, DRAFT) for _ in range(3)]
        until(world.asked)
        in_browser = threading.Thread(target=lambda: page.ask("GET", DRAFT))  # his other session is the same person
        in_browser.start()
        search = Asking(colleague, "/search?query=x")
        until(lambda: not search.is_alive() or len(world.asked()) > 1)
        assert len(world.asked()) == 1 and search.done().status == 200
        assert staff.get("/records/deal").status == 200  # what is short does not wait
        assert all(draft.is_alive() for draft in drafts) and in_browser.is_alive()
        assert [line.split()[0] for line in world.asked()] == ["begin"], world.asked()
    assert all(draft.done().status == 200 for draft in drafts), [draft.reply for draft in drafts]
    in_browser.join()
    assert [line.split()[0] for line in world.asked()] == ["begin", "end"] * 4, world.asked()


def test_what_is_long_keeps_its_own_sender_s_searches_and_pages_waiting_for_nothing(world):
    with tried(world) as (keeper, gateway):
        first = [Trying(keeper, "/channels/wecom/test") for _ in range(3)]
        until(lambda: gateway.arrived)
        search = Asking(keeper, "/search?query=x")
        until(lambda: not search.is_alive() or len(gateway.arrived) > 1)
        assert len(gateway.arrived) == 1 and search.done().status == keeper.get("/grants").status == 200
        waiting = [Asking(keeper, "/grants?format=xlsx"), Asking(keeper, "/search?query=x&k=10000")]
        for path in ("/cases?format=xlsx", "/search?query=x&k=10000"):  # of another person
            assert world["centre_staff"].get(path).status == 200, path
        assert keeper.get("/grants?limit=x&format=xlsx").status == 400  # what is refused does not wait
        assert all(one.is_alive() for one in first + waiting) and len(gateway.arrived) == 1
        gateway.free.set()
        assert all(one.done().status == 200 for one in first + waiting), [one.reply for one in first + waiting]
        assert len(gateway.arrived) == 3


def test_what_nobody_waits_for_any_more_is_not_begun(world):
    with tried(world) as (keeper, gateway):
        first = Trying(keeper, "/channels/wecom/test")
        until(lambda: gateway.arrived)
        for _ in range(4):
            leave(world, keeper, "/channels/wecom/test", "POST")
        last = Trying(keeper, "/channels/wecom/test")
        gateway.free.set()
        assert first.done().status == last.done().status == 200
        assert len(gateway.arrived) == 2


if __name__ == "__main__":
    if not os.path.exists(os.path.join(os.path.dirname(ZHIYUN), "zhiyun-paper")):
        tap.leave("zhiyun-paper is not built here")
    WORLD = Place("zhiyun-paper")
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
