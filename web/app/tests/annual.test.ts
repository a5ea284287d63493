/* The annual report by clicks: a centre fills what is its own to write, plans and files with both offices in either order; a city
 * returns with opinions at cells; offices see who has filed, remind and read. How many clicks a filing took is printed. */
import assert from "node:assert/strict";
import { texts, type Page, type Visit } from "./browser.ts";
import { number } from "./numbers.ts";
import { NOON, ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();
const { zh, en } = texts;
const DAY = 86_400; // s
const PDF = { name: "报告（演示）.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n") };
const YEAR = "/annual/2026";

async function ask<T>(person: string, path: string, init: RequestInit = {}): Promise<T> {
  const { token } = await demo.json<{ token: string }>("user", "token", person);
  const answer = await fetch(`${demo.address}/api/v1${path}`, { ...init, headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...init.headers } });
  const body = (await answer.json()) as T;
  assert.ok(answer.ok, `${path}: ${JSON.stringify(body).slice(0, 500)}`);
  return body;
}

interface Report {
  id: number;
  version: number;
  filed_city: string | null;
  filed_province: string | null;
  reviewed_city: string | null;
}

const reportOf = async (person: string, fields = "*") => (await ask<{ items: Report[] }>(person, `/records/annual_report?filter=year%3D2026&fields=${fields}`)).items[0]!;
const caseOf = async (person: string) => (await ask<{ items: { id: number; stage: string }[] }>(person, `/records/case?filter=process%3D%22annual-report%22&sort=-id&fields=stage`)).items[0]!;

/* Clicks and texts of one filing. */
class Hand {
  clicks = 0;
  entries = 0;

  constructor(
    readonly page: Page,
    private readonly visit: Visit,
  ) {}

  async click(role: "button" | "link" | "checkbox" | "radio", name: string | RegExp): Promise<void> {
    this.clicks++;
    await this.page.getByRole(role, { name, exact: typeof name === "string" }).first().click();
    await this.visit.settled(this.page);
  }

  /* Into the cell whose gap the rail names. */
  async write(label: string, text: string, cite = false): Promise<void> {
    await this.click("button", `${zh["annual.write"]} ${label}`);
    const box = this.page.locator(".annex-editing textarea");
    if (cite) {
      this.clicks++;
      await this.page.locator(".annex-cites button").first().click();
      assert.match(await box.inputValue(), /\d/);
    }
    this.entries++;
    await box.pressSequentially(text);
    await this.page.keyboard.press("Escape");
    await box.waitFor({ state: "detached" });
    await this.visit.settled(this.page);
  }

  /* The files that the rail asks for. */
  async attach(): Promise<void> {
    const add = this.page.locator(".annual-rail").getByRole("button", { name: new RegExp(`^${zh["materials.add"]} `) });
    for (let left = await add.count(); left > 0; left--) {
      this.clicks += 2;
      this.entries++;
      await add.first().click();
      const dialog = this.page.getByRole("dialog");
      await dialog.locator("input[type=file]").setInputFiles(PDF);
      await this.visit.settled(this.page);
      await dialog.getByRole("button", { name: zh["form.edit.done"], exact: true }).click();
      await dialog.waitFor({ state: "detached" });
      await this.visit.settled(this.page);
    }
  }

  /* From the page of the report to the receipt. */
  async file(step: string, way?: string): Promise<void> {
    this.clicks++;
    const next = this.page.locator(".panes > footer .ant-btn-primary"); // to the second office
    if (await next.count()) {
      this.clicks++;
      await next.click();
      const dialog = this.page.getByRole("dialog");
      await dialog.getByRole("button", { name: step, exact: true }).click();
      await dialog.waitFor({ state: "detached" });
      return this.visit.settled(this.page);
    }
    await this.page.locator(".panes > footer .primary").click();
    await this.page.waitForURL(/\/submit$/);
    await this.visit.settled(this.page);
    if (way) await this.click("radio", way);
    const lists = this.page.getByRole("checkbox", { name: zh["submit.lists.tick"], exact: true });
    if (await lists.count()) {
      this.clicks++;
      await lists.check();
    }
    await this.click("button", step);
    await this.page.getByRole("heading", { name: zh["submit.done"], level: 1 }).waitFor();
  }
}

const rows = (page: Page) => page.locator(".annual-looked .num-rows > li");

test("each number of the paper opens its rows beside it; they sum to it, and escape leads back to the cell", async (visit) => {
  const page = await visit.enter(demo, "centre1", YEAR);
  const numbers = page.locator(".panes-paper button.num");
  const count = await numbers.count();
  assert.ok(count > 60, String(count));
  let sums = 0;
  for (let at = 0; at < count; at++) {
    const one = numbers.nth(at);
    const text = await one.innerText();
    await one.focus();
    await page.keyboard.press("Enter");
    await page.locator(".annual-looked .num-value").waitFor();
    await page.locator(".annual-looked .num-rows").waitFor({ state: "attached" });
    const shown = number(text);
    const sum = page.locator(".annual-looked .num-sum b");
    if (await sum.count()) {
      sums++;
      assert.equal(number(await sum.innerText()), shown, text);
      await page.locator(".annual-looked .num-sum").getByText(zh["form.num.same"]).waitFor();
    } else {
      const indicator = await one.getAttribute("data-num");
      const counted = await rows(page).count();
      // Services are several rows of one unit that is counted once.
      assert.ok(/^year_served/.test(indicator!) ? counted >= shown : counted === shown || /[元%]/.test(text), `${indicator}: ${text}, ${counted} rows`);
    }
    await page.keyboard.press("Escape");
    assert.ok(await one.evaluate((button) => button === document.activeElement));
  }
  assert.ok(sums >= 12, String(sums));
  await visit.look(page);
});

test("a centre fills the gaps, cites a number, plans next year and files with the city, then the province", async (visit) => {
  const page = await visit.enter(demo, "centre1", YEAR, { width: 1440, height: 900 });
  const hand = new Hand(page, visit);
  const gaps = page.locator(".annual-rail h2").first();
  const before = number(await gaps.innerText());
  await hand.write("自我评价", "。各项职责按计划履行（演示）", true);
  await hand.write("经济效益说明", "许可和转让金额增加（演示）");
  await hand.write("社会效益说明", "服务中小企业（演示）");
  await hand.write("存在问题和改进措施", "解决方案偏少，明年增加（演示）");
  await hand.attach();
  assert.equal(number(await gaps.innerText()), before - 6);
  // Duties without an item: seven get one, the last says why it has none.
  for (let left = 8; left > 1; left--) {
    assert.equal(await page.locator(".annual-unplanned").count(), left);
    await hand.click("button", zh["annual.plan.add"]);
    if (left === 8) {
      hand.entries++;
      await page.getByRole("dialog").getByLabel("目标").fill("每季度一次（演示）");
    }
    await hand.click("button", zh["annual.add"]);
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await visit.settled(page);
  }
  await hand.click("button", zh["annual.plan.why"]);
  hand.entries++;
  await page.getByRole("dialog").getByLabel("不列的原因").fill("并入前几项（演示）");
  await hand.click("button", zh["annual.add"]);
  await page.locator(".annual-unplanned").first().waitFor({ state: "detached" });
  await visit.settled(page);
  await page.getByRole("heading", { name: zh["annual.gaps.none"] }).waitFor();
  const plan = page.locator("[id$='plan.0']");
  assert.equal(await plan.locator("tbody tr").count(), 7);
  assert.match(await plan.locator("tbody tr").first().innerText(), new RegExp(zh["annual.plan.now"].replace("{n}", "14")));
  await visit.look(page);

  await hand.file("报市（州）局备案", "报市（州）局备案");
  assert.equal((await caseOf("centre1")).stage, "with-city");
  await hand.click("link", zh["submit.toAnnual"]);
  await page.locator(".filed-paper").first().waitFor();
  await hand.file("报省局备案");
  assert.equal((await caseOf("centre1")).stage, "filed");
  assert.equal(await page.locator(".annual-receipt").count(), 2);
  const { filed_city, filed_province } = await reportOf("centre1");
  assert.deepEqual([filed_city, filed_province], ["2026-11-20", "2026-11-20"]);
  assert.match(await page.locator(".panes-paper").innerText(), /各项职责按计划履行（演示）/);
  await visit.look(page);
  console.log(`# annual report of a centre: ${hand.clicks} clicks, ${hand.entries} texts and files`);
});

test("the province may come first, then the city, each with its receipt; what is typed while the server is away is not lost", async (visit) => {
  const page = await visit.enter(demo, "centre2", YEAR);
  const hand = new Hand(page, visit);
  await page.getByRole("button", { name: `${zh["annual.write"]} 自我评价`, exact: true }).click();
  const box = page.locator(".annex-editing textarea");
  await box.fill("服务器停止时写的（演示）");
  await demo.stop();
  await page.locator(".annex-editing").getByText(zh["form.saving.offline"]).waitFor();
  assert.equal(await box.inputValue(), "服务器停止时写的（演示）");
  await demo.start();
  await page.locator(".annex-editing").getByText(zh["form.saving.saved"]).waitFor();
  await page.reload();
  await visit.settled(page);
  assert.match(await page.locator("[id$='written.0']").innerText(), /服务器停止时写的（演示）/);
  await hand.attach();
  await hand.file("先报省局备案", "先报省局备案");
  await page.goto(`${demo.address}/w${YEAR}`);
  await visit.settled(page);
  await hand.file("再报市（州）局备案");
  assert.equal((await caseOf("centre2")).stage, "filed");
  assert.equal(await page.locator(".annual-receipt").count(), 2);
});

test("a unit of provincial level files with the province directly, in English", async (visit) => {
  const { items } = await ask<{ items: { id: number; version: number; name: string }[] }>("officer", "/records/applicant?fields=name,version&limit=500");
  const { party } = await ask<{ party: { name: string } }>("centre4", `/cases/${(await caseOf("centre4")).id}`);
  const own = items.find(({ name }) => name === party.name)!;
  await ask("officer", `/records/applicant/${own.id}?reason=%E8%99%9A%E6%9E%84`, { method: "PATCH", headers: { "If-Match": String(own.version) }, body: JSON.stringify({ provincial_unit: true, level_basis: "虚构的依据" }) });
  const report = await reportOf("centre4");
  await ask("centre4", `/records/annual_report/${report.id}`, { method: "PATCH", headers: { "If-Match": String(report.version) }, body: JSON.stringify({ self_evaluation: "虚构（演示）" }) });
  const page = await visit.enter(demo, "centre4", YEAR, { language: "en" });
  await visit.look(page);
  await visit.magnify(page);
  const files = page.locator(".annual-rail").getByRole("button", { name: new RegExp(`^${en["materials.add"]} `) });
  for (let left = await files.count(); left > 0; left--) {
    await files.first().click();
    await page.getByRole("dialog").locator("input[type=file]").setInputFiles(PDF);
    await visit.settled(page);
    await page.getByRole("button", { name: en["form.edit.done"], exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await visit.settled(page);
  }
  await page.locator(".panes > footer .primary").click();
  await page.waitForURL(/\/submit$/);
  await visit.settled(page);
  const ways = page.getByRole("radio");
  await ways.nth((await ways.count()) - 1).check();
  await page.getByRole("checkbox", { name: en["submit.lists.tick"], exact: true }).check();
  await page.locator(".form-foot .ant-btn-primary").click();
  await page.getByRole("heading", { name: en["submit.done"], level: 1 }).waitFor();
  assert.equal((await caseOf("centre4")).stage, "filed");
  const { filed_city, filed_province } = await reportOf("centre4");
  assert.equal(filed_city, null);
  assert.equal(filed_province, "2026-11-20");
});

test("Shanxi: a city returns a report with an opinion at a cell; corrected, it is audited, filed, and both levels give their opinion", async (visit) => {
  // A report that waits for the audit of Datong.
  const { items } = await ask<{ items: { id: number; owner_unit: number }[] }>("datong", "/records/case?filter=process%3D%22annual-report%22%20and%20stage%3D%22with-city%22&fields=owner_unit");
  const id = items[0]!.id;
  const city = await visit.enter(demo, "datong", `${YEAR}?case=${id}`, { width: 1440, height: 900 });
  const cell = "转化交易 · 本年度合同金额";
  await city.getByRole("button", { name: zh["annual.remark.at"].replace("{cell}", cell), exact: true }).click();
  await city.getByRole("textbox", { name: zh["annual.remark.at"].replace("{cell}", cell), exact: true }).fill("与合同清单不一致，请核对（演示）");
  await visit.settled(city);
  await visit.look(city);
  await city.getByRole("button", { name: `${zh["case.do"]} 退回修改`, exact: true }).click();
  const dialog = city.getByRole("dialog");
  await dialog.waitFor();
  const carried = await dialog.locator("input, textarea").evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value));
  for (const text of [cell, "与合同清单不一致，请核对（演示）"]) assert.ok(carried.includes(text), carried.join(" | "));
  await dialog.getByLabel(zh["case.input.reason"]).fill("一处数字需核对（演示）");
  if (await dialog.getByLabel(zh["case.input.basis"]).count()) await dialog.getByLabel(zh["case.input.basis"]).fill("虚构的依据");
  await dialog.getByRole("button", { name: "退回修改", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  assert.equal((await ask<{ stage: string }>("datong", `/cases/${id}`)).stage, "draft");

  const { party } = await ask<{ party: { name: string } }>("datong", `/cases/${id}`);
  const people = (await demo.run("user", "list")).split("\n").map((line) => line.split(/\s{2,}/));
  const person = people.find(([, , , unit]) => unit === party.name)![0]!;
  const page = await visit.enter(demo, person, YEAR, { width: 1440, height: 900 });
  const hand = new Hand(page, visit);
  const said = page.locator(".annex-cell", { hasText: "本年度合同金额" }).locator(".annual-remark");
  await said.getByText("与合同清单不一致，请核对（演示）").waitFor();
  await visit.look(page);
  const own = page.locator("[id$='written.0']");
  await own.getByRole("button", { name: `${zh["form.edit"]} 自我评价`, exact: true }).click();
  await page.locator(".annex-editing textarea").fill("合同金额已核对，无误（演示）");
  await page.keyboard.press("Escape");
  await page.locator(".annex-editing").waitFor({ state: "detached" });
  await visit.settled(page);
  await hand.file("提交市级审核");
  await city.goto(`${demo.address}/w${YEAR}?case=${id}`);
  await visit.settled(city);
  await act(visit, city, "市级审核通过", "数据一致（演示）");
  await page.goto(`${demo.address}/w${YEAR}`);
  await visit.settled(page);
  await hand.file("向省局报送");
  await city.reload();
  await visit.settled(city);
  await act(visit, city, "市级年度评价意见", "工作扎实（演示）");
  const province = await visit.enter(demo, "shanxi", `${YEAR}?case=${id}`);
  await act(visit, province, "省级年度评价意见", "予以肯定（演示）");
  await page.goto(`${demo.address}/w${YEAR}`);
  await visit.settled(page);
  for (const word of ["工作扎实（演示）", "予以肯定（演示）"]) await page.locator(".annual-filing").getByText(word).waitFor();
});

async function act(visit: Visit, page: Page, step: string, reason: string): Promise<void> {
  await page.getByRole("button", { name: `${zh["case.do"]} ${step}`, exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(zh["case.input.reason"]).fill(reason);
  await dialog.getByRole("button", { name: step, exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await visit.settled(page);
}

test("an office sees who has filed, reminds all that have not, and reads one after the other by keys", async (visit) => {
  const page = await visit.enter(demo, "officer", YEAR);
  const table = page.locator(".annual-table tbody tr");
  const all = await table.count();
  await page.getByLabel(zh["annual.show"]).selectOption("open");
  await page.waitForURL(/show=open/);
  await visit.settled(page);
  const open = await table.count();
  assert.ok(open > 0 && open < all, `${open} of ${all}`);
  await visit.look(page);
  await visit.magnify(page);
  const button = page.getByRole("button", { name: zh["annual.remind"].replace("{n}", String(open)), exact: true });
  await button.click();
  await page.getByRole("dialog").getByRole("button", { name: zh["annual.remind.do"].replace("{n}", String(open)), exact: true }).click();
  await page.getByText(zh["annual.reminded"].replace("{n}", String(open))).waitFor();
  const { items } = await ask<{ items: { id: number; owner_unit: number }[] }>("officer", "/records/case?filter=process%3D%22annual-report%22%20and%20stage%3D%22draft%22&fields=stage,owner_unit&limit=100");
  const history = await ask<{ items: { kind: string }[] }>("officer", `/cases/${items[0]!.id}/history`);
  assert.equal(history.items.filter(({ kind }) => kind === "urge").length, 1);
  const people = await ask<{ items: { name: string }[] }>("secadmin", `/records/account?filter=owner_unit%3D${items[0]!.owner_unit}&fields=name`);
  const urged = await visit.enter(demo, people.items[0]!.name, "/messages");
  await urged.getByText(/^四川省市场监督管理局（演示）催办：.*年度自我评价备案，现为“待报”$/).waitFor();

  await page.getByRole("button", { name: zh["annual.read"], exact: true }).click();
  await page.waitForURL(/case=\d+/);
  await visit.settled(page);
  const title = () => page.locator("h1").innerText();
  const first = await title();
  await page.keyboard.press("]");
  await visit.settled(page);
  assert.notEqual(await title(), first);
  await page.keyboard.press("[");
  await visit.settled(page);
  assert.equal(await title(), first);
  await visit.look(page);
  await page.getByRole("link", { name: zh["annual.title"], exact: true }).last().click();
  await visit.settled(page);
  assert.match(page.url(), /show=open/);
  assert.equal(await table.count(), open);
});

test("late filing stays possible and is marked with its days, for the centre and for the office", async (visit) => {
  demo.forward(46 * DAY); // 2027-01-05
  const late = new Date(NOON + 46 * DAY * 1000).toISOString().slice(0, 10);
  const page = await visit.enter(demo, "centre7", YEAR);
  const hand = new Hand(page, visit);
  await page.locator(".annual-filing").getByText(zh["annual.late.now"].replace("{n}", "5")).waitFor();
  await hand.write("自我评价", "迟报的（演示）");
  await hand.attach();
  await hand.file("报市（州）局备案", "报市（州）局备案");
  assert.equal((await reportOf("centre7")).filed_city, late);
  await page.goto(`${demo.address}/w${YEAR}`);
  await visit.settled(page);
  await page.locator(".annual-filing").getByText(zh["annual.late"].replace("{n}", "5")).first().waitFor();
  await hand.file("报省局备案");
  await page.locator(".annual-filing").getByText(zh["annual.late"].replace("{n}", "5")).nth(1).waitFor(); // of both offices, although it is closed
  const office = await visit.enter(demo, "officer", `${YEAR}?show=late`);
  const row = office.locator(".annual-table tbody tr", { hasText: late }).first();
  await row.getByText(zh["annual.days"].replace("{n}", "5")).waitFor();

  // The next year has not been begun: one click begins it.
  await page.goto(`${demo.address}/w/annual/2027`);
  await visit.settled(page);
  const begin = page.getByRole("button", { name: zh["annual.begin"].replace("{year}", "2027"), exact: true });
  await visit.look(page);
  await begin.click();
  await page.locator(".panes-paper").waitFor();
  await visit.settled(page);
  assert.match(await page.locator("h1").innerText(), /2027/);
});
