/* What is due of records stands on the desk, in the pending work, in the calendar, on the page of its record and in the file of a
 * calendar; once its verb has answered it, in none of them. */
import assert from "node:assert/strict";
import { texts, type Page } from "./browser.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();

const read = (page: Page, path: string) => page.evaluate(async (at) => (await fetch(at)).text(), `${demo.address}/api/v1${path}`);

/* Makes a record, or changes one of a version. */
const write = (page: Page, method: string, path: string, body: object, version = 0) =>
  page.evaluate(
    async ([at, to, how, match, text]) => {
      const { csrf } = (await (await fetch(`${at}/session`)).json()) as { csrf: string };
      const answer = await fetch(`${at}${to}`, { method: how, headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf, ...(match === '"0"' ? {} : { "If-Match": match }) }, body: text });
      if (!answer.ok) throw new Error(await answer.text());
    },
    [`${demo.address}/api/v1`, path, method, `"${version}"`, JSON.stringify(body)] as const,
  );

test("a follow-up agreed and a payment stand on the desk, in the calendar and in ICS until their verbs answer them", async (visit) => {
  for (const language of ["zh", "en"] as const) {
    const words = texts[language];
    const [agreed, payment, paid, content, date] = language === "zh" ? ["约定的跟进", "应收款", /^实付日 /, /^内容/, /^日期/] : ["Follow-up agreed", "Payment due", /^Paid on /, /^Content/, /^Date/];
    const [next, due] = language === "zh" ? ["2026-11-21", "2026-11-23"] : ["2026-11-20", "2026-11-24"];
    const page = await visit.enter(demo, "centre1", "/r/deal?state=signed", { language });
    await page.locator(".list tbody a").first().click();
    await page.locator(".record-facts").waitFor();
    const deal = new URL(page.url()).pathname;
    const id = Number(deal.split("/").at(-1));
    const held = JSON.parse(await read(page, `/records/deal/${id}`)) as { version: number; number: string; title?: string; payments: object[] };
    await write(page, "PATCH", `/records/deal/${id}`, { payments: [...held.payments, { due, amount: "7.00" }] }, held.version);
    await write(page, "POST", "/records/follow_up", { deal: id, date: language === "zh" ? "2026-11-18" : "2026-11-20", content: "约好再谈", next_date: next });

    const task = (label: string, on: string) => page.locator(".task", { hasText: label }).filter({ hasText: on });
    const go = async (at: string) => {
      await page.goto(`${demo.address}/w${at}`);
      await visit.settled(page);
    };
    const first = (label: string) => page.locator(".centre-first li", { hasText: label });
    const near = (label: string, on: string) => page.locator(".desk-rail .rail-day", { hasText: label }).filter({ hasText: on.slice(5) });
    const calendar = `/calendar?month=2026-11&day=${next}`;
    const dayOf = (on: string) => page.getByRole("table").getByRole("button", { name: new RegExp(language === "zh" ? `11月${Number(on.slice(8))}日` : `\\b${Number(on.slice(8))} November`) });

    await go("/");
    assert.match(await first(agreed).innerText(), new RegExp(held.number));
    for (const [label, on] of [[agreed, next], [payment, due]] as const) assert.equal(await near(label, on).count(), 1, label);
    await go(calendar);
    assert.match(await task(agreed, next).innerText(), new RegExp(held.number));
    assert.match(await dayOf(due).innerText(), new RegExp(payment));
    await dayOf(next).focus();
    for (let at = Number(next.slice(8)); at < Number(due.slice(8)); at++) await page.keyboard.press("ArrowRight");
    await page.waitForURL((url) => url.searchParams.get("day") === due);
    await task(payment, due).waitFor();
    assert.ok(await dayOf(due).evaluate((element) => element === document.activeElement));
    await visit.look(page);
    await page.getByRole("button", { name: words["calendar.next"], exact: true }).click();
    await page.waitForURL((url) => url.searchParams.get("month") === "2026-12");
    await page.getByRole("button", { name: words["calendar.today"], exact: true }).click();
    await page.waitForURL((url) => url.searchParams.get("day") === "2026-11-20");
    await visit.settled(page);
    const feed = await page.getByRole("link", { name: words["calendar.ics"] }).getAttribute("href");
    const isInFile = async (label: string, on: string) => {
      const file = await page.evaluate(async (at) => (await fetch(at)).text(), feed!);
      return file.split("BEGIN:VEVENT").some((one) => one.includes(`DTSTART;VALUE=DATE:${on.replaceAll("-", "")}`) && one.includes(label));
    };
    assert.ok((await isInFile(agreed, next)) && (await isInFile(payment, due)));

    // A newer follow-up answers the one that was agreed.
    await go("/todo");
    assert.equal(await task(payment, due).count(), 1);
    await visit.look(page);
    await task(agreed, next).getByRole("link", { name: new RegExp(`^${words["desk.verb.enter"]} `) }).click();
    await page.waitForURL((url) => url.searchParams.get("deal") === String(id));
    await page.getByRole("textbox", { name: date }).fill("2026-11-20");
    await page.getByRole("textbox", { name: content }).fill("谈过");
    await page.getByRole("button", { name: words["records.enter"], exact: true }).click();
    await page.waitForURL(/\/w\/r\/follow_up\/\d+/);
    await go("/todo");
    assert.equal(await task(agreed, next).count(), 0);

    // The day of payment, in its row, which its verb opens.
    await task(payment, due).getByRole("link", { name: new RegExp(`^${words["desk.verb.fill"]} `) }).click();
    const cell = page.getByRole("textbox", { name: paid });
    await cell.waitFor();
    const rail = page.locator(".record-dues li", { hasText: due });
    await rail.first().waitFor();
    assert.equal(await rail.count(), 1);
    await visit.look(page);
    await cell.fill("2026-11-19");
    await page.keyboard.press("Enter");
    await rail.waitFor({ state: "detached" });
    await go(calendar);
    assert.doesNotMatch(await dayOf(due).innerText(), new RegExp(payment));
    assert.doesNotMatch(await dayOf(next).innerText(), new RegExp(agreed));
    assert.ok(!(await isInFile(agreed, next)) && !(await isInFile(payment, due)));
    await go("/");
    for (const [label, on] of [[agreed, next], [payment, due]] as const) assert.equal((await near(label, on).count()) + (await first(label).filter({ hasText: on }).count()), 0, label);
    const rest = JSON.parse(await read(page, `/due?type=deal&id=${id}`)) as { items: { due: string }[] };
    assert.ok(!rest.items.some((one) => one.due === due));
  }
});

test("fees of patents that come near and those that are late are counted on the desk, each until it is paid", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/account");
  const number = "CN202310123456.6";
  const fees = (...paid: (string | null)[]) => [["2026-07-05", paid[0]], ["2026-12-30", paid[1]], ["2027-12-30", null]].map(([due, on]) => ({ due, amount: "2000.00", ...(on ? { paid: on } : {}) }));
  await write(page, "POST", "/records/patent_holding", { number, title: "虚构的竹编机", type: "invention", filed: "2023-01-05", granted: "2025-06-03", outcome: "granted", fees: fees() });
  const counts = async () => {
    await page.goto(`${demo.address}/w/`);
    await visit.settled(page);
    return (await page.getByRole("region", { name: texts.zh["centre.fees"] }).getByRole("listitem").allInnerTexts()).map((text) => Number(/\d+/.exec(text) ?? 0));
  };
  assert.deepEqual(await counts(), [1, 1]);
  await page.getByRole("region", { name: texts.zh["centre.fees"] }).getByRole("button").first().click();
  await page.getByRole("dialog").getByRole("link").click();
  await page.waitForURL(/\/r\/patent_holding\/\d+$/);
  const id = Number(new URL(page.url()).pathname.split("/").at(-1));
  const { version } = JSON.parse(await read(page, `/records/patent_holding/${id}`)) as { version: number };
  await write(page, "PATCH", `/records/patent_holding/${id}`, { fees: fees("2026-11-19") }, version);
  assert.deepEqual(await counts(), [0, 1]);
});

test("the fees of a patent are computed, one reminds without a field of its own, and what is paid makes the next stand", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/account");
  await write(page, "POST", "/records/patent_holding", { number: "CN201810123457.X", title: "虚构的竹编机架", type: "invention", filed: "2018-12-10", outcome: "granted" });
  const found = JSON.parse(await read(page, `/records/patent_holding?filter=${encodeURIComponent("title=虚构的竹编机架")}`)) as { items: { id: number; version: number }[] };
  const { id, version } = found.items[0]!;
  const fees = page.locator(".record-fees");
  const rail = page.locator(".record-dues");
  const open = async () => {
    await page.goto(`${demo.address}/w/r/patent_holding/${id}`);
    await visit.settled(page);
  };
  await open();
  assert.match(await rail.innerText(), /不提醒年费：未填授权日/);
  assert.equal(await fees.count(), 0);
  await write(page, "PATCH", `/records/patent_holding/${id}`, { granted: "2021-05-04" }, version);
  await open();
  const row = (year: number) => fees.locator("tbody tr").filter({ has: page.locator("td:first-child", { hasText: new RegExp(`^${year}$`) }) });
  assert.match(await row(9).innerText(), /2026-12-10\s+未核对\s+2027-06-10 未核对/);
  assert.match(await fees.innerText(), /按已填写的减缴、开放许可各日期和现有文件，不能确定减缴比例/);
  await page.goto(`${demo.address}/w/todo`);
  await visit.settled(page);
  await page.locator(".task", { hasText: "CN201810123457.X" }).first().waitFor();
  await open();
  await page.getByRole("link", { name: texts.zh["records.change"], exact: true }).first().click();
  await page.getByRole("radio", { name: "不减缴" }).click();
  await page.getByRole("button", { name: texts.zh["records.save"] }).click();
  await fees.waitFor();
  await visit.settled(page);
  assert.match(await row(9).innerText(), /2026-12-10\s+2,000\.00\s+2027-06-10 未核对/);
  await visit.look(page);
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/dues-fees.png`, fullPage: true });
  // Its year comes with it; the day it was paid is entered.
  await row(9).getByRole("link").click();
  const cell = page.getByLabel(/^缴费日 1$/);
  assert.equal(await page.getByLabel(/^年度 1$/).inputValue(), "9");
  await cell.fill("2026-11-19");
  await page.keyboard.press("Enter");
  await rail.filter({ hasText: "2027-12-10" }).waitFor();
  assert.doesNotMatch(await rail.innerText(), /2026-12-10/);
  assert.match(await row(9).innerText(), /2026-11-19/);
  await page.goto(`${demo.address}/w/r/patent_holding?sort=fee_due`);
  await visit.settled(page);
  const listed = await page.locator(".list tbody tr", { hasText: "虚构的竹编机架" }).innerText();
  assert.match(listed, /2027-12-10[^]*4,000\.00/);
});

test("more than five dues of one kind are one row, which leads to their list", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/deal?state=signed");
  await page.locator(".list tbody a").first().click();
  await page.locator(".record-facts").waitFor();
  const id = Number(new URL(page.url()).pathname.split("/").at(-1));
  const held = JSON.parse(await read(page, `/records/deal/${id}`)) as { version: number; payments: object[] };
  const days = [21, 22, 23, 24, 25, 26]; // near, and of the week
  await write(page, "PATCH", `/records/deal/${id}`, { payments: [...held.payments, ...days.map((day) => ({ due: `2026-11-${day}`, amount: "7.00" }))] }, held.version);
  await page.goto(`${demo.address}/w/todo`);
  await visit.settled(page);
  const rows = page.locator(".tasks > ul > li", { hasText: "应收款" });
  assert.equal(await rows.count(), 1);
  assert.ok(Number(/共 (\d+) 件/.exec(await rows.innerText())![1]) >= days.length);
  await visit.look(page);
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/dues-one-row.png` });
  await rows.getByRole("button", { name: texts.zh["desk.same.show"] }).click();
  assert.ok((await rows.locator("li.task").count()) >= days.length);
  await rows.getByRole("link", { name: `${texts.zh["desk.same.list"]} 应收款` }).click();
  await page.waitForURL(/\/r\/deal\?filter=/);
  await page.locator(".list tbody a").first().waitFor();
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/dues-list.png` });
});
