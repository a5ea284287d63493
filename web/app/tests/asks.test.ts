/* What a record asks of another unit: it answers among its own tasks or by a link, once, and sees nothing else. */
import assert from "node:assert/strict";
import { texts, type Page } from "./browser.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();
const { zh } = texts;
const say = (key: keyof typeof zh, values: Record<string, string | number> = {}) => zh[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
const button = (page: Page, key: keyof typeof zh) => page.getByRole("button", { name: zh[key], exact: true });

/* A service record of the centre that names the company's unit; its number. */
async function service(page: Page, title: string, code: string): Promise<number> {
  return page.evaluate(
    async ([at, title, code]) => {
      const { csrf } = (await (await fetch(`${at}/session`)).json()) as { csrf: string };
      const body = { title, date: "2026-03-02", goal: "risk", duty: "services", mode: "own", fee: "800.00", content: "只有本单位可见", party_code_asked: code };
      const answer = await fetch(`${at}/records/service_record`, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: JSON.stringify(body) });
      return ((await answer.json()) as { id: number }).id;
    },
    [`${demo.address}/api/v1`, title, code] as const,
  );
}

const statusOf = (page: Page, path: string) => page.evaluate(async (at) => (await fetch(at)).status, `${demo.address}/api/v1${path}`);

const codeOf = (page: Page) =>
  page.evaluate(async (at) => {
    const { unit } = (await (await fetch(`${at}/session`)).json()) as { unit: number };
    return ((await (await fetch(`${at}/records/party/${unit}`)).json()) as { credit_code: string }).credit_code;
  }, `${demo.address}/api/v1`);

test("a party answers from its own tasks, sees nothing else, and cannot answer twice", async (visit) => {
  visit.expected.push(/404|409|400/);
  const theirs = await visit.enter(demo, "company", "/");
  const page = await visit.enter(demo, "centre1", "/r/service_record");
  const one = await service(page, "虚构检索服务", await codeOf(theirs));
  await page.goto(`${demo.address}/w/r/service_record/${one}`);
  const rail = page.getByRole("region", { name: zh["ask.rail"] });
  await button(page, "ask.rail.open").click();
  await rail.getByText(/发出，.*前答复/).waitFor();
  await button(page, "ask.rail.urge").click();
  await rail.getByText(zh["ask.rail.told"]).waitFor();
  await visit.look(page);

  await theirs.goto(`${demo.address}/w/todo`);
  const task = theirs.locator(".task", { hasText: "服务评价" }).first();
  await task.getByRole("link", { name: /^答复/ }).click();
  await theirs.waitForURL(/\/w\/asks\/\d+$/);
  await theirs.getByRole("heading", { name: "服务评价" }).waitFor();
  await theirs.getByText("虚构检索服务").waitFor();
  await visit.look(theirs);
  assert.doesNotMatch(await theirs.locator("main").innerText(), /800|只有本单位可见/);
  assert.equal(await statusOf(theirs, `/records/service_record/${one}`), 404);
  assert.equal(await statusOf(theirs, `/records/service_record/${one}/history`), 404);
  const ask = theirs.url().replace(/.*\//, "");

  // Two windows: who is second is told that it was answered.
  const second = await visit.enter(demo, "company", `/asks/${ask}`);
  await second.getByRole("heading", { name: "服务评价" }).waitFor();
  await button(theirs, "ask.send").click();
  await theirs.locator(".asked-field .asked-error").waitFor(); // without a rating
  await theirs.getByRole("radio", { name: "4" }).check();
  await theirs.getByRole("textbox", { name: "服务对象的意见" }).fill("及时");
  await button(theirs, "ask.send").click();
  await theirs.getByRole("heading", { name: zh["ask.given"] }).waitFor();
  assert.equal(await button(theirs, "ask.send").count(), 0);
  await second.getByRole("radio", { name: "1", exact: true }).check();
  await button(second, "ask.send").click();
  await second.getByRole("alert").getByText(/已于 .* 答复/).waitFor();
  await visit.settled(second);
  await theirs.goto(`${demo.address}/w/todo`);
  await visit.settled(theirs);
  assert.equal(await theirs.locator(".task", { hasText: "服务评价" }).count(), 0);

  await page.reload();
  await rail.getByText(/由账号答复/).waitFor();
  await page.getByText(say("ask.history.answer", { ask: "服务评价" })).waitFor();
  await page.getByText("及时").first().waitFor();
  await visit.settled(page);
});

test("who has a link answers by it without signing in, once, and sees nothing else", async (visit) => {
  visit.expected.push(/404|409|403/);
  const page = await visit.enter(demo, "centre1", "/r/service_record");
  const one = await service(page, "虚构培训服务", "91510100000990001E");
  await page.goto(`${demo.address}/w/r/service_record/${one}`);
  const rail = page.getByRole("region", { name: zh["ask.rail"] });
  await button(page, "ask.rail.link").click();
  const link = await rail.locator("code").innerText();
  await rail.getByText(zh["ask.rail.unreached"]).waitFor();
  assert.match(link, /\/a#\d+\.[0-9a-f]{64}$/);

  // Its own unit does not answer for the served.
  const own = await page.context().newPage();
  await own.goto(link);
  await own.getByRole("radio", { name: "5" }).check();
  await own.getByRole("textbox", { name: zh["ask.who"] }).fill("虚构");
  await button(own, "ask.send").click();
  await own.getByRole("alert").getByText(/本单位发出/).waitFor();
  await own.close();

  const anybody = await visit.open(link);
  await anybody.getByText("虚构培训服务").waitFor();
  await visit.look(anybody);
  assert.doesNotMatch(await anybody.locator("main").innerText(), /800|只有本单位可见/);
  await anybody.getByRole("radio", { name: "5" }).check();
  await anybody.getByRole("textbox", { name: zh["ask.who"] }).fill("虚构人 028-0000 0000");
  await button(anybody, "ask.send").click();
  await anybody.getByRole("heading", { name: zh["ask.given"] }).waitFor();
  await anybody.reload();
  await anybody.getByRole("heading", { name: zh["ask.given"] }).waitFor();
  assert.equal(await button(anybody, "ask.send").count(), 0);
  await visit.settled(anybody);

  await page.reload();
  await rail.getByText(/凭链接答复（身份未核）/).waitFor();
  await rail.getByText(/虚构人 028-0000 0000/).waitFor();
  await page.getByRole("definition").getByText("经链接评价（身份未核）", { exact: true }).waitFor();
  await page.getByRole("definition").getByText("不能认定：经链接评价，身份未核；附服务对象签字的满意度表后计入").waitFor();
  await visit.look(page);
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/rated-by-link.png`, fullPage: true });

  // The signed sheet makes it the served party's word; that it came by a link stays.
  await page.goto(`${demo.address}/w/r/service_record/${one}/edit`);
  const folded = page.locator("details:not([open]) > summary", { hasText: "满意度" });
  if (await folded.count()) await folded.click();
  await page.getByLabel("满意度表（服务对象签字）", { exact: true }).first().setInputFiles({ name: "满意度.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n%%EOF\n") });
  await page.getByRole("button", { name: "满意度.pdf", exact: true }).waitFor();
  await page.getByRole("button", { name: zh["records.save"], exact: true }).click();
  await page.waitForURL(new RegExp(`/w/r/service_record/${one}$`));
  await page.getByRole("definition").getByText("计入：有服务对象签字的满意度表", { exact: true }).waitFor();
  await page.getByRole("definition").getByText("经链接评价（身份未核）", { exact: true }).waitFor();
  await visit.settled(page);
});
