/* An obstacle that a page can remove leads to that page. Every code has a row in api/obstacles.ts; each kind that the policies can
 * produce (tests/packs/obstacles.txt, which src/case/source_test.c keeps) leads somewhere or is told here with why no page removes
 * it; of those that the demo's people meet, one of each kind is clicked. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { obstacles, placeOf, type Obstacle, type Place } from "../api/obstacles.ts";
import { texts, type Page } from "./browser.ts";
import { sharedDemo } from "./program.ts";
import { routes } from "./routes.ts";
import { test } from "./suite.ts";

const demo = sharedDemo();
const zh = texts.zh;
const read = (name: string) => readFileSync(join(process.env.ROOT!, name), "utf8");

/* Kinds that no page removes where the step itself, another person or time alone does. */
const none: Readonly<Record<string, string>> = {
  "stage asked case": "the case is closed, or nothing leads on from its stage",
  "opinion asked case": "who was asked gives the opinion from the own 待办; the case can be urged meanwhile",
  "object asked case": "the step itself is sent with it",
  "criterion asked application": "the step itself is sent with it",
  "when asked review_round": "the step itself is sent with it",
};

/* The workbench page of an address. */
const pageOf = (to: string) => {
  const path = to.split("?")[0]!;
  const fits = (route: string) => new RegExp(`^${route.replace(/\/:\w+\?/g, "(?:/[^/]+)?").replace(/:\w+/g, "[^/]+")}$`).test(path);
  return routes.filter(({ portal, open }) => !portal && !open).sort((a, b) => (a.path.match(/:/g)?.length ?? 0) - (b.path.match(/:/g)?.length ?? 0)).find((route) => fits(route.path));
};

test("every code of an obstacle has a row", () => {
  const codes = [...read("src/matter/obstacles.h").matchAll(/WHY\(\w+,\s*"(\w+)"/g)].map(([, code]) => code!);
  assert.deepEqual(Object.keys(obstacles).sort(), [...new Set(codes)].sort());
});

test("each kind of obstacle of every policy leads to a page that some role has, or is told with why not", async (visit) => {
  const page = await visit.enter(demo, "officer", "/");
  const kinds = read("tests/packs/obstacles.txt").split("\n").filter(Boolean).map((line) => line.split("\t") as [string, string, string, string]);
  assert.ok(kinds.length > 60);
  const bad: string[] = [];
  const entered = new Set<string>();
  for (const [code, via, type, name] of kinds) {
    const missing: Obstacle["missing"] = {
      record_type: type, label: "a", may: via === "new" || via === "change",
      ...(via === "change" || via === "action" ? { record: 1, title: "a" } : {}),
      ...(via === "step" ? { process: "p", action: "other" } : via === "process" ? { process: name, action: "other" } : via === "asked" ? { process: "p", action: "own" } : {}),
      by: via === "action" ? `POST /api/v1/records/${type}/1/actions/${name}` : name,
    };
    const place = placeOf({ code, message: "", missing }, { id: 1, process: "p", action: "own", open: ["other"], pages: () => true, back: "/" });
    const kind = [code, via, type].join(" ");
    if (place && !pageOf(place.to)) bad.push(`${kind}: no page has ${place.to}`);
    if (!place && typeof obstacles[code] !== "string" && !none[kind]) bad.push(`${kind}: leads nowhere`);
    if (place && none[kind]) bad.push(`${kind}: leads to ${place.to} after all`);
    if (place && (via === "new" || via === "change")) entered.add(`${via} ${type}`);
  }
  // The form of a record is offered to a role by its type.
  const offered = await page.evaluate(async (asked) => {
    const missing: string[] = [];
    for (const one of asked) {
      const [via, type] = one.split(" ");
      const { access } = (await (await fetch(`api/v1/types/${type}`)).json()) as { access: { verbs: string[]; roles: unknown }[] };
      if (!access.some(({ verbs, roles }) => verbs.includes(via === "new" ? "create" : "change") && roles !== undefined)) missing.push(one);
    }
    return missing;
  }, [...entered]);
  assert.deepEqual([...bad, ...offered], []);
});

interface Step {
  action: string;
  label: string;
  open: boolean;
  proposed: unknown;
  opens_on?: string;
  why: Obstacle[];
}
interface Met {
  id: number;
  process: string;
  steps: Step[];
}

/* The steps of one case of each process and stage, as the person of the page has them. */
const met = (page: Page): Promise<Met[]> =>
  page.evaluate(async () => {
    const read = async (path: string) => ((await (await fetch(`api/v1/${path}`, { headers: { "Accept-Language": "zh" } })).json()) as { items: any[] }).items;
    const kinds = new Map((await read("records/case?limit=500&fields=*")).map((one) => [`${one.process}/${one.stage}`, { id: one.id as number, process: one.process as string }]));
    return Promise.all([...kinds.values()].map(async (one) => ({ ...one, steps: await read(`cases/${one.id}/actions`) })));
  });

const clicked = new Set<string>(); // one of each kind is enough

for (const person of ["officer", "city", "company", "centre1", "shanxi"])
  test(`of the obstacles that ${person} meets, one of each kind is clicked, and its page offers the act`, async (visit) => {
    const page = await visit.enter(demo, person, "/");
    const { roles } = await page.evaluate(async () => (await (await fetch("api/v1/session")).json()) as { roles: { role: string }[] });
    const pages = (path: string) => routes.some((one) => one.path === path && !one.portal && (!one.roles || roles.some(({ role }) => one.roles!.includes(role))));
    const found = new Map<string, { id: number; place: Place }>();
    for (const { id, process, steps } of await met(page)) {
      const open = steps.filter((one) => one.open && !one.proposed).map(({ action }) => action);
      for (const step of steps.filter((one) => !one.open && !one.proposed))
        for (const why of step.why) {
          const place = why.code === "panel" ? undefined : placeOf(why, { id, process, action: step.action, opens: step.opens_on, open, pages, back: `/case/${id}` });
          if (place) found.set(`${why.code} ${place.text} ${pageOf(place.to)?.name}`, { id, place });
        }
    }
    const bad: string[] = [];
    for (const [kind, { id, place }] of found) {
      if (clicked.has(kind)) continue;
      clicked.add(kind);
      await visit.move(page, `${demo.address}/w/case/${id}/history`);
      const link = page.locator(`.case-mend a[href^="${new URL(demo.address).pathname.replace(/\/$/, "")}/w${place.to.split("?back=")[0]}"]`).first();
      if ((await link.count()) === 0) {
        bad.push(`${kind}: the case ${id} shows no link to ${place.to}`);
        continue;
      }
      await link.click();
      await visit.settled(page);
      const [path, query] = place.to.split("?");
      const offers = path!.startsWith("/r/") && /\/(new|edit)$/.test(path!) ? page.locator("main form") : query?.startsWith("do=") ? page.getByRole("dialog").or(page.locator(".do")) : page.locator("main h1, main h2");
      if ((await page.getByRole("heading", { name: zh["common.missing"] }).count()) || (await offers.count()) === 0) bad.push(`${kind}: ${place.to} offers nothing (${page.url()})`);
    }
    assert.ok(found.size > 0);
    assert.deepEqual(bad, []);
  });
