/* What must not go out unseen in the record of a case: each place with its text. What is ticked is masked, the text before and
 * after side by side; a file, and what stays, is answered for by who clears it. */
import "./masking.css";
import "../../ui/plain-table.css";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { useActions, type Case, type CaseAction } from "../../api/cases.ts";
import { api, take } from "../../api/client.ts";
import { recordOf, recordPath, typeOf, type RecordType, type Row } from "../../api/records.ts";
import { useSubmitKey } from "../../api/submit-key.ts";
import { useSession } from "../../api/session.ts";
import { isEmpty } from "../../fields/field.ts";
import { useLanguage, useText, type Language, type Translate } from "../../text/index.ts";
import { useAct } from "../../ui/act.ts";
import { Button, Checkbox } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { ErrorNote, Note } from "../../ui/note.tsx";
import type { Group } from "../paper/action-body.ts";
import { useRenewed } from "../record/renew.ts";

export type Found = NonNullable<CaseAction["places"]>[number];

/* "sections[0].text": the names and numbers that lead there. */
const pathOf = (field: string) => field.split(/[.[\]]+/).filter(Boolean);
const textAt = (row: Row, field: string): unknown => pathOf(field).reduce<unknown>((at, name) => (at as Record<string, unknown> | null | undefined)?.[name], row);
const keyOf = ({ field, character }: Found) => `${field} ${character}`;

function nameOf(type: RecordType | undefined, field: string, language: Language): string {
  const [name, ...inner] = pathOf(field);
  const described = type?.fields.find((one) => one.name === name);
  const column = described?.fields?.find((one) => one.name === inner.at(-1));
  return [described?.label?.[language] ?? name, inner[0] && /^\d+$/.test(inner[0]) && Number(inner[0]) + 1, column?.label?.[language]].filter(Boolean).join(" ");
}

/* The ends of a number stay, and where a letter goes to: who knows it knows which it was. Of a price or a mark nothing stays. */
function masked({ kind, text = "" }: Found): string[] {
  const signs = [...text];
  const [from, to] = kind === "mail" ? [1, signs.findIndex((sign) => /[@＠]/.test(sign))] : /^(person|phone|card)$/.test(kind ?? "") ? [3, signs.length - 4] : [0, signs.length];
  return signs.map((sign, i) => (i >= from && i < to ? "＊" : sign));
}

function maskedText(text: string, places: readonly Found[]): string {
  const signs = [...text];
  for (const place of places) signs.splice(place.character - 1, [...(place.text ?? "")].length, ...masked(place));
  return signs.join("");
}

/* The places of a text, marked in it. */
function Marked({ text, places }: { text: string; places: readonly Found[] }) {
  const signs = [...text];
  let at = 0;
  const parts = [...places].sort((a, b) => a.character - b.character).flatMap((place) => {
    const from = place.character - 1;
    const to = from + [...(place.text ?? "")].length;
    const pair = [signs.slice(at, from).join(""), <mark key={from}>{signs.slice(from, to).join("")}</mark>];
    at = to;
    return pair;
  });
  return <p lang="zh-CN">{[...parts, signs.slice(at).join("")]}</p>;
}

/* Why each place may stay: what a step asks of who clears it. */
export function useClears({ places = [], open }: CaseAction, of: Case | undefined): Group | undefined {
  const t = useText();
  const language = useLanguage();
  const owed = open ? [] : places;
  const type = useQuery({ ...typeOf(of?.record_type ?? ""), enabled: owed.length > 0 }).data;
  if (owed.length === 0) return undefined;
  return { pointer: "/clears", title: t("records.clears"), fields: owed.map((one, i) => ({ name: String(i), type: "long_text", label: wordsOf(t, one, nameOf(type, one.field, language)), required: true, max: 300 })) };
}

const wordsOf = (t: Translate, { what = "", text, character }: Found, field: string) => t("records.clears.at", { field, what: text ? t("case.mask.at", { what, text, n: character }) : what });

/* As the request takes them. */
export const clearsOf = ({ places = [] }: CaseAction, said: unknown) =>
  places.map(({ field, character }, i) => ({ field, ...(character ? { character } : {}), reason: (said as Record<string, string> | undefined)?.[i] ?? "" }));

interface Pair {
  field: string;
  before: string;
  after: string;
  places: readonly Found[];
}

export function Masking({ of, action }: { of: Case; action: CaseAction }) {
  const t = useText();
  const language = useLanguage();
  const type = useQuery(typeOf(of.record_type)).data;
  const row = useQuery(recordOf(of.record_type, of.record_id)).data;
  const steps = useActions(of.id).data;
  const { account } = useSession();
  const renew = useRenewed(of.record_type, of.record_id);
  const submitKey = useSubmitKey();
  const [left, setLeft] = useState<readonly string[]>([]); // what shall stay
  const [done, setDone] = useState<readonly Pair[]>([]);
  const { busy, error, act } = useAct();
  const places = action.places ?? [];
  if (!type || !row || (places.length === 0 && done.length === 0)) return null;
  const locked = type.states.find(({ name }) => name === row.state)?.locked ?? [];
  const mine = places.filter(({ field, text }) => text && typeof textAt(row, field) === "string");
  const fixed = mine.filter(({ field }) => locked === "all" || locked.includes(pathOf(field)[0]!));
  const files = places.filter((one) => !mine.includes(one));
  const chosen = mine.filter((one) => !left.includes(keyOf(one)) && !fixed.includes(one));
  const pairs = [...new Set(mine.map(({ field }) => field))].map((field): Pair => {
    const before = String(textAt(row, field));
    return { field, before, after: maskedText(before, chosen.filter((one) => one.field === field)), places: mine.filter((one) => one.field === field) };
  });
  const mask = () =>
    act(async () => {
      const body: Record<string, unknown> = {};
      for (const { field, after } of pairs) {
        const [name = "", ...inner] = pathOf(field);
        body[name] ??= structuredClone(row[name]);
        const last = inner.pop();
        if (last === undefined) body[name] = after;
        else (inner.reduce((at, one) => at[one] as Record<string, unknown>, body[name] as Record<string, unknown>))[last] = after;
      }
      const reason = t("case.mask.reason", { n: chosen.length });
      await take(api.PATCH("/api/v1/records/{type}/{id}", { params: { path: { type: type.name, id: row.id }, query: { reason }, header: { "If-Match": `"${row.version}"`, "Idempotency-Key": submitKey({ body, version: row.version }) } }, body }));
      setDone([...done, ...pairs.filter(({ before, after }) => before !== after)]);
      await renew();
    });
  // Of two signatures that are two persons', the reader gave the first.
  const signed = type.constraints?.find(({ kind, fields = [] }) => kind === "unequal" && fields.some((name) => row[name] === account) && fields.some((name) => isEmpty(row[name])));
  const back = steps?.find((one) => one.open && !one.aside && one.own && one.action !== action.action);
  return (
    <section className="do-group masking" aria-label={t("case.mask.title")}>
      <h3>{t("case.mask.title")}</h3>
      {!action.open && signed?.message && <Note tone="doubt">{signed.message[language]}</Note>}
      {done.length > 0 && (
        <>
          <Note role="status">{t("case.mask.done")}</Note>
          <Pairs pairs={done} type={type} />
        </>
      )}
      {mine.length > 0 && (
        <>
          <p className="quiet">{t(fixed.length ? "case.mask.fixed" : "case.mask.line")}</p>
          <ul>
            {mine.map((one) => (
              <li key={keyOf(one)}>
                {fixed.includes(one) ? (
                  <Data text={wordsOf(t, one, nameOf(type, one.field, language))} />
                ) : (
                  <Checkbox checked={chosen.includes(one)} onChange={({ target }) => setLeft(target.checked ? left.filter((key) => key !== keyOf(one)) : [...left, keyOf(one)])}>
                    <Data text={wordsOf(t, one, nameOf(type, one.field, language))} /> → <Data text={masked(one).join("")} />
                  </Checkbox>
                )}
              </li>
            ))}
          </ul>
          {fixed.length > 0 && back && (
            <p>
              <Link className="button small" to={`/case/${of.id}?do=${back.action}`}>
                <Data text={back.label} />
              </Link>
            </p>
          )}
          {fixed.length === 0 && (
            <>
              <Pairs pairs={pairs} type={type} />
              <Button disabled={chosen.length === 0} loading={busy} onClick={() => void mask()}>
                {t("case.mask.do", { n: chosen.length })}
              </Button>
            </>
          )}
          <ErrorNote error={error} />
        </>
      )}
      {files.length > 0 && action.open && (
        <>
          <p className="quiet">{t("case.mask.files")}</p>
          <ul>
            {files.map((one) => (
              <li key={keyOf(one)}>
                <Data text={wordsOf(t, one, nameOf(type, one.field, language))} />
              </li>
            ))}
          </ul>
        </>
      )}
      {!action.open && (
        <p>
          <Link to={recordPath(type.name, row.id)}>{t("case.mask.history")}</Link>
        </p>
      )}
    </section>
  );
}

function Pairs({ pairs, type }: { pairs: readonly Pair[]; type: RecordType }) {
  const t = useText();
  const language = useLanguage();
  return (
    <table className="plain-table masking-pairs">
      <thead>
        <tr>
          <th scope="col">{t("case.mask.before")}</th>
          <th scope="col">{t("case.mask.after")}</th>
        </tr>
      </thead>
      <tbody>
        {pairs.map(({ field, before, after, places }) => (
          <tr key={field}>
            <td>
              <small>
                <Data text={nameOf(type, field, language)} />
              </small>
              <Marked text={before} places={places} />
            </td>
            <td>
              <small>
                <Data text={nameOf(type, field, language)} />
              </small>
              <p lang="zh-CN">{after}</p>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
