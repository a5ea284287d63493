/* How long a key takes in a form of 60 fields, beside a bare input in the same page: from the key to the frame that shows it.
 * node keys.mjs; bench/README says how. */
import { closeBrowser, Visit, type Page } from "./browser.ts";
import { DEMO, Program } from "./program.ts";

const FIELDS = 60;
const KEYS = 120;
const demo = await new Program(DEMO).start();
const visit = new Visit();

interface Described {
  fields: { name: string; type: string; label: Record<string, string>; max?: number }[];
  sections: { fields: string[] }[];
}

/* Runs in the page: keeps the ms of each key of an input. */
function watchKeys(): void {
  const taken: number[] = [];
  let began = 0;
  Object.assign(window, { taken });
  document.addEventListener("keydown", () => (began = performance.now()), { capture: true });
  document.addEventListener("input", () => requestAnimationFrame(() => setTimeout(() => taken.push(performance.now() - began))), { capture: true });
}

async function measure(page: Page, name: string, selector: string): Promise<void> {
  await page.locator(selector).focus();
  await page.evaluate(() => ((window as unknown as { taken: number[] }).taken.length = 0));
  for (let i = 0; i < KEYS; i++) {
    await page.keyboard.press("abcdefghij"[i % 10]!);
    await page.waitForFunction((n) => (window as unknown as { taken: number[] }).taken.length > n, i);
  }
  const taken = (await page.evaluate(() => (window as unknown as { taken: number[] }).taken)).sort((a, b) => a - b);
  console.log(`  ${name.padEnd(24)} p50 ${taken[KEYS >> 1]!.toFixed(1)} ms  p95 ${taken[Math.floor(KEYS * 0.95)]!.toFixed(1)} ms`);
}

const page = await visit.enter(demo, "centre1", "/");
await page.route(/api\/v1\/types\/deal$/, async (route) => {
  const answer = await route.fetch();
  const type = (await answer.json()) as Described;
  const first = type.sections[0]!;
  while (type.fields.filter(({ type: of }) => of !== "computed").length < FIELDS) {
    const name = `text_${type.fields.length}`;
    type.fields.push({ name, type: "text", label: { zh: name, en: name }, max: 200 });
    first.fields.push(name);
  }
  await route.fulfill({ response: answer, json: type });
});
await page.goto(`${demo.address}/w/r/deal/new`);
await visit.settled(page);
await page.evaluate(watchKeys);
await page.evaluate(() => document.querySelector("form")!.insertAdjacentHTML("beforebegin", '<input id="bare">'));
console.log(`a key, of ${KEYS}:`);
await measure(page, "bare input", "#bare");
await measure(page, `form of ${FIELDS} fields`, "input[id$='/title']");
await visit.close();
await closeBrowser();
await demo.stop();
process.exit(0);
