/* Lists and boards: many records at once, saved lists, columns, sums, and cards that move from stage to stage. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { texts, type Page } from "./browser.ts";
import { newFolder, ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();
const { zh } = texts;
const words = (key: keyof typeof zh, values: Record<string, string | number> = {}) => zh[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));

type Body = Record<string, unknown>;
type Answer = Body & { id: number; items: (Body & { id: number })[] };

/* Asks the API as who is signed in. */
const ask = (page: Page, path: string, body?: Body): Promise<Answer> =>
  page.evaluate(
    async ([to, sent]) => {
      const session = (await (await fetch("api/v1/session")).json()) as { csrf: string };
      const answer = await fetch(`api/v1/${to}`, sent ? { method: "POST", body: JSON.stringify(sent), headers: { "Content-Type": "application/json", "X-CSRF-Token": session.csrf, "Idempotency-Key": crypto.randomUUID() } } : {});
      const told = (await answer.json()) as Answer;
      if (!answer.ok) throw new Error(JSON.stringify(told));
      return told;
    },
    [path, body] as const,
  );

const picture = async (page: Page, name: string) => {
  if (!process.env.PICTURES) return;
  mkdirSync(process.env.PICTURES, { recursive: true });
  await page.screenshot({ path: `${process.env.PICTURES}/${name}.png` });
};

const deal = (title: string, other: string) => ({ title, type: "licence", amount: "1200000.00", sides: [{ name: other, role: "taker" }] });

test("people, units and places stand by pinyin, places read as places and surnames as surnames", async (visit) => {
  const people = ["A组", "陈甲", "区甲", "朴甲乙", "仇甲", "单甲", "解甲", "尉迟甲", "曾甲", "查甲"];
  const page = await visit.enter(demo, "centre", "/r/staff");
  for (const name of [...people].sort()) await ask(page, "records/staff", { name, position: "拼音次序" });
  await visit.move(page, `/w/r/staff?size=100&q=${encodeURIComponent("拼音次序")}`);
  await page.getByText(words("records.total", { n: people.length })).waitFor();
  const shown = async () => (await page.locator("tbody tr").allInnerTexts()).map((row) => people.find((name) => row.includes(name)));
  assert.deepEqual(await shown(), people);
  await page.getByRole("link", { name: words("records.sort", { name: "姓名" }) }).or(page.getByTitle(words("records.sort", { name: "姓名" }))).first().click();
  await page.waitForURL(/sort=/);
  await visit.settled(page);
  assert.deepEqual(await shown(), page.url().includes("sort=-name") ? [...people].reverse() : people);
  const office = await visit.enter(demo, "officer", "/r/party/new");
  const options = async (at: number) => (await office.locator("select.field-select").nth(at).locator("option").allInnerTexts()).slice(1);
  await office.locator("select.field-select option", { hasText: "重庆" }).waitFor({ state: "attached" });
  assert.deepEqual((await options(0)).slice(0, 5), ["安徽省", "澳门特别行政区", "北京市", "重庆市", "福建省"]);
});

test("who entered records ends 50 of them at once; one that another rests on is told and stays", async (visit) => {
  const page = await visit.enter(demo, "centre", "/r/demand");
  const items = Array.from({ length: 51 }, (_, i) => ({ create: { title: `误导入的需求 ${i + 1}`, text: "重复导入，应当终止", industry: "批量测试" } }));
  const { items: made } = await ask(page, "records/demand/bulk", { items });
  await ask(page, "records/follow_up", { demand: made[7]!.id, date: "2026-11-20", way: "call", content: "已联系" });
  await visit.move(page, `/w/r/demand?size=100&q=${encodeURIComponent("误导入的需求")}`);
  await page.getByText(words("records.total", { n: 51 })).waitFor();
  await page.getByRole("checkbox", { name: zh["records.many.page"] }).check();
  await page.getByText(words("records.many.n", { n: 51 })).waitFor();
  await picture(page, "many");
  await page.getByRole("region", { name: zh["records.many"] }).getByRole("button", { name: zh["records.end"] }).click();
  const dialog = page.getByRole("dialog", { name: words("records.many.title", { verb: zh["records.end"], n: 51 }) });
  await dialog.locator("textarea").fill("误导入");
  await dialog.locator(".ant-btn-primary").click();
  await dialog.getByText(words("records.many.done", { done: 50, refused: 1 })).waitFor();
  assert.match(await dialog.locator(".many-no").innerText(), /误导入的需求 8\s+还有跟进记录以它为依据/);
  await picture(page, "many-done");
  await visit.look(page);
  await dialog.getByRole("button", { name: zh["common.close"] }).click();
  await page.getByText(words("records.total", { n: 1 })).waitFor();
  await page.getByText(words("records.many.n", { n: 1 })).waitFor(); // what was refused is still ticked
});

test("records are given to a person, each by itself", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/demand");
  for (const n of [1, 2]) await ask(page, "records/demand", { title: `待联系的需求 ${n}`, text: "请联系需求方", industry: "批量测试" });
  await visit.move(page, `/w/r/demand?unit=own&q=${encodeURIComponent("待联系的需求")}`);
  await page.getByText(words("records.total", { n: 2 })).waitFor();
  await page.getByRole("checkbox", { name: words("records.many.row", { title: "待联系的需求 1" }) }).check();
  await page.keyboard.press("j");
  await page.keyboard.press("x"); // the first row is the newest
  await page.getByText(words("records.many.n", { n: 2 })).waitFor();
  await page.getByRole("region", { name: zh["records.many"] }).getByRole("button", { name: zh["records.many.give"] }).click();
  const dialog = page.getByRole("dialog", { name: words("records.many.title", { verb: zh["records.many.give"], n: 2 }) });
  await dialog.getByRole("combobox", { name: new RegExp(`^${zh["records.many.account"]}`) }).fill("中心工作人员");
  await page.getByRole("option", { name: /中心工作人员/ }).first().click();
  await dialog.locator(".ant-btn-primary").click();
  await dialog.getByText(words("records.many.done", { done: 2, refused: 0 })).waitFor();
  await dialog.getByRole("button", { name: zh["common.close"] }).click();
  const other = await visit.enter(demo, "centre", "/todo");
  await other.getByText("待联系的需求 2").first().waitFor();
});

test("a list is saved under a name and is there on another computer, with its columns and its words", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/deal");
  await page.getByRole("searchbox", { name: zh["records.words"] }).fill("青岚");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=/);
  await page.locator(".list-columns summary").click();
  await page.getByRole("checkbox", { name: "已付金额" }).click();
  await page.waitForURL(/cols=/);
  await page.keyboard.press("Escape");
  await page.getByRole("columnheader", { name: /^已付金额/ }).waitFor();
  await page.getByRole("link", { name: /^合同金额/ }).click();
  await page.waitForURL(/sort=/);
  await visit.settled(page);
  assert.match(await page.locator("tfoot").innerText(), /合计\s+[\d,]+\.\d\d/);
  await visit.look(page);
  await picture(page, "list");
  await page.getByRole("button", { name: zh["records.views.save"] }).click();
  await page.getByRole("textbox", { name: zh["records.views.name"] }).fill("青岚的交易");
  await page.keyboard.press("Enter");
  const there = await visit.enter(demo, "centre1", "/r/deal");
  await there.getByRole("link", { name: "青岚的交易" }).click();
  await there.waitForURL(/q=.*/);
  await there.getByRole("columnheader", { name: /^已付金额/ }).waitFor();
  for (const part of ["q", "cols", "sort"]) assert.equal(new URL(there.url()).searchParams.get(part), new URL(page.url()).searchParams.get(part), part);
  const other = await visit.enter(demo, "centre", "/r/deal"); // nobody else has it
  assert.equal(await other.getByRole("link", { name: "青岚的交易" }).count(), 0);
  await there.getByRole("button", { name: words("records.views.remove", { name: "青岚的交易" }) }).click();
  await there.getByRole("link", { name: "青岚的交易" }).waitFor({ state: "detached" });
});

test("a party's name finds its deals; an office sees whose they are", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/deal");
  await ask(page, "records/deal", deal("量子芯片许可", "云栖智能装备（演示）"));
  await visit.move(page, `/w/r/deal?q=${encodeURIComponent("云栖智能")}`);
  await page.getByText(words("records.total", { n: 1 })).waitFor();
  await page.getByText("量子芯片许可").waitFor();
  const office = await visit.enter(demo, "officer", `/r/deal?q=${encodeURIComponent("云栖智能")}`);
  await office.getByRole("columnheader", { name: zh["records.unit.column"] }).waitFor();
  await office.getByRole("cell", { name: "成都青岚电子信息运营中心（演示）" }).first().waitFor();
});

test("a card moves through its gate by mouse and by keys; a skipped stage asks a reason, a way back is refused in place", async (visit) => {
  visit.expected.push(/400/);
  const page = await visit.enter(demo, "centre1", "/r/deal");
  const { id } = await ask(page, "records/deal", deal("激光清洗工艺转让", "岷川激光（演示）"));
  await visit.move(page, "/w/r/deal?view=board");
  const column = (name: string) => page.locator(".board-column", { has: page.getByRole("heading", { name: new RegExp(`^${name}`) }) });
  const card = page.locator(`[data-card="${id}"]`);
  await card.waitFor();
  await visit.look(page);
  await picture(page, "board-1366");
  assert.equal(await column("意向").locator(`[data-card="${id}"]`).count(), 1);

  await card.dragTo(column("合同").locator("h2"));
  const gate = card.getByRole("dialog", { name: words("board.gate", { to: "合同" }) });
  await gate.getByText("合同编号").first().waitFor();
  await visit.settled(page);
  await visit.look(page);
  await picture(page, "gate-1366");
  const verb = gate.getByRole("button", { name: words("board.verb", { verb: "签订", to: "合同" }) });
  await verb.click();
  await gate.getByText(zh["board.reason.must"]).waitFor(); // it passes over the talks
  await gate.getByRole("textbox", { name: /^签订日期/ }).fill("2026-11-20");
  await gate.getByRole("textbox", { name: /^合同编号/ }).fill("YS-板-1");
  if (await gate.getByRole("textbox", { name: /^币种/ }).count()) await gate.getByRole("textbox", { name: /^币种/ }).fill("CNY");
  await gate.locator("input[type=file]").setInputFiles({ name: "合同.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n%板\n%%EOF\n") });
  await gate.getByText("合同.pdf").first().waitFor();
  await gate.getByRole("textbox", { name: zh["board.reason.skip"] }).fill("双方此前已谈妥");
  await visit.settled(page);
  await verb.click();
  await column("合同").locator(`[data-card="${id}"]`).waitFor();
  await page.getByText(words("board.moved", { to: "合同" })).waitFor();
  assert.match(JSON.stringify(await ask(page, `records/deal/${id}/history`)), /双方此前已谈妥/);

  // The focus went with the card: the keys move it on.
  await page.waitForFunction((of) => document.activeElement?.closest("[data-card]")?.getAttribute("data-card") === String(of), id);
  await page.keyboard.press("[");
  await card.getByText(words("board.back", { now: "合同", to: "洽谈" })).waitFor();
  await page.keyboard.press("]");
  const filing = card.getByRole("dialog", { name: words("board.gate", { to: "备案" }) });
  await filing.getByRole("textbox", { name: /^备案日期/ }).waitFor();
  await page.keyboard.press("Escape");
  await filing.waitFor({ state: "detached" });
  await page.keyboard.press("]");
  await filing.getByRole("textbox", { name: /^备案日期/ }).fill("2026-11-20");
  await filing.getByRole("textbox", { name: /^备案编号/ }).fill("BA-板-1");
  await filing.getByRole("button", { name: words("board.verb", { verb: "备案", to: "备案" }) }).press("Enter");
  await column("备案").locator(`[data-card="${id}"]`).waitFor();
  await page.waitForFunction((of) => document.activeElement?.closest("[data-card]")?.getAttribute("data-card") === String(of), id);
  await page.keyboard.press("Enter"); // opens it
  await page.waitForURL(new RegExp(`/w/r/deal/${id}$`));
  await page.goBack();
  await card.waitFor();
  await page.setViewportSize({ width: 683, height: 384 }); // 1366 at 200 %
  await visit.settled(page);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await picture(page, "board-200");
  await page.setViewportSize({ width: 1440, height: 900 });
  await visit.settled(page);
  await picture(page, "board-1440");
  await page.keyboard.press("t");
  await page.locator("table.list").waitFor();
  const english = await visit.enter(demo, "centre1", "/r/deal?view=board", { language: "en" });
  await english.locator(".board-card").first().waitFor();
  await visit.look(english);
  await picture(english, "board-en");
});

const python = (program: string, ...words: string[]) => execFileSync("python3", ["-c", program, process.env.ROOT!, ...words]);

/* Sets the cell below `header` in the row of record `id` of an exported workbook. */
const EDIT = `
import sys, zipfile
import xml.etree.ElementTree as xml
sys.path.append(sys.argv[1] + "/tests")
import workbooks
path, id, header, text = sys.argv[2:]
xml.register_namespace("", workbooks.SHEET[1:-1])
with zipfile.ZipFile(path) as book:
    parts = {name: book.read(name) for name in book.namelist()}
with open(path, "rb") as book:
    shown = workbooks.opened(book.read())[0]
ids, at = (shown[0].index(name) for name in ("记录编号", header))
sheet = xml.fromstring(parts["xl/worksheets/sheet1.xml"])
for row, cells in zip(sheet.iter(workbooks.SHEET + "row"), shown):
    if str(cells[ids]) == id:
        cell = next(one for one in row if workbooks.column(one.get("r")) == at)
        place = cell.get("r")
        cell.clear()
        cell.attrib.update(r=place, t="inlineStr")
        xml.SubElement(xml.SubElement(cell, workbooks.SHEET + "is"), workbooks.SHEET + "t").text = text
parts["xl/worksheets/sheet1.xml"] = xml.tostring(sheet)
with zipfile.ZipFile(path, "w") as book:
    for name, content in parts.items():
        book.writestr(name, content)
`;

const BOOK = `
import json, sys
sys.path.append(sys.argv[1] + "/tests/kernel")
import bodies
rows = [[bodies.credit_code(int(cell[6:])) if cell.startswith("@code ") else cell for cell in row] for row in json.loads(sys.argv[3])]
with open(sys.argv[2], "wb") as file:
    if sys.argv[2].endswith(".xls"): # as many systems name a page with a table
        file.write(("<html><meta charset=gb2312><table>" + "".join("<tr><td>" + "<td>".join(row) for row in rows) + "</table></html>").encode("gb18030"))
    else:
        file.write(bodies.workbook(rows))
`;

/* A workbook of these rows; "@code 7" is a credit code of its own. */
const bookOf = (rows: string[][], name = "清单.xlsx"): string => {
  const path = join(newFolder(), name);
  python(BOOK, path, JSON.stringify(rows));
  return path;
};

test("a workbook of a list with one reference changed by name: looked at, imported, taken back", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/demand");
  const parties: number[] = [];
  for (const name of ["虚构甲机械厂", "虚构乙仪表厂"]) parties.push((await ask(page, "records/served_party", { name })).id);
  const demands: number[] = [];
  for (const n of [1, 2]) demands.push((await ask(page, "records/demand", { title: `按名称导入的需求 ${n}`, text: "更换轴承", party: parties[0] })).id);
  const book = join(newFolder(), "需求.xlsx");
  await visit.move(page, `/w/r/demand?q=${encodeURIComponent("按名称导入")}`);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: zh["records.export"] }).click()]);
  await download.saveAs(book);
  python(EDIT, book, String(demands[1]), "需求方", "虚构乙仪表厂");
  const history = async (id: number) => (await ask(page, `records/demand/${id}/history`)).items.length;
  const party = async (id: number) => (await ask(page, `records/demand/${id}`)).party;
  const before = await Promise.all(demands.map(history));

  await page.getByRole("button", { name: zh["records.import"], exact: true }).click();
  const dialog = page.getByRole("dialog", { name: zh["records.import"] });
  await dialog.getByLabel(zh["records.import.file"]).setInputFiles(book);
  await dialog.getByRole("button", { name: zh["records.import.check"], exact: true }).click();
  const counts = { created: 0, changed: 1, unchanged: 1, rejected: 0 };
  await dialog.getByText(words("records.import.told", counts)).waitFor();
  assert.equal(await party(demands[1]!), parties[0]); // nothing is written yet
  await visit.look(page);
  await picture(page, "import-told");

  await dialog.getByRole("button", { name: zh["records.import"], exact: true }).click();
  await dialog.getByText(words("records.import.done", counts), { exact: true }).waitFor();
  assert.equal(await party(demands[1]!), parties[1]);
  assert.deepEqual(await Promise.all(demands.map(history)), [before[0], before[1]! + 1]);
  const written = (await ask(page, `records/demand/${demands[1]}/history`)).items.find(({ version }) => version === before[1]! + 1);
  assert.deepEqual(written!.changed, ["party"]);

  await dialog.getByRole("button", { name: zh["records.import.undo"], exact: true }).click();
  await dialog.getByText(words("records.import.undone", { undone: 1 })).waitFor();
  assert.equal(await party(demands[1]!), parties[0]);
  assert.deepEqual(await Promise.all(demands.map(history)), [before[0], before[1]! + 2]);
});

test("an import of 50 new records is taken back by one click", async (visit) => {
  const page = await visit.enter(demo, "centre1", `/r/demand?q=${encodeURIComponent("误选文件的需求")}`);
  await page.getByRole("button", { name: zh["records.import"], exact: true }).click();
  const dialog = page.getByRole("dialog", { name: zh["records.import"] });
  const rows = Array.from({ length: 50 }, (_, n) => [`误选文件的需求 ${n + 1}`, "更换轴承"]);
  await dialog.getByLabel(zh["records.import.file"]).setInputFiles(bookOf([["标题", "需求描述"], ...rows]));
  await dialog.getByRole("button", { name: zh["records.import.check"], exact: true }).click();
  const counts = { created: 50, changed: 0, unchanged: 0, rejected: 0 };
  await dialog.getByText(words("records.import.told", counts)).waitFor();
  await dialog.getByRole("button", { name: zh["records.import"], exact: true }).click();
  await dialog.getByText(words("records.import.done", counts), { exact: true }).waitFor();
  await page.getByText(words("records.total", { n: 50 })).waitFor();
  await dialog.getByRole("button", { name: zh["records.import.undo"], exact: true }).click();
  await dialog.getByText(words("records.import.undone", { undone: 50 })).waitFor();
  await page.getByText(words("records.total", { n: 50 })).waitFor({ state: "detached" });
  assert.equal((await ask(page, `records/demand?q=${encodeURIComponent("误选文件的需求")}`)).total, 0);
});

test("sums say how many records are not to be seen", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/demand");
  await visit.settled(page);
  const hidden = (await page.locator(".list tbody .not-given").allInnerTexts()).filter((text) => text === zh["records.noRight"]).length;
  assert.ok(hidden > 0);
  const foot = await page.locator(".list tfoot").innerText();
  assert.match(foot, /\d+ 条无权查看/);
  assert.doesNotMatch(foot, /未填或非人民币/); // every budget that may be seen is given
  await page.locator(".list tfoot").scrollIntoViewIfNeeded();
  await picture(page, "sums");
});

test("a party's role that was not given is given on the form of a signed contract, with its reason", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/deal");
  const digest = await page.evaluate(async () => {
    const { csrf } = (await (await fetch("api/v1/session")).json()) as { csrf: string };
    const sent = await fetch("api/v1/files?name=contract.pdf", { method: "POST", body: "%PDF-1.4\n%%EOF\n", headers: { "Content-Type": "application/octet-stream", "X-CSRF-Token": csrf } });
    return ((await sent.json()) as { digest: string }).digest;
  });
  const file = { digest, name: "contract.pdf" };
  visit.expected.push(/400/); // without a reason
  const { id } = await ask(page, "records/deal", { ...deal("漏填角色的合同", "虚构补填甲厂"), contract_no: "补填-页-1", signed: "2026-11-02", currency: "CNY", contract_file: file, sides: [{ name: "虚构补填甲厂", role: "taker" }, { name: "虚构补填乙厂" }] });
  await ask(page, `records/deal/${id}/actions/sign`, {});
  await visit.move(page, `/w/r/deal/${id}/edit`);
  await visit.settled(page);
  await picture(page, "late-role");
  await page.getByRole("combobox", { name: /角色/ }).last().selectOption("giver");
  const save = page.getByRole("button", { name: zh["records.save"], exact: true });
  await save.click();
  await page.getByText("原先没有填写，现在补填须写明修改理由").first().waitFor();
  await visit.look(page);
  await picture(page, "late-role-why");
  await page.getByRole("textbox", { name: zh["records.reason"] }).fill("签订时漏填");
  await save.click();
  await page.waitForURL(new RegExp(`/r/deal/${id}$`));
  assert.deepEqual(((await ask(page, `records/deal/${id}`)).sides as { role?: string }[]).map(({ role }) => role), ["taker", "giver"]);
  await visit.move(page, `/w/r/deal/${id}/edit`); // there is nothing left to give late
  await visit.settled(page);
  assert.equal(await page.getByRole("combobox", { name: /角色/ }).count(), 0);
});

test("an import is undone from the list of imports, another day", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/demand");
  const dialog = page.getByRole("dialog", { name: zh["records.import"] });
  await page.getByRole("button", { name: zh["records.import"], exact: true }).click();
  await dialog.getByLabel(zh["records.import.file"]).setInputFiles(bookOf([["标题", "需求描述"], ["隔日撤销的需求", "更换轴承"]]));
  await dialog.getByRole("button", { name: zh["records.import.check"], exact: true }).click();
  await dialog.getByRole("button", { name: zh["records.import"], exact: true }).click();
  await dialog.getByText(words("records.import.done", { created: 1, changed: 0, unchanged: 0, rejected: 0 }), { exact: true }).waitFor();
  await page.reload(); // the dialogue stands in the address
  const row = dialog.locator(".import-earlier li").first();
  assert.match(await row.innerText(), /清单\.xlsx[^]*新增 1 条，修改 0 条/);
  await visit.look(page);
  await picture(page, "imports");
  await row.getByRole("button", { name: /^撤销这次导入 2026-11-20/ }).click();
  await dialog.getByText(words("records.import.undone", { undone: 1 })).waitFor();
  await row.getByText(zh["import.state.undone"]).waitFor();
  assert.equal(await row.getByRole("button").count(), 0);
  await picture(page, "imports-undone");
  assert.equal((await ask(page, `records/demand?q=${encodeURIComponent("隔日撤销的需求")}`)).total, 0);
});

test("columns that a type does not have are mapped to its fields in the dialogue", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/served_party");
  await page.getByRole("button", { name: zh["records.import"], exact: true }).click();
  const dialog = page.getByRole("dialog", { name: zh["records.import"] });
  const check = dialog.getByRole("button", { name: zh["records.import.check"], exact: true });
  await dialog.getByLabel(zh["records.import.file"]).setInputFiles(bookOf([["公司名称", "所在环节", "内部编号", "联系人"], ["虚构对应甲厂", "电池", "7", ""], ["虚构对应乙厂", "电机", "8", ""]]));
  await check.click();
  await dialog.getByText(zh["records.import.unmapped"]).waitFor();
  const field = (header: string) => dialog.getByLabel(words("records.import.column", { header }), { exact: true });
  const chosen = (header: string) => field(header).locator("option:checked").innerText();
  for (const header of ["所在环节", "内部编号"]) assert.equal(await chosen(header), zh["records.import.leave"]);
  assert.equal(await chosen("公司名称"), "名称"); // the likely one
  assert.equal(await field("联系人").count(), 0);
  await visit.look(page);
  await picture(page, "import-columns");
  await check.click();
  await dialog.getByText(words("records.import.told", { created: 2, changed: 0, unchanged: 0, rejected: 0 })).waitFor();
  await field("所在环节").selectOption("产业链环节"); // what was checked is not what is sent: it is checked again
  await check.click();
  const counts = { created: 2, changed: 0, unchanged: 0, rejected: 0 };
  await dialog.getByText(words("records.import.told", counts)).waitFor();
  await dialog.getByRole("button", { name: zh["records.import"], exact: true }).click();
  await dialog.getByText(words("records.import.done", counts), { exact: true }).waitFor();
  const { items } = await ask(page, `records/served_party?fields=*&q=${encodeURIComponent("虚构对应")}`);
  assert.deepEqual(items.map(({ name, chain_position }) => [name, chain_position]).sort(), [["虚构对应乙厂", "电机"], ["虚构对应甲厂", "电池"]]);
});

/* By five clicks: the dialogue, the file, the check that proposes the fields of its columns, the check of its rows, the import. */
async function bringIn(page: Page, book: string, counts: Record<string, number>, name: string) {
  await page.getByRole("button", { name: zh["records.import"], exact: true }).click(); // 1
  const dialog = page.getByRole("dialog", { name: zh["records.import"] });
  const check = dialog.getByRole("button", { name: zh["records.import.check"], exact: true });
  await dialog.getByLabel(zh["records.import.file"]).setInputFiles(book); // 2
  await check.click(); // 3
  await dialog.getByText(zh["records.import.unmapped"]).waitFor();
  await picture(page, name);
  await check.click(); // 4
  await dialog.getByText(words("records.import.told", counts)).waitFor();
  await picture(page, `${name}-checked`);
  assert.ok(await dialog.getByText(words("records.import.told", counts)).evaluate((line) => line.getBoundingClientRect().top >= 0), "the result is in sight");
  await dialog.getByRole("button", { name: zh["records.import"], exact: true }).click(); // 5
  await dialog.getByText(words("records.import.done", counts), { exact: true }).waitFor();
  return {
    dialog,
    undo: async () => {
      await dialog.getByRole("button", { name: zh["records.import.undo"], exact: true }).click();
      await dialog.getByText(words("records.import.undone", { undone: counts.created! })).waitFor();
    },
  };
}

test("a register of 500 contracts comes in with its parties by five clicks, its faults are named, and it is taken back", async (visit) => {
  const book = join(process.env.ZHIYUN_SHARED ?? join(process.env.ROOT!, "../shared"), "found/register-2026-11-29.xlsx");
  if (!existsSync(book)) return console.log("# skipped: the shared register is not here");
  const page = await visit.enter(demo, "centre1", "/r/deal?q=%E5%8F%B7%E4%B8%93%E5%88%A9", { width: 1440, height: 900 });
  const { undo } = await bringIn(page, book, { created: 480, changed: 0, unchanged: 0, rejected: 20 }, "import-register");
  await visit.look(page);
  const { items, total } = await ask(page, "records/deal?fields=*&limit=500&q=%E5%8F%B7%E4%B8%93%E5%88%A9");
  assert.equal(total, 480);
  const named = items.filter((one) => one.amount && (one.sides as { role: string; credit_code: string }[]).every(({ role, credit_code }) => /giver|taker/.test(role) && credit_code));
  assert.equal(named.length, 480);
  await undo();
});

test("a register of contracts with other headers comes in as a page called .xls; a wrong code and a bad sum are named", async (visit) => {
  const page = await visit.enter(demo, "centre1", `/r/deal?q=${encodeURIComponent("自备台账")}`);
  const row = (n: number, more: Record<number, string> = {}) => [`${n}`, `ZB-${n}`, `自备台账协议${n}`, n % 2 ? "专利转让" : "专利许可", "自备台账甲所", "@code 820300", `自备台账乙厂${n}`, `@code ${820310 + n}`, "2025年9月3日", `${n}.50`, `CN10999${7000 + n}A`].map((cell, at) => more[at] ?? cell);
  const rows = [["自备合同台账"], ["序号", "合同号码", "合同名称", "交易类型", "让与方名称", "让与方信用代码", "受让方名称", "受让方信用代码", "签订时间", "合同总价（万元）", "所涉专利号"], ...Array.from({ length: 30 }, (_, n) => row(n + 1, n === 4 ? { 7: "91510100000000001X" } : n === 9 ? { 9: "面议" } : {})), ["合计", "", "", "", "", "", "", "", "", "465"]];
  const { dialog, undo } = await bringIn(page, bookOf(rows, "自备台账.xls"), { created: 28, changed: 0, unchanged: 0, rejected: 2 }, "import-own-register");
  for (const told of [/第 7 行/, /第 12 行.*面议/]) await dialog.getByText(told).first().waitFor();
  const { items } = await ask(page, `records/deal?fields=*&limit=100&q=${encodeURIComponent("自备台账")}`);
  assert.equal(items.length, 28);
  for (const one of items) {
    const n = Number(String(one.contract_no).slice(3));
    const sides = one.sides as { role: string; name: string; credit_code: string }[];
    assert.deepEqual([one.signed, one.amount, one.type, sides.map(({ role, name }) => `${role} ${name}`)], ["2025-09-03", `${n * 10000 + 5000}.00`, n % 2 ? "transfer" : "licence", ["giver 自备台账甲所", `taker 自备台账乙厂${n}`]]);
    assert.ok(sides.every(({ credit_code }) => credit_code));
  }
  await undo();
});

test("a register of patents comes in by five clicks", async (visit) => {
  const page = await visit.enter(demo, "centre1", `/r/patent_holding?q=${encodeURIComponent("自备专利")}`);
  const rows = [["编号", "专利号", "专利名称", "类别", "申请时间", "授权日期", "是否转化实施"], ...Array.from({ length: 20 }, (_, n) => [`${n + 1}`, n % 2 ? `CN20999${8100 + n}U` : `CN10999${8100 + n}A`, `自备专利${n + 1}`, n % 2 ? "实用新型" : "发明专利", "2021.3.4", n % 2 ? "44562" : "", n % 2 ? "是" : "否"])];
  const { undo } = await bringIn(page, bookOf(rows), { created: 20, changed: 0, unchanged: 0, rejected: 0 }, "import-own-patents");
  const { items } = await ask(page, `records/patent_holding?fields=*&limit=100&q=${encodeURIComponent("自备专利")}`);
  assert.deepEqual(items.map((one) => [one.filed, one.granted ?? null, one.type]).sort(), Array.from({ length: 20 }, (_, n) => ["2021-03-04", n % 2 ? "2022-01-01" : null, n % 2 ? "utility" : "invention"]).sort());
  await undo();
});

test("the check of a workbook says in which unit its amounts are read", async (visit) => {
  const page = await visit.enter(demo, "centre1", `/r/deal?q=${encodeURIComponent("按万元的合同")}`);
  await page.getByRole("button", { name: zh["records.import"], exact: true }).click();
  const dialog = page.getByRole("dialog", { name: zh["records.import"] });
  await dialog.getByLabel(zh["records.import.file"]).setInputFiles(bookOf([["合同编号", "标题", "交易类型", "合同金额（万元）"], ["WY-1", "按万元的合同 1", "许可", "184.51"], ["WY-2", "按万元的合同 2", "许可", "12万元"], ["WY-3", "按万元的合同 3", "许可", "12件"]]));
  await dialog.getByRole("button", { name: zh["records.import.check"], exact: true }).click();
  const counts = { created: 2, changed: 0, unchanged: 0, rejected: 1 };
  await dialog.getByText(words("records.import.told", counts)).waitFor();
  await dialog.getByText("第 1 行：「合同金额（万元）」按万元读取").waitFor();
  await dialog.getByText("第 3 行：「合同金额」中的“12万元”读作 120000.00 元").waitFor();
  await dialog.getByText(/第 4 行：合同金额.*12件/).waitFor();
  await visit.look(page);
  await picture(page, "import-units");
  await dialog.getByRole("button", { name: zh["records.import"], exact: true }).click();
  await dialog.getByText(words("records.import.done", counts), { exact: true }).waitFor();
  const { items } = await ask(page, `records/deal?fields=*&q=${encodeURIComponent("按万元的合同")}`);
  assert.deepEqual(items.map(({ contract_no, amount }) => [contract_no, amount]).sort(), [["WY-1", "1845100.00"], ["WY-2", "120000.00"]]);
});

const ZIP = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[2], "w") as packed:
    packed.write(sys.argv[3], "台账.xlsx")
    packed.writestr("扫描/甲.pdf", b"%PDF-1.4\\n%\\n%%EOF\\n")
    packed.writestr("扫描/多余.pdf", b"%PDF-1.4\\n% 2\\n%%EOF\\n")
`;

test("a ZIP of a workbook and its files is checked before it is imported", async (visit) => {
  const page = await visit.enter(demo, "centre1", `/r/demand?q=${encodeURIComponent("压缩包的需求")}`);
  const packed = join(newFolder(), "台账.zip");
  python(ZIP, packed, bookOf([["标题", "需求描述", "附件"], ["压缩包的需求 1", "更换轴承", "甲.pdf"], ["压缩包的需求 2", "更换轴承", "缺.pdf"]]));
  await page.getByRole("button", { name: zh["records.import"], exact: true }).click();
  const dialog = page.getByRole("dialog", { name: zh["records.import"] });
  await dialog.getByLabel(zh["records.import.file"]).setInputFiles(packed);
  await dialog.getByRole("button", { name: zh["records.import.check"], exact: true }).click();
  const counts = { created: 1, changed: 0, unchanged: 0, rejected: 1 };
  await dialog.getByText(words("records.import.told", counts)).waitFor();
  await dialog.getByText(/附件.*缺\.pdf/).waitFor();
  await dialog.getByText(words("records.import.unused", { names: "多余.pdf" })).waitFor();
  assert.equal((await ask(page, `records/demand?q=${encodeURIComponent("压缩包的需求")}`)).total, 0);
  await visit.look(page);
  await picture(page, "import-zip");
  await dialog.getByRole("button", { name: zh["records.import"], exact: true }).click();
  await dialog.getByText(words("records.import.done", counts), { exact: true }).waitFor();
  const { items } = await ask(page, `records/demand?fields=*&q=${encodeURIComponent("压缩包的需求")}`);
  assert.deepEqual(items.map(({ title, files }) => [title, (files as Body[]).map(({ name }) => name)]), [["压缩包的需求 1", ["甲.pdf"]]]);
});
