/* The landscape: a mark of any panel opens just what it counts, tables have the same numbers, an address gives the
 * same view again, files can be had of each panel. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { texts, type Page, type Visit } from "./browser.ts";
import { newFolder, ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const { zh, en } = texts;

/* Fictional records of other offices: names that a filter must quote, a state and a date that no source says. */
const offices = ["US", "EP", "JP", "KR", "DE", "FR"];
const file = join(newFolder(), "offices.csv");
const rows = Array.from({ length: 60 }, (_, i) => {
  const office = offices[i % 5 === 0 ? 0 : i % offices.length]!;
  return [`${office}${2021000100 + i}A1`, `Optical waveguide number ${i + 1}`, i % 2 ? "Fictional Optics Inc" : '"Invented Lenses, Ltd *"', i % 7 ? `${2015 + (i % 6)}-03-02` : "", `${2017 + (i % 6)}-04-05`, "G02B27/01", i % 3 ? "active" : "", i % 4 ? "G02B27/0172" : "", i % 2 ? '"Fictional Agents, LLP"' : "", i % 5 ? "Holder of Inventions Ltd" : "", i % 3 ? "US" : "JP"].join(",");
});
writeFileSync(file, ["Publication Number,Title,Applicants,Application Date,Publication Date,IPC,Legal Status,CPC,代理机构,Assignee,申请人国别代码", ...rows, ""].join("\n"));
/* Of these no source says a class; of the second nothing but its title. */
const bare = join(newFolder(), "no-class.csv");
writeFileSync(bare, ["公开号,标题,申请人,公开日,申请日,IPC分类号,法律状态", "CN104900002A,贝塔塔装置,甲公司,2020-01-02,2018-01-02,,有效", "CN104900005A,泽塔塔装置,,,,,", ""].join("\n"));
/* One of ten says its state; two were filed during the 18 months before the demo's last day. */
const recent = join(newFolder(), "recent.csv");
writeFileSync(recent, ["公开号,标题,申请人,公开日,申请日,法律状态", ...Array.from({ length: 10 }, (_, i) => `CN1190000${10 + i}A,伽玛玛装置,甲公司,${i < 8 ? 2024 : 2026}-10-09,${i < 8 ? 2023 : 2025}-08-02,${i ? "" : "失效"}`), ""].join("\n"));
/* Two in a zone of a city, one in the city by its full name, one of which the province alone is known, one of which nothing is. */
const places = join(newFolder(), "places.csv");
const addresses = ["四川省成都高新技术产业开发区天府大道1号", "四川省成都天府新区华阳街道2号", "四川省成都市武侯区3号", "四川省成都路4号", ""];
writeFileSync(places, ["公开号,标题,申请人,申请人地址,公开日", ...addresses.map((address, i) => `CN1080000${10 + i}A,德尔塔装置,乙公司,${address},2020-01-02`), ""].join("\n"));
const demo = ownDemo(async (one) => {
  await one.run("import", places);
  await one.run("import", recent);
  await one.run("import", file);
  await one.run("import", bare);
});

const count = (text: string | null): number => Number(/[\d,]+/.exec(text ?? "")?.[0].replace(/,/g, "") ?? NaN);
/* "US · 2020: 12 patents; open them" */
const promised = (label: string | null): number => Number(/([\d,]+) (?:件，|patents; )/.exec(label ?? "")![1]!.replace(/,/g, ""));
const panel = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const trend = zh["landscape.trend"];
const applicants = zh["landscape.applicants"].replace("{n}", "12");
const matrix = `${zh["search.name.year"]} × ${zh["search.name.ipc4"]}`;

/* After a click: the list has so many, and the browser's own button leads back. */
async function opened(visit: Visit, page: Page, n: number): Promise<void> {
  await page.waitForURL(/\/patents\?/);
  await page.locator(".search-tools").waitFor();
  await visit.settled(page);
  assert.equal(count(await page.locator(".search-tools b").innerText()), n, decodeURIComponent(page.url()));
  await page.goBack();
  await page.locator(".landscape").first().waitFor();
  await visit.settled(page);
}

/* The point of a chart under the mouse says its count; a click opens it. */
async function openPoint(visit: Visit, page: Page, x: number, y: number): Promise<string> {
  const told = page.locator(".chart > div + div", { has: page.locator("b") });
  await page.mouse.move(x, y);
  await told.waitFor();
  const text = (await told.innerText()).trim();
  const n = count(/ ([\d,]+)$/.exec(text)![1]!);
  await page.mouse.click(x, y);
  await opened(visit, page, n);
  return text;
}

const middle = async (mark: ReturnType<Page["locator"]>): Promise<[number, number]> => {
  await mark.scrollIntoViewIfNeeded();
  const box = (await mark.boundingBox())!;
  return [box.x + box.width / 2, box.y + box.height / 2];
};

test("every mark of the overview opens just its patents", async (visit) => {
  const page = await visit.enter(demo, "officer", "/landscape?query=");
  await page.locator(".chart svg").nth(1).waitFor();
  for (const at of [".tile-chart a", ".tall .bars-row", ".bars-part", ".bars-track > a", ".matrix td a"]) {
    const mark = page.locator(at).nth(1);
    const label = await mark.getAttribute("aria-label");
    const n = label ? promised(label) : count(await mark.locator("b").innerText());
    await mark.click();
    await opened(visit, page, n);
  }
  const points = panel(page, trend).locator('.chart path[d^="M1 0A1"]');
  assert.match(await openPoint(visit, page, ...(await middle(points.nth(3)))), /^\d{4} · 中国 \d+$/);
  const area = panel(page, zh["search.name.ipc4"]).locator(".chart text", { hasText: "H01L" });
  assert.match(await openPoint(visit, page, ...(await middle(area.first()))), /^H01L/);
});

test("tables have the numbers of the charts, also what no source says, and the address gives them again", async (visit) => {
  const page = await visit.enter(demo, "officer", "/landscape?query=");
  const bars = (await panel(page, zh["search.name.status"]).locator(".bars-row").allInnerTexts()).map((text) => text.split("\n").slice(0, 2).join(" "));
  const tiles = await panel(page, zh["landscape.regions"]).locator(".tile-chart a b").allInnerTexts();
  for (const name of [zh["search.name.status"], zh["landscape.regions"], trend, applicants]) {
    await panel(page, name).getByRole("button", { name: zh["landscape.table"], exact: true }).click();
    await visit.settled(page);
  }
  await visit.look(page);
  const shown = await page.locator(".landscape-panels").innerText();
  await page.reload();
  await visit.settled(page);
  assert.equal(await page.locator(".landscape-panels").innerText(), shown);

  const rows = (await panel(page, zh["search.name.status"]).locator("tbody tr").allInnerTexts()).map((text) => text.split(/\s+/).slice(0, 2).join(" "));
  assert.deepEqual(rows.sort(), bars.sort());
  assert.ok(rows.some((row) => row.startsWith("未知 ")));
  const listed = await panel(page, zh["landscape.regions"]).locator("tbody td:nth-child(2)").allInnerTexts();
  for (const tile of tiles) assert.ok(listed.includes(tile), tile);

  const years = panel(page, trend);
  const all = count(await page.getByRole("status").first().innerText());
  assert.equal(count(await years.locator("tfoot td:not(.no-print)").last().innerText()), all);
  // What none of the offices that are shown has; filings of no known date.
  for (const mark of [years.locator("tfoot a").nth(-2), years.locator("tbody tr", { hasText: "未知" }).locator("a").last(), years.locator("tbody a").first(), panel(page, applicants).locator("tbody a").first()]) {
    const n = count(await mark.innerText());
    await mark.click();
    await opened(visit, page, n);
  }
});

test("filters narrow all panels and stay in the address; names are quoted as they must be", async (visit) => {
  const page = await visit.enter(demo, "officer", "/landscape?query=optical+waveguide&view=applicant,region", { language: "en" });
  const row = panel(page, en["landscape.applicants"].replace("{n}", "12")).locator("tbody tr").first();
  const n = count(await row.locator("td:not(.no-print)").last().innerText());
  await row.getByRole("button").click();
  await page.waitForURL(/filter=standard_applicant/);
  await visit.settled(page);
  assert.equal(count(await page.getByRole("status").first().innerText()), n);
  await page.reload();
  await visit.settled(page);
  assert.equal(count(await page.getByRole("status").first().innerText()), n);
  await page.getByRole("button", { name: en["landscape.narrow"], exact: true }).first().click();
  const facet = page.locator("details.facet", { has: page.getByText("Office", { exact: true }) }).locator("li").first();
  const some = count(await facet.locator(".facet-count").innerText());
  await facet.locator("input").click();
  await page.waitForURL(/filter=office/);
  await visit.settled(page);
  assert.equal(count(await page.getByRole("status").first().innerText()), some);
  await visit.read(page);

  await page.goto(`${demo.address}/w/landscape?query=&filter=region%3D510000`);
  await visit.settled(page);
  const city = panel(page, en["search.name.city"]).locator(".tile-chart a").first();
  const inCity = count(await city.locator("b").innerText());
  await city.click();
  await opened(visit, page, inCity);
});

test("the reader chooses the matrix; a single panel keeps its address", async (visit) => {
  const page = await visit.enter(demo, "officer", "/landscape?query=");
  await panel(page, matrix).getByRole("combobox").nth(1).selectOption("status");
  await page.waitForURL(/matrix=year%2Cstatus/);
  await visit.settled(page);
  const cell = page.locator(".matrix td a").first();
  const n = promised(await cell.getAttribute("aria-label"));
  await cell.click();
  await opened(visit, page, n);
  await page.goto(`${demo.address}/w/landscape?query=&by=applied`);
  await page.locator(".chart svg").waitFor();
  const box = (await page.locator(".chart").boundingBox())!;
  const year = await middle(page.locator(".chart text", { hasText: /^2016$/ }));
  await openPoint(visit, page, year[0], box.y + box.height - 40);
});

test("cells of every dimension open just their patents, also those that no source says", async (visit) => {
  const page = await visit.enter(demo, "officer", "/landscape?query=optical+waveguide&by=cpc4", { language: "en" });
  for (const by of ["cpc4", "cpc7", "standard_applicant", "agency", "assignee", "country", "kind", "type", "wipo35"]) {
    await page.goto(`${demo.address}/w/landscape?query=optical+waveguide&by=${by}&view=table`);
    await visit.settled(page);
    const rows = page.locator(".count-table tbody tr");
    for (const row of [rows.first(), rows.last()]) {
      const n = promised(await row.locator("a").getAttribute("aria-label"));
      await row.locator("a").click();
      await opened(visit, page, n);
    }
    if (by !== "kind" && by !== "type" && by !== "wipo35") assert.ok((await rows.count()) > 1, by);
  }
});

test("the cities of a landscape add up to all patents, and each opens its own", async (visit) => {
  const page = await visit.enter(demo, "officer", "/landscape?query=德尔塔装置&by=city&view=table");
  const rows = page.locator(".count-table tbody tr");
  const counts = (await rows.locator("a").allInnerTexts()).map(count);
  assert.match((await rows.allInnerTexts()).join("\n"), /四川省成都市\s+3[^]*未知\s+2/);
  assert.equal(counts.reduce((sum, n) => sum + n, 0), addresses.length);
  for (const [i, n] of [3, 2].entries()) {
    await rows.nth(i).locator("a").click();
    await opened(visit, page, n);
  }
});

test("the overview opens where no record has a class, a date or an applicant", async (visit) => {
  for (const language of ["zh", "en"] as const)
    for (const words of ["贝塔塔", "泽塔塔"]) {
      const page = await visit.enter(demo, "officer", `/patents?query=${encodeURIComponent(words)}`, { language });
      await page.getByRole("link", { name: texts[language]["landscape.title"], exact: true }).last().click();
      await page.locator(".landscape").first().waitFor();
      await visit.settled(page);
      assert.equal(await page.locator(".landscape-panels > section").count(), 6, words);
      const classes = panel(page, texts[language]["search.name.ipc4"]);
      assert.match(await classes.locator("tbody").innerText(), language === "zh" ? /未知/ : /unknown/);
      if (words === "贝塔塔") continue;
      for (const by of ["ipc4", "applied", "standard_applicant", "status"]) {
        await page.locator(".landscape-form select").nth(0).selectOption(by);
        await page.locator(".landscape.alone").waitFor();
        await visit.settled(page);
        await page.locator(".landscape-form select").nth(0).selectOption("");
        await page.locator(".landscape-panels").waitFor();
      }
    }
});

test("no state is the largest where most are unknown, and years that are not published whole say so", async (visit) => {
  const page = await visit.enter(demo, "officer", "/landscape?query=伽玛玛");
  const status = panel(page, zh["search.name.status"]);
  assert.equal(await status.locator("h2").innerText(), "未知占 90.0%");
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/landscape-open.png`, fullPage: true });
  const note = /2025 年及以后的申请尚未公开完（申请后 18 个月公开），件数少不表示下降/;
  assert.match(await panel(page, trend).innerText(), note);
  assert.doesNotMatch(await status.innerText(), note);
  await visit.look(page);
  for (const by of ["applied", "applied,status", "status,applied"]) {
    await page.goto(`${demo.address}/w/landscape?query=伽玛玛&by=${by}`);
    await visit.settled(page);
    assert.match(await page.locator(".landscape.alone").innerText(), note, by);
  }
  await page.goto(`${demo.address}/w/landscape?query=伽玛玛&by=applied`);
  await page.locator(".chart path[stroke-dasharray]").first().waitFor(); // the bar of 2025
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/landscape-applied.png` });
  await visit.look(page);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: /Excel$/ }).click()]);
  const book = join(newFolder(), "counts.xlsx");
  await download.saveAs(book);
  assert.match(execFileSync("unzip", ["-p", book, "xl/worksheets/*.xml"], { encoding: "utf8" }), note);
  assert.match(await demo.run("landscape", "--query", "伽玛玛", "--by", "applied"), /filings of 2025 and later are not all published yet/);
  assert.doesNotMatch(await demo.run("landscape", "--query", "伽玛玛", "--by", "published"), /not all published/);
});

test("each panel is had as SVG, PNG and Excel", async (visit) => {
  const page = await visit.enter(demo, "officer", "/landscape?query=");
  for (const [kind, magic] of [["SVG", "<svg"], ["PNG", "\x89PNG"], ["Excel", "PK"]] as const)
    for (const name of [trend, zh["landscape.regions"], zh["landscape.by.both"].replace("{a}", zh["search.name.year"]).replace("{b}", zh["search.name.ipc4"])]) {
      const [download] = await Promise.all([page.waitForEvent("download"), panel(page, name).getByRole("button", { name: zh["landscape.save"].replace("{name}", name).replace("{kind}", kind) }).click()]);
      const path = join(newFolder(), "file");
      await download.saveAs(path);
      assert.equal(readFileSync(path).toString("latin1", 0, magic.length), magic, `${kind} of ${name}`);
      assert.ok(readFileSync(path).length > 600, `${kind} of ${name}`);
    }
});
