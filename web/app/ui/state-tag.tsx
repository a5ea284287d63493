/* A state as a dot and a word; beside a title also with a ground. Colour never says more than the word. */
import { languageOf } from "./data.tsx";
import "./state-tag.css";

export type StateTone = "grey" | "blue" | "amber" | "purple" | "green" | "red";

export function StateTag({ tone, children, ground }: { tone: StateTone; children: string; ground?: boolean }) {
  return <span className={`tag tag-${tone}${ground ? " tag-ground" : ""}`} title={children} lang={languageOf(children)}>{children}</span>;
}
