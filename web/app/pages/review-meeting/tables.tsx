/* The parts of a meeting's sheet: the experts who came, their signed sheets, the weights of the heads, the points. */
import type { ClipboardEvent } from "react";
import type { Case } from "../../api/cases.ts";
import { readBlock } from "../../fields/table-input.tsx";
import { Upload } from "../../fields/upload.tsx";
import { useText } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import type { Expert, Head, Marks, Typed } from "./marks.ts";

interface Typing {
  typed: Typed;
  set: (next: Partial<Typed>) => void;
}

export function Experts({ experts, typed, set }: Typing & { experts: readonly Expert[] }) {
  const t = useText();
  const chosen = typed.experts;
  return (
    <>
      <h2>
        {t("meeting.experts")}
        <small>{t("meeting.experts.sum", { n: experts.filter(({ id }) => chosen.includes(id)).length, all: experts.length })}</small>
      </h2>
      <ul className="meeting-experts">
        {experts.map((one) => (
          <li key={one.id}>
            <label>
              <input
                type="checkbox"
                checked={chosen.includes(one.id)}
                onChange={(event) => set({ experts: event.target.checked ? [...chosen, one.id] : chosen.filter((id) => id !== one.id) })}
              />
              <Data text={one.name} />
              {one.title_of_post && (
                <small>
                  <Data text={one.title_of_post} />
                </small>
              )}
            </label>
          </li>
        ))}
      </ul>
    </>
  );
}

/* One file for all of them, or one of each. */
export function Files({ experts, typed, set }: Typing & { experts: readonly Expert[] }) {
  const t = useText();
  const { files } = typed;
  return (
    <>
      <h2>
        {t("meeting.sheets")}
        <small>{t("meeting.sheets.hint")}</small>
      </h2>
      <div className="meeting-files">
        <span>{t("meeting.sheets.all")}</span>
        <Upload label={t("meeting.sheets.all")} files={files[""] ?? []} onChange={(all) => set({ files: { ...files, "": all } })} />
        {!files[""]?.length &&
          experts.map((one) => (
            <div key={one.id} className="meeting-file">
              <Data text={one.name} />
              <Upload label={one.name} files={files[one.id] ?? []} onChange={(its) => set({ files: { ...files, [one.id]: its } })} />
            </div>
          ))}
      </div>
    </>
  );
}

/* Rows of cases, in each the heads (`named` where the policy names them); columns of experts. A block of a spreadsheet is
 * pasted from the cell on where it is put. */
export function Points({ cases, heads, named, experts, marks, typed, set }: Typing & { cases: readonly Case[]; heads: readonly Head[]; named: boolean; experts: readonly Expert[]; marks: Marks }) {
  const t = useText();
  const paste = (event: ClipboardEvent, row: number, column: number) => {
    const block = readBlock(event.clipboardData.getData("text"));
    if (block.length < 2 && (block[0]?.length ?? 0) < 2) return;
    event.preventDefault();
    const points = { ...typed.points };
    block.forEach((cells, i) =>
      cells.forEach((cell, k) => {
        const [one, head, expert] = [cases[Math.floor((row + i) / heads.length)], heads[(row + i) % heads.length]!, experts[column + k]];
        if (one && expert) points[marks.at(one.id, expert.id, head)] = cell.trim();
      }),
    );
    set({ points });
  };
  const point = (one: Case, head: Head, expert: Expert, row: number, column: number) => (
    <td key={expert.id} className="meeting-point">
      <input
        className="input"
        inputMode="decimal"
        aria-label={[t("meeting.point", { expert: expert.name, name: one.party.name ?? one.title }), head.label].filter(Boolean).join(" ")}
        value={typed.points[marks.at(one.id, expert.id, head)] ?? ""}
        onPaste={(event) => paste(event, row, column)}
        onChange={(event) => set({ points: { ...typed.points, [marks.at(one.id, expert.id, head)]: event.target.value } })}
      />
    </td>
  );
  return (
    <>
      <h2>
        {t("meeting.points")}
        <small>{t("meeting.points.hint")}</small>
      </h2>
      <table className="meeting-points">
        <thead>
          <tr>
            <th scope="col">{t("review.party")}</th>
            {named && <th scope="col">{t("meeting.head")}</th>}
            {experts.map((one) => (
              <th key={one.id} scope="col" className="meeting-point">
                <Data text={one.name} />
              </th>
            ))}
            <th scope="col" className="meeting-point">
              {t("meeting.mean")}
            </th>
            <th scope="col">{t("meeting.result")}</th>
            <th scope="col">{t("review.reason")}</th>
          </tr>
        </thead>
        <tbody>
          {cases.flatMap((one, i) =>
            heads.map((head, k) => (
              <tr key={`${one.id} ${head.id}`}>
                {k === 0 && (
                  <th scope="rowgroup" rowSpan={heads.length}>
                    <Data text={one.party.name ?? one.title} />
                  </th>
                )}
                {named && (
                  <th scope="row">
                    <Data text={head.label} />
                  </th>
                )}
                {experts.map((expert, column) => point(one, head, expert, i * heads.length + k, column))}
                {k === 0 && <Result one={one} rows={heads.length} marks={marks} typed={typed} set={set} />}
              </tr>
            )),
          )}
        </tbody>
      </table>
    </>
  );
}

/* The mean of a case, what the meeting came to, and why. */
function Result({ one, rows, marks, typed, set }: Typing & { one: Case; rows: number; marks: Marks }) {
  const t = useText();
  const name = one.party.name ?? one.title;
  const result = marks.result(one.id);
  const change = (next: Partial<typeof result>) => set({ results: { ...typed.results, [one.id]: { ...result, ...next } } });
  return (
    <>
      <td className="meeting-point" rowSpan={rows}>
        {marks.mean(one.id)}
      </td>
      <td rowSpan={rows}>
        <select className="input" aria-label={`${t("meeting.result")} ${name}`} value={result.result} onChange={(event) => change({ result: event.target.value as "pass" | "fail" })}>
          <option value="pass">{t("meeting.pass")}</option>
          <option value="fail">{t("meeting.fail")}</option>
        </select>
      </td>
      <td rowSpan={rows}>
        <input className="input" aria-label={`${t("review.reason")} ${name}`} value={result.reason} maxLength={2000} onChange={(event) => change({ reason: event.target.value })} />
      </td>
    </>
  );
}
