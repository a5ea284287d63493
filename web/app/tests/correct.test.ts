/* A decision is corrected, and a centre renamed by its document, each by two persons at their pages; who has the old
 * certificate, and who searches for the old name, hears of it. */
import assert from "node:assert/strict";
import { texts, type Page, type Visit } from "./browser.ts";
import { Hand } from "./hand.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();
const { zh } = texts;
const FIRST = "四川省电子信息产业知识产权运营中心";
const CORRECTED = "四川省电子信息与软件产业知识产权运营中心";
const RENAMED = "四川省数字产业知识产权运营中心";
const [REASON, BASIS] = [new RegExp(`^${zh["case.input.reason"]}`), new RegExp(`^${zh["case.input.basis"]}`)];
const [CORRECT, RENAME] = ["更正决定", "登记更名"];

interface Paper {
  id: number;
  paper: string;
  number?: string;
  version: number;
  digest: string;
  superseded_by?: number;
}

const read = <T>(page: Page, path: string) => page.evaluate(async (at) => (await (await fetch(at)).json()) as T, `${demo.address}/api/v1${path}`);

/* A picture of each page, where they are asked for. */
async function look(visit: Visit, page: Page, name: string): Promise<void> {
  await visit.look(page);
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/${name}.png`, fullPage: true });
}

test("two correct a decision and enter a new name by its document; certificate, register and search follow", async (visit) => {
  const officer = new Hand(await visit.enter(demo, "officer", "/centres"), visit, "officer");
  await officer.page.getByLabel(zh["centres.find"]).fill("电子信息");
  await officer.page.keyboard.press("Enter");
  await visit.settled(officer.page);
  await officer.click("link", FIRST, officer.page.locator(".centres-table"));
  const card = new URL(officer.page.url()).pathname.replace("/w", "");
  const address = await officer.page.getByRole("link", { name: zh["centres.rename"] }).getAttribute("href");
  const id = Number(/case\/(\d+)/.exec(address!)![1]);
  const papers = async () => (await read<{ items: Paper[] }>(officer.page, `/cases/${id}/papers`)).items;
  const before = await papers();

  // Corrected: the decision as it stands is before the officer, and before the second beside what it will say.
  await officer.page.goto(`${demo.address}/w/case/${id}`);
  await visit.settled(officer.page);
  await officer.click("button", `${zh["case.propose"]} ${CORRECT}`);
  const dialog = officer.page.getByRole("dialog");
  assert.equal(await dialog.getByLabel("认定名称").inputValue(), FIRST);
  await officer.type("认定名称", CORRECTED, dialog);
  await officer.type(REASON, "决定漏写“与软件”", dialog);
  await officer.type(BASIS, "虚构的工作规则", dialog);
  await look(visit, officer.page, "correct");
  await officer.click("button", zh["case.propose.verb"].replace("{action}", CORRECT), dialog);
  await officer.page.getByRole("button", { name: zh["case.proposal.withdraw"] }).waitFor();

  const leader = new Hand(await visit.enter(demo, "leader", "/todo"), visit, "leader");
  await leader.page.goto(`${demo.address}/w/case/${id}`);
  await visit.settled(leader.page);
  await leader.click("link", zh["case.proposal.look"]);
  const change = leader.page.locator("tr", { hasText: "认定名称" });
  assert.match(await change.innerText(), new RegExp(`${FIRST}\\s+${CORRECTED}`));
  assert.equal(await leader.page.locator("section", { has: leader.page.getByText(zh["case.confirm.after"]) }).locator("tbody tr").count(), 1, "what stays is no change");
  await look(visit, leader.page, "correct-confirm");
  await leader.click("checkbox", zh["case.confirm.tick"]);
  await leader.click("button", zh["case.confirm.verb"].replace("{action}", CORRECT));
  await leader.page.waitForURL(new RegExp(`/case/${id}$`));

  const corrected = await papers();
  const again = corrected.filter(({ id }) => !before.some((one) => one.id === id));
  assert.ok(again.length > 1 && again.every(({ version }) => version === 2), JSON.stringify(again));
  assert.deepEqual(again.map(({ number }) => number), again.map(({ paper }) => before.find((one) => one.paper === paper)!.number));
  await officer.page.goto(`${demo.address}/w/case/${id}/papers`);
  await visit.settled(officer.page);
  await look(visit, officer.page, "papers");

  // Renamed: from the card, by the document.
  await officer.page.goto(`${demo.address}/w${card}`);
  await visit.settled(officer.page);
  await officer.page.getByRole("heading", { level: 1, name: CORRECTED }).waitFor();
  await officer.click("link", zh["centres.rename"]);
  const window = officer.page.getByRole("dialog");
  await officer.type(/^认定名称/, RENAMED, window);
  await officer.type(/^更名日期/, "2026-11-18", window);
  await officer.type(/^更名文件文号/, "虚编办〔2026〕7号", window);
  await officer.attach();
  await officer.type(REASON, "机构更名", window);
  await officer.type(BASIS, "虚构的更名文件", window);
  await look(visit, officer.page, "rename");
  await officer.click("button", zh["case.propose.verb"].replace("{action}", RENAME), window);
  await officer.page.getByRole("button", { name: zh["case.proposal.withdraw"] }).waitFor();
  await leader.page.goto(`${demo.address}/w/case/${id}/confirm/rename`);
  await visit.settled(leader.page);
  await look(visit, leader.page, "rename-confirm");
  await leader.click("checkbox", zh["case.confirm.tick"]);
  await leader.click("button", zh["case.confirm.verb"].replace("{action}", RENAME));
  await leader.page.waitForURL(new RegExp(`/case/${id}$`));

  await officer.page.goto(`${demo.address}/w${card}`);
  await visit.settled(officer.page);
  await officer.page.getByRole("heading", { level: 1, name: RENAMED }).waitFor();
  await officer.page.getByText(`${CORRECTED}（至2026-11-18，虚编办〔2026〕7号）`).waitFor();
  await look(visit, officer.page, "card");
  Hand.tell("correction and new name");

  // Anybody: the register by the former name, the certificate in hand.
  const portal = await visit.open(`${demo.address}/centres?q=${encodeURIComponent("电子信息与软件")}`);
  await portal.getByText(RENAMED).first().waitFor();
  await portal.getByText(new RegExp(`曾用名：${CORRECTED}`)).waitFor();
  await look(visit, portal, "register");
  const { number } = (await read<{ items: { name: string; number: string }[] }>(portal, `/public/centres?q=${encodeURIComponent(RENAMED)}`)).items[0]!;
  await portal.goto(`${demo.address}/cert/${encodeURIComponent(number)}`);
  await portal.getByText(zh["cert.renamed.text"]).waitFor();
  await portal.getByText(`认定名称：“${CORRECTED}”改为“${RENAMED}”`).waitFor();
  await look(visit, portal, "certificate");
});
