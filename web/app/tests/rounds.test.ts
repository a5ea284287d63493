/* What is told before it is too late: a centre recognised in the quarter of a round, a second rectification, an application
 * beside what runs already. */
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
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/rounds-${++pictures}.png` });
}
const label = (key: keyof typeof zh, values: Record<string, string | number>) => zh[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));

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

test("an applicant with a project that runs is told before anything is filled in, with a link to it", async (visit) => {
  const page = await visit.enter(demo, "centre31", "/calls");
  const row = page.locator(".apply li", { hasText: "该单位上次立项的事项尚未办结" }).first();
  await row.getByText(zh["apply.ahead"]).waitFor();
  await shown(visit, page);
  await row.getByRole("button", { name: new RegExp(`^${zh["apply.begin"]}`) }).click();
  await page.getByRole("dialog").getByText(/该单位上次立项的事项尚未办结（“项目建设与验收”，事项2026-000067/).waitFor();
  await page.keyboard.press("Escape");
  await row.getByRole("link", { name: zh["apply.ahead.open"] }).click();
  await page.waitForURL(/\/case\/67$/);
});

test("a second rectification is told with a link to the first, and not refused", async (visit) => {
  const page = await visit.enter(demo, "shanxi", "/case/230");
  const hand = new Hand(page, visit);
  const { version } = await call<{ version: number }>(page, "/cases/230");
  await call(page, "/cases/230/actions/open", { version, reason: "按年度安排启动（演示）", basis: "年度工作安排" });
  await visit.move(page, "/w/evaluations/230");
  const told = page.locator(".note", { hasText: zh["case.alsoRunning"] });
  await told.getByRole("link", { name: /限期整改（2026-000226/ }).waitFor();
  await shown(visit, page);
  const now = await call<{ version: number }>(page, "/cases/230");
  await call(page, "/cases/230/actions/grade-unqualified", { version: now.version, reason: "评价不合格（演示）", basis: "年度工作安排", records: { evaluation: { opinion: "履职不足（演示）" } } });
  await visit.move(page, "/w/rectify/226");
  await page.reload(); // the second one was not begun by this page
  await visit.settled(page);
  await told.getByRole("link", { name: /限期整改/ }).waitFor();
  await hand.click("link", /限期整改（/, told);
  assert.match(page.url(), /\/rectify\/\d+$/);
});

test("a round leaves out who was recognised in its quarter, with the reason; the officer decides otherwise with a reason", async (visit) => {
  demo.forward(4 * 86_400); // the period of the published list is over
  const officer = await visit.enter(demo, "officer", "/case/134");
  const { version } = await call<{ version: number }>(officer, "/cases/134");
  await call(officer, "/cases/134/actions/recognise", { version, reason: "公示无异议（演示）", basis: "年度工作安排" });
  const leader = await visit.enter(demo, "leader", "/todo");
  await new Hand(leader, visit).confirm("攀枝花雁行特色农业运营中心", "正式认定");

  await visit.move(officer, "/w/evaluations?programme=sc-yunying-2025&year=2026");
  const hand = new Hand(officer, visit);
  await hand.click("button", zh["evaluation.begin"]);
  const dialog = officer.getByRole("dialog");
  const recent = dialog.locator(".round-centres li", { hasText: "特色农业" });
  await recent.getByText(label("evaluation.begin.recent", { day: "2026-11-24" })).waitFor();
  assert.equal(await recent.getByRole("checkbox").isChecked(), false);
  const all = await dialog.locator(".round-centres li").count();
  const other = dialog.locator(".round-centres li").filter({ hasNotText: "特色农业" }).first();
  const name = await other.locator("label").innerText();
  await other.getByRole("checkbox").uncheck();
  await hand.click("button", label("evaluation.begin.do", { n: all - 2 }), dialog);
  await dialog.getByText(zh["evaluation.begin.why.fill"]).waitFor();
  await shown(visit, officer);
  await other.getByRole("textbox").fill("中心搬迁，顺延（演示）");
  await hand.click("button", label("evaluation.begin.do", { n: all - 2 }), dialog);
  await dialog.waitFor({ state: "detached", timeout: 60_000 });
  await visit.settled(officer);
  const rows = officer.locator(".evaluations-table tbody tr");
  await rows.filter({ hasText: "特色农业" }).getByText(label("evaluation.leftOut", { reason: label("evaluation.begin.recent", { day: "2026-11-24" }) })).waitFor();
  await rows.filter({ hasText: name.trim() }).getByText("中心搬迁，顺延（演示）").waitFor();
  await shown(visit, officer);

  // Taken in after all: the reason stands in the step.
  await hand.click("button", zh["evaluation.begin"]);
  await recent.getByRole("checkbox").check();
  await recent.getByRole("textbox").fill("单位申请参加（演示）");
  await hand.click("button", label("evaluation.begin.do", { n: 1 }), dialog);
  await dialog.waitFor({ state: "detached", timeout: 60_000 });
  await rows.filter({ hasText: "特色农业" }).getByRole("link").click();
  await visit.settled(officer);
  const id = Number(/\d+$/.exec(new URL(officer.url()).pathname)![0]);
  const { items } = await call<{ items: { reason?: string }[] }>(officer, `/cases/${id}/history`);
  assert.ok(items.some(({ reason }) => reason?.includes("单位申请参加（演示）")));
});
