/* People are away: a role lent for days and programmes, the work of a closed account handed over, urging; each seen by the
 * other side in a browser of its own. */
import assert from "node:assert/strict";
import { texts, type Page, type Visit } from "./browser.ts";
import { Hand } from "./hand.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();
const { zh } = texts;

/* With PICTURES=folder as a picture, too. */
let pictures = 0;
async function shown(visit: Visit, page: Page): Promise<void> {
  await visit.look(page);
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/away-${++pictures}.png` });
}
const LENDER = "省局甲（演示）";
const label = (key: keyof typeof zh, values: Record<string, string | number>) => zh[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
const field = (key: keyof typeof zh) => new RegExp(`^${zh[key]}`);
const FOR = label("desk.behalf", { name: LENDER });

const call = <T>(page: Page, path: string, body?: unknown): Promise<T> =>
  page.evaluate(
    async ([at, sent]) => {
      const { csrf } = (await (await fetch("api/v1/session")).json()) as { csrf: string };
      const said = await fetch(`api/v1${at}`, sent ? { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf, "Accept-Language": "zh" }, body: sent } : {});
      if (!said.ok) throw new Error(`${at}: ${said.status} ${await said.text()}`);
      return said.json();
    },
    [path, body ? JSON.stringify(body) : ""] as const,
  ) as Promise<T>;

interface Item {
  type: string;
  id: number;
  case?: { programme: string };
  on_behalf_of?: string;
  by?: string;
}
const todo = async (page: Page) => (await call<{ items: Item[] }>(page, "/todo?limit=500&each=true")).items;

test("a colleague acts for an officer on leave, in one programme, until the officer ends it", async (visit) => {
  await demo.run("user", "add", "ding", "--display-name", "省局丁（演示）", "--unit", "1");
  const colleague = await visit.enter(demo, "ding", "/todo");
  assert.deepEqual(await todo(colleague), []);

  const page = await visit.enter(demo, "officer", "/account?view=away");
  const officer = new Hand(page, visit, "委托人");
  await page.getByText(zh["account.away.none"]).waitFor();
  await officer.click("button", zh["account.away.lend"]);
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(field("account.away.to")).selectOption({ label: "省局丁（演示）" });
  await officer.type(field("people.to"), "2026-12-31", dialog);
  await officer.click("checkbox", /^四川省产业知识产权运营中心建设管理工作指引/, dialog);
  await shown(visit, page);
  await officer.click("button", zh["account.away.verb"], dialog);
  await dialog.waitFor({ state: "detached" });
  const loan = page.locator("tbody tr", { hasText: "省局丁（演示）" });
  await loan.getByText("工作指引").waitFor();
  await shown(visit, page);
  Hand.tell("lending a role");

  // The colleague sees whose work it is, of that programme alone, and does a step of it.
  await colleague.reload();
  await visit.settled(colleague);
  await colleague.locator(".task", { hasText: FOR }).first().waitFor();
  await shown(visit, colleague);
  const lent = (await todo(colleague)).filter((one) => one.case);
  assert.ok(lent.length > 5);
  assert.deepEqual([...new Set(lent.map((one) => `${one.case!.programme} ${one.on_behalf_of}`))], [`sc-yunying-2025 ${LENDER}`]);
  await visit.move(colleague, "/w/account?view=away");
  await colleague.getByText(new RegExp(`^${LENDER}委托你代行“省局工作人员”，项目：四川省产业知识产权运营中心`)).waitFor();
  await visit.move(colleague, "/w/case/227");
  await new Hand(colleague, visit).take("启动评价", [[field("case.input.reason"), "按年度安排启动"]]);
  await colleague.getByText("省局丁（演示）（受省局甲（演示）委托）").first().waitFor();
  visit.expected.push(/404.*cases\/234/);
  const refused = await colleague.evaluate(async () => (await fetch("api/v1/cases/234")).status);
  assert.equal(refused, 404, "a case of another programme");

  // The officer sees who did it for him, in the case and in the log.
  await visit.move(page, "/w/case/227");
  await page.getByText("省局丁（演示）（受省局甲（演示）委托）").first().waitFor();
  const audit = await visit.enter(demo, "auditadmin", "/log");
  const entry = audit.locator("tr", { hasText: "省局丁（演示）" }).filter({ hasText: "受省局甲（演示）委托" }).first();
  await entry.waitFor();
  await shown(visit, audit);

  // It ends at once.
  await visit.move(page, "/w/account?view=away");
  await loan.getByRole("button", { name: `${zh["people.end"]} 省局丁（演示）` }).click();
  await officer.click("button", zh["people.end"], dialog);
  await page.getByText(zh["account.away.none"]).waitFor();
  assert.deepEqual(await todo(colleague), []);
});

test("a task given to an officer on leave stands among those of a colleague with the same role, as lent", async (visit) => {
  const leader = await visit.enter(demo, "leader", "/");
  const { version } = await call<{ version: number }>(leader, "/cases/131");
  await call(leader, "/cases/131/actions/forward", { account: 1, reason: "尽快复核（演示）", version });
  const page = await visit.enter(demo, "officer", "/account?view=away");
  await call(page, "/grants", { account: 2, role: "province_officer", delegate: true, to: "2026-12-31", reason: "休假" });
  const colleague = await visit.enter(demo, "officer2", "/todo");
  const mine = await todo(colleague);
  assert.ok(mine.some((one) => one.type === "case" && one.id === 131 && one.on_behalf_of === LENDER), "what was handed to him");
  assert.ok(mine.some((one) => one.case && !one.on_behalf_of), "what is the office's is not lent");
});

test("an approver's message opens what is approved, with its button; urging reaches the other side", async (visit) => {
  const leader = await visit.enter(demo, "leader", "/messages?view=unread");
  await leader.getByRole("button", { name: zh["messages.readAll"] }).click();
  await leader.getByText(zh["messages.empty.unread"]).waitFor();
  const colleague = await visit.enter(demo, "officer2", "/case/66");
  const { version } = await call<{ version: number }>(colleague, "/cases/66");
  await call(colleague, "/cases/66/actions/exit", { version, reason: "逾期未改（演示）", papers: { "exit-decision": { number: "虚构〔2026〕9号", values: { "decision.facts": "逾期未改（演示）", "remedy.period": "六十日", "remedy.organ": "虚构的机关", "remedy.court_period": "六个月", "remedy.court": "虚构的法院" } } } });
  await call(colleague, "/cases/66/actions/urge", { version: (await call<{ version: number }>(colleague, "/cases/66")).version, reason: "请尽快确认（演示）" });

  const link = leader.getByRole("link", { name: /成都恒岳卫星互联网运营中心（演示）：项目建设与验收等待您/ });
  for (let times = 0; times < 20 && !(await link.count()); times++) {
    await leader.reload();
    await visit.settled(leader);
  }
  await leader.getByText(/催办：/).first().waitFor();
  await shown(visit, leader);
  await link.first().click();
  await leader.waitForURL(/\/case\/66\/confirm\/exit$/);
  await leader.getByRole("checkbox", { name: zh["case.confirm.tick"] }).check();
  assert.ok(await leader.getByRole("button", { name: zh["case.confirm.verb"].replace("{action}", "淘汰退出") }).isEnabled());
  await visit.move(leader, "/w/todo");
  await leader.locator(".task", { hasText: label("desk.urged", { n: 1 }) }).first().waitFor();
});

test("closing an account shows what is open in its name and hands it to a colleague, who finds it with whom it comes from", async (visit) => {
  const page = await visit.enter(demo, "secadmin", "/people?unit=1");
  const security = new Hand(page, visit, "安全管理员");
  await security.click("button", LENDER);
  await security.click("button", zh["people.disable"]);
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/^待办：.* 131，/).waitFor();
  await dialog.getByText(/省局甲（演示）委托省局丙（演示）/).waitFor();
  await security.type(field("case.input.reason"), "调离（演示）", dialog);
  await security.click("button", zh["people.disable"], dialog);
  await dialog.getByText(zh["people.work.fill"]).waitFor();
  await shown(visit, page);
  await security.click("radio", "省局丙（演示）", dialog);
  await security.click("button", zh["people.disable"], dialog);
  await dialog.waitFor({ state: "detached" });
  Hand.tell("closing an account");

  const colleague = await visit.enter(demo, "officer2", "/todo");
  const given = (await todo(colleague)).filter((one) => one.type === "case" && one.id === 131 && one.by === LENDER);
  assert.equal(given.length, 1);
  assert.equal(given[0]!.on_behalf_of, undefined, "it is the colleague's own now");
  await visit.move(colleague, "/w/messages");
  await colleague.getByText(/攀枝花云栖康养运营中心/).first().waitFor();
});
