/* Where what stands against a step of a case is removed: one row for each code of src/matter/obstacles.h. A row is the page, as far as
 * the reader may act there, or why no page removes it. */
import type { Schemas } from "./client.ts";
import type { Key } from "../text/index.ts";

/* The page that mends what is missing, and brings its reader back. */
export const doorTo = ({ type, id }: { type: string; id?: number }, back: string): string => `/r/${type}/${id ? `${id}/edit` : "new"}?back=${encodeURIComponent(back)}`;

export type Obstacle = Schemas["ProblemError"];
export interface Place {
  to: string;
  text: Key;
  what?: string;
}

/* The step that it stands against, and what its reader can do now: steps of the case, pages of the menu. */
export interface Standpoint {
  id: number; // of the case
  unit?: number; // that it is about
  process?: string;
  action?: string;
  opens?: string; // the day on which the step opens by itself
  open: readonly string[];
  pages: (path: string) => boolean;
  back: string;
}

type Finds = (o: Obstacle, at: Standpoint) => Place | undefined;
const first = (...all: Finds[]): Finds => (o, at) => all.map((find) => find(o, at)).find((place) => place);

/* The record by its form, else by an action of it. */
const record: Finds = ({ missing: m }, { unit, back }) => {
  const [, type, id, action] = /^POST .*\/records\/(\w+)\/(\d+)\/actions\/(\w+)$/.exec(m?.by ?? "") ?? [];
  if (!m || m.record_type === "case" || (!m.may && !action)) return undefined;
  if (action) return m.title ? { to: `/r/${type}/${id}?do=${action}`, text: "form.door.fill", what: m.field_label ?? m.label } : undefined;
  return { to: doorTo({ type: m.record_type, id: m.record }, back) + (m.record || !unit ? "" : `&unit=${unit}`), text: m.record ? "form.door.fill" : "form.door.new", what: m.record ? (m.field_label ?? m.label) : m.label };
};
/* Another step of the case, which its reader may take now, or the cases of another process. */
const step: Finds = ({ missing: m }, { id, process, action, open, pages }) => {
  if (!m?.action || m.action === action) return undefined;
  if (m.process !== process) return pages("/r/:type") ? { to: `/r/case?${new URLSearchParams({ filter: `process=${m.process}` })}`, text: "case.mend.process", what: m.action_label } : undefined;
  return open.includes(m.action) ? { to: `/case/${id}?do=${m.action}`, text: "case.mend.step", what: m.action_label } : undefined;
};
const named = first(record, step);
const page = (path: string, text: Key, query: (o: Obstacle, at: Standpoint) => string = () => ""): Finds => (o, at) => (at.pages(path) ? { to: path + query(o, at), text } : undefined);
/* The judgement of experts, the days of work, the text of the policy: told by what is missing. */
const beside: Finds = (o, at) => {
  const { record_type: type, by = "" } = o.missing ?? {};
  if (by === "POST /api/v1/panels") return panel(o, at);
  if (type === "calendar") return page("/workdays", "case.mend.workdays")(o, at);
  return type === "pack" ? page("/policies", "case.mend.policy", () => `/${by.split(" ").at(-1)}`)(o, at) : undefined;
};
const panel = page("/panels", "panel.list");
/* The case whose number the sentence names. */
const other: Finds = ({ message }) => {
  const number = /\b\d{4}-\d{6}\b/.exec(message)?.[0];
  return number ? { to: `/find?q=${number}`, text: "case.mend.find", what: number } : undefined;
};
const of = (subject: string, find: Finds): Finds => (o, at) => (o.field === subject ? find(o, at) : undefined);
const ASKED = "the dialog of the step asks for it";

export const obstacles: Readonly<Record<string, Finds | string>> = {
  reason: ASKED,
  basis: ASKED,
  against: ASKED,
  question: ASKED,
  changed: ASKED,
  commitment: first(step, (_, { id }) => ({ to: `/case/${id}/submit`, text: "case.mend.submit" })),
  stage: step,
  actor: "another person, office or party takes the step",
  second: "another person of the office confirms; the case shows the proposal with its page",
  early: (o, at) => (at.opens ? undefined : step(o, at)) ?? beside(o, at), // else a period runs: time alone ends it
  late: page("/review/calls", "case.mend.call"), // two persons of the office let one applicant in; else the day is over
  opinion: step, // given by whom it was asked of; the case can be urged
  clock: page("/system", "case.mend.clock", () => "?set=clock"),
  served: (_, { id }) => ({ to: `/case/${id}/papers`, text: "case.mend.papers" }),
  when: named,
  object: first(named, other),
  criterion: first(named, beside),
  facts: named,
  register: named,
  form: first(named, (_, { id }) => ({ to: `/case/${id}/form`, text: "case.mend.form" })),
  material: first(named, (_, { id }) => ({ to: `/case/${id}/materials`, text: "case.mend.materials" })),
  panel, // rooms/case/actions.tsx draws it beside the step
  call: page("/calls", "case.mend.call"),
  taken: other, // else it is recognised already
  barred: named, // else a ban runs: time alone ends it
  standing: of("centre", page("/calls", "case.mend.call")), // else the year has to be over
  lapsed: beside,
  publicity: first(step, of("objections", page("/objections", "case.mend.objections"))),
};

export const placeOf = (o: Obstacle, at: Standpoint): Place | undefined => {
  const found = obstacles[o.code];
  return typeof found === "function" ? found(o, at) : undefined;
};
