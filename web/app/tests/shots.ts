/* Pictures of all pages, and of states that no address has: node shots.mjs FOLDER. Prints what it made. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { closeBrowser, texts, Visit, type Language, type Look, type Page } from "./browser.ts";
import { DEMO, Program } from "./program.ts";
import { readerOf, routes, sampleOf } from "./routes.ts";

const folder = process.argv[2]!;
const demo = await new Program(DEMO).start();
const visit = new Visit();
const desk = { width: 1440, height: 900 };
const small = { width: 1366, height: 768 };
const phone = { width: 390, height: 844 };

/* The window as its reader first sees it, or the whole page. */
async function take(page: Page, name: string, whole = false): Promise<void> {
  const path = join(folder, `${name}.png`);
  mkdirSync(join(path, ".."), { recursive: true });
  await page.screenshot({ path, fullPage: whole });
  console.log(path);
}

async function takeAll(language: Language): Promise<void> {
  const windows = new Map<string, Page>();
  for (const route of routes) {
    const reader = route.portal || route.open ? "" : readerOf(route);
    const page = windows.get(reader) ?? (reader ? await visit.enter(demo, reader, "/", { language }) : await visit.open(demo.address, { language }));
    windows.set(reader, page);
    for (const size of route.portal ? [desk, small, phone] : [desk, small]) {
      await page.setViewportSize(size);
      await page.goto(demo.address + sampleOf(route));
      await visit.settled(page);
      await take(page, `${language}/${size.width}/${route.name}`, size !== small);
    }
  }
}

/* The pages of business as the centre has them: its desk, deals by stage and in a list, what the search box finds, the kinds,
 * a signed deal, a new one from a demand, and that demand. */
async function takeWork(language: Language): Promise<void> {
  const page = await visit.enter(demo, "centre1", "/work", { language });
  // The first of these that its own unit may change.
  const first = (type: string, filter = "") =>
    page.evaluate(
      async ([at, query]) => {
        const read = async <T,>(path: string) => (await (await fetch(at + path)).json()) as T;
        for (const { id } of (await read<{ items: { id: number }[] }>(query!)).items) if ((await read<{ _may: string[] }>(`/${id}`))._may.includes("change")) return id;
        throw new Error("the demo has none");
      },
      [`/api/v1/records/${type}`, `?limit=100${filter}`],
    );
  const demand = await first("demand");
  const pages = { "centre-desk": "/", "deal-board": "/r/deal?view=board", "deal-list": "/r/deal", find: "/find?q=%E7%94%B5%E5%AD%90", "business-index": "/work", "deal-page": `/r/deal/${await first("deal", "&filter=state=signed")}`, "deal-new": `/r/deal/new?demand=${demand}`, "demand-page": `/r/demand/${demand}` };
  for (const [name, at] of Object.entries(pages))
    for (const size of [desk, small]) {
      await page.setViewportSize(size);
      await page.goto(`${demo.address}/w${at}`);
      await visit.settled(page);
      await take(page, `${language}/${size.width}/${name}`);
    }
}

/* States of the shell and of searches. */
async function takeStates(language: Language): Promise<void> {
  const t = texts[language];
  const look: Look = { language, ...desk };
  const state = (page: Page, name: string) => take(page, `${language}/states/${name}`);
  const link = await visit.open(await demo.link("city"), look);
  await visit.settled(link);
  await state(link, "link");
  const page = await visit.enter(demo, "officer", "/", look);
  for (const [name, at, told] of [
    ["not-found", "/nothing", t["common.missing"]],
    ["no-hits", "/patents?query=%E7%94%B5%E6%B1%A0%20zzzz", t["search.none"]],
    ["wrong-query", "/patents?query=%28", t["search.failed"]],
    ["no-query", "/patents", t["search.start.try"]],
  ] as const) {
    await page.goto(`${demo.address}/w${at}`);
    await page.getByText(told).first().waitFor();
    await state(page, name);
  }
  await page.goto(`${demo.address}/w/`);
  await visit.settled(page);
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await state(page, "keys");
  await page.keyboard.press("Escape");
  await page.goto(`${demo.address}/w/account`);
  await visit.settled(page);
  await page.getByLabel(t["signin.newPassword.new"]).fill("an invented sentence of some length");
  await page.getByLabel(t["signin.again.password"]).fill("an invented sentence of some length");
  await demo.stop();
  await page.getByRole("button", { name: t["signin.newPassword.save"] }).click();
  await page.getByText(t["shell.offline"], { exact: true }).waitFor();
  await state(page, "offline");
  demo.forward((ahead += 31 * 60));
  await demo.start();
  await page.getByText(t["shell.offline"], { exact: true }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: t["signin.newPassword.save"] }).click();
  await page.getByRole("dialog", { name: t["signin.again"] }).waitFor();
  await state(page, "expired");
}

/* Three for the README, in Chinese. */
async function takeForReadme(): Promise<void> {
  const look: Look = { width: 1280, height: 800 };
  for (const [name, reader, at] of [["desk", "officer", "/"], ["search", "officer", "/patents?query=%E7%94%B5%E6%B1%A0%20%E9%9A%94%E8%86%9C&lang=zh"]] as const)
    await take(await visit.enter(demo, reader, at, look), `readme/${name}`);
  const page = await visit.open(demo.address, look);
  await visit.settled(page);
  await take(page, "readme/portal");
}

/* Those of the manual's chapters (web/app/help), in Chinese. Their readers, and where. */
async function takeForHelp(): Promise<void> {
  const look: Look = { width: 1280, height: 800 };
  for (const [name, reader, at] of [
    ["work", "officer", "/"],
    ["deals", "centre1", "/r/deal?view=board"],
    ["patents", "officer", "/patents?query=%E7%94%B5%E6%B1%A0%20%E9%9A%94%E8%86%9C&lang=zh"],
    ["apply", "centre1", "/case/9/form"],
    ["city", "city", "/review/city"],
    ["province", "officer", "/review/province"],
    ["year", "officer", "/centres/1"],
    ["policies", "officer", "/policies/sc-yunying-2025"],
    ["people", "secadmin", "/people"],
    ["system", "sysadmin", "/system"],
    ["log", "auditadmin", "/log"],
    ["public", "", "/"],
  ] as const) {
    const page = reader ? await visit.enter(demo, reader, at, look) : await visit.open(demo.address, look);
    await visit.settled(page);
    const path = join(folder, "help", `${name}.jpg`);
    mkdirSync(join(path, ".."), { recursive: true });
    await page.screenshot({ path, type: "jpeg", quality: 60 });
    console.log(path);
  }
}

visit.expected.push(/400|401/); // of the states
let ahead = 0;
await takeForReadme();
await takeForHelp();
for (const language of ["zh", "en"] as Language[]) await takeAll(language);
for (const language of ["zh", "en"] as Language[]) await takeWork(language);
for (const language of ["zh", "en"] as Language[]) await takeStates(language);
for (const fault of new Set(visit.faults)) console.error(fault);
await visit.close();
await closeBrowser();
await demo.stop();
process.exit(0);
