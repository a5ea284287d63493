/* A recognition by clicks of the offices: a city's batch of five, then the province from the check to the certificate.
 * How many clicks each took is printed. The program's clock moves over the period of publicity. */
import assert from "node:assert/strict";
import { run, test, texts, type Page, type Visit } from "./browser.ts";
import { Program } from "./program.ts";

const { zh } = texts;
const demo = await new Program().start();

/* Clicks and texts of one task. */
class Hand {
  clicks = 0;
  entries = 0;

  constructor(
    readonly page: Page,
    private readonly visit: Visit,
  ) {}

  async click(role: "button" | "link" | "checkbox" | "tab", name: string | RegExp): Promise<void> {
    this.clicks++;
    await this.page.getByRole(role, { name, exact: typeof name === "string" }).first().click();
    await this.visit.settled(this.page);
  }

  async type(label: string | RegExp, text: string): Promise<void> {
    this.entries++;
    await this.page.getByLabel(label).first().fill(text);
  }

  async press(keys: string): Promise<void> {
    this.clicks++;
    await this.page.keyboard.press(keys);
    await this.visit.settled(this.page);
  }
}

const step = (label: string, n: number) => zh["review.do"].replace("{step}", label).replace("{n}", String(n));
const done = (label: string, n: number) => zh["review.done"].replace("{step}", label).replace("{n}", String(n));

/* A step of the ticked cases, with one reason for all. */
async function batch(hand: Hand, label: string, n: number, reason = "虚构：经审查，符合条件"): Promise<void> {
  await hand.click("button", label);
  await hand.type(n > 1 ? zh["review.reason.all"] : zh["review.reason"], reason);
  await hand.click("button", step(label, n));
  await hand.page.getByText(done(label, n)).waitFor();
}

test("a city's batch of five, from the menu to the province", async (visit) => {
  const page = await visit.enter(demo, "city", "/");
  const hand = new Hand(page, visit);
  await hand.click("link", zh["review.city"]);
  assert.equal(await page.locator(".queue tbody tr:not(.queue-cut)").count(), 5);
  await hand.click("checkbox", zh["review.tickAll"]);
  await batch(hand, "资格审查", 5);
  await batch(hand, "材料审核", 5);
  await visit.look(page);
  await hand.click("button", zh["review.cut.up"]);
  await hand.click("button", zh["review.send"].replace("{n}", "4"));
  await hand.type(zh["review.reason.all"], "虚构：择优推荐");
  await hand.click("button", step("择优推荐", 4));
  await page.getByText(done("择优推荐", 4)).waitFor();
  assert.equal(await page.locator(".queue tbody tr:not(.queue-cut)").count(), 1);
  console.log(`# batch of five: ${hand.clicks} clicks, ${hand.entries} texts`);
  assert.ok(hand.clicks <= 34, String(hand.clicks));
});

await run(() => demo.stop());
