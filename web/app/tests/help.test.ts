/* The manual: a chapter for each reader and page, its pictures and links, beside a page and on its own. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import zh from "../text/zh/index.ts";
import { sharedDemo } from "./program.ts";
import { readerOf, routes, sampleOf } from "./routes.ts";
import { test } from "./suite.ts";

const demo = sharedDemo();
const folder = join(process.env.ROOT!, "web/app/help");
const chapters = readdirSync(folder).filter((name) => name.endsWith(".md")).map((name) => name.replace(/^\d+-|\.md$/g, ""));

test("each chapter is reached from the contents, shows its pictures and leads to pages that exist", async (visit) => {
  const page = await visit.open(`${demo.address}/help`);
  await visit.settled(page);
  const listed = await page.locator(".help-readers a").evaluateAll((links) => [...new Set(links.map((link) => link.getAttribute("href")!.split("/").pop()!))]);
  assert.deepEqual(listed.sort(), [...chapters].sort());
  await visit.look(page);
  const patterns = routes.map((route) => new RegExp(`^/${route.portal ? "" : "w"}${route.path.replace(/\/:\w+\?/g, "(/[^/]+)?").replace(/:\w+/g, "[^/]+")}$`.replace("^//", "^/")));
  for (const chapter of chapters) {
    await page.goto(`${demo.address}/help/${chapter}`);
    await visit.settled(page);
    const { links, broken, pictures } = await page.locator(".help-text").evaluate(async (text) => {
      const images = [...text.querySelectorAll("img")];
      for (const image of images) {
        image.loading = "eager";
        await image.decode().catch(() => {});
      }
      return { links: [...text.querySelectorAll("a")].map((link) => link.getAttribute("href")!), pictures: images.length, broken: images.filter((image) => !image.naturalWidth).map((image) => image.alt) };
    });
    assert.deepEqual(broken, [], chapter);
    assert.ok(pictures === 1 || ["start", "import"].includes(chapter), chapter);
    for (const link of links) assert.ok(patterns.some((one) => one.test(link.replace(/^\./, ""))), `${chapter}: no page is at ${link}`);
  }
  await visit.look(page);
});

test("help on a page opens the chapter of that page", async (visit) => {
  const windows = new Map<string, Awaited<ReturnType<typeof visit.enter>>>();
  for (const route of routes.filter((one) => !one.portal && !one.open)) {
    const reader = readerOf(route);
    const page = windows.get(reader) ?? (await visit.enter(demo, reader, "/"));
    windows.set(reader, page);
    await page.goto(demo.address + sampleOf(route));
    await visit.settled(page);
    await page.getByRole("button", { name: zh["shell.help"], exact: true }).click();
    const sheet = page.getByRole("dialog", { name: zh["shell.help"] });
    await sheet.locator(".help-text").waitFor();
    const address = await sheet.getByRole("link", { name: zh["help.window"] }).getAttribute("href");
    assert.ok(chapters.includes(address!.split("/").pop()!), route.path);
  }
});
