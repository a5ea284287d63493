/* One cache of answers for all pages. A refusal is final; a lost connection is tried again. */
import { QueryClient } from "@tanstack/react-query";
import { Offline } from "./client.ts";

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (count, error) => error instanceof Offline && count < 30,
      retryDelay: 1000,
      // The browser's own word says nothing of an intranet without a way out.
      networkMode: "always",
      refetchOnWindowFocus: false,
      staleTime: 10_000,
    },
    mutations: { networkMode: "always" },
  },
});

/* A record that was saved may close or open a gap of any case, and answer what is due. */
export const rereadCases = () => Promise.all([queries.invalidateQueries({ queryKey: ["case"] }), queries.invalidateQueries({ queryKey: ["todo"] })]);
