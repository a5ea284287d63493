/* What is done in the place where it is met: a follow-up in one line, the deals of a client, the first hit by Enter, what a chosen
 * patent fills, one way to a match. */
import assert from "node:assert/strict";
import { texts, type Page } from "./browser.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();
const zh = texts.zh;

interface Listed {
  items: { id: number; [field: string]: unknown }[];
}
const read = <T = Listed>(page: Page, path: string) => page.evaluate(async (at) => (await fetch(at)).json() as Promise<unknown>, `${demo.address}/api/v1${path}`) as Promise<T>;

test("a follow-up of today is typed in one line on the page of a deal and of a demand", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/account");
  for (const [type, filter] of [["deal", "state=signed"], ["demand", ""]] as const) {
    const [{ id }] = (await read(page, `/records/${type}?limit=1&filter=${filter}`)).items as [{ id: number }];
    await page.goto(`${demo.address}/w/r/${type}/${id}`);
    const line = page.getByRole("textbox", { name: zh["records.entry.today"].replace("{what}", "跟进记录") });
    await line.click();
    await page.keyboard.type(`电话谈过 ${type}`);
    await page.keyboard.press("Enter");
    await page.locator("aside .told-text").getByText(`电话谈过 ${type}`).waitFor();
    assert.equal(await line.inputValue(), "");
    const [made] = (await read(page, `/records/follow_up?filter=${type}=${id}&sort=-id&limit=1&fields=date,content`)).items;
    assert.deepEqual([made!.date, made!.content], ["2026-11-20", `电话谈过 ${type}`]);
    await visit.settled(page);
  }
  // One way to a match: the button of the page.
  assert.equal(await page.locator("main a[href*='/r/patent_match/new']").count(), 0);
  assert.equal(await page.locator("main a[href*='/match?demand=']").count(), 1);
  await visit.look(page);
});

test("the page of a client shows the deals that name it", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/account");
  const deals = (await read<{ items: { id: number; title: string; sides: { name: string; role?: string }[] }[] }>(page, "/records/deal?limit=50&fields=*")).items;
  const clients = (await read<{ items: { id: number; name: string }[] }>(page, "/records/served_party?limit=200&fields=name")).items;
  let of = deals.flatMap((deal) => clients.filter(({ name }) => deal.sides?.some((side) => side.name === name)).map((client) => ({ deal, client })))[0];
  if (!of) {
    const name = deals.flatMap(({ sides }) => sides ?? []).find(({ role }) => role === "taker")!.name;
    const id = await page.evaluate(
      async ([at, text]) => {
        const { csrf } = (await (await fetch(`${at}/session`)).json()) as { csrf: string };
        const made = await fetch(`${at}/records/served_party`, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: JSON.stringify({ name: text }) });
        if (!made.ok) throw new Error(await made.text());
        return ((await made.json()) as { id: number }).id;
      },
      [`${demo.address}/api/v1`, name] as const,
    );
    of = { deal: deals.find(({ sides }) => sides?.some((side) => side.name === name))!, client: { id, name } };
  }
  await page.goto(`${demo.address}/w/r/served_party/${of.client.id}`);
  const link = page.locator(".related a[href*='/r/deal/']").first();
  await link.click();
  await page.waitForURL(/\/w\/r\/deal\/\d+$/);
  await page.getByText(of.client.name).first().waitFor();
  await visit.settled(page);
});

test("Enter takes the first of several hits, and a chosen patent fills the form", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/patent_holding/new");
  const { hits } = await read<{ hits: { id: number; number: string; title: string }[] }>(page, `/search?query=${encodeURIComponent("电池")}&k=8`);
  assert.ok(hits.length > 1);
  const box = page.getByRole("combobox", { name: /^专利号/ });
  await box.click();
  await page.keyboard.type("电池");
  await page.getByRole("option").nth(1).waitFor();
  assert.equal(await page.getByRole("option").first().getAttribute("aria-selected"), "true");
  await page.keyboard.press("Enter");
  const title = page.getByRole("textbox", { name: /^名称/ });
  await page.waitForFunction((want) => [...document.querySelectorAll("input, textarea")].some((one) => (one as HTMLInputElement).value === want), hits[0]!.title);
  assert.equal(await title.inputValue(), hits[0]!.title);
  const { record } = await read<{ record: { application_date?: string } }>(page, `/patents/${hits[0]!.id}`);
  if (record.application_date) assert.equal(await page.getByRole("textbox", { name: /^申请日/ }).inputValue(), record.application_date);
  await visit.look(page);

  await page.goto(`${demo.address}/w/r/follow_up/new`);
  const deal = page.getByRole("combobox", { name: /^交易/ });
  await deal.click();
  await page.keyboard.type("YS");
  await page.getByRole("option").nth(1).waitFor();
  await page.waitForFunction(() => document.querySelector("[role=option]")?.getAttribute("aria-selected") === "true");
  const first = await page.getByRole("option").first().innerText();
  await page.keyboard.press("Enter");
  await page.waitForFunction((want) => [...document.querySelectorAll("input")].some(({ value }) => value === want), first.trim());
  assert.ok((await deal.inputValue()).includes(first.trim()));
});
