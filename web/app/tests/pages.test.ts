/* Every page, in one language by turns, in both with LONG=1: it is titled, loads nothing from elsewhere, breaks no policy,
 * and axe finds nothing serious in it (browser.ts); those of the portal fit a telephone. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Route } from "../rooms/shell/route.ts";
import { texts, type Language, type Page, type Visit } from "./browser.ts";
import { newFolder, sharedDemo } from "./program.ts";
import { readerOf, routes, sampleOf } from "./routes.ts";
import { test } from "./suite.ts";

const demo = sharedDemo();

async function look(visit: Visit, page: Page, route: Route): Promise<void> {
  await page.goto(demo.address + sampleOf(route));
  await visit.settled(page);
  assert.match(await page.title(), / · /, route.path);
  await visit.look(page);
}

/* Runs in each page before its own scripts: how much of it moves while it loads (cumulative layout shift). */
function watchMoves(): void {
  const seen = Object.assign(window, { moved: 0 });
  new PerformanceObserver((list) => list.getEntries().forEach((one) => (seen.moved += (one as PerformanceEntry & { value: number }).value))).observe({ type: "layout-shift", buffered: true });
}

const readHead = () => ({ about: document.querySelector("meta[name=description]")!.getAttribute("content")!, moved: (window as unknown as { moved: number }).moved });

for (const language of ["zh", "en"] as Language[]) {
  const mine = (_: Route, number: number): boolean => Boolean(process.env.LONG) || number % 2 === (language === "zh" ? 0 : 1);
  test(`the portal, ${language}`, async (visit) => {
    const page = await visit.open(demo.address, { language });
    await page.addInitScript(watchMoves);
    const said = new Set<string>();
    for (const route of routes.filter((one) => one.portal).filter(mine)) {
      await look(visit, page, route);
      const { about, moved } = await page.evaluate(readHead);
      assert.ok(moved < 0.05, `${route.path} moves by ${moved} while it loads`);
      for (const one of [await page.title(), about]) assert.ok(!said.has(one) && said.add(one), `${route.path} says no more of itself than "${one}"`);
      for (const width of [390, 360]) {
        await page.setViewportSize({ width, height: 844 });
        const needs = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(needs <= width, `${route.path} is ${needs} pixels wide in a window of ${width}`);
      }
      await page.setViewportSize({ width: 1366, height: 768 });
    }
  });

  test(`the workbench before signing in, ${language}`, async (visit) => {
    const page = await visit.open(`${demo.address}/w/`, { language });
    await page.waitForURL(/\/w\/login/);
    for (const route of routes.filter((one) => one.open).filter(mine)) await look(visit, page, route);
  });

  const inside = routes.filter((one) => !one.portal && !one.open);
  for (const reader of new Set(inside.map(readerOf)))
    test(`the workbench of ${reader}, ${language}`, async (visit) => {
      const page = await visit.enter(demo, reader, "/", { language });
      for (const route of inside.filter((one) => readerOf(one) === reader).filter(mine)) {
        await look(visit, page, route);
        await visit.magnify(page);
      }
    });
}

test("a case, a form and a record are printed with unit, number, state and pages, without buttons", async (visit) => {
  const page = await visit.enter(demo, "officer", "/case/130");
  for (const [at, number, state] of [["/case/130", "2026-000130", "已复核"], ["/case/130/form", "2026-000130", "已报送"], ["/r/deal/94", "94", ""]] as const) {
    await page.goto(`${demo.address}/w${at}`);
    await visit.settled(page);
    const tag = state || (await page.locator(".page-head .tag").innerText());
    const file = join(newFolder(), "page.pdf");
    await page.pdf({ path: file, preferCSSPageSize: true });
    const sheets = execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" }).split("\f").slice(0, -1);
    for (const said of ["四川省市场监督管理局（演示）", number, tag]) assert.ok(sheets[0]!.includes(said), `${at}: ${said}\n${sheets[0]}`);
    sheets.forEach((sheet, i) => assert.match(sheet, new RegExp(`${i + 1}\\s*/\\s*${sheets.length}\\s*$`), at));
    await page.emulateMedia({ media: "print" });
    assert.deepEqual(await page.locator(".bar, .menu, .tabs, .crumb, .ant-btn, a.button, button.button").filter({ visible: true }).allInnerTexts(), [], at);
    await page.emulateMedia({ media: null });
  }
});

test("each key opens one page", () => {
  const chords = routes.flatMap(({ chord }) => chord ?? []);
  assert.deepEqual(chords.filter((chord, i) => chords.indexOf(chord) !== i), []);
});

test("texts are there in both languages", () => {
  for (const key of Object.keys(texts.zh) as (keyof typeof texts.zh)[]) {
    assert.ok(texts.zh[key].trim() && texts.en[key].trim(), key);
    assert.deepEqual([...texts.zh[key].matchAll(/\{\w+\}/g)].map(String).sort(), [...texts.en[key].matchAll(/\{\w+\}/g)].map(String).sort(), key);
  }
});
