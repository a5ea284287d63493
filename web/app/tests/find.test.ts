/* The search box: the own contract, client and case are found while one types; an only hit is opened by Enter. */
import assert from "node:assert/strict";
import { texts, type Page } from "./browser.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();
const { zh, en } = texts;
const box = (page: Page, of = zh) => page.getByRole("searchbox", { name: of["shell.search"] });
const group = (page: Page, kind: "cases" | "parties" | "records" | "patents") => page.locator(".search-box-found").getByRole("region", { name: zh[`find.kind.${kind}`] });

/* A field of the first record of a list that has it. */
const one = (page: Page, path: string, field: string) =>
  page.evaluate(
    async ([path, field]) => {
      const { items } = (await (await fetch(`api/v1/${path}`)).json()) as { items: Record<string, string | number>[] };
      const item = items.find((one) => one[field!])!;
      return { id: Number(item.id), text: String(item[field!]) };
    },
    [path, field],
  );

test("one's contract, client and case are found while one types", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/");
  const contract = await one(page, "records/deal?fields=contract_no&limit=500", "contract_no");
  const client = await one(page, "records/served_party?fields=name", "name");
  const matter = await one(page, "cases?fields=number", "number");
  for (const [words, kind, address] of [
    [contract.text, "records", `/w/r/deal/${contract.id}`],
    [client.text, "parties", `/w/r/served_party/${client.id}`],
    [matter.text, "cases", `/w/case/${matter.id}`],
  ] as const) {
    await box(page).fill(words);
    await group(page, kind).locator(`a[href$="${address}"]`).waitFor();
    assert.equal(await group(page, kind).getByRole("link").first().getAttribute("href"), address, words);
  }
  await visit.look(page);
  await box(page).press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${demo.address}/w/case/${matter.id}`);
  await page.locator(".search-box-found").waitFor({ state: "detached" });
  await visit.settled(page);
});

test("Enter opens an only hit, otherwise the page of all", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/");
  const made = await page.evaluate(async () => {
    const { csrf } = (await (await fetch("api/v1/session")).json()) as { csrf: string };
    const body = JSON.stringify({ type: "licence", contract_no: "ＺＱ－唯一－77", title: "只此一件" });
    return ((await (await fetch("api/v1/records/deal", { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body })).json()) as { id: number }).id;
  });
  await box(page).fill("zq-唯一-77"); // Enter comes before the list does
  await page.keyboard.press("Enter");
  await page.waitForURL(`${demo.address}/w/r/deal/${made}`);
  await box(page).fill("专利");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname.endsWith("/w/find") && url.searchParams.get("q") === "专利");
  const records = page.locator(".find").getByRole("region", { name: zh["find.kind.records"] });
  await visit.look(page);
  await records.getByRole("link", { name: /全部/ }).click();
  await page.waitForURL((url) => url.searchParams.get("kind") === "records");
  await page.getByRole("link", { name: zh["find.groups"] }).waitFor();
  await records.getByRole("listitem").nth(5).waitFor();
  await visit.settled(page);
});

test("what nobody has is told, and Escape shuts the list", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/", { language: "en" });
  await box(page, en).fill("qqzzqq");
  await page.locator(".search-box-found").getByText(en["find.none"]).waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".search-box-found").waitFor({ state: "detached" });
  await box(page, en).press("Enter");
  await page.getByRole("heading", { name: en["find.none"] }).waitFor();
  await visit.look(page);
  await visit.settled(page);
});
