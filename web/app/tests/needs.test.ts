/* Needs and offers: what the public is told of them, a push from one unit to another, the sheet of a screening in print, the ledger
 * of service inventions, and why a reminder does not run. */
import assert from "node:assert/strict";
import { texts, type Page } from "./browser.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();
const { zh } = texts;
const say = (key: keyof typeof zh, values: Record<string, string | number> = {}) => zh[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));

const read = <T>(page: Page, path: string) => page.evaluate(async (at) => (await (await fetch(at)).json()) as unknown, `${demo.address}/api/v1${path}`) as Promise<T>;
const write = (page: Page, method: string, path: string, body: object, version = 0) =>
  page.evaluate(
    async ([at, to, how, match, text]) => {
      const { csrf } = (await (await fetch(`${at}/session`)).json()) as { csrf: string };
      const answer = await fetch(`${at}${to}`, { method: how, headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf, ...(match === '"0"' ? {} : { "If-Match": match }) }, body: text });
      if (!answer.ok) throw new Error(await answer.text());
      return (await answer.json()) as { id: number; version: number };
    },
    [`${demo.address}/api/v1`, path, method, `"${version}"`, JSON.stringify(body)] as const,
  );
const first = async (page: Page, type: string, filter: string) => (await read<{ items: { id: number }[] }>(page, `/records/${type}?filter=${encodeURIComponent(filter)}`)).items[0]!.id;

// SCYY-014.1
test("the market has five kinds, each with when it was published, verified and how long it counts", async (visit) => {
  const page = await visit.open(`${demo.address}/market/supply`);
  await page.locator("nav.tabs a").first().waitFor();
  assert.equal(await page.locator("nav.tabs a").count(), 6); // and open licences (pools.test.ts)
  for (const kind of ["supply", "demand", "fund", "site", "cooperation"]) {
    await page.goto(`${demo.address}/market/${kind}`);
    const dates = page.locator(".rows .dates").first();
    await dates.waitFor();
    assert.match(await dates.innerText(), /\d{4}-\d\d-\d\d 发布\s*\d{4}-\d\d-\d\d 核实\s*至 \d{4}-\d\d-\d\d/, kind);
  }
  await page.locator(".rows .row-title").first().click();
  await page.locator("dt", { hasText: zh["portal.field.publisher"] }).waitFor();
  await visit.look(page);
});

// SCYY-012.1
test("a need is put before another unit, which answers among its own tasks, and who pushed it sees that it was read", async (visit) => {
  const theirs = await visit.enter(demo, "company", "/");
  const { unit } = await read<{ unit: number }>(theirs, "/session");
  const { credit_code: code } = await read<{ credit_code: string }>(theirs, `/records/party/${unit}`);
  const page = await visit.enter(demo, "centre1", "/");
  await page.goto(`${demo.address}/w/r/demand/${await first(page, "demand", "title~氮化镓功放")}`);
  await page.getByRole("link", { name: say("records.related.makeOne", { from: "需求", what: "推送" }) }).click();
  await page.getByRole("combobox", { name: /^推送给/ }).fill(code);
  await page.getByRole("textbox", { name: /^推送理由/ }).fill("同一环节，有散热专利，权利有效");
  await page.getByRole("button", { name: zh["records.enter"], exact: true }).click();
  await page.getByRole("button", { name: zh["ask.rail.open"], exact: true }).click();
  await page.getByRole("region", { name: zh["ask.rail"] }).getByText(/发出，.*前答复/).waitFor();
  await visit.settled(page);
  const pushed = page.url();

  await theirs.goto(`${demo.address}/w/todo`);
  await theirs.locator(".task", { hasText: "推送的专利和供需" }).first().getByRole("link", { name: /^答复/ }).click();
  await theirs.getByText("同一环节，有散热专利，权利有效").waitFor();
  await theirs.getByRole("radio", { name: "有意向，请联系" }).check();
  await theirs.getByRole("textbox", { name: /^对方联系人/ }).fill("虚构辛 028-00000000");
  await theirs.getByRole("button", { name: zh["ask.send"], exact: true }).click();
  await theirs.getByRole("heading", { name: zh["ask.given"] }).waitFor();
  await visit.settled(theirs);

  await page.goto(pushed);
  await page.getByText("有意向，请联系").first().waitFor();
  const main = await page.locator("main").innerText();
  assert.match(main, /对方已阅\s*是/);
  assert.match(main, /虚构辛 028-00000000/);
  await visit.look(page);
  await page.getByRole("link", { name: say("records.related.makeOne", { from: "推送", what: "交易" }) }).click();
  await page.waitForURL(/\/r\/deal\/new/);
  assert.match(await page.getByRole("textbox", { name: /^标题/ }).inputValue(), /氮化镓功放/);
  await visit.settled(page);
});

// SCYY-016.1
test("a printed screening has its criteria, weights and scores, and who evaluated", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/");
  await page.goto(`${demo.address}/w/r/screening/${await first(page, "screening", "state=scored")}`);
  await page.locator("dd", { hasText: "冯甲" }).waitFor();
  await page.emulateMedia({ media: "print" });
  const sheet = await page.locator("main").innerText();
  for (const said of ["技术先进性", "40", "86", "市场前景", "78", "权利稳定性", "82", "82.40", "评价人", "冯甲"]) assert.ok(sheet.includes(said), `${said} in ${sheet}`);
  await page.emulateMedia({ media: "screen" });
  await visit.look(page);
});

// SCYY-029.1+2
test("service inventions have a ledger of their own, beside that of the others", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/");
  await write(page, "POST", "/records/patent_holding", { number: "CN203010000001.5", title: "虚构职务成果", type: "invention", service_invention: true });
  await write(page, "POST", "/records/patent_holding", { number: "CN203010000002.X", title: "虚构其他专利", type: "invention" });
  await page.goto(`${demo.address}/w/r/patent_holding`);
  await page.getByRole("link", { name: zh["records.views.service"], exact: true }).click();
  await page.waitForURL(/service_invention%3Dtrue/);
  await visit.settled(page);
  assert.equal(await page.locator(".list tbody a", { hasText: "CN203010000001.5" }).count(), 1);
  assert.equal(await page.locator(".list tbody tr").count(), 1);
  await page.getByRole("link", { name: zh["records.views.others"], exact: true }).click();
  await page.locator(".list tbody a", { hasText: "CN203010000002.X" }).waitFor();
  assert.equal(await page.locator(".list tbody a", { hasText: "CN203010000001.5" }).count(), 0);
  await visit.look(page);
});

test("a reminder that does not run says which field it waits for", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/");
  const made = await write(page, "POST", "/records/layout_plan", { title: "虚构布局", priority: "2025-12-10" });
  await page.goto(`${demo.address}/w/r/layout_plan/${made.id}`);
  const off = say("records.due.off", { due: "优先权期限届满", fields: "类型" });
  await page.getByText(off).waitFor();
  await visit.look(page);
  await write(page, "PATCH", `/records/layout_plan/${made.id}`, { kind: "invention" }, made.version);
  await page.reload();
  await page.locator(".record-dues", { hasText: "2026-12-10" }).waitFor();
  assert.equal(await page.getByText(off).count(), 0);
});
