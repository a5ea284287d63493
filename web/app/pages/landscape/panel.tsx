/* One panel of a landscape: what it finds in words, a chart or a table of the same counts, files of them. */
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Problem } from "../../api/client.ts";
import { loadPart } from "../../api/connection.ts";
import { pngOf, save } from "../../api/download.ts";
import { exportLandscape, type Counted, type Counting } from "../../api/patents.ts";
import type { Cell } from "./count-charts.tsx";
import { useCountText } from "./count-text.ts";
import { useAct } from "../../ui/act.ts";
import { Failed, Waiting } from "../../ui/states.tsx";
import type { Translate } from "../../text/index.ts";
import { cellsOf, nameOf, several, times, UNKNOWN } from "./view.ts";

export const number = (n: number) => n.toLocaleString("en");

/* "四川省最多，2,190 件，占 60.8%", of the largest that is known; none is named where most are unknown. */
export function largest(cells: readonly Cell[], total: number, t: Translate, nameIn = (cell: Cell) => cell.label.join(" · ")): string {
  const unknown = cells.filter(({ key }) => key.includes(UNKNOWN)).reduce((all, { count }) => all + count, 0);
  if (2 * unknown > total) return cells[0]!.key.length > 1 ? "" : t("landscape.most.unknown", { share: ((100 * unknown) / total).toFixed(1) });
  const [first] = cells.filter(({ key }) => !key.includes(UNKNOWN)).sort((a, b) => b.count - a.count);
  return first ? t("landscape.most", { name: nameIn(first), n: number(first.count), share: ((100 * first.count) / total).toFixed(1) }) : "";
}

interface Props {
  id: string;
  name: string;
  question: Counting;
  by: readonly string[];
  counted: UseQueryResult<Counted>;
  tables: readonly string[];
  show: (tables: string[]) => void;
  className?: string;
  head?: ReactNode; // what the reader may choose
  finding: (cells: Cell[], counted: Counted) => string;
  chart: (cells: Cell[], counted: Counted) => ReactNode;
  table: (cells: Cell[], counted: Counted) => ReactNode;
  foot?: (cells: Cell[], counted: Counted) => ReactNode;
}

export function Panel({ id, name, question, by, counted, tables, show, className, head, finding, chart, table, foot }: Props) {
  const t = useCountText();
  const { data } = counted;
  const cells = data && cellsOf(question, data);
  const asTable = tables.includes(id);
  const unknown = cells?.every(({ key }) => key.every((one) => one === UNKNOWN)); // charts show what is known
  const others = tables.filter((one) => one !== id);
  const found = (cells && finding(cells, data)) || name;
  return (
    <section className={`landscape ${className ?? ""} ${counted.isPlaceholderData ? "stale" : ""}`} aria-busy={counted.isPlaceholderData} aria-label={name}>
      <div className="landscape-head">
        <div>
          <h2>{found}</h2>
          <p className="quiet">
            {found !== name && `${name} · `}
            {t(question.families ? "landscape.unit.family" : "landscape.unit")}
          </p>
        </div>
        <div className="landscape-verbs no-print">
          <div className="segments" role="group" aria-label={t("landscape.view")}>
            {[false, true].map((one) => (
              <button key={String(one)} type="button" aria-pressed={one === asTable} onClick={() => show(one ? [...others, id] : others)}>
                {t(one ? "landscape.table" : "landscape.chart")}
              </button>
            ))}
          </div>
          <Files question={question} by={by} name={name} counted={data} />
        </div>
      </div>
      {head}
      <div className="landscape-body">{counted.error ? <Failed error={counted.error} retry={() => void counted.refetch()} /> : !cells ? <Waiting rows={6} /> : asTable || unknown ? table(cells, data) : chart(cells, data)}</div>
      {cells && (
        <div className="landscape-notes">
          {foot?.(cells, data)}
          {question.families && <p>{t("landscape.families.why")}</p>}
          {data.by
            .filter((one) => !question.families && several.includes(one))
            .map((one) => (
              <p key={one}>{t("landscape.several", { name: t(nameOf(one)) })}</p>
            ))}
          {data.note && <p>{data.note}</p>}
        </div>
      )}
    </section>
  );
}

function Files({ question, by, name, counted }: { question: Counting; by: readonly string[]; name: string; counted: Counted | undefined }) {
  const t = useCountText();
  const { busy, error: failed, act } = useAct();
  const keep = (kind: "png" | "svg" | "xlsx") =>
    act(async () => {
      if (kind === "xlsx") {
        await exportLandscape(question, by);
      } else {
        const { pictureOf } = await loadPart(() => import("./count-picture.ts"));
        const svg = pictureOf(counted!, [name, question.query].filter(Boolean).join(" · "));
        save(kind === "png" ? await pngOf(svg) : new Blob([svg], { type: "image/svg+xml" }), `landscape-${by.join("-")}.${kind}`);
      }
    });
  return (
    <>
      {(["png", "svg", "xlsx"] as const).map((kind) => (
        <button key={kind} type="button" className="button small" disabled={busy || !counted} aria-label={t("landscape.save", { name, kind: kind === "xlsx" ? "Excel" : kind.toUpperCase() })} onClick={() => void keep(kind)}>
          {kind === "xlsx" ? "Excel" : kind.toUpperCase()}
        </button>
      ))}
      {failed && <span role="alert">{failed instanceof Problem ? failed.message : t("common.noAnswer")}</span>}
    </>
  );
}

/* What stands in the table alone, with its link. */
export function Unknown({ cells }: { cells: readonly Cell[] }) {
  const t = useCountText();
  const unknown = cells.find(({ key }) => key[0] === UNKNOWN);
  return unknown ? <p>{t("landscape.unknown", { n: number(unknown.count) })}</p> : null;
}

export const isTime = (by: string | undefined) => by !== undefined && times.includes(by);
