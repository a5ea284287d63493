/* An invention between three accounts of a centre, by trusted clicks: an engineer seals its disclosure, the manager refuses it in the
 * assessment, both let it pass nevertheless, the draft is reviewed by another than its drafter, and what was filed goes on in the
 * ledger to its grant and its fee. Nothing is typed twice; a colleague reads that there is a disclosure, and not the disclosure. */
import assert from "node:assert/strict";
import { texts, type Page } from "./browser.ts";
import { Hand, PDF } from "./hand.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const { zh } = texts;
const demo = ownDemo();
const say = (key: keyof typeof zh, values: Record<string, string | number> = {}) => zh[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
const make = (from: string, what: string) => say("records.related.makeOne", { from, what });
const read = <T>(page: Page, path: string) => page.evaluate(async (at) => (await (await fetch(at)).json()) as unknown, `${demo.address}/api/v1${path}`) as Promise<T>;
const statusOf = (page: Page, path: string) => page.evaluate(async (at) => (await fetch(at)).status, `${demo.address}/api/v1${path}`);
const numberOf = (page: Page) => /\/r\/(\w+)\/(\d+)$/.exec(new URL(page.url()).pathname)!.slice(1).join("/");
const TITLE = "封装天线散热盖板";

const picture = async (page: Page, name: string) => {
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/disclosure-${name}.png`, fullPage: true });
};

async function enter(hand: Hand, type: string): Promise<string> {
  await hand.click("button", zh["records.enter"]);
  await hand.page.waitForURL(new RegExp(`/r/${type}/\\d+$`));
  await hand.settled();
  return numberOf(hand.page);
}

test("an invention goes from its sealed disclosure to the fee of its patent", async (visit) => {
  visit.expected.push(/400|403|404/);
  const { credit_code: code } = await (async () => {
    const page = await visit.enter(demo, "centre1", "/todo");
    const { unit } = await read<{ unit: number }>(page, "/session");
    return read<{ credit_code: string }>(page, `/records/party/${unit}`);
  })();
  for (const [login, name] of [["engineer", "工程师丙（演示）"], ["colleague", "同事丁（演示）"]] as const) await demo.run("user", "add", login, "--display-name", name, "--unit", code, "--role", "centre_staff");
  const engineer = new Hand(await visit.enter(demo, "engineer", "/r/disclosure"), visit, "engineer");
  const manager = new Hand(await visit.enter(demo, "centre1", "/todo"), visit, "manager");

  // The engineer seals the disclosure; what it lacks is said before it counts as complete.
  await engineer.click("link", say("records.add", { type: "技术交底书" }));
  await engineer.type(/^发明创造名称/, TITLE);
  await engineer.type(/^发明人/, "虚构丙");
  await engineer.page.keyboard.press("Enter");
  engineer.clicks++;
  await engineer.page.locator("main input[type=file]").first().setInputFiles(PDF);
  await engineer.page.getByText(PDF.name).first().waitFor();
  assert.equal(await engineer.page.getByRole("button", { name: new RegExp(zh["upload.reuse"]) }).count(), 0, "a sealed file is none that is there already");
  const boxes = await engineer.page.getByRole("checkbox").all();
  for (const box of boxes.slice(0, 7)) {
    engineer.clicks++;
    await box.check();
  }
  await engineer.click("button", "是");
  await picture(engineer.page, "1-new");
  const told = await enter(engineer, "disclosure");
  await engineer.act("确认完整", undefined, "交底书还缺“附图和说明”");
  await engineer.click("link", zh["records.change"]);
  await engineer.click("checkbox", "附图和说明");
  await engineer.click("button", zh["records.save"]);
  await engineer.act("确认完整");
  await picture(engineer.page, "3-complete");

  // The manager weighs it, and does not let it pass.
  await manager.page.goto(`${demo.address}/w/r/${told}`);
  await manager.settled();
  await manager.click("link", make("技术交底书", "申请前评估"));
  for (const [n, code, score] of [[1, "market", "40"], [2, "technology", "70"], [3, "grant", "35"]] as const) {
    await manager.click("button", zh["fields.row.add"]);
    manager.clicks++;
    await manager.page.getByRole("combobox", { name: `维度 ${n}` }).selectOption(code);
    await manager.type(`得分（百分制） ${n}`, score);
  }
  await picture(manager.page, "4-assessment");
  const weighed = await enter(manager, "assessment");
  await manager.act("评估未通过", async (dialog) => {
    await manager.type(/^检索日期/, "2026-11-19", dialog);
    await manager.type(/^检索结论/, "两篇对比文献很近", dialog);
    await manager.type(/^理由/, "授权前景低", dialog);
    await picture(manager.page, "5-fail");
  });
  await picture(manager.page, "6-failed");

  // Nothing is ordered on it, until another agrees to an exception.
  await engineer.page.goto(`${demo.address}/w/r/${weighed}`);
  await engineer.settled();
  await engineer.click("link", make("申请前评估", "申请指令"));
  assert.equal(await engineer.page.getByRole("textbox", { name: /^发明创造名称/ }).inputValue(), TITLE);
  await engineer.click("radio", "发明");
  await picture(engineer.page, "7-order");
  const order = await enter(engineer, "filing_order");
  await engineer.act("下达", undefined, "申请前评估没有通过，不能下达申请指令");
  await engineer.act("批准例外并下达", async (dialog) => {
    await engineer.type(/理由/, "对手下月发布同类产品", dialog);
    await picture(engineer.page, "8-override");
  });
  await manager.page.goto(`${demo.address}/w/todo`);
  await manager.settled();
  await manager.open(TITLE, zh["desk.verb.confirm"]);
  await picture(manager.page, "10-confirm");
  await manager.click("checkbox", zh["case.confirm.tick"]);
  manager.clicks++;
  await manager.page.locator(".confirm-foot .ant-btn-primary").click();
  await manager.page.waitForURL(new RegExp(`/r/${order}$`));
  await manager.settled();

  // Who drafted it does not review it.
  await engineer.page.goto(`${demo.address}/w/r/${order}`);
  await engineer.settled();
  await engineer.act("提交文本", async () => engineer.attach());
  await manager.page.reload();
  await manager.settled();
  await manager.act("审核定稿", async (sheet) => {
    for (const box of await sheet.getByRole("checkbox").all()) {
      manager.clicks++;
      await box.check();
    }
    await picture(manager.page, "11-review");
  });
  await engineer.page.reload();
  await engineer.settled();
  await engineer.act("登记申请", async (filing) => {
    await engineer.type(/^申请号/, "CN202610093100.6", filing);
    await engineer.type(/^申请日/, "2026-11-19", filing);
  });
  await picture(engineer.page, "12-filed");

  // The ledger has it without a word typed again; its grant, its fee, what is paid.
  await engineer.click("link", make("申请指令", "专利台账"));
  await picture(engineer.page, "13-ledger");
  const patent = await enter(engineer, "patent_holding");
  const kept = await read<Record<string, unknown>>(engineer.page, `/records/${patent}`);
  assert.deepEqual([kept.number, kept.title, kept.type, kept.filed, kept.service_invention], ["CN202610093100.6", TITLE, "invention", "2026-11-19", true]);
  await engineer.click("link", zh["records.change"]);
  await engineer.click("radio", "授权");
  await engineer.type(/^授权日/, "2026-11-20");
  await engineer.click("button", zh["records.save"]);
  await engineer.click("button", /^＋ .*年费$/);
  await engineer.type(/^应缴日 \d+$/, "2026-12-19");
  await engineer.type(/^金额 \d+$/, "900");
  await engineer.press("Enter");
  await engineer.page.locator(".record-dues", { hasText: "2026-12-19" }).waitFor();
  await picture(engineer.page, "14-fee");
  await engineer.page.goto(`${demo.address}/w/todo`);
  await engineer.page.locator(".task", { hasText: "年费" }).first().waitFor();
  await engineer.settled();
  await picture(engineer.page, "15-due");
  await engineer.page.goto(`${demo.address}/w/r/${patent}`);
  await engineer.settled();
  await engineer.click("link", zh["records.change"]);
  await engineer.type(/^缴费日 1$/, "2026-11-20");
  await engineer.click("button", zh["records.save"]);
  await engineer.page.locator(".record-dues", { hasText: "2026-12-19" }).waitFor({ state: "detached" });
  await picture(engineer.page, "16-paid");

  // A colleague reads that there is a disclosure, and not the disclosure; an office reads nothing of it.
  const colleague = await visit.enter(demo, "colleague", `/r/${told}`);
  await colleague.getByRole("heading", { name: TITLE }).waitFor();
  assert.equal(await colleague.getByText(PDF.name).count(), 0);
  const bank = await visit.enter(demo, "bank", "/todo");
  for (const one of [told, weighed, order]) assert.equal(await statusOf(bank, `/records/${one}`), 404, one);
  const clicks = engineer.clicks + manager.clicks;
  const typed = engineer.entries + manager.entries;
  Hand.tell("from a disclosure to its fee");
  assert.ok(clicks <= 63 && typed <= 15, `${clicks} clicks, ${typed} fields`);
});
