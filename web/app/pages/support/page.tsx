/* Support by offices, typical cases and the reserve: each kind with what it is, its records of the year and the way to enter one. */
import "../../parts/plain-table.css";
import "../../parts/controls.css";
import "../../parts/bar.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, base, take } from "../../api/client.ts";
import { listOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { Data } from "../../parts/data.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Failed, Waiting } from "../../parts/states.tsx";
import { day } from "../../parts/time.ts";
import { useLanguage, useText } from "../../text/index.ts";

const kinds = ["typical_case", "support_given", "support_record", "support_policy", "reserve_project", "support"] as const;

export default function Support() {
  const t = useText();
  const language = useLanguage();
  const year = Number(day(serverNow()).slice(0, 4));
  const read = useQuery({ queryKey: ["types", "counts", year, language], queryFn: () => take(api.GET("/api/v1/types", { params: { query: { counts: "year", year } } })) });
  const waiting = useQuery({ ...listOf("typical_case", { filter: "state=submitted", fields: "title", limit: 1, page: 1 }), retry: false }).data?.total;
  if (read.error) return <Failed page error={read.error} retry={() => void read.refetch()} />;
  if (!read.data) return <Waiting rows={6} />;
  const rows = kinds.flatMap((name) => read.data.items.filter((one) => one.name === name && one.may.includes("read")).map((one) => ({ ...one, name })));
  return (
    <>
      <PageHead
        title={t("support.title")}
        line={t("support.line", { year })}
        actions={
          <a className="button" href={`${base}/typical`}>
            {t("support.public")}
          </a>
        }
      />
      <table className="plain-table bar-table">
        <thead>
          <tr>
            <th scope="col">{t("support.kind")}</th>
            <th scope="col">{t("support.what")}</th>
            <th scope="col" className="number">
              {t("support.count", { year })}
            </th>
            <th scope="col">
              <span className="said">{t("records.enter")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, label, year: count, may }) => (
            <tr key={name}>
              <th scope="row" className="bar-name">
                <Link to={`/r/${name}`}>
                  <Data text={label} />
                </Link>
              </th>
              <td>
                {t(`support.${name}`)}
                {name === "typical_case" && !!waiting && (
                  <small>
                    <Link to="/r/typical_case?filter=state%3Dsubmitted">{t("support.waiting", { n: waiting })}</Link>
                  </small>
                )}
              </td>
              <td className="number">{count ?? t("common.unknown")}</td>
              <td className="number">
                {may.includes("create") && (
                  <Link className="button small" to={`/r/${name}/new`} aria-label={t("records.add", { type: label })}>
                    ＋ {t("records.enter")}
                  </Link>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
