/* The views of a case below its head. Each has an address, /case/17/papers, and is loaded when it is opened. */
import { lazy, type ComponentType } from "react";
import { loadPart } from "../../api/connection.ts";
import type { Case } from "../../api/cases.ts";
import type { Key } from "../../text/index.ts";

export interface TabProps {
  of: Case;
}

type Load = () => Promise<{ default: ComponentType<TabProps> }>;
const tab = (name: string, title: Key, load: Load) => ({ name, title, Body: lazy(() => loadPart(load)) });

/* In their order; the first that a reader has something to do in is not chosen for him: /case/17 shows the opinions. */
export const tabs = [
  tab("history", "case.tab.history", () => import("./history.tsx")),
  tab("papers", "case.tab.papers", () => import("./papers.tsx")),
  tab("evidence", "case.tab.evidence", () => import("./evidence.tsx")),
] as const;

export const DEFAULT_TAB = "history";
