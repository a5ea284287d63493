/* node lists.mjs LIST BARE LINK TOKEN ROUNDS: how long a browser takes until 50 rows of a list are painted, beside a bare page of
 * the same rows. Prints JSON; lists.py, which calls it, says what is measured. */
import { chromium } from "playwright-core";

const [, , LIST, BARE, LINK, TOKEN, ROUNDS] = process.argv;
const { origin } = new URL(LIST);

/* Runs in each page: `painted` becomes the ms since `began` (0: the navigation) once the rows are there and a frame shows them. */
function watchRows() {
  window.began = 0;
  window.watch = () => {
    delete window.painted;
    const look = () => {
      if (window.painted !== undefined || document.querySelectorAll("tbody tr").length < 50) return false;
      window.painted = 0;
      requestAnimationFrame(() => setTimeout(() => (window.painted = performance.now() - window.began)));
      return true;
    };
    const observer = new MutationObserver(() => look() && observer.disconnect());
    observer.observe(document, { childList: true, subtree: true });
  };
  window.watch();
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM });
const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "zh-CN" });
await context.addInitScript(watchRows);
const page = await context.newPage();
const asked = [];
page.on("requestfinished", async (request) => {
  const { responseEnd, requestStart } = request.timing();
  if (request.url().includes("/api/")) asked.push([request.url().slice(origin.length), responseEnd - requestStart]);
});
await page.goto(LINK);
await page.getByRole("button", { name: "登录", exact: true }).click();
await page.locator(".shell").waitFor();

const painted = async () => (await page.waitForFunction(() => window.painted > 0 && window.painted)).jsonValue();
const quiet = () => page.waitForTimeout(1000); // the page keeps a stream of events open: it is never idle

/* A new record: no answer of the server is a kept one. */
async function write(n) {
  const done = await fetch(`${origin}/api/v1/records/deal`, {
    method: "POST",
    headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" },
    body: JSON.stringify({ contract_no: `PAINT-${n}`, type: "licence", title: `虚构许可 ${n}` }),
  });
  if (done.status !== 201) throw new Error(await done.text());
}

const times = { bare: [], loaded: [], within: [], requests: {} };
for (let n = 0; n < Number(ROUNDS); n++) {
  await page.goto(BARE);
  times.bare.push(await painted());
  await write(n);
  await page.goto(`${origin}/w/account`);
  await page.locator("h1").waitFor();
  await quiet();
  asked.length = 0;
  await page.evaluate((to) => {
    window.watch();
    window.began = performance.now();
    history.pushState({ key: "bench", idx: 0, usr: null }, "", to);
    dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
  }, LIST);
  times.within.push(await painted());
  await quiet();
  for (const [path, ms] of asked) (times.requests[path] ??= []).push(ms);
  await write(n + 0.5);
  await page.goto(LIST);
  times.loaded.push(await painted());
  await quiet();
}
console.log(JSON.stringify(times));
await browser.close();
