/* One case as its pages read it: three requests, side by side, and what keeps them fresh. */
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { languageNow, useLanguage } from "../text/index.ts";
import { api, take, takeAs, type Schemas } from "./client.ts";

export type Why = Schemas["ProblemError"];

export type ActionInput = Schemas["ActionInput"];

export interface Proposed extends Omit<Schemas["CaseProposal"], "asked" | "records"> {
  asked: { arguments?: { papers?: Record<string, PaperSaid>; records?: Record<string, Record<string, unknown>>; against?: Record<string, string>; review_stands?: string }; basis?: string; cases?: string[] };
  records: NonNullable<Schemas["CaseProposal"]["records"]>;
}

export interface PaperSaid {
  number?: string;
  mark?: string;
  values?: Record<string, unknown>;
}

/* `aside`: what every case allows: sending it back, passing it on, asking for an opinion … */
export interface CaseAction extends Omit<Schemas["CaseAction"], "proposed"> {
  proposed: Proposed | null;
}

/* Nothing stands against the step but what its own dialog shows and asks: places that must not go out unseen. */
export const isReady = ({ open, why }: CaseAction): boolean => open || (why.length > 0 && why.every(({ code }) => code === "sensitive"));

export type CaseStep = Schemas["CaseStep"];
export type Case = Schemas["Case"];

/* Processes whose cases have a page of their own, handed in as those of records; the page of any case leads there. */
const pages = new Map<string, string>();

export const setCasePage = (process: string, page: string) => void pages.set(process, page);

export const casePath = (process: string, id: unknown) => `${pages.get(process) ?? "/case"}/${String(id)}`;

const caseKey = (id: number, ...of: string[]) => ["case", id, ...of];
export const pathOf = (id: number) => ({ params: { path: { id } } });

/* Labels come in the language of the reader. */
export const ofCase = <T>(id: number, what: string, language: string, read: () => Promise<T>) => queryOptions({ queryKey: caseKey(id, what, language), queryFn: read });
const useOfCase = <T>(id: number, what: string, read: () => Promise<T>) => useQuery(ofCase(id, what, useLanguage(), read));

export const useCase = (id: number) => useOfCase(id, "whole", () => take(api.GET("/api/v1/cases/{id}", pathOf(id))));
export const actionsOf = (id: number, language: string) =>
  ofCase(id, "steps", language, async () => (await takeAs<{ items: CaseAction[] }>(api.GET("/api/v1/cases/{id}/actions", pathOf(id)))).items);
export const useActions = (id: number) => useQuery(actionsOf(id, useLanguage()));
export const useHistory = (id: number) => useOfCase(id, "history", async (): Promise<CaseStep[]> => (await take(api.GET("/api/v1/cases/{id}/history", pathOf(id)))).items);

/* Reads all of the case anew, and the lists in which it stands; the case as it is then. */
export function useRefreshCase(id: number) {
  const cache = useQueryClient();
  return async (): Promise<Case | undefined> => {
    await Promise.all([cache.invalidateQueries({ queryKey: caseKey(id) }), cache.invalidateQueries({ queryKey: ["record"] }), cache.invalidateQueries({ queryKey: ["todo"] })]);
    return cache.getQueryData<Case>(caseKey(id, "whole", languageNow()));
  };
}
