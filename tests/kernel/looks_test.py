#!/usr/bin/env python3
"""looks_test.py ZHIYUN: looks into files have workers of their own. In the reader's place stands a program that notes
what it is asked, waits while a file is there, and hands it on."""
import contextlib
import hashlib
import os
import shutil
import socket
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.dirname(__file__))
import client  # noqa: E402
import files_test  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
READER = os.path.join(os.path.dirname(ZHIYUN), "zhiyun-pdf")
STAND_IN = """#!/bin/sh
[ "$1" = forkserver ] && exit 1
cd "%s" || exit 1
echo "begin $1 $3" >> asked
while [ -e hold ]; do sleep 0.02; done
if [ -e over ]; then cat > /dev/null; exit 152; fi
"%s" "$@"
how=$?
echo "end $1 $3" >> asked
exit $how
"""
PEOPLE = {name: client.PEOPLE[name] for name in ("centre_staff", "centre_colleague", "centre_manager", "sysadmin")}


class Place(client.World):
    """A world where the place of the reader is taken, or of another program."""

    def __init__(self, program="zhiyun-pdf"):
        super().__init__(ZHIYUN, people=PEOPLE)
        self.folder = tempfile.mkdtemp(prefix="zhiyun-looks-")
        for name in ("zhiyun", "zhiyun-pdf", "zhiyun-paper"):
            if name != program:
                shutil.copy(os.path.join(os.path.dirname(ZHIYUN), name), self.folder)
        with open(self.path(program), "w", encoding="utf-8") as file:
            file.write(STAND_IN % (self.folder, os.path.join(os.path.dirname(ZHIYUN), program)))
        os.chmod(self.path(program), 0o755)
        self.server.zhiyun = os.path.join(self.folder, "zhiyun")
        files_test.restart(self)

    def path(self, name):
        return os.path.join(self.folder, name)

    def asked(self):
        """What the reader was asked since `forget`, in order."""
        if not os.path.exists(self.path("asked")):
            return []
        with open(self.path("asked"), encoding="utf-8") as file:
            return file.read().splitlines()

    def forget(self):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path("asked"))

    @contextlib.contextmanager
    def having(self, name):
        """While it is there, the reader waits ("hold"), or its time is over ("over")."""
        with open(self.path(name), "w", encoding="ascii"):
            pass
        try:
            yield
        finally:
            os.unlink(self.path(name))

    def close(self):
        super().close()
        shutil.rmtree(self.folder)


def until(happened):
    while not happened():
        time.sleep(0.02)


class Asking(threading.Thread):
    """A request of its own connection."""

    def __init__(self, person, path):
        super().__init__()
        self.person, self.path, self.reply = client.Person(person.server, person.token), path, None
        self.start()

    def run(self):
        self.reply = self.person.get(self.path)

    def done(self):
        self.join()
        return self.reply


def stored(person, text, **query):
    content = files_test.pdf(text)
    assert files_test.put(person, "one.pdf", content, **query).status == 201
    return f"/files/{hashlib.sha256(content).hexdigest()}"


def test_a_search_and_a_download_go_on_while_looks_wait(world):
    staff, manager = world["centre_staff"], world["centre_manager"]
    path = stored(staff, "heavy")
    world.forget()
    with world.having("hold"):
        looks = [Asking(staff, f"{path}/pages/1.png?width={300 + at}") for at in range(6)]
        looks += [Asking(manager, f"{path}/pages/1.png?width={400 + at}") for at in range(6)]
        until(lambda: len(world.asked()) == 2)
        got = staff.get("/search?query=x")
        assert got.status == 200, got
        assert staff.get(path).status == 200
        assert all(look.is_alive() for look in looks)
        assert {line.split()[2][0] for line in world.asked()} == {"3", "4"}, world.asked()
    assert all(look.done().status == 200 for look in looks), [look.reply for look in looks]
    running = set()
    for what, _, width in map(str.split, world.asked()):  # never two of one person
        assert what == "end" or width[0] not in running, world.asked()
        (running.add if what == "begin" else running.remove)(width[0])
    assert len(world.asked()) == 24


def test_what_was_looked_at_is_kept(world):
    staff, colleague = world["centre_staff"], world["centre_colleague"]
    path = stored(staff, "kept")
    world.forget()
    for part in ("/pages/1.png", "/pages/1.png?width=300", "/text"):
        first = staff.get(path + part)
        asked = world.asked()
        with world.having("hold"):  # without the reader
            again = colleague.get(path + part)
        assert first.status == again.status == 200 and first.content == again.content, (part, first, again)
        assert first.headers.get("x-pages") == again.headers.get("x-pages")
        assert world.asked() == asked and asked
    assert world["public"].get(path + "/text").status == 404


def test_of_a_secret_file_nothing_is_kept(world):
    path = stored(world["centre_staff"], "undisclosed", secrecy="secret")
    who = files_test.Session(world, "centre_staff")
    for part, count in (("", 1), ("/pages/1.png", 1), ("/text", 1)):
        for _ in range(2):
            world.forget()
            assert who.get(path + part).status == 200, part
            assert len(world.asked()) == 2 * count, (part, world.asked())


def test_the_limit_of_processor_time_is_told_as_such(world):
    staff = world["centre_staff"]
    path = stored(staff, "endless")
    with world.having("over"):
        for part, status in (("/pages/1.png", 400), ("/text", 415)):
            got = staff.get(path + part)
            assert got.status == status and "15 seconds of processor time" in got.json["detail"], got
        got = staff.zh.get(path + "/text")
        assert "处理器时间超过每次查看的上限 15 秒" in got.json["detail"], got
        got = files_test.put(staff, "two.pdf", files_test.pdf("endless too"))
        assert got.status == 415 and "processor time" in got.json["detail"], got


def test_a_look_whose_client_has_left_is_dropped(world):
    staff = world["centre_staff"]
    path = stored(staff, "left")
    world.forget()
    with contextlib.ExitStack() as leaving:
        with world.having("hold"):
            first, left = Asking(staff, f"{path}/pages/1.png?width=500"), []
            until(world.asked)
            for width in range(501, 505):
                left.append(leaving.enter_context(socket.create_connection(("127.0.0.1", world.server.port))))
                left[-1].sendall(f"GET /api/v1{path}/pages/1.png?width={width} HTTP/1.1\r\nHost: 127.0.0.1:{world.server.port}\r\n"
                                 f"Authorization: Bearer {staff.token}\r\n\r\n".encode())
                left[-1].shutdown(socket.SHUT_WR)
        assert first.done().status == 200
        for one in left:  # to its end
            while one.recv(65536):
                pass
    assert world.asked() == ["begin page 500", "end page 500"], world.asked()


def test_a_request_that_looks_into_nothing_waits_for_no_look(world):
    staff = world["centre_staff"]
    path = stored(staff, "refused")
    with world.having("hold"):
        first = Asking(staff, f"{path}/pages/1.png")
        until(world.asked)
        assert world["public"].get(f"{path}/pages/1.png").status == 404
        assert staff.get("/files/" + "0" * 64 + "/text").status == 404
    assert first.done().status == 200


def test_what_waits_is_refused_when_the_server_stops(world):
    staff, other = world["centre_staff"], client.Person(world.server, world["centre_colleague"].token)
    path = stored(staff, "stopping")
    world.forget()
    with world.having("hold"):
        looks = [Asking(staff, f"{path}/pages/1.png?width={600 + at}") for at in range(3)]
        until(lambda: len(world.asked()) == 1)
        world.server.process.terminate()
        until(lambda: other.get("/search?query=x").status == 503)
    assert sorted(look.done().status for look in looks) == [200, 503, 503], [look.reply for look in looks]
    files_test.restart(world)


if __name__ == "__main__":
    if not os.path.exists(READER):
        tap.leave("zhiyun-pdf is not built here")
    WORLD = Place()
    try:
        tap.run(sys.modules[__name__], WORLD)
    finally:
        WORLD.close()
