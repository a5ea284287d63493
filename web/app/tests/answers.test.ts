/* A need of a firm: what answers it among patents, supplies, sites, funds and parties; what was kept goes into a deal. */
import assert from "node:assert/strict";
import { texts } from "./browser.ts";
import { Hand } from "./hand.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

const { zh } = texts;
const demo = ownDemo();

test("a need is matched with supplies, funds, sites and parties; what is kept fills the deal", async (visit) => {
  const page = await visit.enter(demo, "centre1", "/r/demand");
  const hand = new Hand(page, visit, "centre");
  await hand.click("link", /车载毫米波雷达天线降副瓣/, page.locator("main"));
  await hand.click("link", new RegExp(`^${zh["match.open"]}|^${zh["match.title"]}`), page.locator("main"));
  await page.waitForURL(/\/match\?/);
  await hand.settled();
  await hand.click("button", new RegExp(`^${zh["match.go"]}`), page.locator("main"));
  await page.locator(".hit-tick input").first().check();
  const seen: Record<string, string[]> = {};
  for (const kind of ["site", "fund", "supply", "party"] as const) {
    const tab = kind === "supply" || kind === "party" ? "offers" : kind;
    await hand.click("link", zh[`match.what.${tab}`]);
    await page.waitForURL(new RegExp(`of=${tab}`));
    await hand.settled();
    await visit.read(page);
    seen[kind] = await page.getByRole("region", { name: zh[`match.what.${kind}`], exact: true }).locator(".hit h3").allInnerTexts();
    if (kind === "supply") {
      assert.match(seen[kind][0]!, /毫米波天线专利包/);
      await page.getByText(zh["match.agrees"].replace("{names}", "产业领域、地区")).first().waitFor();
      await hand.click("checkbox", /^采用 毫米波/);
    }
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/needs-${kind}.png`, fullPage: true });
  }
  assert.match(seen.party![0]!, /德阳川岳通信/);
  assert.ok(!seen.party!.some((name) => /弈衡/.test(name)), "who needs it does not answer");
  await hand.click("checkbox", `采用 ${seen.party![0]!}`);
  // A fund is not taken; it stays so, for this need alone.
  await hand.click("link", zh["match.what.fund"]);
  const first = page.locator(".hit").first();
  const dropped = await first.locator("h3").innerText();
  await hand.click("button", zh["match.reject"], first);
  await hand.click("button", zh["match.reject.far"], first);
  await page.reload();
  await hand.settled();
  await page.locator(".hit.off", { hasText: dropped }).waitFor();

  await hand.click("link", zh["match.deal"]);
  await page.waitForURL(/\/r\/deal\/new/);
  await hand.settled();
  await visit.read(page);
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/needs-deal.png`, fullPage: true });
  const form = page.locator("main");
  for (const text of [seen.party![0]!]) await form.locator(`input[value="${text}"]`).or(form.getByText(text)).first().waitFor();
});
