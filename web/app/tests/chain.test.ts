/* From a firm's need to shared income between four organisations, by trusted clicks: the firm puts its need to a centre, which takes
 * it among its tasks, finds who answers, pushes it to a holder, makes the deal of the answer, drafts the contract, signs it and
 * shares what is paid. Nothing is typed twice; a bank of the same province sees none of it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { texts, type Page } from "./browser.ts";
import { Hand } from "./hand.ts";
import { newFolder, ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const { zh } = texts;
const demo = ownDemo();
const say = (key: keyof typeof zh, values: Record<string, string | number> = {}) => zh[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
const make = (from: string, what: string) => say("records.related.makeOne", { from, what });
const read = <T>(page: Page, path: string) => page.evaluate(async (at) => (await (await fetch(at)).json()) as unknown, `${demo.address}/api/v1${path}`) as Promise<T>;
const statusOf = (page: Page, path: string) => page.evaluate(async (at) => (await fetch(at)).status, `${demo.address}/api/v1${path}`);
const numberOf = (page: Page) => /\/r\/(\w+)\/(\d+)$/.exec(new URL(page.url()).pathname)!.slice(1).join("/");

/* The paragraphs and cells of a Word file. */
const READ = "import sys,re,html,zipfile; print(re.sub('<[^>]*>', '', re.sub('</w:p>', chr(10), zipfile.ZipFile(sys.argv[1]).read('word/document.xml').decode())))";

const bare = (text: string) => text.replace(/[\s\f]/g, "");

/* The words of a PDF. */
async function printedOf(page: Page, path: string): Promise<string> {
  const bytes = await page.evaluate(async (at) => [...new Uint8Array(await (await fetch(at)).arrayBuffer())], `${demo.address}/api/v1${path}`);
  const file = join(newFolder(), "paper.pdf");
  writeFileSync(file, Buffer.from(bytes));
  return execFileSync("pdftotext", ["-raw", file, "-"], { encoding: "utf8" });
}

const picture = async (page: Page, name: string) => {
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/chain-${name}.png`, fullPage: true });
};

test("a need goes from its firm to shared income", async (visit) => {
  visit.expected.push(/403|404/);
  const firm = new Hand(await visit.enter(demo, "company", "/r/demand"), visit, "company");
  const centre = new Hand(await visit.enter(demo, "centre1", "/todo"), visit, "centre");
  const bank = await visit.enter(demo, "bank", "/todo");

  // The firm enters its need and says to which centre it puts it.
  await firm.click("link", say("records.add", { type: "需求" }));
  await firm.type(/^标题/, "车载雷达封装天线降副瓣");
  await firm.type(/^需求描述/, "77 GHz 车载雷达的封装天线和功放模块副瓣偏高，要求低于 -20 dB");
  // The one centre that the words name is taken when the field is left.
  await firm.type(/^提交的产业中心/, "成都青岚");
  await firm.page.keyboard.press("Tab");
  await firm.page.locator(".field-named.ok", { hasText: "成都青岚电子信息运营中心" }).waitFor();
  await picture(firm.page, "1-need");
  await firm.click("button", zh["records.enter"]);
  await firm.page.waitForURL(/\/r\/demand\/\d+$/);
  await firm.settled();
  const need = numberOf(firm.page);
  const became = async (words: string) => {
    await firm.page.reload();
    await firm.page.locator("main dd", { hasText: words }).first().waitFor();
    await firm.settled();
  };
  await became("待受理");
  await picture(firm.page, "2-put");

  // The centre takes it, and makes a need of its own of it.
  await centre.page.reload();
  await centre.settled();
  await centre.open("单位提交的需求，请受理", "答复");
  await picture(centre.page, "3-asked");
  await centre.click("button", zh["ask.send"]);
  await centre.page.waitForURL((url) => url.pathname.endsWith("/r/demand/new") && url.searchParams.get("from_need") === need.split("/")[1]);
  await centre.settled();
  await became("已受理");
  await picture(centre.page, "4-taken");
  await centre.click("button", zh["records.enter"]);
  await centre.page.waitForURL((url) => /\/r\/demand\/\d+$/.test(url.pathname) && !url.pathname.endsWith(need));
  await centre.settled();
  const own = numberOf(centre.page);

  // Who answers it: a patent, an offer, a party to which it is pushed.
  await centre.click("link", new RegExp(`^${zh["match.title"]}`), centre.page.locator("main"));
  await centre.page.waitForURL(/\/match\?id=/);
  await centre.page.locator(".hit-tick input").first().waitFor();
  await centre.click("checkbox", /./, centre.page.locator(".hit-tick").first());
  await centre.click("link", zh["match.what.offers"]);
  await centre.click("checkbox", /^采用 毫米波/);
  await became("已匹配");
  await picture(centre.page, "5-parties");
  await centre.click("link", zh["match.push"], centre.page.locator(".hit", { hasText: "德阳川岳" }));
  await picture(centre.page, "6-push");
  await centre.click("button", zh["records.enter"]);
  await centre.page.waitForURL(/\/r\/push\/\d+$/);
  await centre.settled();
  const push = numberOf(centre.page);
  await centre.click("button", zh["ask.rail.link"]);
  const link = await centre.page.getByRole("region", { name: zh["ask.rail"] }).locator("code").innerText();

  // The holder answers by the link on a phone.
  const holder = new Hand(await visit.open(link, { width: 390, height: 844 }), visit, "holder");
  await holder.settled();
  assert.ok(await holder.page.evaluate(() => document.documentElement.scrollWidth <= 390), "it scrolls sideways");
  await holder.click("radio", "有意向，请联系");
  await holder.type(/^对方联系人/, "虚构壬 0838-00000000");
  await holder.type(new RegExp(`^${zh["ask.who"]}`), "虚构壬");
  await picture(holder.page, "7-answer");
  await holder.click("button", zh["ask.send"]);
  await holder.page.getByRole("heading", { name: zh["ask.given"] }).waitFor();

  // Its answer becomes the deal.
  await centre.page.reload();
  await centre.settled();
  await picture(centre.page, "8-answered");
  await centre.click("link", make("推送", "交易"));
  await picture(centre.page, "9-deal");

  await centre.click("radio", "许可");
  assert.equal(await centre.page.getByRole("combobox", { name: /^角色/ }).nth(1).inputValue(), "giver");
  await centre.type(/^合同金额/, "860000");
  await centre.click("button", zh["records.enter"]);
  await centre.page.waitForURL(/\/r\/deal\/\d+$/);
  await centre.settled();
  const deal = numberOf(centre.page);
  await became("洽谈中");

  // A follow-up, the contract in Word, its signature, what is paid.
  await centre.type(say("records.entry.today", { what: "跟进记录" }), "双方谈定普通许可，分两期付款");
  await centre.press("Enter");
  await centre.page.locator(".record-history", { hasText: "双方谈定普通许可" }).first().waitFor();
  const papers = centre.page.getByRole("region", { name: zh["records.papers"] });
  const [download] = await Promise.all([centre.page.waitForEvent("download"), centre.click("link", "Word 专利实施许可合同", papers)]);
  const file = join(newFolder(), "licence.docx");
  await download.saveAs(file);
  const said = execFileSync("python3", ["-c", READ, file], { encoding: "utf8" });
  for (const words of ["德阳川岳通信有限公司（演示）", "成都岷川智算有限公司（演示）", "860,000元", "捌拾陆万元整"]) assert.ok(said.includes(words), `${words}: ${said}`);
  // Word and PDF say the same, and each place that is filled stands in both.
  const paper = `/records/${deal}/papers/licence`;
  const printed = bare(await printedOf(centre.page, `${paper}?as=pdf`));
  const { places } = await read<{ places: { label: string; value?: string }[] }>(centre.page, paper);
  assert.ok(places.filter(({ value }) => value).length > 8, JSON.stringify(places));
  for (const { label, value } of places) for (const text of [bare(said), printed]) assert.ok(text.includes(bare(value ?? "【待补】")), `${label} ${value}: ${text}`);
  await picture(centre.page, "10-contract");
  await centre.click("button", "签订");
  const dialog = centre.page.getByRole("dialog");
  await centre.type(/^签订日期/, "2026-11-20", dialog);
  await centre.type(/^合同编号/, "XK-2026-31", dialog);
  await centre.attach();
  await picture(centre.page, "11-sign");
  await centre.click("button", "签订", dialog);
  await dialog.waitFor({ state: "detached" });
  await centre.settled();
  await became("已成交");
  await centre.click("button", /^＋ .*付款$/);
  for (const [label, text] of [["应付日", "2026-11-20"], ["金额", "400000"], ["实付日", "2026-11-20"]] as const) {
    centre.entries++;
    await centre.page.getByRole("textbox", { name: new RegExp(`^${label} \\d+$`) }).fill(text);
  }
  await centre.press("Enter");
  await centre.page.locator(".record-section", { has: centre.page.getByRole("heading", { name: /^付款/ }) }).getByText("400,000.00").first().waitFor();

  // What came in is shared: the income is what was paid.
  await centre.click("link", make("交易", "转化收益分享"));
  await centre.type(/^成本/, "20000");
  await centre.type(/^成果完成人比例/, "70");
  await centre.attach("main");
  await picture(centre.page, "12-sharing");
  await centre.click("button", zh["records.enter"]);
  await centre.page.waitForURL(/\/r\/income_sharing\/\d+$/);
  await centre.settled();
  const sharing = numberOf(centre.page);
  await centre.click("link", make("转化收益分享", "收益份额"));
  await centre.type(/^完成人/, "虚构癸");
  await centre.click("button", zh["records.enter"]);
  // A share has nothing to do of its own: its sharing stands there again.
  await centre.page.waitForURL(new RegExp(`/r/${sharing}$`));
  await centre.settled();
  await centre.click("button", "确定");
  await picture(centre.page, "13-decided");
  await centre.page.locator(".page-head", { hasText: "已确定" }).waitFor();
  assert.equal((await read<{ shared: string }>(centre.page, `/records/${sharing}`)).shared, "266000.00");

  // Whom nobody asked reads none of it.
  for (const one of [need, own, push, deal, sharing]) assert.equal(await statusOf(bank, `/records/${one}`), 404, one);
  for (const one of [own, push, deal, sharing]) assert.equal(await statusOf(firm.page, `/records/${one}`), 404, one);
  const hands = [firm, centre, holder];
  const clicks = hands.reduce((sum, one) => sum + one.clicks, 0);
  const typed = hands.reduce((sum, one) => sum + one.entries, 0);
  Hand.tell("from a need to shared income");
  assert.ok(clicks <= 30 && typed <= 15, `${clicks} clicks, ${typed} fields`);
});
