import type { Row } from "../../api/records.ts";
import type { Session } from "../../api/session.ts";
import type { IconName } from "../../ui/icons.tsx";
import type { Key } from "../../text/index.ts";

/* Groups of the menu, in its order. */
export const groups = ["work", "operation", "programmes", "patents", "policy", "data", "administration", "evidence"] as const;
export type Group = (typeof groups)[number];

/* A button on the page of a record that leads here. */
export interface Way {
  type: string; // of the record
  text: Key;
  to: (row: Row) => string;
  makes?: string; // the type of records that it leads to
  count?: string; // a field that says how many there are; such a way stands first
}

export interface Route {
  path: string; // below /w, or below / for the portal: "/patents/:id"
  title: Key; // of the document and the menu
  portal?: true; // a page of the portal, which anybody may open
  open?: true; // a page of the workbench that needs no session: signing in
  group?: Group; // absent: it has no entry in the menu
  order?: number; // within its group
  icon?: IconName;
  roles?: readonly string[]; // of types/roles.yaml: who has the entry; absent: everybody signed in
  chord?: string; // the key after g that opens it
  count?: keyof NonNullable<Session["counts"]>; // shown beside its entry
  help?: string; // its chapter of the manual (help/NN-NAME.md); absent: that of its group (help.ts)
  ofType?: string; // its records have this page, "/tasks/:id": whatever names one leads here
  ofProcesses?: readonly string[]; // and so have the cases of these processes
  ways?: readonly Way[];
  sample?: string; // an address with demo data, for pictures and tests: "/patents?query=电池"
}
