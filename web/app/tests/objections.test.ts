/* An objection from the portal to its answer: in one's own name with a file, without a name, and by somebody who has signed in;
 * the office settles each on its page, which says what follows for the list. Clicks and texts are printed. */
import assert from "node:assert/strict";
import { texts, type Page, type Visit } from "./browser.ts";
import { Hand } from "./hand.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();
const { zh, en } = texts;

const PARTY = "攀枝花雁行特色农业运营中心（演示）"; // on a list that is public from 2026-11-17 to 2026-11-23
const CASE = 134;
const MIDNIGHT = 3 * 86_400 + 12 * 3600; // s from noon of 2026-11-20 to the end of the last day
const PDF = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

interface Said {
  objector?: string; // absent: anonymous
  ground: string;
  file?: string;
}

/* From the first page of the portal to the form of the list. */
async function toForm(hand: Hand): Promise<void> {
  await hand.click("link", zh["portal.nav.publicity"]);
  hand.clicks++;
  await hand.page.locator(".notice-row", { hasText: PARTY }).locator('a[href*="#object"]').click();
  await hand.page.getByRole("form", { name: zh["portal.object.do"] }).waitFor();
}

async function fill(hand: Hand, { objector, ground, file }: Said): Promise<void> {
  if (objector) {
    await hand.type(new RegExp(`^${zh["portal.object.objector"]}`), objector);
    await hand.type(new RegExp(`^${zh["portal.object.contact"]}`), "13800000000");
  } else {
    hand.clicks++;
    await hand.page.getByLabel(zh["portal.object.unnamed"]).check();
  }
  await hand.type(new RegExp(`^${zh["portal.object.ground"]}`), ground);
  await hand.type(new RegExp(`^${zh["portal.object.content"]}`), `虚构的事实：${ground}`);
  if (file) {
    hand.clicks++;
    await hand.page.locator('input[type="file"]').setInputFiles({ name: file, mimeType: "application/pdf", buffer: Buffer.from(PDF) });
  }
}

interface Taken {
  number: string;
  code: string;
}

async function send(hand: Hand): Promise<Taken> {
  await hand.click("button", zh["portal.object.do"]);
  await hand.page.getByText(zh["portal.object.made"]).waitFor();
  const [number, code] = await hand.page.locator(".object dd.mono").allInnerTexts();
  assert.match(number!, /^2026-\d{6}$/);
  return { number: number!, code: code! };
}

/* What its objector reads of it. */
async function answerTo({ number, code }: Taken, visit: Visit, language: "zh" | "en" = "zh"): Promise<Page> {
  const t = texts[language];
  const page = await visit.open(`${demo.address}/`, { language });
  const hand = new Hand(page, visit);
  await hand.click("link", t["portal.object.page"]);
  await hand.type(t["portal.object.number"], number);
  await hand.type(t["portal.object.code"], code);
  await hand.click("button", t["portal.object.look"]);
  return page;
}

const taken: Record<"named" | "anonymous" | "signedIn", Taken> = { named: { number: "", code: "" }, anonymous: { number: "", code: "" }, signedIn: { number: "", code: "" } };

test("in one's own name with a file, from the first page of the portal", async (visit) => {
  const page = await visit.open(`${demo.address}/`);
  const hand = new Hand(page, visit);
  await toForm(hand);
  await fill(hand, { objector: "虚构某人", ground: "虚构：业绩重复申报", file: "证据.pdf" });
  taken.named = await send(hand);
  console.log(`# in one's own name: ${hand.clicks} clicks, ${hand.entries} texts`);
  assert.ok(hand.clicks <= 4, String(hand.clicks));
  await visit.look(page);
  const receipt = page.waitForEvent("download");
  await page.getByRole("link", { name: zh["portal.object.receipt"] }).click();
  assert.equal(await (await receipt).failure(), null);
  const answer = await answerTo(taken.named, visit);
  await answer.getByText(zh["portal.object.open"]).waitFor();
  await answer.getByText("证据.pdf").waitFor();
  await answer.locator('input[type="file"]').setInputFiles({ name: "补充.pdf", mimeType: "application/pdf", buffer: Buffer.from(PDF.replace("Catalog", "Catalog/Lang(zh)")) });
  await answer.locator("dd", { hasText: "补充.pdf" }).waitFor();
  await visit.look(answer);
  await visit.magnify(answer);
});

test("without a name, and by somebody who has signed in", async (visit) => {
  const page = await visit.open(`${demo.address}/`);
  const hand = new Hand(page, visit);
  await toForm(hand);
  await fill(hand, { ground: "虚构：单位名称有误" });
  taken.anonymous = await send(hand);
  console.log(`# without a name: ${hand.clicks} clicks, ${hand.entries} texts`);

  const own = await visit.enter(demo, "centre1", "/");
  await own.goto(`${demo.address}/`);
  const signed = new Hand(own, visit);
  await toForm(signed);
  await fill(signed, { objector: "虚构另一人", ground: "虚构：场地不符", file: "场地.pdf" });
  taken.signedIn = await send(signed);
  assert.equal(await own.getByRole("alert").count(), 0); // the file was taken, too
});

test("a minute after the last day it is refused, and what was typed stays", async (visit) => {
  visit.expected.push(/400/);
  demo.forward(MIDNIGHT - 120);
  const page = await visit.open(`${demo.address}/`);
  const hand = new Hand(page, visit);
  await toForm(hand);
  await fill(hand, { ground: "虚构：迟到" });
  demo.forward(MIDNIGHT + 60);
  await page.getByRole("button", { name: zh["portal.object.do"], exact: true }).click();
  const alert = page.getByRole("alert");
  await alert.waitFor();
  console.log(`# late: ${await alert.innerText()}`);
  assert.match(await alert.innerText(), /2026-11-23/);
  assert.equal(await page.getByLabel(new RegExp(`^${zh["portal.object.ground"]}`)).inputValue(), "虚构：迟到");
  await page.reload();
  await page.getByText(zh["portal.object.closed"]).waitFor();
});

/* Settles the open one of this ground from the list; says how. */
async function settle(visit: Visit, ground: string, upheld: boolean): Promise<Page> {
  const page = await visit.enter(demo, "officer", "/");
  const hand = new Hand(page, visit);
  await hand.click("link", zh["objections.title"]);
  hand.clicks++;
  await page.locator("tbody tr", { hasText: ground }).getByRole("link", { name: /^2026-/ }).click();
  await visit.settled(page);
  await page.getByText(zh["objections.effect.open"]).waitFor();
  await visit.look(page);
  await hand.click("button", zh[upheld ? "fields.yes" : "fields.no"]);
  await hand.type(/^处理情况/, "虚构：已向当事人核实");
  await hand.type(/^处理结论/, upheld ? "虚构：经核实，异议成立。" : "虚构：经核实，异议不成立。");
  await hand.type(new RegExp(`^${zh["case.input.reason"]}`), "虚构的理由");
  await hand.type(new RegExp(`^${zh["case.input.basis"]}`), "虚构的依据");
  await page.reload(); // what was typed is kept
  await visit.settled(page);
  assert.equal(await page.getByLabel(/^处理情况/).first().inputValue(), "虚构：已向当事人核实");
  await hand.click("button", "办结异议");
  await page.getByText(zh[upheld ? "objections.effect.upheld" : "objections.effect.dismissed"]).waitFor();
  await visit.settled(page);
  console.log(`# settled: ${hand.clicks} clicks, ${hand.entries} texts`);
  assert.ok(hand.clicks <= 4, String(hand.clicks));
  return page;
}

test("the office settles each on its page; until then nothing is decided on the party", async (visit) => {
  const english = await visit.enter(demo, "officer", "/objections", { language: "en" });
  assert.equal(await english.locator("tbody tr", { hasText: en["objections.open"] }).count(), 3);
  await english.getByText(en["objections.period.over"]).first().waitFor();
  await visit.look(english);
  await visit.magnify(english);
  await english.getByRole("link", { name: taken.named.number }).click();
  await visit.settled(english);
  for (const said of ["虚构某人", "13800000000", "证据.pdf", "补充.pdf"]) await english.getByText(said).first().waitFor();
  await visit.look(english);
  await visit.magnify(english);
  await english.close();

  let page = await settle(visit, "虚构：业绩重复申报", false);
  await page.getByText(zh["objections.effect.others"].replace("{n}", "2")).waitFor();
  await page.close();
  page = await settle(visit, "虚构：单位名称有误", false);
  await page.close();
  page = await settle(visit, "虚构：场地不符", true);
  // Upheld: nobody is recognised, and the way to refuse begins here.
  await page.locator(".case-action-shut", { hasText: "正式认定" }).getByText(/异议成立/).waitFor();
  await page.getByRole("button", { name: `${zh["case.do"]} 不予认定` }).click();
  await page.waitForURL(/\/case\/134\?do=refuse$/);
  await page.getByRole("dialog", { name: "不予认定" }).waitFor();
});

test("who objected reads the answer; the public list says that the party is off it", async (visit) => {
  const named = await answerTo(taken.named, visit);
  for (const said of [zh["portal.object.result.dismissed"], "虚构：经核实，异议不成立。"]) await named.getByText(said).waitFor();
  assert.equal(await named.getByText("已向当事人核实").count(), 0); // what is internal
  const signed = await answerTo(taken.signedIn, visit, "en");
  for (const said of [en["portal.object.result.upheld"], "虚构：经核实，异议成立。"]) await signed.getByText(said).waitFor();
  await visit.look(signed);
  await signed.goto(`${demo.address}/publicity/${CASE}`);
  await signed.locator("tr.removed", { hasText: PARTY }).waitFor();
  // Nobody below the province has these pages.
  const city = await visit.enter(demo, "city", "/");
  assert.equal(await city.getByRole("link", { name: zh["objections.title"], exact: true }).count(), 0);
});
