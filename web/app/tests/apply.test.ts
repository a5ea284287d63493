/* The applicant's way from a call to a submission with its receipt, by clicks. Each click and each field that is
 * filled in is counted. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { texts, type Page, type Visit } from "./browser.ts";
import { newFolder, ownDemo } from "./program.ts";
import { before, test } from "./suite.ts";

const { zh } = texts;
const demo = ownDemo();
const CENTRE = "centre30"; // manager of 成都岷川工业软件运营中心, whose draft is complete
const folder = newFolder();

/* A PATCH is of the version that is there now. */
async function askAs<T>(person: string, method: string, path: string, body?: Record<string, string>): Promise<T> {
  const { token } = await demo.json<{ token: string }>("user", "token", person);
  const address = `${demo.address}/api/v1${path}`;
  const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
  if (body) headers["Content-Type"] = "application/json";
  if (method === "PATCH") headers["If-Match"] = (await fetch(address, { headers })).headers.get("ETag")!;
  const answer = await fetch(address, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

const ask = <T>(method: string, path: string, body?: Record<string, string>): Promise<T> => askAs<T>(CENTRE, method, path, body);

interface List {
  items: { id: number; title: string; stage_label: string }[];
}

let draft = 0;
let form = "";
before(async () => {
  draft = (await ask<List>("GET", `/cases?filter=${encodeURIComponent("process=application and state=running")}`)).items[0]!.id;
  form = `/case/${draft}/form`;
});

class Hand {
  clicks = 0;
  entries = 0;

  async click(at: Locator): Promise<void> {
    this.clicks++;
    await at.click();
  }

  async enter(at: Locator, value: string): Promise<void> {
    this.entries++;
    await at.fill(value);
  }

  /* A field that takes a click instead of keys. */
  async choose(at: Locator): Promise<void> {
    this.entries++;
    await this.click(at);
  }
}

const words = (text: string, values: Record<string, string>): string => text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
const open = async (visit: Visit, page: Page, hand: Hand): Promise<void> => {
  await hand.click(page.getByRole("link", { name: `${zh["apply.goOn"]} 申报认定` }));
  await page.waitForURL(`**/w${form}`);
  await visit.settled(page);
};

test("a number opens the records that it counts, and says how many of them have a file as proof", async (visit) => {
  for (const language of ["zh", "en"] as const) {
    const text = texts[language];
    const page = await visit.enter(demo, CENTRE, form, { language });
    const sheet = page.getByRole("dialog");
    for (const [indicator, rows, proofs] of [["projects_organised", 6, 6], ["served_in_chain", 5, 0]] as const) {
      const number = page.locator(`.annex button[data-num=${indicator}]`);
      assert.match(await number.innerText(), new RegExp(`^${rows}\\D`));
      await number.click();
      await sheet.getByText(words(text["form.num.rows"], { n: String(rows), proofs: String(proofs) })).waitFor();
      assert.equal(await sheet.locator(".num-rows li").count(), rows);
      assert.equal(await sheet.getByText(text["form.num.proof"], { exact: true }).count(), proofs);
      await (language === "zh" ? visit.look(page) : visit.read(page));
      if (proofs) await page.keyboard.press("Escape");
    }
    await sheet.locator("a").first().click();
    await page.locator(".record-fields").first().waitFor();
    await visit.settled(page);
  }
});

test("a cell is edited where it stands, saved by itself, and outlives a reload and a stopped server", async (visit) => {
  const page = await visit.enter(demo, CENTRE, form);
  const cell = page.locator("[id$='plan.0']");
  const box = cell.getByRole("textbox");
  await cell.locator(".annex-value").click();
  await box.fill("三年建成（演示）");
  await page.getByRole("heading", { level: 1 }).click(); // left, so saved
  await cell.getByText("三年建成（演示）").waitFor();
  await box.waitFor({ state: "detached" });
  await cell.locator(".annex-value").click();
  await box.waitFor(); // the editor is loaded before the server goes
  await demo.stop();
  await box.fill("两年建成（演示）");
  await cell.getByText(zh["form.saving.offline"]).waitFor();
  assert.equal(await box.inputValue(), "两年建成（演示）");
  await demo.start();
  await page.reload();
  await visit.settled(page);
  await box.waitFor({ state: "detached" }); // the draft is sent by itself
  await page.reload();
  await visit.settled(page);
  assert.match(await cell.innerText(), /两年建成（演示）/);
});

test("what another has changed meanwhile is shown with his name, and one of both is kept", async (visit) => {
  const page = await visit.enter(demo, CENTRE, form);
  const cell = page.locator("[id$='plan.0']");
  const record = (await ask<{ record_id: number }>("GET", `/cases/${draft}`)).record_id;
  await cell.locator(".annex-value").click();
  await cell.getByRole("textbox").waitFor();
  await ask("PATCH", `/records/application/${record}`, { own_plan: "对方写的（演示）" });
  await cell.getByRole("textbox").fill("我写的（演示）");
  const both = cell.getByRole("alert");
  await both.getByText("对方写的（演示）").waitFor();
  assert.match(await both.innerText(), /中心负责人/);
  await visit.look(page);
  await cell.getByRole("button", { name: zh["form.conflict.save"] }).click();
  await both.waitFor({ state: "detached" });
  await page.reload();
  await visit.settled(page);
  await cell.getByRole("textbox").waitFor({ state: "detached" }); // what was not saved yet is sent by itself
  assert.match(await cell.innerText(), /我写的（演示）/);
});

/* One project less than the guideline asks. */
async function endProject(): Promise<void> {
  const [last] = (await ask<List>("GET", "/records/project?sort=-project_no")).items;
  await ask("POST", `/records/project/${last!.id}/actions/end`, {});
}

/* From the form's check by its link to a new project, and back. */
async function mend(visit: Visit, page: Page, hand: Hand, number: string): Promise<void> {
  const check = page.getByRole("complementary", { name: zh["form.check.live"] });
  await check.getByText("还差 1 个").first().waitFor();
  await hand.click(check.getByRole("link", { name: words(zh["form.door.new"], { what: "运营项目" }) }));
  await page.waitForURL("**/w/r/project/new?**");
  await visit.settled(page);
  await hand.enter(page.getByLabel("项目编号"), number);
  await hand.enter(page.getByLabel("项目名称"), `工业软件专利转化项目${number}（演示）`);
  await hand.choose(page.getByRole("radio", { name: "知识产权转化" }));
  await hand.click(page.locator("summary", { hasText: "实施" }));
  await hand.choose(page.getByRole("radio", { name: "组织实施" }));
  await hand.enter(page.getByRole("textbox", { name: /^开始日期/ }), "2026-03-02");
  await hand.click(page.locator("summary", { hasText: "结果" }));
  await hand.enter(page.getByLabel("成效"), "完成一项许可（演示）");
  const file = join(folder, `证明${number}（演示）.pdf`);
  writeFileSync(file, "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
  hand.entries++;
  await page.locator("input[type=file]").first().setInputFiles(file);
  await visit.settled(page);
  await hand.click(page.getByRole("button", { name: zh["records.enter"], exact: true }));
  await page.waitForURL(`**/w${form}**`);
  await visit.settled(page);
  assert.equal(await check.getByText("还差 1 个").count(), 0);
}

/* From the form to the receipt. */
async function submit(visit: Visit, page: Page, hand: Hand): Promise<void> {
  await hand.click(page.getByRole("button", { name: zh["form.foot.submit"] }));
  await page.waitForURL(`**/w/case/${draft}/submit`);
  await visit.settled(page);
  const button = page.getByRole("button", { name: "向市（州）局申报" });
  assert.ok(await button.isDisabled());
  await hand.click(page.getByRole("checkbox", { name: zh["submit.lists.tick"] }));
  await hand.choose(page.getByRole("checkbox", { name: zh["submit.promise.tick"] }));
  await hand.click(button);
  await page.getByRole("heading", { name: zh["submit.done"] }).waitFor();
  await visit.settled(page);
}

test("from the call to the receipt: a gap is mended through the link of the check, then it is handed in", async (visit) => {
  await endProject();
  const hand = new Hand();
  const page = await visit.enter(demo, CENTRE, "/calls");
  await open(visit, page, hand);
  await mend(visit, page, hand, "XM-30-07");
  await submit(visit, page, hand);
  const told = await page.locator("main").innerText();
  assert.match(told, /2026-\d{6}/);
  assert.match(told, /已向市（州）局提交/);
  const receipt = page.waitForEvent("download");
  await page.getByRole("link", { name: "Word" }).first().click();
  assert.match((await receipt).suggestedFilename(), /\.docx$/);
  console.log(`# clicks ${hand.clicks}, fields ${hand.entries}`);
  assert.ok(hand.clicks <= 20, `${hand.clicks} clicks`);
  assert.ok(hand.entries <= 8, `${hand.entries} fields`);
});

test("an application that the city returned: its reason is told, the gap is mended, and it is handed in again", async (visit) => {
  const reason = "运营项目不足，请补充（演示）";
  await askAs("city", "POST", `/cases/${draft}/actions/return`, { reason, basis: "受理审查（演示）" });
  await endProject();
  const hand = new Hand();
  const page = await visit.enter(demo, CENTRE, "/todo");
  await hand.click(page.locator(".task").filter({ hasText: "成都岷川工业软件运营中心" }).locator("a.button"));
  await page.waitForURL(new RegExp(`/w/case/${draft}`));
  await visit.settled(page);
  await page.getByText(reason).first().waitFor();
  if (!page.url().includes("/form")) await hand.click(page.getByRole("link", { name: zh["case.tab.form"], exact: true }));
  await mend(visit, page, hand, "XM-30-08");
  await submit(visit, page, hand);
  assert.ok(hand.clicks <= 20, `${hand.clicks} clicks`);
});

test("a case is begun once, with the one field that no record knows", async (visit) => {
  await ask("POST", `/cases/${draft}/actions/withdraw`, { reason: "重新申报（演示）" });
  const hand = new Hand();
  const page = await visit.enter(demo, CENTRE, "/calls");
  await hand.click(page.getByRole("button", { name: `${zh["apply.begin"]} 申报认定` }));
  const dialog = page.getByRole("dialog");
  await hand.choose(dialog.getByRole("radio", { name: "市（州）局" }));
  await visit.settled(page);
  await visit.look(page);
  await hand.click(dialog.getByRole("button", { name: zh["apply.begin"], exact: true }));
  await page.waitForURL(/\/w\/case\/\d+\/form$/);
  await visit.settled(page);
  await page.getByText(zh["form.check.live"]).first().waitFor();
  assert.deepEqual([hand.clicks, hand.entries], [3, 1]);
});
