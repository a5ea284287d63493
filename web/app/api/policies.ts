/* Policies by the titles of their documents. */
import { usePacks } from "./packs.ts";

const useRead = () => usePacks().data;

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
