/* The annual reports of the centres of an office, one row each; it reminds those that have not filed, and reads one after the
 * other. The filter is the address. */
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { useAnnual, useDues, type AnnualCase, type AnnualReport } from "./annual.ts";
import { useCentres, type Centre } from "../../api/centres.ts";
import { useActions } from "../../api/cases.ts";
import { api, take } from "../../api/client.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSession } from "../../api/session.ts";
import { newKey } from "../../api/submit-key.ts";
import { sendAction } from "../../rooms/case/action-dialog.tsx";
import { errorOf } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { useAsked } from "../../ui/asked.ts";
import { Choice, type Option } from "../../ui/choice.tsx";
import { Data } from "../../ui/data.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Place, PlaceWord, useCityOrder } from "../../ui/place.tsx";
import { usePolicyTitle } from "../../api/policies.ts";
import { StateTag } from "../../ui/state-tag.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { day, daysBetween } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";
import { Read } from "./read.tsx";
import { Year } from "./year.tsx";

const WRITTEN = ["self_evaluation", "economic", "social", "measures", "report_file", "plan_file"] as const;

interface Row {
  centre: Centre;
  of?: AnnualCase;
  report?: AnnualReport;
  late?: number; // days
}

const isFiled = ({ report }: Row) => !!report?.filed_province;

export function OfficeYear({ year }: { year: number }) {
  const t = useText();
  const { province, city } = useSession();
  const byName = useCityOrder(province);
  const annual = useAnnual(year);
  const dues = useDues(annual.rows);
  const centres = useCentres();
  const { asked, changed, set } = useAsked();
  const [asking, setAsking] = useState(false);
  const [told, setTold] = useState("");
  const titleOf = usePolicyTitle();
  const navigate = useNavigate();
  const failed = annual.error ?? centres.error;
  if (failed) return <Failed page error={failed} retry={() => (annual.retry(), centres.retry())} />;
  if (!annual.rows || !centres.rows || !centres.units) return <Waiting rows={10} />;

  const today = day(serverNow());
  const programmes = new Set(annual.rows.map(({ case: one }) => one.programme));
  const all = centres.rows
    .filter((one) => programmes.has(one.programme) && (!province || one.region.startsWith(province)) && (!city || one.region.startsWith(city)))
    .map((centre): Row => {
      const found = annual.rows!.find(({ case: one }) => one.owner_unit === centres.units!.get(centre.credit_code ?? "") && one.programme === centre.programme);
      const due = dues.get(centre.programme);
      const on = found?.report.filed_province ?? today;
      return { centre, of: found?.case, report: found?.report, late: due && on > due && (found?.report.filed_province || centre.state === "active") ? daysBetween(due, on) : undefined };
    })
    .filter((row) => row.centre.state === "active" || row.of?.state === "running" || isFiled(row)); // of who left, nothing is asked
  const reading = Number(asked("case")); // it stays in the list although the filter admits it no more
  const shown = all
    .filter(({ centre }) => !asked("programme") || centre.programme === asked("programme"))
    .filter(({ centre }) => !asked("region") || centre.region === asked("region"))
    .filter((row) => row.of?.id === reading || asked("show") !== "open" || !isFiled(row))
    .filter(({ of, late }) => of?.id === reading || asked("show") !== "late" || late);
  const open = shown.filter((row) => !isFiled(row) && row.of?.state === "running");
  const list = shown.filter(({ of }) => of).map(({ of }) => of!.id);
  const address = (id: number | undefined) => `/annual/${year}?${changed({ case: id })}`;
  if (reading) {
    const at = list.indexOf(reading);
    const row = all.find(({ of }) => of?.id === reading);
    return <Read key={reading} id={reading} record={row?.report} year={year} at={at} of={list.length} back={address(undefined)} before={at > 0 ? address(list[at - 1]) : undefined} after={at >= 0 && at < list.length - 1 ? address(list[at + 1]) : undefined} />;
  }

  const choice = (name: string, label: string, options: readonly Option[]) => <Choice label={label} value={asked(name)} options={options} onChange={(value) => set({ [name]: value })} />;
  const remind = async () => {
    const outcomes = await Promise.allSettled(open.map(({ of }) => urge(of!.id)));
    const failures = outcomes.flatMap((one, at) => (one.status === "rejected" ? [`${open[at]!.centre.name}：${errorOf(one.reason).message}`] : []));
    setTold([t("annual.reminded", { n: outcomes.length - failures.length }), ...failures].join(" "));
  };
  return (
    <>
      <p className="crumb">
        {t("annual.title")} / <Year year={year} />
      </p>
      <PageHead
        title={t("annual.office", { year })}
        line={t("annual.office.line", { n: all.length, filed: all.filter(isFiled).length, open: all.filter((row) => !isFiled(row)).length, late: all.filter(({ late }) => late).length })}
        actions={
          <>
            {open.length > 0 && <MayUrge id={open[0]!.of!.id} n={open.length} ask={() => setAsking(true)} />}
            {list.length > 0 && <Button type="primary" onClick={() => void navigate(address(list[0]))}>{t("annual.read")}</Button>}
          </>
        }
      />
      <div className="annual-bar no-print">
        {programmes.size > 1 && choice("programme", t("centres.programme"), [...programmes].map((id) => [id, titleOf(id)]))}
        {choice("region", t("centres.region"), [...new Set(all.map(({ centre }) => centre.region))].sort(byName).map((code) => [code, <PlaceWord code={code} />]))}
        {choice("show", t("annual.show"), [["open", t("annual.show.open")], ["late", t("annual.show.late")]])}
      </div>
      {told && <Note role="status">{told}</Note>}
      {shown.length === 0 ? (
        <Empty title={t(programmes.size ? "centres.none" : "annual.none.office")} />
      ) : (
        <div className="table-scroll" tabIndex={0} role="group" aria-label={t("annual.office", { year })}>
          <Table
            className="annual-table"
            rows={shown}
            keyOf={(row) => row.centre.id}
            columns={[
              { head: t("centres.name"), named: true, cell: (row) => (row.of ? <Link to={address(row.of.id)}><Data text={row.centre.name} /></Link> : <Data text={row.centre.name} />) },
              { head: t("centres.region"), cell: (row) => <Place code={row.centre.region} /> },
              { head: t("centres.state"), cell: (row) => (row.of ? <StateTag tone={isFiled(row) ? "green" : row.of.stage === "draft" ? "grey" : "blue"}>{row.of.stage_label}</StateTag> : <span className="quiet">{t("annual.not.begun")}</span>) },
              {
                head: t("annual.filed.city"),
                className: "day",
                cell: (row) => (
                  <>
                    {row.report?.filed_city ?? <span className="quiet">{t("annual.not.filed")}</span>}{row.report?.copied_city && <small>{t("annual.copied", { day: row.report.copied_city })}</small>}
                  </>
                ),
              },
              { head: t("annual.filed.province"), className: "day", cell: (row) => row.report?.filed_province ?? <span className="quiet">{t("annual.not.filed")}</span> },
              { head: t("annual.late.head"), cell: (row) => (row.late ? <b className="annual-near">{t("annual.days", { n: row.late })}</b> : <span className="quiet">{t("work.no")}</span>) },
              { head: t("annual.gaps.head"), cell: (row) => (row.report ? <Gaps report={row.report} /> : <span className="quiet">{t("annual.unknown")}</span>) },
            ]}
          />
        </div>
      )}
      {asking && (
        <ConfirmDialog title={t("annual.remind.title", { n: open.length })} verb={t("annual.remind.do", { n: open.length })} onClose={() => setAsking(false)} act={remind}>
          <p>{t("annual.remind.what")}</p>
          <p><Data text={open.map(({ centre }) => centre.name).join("、")} /></p>
        </ConfirmDialog>
      )}
    </>
  );
}

/* Who only reads the reports reminds nobody. */
function MayUrge({ id, n, ask }: { id: number; n: number; ask: () => void }) {
  const t = useText();
  const may = useActions(id).data?.some(({ action, open }) => action === "urge" && open);
  return may ? <Button onClick={ask}>{t("annual.remind", { n })}</Button> : null;
}

async function urge(id: number): Promise<void> {
  const { version } = await take(api.GET("/api/v1/cases/{id}", { params: { path: { id } } }));
  await sendAction(id, "urge", { version }, newKey());
}

function Gaps({ report }: { report: AnnualReport }) {
  const t = useText();
  const n = WRITTEN.filter((name) => !report[name]).length;
  return n ? <span>{n}</span> : <span className="quiet">{t("work.no")}</span>;
}
