/* The index of all business: kinds by the duties of the policy, their counts, and what opens from them. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
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
  for (const [at, head] of heads.entries()) {
    const [of, rows] = await page.evaluate(async (n) => {
      const { credit_code: party } = (await (await fetch("api/v1/session")).json()) as { credit_code: string };
      const path = `api/v1/indicators/sc-yunying-2025/duty_${n}`;
      return [(await (await fetch(`${path}?party=${party}`)).json()) as { value: number | { at_least: number } }, ((await (await fetch(`${path}/rows?party=${party}`)).json()) as { in: unknown[] }).in.length] as const;
    }, at + 1);
    const box = page.locator(`#duty-${at + 1}`);
    assert.equal(number(await box.locator(".work-sum b").innerText()), typeof of.value === "number" ? of.value : of.value.at_least, head);
    await box.locator(".work-sum b").getByRole("button").click();
    await page.locator(".num-rows").waitFor();
    assert.equal(await page.locator(".num-rows li").count(), rows, head);
    await page.keyboard.press("Escape");
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
  await words.fill("rcjl");
  await page.getByRole("link", { name: "人才交流", exact: true }).waitFor();
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
  for (const box of await page.locator(".work-groups").first().locator(".work-group").all()) {
    if (await box.locator(".work-more").count()) await box.locator(".work-more").click();
    const sum = (await box.locator(".work-kind .work-count").allInnerTexts()).reduce((n, text) => n + (/\d/.test(text) ? number(text) : 0), 0);
    assert.equal(number(await box.locator(".work-sum").innerText()), sum, await box.innerText());
  }
  assert.equal(await page.locator(".meter").count(), 0);
  assert.equal(await page.getByRole("button", { name: zh["work.import"] }).count(), 0);
  visit.expected.push(/500/);
  await page.route(/types\?counts=/, (route) => route.fulfill({ status: 500, contentType: "application/problem+json", body: "{}" }));
  await page.reload();
  await page.getByText(zh["work.line.unknown"]).waitFor();
  for (const box of await page.locator(".work-group").all()) if (await box.locator(".work-more").count()) await box.locator(".work-more").click();
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
  await page.mouse.move(1, 1); // else the pointer may rest on another name, whose facts come, too
  await page.goto(`${demo.address}/w/work`);
  const deal = group(page, /3/).getByRole("link", { name: "Deal", exact: true });
  await group(page, /3/).locator("a.work-count").first().waitFor();
  await deal.focus();
  await page.locator(".work-facts", { hasText: en["work.facts.last"].replace("{day}", "") }).waitFor();
  await visit.look(page);
});

test("what the year has stands beside its plan; without one the page leads to the form of the plan", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/work");
  await page.locator(".meter").first().waitFor();
  const plans = await page.locator(".work-sum .quiet").allInnerTexts();
  assert.deepEqual(plans.map((text) => text.trim()), ["/ 12", "/ 24", "/ 30", "/ 10", "/ 12", "/ 6", "/ 4", "/ 10"]);
  for (const box of await page.locator(".work-groups").first().locator(".work-group").all()) {
    const [count, plan] = (await box.locator(".work-sum").innerText()).split("/").map(number) as [number, number];
    const bar = await box.locator(".meter").evaluate((meter) => meter.querySelector("i")!.getBoundingClientRect().width / meter.getBoundingClientRect().width);
    assert.ok(Math.abs(bar - Math.min(1, (count / plan) * 0.86)) < 0.01, String(bar));
    assert.equal(await box.locator(".meter-near").count(), count < plan * 0.6 ? 1 : 0);
  }
  await page.getByRole("button", { name: zh["work.nation"] }).click();
  await page.locator("#duty-6").waitFor({ state: "detached" });
  assert.deepEqual((await page.locator(".work-sum .quiet").allInnerTexts()).map((text) => text.trim()), ["/ 14", "/ 24", "/ 30", "/ 10", "/ 30"]);
  await page.goto(`${demo.address}/w/work?year=2024`);
  await page.getByText(zh["work.unplanned.year"].replace("{year}", "2024")).waitFor();
  assert.equal(await page.locator(".meter").count(), 0);
  await page.getByRole("link", { name: zh["work.plan"], exact: true }).click();
  await page.waitForURL(/service_plan\/new\?year=2024$/);
  assert.equal(await page.getByRole("textbox", { name: "年度" }).inputValue(), "2024");
});

test("what is of the centre itself stands in five groups, each with the articles that ask for it", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/work", { width: 1440, height: 900 });
  await page.locator(".work-own .work-count").first().waitFor();
  await page.locator(".work-own .work-clause").nth(4).waitFor();
  const heads = await page.locator(".work-own header").allInnerTexts();
  assert.deepEqual(heads.map((text) => text.replace(/\s+/g, " ").trim()), ["人员 § 五3", "制度与文档 § 五4、九", "主体与场所 § 五2", "经费 § 五4", "计划、项目与报告 § 十一、十三"]);
  await page.locator(".work-own h2", { hasText: "第五条" }).waitFor();
  for (const more of await page.locator(".work-own .work-more").all()) await more.click();
  const shown = (await page.locator(".work-own .work-name").allInnerTexts()).sort();
  const own = await page.evaluate(async () => ((await (await fetch("api/v1/types")).json()) as { items: { name: string; label: string; within: boolean; by_hand: boolean; may: string[]; duty?: { is?: string; of?: object; else?: string } }[] }).items.filter((one) => one.name !== "list_view" && one.may.length && !one.within && one.by_hand && (one.duty?.is ?? one.duty?.else) === "own").map(({ label }) => label));
  assert.deepEqual(shown, own.sort());
});

test("a workbook of a kind is begun from the page; the catalogue of kinds is a file", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/work");
  await page.locator(".work-count").first().waitFor();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: zh["work.export"] }).click()]);
  assert.equal(file.suggestedFilename(), `${zh["work.menu"]} 2026.csv`);
  const lines = (await readFile(await file.path(), "utf8")).split("\r\n");
  assert.equal(lines[0], `\ufeff"职责","条款","业务","2026 年件数","未办结","上次登记"`);
  const count = await rowOf(page, "供给").locator("a.work-count").innerText();
  assert.equal(lines.filter((line) => line.startsWith(`"3 开展重点项目专利转化对接","四3","供给","${count}",`)).length, 1, lines.join());
  await page.getByRole("button", { name: zh["work.import"] }).click();
  await page.getByRole("combobox", { name: zh["work.import.kind"] }).selectOption({ label: "需求" });
  await visit.look(page);
  await page.getByRole("button", { name: zh["work.import.go"] }).click();
  await page.waitForURL(/\/w\/r\/demand\?import=true$/);
  await page.getByLabel(zh["records.import.file"]).waitFor();
  await page.getByRole("button", { name: zh["common.cancel"] }).click();
  await page.waitForURL(/\/w\/r\/demand$/);
});
