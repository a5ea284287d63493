/* What the pages of an applicant read: what his unit may begin, the forms of a case, its live check, its
 * materials. Whatever he saves may change all of them, so they are read again together. */
import { useQuery } from "@tanstack/react-query";
import { useLanguage } from "../text/index.ts";
import { api, base, request, take, type Schemas } from "./client.ts";
import { queries } from "./query.ts";
import type { Field } from "./field.ts";

export interface Gap {
  record_type?: string;
  field?: string;
  inner?: string;
  label?: string;
  id?: number; // 0: there is no such record yet
  title?: string;
  editable?: boolean;
}

export interface Source {
  type: string;
  type_label: string;
  record: number;
  title?: string;
  field?: string;
  field_label?: string;
  inner?: string;
  changed_on?: string;
  editable: boolean;
}

export interface Cell {
  id: string; // "unit.0"
  label: string;
  guide?: string;
  kind: "text" | "number" | "list" | "table" | "sign" | "fixed" | "commitment" | "note";
  width: number; // percent of the line
  required: boolean;
  value: string | null;
  computed: boolean;
  indicator?: string;
  counted?: number; // of a number, its rows; absent: each has a file, or none can have one …
  proven?: number; // … and those whose record has one
  columns?: { label: string; width: number }[];
  rows?: { record: number; type: string; cells: string[] }[];
  sources: Source[];
  gaps: Gap[];
  clause?: string;
  quote?: string;
  criteria: string[];
}

export interface Section {
  id: string;
  label: string;
  state: "done" | "gaps" | "empty" | "other";
  required: number;
  filled: number;
  unknown: number; // numbers of which records are missing
  lines: Cell[][];
}

export interface Form {
  form: string;
  title: string;
  document: string;
  clause?: string;
  quote?: string;
  filled: number;
  required: number;
  unknown: number;
  as_of: string; // the day of its numbers
  filed?: FiledForm; // then there are no sections
  sections: Section[];
}

export type FiledForm = Schemas["FiledForm"];

export interface CaseForms {
  forms: Form[];
  commitment: Schemas["CaseCommitment"] | null;
  updated_ms: number;
}

/* The numbers of a form as the records say them now, for the day of the form: "section/label" → its cell. In Chinese, as on
 * the paper. */
export const useNumbers = (pack: string | undefined, party: string | undefined, { form, as_of }: Form) =>
  useQuery({
    queryKey: ["case", "numbers", pack, form, party, as_of],
    enabled: !!pack && !!party,
    queryFn: async () => {
      const { reports } = await take(api.GET("/api/v1/reports/{pack}/{form}", { params: { path: { pack: pack!, form }, query: { party: [party!], year: [Number(as_of.slice(0, 4))], as_of } }, headers: { "Accept-Language": "zh" } }));
      return new Map(reports[0]?.sections.flatMap(({ label, cells }) => cells.filter(({ indicator }) => indicator).map((cell) => [`${label}/${cell.title}`, cell])));
    },
  });

export const standings = ["no", "near", "unknown", "judged", "ok"] as const;
export type Standing = (typeof standings)[number];

export interface Mend {
  type: string;
  type_label: string;
  id?: number;
  title?: string;
  field?: string;
  field_label?: string;
}

export interface Criterion {
  criterion: string;
  label: string;
  state: Standing;
  value?: string;
  needs?: string;
  advice?: string;
  clause?: string;
  quote?: string;
  reading?: { ambiguity: string; text: string };
  indicator?: string;
  required: boolean;
  any?: boolean; // one of the mends is enough
  mends: Mend[];
}

export interface Verdict {
  pack: string;
  pack_version: string;
  as_of: string;
  question: string;
  label: string;
  pass: boolean | null;
  counts: Record<Standing, number>;
  criteria: Criterion[];
  lists?: Schemas["DeclaredList"][]; // that its numbers rest on and the party keeps, for the party alone …
  up_to?: string; // … and the day up to which it declares them complete
}

export interface Why {
  code: string;
  message: string;
  clause?: string;
  quote?: string;
}

export interface Beginning {
  pack: string;
  document: string;
  process: string;
  label: string;
  open: boolean;
  why: Why[];
  call: { id: number; title: string; closes_on: string } | null;
  draft: { case: number; number: string; title: string } | null;
  record: { type: string; label: string; fields: Field[] };
  records: { id: number; title: string }[];
}

const read = async <T>(path: string): Promise<T> => {
  const response = await request(new Request(`${base}/api/v1${path}`));
  const body = (await response.json()) as T;
  return take<T>(Promise.resolve(response.ok ? { data: body, response } : { error: body, response }));
};

/* Labels come in the reader's language. Whoever comes back from a record sees what it has changed. */
const useRead = <T>(key: readonly (string | number)[], path: string) => {
  const language = useLanguage();
  return useQuery({ queryKey: [...key, language], queryFn: () => read<T>(path), staleTime: 0 });
};

export const useBeginnings = () => useRead<{ items: Beginning[] }>(["beginnings"], "/beginnings");
export const useForms = (id: number) => useRead<CaseForms>(["case", id, "form"], `/cases/${id}/form`);
export const useVerdict = (id: number) => useRead<Verdict>(["case", id, "verdict"], `/cases/${id}/verdict`);

export const useMaterials = (id: number) => {
  const language = useLanguage();
  return useQuery({ queryKey: ["case", id, "materials", language], queryFn: () => take(api.GET("/api/v1/cases/{id}/materials", { params: { path: { id } } })), staleTime: 0 });
};

/* Reads the case again with all that hangs on its records. */
export const refreshCase = (id: number) => queries.invalidateQueries({ queryKey: ["case", id] });

/* The page that mends what is missing, and brings its reader back. */
export const doorTo = ({ type, id }: { type: string; id?: number }, back: string): string => `/r/${type}/${id ? `${id}/edit` : "new"}?back=${encodeURIComponent(back)}`;
