/* The evidence log in the browser: its list, its verification, receipts with and without a network. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { texts, type Page } from "./browser.ts";
import { newFolder, ownDemo, sharedDemo, type Program } from "./program.ts";
import { test } from "./suite.ts";

const { zh } = texts;
const words = (key: keyof typeof zh, values: Record<string, string | number> = {}) => zh[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
const reading = sharedDemo();

interface Line {
  leaf: number;
  uid: string;
  at: string;
  name?: string;
  action: string;
  type?: string;
  unit?: string;
}
const listed = (page: Page, query: string) => page.evaluate(async (asked) => (await (await fetch(`/api/v1/log/entries?limit=500&${asked}`)).json()) as { items: Line[]; total: number }, query);
/* The table shows these lines and no other; rows of the address before may stand there until its answer is in. */
async function shows(page: Page, lines: Line[]): Promise<void> {
  const first = new RegExp(`^${lines[0]!.leaf.toLocaleString("en")}$`);
  await page.locator(".log-table tbody tr:first-child td:first-child", { hasText: first }).waitFor();
  const cells = await page.locator(".log-table tbody td:first-child").allInnerTexts();
  assert.deepEqual(cells.map((text) => Number(text.replace(/,/g, ""))), lines.map(({ leaf }) => leaf));
}

/* A witness cosigns the head of this log; the server learns its key. */
async function witnessed(demo: Program): Promise<void> {
  const folder = newFolder();
  const file = (name: string) => join(folder, name);
  writeFileSync(file("key.pub"), await demo.run("witness", "new", "example/archive", "--key", file("key")));
  await demo.run("witness", "trust", readFileSync(file("key.pub"), "utf8").trim());
  const request = await demo.run("witness", "request");
  writeFileSync(file("request"), request);
  writeFileSync(file("answer"), await demo.run("witness", "cosign", "--key", file("key"), "--log", readFileSync(join(demo.data, "keys/log.vkey"), "utf8").trim(), "--state", file("state"), file("request")));
  const size = request.split("\n\n")[1]!.split("\n")[1]!;
  await demo.run("witness", "keep", "--size", size, file("answer"));
}

test("the audit administrator filters the log by clicks; the address keeps it, rows are those of the API, Excel has them", async (visit) => {
  const page = await visit.enter(reading, "auditadmin", "/");
  await page.getByRole("navigation").getByRole("link", { name: zh["evidence.title"], exact: true }).click();
  await page.waitForURL(/\/w\/log$/);
  await visit.settled(page);
  await page.getByLabel(zh["evidence.what"]).selectOption("step");
  await page.waitForURL(/what=step/);
  await page.getByLabel(zh["evidence.by"]).fill("省局");
  await page.keyboard.press("Enter");
  await page.waitForURL(/by=/);
  await visit.settled(page);
  const some = await listed(page, "what=step&by=%E7%9C%81%E5%B1%80");
  assert.ok(some.total > 20 && some.items.every(({ action, name }) => action.startsWith("step ") && name!.includes("省局")));
  await shows(page, some.items.slice(0, 50));
  assert.ok(await page.getByText(new RegExp(`^${some.total.toLocaleString("en")} 条，`)).isVisible());
  await page.reload();
  await visit.settled(page);
  await shows(page, some.items.slice(0, 50));
  if (some.total > 50) {
    await page.getByRole("button", { name: zh["evidence.next"] }).click();
    await visit.settled(page);
    await shows(page, some.items.slice(50, 100));
    await page.getByRole("button", { name: zh["evidence.previous"] }).click();
    await visit.settled(page);
    await shows(page, some.items.slice(0, 50));
  }
  const excel = await page.getByRole("link", { name: zh["evidence.excel"] }).getAttribute("href");
  assert.equal(await page.evaluate(async (path) => (await fetch(path!)).headers.get("content-type"), excel), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
  await page.keyboard.press("j");
  await visit.settled(page);
  await page.getByRole("heading", { name: words("evidence.entry", { n: some.items[0]!.leaf.toLocaleString("en") }) }).waitFor();
  await page.getByText(/步，已核/).waitFor();
  await visit.look(page);
  await page.keyboard.press("j");
  await page.getByRole("heading", { name: words("evidence.entry", { n: some.items[1]!.leaf.toLocaleString("en") }) }).waitFor();
  for (const [name, path] of [["evidence.grants", "/log/grants"], ["evidence.exports", "/log/exports"]] as const) {
    await page.getByRole("navigation").getByRole("link", { name: zh[name], exact: true }).click();
    await page.waitForURL(new RegExp(`${path}$`));
    await visit.settled(page);
    await page.getByRole("heading", { level: 1, name: zh[name] }).waitFor();
  }
});

test("an auditor reads what an entry changed, before and after; others find nothing there", async (visit) => {
  const page = await visit.enter(reading, "auditor", "/log?about=deal&what=change");
  await page.locator(".log-table tbody tr").first().locator("td").nth(1).click();
  await visit.settled(page);
  assert.ok((await page.locator(".log-diff > div").count()) > 0);
  await visit.magnify(page);
  for (const who of ["officer", "centre1", "sysadmin", "finance"]) {
    visit.expected.push(/403/);
    const there = await visit.enter(reading, who, "/log");
    await there.getByText(zh["common.missing"]).waitFor();
    assert.equal(await there.getByRole("navigation").getByRole("link", { name: zh["evidence.title"], exact: true }).count(), 0);
  }
});

const demo = ownDemo(witnessed);

test("the log is verified in the browser, can be stopped, and one byte changed in the store is named with what is still proven", async (visit) => {
  let page = await visit.enter(demo, "auditadmin", "/log");
  await page.keyboard.press("v");
  await page.getByRole("button", { name: zh["evidence.verify.stop"] }).click();
  assert.equal(await page.locator(".log-strip").count(), 0);
  await page.getByRole("button", { name: zh["evidence.verify"] }).click();
  const good = page.locator(".log-strip.log-good");
  await good.waitFor();
  const said = (await good.innerText()).replace(/\s+/g, " ");
  console.log(`# ${said}`);
  assert.match(said, /全部一致.*读入.*逐条重算摘要.*重建树根.*系统签名.*见证 1 \/ 1：example\/archive，至第 [\d,]+ 条/);
  await visit.look(page);
  await demo.stop();
  const target = 5000;
  const changed = execFileSync("python3", ["-c", `
import sys
sys.path.insert(0, sys.argv[3])
import sqlite_file
c = sqlite_file.connect(sys.argv[2])
leaf, body = c.execute("SELECT leaf, body FROM log_entry WHERE leaf >= ? AND body LIKE '%\\"version\\":1,%' ORDER BY leaf LIMIT 1", (${target},)).fetchone()
c.execute("UPDATE log_entry SET body = replace(body, '\\"version\\":1,', '\\"version\\":7,') WHERE leaf = ?", (leaf,))
c.commit()
print(leaf)`, process.env.ZHIYUN!, join(demo.data, "zhiyun.db"), `${process.env.ROOT}/tests`], { encoding: "utf8" });
  const leaf = Number(changed);
  await demo.start();
  page = await visit.enter(demo, "auditadmin", "/log");
  await page.getByRole("button", { name: zh["evidence.verify"] }).click();
  const bad = page.locator(".log-strip.log-bad");
  await bad.waitFor();
  const told = (await bad.innerText()).replace(/\s+/g, " ");
  console.log(`# ${told}`);
  assert.ok(told.includes(words("evidence.verify.badAt", { n: leaf.toLocaleString("en") })), told);
  assert.ok(!told.includes(zh["evidence.verify.provenNone"]) && /前 [\d,]+ 条仍由/.test(told), told);
  await visit.look(page);
});

/* Clicks from the page to the verdict. */
async function check(page: Page, files: { name: string; text: string }[]): Promise<number> {
  let clicks = 0;
  for (const { name, text } of files) {
    clicks++; // the button that opens the chooser
    await page.locator("#rc-file").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
    await page.locator(".rc-card").first().getByText(name).waitFor();
  }
  return clicks;
}

test("a receipt is checked without a network, a changed byte is named with its step; the saved file does the same from disk", async (visit) => {
  const inside = await visit.enter(reading, "auditor", "/log");
  const { items } = await listed(inside, "about=deal");
  const receipt = await inside.evaluate(async (uid) => (await fetch(`/api/v1/receipts/${uid}`)).text(), items[0]!.uid);
  const extra = /^extra (.*)$/m.exec(receipt)![1]!;
  const entry = Buffer.from(extra, "base64").toString();
  const withEntry = (text: string) => receipt.replace(extra, Buffer.from(text).toString("base64"));
  const path = /^index .*\n(.)/m.exec(receipt)!;
  const changed: [string, string, RegExp][] = [
    ["名称.receipt", receipt.replace("tlog-proof@v1", "tlog-proof@v2"), /第 1 步/],
    ["时间.receipt", withEntry(entry.replace(/"at":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d)\d/, (_, kept: string) => `"at":"${kept}${entry.includes(`${kept}1`) ? "2" : "1"}`)), /第 2 步[^]*字段“时间”/],
    ["写法.receipt", withEntry(entry.replace(/"version":\d+/, '"version":"x"')), /第 2 步[^]*字段“版本”/],
    ["签名.receipt", receipt.replace(/^time (\d)/m, "time 3"), /第 3 步/],
    ["编号.receipt", withEntry(entry.replace(/"id":(\d)/, (_, digit: string) => `"id":${(Number(digit) % 9) + 1}`)), /第 5 步/],
    ["路径.receipt", receipt.replace(path[0], `${path[0].slice(0, -1)}${path[1] === "A" ? "B" : "A"}`), /第 5 步/],
  ];
  const checkAll = async (page: Page): Promise<void> => {
    const clicks = await check(page, [{ name: "受理回执.receipt", text: receipt }]);
    const first = page.locator(".rc-card").first();
    assert.match(await first.innerText(), new RegExp(zh["receipt.passed"]));
    assert.equal(await first.locator(".rc-step.rc-good").count(), 5); // no witness has cosigned: told, no fault
    assert.ok(clicks <= 3);
    for (const [name, text, what] of changed) {
      assert.notEqual(text, receipt, name);
      await check(page, [{ name, text }]);
      const card = page.locator(".rc-card").first();
      assert.match(await card.innerText(), what, name);
      assert.equal(await card.locator(".rc-step.rc-bad").count(), 1, name);
      const failed = (await card.locator(".rc-step").evaluateAll((all) => all.map(({ className }) => className))).findIndex((one) => one.includes("rc-bad"));
      assert.equal(await card.locator(".rc-step.rc-off").count(), 5 - failed, name);
    }
    console.log(`# clicks to the verdict: ${clicks}`);
  };
  const page = await visit.open(`${reading.address}/verify`);
  const save = page.getByRole("button", { name: /保存本页离线使用/ });
  await save.waitFor();
  await visit.look(page);
  await page.context().setOffline(true);
  await page.getByText(zh["receipt.offline"]).waitFor();
  await checkAll(page);
  await visit.look(page);
  const loading = page.waitForEvent("download");
  await save.click();
  const file = join(newFolder(), "receipt.html");
  await (await loading).saveAs(file);
  const size = readFileSync(file).length;
  console.log(`# the saved file has ${Math.ceil(size / 1024)} KB`);
  assert.ok(size < 110 * 1024);
  const context = await page.context().browser()!.newContext({ offline: true });
  try {
    const saved = await context.newPage();
    const faults: string[] = [];
    saved.on("pageerror", (error) => faults.push(String(error)));
    saved.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    saved.on("request", (request) => !/^(file|data|blob):/.test(request.url()) && faults.push(request.url()));
    await saved.goto(`file://${file}`);
    await checkAll(saved);
    assert.deepEqual(faults, []);
    await saved.getByRole("button", { name: "EN" }).click();
    await saved.getByRole("heading", { level: 1, name: texts.en["receipt.title"] }).waitFor();
  } finally {
    await context.close();
  }
});

const edited = ownDemo();
const PLANT = "import sys; sys.path.insert(0, sys.argv[4]); import sqlite_file; db = sqlite_file.connect(sys.argv[2], isolation_level=None); db.execute(sys.argv[3])";
const plant = (sql: string) => execFileSync("python3", ["-c", PLANT, process.env.ZHIYUN!, join(edited.data, "zhiyun.db"), sql, `${process.env.ROOT}/tests`]);

test("the rows of the store are compared with the log; one that was changed past the program is named, with what is still proven", async (visit) => {
  const page = await visit.enter(edited, "auditadmin", "/log");
  await visit.settled(page);
  const button = page.getByRole("button", { name: zh["evidence.store"], exact: true });
  const strip = page.locator(`section[aria-label="${zh["evidence.store.strip"]}"]`);
  await button.click();
  await strip.getByText(zh["evidence.store.ok"]).waitFor();
  assert.match(await strip.innerText(), /记录 [\d,]+ 条/);
  plant("UPDATE record_demand SET title = title || '改' WHERE id = 1");
  await button.click();
  await strip.getByText(/字段：title/).waitFor();
  assert.match(await strip.innerText(), /改动发生在 .+之后。\s*前 [\d,]+ 条仍由/);
  await visit.look(page);
  plant("UPDATE record_demand SET title = replace(title, '改', '') WHERE id = 1");
  plant("INSERT INTO outward_host (host, port, inside, created_ms, created_by) VALUES ('foreign.example', 443, 0, 1, 1)");
  await button.click();
  await strip.getByText(/outward_host/).waitFor();
});
