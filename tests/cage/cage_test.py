#!/usr/bin/env python3
"""cage_test.py ZHIYUN PROBE: what takes over a program that works on a stranger's file cannot get out of it.

The probe (probe.c) is loaded into the real programs and wakes where they read their first byte. It tries about a
hundred ways out: files, processes, memory, sockets, keys, environment. The same probe in a program without a cage
is the control: there they must succeed, else the probe would be no test."""
import contextlib
import ctypes
import fcntl
import os
import platform
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import tap  # noqa: E402

ZHIYUN, PROBE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
ROOT = os.geteuid() == 0
SOMEBODY = 65534
PYTHON = shutil.which("python3", path="/usr/bin:/bin")  # Debian's, which anybody may start; who runs this may have one of their own
# Where no root of its own can be made (in a chroot, in a container without the right to mount), names and sizes of files are
# seen, and nothing of what they hold; `zhiyun doctor` says so.
NAMES = {"ask_access", "look_at_disk", "read_link", "see_secret", "see_secret_again"}
CANARY = "虚构的环境变量值-7b1f"
ADD_KEY = {"x86_64": 248, "aarch64": 217}[platform.machine()]
CAGED = {"zhiyun-pdf": ["text"], "zhiyun-paper": [""]}

VICTIM = """
import ctypes, os, signal, socket, sys
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
secret = ctypes.create_string_buffer(b"secret of a process")
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(0x59616d61, -1, 0, 0, 0)  # where Yama is, whoever may is to try
memory = libc.shmget(0, 4096, 0o1600)
folder = sys.argv[1]
tcp = socket.create_server(("127.0.0.1", 0))
here = socket.socket(socket.AF_UNIX); here.bind(folder + "/socket"); here.listen()
named = socket.socket(socket.AF_UNIX); named.bind("\\0zhiyun-probe-%d" % os.getpid()); named.listen()
print(ctypes.addressof(secret), memory, tcp.getsockname()[1], flush=True)
sys.stdin.read()
libc.shmctl(memory, 0, None)
"""


def results(said, how, words):
    lines = [one.split(" ") for one in said.decode().splitlines()]
    assert lines and how == 0, (how, said[-300:], words)
    return {name: answer == "yes" for name, answer, *_ in lines}


def run_of_a_copy(asks, arguments, given):
    """(what it said, how it ended)"""
    pipes = [os.pipe() for _ in range(4)]
    theirs = [pipes[0][0], pipes[1][1], pipes[2][1], pipes[3][1]]
    socket.send_fds(asks, [b"".join(one.encode() + b"\0" for one in arguments)], theirs)
    for fd in theirs:
        os.close(fd)
    with open(pipes[0][1], "wb") as to:
        to.write(given)
    said, _, how = (read_all(pipes[i][0]) for i in (1, 2, 3))
    return said, struct.unpack("i", how)[0]


def read_all(fd):
    with open(fd, "rb") as source:
        return source.read()


class Place:
    """A folder with what is to be protected and a process that has secrets, both of `user`; programs as that user."""

    def __init__(self, user):
        self.folder = tempfile.mkdtemp(prefix="zhiyun-cage-")
        os.chmod(self.folder, 0o755)
        self.as_user = {"user": user, "group": user, "extra_groups": []} if user else {}
        self.programs = os.path.join(self.folder, "programs")
        os.mkdir(self.programs)
        for name in [*CAGED, PROBE]:
            shutil.copy(os.path.join(os.path.dirname(ZHIYUN), name), self.programs)
        self.lay_out()
        for path in [self.folder, *(os.path.join(self.folder, name) for name in os.listdir(self.folder))]:
            os.lchown(path, user, user)
        self.victim = subprocess.Popen([PYTHON, "-c", VICTIM, self.folder], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True, **self.as_user)
        self.address, self.shm, self.tcp = self.victim.stdout.readline().split()

    def lay_out(self):
        for name in ("secret", "file", "gone", "move"):
            path = os.path.join(self.folder, name)
            with open(path, "w", encoding="utf-8") as to:
                to.write("0123456789")
            os.chmod(path, 0o600)
        for name in ("empty", "mount"):
            os.makedirs(os.path.join(self.folder, name), exist_ok=True)
        if not os.path.islink(os.path.join(self.folder, "link")):
            os.symlink("secret", os.path.join(self.folder, "link"))

    def line(self):
        libc = ctypes.CDLL(None, use_errno=True)
        key = libc.syscall(ADD_KEY, b"user", b"zhiyun-probe", b"secret", 6, -3)  # to the session
        return (f"folder={self.folder} secret={self.folder}/secret pid={self.victim.pid} address={self.address} "
                f"shm={self.shm} tcp={self.tcp} unix={self.folder}/socket abstract=zhiyun-probe-{self.victim.pid} "
                f"key={key} canary={CANARY}\n")

    @contextlib.contextmanager
    def started(self, command, stdin):
        """The process. A descriptor of a secret and one of a connection are left open in it."""
        secret = os.open(os.path.join(self.folder, "secret"), os.O_RDWR)
        ours, theirs = socket.socketpair()

        def leave_open():
            far = [fcntl.fcntl(fd, fcntl.F_DUPFD, 40) for fd in (secret, theirs.fileno())]
            os.dup2(far[0], 7)
            os.dup2(far[1], 8)

        try:
            with subprocess.Popen(
                    command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                    env={"LD_PRELOAD": os.path.join(self.programs, os.path.basename(PROBE)), "CANARY": CANARY,
                         **{name: os.environ[name] for name in ("SWITCHED_ROW",) if name in os.environ}}, cwd=self.folder,
                    preexec_fn=leave_open, pass_fds=(7, 8), start_new_session=True, **self.as_user) as process:
                yield process
        finally:
            os.close(secret)
            ours.close()
            theirs.close()

    def layers(self):
        """That the kernel offers here; all programs take the same."""
        return subprocess.run([os.path.join(self.programs, "zhiyun-pdf"), "cage"], capture_output=True, text=True, check=True,
                              **self.as_user).stdout.split()

    def escapes(self, program, *arguments):
        """{what was tried: whether it succeeded}."""
        with self.started([program, *arguments], subprocess.PIPE) as process:
            said, words = process.communicate(self.line().encode(), timeout=60)
        return results(said, process.returncode, words)

    def escapes_of_a_copy(self, program, *arguments):
        """The same of a run that the program, which stays, begins as a copy of itself (base/forkserver.h); a run before
        it, with words of its own, has been."""
        asks, asked = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with asks, self.started([program, "forkserver"], asked) as process:
            asked.close()
            assert asks.recv(1) == b"\0"
            run_of_a_copy(asks, ["no such word", CANARY], b"")
            said, how = run_of_a_copy(asks, arguments, self.line().encode())
            asks.shutdown(socket.SHUT_RDWR)
            assert process.wait(60) == 0
        return results(said, how, b"")

    def close(self):
        self.victim.stdin.close()
        self.victim.wait(10)
        shutil.rmtree(self.folder)


def held_against_the_control(user, at_least):
    place = Place(user)
    try:
        outside = place.escapes("cat")
        succeeded = {name for name, yes in outside.items() if yes}
        print(f"# outside, user {user}: {len(succeeded)} of {len(outside)} succeed; not: {sorted(set(outside) - succeeded)}")
        assert len(outside) >= 80 and len(succeeded) >= at_least, (len(outside), len(succeeded))
        layers = place.layers()
        print(f"# layers: {layers}")
        for program, arguments in CAGED.items():
            if not os.path.exists(os.path.join(place.programs, program)):
                continue
            for way in (place.escapes, place.escapes_of_a_copy):
                place.lay_out()
                inside = way(os.path.join(place.programs, program), *arguments)
                assert set(inside) == set(outside), set(outside) ^ set(inside)  # none of them ended the program
                out = sorted(name for name, yes in inside.items() if yes)
                print(f"# {program}, {way.__name__}, user {user}: {len(out)} of {len(inside)} succeed")
                assert set(out) <= (set() if "root" in layers else NAMES), f"{program}, {way.__name__}: {out}"
                assert place.victim.poll() is None
                with open(os.path.join(place.folder, "secret"), encoding="utf-8") as secret:
                    assert secret.read() == "0123456789", "the secret was written"
    finally:
        place.close()


def test_as_root_nothing_gets_out():
    if not ROOT:
        raise tap.Skip("needs root")
    held_against_the_control(0, 60)


def test_as_a_user_nothing_gets_out():
    held_against_the_control(SOMEBODY if ROOT else 0, 50)


def status(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as lines:
        return dict(line.rstrip("\n").split(":\t", 1) for line in lines if ":\t" in line)


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as pids:
        return [int(one) for one in pids.read().split()]


def test_two_copies_at_once_do_not_see_each_other_nor_the_one_that_stays():
    if not ROOT:
        raise tap.Skip("needs root")
    for user in (0, SOMEBODY):
        place = Place(user)
        asks, asked = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pipes = [[os.pipe() for _ in range(4)] for _ in range(2)]
        try:
            if not {"processes", "root"} <= set(place.layers()):
                raise tap.Skip("needs namespaces")
            with asks, subprocess.Popen([os.path.join(place.programs, "zhiyun-pdf"), "forkserver"], stdin=asked, **place.as_user) as process:
                asked.close()
                assert asks.recv(1) == b"\0"
                for run in pipes:
                    socket.send_fds(asks, [b"text\0"], [run[0][0], run[1][1], run[2][1], run[3][1]])
                server, = children(process.pid)
                while sum(status(one)["Seccomp"] == "2" for one in children(server)) < 2:
                    time.sleep(0.01)
                runs = children(server)
                spaces = {name: [os.stat(f"/proc/{pid}/ns/{name}").st_ino for pid in (os.getpid(), server, *runs)] for name in ("pid", "net", "mnt")}
                assert len(runs) == 2 and len(set(spaces["pid"])) == 4, spaces
                assert all(len(set(of)) == 2 and of[0] not in of[1:] for of in (spaces["net"], spaces["mnt"])), spaces
                # CAP_SYS_ADMIN, CAP_KILL, CAP_SETUID, CAP_SETGID
                assert int(status(server)["CapEff"], 16) == int(status(server)["CapPrm"], 16) == 1 << 21 | 1 << 5 | 1 << 7 | 1 << 6
                assert all(int(status(one)["CapPrm"], 16) == 0 for one in runs)
                asks.shutdown(socket.SHUT_RDWR)
                for run in pipes:
                    os.close(run[0][1])
                assert process.wait(60) == 0
        finally:
            place.close()


def test_the_server_is_not_looked_into_by_its_own_user():
    user = SOMEBODY if ROOT else 0
    place = Place(user)
    try:
        shutil.copy(ZHIYUN, place.programs)
        zhiyun, data = os.path.join(place.programs, "zhiyun"), os.path.join(place.folder, "data")
        subprocess.run([zhiyun, "--data", data, "init"], check=True, stdout=subprocess.DEVNULL, **place.as_user)
        server = subprocess.Popen([zhiyun, "--data", data, "--lang", "en", "serve", "--listen", "127.0.0.1:0"], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, **place.as_user)
        try:
            time.sleep(0.5)
            assert server.poll() is None
            for name in ("mem", "environ", "maps", "fd"):
                for pid, may in ((place.victim.pid, True), (server.pid, False)):
                    look = f"import os; p = '/proc/{pid}/{name}'; os.listdir(p) if {name == 'fd'} else open(p, 'rb').close()"
                    done = subprocess.run([PYTHON, "-c", look], stderr=subprocess.PIPE, check=False, **place.as_user)
                    if ROOT or os.geteuid() != 0:
                        assert (done.returncode == 0) == may, (name, pid, done.stderr)
        finally:
            server.terminate()
            server.wait(20)
    finally:
        place.close()


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    tap.run(sys.modules[__name__])
