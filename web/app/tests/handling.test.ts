/* What waits for somebody is done where it leads: rows of 待办, papers, what was given, cases that an office begins,
 * objections. */
import assert from "node:assert/strict";
import { texts, type Page, type Visit } from "./browser.ts";
import { ownDemo, type Program } from "./program.ts";
import { test } from "./suite.ts";

const { zh, en } = texts;
const demo = ownDemo();
const later = ownDemo(); // after the publicity of the demo

/* One of the demo's people for each role that has something to do. */
const people = ["officer", "leader", "city", "ipcentre", "finance", "auditor", "bank", "service", "expert", "company", "centre1", "staff37", "shanxi", "taiyuan"];
const ACTS = ".case-action button, .case-asides button, .papers-due button, .confirm-foot .ant-btn-primary, .record-rail:not(.record-entries, .record-proof) button, .record-rail:not(.record-entries, .record-proof) a.button, [role=dialog] .ant-btn-primary, .case-form button, .form-foot .ant-btn-primary, .matter-rail button, .score-verbs button, .task-foot button, .asked-verbs button";

/* Where the rows of the list lead, one for each kind of task. */
async function placesOf(page: Page): Promise<Map<string, string>> {
  const folded = page.locator(".same-fold[aria-expanded=false]");
  for (let left = await folded.count(); left > 0; left--) await folded.first().click();
  const rows = await page.locator(".task").evaluateAll((all) => all.flatMap((row) => [...row.querySelectorAll(":scope > a.button")].map((link) => [(link as HTMLAnchorElement).href, row.querySelector(".task-what p")?.textContent ?? ""] as const)));
  return new Map(rows.map(([href, what]) => [`${what} ${href.replace(/\d+/g, "N")}`, href]));
}

for (const person of people)
  test(`each item of 待办 of ${person} has an act where it leads`, async (visit) => {
    const page = await visit.enter(demo, person, "/todo");
    const places = await placesOf(page);
    assert.ok(places.size > 0);
    for (const [what, href] of places) {
      await visit.move(page, href);
      assert.ok(await page.locator(ACTS).count(), `${what}: ${href}`);
    }
  });

test("what was given to be done is finished on its page, in both languages", async (visit) => {
  for (const [person, language] of [
    ["auditor", "zh"],
    ["bank", "en"],
  ] as const) {
    const page = await visit.enter(demo, person, "/todo", { language });
    await page.locator(".task > a.button").first().click();
    await visit.settled(page);
    await visit.look(page);
    const finish = page.getByRole("button", { name: texts[language]["desk.verb.finish"], exact: true });
    await finish.click();
    await finish.waitFor({ state: "detached" });
    await page.goto(`${demo.address}/w/todo`);
    await page.getByText(texts[language]["desk.empty.todo"]).waitFor();
  }
});

test("rows name the unit; papers and services stand below what is to be decided", async (visit) => {
  const page = await visit.enter(demo, "officer", "/todo");
  const heads = await page.locator(".tasks > h2").allInnerTexts();
  const last = heads[heads.length - 1]!;
  assert.ok(last.startsWith(zh["desk.urgency.papers"]), heads.join(" / "));
  const group = page.locator(".tasks-papers");
  assert.ok((await group.locator(".task").count()) > 5);
  for (const title of await group.locator("h3").allInnerTexts()) assert.match(title, /（演示）|件|cases/, title);
  assert.equal(await group.getByText(zh["desk.noDue"]).count(), 0);
});

test("a paper that lacks only its number is issued with it", async (visit) => {
  const page = await visit.enter(demo, "panzhihua", "/todo", { language: "en" });
  await page.locator(".tasks-papers .task > a.button").first().click();
  await visit.settled(page);
  await page.locator(".papers-due button").first().click();
  const dialog = page.getByRole("dialog");
  const number = dialog.locator("input").first();
  await number.waitFor();
  await number.fill("虚构[2026]3号");
  await dialog.getByText(/hexagonal brackets/).waitFor();
  await number.fill("虚构攀〔2026〕77号");
  await dialog.getByText(/hexagonal brackets/).waitFor({ state: "detached" });
  for (const field of await dialog.getByRole("textbox").all()) if (!(await field.inputValue())) await field.fill("虚构");
  await visit.read(page);
  await dialog.getByRole("button", { name: en["case.papers.issue"], exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText(/77号/).first().waitFor();
});

async function noCode(visit: Visit, program: Program): Promise<number> {
  const page = await visit.enter(program, "officer", "/review/province?stage=publicity");
  await page.locator(".queue tbody input[type=checkbox]").first().check();
  await visit.settled(page);
  await page.getByRole("button", { name: "正式认定", exact: true }).click();
  await visit.settled(page);
  await page.locator(".field-offer", { hasText: "虚构〔2026〕号" }).first().waitFor(); // the mark of the office
  const told = await page.getByText(zh["case.papers.noCode"]).count();
  await page.getByRole("button", { name: "不予认定", exact: true }).click();
  await visit.settled(page);
  assert.equal(await page.getByText(zh["case.papers.noCode"]).count(), 0); // it issues no certificate
  await page.close();
  return told;
}

test("without a public address it is said that a certificate carries no code", async (visit) => {
  const own = later;
  own.forward(5 * 86_400);
  assert.equal(await noCode(visit, own), 1);
  await own.setPublicAddress(own.address);
  assert.equal(await noCode(visit, own), 0);
});

test("an office begins a case on the page of the centre", async (visit) => {
  const page = await visit.enter(demo, "officer", "/r/centre?filter=programme%3Dsc-yunying-2025%20and%20state%3Dactive");
  const href = await page.evaluate(async () => {
    const { items } = (await (await fetch("api/v1/records/centre?filter=programme%3Dsc-yunying-2025%20and%20state%3Dactive&fields=*&limit=50")).json()) as { items: { id: number; credit_code: string }[] };
    for (const { id, credit_code } of items) {
      const list = (await (await fetch(`api/v1/beginnings?party=${credit_code}`)).json()) as { items: { process: string; open: boolean }[] };
      if (list.items.some(({ process, open }) => open && process === "sub-centre")) return `/w/r/centre/${id}`;
    }
    return undefined;
  });
  assert.ok(href, "a centre about which the office may begin something");
  await page.goto(demo.address + href);
  await visit.settled(page);
  await page.getByRole("button", { name: `${zh["records.begin.do"]} 自行设立分中心核查` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(zh["apply.begin.office"]).waitFor();
  await visit.look(page);
  for (const field of await dialog.locator("textarea").all()) await field.fill("虚构的事实");
  for (const field of await dialog.locator("select").all()) await field.selectOption({ index: 1 });
  for (const field of await dialog.locator('input[placeholder="YYYY-MM-DD"], .field-date input').all()) await field.fill("2026-11-01");
  await dialog.locator(".ant-btn-primary").click();
  await page.waitForURL(/\/w\/case\/\d+$/);
});

for (const language of ["zh", "en"] as const)
  test(`anybody objects to a list, with a file, and asks what became of it, ${language}`, async (visit) => {
    const t = texts[language];
    const page = await visit.open(`${demo.address}/publicity`, { language });
    await page.locator(".notice-row", { hasText: "四川省产业知识产权" }).locator('a[href*="#object"]').first().click();
    await page.getByRole("form", { name: t["portal.object.do"] }).waitFor();
    if (language === "en") await page.getByLabel(t["portal.object.unnamed"]).check();
    else {
      await page.getByLabel(new RegExp(t["portal.object.objector"])).fill("虚构某人");
      await page.getByLabel(new RegExp(t["portal.object.contact"])).fill("13800000000");
      await page.getByLabel(new RegExp(t["portal.object.officers"])).fill("省局甲、另一人");
    }
    await page.getByLabel(new RegExp(t["portal.object.ground"])).fill("虚构的理由");
    await page.getByLabel(new RegExp(t["portal.object.content"])).fill("虚构的事实");
    await page.locator('input[type="file"]').setInputFiles({ name: "a.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n") });
    await page.getByRole("button", { name: t["portal.object.do"], exact: true }).click();
    await page.getByText(t["portal.object.made"]).waitFor();
    const [number, code] = await page.locator(".object dd.mono").allInnerTexts();
    assert.match(number!, /^2026-\d{6}$/);
    await page.reload();
    await page.getByText(t["portal.object.look"]).first().click();
    await page.getByLabel(t["portal.object.number"], { exact: true }).fill(number!);
    await page.getByLabel(t["portal.object.code"], { exact: true }).fill(code!);
    await page.getByRole("button", { name: t["portal.object.look"], exact: true }).click();
    await page.getByText(t["portal.object.open"]).waitFor();
    await visit.look(page);
    if (language === "en") return;
    // Whom it complains of neither reads nor settles it; a colleague reads it where he settles it.
    const settle = `/case/${/\/publicity\/(\d+)/.exec(page.url())![1]}?do=settle`;
    const named = await visit.enter(demo, "officer", settle);
    await named.getByRole("dialog").getByText("没有您可以办理的“异议”记录").waitFor();
    const colleague = await visit.enter(demo, "officer2", settle);
    const dialog = colleague.getByRole("dialog");
    for (const said of ["虚构的理由", "虚构的事实", "虚构某人", "13800000000", "a.pdf"]) await dialog.getByText(said).waitFor();
    await visit.look(colleague);
    await dialog.getByRole("button", { name: t["fields.no"], exact: true }).click();
    await dialog.getByLabel("处理情况（内部）").fill("虚构：已核实");
    await dialog.getByLabel("处理结论（告知异议人）").fill("虚构：经核实不成立");
    await dialog.getByLabel(t["case.input.reason"]).fill("虚构的理由说明");
    await dialog.getByLabel(t["case.input.basis"]).fill("虚构的依据");
    await dialog.getByRole("button", { name: "办结异议", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
  });

for (const language of ["zh", "en"] as const)
  test(`what one proposes on a record a second confirms on its page, from 待办, ${language}`, async (visit) => {
    const t = texts[language];
    const name = `虚构专家${language === "zh" ? "甲" : "乙"}`;
    const { token } = await demo.json<{ token: string }>("user", "token", "officer2");
    const at = `${demo.address}/api/v1/records/expert`;
    const as = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
    const { items } = (await (await fetch(`${at}?limit=2`, { headers: as })).json()) as { items: { id: number; version: number; name: string }[] };
    const one = items[language === "zh" ? 0 : 1]!;
    const proposed = await fetch(`${at}/${one.id}/actions/untie?reason=${encodeURIComponent("虚构：更正姓名")}`, { method: "POST", headers: { ...as, "If-Match": `"${one.version}"` }, body: JSON.stringify({ name }) });
    assert.equal(proposed.status, 202, await proposed.text());
    const page = await visit.enter(demo, "leader", "/todo", { language });
    await page.locator(".task", { hasText: one.name }).getByRole("link", { name: new RegExp(`^${t["desk.verb.confirm"]}`) }).click();
    await page.waitForURL(/\/confirm\/\d+$/);
    for (const said of ["虚构：更正姓名", one.name, name, "省局丙"]) await page.getByText(said).first().waitFor();
    await visit.look(page);
    await page.getByRole("checkbox", { name: t["case.confirm.tick"] }).check();
    await page.locator(".confirm-foot .ant-btn-primary").click();
    await page.waitForURL(/\/r\/expert\/\d+$/);
    await page.getByRole("heading", { name }).waitFor();
  });
