/* A page of text, and the patents that answer it, each with its reasons. */
import { useQuery } from "@tanstack/react-query";
import { useState, type KeyboardEvent } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { Problem } from "../../api/client.ts";
import { matches } from "../../api/patents.ts";
import { useFacets } from "../../api/use-facets.ts";
import { languageOf } from "../../parts/data.tsx";
import { FacetList } from "../../parts/facets.tsx";
import { FilterChips } from "../../parts/filter-chips.tsx";
import { setValue, toggleValue } from "../../parts/filters.ts";
import { HitList, ReasonLegend, Reasons } from "../../parts/hits.tsx";
import { composing, useRowKeys } from "../../parts/keys.ts";
import { Note } from "../../parts/note.tsx";
import { Pager } from "../../parts/pager.tsx";
import { useSessionText } from "../../parts/session-text.ts";
import { useFoldedMenu } from "../../parts/shell.tsx";
import { Empty, Failed, Waiting } from "../../parts/states.tsx";
import { useLanguage, useText } from "../../text/index.ts";
import "../../parts/controls.css";
import "./match.css";

const sizes = [20, 50, 100];
const SHORT = 40;

export default function Match() {
  const t = useText();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const [text, setText] = useSessionText("match"); // what is matched
  const [typed, setTyped] = useState(text);
  useFoldedMenu();

  const filters = params.getAll("filter");
  const page = Math.max(1, Math.floor(Number(params.get("page"))) || 1);
  const size = sizes.find((one) => one === Number(params.get("size"))) ?? sizes[0]!;
  const address = (change: { filters?: readonly string[]; page?: number; size?: number }) => {
    const next = { filters, page: 1, size, ...change };
    const values = new URLSearchParams(next.filters.map((filter) => ["filter", filter]));
    if (next.page > 1) values.set("page", String(next.page));
    if (next.size !== sizes[0]) values.set("size", String(next.size));
    return `/match?${values}`;
  };
  const start = () => {
    setText(typed.trim());
    if (page > 1) void navigate(address({}), { replace: true });
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || composing(event)) return;
    event.preventDefault();
    if (typed.trim()) start();
  };
  const length = [...typed.trim()].length;

  return (
    <div className="match">
      <div className="match-text no-print">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            start();
          }}
        >
          <div className="match-head">
            <h1>
              <label htmlFor="match-text">{t("match.text")}</label>
            </h1>
            {typed && (
              <button
                type="button"
                className="text-button"
                onClick={() => {
                  setTyped("");
                  setText("");
                  void navigate("/match", { replace: true });
                }}
              >
                {t("match.clear")}
              </button>
            )}
          </div>
          <textarea id="match-text" lang={languageOf(typed)} value={typed} placeholder={t("match.placeholder")} autoFocus={!text} spellCheck={false} onChange={(event) => setTyped(event.target.value)} onKeyDown={press} />
          <div className="match-foot">
            <span className="quiet">{length > 0 && t(length < SHORT ? "match.short" : "match.length", { n: length })}</span>
            <button type="submit" className="button primary" disabled={!typed.trim()}>
              {t("match.go")} <kbd>Ctrl Enter</kbd>
            </button>
          </div>
        </form>
        <p className="quiet">{t("match.kept")}</p>
        {text && <Narrow text={text} filters={filters} change={(next) => void navigate(address({ filters: next }))} />}
      </div>
      <section className="match-list" aria-label={t("search.hits")}>
        {text ? (
          <Found text={text} filters={filters} page={page} size={size} address={address} />
        ) : (
          <div className="match-start">
            <Empty title={t("match.start")} text={t("match.start.why")} />
          </div>
        )}
      </section>
    </div>
  );
}

function Narrow({ text, filters, change }: { text: string; filters: readonly string[]; change: (filters: string[]) => void }) {
  const facets = useFacets({ query: "", filters }, text);
  return (
    <FacetList
      facets={facets.list}
      filters={filters}
      stale={facets.stale}
      toggle={(name, value) => change(toggleValue(filters, name, value))}
      setRange={(name, range) => change(setValue(filters, name, range))}
    />
  );
}

interface FoundProps {
  text: string;
  filters: readonly string[];
  page: number;
  size: number;
  address: (change: { filters?: readonly string[]; page?: number; size?: number }) => string;
}

function Found({ text, filters, page, size, address }: FoundProps) {
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const found = useQuery(matches(text, filters, page, size, language));
  const best = useQuery(matches(text, filters, 1, sizes[0]!, language)).data?.hits[0]?.score;
  const facets = useFacets({ query: "", filters }, text);
  const hits = found.data?.hits ?? [];
  const [row, setRow] = useRowKeys(hits.length, (at) => void navigate(`/patents/${hits[at]!.id}`));

  const chips = <FilterChips filters={filters} labels={facets.labels} change={(next) => void navigate(address({ filters: next }))} />;
  if (found.error instanceof Problem && found.error.status === 400)
    return (
      <Note tone="mend" role="alert">
        <b>{t("match.failed")}</b>
        <p>{found.error.message}</p>
      </Note>
    );
  if (found.error) return <Failed error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Waiting rows={8} />;
  const { total, ms, note } = found.data;
  const pages = Math.max(1, Math.ceil(total / size));
  if (total === 0)
    return (
      <>
        {chips}
        <Empty title={t("match.none")} text={t("match.none.why")} />
      </>
    );
  return (
    <>
      <div className="match-tools">
        <p role="status">
          <b>{t("match.close", { n: total.toLocaleString("en") })}</b>
          <span className="quiet">
            {t("match.order")} · {t("search.exact", { ms: ms.toFixed(ms < 10 ? 1 : 0) })}
          </span>
        </p>
        {chips}
        <div className="match-legend">
          <ReasonLegend />
          <span className="quiet">{t("match.scale")}</span>
        </div>
      </div>
      {note && <Note tone="age">{note}</Note>}
      <HitList
        hits={hits.map((hit) => ({ ...hit, highlights: hit.highlights.filter(({ field }) => field === "title") }))}
        first={(page - 1) * size + 1}
        at={row}
        stale={found.isPlaceholderData}
        choose={setRow}
        below={(_, i) => <Reasons reasons={hits[i]!.reasons ?? []} score={hits[i]!.score} best={best ?? hits[0]!.score} />}
      />
      <Pager page={Math.min(page, pages)} pages={pages} size={size} sizes={sizes} address={(to, each) => address({ page: to, size: each })} go={(to) => void navigate(to)} />
    </>
  );
}
