/* A recognition by clicks of the offices: a city's batch of five, then the province from the check to the certificate.
 * How many clicks each took is printed. The program's clock moves over the period of publicity. */
import assert from "node:assert/strict";
import { texts, type Page, type Visit } from "./browser.ts";
import { NOON, ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const { en, zh } = texts;
const demo = ownDemo();
const HOUR = 3600; // s
const beijing = new Date(NOON + 8.5 * HOUR * 1000).toISOString(); // half an hour later

/* Clicks and texts of one task. */
class Hand {
  clicks = 0;
  entries = 0;

  constructor(
    readonly page: Page,
    private readonly visit: Visit,
  ) {}

  async click(role: "button" | "link" | "checkbox" | "tab", name: string | RegExp): Promise<void> {
    this.clicks++;
    await this.page.getByRole(role, { name, exact: typeof name === "string" }).first().click();
    await this.visit.settled(this.page);
  }

  async type(label: string | RegExp, text: string): Promise<void> {
    this.entries++;
    await this.page.getByLabel(label).first().fill(text);
  }

  async press(keys: string): Promise<void> {
    this.clicks++;
    await this.page.keyboard.press(keys);
    await this.visit.settled(this.page);
  }
}

const session = (page: Page) => page.evaluate(async () => (await (await fetch("/api/v1/session")).json()) as { account: number; csrf: string });

const step = (label: string, n: number) => zh["review.do"].replace("{step}", label).replace("{n}", String(n));
const done = (label: string, n: number) => zh["review.done"].replace("{step}", label).replace("{n}", String(n));

/* A step of the ticked cases, with one reason for all. */
async function batch(hand: Hand, label: string, n: number, reason = "虚构：经审查，符合条件"): Promise<void> {
  await hand.click("button", label);
  await hand.type(new RegExp(`^${n > 1 ? zh["review.reason.all"] : zh["review.reason"]} ${zh["common.required"]}$`), reason);
  await hand.click("button", step(label, n));
  await hand.page.getByText(done(label, n)).waitFor();
}

test("each page of review opens at the batch that has work for its reader; the preview shows the row that is ticked", async (visit) => {
  for (const [person, at] of [["city", "/review/city"], ["taiyuan", "/review/city"], ["officer", "/review/province"], ["shanxi", "/review/province"]] as const) {
    const page = await visit.enter(demo, person, at);
    const ticks = page.locator(".queue tbody input[type=checkbox]"); // of rows that are with the reader's office
    const last = (await ticks.count()) - 1;
    assert.ok(last >= 0, `${person} ${at}`);
    await ticks.nth(last).check();
    await visit.settled(page);
    const row = page.locator(".queue tbody tr", { has: page.locator("input:checked") });
    assert.equal(await page.locator(".preview h2").innerText(), await row.locator(".queue-party button").innerText());
  }
  const page = await visit.enter(demo, "officer", "/review/meeting");
  await page.getByRole("checkbox", { name: "专家甲（演示）" }).waitFor();
});

test("what was given to be read is read on its page, and leaves the list", async (visit) => {
  const page = await visit.enter(demo, "leader", "/todo");
  const { account } = await session(page);
  const giver = await visit.enter(demo, "officer", "/r/deal/94");
  const given = await giver.evaluate(
    async ({ account, csrf }) =>
      (await fetch("/api/v1/records/deal/94/assignments", { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: JSON.stringify({ kind: "read", account, note: "虚构：请阅" }) })).status,
    { account, csrf: (await session(giver)).csrf },
  );
  assert.equal(given, 201);
  await page.reload();
  await visit.settled(page);
  await page.getByRole("link", { name: zh["desk.box.read"] }).click();
  await visit.settled(page);
  await page.locator(".task > a.button").first().click();
  await visit.settled(page);
  const read = page.getByRole("button", { name: zh["desk.verb.done"], exact: true });
  await read.click();
  await read.waitFor({ state: "detached" });
  await page.goBack();
  await visit.settled(page);
  await page.getByText(zh["desk.empty.read"]).waitFor();
});

test("a city's batch of five, from the menu to the province", async (visit) => {
  const page = await visit.enter(demo, "city", "/");
  const hand = new Hand(page, visit);
  await hand.click("link", zh["review.city"]);
  assert.equal(await page.locator(".queue tbody tr:not(.queue-cut)").count(), 5);
  await hand.click("checkbox", zh["review.tickAll"]);
  await batch(hand, "资格审查", 5);
  await batch(hand, "材料审核", 5);
  await visit.read(page);
  await hand.click("button", zh["review.cut.up"]);
  await hand.click("button", zh["review.send"].replace("{n}", "4"));
  await hand.type(zh["review.reason.all"], "虚构：择优推荐");
  await hand.click("button", step("择优推荐", 4));
  await page.getByText(done("择优推荐", 4)).waitFor();
  assert.equal(await page.locator(".queue tbody tr:not(.queue-cut)").count(), 1);
  console.log(`# batch of five: ${hand.clicks} clicks, ${hand.entries} texts`);
  assert.ok(hand.clicks <= 34 && hand.entries <= 7, `${hand.clicks}, ${hand.entries}`);
});

/* The application that waits for the province's check in the demo. */
const CASE = 131;
const DAYS = 20 * 86_400; // s: past the last day of the publicity

const OTHER = "攀枝花雁行特色农业运营中心（演示）";
const NUMBER = "虚构〔2026〕1号";

/* The second person confirms the recognition from 待办, where its page says all that he must know. How many clicks. */
async function confirmFromTodo(visit: Visit, person: string, name: string, said: readonly string[]): Promise<number> {
  const english = await visit.enter(demo, person, "/todo", { language: "en" });
  await english.locator(".task", { hasText: name }).getByRole("link", { name: new RegExp(`^${en["desk.verb.confirm"]}`) }).click();
  await visit.settled(english);
  await visit.read(english);
  await english.close();
  const page = await visit.enter(demo, person, "/todo");
  const hand = new Hand(page, visit);
  await page.locator(".task", { hasText: name }).getByRole("link", { name: new RegExp(`^${zh["desk.verb.confirm"]}`) }).click();
  await visit.settled(page);
  for (const one of [...said, zh["case.confirm.publicity"], zh["case.confirm.objections.line"].replace("{open}", "0").replace("{upheld}", "0"), zh["review.conditions"]])
    await page.getByText(one).first().waitFor();
  await visit.look(page);
  await hand.click("checkbox", zh["case.confirm.tick"]);
  await hand.click("button", zh["case.confirm.verb"].replace("{action}", "正式认定"));
  await page.waitForURL(/\/case\/\d+$/);
  return hand.clicks + 1;
}

/* The page of a case's certificate, as who scans its QR code reaches it. */
async function certificateFromOutside(visit: Visit, page: Page, id: number): Promise<Page> {
  await page.goto(`${demo.address}/w/case/${id}/papers`);
  await visit.settled(page);
  await page.getByRole("button", { name: /认定证书/ }).first().waitFor();
  const code = await page.evaluate(async (id) => {
    const { items } = (await (await fetch(`api/v1/cases/${id}/papers`)).json()) as { items: { paper: string; code: string }[] };
    return items.find(({ paper }) => paper === "certificate")!.code;
  }, id);
  const outside = await visit.open(`${demo.address}/check/${code}`);
  await outside.getByRole("link", { name: /证书页面/ }).click();
  await visit.settled(outside);
  return outside;
}

const rowOf = (page: Page, name: string) => page.locator(".queue tbody tr", { hasText: name }).getByRole("checkbox");

test("the province: check, review meeting, publicity, recognition by two, certificate", async (visit) => {
  let page = await visit.enter(demo, "officer", `/review/province?stage=queue`);
  let hand = new Hand(page, visit);
  let clicks = 0;
  const name = "攀枝花云栖康养运营中心（演示）";
  await rowOf(page, name).check();
  await visit.settled(page);
  await batch(hand, "复核", 1, "虚构：复核无误");
  clicks += hand.clicks + 1;

  await page.goto(`${demo.address}/w/review/meeting?cases=${CASE}`);
  await visit.settled(page);
  hand = new Hand(page, visit);
  const day = page.getByLabel(new RegExp(`^${zh["meeting.day"]}`)).first();
  await day.fill("2026-11-19"); // before the re-check
  await page.locator(".meeting-foot", { hasText: zh["meeting.lacks.day"] }).waitFor();
  await day.fill("2026-11-20");
  await page.getByLabel(new RegExp(`^${zh["meeting.basis"]}`)).first().fill("虚构的评审工作方案");
  const experts = ["专家甲（演示）", "专家乙（演示）", "专家丙（演示）"];
  for (const one of experts) await hand.click("checkbox", one);
  await page.locator('input[type="file"]').first().setInputFiles({ name: "评分表.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n%%EOF\n") });
  await page.getByText("评分表.pdf").first().waitFor();
  await visit.settled(page);
  for (const one of experts) await page.getByLabel(zh["meeting.point"].replace("{expert}", one).replace("{name}", name)).fill("86");
  await page.getByLabel(`${zh["review.reason"]} ${name}`).fill("虚构：专家组一致同意");
  await visit.look(page);
  // The sheets say "not passed", which this page does not ask for: the meeting passes it all the same.
  await page.route("**/panels/meetings", (route) => {
    const body = route.request().postDataJSON() as { sheets: object[] };
    return route.continue({ postData: JSON.stringify({ ...body, sheets: body.sheets.map((one) => ({ ...one, result: "fail" })) }) });
  });
  await hand.click("button", zh["meeting.do"].replace("{n}", "1"));
  await page.waitForURL(/stage=reviewed/);
  await visit.settled(page);
  clicks += hand.clicks;

  await page.close(); // its session ends
  demo.forward(HOUR); // the list is put up after it was decided
  page = await visit.enter(demo, "officer", "/review/province?stage=reviewed");
  hand = new Hand(page, visit);
  await rowOf(page, name).check();
  await visit.settled(page);
  await hand.click("button", "公示");
  await hand.click("button", zh["fields.row.add"]);
  // A whole day is seen, a time of 24 hours is typed, and what must be filled in says so.
  await page.getByLabel(/^发布时间 1/).first().fill("2026-11-12");
  assert.ok(await page.getByLabel(/^发布时间 1/).first().evaluate((input: HTMLInputElement) => input.scrollWidth <= input.clientWidth));
  assert.equal(await page.locator(".field-time").first().getAttribute("type"), null);
  for (const name of ["公示渠道", "异议受理联系方式"]) await page.locator(".field", { hasText: name }).getByText("必填").first().waitFor();
  await page.getByLabel("类别 1").selectOption("website");
  await page.getByLabel("标题 1").fill("虚构公示");
  await page.getByLabel("网址 1").fill("https://example.invalid/notice");
  await page.getByLabel(/^发布时间 1/).first().fill(beijing.slice(0, 10));
  await page.locator('.field-time').first().fill(beijing.slice(11, 16));
  await hand.click("button", step("公示", 1));
  await page.getByText(done("公示", 1)).waitFor();
  clicks += hand.clicks;
  await page.goto(`${demo.address}/w/case/${CASE}`);
  await visit.settled(page);
  await page.getByLabel(zh["strip.label"]).getByRole("link", { name: zh["strip.public"] }).waitFor();

  await page.close();
  demo.forward(DAYS);
  page = await visit.enter(demo, "officer", "/review/province?stage=publicity");
  hand = new Hand(page, visit);
  // Another application was public before: both are proposed together.
  for (const one of [name, OTHER]) await rowOf(page, one).check();
  await visit.settled(page);
  await hand.click("button", "正式认定");
  const against = zh["case.sheets.against"].replace("{n}", String(experts.length));
  await page.getByText(`${name}：${against}；${zh["case.sheets.passed"]}：虚构：专家组一致同意`).waitFor();
  assert.equal(await page.getByText(against).count(), 1);
  await page.getByLabel(/^文号/).first().fill(NUMBER);
  await hand.click("button", zh["review.propose"].replace("{step}", "正式认定").replace("{n}", "2"));
  await page.getByText(zh["review.waits"].replace("{step}", "正式认定").replace("{n}", "2")).waitFor();
  clicks += hand.clicks + 2;
  clicks += await confirmFromTodo(visit, "leader", name, [name, OTHER, NUMBER, "四川省康养产业知识产权运营中心", against]);
  console.log(`# province: ${clicks} clicks`);
  assert.ok(clicks <= 45, String(clicks));

  const outside = await certificateFromOutside(visit, page, CASE);
  await outside.getByRole("heading", { name: zh["cert.valid"], exact: true }).waitFor();
  await outside.getByText(name).waitFor();
  await outside.goto(`${demo.address}/cert/${encodeURIComponent("虚构没有")}`);
  await outside.getByRole("heading", { name: zh["cert.unknown"], exact: true }).waitFor();
});

test("Shanxi: one recognition is proposed in the queue and confirmed from 待办; its certificate is one on trial", async (visit) => {
  const name = "大同澄观通航运营中心（演示）";
  let page = await visit.enter(demo, "shanxi", "/review/province?stage=publicity");
  const hand = new Hand(page, visit);
  await rowOf(page, name).check();
  await visit.settled(page);
  await hand.click("button", "正式认定");
  // Shanxi's measures are a draft: nothing has a document number under it.
  await hand.click("button", zh["review.propose"].replace("{step}", "正式认定").replace("{n}", "1"));
  await page.getByText(zh["review.waits"].replace("{step}", "正式认定").replace("{n}", "1")).waitFor();
  await page.getByRole("link", { name: zh["review.proposed"].replace("{action}", "正式认定") }).waitFor();
  await confirmFromTodo(visit, "shanxi-leader", name, [name]);
  const id = await page.evaluate(async (name) => {
    const { items } = (await (await fetch("api/v1/records/case?limit=500&fields=*")).json()) as { items: { id: number; title: string; process: string }[] };
    return items.find(({ title, process }) => title.includes(name) && process === "application")!.id;
  }, name);
  const outside = await certificateFromOutside(visit, page, id);
  await outside.getByRole("heading", { name: zh["cert.trial"], exact: true }).waitFor(); // and its number uses up none
  await outside.getByText(/^试〔2026〕\d+号$/).waitFor();
  await outside.getByText(name).waitFor();
});
