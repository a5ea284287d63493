/* Handing a case in, and the papers that come of it. */
import { useQuery } from "@tanstack/react-query";
import { useLanguage } from "../../text/index.ts";
import { api, take, type Schemas } from "../../api/client.ts";

export interface SubmitBody {
  version: number;
  commitment?: string;
  records: Record<string, Record<string, unknown>>;
  against?: Record<string, unknown>;
}

export const submitCase = (id: number, action: string, body: SubmitBody): Promise<Schemas["CaseTaken"]> =>
  take(api.POST("/api/v1/cases/{id}/actions/{action}", { params: { path: { id, action } }, body }));

export const usePapers = (id: number) => {
  const language = useLanguage();
  return useQuery({ queryKey: ["case", id, "papers", language], queryFn: () => take(api.GET("/api/v1/cases/{id}/papers", { params: { path: { id } } })) });
};

/* The party's word that each list is complete up to the day; one that it has given stands. */
export async function declareLists(lists: readonly string[], party: string, up_to: string, stated_by: string): Promise<void> {
  const items = lists.map((list) => ({ create: { list, party, up_to, stated_by } }));
  const { items: outcomes } = await take(api.POST("/api/v1/records/{type}/bulk", { params: { path: { type: "list_statement" } }, body: { items } }));
  const refused = outcomes.find(({ status }) => status !== 200 && status !== 409);
  if (refused) throw new Error(refused.detail);
}
