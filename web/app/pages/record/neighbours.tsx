/* The record before and after this one in the list from which it was opened. */
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useNavigate } from "react-router";
import { listOf, recordPath, type ListOrigin, type RecordType, type Row } from "../../api/records.ts";
import { useKeys } from "../../ui/keys.ts";
import { useLanguage, useText } from "../../text/index.ts";

type Neighbour = { to: string; origin: ListOrigin } | undefined;

function useNeighbours(type: RecordType, row: Row) {
  const { origin } = (useLocation().state ?? {}) as { origin?: ListOrigin };
  const known = origin?.type === type.name;
  const { page = 1, limit = 1, ...asked } = origin?.question ?? {};
  const list = (at: number, enabled: boolean) => useQuery({ ...listOf(type.name, { ...asked, page: at, limit }), enabled });
  const here = list(page, known).data;
  const items = here?.items ?? [];
  const found = items.findIndex(({ id }) => id === row.id);
  const at = found < 0 ? (origin?.at ?? 0) : found; // a record that has left the list leaves its place to the next
  const after = found < 0 ? at : at + 1;
  const total = here?.total ?? 0;
  const before = list(page - 1, known && at === 0 && page > 1).data?.items;
  const later = list(page + 1, known && !!here && after >= items.length && page * limit < total).data?.items;
  const of = (item: { id?: unknown } | undefined, onPage: number, place: number): Neighbour =>
    item && origin ? { to: recordPath(type.name, item.id), origin: { ...origin, question: { ...origin.question, page: onPage }, at: place } } : undefined;
  return {
    search: known ? origin.search : "",
    place: known && here ? { n: (page - 1) * limit + at + 1, total } : undefined,
    previous: at > 0 ? of(items[at - 1], page, at - 1) : of(before?.[limit - 1], page - 1, limit - 1),
    next: after < items.length ? of(items[after], page, after) : of(later?.[0], page + 1, 0),
  };
}

export function Crumb({ type, row }: { type: RecordType; row: Row }) {
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const { search, place, previous, next } = useNeighbours(type, row);
  const go = (one: Neighbour) => one && void navigate(one.to, { state: { origin: one.origin } });
  useKeys([
    ...(previous ? [{ keys: "[", label: t("records.previous"), run: () => go(previous) }] : []),
    ...(next ? [{ keys: "]", label: t("records.next"), run: () => go(next) }] : []),
  ]);
  return (
    <p className="crumb record-crumb">
      <Link to={`/r/${type.name}${search}`}>{type.label?.[language] ?? type.name}</Link>
      {place && <span>{t("records.place", { n: place.n.toLocaleString("en"), total: place.total.toLocaleString("en") })}</span>}
      {previous && (
        <Link to={previous.to} state={{ origin: previous.origin }}>
          {t("records.previous")}
        </Link>
      )}
      {next && (
        <Link to={next.to} state={{ origin: next.origin }}>
          {t("records.next")}
        </Link>
      )}
    </p>
  );
}
