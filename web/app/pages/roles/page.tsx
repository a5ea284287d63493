/* All roles that people hold, and all requests of administrators, those that are decided too. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "../../rooms/centre/centres.css";
import "../../rooms/people/people.css";
import "./roles.css";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearchParams } from "react-router";
import { base } from "../../api/client.ts";
import { useAsked } from "../../ui/asked.ts";
import { Choice } from "../../ui/choice.tsx";
import { Data } from "../../ui/data.tsx";
import { ListPage } from "../../ui/list-page.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Pager } from "../../ui/pager.tsx";
import { grantColumns } from "../../rooms/people/grant-columns.tsx";
import { RequestCard, useRequests } from "../../rooms/people/requests.tsx";
import { grantsOf, isErased, rolesOf, unitsOf, useMay } from "../../rooms/people/roster.ts";
import { StateTag } from "../../ui/state-tag.tsx";
import { Failed, NotFound, Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { minute } from "../../ui/time.ts";
import { useTaskWords } from "../../rooms/task/words.ts";
import { useLanguage, useText, wordOf } from "../../text/index.ts";

const SIZES = [50, 100] as const;
const STATES = ["active", "later", "ended"] as const;

export default function Roles() {
  const t = useText();
  const may = useMay();
  const [params] = useSearchParams();
  const requests = params.get("view") === "requests";
  const waiting = useRequests();
  if (!may.everywhere) return <NotFound page />;
  return (
    <>
      <PageHead title={t("roles.title")} line={t("roles.line")} />
      <Tabs
        label={t("roles.title")}
        tabs={[
          { to: "/roles", label: t("roles.held"), current: !requests },
          { to: "/roles?view=requests", label: t("roles.requests"), count: waiting.waiting.length, current: requests },
        ]}
      />
      {requests ? <Requests /> : <Held />}
    </>
  );
}

function Held() {
  const t = useText();
  const navigate = useNavigate();
  const { params, asked, set } = useAsked();
  const narrow = (change: Record<string, string>) => set({ ...change, page: undefined });
  const state = asked("state") || "active";
  const query = { ...(asked("unit") ? { unit: Number(asked("unit")) } : {}), ...(asked("role") ? { role: asked("role") } : {}), ...(state === "ended" || state === "all" ? { ended: true } : {}) };
  const roles = useQuery(rolesOf(useLanguage())).data ?? [];
  const units = useQuery(unitsOf()).data?.items ?? [];
  const read = useQuery(grantsOf(query));
  const rows = read.data?.items.filter((one) => state === "all" || one.state === state) ?? [];
  const page = Number(asked("page")) || 1;
  const size = Number(asked("size")) || SIZES[0];
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const at = (to: number, many: number) => `/roles?${new URLSearchParams({ ...Object.fromEntries(params), page: String(to), size: String(many) })}`;
  return (
    <ListPage
      head={null}
      of={read}
      waiting={10}
      rows={read.data && rows.slice((page - 1) * size, page * size)}
      bar={
        <div className="centres-bar no-print">
          <Choice data label={t("people.unit")} value={asked("unit")} options={units.map(({ id, name }) => [id, name])} onChange={(unit) => narrow({ unit })} />
          <Choice label={t("people.role")} value={asked("role")} options={roles.filter(({ role }) => role !== "public").map(({ role, label }) => [role, label])} onChange={(role) => narrow({ role })} />
          <Choice label={t("people.state")} value={state} first={null} options={[...STATES.map((one) => [one, t(`people.grant.${one}`)] as const), ["all", t("centres.all")]]} onChange={(one) => narrow({ state: one === "active" ? "" : one })} />
          <a className="button" href={`${base}/api/v1/grants?${new URLSearchParams({ ...Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])), format: "xlsx" })}`} download>
            {t("records.export")}
          </a>
        </div>
      }
      empty={t("roles.none")}
      foot={pages > 1 && <Pager page={page} pages={pages} size={size} sizes={SIZES} address={at} go={(to) => void navigate(to)} />}
      caption={t("roles.n", { n: rows.length })}
      keyOf={({ id }) => id}
      columns={[
        {
          head: t("people.name"),
          cell: (one) => (
            <>
              <Link to={`/people?unit=${one.unit}&person=${one.account}`}>
                <Data text={isErased(one.display_name) ? t("people.erased") : one.display_name!} />
              </Link>
              <small className="mono">{one.name}</small>
            </>
          ),
        },
        { head: t("people.unit"), cell: (one) => <Data text={one.unit_name} /> },
        { head: t("people.role"), cell: (one) => <Data text={one.label} /> },
        ...grantColumns(t),
      ]}
    />
  );
}

function Requests() {
  const t = useText();
  const words = useTaskWords();
  const requests = useRequests();
  if (requests.error) return <Failed error={requests.error} />;
  if (!requests.ready) return <Waiting rows={6} />;
  return (
    <div className="roles-requests">
      <section aria-label={t("people.requests")}>
        <h2>{t("people.requests")}</h2>
        {requests.waiting.length === 0 ? (
          <p className="people-none">{t("people.requests.none")}</p>
        ) : (
          <ul>
            {requests.waiting.map(({ row, mine }) => (
              <RequestCard key={row.proposal} row={row} mine={mine} />
            ))}
          </ul>
        )}
      </section>
      <section aria-label={t("roles.decided")}>
        <h2>{t("roles.decided")}</h2>
        {requests.decided.length === 0 ? (
          <p className="people-none">{t("roles.decided.none")}</p>
        ) : (
          <div className="table-scroll">
            <Table
              rows={requests.decided.slice(0, 100)}
              keyOf={({ proposal }) => proposal!}
              columns={[
                {
                  head: t("roles.what"),
                  cell: (row) => (
                    <>
                      <Data text={`${row.what} ${words.title(row)}`} />
                      <small>
                        <Data text={(row.asked ?? []).join(t("common.comma"))} />
                      </small>
                    </>
                  ),
                },
                { head: t("roles.asked"), cell: ({ by }) => by && <Data text={by} /> },
                { head: t("case.input.reason"), cell: ({ reason }) => reason && <Data text={reason} /> },
                { head: t("roles.when"), className: "day", cell: ({ since_ms }) => minute(since_ms) },
                { head: t("people.state"), cell: ({ proposal_state: state }) => <StateTag tone={state === "confirmed" ? "green" : state === "refused" ? "red" : "grey"}>{wordOf(t, `people.decided.${state ?? "expired"}`, "")}</StateTag> },
              ]}
            />
          </div>
        )}
      </section>
    </div>
  );
}
