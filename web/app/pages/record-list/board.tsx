/* Records by the stage that they are in: a column for each stage, with counts and sums of all its records, and cards that
 * move to another stage by mouse or by keys. */
import "./board.css";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState, type DragEvent, type ReactNode } from "react";
import { Link, useNavigate } from "react-router";
import { groupsOf, listOf, readable, recordPath, titleOf, typeOf, typesOf, type ListQuestion, type RecordType } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSession } from "../../api/session.ts";
import { fieldOf, isEmpty, kindOf, type Values } from "../../fields/field.ts";
import { grouped } from "../../fields/number-input.tsx";
import { Data } from "../../ui/data.tsx";
import { useKeys } from "../../ui/keys.ts";
import { Note } from "../../ui/note.tsx";
import { RecordValue } from "../../rooms/record/value.tsx";
import { childKind, dayReached, dueDay, type Stage } from "../../rooms/record/stages.ts";
import { Failed, Waiting } from "../../ui/states.tsx";
import { day, daysBetween } from "../../ui/time.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { Gate } from "./gate.tsx";
import { addUp, inYuan } from "../../rooms/record/sums.tsx";

const CARDS = 20; // of a column; the others stand in the table
const CHILDREN = 500;

type Address = (change: Record<string, string | undefined>) => string;
interface Props {
  type: RecordType;
  question: ListQuestion;
  address: Address;
}

const both = (filter: string | undefined, other: string) => (filter ? `(${filter}) and ${other}` : other);

/* The amount of a record, the money that came of it, and the table of those whom it binds. */
function usePlaces(type: RecordType) {
  const roles = useSession().roles.map(({ role }) => role);
  const seen = readable(type, roles);
  const money = seen.filter((one) => one.type === "money");
  const listed = (type.list ?? []).flatMap((name) => seen.find((one) => one.name === name) ?? []);
  return {
    names: seen.map(({ name }) => name),
    amount: money.find(({ name }) => type.list?.includes(name)) ?? money[0],
    meter: seen.find((one) => one.type === "computed" && one.result === "money" && /total$/.test(one.name)),
    sides: seen.find((one) => one.type === "table" && one.fields?.some(({ organisation }) => organisation)),
    party: listed.find(({ type: kind }) => kind === "ref"),
    kind: listed.find((one) => one.type === "enum" && one.name !== "stage"),
  };
}

function useColumns({ type, question }: Props, places: ReturnType<typeof usePlaces>) {
  const { filter, q, ended } = question;
  const stages = type.stages!;
  const asked = { by: "stage", filter, q, ended };
  const counts = useQuery(groupsOf(type.name, asked));
  const sums = useQuery({ ...groupsOf(type.name, { ...asked, sum: places.amount?.name, filter: inYuan(filter, places.amount?.currency) }), enabled: !!places.amount });
  const paid = useQuery({ ...groupsOf(type.name, { ...asked, sum: places.meter?.name }), enabled: !!places.meter });
  const fields = [...places.names, "created_ms"].join(",");
  const lists = useQueries({ queries: stages.map(({ name }) => listOf(type.name, { filter: both(filter, `stage=${name}`), q, ended, fields, limit: CARDS })) });
  const of = (groups: typeof counts, stage: string | undefined) => groups.data?.groups.find(({ code }) => code === stage);
  return {
    error: counts.error ?? lists.find(({ error }) => error)?.error,
    again: () => void Promise.all([counts.refetch(), ...lists.map(({ refetch }) => refetch())]),
    ready: !!counts.data && lists.every(({ data }) => data),
    outside: of(counts, undefined)?.count ?? 0,
    columns: stages.map((stage, i) => {
      const count = of(counts, stage.name)?.count ?? 0;
      const sum = of(sums, stage.name);
      const known = sum ? sum.count - (sum.unknown ?? 0) - (sum.hidden ?? 0) : 0;
      return { stage, count, sum: known > 0 ? sum?.sum : undefined, unknown: places.amount ? count - known : 0, paid: of(paid, stage.name)?.sum, rows: lists[i]?.data?.items ?? [] };
    }),
  };
}

/* Records that the stages ask for, of all cards at once. */
function useChildren(type: RecordType, ids: readonly number[]) {
  const kind = childKind(type) ?? type.stages?.flatMap(({ has }) => (has && !type.fields.some(({ name }) => name === has.type) ? [has.type] : []))[0];
  const kinds = useQuery(typesOf(useLanguage())).data?.items;
  const may = !!kind && !!kinds?.find(({ name }) => name === kind)?.may.includes("read");
  const described = useQuery({ ...typeOf(kind ?? ""), enabled: may }).data;
  const ref = described?.fields.find((one) => one.type === "ref" && one.to === type.name && !one.set_by?.length)?.name;
  const rows = useQuery({ ...listOf(kind ?? "", { filter: `${ref}=${ids.join(",")}`, fields: "*", sort: "-id", limit: CHILDREN }), enabled: !!ref && ids.length > 0 }).data?.items ?? [];
  return { kind, label: kinds?.find(({ name }) => name === kind)?.label, at: described?.fields.find(({ name, type: of }) => name === described.title && of === "date")?.name, of: (id: unknown) => rows.filter((row) => ref && row[ref] === id) as Values[] };
}

export function Board(props: Props) {
  const { type, address } = props;
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const places = usePlaces(type);
  const { columns, outside, error, again, ready } = useColumns(props, places);
  const children = useChildren(type, columns.flatMap(({ rows }) => rows.map(({ id }) => Number(id))));
  const [at, setAt] = useState<number>(); // the record that is chosen
  const [gate, setGate] = useState<{ id: number; to: string }>();
  const [dragged, setDragged] = useState<number>();
  const [told, setTold] = useState<{ id: number; text: string; bad?: boolean }>();
  const box = useRef<HTMLDivElement>(null);
  const moving = useRef<number>(undefined); // a card that keeps the focus in its new column
  const focus = (id: number) => {
    setAt(id);
    box.current?.querySelector<HTMLElement>(`[data-card="${id}"] a`)?.focus();
  };
  const placeOf = (id: number | undefined) => {
    const column = columns.findIndex(({ rows }) => rows.some((row) => row.id === id));
    return { column, row: columns[column]?.rows.findIndex((row) => row.id === id) ?? -1 };
  };
  useEffect(() => {
    if (moving.current === undefined || placeOf(moving.current).column < 0) return;
    focus(moving.current);
    moving.current = undefined;
  });
  const labelOf = ({ label, name }: Stage) => label?.[language] ?? name;

  /* Opens the gate, or says in the card's place why there is none. */
  const move = (id: number, to: number) => {
    const { column } = placeOf(id);
    const stage = columns[to]?.stage;
    if (column < 0 || !stage || to === column) return;
    setAt(id);
    setGate(undefined);
    setTold(undefined);
    if (to < column) setTold({ id, bad: true, text: t("board.back", { now: labelOf(columns[column]!.stage), to: labelOf(stage) }) });
    else setGate({ id, to: stage.name });
  };
  const step = (dx: number, dy: number) => {
    const { column, row } = placeOf(at);
    const filled = columns.map(({ rows }, i) => (rows.length ? i : -1)).filter((i) => i >= 0);
    if (column < 0) return filled.length && focus(Number(columns[filled[0]!]!.rows[0]!.id));
    const next = dx ? filled[filled.indexOf(column) + dx] : column;
    const rows = columns[next ?? column]!.rows;
    focus(Number(rows[Math.max(0, Math.min(rows.length - 1, row + dy))]!.id));
  };
  const shift = (by: number) => {
    const { column } = placeOf(at);
    if (column >= 0) move(at!, column + by);
  };
  useKeys(
    gate
      ? []
      : [
          { keys: "ArrowLeft", label: t("board.keys.left"), run: () => step(-1, 0) },
          { keys: "ArrowRight", label: t("board.keys.right"), run: () => step(1, 0) },
          { keys: "ArrowUp", label: t("board.keys.up"), run: () => step(0, -1) },
          { keys: "ArrowDown", label: t("board.keys.down"), run: () => step(0, 1) },
          { keys: "]", label: t("board.keys.next"), run: () => shift(1) },
          { keys: "[", label: t("board.keys.previous"), run: () => shift(-1) },
          { keys: "t", label: t("board.keys.table"), run: () => void navigate(address({ view: undefined })) },
        ],
  );
  if (error) return <Failed error={error} retry={again} />;
  if (!ready) return <Waiting />;
  const running = columns.slice(0, -1);
  const total = (sums: readonly (string | undefined)[]) => grouped(addUp(sums));
  const closing = (id: number, text?: string) => {
    setGate(undefined);
    setTold(text ? { id, text } : undefined);
    moving.current = id;
  };
  return (
    <>
      <p className="board-facts">
        <span>
          {t("board.running")} <b>{t("board.n", { n: running.reduce((n, { count }) => n + count, 0) })}</b>
        </span>
        {places.amount && (
          <span>
            {places.amount.label?.[language]} <b>{total(running.map(({ sum }) => sum))}</b> {t("fields.yuan")}
          </span>
        )}
        {places.meter && columns.some(({ paid }) => paid !== undefined) && (
          <span>
            {places.meter.label?.[language]} <b>{total(columns.map(({ paid }) => paid))}</b> {t("fields.yuan")}
          </span>
        )}
        {outside > 0 && <Link to={address({ view: undefined, filter: "stage is empty" })}>{t("board.outside", { n: outside })}</Link>}
        <small className="no-print">{t("board.how")}</small>
      </p>
      <div className="board" ref={box}>
        {columns.map(({ stage, count, sum, unknown, paid, rows }, i) => (
          <section
            key={stage.name}
            className={`board-column${dragged === undefined ? "" : " board-open"}`}
            aria-labelledby={`stage-${stage.name}`}
            onDragOver={(event) => dragged !== undefined && event.preventDefault()}
            onDrop={(event) => {
              event.preventDefault();
              if (dragged !== undefined) move(dragged, i);
              setDragged(undefined);
            }}
          >
            <h2 id={`stage-${stage.name}`}>
              {labelOf(stage)} <small>{t("board.n", { n: count })}</small>
            </h2>
            <div className="board-sums">
              {sum !== undefined && <Link to={address({ view: undefined, stage: stage.name })}>{grouped(sum)}</Link>}
              {unknown > 0 && <span>{t(places.amount?.currency ? "board.unknown.currency" : "board.unknown", { n: unknown })}</span>}
              {paid !== undefined && (
                <span>
                  {places.meter?.label?.[language]} {grouped(paid)}
                </span>
              )}
            </div>
            <ul>
              {rows.map((row) => (
                <Card
                  key={String(row.id)}
                  type={type}
                  row={row}
                  places={places}
                  entries={children}
                  stages={columns.map((one) => one.stage)}
                  now={i}
                  chosen={row.id === at}
                  open={gate?.id === row.id}
                  choose={() => setAt(Number(row.id))}
                  drag={(on) => setDragged(on ? Number(row.id) : undefined)}
                  move={(to) => move(Number(row.id), to)}
                >
                  {told && told.id === row.id && (
                    <Note tone={told.bad ? "mend" : "told"} role={told.bad ? "alert" : "status"}>
                      {told.text}
                    </Note>
                  )}
                  {gate && gate.id === row.id && <Gate type={type} id={gate.id} to={gate.to} right={i > columns.length / 2} onClose={(text) => closing(gate.id, text)} />}
                </Card>
              ))}
            </ul>
            {count > rows.length && <Link to={address({ view: undefined, stage: stage.name })}>{t("board.more", { n: count - rows.length })}</Link>}
          </section>
        ))}
      </div>
    </>
  );
}

interface CardProps {
  type: RecordType;
  row: Values;
  places: ReturnType<typeof usePlaces>;
  entries: ReturnType<typeof useChildren>;
  stages: readonly Stage[];
  now: number;
  chosen: boolean;
  open: boolean; // its gate
  choose: () => void;
  drag: (on: boolean) => void;
  move: (to: number) => void;
  children: ReactNode;
}

function Card({ type, row, places, entries, stages, now, chosen, open, choose, drag, move, children }: CardProps) {
  const t = useText();
  const language = useLanguage();
  const today = day(serverNow());
  const own = entries.of(row.id);
  const { unit_name: self } = useSession();
  const column = places.sides?.fields?.find(({ organisation }) => organisation)?.name;
  const sides = ((column && (row[places.sides!.name] as Values[])) || []).map((one) => (one[column!] === self ? t("records.unit.own") : String(one[column!])));
  const amount = places.amount && row[places.amount.name];
  const paid = places.meter && row[places.meter.name];
  const part = amount && paid ? Math.min(1, Number(paid) / Number(amount)) : 0;
  const kind = places.kind && fieldOf(places.kind, language);
  const dues = (type.dues ?? []).flatMap((due) => {
    const on = dueDay(row, entries.kind, own, due);
    const left = on && daysBetween(today, on);
    return typeof left === "number" && left <= Math.max(0, ...due.warn) ? [{ label: due.label?.[language] ?? due.name, left }] : [];
  });
  const alert = dues.sort((a, b) => a.left - b.left)[0];
  const last = entries.at ? own.map((one) => String(one[entries.at!] ?? "")).sort().pop() : undefined;
  const reached = dayReached(stages[now]!, row, entries.kind, own) ?? (row.created_ms ? day(row.created_ms as number) : undefined);
  const entered = last && (!reached || last >= reached) ? last : undefined;
  const fact = entered ?? reached;
  const word = entered ? entries.label : (stages[now]!.label?.[language] ?? stages[now]!.name);
  const next = stages[now + 1];
  return (
    <li
      data-card={String(row.id)}
      className={["board-card", chosen && "board-chosen", alert && "board-near", now === stages.length - 1 && "board-closed"].filter(Boolean).join(" ")}
      draggable={!open}
      onDragStart={(event: DragEvent) => {
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", String(row.id));
        drag(true);
      }}
      onDragEnd={() => drag(false)}
      onFocus={choose}
    >
      <Link to={recordPath(type.name, row.id)} draggable={false}>
        <Data text={titleWords(type, row, language)} />
      </Link>
      {sides.length > 0 && (
        <span className="board-sides one-line" title={sides.join(" ↔ ")}>
          <Data text={sides.join(" ↔ ")} />
        </span>
      )}
      {!places.sides && places.party && !isEmpty(row[places.party.name]) && (
        <span className="board-sides one-line">
          <RecordValue field={fieldOf(places.party, language)} value={row[places.party.name]} bare />
        </span>
      )}
      <span className="board-amount">
        {places.amount && (isEmpty(amount) ? <span className="missing">{t("board.amount.unknown")}</span> : <b>{grouped(amount)}</b>)}
        {kind && !isEmpty(row[kind.name]) && kindOf(kind) === "enum" && <span><RecordValue field={kind} value={row[kind.name]} bare /></span>}
      </span>
      {!isEmpty(paid) && (
        <>
          <span className="board-meter" aria-hidden="true">
            <i style={{ width: `${Math.round(part * 100)}%` }} />
          </span>
          <span className="board-paid">
            {places.meter!.label?.[language]} {grouped(paid)}
          </span>
        </>
      )}
      {alert && (
        <span className="board-alert">
          △ <Data text={alert.label} /> {alert.left < 0 ? t("records.late", { n: -alert.left }) : alert.left === 0 ? t("records.today") : t("records.left", { n: alert.left })}
        </span>
      )}
      <span className="board-last">
        <span>{fact && t("board.fact", { word: word ?? "", day: fact.startsWith(today.slice(0, 4)) ? fact.slice(5, 10) : fact.slice(0, 10), n: daysBetween(fact, today) })}</span>
        {next && (
          <button type="button" className="link-button no-print" aria-label={t("board.move", { title: titleWords(type, row, language), to: next.label?.[language] ?? next.name })} onClick={() => move(now + 1)}>
            → {next.label?.[language] ?? next.name}
          </button>
        )}
      </span>
      {children}
    </li>
  );
}

/* The words of a record, not its number. */
const titleWords = (type: RecordType, row: Values, language: "zh" | "en") => (typeof row.title === "string" && row.title) || titleOf(type, row, language);
