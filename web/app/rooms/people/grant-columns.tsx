/* Columns of roles that are held: since when, by whom they were given, whether they count now. */
import { Data } from "../../ui/data.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import type { Column } from "../../ui/table.tsx";
import type { Translate } from "../../text/index.ts";
import type { Held } from "./roster.ts";

export const grantColumns = (t: Translate): Column<Held>[] => [
  { head: t("people.dates"), className: "day", cell: ({ from, to }) => (to ? t("people.fromTo", { from, to }) : t("people.since", { from })) },
  { head: t("people.byWhom"), cell: (one) => <Data text={one.lent_by ? t("people.lent", { by: one.lent_by }) : [one.proposed_by, one.approved_by ?? t("people.program")].filter(Boolean).join(" / ")} /> },
  { head: t("people.state"), cell: ({ state }) => <StateTag tone={state === "active" ? "green" : state === "later" ? "blue" : "grey"}>{t(`people.grant.${state}`)}</StateTag> },
];
