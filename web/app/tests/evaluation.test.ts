/* Evaluations: a round begun for all centres, facts with medians and ranks, scores that nobody loses, results and what they lead to. */
import assert from "node:assert/strict";
import { texts, type Page, type Visit } from "./browser.ts";
import { number } from "./numbers.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();
const { zh } = texts;
const PACK = "sc-yunying-2025";
const YEAR = 2026;
const heads = ["建设方案完成情况", "开展服务的数量和质量", "经济效益", "社会效益"];
const full = [30, 30, 25, 15];
const SCHEME = "《2026年综合评价方案（演示）》";

const say = (key: keyof typeof zh, values: Record<string, string | number> = {}) => Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, String(value)), zh[key] as string);

async function ask<T>(person: string, path: string): Promise<T> {
  const { token } = await demo.json<{ token: string }>("user", "token", person);
  const answer = await fetch(`${demo.address}/api/v1${path}`, { headers: { Authorization: `Bearer ${token}`, "Accept-Language": "zh" } });
  return (await answer.json()) as T;
}

/* Clicks and typed fields of one task. */
class Hand {
  clicks = 0;
  entries = 0;

  constructor(
    readonly page: Page,
    private readonly visit: Visit,
  ) {}

  async click(role: "button" | "link" | "radio", name: string | RegExp, within = this.page.locator("body")): Promise<void> {
    this.clicks++;
    await within.getByRole(role, { name, exact: typeof name === "string" }).first().click();
    await this.visit.settled(this.page);
  }

  async type(label: string | RegExp, text: string, within = this.page.locator("body")): Promise<void> {
    this.entries++;
    await within.getByLabel(label, { exact: typeof label === "string" }).first().fill(text);
  }
}

const row = (page: Page, name: string) => page.locator(".evaluations-table tbody tr", { hasText: name });
const list = (programme = PACK, year = YEAR) => `/evaluations?programme=${programme}&year=${year}`;

async function score(hand: Hand, scores: readonly (string | undefined)[]): Promise<void> {
  for (const [at, value] of scores.entries()) {
    if (value === undefined) continue;
    await hand.type(say("evaluation.score.of", { head: heads[at]! }), value);
    await hand.type(say("evaluation.reason.of", { head: heads[at]! }), `虚构理由${at + 1}`);
  }
}

/* Chooses a result and takes its step; what follows is in a dialog. */
async function conclude(hand: Hand, result: RegExp, verb: string): Promise<void> {
  await hand.click("radio", result);
  await hand.click("button", verb);
  const dialog = hand.page.getByRole("dialog", { name: verb });
  await dialog.waitFor();
  await hand.click("button", verb, dialog);
  await dialog.waitFor({ state: "detached" });
}

test("a round is begun for all centres by clicks, with the office's own scheme; nothing twice", async (visit) => {
  const page = await visit.enter(demo, "officer", list());
  const hand = new Hand(page, visit);
  const before = await page.locator(".evaluations-table tbody tr").count();
  assert.equal(before, 12);
  await hand.click("button", zh["evaluation.begin"]);
  const dialog = page.getByRole("dialog");
  await dialog.getByText(say("evaluation.begin.silent", { what: "周期、权重、等次、分值" })).waitFor();
  await hand.type("评价方案", SCHEME, dialog);
  for (const [at, weight] of full.entries()) {
    hand.entries++;
    await dialog.locator("table").first().locator("input").nth(at * 2 + 1).fill(String(weight));
  }
  await hand.type(`作典型案例宣传推广 ${zh["evaluation.begin.grade"]}`, "优秀", dialog);
  await hand.type(`作典型案例宣传推广 ${zh["evaluation.begin.least"]}`, "85", dialog);
  await hand.type(`记录评价意见 ${zh["evaluation.begin.grade"]}`, "合格", dialog);
  await hand.type(`要求整改 ${zh["evaluation.begin.grade"]}`, "不合格", dialog);
  await hand.type(`要求整改 ${zh["evaluation.begin.note"]}`, "转整改", dialog);
  const waiting = await dialog.locator(".round-centres li").count();
  await visit.look(page);
  await hand.click("button", say("evaluation.begin.do", { n: waiting }), dialog);
  await dialog.waitFor({ state: "detached", timeout: 60_000 });
  await visit.settled(page);
  const rows = page.locator(".evaluations-table tbody tr");
  assert.equal(await rows.count(), 12);
  assert.equal(await rows.getByRole("link").count(), 12);
  assert.equal(await rows.filter({ hasText: zh["evaluation.notBegun"] }).count(), 0);
  console.log(`a round of ${await rows.count()} centres, ${waiting} of them begun: ${hand.clicks} clicks, ${hand.entries} fields`);
  const { items } = await ask<{ items: { scheme: string; weights: { head: string; weight: string }[]; grades: { step: string; least?: string }[] }[] }>("officer", `/records/review_round?filter=programme%3D%22${PACK}%22%20and%20year%3D${YEAR}&fields=scheme,weights,grades`);
  assert.deepEqual(items.map(({ scheme, weights }) => [scheme, weights.map(({ head, weight }) => [head, Number(weight)])]), [[SCHEME, heads.map((head, at) => [head, full[at]])]]);
  await hand.click("button", zh["evaluation.begin"]);
  assert.equal(await page.getByRole("dialog").locator(".round-centres li").count(), 0);
  await page.keyboard.press("Escape");
  await visit.look(page);
});

/* --- facts ------------------------------------------------------------------------------------- */

type Quantity = number | string | { at_least: number | string } | null;
interface Report {
  year: number;
  party: string;
  sections: { label: string; cells: { indicator: string; unit?: string; value: Quantity }[] }[];
}
const known = (value: Quantity | undefined): number[] => (value === null || value === undefined ? [] : typeof value === "object" ? (Number(value.at_least) > 0 ? [Number(value.at_least)] : []) : [Number(value)]);
const plain = (text: string) => Number(text.replace(/[^\d.]/g, ""));

test("facts of a centre: its own, those of last year, median and rank among all, each number with its rows", async (visit) => {
  const page = await visit.enter(demo, "officer", list());
  await row(page, "轨道交通").getByRole("link").click();
  await page.waitForURL(/\/evaluations\/\d+$/);
  await visit.settled(page);
  await page.locator(".facts").waitFor();
  const { items: units } = await ask<{ items: { id: number; credit_code: string; name: string }[] }>("officer", "/records/party?fields=credit_code,name&limit=500&filter=credit_code%20is%20not%20empty");
  const { items: register } = await ask<{ items: { credit_code: string }[] }>("officer", `/records/centre?fields=credit_code&limit=100&filter=programme%3D%22${PACK}%22`);
  const evaluated = (await ask<{ items: { owner_unit: number }[] }>("officer", `/records/evaluation?fields=owner_unit&limit=100&filter=programme%3D%22${PACK}%22%20and%20year%3D${YEAR}%20and%20kind%3Dcomprehensive`)).items.map(({ owner_unit }) => owner_unit);
  const codes = register.map(({ credit_code }) => credit_code).filter((code) => evaluated.includes(units.find((one) => one.credit_code === code)?.id ?? 0));
  assert.equal(codes.length, 12);
  const { reports } = await ask<{ reports: Report[] }>("officer", `/reports/${PACK}/comprehensive?year=${YEAR}&${codes.map((code) => `party=${code}`).join("&")}`);
  const code = units.find(({ name }) => name.includes("轨道交通"))!.credit_code;
  const own = reports.find(({ party }) => party === code)!;
  assert.deepEqual(await page.locator(".facts-head").allInnerTexts(), own.sections.map(({ label }) => label));
  const rows = await page.locator(".facts tbody tr:not(.facts-head)").filter({ has: page.locator(".facts-now") }).all();
  const cells = own.sections.flatMap(({ cells: some }) => some);
  assert.equal(rows.length, cells.length);
  let sheets = 0;
  for (const [at, { indicator, value }] of cells.entries()) {
    const [now, , , middle, rank] = await rows[at]!.locator("td").allInnerTexts();
    const mine = known(value)[0];
    const all = reports.flatMap((one) => known(one.sections.flatMap(({ cells: some }) => some)[at]!.value)).sort((a, b) => a - b);
    const half = all.length >> 1;
    const median = all.length % 2 ? all[half]! : (all[half - 1]! + all[half]!) / 2;
    assert.equal(mine === undefined ? now : plain(now!), mine ?? zh["common.unknown"], indicator);
    assert.equal(plain(middle!.split("\n")[0]!), Number(median.toFixed(2)), `${indicator}: ${all.join(" ")}`);
    if (mine !== undefined) assert.equal(Number(rank), 1 + all.filter((one) => one > mine).length, indicator);
    if (all.length < 12) assert.ok(middle!.includes(say("evaluation.known", { n: all.length })), indicator);
    const button = rows[at]!.locator(".facts-now button.num");
    if ((await button.count()) === 0) continue;
    sheets++;
    await button.click();
    const sheet = page.getByRole("dialog");
    await sheet.locator(".num-rows").waitFor();
    const amounts = await sheet.locator(".num-amount").allInnerTexts();
    const labels = await sheet.locator(".num-rows li").allInnerTexts();
    if (amounts.length) assert.equal(amounts.reduce((sum, one) => sum + Math.round(plain(one) * 100), 0), Math.round(mine! * 100), indicator);
    else if (labels.length !== mine) assert.equal(new Set(labels.map((one) => one.split("\n")[0])).size, mine, indicator); // so many different units
    await page.keyboard.press("Escape");
  }
  assert.ok(sheets > 10);
  await page.getByText(/^疑点 1：/).waitFor();
  const both = await page.locator(".evaluation-both a").evaluateAll((all) => all.map((one) => one.getAttribute("href")!));
  assert.equal(both.length, 2);
  assert.ok(both.every((to) => /\/r\/deal\/\d+$/.test(to)));
  assert.match(await page.locator(".crumb").innerText(), /第 \d+ 家，共 12 家/);
  const here = page.url();
  await page.keyboard.press("]");
  await page.waitForURL((url) => url.href !== here);
  await visit.settled(page);
  await page.keyboard.press("[");
  await page.waitForURL(here);
  await visit.settled(page);
  await visit.look(page);
  await visit.magnify(page);
  await page.setViewportSize({ width: 1366, height: 768 });
  const seen = async (text: string) => (await page.locator(".facts-head", { hasText: text }).boundingBox())!.y < 768 - 52 - 20;
  for (const head of heads.slice(0, 3)) assert.ok(await seen(head), head);
  const foot = (await page.locator(".form-foot").boundingBox())!;
  assert.ok(foot.y + foot.height <= 769, JSON.stringify(foot));
});

/* --- scores and results ------------------------------------------------------------------------ */

test("one centre is evaluated and praised within twelve clicks; below the total of the scheme the grade is off", async (visit) => {
  const page = await visit.enter(demo, "officer", "/");
  const hand = new Hand(page, visit);
  await hand.click("link", zh["evaluation.title"]);
  await hand.click("link", /^四川省电子信息/);
  await score(hand, ["20", "26.5", "20", "12"]);
  const praise = page.getByRole("radio", { name: /优秀/ });
  assert.ok(await praise.isDisabled());
  await page.getByText(say("evaluation.below", { least: 85, total: 78.5 })).waitFor();
  await hand.type(say("evaluation.score.of", { head: heads[0]! }), "29");
  assert.ok(await praise.isEnabled());
  assert.match(await page.locator(".evaluation-verbs strong").innerText(), /^87\.5$/);
  await hand.type(zh["evaluation.opinion"], "转化成效突出；培训偏弱（演示）");
  await visit.look(page);
  await conclude(hand, /优秀/, "作典型案例宣传推广");
  console.log(`one centre evaluated: ${hand.clicks} clicks, ${hand.entries} fields`);
  assert.ok(hand.clicks <= 12);
  await page.getByText(zh["evaluation.typical.draft"]).waitFor();
  await page.locator(".tag", { hasText: "作典型案例宣传" }).waitFor();
  const { items } = await ask<{ items: { title: string }[] }>("centre1", "/records/typical_case?fields=title&limit=100");
  assert.equal(items.filter(({ title }) => title === "综合评价典型案例").length, 1);
  const read = page.locator(".scoring-read");
  assert.deepEqual((await read.allInnerTexts()).map((text) => plain(text)), [29, 26.5, 20, 12]);

  // The step has issued the report, which opens here.
  await page.getByRole("region", { name: zh["evaluation.report"] }).locator(".paper-view").waitFor();
  assert.equal(await page.getByRole("region", { name: zh["evaluation.result"] }).getByText(zh["evaluation.open"]).count(), 0);

  // The recommendation to the nation is checked before it begins.
  await page.getByRole("button", { name: zh["evaluation.nation.check"] }).click();
  await page.getByRole("dialog", { name: zh["evaluation.nation.title"] }).locator(".evaluation-check li").first().waitFor();
  await visit.look(page);
  await page.getByRole("button", { name: zh["evaluation.nation.begin"] }).click();
  await page.getByRole("dialog", { name: /推荐申报国家级/ }).waitFor();
  await page.keyboard.press("Escape");
  await page.goto(`${demo.address}/w${list()}`);
  await visit.settled(page);
  assert.equal(number(await row(page, "电子信息").locator("td b").innerText()), 87);
  assert.equal(await row(page, "电子信息").getByText("优秀", { exact: true }).count(), 1); // the grade of the scheme
});

test("a centre is ordered to rectify, and that case begins", async (visit) => {
  const page = await visit.enter(demo, "officer", list());
  const hand = new Hand(page, visit);
  await hand.click("link", /^四川省氢能/);
  await score(hand, ["10", "12", "5", "6"]);
  await hand.type(zh["evaluation.opinion"], "怠于履行工作职责（演示）");
  await conclude(hand, /不合格/, "要求整改");
  await page.locator("section", { hasText: zh["evaluation.after"] }).getByRole("link", { name: /整改/ }).waitFor();
  await page.locator("h1 .tag-amber, .tag-amber", { hasText: "要求整改" }).first().waitFor(); // no colour of what went well
  await page.goto(`${demo.address}/w${list()}`);
  await visit.settled(page);
  assert.equal(await row(page, "氢能").locator(".tag-amber", { hasText: "要求整改" }).count(), 1);
});

test("scores outlive a reload and a restart of the server; what was not saved stays in the browser", async (visit) => {
  const page = await visit.enter(demo, "officer", list());
  const hand = new Hand(page, visit);
  await hand.click("link", /^四川省晶硅光伏/);
  await score(hand, ["21", "22"]);
  await hand.click("button", zh["evaluation.save"]);
  await page.getByRole("button", { name: zh["evaluation.save.none"] }).waitFor();
  await score(hand, [undefined, undefined, "18"]);
  await page.reload();
  await visit.settled(page);
  const values = () => page.locator("input[data-score]").evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value));
  assert.deepEqual(await values(), ["21", "22", "18", ""]);
  await demo.stop();
  await demo.start();
  await page.reload();
  await visit.settled(page);
  assert.deepEqual(await values(), ["21", "22", "18", ""]);
  const id = /\d+$/.exec(page.url())![0];
  const { record_id } = await ask<{ record_id: number }>("officer", `/cases/${id}`);
  const { scores } = await ask<{ scores: { score: string; reason: string }[] }>("officer", `/records/evaluation/${record_id}`);
  assert.deepEqual(scores.map(({ score: one, reason }) => [Number(one), reason]), [[21, "虚构理由1"], [22, "虚构理由2"]]);
  // More than the full marks is told by the server, too; what was typed stays.
  await hand.type(say("evaluation.score.of", { head: heads[3]! }), "16");
  await page.getByText(say("evaluation.above", { full: 15 })).waitFor();
  visit.expected.push(/status of 400/);
  await hand.click("button", zh["evaluation.save"]);
  await page.getByRole("alert").getByText("“社会效益”的得分超过方案规定的满分15").waitFor();
  assert.deepEqual(await values(), ["21", "22", "18", "16"]);
});

test("two officers at one evaluation: the second is told, and nothing that either typed is lost", async (visit) => {
  const first = await visit.enter(demo, "officer", list());
  await new Hand(first, visit).click("link", /^四川省北斗/);
  const second = await visit.enter(demo, "officer2", new URL(first.url()).pathname.replace("/w", ""));
  await second.route("**/api/v1/events", (route) => route.abort()); // it does not hear of the other
  await second.reload();
  await visit.settled(second);
  const [one, two] = [new Hand(first, visit), new Hand(second, visit)];
  await score(two, ["22", "25"]);
  await score(one, ["20", undefined, undefined, "10"]);
  await one.click("button", zh["evaluation.save"]);
  await first.getByRole("button", { name: zh["evaluation.save.none"] }).waitFor();
  visit.expected.push(/status of 409/);
  await second.getByRole("button", { name: zh["evaluation.save"], exact: true }).click();
  const told = second.getByRole("alert");
  await told.getByText(/省局甲.*先保存了/).waitFor();
  await visit.settled(second);
  const values = (page: Page) => page.locator("input[data-score]").evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value));
  assert.deepEqual(await values(second), ["22", "25", "", "10"]); // theirs taken in where only they typed
  await second.getByText(say("evaluation.theirs", { value: "20" })).waitFor();
  await visit.look(second);
  await two.click("button", zh["evaluation.save"]);
  await second.getByRole("button", { name: zh["evaluation.save.none"] }).waitFor();
  const id = /\d+$/.exec(second.url())![0];
  const { record_id } = await ask<{ record_id: number }>("officer", `/cases/${id}`);
  const { scores } = await ask<{ scores: { head: string; score: string }[] }>("officer", `/records/evaluation/${record_id}`);
  assert.deepEqual(scores.map(({ head, score: points }) => [head, Number(points)]), [[heads[0], 22], [heads[1], 25], [heads[3], 10]]);
});

test("an evaluation that was begun by mistake is called off; what was typed is still to be read", async (visit) => {
  const page = await visit.enter(demo, "officer", list());
  const hand = new Hand(page, visit);
  await hand.click("link", /^四川省核技术/);
  await score(hand, ["17"]);
  await hand.type(zh["evaluation.opinion"], "写到一半的意见（演示）");
  await hand.click("button", "撤销误开的事项");
  const dialog = page.getByRole("dialog", { name: "撤销误开的事项" });
  await hand.type(/^理由/, "误开（演示）", dialog);
  await hand.type(/^依据/, "工作规则（演示）", dialog);
  await hand.click("button", "撤销误开的事项", dialog);
  await dialog.waitFor({ state: "detached" });
  await page.getByText(zh["evaluation.left"]).waitFor();
  await page.getByText("写到一半的意见（演示）").waitFor();
  await visit.look(page);
  await page.goto(`${demo.address}/w${list()}`);
  await visit.settled(page);
  assert.equal(await row(page, "核技术").getByText(zh["evaluation.notBegun"]).count(), 1);
});

test("Shanxi: grades by the office's scheme; an excellent centre is praised and its case is to be written", async (visit) => {
  const sx = "sx-yunying-draft";
  const page = await visit.enter(demo, "shanxi", list(sx));
  const hand = new Hand(page, visit);
  await hand.click("button", zh["evaluation.begin"]);
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/政策文件未规定评价内容、权重、分值/).waitFor();
  await hand.type("评价方案", "《山西省综合评价方案（演示）》", dialog);
  for (const [at, [head, weight]] of [["建设和履职", "60"], ["转化成效", "40"]].entries()) {
    await hand.click("button", zh["fields.row.add"], dialog);
    const inputs = dialog.locator("table").first().locator("input");
    await inputs.nth(at * 2).fill(head!);
    await inputs.nth(at * 2 + 1).fill(weight!);
    hand.entries += 2;
  }
  await hand.type(`评为优秀 ${zh["evaluation.begin.least"]}`, "85", dialog);
  await hand.type(`评为合格 ${zh["evaluation.begin.least"]}`, "60", dialog);
  await dialog.locator(".ant-btn-primary").click();
  await dialog.waitFor({ state: "detached", timeout: 60_000 });
  await visit.settled(page);
  await hand.click("link", /氢能/);
  assert.ok((await page.locator(".facts-head").count()) >= 4);
  const field = (head: string) => say("evaluation.score.of", { head });
  await hand.type(field("建设和履职"), "50");
  await hand.type(field("转化成效"), "30");
  assert.ok(await page.getByRole("radio", { name: /优秀/ }).isDisabled());
  assert.ok(await page.getByRole("radio", { name: /评为合格/ }).isEnabled());
  await hand.type(field("建设和履职"), "57");
  await hand.type(zh["evaluation.opinion"], "成效突出（演示）");
  await visit.look(page);
  await conclude(hand, /优秀/, "评为优秀");
  await page.getByText(zh["evaluation.typical.draft"]).waitFor();
  const id = /\d+$/.exec(page.url())![0];
  const { party, stage } = await ask<{ party: { credit_code: string; unit: number }; stage: string }>("shanxi", `/cases/${id}`);
  assert.equal(stage, "excellent");
  const { items } = await ask<{ items: { title: string; kind: string }[] }>("shanxi", "/records/support_given?fields=title,kind,owner_unit&limit=100");
  assert.ok(items.some(({ title, kind }) => title === "综合评价优秀" && kind === "praise"), party.credit_code);
});

test("readers: a centre, a city, an auditor; English; the table of the round on paper", async (visit) => {
  const centre = await visit.enter(demo, "centre1", "/");
  const mine = (await ask<{ items: { id: number }[] }>("centre1", "/records/case?fields=title&limit=10&filter=record_type%3Devaluation%20and%20stage%3Dpraised")).items[0]!.id;
  await visit.move(centre, `/w/evaluations/${mine}`);
  await centre.locator(".scoring-read").first().waitFor();
  assert.equal(await centre.locator("input[data-score], .form-foot").count(), 0);
  const city = await visit.enter(demo, "city", list());
  const rows = city.locator(".evaluations-table tbody tr");
  assert.ok((await rows.count()) > 0 && (await rows.count()) < 12);
  assert.equal(await city.getByRole("button", { name: zh["evaluation.begin"] }).count(), 0);
  const page = await visit.enter(demo, "auditor", list(), { language: "en" });
  await page.getByRole("heading", { name: texts.en["evaluation.title"], level: 1 }).waitFor();
  await visit.look(page);
  await visit.magnify(page);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator(".evaluations-table tbody tr").count(), 12);
  assert.ok(await page.locator(".evaluations-table tfoot").isVisible());
  assert.ok(!(await page.locator(".evaluations-bar").isVisible()));
  const { width, scroll } = await page.locator(".evaluations-wide").evaluate((one) => ({ width: one.clientWidth, scroll: one.scrollWidth }));
  assert.ok(scroll <= width + 1, `${scroll} > ${width}`);
  await page.emulateMedia({ media: "screen" });
  await page.locator(".evaluations-table tbody").getByRole("link").first().click();
  await page.locator(".facts").waitFor();
  await visit.settled(page);
  await visit.look(page);
});
