/* A record of another type, or several, found by words; the form of a new one opens in another tab. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useHref } from "react-router";
import { listOf, recordOf, rulesFor, titleOf, typeOf } from "../api/records.ts";
import { useSession } from "../api/session.ts";
import { Data } from "../ui/data.tsx";
import { useLanguage, useText } from "../text/index.ts";
import { Chips, Combo } from "./combo.tsx";
import { aria, isMany, manyOf, type WidgetProps } from "./field.ts";
import { useSettled } from "./settled.ts";

const OFFERED = 12;
const NEW = "new";

export function RefInput(props: WidgetProps) {
  const t = useText();
  const language = useLanguage();
  const { field, value, onChange, id } = props;
  const many = isMany(field);
  const to = field.to ?? "";
  const [typed, setTyped] = useState<string>();
  const type = useQuery({ ...typeOf(to), enabled: to !== "" }).data;
  const asked = useSettled((typed ?? "").trim());
  // Words are looked for only in texts that the reader sees of every record; the title by itself is seen more widely.
  const titled = !!asked && type?.fields.find(({ name }) => name === type.title)?.filter === "text";
  const named = titled ? `${type.title}~"${asked.replace(/["\\]/g, "\\$&")}"` : undefined;
  // A type that has no words to look for is asked for its titles, or offered as it stands.
  const q = type?.search?.length ? asked : "";
  const found = useQuery({ ...listOf(to, { ...(type?.search?.length ? { q: q || undefined } : { filter: named }), fields: type?.title, limit: q || type?.search?.length ? OFFERED : 100 }), enabled: !!type && typed !== undefined, refetchOnWindowFocus: "always" });
  const byTitle = useQuery({ ...listOf(to, { filter: named, fields: type?.title, limit: OFFERED }), enabled: titled && typed !== undefined && found.data?.items.length === 0 });
  const items = found.data?.items.length === 0 && titled ? byTitle.data?.items : found.data?.items;
  const chosen = manyOf<number>(value);
  const options = (items ?? [])
    .filter((row) => !many || !chosen.includes(row.id))
    .map((row) => ({ key: String(row.id), title: titleOf(type, row, language) }))
    .filter(({ title }) => q || !asked || title.includes(asked))
    .slice(0, OFFERED);
  const title = useTitleOf(to, many ? undefined : chosen[0]);
  const { roles } = useSession();
  const form = useHref(`/r/${to}/new`);
  const makes = !!type && to !== "case" && rulesFor(type, roles.map(({ role }) => role), "create").length > 0;
  const pick = (key: string) => {
    if (key === NEW) return void window.open(form, "_blank");
    onChange(many ? [...chosen, Number(key)] : Number(key));
    setTyped(many ? "" : undefined);
  };
  const text = (next: string) => {
    setTyped(next);
    if (next === "" && !many) onChange(undefined);
  };
  return (
    <>
      {many && <Chips items={chosen.map((one) => ({ key: String(one), label: <RefTitle type={to} id={one} /> }))} remove={(key) => keep(onChange, chosen.filter((one) => String(one) !== key))} removeLabel={t("fields.remove")} />}
      <Combo
        {...aria(props)}
        id={id}
        name={props.field.label}
        text={typed ?? title}
        onText={text}
        options={[
          ...options.map(({ key, title: label }) => ({ key, label: <Data text={label} /> })),
          ...(makes && typed !== undefined ? [{ key: NEW, label: <span className="combo-new">{t("fields.ref.new", { type: type.label?.[language] ?? to })}</span> }] : []),
        ]}
        first={!!asked && options.length > 0 && !found.isPlaceholderData && asked === typed?.trim()}
        onPick={pick}
        onLeave={() => setTyped(undefined)}
        empty={typed && options.length === 0 && !found.isFetching && !byTitle.isFetching && asked === typed.trim() ? t("fields.ref.none") : undefined}
      />
    </>
  );
}

const keep = (onChange: (value: unknown) => void, list: readonly unknown[]) => onChange(list.length ? list : undefined);

export function useTitleOf(type: string, id: number | undefined): string {
  const t = useText();
  const language = useLanguage();
  const described = useQuery({ ...typeOf(type), enabled: type !== "" }).data;
  const { data: row, error } = useQuery({ ...recordOf(type, id ?? 0), enabled: type !== "" && id !== undefined, retry: false, staleTime: 60_000 });
  return id === undefined ? "" : described && row ? titleOf(described, row, language) : error ? t("records.noRight") : "…";
}

/* The words of a record that another one points to. */
export function RefTitle({ type, id }: { type: string; id: number }) {
  return <Data text={useTitleOf(type, id)} />;
}
