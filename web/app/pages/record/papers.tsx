/* Papers that the type names, filled from the record: as they print, what stands in each place and from where, and what
 * changed since the draft that was kept last. Drafts are kept as records of the type named after this one. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api, base, take, type Schemas } from "../../api/client.ts";
import { listOf, recordPath, typesOf, type Listed, type RecordType, type Row } from "../../api/records.ts";
import { newKey } from "../../api/submit-key.ts";
import { holds } from "../../fields/limits.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { ErrorNote } from "../../ui/note.tsx";
import { PaperPages } from "../../ui/paper-view.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { minute } from "../../ui/time.ts";

type Kept = Listed & { created_ms: number; places?: { place: string; label: string; value?: string }[] };
type Paper = Schemas["RecordPaper"];

export const draftsOf = (type: string) => `${type}_draft`;

export function Papers({ type, row }: { type: RecordType; row: Row }) {
  const t = useText();
  const language = useLanguage();
  const [chosen, setChosen] = useState<Paper>();
  const papers = (type.papers ?? []).filter(({ when }) => holds(when, row));
  if (papers.length === 0) return null;
  return (
    <section className="record-section no-print" aria-label={t("records.papers")}>
      <h2>{t("records.papers")}</h2>
      <div className="record-papers">
        {papers.map((one) => (
          <span key={one.name}>
            <Button aria-pressed={one === chosen} onClick={() => setChosen(one === chosen ? undefined : one)}>
              {one.label?.[language] ?? one.name}
            </Button>
            <a className="button" href={`${base}/api/v1/records/${type.name}/${row.id}/papers/${one.name}?as=docx`} aria-label={`Word ${one.label?.[language] ?? one.name}`}>
              Word
            </a>
          </span>
        ))}
      </div>
      {chosen && <Draft key={chosen.name} type={type} row={row} name={chosen.name} title={chosen.label?.zh ?? chosen.name} />}
    </section>
  );
}

function Draft({ type, row, name, title }: { type: RecordType; row: Row; name: string; title: string }) {
  const t = useText();
  const cache = useQueryClient();
  const kind = draftsOf(type.name);
  const at = `/records/${type.name}/${row.id}/papers/${name}`;
  const draft = useQuery({
    queryKey: ["record", type.name, row.id, "paper", name],
    queryFn: () => take(api.GET("/api/v1/records/{type}/{id}/papers/{paper}", { params: { path: { type: type.name, id: row.id, paper: name } } })),
  });
  const may = useQuery(typesOf(useLanguage())).data?.items.find((one) => one.name === kind)?.may ?? [];
  const last = useQuery({ ...listOf<Kept>(kind, { filter: `${type.name}=${row.id} and paper="${name}"`, sort: "-id", limit: 1, fields: "places,created_ms" }), enabled: may.includes("read") }).data?.items[0];
  const places = new Map((draft.data?.places ?? []).map((one) => [`${one.name} ${one.row ?? ""}`.trim(), one]));
  const before = new Map((last?.places ?? []).map((one) => [one.place, one]));
  const rows = [...places, ...[...before].filter(([place]) => !places.has(place)).map(([place, { label }]) => [place, { label, value: undefined, row: undefined, type: undefined, id: undefined }] as const)];
  const changed = rows.filter(([place, { value }]) => before.get(place)?.value !== value).length;
  const keep = useMutation({
    mutationFn: () =>
      take(
        api.POST("/api/v1/records/{type}", {
          params: { path: { type: kind }, header: { "Idempotency-Key": newKey() } },
          body: { [type.name]: row.id, paper: name, title, places: [...places].map(([place, { label, value }]) => ({ place, label, value })) },
        }),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: ["records", kind] }),
  });
  if (draft.error) return <Failed error={draft.error} retry={() => void draft.refetch()} />;
  if (!draft.data) return <Waiting />;
  const lacking = [...places.values()].some(({ value }) => !value);
  return (
    <>
      <PaperPages title={title} draft={lacking} src={(page) => `${at}?as=png&version=${row.version}&n=${page}`} pdf={`${at}?as=pdf`} docx={`${at}?as=docx`} />
      <p className="quiet">
        {last ? t("records.papers.changed", { time: minute(last.created_ms), n: changed }) : t("records.papers.first")}{" "}
        {may.includes("create") && (!last || changed > 0) && (
          <Button size="small" loading={keep.isPending} onClick={() => keep.mutate()}>
            {t("records.papers.keep")}
          </Button>
        )}
      </p>
      <ErrorNote error={keep.error ?? undefined} />
      <div className="record-scroll" tabIndex={0} role="group" aria-label={t("records.papers.places")}>
        <table className="close-rows record-table">
          <thead>
            <tr>
              <th>{t("records.papers.place")}</th>
              <th>{t("records.papers.value")}</th>
              <th>{t("records.papers.source")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([place, { label, value, row: line, type: of, id }]) => (
              <tr key={place}>
                <td>
                  {label}
                  {place.includes(".capitals") && t("records.papers.capitals")} {line && <small className="quiet">{line}</small>}
                </td>
                <td>
                  {last && before.get(place)?.value !== value && <del>{before.get(place)?.value ?? t("records.papers.lacks")}</del>} {value ? <Data text={value} /> : places.has(place) && <b className="record-lacks">{t("records.papers.lacks")}</b>}
                </td>
                <td>
                  {value && id ? <Link to={of ? recordPath(of, id) : `/patents/${id}`}>{of === type.name ? String(row[type.title ?? ""] ?? id) : t("records.papers.library")}</Link> : !value && places.has(place) && <Link to={`/r/${type.name}/${row.id}/edit`}>{t("records.papers.fill")}</Link>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
