/* Counts by year, and the range of years that narrows: dragged over the bars, or typed below them. */
import { useRef, useState, type PointerEvent } from "react";
import { useText } from "../../text/index.ts";
import type { FacetData } from "./one-facet.tsx";
import { guardEnter } from "../../ui/keys.ts";

const HEIGHT = 52;

interface Props {
  facet: FacetData;
  chosen: readonly string[];
  setRange: (range: string | null) => void;
}

/* First and last year of "2019..2021", "2020" or "2019,2020". */
function bounds(chosen: readonly string[]): [number, number] | null {
  const years = chosen.flatMap((one) => one.split("..")).map(Number).filter((year) => year > 0);
  return years.length ? [Math.min(...years), Math.max(...years)] : null;
}

const written = (from: number, to: number) => (from === to ? String(from) : `${from}..${to}`);

export function YearRange({ facet, chosen, setRange }: Props) {
  const t = useText();
  const plot = useRef<SVGSVGElement>(null);
  const [drag, setDrag] = useState<[number, number] | null>(null);
  const counts = new Map(facet.values.filter(({ value }) => Number(value) > 0).map(({ value, count }) => [Number(value), count]));
  const unknown = facet.values.find(({ value }) => !(Number(value) > 0));
  const range = bounds(chosen);
  const first = Math.min(...counts.keys());
  const last = Math.max(...counts.keys());
  const years = counts.size ? Array.from({ length: last - first + 1 }, (_, i) => first + i) : [];
  const most = Math.max(1, ...counts.values());
  const step = 100 / Math.max(years.length, 1);

  const yearAt = (event: PointerEvent) => {
    const box = plot.current!.getBoundingClientRect();
    const i = Math.floor(((event.clientX - box.left) / box.width) * years.length);
    return first + Math.max(0, Math.min(years.length - 1, i));
  };
  const shown = drag ? [Math.min(...drag), Math.max(...drag)] : range;
  const within = (year: number) => !shown || (year >= shown[0]! && year <= shown[1]!);
  const finish = () => {
    if (!drag) return;
    setDrag(null);
    const next = written(Math.min(...drag), Math.max(...drag));
    setRange(range && next === written(...range) ? null : next);
  };

  return (
    <section className="facet" aria-label={facet.label}>
      <div className="facet-head">
        <h3 className="facet-name">{facet.label}</h3>
        <span className="facet-note">
          {shown ? written(shown[0]!, shown[1]!).replace("..", "–") : t("search.year.drag")}
        </span>
      </div>
      {years.length > 0 && (
        <>
          <svg
            ref={plot}
            className="year-plot"
            viewBox={`0 0 100 ${HEIGHT}`}
            preserveAspectRatio="none"
            aria-hidden="true"
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId);
              setDrag([yearAt(event), yearAt(event)]);
            }}
            onPointerMove={(event) => drag && setDrag([drag[0], yearAt(event)])}
            onPointerUp={finish}
            onPointerCancel={() => setDrag(null)}
          >
            {years.map((year, i) => {
              const count = counts.get(year) ?? 0;
              const height = count ? Math.max(1.5, (count / most) * (HEIGHT - 2)) : 0;
              return (
                <g key={year} className={within(year) ? "in" : "out"}>
                  <title>{t("search.year.count", { year, n: count.toLocaleString("en") })}</title>
                  <rect className="year-ground" x={i * step} y={0} width={step} height={HEIGHT} />
                  <rect className="year-bar" x={i * step + step * 0.1} y={HEIGHT - height} width={step * 0.8} height={height} />
                </g>
              );
            })}
          </svg>
          <div className="year-axis" aria-hidden="true">
            <span>{first}</span>
            <span>{t("search.year.most", { n: most.toLocaleString("en") })}</span>
            <span>{last}</span>
          </div>
        </>
      )}
      <form
        className="year-form"
        key={range?.join()}
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          const [from, to] = [String(form.get("from")).trim(), String(form.get("to")).trim()];
          setRange(from || to ? (from === to ? from : `${from}..${to}`) : null);
        }}
      >
        <input name="from" inputMode="numeric" pattern="[0-9]{4}" maxLength={4} defaultValue={range?.[0]} placeholder={t("search.year.from")} aria-label={t("search.year.from")} onKeyDown={guardEnter} />
        <span aria-hidden="true">–</span>
        <input name="to" inputMode="numeric" pattern="[0-9]{4}" maxLength={4} defaultValue={range?.[1]} placeholder={t("search.year.to")} aria-label={t("search.year.to")} onKeyDown={guardEnter} />
        <button type="submit">{t("search.year.apply")}</button>
        {chosen.length > 0 && (
          <button type="button" className="text-button" onClick={() => setRange(null)}>
            {t("search.clear")}
          </button>
        )}
      </form>
      {unknown && (
        <label className="year-unknown">
          <input type="checkbox" checked={chosen.includes(unknown.value)} onChange={() => setRange(chosen.includes(unknown.value) ? null : unknown.value)} />
          <span className="facet-label one-line">{unknown.label ?? unknown.value}</span>
          <span className="facet-count">{unknown.count.toLocaleString("en")}</span>
        </label>
      )}
    </section>
  );
}
