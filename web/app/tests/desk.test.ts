/* The desk of a centre: what is due, the duties against the plan, deals, demands; and the menus of who enters records. */
import assert from "node:assert/strict";
import { texts, type Page, type Visit } from "./browser.ts";
import { linksOpenTheirRows, number, sheetsShowTheirRows } from "./numbers.ts";
import { sharedDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = sharedDemo();
const { zh } = texts;

const section = (page: Page, key: "centre.first" | "centre.duties" | "centre.deals" | "centre.demands") => page.getByRole("region", { name: zh[key] });

test("the desk of a centre shows its year above the fold", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/");
  assert.equal(await section(page, "centre.duties").locator("tbody tr").count(), 8);
  const above = async (key: Parameters<typeof section>[1], part: string) => (await section(page, key).locator(part).boundingBox())!;
  const [last, deals] = [await above("centre.duties", "tbody tr:last-child"), await above("centre.deals", "h2")];
  assert.ok(last.y + last.height <= 768 && deals.y + deals.height <= 768, "eight duties and the head of the deals stand above the fold");
  assert.ok((await section(page, "centre.first").locator(".primary").count()) <= 1);
  await page.keyboard.press("3");
  await page.waitForURL(/\/work\?duty=3$/);
});

test("the desk of a centre that left says since when and how, and asks for no report or plan", async (visit) => {
  for (const [person, key, left] of [["centre3", "centre.left.revoked", "2026-07-13"], ["centre33", "centre.left.exited", "2026-10-14"]] as const) {
    const page = await visit.enter(demo, person, "/");
    const said = await page.locator("main .note").innerText();
    const [before, after] = zh[key].replace("{day}", left).split("{policy}");
    assert.ok(said.startsWith(before!) && said.endsWith(after!) && said.length > before!.length + after!.length, said);
    assert.equal(await page.getByRole("region", { name: zh["centre.annual"].replace("{year}", "2026") }).count(), 0, person);
    assert.equal(await section(page, "centre.duties").count(), 0, person);
    assert.equal(await page.locator('main a[href*="service_plan/new"]').count(), 0, person);
    await visit.look(page);
  }
  const page = await visit.enter(demo, "centre1", "/");
  assert.equal(await page.locator("main .note").count(), 0);
});

/* --- numbers and their rows ---------------------------------------------------------------------- */

/* Digits that are no count of rows: days, ordinals, titles, and what is derived from two numbers beside it. */
const DERIVED = ".print-only, .task-due, .centre-first h3, .centre-facts dd, .centre-demands, .centre-duties th small, .centre-duties td:nth-of-type(4), .rail-day, .desk-rail h2, .work-year, .work-used, .work-clause, .work-group h2 small, .work-sum b, .work-foot";

/* Other digits that open nothing. */
const loose = (page: Page, scope: string) =>
  page.locator(scope).evaluate((within, derived) => {
    const walk = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    while (walk.nextNode()) {
      const { textContent: text, parentElement: at } = walk.currentNode;
      if (/\d/.test(text!.replace(/\d{4}-\d\d-\d\d|\d{4} 年|\d\d-\d\d/g, "")) && !at!.closest(`a, button, select, ${derived}`)) found.push(`${at!.className}: ${text}`);
    }
    return found;
  }, DERIVED);

const added = async (page: Page, part: string) => (await page.locator(part).allInnerTexts()).reduce((n, text) => n + number(text), 0);

/* The links of the index that open kinds: their numbers are those of the kinds shown. */
async function linksOpenTheirKinds(visit: Visit, page: Page, at: string): Promise<void> {
  const links = await page.locator('main a[href*="view=letter"], main a[href*="open=true"]').evaluateAll((all) => all.map((one) => ({ to: one.getAttribute("href")!, text: one.textContent! })));
  for (const { to, text } of links.filter(({ text }) => /\d/.test(text) && !/种|按字母/.test(text))) {
    const place = new URL(to, `http://here${at.startsWith("/w") ? at : `/w${at}`}`);
    await page.goto(`${demo.address}${place.pathname}${place.search}`);
    await page.locator(".work-flat, .work-group").first().waitFor();
    await visit.settled(page); // the numbers come after the groups
    const within = place.searchParams.get("duty");
    assert.equal(await added(page, `${within ? `#duty-${within} ` : ""}${place.searchParams.has("open") ? ".work-unfinished" : "a.work-count"}`), number(text.replace(/\d{4} 年/, "")), `${to}: ${text}`);
  }
}

/* The sums in the head of the duties are those of its columns. */
async function headAddsUp(page: Page): Promise<void> {
  const head = section(page, "centre.duties").locator("header small");
  const shown = /(\d+)\D+(\d+)/.exec((await head.innerText()).replaceAll(",", ""))!;
  const columns = await Promise.all([1, 2].map(async (at) => (await section(page, "centre.duties").locator(`tbody td:nth-of-type(${at})`).allInnerTexts()).reduce((n, text) => n + Number(/^\d+/.exec(text) ?? 0), 0)));
  assert.deepEqual(shown.slice(1, 3).map(Number), columns);
  await head.evaluate((one) => one.remove());
}

/* The number in the head of a group, unless a report counts it, is that of its kinds. */
async function groupsAddUp(page: Page): Promise<void> {
  for (const group of await page.locator(".work-group", { has: page.locator(".work-sum") }).all()) {
    if (await group.locator(".work-sum b button.num").count()) continue;
    const kinds = await group.locator("a.work-count").allInnerTexts();
    assert.equal(kinds.reduce((n, text) => n + number(text), 0), number(await group.locator(".work-sum b").innerText()), kinds.join(" "));
  }
}

for (const [person, places] of Object.entries({ centre1: { "/": "main", "/work": "main" }, officer: { "/": ".desk-rail", "/work": "main" } })) {
  test(`each number on the desk and the index of ${person} opens the rows that it counts`, async (visit) => {
    for (const [at, scope] of Object.entries(places)) {
      const page = await visit.enter(demo, person, at);
      while (await page.locator(".work-more").count()) await page.locator(".work-more").first().click();
      if (person === "centre1" && at === "/") await headAddsUp(page);
      await groupsAddUp(page);
      assert.deepEqual(await loose(page, scope), [], at);
      assert.ok((await linksOpenTheirRows(page)) > 2, at);
      const sheets = await sheetsShowTheirRows(page);
      assert.ok(person !== "centre1" || sheets > 8, `${at}: ${sheets}`);
      await linksOpenTheirKinds(visit, page, at);
    }
  });
}

/* Offices of the demo, by the first digits of their places. */
const OFFICES = { officer: "51", leader: "51", ipcentre: "51", finance: "51", auditor: "51", city: "5101", mianyang: "5107", panzhihua: "5104", shanxi: "14", taiyuan: "1401", datong: "1402" };

test("each count on the desk of an office is of its own province or city, as the list that it opens", async (visit) => {
  for (const [person, place] of Object.entries(OFFICES)) {
    const page = await visit.enter(demo, person, "/");
    const box = page.getByRole("region", { name: zh["desk.overview"], exact: true });
    await box.getByRole("heading", { name: zh[place.length === 4 ? "desk.overview.city" : "desk.overview.province"] }).waitFor();
    const rowsOf = (path: string) => page.evaluate(async (asked) => ((await (await fetch(asked)).json()) as { items: Record<string, string | null>[] }).items, `api/v1/records/${path}&limit=500`);
    const entered = await rowsOf(`centre?filter=state%3Dactive&fields=region`);
    const own = entered.filter(({ region }) => region!.startsWith(place)).length;
    assert.ok(own > 0 && own < entered.length, person);
    for (const type of ["case", "deal"])
      for (const row of await rowsOf(`${type}?fields=owner_city,owner_province`)) assert.equal(place.length === 4 ? row.owner_city : row.owner_province, place, `${person}: ${type} ${row.id}`);
    assert.ok((await linksOpenTheirRows(page)) > 1, person);
    const link = box.getByRole("listitem").filter({ hasText: zh["desk.overview.centres"] }).getByRole("link");
    assert.equal(number(await link.innerText()), own, person);
    await link.click();
    await page.getByText(zh["records.total"].replace("{n}", String(own)), { exact: true }).waitFor();
  }
});

for (const language of ["zh", "en"] as const)
  test(`the desk stands, and at 200 %, ${language}`, async (visit) => {
    const page = await visit.enter(demo, "centre1", "/", { language });
    await visit.look(page);
    await visit.magnify(page);
  });

/* What the desk asks at once; what waits for the policies alone; and what for the kinds alone, which say who may plan. */
const FIRST = [/^\/packs$/, /^\/types\?counts=/, /^\/todo\?.*limit=200/, /^\/todo\?.*limit=500/, /^\/due\?from/, /^\/due\?type/, /^\/notifications/, /^\/types\/deal$/, /groups\?by=stage$/, /groups\?by=stage&sum/, /^\/records\/demand/];
const THEN = { "/packs": [/^\/reports\/.*duties-view/, /^\/reports\/.*annual-evaluation/, /\/check$/], "/types?counts": [/^\/records\/service_plan/] };

test("no request of a centre's desk waits for an answer that it does not need", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/work");
  const held = new Map<string, () => void>();
  await page.route(/\/api\/v1\/(?!session|events)/, async (route) => {
    await new Promise<void>((go) => held.set(route.request().url().split("/api/v1")[1]!, go));
    await route.continue();
  });
  const asked = async (what: RegExp) => {
    while (![...held.keys()].some((path) => what.test(path))) await page.waitForTimeout(20); // else the test hangs
  };
  await page.goto(`${demo.address}/w/`);
  for (const what of FIRST) await asked(what);
  assert.deepEqual([...held.keys()].slice(0, 2).map((path) => path.split("=")[0]), ["/packs", "/types?counts"], "others wait for these: they go first");
  for (const [of, then] of Object.entries(THEN)) {
    [...held].find(([path]) => path.startsWith(of))![1]();
    for (const what of then) await asked(what);
  }
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

test("an error of one request replaces only its own section", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/work");
  visit.expected.push(/500/);
  await page.route("**/records/deal/groups**", (route) => route.fulfill({ status: 500, contentType: "application/problem+json", body: "{}" }));
  await page.goto(`${demo.address}/w/`);
  await section(page, "centre.deals").getByRole("alert").waitFor();
  await visit.settled(page);
  assert.equal(await page.getByRole("alert").count(), 1);
  assert.equal(await section(page, "centre.duties").locator("tbody tr").count(), 8);
});

test("the menus of who enters records show every entry at 768 high, and each opens its page", async (visit) => {
  for (const [person, most] of [["centre1", 17], ["company", 15], ["service", 15]] as const) {
    const page = await visit.enter(demo, person, "/");
    const links = page.getByRole("navigation", { name: zh["shell.menu"] }).getByRole("link");
    const places = await links.evaluateAll((all) => all.map((one) => one.getAttribute("href")!));
    assert.ok(places.length > 12 && places.length <= most, `${person}: ${places.join(" ")}`);
    const box = page.locator(".menu-entries");
    assert.ok(await box.evaluate((menu) => menu.scrollHeight <= menu.clientHeight), `${person}: the menu scrolls`);
    for (const place of places.filter((one) => one.includes("/r/"))) {
      await visit.move(page, place);
      assert.equal(await page.getByText(zh["common.missing"]).count(), 0, `${person}: ${place}`);
    }
  }
});
