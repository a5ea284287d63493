/* Policies by the titles of their documents. */
import { useQuery } from "@tanstack/react-query";
import { api, take } from "../api/client.ts";

export const usePolicies = () => useQuery({ queryKey: ["packs"], staleTime: Infinity, queryFn: () => take(api.GET("/api/v1/packs")) }).data?.packs;

/* The title of a policy; empty until it is known. */
export function usePolicyTitle(): (id: string) => string {
  const policies = usePolicies();
  return (id) => (policies ? (policies.find((one) => one.id === id)?.title ?? id) : "");
}
