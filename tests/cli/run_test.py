#!/usr/bin/env python3
"""run_test.py ZHIYUN RUN.SH: what `make run` prints and serves: a demo with its links, again beside the server, a folder
without a demo, an address that another program has."""
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import demo_made  # noqa: E402
import ports  # noqa: E402
import store  # noqa: E402
import tap  # noqa: E402

ZHIYUN, RUN = map(os.path.abspath, sys.argv[1:3])
WORK = tempfile.mkdtemp(prefix="zhiyun-run-")
ENV = {**os.environ, "ZHIYUN": ZHIYUN, "ZHIYUN_LANG": "zh"}


def free_address():
    return f"127.0.0.1:{ports.free_port()}"


class Run:
    """run.sh until it serves, or until it has ended."""

    def __init__(self, data, address):
        self.process = subprocess.Popen([RUN, data, address], env=ENV, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)
        self.lines, self.serves = [], threading.Event()
        self.reader = threading.Thread(target=self.read)
        self.reader.start()
        self.serves.wait()

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if "正在提供服务" in line:
                self.serves.set()
        self.serves.set()

    def links(self, address):
        found = [line.split("  ") for line in "\n".join(self.lines).split("\n") if "#link=" in line and line.startswith("    http")]
        assert all(words[2].startswith(f"http://{address}/w/login#link=") for words in found), self.lines
        return {words[3]: (words[2].split("#link=")[1], words[4]) for words in found}

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.reader.join()
        return self.process.returncode


def signs_in(address, link):
    connection = http.client.HTTPConnection(address)
    connection.request("POST", "/api/v1/session/link", json.dumps({"link": link}),
                       {"Content-Type": "application/json", "Origin": f"http://{address}"})
    reply = connection.getresponse()
    content = json.loads(reply.read())
    connection.close()
    return content.get("name") if reply.status == 200 else None


WHO = {"省局工作人员": "officer", "市局工作人员": "city", "中心负责人": "centre1", "评审专家": "expert", "企业负责人": "centre31"}


def test_a_demo_ends_with_links_by_which_five_people_sign_in():
    data, address = os.path.join(WORK, "demo"), free_address()
    demo_made.copy_to(ZHIYUN, data)
    first = Run(data, address)
    try:
        links = first.links(address)
        assert {who: signs_in(address, link) for who, (link, _) in links.items()} == WHO, first.lines
        assert "有限公司" in links["企业负责人"][1] and "市场监督管理局" in links["省局工作人员"][1], links
        assert signs_in(address, links["评审专家"][0]) is None  # once
        second = Run(data, address)  # beside the server: new links
        assert second.close() == 0 and f"http://{address}/ 已有知运服务在运行" in "\n".join(second.lines), second.lines
        links = second.links(address)
        assert {who: signs_in(address, link) for who, (link, _) in links.items()} == WHO, second.lines
        other = Run(os.path.join(WORK, "other"), address)  # another folder: none that would not open
        assert other.close() == 0 and not other.links(address) and "另一个数据目录" in "\n".join(other.lines), other.lines
    finally:
        first.close()
    again = Run(data, address)
    try:
        assert set(again.links(address)) == set(WHO), again.lines
    finally:
        again.close()


def test_a_folder_without_a_demo_is_served_as_it_is():
    data, address = os.path.join(WORK, "own"), free_address()
    subprocess.run([ZHIYUN, *store.words(data), "init"], check=True, capture_output=True, stdin=subprocess.DEVNULL)
    run = Run(data, address)
    try:
        assert not run.links(address) and not os.path.exists(os.path.join(data, "demo")), run.lines
        assert f"http://{address}/" in "\n".join(run.lines) and not any("needs" in line for line in run.lines), run.lines
    finally:
        run.close()


def test_an_address_of_another_program_is_told():
    data = os.path.join(WORK, "own")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        thread = threading.Thread(target=lambda: taken.accept()[0].close())
        thread.start()
        run = Run(data, f"127.0.0.1:{taken.getsockname()[1]}")
        assert run.process.wait() == 4 and "--listen" in run.lines[-1], run.lines
        run.close()
        thread.join()


if __name__ == "__main__":
    if store.SERVER:
        tap.leave("run.sh serves what is in the folder")
    try:
        tap.run(sys.modules[__name__])
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
