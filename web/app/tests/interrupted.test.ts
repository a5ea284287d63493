/* What comes between somebody and his form: an ended session, a stopped server, a newer program. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { texts, type Visit } from "./browser.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();
const { zh } = texts;
const first = "虚构的一句很长的口令 2026";
const next = "另一句虚构的很长的口令 2027";
const newPassword = (page: Page) => page.getByLabel(zh["signin.newPassword.new"]);
const save = (page: Page) => page.getByRole("button", { name: zh["signin.newPassword.save"] }).click();
const saved = (page: Page) => page.getByText(zh["signin.newPassword.saved"]).waitFor();

async function fillIn(page: Page, password: string): Promise<void> {
  await newPassword(page).fill(password);
  await page.getByLabel(zh["signin.again.password"]).fill(password);
}

/* Somebody who has a password, on the page that changes it. */
async function withPassword(visit: Visit, name: string): Promise<Page> {
  const page = await visit.enter(demo, name, "/account");
  await fillIn(page, first);
  await save(page);
  await saved(page);
  await page.reload();
  await visit.settled(page);
  return page;
}

test("a session that ends in mid-form is renewed over the page, and what was typed is sent", async (visit) => {
  visit.expected.push(/401/);
  const page = await withPassword(visit, "expert");
  await fillIn(page, next);
  demo.forward(31 * 60);
  await page.getByRole("button", { name: zh["signin.newPassword.save"] }).dispatchEvent("click"); // the dialog may be there before
  const dialog = page.getByRole("dialog", { name: zh["signin.again"] });
  await dialog.waitFor();
  await visit.look(page);
  assert.equal(await newPassword(page).inputValue(), next);
  assert.equal(await dialog.getByLabel(zh["signin.name"], { exact: true }).inputValue(), "expert");
  await dialog.getByLabel(zh["signin.password"], { exact: true }).fill(first);
  await dialog.getByRole("button", { name: zh["signin.signIn"], exact: true }).click();
  await saved(page);
  await dialog.waitFor({ state: "detached" });
});

test("a session that ends over the form of a case keeps the cell, and sends it once there is another", async (visit) => {
  visit.expected.push(/401/);
  const page = await withPassword(visit, "centre30");
  await page.goto(`${demo.address}/w/calls`);
  await visit.settled(page);
  await page.getByRole("link", { name: `${zh["apply.goOn"]} 申报认定` }).click();
  await page.waitForURL(/\/form$/);
  await visit.settled(page);
  const cell = page.locator("[id$='plan.0']");
  await cell.locator(".annex-value").click();
  await cell.getByRole("textbox").waitFor(); // the editor is loaded in the old session
  demo.forward(2 * 31 * 60);
  await cell.getByRole("textbox").fill("三年建成（演示）");
  const dialog = page.getByRole("dialog", { name: zh["signin.again"] });
  await dialog.waitFor();
  assert.equal(await cell.getByRole("textbox").inputValue(), "三年建成（演示）");
  await dialog.getByLabel(zh["signin.password"], { exact: true }).fill(first);
  await dialog.getByRole("button", { name: zh["signin.signIn"], exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await cell.getByRole("textbox").waitFor({ state: "detached" });
  await page.reload();
  await visit.settled(page);
  assert.match(await cell.innerText(), /三年建成（演示）/);
});

/* The session ends without this page: the browser has lost its cookie, or another window has ended it. */
const lose: Record<string, (page: Page) => Promise<unknown>> = {
  cookie: (page) => page.context().clearCookies(),
  session: (page) =>
    page.evaluate(async () => {
      const { csrf } = (await (await fetch("/api/v1/session")).json()) as { csrf: string };
      await fetch("/api/v1/session", { method: "DELETE", headers: { "X-CSRF-Token": csrf } });
    }),
};

for (const [what, lost] of Object.entries(lose))
  test(`who types without a ${what} is told at once; signed in in another window, he goes on`, async (visit) => {
    visit.expected.push(/401/);
    const page = await visit.enter(demo, "centre30", "/calls");
    await page.getByRole("link", { name: `${zh["apply.goOn"]} 申报认定` }).click();
    await page.waitForURL(/\/form$/);
    await visit.settled(page);
    const cell = page.locator("[id$='plan.0']");
    await cell.locator(".annex-value").click();
    await cell.getByRole("textbox").waitFor();
    await lost(page);
    await cell.getByRole("textbox").fill(`两年建成（演示，${what}）`);
    await page.getByRole("dialog", { name: zh["signin.again"] }).waitFor();
    await cell.getByText(zh["form.saving.ended"]).waitFor();
    const other = await page.context().newPage();
    await other.goto(await demo.link("centre30"));
    await other.getByRole("button", { name: zh["signin.signIn"], exact: true }).click();
    await other.locator(".shell").waitFor();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await cell.getByRole("textbox").waitFor({ state: "detached" }); // saved
    await page.reload();
    await visit.settled(page);
    assert.match(await cell.innerText(), new RegExp(`两年建成（演示，${what}）`));
  });

test("who types where nothing is saved by itself is told, too, that the session has ended", async (visit) => {
  visit.expected.push(/401/);
  const page = await visit.enter(demo, "centre29", "/account");
  await lose.session!(page);
  await newPassword(page).fill(next);
  await page.getByRole("dialog", { name: zh["signin.again"] }).waitFor();
  assert.equal(await newPassword(page).inputValue(), next);
});

test("a server that is stopped in mid-form loses nothing", async (visit) => {
  const page = await withPassword(visit, "centre");
  await fillIn(page, next);
  await demo.stop();
  await save(page);
  await page.getByText(zh["shell.offline"], { exact: true }).waitFor();
  await visit.look(page);
  assert.equal(await newPassword(page).inputValue(), next);
  await page.waitForTimeout(10_000); // so long it is away
  await demo.start();
  await page.getByText(zh["shell.offline"], { exact: true }).waitFor({ state: "detached" });
  assert.equal(await newPassword(page).inputValue(), next);
  await save(page);
  await saved(page);
});

test("a newer program behind an old page offers to load it", async (visit) => {
  const page = await visit.enter(demo, "officer", "/account");
  await fillIn(page, next);
  await page.route(/\/w\/$/, async (route) => {
    if (route.request().method() !== "HEAD") return route.continue();
    const answer = await route.fetch();
    return route.fulfill({ response: answer, headers: { ...answer.headers(), etag: '"of another program"' } });
  });
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange"))); // as when one comes back to the tab
  await page.getByText(zh["shell.stale"]).waitFor();
  await visit.look(page);
  assert.equal(await newPassword(page).inputValue(), next);
  const reload = page.waitForEvent("load");
  await page.getByRole("button", { name: zh["shell.reload"] }).click();
  await reload;
  await visit.settled(page);
  assert.equal(await page.getByText(zh["shell.stale"]).count(), 0);
});
