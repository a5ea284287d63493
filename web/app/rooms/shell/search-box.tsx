/* The search of the top bar; `/` goes to it. A list of what is found opens below it while somebody types: the arrows go
 * through it, Enter opens an only hit and otherwise the page of all. Enter while an input method composes does nothing. */
import "./search-box.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, type FocusEvent, type FormEvent, type KeyboardEvent } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import { findAddress, found, foundAddress, type FoundGroup } from "./find.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { FoundRow } from "./found-item.tsx";
import { Icon } from "../../ui/icons.tsx";
import { composing, guardEnter, useKeys } from "../../ui/keys.ts";

const WAIT_MS = 200;
const SHORT = 3; // of each of many groups
const LETTERS_MIN = 2; // of one letter there is too much

export function SearchBox() {
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const { pathname, search, key } = useLocation();
  const form = useRef<HTMLFormElement>(null);
  const box = useRef<HTMLInputElement>(null);
  const asked = pathname === "/find" ? (new URLSearchParams(search).get("q") ?? "") : "";
  const [typed, setTyped] = useState(asked);
  const [open, setOpen] = useState(false);
  const words = useLater(typed.trim());
  const listed = open && typed.trim().length >= LETTERS_MIN && words.length >= LETTERS_MIN;
  const { data } = useQuery({ ...found(words, language), enabled: listed });
  useEffect(() => setTyped(asked), [asked]);
  useEffect(() => setOpen(false), [key]);
  useKeys([{ keys: "/", label: t("shell.search"), run: () => box.current?.focus() }]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const query = typed.trim();
    if (!query) return;
    const groups = await cache.fetchQuery(found(query, language)).then(({ groups }) => groups, () => []);
    const only = onlyHit(groups);
    setOpen(false);
    void navigate(only ? foundAddress(only.kind, only.items[0]!, query) : findAddress(query));
  };
  const move = (event: KeyboardEvent) => {
    if (composing(event)) return;
    if (event.key === "Escape" && open) {
      event.preventDefault();
      box.current?.focus();
      setOpen(false);
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [box.current!, ...form.current!.querySelectorAll("a")];
    const to = stops[stops.findIndex((one) => one === document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
    if (listed && to) {
      event.preventDefault();
      to.focus();
    }
  };
  const leave = (event: FocusEvent) => {
    if (!form.current!.contains(event.relatedTarget)) setOpen(false);
  };
  return (
    <form ref={form} className="search-box" role="search" aria-label={t("shell.search")} onSubmit={(event) => void submit(event)} onKeyDown={move} onBlur={leave}>
      <Icon name="lens" />
      <input
        ref={box}
        type="search"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setOpen(true);
        }}
        onKeyDown={guardEnter}
        placeholder={t("shell.search.hint")}
        aria-label={t("shell.search")}
        aria-keyshortcuts="/"
        autoComplete="off"
        maxLength={1000}
      />
      <kbd aria-hidden="true">/</kbd>
      {listed && data && <FoundList groups={data.groups} total={data.total} words={words} />}
    </form>
  );
}

function FoundList({ groups, total, words }: { groups: FoundGroup[]; total: number; words: string }) {
  const t = useText();
  const hits = groups.filter((group) => group.total > 0);
  return (
    <div className="search-box-found">
      <p className="said" role="status">
        {t("find.total", { n: total })}
      </p>
      {hits.map(({ kind, items, total: all }) => (
        <section key={kind} aria-label={t(`find.kind.${kind}`)}>
          <h2>
            {t(`find.kind.${kind}`)} <small>{all.toLocaleString("en")}</small>
          </h2>
          {items.slice(0, hits.length > 2 ? SHORT : undefined).map((item, at) => (
            <FoundRow key={at} kind={kind} item={item} words={words} />
          ))}
        </section>
      ))}
      {total === 0 ? (
        <p>{t("find.none")}</p>
      ) : (
        <Link className="search-box-all" to={findAddress(words)}>
          {t("find.all", { n: total.toLocaleString("en") })}
        </Link>
      )}
    </div>
  );
}

function onlyHit(groups: FoundGroup[]): FoundGroup | undefined {
  const hits = groups.filter(({ total }) => total > 0);
  return hits.length === 1 && hits[0]!.total === 1 && hits[0]!.items.length === 1 ? hits[0] : undefined;
}

/* The words once nobody has typed for a moment. */
function useLater(words: string): string {
  const [later, setLater] = useState(words);
  useEffect(() => {
    const timer = setTimeout(() => setLater(words), WAIT_MS);
    return () => clearTimeout(timer);
  }, [words]);
  return later;
}
