"""Power cuts and failing file calls around a server: what powercut.c, preloaded, is told and tells."""
import mmap
import os
import shutil
import struct
import tempfile

import tap

WRITE, SHRINK, MADE, RENAMED, GONE, SYNCED = range(1, 7)
READ_CALL, WRITE_CALL, SYNC_CALL, TRUNCATE_CALL, OPEN_CALL, RENAME_CALL, UNLINK_CALL = (1 << n for n in range(7))
LINE = struct.Struct("<IIQQQQ")  # struct line
CONTROL = struct.Struct("<8qqqqIiiii4x")  # struct control
WAYS = {"all": None, "pages": 4096, "sectors": 512}  # what a cut takes back: everything, or a choice of these


class Shim:
    """One server's folder under the shim."""

    def __init__(self, library, data):
        self.library, self.data = os.path.abspath(library), os.path.abspath(data)
        self.beside = tempfile.mkdtemp(prefix="zhiyun-powercut-")
        with open(os.path.join(self.beside, "control"), "wb") as file:
            file.write(bytes(CONTROL.size))
        with open(os.path.join(self.beside, "control"), "r+b") as file:
            self.control = mmap.mmap(file.fileno(), CONTROL.size)

    def around(self, server, normal=False):
        """The server's next start is under the shim."""
        server.env.update(LD_PRELOAD=self.library, POWERCUT_DIR=self.data, POWERCUT_BESIDE=self.beside)
        if tap.instrumented(server.zhiyun):  # whose own library wants to be the first, and need not
            server.env["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        if normal:
            server.env["POWERCUT_NORMAL"] = "1"

    @staticmethod
    def away_from(server):
        for name in ("LD_PRELOAD", "POWERCUT_DIR", "POWERCUT_BESIDE", "POWERCUT_NORMAL"):
            server.env.pop(name, None)

    def set(self, kinds=0, fail_at=0, error=0, sticky=False, half=False, tracks=False):
        """What holds from now on; counts from 0."""
        CONTROL.pack_into(self.control, 0, *[0] * 8, fail_at, 0, 0, kinds, error, sticky, half, tracks)

    def counts(self):
        """{kind: calls} since the last set."""
        return {1 << n: calls for n, calls in enumerate(CONTROL.unpack_from(self.control, 0)[:8])}

    def failures(self):
        return CONTROL.unpack_from(self.control, 0)[9]

    def forget(self):
        """A new journal, for the next start."""
        for name in os.listdir(self.beside):
            if name != "control":
                os.unlink(os.path.join(self.beside, name))

    def close(self):
        self.control.close()
        shutil.rmtree(self.beside)

    # --- the cut ----------------------------------------------------------------------

    def lines(self):
        with open(os.path.join(self.beside, "journal"), "rb") as file:
            content = file.read()
        at, lines = 0, []
        while at < len(content):  # the process may have died within its last line
            if at + LINE.size > len(content):
                break
            what, length, inode, where, count, size = LINE.unpack_from(content, at)
            at += LINE.size
            if at + length > len(content):
                break
            lines.append((what, inode, where, count, size, content[at:at + length]))
            at += length
        return lines

    def cut(self, chance, way):
        """The folder as a power cut may leave it: of the changes that no sync made durable, all or
        a choice of pages or sectors are taken back, and the names from some moment on. Returns
        how many changes were not durable."""
        lines = self.lines()
        durable = {}  # inode → lines before this one are
        for what, inode, _, _, size, _ in lines:
            if what == SYNCED:
                durable[inode] = max(durable.get(inode, 0), size)
        loose = [n for n, (what, inode, *_) in enumerate(lines)
                 if what != SYNCED and n >= durable.get(inode, 0)]
        names = [n for n in loose if lines[n][0] in (MADE, RENAMED, GONE)]
        kept_until = -1 if way == "all" or not names else chance.choice([-1, *names])
        unit = WAYS[way]
        paths = self.paths()
        for n in reversed(loose):
            what, inode, where, count, size, content = lines[n]
            if what in (WRITE, SHRINK):
                if inode in paths:
                    self.take_back(paths[inode], what, where, count, size, content, chance, unit)
            elif n > kept_until:
                self.take_back_name(what, content)
                paths = self.paths()
        for base, _, files in os.walk(self.data):
            for name in files:
                if name.endswith("-shm"):  # shared memory of a process that is gone
                    os.unlink(os.path.join(base, name))
        return len(loose)

    def paths(self):
        found = {}
        for root in (self.beside, self.data):
            for base, _, files in os.walk(root):
                for name in files:
                    path = os.path.join(base, name)
                    found[os.stat(path).st_ino] = path
        return found

    @staticmethod
    def take_back(path, what, where, count, size, content, chance, unit):
        with open(path, "r+b") as file:
            if unit is None:
                file.seek(where)
                file.write(content)
                file.truncate(size)
            elif what == SHRINK:
                if chance.random() < 0.5:
                    file.seek(where)
                    file.write(content)
            else:
                # Where the file ended were zeros: its length reached the disk, these bytes did not.
                old = content + bytes(count - len(content))
                for at in range(where // unit * unit, where + count, unit):
                    low, high = max(at, where), min(at + unit, where + count)
                    if chance.random() < 0.5:
                        file.seek(low)
                        file.write(old[low - where:high - where])

    @staticmethod
    def take_back_name(what, content):
        first, second = (os.fsdecode(part) for part in content.split(b"\0")[:2])
        if what == MADE and os.path.exists(first):
            os.unlink(first)
        elif what == RENAMED and os.path.exists(second):
            os.rename(second, first)
        elif what == GONE and os.path.exists(second):
            os.rename(second, first)
