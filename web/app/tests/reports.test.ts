/* The annual report of a centre: a draft says what is there, a filed one is read as it was filed. */
import assert from "node:assert/strict";
import { texts } from "./browser.ts";
import { sharedDemo } from "./program.ts";
import { test } from "./suite.ts";

const said = (text: string, values: Record<string, string | number>) => text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
const demo = sharedDemo();
const DRAFT = 189;
const FILED = [27, 191]; // closed; with the city, to be filed with the province

test("a report being written shows its numbers, and no section with an unknown one is complete", async (visit) => {
  for (const language of ["zh", "en"] as const) {
    const t = texts[language];
    const page = await visit.enter(demo, "officer", `/case/${DRAFT}/form`, { language });
    await page.locator(".annex-number").first().waitFor();
    const numbers = await page.locator(".annex-number").allInnerTexts();
    assert.ok(numbers.length > 50 && !numbers.some((text) => text.includes("尚缺")), numbers.join(" "));
    // All but what a person writes (自我评价) and the materials.
    assert.equal(await page.locator(".panes-nav small.section-done").count(), await page.locator(".panes-nav li").count() - 2);
    // Beside a number stands how many of its rows have a file, unless all have.
    const beside = async (indicator: string) => (await page.locator(`.annex-number:has(> * > [data-num=${indicator}])`).innerText()).replace(/\s+/g, " ");
    assert.equal(await beside("year_services"), `9次 ${said(t["form.num.proofs"], { n: 9, proofs: 0 })}`);
    assert.equal(await beside("duty_3"), `4件 ${said(t["form.num.proofs"], { n: 4, proofs: 1 })}`);
    assert.equal(await beside("year_deals"), "1件");
    assert.match(await page.locator(".panes-nav > p").innerText(), language === "zh" ? /^必填 3 项，已填 [0123] 项/ : /^[0123] of 3 required/);
    await (language === "zh" ? visit.look(page) : visit.read(page));
  }
});

test("a filed report is read as filed: its paper, its day, nothing to submit", async (visit) => {
  for (const language of ["zh", "en"] as const) {
    const t = texts[language];
    for (const id of FILED) {
      const page = await visit.enter(demo, "officer", `/case/${id}/form`, { language });
      await page.getByText(t["form.filed.tag"], { exact: true }).waitFor();
      await page.getByText(t["form.filed.on"], { exact: true }).first().waitFor();
      assert.equal(await page.getByRole("button", { name: t["form.foot.submit"] }).count(), 0);
      const text = await page.locator(".panes-paper").innerText();
      assert.ok(text.includes(id === 27 ? "2025" : "2026") && !text.includes("草稿") && !text.includes("尚缺"), text);
      const [pdf, word] = await page.locator(".panes-check a.button").evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
      assert.match(pdf!, new RegExp(`/cases/${id}/papers/\\d+/pdf$`));
      assert.match(word!, /docx$/);
      await (language === "zh" ? visit.look(page) : visit.read(page));
      await page.close();
    }
  }
});

test("a number of a filed report opens the records of now, for its day, and says so", async (visit) => {
  for (const language of ["zh", "en"] as const) {
    const t = texts[language];
    const page = await visit.enter(demo, "officer", `/case/${FILED[0]}/form`, { language });
    const number = page.locator(".filed-paper [data-num=year_services]");
    await number.waitFor();
    assert.equal(await number.innerText(), "11次");
    await page.locator(".filed-paper .annex-value", { has: page.locator("[data-num=year_services]") }).getByText(said(t["form.num.proofs.now"], { n: 11, proofs: 2 }), { exact: true }).waitFor();
    await number.click();
    const sheet = page.getByRole("dialog");
    await sheet.getByText(said(t["form.num.filed"], { day: "2025-12-06" }), { exact: true }).waitFor();
    await sheet.getByText(said(t["form.num.rows"], { n: 11, proofs: 2 })).waitFor(); // those of 2026 are not among them
    assert.equal(await sheet.locator(".num-rows li").count(), 11);
    await (language === "zh" ? visit.look(page) : visit.read(page));
    await sheet.locator(".num-rows a").first().click();
    await page.waitForURL("**/r/service_record/*");
    await visit.settled(page);
    await page.close();
  }
});

/* Cases whose policy lays out no form, with the person who files each. */
const UNLAID = [
  [146, "centre2"], // an application for a cultivation centre
  [141, "centre21"], // one for a demonstration base
] as const;

test("an application without a form of the policy shows what is handed in, and where each part is filled in", async (visit) => {
  for (const language of ["zh", "en"] as const) {
    const t = texts[language];
    for (const [id, person] of UNLAID) {
      const page = await visit.enter(demo, person, `/case/${id}/form`, { language });
      await page.locator(".paper h2", { hasText: "申报材料" }).first().waitFor();
      const states = await page.locator(".panes-nav li small").allInnerTexts();
      assert.ok(states.length > 2 && states.every((state) => state.trim()), states.join());
      assert.ok((await page.locator(".annex-value a, .annex-value button").count()) > 2);
      await (language === "zh" ? visit.look(page) : visit.read(page));
      await page.getByRole("button", { name: t["form.print"], exact: true }).click();
      await page.getByRole("dialog").locator("img").first().waitFor();
      await page.getByRole("button", { name: t["common.close"], exact: true }).last().click();
      await page.locator(".panes > footer .ant-btn-primary").click();
      await page.waitForURL(`**/case/${id}/submit`);
      await visit.settled(page);
      await page.getByRole("heading", { name: t["submit.answers"], exact: true }).waitFor();
      // All that would refuse it stands there before it is sent: what is not met, and what is not known.
      if (id === 141) assert.equal(await page.locator(".blocks li").count(), 2);
      await page.locator(".paper h2", { hasText: "申报材料" }).first().waitFor();
      await page.close();
    }
  }
});

test("a case without any form names the record, the entries and the materials that it is made of", async (visit) => {
  for (const language of ["zh", "en"] as const) {
    const t = texts[language];
    const page = await visit.enter(demo, "centre12", "/case/51/form", { language }); // the plan of services of a year
    await page.getByText(t["form.none"], { exact: true }).waitFor();
    const own = page.locator("section", { hasText: t["form.made.record"] }).first();
    assert.ok((await own.locator("dd a").count()) > 1);
    await (language === "zh" ? visit.look(page) : visit.read(page));
    await own.locator("dd a").first().click();
    await page.waitForURL("**/r/service_plan/*/edit?back=%2Fcase%2F51%2Fform");
    await visit.settled(page);
    await page.close();
  }
});
