/* Signing in, and what is shown to whom. */
import assert from "node:assert/strict";
import { texts } from "./browser.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();
const { zh, en } = texts;
const password = "虚构的一句很长的口令 2026";

test("a one-time link signs in when its button is pressed, once", async (visit) => {
  const link = await demo.link("officer");
  const page = await visit.open(link);
  await page.getByRole("heading", { name: zh["signin.link"] }).waitFor();
  await page.getByRole("button", { name: zh["signin.signIn"], exact: true }).click();
  await page.locator(".bar-who").getByText("四川省市场监督管理局（演示）").waitFor();
  assert.equal(page.url(), `${demo.address}/w`);

  visit.expected.push(/400|401|403|404|410/); // the browser reports the refusal of the second use
  const second = await visit.open(link);
  await second.getByRole("button", { name: zh["signin.signIn"], exact: true }).click();
  await second.getByRole("alert").waitFor();
  assert.equal(await second.locator(".bar-who").count(), 0);
});

test("a password is set on one's own page, and signs in", async (visit) => {
  const page = await visit.enter(demo, "city", "/account");
  await page.getByLabel(zh["signin.newPassword.new"]).fill(password);
  await page.getByLabel(zh["signin.again.password"]).fill(password);
  await page.getByRole("button", { name: zh["signin.newPassword.save"] }).click();
  await page.getByText(zh["signin.newPassword.saved"]).waitFor();
  await visit.read(page);
  await page.locator(".bar-who").click();
  await page.getByText(zh["signin.signOut"]).click();
  await page.waitForURL(`${demo.address}/w/login`);

  visit.expected.push(/401/);
  const next = await visit.open(`${demo.address}/w/account`, { language: "en" });
  await next.waitForURL(/\/w\/login\?to=%2Faccount$/);
  await next.getByLabel(en["signin.name"], { exact: true }).fill("city");
  await next.getByLabel(en["signin.password"], { exact: true }).fill("a wrong password");
  await next.getByLabel(en["signin.password"], { exact: true }).press("Enter");
  await next.getByRole("alert").waitFor();
  await visit.look(next);
  await next.getByLabel(en["signin.password"], { exact: true }).fill(password);
  await next.getByRole("button", { name: en["signin.signIn"], exact: true }).click();
  await next.waitForURL(`${demo.address}/w/account`);
  await next.getByRole("heading", { name: en["signin.newPassword"], exact: true }).waitFor();
});

test("an address without a page and a record that is not there look the same", async (visit) => {
  visit.expected.push(/404/);
  const page = await visit.enter(demo, "company", "/");
  const shown: string[] = [];
  for (const at of ["/nothing", "/patents/99999999"]) {
    await page.goto(`${demo.address}/w${at}`);
    await page.getByText(zh["common.missing"]).waitFor();
    shown.push(await page.locator("main").innerText());
  }
  assert.equal(shown[0], shown[1]);
});
