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

export function ImportDialog({ type, onClose }: { type: string; onClose: () => void }) {
  const t = useText();
  const cache = useQueryClient();
  const [file, setFile] = useState<File>();
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<Result>();
  const [error, setError] = useState<Error>();
  const run = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const answer = await request(new Request(`${base}/api/v1/records/${type}/import?name=${encodeURIComponent(file!.name)}`, { method: "POST", body: file, headers: { "Content-Type": "application/octet-stream" } }));
      const body = (await answer.json()) as unknown;
      if (!answer.ok) throw new Problem(answer.status, body as Partial<Schemas["Problem"]>, answer.headers);
      setResult(body as Result);
      void cache.invalidateQueries({ queryKey: ["records", type] });
      void rereadCases();
    } catch (failure) {
      setError(failure as Error);
    }
    setBusy(false);
  };
  return (
    <Dialog
      title={t("records.import")}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t(result ? "common.close" : "common.cancel")}</Button>
          {!result && (
            <Button type="primary" disabled={!file} loading={busy} onClick={() => void run()}>
              {t("records.import")}
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
      {!result && <input type="file" aria-label={t("records.import.file")} accept=".xlsx,.zip" onChange={(event) => setFile(event.target.files?.[0])} />}
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
              {t("records.import.done", { created: result.created ?? 0, changed: result.changed ?? 0, unchanged: result.unchanged ?? 0, rejected: result.rejected ?? 0 })}
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
              <a href={`${base}/api/v1/records/${type}/imports/${result.id}/rejects.xlsx`} download>
                {t("records.import.rejects")}
              </a>
            </>
          )}
        </div>
      )}
    </Dialog>
  );
}
