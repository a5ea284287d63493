#!/usr/bin/env python3
"""desk.py ZHIYUN [BEFORE [ROUNDS [PERSON [PATH]]]]: how long a browser takes until the last section of a centre's desk is shown,
with 50 ms of delay between it and the server.

Each program serves a demo of its own; pages are opened in turn, ROUNDS (15) times each, as the first page of the application, its
programs in the browser's cache. A proxy gives bytes on 25 ms later each way, and the first of a connection after its handshake's 50.
Printed: p50 and p95 in ms from the navigation to the last change of the page, how many requests it made, and the ratio to BEFORE,
another build. PERSON (centre1) and PATH (/): another page."""
import asyncio
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests"))
import demo_made  # noqa: E402
import ports  # noqa: E402

PROGRAMS = [os.path.abspath(path) for path in sys.argv[1:3]]
ROUNDS = sys.argv[3] if len(sys.argv) > 3 else "15"
PERSON = sys.argv[4] if len(sys.argv) > 4 else "centre1"
PATH = sys.argv[5] if len(sys.argv) > 5 else "/"
DELAY = 0.05  # there and back
CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "google-chrome"))), None)


def accepting(port, server):
    while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
        assert server.poll() is None, "the server ended"
        time.sleep(0.05)


async def pass_on(reader, writer, delay):
    loop, later, due = asyncio.get_running_loop(), asyncio.Queue(), 0

    async def write():
        while True:
            at, piece = await later.get()
            await asyncio.sleep(max(0, at - loop.time()))
            if not piece:
                break
            writer.write(piece)
        writer.close()
    writing = loop.create_task(write())
    first = loop.time() + delay
    try:
        while piece := await reader.read(1 << 16):
            due = max(first, loop.time()) + DELAY / 2
            await later.put((due, piece))
    except ConnectionError:
        pass
    await later.put((max(due, loop.time()), b""))
    await writing


async def proxy(port, target):
    async def serve(reader, writer):
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", target)
        await asyncio.gather(pass_on(reader, there_writer, DELAY), pass_on(there_reader, writer, 0), return_exceptions=True)
    async with await asyncio.start_server(serve, "127.0.0.1", port) as server:
        await server.serve_forever()


def served(program, work):
    """(the server, its address through the proxy, a link to sign in by)"""
    data = os.path.join(work, f"demo{len(os.listdir(work))}")
    demo_made.copy_to(program, data)
    port, near = ports.free_port(), ports.free_port()
    server = subprocess.Popen([program, "--data", data, "--quiet", "serve", "--listen", f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL)
    accepting(port, server)
    threading.Thread(target=lambda: asyncio.run(proxy(near, port)), daemon=True).start()
    link = json.loads(subprocess.run([program, "--data", data, "--json", "user", "link", PERSON], capture_output=True, check=True).stdout)["link"]
    return server, f"http://127.0.0.1:{near}", link


def main():
    with tempfile.TemporaryDirectory() as work:
        all_of_them = [served(program, work) for program in PROGRAMS]
        try:
            said = subprocess.run(["node", os.path.join(HERE, "desk.mjs"), ROUNDS, PATH, *(word for _, *words in all_of_them for word in words)],
                                  env={**os.environ, "CHROMIUM": CHROMIUM}, capture_output=True, text=True, check=False)
        finally:
            for server, *_ in all_of_them:
                server.terminate()
                server.wait()
        if said.returncode:
            sys.exit(said.stderr)
    halves = []
    for program, (times, asked) in zip(PROGRAMS, json.loads(said.stdout), strict=True):
        times.sort()
        halves.append(statistics.median(times))
        print(f"{program[-50:]:50} p50 {halves[-1]:7.1f}  p95 {times[min(len(times) - 1, len(times) * 95 // 100)]:7.1f} ms, {asked} requests", flush=True)
    if len(halves) == 2:
        print(f"{halves[0] / halves[1]:.2f} x the other")


if __name__ == "__main__":
    main()
