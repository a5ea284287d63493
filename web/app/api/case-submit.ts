/* Handing a case in, and the papers that come of it. */
import { useQuery } from "@tanstack/react-query";
import { useLanguage } from "../text/index.ts";
import { api, take, type Schemas } from "./client.ts";

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
