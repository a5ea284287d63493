/* The search of the top bar; `/` goes to it. Enter while an input method composes searches nothing. */
import "./search-box.css";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { useLocation, useNavigate } from "react-router";
import { useText } from "../text/index.ts";
import { Icon } from "./icons.tsx";
import { guardEnter, useKeys } from "./keys.ts";

export function SearchBox() {
  const t = useText();
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const box = useRef<HTMLInputElement>(null);
  const asked = pathname === "/patents" ? (new URLSearchParams(search).get("query") ?? "") : "";
  const [query, setQuery] = useState(asked);
  useEffect(() => setQuery(asked), [asked]);
  useKeys([{ keys: "/", label: t("shell.search"), run: () => box.current?.focus() }]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (query.trim()) void navigate(`/patents?query=${encodeURIComponent(query.trim())}`);
  };
  return (
    <form className="search-box" role="search" aria-label={t("shell.search")} onSubmit={submit}>
      <Icon name="lens" />
      <input
        ref={box}
        type="search"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={guardEnter}
        placeholder={t("shell.search.hint")}
        aria-label={t("shell.search")}
        aria-keyshortcuts="/"
        maxLength={1000}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}
