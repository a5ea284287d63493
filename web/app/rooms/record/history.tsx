/* Every version: who did what and when; of a change, each field before and after. Below it, where the last one is kept as evidence. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { base } from "../../api/client.ts";
import { historyOf, type RecordType, type RecordVersion } from "../../api/records.ts";
import { isEmpty, type Field } from "../../fields/field.ts";
import { useAskWord } from "./asks.tsx";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { RecordValue } from "./value.tsx";
import { Waiting } from "../../ui/states.tsx";
import { minute } from "../../ui/time.ts";
import { useLanguage, useText, type Key } from "../../text/index.ts";

const SHOWN = 6;
const words: Record<string, Key> = { create: "records.history.create", change: "records.history.change", end: "records.history.end", import: "records.history.import", erase: "records.history.erase" };

export function History({ type, id, version, fields }: { type: RecordType; id: number; version: number; fields: readonly Field[] }) {
  const t = useText();
  const [all, setAll] = useState(false);
  const found = useQuery({ ...historyOf(type.name, id, version), retry: false });
  const versions = found.data?.items ?? [];
  if (found.error) return null;
  const entry = versions.find((one) => one.entry)?.entry;
  return (
    <>
    <section className="record-rail">
      <h2>{t("records.history")}</h2>
      {!found.data && <Waiting rows={3} />}
      <ol className="record-history">
        {versions.slice(0, all ? undefined : SHOWN).map((one, i) => (
          <Version key={one.version} type={type} fields={fields} now={one} before={versions[i + 1]} />
        ))}
      </ol>
      {!all && versions.length > SHOWN && (
        <button type="button" className="link-button" onClick={() => setAll(true)}>
          {t("records.history.more", { n: versions.length })}
        </button>
      )}
    </section>
    {entry && (
      <section className="record-rail record-proof">
        <h2>{t("records.proof")}</h2>
        <p>
          <b>✓ {t("records.proof.kept")}</b> {t("records.version", { n: version, time: minute(versions[0]!.at) })}
        </p>
        <p>
          <Code text={entry} /> <a href={`${base}/api/v1/receipts/${entry}`} download={`${type.name}-${id}-${version}.json`}>{t("case.evidence.download")}</a>
        </p>
      </section>
    )}
    </>
  );
}

function Version({ type, fields, now, before }: { type: RecordType; fields: readonly Field[]; now: RecordVersion; before: RecordVersion | undefined }) {
  const t = useText();
  const language = useLanguage();
  const asked = useAskWord(type, now.action);
  const word = words[now.action.split(" ")[0]!];
  const label = type.actions.find(({ name }) => name === now.action)?.label?.[language];
  const changed = before ? fields.filter(({ name }) => now.changed.includes(name)) : [];
  const first = now.changed.filter((name) => fields.some((one) => one.name === name)).length;
  return (
    <li>
      <b>{asked ?? (word ? t(word) : (label ?? t("records.history.change")))}</b>
      <p>
        {now.name && <Data text={now.name} />} <time>{minute(now.at)}</time>
      </p>
      {!before && <p>{t("records.history.first", { n: first })}</p>}
      {changed.map((field) => (
        <p key={field.name} className="record-changed">
          {field.label}
          {t("fields.colon")}
          {now.erased?.includes(field.name) ? t("records.erased") : <>{!isEmpty(before!.content[field.name]) && <><RecordValue field={field} value={before!.content[field.name]} /> → </>}<RecordValue field={field} value={now.content[field.name] ?? null} /></>}
        </p>
      ))}
      {now.reason && (
        <p className="quiet">
          <Data text={now.reason} />
        </p>
      )}
    </li>
  );
}
