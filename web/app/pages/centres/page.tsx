/* Recognised centres: how many each city has, and a row for each with its next day. The filter is the address. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "../../rooms/centre/centres.css";
import "./centres.css";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { useCentres } from "../../api/centres.ts";
import { region } from "../../api/patents.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSession } from "../../api/session.ts";
import { Columns } from "../../ui/columns.tsx";
import { Data } from "../../ui/data.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { usePolicyTitle } from "../../api/policies.ts";
import { TileMap } from "../../rooms/portal/tiles.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { day } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";

type Row = NonNullable<ReturnType<typeof useCentres>["rows"]>[number];

const nextDue = ({ cases }: Row) => cases.filter(({ due_date }) => due_date).sort((a, b) => a.due_date!.localeCompare(b.due_date!))[0];

export default function Centres() {
  const t = useText();
  const { province } = useSession();
  const read = useCentres();
  const { error, retry } = read;
  const rows = read.rows?.filter((row) => !province || row.region.startsWith(province));
  const [params, setParams] = useSearchParams();
  const titleOf = usePolicyTitle();
  const today = day(serverNow());
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    value ? next.set(name, value) : next.delete(name);
    setParams(next, { replace: true });
  };
  const asked = (name: string) => params.get(name) ?? "";
  const late = (row: Row) => row.cases.some(({ due_date }) => due_date && due_date < today);
  const words = asked("q").trim();
  const shown = (rows ?? [])
    .filter((row) => !asked("programme") || row.programme === asked("programme"))
    .filter((row) => !asked("region") || row.region === asked("region"))
    .filter((row) => !asked("industry") || row.industry === asked("industry"))
    .filter((row) => (asked("state") || "active") === "all" || row.state === (asked("state") || "active"))
    .filter((row) => asked("late") !== "true" || late(row))
    .filter((row) => !words || row.name.includes(words) || row.credit_code?.includes(words.toUpperCase()))
    .sort((a, b) => a.region.localeCompare(b.region) || a.name.localeCompare(b.name, "zh"));
  const values = (of: (row: Row) => string | null | undefined) => [...new Set((rows ?? []).map(of))].filter((one) => one !== null && one !== undefined && one !== "").sort();
  const counts = new Map(values((row) => row.region).map((code) => [code!, shown.filter((row) => row.region === code).length]));
  const choice = (name: string, label: string, options: readonly (readonly [string, string])[], first = t("centres.all")) => (
    <label>
      {label}{" "}
      <select className="input" value={asked(name)} onChange={(event) => set(name, event.target.value)}>
        <option value="">{first}</option>
        {options.map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
  if (error) return <Failed error={error} retry={retry} />;
  if (!rows) return <Waiting rows={8} />;
  return (
    <Columns width={464} rail={province && <TileMap province={province} counts={counts} chosen={asked("region")} choose={(code) => set("region", code === asked("region") ? "" : code)} />}>
      <PageHead title={t("centres.title")} line={t("centres.line", { n: shown.length, late: shown.filter(late).length })} />
      <div className="centres-bar no-print">
        <input className="input" type="search" aria-label={t("centres.find")} placeholder={t("centres.find")} value={asked("q")} onChange={(event) => set("q", event.target.value)} />
        {choice("programme", t("centres.programme"), values((row) => row.programme).map((id) => [id!, titleOf(id!)]))}
        {choice("industry", t("centres.industry"), values((row) => row.industry).map((word) => [word!, word!]))}
        {choice("state", t("centres.state"), [["exited", t("centres.state.exited")], ["all", t("centres.all")]], t("centres.state.active"))}
        <label className="tick">
          <input type="checkbox" checked={asked("late") === "true"} onChange={(event) => set("late", event.target.checked ? "true" : "")} /> {t("centres.late")}
        </label>
      </div>
      {shown.length === 0 ? (
        <Empty title={t("centres.none")} />
      ) : (
        <table className="plain-table centres-table">
          <thead>
            <tr>
              {(["name", "region", "industry", "entered", "state", "cases", "due"] as const).map((name) => (
                <th key={name} scope="col">
                  {t(`centres.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => {
              const due = nextDue(row);
              return (
                <tr key={row.id}>
                  <th scope="row">
                    <Link to={`/centres/${row.id}`}>
                      <Data text={row.name} />
                    </Link>
                    <small>
                      <Data text={titleOf(row.programme)} />
                    </small>
                  </th>
                  <td>
                    <Place code={row.region} />
                  </td>
                  <td className="centres-industry">{row.industry ? <Data text={row.industry} /> : <span className="quiet">{t("records.notGiven")}</span>}</td>
                  <td className="day">
                    {row.entered}
                    {row.cycle_ends && <small>{t("centres.cycle", { day: row.cycle_ends })}</small>}
                  </td>
                  <td>
                    <StateTag tone={row.state === "active" ? "green" : "grey"}>{t(`centres.state.${row.state}`)}</StateTag>
                  </td>
                  <td>{row.cases.length || <span className="quiet">{t("work.no")}</span>}</td>
                  <td>
                    {due ? (
                      <>
                        <Link to={`/case/${due.id}`} className={due.due_date! < today ? "centres-late" : undefined}>
                          {due.due_date! < today ? "△ " : ""}
                          {due.due_date}
                        </Link>
                        <small>
                          <Data text={due.stage_label} />
                        </small>
                      </>
                    ) : (
                      <span className="quiet">{t("work.no")}</span>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </Columns>
  );
}

function Place({ code }: { code: string }) {
  return <Data text={useQuery(region(code)).data?.replace(/^.*(省|自治区)/, "") ?? ""} />;
}
