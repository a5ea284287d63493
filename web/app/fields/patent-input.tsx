/* Patents by number or by words of the library. What it knows of a number stands beside it: title, status, holder, and at once
 * a holder who is not among the parties of the form. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useContext, useState } from "react";
import { hits, patent, type Hit, type Patent } from "../api/patents.ts";
import { useSession } from "../api/session.ts";
import { Data } from "../ui/data.tsx";
import { PatentStatus } from "./patent-status.tsx";
import { useLanguage, useText } from "../text/index.ts";
import { Combo, type Option } from "./combo.tsx";
import { aria, type Values, type WidgetProps } from "./field.ts";
import { FillContext, InvolvedContext } from "./involved.ts";
import { split, useList } from "./list-input.tsx";
import { useSettled } from "./settled.ts";

/* ZL201910778812.1 and CN201910778812.1 are one number. */
const digits = (number: string) => number.normalize("NFKC").replace(/^\s*(ZL|CN)/i, "").replace(/[\s.]/g, "").toUpperCase();

function useHits(text: string, size: number): { found: readonly Hit[]; done: boolean } {
  const language = useLanguage();
  const asked = useSettled(text.trim());
  const { data, isPlaceholderData, isError } = useQuery({ ...hits({ query: asked, filters: [] }, false, "relevance", 1, size, language), enabled: asked.length > 1, retry: false });
  return { found: asked.length > 1 && asked === text.trim() && !isPlaceholderData ? (data?.hits ?? []) : [], done: isError || (!!data && !isPlaceholderData) };
}

const optionOf = ({ number, title, status, status_label, applicant }: Hit): Option => ({
  key: number,
  label: (
    <>
      <span className="mono">{number}</span> <Data text={title} /> <PatentStatus status={status} label={status_label} /> {applicant && <Data text={applicant} />}
    </>
  ),
});

const isAmong = (holder: string, names: readonly string[]) => names.some((name) => name.includes(holder) || holder.includes(name));

/* What the library knows of a number. */
function Known({ number }: { number: string }) {
  const t = useText();
  const involved = useContext(InvolvedContext);
  const { unit_name = "" } = useSession();
  const { found, done } = useHits(number, 3);
  const hit = found.find((one) => digits(one.number).startsWith(digits(number)) || digits(number).startsWith(digits(one.number)));
  if (!hit) return <span className="quiet">{done ? t("fields.patent.unknown") : "…"}</span>;
  const { title, applicant, status, status_label } = hit;
  const strange = involved && applicant && !isAmong(applicant, [...involved.names, ...(unit_name ? [unit_name] : [])]);
  return (
    <>
      <span className="picked-title one-line">
        <Data text={title} />
      </span>
      <PatentStatus status={status} label={status_label} />
      {applicant && (
        <span className={strange ? "picked-holder near" : "picked-holder"}>
          {strange && "△ "}
          <Data text={applicant} />
          {strange && (
            <>
              {t("fields.patent.holder")}
              <button type="button" className="link-button" onClick={() => involved.add(applicant)}>
                {t("fields.patent.join")}
              </button>
            </>
          )}
        </span>
      )}
    </>
  );
}

export function PatentsInput(props: WidgetProps) {
  const t = useText();
  const { typed, setTyped, list, set, take } = useList(props);
  const { found } = useHits(typed, 8);
  return (
    <div className="picked">
      {list.length > 0 && (
        <ul>
          {list.map((number, i) => (
            <li key={number}>
              <span className="mono">{number}</span>
              <Known number={number} />
              <button type="button" aria-label={`${t("fields.remove")} ${i + 1}`} onClick={() => set(list.filter((one) => one !== number))}>
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <Combo
        {...aria(props)}
        id={props.id}
        name={props.field.label}
        placeholder={t("fields.patent.words")}
        text={typed}
        onText={setTyped}
        first
        options={found.filter(({ number }) => !list.includes(number)).map(optionOf)}
        onPick={(number) => take([number])}
        onEnter={() => take([typed])}
        onBackspace={() => set(list.slice(0, -1))}
        onLeave={() => /\d{6}/.test(typed) && take([typed])}
        onPaste={(text) => {
          const several = split(text);
          if (several.length > 1) take(several);
          return several.length > 1;
        }}
      />
    </div>
  );
}

/* What the library says of a patent, by the names that records' fields have for it. */
const valuesOf = ({ title, applicant }: Hit, { type, application_date: filed, grant_date: granted, status_written, parties = [] }: Patent): Values => {
  const holder = parties.find(({ role }) => role === "assignee")?.name ?? applicant;
  return { title, holder, type, filed, granted, legal_status: status_written, outcome: granted ? "granted" : undefined };
};

/* One number, typed or found by words; a patent that is chosen fills what the form has of it. */
export function PatentInput(props: WidgetProps) {
  const { value, onChange, id, field, label } = props;
  const language = useLanguage();
  const cache = useQueryClient();
  const fillFrom = useContext(FillContext);
  const number = typeof value === "string" ? value : "";
  const [typed, setTyped] = useState(false);
  const { found } = useHits(typed ? number : "", 8);
  return (
    <>
      <Combo
        {...aria(props)}
        id={id}
        name={field.label}
        text={number}
        onText={(text) => {
          setTyped(true);
          onChange(text || undefined);
        }}
        first
        options={found.map(optionOf)}
        onPick={(next) => {
          setTyped(false);
          onChange(next);
          const hit = found.find((one) => one.number === next);
          if (hit) void cache.fetchQuery(patent(hit.id, language)).then(({ record }) => fillFrom?.(valuesOf(hit, record)), () => undefined);
        }}
        onLeave={() => setTyped(false)}
      />
      {!label && !typed && digits(number).length > 8 && (
        <p className="field-named picked-known">
          <Known number={number} />
        </p>
      )}
    </>
  );
}
