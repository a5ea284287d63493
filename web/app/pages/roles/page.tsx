/* All roles that people hold, and all requests of administrators, those that are decided too. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "../../rooms/centre/centres.css";
import "../../rooms/people/people.css";
import "./roles.css";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearchParams } from "react-router";
import { base } from "../../api/client.ts";
import { Data } from "../../ui/data.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Pager } from "../../ui/pager.tsx";
import { RequestCard, useRequests } from "../../rooms/people/requests.tsx";
import { grantsOf, isErased, rolesOf, unitsOf, useMay } from "../../rooms/people/roster.ts";
import { StateTag } from "../../ui/state-tag.tsx";
import { Empty, Failed, NotFound, Waiting } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { minute } from "../../ui/time.ts";
import { useTaskWords } from "../../rooms/task/words.ts";
import { useLanguage, useText } from "../../text/index.ts";

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
  const [params, setParams] = useSearchParams();
  const asked = (name: string) => params.get(name) ?? "";
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    value ? next.set(name, value) : next.delete(name);
    next.delete("page");
    setParams(next, { replace: true });
  };
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
    <>
      <div className="centres-bar no-print">
        <label>
          {t("people.unit")}{" "}
          <select className="input" value={asked("unit")} onChange={(event) => set("unit", event.target.value)}>
            <option value="">{t("centres.all")}</option>
            {units.map(({ id, name }) => (
              <option key={id} value={id} lang="zh-CN">
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t("people.role")}{" "}
          <select className="input" value={asked("role")} onChange={(event) => set("role", event.target.value)}>
            <option value="">{t("centres.all")}</option>
            {roles
              .filter(({ role }) => role !== "public")
              .map(({ role, label }) => (
                <option key={role} value={role}>
                  {label}
                </option>
              ))}
          </select>
        </label>
        <label>
          {t("people.state")}{" "}
          <select className="input" value={state} onChange={(event) => set("state", event.target.value === "active" ? "" : event.target.value)}>
            {STATES.map((one) => (
              <option key={one} value={one}>
                {t(`people.grant.${one}`)}
              </option>
            ))}
            <option value="all">{t("centres.all")}</option>
          </select>
        </label>
        <a className="button" href={`${base}/api/v1/grants?${new URLSearchParams({ ...Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)])), format: "xlsx" })}`} download>
          {t("records.export")}
        </a>
      </div>
      {read.error ? (
        <Failed error={read.error} retry={() => void read.refetch()} />
      ) : !read.data ? (
        <Waiting rows={10} />
      ) : rows.length === 0 ? (
        <Empty title={t("roles.none")} />
      ) : (
        <div className="table-scroll">
          <table className="plain-table">
            <caption className="said">{t("roles.n", { n: rows.length })}</caption>
            <thead>
              <tr>
                {(["people.name", "people.unit", "people.role", "people.dates", "people.byWhom", "people.state"] as const).map((name) => (
                  <th key={name} scope="col">
                    {t(name)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice((page - 1) * size, page * size).map((one) => (
                <tr key={one.id}>
                  <td>
                    <Link to={`/people?unit=${one.unit}&person=${one.account}`}>
                      <Data text={isErased(one.display_name) ? t("people.erased") : one.display_name!} />
                    </Link>
                    <small className="mono">{one.name}</small>
                  </td>
                  <td>
                    <Data text={one.unit_name} />
                  </td>
                  <td>
                    <Data text={one.label} />
                  </td>
                  <td className="day">{one.to ? t("people.fromTo", { from: one.from, to: one.to }) : t("people.since", { from: one.from })}</td>
                  <td>
                    <Data text={one.lent_by ? t("people.lent", { by: one.lent_by }) : [one.proposed_by, one.approved_by ?? t("people.program")].filter(Boolean).join(" / ")} />
                  </td>
                  <td>
                    <StateTag tone={one.state === "active" ? "green" : one.state === "later" ? "blue" : "grey"}>{t(`people.grant.${one.state}`)}</StateTag>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {pages > 1 && <Pager page={page} pages={pages} size={size} sizes={SIZES} address={at} go={(to) => void navigate(to)} />}
    </>
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
            <table className="plain-table">
              <thead>
                <tr>
                  {(["roles.what", "roles.asked", "case.input.reason", "roles.when", "people.state"] as const).map((name) => (
                    <th key={name} scope="col">
                      {t(name)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {requests.decided.slice(0, 100).map((row) => (
                  <tr key={row.proposal}>
                    <td>
                      <Data text={`${row.what} ${words.title(row)}`} />
                      <small>
                        <Data text={(row.asked ?? []).join(t("common.comma"))} />
                      </small>
                    </td>
                    <td>{row.by && <Data text={row.by} />}</td>
                    <td>{row.reason && <Data text={row.reason} />}</td>
                    <td className="day">{minute(row.since_ms)}</td>
                    <td>
                      <StateTag tone={row.proposal_state === "confirmed" ? "green" : row.proposal_state === "refused" ? "red" : "grey"}>{t(`people.decided.${(row.proposal_state ?? "expired") as "confirmed"}`)}</StateTag>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
    </div>
  );
}
