/* Keys, and input methods that compose. */
import assert from "node:assert/strict";
import { texts, type Page } from "./browser.ts";
import { sharedDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = sharedDemo();
const { zh } = texts;
const box = (page: Page) => page.getByRole("searchbox", { name: zh["shell.search"] });

/* Two keys that belong together: a page that is busy may not come between them (ui/keys.ts). */
const chord = (page: Page, first: string, second: string) => Promise.all([page.keyboard.press(first), page.keyboard.press(second)]);

test("chords open pages, and rest while somebody types", async (visit) => {
  const page = await visit.enter(demo, "officer", "/");
  await chord(page, "g", "n");
  await page.waitForURL(`${demo.address}/w/messages`);
  await page.keyboard.press("/");
  await page.keyboard.type("g t");
  assert.equal(await box(page).inputValue(), "g t");
  await page.keyboard.press("Tab");
  await chord(page, "g", "p");
  await page.waitForURL(/\/w\/patents(\?|$)/);
  await visit.settled(page);
});

test("j and k go through rows, o opens one, ? opens the chapter and lists the keys", async (visit) => {
  const page = await visit.enter(demo, "officer", "/");
  const current = page.locator("[data-current]");
  await page.keyboard.press("j");
  const first = await current.innerText();
  await page.keyboard.press("j");
  await page.waitForFunction((text) => document.querySelector<HTMLElement>("[data-current]")?.innerText !== text, first);
  await page.keyboard.press("k");
  await page.waitForFunction((text) => document.querySelector<HTMLElement>("[data-current]")?.innerText === text, first);
  await page.keyboard.press("?");
  const keys = page.getByRole("dialog", { name: zh["shell.help"] });
  await keys.getByText("每天的工作：首页、待办、消息").waitFor();
  await keys.getByText(zh["shell.keys.next"]).waitFor();
  await visit.look(page);
  await page.keyboard.press("Escape");
  await keys.waitFor({ state: "detached" });
  await page.keyboard.press("o");
  await page.waitForURL(/\/w\/(case|r)\//);
  await visit.settled(page);
});

test("Enter that ends a composition searches nothing", async (visit) => {
  const page = await visit.enter(demo, "officer", "/messages");
  const session = await page.context().newCDPSession(page);
  const entries = await page.evaluate(() => history.length);
  await box(page).focus();
  await session.send("Input.imeSetComposition", { text: "dian", selectionStart: 4, selectionEnd: 4 });
  // Listening has begun before the key is sent, which takes another way to the page.
  const heard = await page.evaluateHandle(() => {
    const composing = new Promise<boolean>((done) =>
      document.addEventListener("keydown", (event) => done(event.isComposing || event.keyCode === 229), { capture: true, once: true }),
    );
    return { composing };
  });
  await page.keyboard.press("Enter");
  assert.ok(await heard.evaluate(({ composing }) => composing), "the key was not part of a composition");
  await session.send("Input.insertText", { text: "电池" });
  assert.equal(await box(page).inputValue(), "电池");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname.endsWith("/w/find") && url.searchParams.get("q") === "电池");
  await visit.settled(page);
  assert.equal(await page.evaluate(() => history.length), entries + 1);
});
