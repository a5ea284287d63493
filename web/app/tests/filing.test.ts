/* Handing in declares the lists complete that its numbers rest on: one tick, nothing typed. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { texts } from "./browser.ts";
import { newFolder, ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const demo = ownDemo();
const file = join(newFolder(), "报告（演示）.pdf");
writeFileSync(file, "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");

async function ask<T>(person: string, path: string): Promise<T> {
  const { token } = await demo.json<{ token: string }>("user", "token", person);
  const answer = await fetch(`${demo.address}/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` } });
  return (await answer.json()) as T;
}

/* Annual reports, with who files each. */
for (const [language, id, person] of [
  ["zh", 189, "centre2"],
  ["en", 190, "centre4"],
] as const)
  test(`one tick declares the lists of a report, and its numbers are known then, ${language}`, async (visit) => {
    const t = texts[language];
    const { party } = await ask<{ party: { credit_code: string } }>(person, `/cases/${id}`);
    const counted = () => ask<{ value: number | object }>(person, `/indicators/sc-yunying-2025/duty_1?party=${party.credit_code}`);
    const before = await counted();
    assert.equal(typeof before.value, "object", JSON.stringify(before).slice(0, 200)); // at least so many: nobody has said yet that activities are all there

    const page = await visit.enter(demo, person, `/case/${id}/form`, { language });
    await page.locator("[id$='written.0'] .annex-pen").click(); // what the guideline names
    await page.locator(".annex-editing textarea").fill("各项职责按计划履行（演示）");
    await page.keyboard.press("Escape");
    await page.locator(".annex-editing").waitFor({ state: "detached" });
    await page.goto(`${demo.address}/w/case/${id}/materials`);
    await visit.settled(page);
    const add = page.getByRole("button", { name: new RegExp(`^${t["materials.add"]} 2026`) }); // the report and the plan
    for (let left = await add.count(); left > 0; left--) {
      await add.first().click();
      const dialog = page.getByRole("dialog");
      await dialog.locator("input[type=file]").setInputFiles(file);
      await visit.settled(page);
      await dialog.getByRole("button", { name: t["form.edit.done"], exact: true }).click();
      await dialog.waitFor({ state: "detached" });
      await visit.settled(page);
    }
    await page.goto(`${demo.address}/w/case/${id}/submit`);
    await visit.settled(page);
    const lists = page.locator("section", { has: page.getByRole("heading", { name: t["submit.lists"], exact: true }) });
    assert.ok((await lists.locator("dd a").count()) > 5);
    await lists.getByText("2026-12-31").waitFor();
    await (language === "zh" ? visit.look(page) : visit.read(page));
    if (language === "en") await page.getByRole("radio").nth(1).check(); // to the province before the city
    const button = page.locator(".form-foot .ant-btn-primary");
    assert.ok(await button.isDisabled());
    await lists.getByRole("checkbox", { name: t["submit.lists.tick"], exact: true }).check();
    await button.click();
    await page.getByRole("heading", { name: t["submit.done"], level: 1 }).waitFor();
    assert.equal((await ask<{ stage: string }>(person, `/cases/${id}`)).stage, language === "en" ? "with-province" : "with-city");
    const after = await counted();
    assert.equal(typeof after.value, "number", JSON.stringify(after).slice(0, 200));
    const stated = await ask<{ items: { list: string; up_to: string; stated_by: string }[] }>(person, "/records/list_statement?fields=*&limit=100&filter=list%3Dactivities");
    assert.deepEqual(stated.items.map(({ up_to }) => up_to), ["2026-12-31"]);
    assert.match(stated.items[0]!.stated_by, /运营中心/);
  });
