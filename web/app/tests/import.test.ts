/* The import page: a list with bad rows goes in by few clicks, its refused rows come back, are mended and go in as well,
 * and all of it is taken back. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { texts, type Page, type Visit } from "./browser.ts";
import { newFolder, ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();
const { zh } = texts;
const ROWS = 400;
const BAD = 12;
const GOOD = ROWS - BAD;

const label = (key: keyof typeof zh, values: Record<string, string | number> = {}) => zh[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));

/* Fictional patents; every 30th number is none. The column 交底编号 is nobody's. */
const bad = (n: number) => n % 30 === 7 && n < 30 * BAD;
const number = (n: number) => `CN2970${String(n).padStart(5, "0")}A`;
const rows = Array.from({ length: ROWS }, (_, n) => [bad(n) ? `见附件第${n}号` : number(n), `虚构苎麻脱胶装置${n}`, `虚构纺织${n % 9}厂`, `20${10 + (n % 12)}-03-1${n % 10}`, `JD-${n}`].join(","));
const list = { name: "苎麻清单.csv", mimeType: "text/csv", buffer: Buffer.from(["公开（公告）号,标题,申请人,公开（公告）日,交底编号", ...rows, ""].join("\n")) };

/* How many patents there are: what an import brings is in the store before its page says so. */
const sql = (query: string): string => execFileSync("python3", ["-c", "import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])", join(demo.data, "zhiyun.db"), query], { encoding: "utf8" });
const there = (): number => Number(sql("SELECT count(*) FROM publication_key"));

const picture = async (page: Page, name: string) => {
  if (!process.env.PICTURES) return;
  mkdirSync(process.env.PICTURES, { recursive: true });
  await page.screenshot({ path: `${process.env.PICTURES}/${name}.png` });
};

/* What the rail adds up. */
const counts = async (page: Page): Promise<Record<string, number>> =>
  Object.fromEntries(await page.locator(".import-counts .key-values > div").evaluateAll((all) => all.map((one) => [one.querySelector("dt")!.innerText, Number(one.querySelector("dd")!.innerText.replace(/\D/g, ""))])));
const words = (inserted: number, updated: number, unchanged: number, rejected: number) => ({
  [zh["import.inserted"]]: inserted,
  [zh["import.updated"]]: updated,
  [zh["import.unchanged"]]: unchanged,
  [zh["import.rejected"]]: rejected,
  [zh["import.total"]]: inserted + updated + unchanged + rejected,
});

const drop = async (visit: Visit, page: Page, file: Parameters<ReturnType<Page["locator"]>["setInputFiles"]>[0]) => {
  const before = page.url();
  await page.locator("input[type=file]").setInputFiles(file);
  await page.waitForURL((url) => url.href !== before);
  await page.getByRole("heading", { name: zh["import.verdict"] }).waitFor();
  await visit.settled(page);
};
const go = async (visit: Visit, page: Page, verb: string) => {
  await page.getByRole("button", { name: verb, exact: true }).click();
  await page.getByRole("heading", { name: zh["import.result"] }).waitFor();
  await visit.settled(page);
};

test("a list with twelve bad rows goes in, its mended rows too, and both are taken back", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/import");
  const before = there();
  let actions = 0;

  await drop(visit, page, list);
  actions++;
  assert.deepEqual(await counts(page), words(GOOD, 0, 0, BAD));
  assert.equal(there(), before);
  const refused = page.locator("tbody tr", { has: page.locator(".import-value") });
  assert.equal(await refused.count(), BAD);
  assert.match(await refused.first().innerText(), /^\s*9\s+公开（公告）号\s+见附件第7号\s+✕ /);
  assert.equal(await page.getByLabel("公开（公告）号，导入为").inputValue(), "publication_number");
  const unknown = page.locator("tr", { has: page.getByText(zh["import.column.unknown"], { exact: true }) });
  assert.match(await unknown.innerText(), /交底编号[^]*JD-0\s+JD-1\s+JD-2/);
  assert.match(await page.locator(".import-lacks").innerText(), new RegExp(`${zh["import.lacks.abstract.all"]}[^]*${zh["import.lacks.citation.all"]}`));
  await visit.look(page);

  await go(visit, page, label("import.rest", { n: GOOD }));
  actions++;
  assert.deepEqual(await counts(page), words(GOOD, 0, 0, BAD));
  assert.equal(there(), before + GOOD);
  await visit.look(page);

  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: label("import.rejects", { n: BAD }) }).click()]);
  actions++;
  assert.equal(download.suggestedFilename(), "苎麻清单（退回）.xlsx");
  const book = join(newFolder(), "苎麻清单（退回）.xlsx");
  await download.saveAs(book);
  execFileSync("python3", ["-c", MEND, book]);

  await drop(visit, page, book);
  actions++;
  assert.deepEqual(await counts(page), words(BAD, 0, 0, 0));
  await go(visit, page, label("import.go", { n: BAD }));
  actions++;
  assert.deepEqual(await counts(page), words(BAD, 0, 0, 0));
  assert.equal(there(), before + ROWS);

  await drop(visit, page, list); // the same once more
  assert.deepEqual(await counts(page), words(0, 0, GOOD, BAD));
  await page.getByText(zh["import.same"]).waitFor();
  await go(visit, page, label("import.rest", { n: GOOD }));
  assert.deepEqual(await counts(page), words(0, 0, GOOD, BAD));
  assert.equal(there(), before + ROWS);

  await page.getByRole("link", { name: zh["import.toHistory"] }).click();
  actions++;
  await visit.settled(page);
  for (const name of ["苎麻清单（退回）.xlsx", "苎麻清单.csv"]) {
    await page.getByRole("button", { name: label("import.undo.of", { name }), exact: true }).click();
    actions++;
    await page.locator("tr", { hasText: name }).getByText(zh["import.state.undone"], { exact: true }).waitFor();
  }
  assert.equal(there(), before);
  assert.ok(actions <= 8, String(actions));
  await visit.settled(page);
});

/* The numbers that were none are mended in the workbook as it came. */
const MEND = `
import re, shutil, sys, zipfile
book = sys.argv[1]
with zipfile.ZipFile(book) as z:
    parts = {one: z.read(one) for one in z.namelist()}
sheet = "xl/worksheets/sheet1.xml"
text = parts[sheet].decode()
text, count = re.subn("见附件第([0-9]+)号", lambda m: f"CN2970{int(m[1]):05d}A", text)
assert count >= 12, text[:2000]
parts[sheet] = text.encode()
with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as z:
    for one, content in parts.items():
        z.writestr(one, content)
`;

test("a column of numbers that no name tells is said by the person, and the file is found again", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/import", { language: "en" });
  const mute = Array.from({ length: 20 }, (_, n) => `CN2971${String(n).padStart(5, "0")}A,虚构搓板${n},虚构木器厂`);
  await page.locator("input[type=file]").setInputFiles({ name: "无名清单.csv", mimeType: "text/csv", buffer: Buffer.from(["甲列,标题,申请人", ...mute, ""].join("\n")) });
  await page.getByText(texts.en["import.ask"]).waitFor();
  await visit.settled(page);
  await visit.read(page);
  assert.equal(await page.getByRole("button", { name: /^Import \d/ }).count(), 0);
  await page.getByLabel("甲列, imported as").selectOption("publication_number");
  await page.getByRole("button", { name: texts.en["import.again"], exact: true }).click();
  await page.getByRole("button", { name: "Import 20 rows", exact: true }).waitFor();
  await page.goto(`${demo.address}/w/import`); // left before it went in
  await page.getByRole("link", { name: "无名清单.csv" }).click();
  await page.getByRole("button", { name: "Import 20 rows", exact: true }).click();
  await page.getByText("Imported: 20 new, 0 updated, 0 unchanged.").waitFor();
  await visit.settled(page);
});

test("a file of which no column is known is mapped and goes in", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/import");
  const mute = Array.from({ length: 12 }, (_, n) => `CN2977${String(n).padStart(5, "0")}A,虚构篾刀${n},虚构刀具厂,${String((n % 12) + 1).padStart(2, "0")}/0${(n % 9) + 1}/2019,甲`);
  await page.locator("input[type=file]").setInputFiles({ name: "自制表.csv", mimeType: "text/csv", buffer: Buffer.from(["本厂专利一览,,,,", "专利号码X,标题Y,厂家Z,日子W,备忘V", ...mute, ""].join("\n")) });
  await page.getByRole("alert").getByText("没有发现专利列").waitFor();
  await page.getByText(zh["import.ask"]).waitFor();
  await visit.settled(page);
  await visit.read(page);
  assert.equal(await page.getByText(zh["import.column.unknown"], { exact: true }).count(), 5);
  for (const [column, field] of Object.entries({ 专利号码X: "publication_number", 标题Y: "title", 厂家Z: "applicant", 日子W: "publication_date" })) await page.getByLabel(label("import.column.of", { column }), { exact: true }).selectOption(field);
  await page.getByLabel(label("import.day.of", { column: "日子W" }), { exact: true }).selectOption(zh["import.day.month"]);
  await visit.read(page);
  await page.getByRole("button", { name: zh["import.again"], exact: true }).click();
  await page.getByRole("button", { name: label("import.go", { n: 12 }), exact: true }).click();
  await page.getByText(label("import.done", { inserted: 12, updated: 0, unchanged: 0 })).waitFor();
  assert.equal(sql("SELECT title || applicant || publication_date FROM publication WHERE number = 'CN297700010A'").trim(), "虚构篾刀10虚构刀具厂2019-11-02");
  await visit.settled(page);
});

test("a file is checked three times with the same counts, which are those of its import", async (visit) => {
  const page = await visit.enter(demo, "centre2", "/import");
  const twice = Array.from({ length: 2000 }, (_, n) => `CN2978${String(n < 1960 ? n : n - 1960).padStart(5, "0")}A,虚构竹编${n % 3 ? n % 1960 : n},虚构竹编厂,2018-03-0${(n % 9) + 1}`);
  const found = [];
  for (let n = 0; n < 3; n++) {
    await page.goto(`${demo.address}/w/import`);
    await drop(visit, page, { name: "重号清单.csv", mimeType: "text/csv", buffer: Buffer.from(["公开号,标题,申请人,公开日", ...twice, ""].join("\n")) });
    found.push(await counts(page));
  }
  await go(visit, page, label("import.go", { n: "2,000" }));
  const done = await counts(page);
  assert.equal(done[zh["import.inserted"]], 1960);
  assert.ok(done[zh["import.updated"]]! > 0 && done[zh["import.updated"]]! + done[zh["import.unchanged"]]! === 40, JSON.stringify(done));
  assert.deepEqual(found, [done, done, done]);
});

test("numbers that name no office have the one that the person says", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/import");
  const mute = Array.from({ length: 5 }, (_, n) => `${9973001 + n},Imagined churn ${n},Imagined Ltd`);
  await page.locator("input[type=file]").setInputFiles({ name: "无国别.csv", mimeType: "text/csv", buffer: Buffer.from(["Publication Number,Title,Applicants", ...mute, ""].join("\n")) });
  await page.getByText(zh["import.ask"]).waitFor();
  await visit.settled(page);
  await visit.read(page);
  await page.getByLabel(zh["import.office"]).fill("美国");
  await page.getByRole("button", { name: zh["import.again"], exact: true }).click();
  await page.getByRole("button", { name: label("import.go", { n: 5 }), exact: true }).click();
  await page.getByText(label("import.done", { inserted: 5, updated: 0, unchanged: 0 })).waitFor();
  assert.equal(Number(sql("SELECT count(*) FROM publication WHERE number LIKE 'US99730%'")), 5);
  await visit.settled(page);
});

test("what stands first in dates of two-digit years is asked and said", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/import");
  const lines = ["Publication Number,Title,Applicants,IPC,Publication Date", "US9974001B2,Imagined reed,Imagined Ltd,D03D1/00,03/05/17", "US9974002B2,Imagined heald,Imagined Ltd,D03C1/00,04/06/18", ""];
  await page.locator("input[type=file]").setInputFiles({ name: "两位年份.csv", mimeType: "text/csv", buffer: Buffer.from(lines.join("\n")) });
  await page.getByText(/分不清年、月、日/).waitFor();
  await page.getByLabel(label("import.day.of", { column: "Publication Date" })).selectOption(zh["import.day.month"]);
  await visit.look(page);
  await picture(page, "import-two-digit-years");
  await page.getByRole("button", { name: zh["import.again"], exact: true }).click();
  await page.getByRole("button", { name: label("import.go", { n: 2 }), exact: true }).click();
  await page.getByText(label("import.done", { inserted: 2, updated: 0, unchanged: 0 })).waitFor();
  await visit.settled(page);
  const stored = sql("SELECT group_concat(day) FROM (SELECT json_extract(content, '$.publication_date') AS day FROM publication_source WHERE content LIKE '%US99740%' ORDER BY day)");
  assert.equal(stored.trim(), "2017-03-05,2018-04-06");
});

test("a file that ends too early says how many of its rows are in, on its page and in a message", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/import");
  const lines = Array.from({ length: 2000 }, (_, n) => `CN29${75000000 + n}A,虚构断头装置${Math.sin(n)},虚构丝厂`);
  const packed = gzipSync(Buffer.from(["公开（公告）号,标题,申请人", ...lines, ""].join("\n")));
  await page.locator("input[type=file]").setInputFiles({ name: "断头.csv.gz", mimeType: "application/gzip", buffer: packed.subarray(0, packed.length / 2) });
  await page.getByRole("button", { name: /^导入/ }).last().click();
  const cut = page.getByRole("alert").filter({ hasText: "请取完整的文件重新导入" });
  await cut.waitFor();
  const rows = /已导入其中 ([\d,]+) 行/.exec(await cut.innerText())![1]!;
  assert.ok(Number(rows.replace(",", "")) > 100, rows);
  await visit.look(page);
  await picture(page, "import-cut");
  await visit.move(page, "/w/messages");
  const link = page.getByRole("link", { name: new RegExp(`“断头.csv.gz”没有读完，已导入 ${rows.replace(",", "")} 行`) });
  await link.first().click();
  await cut.waitFor();
  await visit.settled(page);
});

test("several files at once are checked and go in together; what is no list is said to be none", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/import");
  const small = (n: number) => ({ name: `分表${n}.csv`, mimeType: "text/csv", buffer: Buffer.from(`公开号,标题,申请人\nCN29720000${n}A,虚构竹篓${n},虚构竹器厂\nCN29720001${n}A,虚构竹筐${n},虚构竹器厂\n`) });
  await page.locator("input[type=file]").setInputFiles([small(1), small(2), { name: "图片.png", mimeType: "image/png", buffer: Buffer.from("\x89PNG\r\n\x1a\n", "latin1") }]);
  await page.getByText(zh["import.notRead"]).waitFor();
  await page.getByRole("button", { name: label("import.all", { files: 2, n: 4 }), exact: true }).click();
  for (const n of [1, 2]) await page.getByRole("button", { name: label("import.undo.of", { name: `分表${n}.csv` }), exact: true }).waitFor();
  await page.getByRole("link", { name: "图片.png" }).click();
  await page.getByRole("alert").waitFor();
  await visit.settled(page);
});

/* By its own page, as a small list without bad rows. */
const bring = async (visit: Visit, page: Page, name: string, lines: readonly string[]) => {
  await page.goto(`${demo.address}/w/import`);
  await drop(visit, page, { name, mimeType: "text/csv", buffer: Buffer.from(["公开号,标题,申请人,公开日", ...lines, ""].join("\n")) });
  await go(visit, page, label("import.go", { n: lines.length }));
};

/* The index follows an import by itself: a search that comes first is made again. */
const find = async (visit: Visit, page: Page, words: string) => {
  for (let n = 0; n === 0 || (await page.locator(".hit").count()) === 0; n++) {
    assert.ok(n < 120, "the import is not found");
    await page.goto(`${demo.address}/w/patents?query=${encodeURIComponent(words)}`);
    await visit.settled(page);
  }
};

test("a second centre's file changes nothing that the first one's says, and its word is shown as another", async (visit) => {
  const first = await visit.enter(demo, "centre1", "/import");
  await bring(visit, first, "甲中心.csv", ["CN297300001A,虚构的缫丝机,虚构丝厂,2019-03-04"]);
  const second = await visit.enter(demo, "centre2", "/import");
  await bring(visit, second, "乙中心.csv", ["CN297300001A,另写的缫丝机,另写丝厂,2020-05-06"]);
  await find(visit, second, "缫丝机");
  await second.locator(".hit").first().getByRole("link").first().click();
  await second.waitForURL(/\/patents\/\d+/);
  await second.getByRole("heading", { name: "虚构的缫丝机", level: 1, exact: true }).waitFor();
  await visit.settled(second);
  const said = await second.locator(".patent-conflict").allInnerTexts();
  assert.deepEqual(said.map((one) => one.replace(/\s+/g, "")).sort(), ["所说不同——公开（公告）日：2020-05-06", "所说不同——名称：另写的缫丝机", "所说不同——申请人：另写丝厂"].sort());
  await visit.read(second);
});

test("a list that gives the English title first is found in English and shown in Chinese", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/import");
  await drop(visit, page, { name: "双语清单.csv", mimeType: "text/csv", buffer: Buffer.from("公开号,标题(译)(English),标题(译)(简体中文),申请人\nCN297500001A,Imaginary rattan plaiter,虚构的藤条编结器,虚构藤厂\n") });
  await go(visit, page, label("import.go", { n: 1 }));
  await find(visit, page, "rattan plaiter");
  await page.locator(".hit").first().getByRole("link", { name: "虚构的藤条编结器" }).click();
  await page.waitForURL(/\/patents\/\d+/);
  await page.getByRole("heading", { name: "虚构的藤条编结器", level: 1, exact: true }).waitFor();
  await page.getByText("Imaginary rattan plaiter", { exact: true }).waitFor();
  await visit.settled(page);
});

test("a correction is a record of its own, and its page leads to the publication that it corrects", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/import");
  await bring(visit, page, "更正.csv", ["CN297600001A,虚构的草编机,虚构草厂,2020-01-03", "CN297600001A8,虚构的草编机,虚构草厂,2020-05-08"]);
  await page.goto(`${demo.address}/w/patents/${Number(sql("SELECT publication_id FROM publication_key WHERE number_key = 'CN/297600001/A8'"))}`);
  const section = page.getByRole("region", { name: zh["patent.publications"] });
  await section.getByText(zh["patent.publications.corrects"], { exact: true }).waitFor();
  await visit.settled(page);
  await section.getByRole("link", { name: "CN297600001A", exact: true }).click();
  await section.getByRole("link", { name: "CN297600001A8", exact: true }).waitFor();
  assert.equal(await section.getByText(zh["patent.publications.corrects"], { exact: true }).count(), 0);
});

test("a saved search tells who saved it of the document that an import brings", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/import");
  await bring(visit, page, "藤编一.csv", ["CN297400001A,虚构藤编机,虚构藤厂,2019-03-04"]);
  await find(visit, page, "藤编机");
  await page.getByRole("button", { name: zh["search.save"], exact: true }).click();
  await page.getByRole("button", { name: zh["search.saved.is"], exact: true }).waitFor();
  const looked = () => Number(sql("SELECT count(*) FROM search_alert WHERE type = 'saved_search'"));
  for (let n = 0; looked() === 0; n++) {
    assert.ok(n < 300, "the search was not looked at");
    await page.waitForTimeout(200);
  }
  await bring(visit, page, "藤编二.csv", ["CN297400002A,虚构藤编机的夹具,虚构藤厂,2020-03-04"]);
  await page.goto(`${demo.address}/w/messages`);
  const message = page.getByRole("link", { name: "藤编机：新增 1 件，状态变更 0 件，移出 0 件", exact: true });
  for (let n = 0; (await message.count()) === 0; n++) {
    assert.ok(n < 60, "no message came");
    await page.waitForTimeout(1000);
    await page.reload();
    await visit.settled(page);
  }
  await message.click();
  await page.getByRole("link", { name: "CN297400002A", exact: true }).waitFor();
  await visit.settled(page);
  await visit.look(page);
  assert.deepEqual(await page.locator(".search-changes tbody tr").evaluateAll((rows) => rows.map((row) => (row as HTMLElement).innerText.replace(/\s+/g, " ").trim())), ["新增 CN297400002A 未知"]);
});
