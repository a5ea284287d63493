/* The desk of a centre: what is due, the duties against the plan, deals, demands; and the menus of who enters records. */
import assert from "node:assert/strict";
import { texts, type Page } from "./browser.ts";
import { sharedDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = sharedDemo();
const { zh } = texts;

const number = (text: string) => Number(/\d[\d,]*/.exec(text)![0].replaceAll(",", ""));
const section = (page: Page, key: "centre.first" | "centre.duties" | "centre.deals" | "centre.demands") => page.getByRole("region", { name: zh[key] });

test("the desk of a centre shows its year, and each of its numbers opens as many records", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/");
  assert.equal(await section(page, "centre.duties").locator("tbody tr").count(), 8);
  const above = async (key: Parameters<typeof section>[1], part: string) => (await section(page, key).locator(part).boundingBox())!;
  const [last, deals] = [await above("centre.duties", "tbody tr:last-child"), await above("centre.deals", "h2")];
  assert.ok(last.y + last.height <= 768 && deals.y + deals.height <= 768, "eight duties and the head of the deals stand above the fold");
  assert.ok((await section(page, "centre.first").locator(".primary").count()) <= 1);
  for (const link of await page.locator(".centre-stages a.centre-number").all()) {
    const query = /\?(.*)$/.exec((await link.getAttribute("href"))!)![1];
    const listed = await page.evaluate(async (asked) => (await (await fetch(`api/v1/records/deal?${asked}&limit=1`)).json()) as { total: number }, query);
    assert.equal(number((await link.getAttribute("aria-label"))!), listed.total, query);
  }
  const [row] = await section(page, "centre.duties").locator("tbody tr", { has: page.locator("button.num") }).all();
  const counted = number(await row!.locator("button.num").innerText());
  await row!.locator("button.num").click();
  await page.locator(".num-rows").waitFor();
  assert.equal(await page.locator(".num-rows li").count(), counted);
  await page.keyboard.press("Escape");
  await page.keyboard.press("3");
  await page.waitForURL(/\/work\?duty=3$/);
});

test("the desk stands in both languages", async (visit) => {
  for (const language of ["zh", "en"] as const) await visit.look(await visit.enter(demo, "centre1", "/", { language }));
});

test("an error of one request replaces only its own section", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/work");
  visit.expected.push(/500/);
  await page.route("**/api/v1/records/deal/groups**", (route) => route.fulfill({ status: 500, contentType: "application/problem+json", body: '{"status":500,"title":"broken"}' }));
  await page.goto(`${demo.address}/w/`);
  await section(page, "centre.deals").getByRole("alert").waitFor();
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
