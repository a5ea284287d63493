/* Recognised centres: how many each city has, and a row for each with its next day. The filter is the address. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "../../rooms/centre/centres.css";
import "./centres.css";
import { Link } from "react-router";
import { useCentres } from "../../api/centres.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSession } from "../../api/session.ts";
import { useAsked } from "../../ui/asked.ts";
import { Choice, Tick, WordsInput, type Option } from "../../ui/choice.tsx";
import { Columns } from "../../ui/columns.tsx";
import { Data } from "../../ui/data.tsx";
import { ListPage } from "../../ui/list-page.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Place } from "../../ui/place.tsx";
import { usePolicyTitle } from "../../api/policies.ts";
import { TileMap } from "../../rooms/portal/tiles.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { day } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";

type Row = NonNullable<ReturnType<typeof useCentres>["rows"]>[number];

const nextDue = ({ cases }: Row) => cases.filter(({ due_date }) => due_date).sort((a, b) => a.due_date!.localeCompare(b.due_date!))[0];

export default function Centres() {
  const t = useText();
  const { province } = useSession();
  const read = useCentres();
  const rows = read.rows?.filter((row) => !province || row.region.startsWith(province));
  const { asked, set } = useAsked();
  const titleOf = usePolicyTitle();
  const today = day(serverNow());
  const late = (row: Row) => row.cases.some(({ due_date }) => due_date && due_date < today);
  const words = asked("q").trim();
  const shown = (rows ?? [])
    .filter((row) => !asked("programme") || row.programme === asked("programme"))
    .filter((row) => !asked("region") || row.region === asked("region"))
    .filter((row) => !asked("industry") || row.industry === asked("industry"))
    .filter((row) => (asked("state") || "active") === "all" || row.state === (asked("state") || "active"))
    .filter((row) => asked("late") !== "true" || late(row))
    .filter((row) => !words || row.name.includes(words) || row.credit_code?.includes(words.toUpperCase()));
  const values = (of: (row: Row) => string | null | undefined) => [...new Set((rows ?? []).flatMap((row) => of(row) || []))].sort();
  const counts = new Map(values((row) => row.region).map((code) => [code, shown.filter((row) => row.region === code).length]));
  const choice = (name: string, label: string, options: readonly Option[], first?: string) => <Choice label={label} value={asked(name)} options={options} first={first} onChange={(value) => set({ [name]: value })} />;
  const list = (
    <ListPage
      whole
      of={read}
      waiting={8}
      rows={rows && shown}
      head={<PageHead title={t("centres.title")} line={t("centres.line", { n: shown.length, late: shown.filter(late).length })} />}
      bar={
        <div className="centres-bar no-print">
          <WordsInput label={t("centres.find")} value={asked("q")} onChange={(q) => set({ q })} />
          {choice("programme", t("centres.programme"), values((row) => row.programme).map((id) => [id, titleOf(id)]))}
          {choice("industry", t("centres.industry"), values((row) => row.industry).map((word) => [word, word]))}
          {choice("state", t("centres.state"), [["exited", t("centres.state.exited")], ["all", t("centres.all")]], t("centres.state.active"))}
          <Tick label={t("centres.late")} checked={asked("late") === "true"} onChange={(on) => set({ late: on ? "true" : "" })} />
        </div>
      }
      empty={t("centres.none")}
      frame={(table) => table}
      className="centres-table"
      keyOf={({ id }) => id}
      columns={[
        {
          head: t("centres.name"),
          named: true,
          cell: ({ id, name, programme }) => (
            <>
              <Link to={`/centres/${id}`}>
                <Data text={name} />
              </Link>
              <small>
                <Data text={titleOf(programme)} />
              </small>
            </>
          ),
        },
        { head: t("centres.region"), cell: ({ region }) => <Place code={region} /> },
        { head: t("centres.industry"), className: "centres-industry", cell: ({ industry }) => (industry ? <Data text={industry} /> : <span className="quiet">{t("records.notGiven")}</span>) },
        {
          head: t("centres.entered"),
          className: "day",
          cell: ({ entered, cycle_ends }) => (
            <>
              {entered}
              {cycle_ends && <small>{t("centres.cycle", { day: cycle_ends })}</small>}
            </>
          ),
        },
        { head: t("centres.state"), cell: ({ state }) => <StateTag tone={state === "active" ? "green" : "grey"}>{t(`centres.state.${state}`)}</StateTag> },
        { head: t("centres.cases"), cell: ({ cases }) => cases.length || <span className="quiet">{t("work.no")}</span> },
        { head: t("centres.due"), cell: (row) => <NextDue of={nextDue(row)} today={today} /> },
      ]}
    />
  );
  // Nothing stands beside what failed or is on its way.
  if (read.error || !rows) return list;
  return (
    <Columns width={464} rail={province && <TileMap province={province} counts={counts} chosen={asked("region")} choose={(region) => set({ region: region === asked("region") ? "" : region })} />}>
      {list}
    </Columns>
  );
}

function NextDue({ of, today }: { of?: Row["cases"][number]; today: string }) {
  const t = useText();
  if (!of?.due_date) return <span className="quiet">{t("work.no")}</span>;
  const late = of.due_date < today;
  return (
    <>
      <Link to={`/case/${of.id}`} className={late ? "centres-late" : undefined}>
        {late ? "△ " : ""}
        {of.due_date}
      </Link>
      <small>
        <Data text={of.stage_label} />
      </small>
    </>
  );
}
