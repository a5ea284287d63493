/* The index of all business: kinds by the duties of the policy, their counts, and what opens from them. */
import assert from "node:assert/strict";
import { texts, type Page } from "./browser.ts";
import { sharedDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = sharedDemo();
const { zh, en } = texts;

const group = (page: Page, name: string | RegExp) => page.locator(".work-group", { has: page.getByRole("heading", { name }) });
const rowOf = (page: Page, kind: string) => page.locator(".work-kind", { has: page.getByRole("link", { name: kind, exact: true }) }).first();
const number = (text: string) => Number(/\d[\d,]*/.exec(text)![0].replaceAll(",", ""));

test("every kind stands under a duty of the policy in force; each number opens as many records", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/work");
  await page.locator(".work-count").first().waitFor();
  await visit.settled(page);
  const heads = await page.locator(".work-group h2").allInnerTexts();
  assert.deepEqual(heads.map((text) => text.replace(/\s+/g, " ").trim()), [
    "1 促进产业知识产权协同发展", "2 组织产学研知识产权交流合作", "3 开展重点项目专利转化对接", "4 协同推进专利转化与产业化工作",
    "5 指导创新主体提升知识产权能力", "6 利用专利大数据指导产业发展", "7 提供特色产业知识产权解决方案", "8 丰富产业知识产权运营服务内涵",
  ]);
  await group(page, /开展重点项目/).getByRole("link", { name: "交易", exact: true }).waitFor();
  const names = await page.evaluate(async () => ((await (await fetch("api/v1/types")).json()) as { items: { label: string; within: boolean }[] }).items.filter(({ within }) => within).map(({ label }) => label));
  for (const name of names) assert.equal(await page.getByRole("link", { name, exact: true }).count(), 0, name);
  const opened = new Set<string>();
  for (const count of await page.locator("a.work-count, a.work-unfinished").all()) {
    const [said, to] = [number(await count.innerText()), (await count.getAttribute("href"))!];
    const [, type, query] = /\/r\/(\w+)\?(.*)$/.exec(to)!;
    const total = await page.evaluate(async (path) => ((await (await fetch(path)).json()) as { total: number }).total, `api/v1/records/${type}?${query}&limit=1`);
    assert.equal(said, total, to);
    opened.add(type!);
  }
  assert.ok(opened.size > 10, [...opened].join());
  for (const [at, box] of (await page.locator(".work-group").all()).entries()) {
    if (await box.locator(".work-more").count()) await box.locator(".work-more").click();
    const sum = (await box.locator(".work-kind .work-count").allInnerTexts()).reduce((n, text) => n + (/\d/.test(text) ? number(text) : 0), 0);
    assert.equal(number(await box.locator(".work-sum b").innerText()), sum, heads[at]);
  }
  const of = rowOf(page, "供给").locator("a.work-count");
  const said = await of.innerText();
  await of.click();
  await page.getByText(zh["records.total"].replace("{n}", said)).waitFor();
});

test("a kind is found by its name, its initials and its clause, and begun from there", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/work");
  await page.locator(".work-count").first().waitFor();
  await page.keyboard.press("f");
  const words = page.getByRole("searchbox", { name: zh["work.find"] });
  await words.waitFor();
  assert.ok(await words.evaluate((box) => box === document.activeElement));
  await page.keyboard.type("jy");
  await group(page, /开展重点项目/).getByRole("link", { name: "交易", exact: true }).waitFor();
  assert.equal(await page.getByRole("link", { name: "需求", exact: true }).count(), 0);
  await words.fill("四3");
  await page.getByRole("link", { name: "需求", exact: true }).waitFor();
  assert.deepEqual(await page.locator(".work-group h2").allInnerTexts().then((all) => all.map((text) => text[0])), ["3"]);
  await words.fill("没有的业务");
  await page.getByText(zh["work.none"]).waitFor();
  await words.fill("交易");
  await page.keyboard.press("Shift+Enter");
  await page.waitForURL(/\/w\/r\/deal\/new$/);
  await page.goto(`${demo.address}/w/work`);
  await rowOf(page, "需求").getByRole("link", { name: zh["records.add"].replace("{type}", "需求") }).click();
  await page.waitForURL(/\/w\/r\/demand\/new$/);
});

test("an office sees the kinds of its region and enters none; one hears of the year and of what has no count", async (visit) => {
  const page = await visit.enter(demo, "officer", "/work");
  await page.locator(".work-count").first().waitFor();
  assert.equal(await page.locator(".work-add").count(), 0);
  assert.ok(number(await rowOf(page, "交易").locator(".work-count").innerText()) > 0);
  visit.expected.push(/500/);
  await page.route(/types\?counts=/, (route) => route.fulfill({ status: 500, contentType: "application/problem+json", body: "{}" }));
  await page.reload();
  await page.getByText(zh["work.line.unknown"]).waitFor();
  assert.equal(await rowOf(page, "交易").locator(".work-count").innerText(), zh["work.unknown"]);
  await rowOf(page, "交易").getByRole("link", { name: "交易", exact: true }).click();
  await page.waitForURL(/\/w\/r\/deal$/);
});

test("kinds by name, by clause and those of steps have an address; facts of a kind come with the focus", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/work?view=clause", { language: "en" });
  await page.locator(".work-group blockquote").first().waitFor();
  await visit.look(page);
  await page.getByRole("button", { name: en["work.byLetter"] }).click();
  await page.waitForURL(/view=letter/);
  await page.locator(".work-group").first().waitFor({ state: "detached" });
  const labels = await page.locator(".work-flat .work-name").allInnerTexts();
  assert.deepEqual(labels, [...labels].sort(new Intl.Collator("zh-u-co-pinyin").compare));
  await page.getByRole("link", { name: en["work.steps.show"] }).click();
  await page.waitForURL(/kinds=steps/);
  await page.locator(".work-name", { hasText: labels[0] }).waitFor({ state: "detached" });
  assert.ok(!(await page.locator(".work-flat .work-name").allInnerTexts()).some((one) => labels.includes(one)));
  await page.goto(`${demo.address}/w/work`);
  const deal = group(page, /3/).getByRole("link", { name: "Deal", exact: true });
  await group(page, /3/).locator("a.work-count").first().waitFor();
  await deal.focus();
  await page.locator(".work-facts", { hasText: en["work.facts.last"].replace("{day}", "") }).waitFor();
  await visit.look(page);
});
