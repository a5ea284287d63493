/* Supplies, sites, funds and parties that answer the text of a match, each with the words that it holds and what of it agrees
 * with the need. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { recordPath, typeOf } from "../../api/records.ts";
import { RecordValue } from "../../rooms/record/value.tsx";
import { fieldOf, isEmpty, kindOf } from "../../fields/field.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { Against } from "./against.tsx";
import { answersOf, KINDS, type Kind, type Match } from "./matches.ts";

/* The need put before a party, with what was kept and why it was hit. */
const pushTo = (to: string, { demand, kept, supplies }: Match, words: readonly string[], agree: readonly string[]) =>
  `/r/push/new?${new URLSearchParams([
    ["demand", String(demand)],
    ...(supplies[0] ? [["supply", String(supplies[0].supply)]] : []),
    ["party_code_asked", to],
    ["reason", [...words, ...agree].join("、").slice(0, 400)],
    ...(kept.length ? [["patents", kept.join(",")]] : []),
    ["source", "match"],
  ])}`;

interface Props {
  kind: Kind;
  match: Match;
  change: (part: Partial<Match>) => void;
}

export function Answers({ headed, ...of }: Props & { headed: boolean }) {
  const t = useText();
  return (
    <section className="match-answers" aria-label={t(`match.what.${of.kind}`)}>
      {headed && <h2>{t(`match.what.${of.kind}`)}</h2>}
      <Listed {...of} />
    </section>
  );
}

function Listed({ kind, match, change }: Props) {
  const t = useText();
  const language = useLanguage();
  const { type, list } = KINDS[kind];
  const name = type === "supply" ? "supply" : "party";
  const described = useQuery(typeOf(type)).data;
  const [before] = useState(() => match.refused.flatMap((one) => one[name] ?? []));
  const found = useQuery(answersOf(kind, match, before));
  if (found.error) return <Failed error={found.error} retry={() => void found.refetch()} />;
  if (!found.data || !described) return <Waiting rows={8} />;
  const { hits } = found.data;
  if (hits.length === 0) return <Empty title={t("match.answers.none")} text={t("match.answers.none.why")} />;
  const fields = new Map(described.fields.map((field) => [field.name, fieldOf(field, language)]));
  const kept = match[list];
  const others = (id: number) => match.refused.filter((one) => one[name] !== id);
  const keep = (id: number, on: boolean) => change({ [list]: [...kept.filter((one) => one[name] !== id), ...(on ? [{ [name]: id }] : [])], refused: others(id) });
  const refuse = (id: number, reason?: string) => change({ [list]: kept.filter((one) => one[name] !== id), refused: [...others(id), { [name]: id, ...(reason ? { reason } : {}) }] });
  return (
    <ol className="hits">
      {hits.map(({ id, record, similarity, words, fields: agree }, n) => {
        const against = match.refused.find((one) => one[name] === id);
        const title = String(record[described.title ?? "title"] ?? "");
        return (
          <li key={id} className={against ? "hit off" : "hit"}>
            <label className="hit-tick no-print">
              <input type="checkbox" aria-label={t("match.keep.one", { name: title })} checked={kept.some((one) => one[name] === id)} disabled={!!against} onChange={({ target }) => keep(id, target.checked)} />
            </label>
            <span className="hit-rank" aria-hidden="true">{n + 1}</span>
            <div className="hit-body">
              <h3>
                <Link to={recordPath(type, id)}><Data text={title} /></Link>
              </h3>
              <p className="hit-facts">
                {described.list?.filter((one) => one !== described.title && fields.has(one) && kindOf(fields.get(one)!) !== "boolean" && !isEmpty(record[one])).map((one) => (
                  <span key={one}><RecordValue field={fields.get(one)!} value={record[one]} bare /></span>
                ))}
                <span>{t("match.similarity", { n: Math.round(100 * similarity) })}</span>
              </p>
              {against ? (
                <Against reason={against.reason ?? ""} tell={(reason) => refuse(id, reason)} back={() => change({ refused: others(id) })} />
              ) : (
                <ul className="reason-words" aria-label={t("match.because")}>
                  <li>
                    <span className="swatch term" />
                    {words.map((word) => <span key={word} className="reason"><Data text={word} /></span>)}
                  </li>
                  {agree.length > 0 && <li>{t("match.agrees", { names: agree.map((one) => fields.get(one)?.label ?? one).join(t("common.comma")) })}</li>}
                </ul>
              )}
            </div>
            {!against && typeof record.credit_code === "string" && match.demand !== null && (
              <Link className="button small no-print" to={pushTo(record.credit_code, match, words, agree.map((one) => fields.get(one)?.label ?? one))}>
                {t("match.push")}
              </Link>
            )}
            {!against && (
              <button type="button" className="button small no-print" onClick={() => refuse(id)}>
                {t("match.reject")}
              </button>
            )}
          </li>
        );
      })}
    </ol>
  );
}
