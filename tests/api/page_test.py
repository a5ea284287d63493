#!/usr/bin/env python3
"""page_test.py ZHIYUN: the links that the program prints open the page, and a person gets in: set-up,
password, authenticator, one-time link, sign-in that a page asks for. Needs Debian's chromium; told
through its debugging pipe."""
import base64
import csv
import fcntl
import hmac
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import store  # noqa: E402
import tap  # noqa: E402

ZHIYUN = os.path.abspath(sys.argv[1])
CHROMIUM = shutil.which("chromium")
PASSWORD = "落日余晖照青山2026"


class Browser:
    def __init__(self, folder):
        to_read, to_write = os.pipe(), os.pipe()

        def wire():  # over other descriptors first: 3 and 4 may be among the pipes' own
            ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_read[0], to_write[1])]
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)
        self.process = subprocess.Popen(
            [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run",
             "--lang=zh-CN", "--remote-debugging-pipe", f"--user-data-dir={folder}/browser", "about:blank"],
            preexec_fn=wire, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read[0])
        os.close(to_write[1])
        self.write, self.read = os.fdopen(to_read[1], "wb"), os.fdopen(to_write[0], "rb", buffering=0)
        self.rest, self.count, self.session = b"", 0, None
        pages = [t for t in self.send("Target.getTargets")["targetInfos"] if t["type"] == "page"]
        self.session = self.send("Target.attachToTarget", targetId=pages[0]["targetId"], flatten=True)["sessionId"]
        self.send("Page.enable")

    def send(self, method, **parameters):
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.write.write(json.dumps(message).encode() + b"\0")
        self.write.flush()
        while True:
            while b"\0" not in self.rest:
                got = self.read.read(65536)
                assert got, "the browser ended"
                self.rest += got
            one, _, self.rest = self.rest.partition(b"\0")
            answer = json.loads(one)
            if answer.get("id") == self.count:
                assert "error" not in answer, answer
                return answer["result"]

    def ask(self, expression):
        done = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, (expression, done["exceptionDetails"])
        return done["result"].get("value")

    def until(self, expression):
        for _ in range(12000):
            try:
                if self.ask(f"Boolean({expression})"):
                    return
            except AssertionError:  # amid a navigation
                pass
            time.sleep(0.05)
        raise AssertionError(f"never true: {expression}; the page says: {self.ask('document.body.innerText')}")

    def go(self, url):
        self.send("Page.navigate", url="about:blank")
        self.send("Page.navigate", url=url)

    def fill(self, form, **values):
        """Into the form that has this heading; and submit it."""
        find = f'[...document.querySelectorAll("form.account")].find(f => f.querySelector("h2").textContent === {json.dumps(form)})'
        self.until(find)
        for name, value in values.items():
            self.until(f"{find}.elements[{json.dumps(name)}]")
            self.ask(f"{find}.elements[{json.dumps(name)}].value = {json.dumps(value)}")
        self.ask(f"{find}.requestSubmit()")

    def press(self, button):
        find = f'[...document.querySelectorAll("button")].find(b => b.textContent === {json.dumps(button)})'
        self.until(find)
        self.ask(f"{find}.click()")

    def says(self, text):
        self.until(f"document.body.innerText.includes({json.dumps(text)})")

    def close(self):
        self.process.kill()
        self.process.wait()


def six_digits(secret, step=0):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + step), "sha1").digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1000000:06d}"


def command(folder, *arguments):
    return subprocess.run([ZHIYUN, "--data", f"{folder}/data", *arguments], check=True, capture_output=True, text=True).stdout


def start(folder):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    log = open(f"{folder}/serve.log", "w+", encoding="utf-8")
    server = subprocess.Popen([ZHIYUN, "--data", f"{folder}/data", "--quiet", "serve", "--listen", f"127.0.0.1:{port}"], stderr=log)
    for _ in range(12000):
        log.seek(0)
        link = re.search(r"http://\S+#set-up=[0-9a-f]+", log.read())
        if link:
            return server, f"http://127.0.0.1:{port}/", link[0]
        time.sleep(0.05)
    raise AssertionError("no set-up link, though nothing but --quiet was said")


def people(browser, folder, base, set_up):
    browser.go(set_up)
    browser.fill("建立首位管理员", name="aq", display_name="安全管理员甲", password=PASSWORD, again="另一个", office="虚构省局", region="510000")
    browser.says("两次输入的密码不同")
    browser.fill("建立首位管理员", password=PASSWORD, again=PASSWORD)
    browser.says("管理员须先登记验证器")
    browser.fill("登记验证器")
    browser.until('document.querySelector("form.account code")')
    secret = browser.ask('document.querySelector("form.account code").textContent')
    browser.fill("登记验证器", code=six_digits(secret))
    browser.says("请抄下恢复码")
    assert browser.ask('document.querySelectorAll("pre").length && document.querySelector("pre").textContent.split("\\n").length') == 10
    # Asked for a person that needs a session and a CSRF token: a count by POST.
    browser.go(f"{base}#/landscape?by=year")
    browser.says("0 件，分为 0 组")

    browser.go(f"{base}#/account")
    browser.says("安全管理员甲")
    browser.press("退出登录")
    browser.fill("登录", name="aq", password="不是这个密码")
    browser.says("用户名、密码或验证码不正确")
    browser.go(f"{base}#/search?query=x")
    browser.says("请先登录")
    browser.fill("登录", name="aq", password=PASSWORD)
    browser.until('document.querySelector("form.account input[name=code]")')
    browser.fill("登录", name="aq", password=PASSWORD, code=six_digits(secret, 1))
    browser.says("没有命中")

    command(folder, "user", "add", "xt", "--display-name", "系统管理员乙", "--role", "system_administrator")
    link = json.loads(command(folder, "--json", "user", "link", "xt"))["link"]
    browser.go(base + link.lstrip("/"))
    browser.fill("一次性登录链接")
    browser.says("系统管理员乙")
    browser.fill("设置密码", password="短", again="短")
    browser.says("密码至少 8 个字符")
    browser.fill("设置密码", password=PASSWORD + "乙", again=PASSWORD + "乙")
    browser.says("已保存")


def ran(what):
    return f'window.ran="{what}"'


HOSTILE = [  # titles, applicants and inventors of patents; what of them runs leaves window.ran
    f"<img src=x onerror='{ran('img')}'>", f"<script>{ran('script')}</script>", f"\"><svg/onload='{ran('svg')}'>",
    f"</title></head><body onload='{ran('body')}'>", f"javascript:{ran('address')}//", f"'-{ran('quote')}-'", f"${{{ran('template')}}}",
    f"{{{{constructor.constructor('{ran('braces')}')()}}}}", "&lt;img src=x onerror=alert(1)&gt;", "<!--", "]]>", "<iframe srcdoc='<b>x'>",
    "<style>*{display:none}</style>", "<base href=//example.invalid>", "<meta http-equiv=refresh content=0;url=//example.invalid>",
    "<form action=//example.invalid><input name=password>", "<a href='#/account' style='position:fixed;inset:0'>x</a>",
]
STAYS = "document.querySelectorAll('main img, main script, main svg, main iframe, main style, main base, main meta').length"


def nothing_runs(browser):
    assert browser.ask("window.ran ?? null") is None, browser.ask("window.ran")
    assert browser.ask(STAYS) == 0 and "example.invalid" not in browser.ask("location.href"), browser.ask("main.innerHTML")
    assert browser.ask("[...document.querySelectorAll('a')].every(a => a.protocol === 'http:' && a.host === location.host)")


def test_names_of_patents_are_shown_whole_and_run_nothing():
    folder = tempfile.mkdtemp(prefix="zhiyun-page-")
    server = browser = None
    try:
        command(folder, "init")
        with open(f"{folder}/hostile.csv", "w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["公开(公告)号", "标题", "申请人", "发明人", "摘要", "IPC分类号", "申请日"])
            for number, text in enumerate(HOSTILE):
                rows.writerow([f"CN{108192900 + number}A", f"虚构电池 {text}", f"虚构单位 {text}", f"虚构人 {text}", f"虚构电池 {text}",
                               "H01M10/05", "2018-01-05"])
        command(folder, "import", f"{folder}/hostile.csv")
        server, base, set_up = start(folder)
        browser = Browser(folder)
        browser.go(set_up)
        name = "<img src=x onerror=alert(1)>"
        browser.fill("建立首位管理员", name="aq", display_name=name, password=PASSWORD, again=PASSWORD, office="<b>虚构</b>", region="510000")
        browser.fill("登记验证器")
        browser.until('document.querySelector("form.account code")')
        secret = browser.ask('document.querySelector("form.account code").textContent')
        browser.fill("登记验证器", code=six_digits(secret))
        browser.says("请抄下恢复码")
        browser.go(f"{base}#/account")
        browser.says(name)
        nothing_runs(browser)
        browser.go(f"{base}#/search?query=电池")
        browser.says(f"虚构电池 {HOSTILE[0]}")
        for text in HOSTILE[:10]:  # the first page
            browser.says(text.strip())
        nothing_runs(browser)
        browser.go(f"{base}#/landscape?by=applicant")
        browser.says(HOSTILE[0])
        nothing_runs(browser)
        browser.go(f"{base}#/match")
        browser.until('document.querySelector("textarea")')
        browser.ask(f"document.querySelector('textarea').value = {json.dumps('虚构电池 ' + ' '.join(HOSTILE))}")
        browser.ask("document.querySelector('form.ask').requestSubmit()")
        browser.says(HOSTILE[1])
        nothing_runs(browser)
        for number, text in enumerate(HOSTILE):
            browser.go(f"{base}#/patent/{number + 1}")
            browser.says(f"虚构电池 {text}")
            nothing_runs(browser)
    finally:
        if browser:
            browser.close()
        if server:
            server.terminate()
            server.wait(timeout=600)
        shutil.rmtree(folder, ignore_errors=True)


def test_links_and_passwords_lead_in():
    folder = tempfile.mkdtemp(prefix="zhiyun-page-")
    server = browser = None
    try:
        command(folder, "init")
        server, base, set_up = start(folder)
        browser = Browser(folder)
        people(browser, folder, base, set_up)
    finally:
        if browser:
            browser.close()
        if server:
            server.terminate()
            server.wait(timeout=600)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    if not CHROMIUM or store.SERVER:
        print("1..0 # SKIP needs chromium; the page is the same over every store")
    else:
        tap.run(sys.modules[__name__])
