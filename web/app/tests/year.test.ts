/* The year after recognition, by clicks alone. Sichuan: a centre plans, reports, files with both offices; a round of twelve
 * centres is evaluated; one is praised, this one is ordered to rectify, replies, fails, is heard and revoked. Shanxi: a report
 * is audited and answered by both levels, the centre is graded, recognised by the nation and awarded. */
import assert from "node:assert/strict";
import { texts, type Visit } from "./browser.ts";
import { Hand } from "./hand.ts";
import { NOON, ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const { zh } = texts;
const demo = ownDemo();
const DAY = 86_400; // s
let gone = 0; // days that the clock was moved

const dayIn = (days: number) => new Date(NOON + 8 * 3600_000 + (gone + days) * DAY * 1000).toISOString().slice(0, 10);
const forward = (days: number) => demo.forward((gone += days) * DAY);
const say = (key: keyof typeof zh, values: Record<string, string | number> = {}) => Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, String(value)), zh[key] as string);

const reason = (text: string) => [/^理由/, `虚构：${text}`] as const;
const numbered = (n: number) => [/^文号/, `虚构〔2026〕${n}号`] as const;

/* Writes into the cell whose gap the rail names. */
async function write(hand: Hand, label: string, text: string): Promise<void> {
  await hand.click("button", `${zh["annual.write"]} ${label}`);
  const box = hand.page.locator(".annex-editing textarea");
  hand.entries++;
  await box.fill(text);
  await hand.page.keyboard.press("Escape");
  await box.waitFor({ state: "detached" });
}

/* The report and the plan as files, as the rail asks for them. */
async function attachFiles(hand: Hand): Promise<void> {
  const add = hand.page.locator(".annual-rail").getByRole("button", { name: new RegExp(`^${zh["materials.add"]} `) });
  for (let left = await add.count(); left > 0; left--) {
    hand.clicks++;
    await add.first().click();
    await hand.attach();
    await hand.click("button", zh["form.edit.done"], hand.page.getByRole("dialog"));
  }
}

/* From the page of the report to its receipt. */
async function submit(hand: Hand, step: string): Promise<void> {
  hand.clicks++;
  await hand.page.locator(".panes > footer .primary").click();
  await hand.page.waitForURL(/\/submit$/);
  await hand.page.getByRole("button", { name: step, exact: true }).waitFor();
  await hand.settled(); // the box comes with what is handed in
  const lists = hand.page.getByRole("checkbox", { name: zh["submit.lists.tick"], exact: true });
  if (await lists.count()) await hand.click("checkbox", zh["submit.lists.tick"]);
  await hand.click("button", step);
  await hand.page.getByRole("heading", { name: zh["submit.done"], level: 1 }).waitFor();
}

/* Serves an issued paper by hand; `reply`: the last day to answer, which the officer enters. */
async function serve(hand: Hand, paper: string, reply?: string): Promise<void> {
  await hand.click("button", `${zh["rectify.serve"]} ${paper}`);
  await hand.attach();
  if (reply) {
    await hand.type(new RegExp(`^${zh["rectify.serve.due"]}`), reply);
    await hand.type(new RegExp(`^${zh["rectify.serve.due_basis"]}`), "虚构的工作规则");
  }
  await hand.click("button", zh["rectify.serve.do"]);
  await hand.page.getByRole("dialog").waitFor({ state: "detached" });
}

async function conclude(hand: Hand, scores: readonly number[], opinion: string, result: RegExp, verb: string): Promise<void> {
  // What was read is told to the page late, as on a loaded machine.
  await hand.page.evaluate(() => {
    const later = window.setTimeout.bind(window);
    window.setTimeout = ((run: () => void, ms?: number) => later(run, ms || 50)) as typeof window.setTimeout;
  });
  for (const [at, score] of scores.entries()) {
    hand.entries++;
    await hand.page.locator("input[data-score]").nth(at).fill(String(score));
  }
  await hand.type(zh["evaluation.opinion"], opinion);
  await hand.click("radio", result);
  await hand.click("button", verb);
  const dialog = hand.page.getByRole("dialog", { name: verb });
  await hand.click("button", verb, dialog);
  await dialog.waitFor({ state: "detached" });
}

const at = async (visit: Visit, person: string, role: string, address: string): Promise<Hand> => new Hand(await visit.enter(demo, person, address), visit, role);
const shut = (hand: Hand) => hand.page.close();

const NAME = "绵阳蜀光核技术应用运营中心（演示）";
const CENTRE = "centre10"; // its head
const INDUSTRY = "核技术应用";

test("Sichuan: a centre's year from its plan to the revocation, beside eleven others", async (visit) => {
  // The centre writes its report, plans the next year and files with the city, then the province.
  let hand = await at(visit, CENTRE, "centre", "/");
  await hand.click("link", zh["annual.title"]);
  for (const label of ["自我评价", "经济效益说明", "社会效益说明", "存在问题和改进措施"]) await write(hand, label, `虚构的${label}`);
  await attachFiles(hand);
  await hand.click("button", zh["annual.plan.add"]);
  await hand.click("button", zh["annual.add"]);
  await hand.page.getByRole("dialog").waitFor({ state: "detached" });
  await submit(hand, "报市（州）局备案");
  await hand.click("link", zh["submit.toAnnual"]);
  hand.clicks++;
  await hand.page.locator(".panes > footer .ant-btn-primary").click(); // to the second office
  await hand.take("报省局备案", [], true);
  assert.equal(await hand.page.locator(".annual-receipt").count(), 2);
  await shut(hand);

  // The province begins a round of all centres by its own scheme.
  hand = await at(visit, "officer", "province", "/");
  await hand.click("link", zh["evaluation.title"]);
  await hand.click("button", zh["evaluation.begin"]);
  const dialog = hand.page.getByRole("dialog");
  await hand.type("评价方案", "《2026年综合评价方案（演示）》", dialog);
  for (const [n, weight] of [30, 30, 25, 15].entries()) {
    hand.entries++;
    await dialog.locator("table").first().locator("input").nth(n * 2 + 1).fill(String(weight));
  }
  await hand.click("button", say("evaluation.begin.do", { n: await dialog.locator(".round-centres li").count() }), dialog);
  await dialog.waitFor({ state: "detached" });
  const rows = hand.page.locator(".evaluations-table tbody tr");
  assert.equal(await rows.getByRole("link").count(), 12);

  // One is praised, one ordered to rectify.
  await hand.click("link", /^四川省电子信息/);
  await conclude(hand, [28, 27, 22, 13], "虚构：运营成效明显", /典型案例|优秀/, "作典型案例宣传推广");
  await hand.page.getByText(zh["evaluation.typical.draft"]).waitFor();
  await hand.click("link", zh["evaluation.title"]);
  await hand.click("link", new RegExp(`^四川省${INDUSTRY}`));
  await conclude(hand, [10, 12, 6, 5], "虚构：怠于履行工作职责", /要求整改/, "要求整改");
  await hand.click("link", /整改/, hand.page.locator("section", { hasText: zh["evaluation.after"] }));
  await hand.page.waitForURL(/\/rectify\/\d+$/);
  const rectification = new URL(hand.page.url()).pathname.replace("/w", "");

  // The demands, the notice, its service.
  await hand.click("button", zh["rectify.add"]);
  await hand.type(zh["rectify.demand.of"].replace("{n}", "1"), "补足工作人员至 8 人以上");
  await hand.page.getByLabel(zh["rectify.number.of"].replace("{n}", "1")).selectOption("staff_employed_proven");
  await hand.type(zh["rectify.need.of"].replace("{n}", "1"), "8");
  await hand.click("button", zh["rectify.save"].replace("{n}", "1"));
  await hand.click("button", `${zh["case.do"]} 发出整改通知`);
  hand.clicks++;
  await hand.page.getByRole("dialog").getByText("怠于履行工作职责").first().click();
  await hand.take("发出整改通知", [reason("年度评价"), [/^期限/, dayIn(120)], [/^所依据的证据/, "虚构的核查笔录"], numbered(188)], true);
  await serve(hand, "整改通知");
  await shut(hand);

  // The centre replies, with a file.
  forward(20);
  hand = await at(visit, CENTRE, "centre", "/todo");
  await hand.open("限期整改");
  await hand.type(zh["rectify.reply.to"].replace("{n}", "1"), "新聘三人，均签三年合同");
  await hand.page.getByRole("heading").first().click();
  await hand.attach('tr[data-n="1"]');
  await hand.take("提交整改结果", [reason("整改完成")]);
  await shut(hand);

  // The re-check fails; the centre is told and heard.
  hand = await at(visit, "officer", "province", rectification);
  await hand.page.locator('tr[data-n="1"]').focus();
  await hand.page.keyboard.press("n");
  await hand.page.locator('tr[data-n="1"] [aria-pressed=true]', { hasText: zh["rectify.fail"] }).waitFor();
  await hand.take("复查仍不合格", [reason("人员不足")]);
  await hand.click("link", "整改仍不合格取消资格");
  await hand.page.waitForURL(/\/revoke\/\d+$/);
  const revocation = new URL(hand.page.url()).pathname.replace("/w", "");
  await hand.click("button", `${zh["case.do"]} 告知拟取消的事实和依据`);
  await hand.click("checkbox", /拟取消资格告知/);
  await hand.take("告知拟取消的事实和依据", [reason("整改仍不合格"), [/^依据/, "虚构的工作规则"], numbered(189), [/^决定所依据的事实/, "虚构：复查不合格"], [/^陈述申辩期限/, "五日"]], true);
  await serve(hand, "拟取消资格告知", dayIn(5));
  await shut(hand);
  hand = await at(visit, CENTRE, "centre", "/todo");
  await hand.open("整改仍不合格取消资格");
  if ((await hand.page.getByRole("dialog").count()) === 0) await hand.click("button", `${zh["case.do"]} 陈述、申辩`);
  await hand.take("陈述、申辩", [[/^陈述、申辩/, "我中心已另聘五人，请求复核"]], true);
  await shut(hand);

  // Two persons revoke; the register and the portal say so.
  forward(6);
  hand = await at(visit, "officer", "province", revocation);
  await hand.propose("整改仍不合格取消资格", [reason("整改仍不合格"), numbered(190), [/^决定所依据的事实/, "虚构：复查不合格"]]);
  await shut(hand);
  hand = await at(visit, "leader", "leader", "/todo");
  await hand.confirm(NAME, "整改仍不合格取消资格");
  await hand.click("link", zh["centres.title"]);
  await visit.move(hand.page, `${demo.address}/w/centres?state=exited&q=${encodeURIComponent(INDUSTRY)}`);
  await hand.page.locator(".centres-table tbody tr", { hasText: INDUSTRY }).getByText(zh["centres.state.exited"]).waitFor();
  const portal = await visit.open(`${demo.address}/centres?state=revoked`);
  await visit.settled(portal);
  await portal.getByText(new RegExp(INDUSTRY)).first().waitFor();
  Hand.tell("Sichuan");
});

test("Shanxi: a report is audited and answered by both levels; the centre is graded, recognised by the nation and awarded", async (visit) => {
  const [head, name, industry, code] = ["centre62", "大同启衡铸件运营中心（演示）", "铸件", "91990000MADEM0062U"];
  let hand = await at(visit, head, "centre", "/");
  await hand.click("link", zh["annual.title"]);
  await write(hand, "自我评价", "虚构的自我评价");
  await attachFiles(hand);
  await submit(hand, "提交市级审核");
  const report = /\d+/.exec((await hand.page.evaluate(async () => ((await (await fetch("/api/v1/records/case?filter=process%3D%22annual-report%22&fields=stage&sort=-id&limit=1")).json()) as { items: { id: number }[] }).items[0]!.id)).toString())![0];
  await shut(hand);
  hand = await at(visit, "datong", "city", "/todo");
  await hand.open(name);
  await hand.take("市级审核通过", [reason("数据一致")], (await hand.page.getByRole("dialog").count()) > 0);
  await shut(hand);
  hand = await at(visit, head, "centre", "/");
  await hand.click("link", zh["annual.title"]);
  hand.clicks++;
  await hand.page.locator(".panes > footer .ant-btn-primary").click();
  await hand.take("向省局报送", [], true);
  await shut(hand);
  for (const [person, role, step] of [["datong", "city", "市级年度评价意见"], ["shanxi", "province", "省级年度评价意见"]] as const) {
    hand = await at(visit, person, role, `/annual/2026?case=${report}`);
    await hand.take(step, [reason("工作扎实")]);
    await shut(hand);
  }

  // Graded by the scheme of the round.
  hand = await at(visit, "shanxi", "province", "/evaluations");
  await hand.click("button", zh["evaluation.begin"]);
  const dialog = hand.page.getByRole("dialog");
  await hand.type("评价方案", "《山西省综合评价方案（演示）》", dialog);
  await hand.click("button", zh["fields.row.add"], dialog);
  for (const [n, text] of ["建设和履职", "100"].entries()) {
    hand.entries++;
    await dialog.locator("table").first().locator("input").nth(n).fill(text);
  }
  // It was recognised in the same quarter: it is taken in for a reason.
  const recent = dialog.locator(".round-centres li", { hasText: industry });
  hand.clicks++;
  await recent.getByRole("checkbox").check();
  hand.entries++;
  await recent.getByRole("textbox").fill("虚构：单位申请参加本轮评价");
  hand.clicks++;
  await dialog.locator(".ant-btn-primary").click();
  await dialog.waitFor({ state: "detached" });
  await hand.click("link", new RegExp(`^山西省${industry}`));
  await conclude(hand, [92], "虚构：成效突出", /优秀/, "评为优秀");
  await hand.page.getByText(zh["evaluation.typical.draft"]).waitFor();

  // Recommended, recognised by the nation, awarded by two persons.
  await hand.click("button", zh["evaluation.nation.check"]);
  await hand.click("button", zh["evaluation.nation.begin"]);
  await hand.click("button", zh["records.begin.do"], hand.page.getByRole("dialog", { name: /推荐申报国家级/ }));
  await hand.page.waitForURL(/\/case\/\d+/);
  await hand.take("推荐", [reason("成效突出")]);
  await hand.click("button", `${zh["case.propose"]} 登记国家级认定`);
  await hand.attach();
  await hand.propose("登记国家级认定", [[/^依据/, "虚构的国家知识产权局文件"], [/^认定名称/, "国家级产业知识产权运营中心（铸件，演示）"], numbered(201)], true);
  await shut(hand);
  hand = await at(visit, "shanxi-leader", "leader", "/todo");
  await hand.confirm(name, "登记国家级认定");
  await shut(hand);
  hand = await at(visit, "shanxi", "province", `/centres?q=${encodeURIComponent(industry)}`);
  await hand.click("link", new RegExp(industry), hand.page.locator(".centres-table"));
  await hand.click("button", `${zh["records.begin.do"]} 国家级认定奖励`);
  await hand.click("button", zh["records.begin.do"], hand.page.getByRole("dialog"));
  await hand.page.waitForURL(/\/case\/\d+/);
  // What the program cannot know, the office states: that the list of awards is complete.
  await hand.click("link", /清单完整声明/, hand.page.locator(".case-mend").first());
  await hand.page.waitForURL(/list_statement/);
  await hand.page.getByLabel(/^清单/).first().selectOption({ label: "奖励" });
  await hand.type(/^主体/, code);
  await hand.press("Enter");
  await hand.type(/^截至/, dayIn(0));
  await hand.type(/^声明人/, "虚构经办人");
  await hand.click("button", zh["records.enter"]);
  await hand.page.waitForURL(/\/case\/\d+/);
  await hand.propose("给予奖励", []);
  await shut(hand);
  hand = await at(visit, "shanxi-leader", "leader", "/todo");
  await hand.confirm(name, "给予奖励");
  await hand.page.getByText("已给予").first().waitFor();
  await shut(hand);

  // A second award is refused, and its page says why.
  hand = await at(visit, "shanxi", "province", `/centres?q=${encodeURIComponent(industry)}`);
  await hand.click("link", new RegExp(industry), hand.page.locator(".centres-table"));
  await hand.click("button", `${zh["records.begin.do"]} 国家级认定奖励`);
  await hand.click("button", zh["records.begin.do"], hand.page.getByRole("dialog"));
  await hand.page.waitForURL(/\/case\/\d+/);
  await hand.settled();
  const refused = hand.page.locator(".case-action-shut", { has: hand.page.getByRole("heading", { name: "给予奖励", exact: true }) });
  assert.match(await refused.innerText(), /不符合：.*此前未获该项奖励/);
  assert.equal(await hand.page.getByRole("button", { name: `${zh["case.propose"]} 给予奖励` }).count(), 0);
  await hand.take("不予奖励", [reason("该项奖励只给予一次"), [/^依据/, "虚构的工作规则"]]);
  await hand.page.getByText("不予奖励").first().waitFor();
  Hand.tell("Shanxi");
});
