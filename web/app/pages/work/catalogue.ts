/* The kinds of the page, as it shows them, with their counts: a table of comma-separated values, which Excel opens. */
import type { useText } from "../../text/index.ts";
import type { Headed } from "../../rooms/case/duties.ts";

const cell = (value: unknown) => `"${String(value ?? "").replaceAll('"', '""')}"`;

export function catalogue(groups: readonly Headed[], year: number, t: ReturnType<typeof useText>): Blob {
  const head = [t("work.export.group"), t("work.export.clause"), t("work.export.kind"), t("work.export.year", { year }), t("work.export.open"), t("work.export.last")];
  const lines = groups.flatMap(({ label, number, clauses, entries }) =>
    entries.map(({ kind, count, open }) => [[number, label].filter(Boolean).join(" "), [...new Set(clauses.map(({ clause }) => clause))].join("、"), kind.label, count, kind.open == null ? "" : open, kind.last]),
  );
  return new Blob(["\ufeff", ...[head, ...lines].map((line) => `${line.map(cell).join(",")}\r\n`)], { type: "text/csv" });
}
