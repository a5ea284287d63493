/* node desk.mjs ROUNDS PATH (ADDRESS LINK)…: how long a browser takes until the last change of a page of the workbench, in turn at
 * each address. Prints JSON, [[times in ms, requests of the last round]…]; desk.py, which calls it, says what is measured. */
import { chromium } from "playwright-core";

const [, , ROUNDS, PATH, ...places] = process.argv;
const QUIET = 1200; // ms without a change: the page is whole

/* Runs in each page: `changed` is the ms from the navigation to the frame that shows its latest change. */
function watchChanges() {
  window.changed = 0;
  new MutationObserver((changes) => {
    if (changes.some(({ target }) => target.parentElement?.closest?.("#root") ?? target.id === "root")) requestAnimationFrame(() => setTimeout(() => (window.changed = performance.now())));
  }).observe(document, { childList: true, subtree: true, characterData: true });
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM });
const all = [];
for (let at = 0; at < places.length; at += 2) {
  const [address, link] = [places[at], places[at + 1]];
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "zh-CN" });
  await context.addInitScript(watchChanges);
  const page = await context.newPage();
  await page.goto(address + link);
  await page.getByRole("button", { name: "登录", exact: true }).click();
  await page.locator(".shell").waitFor();
  const one = { page, address, times: [], asked: 0 };
  page.on("request", (request) => (one.asked += request.url().includes("/api/v1/")));
  all.push(one);
}

for (let n = 0; n <= Number(ROUNDS); n++)
  for (const one of all) {
    one.asked = 0;
    await one.page.goto(`${one.address}/w${PATH}`);
    await one.page.waitForFunction((quiet) => window.changed > 0 && performance.now() - window.changed > quiet, QUIET);
    if (n > 0) one.times.push(await one.page.evaluate(() => window.changed)); // the first fills the cache
  }
console.log(JSON.stringify(all.map(({ times, asked }) => [times, asked])));
await browser.close();
