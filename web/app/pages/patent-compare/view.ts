/* What of several patents is compared. */
import type { Patent } from "../../api/patents.ts";
import { readClaims } from "../../rooms/patent/claims.ts";
import { namesOf, textOf } from "../../rooms/patent/patent-facts.tsx";
import type { Key, Translate } from "../../text/index.ts";
import { clauses, marks, type Item } from "../../rooms/patent/marks.ts";

export interface Line {
  label: Key;
  mono?: boolean;
  prose?: boolean; // its items make one text
  cells: Item[][]; // of each patent; empty: no source has it
}

export function linesOf(records: readonly Patent[], t: Translate): Line[] {
  const line = (label: Key, of: (record: Patent) => readonly (string | undefined)[], how: Partial<Line> = {}): Line => ({
    label, ...how, cells: marks(records.map((record) => [...new Set(of(record).filter((one): one is string => !!one))])),
  });
  const classes = (scheme: string) => (record: Patent) => (record.classes ?? []).filter((one) => one.scheme === scheme).map(({ symbol }) => symbol);
  const people = (role: string) => (record: Patent) => namesOf(record, role).map(({ name }) => name);
  const firstClaim = (record: Patent) => {
    const claims = textOf(record, "claims")?.content ?? "";
    return textOf(record, "first_claim")?.content ?? readClaims(claims)?.[0]?.text ?? claims;
  };
  return [
    line("patent.applied", (record) => [record.application_date]),
    line("patent.granted", (record) => [record.grant_date]),
    line("patent.type", (record) => [record.type && t(`patent.type.${record.type}`)]),
    line("patent.applicants", people("applicant")),
    line("patent.assignees", people("assignee")),
    line("patent.inventors", people("inventor")),
    line("patent.ipc", classes("ipc"), { mono: true }),
    line("patent.cpc", classes("cpc"), { mono: true }),
    line("patent.cited", (record) => [record.times_cited !== undefined && record.times_cited >= 0 ? t("patent.cited.times", { n: record.times_cited }) : undefined]),
    line("patent.abstract", (record) => clauses(textOf(record, "abstract")?.content ?? ""), { prose: true }),
    line("compare.claim", (record) => clauses(firstClaim(record)), { prose: true }),
  ].filter(({ cells }) => cells.some((cell) => cell.length > 0));
}
