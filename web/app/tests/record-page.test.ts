/* The page of a record: how far it is, what belongs to it and what it lacks, each reached from the other without a list. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { texts, type Language, type Page, type Visit } from "./browser.ts";
import { newFolder, ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();

interface Listed {
  items: { id: number; [field: string]: unknown }[];
  total: number;
}

const read = <T = Listed>(page: Page, path: string) => page.evaluate(async (at) => (await fetch(at)).json() as Promise<unknown>, `${demo.address}/api/v1${path}`) as Promise<T>;
const blanks = async (page: Page, language: Language = "zh") => (await page.locator("main").innerText()).split(texts[language]["records.notGiven"]).length - 1;
const said = (language: Language, key: keyof (typeof texts)["zh"], values: Record<string, string | number>) => texts[language][key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));

/* The first signed deal, opened from the list of those. */
async function openDeal(visit: Visit, language: Language): Promise<Page> {
  const page = await visit.enter(demo, "centre1", "/r/deal?state=signed", { language });
  await page.locator(".list tbody a").first().click();
  await page.locator(".record-facts").waitFor();
  await visit.settled(page);
  return page;
}

test("a signed deal tells its stages, and a follow-up is reached from it and leads back without a list", async (visit) => {
  for (const language of ["zh", "en"] as const) {
    const page = await openDeal(visit, language);
    const deal = new URL(page.url()).pathname;
    const stages = page.getByRole("list", { name: texts[language]["records.stages"] }).getByRole("listitem");
    assert.equal(await stages.count(), 6);
    assert.match(await stages.and(page.locator("[aria-current=step]")).innerText(), language === "zh" ? /^(合同|履约)/ : /^(Contract|Performance)/);
    assert.match(await stages.nth(2).innerText(), /\d\d-\d\d/);
    assert.ok((await blanks(page, language)) <= 2, await page.locator("main").innerText());
    await visit.look(page);

    const [label, text] = language === "zh" ? ["跟进记录", "对方确认按期付款"] : ["Follow-up", "They pay on time"];
    await page.getByRole("link", { name: said(language, "records.add", { type: label }), exact: true }).click();
    await page.getByRole("textbox", { name: language === "zh" ? /^日期/ : /^Date/ }).fill("2026-11-19");
    await page.getByRole("textbox", { name: language === "zh" ? /^内容/ : /^Content/ }).fill(text);
    await page.getByRole("button", { name: texts[language]["records.enter"], exact: true }).click();
    await page.waitForURL((url) => url.pathname === deal);
    await page.locator("aside").getByText(text).waitFor();
    await page.locator("aside").getByRole("link", { name: "2026-11-19" }).first().click();
    await page.waitForURL(/\/w\/r\/follow_up\/\d+$/);
    await page.locator("main").locator(`a[href$="${deal.slice(deal.indexOf("/r/"))}"]`).first().click();
    await page.waitForURL((url) => url.pathname === deal);
    await visit.settled(page);
  }
});

/* Opens a new row of the payments, and fills in some of its values. */
async function enterPayment(page: Page, language: Language, values: Record<string, string>): Promise<void> {
  await page.getByRole("button", { name: new RegExp(`^＋ .*${language === "zh" ? "付款" : "Payments"}$`) }).click();
  for (const [name, value] of Object.entries(values)) await page.getByRole("textbox", { name: new RegExp(`^${name} \\d+$`) }).fill(value);
}

const payments = (page: Page, language: Language) => page.locator(".record-section", { has: page.getByRole("heading", { name: language === "zh" ? /^付款/ : /^Payments/ }) });

test("a payment is entered and changed in its row; a follow-up and the payment are each reached from the other without a list", async (visit) => {
  for (const language of ["zh", "en"] as const) {
    const [due, amount, paid, voucher, sum, label] = language === "zh" ? ["应付日", "金额", "实付日", "凭证号", "已付金额", "跟进记录"] : ["Due", "Amount", "Paid on", "Voucher number", "Paid so far", "Follow-up"];
    const number = `PZ-${language}-11`;
    const page = await openDeal(visit, language);
    const deal = new URL(page.url()).pathname;
    const held = await read<{ payments: unknown[] }>(page, `/records${deal.slice(4)}`);
    const rows = payments(page, language).locator("tbody tr");
    const received = page.locator(".record-facts > div", { hasText: sum! });
    const before = (await received.count()) ? Number((await received.locator("dd").innerText()).replace(/[^\d.]/g, "")) : 0;
    assert.equal(await rows.count(), held.payments.length);

    // Escape leaves it, and the focus goes back.
    await enterPayment(page, language, { [amount!]: "1" });
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.activeElement?.classList.contains("record-add"));
    assert.equal(await rows.count(), held.payments.length);

    // What is wrong is said at its cell.
    await enterPayment(page, language, { [due!]: "2026-10-20", [paid!]: "2030-01-01" });
    await visit.look(page);
    await page.keyboard.press("Enter");
    const wrong = rows.last().locator("td", { has: page.getByText(texts[language]["fields.must"]) });
    await wrong.getByRole("textbox", { name: new RegExp(`^${amount}`) }).fill("480000");
    await rows.last().getByText("2026-11-20").waitFor(); // the latest day
    await page.getByRole("textbox", { name: new RegExp(`^${paid}`) }).fill("2026-10-15");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: new RegExp(`^＋ `) }).first().waitFor();
    assert.equal(await rows.count(), held.payments.length + 1);
    const one = rows.filter({ hasText: "2026-10-15" }).last();
    await one.getByText("480,000.00").waitFor();
    await visit.settled(page);
    assert.equal(Number((await received.locator("dd").innerText()).replace(/[^\d.]/g, "")), before + 480000);

    // A row is changed in its place.
    await one.getByRole("button").click();
    await page.getByRole("textbox", { name: new RegExp(`^${voucher} `) }).fill(number);
    await page.keyboard.press("Enter");
    await page.getByRole("cell", { name: number, exact: true }).waitFor();
    await visit.settled(page);
    await visit.look(page);

    await page.getByRole("link", { name: said(language, "records.add", { type: label! }), exact: true }).click();
    await page.getByRole("textbox", { name: language === "zh" ? /^日期/ : /^Date/ }).fill("2026-11-19");
    await page.getByRole("textbox", { name: language === "zh" ? /^内容/ : /^Content/ }).fill("480,000");
    await page.getByRole("button", { name: texts[language]["records.enter"], exact: true }).click();
    await page.waitForURL((url) => url.pathname === deal);
    await page.getByRole("cell", { name: number, exact: true }).waitFor();
    await page.locator("aside").getByRole("link", { name: "2026-11-19" }).first().click();
    await page.waitForURL(/\/w\/r\/follow_up\/\d+$/);
    await page.locator("main").locator(`a[href$="${deal.slice(deal.indexOf("/r/"))}"]`).first().click();
    await page.waitForURL((url) => url.pathname === deal);
    await page.getByRole("cell", { name: number, exact: true }).waitFor();
    await visit.settled(page);
  }
  const officer = await visit.enter(demo, "officer", "/r/deal?state=signed");
  await officer.locator(".list tbody a").first().click();
  await officer.locator(".record-facts").waitFor();
  await visit.settled(officer);
  assert.equal(await officer.getByRole("button", { name: /付款/ }).count(), 0);
});

test("a row that is saved after somebody else changed the record is put into what stands now", async (visit) => {
  visit.expected.push(/409/);
  const page = await openDeal(visit, "zh");
  const path = new URL(page.url()).pathname.slice(4);
  const patch = (payments: unknown[]) =>
    page.evaluate(
      async ([at, to, version, body]) => {
        const { csrf } = (await (await fetch(`${at}/session`)).json()) as { csrf: string };
        return (await fetch(`${at}${to}`, { method: "PATCH", headers: { "Content-Type": "application/json", "If-Match": version, "X-CSRF-Token": csrf }, body })).status;
      },
      [`${demo.address}/api/v1`, `/records${path}`, `"${held.version}"`, JSON.stringify({ payments })] as const,
    );
  const held = await read<{ version: number; payments: unknown[] }>(page, `/records${path}`);
  await enterPayment(page, "zh", { 应付日: "2026-12-01", 金额: "5" });
  assert.equal(await patch([...held.payments, { due: "2026-12-24", amount: "7.00" }]), 200);
  await page.keyboard.press("Enter");
  const told = page.locator(".conflict");
  await told.getByText(texts.zh["records.conflict"]).waitFor();
  await visit.look(page);
  await page.getByRole("button", { name: texts.zh["records.conflict.save"] }).click();
  await told.waitFor({ state: "detached" });
  const now = await read<{ payments: { amount: string }[] }>(page, `/records${path}`);
  assert.deepEqual(now.payments.slice(-2).map(({ amount }) => amount), ["7.00", "5.00"]);
  await visit.settled(page);
});

/* The paragraphs and cells of a Word file. */
const READ = "import sys,re,html,zipfile; print(re.sub('<[^>]*>', '', re.sub('</w:p>', chr(10), zipfile.ZipFile(sys.argv[1]).read('word/document.xml').decode())))";

test("a contract is drafted on the page of a deal, kept, told what changed, and taken as Word", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/deal?q=YS-26-11");
  await page.getByRole("link", { name: "YS-26-11", exact: true }).click();
  const papers = page.getByRole("region", { name: texts.zh["records.papers"] });
  await papers.waitFor();
  assert.deepEqual(await papers.getByRole("button").allInnerTexts(), ["专利权转让合同", "保密协议"]);
  await papers.getByRole("button", { name: "专利权转让合同" }).click();
  await papers.locator("img").waitFor();
  const place = (name: string) => papers.locator("tbody tr", { has: page.getByRole("cell", { name }) });
  assert.deepEqual(await place("交易：合同金额").locator("td:nth-child(2)").allInnerTexts(), ["1,180,000元", "壹佰壹拾捌万元整"]);
  assert.deepEqual(await place("交易各方：名称").locator("td:nth-child(1)").allInnerTexts(), ["交易各方：名称 2", "交易各方：名称 3"]);
  assert.match(await papers.locator("tbody").innerText(), /虚构工业大学（演示）[^]*成都云栖半导体有限公司（演示）/);
  await papers.getByText(texts.zh["records.papers.first"]).waitFor();
  await visit.look(page);
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/contract-1.png`, fullPage: true });
  await papers.getByRole("button", { name: texts.zh["records.papers.keep"] }).click();
  await papers.getByText("现有 0 处改动").waitFor();

  await page.getByRole("link", { name: texts.zh["records.change"], exact: true }).click();
  await page.getByRole("textbox", { name: /^合同金额/ }).fill("1200000.05");
  await page.getByRole("button", { name: texts.zh["records.save"], exact: true }).click();
  await papers.getByRole("button", { name: "专利权转让合同" }).click();
  await papers.getByText(/^上一稿留存于 2026-11-20 12:0\d，现有 2 处改动/).waitFor();
  assert.deepEqual(await place("交易：合同金额").locator("del").allInnerTexts(), ["1,180,000元", "壹佰壹拾捌万元整"]);
  await visit.look(page);
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/contract-2.png`, fullPage: true });
  const [download] = await Promise.all([page.waitForEvent("download"), papers.getByRole("link", { name: "Word", exact: true }).click()]);
  const file = join(newFolder(), "transfer.docx");
  await download.saveAs(file);
  const said = execFileSync("python3", ["-c", READ, file], { encoding: "utf8" });
  for (const words of ["转让费总额为1,200,000.05元。", "上述金额大写：人民币壹佰贰拾万元零伍分。", "甲方（转让方）：虚构工业大学（演示）", "合同编号：YS-26-11", "人民币陆拾捌万元整"]) assert.ok(said.includes(words), `${words}: ${said}`);
  for (const [name, , to] of await places(papers)) assert.ok(to, name);
});

/* Name, value, address of the source of each place. */
const places = async (papers: ReturnType<Page["locator"]>) => Promise.all((await papers.locator("tbody tr").all()).map(async (line) => [await line.locator("td").nth(0).innerText(), await line.locator("td").nth(1).innerText(), await line.locator("td").nth(2).locator("a").getAttribute("href")] as const));

test("only kinds that refer to a record are asked for on its page", async (visit) => {
  const page = await openDeal(visit, "zh");
  const { items } = await read<{ items: { name: string; may: string[]; refers_to?: string[] }[] }>(page, "/types");
  const referring = items.filter(({ may, refers_to }) => may.includes("read") && refers_to?.includes("deal")).map(({ name }) => name);
  assert.ok(referring.includes("follow_up") && referring.length < 12, referring.join());
  const asked = new Set<string>();
  let requests = 0;
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    requests += pathname.includes("/api/v1/") ? 1 : 0;
    const type = /\/api\/v1\/types\/(\w+)$/.exec(pathname)?.[1];
    if (type) asked.add(type);
  });
  await page.reload();
  await page.locator(".record-facts").waitFor();
  await visit.settled(page);
  console.log(`# ${requests} requests, ${asked.size} of types`);
  const referred = ["deal", "account", "staff", "demand", "supply"]; // and what the deal itself refers to
  assert.deepEqual([...asked].filter((name) => !referring.includes(name) && !referred.includes(name)), []);
});

test("kinds that refer to each other are made from each other, for who may", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/demand");
  const [demand] = (await read(page, "/records/demand?limit=1")).items;
  await page.goto(`${demo.address}/w/r/demand/${demand!.id}`);
  await page.getByRole("link", { name: "从需求生成交易" }).click();
  await page.waitForURL((url) => url.pathname === "/w/r/deal/new" && url.searchParams.get("demand") === String(demand!.id));
  const officer = await visit.enter(demo, "officer", `/r/demand/${demand!.id}`);
  await visit.settled(officer);
  assert.equal(await officer.getByRole("link", { name: "从需求生成交易" }).count(), 0);
});

test("what has no value stands in one line, in amber what the next step needs; Escape folds it again", async (visit) => {
  for (const language of ["zh", "en"] as const) {
    const page = await openDeal(visit, language);
    const line = page.locator(".folded > button");
    assert.match(await line.locator("em").innerText(), language === "zh" ? /^应补 2 项：备案日期、备案编号$/ : /^2 to fill in: Filed on, Filing number$/);
    assert.doesNotMatch(await page.locator("main").innerText(), /质押登记号|Pledge registration number/);
    await line.click();
    assert.equal(await line.getAttribute("aria-expanded"), "true");
    const opened = page.locator(".folded dl");
    assert.match(await opened.innerText(), language === "zh" ? /备案编号[^]*不适用[^]*质押登记号[^]*未知/ : /Filing number[^]*Does not apply[^]*Pledge registration number[^]*Not known/);
    assert.ok((await blanks(page, language)) <= 2);
    await visit.look(page);
    await page.keyboard.press("Escape");
    await opened.waitFor({ state: "detached" });
    assert.ok(await line.evaluate((button) => button === document.activeElement));
  }
});

test("the keys of the page: the neighbours in the list it came from, after F5 too, a follow-up, the form", async (visit) => {
  const page = await openDeal(visit, "zh");
  const { items, total } = await read(page, "/records/deal?filter=state=signed");
  const at = (id: unknown) => page.waitForURL(new RegExp(`/w/r/deal/${String(id)}$`));
  await at(items[0]!.id);
  await page.getByText(`第 1 条，共 ${total} 条`).waitFor();
  await page.keyboard.press("]");
  await at(items[1]!.id);
  await page.reload();
  await page.getByText(`第 2 条，共 ${total} 条`).waitFor();
  await visit.settled(page);
  await page.keyboard.press("[");
  await at(items[0]!.id);
  await page.getByText(`第 1 条，共 ${total} 条`).waitFor();
  assert.equal(await page.getByRole("link", { name: texts.zh["records.previous"], exact: true }).count(), 0);
  await visit.settled(page);
  await page.keyboard.press("f");
  await page.waitForURL((url) => url.pathname === "/w/r/follow_up/new" && url.searchParams.get("deal") === String(items[0]!.id));
  await page.goBack();
  await visit.settled(page);
  await page.keyboard.press("e");
  await page.waitForURL(new RegExp(`/w/r/deal/${items[0]!.id}/edit$`));
  await visit.settled(page);
});

test("the patents of a record are told as the library knows them", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/deal");
  const { hits } = await read<{ hits: { number: string; title: string; status_label: string }[] }>(page, `/search?query=${encodeURIComponent("电池")}&k=1`);
  const [hit] = hits;
  const id = await page.evaluate(
    async ([at, number]) => {
      const { csrf } = (await (await fetch(`${at}/session`)).json()) as { csrf: string };
      const answer = await fetch(`${at}/records/deal`, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: JSON.stringify({ contract_no: "YS-测-专利", title: "专利的交易", type: "licence", patents: [number] }) });
      return ((await answer.json()) as { id: number }).id;
    },
    [`${demo.address}/api/v1`, hit!.number] as const,
  );
  await page.goto(`${demo.address}/w/r/deal/${id}`);
  await visit.settled(page);
  const row = page.locator(".record-table tr", { hasText: hit!.number });
  assert.ok((await row.innerText()).includes(hit!.status_label), await row.innerText());
  await row.getByRole("link", { name: hit!.title }).click();
  await page.waitForURL(/\/w\/patents\/\d+/);
  await visit.settled(page);
});

test("no page of a record is a grid of what was not given", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r");
  const { items: kinds } = await read<{ items: { name: string; may: string[] }[] }>(page, "/types");
  let seen = 0;
  for (const { name, may } of kinds) {
    if (!may.includes("read") || name === "case") continue;
    const [row] = (await read(page, `/records/${name}?limit=1`)).items;
    if (!row) continue;
    await visit.move(page, `${demo.address}/w/r/${name}/${row.id}`);
    assert.ok((await blanks(page)) <= 2, `${name}: ${await page.locator("main").innerText()}`);
    seen++;
  }
  assert.ok(seen > 20, String(seen));
});
