/* People from a workbook: looked at first, then their accounts are made with the requests for their roles, and a slip for
 * each. The refused rows come back as a workbook with reasons. */
import "../../rooms/record/import.css";
import { useState } from "react";
import { ask, base } from "../../api/client.ts";
import type { paths } from "../../api/schema.ts";
import { useAct } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { peopleOf, rereadRoster } from "../../rooms/people/roster.ts";
import { queries } from "../../api/query.ts";
import { useText } from "../../text/index.ts";
import { makeLink, type Slip } from "./slips.tsx";

type Result = paths["/api/v1/account-imports"]["post"]["responses"][200]["content"]["application/json"];
const ADDRESS = `${base}/api/v1/account-imports`;

export function PeopleImport({ onClose, onSlips }: { onClose: () => void; onSlips: (slips: readonly Slip[]) => void }) {
  const t = useText();
  const [file, setFile] = useState<File>();
  const [checked, setChecked] = useState<Result>();
  const [done, setDone] = useState<Result>();
  const { busy, error, act } = useAct();
  const result = done ?? checked;
  const send = (query: string) => ask(new Request(`${ADDRESS}${query}`, { method: "POST", body: file, headers: { "Content-Type": "application/octet-stream" } }));
  const check = () => act(async () => setChecked(await (await send("?check=true")).json()));
  const run = () =>
    act(async () => {
      setDone(await (await send("")).json());
      await rereadRoster();
    });
  const rejects = () =>
    act(async () => {
      const url = URL.createObjectURL(await (await send("?check=true&format=xlsx")).blob());
      const link = Object.assign(document.createElement("a"), { href: url, download: t("people.import.rejects.file") });
      link.click();
      URL.revokeObjectURL(url);
    });
  const slips = () =>
    act(async () => {
      const made: Slip[] = [];
      const people = (await queries.fetchQuery(peopleOf({}))).items;
      for (const { id } of done!.accounts) {
        const person = people.find((one) => one.id === id);
        const link = await makeLink(id);
        if (link && person) made.push({ account: id, name: person.name, person: person.display_name ?? "", unit: person.unit_name, ...link });
      }
      await rereadRoster();
      onSlips(made);
      onClose();
    });
  return (
    <Dialog
      title={t("people.excel.people")}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t(done ? "common.close" : "common.cancel")}</Button>
          {done ? (
            done.accounts.length > 0 && (
              <Button type="primary" loading={busy} onClick={() => void slips()}>
                {t("people.import.slips", { n: done.accounts.length })}
              </Button>
            )
          ) : (
            <Button type="primary" disabled={!file || (checked && checked.made === 0)} loading={busy} onClick={() => void (checked ? run() : check())}>
              {checked ? t("people.import.run", { n: checked.made }) : t("records.import.check")}
            </Button>
          )}
        </>
      }
    >
      <p>{t("people.import.text")}</p>
      <p className="import-template">
        <a href={`${ADDRESS}/template.xlsx`} download>
          {t("records.template")}
        </a>
      </p>
      {!done && (
        <input
          type="file"
          aria-label={t("records.import.file")}
          accept=".xlsx"
          onChange={(event) => {
            setFile(event.target.files?.[0]);
            setChecked(undefined);
          }}
        />
      )}
      <ErrorNote error={error} />
      {result && (
        <div role="status">
          <Note tone={result.total ? "doubt" : "told"}>{t(done ? "people.import.done" : "people.import.told", { made: result.made, unchanged: result.unchanged, rejected: result.total })}</Note>
          {result.total > 0 && (
            <>
              <ul className="import-rejects">
                {result.items.slice(0, 10).map(({ row, reason }) => (
                  <li key={row}>
                    <Data text={t("records.import.row", { row, reason })} />
                  </li>
                ))}
              </ul>
              <Button type="link" size="small" onClick={() => void rejects()}>
                {t("records.import.rejects")}
              </Button>
            </>
          )}
        </div>
      )}
    </Dialog>
  );
}
