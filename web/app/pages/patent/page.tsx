/* One patent: what it claims and says at the left, its bibliography and sources at the right. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { ANY_DATE, patent, similar, type Patent, type PatentReply } from "../../api/patents.ts";
import { Claims } from "./claim-tree.tsx";
import { Columns } from "../../ui/columns.tsx";
import { Code } from "../../ui/copyable.tsx";
import { Data, languageOf } from "../../ui/data.tsx";
import { HitList } from "../../rooms/patent/hits.tsx";
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Table } from "../../ui/table.tsx";
import { useTitle } from "../../ui/title.ts";
import { FactList, facts, namesOf, textOf, titleOf, written } from "../../rooms/patent/patent-facts.tsx";
import { PublishedBefore } from "../../rooms/patent/published-before.tsx";
import { PatentStatus } from "../../fields/patent-status.tsx";
import { useFoldedMenu } from "../../rooms/shell/shell.tsx";
import { Failed, NotFound, Waiting } from "../../ui/states.tsx";
import { minute } from "../../ui/time.ts";
import { Timeline, type TimelineEvent } from "./timeline.tsx";
import { StoredNote, TopicDialog, useMayStore, type Stored } from "../../rooms/patent/topic-dialog.tsx";
import { useLanguage, useText, wordOf, type Translate } from "../../text/index.ts";
import "../../ui/controls.css";
import "../../rooms/patent/patent.css";
import "./patent.css";

export default function PatentPage() {
  const language = useLanguage();
  const id = Number(useParams().id);
  const valid = Number.isInteger(id) && id > 0;
  const { data, error, refetch } = useQuery({ ...patent(id, language), enabled: valid });
  useFoldedMenu();
  if (!valid) return <NotFound />;
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting rows={10} />;
  return <Shown key={id} reply={data} />;
}

function Shown({ reply }: { reply: PatentReply }) {
  const t = useText();
  const navigate = useNavigate();
  const { record } = reply;
  const number = written(record.publication) || written(record.application);
  const title = titleOf(record) || t("patent.untitled");
  useTitle([number, title].filter(Boolean).join(" "));
  const [part] = useSearchParams();
  const near = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (part.get("part") === "similar") near.current?.scrollIntoView();
  }, []);

  const may = useMayStore();
  const [stores, setStores] = useState(false);
  const [stored, setStored] = useState<Stored>();

  const day = reply.status_date;
  const others = (record.texts ?? []).filter((one) => one.part === "title" && one.content !== title);
  const holders = [...namesOf(record, "assignee"), ...namesOf(record, "applicant")].map(({ name }) => name);
  return (
    <Columns width={344} rail={<Rail reply={reply} t={t} />}>
      <article className="patent">
        <p className="patent-numbers">
          {number && <Code text={number} />}
          <PatentStatus status={record.status} label={reply.status_label} />
          <span className="quiet" lang={languageOf(record.status_written ?? "")}>
            {[record.status_written !== reply.status_label && record.status_written, day ? t("patent.status.day", { day }) : t("patent.status.noday")].filter(Boolean).join(" · ")}
          </span>
        </p>
        <PageHead
          title={<span lang={textOf(record, "title")?.lang}>{title}</span>}
          line={<Data text={[[...new Set(holders)].slice(0, 2).join("；"), namesOf(record, "inventor").map(({ name }) => name).slice(0, 3).join("；")].filter(Boolean).join(" · ")} />}
          actions={
            <>
              {history.length > 1 && (
                <button type="button" className="button" onClick={() => void navigate(-1)}>
                  {t("patent.back")}
                </button>
              )}
              {may && number && (
                <button type="button" className="button" onClick={() => setStores(true)}>
                  {t("topic.store.open")}
                </button>
              )}
              <button type="button" className="button" onClick={() => window.print()}>
                {t("patent.print")}
              </button>
            </>
          }
        />
        {stored && <StoredNote stored={stored} />}
        {stores && (
          <TopicDialog
            patents={[{ number, title: titleOf(record), reason: "" }]}
            why=""
            onClose={() => setStores(false)}
            onStored={(done) => {
              setStores(false);
              setStored(done);
            }}
          />
        )}
        {others.map((one) => (
          <p key={one.lang} className="patent-other-title" lang={one.lang}>
            {one.content}
          </p>
        ))}
        {reply.correction && <Note tone="provisional">{t("patent.correction", { time: minute(reply.correction.changed) })}</Note>}
        <Events record={record} t={t} />
        <Texts record={record} t={t} />
        <Citations record={record} t={t} />
        <div ref={near}>
          <Similar id={reply.id} />
        </div>
      </article>
    </Columns>
  );
}

/* --- words of the paper ----------------------------------------------------------------------------- */

function Texts({ record, t }: { record: Patent; t: Translate }) {
  const abstracts = (record.texts ?? []).filter((one) => one.part === "abstract");
  const claims = textOf(record, "claims") ?? textOf(record, "first_claim");
  const description = textOf(record, "description");
  return (
    <>
      <section className="patent-sheet" aria-labelledby="abstract">
        <div className="patent-sheet-head">
          <h2 id="abstract">{t("patent.abstract")}</h2>
        </div>
        {abstracts.length === 0 && <p className="gap">{t("patent.abstract.missing")}</p>}
        {abstracts.map((one, i) => (
          <p key={i} className="paper" lang={one.lang}>
            {one.content}
          </p>
        ))}
      </section>
      {claims ? (
        <Claims text={claims.content ?? ""} lang={claims.lang} given={t(claims.part === "claims" ? "patent.claims" : "patent.claims.first")} />
      ) : (
        <section className="patent-sheet" aria-labelledby="claims">
          <div className="patent-sheet-head">
            <h2 id="claims">{t("patent.claims")}</h2>
          </div>
          <p className="gap">{t("patent.claims.missing")}</p>
        </section>
      )}
      {description && <Description text={description.content ?? ""} lang={description.lang} t={t} />}
    </>
  );
}

const SHORT = 1200;

function Description({ text, lang, t }: { text: string; lang?: string; t: Translate }) {
  const [all, setAll] = useState(text.length <= SHORT);
  return (
    <section className="patent-sheet" aria-labelledby="description">
      <div className="patent-sheet-head">
        <h2 id="description">{t("patent.description")}</h2>
      </div>
      <p className="paper" lang={lang}>
        {all ? text : `${text.slice(0, SHORT)}…`}
      </p>
      {!all && (
        <button type="button" className="text-button" onClick={() => setAll(true)}>
          {t("patent.description.more", { n: text.length.toLocaleString("en") })}
        </button>
      )}
    </section>
  );
}

/* --- events, citations, similar ones ------------------------------------------------------------------ */

function Events({ record, t }: { record: Patent; t: Translate }) {
  const steps: TimelineEvent[] = [
    { date: record.application_date, text: t("patent.event.applied"), step: true },
    { date: record.publication_date, text: t("patent.event.published"), step: true },
    { date: record.grant_date, text: t("patent.event.granted"), step: true },
  ].filter(({ date }) => date);
  const events = (record.events ?? []).map((event) => ({ date: event.date, text: [event.code, event.text].filter(Boolean).join(" ") || (event.office ?? ""), step: false }));
  return (
    <section className="patent-sheet" aria-labelledby="events">
      <div className="patent-sheet-head">
        <h2 id="events">{t("patent.events")}</h2>
      </div>
      <Timeline events={[...steps, ...events]} />
    </section>
  );
}

const FIRST = 10;

function Citations({ record, t }: { record: Patent; t: Translate }) {
  const [all, setAll] = useState(false);
  const list = record.citations ?? [];
  const shown = all ? list : list.slice(0, FIRST);
  return (
    <section className="patent-sheet" aria-labelledby="citations">
      <div className="patent-sheet-head">
        <h2 id="citations">{t("patent.citations")}</h2>
      </div>
      {list.length === 0 ? (
        <p className="gap">{t("patent.citations.missing")}</p>
      ) : (
        <Table
          rows={shown}
          keyOf={(_, i) => i}
          columns={[
            { head: t("patent.citations.way"), cell: ({ citing_us }) => t(citing_us ? "patent.citations.cited" : "patent.citations.cites") },
            { head: t("patent.citations.number"), cell: (one) => <Cited number={written(one.number)} text={one.text} /> },
            { head: t("patent.citations.category"), cell: ({ category }) => category },
          ]}
        />
      )}
      {shown.length < list.length && (
        <button type="button" className="text-button no-print" onClick={() => setAll(true)}>
          {t("patent.more", { n: list.length - shown.length })}
        </button>
      )}
    </section>
  );
}

function Cited({ number, text }: { number?: string; text?: string }) {
  return (
    <>
      {number && (
        <Link className="mono" to={`/patents?${new URLSearchParams([["query", ""], ["filter", `number=${number}`]])}`}>
          {number}
        </Link>
      )}{" "}
      {text && text !== number && <Data text={text} />}
    </>
  );
}

function Similar({ id }: { id: number }) {
  const t = useText();
  const language = useLanguage();
  const [dated, setDated] = useState(true);
  const first = useQuery(similar(id, undefined, language)).data?.before; // its own first date
  const { data, error, refetch } = useQuery(similar(id, dated ? undefined : ANY_DATE, language));
  return (
    <section className="patent-sheet no-print" aria-labelledby="similar">
      <div className="patent-sheet-head">
        <h2 id="similar">{t("patent.similar")}</h2>
        {first && <PublishedBefore day={first} on={dated} change={setDated} fixed />}
      </div>
      {data?.nothing_near && <Note tone="doubt">{t("match.nothing")}</Note>}
      {error && <Failed error={error} retry={() => void refetch()} />}
      {!error && !data && <Waiting rows={3} />}
      {data?.hits.length === 0 && <p className="gap">{t("patent.similar.none")}</p>}
      {data && <HitList hits={data.hits.map((hit) => ({ ...hit, highlights: hit.highlights.filter(({ field }) => field === "title") }))} first={1} />}
    </section>
  );
}

/* --- the rail --------------------------------------------------------------------------------------------- */

const CONFLICT = {
  title: "patent.name",
  applicant: "patent.applicants",
  status: "patent.status",
  publication_date: "patent.published",
  application_date: "patent.applied",
  grant_date: "patent.granted",
} as const;

/* WIPO ST.16: levels 8 and 9 correct an earlier publication. */
const corrects = (kind = "") => /^[A-Z][89]$/.test(kind);

function Rail({ reply, t }: { reply: PatentReply; t: Translate }) {
  const { record, sources, publications } = reply;
  const family = record.family_members ?? [];
  return (
    <div className="patent-rail">
      <section aria-labelledby="facts">
        <h2 id="facts">{t("patent.facts")}</h2>
        <FactList list={facts(record, t)} />
      </section>
      {publications.length > 1 && (
        <section aria-labelledby="publications">
          <h2 id="publications">{t("patent.publications")}</h2>
          {corrects(record.publication?.kind) && <p>{t("patent.publications.corrects")}</p>}
          <ul className="patent-family">
            {publications.map(({ id, number, date }) => (
              <li key={id}>
                {id === reply.id ? <b className="mono">{number}</b> : <Link className="mono" to={`/patents/${id}`}>{number}</Link>} <span className="quiet">{date}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="family">
        <h2 id="family">{family.length ? t("patent.family.count", { n: family.length }) : t("patent.family")}</h2>
        {record.family && <p className="quiet">{record.family}</p>}
        {family.length ? (
          <ul className="patent-family">
            {family.map((one, i) => (
              <li key={i}>
                <Link className="mono" to={`/patents?${new URLSearchParams([["query", ""], ["filter", `number=${written(one)}`]])}`}>
                  {written(one)}
                </Link>
              </li>
            ))}
          </ul>
        ) : (
          !record.family && <p className="gap">{t("patent.family.missing")}</p>
        )}
      </section>
      <section aria-labelledby="sources">
        <h2 id="sources">{t("patent.sources")}</h2>
        <ul className="patent-sources">
          {sources.map((one, i) => (
            <li key={i}>
              <b lang={languageOf(one.file ?? one.source)}>{one.file ?? one.source}</b>
              <span className="quiet">
                {[one.row && t("patent.sources.row", { row: one.row }), one.received && t("patent.sources.received", { time: minute(one.received) })].filter(Boolean).join(" · ")}
              </span>
              {one.conflicts.map(({ field, value }) => (
                <span key={field} className="patent-conflict">
                  {t("patent.conflict", { field: t(CONFLICT[field]) })}
                  <span lang={languageOf(value)}>{field === "status" ? wordOf(t, `patent.status.${value}`, value) : value}</span>
                </span>
              ))}
            </li>
          ))}
        </ul>
        {record.as_of && <p className="quiet">{t("patent.sources.day", { day: record.as_of })}</p>}
      </section>
      {(record.vendor?.length ?? 0) > 0 && (
        <details className="patent-vendor">
          <summary>{t("patent.vendor", { n: record.vendor!.length })}</summary>
          <dl className="patent-facts">
            {record.vendor!.map(({ name, value }, i) => (
              <div key={i}>
                <dt lang={languageOf(name ?? "")}>{name}</dt>
                <dd lang={languageOf(value ?? "")}>{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </div>
  );
}
