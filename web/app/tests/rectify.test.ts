/* A rectification from its order to the revocation after it, by clicks: the office writes the demands, the centre sees nothing
 * before the notice and replies on the page, a re-check fails, the centre is told and heard, two persons revoke. How many clicks
 * and typed fields each part took is printed. */
import assert from "node:assert/strict";
import { texts, type Page, type Visit } from "./browser.ts";
import { sheetsShowTheirRows } from "./numbers.ts";
import { NOON, ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const { zh } = texts;
const demo = ownDemo();
const DAY = 86_400; // s
const PDF = { name: "社保证明.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n") };
let gone = 0; // days that the clock was moved

const dayIn = (days: number) => new Date(NOON + 8 * 3600_000 + (gone + days) * DAY * 1000).toISOString().slice(0, 10);
const forward = (days: number) => {
  gone += days;
  demo.forward(gone * DAY);
};

/* Clicks and texts of one role. */
class Hand {
  static readonly all = new Map<string, [clicks: number, entries: number]>();

  constructor(
    readonly page: Page,
    private readonly visit: Visit,
    private readonly role: string,
  ) {}

  private add(clicks: number, entries: number): void {
    const [c, e] = Hand.all.get(this.role) ?? [0, 0];
    Hand.all.set(this.role, [c + clicks, e + entries]);
  }

  async click(role: "button" | "link" | "checkbox" | "radio", name: string | RegExp): Promise<void> {
    this.add(1, 0);
    await this.page.getByRole(role, { name, exact: typeof name === "string" }).first().click();
    await this.visit.settled(this.page);
  }

  async type(label: string | RegExp, text: string): Promise<void> {
    this.add(0, 1);
    await this.page.getByLabel(label).first().fill(text);
  }

  async choose(label: string | RegExp, value: string): Promise<void> {
    this.add(0, 1);
    await this.page.getByLabel(label).first().selectOption(value);
  }

  async attach(within: string, count = 1): Promise<void> {
    this.add(count, 0);
    await this.page.locator(`${within} input[type=file]`).first().setInputFiles(PDF);
    await this.page.locator(within).getByText(PDF.name).first().waitFor();
    await this.visit.settled(this.page);
  }

  async press(keys: string): Promise<void> {
    this.add(1, 0);
    await this.page.keyboard.press(keys);
    await this.visit.settled(this.page);
  }
}

const DIALOG = "[role=dialog]";
const told = (role: string) => {
  const [clicks, entries] = Hand.all.get(role)!;
  console.log(`# ${role}: ${clicks} clicks, ${entries} fields`);
};
const open = (label: string) => `${zh["case.do"]} ${label}`;
const read = <T>(page: Page, path: string) => page.evaluate(async (at) => (await (await fetch(`/api/v1${at}`)).json()) as unknown, path) as Promise<T>;

async function serve(hand: Hand, paper: string, reply?: string): Promise<void> {
  await hand.click("button", `${zh["rectify.serve"]} ${paper}`);
  await hand.attach(DIALOG);
  if (reply) {
    await hand.type(new RegExp(`^${zh["rectify.serve.due"]}`), reply);
    await hand.type(new RegExp(`^${zh["rectify.serve.due_basis"]}`), "虚构的工作规则");
  }
  await hand.click("button", zh["rectify.serve.do"]);
  await hand.page.locator(DIALOG).waitFor({ state: "detached" });
  await hand.page.getByText(zh["rectify.served"].replace("{day}", dayIn(0))).first().waitFor();
}

const NAME = "攀枝花汾泽动力电池运营中心（演示）";
const CENTRE = "centre11"; // its head
const CASE = 232; // a rectification that is ordered and not told

test("a rectification from its demands to the revocation by two, by clicks", async (visit) => {
  // Before the notice its centre sees nothing.
  const blind = await visit.enter(demo, CENTRE, "/todo");
  visit.expected.push(/404/);
  assert.equal(await blind.getByText(zh["rectify.case"]).count(), 0);
  await blind.goto(`${demo.address}/w/rectify/${CASE}`);
  await visit.settled(blind);
  await blind.getByRole("heading", { name: zh["common.missing"] }).waitFor();
  assert.equal(await blind.getByText(zh["rectify.case"]).count(), 0);
  assert.equal(await blind.locator(".matter-rail").count(), 0);
  await blind.close();

  // The office writes the demands, issues the notice and serves it.
  let page = await visit.enter(demo, "officer", "/");
  let hand = new Hand(page, visit, "office");
  await hand.click("link", zh["rectify.title"]);
  await hand.click("link", `${zh["desk.verb"]} ${NAME} 限期整改`);
  await page.waitForURL(/\/rectify\/232$/);
  await hand.click("button", zh["rectify.add"]);
  await hand.type(zh["rectify.demand.of"].replace("{n}", "1"), "补足工作人员至 8 人以上");
  await hand.choose(zh["rectify.number.of"].replace("{n}", "1"), "staff_employed_proven");
  await hand.type(zh["rectify.need.of"].replace("{n}", "1"), "8");
  await hand.click("button", zh["rectify.add"]);
  await hand.type(zh["rectify.demand.of"].replace("{n}", "2"), "恢复按季报送供需清单");
  await page.reload(); // what was typed is kept
  await visit.settled(page);
  assert.equal(await page.getByLabel(zh["rectify.demand.of"].replace("{n}", "2")).inputValue(), "恢复按季报送供需清单");
  await hand.click("button", zh["rectify.save"].replace("{n}", "2"));
  await page.getByText(zh["rectify.saved"]).waitFor();
  await visit.look(page);
  await visit.magnify(page);
  await hand.click("button", open("发出整改通知"));
  const due = page.locator(DIALOG).getByLabel(/^期限/).first();
  assert.equal(await due.inputValue(), ""); // no day is proposed
  await hand.type(/^理由/, "虚构：现场核查");
  await hand.type(/^期限/, dayIn(30));
  await page.locator(DIALOG).getByText("怠于履行工作职责").first().click();
  await hand.type(/^所依据的证据/, "虚构的核查笔录");
  await hand.type(/^文号/, "虚构〔2026〕88号");
  await hand.click("button", "发出整改通知");
  await page.locator(DIALOG).getByText(/3-6|3 ?个月/).first().waitFor(); // a day outside is refused with its quote
  await hand.type(/^期限/, dayIn(120));
  await hand.click("button", "发出整改通知");
  await page.locator(DIALOG).waitFor({ state: "detached" });
  await serve(hand, "整改通知");
  await visit.look(page);
  await page.close();

  // The centre comes from 待办, replies to each demand, with a file, and hands in.
  forward(20);
  page = await visit.enter(demo, CENTRE, "/todo");
  hand = new Hand(page, visit, "centre");
  await page.locator(".task", { hasText: "限期整改" }).getByRole("link", { name: new RegExp(`^${zh["desk.verb"]}`) }).first().click();
  await page.waitForURL(/\/rectify\/232/);
  await visit.settled(page);
  assert.equal(await page.getByText(zh["rectify.recheck"], { exact: true }).count(), 0);
  // Both replies are sent before either is saved; the one that finds a newer version is sent again.
  visit.expected.push(/409/);
  let sent = 0;
  let release!: () => void;
  const both = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/actions/answer", async (route) => {
    if (++sent === 2) release();
    await both;
    await route.continue();
  });
  await hand.type(zh["rectify.reply.to"].replace("{n}", "1"), "新聘三人，均签三年合同");
  await hand.type(zh["rectify.reply.to"].replace("{n}", "2"), "已报第三、四季度");
  await page.getByRole("heading").first().click(); // the second field is left
  await visit.settled(page);
  for (const n of [1, 2]) await page.locator(`tr[data-n="${n}"]`).getByText(zh["rectify.saved"]).waitFor();
  assert.equal(sent, 3);
  await hand.attach('tr[data-n="1"]');
  for (const n of [1, 2]) await page.locator(`tr[data-n="${n}"]`).getByText(zh["rectify.saved"]).waitFor();
  await visit.look(page);
  await visit.magnify(page);
  const kept = await read<{ replies: { n: number }[]; reply_files: object[] }>(page, `/records/rectification/${(await read<{ record_id: number }>(page, `/cases/${CASE}`)).record_id}`);
  assert.deepEqual([kept.replies.length, kept.reply_files.length], [2, 1]);
  await hand.click("button", open("提交整改结果"));
  await hand.type(/^理由/, "虚构：整改完成");
  await hand.click("button", "提交整改结果");
  await page.locator(DIALOG).waitFor({ state: "detached" });
  await page.getByText("待复查").first().waitFor();
  await page.close();

  // The office checks again, by keys; one demand fails.
  page = await visit.enter(demo, "officer", `/rectify/${CASE}`);
  hand = new Hand(page, visit, "office");
  assert.ok((await sheetsShowTheirRows(page)) > 0);
  await page.locator('tr[data-n="1"]').focus();
  await hand.press("n");
  await page.locator('tr[data-n="2"]').focus();
  await hand.press("y");
  await page.locator('tr[data-n="2"] [aria-pressed=true]', { hasText: zh["rectify.pass"] }).waitFor();
  await page.locator('tr[data-n="1"] [aria-pressed=true]', { hasText: zh["rectify.fail"] }).waitFor();
  await hand.type(new RegExp(`^${zh["rectify.opinion"]}`), "虚构：第一项未达到");
  await hand.click("button", open("复查仍不合格"));
  await hand.type(/^理由/, "虚构：人员不足");
  await hand.click("button", "复查仍不合格");
  await page.locator(DIALOG).waitFor({ state: "detached" });
  await visit.look(page);
  await hand.click("link", "整改仍不合格取消资格");
  await page.waitForURL(/\/revoke\/\d+$/);
  const revoke = Number(page.url().split("/").at(-1));
  await page.getByText("1. 补足工作人员至 8 人以上").waitFor();

  // What is proposed the centre does not see before it is told.
  const other = await visit.enter(demo, CENTRE, `/revoke/${revoke}`);
  assert.equal(await other.locator(".matter-rail").count(), 0);
  await other.close();
  await hand.click("button", open("告知拟取消的事实和依据"));
  await hand.type(/^理由/, "虚构：整改仍不合格");
  await hand.type(/^依据/, "虚构的工作规则");
  await hand.click("checkbox", /拟取消资格告知/);
  await hand.type(/^文号/, "虚构〔2026〕89号");
  const dialog = page.locator(DIALOG);
  await hand.type(/^决定所依据的事实/, "虚构：复查不合格");
  await hand.type(/^陈述申辩期限/, "五日");
  await hand.click("button", "告知拟取消的事实和依据");
  await dialog.waitFor({ state: "detached" });
  await serve(hand, "拟取消资格告知", dayIn(5));
  await visit.look(page);
  await page.close();

  // The centre's own words and file.
  page = await visit.enter(demo, CENTRE, "/todo");
  hand = new Hand(page, visit, "centre");
  await page.locator(".task", { hasText: "整改仍不合格取消资格" }).getByRole("link", { name: new RegExp(`^${zh["desk.verb"]}`) }).first().click();
  await page.waitForURL(/\/revoke\/\d+/);
  await visit.settled(page);
  if ((await page.locator(DIALOG).count()) === 0) await hand.click("button", open("陈述、申辩"));
  const files = page.locator(`${DIALOG} input[type=file]`);
  await page.locator(DIALOG).getByRole("textbox").first().fill("我中心已另聘五人，请求复核");
  assert.equal(await files.count(), 1);
  await hand.attach(DIALOG);
  await hand.click("button", "陈述、申辩");
  await page.locator(DIALOG).waitFor({ state: "detached" });
  await visit.look(page);
  await page.close();

  // After the period two persons revoke.
  forward(6);
  page = await visit.enter(demo, "officer", `/revoke/${revoke}`);
  hand = new Hand(page, visit, "office");
  await page.getByText("我中心已另聘五人，请求复核").first().waitFor();
  await page.getByText(PDF.name).first().waitFor();
  await hand.click("button", `${zh["case.propose"]} 整改仍不合格取消资格`);
  await hand.type(/^理由/, "虚构：整改仍不合格");
  await hand.type(/^文号/, "虚构〔2026〕90号");
  await hand.type(/^决定所依据的事实/, "虚构：复查不合格");
  await hand.click("button", zh["case.propose.verb"].replace("{action}", "整改仍不合格取消资格"));
  await page.getByLabel(zh["case.proposal"]).waitFor();
  await page.close();
  page = await visit.enter(demo, "leader", "/todo");
  hand = new Hand(page, visit, "leader");
  await page.locator(".task", { hasText: NAME }).getByRole("link", { name: new RegExp(`^${zh["desk.verb.confirm"]}`) }).first().click();
  await visit.settled(page);
  await hand.click("checkbox", zh["case.confirm.tick"]);
  await hand.click("button", zh["case.confirm.verb"].replace("{action}", "整改仍不合格取消资格"));
  await page.waitForURL(/\/revoke\/\d+$/);
  await visit.settled(page);
  await page.getByText(zh["rectify.decision"]).first().waitFor();
  await visit.look(page);
  for (const role of ["office", "centre", "leader"]) told(role);

  // The register and the portal say so.
  await page.goto(`${demo.address}/w/centres?state=exited&q=${encodeURIComponent("动力电池")}`);
  await visit.settled(page);
  await page.locator(".centres-table tbody").getByText(zh["centres.state.exited"]).first().waitFor();
  const portal = await visit.open(`${demo.address}/centres?state=revoked`);
  await visit.settled(portal);
  await portal.getByText(/动力电池/).first().waitFor();
});

const LATE = 138; // a rectification whose centre has not handed in; due on 2027-01-09
const UNSERVED = "整改通知";

test("nothing handed in: the bar says how late, and once the notice was served the office may find it failed", async (visit) => {
  let page = await visit.enter(demo, "officer", `/rectify/${LATE}`);
  const hand = new Hand(page, visit, "office, late");
  await page.getByRole("button", { name: new RegExp(`逾期未提交整改结果仍不合格 ${zh["rectify.unserved"]}`) }).waitFor();
  await serve(hand, UNSERVED);
  await page.close();
  forward(200 - gone); // past the last day
  page = await visit.enter(demo, "officer", `/rectify?late=true`);
  await page.getByRole("link", { name: /成都澄观航空/ }).first().click();
  await page.waitForURL(new RegExp(`/rectify/${LATE}$`));
  await visit.settled(page);
  await page.locator(".span-late").waitFor();
  const last = new Hand(page, visit, "office, late");
  await last.click("button", open("逾期未提交整改结果仍不合格"));
  await last.type(/^理由/, "虚构：逾期未提交");
  await last.click("button", "逾期未提交整改结果仍不合格");
  await page.locator(DIALOG).waitFor({ state: "detached" });
  await page.getByRole("link", { name: "整改仍不合格取消资格" }).waitFor();
  told("office, late");
});

test("Shanxi: what was typed outlives a server that stops; the officer enters the last day of the period", async (visit) => {
  const page = await visit.enter(demo, "shanxi", "/rectify/226"); // ordered under a document without limits
  const hand = new Hand(page, visit, "shanxi");
  await hand.click("button", zh["rectify.add"]);
  await demo.stop();
  await page.getByLabel(zh["rectify.demand.of"].replace("{n}", "1")).fill("虚构：完善服务台账");
  await page.getByRole("button", { name: zh["rectify.save"].replace("{n}", "1") }).click();
  await page.getByText(zh["common.noAnswer"]).first().waitFor();
  await demo.start();
  await page.reload();
  await visit.settled(page);
  assert.equal(await page.getByLabel(zh["rectify.demand.of"].replace("{n}", "1")).inputValue(), "虚构：完善服务台账");
  await hand.click("button", zh["rectify.save"].replace("{n}", "1"));
  await page.getByText(zh["rectify.saved"]).waitFor();
  await hand.click("button", open("发出整改通知"));
  await hand.type(/^理由/, "虚构：评为不合格");
  await page.locator(DIALOG).getByText("怠于履行工作职责").first().click();
  await hand.type(/^所依据的证据/, "虚构的核查笔录");
  await hand.click("button", "发出整改通知");
  await page.locator(DIALOG).getByText(/期限/).first().waitFor(); // no day is taken from another province
  assert.equal(await page.locator(DIALOG).count(), 1);
  await hand.type(/^期限/, dayIn(20));
  await hand.click("button", "发出整改通知");
  await page.locator(DIALOG).waitFor({ state: "detached" });
  await page.getByText(zh["rectify.bar.none"]).waitFor();
  await visit.look(page);
  told("shanxi");
});

test("Shanxi: facts that are not serious are recorded with a reminder, and revoke nothing", async (visit) => {
  const page = await visit.enter(demo, "shanxi", "/revoke/220", { language: "zh" }); // its facts are confirmed
  await page.getByText(zh["rectify.grounds"]).first().waitFor();
  const serious = await page.getByText(zh["rectify.serious.no"]).count();
  const reminds = await page.getByRole("button", { name: open("登记并提醒") }).count();
  assert.equal(reminds, serious);
  await visit.look(page);
});

test("a centre leaves at its own wish: two persons, from its card; the portal shows it", async (visit) => {
  let page = await visit.enter(demo, "officer", `/centres?q=${encodeURIComponent("轨道交通")}`);
  let hand = new Hand(page, visit, "exit");
  await page.locator(".centres-table tbody").getByRole("link").first().click();
  await page.waitForURL(/\/centres\/\d+$/);
  await visit.settled(page);
  const card = page.url();
  await hand.click("link", zh["rectify.exit"]);
  const dialog = page.locator(DIALOG);
  await dialog.waitFor();
  await hand.type(/^退出日期/, dayIn(0));
  await hand.type(/^理由|^原因/, "虚构：中心申请退出");
  await dialog.getByRole("button").last().click();
  await dialog.waitFor({ state: "detached" });
  await page.close();
  page = await visit.enter(demo, "leader", "/todo");
  hand = new Hand(page, visit, "exit");
  await page.locator(".task", { hasText: "轨道交通" }).getByRole("link", { name: new RegExp(`^${zh["desk.verb.confirm"]}`) }).first().click();
  await visit.settled(page);
  await hand.click("checkbox", zh["case.confirm.tick"]);
  await hand.click("button", zh["case.confirm.verb"].replace("{action}", "退出"));
  await visit.settled(page);
  await page.goto(card);
  await visit.settled(page);
  await page.getByText(zh["centres.state.exited"]).first().waitFor();
  told("exit");
  const portal = await visit.open(`${demo.address}/centres?state=exited`);
  await visit.settled(portal);
  await portal.getByText(/轨道交通/).first().waitFor();
});
