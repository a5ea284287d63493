/* Record types through their pages: of those that a unit's people make by hand three, drawn by the commit, all in `make check`. What
 * a form says must be filled in is filled in, and what it then refuses as well; the record is changed, and who has read it
 * before is told. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Schemas } from "../api/client.ts";
import { texts, type Page } from "./browser.ts";
import { ownDemo } from "./program.ts";
import { test } from "./suite.ts";

type Words = Record<string, string>; // of fields by name; of any that holds an organisation: party
type Field = Schemas["RecordField"] | Schemas["TableColumn"];

const demo = ownDemo();
const { zh } = texts;
const DAY = "2026-11-18"; // two days before the demo's
const DRAWN = 3;
let made = 0; // values, each another

let tokens: Promise<{ token: string }> | undefined;
async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const { token } = await (tokens ??= demo.json<{ token: string }>("user", "token", "centre1"));
  const answer = await fetch(`${demo.address}/api/v1/${path}`, { method, headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" }, body: body === undefined ? undefined : JSON.stringify(body) });
  return (await answer.json()) as T;
}

/* A text that the field takes. */
function wordFor(field: Field, words: Words): string {
  const { name, type, pattern } = field;
  const least = Number(field.min ?? 0);
  const n = ++made;
  if (words[name]) return words[name];
  if (type === "party") return words.party!;
  if (type === "patent" || type === "patents") return patentNumber(n);
  if (type === "percent") return words.percent ?? String(field.max ?? 100);
  if (type === "int") return /(^|_)year$/.test(name) ? String(2020 + n % 6) : String(Math.max(least, 1));
  if (type === "decimal" || type === "money") return String(least + n);
  if (type === "datetime" || /date$|^period$/.test(type)) return "min_date" in field && field.min_date === "today" ? "2026-12-18" : DAY;
  if (type === "phone") return `1380000${String(n).padStart(4, "0")}`;
  if (type === "email") return `nobody${n}@example.invalid`;
  if (type === "url") return `https://example.invalid/${n}`;
  if (type === "ipc") return "H01M10/052";
  if (pattern?.startsWith("[0-9a-f]{64}")) return String(n).padStart(64, "0");
  if (pattern?.includes("n{1,9}")) return `虚构${n}-{nnn}`;
  if (pattern?.startsWith("[a-z]")) return "training";
  if (pattern === "[A-Z]{3}") return "CNY";
  return `虚构${n}`;
}

/* A CN application number with its check digit. */
function patentNumber(n: number): string {
  const body = `2030100${String(n).padStart(5, "0")}`;
  const sum = [...body].reduce((total, digit, i) => total + Number(digit) * (2 + (i % 8)), 0);
  return `CN${body}.${"0123456789X"[sum % 11]}`;
}

/* Fills the controls of a field or of a cell as they are. */
async function fill(page: Page, at: ReturnType<Page["locator"]>, field: Field, words: Words): Promise<void> {
  const visible = (controls: string) => at.locator(controls).filter({ visible: true });
  if ("fields" in field && field.fields?.length) {
    const rows = Number(("min" in field && field.min) || 1);
    for (let row = 0; row < rows; row++) {
      if ((await at.locator("tbody tr").count()) <= row) await at.getByRole("button", { name: zh["fields.row.add"], exact: true }).click();
      const own = { ...words, percent: String(100 / rows), ...(row ? { party: words.other! } : {}) };
      for (const [i, column] of field.fields.entries()) if (column.required || column.type === "percent") await fill(page, at.locator("tbody tr").nth(row).locator("td").nth(i), column, own);
    }
  } else if (field.type === "file" || field.type === "files") {
    await at.locator("input[type=file]").setInputFiles({ name: "虚构.pdf", mimeType: "application/pdf", buffer: Buffer.from(`%PDF-1.4\n%${++made}\n%%EOF\n`) });
    await at.getByRole("button", { name: "虚构.pdf", exact: true }).waitFor();
  } else if (field.type === "region") {
    for (const [i, place] of ["510000", "510100", "510104"].entries()) if (i < (await visible("select").count())) await visible("select").nth(i).selectOption(place);
  } else if (field.type === "ref" || field.type === "refs") {
    await visible("[role=combobox]").fill(await nameOf(field.to!));
    await at.locator(".combo-list:not(.off) [role=option]:not(.combo-empty)").first().click();
  } else if (field.type === "bool" && (await visible(".segments button").count())) await visible(".segments button").first().click();
  else if (await visible("[type=radio], .field-choices [type=checkbox]").count()) await visible("[type=radio], .field-choices [type=checkbox]").first().check();
  else if (await visible("select").count()) {
    for (const one of await visible("select").all()) {
      await one.locator("option").nth(1).waitFor({ state: "attached" });
      await one.selectOption({ index: 1 });
    }
  } else {
    for (const one of await visible("input:not([type=checkbox], [type=time], [type=file]), textarea").all()) {
      await one.fill(wordFor(field, words));
      if (/^(texts|patents)$/.test(field.type)) await one.press("Enter");
      await one.press("Tab"); // a list that is open covers the next field
    }
  }
}

/* What names the first record of the type. */
async function nameOf(type: string): Promise<string> {
  const { title } = await ask<Schemas["RecordType"]>("GET", `types/${type}`);
  const { items } = await ask<{ items: Record<string, unknown>[] }>("GET", `records/${type}?limit=1&fields=${title}`);
  return String(items[0]?.[title!] ?? "");
}

const frameOf = (page: Page, { name, label }: Field) => page.locator(`xpath=//form//*[contains(concat(" ", @class, " "), " field ")][(self::div or self::fieldset)][(label | legend)[text()[1] = "${label?.zh ?? name}"]]`);

async function open(page: Page, field: Field) {
  const frame = frameOf(page, field);
  await frame.evaluate((one) => one.closest("details:not([open])")?.querySelector("summary")?.click());
  return frame;
}

const button = (page: Page, key: keyof typeof zh) => page.getByRole("button", { name: zh[key], exact: true });

/* Saves; what the form refuses is filled in, as long as it refuses other fields. */
async function save(page: Page, key: "records.enter" | "records.save", type: Schemas["RecordType"], words: Words): Promise<void> {
  for (let filled = ""; ; ) {
    await button(page, key).click();
    await page.waitForFunction(() => /\/\d+$/.test(location.pathname) || document.querySelector(".fault-summary, .form-notes [role=alert]"));
    if (/\/\d+$/.test(new URL(page.url()).pathname)) return;
    const refused = await page.locator(".fault-summary a").evaluateAll((all) => all.map((one) => one.getAttribute("href")!.split("/")[1]!));
    const said = await page.locator(".fault-summary, .form-notes").allInnerTexts();
    assert.ok(refused.length && refused.join() !== filled, `${type.name}: ${said.join(" ")}`);
    filled = refused.join();
    for (const field of type.fields.filter(({ name }) => refused.includes(name))) await fill(page, await open(page, field), field, words);
  }
}

/* Types that a manager of a unit makes and changes. */
async function choose(): Promise<string[]> {
  const { items } = await ask<{ items: { name: string; by_hand: boolean; may: string[] }[] }>("GET", "types");
  const names = items.filter(({ by_hand, may }) => by_hand && may.includes("create")).map(({ name }) => name);
  if (process.env.LONG) return names;
  const digest = (name: string) => createHash("sha256").update(`${process.env.DRAW}:${name}`).digest("hex");
  const drawn = names.sort((one, other) => (digest(one) < digest(other) ? -1 : 1)).slice(0, DRAWN);
  console.log(`# ${drawn.length} of ${names.length} record types, drawn by DRAW=${process.env.DRAW}: ${drawn.join(" ")}`);
  return drawn;
}

test("records of three types are made, changed, and changed by two", async (visit) => {
  visit.expected.push(/400|409/);
  const { credit_code: party, unit_name: unit } = await ask<{ credit_code: string; unit_name: string }>("GET", "session");
  const first = async (type: string, field: string) => String((await ask<{ items: Record<string, unknown>[] }>("GET", `records/${type}?limit=100&fields=${field}`)).items.find((one) => one[field])?.[field] ?? "");
  const other = await first("served_party", "credit_code");
  const patents = patentNumber(++made);
  await ask("POST", "records/patent_holding", { number: patents, type: "invention" });
  await ask("POST", "records/income_sharing", { title: "虚构分享", income: "1000.00", cost: "10.00", people_percent: "70.00" });
  await ask("POST", "records/topic_database", { name: "虚构专题库" });
  /* Of types whose rules look at other records. */
  const given: Record<string, Words> = {
    applicant: { name: unit },
    consortium_consent: { lead: other },
    fund_payment: { project_no: await first("project", "project_no") },
    fund_performance: { project_no: await first("project", "project_no"), year: (await first("project", "started")).slice(0, 4) },
    joint_claim: { number: await first("deal", "contract_no") },
    open_patent: { patents },
    provider_rating: { provider: other },
    school_cooperation: { school: "虚构大学", enterprise: "虚构企业" },
  };
  const page = await visit.enter(demo, "centre1", "/");
  const late = await visit.enter(demo, "centre1", "/");
  const failed: string[] = [];
  for (const name of await choose())
    try {
      await live(name);
    } catch (error) {
      if (!process.env.LONG) throw error;
      failed.push(`${name}: ${String(error)}`);
    }
  assert.equal(failed.join("\n"), "");

  async function live(name: string): Promise<void> {
    const type = await ask<Schemas["RecordType"]>("GET", `types/${name}`);
    const words = { party, other, ...given[name] };
    // Of one that a unit has once there is one in the demo.
    if (type.facts_shape === "object") for (const { id } of (await ask<{ items: { id: number }[] }>("GET", `records/${name}?fields=id`)).items) await ask("POST", `records/${name}/${id}/actions/end?reason=x`, {});
    await page.goto(`${demo.address}/w/r/${name}/new`);
    await visit.settled(page);
    for (const field of type.fields) if ((await frameOf(page, field).count()) && (given[name]?.[field.name] || (await frameOf(page, field).locator(":scope > * > .field-must", { hasText: zh["common.required"] }).count())))
        await fill(page, await open(page, field), field, words);
    await save(page, "records.enter", type, words);
    const at = page.url();
    if (type.states.find((one) => one.name === type.initial)?.locked === "all") return; // what is entered is reversed, not changed
    for (const one of [late, page]) {
      await one.goto(`${at}/edit`);
      await visit.settled(one);
    }
    const order = ["text", "long_text", "money", "int", "date", "known_date", "phone", "bool"];
    const there = await Promise.all(type.fields.map(async (field) => (order.includes(field.type) && !field.values && !field.choices && (!field.pattern || field.name === "pattern") && !field.number && !given[name]?.[field.name] && field.name !== "programme" && (await frameOf(page, field).count()) ? [field] : [])));
    const [field] = there.flat().sort((one, other) => order.indexOf(one.type) - order.indexOf(other.type));
    assert.ok(field, `${name}: nothing can be changed`);
    const values = [field.type === "int" ? "2011" : wordFor(field, words), field.type === "int" ? "2012" : wordFor(field, words)];
    for (const [i, one] of [page, late].entries()) {
      const frame = await open(one, field);
      if (field.type === "bool") await frame.locator(".segments button").nth(i).click();
      else await frame.locator("input, textarea").first().fill(field.type === "date" || field.type === "known_date" ? `2026-11-0${i + 1}` : values[i]!);
    }
    await save(page, "records.save", type, words);
    await visit.settled(page);
    const shown = field.type === "bool" ? zh["fields.yes"] : /date/.test(field.type) ? "2026-11-01" : field.type === "money" ? `${values[0]}.00` : values[0]!;
    assert.ok((await page.locator("main").innerText()).includes(shown), `${name}: ${shown} of ${field.name} is not shown`);
    await button(late, "records.save").click();
    await late.locator(".conflict", { hasText: field.label?.zh }).waitFor();
    await visit.read(late);
  }
});
