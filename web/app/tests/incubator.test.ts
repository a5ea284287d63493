/* A cultivation project (Sichuan, 川市监发〔2025〕52号) by clicks alone, from the applicant's empty draft to its acceptance; another to
 * its exit. */
import assert from "node:assert/strict";
import { texts, type Page, type Visit } from "./browser.ts";
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
const numbered = (n: number) => [/^文号/, `虚构〔${dayIn(0).slice(0, 4)}〕${n}号`] as const;

const at = async (visit: Visit, person: string, role: string, address = "/"): Promise<Hand> => new Hand(await visit.enter(demo, person, address), visit, role);
const shut = (hand: Hand) => hand.page.context().close();

let pictures = 0;
const picture = async (page: Page, name: string) => void (process.env.PICTURES && (await page.screenshot({ path: `${process.env.PICTURES}/incubator-${String(++pictures).padStart(2, "0")}-${name}.png`, fullPage: true })));
/* The page is read, and kept as a picture. */
const seen = async (visit: Visit, { page }: Hand, name: string) => {
  await visit.read(page);
  await picture(page, name);
};

/* By the search at the top of each page. */
async function find(hand: Hand, words: string, link: RegExp): Promise<void> {
  hand.entries++;
  await hand.page.locator(".search-box input").fill(words);
  await hand.press("Enter");
  await hand.click("link", link, hand.page.locator("main"));
}

/* A case from the home page of who works on it. */
const atCase = async (visit: Visit, person: string, role: string, title = /项目建设与验收/, name = SHORT): Promise<Hand> => {
  const hand = await at(visit, person, role);
  await find(hand, name, title);
  return hand;
};

/* The rows of a table of a form. */
async function fillRows(hand: Hand, table: string, rows: readonly Record<string, string>[]): Promise<void> {
  const box = hand.page.locator(".field", { has: hand.page.locator("legend, label").filter({ hasText: new RegExp(`^${table}`) }) }).filter({ has: hand.page.locator(".field-table") });
  for (const [n, row] of rows.entries()) {
    await hand.click("button", zh["fields.row.add"], box);
    for (const [column, text] of Object.entries(row)) {
      const cell = box.getByLabel(`${column} ${n + 1}`, { exact: true });
      if ((await cell.evaluate((one) => one.tagName)) === "SELECT") {
        hand.entries++;
        await cell.selectOption({ label: text });
      } else await hand.type(`${column} ${n + 1}`, text, box);
    }
  }
}

/* Opens a folded section of a form. */
async function unfold(hand: Hand, section: string): Promise<void> {
  hand.clicks++;
  await hand.page.locator("summary", { hasText: section }).click();
}

/* From a door to the form of a record, and back. */
async function enter(hand: Hand, fill: () => Promise<void>): Promise<void> {
  await hand.page.waitForURL(/\/r\/\w+\/(new|\d+\/edit)/);
  await hand.settled();
  await fill();
  await hand.page.keyboard.press("Escape");
  hand.clicks++;
  await hand.page.locator(".form-foot .ant-btn-primary").click();
  await hand.page.waitForURL((url) => !/\/(new|edit)$/.test(url.pathname));
  await hand.settled();
}

const TARGETS: readonly Record<string, string>[] = [
  { 指标: "发明专利申请量年均增长", 政策条件: "发明专利申请量年均增长", 计算公式: "（末年÷基年）开年数次方−1", 基年: "2025", 基数: "40", 基数所在的统计序列: "关键技术领域发明专利申请量", 目标: "20", 单位: "%" },
  { 指标: "发明专利授权率", 政策条件: "发明专利授权率", 计算公式: "授权÷（授权＋驳回＋审查后撤回）", 质量指标: "是", 目标: "65", 单位: "%" },
  { 指标: "高价值发明专利实施率", 政策条件: "高价值发明专利实施率", 计算公式: "有证据已实施÷有效高价值", 质量指标: "是", 目标: "70", 单位: "%" },
  { 指标: "专利产品备案", 政策条件: "专利产品备案", 计算公式: "有备案号的产品数", 目标: "10", 单位: "件" },
];

const NAME = "绵阳恒岳新能源汽车运营中心（演示）";
const SHORT = "恒岳新能源汽车";
const PARTY = "centre24";
const NUMBER = "YC-2026-901";
let application = "";

test("an applicant hands in a project that its city looks at and recommends", async (visit) => {
  let hand = await at(visit, PARTY, "applicant");
  await hand.click("link", zh["apply.title"]);
  await seen(visit, hand, "calls");
  await hand.click("button", /^开始申报/, hand.page.locator("section", { has: hand.page.getByRole("heading", { name: /^2026年育成中心项目/ }) }));
  await hand.click("radio", "市（州）局");
  await hand.click("button", zh["apply.begin"], hand.page.getByRole("dialog"));
  await hand.page.waitForURL(/\/case\/\d+\/form$/);
  await hand.settled();
  application = /\d+/.exec(new URL(hand.page.url()).pathname)![0];
  await seen(visit, hand, "form");
  await hand.click("link", /项目名称$/, hand.page.locator(".panes-paper"));
  await enter(hand, async () => {
    await hand.type(/^项目编号/, NUMBER);
    await hand.type(/^项目名称/, "新能源汽车高价值专利育成项目（演示）");
    await hand.type(/^开始日期/, "2026-12-01");
    await hand.type(/^结束日期/, "2029-11-30");
    await hand.type(/^责任部门/, "科技处");
    await hand.type(/^任务书经费总额/, "800000");
    await unfold(hand, "任务书和目标");
    await fillRows(hand, "绩效目标", TARGETS);
    await hand.attach(".form-fold .field:has(.upload):has-text('任务书')");
    await unfold(hand, "实施计划");
    await fillRows(hand, "里程碑", [{ 事项: "专题库建成", 计划日期: "2027-03-31" }, { 事项: "完成布局", 计划日期: "2028-06-30" }]);
    await seen(visit, hand, "project-filled");
  });
  for (const [line, sum] of [["设备费", "500000"], ["专利费", "300000"]] as const) {
    await hand.click("link", zh["form.add"], hand.page.locator(".annex-cell", { hasText: "科目" }).last());
    await enter(hand, async () => {
      if (line === "设备费") await seen(visit, hand, "line-new");
      await hand.type(/^科目/, line);
      await hand.type(/^项目编号/, NUMBER);
      await hand.type(/^申请金额/, sum);
      await hand.type(/^年度/, "2026");
      await hand.click("radio", "省级专项资金");
    });
  }
  await seen(visit, hand, "form-with-budget");
  hand.clicks++;
  await hand.page.locator(".panes > footer .ant-btn-primary").click();
  await hand.page.waitForURL(/\/submit$/);
  await hand.settled();
  for (const tick of ["submit.lists.tick", "submit.promise.tick"] as const) if (await hand.page.getByRole("checkbox", { name: zh[tick] }).count()) await hand.click("checkbox", zh[tick]);
  await hand.click("button", "申报");
  await hand.page.getByRole("heading", { name: zh["submit.done"], level: 1 }).waitFor();
  await seen(visit, hand, "submitted");
  await shut(hand);

  hand = await at(visit, "mianyang", "city", "/todo");
  await hand.open(NAME);
  await hand.take("资格审查", [reason("属于相关企业")], (await hand.page.getByRole("dialog").count()) > 0);
  await hand.take("材料审核", [reason("材料齐全")]);
  await hand.take("推荐", [reason("培育基础好")]);
  await seen(visit, hand, "recommended");
  Hand.tell("application");
});

/* From the obstacle of the case to the experts who are ticked. */
async function meet(hand: Hand, step: string): Promise<void> {
  const { page } = hand;
  await hand.click("link", zh["meeting.record"], page.locator(".case-action-shut", { has: page.getByRole("heading", { name: step, exact: true }) }));
  await page.waitForURL(/\/review\/meeting/);
  await hand.settled();
  await hand.type(new RegExp(`^${zh["meeting.day"]}`), dayIn(0));
  await hand.type(new RegExp(`^${zh["meeting.basis"]}`), "虚构的评审工作方案");
  for (const expert of ["专家甲（演示）", "专家乙（演示）"]) await hand.click("checkbox", expert);
  await hand.attach(".meeting-files");
  const points = page.locator(".meeting-points tbody input[inputmode=decimal]");
  for (const one of await points.all()) {
    hand.entries++;
    await one.fill("86");
  }
  await hand.type(new RegExp(`^${zh["review.reason"]} `), "虚构：专家组一致同意");
  await picture(page, "meeting");
  await hand.click("button", say("meeting.do", { n: 1 }));
  await page.waitForURL((url) => !url.pathname.endsWith("/meeting"));
  await hand.settled();
}

test("experts review it, and two sign its task book with targets, milestones and budget", async (visit) => {
  assert.ok(application);
  let hand = await at(visit, "officer", "province", "/todo");
  await hand.open(NAME);
  await meet(hand, "专家评审通过");
  await shut(hand);

  hand = await at(visit, PARTY, "applicant");
  await seen(visit, hand, "applicant-home");
  await find(hand, SHORT, /申报评审/);
  await seen(visit, hand, "applicant-reviewed");
  await shut(hand);

  // The years between which growth is measured stand in the task book: the office enters them first.
  hand = await at(visit, "officer", "province", "/todo");
  await hand.open(NAME);
  await hand.click("link", "登记测算参数");
  await enter(hand, async () => {
    await seen(visit, hand, "years");
    await hand.type(/^基期年/, "2025");
    await hand.type(/^末期年/, "2028");
  });
  await hand.click("button", `${zh["case.propose"]} 签订项目任务书`);
  await hand.propose("签订项目任务书", [[/^中心名称|^名称/, "四川省新能源汽车高价值专利育成中心（演示）"]], true);
  await shut(hand);
  hand = await at(visit, "leader", "leader", "/todo");
  await hand.confirm(NAME, "签订项目任务书");
  await seen(visit, hand, "signed");
  await shut(hand);
  Hand.tell("task book");
});

test("the budget is approved and paid, spending and milestones are entered, offices inspect and evaluate", async (visit) => {
  // The unit asks for its budget and its first payment, and enters its rules for the money and its plan.
  let hand = await at(visit, PARTY, "applicant", "/todo");
  await hand.open("建设");
  await shut(hand);

  hand = await atCase(visit, "officer", "province");
  await seen(visit, hand, "building-province");
  for (const [line, sum] of [["设备费", "500000"], ["专利费", "300000"]] as const) {
    await hand.click("button", `${zh["case.do"]} 审核经费支出预算`);
    if (await hand.page.getByRole("dialog").getByRole("radio").count()) await hand.click("radio", new RegExp(line));
    await hand.take("审核经费支出预算", [[/^批准金额/, sum]], true);
  }
  await shut(hand);

  // The unit asks for the first payment, and enters its rules for the money.
  hand = await at(visit, PARTY, "applicant");
  await hand.click("link", zh["work.menu"]);
  await hand.click("link", say("records.add", { type: "资金拨付" }));
  await enter(hand, async () => {
    await seen(visit, hand, "payment-new");
    await hand.type(/^项目编号/, NUMBER);
    await hand.type(/^用途/, "首期经费");
    await hand.type(/^金额/, "600000");
    await hand.click("radio", "省级专项资金");
  });
  await find(hand, SHORT, /项目建设与验收/);
  await hand.click("link", /^登记文档/);
  await enter(hand, async () => {
    await hand.type(/^标题/, "项目实施计划（演示）");
    await hand.page.getByLabel(/^类型/).first().selectOption({ label: "方案计划" });
    await hand.attach(".field:has(.upload)");
  });
  await hand.click("link", /^登记文档/);
  await enter(hand, async () => {
    await hand.type(/^标题/, "专项资金预算管理制度（演示）");
    await hand.page.getByLabel(/^类型/).first().selectOption({ label: "规章制度" });
    await hand.page.getByRole("radio", { name: "专项资金预算管理制度", exact: true }).check();
    await hand.attach(".field:has(.upload)");
  });
  await shut(hand);

  hand = await atCase(visit, "officer", "province");
  await hand.click("button", `${zh["case.propose"]} 拨付资金`);
  await seen(visit, hand, "pay");
  await hand.propose("拨付资金", [[/^拨付依据/, "省级财政知识产权专项资金管理办法"]], true);
  await shut(hand);
  hand = await at(visit, "leader", "leader", "/todo");
  await hand.open(NAME, zh["desk.verb.confirm"]);
  await hand.click("checkbox", zh["case.confirm.tick"]);
  await hand.click("button", zh["case.confirm.verb"].replace("{action}", "拨付资金"));
  await hand.page.waitForURL(/\/case\/\d+$/);
  await hand.settled();
  await seen(visit, hand, "paid");
  await shut(hand);

  // What is spent, with its voucher; a milestone that is reached.
  forward(140);
  hand = await atCase(visit, PARTY, "applicant");
  await hand.click("button", `${zh["case.do"]} 登记支出`);
  await hand.attach();
  await hand.take("登记支出", [[/^凭证号/, "记-901-01"], [/^科目/, "设备费"], [/^项目编号/, NUMBER], [/^金额/, "250000"], [/^日期/, dayIn(0)], [/^收款方/, "虚构仪器公司"], [/^用途/, "试验台架"]], true);
  await seen(visit, hand, "spent");
  await hand.click("link", zh["work.menu"]);
  await hand.click("link", "育成项目", hand.page.locator("main"));
  await hand.click("link", /YC-2026-901|新能源汽车/, hand.page.locator("main tbody"));
  await hand.click("button", /里程碑 1|完成日期 1/);
  await hand.type("完成日期 1", dayIn(-20));
  await hand.click("button", zh["records.save"]);
  await hand.page.locator(".record-editing").waitFor({ state: "detached" });
  await seen(visit, hand, "milestone");
  await shut(hand);

  // Both offices inspect; the use of the money is evaluated.
  for (const [person, role, step] of [["officer", "province", "省市场监管局检查与监督"], ["finance", "finance", "财政厅检查与监督"]] as const) {
    hand = await atCase(visit, person, role);
    await hand.click("button", `${zh["case.do"]} ${step}`);
    await hand.attach();
    hand.entries++;
    await hand.page.getByRole("dialog").getByLabel(/^类型/).first().selectOption({ label: "纪要" });
    await hand.take(step, [[/^标题/, `${step}记录（演示）`]], true);
    if (person === "officer") {
      await hand.click("button", `${zh["case.do"]} 资金使用绩效评价`);
      await seen(visit, hand, "measure");
      await hand.click("button", zh["fields.row.add"], hand.page.getByRole("dialog"));
      await hand.take("资金使用绩效评价", [[/^年度/, dayIn(0).slice(0, 4)], ["评价项 1", "资金使用"], ["得分 1", "90"]], true);
      await hand.click("button", `${zh["case.do"]} 日常监督管理`);
      await hand.take("日常监督管理", [[/^任务/, "报送半年进展（演示）"], [/^期限/, dayIn(30)]], true);
      await seen(visit, hand, "supervised");
    }
    await shut(hand);
  }

  // The unit replies to the task that it was given.
  hand = await at(visit, PARTY, "applicant", "/todo");
  await hand.open("报送半年进展（演示）");
  await seen(visit, hand, "task");
  hand.entries++;
  await hand.page.locator("main textarea").fill("虚构：专题库已建成，完成两件布局");
  await hand.click("button", "回复", hand.page.locator("main"));
  await seen(visit, hand, "task-replied");
  await shut(hand);
  Hand.tell("building");
});

/* The undertaking's records, each from its obstacle. */
async function prove(hand: Hand, door: RegExp, fill: () => Promise<void>): Promise<void> {
  await hand.click("link", door, hand.page.locator(".case-action-shut").first());
  await enter(hand, fill);
}

/* From the check of the case to what each target is computed from. */
async function reach(visit: Visit, hand: Hand): Promise<void> {
  const { page } = hand;
  const field = (label: string) => page.locator(".field").filter({ hasText: new RegExp(`^${label}`) });
  const mend = async (door: RegExp, fill: () => Promise<void>) => {
    await hand.click("link", zh["case.tab.check"]);
    await hand.click("link", door, page.locator("main"));
    await enter(hand, fill);
  };
  await mend(/^补填审查结果/, async () => {
    await hand.type(/^申请日/, "2027-02-10");
    await hand.type(/^授权日/, "2028-05-20");
    await hand.click("button", "是", field("高价值发明专利"));
    await unfold(hand, "审查和失效");
    await hand.click("radio", "授权");
    await hand.type(/^结果日期/, "2028-05-20");
    await hand.click("checkbox", /未发生/, field("失效日"));
    await hand.click("button", "是", field("已实施"));
    await hand.click("button", "是", field("有实施证据"));
    await seen(visit, hand, "patent-filled");
  });
  for (const [year, value] of [["2025", "40"], ["2028", "71"]] as const)
    await mend(/^登记统计序列/, async () => {
      await hand.click("radio", "关键技术领域发明专利申请量");
      await hand.type(/^年度/, year);
      await hand.type(/^数值/, value);
      await hand.type(/^来源/, "本单位专利台账（演示）");
      await seen(visit, hand, "series");
    });
  await seen(visit, hand, "reached-in-part");

  // Nine more products are in a workbook that the unit keeps.
  await hand.click("link", zh["work.menu"]);
  await hand.click("button", zh["work.import"]);
  hand.entries++;
  await page.getByRole("dialog").getByLabel(zh["work.import.kind"]).selectOption({ label: "专利产品备案" });
  await hand.click("button", zh["work.import.go"]);
  const dialog = page.getByRole("dialog", { name: zh["records.import"] });
  hand.clicks++;
  await dialog.getByLabel(zh["records.import.file"]).setInputFiles({ name: "专利产品备案.xls", mimeType: "application/vnd.ms-excel", buffer: Buffer.from(`<html><meta charset=utf-8><table><tr><td>备案号<td>产品名称<td>备案日期</tr>${Array.from({ length: 9 }, (_, n) => `<tr><td>BA-901-1${n}<td>电驱部件${n + 1}（演示）<td>${dayIn(-20)}</tr>`).join("")}</table></html>`) });
  await hand.click("button", zh["records.import.check"], dialog);
  await seen(visit, hand, "products-checked");
  await hand.click("button", zh["records.import"], dialog);
  await dialog.getByText(say("records.import.done", { created: 9, changed: 0, unchanged: 0, rejected: 0 }), { exact: true }).waitFor();
  await hand.click("button", zh["common.close"], dialog);
  await find(hand, SHORT, /项目建设与验收/);
  await hand.click("link", zh["case.tab.check"]);
  await seen(visit, hand, "reached");
  for (const door = page.getByRole("link", { name: "补填备案证明" }); await door.count(); ) {
    await hand.click("link", "补填备案证明");
    await enter(hand, () => hand.attach(".field:has(.upload)"));
  }
}

test("it asks for its acceptance with what the document asks of it; experts score it online, and their opinion is recorded", async (visit) => {
  forward(840);
  let hand = await atCase(visit, PARTY, "applicant");
  await seen(visit, hand, "request-shut");
  for (const standard of ["企业知识产权合规管理体系", "ISO 56005 创新管理"])
    await prove(hand, /^登记管理标准认证/, async () => {
      await hand.click("radio", standard);
      await hand.type(/^发证日期/, dayIn(-30));
      await hand.type(/^有效期至/, dayIn(900));
      await hand.attach(".field:has(.upload)");
      if (standard.startsWith("ISO")) {
        await unfold(hand, "其他");
        await hand.type(/^等级/, "三级");
      }
    });
  await prove(hand, /^登记专利产品备案/, async () => {
    await hand.type(/^备案号/, "BA-901-01");
    await hand.type(/^产品名称/, "电驱总成（演示）");
    await hand.type(/^备案日期/, dayIn(-30));
    await hand.attach(".field:has(.upload)");
  });
  await prove(hand, /^登记专利台账/, async () => {
    await hand.type(/^专利号/, "CN198249001A");
    await hand.type(/^名称/, "高价值专利（演示）");
    await hand.click("radio", "发明");
    await unfold(hand, "实施");
    await hand.attach(".field:has(.upload)");
  });
  await reach(visit, hand);
  await hand.click("button", `${zh["case.do"]} 申请验收`);
  await hand.take("申请验收", [reason("任务书所列指标提前完成")], true);
  await seen(visit, hand, "requested");
  await shut(hand);

  // Two experts are ticked, declare themselves and score.
  hand = await at(visit, "officer", "province", "/todo");
  await hand.open(NAME);
  await hand.click("link", zh["panel.online"], hand.page.locator(".case-action-shut", { has: hand.page.getByRole("heading", { name: "记录专家验收意见", exact: true }) }));
  await hand.type(new RegExp(`^${zh["meeting.basis"]}`), "虚构的验收工作方案");
  await hand.click("button", zh["panel.new.do"]);
  await hand.page.waitForURL(/\/panels\/\d+$/);
  await hand.settled();
  for (const expert of ["专家甲（演示）", "专家乙（演示）"]) await hand.click("checkbox", expert);
  await hand.click("button", say("panel.invite", { n: 2 }));
  await shut(hand);
  for (const account of ["expert", "expert-b"]) {
    hand = await at(visit, account, "expert");
    await hand.click("link", new RegExp(`^${zh["score.answer"]}`));
    await hand.click("button", zh["score.statement.none"]);
    await hand.click("link", new RegExp(`^${zh["score.open"]} `));
    for (const one of await hand.page.locator(".score-points").all()) {
      hand.entries++;
      await one.fill("88");
    }
    await hand.type(zh["score.opinion"], "虚构意见");
    await hand.click("radio", zh["meeting.pass"]);
    await picture(hand.page, "sheet");
    await hand.click("button", zh["score.submit"]);
    await hand.page.getByText(zh["score.state.locked"]).waitFor();
    await shut(hand);
  }
  hand = await at(visit, "officer", "province");
  await hand.click("link", zh["panel.list"]);
  await hand.click("link", new RegExp(`${NAME}.*项目建设与验收`), hand.page.locator("main"));
  await hand.type(new RegExp(`^${zh["review.reason"]} `), "虚构：专家组一致同意");
  await hand.click("button", zh["panel.close"]);
  await hand.page.getByRole("heading", { name: zh["panel.report"] }).waitFor();
  await seen(visit, hand, "panel-report");
  await hand.click("link", NAME, hand.page.locator("main"));
  await hand.take("记录专家验收意见", [reason("专家组验收通过")]);
  await seen(visit, hand, "judged");
  await hand.click("button", `${zh["case.do"]} 验收通过`);
  await seen(visit, hand, "accept");
  await hand.attach(); // a result rests on a report
  await hand.take("验收通过", [[/^年度/, dayIn(0).slice(0, 4)]], true);
  await hand.page.getByText("验收通过").first().waitFor();
  await seen(visit, hand, "accepted");
  await hand.click("link", "运营中心");
  await seen(visit, hand, "register");
  await shut(hand);
  hand = await at(visit, PARTY, "applicant");
  await seen(visit, hand, "accepted-home");
  await hand.click("link", /^消息/);
  await seen(visit, hand, "accepted-messages");
  await hand.click("link", /^本中心/);
  await seen(visit, hand, "accepted-centre");
  await find(hand, SHORT, /项目建设与验收/);
  await seen(visit, hand, "accepted-unit");
  await shut(hand);
  const portal = await visit.open(`${demo.address}/`);
  await portal.locator("h1").first().waitFor();
  await picture(portal, "portal");
  Hand.tell("acceptance");
});

test("another project is told of its exit, replies, and leaves by the decision of two", async (visit) => {
  const [name, party] = ["绵阳启衡核技术有限公司（演示）", "centre34"];
  let hand = await atCase(visit, "officer", "province", /项目建设与验收/, "启衡核技术");
  await hand.click("button", `${zh["case.do"]} 提出退出`);
  await hand.attach();
  await hand.take("提出退出", [reason("未按任务书实施"), [/^依据/, "虚构的工作规则"], [/^事由/, "未按任务书实施"], [/^日期/, dayIn(-10)], [/^事实/, "虚构：进度停滞"]], true);
  await hand.click("button", `${zh["case.do"]} 告知查实的退出事由和依据`);
  const also = hand.page.getByRole("dialog").getByRole("checkbox", { name: /拟退出告知/ });
  if (await also.count()) await hand.click("checkbox", /拟退出告知/, hand.page.getByRole("dialog"));
  await hand.take("告知查实的退出事由和依据", [reason("进度停滞"), [/^依据/, "虚构的工作规则"], numbered(891), [/^决定所依据的事实/, "虚构：进度停滞"], [/^陈述申辩期限/, "五日"]], true);
  await hand.click("button", `${zh["rectify.serve"]} 拟退出告知`);
  await hand.attach();
  await hand.type(new RegExp(`^${zh["rectify.serve.due"]}`), dayIn(5));
  await hand.type(new RegExp(`^${zh["rectify.serve.due_basis"]}`), "虚构的工作规则");
  await hand.click("button", zh["rectify.serve.do"]);
  await hand.page.getByRole("dialog").waitFor({ state: "detached" });
  await seen(visit, hand, "exit-served");
  await shut(hand);

  hand = await at(visit, party, "undertaker", "/todo");
  await hand.open("项目建设与验收");
  await hand.take("陈述、申辩", [[/^陈述、申辩/, "设备到货推迟，请求继续建设"]], (await hand.page.getByRole("dialog").count()) > 0);
  await seen(visit, hand, "replied");
  await shut(hand);

  forward(6);
  hand = await at(visit, "officer", "province", "/todo");
  await hand.open(name);
  await hand.click("button", `${zh["case.propose"]} 淘汰退出`);
  await hand.propose("淘汰退出", [reason("未按任务书实施"), numbered(892), [/^决定所依据的事实/, "虚构：进度停滞"]], true);
  await shut(hand);
  hand = await at(visit, "leader", "leader", "/todo");
  await hand.confirm(name, "淘汰退出");
  await hand.page.getByText("已退出").first().waitFor();
  await seen(visit, hand, "exited");
  Hand.tell("exit");
});
