/* The page of a record: how far it is, what belongs to it and what it lacks, each reached from the other without a list. */
import assert from "node:assert/strict";
import { texts, type Language, type Page, type Visit } from "./browser.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();

interface Listed {
  items: { id: number; [field: string]: unknown }[];
  total: number;
}

const read = <T = Listed>(page: Page, path: string) => page.evaluate(async (at) => (await fetch(at)).json() as Promise<unknown>, `${demo.address}/api/v1${path}`) as Promise<T>;
const blanks = async (page: Page, language: Language = "zh") => (await page.locator("main").innerText()).split(texts[language]["records.notGiven"]).length - 1;
const said = (language: Language, key: keyof (typeof texts)["zh"], values: Record<string, string | number>) => texts[language][key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));

/* The first signed deal, opened from the list of those. */
async function openDeal(visit: Visit, language: Language): Promise<Page> {
  const page = await visit.enter(demo, "centre1", "/r/deal?state=signed", { language });
  await page.locator(".list tbody a").first().click();
  await page.locator(".record-facts").waitFor();
  await visit.settled(page);
  return page;
}

test("a signed deal tells its stages, and a follow-up is reached from it and leads back without a list", async (visit) => {
  for (const language of ["zh", "en"] as const) {
    const page = await openDeal(visit, language);
    const deal = new URL(page.url()).pathname;
    const stages = page.getByRole("list", { name: texts[language]["records.stages"] }).getByRole("listitem");
    assert.equal(await stages.count(), 6);
    assert.match(await stages.and(page.locator("[aria-current=step]")).innerText(), language === "zh" ? /^(合同|履约)/ : /^(Contract|Performance)/);
    assert.match(await stages.nth(2).innerText(), /\d\d-\d\d/);
    assert.ok((await blanks(page, language)) <= 2, await page.locator("main").innerText());
    await visit.look(page);

    const [label, text] = language === "zh" ? ["跟进记录", "对方确认按期付款"] : ["Follow-up", "They pay on time"];
    await page.getByRole("link", { name: said(language, "records.add", { type: label }), exact: true }).click();
    await page.getByRole("textbox", { name: language === "zh" ? /^日期/ : /^Date/ }).fill("2026-11-19");
    await page.getByRole("textbox", { name: language === "zh" ? /^内容/ : /^Content/ }).fill(text);
    await page.getByRole("button", { name: texts[language]["records.enter"], exact: true }).click();
    await page.waitForURL((url) => url.pathname === deal);
    await page.locator("aside").getByText(text).waitFor();
    await page.locator("aside").getByRole("link", { name: "2026-11-19" }).first().click();
    await page.waitForURL(/\/w\/r\/follow_up\/\d+$/);
    await page.locator("main").locator(`a[href$="${deal.slice(deal.indexOf("/r/"))}"]`).first().click();
    await page.waitForURL((url) => url.pathname === deal);
    await visit.settled(page);
  }
});

test("kinds that refer to each other are made from each other, for who may", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/demand");
  const [demand] = (await read(page, "/records/demand?limit=1")).items;
  await page.goto(`${demo.address}/w/r/demand/${demand!.id}`);
  await page.getByRole("link", { name: "从需求生成交易" }).click();
  await page.waitForURL((url) => url.pathname === "/w/r/deal/new" && url.searchParams.get("demand") === String(demand!.id));
  const officer = await visit.enter(demo, "officer", `/r/demand/${demand!.id}`);
  await visit.settled(officer);
  assert.equal(await officer.getByRole("link", { name: "从需求生成交易" }).count(), 0);
});

test("what has no value stands in one line, in amber what the next step needs; Escape folds it again", async (visit) => {
  for (const language of ["zh", "en"] as const) {
    const page = await openDeal(visit, language);
    const line = page.locator(".folded > button");
    assert.match(await line.locator("em").innerText(), language === "zh" ? /^应补 2 项：备案日期、备案编号$/ : /^2 to fill in: Filed on, Filing number$/);
    assert.doesNotMatch(await page.locator("main").innerText(), /质押登记号|Pledge registration number/);
    await line.click();
    assert.equal(await line.getAttribute("aria-expanded"), "true");
    const opened = page.locator(".folded dl");
    assert.match(await opened.innerText(), language === "zh" ? /备案编号[^]*不适用[^]*质押登记号[^]*未知/ : /Filing number[^]*Does not apply[^]*Pledge registration number[^]*Not known/);
    assert.ok((await blanks(page, language)) <= 2);
    await visit.look(page);
    await page.keyboard.press("Escape");
    await opened.waitFor({ state: "detached" });
    assert.ok(await line.evaluate((button) => button === document.activeElement));
  }
});

test("the keys of the page: the neighbours in the list it came from, after F5 too, a follow-up, the form", async (visit) => {
  const page = await openDeal(visit, "zh");
  const { items, total } = await read(page, "/records/deal?filter=state=signed");
  const at = (id: unknown) => page.waitForURL(new RegExp(`/w/r/deal/${String(id)}$`));
  await at(items[0]!.id);
  await page.getByText(`第 1 条，共 ${total} 条`).waitFor();
  await page.keyboard.press("]");
  await at(items[1]!.id);
  await page.reload();
  await page.getByText(`第 2 条，共 ${total} 条`).waitFor();
  await visit.settled(page);
  await page.keyboard.press("[");
  await at(items[0]!.id);
  await page.getByText(`第 1 条，共 ${total} 条`).waitFor();
  assert.equal(await page.getByRole("link", { name: texts.zh["records.previous"], exact: true }).count(), 0);
  await visit.settled(page);
  await page.keyboard.press("f");
  await page.waitForURL((url) => url.pathname === "/w/r/follow_up/new" && url.searchParams.get("deal") === String(items[0]!.id));
  await page.goBack();
  await visit.settled(page);
  await page.keyboard.press("e");
  await page.waitForURL(new RegExp(`/w/r/deal/${items[0]!.id}/edit$`));
  await visit.settled(page);
});

test("the patents of a record are told as the library knows them", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/deal");
  const { hits } = await read<{ hits: { number: string; title: string; status_label: string }[] }>(page, `/search?query=${encodeURIComponent("电池")}&k=1`);
  const [hit] = hits;
  const id = await page.evaluate(
    async ([at, number]) => {
      const { csrf } = (await (await fetch(`${at}/session`)).json()) as { csrf: string };
      const answer = await fetch(`${at}/records/deal`, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: JSON.stringify({ contract_no: "YS-测-专利", title: "专利的交易", type: "licence", patents: [number] }) });
      return ((await answer.json()) as { id: number }).id;
    },
    [`${demo.address}/api/v1`, hit!.number] as const,
  );
  await page.goto(`${demo.address}/w/r/deal/${id}`);
  await visit.settled(page);
  const row = page.locator(".record-table tr", { hasText: hit!.number });
  assert.ok((await row.innerText()).includes(hit!.status_label), await row.innerText());
  await row.getByRole("link", { name: hit!.title }).click();
  await page.waitForURL(/\/w\/patents\/\d+/);
  await visit.settled(page);
});

test("no page of a record is a grid of what was not given", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r");
  const { items: kinds } = await read<{ items: { name: string; may: string[] }[] }>(page, "/types");
  let seen = 0;
  for (const { name, may } of kinds) {
    if (!may.includes("read") || name === "case") continue;
    const [row] = (await read(page, `/records/${name}?limit=1`)).items;
    if (!row) continue;
    await visit.move(page, `${demo.address}/w/r/${name}/${row.id}`);
    assert.ok((await blanks(page)) <= 2, `${name}: ${await page.locator("main").innerText()}`);
    seen++;
  }
  assert.ok(seen > 20, String(seen));
});
