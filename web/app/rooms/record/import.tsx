/* Bringing a workbook in: the template, the file, the fields of columns that the type does not have, and what came of each row. */
import "./import.css";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { base, Problem, request, type Schemas } from "../../api/client.ts";
import { rereadCases } from "../../api/query.ts";
import type { RecordType } from "../../api/records.ts";
import type { paths } from "../../api/schema.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Note } from "../../ui/note.tsx";
import { useLanguage, useText } from "../../text/index.ts";

type Result = paths["/api/v1/records/{type}/import"]["post"]["responses"][200]["content"]["application/json"];
type Undone = paths["/api/v1/records/{type}/imports/{id}/undo"]["post"]["responses"][200]["content"]["application/json"];

const WAITED_FOR = 2 << 20; // a larger workbook is imported by a job
const LOOKED_AT = 64 << 20; // a larger ZIP is sent once

interface Column {
  sheet: string;
  header: string;
}

/* Which field each column is. The columns of the sheet of a table are those of its rows. */
function Columns({ type, columns, maps, onMap }: { type: RecordType; columns: readonly Column[]; maps: Readonly<Record<string, string>>; onMap: (header: string, to: string) => void }) {
  const t = useText();
  const language = useLanguage();
  const choices = (sheet: string) => {
    const table = type.fields.find(({ fields, label }) => fields && label && Object.values(label).includes(sheet));
    const given = table?.fields ?? type.fields.filter((one) => !/^(table|computed)$/.test(one.type) && !one.set_by && !one.by_cases);
    return given.flatMap(({ name, type, label }) => {
      const shown = label?.[language] ?? name;
      return type === "period" ? ([t("records.import.from"), t("records.import.until")].map((end) => [`${shown} ${end}`, `${shown} ${end}`] as const)) : [[name, shown] as const];
    });
  };
  return (
    <ul className="import-map" aria-label={t("records.import.columns")}>
      {columns.map(({ sheet, header }) => (
        <li key={`${sheet} ${header}`}>
          <label>
            <Data text={header} />
            <select className="input" aria-label={t("records.import.column", { header })} value={maps[header] ?? ""} onChange={(event) => onMap(header, event.target.value)}>
              <option value="">{t("records.import.leave")}</option>
              {choices(sheet).map(([to, shown]) => (
                <option key={to} value={to}>
                  {shown}
                </option>
              ))}
            </select>
          </label>
        </li>
      ))}
    </ul>
  );
}

export function ImportDialog({ type: of, onClose }: { type: RecordType; onClose: () => void }) {
  const type = of.name;
  const t = useText();
  const cache = useQueryClient();
  const [file, setFile] = useState<File>();
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<Result>();
  const [columns, setColumns] = useState<readonly Column[]>([]);
  const [maps, setMaps] = useState<Readonly<Record<string, string>>>({});
  const [undone, setUndone] = useState<Undone>();
  const [error, setError] = useState<Error>();
  const checked = result?.state === "checked";
  const unmapped = result?.state === "unmapped";
  const open = !result || checked || unmapped;
  const unseen = !!file && file.size > (/\.zip$/i.test(file.name) ? LOOKED_AT : WAITED_FOR);
  const ask = async (path: string, body?: File) => {
    setBusy(true);
    setError(undefined);
    try {
      const answer = await request(new Request(`${base}/api/v1/records/${type}/${path}`, { method: "POST", body, headers: { "Content-Type": "application/octet-stream" } }));
      const json = (await answer.json()) as unknown;
      if (!answer.ok) throw new Problem(answer.status, json as Partial<Schemas["Problem"]>, answer.headers);
      return json;
    } catch (failure) {
      setError(failure as Error);
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  const reread = () => {
    void cache.invalidateQueries({ queryKey: ["records", type] });
    void rereadCases();
  };
  const run = async (check: boolean) => {
    const mapped = columns.map(({ header }) => `&map=${encodeURIComponent(`${header}=${maps[header] ?? ""}`)}`).join("");
    const answer = (await ask(`import?name=${encodeURIComponent(file!.name)}${check ? "&check=true" : ""}${mapped}`, file)) as Result | undefined;
    if (answer) setResult(answer);
    if (answer?.state === "unmapped") setColumns([...columns, ...(answer.rejects ?? []).map(({ sheet, reason }) => ({ sheet, header: reason }))]);
    if (answer && !check) reread();
  };
  const undo = async () => {
    const answer = await ask(`imports/${result!.id}/undo`);
    if (answer) setUndone(answer as Undone);
    if (answer) reread();
  };
  return (
    <Dialog
      title={t("records.import")}
      onClose={onClose}
      footer={
        <>
          {!!(result?.id && !undone && (result.created || result.changed)) && (
            <Button disabled={busy} onClick={() => void undo()}>
              {t("records.import.undo")}
            </Button>
          )}
          <Button onClick={onClose}>{t(open ? "common.cancel" : "common.close")}</Button>
          {open && (
            <Button type="primary" disabled={!file || (checked && !result.created && !result.changed && !result.unchanged)} loading={busy} onClick={() => void run(!checked && !unseen)}>
              {t(checked || unseen ? "records.import" : "records.import.check")}
            </Button>
          )}
        </>
      }
    >
      <p>{t("records.import.text")}</p>
      <p className="import-template">
        <a href={`${base}/api/v1/records/${type}/template.xlsx`} download>
          {t("records.template")}
        </a>
      </p>
      {open && (
        <input
          type="file"
          aria-label={t("records.import.file")}
          accept=".xlsx,.zip"
          onChange={(event) => {
            setFile(event.target.files?.[0]);
            setResult(undefined);
            setColumns([]);
            setMaps({});
          }}
        />
      )}
      {unseen && !result && <p>{t("records.import.unseen")}</p>}
      {error && (
        <Note tone="mend" role="alert">
          {error instanceof Problem ? error.message : t("common.noAnswer")}
        </Note>
      )}
      {open && columns.length > 0 && (
        <>
          {!checked && <Note tone="doubt">{t("records.import.unmapped")}</Note>}
          <Columns
            type={of}
            columns={columns}
            maps={maps}
            onMap={(header, to) => {
              setMaps({ ...maps, [header]: to });
              setResult(undefined);
            }}
          />
        </>
      )}
      {result && !unmapped && (
        <div role="status">
          {result.job ? (
            <Note>{t("records.import.job", { job: result.job })}</Note>
          ) : (
            <Note tone={result.rejected || result.state === "broken" ? "doubt" : "told"}>
              {undone
                ? t(undone.kept ? "records.import.kept" : "records.import.undone", { undone: undone.undone, kept: undone.kept, why: undone.why ?? "" })
                : result.state === "broken"
                  ? t("records.import.broken")
                  : t(checked ? "records.import.told" : "records.import.done", { created: result.created ?? 0, changed: result.changed ?? 0, unchanged: result.unchanged ?? 0, rejected: result.rejected ?? 0 })}
            </Note>
          )}
          {!!result.unused?.length && <Note tone="doubt">{t("records.import.unused", { names: result.unused.slice(0, 10).join(t("common.comma")) })}</Note>}
          {!!result.notes?.length && (
            <ul className="import-rejects">
              {result.notes.slice(0, 10).map(({ row, reason }) => (
                <li key={`${row} ${reason}`}>
                  <Data text={t("records.import.row", { row, reason })} />
                </li>
              ))}
            </ul>
          )}
          {!!result.rejected && (
            <>
              <ul className="import-rejects">
                {result.rejects?.slice(0, 10).map(({ sheet, row, reason }) => (
                  <li key={`${sheet} ${row}`}>
                    <Data text={t("records.import.row", { row, reason })} />
                  </li>
                ))}
              </ul>
              {result.id && (
                <a href={`${base}/api/v1/records/${type}/imports/${result.id}/rejects.xlsx`} download>
                  {t("records.import.rejects")}
                </a>
              )}
            </>
          )}
        </div>
      )}
    </Dialog>
  );
}
