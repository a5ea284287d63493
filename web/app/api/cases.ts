/* One case as its pages read it: three requests, side by side, and what keeps them fresh. */
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Field } from "./field.ts";
import { languageNow, useLanguage } from "../text/index.ts";
import { api, take, type Schemas } from "./client.ts";

export type Why = Schemas["ProblemError"];

export interface ActionInput {
  reason: boolean;
  basis: boolean;
  commitment: { text: string; digest: string } | null;
  targets: { stage: string; label: string }[];
  people: "forward" | "opinion" | "copy" | null;
  assignments: { id: number; label: string }[];
  calls: { id: number; title: string }[];
  records: { record: string; label: string; named: boolean; choices: { id: number; title: string }[]; fields: Field[] }[];
  papers: { paper: string; title: string; required: boolean; on_demand: boolean; number: boolean; marks: string[]; lacks: Field[] }[];
  against: { criterion: string; label: string; clause?: string; quote?: string; why: string }[];
  verdict: Schemas["CaseVerdict"] | null;
}

export interface Proposed {
  proposal: number;
  by: number;
  by_name?: string;
  mine: boolean;
  reason?: string;
  asked: { arguments?: { papers?: Record<string, PaperSaid>; records?: Record<string, Record<string, unknown>>; against?: Record<string, string>; review_stands?: string }; basis?: string; cases?: string[] };
  proposed_ms: number;
  expires_ms: number;
  records: { type: string; label: string; record: Record<string, unknown> | null }[];
}

export interface PaperSaid {
  number?: string;
  mark?: string;
  values?: Record<string, unknown>;
}

export interface CaseAction {
  action: string;
  label: string;
  open: boolean;
  aside: boolean; // what every case allows: sending it back, passing it on, asking for an opinion …
  stays: boolean;
  to?: string;
  to_stage?: string;
  actor_label?: string;
  two_persons: boolean;
  clause?: string;
  quote?: string;
  own?: string;
  due?: string;
  provisional?: boolean;
  opens_on?: string;
  input: ActionInput | null;
  proposed: Proposed | null;
  why: Why[];
}

export type CaseStep = Schemas["CaseStep"];
export type Case = Schemas["Case"];

/* Processes whose cases have a page of their own, handed in as those of records; the page of any case leads there. */
const pages = new Map<string, string>();

export const setCasePage = (process: string, page: string) => void pages.set(process, page);

export const casePath = (process: string, id: unknown) => `${pages.get(process) ?? "/case"}/${String(id)}`;

const caseKey = (id: number, ...of: string[]) => ["case", id, ...of];
const path = (id: number) => ({ params: { path: { id } } });

/* Labels come in the language of the reader. */
const ofCase = <T>(id: number, what: string, language: string, read: () => Promise<T>) => queryOptions({ queryKey: caseKey(id, what, language), queryFn: read });
const useOfCase = <T>(id: number, what: string, read: () => Promise<T>) => useQuery(ofCase(id, what, useLanguage(), read));

export const useCase = (id: number) => useOfCase(id, "whole", () => take(api.GET("/api/v1/cases/{id}", path(id))));
export const actionsOf = (id: number, language: string) =>
  ofCase(id, "steps", language, async () => (await take(api.GET("/api/v1/cases/{id}/actions", path(id)))).items as unknown as CaseAction[]);
export const useActions = (id: number) => useQuery(actionsOf(id, useLanguage()));
export const useHistory = (id: number) => useOfCase(id, "history", async (): Promise<CaseStep[]> => (await take(api.GET("/api/v1/cases/{id}/history", path(id)))).items);

/* Reads all of the case anew, and the lists in which it stands; the case as it is then. */
export function useRefreshCase(id: number) {
  const cache = useQueryClient();
  return async (): Promise<Case | undefined> => {
    await Promise.all([cache.invalidateQueries({ queryKey: caseKey(id) }), cache.invalidateQueries({ queryKey: ["todo"] })]);
    return cache.getQueryData<Case>(caseKey(id, "whole", languageNow()));
  };
}
