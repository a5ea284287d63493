/* No page of any role of the demo shows a word of the program: an address of the API, a time as machines write it, a
 * name in snake_case, the number of a record, an id of a pack, a step, a state or a record type. Pages are reached as
 * people reach them: from the menu and by links, one of each kind. Such words stand out in Chinese; in English, where an id
 * such as "title" is a word like others, those are looked for that can be no English. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { texts, type Language, type Page } from "./browser.ts";
import { sharedDemo } from "./program.ts";
import { readerOf, routes, sampleOf } from "./routes.ts";
import { test } from "./suite.ts";

const demo = sharedDemo();

const people = ["officer", "leader", "city", "ipcentre", "finance", "auditor", "bank", "service", "expert", "company", "centre1", "staff37", "shanxi", "taiyuan", "sysadmin", "secadmin", "auditadmin"];

/* Ids that packs and types give: of packs, processes, states, steps, papers, criteria, fields … */
function idsOf(folder: string): string[] {
  const root = join(process.env.ROOT!, folder);
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml"))
    .flatMap((name) => [...readFileSync(join(root, name), "utf8").matchAll(/\b(?:id|name|code): ([a-z][a-z0-9_-]{3,})\b/g)].map(([, id]) => id!));
}
/* Some people sign in by a name that is an id, too. */
const names = new Set([...people, "centre"]);
const packs = readdirSync(join(process.env.ROOT!, "packs"));
const ids = [...new Set([...packs, ...idsOf("packs"), ...idsOf("types")])].filter((id) => !names.has(id));
const among = (some: string[]): string => `(?<![\\w@./-])(?:${some.join("|")})(?![\\w@/-]|\\.\\w)`;
const never = [
  String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d`,
  String.raw`api/v1\b`,
  String.raw`/(?:panels|cases|records|w)/\w+`,
  String.raw`(?:^|\s)#\d+`,
  String.raw`\b[a-z]+_[a-z_]+\b`,
];
const words: Record<Language, string> = {
  zh: [...never, among(ids)].join("|"),
  en: [...never, among([...packs.filter((id) => id.includes("-")), ...ids.filter((id) => /-.*\d|\d.*-/.test(id))])].join("|"),
};

/* Runs in the page. Texts of other languages and what is marked as words of the data are left out. */
function wordsIn([source, language]: readonly [string, string]): string[] {
  const found = new Set<string>();
  const word = new RegExp(source, "g");
  const apart = `[translate=no], [lang]:not(html, [lang^=${language}])`;
  const read = (text: string | null, where: string): void => {
    for (const { index, 0: hit } of (text ?? "").matchAll(word)) found.add(`${hit.trim()} in ${where}: ${text!.slice(Math.max(0, index - 60), index + 60)}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement!;
    if (!parent.closest(`script, style, textarea, noscript, ${apart}`)) read(node.nodeValue, `${parent.tagName.toLowerCase()}.${parent.className}`);
  }
  for (const element of document.body.querySelectorAll("[aria-label], [title], [placeholder]"))
    if (!element.closest(apart)) for (const name of ["aria-label", "title", "placeholder"]) read(element.getAttribute(name), name);
  return [...found];
}

const read = async (page: Page, language: Language, at: string): Promise<string[]> => (await page.evaluate(wordsIn, [words[language], language] as const)).map((one) => `${one} (${language} ${at})`);

interface Step {
  label: string;
  why: { message: string; missing?: { label: string; field_label?: string; who?: string; action_label?: string; title?: string } }[];
}

/* Whatever stands against the steps of the reader's cases, one of each process and stage: a page shows few of them. */
const obstaclesOf = (page: Page, language: Language): Promise<string[]> =>
  page.evaluate(async (spoken) => {
    const read = async (path: string): Promise<any[]> => ((await (await fetch(`api/v1/${path}`, { headers: { "Accept-Language": spoken } })).json()) as { items: any[] }).items;
    const kinds = new Map((await read("records/case?limit=500&fields=*")).map((one) => [`${one.process}/${one.stage}`, one.id as number]));
    const said: string[] = [];
    for (const id of kinds.values())
      for (const { why } of (await read(`cases/${id}/actions`)) as Step[])
        for (const { message, missing } of why) said.push(message, ...(missing ? [missing.label, missing.field_label ?? "", missing.who ?? "", missing.action_label ?? "", missing.title ?? ""] : []));
    return said;
  }, language);

/* Addresses of one kind differ in numbers and in what is filtered; the form of a record is that of a new one. */
const kindOf = (href: string): string => {
  const { pathname, searchParams } = new URL(href, demo.address);
  return pathname.replace(/\d+/g, "N").replace("/N/edit", "/new") + (searchParams.has("box") ? `?box=${searchParams.get("box")}` : "");
};

const english = new Set(["officer", "auditor", "company", "centre1", "sysadmin"]); // who see most kinds of pages
const asks = new Set(["officer", "company", "shanxi"]); // who sees most of the obstacles

const seen = new Set<string>(); // kinds of pages that show the same to everybody who may open them: one reader is enough
const differs = /^\/w\/((todo|r|calls|review\/\w+)?$|case\/N\/confirm|confirm)/;

for (const person of people)
  test(`the pages of ${person} show no word of the program`, async (visit) => {
    const page = await visit.enter(demo, person, "/");
    const own = new Set<string>();
    const found: string[] = [];
    const queue = ["/w/"];
    const visited: string[] = [];
    for (let href = queue.shift(); href; href = queue.shift()) {
      const kind = kindOf(href);
      const all = differs.test(kind) ? own : seen;
      if (all.has(kind)) continue;
      all.add(kind);
      await visit.move(page, href);
      visited.push(href);
      found.push(...(await read(page, "zh", href)));
      queue.push(...(await page.locator("a[href]").evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href))).filter((link) => link.startsWith(`${demo.address}/w/`)));
    }
    for (const language of asks.has(person) ? (["zh", "en"] as const) : [])
      for (const said of await obstaclesOf(page, language)) for (const [hit] of said.matchAll(new RegExp(words[language], "g"))) found.push(`${hit} in an obstacle: ${said}`);
    assert.ok(visited.length > 1);
    if (english.has(person)) {
      await page.evaluate(() => localStorage.setItem("zhiyun.language", "en"));
      await page.reload();
      await visit.settled(page);
      // Lists and forms of records say what the pages of the records say.
      for (const href of visited.filter((one) => !/^\/w\/r\/\w+(\/new)?$/.test(kindOf(one)))) {
        await visit.move(page, href);
        found.push(...(await read(page, "en", href)));
      }
    }
    assert.deepEqual([...new Set(found)], []);
  });

test("pages of the portal show no word of the program", async (visit) => {
  const found: string[] = [];
  for (const language of ["zh", "en"] as const) {
    const page = await visit.open(demo.address, { language });
    for (const route of routes.filter(({ portal }) => portal)) {
      await page.goto(demo.address + sampleOf(route));
      await visit.settled(page);
      found.push(...(await read(page, language, route.path)));
    }
  }
  assert.deepEqual([...new Set(found)], []);
});

/* Runs in the page: how often these words stand alone somewhere, at most so far and now. */
function standing(): [string, number, number][] {
  const counted = (): Map<string, number> => {
    const found = new Map<string, number>();
    const walker = document.createTreeWalker(document.querySelector("main") ?? document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.nodeValue!.trim();
      if (/^(未知|无|没有|无权查看|未填|未登记|还没有|暂无)$/.test(text)) found.set(text, (found.get(text) ?? 0) + 1);
    }
    return found;
  };
  const own = window as unknown as { most?: Map<string, number> };
  if (!own.most) {
    own.most = new Map();
    new MutationObserver(() => {
      for (const [text, n] of counted()) own.most!.set(text, Math.max(n, own.most!.get(text) ?? 0));
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
  }
  const now = counted();
  return [...own.most].map(([text, n]) => [text, n, now.get(text) ?? 0]);
}

test("no page says that something is unknown, or that there is none, before the answer is there", async (visit) => {
  const found: string[] = [];
  const pages = new Map<string, Page>();
  for (const route of routes.filter(({ portal, open }) => !portal && !open)) {
    const reader = readerOf(route);
    const page = pages.get(reader) ?? (await visit.enter(demo, reader, "/"));
    if (!pages.has(reader)) {
      let turn = 0; // answers come one after the other, so that each state between them is drawn
      await page.route("**/api/v1/**", async (asked) => {
        await new Promise((done) => setTimeout(done, 30 * (++turn % 12)));
        await asked.continue().catch(() => {});
      });
    }
    pages.set(reader, page);
    await page.goto(demo.address + sampleOf(route), { waitUntil: "commit" });
    await page.evaluate(standing);
    await visit.settled(page);
    for (const [text, most, now] of await page.evaluate(standing)) if (most > now) found.push(`${text}: ${most}, and then ${now} (${sampleOf(route)})`);
  }
  assert.deepEqual(found, []);
});

interface Line {
  uid: string;
  action: string;
  type?: string;
  verb: string;
  type_label?: string;
  detail?: string;
}

test("neither an entry of the log nor its receipt is told in names of the program", async (visit) => {
  const page = await visit.enter(demo, "auditadmin", "/receipts");
  const lines = await page.evaluate(async () => {
    const all: Line[] = [];
    for (let cursor = 0; ; ) {
      const got = (await (await fetch(`api/v1/log/entries?limit=500${cursor ? `&cursor=${cursor}` : ""}`, { headers: { "Accept-Language": "zh" } })).json()) as { items: Line[]; next: number | null };
      all.push(...got.items);
      if (!got.next) return all;
      cursor = got.next;
    }
  });
  assert.ok(lines.length > 500);
  const told = lines.flatMap(({ verb, type_label: label = "", detail = "" }) => [verb, label, detail].filter((text) => /^[a-z]|[a-z]+[_-][a-z]/.test(text)));
  assert.deepEqual([...new Set(told)], []);
  assert.ok(lines.every(({ verb }) => verb !== "记录"), "each verb of the demo has a word of its own");

  // Of each kind one receipt: six are kept on the page.
  const kinds = new Map(lines.map((one) => [`${one.action.split(" ")[0]} ${one.type}`, one.uid]));
  const found: string[] = [];
  for (const [kind, uid] of kinds) {
    const text = await page.evaluate(async (of) => (await fetch(`api/v1/receipts/${of}`)).text(), uid);
    await page.getByLabel(texts.zh["receipt.paste"]).fill(text);
    await page.locator(".rc-card.rc-good").first().waitFor();
    found.push(...(await read(page, "zh", kind)).filter((one) => !one.includes("tlog") && !one.includes("zhiyun")));
  }
  assert.ok(kinds.size > 20);
  assert.deepEqual([...new Set(found)], []);
});

test("what is open, not given, of a person or undecided is said so", async (visit) => {
  const zh = texts.zh;
  const officer = await visit.enter(demo, "officer", "/r/expert/3");
  const text = (page: Page) => page.locator("main").first().innerText();
  assert.match(await text(officer), new RegExp(zh["fields.never.end"]));
  assert.doesNotMatch(await text(officer), new RegExp(zh["fields.never"]));
  await visit.move(officer, `${demo.address}/w/objections/1`);
  await officer.locator(".tag", { hasText: zh["objections.secret"] }).waitFor();
  assert.doesNotMatch(await text(officer), /涉密/);
  // Late days and those within 30 days stand in the rail as in the list.
  await visit.move(officer, `${demo.address}/w/`);
  const days = officer.getByRole("region", { name: zh["desk.deadlines"] });
  await days.getByText("报送三季度进展", { exact: false }).first().waitFor();
  assert.equal(await days.getByText(zh["desk.deadlines.none"]).count(), 0);
  // Centres come before projects and bases.
  await visit.move(officer, `${demo.address}/w/centres?state=all`);
  const names = await officer.locator(".centres-table tbody a[href*='/centres/']").allInnerTexts();
  const centre = names.map((name) => /运营中心/.test(name));
  assert.ok(centre[0] && !centre.at(-1) && centre.lastIndexOf(true) < centre.indexOf(false), names.join());

  const company = await visit.enter(demo, "company", "/r/certificate/new");
  await company.getByText(zh["fields.never.limit"], { exact: true }).first().waitFor();
  const leader = await visit.enter(demo, "leader", "/case/180/confirm/revoke");
  await leader.getByText(zh["case.confirm.after"]).waitFor();
  assert.doesNotMatch(await text(leader), new RegExp(zh["records.noRight"]));
  const own = await visit.enter(demo, "centre1", "/case/188/form");
  assert.match(await text(own), /待定/);
  assert.doesNotMatch(await text(own), /尚不能确定|有关内容/);
});

test("a notice has its number on paper, and the register begins with centres", async (visit) => {
  const page = await visit.open(`${demo.address}/publicity/134`);
  await visit.settled(page);
  await page.emulateMedia({ media: "print" });
  await page.getByText("2026-000134", { exact: true }).and(page.locator(":visible")).first().waitFor();
  await page.emulateMedia({ media: "screen" });
  await page.goto(`${demo.address}/centres`);
  await visit.settled(page);
  const names = await page.locator("table.centres tbody strong").allInnerTexts();
  const centre = names.map((name) => /运营中心/.test(name));
  assert.ok(centre[0] && centre.lastIndexOf(true) < centre.indexOf(false), names.join());
});
