/* The expert's desk: invitations, what is to be scored with the days left, what is done. */
import { useQueries, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { usePolicyTitle } from "../../api/policies.ts";
import { useText } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { Table, type Column } from "../../ui/table.tsx";
import { PanelDue } from "./due.tsx";
import { panelRead, panelsRead, sheetsRead, type Panel, type PanelRow, type Sheet } from "./panels.ts";

/* A panel with the reader's seat and sheets; of a closed one neither is read. */
interface Seat {
  row: PanelRow;
  seat?: Panel;
  sheets: readonly Sheet[];
}

const isLocked = ({ state }: Sheet) => state === "locked";
const byDue = (a: Seat, b: Seat) => (a.row.due_on ?? "9").localeCompare(b.row.due_on ?? "9");

function useSeats() {
  const panels = useQuery(panelsRead());
  const rows = panels.data?.items ?? [];
  const atWork = rows.filter(({ state }) => state !== "closed");
  const seats = useQueries({ queries: atWork.map(({ id }) => panelRead(id)) });
  const sheets = useQueries({ queries: atWork.map(({ id }, i) => ({ ...sheetsRead(id), enabled: !!seats[i]?.data?.stated_ms })) });
  const all: Seat[] = rows.map((row) => {
    const at = atWork.indexOf(row);
    return { row, seat: seats[at]?.data, sheets: sheets[at]?.data ?? [] };
  });
  const error = panels.error ?? seats.find((one) => one.error)?.error ?? sheets.find((one) => one.error)?.error;
  return { all, error, pending: panels.isPending || [...seats, ...sheets].some((one) => one.isLoading), again: () => Promise.all([panels.refetch(), ...seats.map((one) => one.refetch())]) };
}

export function ExpertDesk() {
  const t = useText();
  const { all, error, pending, again } = useSeats();
  const policy = usePolicyTitle();
  if (error) return <Failed page error={error} retry={() => void again()} />;
  if (pending) return <Waiting rows={8} />;
  const invited = all.filter(({ seat }) => seat?.member_state === "invited");
  const isDone = ({ row, sheets }: Seat) => row.state === "closed" || (sheets.length > 0 && sheets.every(isLocked));
  const todo = all.filter((one) => !invited.includes(one) && !isDone(one)).sort(byDue);
  const done = all.filter(isDone);
  const left = todo.reduce((sum, { sheets }) => sum + sheets.filter((one) => !isLocked(one)).length, 0);
  const name: Column<Seat> = { head: t("panel.name"), named: true, cell: ({ row }) => <Link to={`/score/${row.id}`}><Data text={row.title} /></Link> };
  const of: Column<Seat> = { head: t("panel.policy"), cell: ({ row }) => <Data text={policy(row.pack)} /> };
  const due = (over: boolean): Column<Seat> => ({ head: t("panel.due"), className: "nowrap", cell: ({ row }) => <PanelDue due={row.due_on} over={over} /> });
  const progress: Column<Seat> = { head: t("score.state"), cell: ({ seat, sheets }) => (seat?.stated_ms ? t("score.progress", { done: sheets.filter(isLocked).length, n: sheets.length }) : "") };
  const verb = (word: (one: Seat) => string, primary: boolean): Column<Seat> => ({
    label: t("score.open"),
    number: true,
    cell: (one, at) => (
      <Link className={primary && at === 0 ? "button small primary" : "button small"} to={placeOf(one)} aria-label={`${word(one)} ${one.row.title}`}>
        {word(one)}
      </Link>
    ),
  });
  const keyOf = ({ row }: Seat) => row.id;
  return (
    <>
      <PageHead title={t("score.desk")} line={invited.length + todo.length === 0 ? t("score.desk.line.none") : t("score.desk.line", { invited: invited.length, n: left })} />
      {all.length === 0 && <Empty title={t("score.none")} text={t("score.none.text")} />}
      <Part title={t("score.invitations")} rows={invited}>
        <Table rows={invited} keyOf={keyOf} columns={[name, of, due(false), verb(() => t("score.answer"), true)]} />
      </Part>
      <Part title={t("score.todo")} rows={todo}>
        <Table rows={todo} keyOf={keyOf} columns={[name, of, due(false), progress, verb(({ seat }) => t(seat?.stated_ms ? "score.go" : "score.begin"), invited.length === 0)]} />
      </Part>
      <Part title={t("score.done")} rows={done}>
        <Table rows={done} keyOf={keyOf} columns={[name, of, due(true), progress, verb(() => t("score.look"), false)]} />
      </Part>
    </>
  );
}

/* The first sheet that is not handed in; else the panel. */
function placeOf({ row, sheets }: Seat): string {
  const next = row.state === "drawn" ? sheets.find((one) => !isLocked(one)) : undefined;
  return next ? `/score/${row.id}/${next.case}` : `/score/${row.id}`;
}

function Part({ title, rows, children }: { title: string; rows: readonly Seat[]; children: ReactNode }) {
  if (rows.length === 0) return null;
  return (
    <section className="desk-part">
      <h2>
        {title} <small>{rows.length}</small>
      </h2>
      <div className="table-scroll">{children}</div>
    </section>
  );
}
