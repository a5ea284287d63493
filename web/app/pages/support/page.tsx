/* Support by offices, typical cases and the reserve: each kind with what it is, its records and the way to enter one. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "../../ui/list-bar.css";
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { base } from "../../api/client.ts";
import { listOf, typesOf } from "../../api/records.ts";
import { Data } from "../../ui/data.tsx";
import { ListPage } from "../../ui/list-page.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { useLanguage, useText } from "../../text/index.ts";

const kinds = ["typical_case", "support_given", "support_record", "support_policy", "reserve_project", "support"] as const;

export default function Support() {
  const t = useText();
  const read = useQuery(typesOf(useLanguage()));
  const rows = kinds.flatMap((name) => (read.data?.items ?? []).filter((one) => one.name === name && one.may.includes("read")).map((one) => ({ ...one, name })));
  const totals = useQueries({ queries: rows.map(({ name }) => listOf(name, { limit: 1, page: 1 })) });
  const waiting = useQuery({ ...listOf("typical_case", { filter: "state=submitted", limit: 1, page: 1 }), retry: false }).data?.total;
  return (
    <ListPage
      whole
      of={read}
      rows={read.data && rows}
      head={
        <PageHead
          title={t("support.title")}
          line={t("support.line")}
          actions={
            <a className="button" href={`${base}/typical`}>
              {t("support.public")}
            </a>
          }
        />
      }
      empty={null}
      frame={(table) => table}
      className="list-table"
      keyOf={({ name }) => name}
      columns={[
        {
          head: t("support.kind"),
          named: true,
          className: "list-name",
          cell: ({ name, label }) => (
            <Link to={`/r/${name}`}>
              <Data text={label} />
            </Link>
          ),
        },
        {
          head: t("support.what"),
          cell: ({ name }) => (
            <>
              {t(`support.${name}`)}
              {name === "typical_case" && !!waiting && (
                <small>
                  <Link to="/r/typical_case?filter=state%3Dsubmitted">{t("support.waiting", { n: waiting })}</Link>
                </small>
              )}
            </>
          ),
        },
        {
          head: t("support.count"),
          number: true,
          cell: ({ name, label }, i) => (
            <Link to={`/r/${name}`} aria-label={`${label} ${totals[i]?.data?.total ?? ""}`}>
              {totals[i]?.data?.total?.toLocaleString("en") ?? (totals[i]?.isPending ? "" : t("common.unknown"))}
            </Link>
          ),
        },
        {
          head: <span className="said">{t("records.enter")}</span>,
          className: "number",
          cell: ({ name, label, may }) =>
            may.includes("create") && (
              <Link className="button small" to={`/r/${name}/new`} aria-label={t("records.add", { type: label })}>
                ＋ {t("records.enter")}
              </Link>
            ),
        },
      ]}
    />
  );
}
