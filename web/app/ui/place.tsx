/* A region by its own name, without its province's. */
import { useQuery } from "@tanstack/react-query";
import { api, take } from "../api/client.ts";
import { region } from "../api/patents.ts";
import { Data } from "./data.tsx";

export const usePlace = (code: string) => useQuery(region(code)).data?.replace(/^.*(省|自治区)/, "");

export function Place({ code }: { code: string }) {
  return <Data text={usePlace(code) ?? ""} />;
}

/* As a word of a choice; its number until the name is known. */
export function PlaceWord({ code }: { code: string }) {
  return usePlace(code) ?? code;
}

/* Names of a province's cities by their codes, in their order, that of pinyin. */
export const useCities = (province: string | undefined) =>
  useQuery({
    queryKey: ["regions", province],
    queryFn: () => take(api.GET("/api/v1/regions", { params: { query: { under: province } } })),
    select: (list) => new Map(list.items.map((one) => [one.code, one.name])),
    enabled: province !== undefined,
    staleTime: Infinity,
  });

/* For sorting codes of a province's cities by their names. */
export function useCityOrder(province: string | undefined) {
  const cities = [...(useCities(province).data?.keys() ?? [])];
  const at = (code: string) => cities.findIndex((one) => one.startsWith(code.slice(0, 4)));
  return (a: string, b: string) => at(a) - at(b);
}
