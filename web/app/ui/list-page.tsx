/* A list that is a page: its head, what narrows it, then its rows or what stands instead of them, and the way to further ones. */
import type { ReactNode } from "react";
import { Link } from "react-router";
import { Empty, Failed, Waiting } from "./states.tsx";
import { Table, type TableProps } from "./table.tsx";

interface Answer {
  error: Error | null | undefined;
  refetch?: () => unknown;
  retry?: () => unknown;
}

interface Props<Row> extends Omit<TableProps<Row>, "rows"> {
  head: ReactNode;
  bar?: ReactNode;
  note?: ReactNode;
  of: Answer; // what the rows are read by
  rows: readonly Row[] | undefined; // those that are shown; absent: on their way
  whole?: boolean; // the head says something of the rows too: nothing is shown before they are here
  waiting?: number; // lines that stand for rows on their way
  empty: ReactNode; // instead of the table; a text alone is its title
  frame?: (table: ReactNode) => ReactNode; // what the table stands in; absent: it scrolls by itself where it is wider than its column
  foot?: ReactNode; // below the table: a pager
}

const scroll = (table: ReactNode) => <div className="table-scroll">{table}</div>;

export function ListPage<Row>({ head, bar, note, of, rows, whole, waiting, empty, frame = scroll, foot, ...table }: Props<Row>) {
  const retry = of.retry ?? of.refetch;
  const failed = of.error && <Failed page={whole} error={of.error} retry={retry && (() => void retry())} />;
  const instead = failed || (!rows && <Waiting rows={waiting} />);
  if (whole && instead) return instead;
  const shown = rows && rows.length > 0 && <Table rows={rows} {...table} />;
  return (
    <>
      {head}
      {bar}
      {note}
      {instead || (shown ? frame(shown) : typeof empty === "string" ? <Empty title={empty} /> : empty)}
      {foot}
    </>
  );
}

/* Nothing fits what was asked: the way back to all. */
export function NoneFound({ title, all, word }: { title: string; all: string; word: string }) {
  return (
    <Empty title={title}>
      <Link className="button" to={all}>
        {word}
      </Link>
    </Empty>
  );
}
