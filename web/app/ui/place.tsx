/* A region by its own name, without its province's. */
import { useQuery } from "@tanstack/react-query";
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
