/* Forms of records: sections that appear and vanish, pickers, what is carried over, and how little is asked first. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { texts, type Page, type Visit } from "./browser.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

/* A type of the instance's own: one record is made of each row of another. */
const SHARE = `name: member_share
label: {zh: 分成, en: Share}
owner: unit
title: member
list: [member, percent]
duty: own
dated: [created]
carry:
  pool: {each: members, member: name, percent: share}
fields:
  - {name: pool, type: ref, to: consortium, required: true, label: {zh: 专利池, en: Pool}}
  - {name: member, type: text, required: true, label: {zh: 成员, en: Member}, max: 200}
  - {name: percent, type: percent, min: "0.00", max: "100.00", label: {zh: 比例, en: Percent}}
access:
  - {roles: [centre_staff, centre_manager], relation: own_unit, verbs: [read, create, change]}
`;

const demo = ownDemo(async ({ data }) => {
  mkdirSync(join(data, "types"), { recursive: true });
  writeFileSync(join(data, "types", "member_share.yaml"), SHARE);
});
const { zh } = texts;
const WORDS = "电池 隔膜"; // of patents of the demo

const say = (key: keyof typeof zh, values: Record<string, string | number>) => zh[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
const field = (page: Page, name: string) => page.getByRole("textbox", { name: new RegExp(`^${name}`) });
const picker = (page: Page, name: string) => page.getByRole("combobox", { name: new RegExp(`^${name}`) });
const kind = (page: Page, name: string) => page.getByRole("radio", { name, exact: true });
const enter = (page: Page) => page.getByRole("button", { name: zh["records.enter"], exact: true });

interface Listed {
  items: Record<string, unknown>[];
}

const get = <T>(page: Page, path: string) => page.evaluate(async (at) => (await (await fetch(`${new URL(document.baseURI).pathname}api/v1/${at}`)).json()) as unknown, path) as Promise<T>;

test("a pledge's section appears and vanishes; what was typed there is kept and not sent", async (visit) => {
  for (const language of ["zh", "en"] as const) {
    const t = texts[language];
    const [pledge, licence, section, number, name] = language === "zh" ? ["质押融资", "许可", "质押", "质押登记号", "标题"] : ["Pledge", "Licence", "Pledge", "Pledge registration number", "Title"];
    const page = await visit.enter(demo, "centre1", "/r/deal/new", { language });
    const part = page.getByRole("region", { name: section!, exact: true });
    assert.equal(await part.count(), 0);
    assert.match(await page.locator(".form-apart").innerText(), language === "zh" ? /质押 交易类型为质押融资、保险时出现/ : /Pledge where Type is Pledge/);
    await kind(page, pledge!).check();
    await field(page, number!).fill("Y-2026-001");
    await visit.look(page);
    await kind(page, licence!).check();
    await part.waitFor({ state: "detached" });
    assert.ok((await page.locator(".form-apart").innerText()).includes(t["fields.section.kept"].replace("{n}", "1")));
    await kind(page, pledge!).check();
    assert.equal(await field(page, number!).inputValue(), "Y-2026-001");
    await kind(page, licence!).check();
    await field(page, name!).fill(`质押改许可 ${language}`);
    await page.getByRole("button", { name: t["records.enter"], exact: true }).click();
    await page.waitForURL(/\/w\/r\/deal\/\d+$/);
    const made = await get<Record<string, unknown>>(page, `records/deal/${page.url().split("/").pop()!}`);
    assert.deepEqual([made.type, made.pledge_no], ["licence", null]);
  }
});

test("what is fixed decides too, and a section that holds values of the record is open", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/deal/94/edit"); // an open licence that is signed and paid
  await page.getByRole("region", { name: "许可", exact: true }).waitFor();
  const open = page.locator("details[open] > summary b");
  assert.deepEqual(await open.allInnerTexts(), ["履约", "涉外和关联", "结果"]); // what is paid, that nobody is related, how it ended
  await visit.look(page);
});

test("a kind beyond the first five is chosen from the others, and yes or no is cleared by a second click", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/deal/new");
  const others = page.getByRole("combobox", { name: say("fields.others.of", { name: "交易类型" }) });
  await others.selectOption("insurance");
  await page.getByRole("region", { name: "质押", exact: true }).waitFor();
  await kind(page, "转让").focus();
  await page.keyboard.press("Space");
  assert.equal(await others.inputValue(), "");
  await page.locator("summary", { hasText: "涉外和关联" }).click();
  const yes = page.getByRole("group", { name: /^关联交易/ }).getByRole("button", { name: zh["fields.yes"] });
  await yes.click();
  assert.equal(await yes.getAttribute("aria-pressed"), "true");
  await yes.click();
  assert.equal(await yes.getAttribute("aria-pressed"), "false");
});

test("a credit code is told at its 18th key, and a party is found by name or typed in place", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/consortium/new");
  const { credit_code: own, unit_name: name } = await get<{ credit_code: string; unit_name: string }>(page, "session");
  const [served] = (await get<Listed>(page, "records/served_party?limit=1&fields=name,credit_code")).items;
  const fold = page.locator("summary", { hasText: "成员" });
  if (await fold.count()) await fold.click();
  const adds = picker(page, say("fields.party.add", { name: "成员" }));
  const rows = page.locator(".parties tbody tr");
  await adds.fill(own.slice(0, 17));
  await page.getByText(say("fields.party.left", { n: 1 })).waitFor();
  await adds.fill(own.slice(0, 17) + (own[17] === "0" ? "1" : "0"));
  await page.getByText(zh["fields.party.check"]).waitFor();
  await adds.fill(own);
  await page.getByText(zh["fields.party.right"]).waitFor();
  // The one who has the code is marked by itself.
  await page.locator(".combo-list:not(.off) [aria-selected=true]", { hasText: name }).waitFor();
  await page.keyboard.press("Enter");
  assert.equal(await rows.nth(0).getByRole("combobox").nth(0).inputValue(), name);
  assert.equal(await rows.nth(0).getByRole("combobox").nth(1).inputValue(), own);
  // Whom the unit serves is found by words.
  await adds.fill(String(served!.name).slice(0, 6));
  await page.getByRole("option", { name: new RegExp(String(served!.name).slice(0, 6)) }).first().waitFor();
  await visit.look(page);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await rows.nth(1).waitFor();
  assert.ok(await rows.nth(1).getByRole("combobox").nth(0).inputValue());
  // Another centre is found by its name in the public register.
  const { items: centres } = await get<{ items: { name: string; party: string }[] }>(page, "public/centres?limit=20");
  const other = centres.find(({ party }) => party && party !== name)!;
  await adds.fill(other.name);
  await page.getByRole("option", { name: other.party }).click(); // those of the name before may still stand above it
  await rows.nth(2).waitFor();
  assert.equal(await rows.nth(2).getByRole("combobox").nth(0).inputValue(), other.party);
  // Who is nowhere is typed.
  await adds.fill("虚构的新主体");
  await page.getByText(zh["fields.party.new"]).waitFor();
  await page.getByRole("option", { name: other.party }).waitFor({ state: "detached" });
  await page.keyboard.press("Enter");
  await rows.nth(3).waitFor();
  assert.equal(await rows.nth(3).getByRole("combobox").nth(0).inputValue(), "虚构的新主体");
});

test("patents are found by words and by number, with title, status and a holder who is no party", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/deal/new");
  const { hits } = await get<{ hits: { number: string; title: string; applicant?: string; status_label: string }[] }>(page, `search?query=${encodeURIComponent(WORDS)}&k=8`);
  const one = hits.find(({ applicant }) => applicant)!;
  await picker(page, say("fields.party.add", { name: "交易各方" })).fill("虚构甲公司");
  await page.getByText(zh["fields.party.new"]).waitFor();
  await page.keyboard.press("Enter");
  const patents = picker(page, "涉及专利");
  await patents.fill(WORDS);
  await page.getByRole("option").filter({ hasText: one.number }).waitFor();
  await visit.look(page);
  await page.getByRole("option").filter({ hasText: one.number }).click();
  const row = page.locator(".picked li").first();
  await row.getByText(one.title).waitFor();
  await row.getByText(one.status_label).waitFor();
  await row.getByText(zh["fields.patent.holder"]).waitFor();
  await row.getByRole("button", { name: zh["fields.patent.join"] }).click();
  await row.getByText(zh["fields.patent.holder"]).waitFor({ state: "detached" });
  const sides = await page.locator(".parties tbody input").evaluateAll((boxes) => boxes.map((box) => (box as HTMLInputElement).value));
  assert.ok(sides.includes(one.applicant!), sides.join());
  const other = hits.find(({ number }) => number !== one.number)!;
  await patents.fill(other.number);
  await page.getByRole("option").filter({ hasText: other.number }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.locator(".picked li").nth(1).getByText(other.title).waitFor();
  await page.keyboard.press("Backspace");
  await page.locator(".picked li").nth(1).waitFor({ state: "detached" });
});

test("a record that is referred to is found by words, or a new one is begun in another tab", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/demand/new");
  const [served] = (await get<Listed>(page, "records/served_party?limit=1&fields=name")).items;
  const party = picker(page, "需求方");
  await party.fill(String(served!.name));
  await page.getByRole("option", { name: String(served!.name) }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForFunction((name) => [...document.querySelectorAll("input")].some(({ value }) => value === name), String(served!.name)); // its name is read
  assert.equal(await party.inputValue(), String(served!.name));
  await party.fill("虚构");
  const opened = page.context().waitForEvent("page");
  await page.getByRole("option", { name: say("fields.ref.new", { type: "服务对象" }) }).click();
  const made = await opened;
  await made.waitForURL(/\/w\/r\/served_party\/new$/);
  await visit.settled(made);
});

test("what is taken over from another record is tinted and names it, until it is changed", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/demand");
  const [demand] = (await get<Listed>(page, "records/demand?limit=1&fields=title")).items;
  const name = String(demand!.title);
  await page.goto(`${demo.address}/w/r/deal/new?demand=${String(demand!.id)}`);
  await visit.settled(page);
  const title = field(page, "标题");
  const frame = page.locator(".field-carried", { has: title });
  assert.equal(await title.inputValue(), name);
  assert.equal(await frame.count(), 1);
  await frame.getByText(say("fields.from.record", { name: `需求 ${name}` })).waitFor();
  await page.locator(".record-source").getByRole("link", { name }).waitFor();
  await visit.look(page);
  await title.fill("虚构：改过的标题");
  await page.getByText(say("fields.from.changed", { name: `需求 ${name}` })).waitFor();
  assert.equal(await frame.count(), 0);
  await title.fill(name);
  await page.getByRole("button", { name: zh["records.carried.drop"] }).click();
  assert.equal(await title.inputValue(), "");
});

test("of several drafts the first is taken over, and another one in its place", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/consortium/new");
  const id = await page.evaluate(async () => {
    const at = `${new URL(document.baseURI).pathname}api/v1`;
    const { csrf } = (await (await fetch(`${at}/session`)).json()) as { csrf: string };
    const body = JSON.stringify({ name: "虚构池", kind: "pool", members: [{ name: "虚构甲", share: "60.00" }, { name: "虚构乙", share: "40.00" }] });
    return ((await (await fetch(`${at}/records/consortium`, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body })).json()) as { id: number }).id;
  });
  await page.goto(`${demo.address}/w/r/member_share/new?pool=${id}`);
  await visit.settled(page);
  const [member, percent] = [field(page, "成员"), field(page, "比例")];
  assert.ok(await kind(page, "虚构甲").isChecked());
  assert.deepEqual([await member.inputValue(), await percent.inputValue()], ["虚构甲", "60.00"]);
  await visit.look(page);
  await percent.fill("55.00"); // what was typed stays
  await kind(page, "虚构乙").check();
  assert.deepEqual([await member.inputValue(), await percent.inputValue()], ["虚构乙", "55.00"]);
  await enter(page).click();
  await page.waitForURL(/\/w\/r\/member_share\/\d+$/);
  const made = await get<Record<string, unknown>>(page, `records/member_share/${page.url().split("/").pop()!}`);
  assert.deepEqual([made.pool, made.member, made.percent], [id, "虚构乙", "55.00"]);
  await visit.settled(page);
});

test("a demand, and a deal from it with two patents, in seven fields", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/demand/new");
  await field(page, "标题").fill("虚构：连接器降插损");
  await field(page, "需求描述").fill("虚构：28 GHz 下插入损耗降到 0.6 dB 以下");
  await enter(page).click();
  await page.waitForURL(/\/w\/r\/demand\/\d+$/);
  const id = page.url().split("/").pop()!;
  const { hits } = await get<{ hits: { number: string }[] }>(page, `search?query=${encodeURIComponent(WORDS)}&k=2`);
  await page.goto(`${demo.address}/w/r/deal/new?demand=${id}`);
  await visit.settled(page);
  let entries = 0;
  const count = (): void => void entries++;
  await kind(page, "许可").check().then(count);
  for (const { number } of hits) {
    await picker(page, "涉及专利").fill(number);
    await page.keyboard.press("Enter");
    count();
  }
  await field(page, "合同金额").fill("960000").then(count);
  await enter(page).click();
  await page.waitForURL(/\/w\/r\/deal\/\d+$/);
  const made = await get<{ demand: number; patents: string[] }>(page, `records/deal/${page.url().split("/").pop()!}`);
  assert.equal(made.demand, Number(id));
  assert.equal(made.patents.length, 2);
  assert.ok(entries <= 7, `${entries} fields`);
  await visit.settled(page);
});

test("at most eight fields are seen first", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/demand/new");
  const seen: Record<string, number> = {};
  for (const type of ["demand", "supply", "deal", "follow_up", "service_record", "event", "training", "patent_holding", "project", "certificate"]) {
    await page.goto(`${demo.address}/w/r/${type}/new`);
    await visit.settled(page);
    seen[type] = await page.locator("form .field").filter({ visible: true }).count();
  }
  console.log(`# ${JSON.stringify(seen)}`);
  for (const [type, n] of Object.entries(seen)) assert.ok(n >= 3 && n <= 8, `${type}: ${n}`);
});

/* Enters a word of several, a file, or a text in a field that is seen. */
async function give(scope: Locator, name: string, value: string): Promise<void> {
  const named = { name: new RegExp(`^${name}`) };
  const group = scope.getByRole("group", named);
  if (value.endsWith(".pdf")) return group.locator("input[type=file]").setInputFiles({ name: value, mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n") });
  const word = group.getByRole("radio", { name: value, exact: true });
  if (await word.count()) return word.check();
  const box = scope.getByRole("textbox", named).or(scope.getByRole("combobox", named));
  if (await box.evaluate((one) => one.nodeName === "SELECT")) return void (await box.selectOption({ label: value }));
  await box.fill(value);
}

/* Makes a record by what its form shows first, nothing unfolded. Its page says at most twice that a value was not given. */
async function make(visit: Visit, page: Page, type: string, values: Record<string, string>): Promise<string> {
  await page.goto(`${demo.address}/w/r/${type}/new`);
  await visit.settled(page);
  for (const [name, value] of Object.entries(values)) await give(page.locator("form"), name, value);
  await enter(page).click();
  await page.waitForURL(new RegExp(`/w/r/${type}/\\d+$`));
  await visit.settled(page);
  const shown = await page.locator("main").innerText();
  assert.ok(shown.split(zh["records.notGiven"]).length <= 3, `${type}: ${shown}`);
  return page.url().split("/").pop()!;
}

/* The first of the acts that are open, with what its dialog asks. */
async function act(visit: Visit, page: Page, name: string, asks: Record<string, string>, state: string): Promise<void> {
  const first = page.locator(".record-rail", { hasText: zh["records.actions"] }).locator("li").first();
  await first.getByRole("button", { name, exact: true }).click();
  const dialog = page.getByRole("dialog");
  for (const [field, value] of Object.entries(asks)) await give(dialog, field, value);
  await visit.look(page);
  await dialog.getByRole("button", { name, exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await page.locator(".page-head", { hasText: state }).waitFor();
}

test("what is made of the fields seen first reaches its next state by its first act", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r");
  await make(visit, page, "demand", { 标题: "虚构：先见的需求", 需求描述: "虚构的描述" });
  await act(visit, page, "发布", { 有效期至: "2027-06-30" }, "已发布");
  await make(visit, page, "supply", { 标题: "虚构：先见的供给", 类型: "专利技术", 要素: "技术", 说明: "虚构的说明" });
  // A fixed price is asked for once that is how it is priced.
  await act(visit, page, "发布", { 有效期至: "2027-06-30", 最近核实日期: "2026-11-19", 计价方式: "固定价", 价格: "50000" }, "已发布");
  await make(visit, page, "event", { 活动名称: "虚构：先见的活动", 类型: "宣传", 开始: "2026-12-01" });
  await make(visit, page, "training", { 培训名称: "虚构：先见的培训", 日期: "2026-11-18", 参加人数: "30" });
  await make(visit, page, "patent_holding", { 专利号: "CN119000001A", 名称: "虚构：先见的专利", 类型: "发明" });
  await make(visit, page, "project", { 项目编号: "虚构-先见-2", 项目名称: "虚构：先见的项目", 项目类型: "知识产权转化" });
  await make(visit, page, "certificate", { 标准: "ISO 56005 创新管理", 发证日期: "2026-01-05", 有效期至: "2029-01-04", 证书编号: "虚构-先见-3" });
});

test("a deal of the fields seen first is talked about by such a follow-up, then signed", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/deal/new");
  const other = picker(page, say("fields.party.add", { name: "交易各方" }));
  await other.fill("虚构的被许可方");
  await page.getByText(zh["fields.party.new"]).waitFor();
  await other.press("Enter");
  await give(page.locator("form"), "交易类型", "许可");
  await give(page.locator("form"), "合同金额", "960000");
  await enter(page).click();
  await page.waitForURL(/\/w\/r\/deal\/\d+$/);
  const deal = page.url();
  const { number } = await get<{ number: string }>(page, `records/deal/${deal.split("/").pop()!}`);
  await page.goto(`${demo.address}/w/r/follow_up/new`);
  await visit.settled(page);
  await picker(page, "交易").fill(number);
  await page.getByRole("option", { name: number }).click();
  for (const [name, value] of Object.entries({ 日期: "2026-11-18", 方式: "走访", 内容: "虚构的内容" })) await give(page.locator("form"), name, value);
  await enter(page).click();
  await page.waitForURL(/\/w\/r\/follow_up\/\d+$/);
  await page.getByRole("link", { name: number }).first().click();
  await page.waitForURL(deal);
  await page.locator("[aria-current=step]", { hasText: "洽谈" }).waitFor();
  await act(visit, page, "签订", { 签订日期: "2026-11-19", 合同编号: "虚构-先见-1", 合同文件: "虚构.pdf" }, "已签订");
  await page.locator("[aria-current=step]", { hasText: "合同" }).waitFor();
});

test("a service of the fields seen first is rated by whom its page asks", async (visit) => {
  const theirs = await visit.enter(demo, "company", "/");
  const { credit_code: code } = await get<{ credit_code: string }>(theirs, "session");
  const page = await visit.enter(demo, "centre1", "/r");
  await make(visit, page, "service_record", { 日期: "2026-11-18", 服务事项: "虚构：先见的服务", 服务目标: "风险防控", 职责: "专利大数据", 实施方式: "独立实施" });
  const rail = page.getByRole("region", { name: zh["ask.rail"] });
  await rail.getByRole("button", { name: zh["ask.rail.open"], exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: /^请其评价的单位代码/ }).fill(code);
  await dialog.getByText(zh["fields.party.right"]).waitFor();
  await visit.look(page);
  await dialog.getByRole("button", { name: zh["ask.rail.open"], exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await rail.getByText(/发出，.*前答复/).waitFor();
});

test("a fault in what can wait opens it, and keys walk through the form", async (visit) => {
  visit.expected.push(/400/);
  const page = await visit.enter(demo, "centre1", "/r/deal/new");
  const head = page.locator("summary", { hasText: "签订和备案" });
  await head.focus();
  await page.keyboard.press("Enter");
  await field(page, "签订日期").fill("2030-01-01");
  await head.focus();
  await page.keyboard.press("Enter");
  assert.ok(!(await field(page, "签订日期").isVisible()));
  await page.keyboard.press("Control+Enter");
  await page.locator(".fault-summary").getByRole("link", { name: /^签订日期/ }).click();
  assert.ok(await field(page, "签订日期").evaluate((box) => box === document.activeElement));
});

test("the digest of a file is computed in the form", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/data_right/new");
  const label = say("fields.digest.of", { name: "存证哈希值" });
  await page.getByLabel(label, { exact: true }).setInputFiles({ name: "虚构.txt", mimeType: "text/plain", buffer: Buffer.from("abc") });
  await page.waitForFunction(() => [...document.querySelectorAll("input")].some(({ value }) => value === "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
});
