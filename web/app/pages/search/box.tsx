/* The query, and what helps to write one: rows of fields, earlier queries, the syntax. */
import { useEffect, useRef, useState } from "react";
import { guardEnter, useKeys } from "../../ui/keys.ts";
import { useText, type Key } from "../../text/index.ts";
import { Builder } from "./builder.tsx";
import { Help } from "./help.tsx";
import { combine, HistoryList, type History } from "./history.tsx";
import type { View } from "../../rooms/patent/view.ts";

const panels = ["builder", "history", "help"] as const;
type Panel = (typeof panels)[number];
const labels: Record<Panel, Key> = { builder: "search.builder", history: "search.history", help: "search.help" };

export function SearchBox({ view, history, search }: { view: View; history: History; search: (query: string, alone?: boolean) => void }) {
  const t = useText();
  const [typed, setTyped] = useState(view.query);
  const [open, setOpen] = useState<Panel | null>(null);
  const [missing, setMissing] = useState<number>();
  const box = useRef<HTMLInputElement>(null);
  const place = JSON.stringify(view);
  useEffect(() => {
    setTyped(view.query);
    setOpen(null);
  }, [place]);
  useEffect(() => {
    if (!view.asked) box.current?.focus();
  }, [view.asked]);
  useKeys([{ keys: "s", label: t("search.key.box"), run: () => box.current?.select() }]);

  const toggle = (panel: Panel) => setOpen(open === panel ? null : panel);
  return (
    <div className="search-head no-print" onKeyDown={(event) => event.key === "Escape" && setOpen(null)}>
      <form
        className="query-box"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          setOpen(null);
          const combined = combine(typed, history.list);
          setMissing(typeof combined === "number" ? combined : undefined);
          if (combined === undefined) search(typed.trim());
          else if (typeof combined === "string") search(combined, true);
        }}
      >
        <input
          ref={box}
          type="search"
          value={typed}
          placeholder={t("search.placeholder")}
          aria-label={t("search.box")}
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="search"
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={guardEnter}
        />
        {panels.map((panel) => (
          <button key={panel} type="button" className="search-aid" aria-expanded={open === panel} aria-controls="search-panel" onClick={() => toggle(panel)}>
            {t(labels[panel])}
          </button>
        ))}
        <button type="submit" className="search-go">
          {t("search.go")}
        </button>
      </form>
      {missing !== undefined && (
        <p role="alert" className="search-missing">
          {t("search.history.missing", { n: missing })}
        </p>
      )}
      <div id="search-panel" className={open ? "search-panel" : undefined}>
        {open === "builder" && <Builder query={typed.trim()} search={search} />}
        {open === "history" && <HistoryList history={history} pick={(n) => setTyped((before) => `${before.trim()}${/[#＃]\d+\)?\s*$/.test(before) ? " AND" : ""} #${n}`.trim())} />}
        {open === "help" && <Help />}
      </div>
    </div>
  );
}
