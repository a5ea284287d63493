/* Bringing a workbook in: the template, the file, the fields of columns that the type does not have, and what came of each row. */
import "./import.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ask, base } from "../../api/client.ts";
import { rereadCases } from "../../api/query.ts";
import { importsOf, type RecordType } from "../../api/records.ts";
import type { paths } from "../../api/schema.ts";
import { Button } from "../../ui/ant.ts";
import { useAct } from "../../ui/act.ts";
import { Data } from "../../ui/data.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { minute } from "../../ui/time.ts";
import { useLanguage, useText, type Language } from "../../text/index.ts";

type Result = paths["/api/v1/records/{type}/import"]["post"]["responses"][200]["content"]["application/json"];
type Undone = paths["/api/v1/records/{type}/imports/{id}/undo"]["post"]["responses"][200]["content"]["application/json"];

const WAITED_FOR = 2 << 20; // a larger workbook is imported by a job
const LOOKED_AT = 64 << 20; // a larger ZIP is sent once

interface Column {
  sheet: string;
  header: string;
}

type Choice = readonly [to: string, shown: string];

/* What a column of the type's own sheet may be besides its fields: the cells of a row of a table, of each value of its first
 * list one, else three ("sides[taker].name"). */
function rowChoices({ name, label, fields = [] }: RecordType["fields"][number], language: Language): Choice[] {
  const role = fields.find(({ type, many }) => type === "enum" && !many);
  const rows = role?.values?.map(({ code, label }) => [code, label?.[language] ?? code] as const) ?? [1, 2, 3].map((n) => [String(n), `${label?.[language] ?? name} ${n}`] as const);
  return rows.flatMap(([row, word]) => fields.filter((one) => one !== role && one.type !== "period").map((one) => [`${name}[${row}].${one.name}`, `${word} ${one.label?.[language] ?? one.name}`] as const));
}

/* Which field each column is. The columns of the sheet of a table are those of its rows. */
function Columns({ type, columns, maps, onMap }: { type: RecordType; columns: readonly Column[]; maps: Readonly<Record<string, string>>; onMap: (header: string, to: string) => void }) {
  const t = useText();
  const language = useLanguage();
  const choices = (sheet: string): Choice[] => {
    const table = type.fields.find(({ fields, label }) => fields && label && Object.values(label).includes(sheet));
    const given = table?.fields ?? type.fields.filter((one) => one.type !== "computed" && !one.set_by && !one.by_cases);
    return given.flatMap((one): Choice[] => {
      const shown = one.label?.[language] ?? one.name;
      if (one.type === "table") return rowChoices(one, language);
      const ends: Choice[] = one.type === "period" ? [t("records.import.from"), t("records.import.until")].map((end) => [`${shown} ${end}`, `${shown} ${end}`]) : [];
      return [[one.name, shown], ...ends];
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
  const { busy, error, act } = useAct();
  const [result, setResult] = useState<Result>();
  const [columns, setColumns] = useState<readonly Column[]>([]);
  const [maps, setMaps] = useState<Readonly<Record<string, string>>>({});
  const [undone, setUndone] = useState<Undone>();
  const checked = result?.state === "checked";
  const unmapped = result?.state === "unmapped";
  const open = !result || checked || unmapped;
  const unseen = !!file && file.size > (/\.zip$/i.test(file.name) ? LOOKED_AT : WAITED_FOR);
  const post = async (path: string, body?: File) => (await ask(new Request(`${base}/api/v1/records/${type}/${path}`, { method: "POST", body, headers: { "Content-Type": "application/octet-stream" } }))).json();
  const reread = () => {
    void cache.invalidateQueries({ queryKey: ["records", type] });
    void rereadCases();
  };
  const run = async (check: boolean) => {
    const mapped = columns.map(({ header }) => `&map=${encodeURIComponent(`${header}=${maps[header] ?? ""}`)}`).join("");
    const answer: Result = await post(`import?name=${encodeURIComponent(file!.name)}${check ? "&check=true" : ""}${mapped}`, file);
    setResult(answer);
    if (answer.state === "unmapped") {
      setColumns([...columns, ...(answer.rejects ?? []).map(({ sheet, reason }) => ({ sheet, header: reason }))]);
      setMaps({ ...Object.fromEntries((answer.maps ?? []).map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)])), ...maps });
    }
    if (!check) reread();
  };
  const undo = async (id: number) => {
    setUndone(await post(`imports/${id}/undo`));
    reread();
  };
  return (
    <Dialog
      title={t("records.import")}
      onClose={onClose}
      footer={
        <>
          {!!(result?.id && !undone && (result.created || result.changed)) && (
            <Button disabled={busy} onClick={() => void act(() => undo(result.id!))}>
              {t("records.import.undo")}
            </Button>
          )}
          <Button onClick={onClose}>{t(open ? "common.cancel" : "common.close")}</Button>
          {open && (
            <Button type="primary" disabled={!file || (checked && !result.created && !result.changed && !result.unchanged)} loading={busy} onClick={() => void act(() => run(!checked && !unseen))}>
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
          accept=".xlsx,.xls,.ods,.html,.zip"
          onChange={(event) => {
            setFile(event.target.files?.[0]);
            setResult(undefined);
            setColumns([]);
            setMaps({});
          }}
        />
      )}
      {unseen && !result && <p>{t("records.import.unseen")}</p>}
      <ErrorNote error={error} />
      {!file && undone && (
        <div role="status">
          <UndoneNote undone={undone} />
        </div>
      )}
      {!file && <Earlier type={type} busy={busy} undo={(id) => void act(() => undo(id))} />}
      {result && !unmapped && <Outcome type={type} result={result} undone={undone} />}
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
    </Dialog>
  );
}

/* One's imports of this type: each can be undone as long as it was not. Records that somebody changed since stay as they are. */
function Earlier({ type, busy, undo }: { type: string; busy: boolean; undo: (id: number) => void }) {
  const t = useText();
  const items = useQuery(importsOf(type)).data?.items;
  return items?.length ? (
    <>
      <h3 className="import-template">{t("records.import.earlier")}</h3>
      <ul className="import-earlier">
        {items.map(({ id, name, begun, state, ...counts }) => (
          <li key={id}>
            <span>
              {minute(begun)} <Data text={name ?? ""} />
              <br />
              <span className="quiet">{t("records.import.done", counts)}</span>
            </span>
            {state === "undone" ? (
              <span className="quiet">{t("import.state.undone")}</span>
            ) : (
              state === "finished" &&
              counts.created + counts.changed > 0 && (
                <Button size="small" disabled={busy} aria-label={`${t("records.import.undo")} ${minute(begun)} ${name ?? ""}`} onClick={() => undo(id)}>
                  {t("records.import.undo")}
                </Button>
              )
            )}
          </li>
        ))}
      </ul>
    </>
  ) : null;
}

function UndoneNote({ undone }: { undone: Undone }) {
  const t = useText();
  return <Note tone={undone.kept ? "doubt" : "told"}>{t(undone.kept ? "records.import.kept" : "records.import.undone", { undone: undone.undone, kept: undone.kept, why: undone.why ?? "" })}</Note>;
}

/* A wide register leaves the dialogue scrolled at its buttons, below what came of it. */
const show = (box: HTMLElement | null) => box?.scrollIntoView({ block: "nearest" });

/* What came of the rows, or would come of them where the file was only checked. */
function Outcome({ type, result, undone }: { type: string; result: Result; undone?: Undone }) {
  const t = useText();
  const checked = result.state === "checked";
  return (
    <div role="status" ref={show}>
      {result.job ? (
        <Note>{t("records.import.job", { job: result.job })}</Note>
      ) : undone ? (
        <UndoneNote undone={undone} />
      ) : (
        <Note tone={result.rejected || result.state === "broken" ? "doubt" : "told"}>
          {result.state === "broken"
            ? t("records.import.broken")
            : t(checked ? "records.import.told" : "records.import.done", { created: result.created ?? 0, changed: result.changed ?? 0, unchanged: result.unchanged ?? 0, rejected: result.rejected ?? 0 })}
        </Note>
      )}
      {!!result.unused?.length && <Note tone="doubt">{t("records.import.unused", { names: result.unused.slice(0, 10).join(t("common.comma")) })}</Note>}
      {!!result.notes?.length && <FirstRows rows={result.notes} />}
      {!!result.rejected && (
        <>
          <FirstRows rows={result.rejects ?? []} />
          {result.id && (
            <a href={`${base}/api/v1/records/${type}/imports/${result.id}/rejects.xlsx`} download>
              {t("records.import.rejects")}
            </a>
          )}
        </>
      )}
    </div>
  );
}

function FirstRows({ rows }: { rows: readonly { sheet?: string; row: number; reason: string }[] }) {
  const t = useText();
  return (
    <ul className="import-rejects">
      {rows.slice(0, 10).map(({ sheet = "", row, reason }) => (
        <li key={`${sheet} ${row} ${reason}`}>
          <Data text={t("records.import.row", { row, reason })} />
        </li>
      ))}
    </ul>
  );
}
