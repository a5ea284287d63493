/* The page of a case: what can be done and why not, steps by dialog, two persons. */
import assert from "node:assert/strict";
import { texts, type Page } from "./browser.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();
const { zh, en } = texts;
const reason = "虚构的理由：整改材料齐全";
const dialog = (page: Page, name: string) => page.getByRole("dialog", { name });

interface Step {
  action: string;
  reason?: string;
}

/* Read by the page itself, in its own session. */
const stepsOf = (page: Page, id: number) => page.evaluate(async (path) => ((await (await fetch(path)).json()) as { items: Step[] }).items, `${demo.address}/api/v1/cases/${id}/history`);

test("a closed step shows why, with its clause and quote", async (visit) => {
  for (const language of ["zh", "en"] as const) {
    const page = await visit.enter(demo, "officer", "/case/130", { language });
    const shut = page.locator(".case-action-shut", { has: page.locator("blockquote") }).first();
    await page.getByRole("heading", { name: texts[language]["case.shut"] }).waitFor();
    assert.match(await shut.innerText(), /§\s+第七条（三）/);
    assert.match(await shut.locator("blockquote").innerText(), /专家评审/);
    assert.equal(await shut.getByRole("button").count(), 0);
    for (const tab of ["papers", "evidence"]) {
      await page.goto(`${demo.address}/w/case/130/${tab}`);
      await visit.settled(page);
      await (language === "zh" ? visit.look(page) : visit.read(page));
    }
  }
});

test("the check of a national recommendation shows the conditions of the interpretation", async (visit) => {
  const page = await visit.enter(demo, "officer", "/case/232");
  const made = await page.evaluate(async (at) => {
    const { csrf } = (await (await fetch(`${at}/session`)).json()) as { csrf: string };
    const { party } = (await (await fetch(`${at}/cases/232`)).json()) as { party: { unit: number } };
    const answer = await fetch(`${at}/cases`, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: JSON.stringify({ pack: "sc-yunying-2025", process: "national", unit: party.unit, fields: {} }) });
    return (await answer.json()) as { id: number };
  }, `${demo.address}/api/v1`);
  await page.goto(`${demo.address}/w/case/${made.id}/check`);
  await page.getByRole("heading", { name: "国家级认定预查" }).waitFor();
  assert.equal(await page.getByRole("main").getByRole("row").count(), 4);
  await visit.look(page);
});

test("what stands in the way names its record, and opens the form for who may fill it in", async (visit) => {
  const officer = await visit.enter(demo, "officer", "/case/134");
  await officer.locator('.case-mend a[href$="/w/r/publicity/23"]').first().waitFor();
  const page = await visit.enter(demo, "company", "/case/67");
  await page.getByRole("link", { name: zh["form.door.new"].replace("{what}", "管理标准认证") }).first().click();
  await page.waitForURL(/\/w\/r\/certificate\/new\?back=%2Fcase%2F67$/);
  await page.locator("h1").waitFor();
});

test("all that a step requires is told at once, at its fields, and a day by its limits", async (visit) => {
  const page = await visit.enter(demo, "officer", "/case/232?do=notice");
  const asked: string[] = [];
  page.on("request", (request) => request.method() === "POST" && asked.push(request.url()));
  const window = page.getByRole("dialog").first();
  await window.getByText("应在 2027-02-20 至 2027-05-20 之间").waitFor();
  await window.locator(".ant-btn-primary").last().click();
  assert.ok((await window.locator(".field-error").count()) > 2);
  await visit.look(page);
  const due = window.locator(".day", { has: page.locator("input") }).first();
  await due.locator("input").fill("2026-12-01");
  await window.locator(".field-error", { hasText: "应在 2027-02-20 至 2027-05-20 之间" }).waitFor();
  await due.locator("input").fill("");
  await due.getByRole("button").click();
  assert.ok(await page.getByRole("dialog", { name: zh["fields.calendar"] }).getByRole("button", { name: "19, 2027-02" }).isDisabled());
  await page.getByRole("dialog", { name: zh["fields.calendar"] }).getByRole("button", { name: "20, 2027-02" }).click();
  assert.equal(await due.locator("input").inputValue(), "2027-02-20");
  assert.deepEqual(asked, []);
});

test("what a record needs once a step has written to it is marked, and told at once, in both languages", async (visit) => {
  for (const [language, labels] of [["zh", ["理由", "期限", "事由", "所依据的证据"]], ["en", ["Reason", "Due on", "Grounds", "Evidence"]]] as const) {
    const page = await visit.enter(demo, "officer", "/case/232?do=notice", { language });
    const asked: string[] = [];
    page.on("request", (request) => request.method() === "POST" && asked.push(request.url()));
    const field = (label: string) => page.getByRole("dialog").locator(".field", { has: page.locator(`xpath=.//*[self::label or self::legend][starts-with(., "${label}")]`) }).first();
    for (const label of labels) assert.match(await field(label).locator(".field-must").innerText(), new RegExp(texts[language]["common.required"]));
    await page.getByRole("dialog").locator(".ant-btn-primary").last().click();
    for (const label of labels) await field(label).locator(".field-error").waitFor();
    const told = await page.locator(".do-faults").innerText();
    for (const label of labels) assert.ok(told.includes(label), told);
    await visit.look(page);
    assert.deepEqual(asked, []);
  }
});

test("from the list a case is painted with three requests", async (visit) => {
  const page = await visit.enter(demo, "officer", "/todo");
  const asked: string[] = [];
  page.on("request", (request) => /\/api\/v1\/cases\//.test(request.url()) && asked.push(request.url()));
  await page.locator('a[href$="/case/130"]').first().click();
  await page.getByRole("heading", { name: zh["case.open"] }).waitFor();
  await visit.settled(page);
  assert.equal(asked.length, 3, asked.join(" "));
});

test("a case opened by its address is painted with five requests", async (visit) => {
  const page = await visit.enter(demo, "officer", "/account");
  const asked: string[] = [];
  page.on("request", (request) => /\/api\/v1\/(?!events)/.test(request.url()) && asked.push(request.url()));
  await page.goto(`${demo.address}/w/case/130`);
  await page.getByRole("heading", { name: zh["case.open"] }).waitFor();
  await visit.settled(page);
  assert.ok(asked.length <= 5, asked.join(" "));
});

test("a step by dialog: a refusal leads to its field, a draft outlives a reload, then it is done", async (visit) => {
  visit.expected.push(/422|400/);
  const page = await visit.enter(demo, "officer", "/case/94?do=pass");
  await dialog(page, "复查合格").getByRole("button", { name: "复查合格" }).click();
  await page.getByRole("alert").getByRole("button").first().click();
  assert.match((await page.evaluate(() => document.activeElement?.id)) ?? "", /\/(reason|basis)$/);
  await visit.look(page);
  await page.getByLabel(zh["case.input.reason"]).fill(reason);
  await page.reload();
  await visit.settled(page);
  assert.equal(await page.getByLabel(zh["case.input.reason"]).inputValue(), reason);
  await page.getByLabel(zh["case.input.basis"]).fill("虚构的会议纪要");
  await page.keyboard.press("Control+Enter");
  await dialog(page, "复查合格").waitFor({ state: "detached" });
  assert.equal(new URL(page.url()).search, "");
  await page.getByRole("link", { name: zh["rectify.all"] }).click();
  await page.locator(".plain-table").getByText(reason).waitFor();
  await page.goto(`${demo.address}/w/`);
  await visit.settled(page);
  assert.equal(await page.getByText(reason).count(), 0);
});

test("a double click takes one step", async (visit) => {
  const page = await visit.enter(demo, "officer", "/case/131?do=recheck");
  await page.getByLabel(zh["case.input.reason"]).fill(reason);
  await dialog(page, "复核").getByRole("button", { name: "复核", exact: true }).dblclick();
  await dialog(page, "复核").waitFor({ state: "detached" });
  await visit.settled(page);
  assert.equal((await stepsOf(page, 131)).filter((step) => step.action === "recheck" && step.reason === reason).length, 1);
});

test("a case that another has moved: who did what, and what was typed stays", async (visit) => {
  visit.expected.push(/409/);
  const first = await visit.enter(demo, "officer", "/case/151?do=decline");
  await first.getByLabel(zh["case.input.reason"]).fill(reason);
  await first.getByLabel(zh["case.input.basis"]).fill(reason);
  for (const field of await dialog(first, "不予立项").getByRole("textbox").all()) if (!(await field.inputValue())) await field.fill("虚构〔2026〕9号");
  const second = await visit.enter(demo, "leader", "/case/151");
  const moved = await second.evaluate(async (at) => {
    const { csrf } = (await (await fetch(`${at}/session`)).json()) as { csrf: string };
    const answer = await fetch(`${at}/cases/151/actions/copy`, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: JSON.stringify({ account: 1, reason: "虚构" }) });
    return answer.status;
  }, `${demo.address}/api/v1`);
  assert.equal(moved, 200);
  const verb = dialog(first, "不予立项").getByRole("button", { name: "不予立项" });
  await verb.click();
  await first.getByText(zh["case.moved.kept"]).waitFor();
  await visit.look(first);
  await first.getByRole("button", { name: zh["case.moved.reload"] }).click();
  await first.getByText(zh["case.moved.kept"]).waitFor({ state: "detached" });
  assert.equal(await first.getByLabel(zh["case.input.reason"]).inputValue(), reason);
});

test("the second person sees what changes, and confirms", async (visit) => {
  const english = await visit.enter(demo, "leader", "/case/180/confirm/revoke", { language: "en" });
  await english.getByText(en["case.confirm.after"]).waitFor();
  const page = await visit.enter(demo, "leader", "/case/180");
  await page.getByRole("link", { name: zh["case.proposal.look"] }).click();
  await visit.settled(page);
  const after = await page.getByRole("heading", { name: zh["case.confirm.after"] }).boundingBox();
  assert.ok(after && after.y < 700, "what changes is above the fold");
  const verb = page.getByRole("button", { name: zh["case.confirm.verb"].replace("{action}", "取消资格") });
  assert.ok(await verb.isDisabled());
  await page.getByLabel(zh["case.confirm.tick"]).check();
  await verb.click();
  await page.waitForURL(`${demo.address}/w/revoke/180`);
  await visit.settled(page);
  await page.locator("h1").getByText("已取消").waitFor();
  assert.equal((await stepsOf(page, 180)).filter((step) => step.action === "revoke").length, 2); // proposed, then confirmed
});

/* Asks the API as the person of the page. */
const ask = <T>(page: Page, path: string, body?: object | string) =>
  page.evaluate(
    async ([at, path, body]) => {
      const { csrf } = (await (await fetch(`${at}/session`)).json()) as { csrf: string };
      const type = typeof body === "string" ? "application/octet-stream" : "application/json";
      const answer = await fetch(at + path, body === undefined ? {} : { method: "POST", headers: { "Content-Type": type, "X-CSRF-Token": csrf }, body: typeof body === "string" ? body : JSON.stringify(body) });
      const said = (await answer.json()) as T & { detail?: string };
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${said.detail}`);
      return said;
    },
    [`${demo.address}/api/v1`, path, body] as const,
  );

test("a result against all sheets of the experts is told with its reason to who proposes and to who confirms", async (visit) => {
  const passed = "虚构：两项短板年内补齐，予以通过";
  const page = await visit.enter(demo, "ipcentre", "/case/142");
  const { digest } = await ask<{ digest: string }>(page, "/files?name=sheets.pdf", "%PDF-1.4\n%%EOF\n");
  const experts = (await ask<{ items: { id: number }[] }>(page, "/records/expert?filter=state%3Dactive&limit=3")).items.map(({ id }) => id);
  const heads = ["advantage", "rules", "research", "flow", "character", "lead"].map((head, i) => ({ head, weight: i ? "16" : "20" }));
  await ask(page, "/panels/meetings", {
    title: "虚构评审会", pack: "sc-shifan-draft", evaluation: "review", basis: "虚构的评审工作方案", held_on: "2026-11-19", heads, cases: [142],
    experts: experts.map((expert) => ({ expert, file: digest })),
    sheets: experts.map((expert, i) => ({ case: 142, expert, result: "fail", scores: heads.map(({ head }) => ({ head, points: String(50 + i) })) })),
    results: [{ case: 142, result: "pass", reason: passed }],
  });
  await page.goto(`${demo.address}/w/case/142?do=review`);
  await page.getByLabel(zh["case.input.reason"]).fill(reason);
  await dialog(page, "专家评审通过").getByRole("button", { name: "专家评审通过", exact: true }).click();
  await dialog(page, "专家评审通过").waitFor({ state: "detached" });
  await page.goto(`${demo.address}/w/case/143?do=recognise`); // whose sheets all say that it passes
  await dialog(page, "提议：认定").waitFor();
  await visit.settled(page);
  assert.equal(await page.getByText(zh["case.sheets.passed"]).count(), 0);

  await page.goto(`${demo.address}/w/case/142?do=recognise`);
  const window = dialog(page, "提议：认定");
  await window.getByText(zh["case.sheets.against"].replace("{n}", "3")).waitFor();
  await window.getByText(passed).waitFor();
  await visit.look(page);
  await window.getByLabel(/^名称/).first().fill("虚构示范基地");
  await window.getByRole("button", { name: "提议认定" }).click();
  await page.getByLabel(zh["case.proposal"], { exact: true }).waitFor();
  for (const language of ["en", "zh"] as const) {
    const second = await visit.enter(demo, "ipcentre2", "/case/142/confirm/recognise", { language });
    const row = second.locator(".confirm-rows > div", { has: second.getByText(texts[language]["case.sheets"], { exact: true }) });
    assert.match(await row.innerText(), language === "zh" ? /全部 3 份评审表的结论为不通过；总分 50\.00–52\.00\s+通过/ : /All 3 sheets conclude: not passed; totals 50\.00–52\.00\s+Pass/);
    await second.getByText(passed).waitFor();
    await (language === "zh" ? visit.look(second) : visit.read(second));
  }
});
