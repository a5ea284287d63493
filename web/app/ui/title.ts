/* Titles of the document. */
import { useEffect } from "react";
import { useText } from "../text/index.ts";

/* A page whose title is not its route's calls this: "CN101A · 知运". */
export function useTitle(title: string): void {
  const name = useText()("common.product");
  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
}
