/* Policies: their texts, what two of them say otherwise, unclear places, a simulation, a pack loaded as a ZIP, the portal. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { texts, type Page, type Visit } from "./browser.ts";
import { Hand } from "./hand.ts";
import { ownDemo, sharedDemo, type Program } from "./program.ts";
import { packBooks } from "./pack-books.ts";
import { test } from "./suite.ts";

const { zh, en } = texts;
const demo = sharedDemo();
const own = ownDemo();
const SC = "sc-yunying-2025";
const say = (key: keyof typeof zh, values: Record<string, string | number> = {}) => Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, String(value)), zh[key] as string);

async function askAs<T>(of: Program, person: string, method: string, path: string, body?: object): Promise<T> {
  const { token } = await of.json<{ token: string }>("user", "token", person);
  const answer = await fetch(`${of.address}/api/v1${path}`, { method, headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" }, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/* What a colleague proposed, confirmed from the tasks. */
async function confirm(visit: Visit, title: string, look = true): Promise<number> {
  const page = await visit.enter(own, "leader", "/todo");
  const hand = new Hand(page, visit);
  await hand.open(title, zh["desk.verb.confirm"]);
  if (look) await visit.look(page);
  await hand.click("checkbox", zh["case.confirm.tick"]);
  hand.clicks++;
  await page.locator(".confirm-foot .ant-btn-primary").click();
  await page.waitForURL(/\/todo/);
  await visit.settled(page);
  return hand.clicks;
}

test("the text of a policy: articles, anchors, what is checked, a citation copied", async (visit) => {
  const page = await visit.enter(demo, "officer", "/policies");
  const hand = new Hand(page, visit);
  const row = page.locator(".policies-table tbody tr", { hasText: "川市监办〔2025〕16号" });
  for (const word of ["施行", "四川省市场监督管理局办公室", "四川省", say("policies.clauses", { n: 142 }), zh["policies.whole"], say("policy.version", { version: 1 })]) await row.getByText(word).first().waitFor();
  await visit.look(page);
  await visit.magnify(page);
  await hand.click("link", /四川省产业知识产权运营中心建设管理工作指引/, row);
  await page.getByRole("heading", { level: 1, name: /工作指引/ }).waitFor();
  await hand.click("link", /^第五条/, page.locator(".policy-articles"));
  assert.equal(decodeURIComponent(new URL(page.url()).hash), "#五");
  const third = page.locator(".policy-row", { has: page.getByRole("link", { name: say("policy.anchor", { clause: "五3" }) }) });
  await hand.click("link", say("policy.anchor", { clause: "五3" }));
  assert.equal(decodeURIComponent(new URL(page.url()).hash), "#五3");
  for (const word of ["有社保或劳动合同的工作人员 ≥ 5 人", zh["policy.judged"], "鼓励"]) await third.getByText(word).first().waitFor();
  await third.getByText(/^测试 \d+ 例/).first().waitFor();
  assert.ok((await third.locator(".policy-enforced").count()) > 0 && (await third.locator(".policy-recorded").count()) > 0);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await hand.click("button", say("policy.cite.place", { clause: "第五条3" }));
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, /^《四川省产业知识产权运营中心建设管理工作指引\(试行\)》（川市监办〔2025〕16号）第五条3：“/);
  assert.match(copied, /工作人员不少于5人/);
  console.log(`# a citation from the list: ${hand.clicks} clicks`);
  await visit.look(page);
  await visit.magnify(page);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator(".policy-verbs").isVisible(), false);
  assert.ok(await third.isVisible());
});

test("coverage, versions and the own forms of a policy; in English too", async (visit) => {
  for (const view of ["coverage", "versions", "forms"]) {
    const page = await visit.enter(demo, "officer", `/policies/${SC}?view=${view}`, { language: "en" });
    await page.getByRole("link", { name: en[`policy.view.${view as "forms"}`], exact: true, current: "page" } as never).first().waitFor();
    if (view === "coverage") await page.getByText("149 / 149").waitFor();
    if (view === "versions") await page.getByText(en["policy.activated.program"]).waitFor();
    if (view === "forms") assert.ok((await page.getByRole("textbox", { name: en["policy.view.forms"] }).boundingBox())!.height > 300);
    if (view === "forms") assert.match(await page.getByRole("textbox", { name: en["policy.view.forms"] }).inputValue(), /^forms:/);
    await visit.look(page);
    await visit.magnify(page);
    await page.close();
  }
});

test("two provinces compared by article, swapped and as Excel", async (visit) => {
  const page = await visit.enter(demo, "officer", `/policies/diff?pack=${SC}`);
  const hand = new Hand(page, visit);
  await page.getByLabel(new RegExp(`^${zh["policy.diff.two"]}`)).selectOption("sx-yunying-draft");
  await visit.settled(page);
  const staff = page.locator("tr", { hasText: "staff-count" });
  await staff.getByText("有社保或劳动合同的工作人员 ≥ 5 人").waitFor();
  await staff.getByText("专职工作人员 ≥ 3 人").waitFor();
  await page.getByText(/^对照国家解读/).first().waitFor();
  const excel = (await page.getByRole("link", { name: zh["policy.excel"] }).getAttribute("href"))!;
  assert.match((await page.evaluate(async (path) => (await fetch(path)).headers.get("content-type"), excel)) ?? "", /spreadsheetml/);
  await visit.look(page);
  await visit.magnify(page);
  await hand.click("button", zh["policy.diff.swap"]);
  assert.equal(new URL(page.url()).search, `?pack=sx-yunying-draft&with=${SC}`);
  await hand.click("link", /第五条3/);
  await page.waitForURL(new RegExp(`/policies/${SC}#`));
});

test("an unclear place is read otherwise by two of the office, each with the words before them", async (visit) => {
  const page = await visit.enter(own, "officer", `/policies/ambiguities?pack=${SC}`);
  const hand = new Hand(page, visit);
  await visit.look(page);
  await visit.magnify(page);
  const place = page.locator("#A-01");
  assert.match(await place.locator(".unclear-chosen").innerText(), /至少6个/);
  const { unit } = await page.evaluate(async () => (await (await fetch("api/v1/session")).json()) as { unit: number });
  await askAs(own, "secadmin", "POST", `/records/authority?unit=${unit}`, { programme: SC, function: "recognise", region: "510000", from_date: "2025-01-01" });
  await hand.click("button", `${zh["policy.reading.choose"]} A-01 至少5个`);
  const dialog = page.getByRole("dialog");
  await hand.type(/^理由/, "虚构：处室答复", dialog);
  await hand.click("button", say("case.propose.verb", { action: zh["policy.reading.choose"] }), dialog);
  await place.getByText(zh["policy.proposed"]).waitFor();
  assert.match(await place.locator(".unclear-chosen").innerText(), /至少6个/); // it waits
  const confirmed = await confirm(visit, "工作指引");
  await page.reload();
  await visit.settled(page);
  assert.match(await place.locator(".unclear-chosen").innerText(), /至少5个[\s\S]*处室答复/);
  console.log(`# a reading: ${hand.clicks} clicks and ${hand.entries} field, the second ${confirmed} clicks`);
});

test("a threshold simulated: who, before, after, why; a reload has stored nothing", async (visit) => {
  const page = await visit.enter(demo, "officer", "/policies/simulate", { width: 1440, height: 900 });
  const hand = new Hand(page, visit);
  await hand.type(/有社保或劳动合同的工作人员/, "8");
  await page.getByText(say("policy.simulate.was", { number: "5" })).waitFor();
  await hand.click("button", zh["policy.simulate"]);
  console.log(`# a threshold simulated: ${hand.clicks} clicks, ${hand.entries} entry`);
  assert.ok(hand.clicks <= 4 && hand.entries === 1);
  const head = await page.locator(".simulate-head h2").innerText();
  const [, judged, changed] = /^(\d+) 个主体中，(\d+) 个的结论会变$/.exec(head)!.map(Number);
  assert.ok(changed! > 0 && changed! < judged!, head);
  await page.getByRole("button", { name: zh["policy.simulate.all"] }).click();
  const rows = page.locator(".simulate-table tbody tr");
  assert.equal(await rows.count(), changed);
  assert.equal(await page.locator(".dot").count(), changed);
  const counts = (await page.locator(".simulate-counts li > b").allInnerTexts()).map(Number);
  assert.equal(counts.reduce((sum, n) => sum + n, 0), judged);
  for (const row of await rows.all()) {
    const [party, , after, why, has, needs, short] = (await row.locator("td").allInnerTexts()).map((text) => text.trim());
    assert.ok(party && after!.includes("不符合") && why!.includes("第五条3"), `${party} ${after} ${why}`);
    assert.deepEqual([needs, Number(short)], ["≥ 8", 8 - Number(has)], party);
    assert.equal(await row.locator("td:first-child a").count(), 1);
  }
  await page.locator(".dots").getByRole("button", { name: zh["policy.dots.table"] }).click();
  const twin = (await page.locator(".dots tbody td:last-child").allInnerTexts()).map(Number);
  assert.equal(twin.reduce((sum, n) => sum + n, 0), changed);
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: zh["policy.excel"] }).click();
  assert.equal(readFileSync((await (await saved).path())!).subarray(0, 2).toString(), "PK");
  await visit.look(page);
  await visit.magnify(page);
  await rows.first().locator("button.num").click();
  const sheet = page.getByRole("dialog");
  await sheet.waitFor();
  await visit.settled(page);
  await sheet.locator(".num-rows > li").first().waitFor();
  await page.reload();
  await visit.settled(page);
  assert.equal(await page.locator("#number-staff-count").inputValue(), "5");
  assert.equal(await page.locator(".simulate-head").count(), 0);
});

const load = async (page: Page, file: string) => {
  await page.getByRole("dialog").locator("input[type=file]").setInputFiles(file);
};

test("a pack as a ZIP: its fault with file and line, mended, tried, put into effect by two; an application begins under it", async (visit) => {
  const folder = packBooks();
  const page = await visit.enter(own, "officer", "/policies");
  const hand = new Hand(page, visit);
  await hand.click("button", zh["policy.load"]);
  const dialog = page.getByRole("dialog");
  visit.expected.push(/400/);
  await page.getByRole("dialog").locator("input[type=file]").setInputFiles({ name: "假的.zip", mimeType: "application/zip", buffer: Buffer.from("no archive") });
  await dialog.getByRole("alert").waitFor();
  hand.clicks++;
  await load(page, join(folder, "faulty.zip"));
  await dialog.getByText(/^查出 \d+ 处错误/).waitFor();
  const found = dialog.locator("tbody tr", { hasText: `${SC}/clauses.yaml` }).first();
  const lines = readFileSync(join(folder, "faulty.zip.d/clauses.yaml"), "utf8").split("\n");
  const line = lines.findIndex((text) => text.includes("主要义务")) + 1;
  assert.ok(Math.abs(Number(await found.locator("td").nth(1).innerText()) - line) <= 1, await found.innerText());
  await visit.look(page);
  hand.clicks++;
  await load(page, join(folder, "mended.zip"));
  await dialog.getByText(say("policy.load.taken", { pack: SC, version: 2 })).waitFor();
  await dialog.getByText(/^测试用例 \d+ 例，0 例不成立。$/).waitFor();
  await visit.settled(page);
  await visit.look(page);
  // Tried before it counts: with five people asked for as before, those who fell come back.
  await hand.click("link", zh["policy.load.try"], dialog);
  assert.equal(await page.locator("#number-staff-count").inputValue(), "8");
  await hand.type(/有社保或劳动合同的工作人员/, "5");
  await hand.click("button", zh["policy.simulate"]);
  await page.getByText(/个的结论会变$/).waitFor();
  // Until two have put it into effect, everybody reads the first; it can be taken back, and loaded again.
  const staff = async () => (await askAs<{ criteria: { id: string; numbers: { number: string }[] }[] }>(own, "city", "GET", `/packs/${SC}/clauses`)).criteria.find(({ id }) => id === "staff-count")!.numbers[0]!.number;
  const portal = await visit.open(`${own.address}/policies/${SC}`);
  await portal.getByText("工作人员不少于5人").first().waitFor();
  assert.equal(await staff(), "5");
  await page.goto(`${own.address}/w/policies/${SC}?view=versions`);
  await visit.settled(page);
  const waits = page.getByText(say("policy.waits", { version: 2, active: 1 }));
  await waits.waitFor();
  await visit.look(page);
  await page.getByRole("link", { name: zh["policy.load.open"] }).click();
  await page.getByText("有社保或劳动合同的工作人员 ≥ 8 人").first().waitFor();
  await visit.look(page);
  await page.goBack();
  await waits.waitFor();
  await page.getByRole("button", { name: zh["policy.withdraw"] }).click();
  await dialog.getByLabel(/^理由/).fill("虚构：载入有误");
  await dialog.getByRole("button", { name: say("case.propose.verb", { action: zh["policy.withdraw"] }) }).click();
  await page.getByText(say("policy.counts", { version: 1 })).waitFor();
  await page.goto(`${own.address}/w/policies`);
  await page.getByRole("button", { name: zh["policy.load"] }).click();
  await load(page, join(folder, "mended.zip"));
  await dialog.getByText(say("policy.load.taken", { pack: SC, version: 2 })).waitFor();
  await dialog.getByRole("link", { name: zh["policy.load.activate"] }).click();
  await waits.waitFor();
  await hand.click("button", zh["policy.activate"]);
  await hand.type(/^理由/, "虚构：启用新版", dialog);
  await hand.click("button", say("case.propose.verb", { action: zh["policy.activate"] }), dialog);
  await page.getByText(zh["policy.proposed"]).waitFor();
  const second = await visit.enter(own, "leader", "/todo");
  const leader = new Hand(second, visit);
  await leader.open("工作指引", zh["desk.verb.confirm"]);
  await second.getByRole("row", { name: /第 1 版.*第 2 版/ }).waitFor(); // before → after, in words
  await visit.look(second);
  await leader.click("checkbox", zh["case.confirm.tick"]);
  leader.clicks++;
  await second.locator(".confirm-foot .ant-btn-primary").click();
  await second.waitForURL(/\/todo/);
  await page.reload();
  await visit.settled(page);
  await page.getByText(say("policy.counts", { version: 2 })).waitFor();
  assert.equal(await staff(), "8");
  console.log(`# a pack loaded, tried and put into effect: ${hand.clicks} clicks, ${hand.entries} fields; the second person ${leader.clicks} clicks`);
  // Its difference to the version before is one number.
  await page.goto(`${own.address}/w/policies/diff?pack=${SC}`);
  await visit.settled(page);
  await page.getByRole("option", { name: say("policy.diff.version", { version: 1 }) }).waitFor({ state: "attached" });
  // A call of it, and an application.
  const call = await askAs<{ id: number }>(own, "officer", "POST", "/records/call", { title: "虚构：新版批次", programme: SC, opens_on: "2026-11-20", closes_on: "2026-12-31" });
  await askAs(own, "officer", "POST", `/records/call/${call.id}/actions/open`, {});
  const centre = await visit.enter(own, "centre33", "/calls");
  const begin = centre.locator("section, li, article, tr", { hasText: "虚构：新版批次" }).getByRole("button", { name: `${zh["apply.begin"]} 申报认定` }).last();
  await begin.click();
  await centre.getByRole("dialog").getByRole("radio", { name: "市（州）局" }).click();
  await centre.getByRole("dialog").getByRole("button", { name: zh["apply.begin"], exact: true }).click();
  await centre.waitForURL(/\/w\/case\/\d+\/form$/);
  await visit.settled(centre);
  const id = /case\/(\d+)/.exec(centre.url())![1];
  assert.equal((await askAs<{ pack_version: string }>(own, "officer", "GET", `/cases/${id}`)).pack_version, "2");
});

test("the office's own form is put in place and into effect by two", async (visit) => {
  const page = await visit.enter(own, "officer", `/policies/${SC}?view=forms`);
  const hand = new Hand(page, visit);
  const form = page.getByRole("textbox", { name: zh["policy.view.forms"] });
  const text = await form.inputValue();
  await hand.type(zh["policy.view.forms"], text.replace("forms:", "forms: ["));
  await hand.type(new RegExp(zh["policy.forms.version"]), "own-1");
  await hand.type(/^理由/, "虚构：换用本局版式");
  visit.expected.push(/400/);
  await hand.click("button", zh["policy.forms.put"]);
  await page.getByRole("alert").waitFor();
  await hand.type(zh["policy.view.forms"], text.replace("label: 累计运营金额, line: ", "label: 累计运营额, line: "));
  await hand.click("button", zh["policy.forms.put"]);
  await page.getByText(say("policy.forms.made", { version: "own-1" })).waitFor();
  await hand.click("link", zh["policy.view.versions"], page.locator(".note"));
  await hand.click("button", zh["policy.activate"]);
  await hand.type(/^理由/, "虚构：启用本局版式", page.getByRole("dialog"));
  await hand.click("button", say("case.propose.verb", { action: zh["policy.activate"] }), page.getByRole("dialog"));
  await page.getByText(zh["policy.proposed"]).waitFor();
  const second = await confirm(visit, "工作指引");
  await page.reload();
  await visit.settled(page);
  await page.getByText(say("policy.counts", { version: "own-1" })).waitFor();
  console.log(`# own form: ${hand.clicks} clicks, ${hand.entries} fields; the second person ${second} clicks`);
});

test("who sees what: officers load and put into effect, offices simulate, everybody reads", async (visit) => {
  for (const [person, loads, simulates] of [["leader", true, true], ["city", false, true], ["centre1", false, false], ["auditor", false, false], ["bank", false, false], ["sysadmin", false, false]] as const) {
    const page = await visit.enter(demo, person, "/policies");
    assert.equal(await page.getByRole("button", { name: zh["policy.load"] }).count(), loads ? 1 : 0, person);
    assert.equal(await page.getByRole("link", { name: zh["policy.simulate"], exact: true }).count(), simulates ? 1 : 0, person);
    await page.getByRole("link", { name: /工作指引/ }).first().click();
    await visit.settled(page);
    assert.equal(await page.getByRole("link", { name: zh["policy.view.forms"] }).count(), loads ? 1 : 0, person);
    if (!simulates) {
      await visit.move(page, "/w/policies/simulate");
      await page.getByRole("heading", { name: zh["common.missing"] }).waitFor();
    }
    await page.close();
  }
});

test("anybody reads the texts on the portal, with nothing internal; a pack that does not count is not there", async (visit) => {
  const page = await visit.open(`${demo.address}/`);
  await page.getByRole("navigation").getByRole("link", { name: zh["policies.title"] }).first().click();
  await visit.settled(page);
  await visit.look(page);
  await page.getByRole("link", { name: /四川省产业知识产权运营中心建设管理工作指引/ }).click();
  await visit.settled(page);
  await page.getByRole("link", { name: say("policy.anchor", { clause: "五3" }) }).click();
  assert.equal(decodeURIComponent(new URL(page.url()).hash), "#五3");
  const shown = await page.locator("main").innerText();
  assert.match(shown, /工作人员不少于5人/);
  for (const word of ["测试", "A-11", "staff", "SCYY-", zh["policy.how.recorded"]]) assert.ok(!shown.includes(word), word);
  await visit.look(page);
  visit.expected.push(/404/);
  const missing = await visit.open(`${demo.address}/policies/no-such`);
  await missing.getByRole("heading", { name: zh["portal.notfound"] }).waitFor();
  const english = await visit.open(`${demo.address}/policies/${SC}`, { language: "en", width: 390 });
  await visit.settled(english);
  await visit.look(english);
});
