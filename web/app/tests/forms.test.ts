/* Forms of records: sections that appear and vanish, pickers, what is carried over, and how little is asked first. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { texts, type Page } from "./browser.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

/* A type of the instance's own: one record is made of each row of another. */
const SHARE = `name: pool_share
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
  writeFileSync(join(data, "types", "pool_share.yaml"), SHARE);
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
  const page = await visit.enter(demo, "centre1", "/r/deal/94/edit"); // an open licence that is signed
  await page.getByRole("region", { name: "许可", exact: true }).waitFor();
  const held = await get<Record<string, unknown>>(page, "records/deal/94");
  const open = page.locator("details[open] > summary b");
  assert.deepEqual(await open.allInnerTexts(), held.related_party === null ? [] : ["涉外和关联"]);
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
  await page.getByRole("option", { name: other.party }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
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
  await page.goto(`${demo.address}/w/r/pool_share/new?pool=${id}`);
  await visit.settled(page);
  const [member, percent] = [field(page, "成员"), field(page, "比例")];
  assert.ok(await kind(page, "虚构甲").isChecked());
  assert.deepEqual([await member.inputValue(), await percent.inputValue()], ["虚构甲", "60.00"]);
  await visit.look(page);
  await percent.fill("55.00"); // what was typed stays
  await kind(page, "虚构乙").check();
  assert.deepEqual([await member.inputValue(), await percent.inputValue()], ["虚构乙", "55.00"]);
  await enter(page).click();
  await page.waitForURL(/\/w\/r\/pool_share\/\d+$/);
  const made = await get<Record<string, unknown>>(page, `records/pool_share/${page.url().split("/").pop()!}`);
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
