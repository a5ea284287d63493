/* The bibliography of a patent, each fact with its label. A fact that no source gives is said to be missing. */
import { Fragment, type ReactNode } from "react";
import { Link } from "react-router";
import { useQuery } from "@tanstack/react-query";
import { region, type Numbered, type Patent } from "../../api/patents.ts";
import { languageNow, useText, type Key, type Translate } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import { quoted } from "./filters.ts";
import { readClaims } from "./claims.ts";
import { Code } from "../../ui/copyable.tsx";

export const written = (number: Numbered | undefined) => number?.display || number?.written || "";

/* In the language of the page where there is such a text, in its own words before a translation; else the first. */
export const textOf = (record: Patent, part: string) => {
  const texts = (record.texts ?? []).filter((one) => one.part === part);
  const known = texts.filter((one) => one.lang === languageNow());
  return known.find((one) => !one.translated) ?? known[0] ?? texts[0];
};

export const titleOf = (record: Patent) => textOf(record, "title")?.content ?? "";

export const namesOf = (record: Patent, role: string) => (record.parties ?? []).filter((party) => party.role === role);

export function Missing() {
  const t = useText();
  return <span className="missing">{t("patent.missing")}</span>;
}

/* Names that lead to all patents of the same name. */
function Names({ record, role, filter }: { record: Patent; role: string; filter?: string }) {
  return (
    <>
      {namesOf(record, role).map(({ name = "", country }, i) => (
        <Fragment key={i}>
          {i > 0 && "；"}
          {filter ? <Link to={`/patents?${new URLSearchParams([["query", ""], ["filter", `${filter}=${quoted(name)}`]])}`}><Data text={name} /></Link> : <Data text={name} />}
          {country && role !== "inventor" && <span className="quiet"> {country}</span>}
        </Fragment>
      ))}
    </>
  );
}

function Classes({ record, scheme }: { record: Patent; scheme: string }) {
  return (
    <>
      {(record.classes ?? [])
        .filter((one) => one.scheme === scheme)
        .map(({ symbol = "" }, i) => (
          <Fragment key={i}>
            {i > 0 && " "}
            <Link className="mono fact-class" to={`/patents?${new URLSearchParams([["query", ""], ["filter", `${scheme}=${symbol}`]])}`}>
              {symbol}
            </Link>
          </Fragment>
        ))}
    </>
  );
}

function Numbering({ number, date }: { number: Numbered | undefined; date?: string }) {
  const shown = written(number);
  return (
    <>
      <Code text={shown} />
      {date && <div>{date}</div>}
    </>
  );
}

function Region({ code }: { code: string }) {
  const { data = code } = useQuery(region(code));
  return <Link to={`/patents?${new URLSearchParams([["query", ""], ["filter", `region=${code}`]])}`}><Data text={data} /></Link>;
}

type Fact = [label: Key, value: ReactNode];

/* What every patent has or could have; undefined: missing. */
export function facts(record: Patent, t: Translate): Fact[] {
  const has = (role: string) => namesOf(record, role).length > 0;
  const classed = (scheme: string) => record.classes?.some((one) => one.scheme === scheme);
  const claims = readClaims(textOf(record, "claims")?.content ?? "");
  const given = (record.vendor ?? []).find(({ name }) => name === "权利要求数量");
  return [
    ["patent.publication", written(record.publication) && <Numbering number={record.publication} date={record.publication_date} />],
    ["patent.application", written(record.application) && <Numbering number={record.application} />],
    ["patent.applied", record.application_date],
    ["patent.granted", record.grant_date],
    ["patent.applicants", has("applicant") && <Names record={record} role="applicant" filter="applicant" />],
    ["patent.assignees", has("assignee") && <Names record={record} role="assignee" filter={has("applicant") ? undefined : "applicant"} />],
    ["patent.inventors", has("inventor") && <Names record={record} role="inventor" filter="inventor" />],
    ["patent.agents", has("agent") && <Names record={record} role="agent" />],
    ["patent.type", record.type && t(`patent.type.${record.type}`)],
    ["patent.region", record.region && <Region code={record.region} />],
    ["patent.ipc", classed("ipc") && <Classes record={record} scheme="ipc" />],
    ["patent.cpc", classed("cpc") && <Classes record={record} scheme="cpc" />],
    ["patent.claims", claims ? t("patent.claims.held", { n: claims.length }) : given && t("patent.claims.given", { n: given.value ?? "" })],
    ["patent.priorities", record.priorities?.length && record.priorities.map((one, i) => <div key={i}><span className="mono">{written(one.number) || one.country}</span> {one.date}</div>)],
    ["patent.cited", record.times_cited !== undefined && record.times_cited >= 0 && t("patent.cited.times", { n: record.times_cited })],
    ["patent.sei", record.sei?.length && <Data text={record.sei.join("；")} />],
  ];
}

export function FactList({ list }: { list: readonly Fact[] }) {
  const t = useText();
  return (
    <dl className="patent-facts">
      {list.map(([label, value]) => (
        <Fragment key={label}>
          <dt>{t(label)}</dt>
          <dd>{value || <Missing />}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
