/* One's own account by clicks: a token that works until it is ended, a webhook, the messages by channel. */
import assert from "node:assert/strict";
import { texts } from "./browser.ts";
import { Hand } from "./hand.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const { zh } = texts;
const demo = ownDemo();

const field = (key: keyof typeof zh) => new RegExp(`^${zh[key]}`);
const status = async (token: string, path = "/records/deal?limit=1") => (await fetch(`${demo.address}/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` } })).status;

test("a token is made, used and ended", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/account");
  const hand = new Hand(page, visit);
  await hand.click("link", zh["account.tokens"]);
  await hand.click("button", zh["account.tokens.make"]);
  const dialog = page.getByRole("dialog");
  await visit.look(page);
  await hand.type(field("account.tokens.label"), "每日取数", dialog);
  await hand.type(field("account.tokens.days"), "30", dialog);
  await hand.click("checkbox", zh["account.scope.records:read"], dialog);
  await hand.click("button", zh["account.tokens.make"], dialog);
  await page.getByText(zh["account.tokens.once"]).waitFor();
  await visit.look(page);
  const token = await page.locator(".note code").innerText();
  assert.equal(await status(token), 200);
  assert.equal(await status(token, "/webhooks"), 403); // beyond its scopes
  assert.equal(await page.locator("tbody tr", { hasText: "每日取数" }).count(), 1);
  await page.reload();
  await visit.settled(page);
  assert.equal(await page.getByText(token).count(), 0); // shown once
  await hand.click("button", `${zh["account.tokens.end"]} 每日取数`);
  await hand.click("button", zh["account.tokens.end"], dialog);
  await page.getByText(zh["account.tokens.none"]).waitFor();
  assert.equal(await status(token), 401);
  console.log(`# a token made and ended: ${hand.clicks} clicks, ${hand.entries} fields`);
});

test("a host is allowed, a webhook made and ended", async (visit) => {
  visit.expected.push(/400|403/);
  const page = await visit.enter(demo, "secadmin", "/account?view=webhooks");
  const hand = new Hand(page, visit);
  const dialog = page.getByRole("dialog");
  const make = async () => {
    await hand.click("button", zh["account.hooks.make"]);
    await hand.type(field("account.hooks.url"), "https://hooks.example.cn/zhiyun", dialog);
    await hand.type(field("account.hooks.events"), "deal.*", dialog);
    await hand.click("button", zh["account.hooks.make"], dialog);
  };
  await make();
  await dialog.getByRole("alert").waitFor(); // its host is not allowed
  await hand.click("button", zh["common.cancel"], dialog);
  await hand.click("button", zh["account.hosts.allow"]);
  await hand.type(field("account.hosts.host"), "hooks.example.cn", dialog);
  await hand.type(field("case.input.reason"), "虚构的理由", dialog);
  await hand.click("button", zh["account.hosts.allow"], dialog);
  await page.getByText("hooks.example.cn:443").waitFor();
  await make();
  await page.getByText(zh["account.hooks.once"]).waitFor();
  await visit.look(page);
  await hand.click("button", new RegExp(`^${zh["account.hooks.end"]} https://hooks.example.cn`));
  await hand.click("button", zh["account.hooks.end"], dialog);
  await page.getByText(zh["account.hooks.none"]).waitFor();
  console.log(`# a host, a webhook: ${hand.clicks} clicks, ${hand.entries} fields`);
});

test("messages: which comes by which channel", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/account?view=messages", { language: "zh" });
  const choice = page.locator("tbody select").first();
  if ((await choice.count()) === 0) {
    await page.getByText(zh["account.messages.none"]).waitFor();
  } else {
    await choice.selectOption("daily");
    await visit.settled(page);
    await page.reload();
    await visit.settled(page);
    assert.equal(await page.locator("tbody select").first().inputValue(), "daily");
  }
  await visit.look(page);
  const english = await visit.enter(demo, "city", "/account?view=messages", { language: "en" });
  await visit.look(english);
  await visit.magnify(english);
});
