/* A pool of three unequal members: what came in is shared out to the fen, each member signs (its own account, another's account, a
 * link on a phone), and is paid; a supplier answers its questions by a link; a statement of an open licence is public. */
import assert from "node:assert/strict";
import { texts, type Page } from "./browser.ts";
import { Hand } from "./hand.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const { zh } = texts;
const demo = ownDemo();
const say = (key: keyof typeof zh, values: Record<string, string | number> = {}) => zh[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
const make = (from: string, what: string) => say("records.related.makeOne", { from, what });
const read = <T>(page: Page, path: string) => page.evaluate(async (at) => (await (await fetch(at)).json()) as unknown, `${demo.address}/api/v1${path}`) as Promise<T>;
const statusOf = (page: Page, path: string) => page.evaluate(async (at) => (await fetch(at)).status, `${demo.address}/api/v1${path}`);
const numberOf = (page: Page) => /\/r\/(\w+)\/(\d+)$/.exec(new URL(page.url()).pathname)!.slice(1).join("/");
const ownOf = async (page: Page) => {
  const { unit } = await read<{ unit: number }>(page, "/session");
  return read<{ name: string; credit_code: string }>(page, `/records/party/${unit}`);
};
const picture = async (page: Page, name: string) => {
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/pools-${name}.png`, fullPage: true });
};
const stands = async (hand: Hand, type: string) => {
  await hand.page.waitForURL(new RegExp(`/r/${type}/\\d+(\\?.*)?$`));
  await hand.settled();
};

/* Of whom nobody keeps an account. */
const STRANGER = { name: "虚构微波研究院（演示）", code: "91510100000990001E" };

test("a pool of three shares out what came in, each signs, and all is paid", async (visit) => {
  visit.expected.push(/403|404/);
  const centre = new Hand(await visit.enter(demo, "centre1", "/r/consortium"), visit, "centre");
  const member = new Hand(await visit.enter(demo, "company", "/todo"), visit, "member");
  const bank = await visit.enter(demo, "bank", "/todo");
  const [own, theirs] = [await ownOf(centre.page), await ownOf(member.page)];

  // The pool; shares that do not make 100.00 are said while they are typed.
  await centre.click("link", say("records.add", { type: "创新联合体" }));
  await centre.type(/^名称/, "射频前端专利池（演示）");
  await centre.click("radio", "专利池");
  for (const [i, [name, code, share]] of [[own.name, own.credit_code, "38.5"], [theirs.name, theirs.credit_code, "30.25"], [STRANGER.name, STRANGER.code, "31.24"]].entries()) {
    await centre.click("button", zh["fields.row.add"]);
    await centre.type(`名称 ${i + 1}`, name!);
    await centre.type(`统一社会信用代码 ${i + 1}`, code!);
    await centre.type(`权益份额 ${i + 1}`, share!);
  }
  await centre.page.getByText(say("fields.total.is", { name: "权益份额", sum: "99.99%", limit: "100.00%" })).waitFor();
  await picture(centre.page, "1-pool");
  await centre.type("权益份额 3", "31.25");
  await centre.page.getByText(say("fields.total", { name: "权益份额", sum: "100.00%" })).waitFor();
  await centre.type(/^管理费比例/, "12");
  const licensees = centre.page.locator(".field", { hasText: "被许可方" }).last();
  for (const [i, name] of ["虚构整机甲（演示）", "虚构整机乙（演示）"].entries()) {
    await centre.click("button", zh["fields.row.add"], licensees);
    await centre.type(`被许可方 ${i + 1}`, name, licensees);
  }
  await picture(centre.page, "2-licensees");
  await centre.click("button", zh["records.enter"]);
  await stands(centre, "consortium");
  const pool = numberOf(centre.page);

  // What came in; the rest is the pool's.
  await centre.click("link", make("创新联合体", "专利池分配"));
  await centre.type(/^分配期间.*起/, "2026-01-01");
  await centre.type(/^分配期间.*止/, "2026-06-30");
  await centre.type("金额 1", "500000");
  await centre.type("金额 2", "355704.94");
  await picture(centre.page, "3-run");
  await centre.click("button", zh["records.enter"]);
  await stands(centre, "pool_run");
  const run = numberOf(centre.page);
  const dialog = centre.page.getByRole("dialog");
  await centre.click("button", "提交成员签署");
  await centre.page.locator(".page-head", { hasText: "待签署" }).waitFor();
  await centre.settled();
  await picture(centre.page, "4-offered");
  await centre.click("link", make("专利池分配", "分配单"));
  await picture(centre.page, "5-shares");
  await centre.click("button", say("records.carried.all", { n: 3 }));
  await centre.page.waitForURL(new RegExp(`/r/${run}$`));
  await centre.settled();
  const said = await read<{ net: string; shared: string; difference: string }>(centre.page, `/records/${run}`);
  assert.deepEqual([said.net, said.shared, said.difference], ["753020.35", "753020.35", "0.00"]);
  await centre.page.getByText("227,788.66").first().waitFor();
  await picture(centre.page, "6-shared");

  // A member signs among its tasks, and reads its own share alone.
  await member.page.reload();
  await member.settled();
  await member.open("专利池分配，请核对签署", "答复");
  await member.page.getByText("227,788.66").waitFor();
  await picture(member.page, "7-asked");
  await member.click("button", zh["ask.send"]);
  await member.settled();
  // The lead signs for itself.
  await centre.page.goto(`${demo.address}/w/todo`);
  await centre.settled();
  await centre.open("专利池分配，请核对签署", "答复");
  await centre.click("button", zh["ask.send"]);
  await centre.settled();

  // Who has no account signs by a link, on a phone.
  await centre.page.goto(`${demo.address}/w/r/${run}`);
  await centre.settled();
  await centre.click("link", new RegExp(`^${STRANGER.name.slice(0, 6)}`), centre.page.locator("main"));
  await stands(centre, "pool_share");
  await centre.click("button", zh["ask.rail.link"]);
  const link = await centre.page.getByRole("region", { name: zh["ask.rail"] }).locator("code").innerText();
  const phone = new Hand(await visit.open(link, { width: 390, height: 844 }), visit, "phone");
  await phone.settled();
  assert.ok(await phone.page.evaluate(() => document.documentElement.scrollWidth <= 390), "it scrolls sideways");
  await phone.page.getByText("235,318.86").waitFor();
  await phone.type(new RegExp(`^${zh["ask.who"]}`), "虚构丑 028-00000000");
  await picture(phone.page, "8-phone");
  await phone.click("button", zh["ask.send"]);
  await phone.page.getByRole("heading", { name: zh["ask.given"] }).waitFor();

  // The centre itself is a member, and signs what it shares out.
  await centre.page.goto(`${demo.address}/w/todo`);
  await centre.settled();
  await centre.open("专利池分配，请核对签署", "答复");
  await centre.click("button", zh["ask.send"]);
  await centre.page.waitForURL(/\/r\/pool_share\/\d+$/);
  await centre.settled();

  // Each is paid, and nothing is left.
  for (const [i, name] of [own.name, theirs.name, STRANGER.name].entries()) {
    const { items } = await read<{ items: { id: number }[] }>(centre.page, `/records/pool_share?filter=${encodeURIComponent(`run=${run.split("/")[1]} and member="${name}"`)}`);
    await centre.page.goto(`${demo.address}/w/r/pool_share/${items[0]!.id}`);
    await centre.settled();
    await centre.click("button", "登记支付");
    await centre.type(/^支付日期/, "2026-11-20", dialog);
    await centre.type(/^凭证号/, `PZ-1120-0${i + 1}`, dialog);
    await centre.click("button", "登记支付", dialog);
    await dialog.waitFor({ state: "detached" });
    await centre.settled();
  }
  await picture(centre.page, "9-paid");
  await centre.page.goto(`${demo.address}/w/r/${run}`);
  await centre.settled();
  await centre.click("button", "结清");
  await centre.page.locator(".page-head", { hasText: "已结清" }).waitFor();
  await centre.settled();
  const end = await read<{ state: string; difference: string; unpaid: number }>(centre.page, `/records/${run}`);
  assert.deepEqual([end.state, end.difference, end.unpaid], ["settled", "0.00", 0]);
  await picture(centre.page, "10-settled");
  await visit.look(centre.page);
  for (const one of [pool, run]) assert.equal(await statusOf(member.page, `/records/${one}`), 404, one);
  for (const one of [pool, run]) assert.equal(await statusOf(bank, `/records/${one}`), 404, one);
  const hands = [centre, member, phone];
  const clicks = hands.reduce((sum, one) => sum + one.clicks, 0);
  const typed = hands.reduce((sum, one) => sum + one.entries, 0);
  Hand.tell("a pool from its members to what they are paid");
  assert.ok(clicks <= 40 && typed <= 27, `${clicks} clicks, ${typed} fields`);
});

test("a supplier answers its questions by a link on a phone", async (visit) => {
  visit.expected.push(/403|404/);
  const centre = new Hand(await visit.enter(demo, "centre1", "/r/supplier_check"), visit, "centre");
  await centre.click("link", say("records.add", { type: "供应链合规排查" }));
  await centre.type(/^名称/, "射频模组供应链排查（演示）");
  await centre.type(/^产品/, "射频模组");
  for (const [i, [name, code, supplies]] of [["虚构陶瓷基板厂（演示）", STRANGER.code, "陶瓷基板"], ["虚构连接器厂（演示）", "", "连接器"]].entries()) {
    await centre.click("button", zh["fields.row.add"]);
    await centre.type(`名称 ${i + 1}`, name!);
    if (code) await centre.type(`统一社会信用代码 ${i + 1}`, code);
    await centre.type(`供应什么 ${i + 1}`, supplies!);
  }
  await picture(centre.page, "11-chain");
  await centre.click("button", zh["records.enter"]);
  await stands(centre, "supplier_check");
  const check = numberOf(centre.page);
  await centre.click("link", make("供应链合规排查", "供应商问卷"));
  await picture(centre.page, "12-questions");
  await centre.click("button", say("records.carried.all", { n: 2 }));
  await centre.page.waitForURL(new RegExp(`/r/${check}$`));
  await centre.settled();
  await centre.click("link", "虚构陶瓷基板厂（演示）");
  await stands(centre, "supplier_answer");
  const answer = centre.page.url();
  await centre.click("button", zh["ask.rail.link"]);
  const link = await centre.page.getByRole("region", { name: zh["ask.rail"] }).locator("code").innerText();

  const phone = new Hand(await visit.open(link, { width: 390, height: 844 }), visit, "supplier");
  await phone.settled();
  assert.ok(await phone.page.evaluate(() => document.documentElement.scrollWidth <= 390), "it scrolls sideways");
  for (const [question, yes] of [["所供产品有自己的专利、商标或者著作权", true], ["使用他人的知识产权都已获许可", false], ["三年内有知识产权纠纷", false]] as const)
    await phone.click("radio", zh[yes ? "fields.yes" : "fields.no"], phone.page.locator(".asked-field", { hasText: question }));
  await phone.type(/^证据/, "专利 CN202019000608.7；许可合同已到期");
  await phone.type(new RegExp(`^${zh["ask.who"]}`), "虚构寅 028-00000000");
  await picture(phone.page, "13-answer");
  await phone.click("button", zh["ask.send"]);
  await phone.page.getByRole("heading", { name: zh["ask.given"] }).waitFor();
  await visit.look(phone.page);

  await centre.page.goto(answer);
  await centre.page.getByText("许可合同已到期").first().waitFor();
  await centre.page.getByText("已答复").first().waitFor();
  await centre.settled();
  await picture(centre.page, "14-answered");
  await centre.page.goto(`${demo.address}/w/r/${check}`);
  await centre.settled();
  await picture(centre.page, "15-check");
  Hand.tell("a supplier's answer");
});

test("the items of a checklist are listed at once", async (visit) => {
  const centre = new Hand(await visit.enter(demo, "centre1", "/r/protection_check/new"), visit, "centre");
  await centre.type(/^名称/, "虚构保护检查（演示）");
  await centre.click("button", say("fields.row.all", { n: 14 }));
  assert.equal(await centre.page.locator(".field-table tbody tr").count(), 14);
  await picture(centre.page, "16-checklist");
  await centre.click("button", zh["records.enter"]);
  await stands(centre, "protection_check");
  assert.equal((await read<{ items: object[] }>(centre.page, `/records/${numberOf(centre.page)}`)).items.length, 14);
  await picture(centre.page, "17-checklist");
});

test("an open licence is public with its terms", async (visit) => {
  const page = await visit.open(`${demo.address}/market/licence`);
  await page.locator(".rows .row-title").first().waitFor();
  await picture(page, "18-market");
  await page.locator(".rows .row-title").first().click();
  await page.getByText("通知后三十日内转账").waitFor();
  const said = await page.locator("main").innerText();
  for (const words of ["一次总付 20,000.00 元", "2026-07-15 – 2029-07-14", "KF-2026-", "青岚"]) assert.ok(said.includes(words), `${words}: ${said}`);
  await picture(page, "19-licence");
  await visit.look(page);
});
