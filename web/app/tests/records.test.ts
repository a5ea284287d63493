/* Records by their forms: a refusal leads to its field, two people at one record, files on their way, one submission. */
import assert from "node:assert/strict";
import { texts, type Page } from "./browser.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();
const { zh } = texts;
const DEAL = 94; // of the unit whose manager is centre1 and whose staff is centre (tests/cli/demo_test.py)

const label = (key: keyof typeof zh, values: Record<string, string | number>) => zh[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
const field = (page: Page, name: string) => page.getByRole("textbox", { name: new RegExp(`^${name}`) });
const save = (page: Page, key: keyof typeof zh) => page.getByRole("button", { name: zh[key], exact: true });

async function countOf(page: Page, number: string): Promise<number> {
  return page.evaluate(async (filter) => {
    const answer = await fetch(`api/v1/records/deal?filter=${encodeURIComponent(filter)}`);
    return ((await answer.json()) as { total: number }).total;
  }, `contract_no="${number}"`);
}

/* Opens what the form leaves for later. */
async function unfold(page: Page, ...names: string[]): Promise<void> {
  for (const name of names) if (!(await page.locator("details[open] > summary b", { hasText: name }).count())) await page.locator("summary", { hasText: name }).click();
}

async function fillDeal(page: Page, number: string): Promise<void> {
  await unfold(page, "签订和备案");
  await field(page, "合同编号").fill(number);
  await page.getByRole("radio", { name: "许可", exact: true }).check();
}

test("a form says what must be mended, leads there, and is accepted once it is", async (visit) => {
  visit.expected.push(/400/);
  const page = await visit.enter(demo, "centre1", `/r/deal/new?title=${encodeURIComponent("微波组件专利许可")}&back=/r/deal`);
  assert.equal(await field(page, "标题").inputValue(), "微波组件专利许可");
  await field(page, "合同金额").fill("-860000");
  await save(page, "records.enter").click();
  const summary = page.locator(".fault-summary");
  await summary.waitFor();
  await visit.look(page);
  assert.ok(await summary.evaluate((box) => box === document.activeElement));
  await summary.getByRole("link", { name: /^合同金额/ }).click();
  assert.ok(await field(page, "合同金额").evaluate((box) => box === document.activeElement && box.getAttribute("aria-invalid") === "true"));
  assert.match(await summary.innerText(), /交易类型/);
  assert.equal(await field(page, "编号").count(), 0); // given when the record is made
  await fillDeal(page, "YS-测-1");
  for (const [typed, read] of [["12万", "120,000.00"], ["人民币 184.51 万元", "1,845,100.00"], ["0.000001亿", "100.00"]] as const) {
    await field(page, "合同金额").fill(typed);
    await page.getByRole("status").getByText(`读作 ${read} 元`).waitFor();
    await field(page, "标题").click();
    assert.equal(await field(page, "合同金额").inputValue(), read);
  }
  await field(page, "合同金额").fill("￥１，２３４，５６７.5元");
  await unfold(page, "签订和备案");
  await field(page, "签订日期").fill("2026年11月9日");
  await field(page, "标题").click();
  assert.equal(await field(page, "合同金额").inputValue(), "1,234,567.50");
  assert.equal(await field(page, "签订日期").inputValue(), "2026-11-09");
  await page.reload(); // what was typed is a draft
  await page.getByText(zh["records.draft.there"]).waitFor();
  await page.keyboard.press("Control+Enter");
  await page.waitForURL(/\/w\/r\/deal\?created=deal\/\d+$/);
  await page.getByRole("row", { name: /YS-测-1/ }).getByRole("link").click();
  await page.getByText("1,234,567.50 元").waitFor();
  await page.getByText("2026-11-09").waitFor();
  await visit.settled(page);
});

test("a field that another value needs is marked as soon as that is there", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/protection_case/new");
  const must = page.locator(".field", { hasText: "国家或地区" }).first().locator(".field-must");
  const foreign = page.getByRole("group", { name: /^涉外/ });
  assert.equal(await must.innerText(), "");
  await foreign.getByText(zh["fields.yes"], { exact: true }).click();
  await must.getByText(zh["common.required"]).waitFor();
  await foreign.getByText(zh["fields.no"], { exact: true }).click();
  await must.getByText(zh["common.required"]).waitFor({ state: "detached" });
});

test("an action marks what its channel needs, and tells all of it at once", async (visit) => {
  const page = await visit.enter(demo, "officer", "/r/paper_service");
  const id = await page.evaluate(async () => {
    const { items } = (await (await fetch("api/v1/records/paper_service?filter=state=owed&limit=500&fields=*")).json()) as { items: { id: number }[] };
    for (const { id } of items) if (((await (await fetch(`api/v1/records/paper_service/${id}`)).json()) as { _may: string[] })._may.includes("serve")) return id;
    return 0;
  });
  const asked: string[] = [];
  page.on("request", (request) => request.method() === "POST" && asked.push(request.url()));
  await page.goto(`${demo.address}/w/r/paper_service/${id}`);
  await page.getByRole("button", { name: "登记送达" }).click();
  const dialog = page.getByRole("dialog", { name: "登记送达" });
  const one = (name: string) => dialog.locator(".field", { has: page.locator(`xpath=.//*[self::label or self::legend][starts-with(., "${name}")]`) });
  assert.equal(await one("送达回证").locator(".field-must").innerText(), "");
  await dialog.getByText("邮寄送达", { exact: true }).click();
  for (const name of ["邮件编号", "送达回证"]) await one(name).locator(".field-must", { hasText: zh["common.required"] }).waitFor();
  await dialog.locator(".ant-btn-primary").click();
  for (const name of ["送达日期", "邮件编号", "送达回证"]) await one(name).locator(".field-error").waitFor();
  await visit.look(page);
  assert.deepEqual(asked, []);
});

test("two people at one record: who came first is named, and what was typed stays", async (visit) => {
  visit.expected.push(/409/);
  const mine = await visit.enter(demo, "centre1", `/r/deal/${DEAL}/edit`);
  const theirs = await visit.enter(demo, "centre", `/r/deal/${DEAL}/edit`);
  await field(mine, "标题").fill("我的标题");
  await unfold(mine, "签订和备案");
  await field(mine, "备案编号").fill("BA-1");
  await field(theirs, "标题").fill("他的标题");
  await unfold(theirs, "结果");
  await field(theirs, "结果").fill("已履行");
  await save(theirs, "records.save").click();
  await theirs.waitForURL(new RegExp(`/w/r/deal/${DEAL}$`));
  await save(mine, "records.save").click();
  const table = mine.locator(".conflict");
  await table.waitFor();
  await visit.look(mine);
  const said = await table.innerText();
  assert.match(said, /中心工作人员（演示）（成都青岚电子信息运营中心（演示））于 2026-11-2\d \d\d:\d\d 修改了 标题/);
  assert.match(said, /修改了 结果/);
  assert.equal(await field(mine, "标题").inputValue(), "我的标题");
  assert.equal(await field(mine, "备案编号").inputValue(), "BA-1");
  await table.getByRole("radio", { name: label("records.conflict.theirs", {}), exact: false }).first().check();
  assert.equal(await field(mine, "标题").inputValue(), "他的标题");
  await table.getByRole("radio", { name: `标题 ${zh["records.conflict.mine"]}` }).check();
  await save(mine, "records.conflict.save").click();
  await mine.waitForURL(new RegExp(`/w/r/deal/${DEAL}$`));
  await mine.getByRole("heading", { name: "YS-25-03" }).waitFor();
  await mine.getByText("我的标题", { exact: true }).first().waitFor();
  await mine.getByText("已履行", { exact: true }).first().waitFor();
  await visit.settled(mine);
});

test("a file is sent in pieces: its progress shows, it can be cancelled, and what was cut off goes on", async (visit) => {
  visit.expected.push(/ERR_FAILED/);
  const page = await visit.enter(demo, "centre1", "/r/deal/new");
  await unfold(page, "签订和备案");
  const content = Buffer.concat([Buffer.from("%PDF-1.4\n%"), Buffer.alloc(3 << 20, "x"), Buffer.from("\n%%EOF\n")]);
  const file = { name: "合同.pdf", mimeType: "application/pdf", buffer: content };
  let release = () => {};
  let held = new Promise<void>((go) => (release = go));
  let cut = false;
  const offsets: number[] = [];
  await page.route(/files\/uploads\/\w+\?offset=/, async (route) => {
    const offset = Number(new URL(route.request().url()).searchParams.get("offset"));
    offsets.push(offset);
    if (offset === 2 << 20) await held;
    if (offset === 2 << 20 && cut) return route.abort("failed");
    return route.continue().catch(() => {}); // the page has cancelled it
  });
  const bar = page.getByRole("progressbar");
  const pick = page.locator("input[type=file]").first();
  await pick.setInputFiles(file);
  await page.waitForFunction((there) => document.querySelector("progress")?.value === there, 2 << 20);
  await visit.read(page);
  await page.getByRole("button", { name: label("upload.cancel", { name: "合同.pdf" }) }).click();
  await bar.waitFor({ state: "detached" });
  release();

  cut = true;
  held = Promise.resolve();
  await pick.setInputFiles(file);
  const again = page.getByRole("button", { name: zh["common.retry"], exact: true });
  await again.waitFor();
  cut = false;
  const before = offsets.length;
  await again.click();
  await page.getByRole("button", { name: "合同.pdf", exact: true }).waitFor();
  assert.equal(offsets[before], 2 << 20); // what is there is not sent again
  await visit.settled(page);
});

test("one submission makes one record, pressed twice or with its answer lost", async (visit) => {
  visit.expected.push(/ERR_FAILED/);
  const page = await visit.enter(demo, "centre1", "/r/deal/new");
  await fillDeal(page, "YS-测-2");
  await save(page, "records.enter").dblclick();
  await page.waitForURL(/\/w\/r\/deal\/\d+$/);
  assert.equal(await countOf(page, "YS-测-2"), 1);

  await page.goto(`${demo.address}/w/r/deal/new`);
  await fillDeal(page, "YS-测-3");
  const keys: (string | undefined)[] = [];
  await page.route(/records\/deal$/, async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    keys.push(route.request().headers()["idempotency-key"]);
    if (keys.length > 1) return route.continue();
    await route.fetch();
    return route.abort("failed"); // it is done, and the page does not know
  });
  await save(page, "records.enter").click();
  await page.getByRole("alert").getByText(zh["common.noAnswer"]).waitFor();
  await save(page, "records.enter").click();
  await page.waitForURL(/\/w\/r\/deal\/\d+$/);
  assert.equal(keys[0], keys[1]);
  assert.equal(await countOf(page, "YS-测-3"), 1);
  await visit.settled(page);
});

test("what a record computes follows the records that it is computed from, after F5 too, and reads as money in a list", async (visit) => {
  for (const language of ["zh", "en"] as const) {
    const text = texts[language];
    const [title, income, cost, percent, person, share] = language === "zh" ? ["名称", "转化收入", "成本", "成果完成人比例", "完成人", "份额"] : ["Title", "Income", "Cost", "Part of those", "Person", "Share"];
    const page = await visit.enter(demo, "centre", "/r/income_sharing/new", { language });
    for (const [name, value] of [[title, `虚构分享 ${language}`], [income, "1000000"], [cost, "50000"], [percent, "70"]]) await field(page, name!).fill(value!);
    await page.getByRole("button", { name: text["records.enter"], exact: true }).click();
    await page.waitForURL(/\/w\/r\/income_sharing\/\d+$/);
    const at = page.url();
    await page.getByText("0.00").first().waitFor();
    await page.goto(`${demo.address}/w/r/income_share/new?sharing=${at.split("/").pop()}`);
    await field(page, person!).fill("虚构甲");
    await field(page, share!).fill("100");
    await page.getByRole("button", { name: text["records.enter"], exact: true }).click();
    await page.waitForURL(at);
    await page.getByText("665,000.00").first().waitFor();
    await page.reload();
    await visit.settled(page);
    assert.equal(await page.locator("main dd").getByText("665,000.00").count(), 1); // the share below it tells its own
    await page.goto(`${demo.address}/w/r/income_sharing?q=${encodeURIComponent(`虚构分享 ${language}`)}`);
    await visit.settled(page);
    const sums = await page.locator(".list tbody td.number").allInnerTexts();
    assert.deepEqual(sums.filter((sum) => /\./.test(sum)), ["1,000,000.00", "50,000.00", "950,000.00", "70.00", "665,000.00", "285,000.00"]);
  }
});

test("a year is no count, and what may not be seen is not said to be missing", async (visit) => {
  for (const language of ["zh", "en"] as const) {
    const text = texts[language];
    const page = await visit.enter(demo, "officer", "/r/annual_report", { language });
    assert.match(await page.locator(".list tbody").innerText(), /\b2026\b/);
    assert.doesNotMatch(await page.locator(".list tbody").innerText(), /2,02\d/);
    await page.locator(".list tbody a").first().click();
    await page.locator(".record-fields").first().waitFor();
    await visit.settled(page);
    assert.match(await page.locator("main").innerText(), /\b2026\b/);
    assert.doesNotMatch(await page.locator("main").innerText(), /2,02\d/);
    // A recommendation for a national recognition, which nobody has decided yet.
    await page.goto(`${demo.address}/w/r/recognition`);
    await visit.settled(page);
    const open = page.locator(".list tbody tr", { hasText: text["fields.never"] });
    assert.ok((await open.count()) > 0);
    for (const row of await open.allInnerTexts()) assert.doesNotMatch(row, /有效|Active/);
    await page.goto(`${demo.address}/w/`);
    await visit.settled(page);

    // A demand of another unit that is published: who asks, its money and more of it are that unit's.
    const theirs = await visit.enter(demo, "company", `/r/demand?filter=${encodeURIComponent("state=published")}`, { language });
    const row = theirs.locator(".list tbody tr").first();
    assert.equal(await row.getByText(text["records.noRight"], { exact: true }).count(), 3); // party, budget, repeats
    assert.equal(await row.getByText(text["records.notGiven"], { exact: true }).count(), 0);
    await row.locator("a").first().click();
    await theirs.locator(".folded").first().waitFor();
    await visit.settled(theirs);
    const hidden = language === "zh" ? "无权查看" : "Not yours to see";
    const folded = await theirs.locator(".folded").innerText();
    assert.ok(folded.includes(`${hidden} `), folded);
  }
});

test("the unit that served enters satisfaction with the signed sheet", async (visit) => {
  visit.expected.push(/400/);
  for (const [language, name, sheet, refusal] of [
    ["zh", "满意度", "满意度表（服务对象签字）", "请服务对象评价（待答），或者附服务对象签字的满意度表"],
    ["en", "Satisfaction", "Signed satisfaction sheet", "Ask the served party, which gives it, or attach its signed sheet"],
  ] as const) {
    const verb = (page: Page) => page.getByRole("button", { name: texts[language]["records.save"], exact: true });
    const page = await visit.enter(demo, "centre1", "/r/service_record", { language });
    const [one] = (await page.locator(".list tbody tr a").evaluateAll((all) => all.map((a) => a.getAttribute("href")!))).slice(language === "zh" ? 1 : 3).map((href) => Number(/\d+$/.exec(href)![0]));
    await page.goto(`${demo.address}/w/r/service_record/${one}/edit`);
    await unfold(page, name);
    await field(page, name).fill("5");
    await verb(page).click();
    await page.locator(".fault-summary").getByText(refusal).waitFor();
    if (language === "zh") await visit.look(page);
    await page.getByLabel(sheet, { exact: true }).first().setInputFiles({ name: "满意度.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n%%EOF\n") });
    await page.getByRole("button", { name: "满意度.pdf", exact: true }).waitFor();
    await verb(page).click();
    await page.waitForURL(new RegExp(`/w/r/service_record/${one}$`));
    await page.getByRole("button", { name: "满意度.pdf", exact: true }).first().waitFor();
    await visit.settled(page);
  }
});

test("a row of a case opens the case, and no key of the program stands for a policy or a record", async (visit) => {
  for (const language of ["zh", "en"] as const) {
    const page = await visit.enter(demo, "officer", "/r/case", { language });
    const rows = page.locator(".list tbody");
    assert.doesNotMatch(await rows.innerText(), /sc-y|sx-y|yearly-review|rectification/);
    await rows.locator("tr").first().locator("a").first().click();
    await page.waitForURL(/\/w\/case\/\d+$/);
    await visit.settled(page);
    await page.goto(`${demo.address}/w/r/case`);
    await visit.settled(page);
    await rows.locator("tr").first().locator("td").nth(5).click();
    await page.waitForURL(/\/w\/case\/\d+$/);
    await visit.settled(page);
    // A recognition that has no name yet.
    await page.goto(`${demo.address}/w/r/recognition?filter=${encodeURIComponent("date=no")}`);
    await visit.settled(page);
    assert.doesNotMatch(await rows.innerText(), /#\d/);
    await rows.locator("a").first().click();
    await page.locator(".record-fields").first().waitFor();
    await visit.settled(page);
    assert.doesNotMatch(await page.locator("main").innerText(), /#\d|sc-y|sx-y/);
  }
});

test("the ground of a finding is one of the words of its programme", async (visit) => {
  for (const [language, ground, programme, words] of [
    ["zh", "事由", "项目类别", ["弄虚作假", "挤占挪用", "蒙骗套取", "滞留资金", "失泄密", "自行设立各类分中心", "其他"]],
    ["en", "Ground", "Programme", ["Falsification", "Diversion of funds", "Obtained by deceit", "Funds retained", "Leak", "Branch centres of one's own making", "Other"]],
  ] as const) {
    const page = await visit.enter(demo, "officer", "/r/finding/new", { language });
    await page.getByLabel(programme, { exact: true }).selectOption("sc-yunying-2025");
    const choice = page.getByRole("combobox", { name: new RegExp(`^${ground}`) });
    assert.deepEqual((await choice.locator("option").allInnerTexts()).slice(1), words);
    await choice.selectOption(words[4]);
    await visit.look(page);
    await page.getByRole("button", { name: texts[language]["records.enter"], exact: true }).click();
    await page.waitForURL(/\/r\/finding\/\d+$/);
    await page.getByRole("definition").getByText(words[4], { exact: true }).waitFor();
    await page.goto(`${demo.address}/w/r/finding`);
    await page.locator("tbody").getByText(words[4], { exact: true }).first().waitFor();
  }
});
