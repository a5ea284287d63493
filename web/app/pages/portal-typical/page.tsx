/* Typical cases that the province has published: all, and one as it was cleared. */
import { useQuery, keepPreviousData } from "@tanstack/react-query";
import { Link, useParams, useSearchParams } from "react-router";
import { api, take } from "../../api/client.ts";
import { Answer, Crumbs, Data, Empty, isMissing, NotFound, Pages, SearchForm, useTitle } from "../../rooms/portal/parts.tsx";
import { languageNow, useText } from "../../text/index.ts";

const PAGE = 20;

export default function Typical() {
  const { id } = useParams();
  return id ? <TypicalCase id={id} /> : <TypicalCases />;
}

function TypicalCases() {
  const t = useText();
  const [words] = useSearchParams();
  const q = words.get("q") ?? "";
  const page = Number(words.get("page") ?? 1) || 1;
  const found = useQuery({
    queryKey: ["public", languageNow(), "typical", q, page],
    queryFn: () => take(api.GET("/api/v1/records/{type}", { params: { path: { type: "typical_case" }, query: { fields: "title,year,summary", sort: "-year", q: q || undefined, page, limit: PAGE } } })),
    placeholderData: keepPreviousData,
  });
  useTitle(t("portal.typical"), t("portal.typical.lead"));
  return (
    <div className="column page">
      <Crumbs to={[]}>{t("portal.typical")}</Crumbs>
      <h1>{t("portal.typical")}</h1>
      <p className="lead">{t("portal.typical.lead")}</p>
      <SearchForm to="/typical" initial={q} label={t("portal.typical.find")} />
      <Answer of={found} rows={6}>
        {(list) => (
          <div className="panel">
            <p className="count" role="status">
              {t("portal.count", { n: list.total ?? list.items.length })}
            </p>
            {list.items.length === 0 ? (
              <Empty text={q ? t("portal.none.words", { words: q }) : t("portal.typical.none")}>{q && <Link to="/typical">{t("portal.all")}</Link>}</Empty>
            ) : (
              <ul className="notices">
                {list.items.map((one) => (
                  <li key={Number(one.id)} className="notice-row">
                    <p className="notice-title">
                      <Link to={`/typical/${Number(one.id)}`}>
                        <Data>{String(one.title)}</Data>
                      </Link>
                    </p>
                    <p className="note">
                      {one.year ? t("portal.typical.year", { year: String(one.year) }) : ""} <Data>{String(one.summary ?? "")}</Data>
                    </p>
                  </li>
                ))}
              </ul>
            )}
            <Pages total={list.total ?? list.items.length} limit={PAGE} />
          </div>
        )}
      </Answer>
    </div>
  );
}

function TypicalCase({ id }: { id: string }) {
  const t = useText();
  const found = useQuery({
    queryKey: ["public", languageNow(), "typical", "one", id],
    queryFn: () => take(api.GET("/api/v1/records/{type}/{id}", { params: { path: { type: "typical_case", id: Number(id) } } })),
    retry: false,
  });
  const one = found.data;
  useTitle(one && String(one.title), one && String(one.summary ?? one.title));
  if (isMissing(found.error)) return <NotFound />;
  return (
    <div className="column page">
      <Crumbs to={[["/typical", t("portal.typical")]]}>{one ? <Data>{String(one.title)}</Data> : id}</Crumbs>
      <Answer of={found} rows={8}>
        {(row) => (
          <article className="typical">
            <h1 className="serif">
              <Data>{String(row.title)}</Data>
            </h1>
            <p className="lead">
              {row.year ? t("portal.typical.year", { year: String(row.year) }) : ""} <Data>{String(row.summary ?? "")}</Data>
            </p>
            <div className="panel typical-text">
              <Data>{String(row.text ?? "")}</Data>
            </div>
            <p className="no-print">
              <button type="button" className="link" onClick={() => print()}>
                {t("portal.print")}
              </button>
            </p>
          </article>
        )}
      </Answer>
    </div>
  );
}
