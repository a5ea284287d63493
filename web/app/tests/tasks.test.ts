/* A task for three centres, from the office that issues it to the reply that it accepts; a typical case from its centre to the
 * portal; support and the reserve. Clicks and texts are printed. */
import assert from "node:assert/strict";
import { texts, type Page, type Visit } from "./browser.ts";
import { Hand } from "./hand.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();
const { zh, en } = texts;

const TITLE = "虚构任务：报送三季度运营数据";
const DUE = "2026-11-30";
const PDF = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
const file = (name: string) => ({ name, mimeType: "application/pdf", buffer: Buffer.from(PDF.replace("Catalog", `Catalog/Lang(${name})`)) });

async function ask<T>(person: string, path: string): Promise<T> {
  const { token } = await demo.json<{ token: string }>("user", "token", person);
  return (await (await fetch(`${demo.address}/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` } })).json()) as T;
}

interface Centre {
  person: string;
  name: string;
}

/* Three that the office chooses, with who signs in for each. */
const centres: Centre[] = [];

const reply = (page: Page) => page.getByRole("textbox", { name: /^回复/ });

async function toTask(visit: Visit, person: string, look: { language?: "zh" | "en" } = {}): Promise<{ page: Page; hand: Hand }> {
  const page = await visit.enter(demo, person, "/todo", look);
  const hand = new Hand(page, visit);
  hand.clicks++;
  await page.locator(".task", { hasText: TITLE }).locator("a.button").click();
  await page.waitForURL(/\/tasks\/\d+/);
  await visit.settled(page);
  return { page, hand };
}

test("an office issues one task to three centres at once; each row says what came of it", async (visit) => {
  const { items } = await ask<{ items: { name: string; credit_code: string }[] }>("officer", "/records/centre?fields=name,credit_code&filter=state%3Dactive%20and%20programme%3Dsc-yunying-2025&limit=100");
  for (const person of ["centre1", "centre2", "centre3", "centre4", "centre5", "centre6"]) {
    const { credit_code: code } = await ask<{ credit_code: string }>(person, "/session");
    const found = items.find((one) => one.credit_code === code);
    if (found && centres.length < 3) centres.push({ person, name: found.name });
  }
  assert.equal(centres.length, 3);
  const page = await visit.enter(demo, "officer", "/");
  const hand = new Hand(page, visit);
  await hand.click("link", zh["tasks.title"]);
  await hand.click("link", zh["tasks.new"]);
  await hand.type(/^任务/, TITLE);
  await hand.type(/^期限/, DUE);
  await hand.type(/^要求/, "虚构：按附表填报，并附合同。");
  await page.reload(); // what was typed is kept
  await visit.settled(page);
  for (const { name } of centres) await hand.click("checkbox", new RegExp(name));
  await visit.look(page);
  await visit.magnify(page);
  await hand.click("button", zh["tasks.issue"].replace("{n}", "3"));
  await page.getByRole("heading", { name: zh["tasks.issued"].replace("{n}", "3") }).waitFor();
  await visit.look(page);
  assert.equal(await page.locator("tbody tr").count(), 3);
  console.log(`# issued to three: ${hand.clicks} clicks, ${hand.entries} texts`);
  assert.ok(hand.clicks <= 6, String(hand.clicks));
});

test("a centre replies on the page of the task, though the server stops in between; what is sent back it changes", async (visit) => {
  const { person, name } = centres[0]!;
  let { page, hand } = await toTask(visit, person);
  await page.getByText("虚构：按附表填报，并附合同。").waitFor();
  assert.equal(await page.getByRole("button", { name: "确认完成", exact: true }).count(), 0); // that is the office's
  hand.entries++;
  await reply(page).fill("虚构：已填报，合同两份。");
  hand.clicks++;
  await page.locator('input[type="file"]').setInputFiles(file("合同.pdf"));
  await page.getByText("合同.pdf").first().waitFor();
  await visit.settled(page);
  await visit.look(page);
  await demo.stop();
  await hand.page.getByRole("button", { name: zh["tasks.reply.do"], exact: true }).click();
  hand.clicks++;
  await page.getByText(zh["common.noAnswer"]).waitFor();
  await demo.start();
  await page.reload();
  await visit.settled(page);
  assert.equal(await reply(page).inputValue(), "虚构：已填报，合同两份。");
  await hand.click("button", zh["tasks.reply.do"]);
  await page.getByText(zh["tasks.reply.sent"]).waitFor();
  console.log(`# replied: ${hand.clicks} clicks, ${hand.entries} texts`);
  // It has left 待办.
  const { items } = await ask<{ items: { type: string; title: Record<string, string> }[] }>(person, "/todo?limit=500");
  assert.ok(!items.some(({ type, title }) => type === "task" && title.title === TITLE));
  await page.close();

  page = await visit.enter(demo, "officer", "/tasks?view=replied");
  hand = new Hand(page, visit);
  assert.equal(await page.locator("tbody tr", { hasText: TITLE }).count(), 1);
  await hand.click("link", TITLE);
  await page.getByText("合同.pdf").first().waitFor();
  await visit.look(page);
  await hand.click("button", "退回");
  await page.getByRole("dialog").getByLabel(new RegExp(zh["records.action.reason"])).fill("虚构：缺少第二份合同");
  await page.getByRole("dialog").getByRole("button", { name: "退回", exact: true }).click();
  await page.getByText(zh["tasks.open"]).first().waitFor();
  await page.close();

  ({ page, hand } = await toTask(visit, person));
  await page.getByText(/退回：虚构：缺少第二份合同/).waitFor();
  await visit.magnify(page);
  await reply(page).fill("虚构：已补第二份合同。");
  await page.locator('input[type="file"]').setInputFiles(file("合同二.pdf"));
  await page.getByText("合同二.pdf").first().waitFor();
  await visit.settled(page);
  await hand.click("button", zh["tasks.reply.do"]);
  await page.getByText(zh["tasks.reply.sent"]).waitFor();
  await page.close();

  page = await visit.enter(demo, "officer", "/tasks?view=replied");
  hand = new Hand(page, visit);
  await hand.click("link", TITLE);
  await page.getByText("合同二.pdf").first().waitFor();
  await hand.act("确认完成");
  await page.getByText(zh["tasks.done"]).first().waitFor();
  await page.goto(`${demo.address}/w/tasks?view=done&q=${encodeURIComponent(TITLE)}`);
  await page.locator("tbody tr", { hasText: "2026-11-20" }).waitFor();
  assert.ok(name);
});

test("what is overdue both see, in both languages", async (visit) => {
  demo.forward(15 * 86_400); // 2026-12-05
  const page = await visit.enter(demo, "officer", `/tasks?view=late&q=${encodeURIComponent(TITLE)}`, { language: "en" });
  assert.equal(await page.locator("tbody tr").count(), 2);
  await visit.look(page);
  await visit.magnify(page);
  const city = await visit.enter(demo, "city", "/tasks");
  await city.getByRole("heading", { name: zh["tasks.title"] }).waitFor();
  const { page: own } = await toTask(visit, centres[1]!.person, { language: "en" });
  await own.locator(".tag", { hasText: en["tasks.late"] }).first().waitFor();
  await own.getByText(en["desk.late"].replace("{n}", "5")).waitFor();
  await visit.look(own);
  await own.goto(`${demo.address}/w/tasks`);
  await own.locator("tbody tr", { hasText: TITLE }).getByText(en["tasks.late"]).waitFor();
});

test("a typical case goes from its centre to the portal", async (visit) => {
  const title = "虚构案例：专利开放许可";
  const page = await visit.enter(demo, centres[0]!.person, "/r/typical_case/new");
  let hand = new Hand(page, visit);
  await hand.type(/^标题/, title);
  await hand.type(/^年度/, "2026");
  await hand.type(/^摘要/, "虚构的摘要");
  await hand.type(/^正文/, "虚构的正文，联系人电话13800000000。");
  await hand.click("button", zh["fields.row.add"]);
  await hand.type(/^名称 1/, "虚构企业");
  await hand.type(/^同意日期 1/, "2026-11-01");
  hand.clicks++;
  await page.locator('input[type="file"]').first().setInputFiles(file("同意书.pdf"));
  await page.getByText("同意书.pdf").first().waitFor();
  await visit.settled(page);
  await hand.click("button", zh["records.enter"]);
  await page.waitForURL(/\/r\/typical_case\/\d+$/);
  await visit.settled(page);
  visit.expected.push(/400|422/);
  await hand.click("button", "脱密审核");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "脱密审核", exact: true }).click();
  await dialog.getByText(zh["records.clears"]).waitFor();
  const places = dialog.getByRole("group", { name: zh["records.clears"] }).getByRole("textbox");
  await visit.settled(page);
  await visit.look(page);
  const n = await places.count();
  assert.equal(n, 2); // the phone number, and the letter that has no text to read
  for (let i = 0; i < n; i++) {
    hand.entries++;
    await places.nth(i).fill("虚构：已逐处查看，可以公开");
  }
  await dialog.getByRole("button", { name: "脱密审核", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await visit.settled(page);
  await hand.act("报送");
  await page.getByText("已报送").first().waitFor();
  console.log(`# typical case of the centre: ${hand.clicks + 2} clicks, ${hand.entries} texts`);
  await page.close();

  const office = await visit.enter(demo, "officer", "/");
  hand = new Hand(office, visit);
  await hand.click("link", zh["support.title"]);
  await visit.look(office);
  await visit.magnify(office);
  await hand.click("link", zh["support.waiting"].replace("{n}", "1"));
  await hand.click("link", new RegExp(title));
  await hand.click("button", "发布");
  await office.getByRole("dialog").getByRole("button", { name: "发布", exact: true }).click();
  await office.getByText("已发布").first().waitFor();
  console.log(`# published: ${hand.clicks + 1} clicks, ${hand.entries} texts`);

  const portal = await visit.open(`${demo.address}/`, { language: "en" });
  hand = new Hand(portal, visit);
  await hand.click("link", en["portal.typical"]);
  await visit.look(portal);
  await hand.click("link", title);
  await portal.getByText("虚构的正文，联系人电话13800000000。").waitFor();
  assert.equal(await portal.getByText("虚构企业").count(), 0); // who consented is not public
  await visit.look(portal);
  await visit.magnify(portal);
});

test("a city keeps its reserve and its support by clicks", async (visit) => {
  const page = await visit.enter(demo, "city", "/");
  const hand = new Hand(page, visit);
  await hand.click("link", zh["support.title"]);
  await hand.click("link", zh["records.add"].replace("{type}", "储备项目"));
  await hand.type(/^单位名称/, "虚构储备单位");
  await hand.click("button", zh["records.enter"]);
  await page.waitForURL(/\/r\/reserve_project\/\d+$/);
  await visit.settled(page);
  await hand.click("button", "升入第二梯队");
  await page.getByRole("dialog").getByLabel(new RegExp(zh["records.action.reason"])).fill("虚构：条件具备");
  await page.getByRole("dialog").getByRole("button", { name: "升入第二梯队", exact: true }).click();
  await page.getByText("第二梯队").first().waitFor();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await hand.click("link", zh["support.title"]);
  await hand.click("link", zh["records.add"].replace("{type}", "主管部门的服务保障"));
  hand.clicks++;
  await page.getByRole("radio", { name: /指导支持/ }).check();
  await hand.type(/^事项/, "虚构：到中心指导");
  await hand.type(/^日期/, "2026-12-01");
  await hand.click("button", zh["records.enter"]);
  await page.waitForURL(/\/r\/support_given\/\d+$/);
  console.log(`# reserve and support: ${hand.clicks + 1} clicks, ${hand.entries + 1} texts`);
});
