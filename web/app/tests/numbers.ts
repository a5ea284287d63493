/* Whether the numbers of a page open as many rows as they say. */
import assert from "node:assert/strict";
import { texts, type Page } from "./browser.ts";

export const number = (text: string) => Number(/\d[\d,]*/.exec(text)![0].replaceAll(",", ""));

const total = (page: Page, path: string) => page.evaluate(async (asked) => ((await (await fetch(asked)).json()) as { total: number }).total, path);

/* What the links with numbers show, and how many rows the list has that each opens. */
export async function linksOpenTheirRows(page: Page): Promise<number> {
  const links = await page.locator("main a.desk-number, main a.work-count, main a.work-unfinished").evaluateAll((all) => all.map((one) => ({ to: one.getAttribute("href")!, text: one.textContent!, label: one.getAttribute("aria-label") })));
  for (const { to, text, label } of links) {
    const { pathname, search } = new URL(to, "http://here");
    const type = /\/r\/(\w+)$/.exec(pathname)?.[1];
    if (!type) continue;
    assert.equal(await total(page, `api/v1/records/${type}${search}&limit=1`), await countIn(page, text, label, type, search), `${to}: ${text}`);
  }
  return links.length;
}

/* The count that a link shows; of a sum of money, which is checked here, that of its label. */
async function countIn(page: Page, text: string, label: string | null, type: string, search: string): Promise<number> {
  const money = /[\d,]+\.\d\d/.exec(text)?.[0];
  if (!money) return number(text);
  const filter = new URLSearchParams(search).get("filter")!;
  const asked = new URLSearchParams({ by: "state", sum: "amount", filter: type !== "deal" || filter.includes("currency") ? filter : `(${filter}) and (currency=CNY or currency is empty)` });
  const groups = await page.evaluate(async (path) => ((await (await fetch(path)).json()) as { groups: { count: number; sum?: string }[] }).groups, `api/v1/records/${type}/groups?${asked}`);
  assert.equal(groups.reduce((fen, { sum }) => fen + Number(sum?.replace(".", "") ?? 0), 0), Number(money.replace(/\D/g, "")), `${search}: ${money}`);
  return label ? number(label.replace(money, "")) : groups.reduce((n, { count }) => n + count, 0);
}

/* Each number that opens a sheet: as many rows as it says, or as many of so many, or rows with numbers that add up to it. */
export async function sheetsShowTheirRows(page: Page): Promise<number> {
  const buttons = await page.locator("main button.num").all();
  for (const button of buttons) {
    const text = (await button.innerText()).replaceAll(",", "");
    await button.click();
    const sheet = page.getByRole("dialog");
    await sheet.locator(".num-rows").waitFor();
    const rows = (await sheet.locator(".num-rows > li").allInnerTexts()).map((row) => row.trim());
    const total = sheet.locator(".num-sum b");
    if (await total.count()) {
      assert.equal((await total.innerText()).replaceAll(",", ""), /[\d.]+/.exec(text)![0], text);
      await sheet.getByText(texts.zh["form.num.same"]).waitFor();
      await page.keyboard.press("Escape");
      continue;
    }
    const [first, all] = text.match(/\d+/g)!.map(Number);
    const marked = rows.filter((row) => row.includes("✓") || row.endsWith(texts.zh["form.num.proof"])).length;
    const amounts = rows.map((row) => /(?:^|\s)(\d+)$/.exec(row)?.[1]);
    const counted = all !== undefined ? [marked, rows.length] : amounts.every(Boolean) ? [amounts.reduce((n, one) => n + Number(one), 0)] : [rows.length];
    assert.deepEqual(counted, all !== undefined ? [first, all] : [first], `${await button.getAttribute("aria-label")}: ${rows.join(" | ")}`);
    await page.keyboard.press("Escape");
  }
  return buttons.length;
}
