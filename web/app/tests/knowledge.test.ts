/* Who is invited to an event signs up by a link on a phone or among its tasks; who asks to be called is a lead, of which a deal is made.
 * An opinion is signed by another than who wrote it; a trial books its facility; who passed a course has a certificate. */
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
const numberOf = (page: Page) => /\/r\/(\w+)\/(\d+)$/.exec(new URL(page.url()).pathname)!.slice(1).join("/");
const ownOf = async (page: Page) => {
  const { unit } = await read<{ unit: number }>(page, "/session");
  return read<{ name: string; credit_code: string }>(page, `/records/party/${unit}`);
};
const picture = async (page: Page, name: string) => {
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/knowledge-${name}.png`, fullPage: true });
};
const enter = async (hand: Hand, type: string) => {
  await hand.click("button", zh["records.enter"]);
  await hand.page.waitForURL((url) => new RegExp(`/r/${type}/\\d+$`).test(url.pathname));
  await hand.settled();
  return numberOf(hand.page);
};
const go = async (hand: Hand, path: string) => {
  await hand.page.goto(`${demo.address}/w${path}`);
  await hand.settled();
};
/* Of whom nobody keeps an account. */
const STRANGER = { name: "虚构微波研究院（演示）", code: "91510100000990001E" };

test("who is invited to an event signs up on a phone, and a deal is made of the lead", async (visit) => {
  visit.expected.push(/403|404/);
  const centre = new Hand(await visit.enter(demo, "centre1", "/r/event"), visit, "centre");
  const member = new Hand(await visit.enter(demo, "company", "/todo"), visit, "member");
  const theirs = await ownOf(member.page);

  // The event, and whom it invites: title, place and organiser are the event's.
  await centre.click("link", say("records.add", { type: "活动" }));
  await centre.type(/^活动名称/, "毫米波成果路演");
  await centre.click("radio", "供需对接会");
  await centre.type(/^开始/, "2026-11-27");
  await centre.type(/时间$/, "14:00");
  await centre.type(/^地点/, "虚构会议室");
  const event = await enter(centre, "event");
  const invited: string[] = [];
  for (const [i, { name, code }] of [STRANGER, { name: theirs.name, code: theirs.credit_code }].entries()) {
    await go(centre, `/r/${event}`);
    await centre.click("link", make("活动", "报名和学员"));
    await centre.type(/^单位/, name);
    await centre.type(/^统一社会信用代码/, code);
    await picture(centre.page, `${i + 1}-invite`);
    invited.push(await enter(centre, "sign_up"));
    await centre.click("button", zh[i ? "ask.rail.open" : "ask.rail.link"]);
  }
  await go(centre, `/r/${invited[0]!}`);
  await centre.click("button", zh["ask.rail.link"]);
  const link = await centre.page.getByRole("region", { name: zh["ask.rail"] }).locator("code").innerText();

  // On a phone, without an account: what it is about is told, and nothing else of the centre.
  const phone = new Hand(await visit.open(link, { width: 390, height: 844 }), visit, "phone");
  await phone.settled();
  assert.ok(await phone.page.evaluate(() => document.documentElement.scrollWidth <= 390), "it scrolls sideways");
  const told = await phone.page.locator("main").innerText();
  for (const words of ["毫米波成果路演", "虚构会议室", "青岚", "2026-11-27"]) assert.ok(told.includes(words), `${words}: ${told}`);
  await picture(phone.page, "3-phone");
  await phone.type(/^姓名/, "虚构午");
  await phone.type(/^电话/, "13900000002");
  await phone.type(/^感兴趣的项目/, "毫米波天线专利包");
  await phone.click("radio", zh["fields.yes"], phone.page.locator(".asked-field", { hasText: "希望会后联系" }));
  await phone.type(new RegExp(`^${zh["ask.who"]}`), "虚构午");
  await visit.look(phone.page);
  await phone.click("button", zh["ask.send"]);
  await phone.page.getByRole("heading", { name: zh["ask.given"] }).waitFor();
  await picture(phone.page, "4-signed-up");

  // Another among its tasks.
  await member.page.reload();
  await member.settled();
  await member.open("活动报名", "答复");
  await member.type(/^姓名/, "虚构未");
  await member.type(/^电话/, "13900000003");
  await member.click("radio", zh["fields.no"], member.page.locator(".asked-field", { hasText: "希望会后联系" }));
  await picture(member.page, "5-task");
  await member.click("button", zh["ask.send"]);
  await member.settled();

  // The lead waits among the tasks; the deal takes over what is known, and ends it.
  await go(centre, "/todo");
  await picture(centre.page, "6-todo");
  await centre.page.locator(".task", { hasText: "报名线索待跟进" }).first().waitFor();
  await go(centre, `/r/${invited[0]!}`);
  await picture(centre.page, "7-lead");
  await visit.look(centre.page);
  await centre.click("link", make("报名和学员", "交易"));
  await centre.click("radio", "许可");
  assert.equal(await centre.page.getByRole("textbox", { name: /^标题/ }).inputValue(), "毫米波成果路演");
  await picture(centre.page, "8-deal");
  const deal = await enter(centre, "deal");
  const made = await read<{ sides: { name: string; role: string }[]; sign_up: number }>(centre.page, `/records/${deal}`);
  assert.deepEqual([made.sides.map(({ role }) => role), made.sides[1]!.name, made.sign_up], [["self", "taker"], STRANGER.name, Number(invited[0]!.split("/")[1])]);
  await go(centre, `/r/${invited[0]!}`);
  await centre.click("link", zh["records.change"]);
  await centre.type(/^形成的交易/, "毫米波成果路演");
  await centre.settled();
  centre.clicks++;
  await centre.page.getByRole("option").first().click();
  const saved = centre.page.waitForResponse((reply) => reply.request().method() === "PATCH" && reply.ok());
  await centre.click("button", zh["records.save"]);
  await saved;
  await go(centre, `/r/${event}`);
  await picture(centre.page, "9-event");
  const { items } = await read<{ items: object[] }>(centre.page, `/due?type=sign_up&id=${invited[0]!.split("/")[1]}`);
  assert.deepEqual(items, []);
  const hands = [centre, member, phone];
  const [clicks, typed] = [hands.reduce((sum, one) => sum + one.clicks, 0), hands.reduce((sum, one) => sum + one.entries, 0)];
  Hand.tell("from an invitation to a deal");
  assert.ok(clicks <= 21 && typed <= 15, `${clicks} clicks, ${typed} fields`);
});

test("an opinion is signed by another than who wrote it, and printed", async (visit) => {
  visit.expected.push(/400/);
  const page = await visit.enter(demo, "centre1", "/todo");
  await demo.run("user", "add", "adviser", "--display-name", "咨询师戊（演示）", "--unit", (await ownOf(page)).credit_code, "--role", "centre_staff");
  const writer = new Hand(await visit.enter(demo, "adviser", "/r/ip_opinion"), visit, "adviser");
  const manager = new Hand(page, visit, "manager");
  await writer.click("link", say("records.add", { type: "知识产权咨询意见" }));
  await writer.type(/^事项/, "引进测试夹具技术");
  await writer.click("radio", "技术引进");
  await writer.type(/^委托单位/, "德阳川岳通信有限公司（演示）");
  await writer.type(/^咨询的问题/, "许可条件是否合理");
  await picture(writer.page, "10-opinion");
  const opinion = await enter(writer, "ip_opinion");
  await writer.act("提交签发", async (dialog) => {
    await writer.type(/^检索范围和依据/, "检索本省专利库", dialog);
    await writer.type(/^意见/, "可以引进", dialog);
  });
  await go(manager, `/r/${opinion}`);
  await manager.act("签发");
  await picture(manager.page, "11-signed");
  await visit.look(manager.page);
  const row = await read<{ number: string; signed_on: string; written_by: number; signed_by: number }>(manager.page, `/records/${opinion}`);
  assert.match(row.number, /^ZX-26-\d{3}$/);
  assert.ok(row.signed_on === "2026-11-20" && row.written_by !== row.signed_by, JSON.stringify(row));
  await manager.page.getByRole("region", { name: zh["records.papers"] }).getByRole("link", { name: "Word 知识产权咨询意见书" }).waitFor();
  Hand.tell("an opinion");
});

test("a portfolio shows its gaps, a facility is booked once, and who passed has a certificate", async (visit) => {
  visit.expected.push(/400/);
  const centre = new Hand(await visit.enter(demo, "centre1", "/r/topic_database"), visit, "centre");
  await picture(centre.page, "12-topics");
  await centre.click("link", "车载雷达天线专利组合（演示）");
  for (const words of ["没有标定方法的专利", "保险杠后毫米波天线副瓣的测量（演示）"]) await centre.page.getByText(words).first().waitFor();
  await centre.act("登记更新");
  await picture(centre.page, "13-portfolio");
  await visit.look(centre.page);
  await go(centre, "/r/navigation_project");
  await centre.click("link", "封装天线专利导航（演示）");
  await picture(centre.page, "14-navigation");

  await go(centre, "/r/pilot_stage");
  await centre.click("link", "显示驱动芯片概念验证（演示）");
  await picture(centre.page, "15-proof");
  await centre.click("link", make("试验阶段", "试验阶段"));
  await centre.click("radio", "工程研究");
  await centre.type(/^使用期间.*起/, "2026-12-01");
  await centre.type(/^使用期间.*止/, "2026-12-31");
  await picture(centre.page, "16-next");
  await enter(centre, "pilot_stage");
  await centre.click("button", "预订");
  const dialog = centre.page.getByRole("dialog");
  await centre.click("button", "预订", dialog);
  await dialog.getByText("该平台这段时间已为“显示驱动芯片中试（演示）”预订").first().waitFor();
  await picture(centre.page, "17-booked");

  await go(centre, "/r/sign_up?filter=passed%3Dtrue");
  await picture(centre.page, "18-trainees");
  await centre.click("link", "成都弈衡雷达技术有限公司（演示）", centre.page.locator("main"));
  const papers = centre.page.getByRole("region", { name: zh["records.papers"] });
  await papers.getByRole("link", { name: "Word 培训合格证书" }).waitFor();
  await picture(centre.page, "19-trainee");
  await visit.look(centre.page);
  Hand.tell("a portfolio, a booking and a certificate");
});
