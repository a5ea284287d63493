#!/usr/bin/env python3
"""log_book.py ZHIYUN: the log as Excel, in a copy of the demo: what a click takes, three times. Printed: entries, seconds, and the
server's resident memory in MB: before, at most, and after the answer."""
import http.client
import io
import os
import socket
import subprocess
import sys
import tempfile
import time
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
ZHIYUN = os.path.abspath(sys.argv[1])
sys.path.insert(0, os.path.join(HERE, "..", "tests"))
import demo_made  # noqa: E402
import ports  # noqa: E402


def memory(server, what):
    with open(f"/proc/{server.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith(what + ":"))


def click(server, port, token):
    with open(f"/proc/{server.pid}/clear_refs", "w", encoding="ascii") as file:
        file.write("5")  # the peak begins anew
    before, began = memory(server, "VmRSS"), time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/api/v1/log/entries?format=xlsx", headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    content = answer.read()
    took = time.monotonic() - began
    assert answer.status == 200, content[:300]
    rows = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").count(b"<row ")
    print(f"{rows - 1} entries, {len(content)} bytes, {took:5.1f} s; MB before {before:6.1f}, at most {memory(server, 'VmHWM'):6.1f}, "
          f"after {memory(server, 'VmRSS'):6.1f}", flush=True)


def main():
    with tempfile.TemporaryDirectory() as work:
        data, port = os.path.join(work, "demo"), ports.free_port()
        demo_made.copy_to(ZHIYUN, data)
        token = subprocess.run([ZHIYUN, "--data", data, "user", "token", "auditor"], capture_output=True, text=True, check=True).stdout.split()[-1]
        server = subprocess.Popen([ZHIYUN, "--data", data, "--quiet", "serve", "--listen", f"127.0.0.1:{port}"])
        try:
            while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
                assert server.poll() is None, "the server ended"
                time.sleep(0.05)
            for _ in range(3):
                click(server, port, token)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
