/* From an empty folder to the first search; and the same pages behind a reverse proxy, below a path. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { texts } from "./browser.ts";
import { digitsOf } from "./hand.ts";
import { accepting, copyOfDemo, ended, freePort, newFolder, Program } from "./program.ts";
import { test } from "./suite.ts";

const { zh, en } = texts;
const password = "虚构的一句很长的口令 2026";
const NGINX = "/usr/sbin/nginx";

test("an empty folder: the set-up link, an authenticator, an import, its search", async (visit) => {
  const empty = new Program(newFolder());
  await empty.run("init");
  await empty.start();
  try {
    const link = await empty.says(/http:\/\/\S+\/w\/set-up#link=[0-9a-f]+(?=[^0-9a-f])/);
    const page = await visit.open(link);
    const input = (name: string) => page.locator(`input[name="${name}"]`);
    await input("name").fill("anquan");
    await input("display_name").fill("虚构管理员");
    await input("password").fill(password);
    await input("again").fill(password);
    await input("office").fill("虚构省知识产权局");
    await page.getByLabel(zh["common.province"]).selectOption("130000");
    await page.getByLabel(zh["common.city"]).selectOption("130100");
    const districts = page.getByLabel(zh["common.district"]).locator("option");
    await districts.filter({ hasText: "长安区" }).waitFor({ state: "attached" });
    assert.equal(await districts.filter({ hasText: "开发区" }).count(), 0); // areas of statistics are not offered
    await page.getByLabel(zh["common.province"]).selectOption("510000");
    await visit.look(page);
    await page.getByRole("button", { name: zh["signin.setUp.verb"] }).click();

    await page.getByRole("button", { name: zh["signin.enrol.begin"] }).click();
    const secret = await page.getByText(/^[A-Z2-7]{4}[A-Z2-7 ]{12,}$/).first().innerText();
    await page.getByLabel(zh["signin.enrol.code"]).fill(digitsOf(secret, empty.now()));
    await page.getByRole("button", { name: zh["signin.enrol.confirm"] }).click();
    await page.getByText(zh["signin.enrol.done"]).waitFor();

    const file = join(empty.data, "first.csv");
    writeFileSync(file, "公开号,标题,申请人,公开日\nCN203010000003A,一种虚构的钒钛储能装置,虚构科技有限公司,2024-05-06\nCN203010000004A,一种虚构的折叠屏铰链,虚构科技有限公司,2023-04-05\n");
    await empty.run("import", file);
    await page.goto(`${empty.address}/w/patents?query=${encodeURIComponent("钒钛储能")}`);
    await page.locator(".hit h3").getByText("钒钛储能").first().waitFor();
    await visit.settled(page);
    assert.equal(await page.locator(".hit").count(), 1);
    await visit.leave();
  } finally {
    await empty.stop();
  }
});

test("below a path of a reverse proxy: signing in, a search, and its address loaded again", async (visit) => {
  if (!existsSync(NGINX)) return console.log("# skipped: nginx is not installed");
  const demo = await new Program(await copyOfDemo()).start();
  const folder = newFolder();
  const port = freePort();
  const outside = `https://127.0.0.1:${port}/zy/ip`;
  mkdirSync(join(folder, "temp"));
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-keyout", join(folder, "key"), "-out", join(folder, "cert")], { stdio: "ignore" });
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${folder}/temp/${kind};`).join("\n");
  writeFileSync(
    join(folder, "nginx.conf"),
    `${process.getuid?.() === 0 ? "user root;\n" : ""}daemon off;\npid ${folder}/pid;\nerror_log ${folder}/error.log;\nevents {}
http { access_log off; ${temp}
  server { listen 127.0.0.1:${port} ssl; ssl_certificate ${folder}/cert; ssl_certificate_key ${folder}/key;
    location /zy/ip/ { proxy_pass http://127.0.0.1:${demo.port}/; proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr; proxy_buffering off; } } }\n`,
  );
  const nginx = spawn(NGINX, ["-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")], { stdio: "ignore" });
  try {
    await accepting(port, nginx);
    await demo.setPublicAddress(outside);
    const link = new URL(await demo.link("centre"));
    const page = await visit.open(outside + link.pathname + link.hash, { language: "en", now: demo.now() });
    await page.getByRole("button", { name: en["signin.signIn"], exact: true }).click();
    await page.waitForURL(`${outside}/w`);
    await page.goto(`${outside}/w/patents?query=${encodeURIComponent("电池")}`);
    await visit.settled(page);
    const found = await page.locator(".hit h3").allInnerTexts();
    assert.ok(found.length > 0);
    await page.locator(".hit a").first().click();
    await page.waitForURL(/\/zy\/ip\/w\/patents\/\d+$/);
    await page.reload();
    await visit.settled(page);
    await page.getByRole("heading", { name: found[0]!, exact: true }).waitFor();
    await page.goto(`${outside}/centres`);
    await visit.settled(page);
    assert.ok((await page.locator("main a").count()) > 0);
    await visit.leave();
  } finally {
    await ended(nginx);
    await demo.stop();
  }
});
