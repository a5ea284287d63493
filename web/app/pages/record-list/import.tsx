/* Bringing a workbook in: the template, the file, and what came of each row. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { base, Problem, request, type Schemas } from "../../api/client.ts";
import { rereadCases } from "../../api/query.ts";
import type { paths } from "../../api/schema.ts";
import { Button } from "../../parts/button.tsx";
import { Data } from "../../parts/data.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Note } from "../../parts/note.tsx";
import { useText } from "../../text/index.ts";

type Result = paths["/api/v1/records/{type}/import"]["post"]["responses"][200]["content"]["application/json"];
type Undone = paths["/api/v1/records/{type}/imports/{id}/undo"]["post"]["responses"][200]["content"]["application/json"];

const WAITED_FOR = 2 << 20; // a larger workbook is imported by a job

export function ImportDialog({ type, onClose }: { type: string; onClose: () => void }) {
  const t = useText();
  const cache = useQueryClient();
  const [file, setFile] = useState<File>();
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<Result>();
  const [undone, setUndone] = useState<Undone>();
  const [error, setError] = useState<Error>();
  const checked = result?.state === "checked";
  const unseen = !!file && (file.size > WAITED_FOR || /\.zip$/i.test(file.name));
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
    const answer = await ask(`import?name=${encodeURIComponent(file!.name)}${check ? "&check=true" : ""}`, file);
    if (answer) setResult(answer as Result);
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
          <Button onClick={onClose}>{t(result && !checked ? "common.close" : "common.cancel")}</Button>
          {(!result || checked) && (
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
      {(!result || checked) && (
        <input
          type="file"
          aria-label={t("records.import.file")}
          accept=".xlsx,.zip"
          onChange={(event) => {
            setFile(event.target.files?.[0]);
            setResult(undefined);
          }}
        />
      )}
      {unseen && !result && <p>{t("records.import.unseen")}</p>}
      {error && (
        <Note tone="mend" role="alert">
          {error instanceof Problem ? error.message : t("common.noAnswer")}
        </Note>
      )}
      {result && (
        <div role="status">
          {result.job ? (
            <Note>{t("records.import.job", { job: result.job })}</Note>
          ) : (
            <Note tone={result.rejected ? "doubt" : "told"}>
              {undone
                ? t(undone.kept ? "records.import.kept" : "records.import.undone", { undone: undone.undone, kept: undone.kept, why: undone.why ?? "" })
                : t(checked ? "records.import.told" : "records.import.done", { created: result.created ?? 0, changed: result.changed ?? 0, unchanged: result.unchanged ?? 0, rejected: result.rejected ?? 0 })}
            </Note>
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
