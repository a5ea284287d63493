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

/* In their order. The form has a page of its own, pages/case-form. */
export const tabs = [
  tab("check", "case.tab.check", () => import("./check.tsx")),
  tab("materials", "case.tab.materials", () => import("./materials.tsx")),
  tab("history", "case.tab.history", () => import("./history.tsx")),
  tab("papers", "case.tab.papers", () => import("./papers.tsx")),
  tab("evidence", "case.tab.evidence", () => import("./evidence.tsx")),
] as const;

export const DEFAULT_TAB = "history";
