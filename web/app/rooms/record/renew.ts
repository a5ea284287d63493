/* Reads a record again, and what hangs on it. */
import { useQueryClient } from "@tanstack/react-query";
import { rereadCases } from "../../api/query.ts";

export function useRenewed(type: string, id: number) {
  const cache = useQueryClient();
  return async () => {
    await Promise.all([cache.invalidateQueries({ queryKey: ["record"] }), cache.invalidateQueries({ queryKey: ["records"] }), cache.invalidateQueries({ queryKey: ["history", type, id] }), rereadCases()]);
  };
}
