/* The step that hands a case in: what it asks, and doing it. */
import { useQuery } from "@tanstack/react-query";
import type { Field } from "../fields/field.ts";
import { useLanguage } from "../text/index.ts";
import type { Why } from "./case-form.ts";
import { api, take, type Schemas } from "./client.ts";

export interface SubmitAction {
  action: string;
  label: string;
  open: boolean;
  to?: string;
  clause?: string;
  quote?: string;
  input: null | {
    commitment: { text: string; digest: string } | null;
    records: { record: string; label: string; fields: Field[] }[];
    papers: { paper: string; title: string }[];
    against: { criterion: string; label: string; why: string }[];
  };
  why: Why[];
}

export function useAction(id: number, name: string | undefined) {
  const language = useLanguage();
  return useQuery({
    queryKey: ["case", id, "actions", language],
    enabled: !!name,
    queryFn: async () => (await take(api.GET("/api/v1/cases/{id}/actions", { params: { path: { id } } }))).items as unknown as SubmitAction[],
    select: (items) => items.find(({ action }) => action === name),
  });
}

export interface SubmitBody {
  version: number;
  commitment?: string;
  records: Record<string, Record<string, unknown>>;
  against?: Record<string, unknown>;
}

export const submitCase = (id: number, action: string, body: SubmitBody): Promise<Schemas["CaseTaken"]> =>
  take(api.POST("/api/v1/cases/{id}/actions/{action}", { params: { path: { id, action } }, body: body as never }));

export const usePapers = (id: number) => {
  const language = useLanguage();
  return useQuery({ queryKey: ["case", id, "papers", language], queryFn: () => take(api.GET("/api/v1/cases/{id}/papers", { params: { path: { id } } })) });
};
