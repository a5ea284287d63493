/* Who falls or rises, by how much: a dot for each party over the number that it has, between the limit of the policy and the
 * one that is tried. The table beside it says the same. */
import { useState } from "react";
import { Link } from "react-router";
import type { Simulation } from "../../api/packs.ts";
import { amount, compares } from "../../rooms/policy/words.ts";
import { Table } from "../../ui/table.tsx";
import { useText } from "../../text/index.ts";

interface Props {
  of: Simulation;
  criterion: string;
  label: string;
  unit: string;
  before: number;
  after: number;
  compare: string;
  addressOf: (party: string | undefined) => string | undefined;
}

interface Column {
  label: string;
  short: string;
  low: number;
  parties: { name: string; to?: string; mark: string; unknown: boolean }[];
}

const SPAN = 14; // whole numbers that have a column each; more are put together
const BINS = 8;

export function Dots({ of, criterion, label, unit, before, after, compare, addressOf }: Props) {
  const t = useText();
  const [table, setTable] = useState(false);
  const columns = columnsOf(of, criterion, before, after, addressOf);
  if (columns.length === 0) return null;
  const total = columns.reduce((sum, { parties }) => sum + parties.length, 0);
  const sign = compares[compare] ?? compare;
  return (
    <figure className="dots">
      <figcaption>
        <span>
          <b>{t("policy.dots", { label, unit })}</b>
          <small>{t("policy.dots.line", { label, rest: of.judged - total })}</small>
        </span>
        <span className="dots-views no-print">
          {([false, true] as const).map((one) => (
            <button key={String(one)} type="button" className="button small" aria-pressed={table === one} onClick={() => setTable(one)}>
              {t(one ? "policy.dots.table" : "policy.dots.chart")}
            </button>
          ))}
        </span>
      </figcaption>
      {table ? (
        <Table
          rows={columns.filter(({ parties }) => parties.length > 0)}
          keyOf={(one) => one.label}
          columns={[
            { head: `${label} (${unit})`, cell: (one) => one.label },
            { head: t("policy.dots.short"), number: true, cell: (one) => one.short },
            { head: t("policy.dots.parties"), number: true, cell: (one) => one.parties.length },
          ]}
        />
      ) : (
        <>
          <p className="dots-limits">
            <span>{t("policy.dots.now", { sign, number: amount(String(before)) })}</span>
            <span className="dots-tried">{t("policy.dots.tried", { sign, number: amount(String(after)) })}</span>
          </p>
          <ol className="dots-columns">
            {columns.map((one) => {
              const inside = one.low >= Math.min(before, after) && one.low < Math.max(before, after);
              return (
                <li key={one.label} className={[inside && "dots-inside", one.low === before && "dots-at-now", one.low === after && "dots-at-tried"].filter(Boolean).join(" ")}>
                  {one.parties.length > 0 && <span className="dots-count">{t("policy.dots.count", { n: one.parties.length, short: one.short, unit })}</span>}
                  <span className="dots-marks">
                    {one.parties.map(({ name, to, mark, unknown }) =>
                      to ? (
                        <Link key={name} to={to} title={name} aria-label={name} className={unknown ? "dot dot-unknown" : `dot dot-${mark === "✓" ? "ok" : "no"}`}>
                          {mark}
                        </Link>
                      ) : (
                        <span key={name} title={name} className="dot dot-no">
                          {mark}
                        </span>
                      ),
                    )}
                  </span>
                  <span className="dots-label">
                    {one.label} {unit}
                  </span>
                </li>
              );
            })}
          </ol>
        </>
      )}
    </figure>
  );
}

function columnsOf(of: Simulation, criterion: string, before: number, after: number, addressOf: Props["addressOf"]): Column[] {
  const found = of.changed.flatMap((row) => {
    const why = row.because.find((one) => one.criterion === criterion);
    const value = Number((why?.value ?? "").split("…")[0]);
    if (!why?.value || Number.isNaN(value)) return [];
    return [{ value, name: row.name, to: addressOf(row.party), mark: row.after === "pass" ? "✓" : row.before === "unknown" ? "?" : "✕", unknown: row.before === "unknown" }];
  });
  if (found.length === 0) return [];
  const [least, most] = [Math.min(before, after, ...found.map(({ value }) => value)), Math.max(before, after, ...found.map(({ value }) => value))];
  const whole = found.every(({ value }) => Number.isInteger(value)) && most - least <= SPAN;
  const from = whole ? least - 1 : least;
  const step = whole ? 1 : (most - least) / BINS;
  return Array.from({ length: whole ? most - least + 3 : BINS + 1 }, (_, i) => {
    const low = from + i * step;
    const text = (n: number) => amount(String(Math.round(n * 100) / 100));
    const parties = found.filter(({ value }) => value >= low && value < low + step);
    const shorts = parties.map(({ value }) => Math.abs(after - value));
    const [shortest, longest] = [Math.min(...shorts), Math.max(...shorts)];
    return { label: whole ? text(low) : `${text(low)}–${text(low + step)}`, low, short: parties.length === 0 ? "" : shortest === longest ? text(shortest) : `${text(shortest)}–${text(longest)}`, parties };
  });
}
