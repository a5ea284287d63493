/* Expert reviews of cases that are in no call: an application of a demonstration base, the acceptance of a cultivation project. */
import assert from "node:assert/strict";
import { texts, type Page, type Visit } from "./browser.ts";
import { Hand } from "./hand.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const { zh } = texts;
const demo = ownDemo();

interface Way {
  person: string;
  case: number;
  step: string; // that waits for the panel
  heads: Record<string, string>; // of the policy, with the weight that the office gives
}

/* From the list and from the obstacle to the form; recorded; the step is taken. */
async function walk(visit: Visit, { person, case: id, step, heads }: Way): Promise<Page> {
  const page = await visit.enter(demo, person, "/review/meeting");
  const hand = new Hand(page, visit);
  const row = page.locator(".meeting-apart li", { has: page.locator(`a[href$="/case/${id}"]`) });
  await row.getByRole("link", { name: zh["meeting.record"] }).waitFor();
  await visit.look(page);
  await page.goto(`${demo.address}/w/case/${id}`);
  await visit.settled(page);
  const shut = page.locator(".case-action-shut", { has: page.getByRole("heading", { name: step, exact: true }) });
  await visit.look(page);
  await hand.click("link", zh["meeting.record"], shut);
  await page.waitForURL(new RegExp(`/review/meeting\\?cases=${id}$`));
  await visit.settled(page);
  await page.getByLabel(new RegExp(`^${zh["meeting.day"]}`)).first().fill("2026-11-20");
  await page.getByLabel(new RegExp(`^${zh["meeting.basis"]}`)).first().fill("虚构的评审工作方案");
  const experts = ["专家甲（演示）", "专家乙（演示）"];
  for (const one of experts) await hand.click("checkbox", one);
  await page.locator('input[type="file"]').first().setInputFiles({ name: "评分表.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n%%EOF\n") });
  await page.getByText("评分表.pdf").first().waitFor();
  await visit.settled(page);
  // The heads are the policy's; it gives no weights, and none is proposed.
  const weights = page.locator(".meeting-weights label");
  assert.deepEqual((await weights.allInnerTexts()).map((text) => text.trim()), Object.keys(heads));
  for (const input of await weights.locator("input").all()) assert.equal(await input.inputValue(), "");
  await page.locator(".meeting-foot", { hasText: zh["meeting.lacks.weights"] }).waitFor();
  for (const [head, weight] of Object.entries(heads)) await weights.filter({ hasText: head }).locator("input").fill(weight);
  const points = page.locator(".meeting-points tbody input[inputmode=decimal]");
  assert.equal(await points.count(), Object.keys(heads).length * experts.length);
  for (const one of await points.all()) await one.fill("84");
  await page.locator(".meeting-points tbody").getByText("84.00").waitFor();
  await page.getByLabel(new RegExp(`^${zh["review.reason"]} `)).fill("虚构：专家组一致同意");
  await visit.look(page);
  await hand.click("button", zh["meeting.do"].replace("{n}", "1"));
  await page.waitForURL(new RegExp(`/case/${id}(/|$)`));
  await visit.settled(page);
  // The case is past its obstacle: the step is open, and is taken.
  await hand.click("button", `${zh["case.do"]} ${step}`);
  await page.getByRole("dialog").getByLabel(zh["case.input.reason"]).fill("虚构：按专家组意见");
  await page.getByRole("dialog").getByRole("button", { name: step, exact: true }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await visit.settled(page);
  assert.equal(await page.getByRole("link", { name: zh["meeting.record"] }).count(), 0);
  return page;
}

test("an application of a demonstration base goes from its obstacle to the panel, is reviewed by the heads of the draft, and goes on", async (visit) => {
  const heads = { 知识产权优势明显: "20", 较完善的知识产权管理制度: "16", 较强的科研实力和科研技术中试基础: "16", 知识产权市场化流转能力强: "16", 创新研发和市场转化的特色明显: "16", 区域或领域的创新转化辐射带动效应突出: "16" };
  const page = await walk(visit, { person: "ipcentre", case: 142, step: "专家评审通过", heads });
  await page.getByText("已专家评审").first().waitFor();
  await visit.look(page);
});

test("the acceptance of a cultivation project goes to a panel by the two heads of the document, and its opinion is recorded", async (visit) => {
  const page = await walk(visit, { person: "officer", case: 71, step: "记录专家验收意见", heads: { 项目实施情况: "50", 绩效目标完成情况: "50" } });
  const accept = page.locator(".case-action", { has: page.getByRole("heading", { name: "验收通过", exact: true }) });
  assert.doesNotMatch(await accept.innerText(), /专家组/); // what it lacks is no panel
  await visit.look(page);
});
