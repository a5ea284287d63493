/* The pages of who looks for patents: a match that is kept, topic databases, patents side by side. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { clauses, marks } from "../rooms/patent/marks.ts";
import { wordsOf } from "../pages/match/match-evidence.ts";
import { texts, type Page, type Visit } from "./browser.ts";
import { DEMO, newFolder, ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const { zh, en } = texts;
const demo = ownDemo();

const needs = join(DEMO, "demo", "needs");
const need = readFileSync(join(needs, readdirSync(needs).sort()[0]!), "utf8");

const said = (key: keyof typeof zh, values: Record<string, string | number>) => zh[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
const titles = (page: Page): Promise<string[]> => page.locator(".hit h3").allInnerTexts();
const button = (page: Page, key: keyof typeof zh) => page.getByRole("button", { name: zh[key], exact: true });

async function match(visit: Visit, page: Page, label: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).press("Control+Enter");
  await page.waitForURL(/\/match\?id=\d+/);
  await page.locator(".reason-words").first().waitFor();
  await visit.settled(page);
}

/* Rows of a workbook, each as its cells' types. */
function typesOf(path: string): string[][] {
  const read = `import json,re,sys,zipfile
sheet = zipfile.ZipFile(sys.argv[1]).read('xl/worksheets/sheet1.xml').decode()
print(json.dumps([re.findall(r'<c [^>]*t="([^"]*)"', row) for row in re.findall(r'<row.*?</row>', sheet, re.S)]))`;
  return JSON.parse(execFileSync("python3", ["-c", read, path], { encoding: "utf8" })) as string[][];
}

test("a pasted page finds patents; ten go into a topic database and a workbook; its address opens all of it again", async (visit) => {
  const page = await visit.enter(demo, "centre", "/match");
  await page.getByLabel(zh["match.text"], { exact: true }).fill(need);
  await match(visit, page, zh["match.text"]);
  assert.equal(await page.locator(".hit").count(), 20);
  assert.equal(await page.locator(".reason-words li:first-child").count(), 20);

  // A word is left out: no reason names it any more.
  const chip = page.locator(".evidence-chips .chip").first();
  const word = await chip.locator("span").first().innerText();
  const before = await page.locator(".reason-words").allInnerTexts();
  assert.ok(before.some((reasons) => reasons.includes(word)), word);
  await chip.click();
  await page.locator(".chip-off", { hasText: word }).waitFor();
  await visit.settled(page);
  assert.ok((await page.locator(".reason-words").allInnerTexts()).every((reasons) => !reasons.includes(word)), word);
  await page.getByLabel(zh["match.add"]).fill("h01m 10/052");
  await page.getByLabel(zh["match.add"]).press("Enter");
  await visit.settled(page);

  await page.locator(".hit-tick input").nth(0).click();
  await page.locator(".hit-tick input").nth(9).click({ modifiers: ["Shift"] });
  await page.locator(".hit").nth(11).getByRole("button", { name: zh["match.reject"] }).click();
  await page.locator(".against").getByRole("button", { name: zh["match.reject.own"] }).click();
  await visit.settled(page);
  await visit.read(page);
  const found = await titles(page);

  await button(page, "topic.store.open").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: "核心" }).click();
  await visit.look(page);
  await dialog.getByRole("button", { name: zh["topic.store.go"], exact: true }).click();
  await page.getByText(said("topic.stored", { n: 10 })).waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: said("match.export.kept", { n: 10 }) }).click()]);
  const book = join(newFolder(), "hits.xlsx");
  await download.saveAs(book);
  const rows = typesOf(book).slice(1);
  assert.equal(rows.length, 10);
  assert.ok(rows.every((row) => row.every((type) => type === "s" || type === "inlineStr")), "numbers are text");

  // Once more: they are there already.
  await button(page, "topic.store.open").click();
  await dialog.getByRole("button", { name: zh["topic.store.go"], exact: true }).click();
  await page.getByText(said("topic.stored.some", { n: 0, there: 10 })).waitFor();

  const again = await visit.enter(demo, "centre1", page.url().split("/w")[1]!);
  await visit.settled(again);
  assert.deepEqual(await titles(again), found);
  assert.equal(await again.locator(".hit-tick input:checked").count(), 10);
  assert.equal(await again.locator(".chip-off").innerText().then((text) => text.includes(word)), true);
  assert.equal(await again.locator(".hit.off").count(), 1);
  assert.equal(await again.getByLabel(zh["match.text"], { exact: true }).inputValue(), need.trim());

  await page.locator(".note a").click();
  await page.waitForURL(/\/r\/topic_member/);
  await visit.settled(page);
  assert.equal(await page.locator(".list tbody tr").count(), 12, "and the two that the portfolio has, which is offered first");
  assert.ok((await page.locator(".list tbody").innerText()).includes("核心"));
});

test("a match of a file and of a demand; the text of a file is read by the server", async (visit) => {
  const page = await visit.enter(demo, "centre", "/match", { language: "en" });
  await page.locator("input[type=file]").setInputFiles({ name: "need.txt", mimeType: "text/plain", buffer: Buffer.from("锂离子电池的隔膜在高温下收缩，造成内部短路。") });
  await page.waitForFunction(() => document.querySelector("textarea")!.value.startsWith("锂离子"));
  await match(visit, page, en["match.text"]);
  await page.getByRole("link", { name: en["match.new"] }).click();
  await page.getByRole("button", { name: en["match.demand"], exact: true }).click();
  await page.getByRole("dialog").locator("li button").first().waitFor();
  await visit.settled(page);
  await visit.look(page);
  await page.getByRole("dialog").locator("li button").first().click();
  await page.waitForURL(/demand=\d+/);
  await visit.settled(page);
  await match(visit, page, en["match.text"]);
  await page.getByRole("link", { name: en["match.from"] }).click();
  await page.waitForURL(/\/r\/demand\/\d+/);
  await visit.settled(page);
});

test("three hits of a search stand side by side, what not all have is marked; they go into a new topic database", async (visit) => {
  for (const language of ["zh", "en"] as const) {
    const page = await visit.enter(demo, "centre", "/patents?query=%E7%94%B5%E6%B1%A0", { language });
    await page.locator(".hit-tick input").nth(0).click();
    await page.locator(".hit-tick input").nth(2).click({ modifiers: ["Shift"] });
    await visit.read(page);
    const chosen = (await titles(page)).slice(0, 3);
    if (language === "zh") {
      await button(page, "topic.store.open").click();
      await page.getByLabel(zh["topic.new.name"]).fill("电池专题（测试）");
      await page.getByRole("dialog").getByRole("radio", { name: "重点" }).click();
      await page.getByRole("dialog").getByRole("button", { name: zh["topic.store.go"], exact: true }).click();
      await page.getByText(said("topic.stored", { n: 3 })).waitFor();
      await visit.settled(page);
      await page.locator(".hit-tick input").nth(0).click();
      await page.locator(".hit-tick input").nth(2).click({ modifiers: ["Shift"] });
    }
    await page.getByRole("link", { name: texts[language]["search.compare"], exact: true }).click();
    await page.waitForURL(/\/patents\/compare\?id=\d+&id=\d+&id=\d+$/);
    await visit.settled(page);
    assert.deepEqual(await page.locator(".compare thead th > a").allInnerTexts(), chosen);
    assert.ok((await page.locator(".compare td mark").count()) > 0);
    await visit.read(page);
    await page.locator(".compare-number a").first().click();
    await visit.settled(page);
    assert.equal(await page.locator(".compare thead th > a").count(), 2);
  }
});

test("a search is saved, tells what it finds more, and is seen by nobody else", async (visit) => {
  const page = await visit.enter(demo, "centre", "/patents?query=%E9%9A%94%E8%86%9C");
  await button(page, "search.save").click();
  await button(page, "search.saved.is").waitFor();
  await page.goto(`${demo.address}/w/patents`);
  const row = page.locator(".start-kept li", { hasText: "隔膜" }).first();
  await row.waitFor();
  await visit.settled(page);
  await visit.read(page);
  assert.equal(await page.locator(".saved-more").count(), 0);
  const other = await visit.enter(demo, "centre1", "/patents");
  await visit.settled(other);
  assert.equal(await other.locator(".saved-remove").count(), 0);
  await page.locator(".saved-remove").click();
  await page.locator(".saved-remove").waitFor({ state: "detached" });
  await visit.settled(page);
});

/* --- without a browser ------------------------------------------------------------------------------ */

test("what some patent lacks is marked, a word inside another is told once", () => {
  assert.deepEqual(clauses("一种电池，包括：壳体；电芯。"), ["一种电池，", "包括：壳体；", "电芯。"]);
  assert.deepEqual(marks([["H01M", "B60L"], ["H01M"]]), [[{ text: "H01M", marked: false }, { text: "B60L", marked: true }], [{ text: "H01M", marked: false }]]);
  assert.deepEqual(marks([["电芯。"], ["电芯，"]]).flat().map(({ marked }) => marked), [false, false]);
  const reason = (value: string, weight: number) => ({ kind: "term", value, weight });
  assert.deepEqual(wordsOf([{ score: 10, reasons: [reason("光波导", 0.5), reason("衍射光波导", 0.2), reason("镜腿", 0.1)] }]), ["光波导", "镜腿"]);
});
