/* Search, match, landscape and one patent: what is found and shown, and that an address gives the same view again. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildQuery, conjuncts } from "../pages/search/query.ts";
import { claimTree, readClaims, type Claim } from "../rooms/patent/claims.ts";
import { readFilter, setValue, toggleValue } from "../rooms/patent/filters.ts";
import { texts, type Page, type Visit } from "./browser.ts";
import { newFolder, ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const { zh, en } = texts;

/* Fictional records in English beside those of the demo. */
const file = join(newFolder(), "english.csv");
const rows = Array.from({ length: 47 }, (_, i) =>
  [`US2021${String(i + 1).padStart(7, "0")}A1`, `Optical waveguide display number ${i + 1}`, i % 2 ? `Fictional Optics ${i % 4 === 1 ? "Inc" : "LLC"}` : '"Invented Lenses, Ltd"', `${2019 + (i % 4)}-03-0${1 + (i % 9)}`, "G02B27/01", i % 3 ? "pending" : "active"].join(","),
);
writeFileSync(file, ["Publication Number,Title,Applicants,Publication Date,IPC,Legal Status", ...rows, ""].join("\n"));

/* A family of 23 and two others. */
const kites = join(newFolder(), "kites.csv");
writeFileSync(kites, ["publication_number,publication_date,country_code,family_id,title_text,ipc_code", ...Array.from({ length: 25 }, (_, i) => `US-${7000001 + i}-B2,20200102,US,${i < 23 ? 500 : 500 + i},Foldable kite,['B64C31/06']`), ""].join("\n"));

const demo = ownDemo(async (one) => {
  await one.run("import", file);
  await one.run("import", kites);
});

const count = (text: string | null): number => Number(/[\d,]+/.exec(text ?? "")?.[0].replace(/,/g, "") ?? NaN);
const total = async (page: Page): Promise<number> => count(await page.locator(".search-tools b").innerText());
const titles = (page: Page): Promise<string[]> => page.locator(".hit h3").allInnerTexts();
const box = (page: Page) => page.locator(".query-box input");

async function search(visit: Visit, page: Page, query: string): Promise<void> {
  await box(page).fill(query);
  await box(page).press("Enter");
  await page.waitForURL((url) => url.searchParams.get("query") === query);
  await visit.settled(page);
}

/* Ticks the first value of a facet; returns its count. */
async function narrow(visit: Visit, page: Page, facet: string): Promise<number> {
  const value = page.locator("details.facet", { has: page.getByText(facet, { exact: true }) }).locator("li").first();
  const promised = count(await value.locator(".facet-count").innerText());
  const before = page.url();
  await value.locator("input").click();
  await page.waitForURL((url) => url.href !== before);
  await visit.settled(page);
  return promised;
}

/* Rows below the head of what is downloaded. */
async function exported(page: Page, kind: "XLSX" | "CSV"): Promise<string[][]> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(".search-export").getByText(kind).click()]);
  const path = join(newFolder(), `hits.${kind.toLowerCase()}`);
  await download.saveAs(path);
  const read =
    kind === "CSV"
      ? "import csv,json,sys; print(json.dumps(list(csv.reader(open(sys.argv[1], encoding='utf-8-sig', newline='')))))"
      : `import json,re,sys,zipfile
z = zipfile.ZipFile(sys.argv[1]); sheet = z.read('xl/worksheets/sheet1.xml').decode()
print(json.dumps([re.findall(r'<c [^>]*t="([^"]*)"', row) for row in re.findall(r'<row.*?</row>', sheet, re.S)]))`;
  return (JSON.parse(execFileSync("python3", ["-c", read, path], { encoding: "utf8" })) as string[][]).slice(1);
}

test("a search in Chinese is narrowed, sorted, paged to its end and exported; its address gives it again", async (visit) => {
  const page = await visit.enter(demo, "centre", "/patents");
  await search(visit, page, "电池");
  const all = await total(page);
  assert.ok((await page.locator(".hit mark").count()) > 0);

  assert.ok((await narrow(visit, page, "法律状态")) < all);
  const promised = await narrow(visit, page, "申请人");
  assert.equal(await total(page), promised);
  await page.locator(".chip").last().click();
  await visit.settled(page);
  const narrowed = await total(page);
  assert.ok(narrowed > 20 && narrowed < all, `${narrowed} of ${all}`);

  await page.getByRole("button", { name: zh["search.sort.new"], exact: true }).click();
  await visit.settled(page);
  const dates = await page.locator(".hit-facts > span:nth-child(3)").allInnerTexts();
  assert.deepEqual(dates, [...dates].sort().reverse());

  await page.getByRole("button", { name: zh["search.sort.cited"], exact: true }).click();
  await page.waitForURL(/sort=-cited/);
  await visit.settled(page);
  assert.equal(await total(page), narrowed);
  const times = await page.locator(".hit-facts").allInnerTexts();
  const cited = times.map((text) => Number(/被引 (\d+) 次/.exec(text)?.[1] ?? -1));
  assert.deepEqual(cited, [...cited].sort((a, b) => b - a));
  await page.getByRole("button", { name: zh["search.sort.new"], exact: true }).click();
  await visit.settled(page);

  await page.getByRole("link", { name: zh["search.page.last"] }).click();
  await visit.settled(page);
  assert.equal(await page.locator(".hit").count(), narrowed % 20 || 20);
  const last = await titles(page);

  assert.equal((await exported(page, "CSV")).length, narrowed);
  const cells = await exported(page, "XLSX");
  assert.equal(cells.length, narrowed);
  assert.ok(cells.every((row) => row.every((type) => type === "s" || type === "inlineStr")), "numbers are text");

  await page.reload();
  await visit.settled(page);
  assert.deepEqual(await titles(page), last);
  await page.locator(".hit a").nth(1).click();
  await page.waitForURL(/\/patents\/\d+/);
  await visit.settled(page);
  await page.goBack();
  await visit.settled(page);
  assert.deepEqual(await titles(page), last);
  assert.equal(await page.locator(".hit.current").innerText().then((text) => text.includes(last[1]!)), true);
});

test("a search in English: values of one facet are alternatives, each with its count", async (visit) => {
  const page = await visit.enter(demo, "centre", "/patents", { language: "en" });
  await search(visit, page, "optical waveguide");
  assert.equal(await total(page), 47);
  const first = await narrow(visit, page, "Applicant");
  assert.equal(await total(page), first);
  // The other applicant is still there to be added; a name with a comma is one value.
  const other = page.locator("details.facet", { has: page.getByText("Applicant", { exact: true }) }).locator("li").nth(1);
  assert.equal(first + count(await other.locator(".facet-count").innerText()), 47);
  await other.locator("input").click();
  await page.waitForURL(/Invented/);
  await visit.settled(page);
  assert.equal(await total(page), 47);
  await page.getByRole("button", { name: en["search.sort.old"], exact: true }).click();
  await visit.settled(page);
  const dates = await page.locator(".hit-facts > span:nth-child(3)").allInnerTexts();
  assert.deepEqual(dates, [...dates].sort());
  await page.getByRole("link", { name: en["search.page.last"] }).click();
  await visit.settled(page);
  assert.equal(await page.locator(".hit").count(), 47 - 2 * 20);
  await narrow(visit, page, "Legal status");
  const narrowed = await total(page);
  assert.ok(narrowed < 47);
  assert.equal((await exported(page, "CSV")).length, narrowed);
  assert.equal(new URL(page.url()).searchParams.get("lang"), "en");
});

test("applicants are one by their legal form and by hand; each step is undone", async (visit) => {
  const page = await visit.enter(demo, "centre", "/patents?query=optical+waveguide");
  const facet = page.locator("details.facet", { has: page.getByText("申请人", { exact: true }) });
  const rows = facet.locator("ul > li:has(> label)");
  const row = (name: string) => rows.filter({ has: page.getByText(name, { exact: true }) });
  const counts = async () => (await rows.locator(".facet-count").allInnerTexts()).map(count);
  const button = (key: keyof typeof zh) => page.getByRole("button", { name: zh[key], exact: true });
  const undone = async (n: number) => {
    await button("applicants.undo").click();
    await button("applicants.undo").waitFor({ state: "detached" });
    await visit.settled(page);
    assert.equal(await rows.count(), n);
  };
  assert.deepEqual(await counts(), [24, 23]);

  // Two names that the rule unites are parted, and again one.
  await row("Fictional Optics LLC").getByText(zh["applicants.names"].replace("{n}", "2")).click();
  await row("Fictional Optics LLC").getByText("Fictional Optics Inc").waitFor();
  await visit.read(page);
  await row("Fictional Optics LLC").getByRole("button", { name: zh["applicants.part"] }).click();
  await row("Fictional Optics Inc").locator("> label").waitFor();
  await visit.settled(page);
  assert.deepEqual(await counts(), [24, 12, 11]);
  await undone(2);

  // Two applicants are merged from the list: three clicks to the dialog.
  await rows.nth(0).locator("input").click();
  await page.waitForURL(/standard_applicant/);
  await rows.nth(1).locator("input").click();
  await page.waitForURL(/Fictional/);
  await button("applicants.unite").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("虚构光学");
  await visit.look(page);
  await dialog.getByRole("button", { name: zh["applicants.unite"] }).click();
  await row("虚构光学").waitFor();
  await page.waitForURL((url) => url.searchParams.get("filter") === "standard_applicant=虚构光学");
  await visit.settled(page);
  assert.deepEqual(await counts(), [47]);
  assert.equal(await total(page), 47);
  await visit.read(page);
  await undone(2);
  assert.deepEqual(await counts(), [24, 23]);

  // A group is split as well, and its split undone.
  await button("applicants.unite").click();
  await dialog.getByRole("radio").nth(1).click();
  await dialog.getByRole("button", { name: zh["applicants.unite"] }).click();
  await page.waitForURL((url) => url.searchParams.get("filter") === "standard_applicant=Fictional Optics LLC");
  await visit.settled(page); // the counts are read anew, and the list with them
  await row("Fictional Optics LLC").getByText(zh["applicants.names"].replace("{n}", "3")).click();
  await row("Fictional Optics LLC").getByRole("button", { name: zh["applicants.part"] }).click();
  await row("Invented Lenses, Ltd").waitFor();
  await visit.settled(page);
  assert.deepEqual(await counts(), [24, 23]);
  await undone(1);
});

test("families are one row each; their members and single patents are a click away", async (visit) => {
  const page = await visit.enter(demo, "centre", "/patents?query=kite");
  const said = () => page.locator(".search-tools b").innerText();
  assert.equal(await page.locator(".hit").count(), 3);
  assert.equal(await said(), zh["search.families"].replace("{families}", "3").replace("{n}", "25"));
  await visit.read(page);
  await page.getByRole("link", { name: zh["search.others"].replace("{n}", "22") }).click();
  await page.waitForURL(/family/);
  await visit.settled(page);
  assert.equal(await said(), zh["search.total"].replace("{n}", "23"));
  await page.goBack();
  await page.getByRole("button", { name: zh["search.group.none"] }).click();
  await page.waitForURL(/group=none/);
  await visit.settled(page);
  assert.equal(await page.locator(".hit").count(), 20);
  assert.equal(await said(), zh["search.total"].replace("{n}", "25"));

  await page.goto(`${demo.address}/w/landscape?query=kite&by=office&view=table`);
  await visit.settled(page);
  assert.equal(await page.locator(".count-table tbody td.count").first().innerText(), "25");
  await page.getByRole("button", { name: zh["search.group.family"] }).click();
  await page.waitForURL(/group=family/);
  await visit.settled(page);
  assert.equal(await page.locator(".count-table tbody td.count").first().innerText(), "3");
});

test("years are narrowed by dragging and by typing", async (visit) => {
  const page = await visit.enter(demo, "centre", "/patents?query=optical+waveguide");
  const box = (await page.locator(".year-plot").boundingBox())!;
  await page.mouse.move(box.x + 3, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.4, box.y + 20, { steps: 3 });
  await page.mouse.up();
  await page.waitForURL((url) => url.searchParams.get("filter") === "date=2019..2020");
  await visit.settled(page);
  assert.equal(await total(page), 24);
  await page.getByLabel(zh["search.year.from"]).fill("2021");
  await page.getByLabel(zh["search.year.to"]).fill("2021");
  await page.getByRole("button", { name: zh["search.year.apply"] }).click();
  await page.waitForURL((url) => url.searchParams.get("filter") === "date=2021");
  await visit.settled(page);
  assert.equal(await total(page), 12);
});

test("no hits: what to drop is told with what is then found; a wrong query says where", async (visit) => {
  const page = await visit.enter(demo, "centre", `/patents?query=${encodeURIComponent("电池 量子猫")}&filter=office%3DCN`);
  await page.getByText(zh["search.none.absent"]).waitFor();
  await visit.look(page);
  const way = page.locator(".nothing li", { hasText: "量子猫" });
  const left = count(await way.locator("b").innerText());
  await way.locator("a").click();
  await page.locator(".search-tools").waitFor();
  await visit.settled(page);
  assert.equal(await total(page), left);

  await box(page).fill("锂离子电池隔膜量子猫");
  await box(page).press("Enter");
  const word = page.locator(".nothing-word", { hasText: "隔膜" }).filter({ has: page.locator("a") });
  await word.first().waitFor();
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/nothing.png` });
  const held = count(await word.first().locator("b").innerText());
  await word.first().locator("a").click();
  await page.locator(".search-tools").waitFor();
  await visit.settled(page);
  assert.equal(await total(page), held);

  visit.expected.push(/400/);
  await box(page).fill("(电池");
  await box(page).press("Enter");
  await page.getByText("第 1 个字符处").waitFor();
});

test("Enter that ends a composition submits nothing; j, k and o go through the hits", async (visit) => {
  const page = await visit.enter(demo, "centre", "/patents");
  await box(page).focus();
  const session = await page.context().newCDPSession(page);
  await session.send("Input.imeSetComposition", { text: "dianchi", selectionStart: 7, selectionEnd: 7 });
  await session.send("Input.dispatchKeyEvent", { type: "keyDown", key: "Enter", code: "Enter", windowsVirtualKeyCode: 229 });
  await session.send("Input.insertText", { text: "电池" });
  assert.equal(new URL(page.url()).search, "");
  await box(page).press("Enter");
  await page.waitForURL((url) => url.searchParams.get("query") === "电池");
  await visit.settled(page);
  await page.locator(".search-tools b").click(); // out of the box
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  const chosen = await page.locator(".hit.current h3").innerText();
  assert.equal(chosen, (await titles(page))[1]);
  await page.locator(".search-preview h2", { hasText: chosen }).waitFor();
  await page.keyboard.press("o");
  await page.waitForURL(/\/patents\/\d+$/);
  await page.getByRole("heading", { name: chosen, level: 1 }).waitFor();
});

test("queries are built from fields, kept in the history, and go at sign-out", async (visit) => {
  const page = await visit.enter(demo, "centre", "/patents");
  await page.getByRole("button", { name: zh["search.builder"] }).click();
  await visit.look(page);
  const lines = page.locator(".builder li");
  await lines.nth(0).locator(".builder-value").fill("隔膜 涂覆");
  await lines.nth(1).locator(".builder-value").fill("电池");
  await page.getByRole("button", { name: zh["search.build.add"] }).click();
  await lines.nth(2).locator(".builder-field").selectOption("date");
  await lines.nth(2).locator("input").nth(0).fill("2015");
  await lines.nth(2).locator("input").nth(1).fill("2024");
  const query = 'title:(隔膜 涂覆) applicant:"电池" date:2015..2024';
  assert.equal(await page.locator(".builder code").innerText(), query);
  await page.locator(".builder").getByRole("button", { name: zh["search.go"] }).click();
  await page.waitForURL((url) => url.searchParams.get("query") === query);
  await visit.settled(page);

  await page.reload();
  await visit.settled(page);
  await page.getByRole("button", { name: zh["search.history"], exact: true }).click();
  await page.locator(".history").getByText(query).waitFor();
  await visit.look(page);
  await page.getByRole("button", { name: zh["search.help"], exact: true }).click();
  await visit.look(page);
  await page.locator(".bar-who").click();
  await page.getByText(zh["signin.signOut"]).click();
  await page.waitForURL(/\/login/);
  assert.equal(await page.evaluate(() => JSON.stringify([...Object.values(localStorage), ...Object.values(sessionStorage)]).includes("隔膜")), false);
});

test("earlier searches are combined by their numbers, with their filters", async (visit) => {
  const page = await visit.enter(demo, "centre", "/patents?query=" + encodeURIComponent("电池"));
  const ask = async (query: string) => {
    await page.getByLabel(zh["search.box"]).fill(query);
    await page.getByLabel(zh["search.box"]).press("Enter");
    await visit.settled(page);
    return total(page);
  };
  await visit.settled(page);
  const batteries = await total(page);
  await page.goto(`${demo.address}/w/patents?query=${encodeURIComponent("电池")}&filter=${encodeURIComponent("status=active")}`);
  await visit.settled(page);
  const active = await total(page);
  assert.ok(active > 0 && active < batteries);
  await page.goto(`${demo.address}/w/patents?query=${encodeURIComponent("隔膜")}`);
  await visit.settled(page);
  assert.equal(await ask("#1 NOT #2"), batteries - active);
  assert.equal(await ask("#1 and #2"), active);
  const both = await ask("#1 AND #3");
  assert.equal(await ask("#1 OR #3"), batteries + (await ask("#3")) - both);
  await page.getByLabel(zh["search.box"]).fill("#99");
  await page.getByLabel(zh["search.box"]).press("Enter");
  await page.getByText(zh["search.history.missing"].replace("{n}", "99")).waitFor();
  await page.getByRole("button", { name: zh["search.history"], exact: true }).click();
  await page.getByRole("button", { name: zh["search.history.add"].replace("{n}", "2"), exact: true }).click();
  await visit.read(page);
});

test("a text is matched with reasons; a reload keeps it, the address does not have it", async (visit) => {
  const page = await visit.enter(demo, "centre", "/match", { language: "en" });
  await page.getByLabel(en["match.text"]).fill("锂离子电池的隔膜在高温下收缩，造成内部短路。希望用陶瓷涂覆的隔膜提高耐热性。");
  await page.getByLabel(en["match.text"]).press("Control+Enter");
  await page.locator(".reason-words").first().waitFor();
  await visit.settled(page);
  await visit.look(page);
  const found = await titles(page);
  const facet = page.locator("details.facet", { has: page.getByText("Office", { exact: true }) }).locator("li").first();
  const promised = count(await facet.locator(".facet-count").innerText());
  await facet.locator("input").click();
  await page.waitForURL(/filter=office/);
  await visit.settled(page);
  assert.equal(count(await page.locator(".match-tools b").innerText()), promised);
  assert.doesNotMatch(decodeURIComponent(page.url()), /隔膜/);
  await page.locator(".hit a").first().click();
  await page.waitForURL(/\/patents\/\d+/);
  await visit.settled(page);
  await visit.read(page);
  await page.goBack();
  await page.locator(".match-tools .chip").click();
  await visit.settled(page);
  assert.deepEqual(await titles(page), found);
  await page.reload();
  await visit.settled(page);
  assert.deepEqual(await titles(page), found);
  assert.match(await page.locator(".hit-facts").first().innerText(), /similarity \d+%/);
});

test("a match is limited to earlier patents until the box is cleared, and says when nothing is near", async (visit) => {
  const page = await visit.enter(demo, "centre", "/match");
  await page.getByLabel(zh["match.text"]).fill("锂离子电池的隔膜在高温下收缩，造成内部短路。希望用陶瓷涂覆的隔膜提高耐热性。");
  await page.getByLabel(zh["match.text"]).press("Control+Enter");
  await page.locator(".published-before").waitFor();
  await visit.settled(page);
  const all = count(await page.locator(".match-tools b").innerText());
  await page.getByLabel(zh["match.before.day"]).fill("2021年1月");
  await page.getByLabel(zh["match.before.day"]).press("Enter");
  await page.waitForURL(/before=2021-01/);
  await visit.settled(page);
  const earlier = count(await page.locator(".match-tools b").innerText());
  assert.ok(earlier > 0 && earlier < all, `${earlier} of ${all}`);
  for (const facts of await page.locator(".hit-facts").allInnerTexts()) assert.ok(!/20(2[1-9])-/.test(facts), facts);
  await page.locator(".published-before input[type=checkbox]").click();
  await page.waitForURL(/before=any/);
  await visit.settled(page);
  assert.equal(count(await page.locator(".match-tools b").innerText()), all);
  assert.equal(await page.getByText(zh["match.nothing.why"]).count(), 0);
  await page.getByLabel(zh["match.text"]).fill("床前明月光，疑是地上霜。举头望明月，低头思故乡。");
  await page.getByLabel(zh["match.text"]).press("Control+Enter");
  await page.getByText(zh["match.nothing.why"]).or(page.getByText(zh["match.none.why"])).waitFor();
  await visit.read(page);
});

test("a cell of the landscape opens just its patents, from the chart and from the table", async (visit) => {
  const page = await visit.enter(demo, "officer", "/landscape?query=%E7%94%B5%E6%B1%A0&by=year,status");
  await visit.read(page);
  const cell = page.locator(".matrix td a").first();
  const n = count(await cell.innerText());
  await cell.click();
  await page.locator(".search-tools").waitFor();
  await visit.settled(page);
  assert.equal(await total(page), n);
  await page.goto(`${demo.address}/w/landscape?query=&by=ipc4&view=table`);
  await visit.settled(page);
  const row = page.locator(".count-table tbody tr").nth(2);
  const listed = count(await row.locator("a").innerText());
  await row.locator("a").click();
  await page.locator(".search-tools").waitFor();
  await visit.settled(page);
  assert.equal(await total(page), listed);
  for (const by of ["applied", "applicant"]) {
    await page.goto(`${demo.address}/w/landscape?query=&by=${by}`);
    await visit.settled(page);
    await visit.read(page);
  }
});

test("a patent says what no source has, and leads to similar ones", async (visit) => {
  const page = await visit.enter(demo, "centre", "/patents?query=optical+waveguide", { language: "en" });
  await page.locator(".hit a").first().click();
  await page.waitForURL(/\/patents\/\d+$/);
  await visit.settled(page);
  await page.getByText(en["patent.abstract.missing"]).waitFor();
  assert.match(await page.title(), /^US2021\d{7}A1 Optical waveguide/);
  const box = page.locator(".published-before input[type=checkbox]");
  const earlier = await page.locator(".hit").count();
  await box.click();
  await page.locator(".hit").first().waitFor();
  await visit.settled(page);
  assert.ok((await page.locator(".hit").count()) >= earlier, "similar patents of any date");
  await page.goto(`${demo.address}/w/patents/999999999`);
  visit.expected.push(/404/);
  await page.getByText(en["common.missing"]).waitFor();
});

/* --- without a browser ------------------------------------------------------------------------------ */

const shape = (claims: readonly Claim[]): unknown[] => claims.map(({ number, children }) => (children.length ? [number, shape(children)] : number));

test("claims are read as a tree", () => {
  const chinese = readClaims("1. 一种装置，其特征在于，包括壳体。\n2. 根据权利要求1所述的装置。\n3．如权利要求1或2所述的装置。\n4、根据权利要求1至3中任一项所述的装置。\n5. 一种方法，包括步骤1。");
  assert.deepEqual(shape(claimTree(chinese!)), [[1, [[2, [[3, [4]]]]]], 5]);
  assert.deepEqual(chinese!.map(({ refs }) => refs), [[], [1], [1, 2], [1, 2, 3], []]);
  const english = readClaims("1. A device comprising:\na lens; and\na frame.\n2. The device of claim 1, wherein 3 lenses are used.\n3. The device according to any of claims 1 to 2.");
  assert.deepEqual(english!.map(({ refs }) => refs), [[], [1], [1, 2]]);
  assert.equal(english![0]!.text, "A device comprising:\na lens; and\na frame.");
  assert.equal(readClaims("一种装置，其特征在于，包括壳体。"), null);
});

test("filters are toggled value by value", () => {
  let filters = toggleValue([], "office", "CN");
  filters = toggleValue(filters, "office", "US");
  assert.deepEqual(filters, ["office=CN,US"]);
  assert.deepEqual(toggleValue(filters, "office", "CN"), ["office=US"]);
  filters = toggleValue(filters, "applicant", '"Lenses, Ltd"');
  assert.deepEqual(toggleValue(filters, "applicant", "Optics")[1], 'applicant="Lenses, Ltd",Optics');
  assert.deepEqual(toggleValue(filters, "applicant", '"Lenses, Ltd"'), ["office=CN,US"]);
  assert.deepEqual(setValue(["office=CN", "date=2019"], "date", "2020..2021"), ["office=CN", "date=2020..2021"]);
  assert.deepEqual(readFilter("region!=510000"), { name: "region", not: true, values: ["510000"] });
});

test("a query is built from rows and parted into its conditions", () => {
  const row = { id: 1, to: "", operator: "and" as const };
  const built = (...rows: Parameters<typeof buildQuery>[0][number][]) => buildQuery(rows);
  assert.equal(built({ ...row, field: "title", value: "电池" }, { ...row, operator: "or", field: "claims", value: "隔膜 涂覆" }), "title:电池 OR claims:(隔膜 涂覆)");
  assert.equal(built({ ...row, field: "query", value: "a OR b" }, { ...row, field: "ipc", value: "H01M" }), "(a OR b) ipc:H01M");
  assert.equal(built({ ...row, field: "any", value: "a" }, { ...row, operator: "or", field: "any", value: "b" }, { ...row, operator: "not", field: "any", value: "c" }), "(a OR b) NOT c");
  assert.deepEqual(conjuncts('电池 "隔 膜" 标题:(a b)'), ["电池", '"隔 膜"', "标题:(a b)"]);
  assert.deepEqual(conjuncts("TI = (a or b) and c NEAR/3 d (2W) e f"), ["TI = (a or b)", "c NEAR/3 d (2W) e", "f"]);
  assert.deepEqual(conjuncts("PD=[2013 TO 2015] a"), ["PD=[2013 TO 2015]", "a"]);
  assert.deepEqual(conjuncts("a or b"), []);
  assert.deepEqual(conjuncts("a OR b"), []);
});
