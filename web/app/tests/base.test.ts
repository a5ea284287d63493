/* A demonstration base by clicks alone: its application from the draft to the recognition by two persons, experts in between, its
 * project with guidance to the end, and the summary of the year: masked, signed by two, sent. */
import assert from "node:assert/strict";
import { texts, type Page, type Visit } from "./browser.ts";
import { Hand } from "./hand.ts";
import { NOON, ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const { zh } = texts;
const demo = ownDemo();
const BASE = "centre59"; // its head; an earlier application was declined
const NAME = "成都岷江大学成果转移转化中心（演示）";

const say = (key: keyof typeof zh, values: Record<string, string | number> = {}) => Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, String(value)), zh[key] as string);
const dayIn = (days: number) => new Date(NOON + 8 * 3600_000 + days * 86_400_000).toISOString().slice(0, 10);
const reason = (text: string) => [/^理由/, `虚构：${text}`] as const;
const at = async (visit: Visit, person: string, role: string, address: string): Promise<Hand> => new Hand(await visit.enter(demo, person, address), visit, role);

/* A page of the walk, looked at and, where pictures are wanted, taken. */
let taken = 0;
async function see(visit: Visit, page: Page, name: string): Promise<void> {
  await visit.settled(page);
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/base-${String(++taken).padStart(2, "0")}-${name}.png` });
  await visit.look(page);
}

const caseOf = (page: Page) => Number(/\/case\/(\d+)/.exec(page.url())![1]);

test("a base applies, is reviewed by experts and recognised by two persons; its project is guided and ends", async (visit) => {
  let hand = await at(visit, BASE, "base", "/");
  await see(visit, hand.page, "home");
  await hand.click("link", zh["apply.title"]);
  await see(visit, hand.page, "calls");
  await hand.click("button", `${zh["apply.begin"]} 申报评审`, hand.page.locator("main li", { hasText: "市场化运营示范基地管理办法" })); // two programmes name it so
  await see(visit, hand.page, "begin");
  await hand.click("radio", "省局", hand.page.getByRole("dialog"));
  await hand.click("button", zh["apply.begin"], hand.page.getByRole("dialog"));
  await hand.page.waitForURL(/\/case\/\d+\/form$/);
  await see(visit, hand.page, "form");
  const application = caseOf(hand.page);
  await hand.click("button", new RegExp(`^(${zh["form.foot.check"]}|${zh["form.foot.submit"]})$`));
  await hand.page.waitForURL(/\/submit$/);
  await see(visit, hand.page, "submit");
  const lists = hand.page.getByRole("checkbox", { name: zh["submit.lists.tick"], exact: true });
  if (await lists.count()) await hand.click("checkbox", zh["submit.lists.tick"]);
  await hand.click("button", "申报");
  await hand.page.getByRole("heading", { name: zh["submit.done"], level: 1 }).waitFor();
  await see(visit, hand.page, "submitted");
  await hand.page.close();

  // Experts judge it in a meeting; the office goes on by what they say.
  hand = await at(visit, "ipcentre", "IP centre", "/todo");
  await see(visit, hand.page, "todo-office");
  await hand.open(NAME);
  await see(visit, hand.page, "case-office");
  await hand.click("link", zh["meeting.record"]);
  await hand.page.waitForURL(/\/review\/meeting/);
  await hand.type(new RegExp(`^${zh["meeting.day"]}`), dayIn(0));
  await hand.type(new RegExp(`^${zh["meeting.basis"]}`), "虚构的评审工作方案");
  for (const one of ["专家甲（演示）", "专家乙（演示）"]) await hand.click("checkbox", one);
  await hand.attach("main");
  for (const [at, weight] of ["20", "16", "16", "16", "16", "16"].entries()) {
    hand.entries++;
    await hand.page.locator(".meeting-weights input").nth(at).fill(weight);
  }
  const points = hand.page.locator(".meeting-points tbody input[inputmode=decimal]");
  for (let i = 0; i < (await points.count()); i++) {
    hand.entries++;
    await points.nth(i).fill("86");
  }
  await hand.type(new RegExp(`^${zh["review.reason"]} `), "虚构：专家组一致同意");
  await see(visit, hand.page, "meeting");
  await hand.click("button", say("meeting.do", { n: 1 }));
  await hand.page.waitForURL(new RegExp(`/case/${application}(/|$)`));
  await see(visit, hand.page, "after-meeting");
  await hand.take("专家评审通过", [reason("按专家组意见")]);
  await hand.click("button", `${zh["case.propose"]} 认定`);
  await see(visit, hand.page, "recognise");
  await hand.propose("认定", [[/^名称/, "四川省知识产权市场化运营示范基地（演示）"]], true);
  await see(visit, hand.page, "proposed");
  await hand.page.close();
  hand = await at(visit, "ipcentre2", "second of the IP centre", "/todo");
  await hand.confirm(NAME, "认定");
  await see(visit, hand.page, "recognised");
  await hand.page.close();

  // Its project.
  hand = await at(visit, "ipcentre", "IP centre", "/todo");
  await hand.click("button", new RegExp(`^${zh["desk.same.show"]}`), hand.page.locator("main")); // projects of several bases stand as one
  await see(visit, hand.page, "todo-project");
  await hand.open(NAME);
  await see(visit, hand.page, "project");
  if (await hand.page.getByRole("dialog").count()) await hand.press("Escape");
  await hand.click("button", `${zh["case.do"]} 工作指导`);
  await see(visit, hand.page, "guide");
  await hand.take("工作指导", [[/^任务/, "报送建设进展"], [/^期限/, dayIn(20)]], true);
  await see(visit, hand.page, "guided");
  await hand.page.close();
  hand = await at(visit, BASE, "base", "/todo");
  await hand.open("报送建设进展");
  await see(visit, hand.page, "reply");
  hand.entries++;
  await hand.page.getByRole("textbox", { name: /^回复/ }).fill("虚构：建设进展顺利");
  await hand.click("button", "回复");
  await hand.page.getByText("已回复").first().waitFor();
  await see(visit, hand.page, "replied");
  await hand.page.close();
  hand = await at(visit, "ipcentre", "IP centre", "/todo");
  await hand.click("button", new RegExp(`^${zh["desk.same.show"]}`), hand.page.locator("main"));
  await hand.open(NAME);
  if (await hand.page.getByRole("dialog").count()) await hand.press("Escape");
  await hand.take("项目结束", [reason("建设任务提前完成")]);
  await hand.page.getByText("已结束").first().waitFor();
  await see(visit, hand.page, "ended");
  Hand.tell("a base recognised");
});

test("a base's summary of the year is masked, signed by two and sent", async (visit) => {
  let hand = await at(visit, "centre37", "base", "/");
  await hand.click("link", zh["annual.title"]);
  await see(visit, hand.page, "annual");
  await hand.click("link", `${zh["apply.goOn"]} 年度工作总结`);
  await see(visit, hand.page, "summary-form");
  await hand.click("button", "填写 高水平管理");
  const told = [
    ["高水平管理", "修订制度3项，联系人王某，电话13800001234，身份证11010519491231002X。"],
    ["高效益转化", "完成许可4项，合同价230万元。"],
    ["高标准保护", "一件商业秘密案件已结，联系 wang@example.invalid。"],
  ] as const;
  for (const [n, [aim, text]] of told.entries()) {
    await hand.click("button", zh["fields.row.add"]);
    hand.entries++;
    await hand.page.getByLabel(`目标 ${n + 1}`).selectOption({ label: aim });
    await hand.type(`内容 ${n + 1}`, text);
  }
  await see(visit, hand.page, "summary-written");
  await hand.click("button", zh["form.edit.done"], hand.page.getByRole("dialog"));
  await hand.page.getByRole("dialog").waitFor({ state: "detached" });

  // Before the first signature each place is seen with its text, and masked.
  await hand.click("button", new RegExp(`^(${zh["form.foot.check"]}|${zh["form.foot.submit"]})$`));
  const dialog = hand.page.getByRole("dialog", { name: "数据核对" });
  await dialog.waitFor();
  await hand.attach();
  await see(visit, hand.page, "check");
  const places = dialog.getByRole("region", { name: zh["case.mask.title"] });
  for (const text of ["13800001234", "11010519491231002X", "230万元", "商业秘密", "wang@example.invalid"]) await places.locator("mark", { hasText: text }).waitFor();
  await hand.click("checkbox", /商业秘密/, dialog); // what it says is no secret: it stays
  await hand.click("button", say("case.mask.do", { n: 4 }), dialog);
  await places.getByText(zh["case.mask.done"]).waitFor();
  await see(visit, hand.page, "masked");
  const after = places.locator("td:last-child");
  assert.deepEqual(await after.locator("p").allInnerTexts(), ["修订制度3项，联系人王某，电话138＊＊＊＊1234，身份证110＊＊＊＊＊＊＊＊＊＊＊002X。", "完成许可4项，合同价＊＊＊＊＊。", "一件商业秘密案件已结，联系 w＊＊＊@example.invalid。", "一件商业秘密案件已结，联系 w＊＊＊@example.invalid。"]);
  await hand.click("button", "数据核对", dialog);
  await dialog.waitFor({ state: "detached" });
  await see(visit, hand.page, "checked");
  const clear = hand.page.getByRole("dialog", { name: "信息脱密" });
  await hand.click("button", `${zh["case.do"]} 信息脱密`);
  await clear.getByText("数据核对和信息脱密由两个人分别签署").waitFor(); // who signed first is told so
  await clear.getByText(zh["case.mask.fixed"]).waitFor();
  await see(visit, hand.page, "clear-by-first");
  await hand.page.close();

  // Another person clears it, with a reason for what stays.
  hand = await at(visit, "staff37", "second of the base", "/todo");
  await hand.open("年度工作总结");
  await see(visit, hand.page, "clear");
  await hand.click("button", `${zh["case.do"]} 信息脱密`);
  const second = hand.page.getByRole("dialog", { name: "信息脱密" });
  const boxes = await second.getByRole("textbox").all();
  assert.equal(boxes.length, 2); // the mark that stays, and the file that has no text to read
  for (const box of boxes) {
    hand.entries++;
    await box.fill("虚构：已查看，可以保留");
  }
  await see(visit, hand.page, "clear-reasons");
  await hand.click("button", "信息脱密", second);
  await second.waitFor({ state: "detached" });
  await see(visit, hand.page, "cleared");
  await hand.page.close();

  // It is sent, with its receipt.
  hand = await at(visit, "centre37", "base", "/todo");
  await hand.open("年度工作总结");
  await see(visit, hand.page, "file");
  await hand.take("报送", [], (await hand.page.getByRole("dialog").count()) > 0);
  await hand.page.getByText("已报送").first().waitFor();
  await hand.click("link", zh["case.tab.papers"]);
  await hand.page.getByText(/工作总结接收回执/).first().waitFor();
  await see(visit, hand.page, "receipt");
  await hand.page.close();

  // The office reads it masked.
  hand = await at(visit, "ipcentre", "IP centre", new URL(hand.page.url()).pathname.replace(/^\/w/, "").replace(/papers$/, "form"));
  await see(visit, hand.page, "read");
  await hand.page.getByText("138＊＊＊＊1234").first().waitFor();
  assert.equal(await hand.page.getByText("13800001234").count(), 0);
  Hand.tell("a base's summary");
});
