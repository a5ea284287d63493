/* What has no value, in one line: how much of it and, in amber, what the record should have. The line opens in place. */
import { useRef, useState } from "react";
import { Link } from "react-router";
import type { RecordType, Row } from "../../api/records.ts";
import { Icon } from "../../ui/icons.tsx";
import { useLanguage, useText, type Key } from "../../text/index.ts";
import { dueOf, whyEmpty, type Part, type Why } from "./told.ts";

const words: Record<Exclude<Why, "blank">, Key> = { inapplicable: "records.inapplicable", unknown: "records.unknown", hidden: "records.noRight" };

export function Folded({ type, row, parts }: { type: RecordType; row: Row; parts: readonly Part[] }) {
  const t = useText();
  const language = useLanguage();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const dues = dueOf(type, row);
  const empty = parts.flatMap((part) =>
    part.fields.flatMap((field) => {
      const why = whyEmpty(type, row, part, field);
      return why ? [{ why, part, name: field.name, label: field.label?.[language] ?? field.name }] : [];
    }),
  );
  if (empty.length === 0) return null;
  const of = (why: Why) => empty.filter((one) => one.why === why);
  const blank = of("blank");
  const due = blank.filter(({ name }) => dues.has(name));
  const list = (of: readonly { label: string }[]) => of.map(({ label }) => label).join(t("records.between"));
  const named = (part: Part) => part.label?.[language] ?? t(part === parts[0] ? "records.part.first" : "records.part.rest");
  const groups = parts.flatMap((part) => {
    const here = blank.filter((one) => one.part === part);
    return here.length ? [{ name: named(part), here }] : [];
  });
  const others = (Object.keys(words) as Exclude<Why, "blank">[]).flatMap((why) => (of(why).length ? [{ why, word: t(words[why]), here: of(why) }] : []));
  const counts = [
    groups.length > 1 ? groups.map(({ name, here }) => t("records.folded.of", { name, n: here.length })).join(t("records.between")) : blank.length > 0 && list(blank.slice(0, 5)) + (blank.length > 5 ? "…" : ""),
    ...others.map(({ word, here }) => t("records.folded.of", { name: word, n: here.length })),
  ].filter(Boolean);
  return (
    <section className="folded no-print" onKeyDown={(event) => event.key === "Escape" && open && (setOpen(false), button.current?.focus())}>
      <button ref={button} type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="down" />
        <span>
          {blank.length > 0 && <b>{t("records.folded", { n: blank.length })}</b>} {counts.join(t("records.semicolon"))}
          {due.length > 0 && <em>{t("records.folded.due", { n: due.length, names: list(due) })}</em>}
        </span>
      </button>
      {open && (
        <dl>
          {groups.map(({ name, here }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {here.map(({ name: field, label }) => (
                  <span key={field} className={dues.has(field) ? "folded-due" : undefined}>
                    {label}
                  </span>
                ))}
              </dd>
            </div>
          ))}
          {others.map(({ why, word, here }) => (
            <div key={why}>
              <dt className="not-given">{word}</dt>
              <dd className="not-given">
                {here.map(({ name, label }) => (
                  <span key={name}>{label}</span>
                ))}
              </dd>
            </div>
          ))}
          {blank.length > 0 && row._may.includes("change") && (
            <div>
              <dt />
              <dd>
                <Link to={`/r/${type.name}/${row.id}/edit`}>{t("records.folded.fill")}</Link>
              </dd>
            </div>
          )}
        </dl>
      )}
    </section>
  );
}
