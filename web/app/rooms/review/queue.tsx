/* The queue of a review: rank, party, conditions, materials, numbers with their need, doubts, score. A tick puts a row
 * into the batch; the tinted row is the one in the preview. Rows above the dashed line are to be recommended. */
import "./review.css";
import { Fragment } from "react";
import { grouped } from "../../fields/number-input.tsx";
import { useText } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import type { Row } from "../case/queue.ts";
import { Glyph, VerdictTag } from "../../ui/verdict.tsx";

/* ">= 5 人" as "≥ 5 人" */
const needText = (needs: string) => needs.replace(">=", "≥").replace("<=", "≤").replace(/\d{4,}/, (digits) => Number(digits).toLocaleString("en"));

interface Props {
  rows: readonly Row[];
  ticked: readonly number[]; // ids of cases
  tick: (next: number[]) => void;
  current: number | undefined;
  show: (id: number) => void;
  rank?: { move: (id: number, by: -1 | 1) => void; cut?: number; moveCut?: (to: number) => void };
}

export function ReviewQueue({ rows, ticked, tick, current, show, rank }: Props) {
  const t = useText();
  const open = rows.filter((row) => row.own).map((row) => row.case);
  const all = open.length > 0 && open.every((id) => ticked.includes(id));
  const numbers = [...new Map(rows.flatMap((row) => row.numbers).map((one) => [one.criterion, one])).values()];
  const scores = rows.some((row) => row.score !== null);
  const columns = 6 + numbers.length + (scores ? 1 : 0);
  return (
    <table className="close-rows queue">
      <thead>
        <tr>
          <th scope="col" className="queue-tick">
            <input type="checkbox" checked={all} disabled={open.length === 0} onChange={() => tick(all ? [] : open)} aria-label={t("review.tickAll")} />
          </th>
          <th scope="col" className="queue-rank">
            {t("review.rank")}
          </th>
          <th scope="col">{t("review.party")}</th>
          <th scope="col" className="queue-word">
            {t("review.conditions")}
          </th>
          <th scope="col" className="queue-word">
            {t("review.materials")}
          </th>
          {numbers.map((one) => (
            <th key={one.criterion} scope="col" className="queue-number">
              <Data text={one.label} />
              <small>
                <Data text={needText(one.needs!)} />
              </small>
            </th>
          ))}
          <th scope="col" className="queue-flags">
            {t("review.doubts")}
          </th>
          {scores && (
            <th scope="col" className="queue-flags">
              {t("review.score")}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <Fragment key={row.case}>
            {rank?.cut === i && <CutLine at={i} of={rows.length} columns={columns} move={rank.moveCut!} />}
            <tr className={row.case === current ? "queue-current" : undefined} aria-current={row.case === current ? "true" : undefined} onClick={() => show(row.case)}>
              <td className="queue-tick" onClick={(event) => event.stopPropagation()}>
                {row.own && (
                  <input
                    type="checkbox"
                    checked={ticked.includes(row.case)}
                    onChange={() => tick(ticked.includes(row.case) ? ticked.filter((id) => id !== row.case) : [...ticked, row.case])}
                    aria-label={t("review.tick", { name: row.name ?? row.number })}
                  />
                )}
              </td>
              <td className="queue-rank">
                {rank ? <RankButtons row={row} at={i} of={rows.length} move={rank.move} /> : (row.rank ?? i + 1)}
              </td>
              <td className="queue-party">
                <button type="button" onClick={() => show(row.case)}>
                  <Data text={row.name ?? row.number} />
                </button>
                <small>
                  <Data text={row.stage_label} />
                </small>
              </td>
              <td>
                <Conditions row={row} />
              </td>
              <td>
                <Materials row={row} />
              </td>
              {numbers.map(({ criterion }) => {
                const one = row.numbers.find((each) => each.criterion === criterion);
                return (
                  <td key={criterion} className={`queue-number${one?.state === "near" || one?.state === "no" ? " queue-short" : ""}`}>
                    {one?.value ? grouped(one.value) : !row.counting && <span className="missing">{t("common.unknown")}</span>}
                  </td>
                );
              })}
              <td className="queue-flags">{row.flags ? <span className="near nowrap">⚑ {row.flags}</span> : <span className="queue-none">{t("review.none")}</span>}</td>
              {scores && <td className="queue-flags">{row.score ?? <span className="queue-none">{t("review.notScored")}</span>}</td>}
            </tr>
          </Fragment>
        ))}
        {rank?.cut === rows.length && rows.length > 0 && <CutLine at={rows.length} of={rows.length} columns={columns} move={rank.moveCut!} />}
      </tbody>
    </table>
  );
}

function RankButtons({ row, at, of, move }: { row: Row; at: number; of: number; move: (id: number, by: -1 | 1) => void }) {
  const t = useText();
  const name = row.name ?? row.number;
  return (
    <span className="rank" onClick={(event) => event.stopPropagation()}>
      <span>{at + 1}</span>
      <button type="button" disabled={at === 0} onClick={() => move(row.case, -1)} aria-label={t("review.up", { name })}>
        ▴
      </button>
      <button type="button" disabled={at === of - 1} onClick={() => move(row.case, 1)} aria-label={t("review.down", { name })}>
        ▾
      </button>
    </span>
  );
}

function CutLine({ at, of, columns, move }: { at: number; of: number; columns: number; move: (to: number) => void }) {
  const t = useText();
  return (
    <tr className="queue-cut">
      <td colSpan={columns}>
        <span>
          <button type="button" disabled={at === 0} onClick={() => move(at - 1)} aria-label={t("review.cut.up")}>
            ▴
          </button>
          {of > at ? t("review.cut", { n: at, rest: of - at }) : t("review.cut.all", { n: at })}
          <button type="button" disabled={at === of} onClick={() => move(at + 1)} aria-label={t("review.cut.down")}>
            ▾
          </button>
        </span>
      </td>
    </tr>
  );
}

function Conditions({ row }: { row: Row }) {
  const t = useText();
  const failed = row.conditions_failed.length;
  if (failed > 0 && row.near === failed)
    return (
      <span className="verdict verdict-near">
        <Glyph state="near" /> {t("review.near", { n: failed })}
      </span>
    );
  if (failed > 0)
    return (
      <span className="verdict verdict-no">
        <Glyph state="no" /> {t("review.failed", { n: failed })}
      </span>
    );
  return <VerdictTag state={row.conditions_unknown.length > 0 || row.conditions_met === null ? "unknown" : "ok"} />;
}

/* What is missing counts while it can still be handed in; an office has taken over the rest. */
function Materials({ row }: { row: Row }) {
  const t = useText();
  const lacks = row.missing.length;
  return (
    <span className={`verdict verdict-${lacks ? "no" : "ok"}`}>
      <Glyph state={lacks ? "no" : "ok"} /> {lacks ? t("review.lacks", { n: lacks }) : t("review.complete")}
    </span>
  );
}
