/* The centres of a region, and the card of one: its way, its duties by year, and what begins there. */
import assert from "node:assert/strict";
import { texts } from "./browser.ts";
import { linksOpenTheirRows, number, sheetsShowTheirRows } from "./numbers.ts";
import { sharedDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = sharedDemo();
const { zh } = texts;

test("an officer narrows the centres of the province by city, words and what is late; the address keeps it", async (visit) => {
  const page = await visit.enter(demo, "officer", "/centres");
  const rows = page.locator(".centres-table tbody tr");
  const listed = await page.evaluate(async () => ((await (await fetch("api/v1/records/centre?filter=state%3Dactive&fields=region&limit=500")).json()) as { items: { region: string }[] }).items.map(({ region }) => region));
  const own = listed.filter((region) => region.startsWith("51"));
  assert.equal(await rows.count(), own.length);
  const tile = page.locator(".tiles").getByRole("button", { name: /^绵阳/ });
  assert.equal(number(await tile.innerText()), own.filter((region) => region === "510700").length);
  await tile.click();
  await page.waitForURL(/region=510700/);
  await visit.settled(page);
  assert.equal(await rows.count(), own.filter((region) => region === "510700").length);
  await page.reload();
  await visit.settled(page);
  assert.equal(await rows.count(), own.filter((region) => region === "510700").length);
  await page.goto(`${demo.address}/w/centres?late=true`);
  await visit.settled(page);
  assert.equal(await rows.count(), await page.locator(".centres-late").count());
  assert.ok((await rows.count()) > 0);
});

test("each number on the card of a centre opens the rows that it counts, and what an office may begin begins there", async (visit) => {
  const page = await visit.enter(demo, "officer", "/centres?q=%E7%94%B5%E5%AD%90%E4%BF%A1%E6%81%AF%E4%BA%A7%E4%B8%9A");
  await page.locator(".centres-table tbody").getByRole("link").first().click();
  await page.waitForURL(/\/centres\/\d+$/);
  await visit.settled(page);
  assert.equal(await page.locator(".card-heat tbody tr").count(), 8);
  assert.ok((await linksOpenTheirRows(page)) > 4);
  assert.ok((await sheetsShowTheirRows(page)) > 8);
  for (const row of await page.locator(".card-heat tbody tr").all()) {
    const [sum, ...years] = [await row.locator("td.number b").innerText(), ...(await row.locator("td[class*=card-heat]").allInnerTexts())].map(number);
    assert.equal(years.reduce((n, count) => n + count, 0), sum, await row.innerText());
  }
  const states = await page.locator(".flow li").evaluateAll((all) => all.map((one) => one.className));
  assert.ok(states.includes("flow-done") && states.includes("flow-now"), states.join());
  await page.getByRole("button", { name: `${zh["records.begin.do"]} 综合评价` }).click();
  await page.getByRole("dialog", { name: /综合评价/ }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: zh["centres.task"] }).click();
  await page.waitForURL(/\/tasks\/new\?to_unit=/);
});

test("a centre reads its own card from the menu: its code, duties, days and papers; numbers open their rows", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/");
  await page.getByRole("navigation").getByRole("link", { name: zh["shell.list.own"] }).click();
  await page.waitForURL(/\/w\/centre$/);
  await visit.settled(page);
  await page.getByRole("heading", { level: 1, name: /电子信息/ }).waitFor();
  assert.ok(await page.getByText("91990000MADEM0001J").isVisible());
  assert.ok((await linksOpenTheirRows(page)) > 2);
  const papers = page.getByRole("region", { name: zh["centres.papers"] }).getByRole("link");
  const address = (await papers.first().getAttribute("href"))!;
  assert.equal(await page.evaluate(async (path) => (await fetch(path)).headers.get("content-type"), address), "application/pdf");
  assert.equal(await page.getByRole("link", { name: zh["centres.task"] }).count(), 0); // an office's
  await page.getByRole("link", { name: /育成中心/ }).click(); // its other programme
  await page.getByRole("heading", { level: 1, name: /育成中心/ }).waitFor();
  await visit.settled(page);
  await visit.look(page);
});
