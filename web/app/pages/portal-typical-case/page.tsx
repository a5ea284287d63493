/* One typical case, as it was cleared and published. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { api, take } from "../../api/client.ts";
import { Answer, Crumbs, Data, isMissing, NotFound, useTitle } from "../../parts/portal-parts.tsx";
import { languageNow, useText } from "../../text/index.ts";

export default function TypicalCase() {
  const t = useText();
  const { id = "" } = useParams();
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
