/* A telephone, 390 px wide: the desk, a need, a deal and a match show whole, without scrolling sideways. */
import assert from "node:assert/strict";
import type { Page } from "./browser.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();
const WIDTH = 390;

async function fits(page: Page, address: string): Promise<void> {
  const { width, widest } = await page.evaluate(() => ({
    width: document.documentElement.scrollWidth,
    widest: [...document.querySelectorAll<HTMLElement>("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest("[style*='overflow'], .scrolls, table")).slice(0, 8).map((one) => `${one.tagName}.${one.className}`),
  }));
  assert.ok(width <= WIDTH, `${address}: ${width} px, ${widest.join(" ")}`);
}

const PAGES: Readonly<Record<string, readonly string[]>> = {
  centre1: ["/", "/todo", "/messages", "/r/demand", "/r/demand/1", "/r/deal", "/r/supply", "/match"],
  company: ["/", "/todo", "/r/demand"],
};

for (const [account, addresses] of Object.entries(PAGES))
  test(`on a telephone the pages of ${account} fit`, async (visit) => {
    const page = await visit.enter(demo, account, "/");
    await page.setViewportSize({ width: WIDTH, height: 844 });
    for (const address of addresses) {
      await visit.move(page, `${demo.address}/w${address}`);
      if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/narrow-${account}${address.replaceAll("/", "-")}.png`, fullPage: true });
      await fits(page, address);
    }
  });
