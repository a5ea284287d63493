/* Policies by the titles of their documents. */
import { useQuery } from "@tanstack/react-query";
import { api, take } from "../api/client.ts";
import { useLanguage } from "../text/index.ts";

const useRead = () => useQuery({ queryKey: ["packs", useLanguage()], staleTime: Infinity, queryFn: () => take(api.GET("/api/v1/packs")) }).data;

export const usePolicies = () => useRead()?.packs;

/* The words of a code that a text of a record holds; empty until they are known. */
export function useWordOf(code: string): string {
  const words = useRead()?.words;
  return words ? (words.find((one) => one.code === code)?.label ?? code) : "";
}

/* The title of a policy; empty until it is known. */
export function usePolicyTitle(): (id: string) => string {
  const policies = usePolicies();
  return (id) => (policies ? (policies.find((one) => one.id === id)?.title ?? id) : "");
}
