/* Objections as their pages read them: the number that the objector was given, the case and the days of its list. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { api, Problem, take, type Schemas } from "../../api/client.ts";
import { listOf } from "../../api/records.ts";
import { languageNow } from "../../text/index.ts";
import { day } from "../../ui/time.ts";

export interface Objection {
  id: number;
  state: "open" | "closed";
  received: string;
  ground?: string;
  named?: boolean;
  upheld?: boolean;
  case_number?: string;
  settled_on?: string | null;
}

/* As the portal gave it to the objector. */
export const numberOf = ({ id, received }: { id: unknown; received?: unknown }) => `${day(String(received)).slice(0, 4)}-${String(id).padStart(6, "0")}`;

export interface CaseOf {
  id: number;
  number: string;
  title: string;
}

/* The cases with these numbers, as far as the reader may see them. */
export function useCasesOf(numbers: readonly string[]) {
  const asked = [...new Set(numbers)].sort();
  const read = useQuery({ ...listOf<CaseOf>("case", { filter: `number=${asked.map((one) => `"${one}"`).join(",")}`, fields: "number,title", limit: 500 }), enabled: asked.length > 0 });
  return Object.assign(new Map(read.data?.items.map((one) => [one.number, one])), { waits: read.isLoading });
}

/* What the public reads of the lists of these cases. */
export function useNoticesOf(cases: readonly number[]) {
  const read = useQueries({
    queries: [...new Set(cases)].map((id) => ({
      queryKey: ["public", languageNow(), "notice", id],
      queryFn: () => take(api.GET("/api/v1/public/publicity/{id}", { params: { path: { id } } })),
      retry: (count: number, error: Error) => !(error instanceof Problem) && count < 30,
    })),
  });
  return Object.assign(new Map(read.flatMap(({ data }): [number, Schemas["PublicityNotice"]][] => (data ? [[data.id, data]] : []))), { waits: read.some(({ isLoading }) => isLoading) });
}
