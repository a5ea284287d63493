/* Tasks by urgency: each row says what, why, since when, until when, and has the one verb that leads on. The same
 * step of many cases is one row, which is done at once. */
import "./task-list.css";
import { Button, Checkbox } from "../../ui/ant.ts";
import { useState, type ReactNode } from "react";
import { Link, useNavigate } from "react-router";
import { useText } from "../../text/index.ts";
import { BatchDialog } from "./batch-dialog.tsx";
import { Clause } from "../../ui/clause.tsx";
import { Data, languageOf } from "../../ui/data.tsx";
import { useKeys, useRowKeys } from "../../ui/keys.ts";
import { StateTag } from "../../ui/state-tag.tsx";
import { dueList, isCase, placeOf, rowKey, taskOf, thingOf, verbOf, type Entry, type Row, type TaskGroup } from "../task/todo.ts";
import { useTaskWords } from "../task/words.ts";

interface Props {
  groups: readonly TaskGroup[];
  total: number;
  preview?: string; // key of the row that is shown beside the list
  onPreview?: (row: Row | undefined) => void;
}

export function TaskList({ groups, total, preview, onPreview }: Props) {
  const t = useText();
  const navigate = useNavigate();
  const [unfolded, setUnfolded] = useState<readonly string[]>([]);
  const [ticked, setTicked] = useState<readonly Row[]>([]);
  const [batch, setBatch] = useState<readonly Row[]>();
  const shown = groups.flatMap(({ entries }) => entries.flatMap((entry) => (unfolded.includes(entry.key) || entry.rows.length === 1 ? entry.rows : [])));
  const [at, setAt] = useRowKeys(shown.length, (row) => {
    if (onPreview && preview !== rowKey(shown[row]!)) onPreview(shown[row]);
    else void navigate(placeOf(shown[row]!));
  });
  const current = at >= 0 ? rowKey(shown[at]!) : undefined;
  const isTicked = (row: Row) => ticked.some((one) => rowKey(one) === rowKey(row));
  const tick = (rows: readonly Row[], on: boolean) => setTicked([...ticked.filter((one) => !rows.some((row) => rowKey(row) === rowKey(one))), ...(on ? rows : [])]);
  useKeys([{ keys: "x", label: t("shell.keys.tick"), run: () => at >= 0 && tick([shown[at]!], !isTicked(shown[at]!)) }]);

  const parts = { current, preview, isTicked, tick, onPreview };
  return (
    <>
      {ticked.length > 0 && (
        <div className="tasks-bar" role="status">
          <span>{t("desk.ticked", { n: ticked.length })}</span>
          {isSame(ticked) ? (
            <Button size="small" type="primary" onClick={() => setBatch(ticked)}>
              {t("desk.batch")}
            </Button>
          ) : (
            <span className="quiet">{t("desk.batch.differ")}</span>
          )}
          <Button size="small" onClick={() => setTicked([])}>
            {t("desk.ticked.none")}
          </Button>
        </div>
      )}
      {groups.map(({ urgency, count, entries, title }, group) => (
        <section key={urgency} className={`tasks tasks-${urgency}`}>
          <h2>
            {title ?? t(`desk.urgency.${urgency}`)}
            <small>{t(urgency === "none" || urgency === "papers" ? "desk.byWait" : "desk.count", { n: urgency === "all" ? total : count })}</small>
          </h2>
          <ul>
            {entries.map((entry, i) => {
              const [row] = entry.rows;
              if (entry.rows.length === 1) return <Task key={entry.key} row={row} first={group === 0 && i === 0 && urgency === "late"} onCurrent={() => setAt(shown.indexOf(row))} {...parts} />;
              const open = unfolded.includes(entry.key);
              return (
                <Same key={entry.key} entry={entry} open={open} toggle={() => setUnfolded(open ? unfolded.filter((key) => key !== entry.key) : [...unfolded, entry.key])} batch={() => setBatch(entry.rows)} {...parts}>
                  {open && (
                    <ul>
                      {entry.rows.map((one) => (
                        <Task key={rowKey(one)} row={one} onCurrent={() => setAt(shown.indexOf(one))} {...parts} />
                      ))}
                    </ul>
                  )}
                </Same>
              );
            })}
          </ul>
        </section>
      ))}
      {batch && (
        <BatchDialog
          rows={batch}
          onClose={() => setBatch(undefined)}
          onDone={() => {
            setBatch(undefined);
            setTicked([]);
          }}
        />
      )}
    </>
  );
}

/* Steps of cases that ask for the same; a second person confirms each by itself. */
const isSame = (rows: readonly Row[]) => rows.every((row) => isCase(row) && row.kind === "record" && taskOf(row) === taskOf(rows[0]!));

interface Parts {
  current?: string;
  preview?: string;
  isTicked: (row: Row) => boolean;
  tick: (rows: readonly Row[], on: boolean) => void;
  onPreview?: (row: Row | undefined) => void;
}

function Task({ row, first, onCurrent, current, preview, isTicked, tick, onPreview }: Parts & { row: Row; first?: boolean; onCurrent: () => void }) {
  const t = useText();
  const words = useTaskWords();
  const key = rowKey(row);
  const title = words.title(row);
  const verb = t(verbOf(row));
  return (
    <li className={key === preview ? "task task-opened" : "task"} data-current={current === key || undefined} ref={current === key ? (element) => element?.scrollIntoView({ block: "nearest" }) : undefined}>
      <Checkbox checked={isTicked(row)} onChange={(event) => tick([row], event.target.checked)} aria-label={`${t("desk.tick")} ${title}`} />
      <div
        className="task-what"
        onClick={(event) => {
          if (event.target instanceof HTMLAnchorElement) return;
          onCurrent();
          onPreview?.(row);
        }}
      >
        <h3 lang="zh-CN">{onPreview ? title : <Link to={thingOf(row)}>{title}</Link>}</h3>
        <p>
          <Data text={words.what(row)} />
          {row.clause && <Clause clause={row.clause} />}
          {row.on_behalf_of && (
            <StateTag tone="purple" ground>
              {t("desk.behalf", { name: row.on_behalf_of })}
            </StateTag>
          )}
        </p>
      </div>
      <State row={row} />
      <Due row={row} />
      <Link className={first ? "button small primary" : "button small"} to={placeOf(row)} aria-label={`${verb} ${title}`}>
        {verb}
      </Link>
    </li>
  );
}

/* The same step or paper of several cases, as one row. */
function Same({ entry, open, toggle, batch, children, isTicked, tick }: Parts & { entry: Entry; open: boolean; toggle: () => void; batch: () => void; children: ReactNode }) {
  const t = useText();
  const words = useTaskWords();
  const [first] = entry.rows;
  const count = entry.rows.filter(isTicked).length;
  const what = first.note || words.what(first);
  return (
    <li className="same">
      <div className="task">
        <Checkbox checked={count === entry.rows.length} indeterminate={count > 0 && count < entry.rows.length} onChange={(event) => tick(entry.rows, event.target.checked)} aria-label={`${t("desk.tick")} ${what}`} />
        <div className="task-what">
          <h3>
            <Data text={what} /> <small>{t("desk.same", { n: entry.rows.length })}</small>
          </h3>
          <p>
            <button type="button" className="same-fold" aria-expanded={open} onClick={toggle}>
              {t(open ? "desk.same.hide" : "desk.same.show")}
            </button>
            <Data text={entry.rows.map(words.title).join(t("common.comma"))} />
          </p>
        </div>
        <State row={first} />
        <Due row={first} />
        {first.kind === "due" && (
          <Link className="button small" to={dueList(entry.rows)} aria-label={`${t("desk.same.list")} ${what}`}>
            {t("desk.same.list")}
          </Link>
        )}
        {isSame(entry.rows) && (
          <Button size="small" onClick={batch} aria-label={`${t("desk.batch")} ${what}`}>
            {t("desk.batch")}
          </Button>
        )}
      </div>
      {children}
    </li>
  );
}

function State({ row }: { row: Row }) {
  const words = useTaskWords();
  return (
    <div className="task-state">
      <StateTag tone={!row.case || row.state === "over" ? "grey" : row.kind === "approval" ? "purple" : "blue"}>{words.stage(row)}</StateTag>
      <p title={words.stay(row)} lang={languageOf(words.stay(row))}>
        {words.stay(row)}
      </p>
    </div>
  );
}

function Due({ row }: { row: Row }) {
  const { line, tone, below } = useTaskWords().due(row);
  return (
    <div className={`task-due task-due-${tone}`}>
      <b>{line}</b>
      {below && <p>{below}</p>}
    </div>
  );
}
