/* What the pages of an applicant read: what his unit may begin, the forms of a case, its live check, its
 * materials. Whatever he saves may change all of them, so they are read again together. */
import { useQuery } from "@tanstack/react-query";
import { useLanguage } from "../text/index.ts";
import { ofCase, pathOf } from "./cases.ts";
import { api, take, type Schemas } from "./client.ts";
import { queries } from "./query.ts";

export type Form = Schemas["CaseForm"];
export type Section = Schemas["FormSection"];
/* `counted`: of a number, its rows; absent: each has a file, or none can have one. `proven`: those whose record has one. */
export type Cell = Schemas["FormCell"];
export type Gap = Schemas["FormGap"] & { editable?: boolean }; // `id` 0: there is no such record yet
export type Source = Schemas["FormSource"];
export type CaseForms = Schemas["CaseForms"];
export type FiledForm = Schemas["FiledForm"];

/* The numbers of a form as the records say them now, for the day of the form: "section/label" → its cell. In Chinese, as on
 * the paper. */
export const useNumbers = (pack: string | undefined, party: string | undefined, { form, as_of, counts }: Form) =>
  useQuery({
    queryKey: ["case", "numbers", pack, form, party, as_of],
    enabled: !!pack && !!party && counts,
    queryFn: async () => {
      const { reports } = await take(api.GET("/api/v1/reports/{pack}/{form}", { params: { path: { pack: pack!, form }, query: { party: [party!], year: [Number(as_of.slice(0, 4))], as_of } }, headers: { "Accept-Language": "zh" } }));
      return new Map(reports[0]?.sections.flatMap(({ label, cells }) => cells.filter(({ indicator }) => indicator).map((cell) => [`${label}/${cell.title}`, cell])));
    },
  });

export type Criterion = Schemas["CriterionCheck"];
export type Standing = Criterion["state"];
export const standings: readonly Standing[] = ["no", "near", "unknown", "judged", "ok"];
/* `lists`: those that its numbers rest on and the party keeps, told to the party alone; `up_to`: the day up to which it declares them complete. */
export type Verdict = Schemas["CaseCheck"];
export type Beginning = Schemas["Beginning"];

/* What the reader's unit may begin, or with `party` his office about that party. */
export const useBeginnings = ({ party, enabled }: { party?: string; enabled?: boolean } = {}) =>
  useQuery({ queryKey: ["beginnings", useLanguage(), party], enabled, queryFn: () => take(api.GET("/api/v1/beginnings", { params: { query: { party } } })), staleTime: 0 });

/* Whoever comes back from a record sees what it has changed. */
const fresh = { staleTime: 0 };
export const verdictOf = (id: number, language: string) => ofCase(id, "verdict", language, () => take(api.GET("/api/v1/cases/{id}/verdict", pathOf(id))));
export const useVerdict = (id: number) => useQuery({ ...verdictOf(id, useLanguage()), ...fresh });
export const useForms = (id: number) => useQuery({ ...ofCase(id, "form", useLanguage(), () => take(api.GET("/api/v1/cases/{id}/form", pathOf(id)))), ...fresh });
export const useMaterials = (id: number) => useQuery({ ...ofCase(id, "materials", useLanguage(), () => take(api.GET("/api/v1/cases/{id}/materials", pathOf(id)))), ...fresh });

/* Reads the case again with all that hangs on its records. */
export const refreshCase = (id: number) => queries.invalidateQueries({ queryKey: ["case", id] });
