/* Lists that the reader keeps, each by its address: records of the type list_view, so that they are there on every computer. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Link } from "react-router";
import { api, take } from "../../api/client.ts";
import { listOf, typesOf } from "../../api/records.ts";
import { newKey } from "../../api/submit-key.ts";
import { useAct } from "../../ui/act.ts";
import { Data } from "../../ui/data.tsx";
import { Icon } from "../../ui/icons.tsx";
import { guardEnter } from "../../ui/keys.ts";
import { useLanguage, useText, type Key } from "../../text/index.ts";

const TYPE = "list_view";

/* Lists that everybody has: the ledger of service inventions (职务科技成果单列), the others, and fees to pay or to let lapse. */
const ready: Readonly<Record<string, readonly (readonly [Key, string])[]>> = {
  patent_holding: [
    ["records.views.service", "filter=service_invention%3Dtrue"],
    ["records.views.others", "filter=service_invention%3Dfalse+or+service_invention+is+empty"],
    ["records.views.fees", "cols=number%2Ctitle%2Cgrade%2Cfee_due%2Cfee_advice%2Cupkeep&filter=fee_due%3E2000-01-01&sort=fee_due"],
  ],
};

const canonical = (params: URLSearchParams) => {
  const kept = new URLSearchParams([...params].filter(([key, value]) => value && !/^(page|created)$/.test(key)));
  kept.sort();
  return kept.toString();
};

export function Views({ type, params }: { type: string; params: URLSearchParams }) {
  const t = useText();
  const cache = useQueryClient();
  const may = useQuery(typesOf(useLanguage())).data?.items.find(({ name }) => name === TYPE)?.may.includes("create") ?? false;
  const { data } = useQuery({ ...listOf(TYPE, { filter: `kind=${type}`, fields: "*", limit: 100 }), enabled: may });
  const [naming, setNaming] = useState(false);
  const { error, act } = useAct();
  if (!may || !data) return null;
  const here = canonical(params);
  const always = ready[type] ?? [];
  const isKept = data.items.some(({ query }) => (query ?? "") === here) || always.some(([, query]) => query === here);
  if (data.items.length === 0 && always.length === 0 && !here) return null;
  const run = (write: () => Promise<unknown>) =>
    act(async () => {
      await write();
      setNaming(false);
      await cache.invalidateQueries({ queryKey: ["records", TYPE] });
    });
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name")).trim();
    if (name) void run(() => take(api.POST("/api/v1/records/{type}", { params: { path: { type: TYPE }, header: { "Idempotency-Key": newKey() } }, body: { name, kind: type, query: here || null } })));
  };
  const end = (row: Record<string, unknown>) =>
    void run(() => take(api.POST("/api/v1/records/{type}/{id}/actions/{action}", { params: { path: { type: TYPE, id: Number(row.id), action: "end" }, header: { "If-Match": `"${String(row.version)}"`, "Idempotency-Key": newKey() } }, body: {} })));
  return (
    <nav className="list-views no-print" aria-label={t("records.views")}>
      {always.map(([name, query]) => (
        <Link key={name} to={`/r/${type}?${query}`} aria-current={query === here ? "true" : undefined}>
          {t(name)}
        </Link>
      ))}
      {data.items.map((row) => (
        <span key={String(row.id)}>
          <Link to={`/r/${type}${row.query ? `?${String(row.query)}` : ""}`} aria-current={row.query === here ? "true" : undefined}>
            <Data text={String(row.name)} />
          </Link>
          <button type="button" aria-label={t("records.views.remove", { name: String(row.name) })} title={t("records.views.remove", { name: String(row.name) })} onClick={() => end(row)}>
            <Icon name="close" />
          </button>
        </span>
      ))}
      {naming ? (
        <form onSubmit={save} onKeyDown={(event) => event.key === "Escape" && setNaming(false)}>
          <input className="input" name="name" autoFocus required maxLength={60} aria-label={t("records.views.name")} placeholder={t("records.views.name")} onKeyDown={guardEnter} />
          <button type="submit" className="button small">
            {t("records.save")}
          </button>
        </form>
      ) : (
        !isKept && here && (
          <button type="button" className="link-button" onClick={() => setNaming(true)}>
            {t("records.views.save")}
          </button>
        )
      )}
      {error && <span role="alert"><Data text={error.message} /></span>}
    </nav>
  );
}
