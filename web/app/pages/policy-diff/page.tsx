/* Two policies, or two versions of one, side by side by article: what the one says beside the other, and what decides
 * differently. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "./diff.css";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { base } from "../../api/client.ts";
import { activationsOf, comparisonsOf, differencesOf, textOf, usePacks, type Difference, type Policy, type PolicyText } from "../../api/packs.ts";
import { Button } from "../../ui/ant.ts";
import { Clause } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import { Icon } from "../../ui/icons.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { useChosenPolicy } from "../../rooms/policy/choice.tsx";
import { PolicyTabs } from "../../rooms/policy/tabs.tsx";
import { wordsOf } from "../../rooms/policy/words.ts";
import { StateTag, type StateTone } from "../../ui/state-tag.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { useText, wordOf } from "../../text/index.ts";

export default function Diff() {
  const t = useText();
  const { all, policy, error, retry } = useChosenPolicy();
  if (error) return <Failed page error={error} retry={retry} />;
  if (!all) return <Waiting rows={8} />;
  if (!policy) return <Empty page title={t("policies.none")} />;
  return <Two all={all} one={policy} />;
}

function Two({ all, one }: { all: Policy[]; one: Policy }) {
  const t = useText();
  const [params, setParams] = useSearchParams();
  const before = useQuery(activationsOf(one.id)).data?.items.filter(({ digest }) => digest !== one.digest) ?? [];
  const waits = usePacks().data?.waiting.filter(({ pack, digest }) => pack === one.id && !before.some((of) => of.digest === digest)) ?? [];
  const name = ({ digest, version }: { digest: string; version: string }) => t(waits.some((of) => of.digest === digest) ? "policy.waits.short" : "policy.diff.version", { version });
  const alike = ({ jurisdiction, id }: Policy) => (id === one.id ? 2 : jurisdiction === one.jurisdiction ? 1 : 0);
  const chosen = params.get("with") ?? [...all].sort((a, b) => alike(a) - alike(b) || b.clauses.enforced - a.clauses.enforced)[0]!.id;
  const other = all.find(({ id }) => id === chosen);
  const read = useQuery(differencesOf(one.id, chosen));
  const set = (pack: string, wanted: string) => setParams({ pack, with: wanted }, { replace: true });
  const version = [...waits, ...before].find(({ digest }) => digest === chosen);
  return (
    <>
      <PolicyTabs pack={one.id} />
      <PageHead
        title={t("policy.diff")}
        line={read.data && t("policy.diff.line", { n: read.data.total ?? read.data.items.length })}
        actions={
          <>
            {other && (
              <Button icon={<Icon name="simulate" />} onClick={() => set(other.id, one.id)}>
                {t("policy.diff.swap")}
              </Button>
            )}
            <Button icon={<Icon name="export" />} href={`${base}/api/v1/packs/${one.id}/differences?${new URLSearchParams({ with: chosen, format: "xlsx" })}`}>
              {t("policy.excel")}
            </Button>
          </>
        }
      />
      <div className="diff-bar no-print">
        <label>
          {t("policy.diff.one")}{" "}
          <select className="input" value={one.id} onChange={(event) => set(event.target.value, chosen === event.target.value ? one.id : chosen)}>
            {all.map(({ id, title }) => (
              <option key={id} value={id} lang="zh-CN">
                {title}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t("policy.diff.two")}{" "}
          <select className="input" value={chosen} onChange={(event) => set(one.id, event.target.value)}>
            {[...waits, ...before].map((of) => (
              <option key={of.digest} value={of.digest}>
                {name(of)}
              </option>
            ))}
            {all
              .filter(({ id }) => id !== one.id)
              .map(({ id, title }) => (
                <option key={id} value={id} lang="zh-CN">
                  {title}
                </option>
              ))}
          </select>
        </label>
      </div>
      {other && <Compared one={one} two={other} />}
      {read.error ? <Failed error={read.error} retry={() => void read.refetch()} /> : !read.data ? <Waiting rows={6} /> : <Differences one={one} two={other} titles={[one.title, other?.title ?? (version ? name(version) : "")]} items={read.data.items} />}
    </>
  );
}

/* --- what the one says beside the other ------------------------------------------------------------------ */

const tones: Record<string, StateTone> = { same: "green", narrower: "amber", wider: "blue", differs: "purple", absent: "grey" };

function Compared({ one, two }: { one: Policy; two: Policy }) {
  const t = useText();
  const [mine, theirs] = [useQuery(comparisonsOf(one.id)).data, useQuery(comparisonsOf(two.id)).data];
  const base = theirs?.comparisons ?? [];
  const rows = [
    ...(mine?.comparisons ?? []).filter((row) => row.with === two.id).map((row) => ({ ...row, at: row.clause, words: row.quote ?? row.own, otherAt: row.with_clause, otherWords: row.with_quote, by: one.id })),
    ...(theirs?.comparisons ?? []).filter((row) => row.with === one.id).map((row) => ({ ...row, at: row.with_clause, words: row.with_quote, otherAt: row.clause, otherWords: row.quote ?? row.own, by: two.id })),
    // What both say beside a third document.
    ...(mine?.comparisons ?? []).flatMap((row) =>
      base.filter((other) => other.with === row.with && other.with !== one.id && other.with_quote === row.with_quote).map((other) => ({ ...row, at: row.clause, words: row.quote ?? row.own, otherAt: other.clause, otherWords: other.quote ?? other.own, note: other.note, says: undefined, both: [row.says, other.says], third: row.with_quote, by: row.with })),
    ),
  ];
  const says = (word = "") => wordOf(t, `policy.says.${word}`, word);
  if (rows.length === 0) return null;
  return (
    <section className="diff-part">
      <h2>{t("policy.compared", { n: rows.length })}</h2>
      <div className="table-scroll">
        <Table
          className="diff-table"
          rows={rows}
          keyOf={({ by, id }) => `${by} ${id}`}
          columns={[
            {
              head: t("policy.compared.of"),
              cell: (row) => (
                <>
                  <Data text={row.label} />
                  {row.says ? (
                    <StateTag tone={tones[row.says] ?? "grey"}>{says(row.says)}</StateTag>
                  ) : (
                    "both" in row && (
                      <small>
                        {t("policy.compared.third", { one: says(row.both[0]), two: says(row.both[1]) })} <Data text={row.third} />
                      </small>
                    )
                  )}
                </>
              ),
            },
            { head: <Data text={one.title} />, cell: ({ at, words }) => <Cell pack={one.id} clause={at} text={words} /> },
            { head: <Data text={two.title} />, cell: ({ otherAt, otherWords, note }) => <Cell pack={two.id} clause={otherAt} text={otherWords} note={note} /> },
          ]}
        />
      </div>
    </section>
  );
}

function Cell({ pack, clause, text, note }: { pack: string; clause?: string; text?: string; note?: string }) {
  const t = useText();
  return (
    <>
      {clause && (
        <Link to={`/policies/${pack}#${clause}`}>
          <Clause clause={clause} />
        </Link>
      )}{" "}
      {text ? <Data text={text} /> : <span className="quiet">{t("policy.says.nothing")}</span>}
      {note && (
        <small>
          <Data text={note} />
        </small>
      )}
    </>
  );
}

/* --- what decides differently ---------------------------------------------------------------------------- */

function Differences({ one, two, titles, items }: { one: Policy; two?: Policy; titles: [string, string]; items: readonly Difference[] }) {
  const t = useText();
  const mine = useQuery(textOf(one.id)).data;
  const theirs = useQuery({ ...textOf(two?.id ?? ""), enabled: !!two }).data;
  const parts = [...new Set(items.map(({ part }) => part))];
  if (items.length === 0) return <Empty title={t("policy.diff.none")} />;
  const side = (of: PolicyText | undefined, pack: string, { part, id }: Difference, raw: string | undefined) => {
    const criterion = part === "criterion" ? of?.criteria.find((other) => other.id === id) : undefined;
    const deadline = part === "deadline" ? of?.deadlines.find((other) => other.id === id) : undefined;
    const cited = criterion ?? deadline;
    if (!raw) return <Cell pack={pack} />;
    return <Cell pack={pack} clause={cited?.clause} text={criterion ? wordsOf(t, criterion) : (deadline?.quote ?? raw)} note={criterion && criterion.numbers.length > 0 ? criterion.quote : deadline?.rule} />;
  };
  return (
    <>
      {parts.map((part) => (
        <details key={part} className="diff-part" open={first.has(part)}>
          <summary>
            <h2>{wordOf(t, `policy.part.${part}`, part)}</h2> {t("policy.diff.line", { n: items.filter((item) => item.part === part).length })}
          </summary>
          <div className="table-scroll">
            <Table
              code
              className="diff-table"
              rows={items.filter((item) => item.part === part)}
              keyOf={({ id }) => id}
              columns={[
                { head: t("policy.diff.name"), cell: ({ id }) => (facts.has(id) ? wordOf(t, `policy.fact.${id}`, id) : <code>{id}</code>) },
                { head: <Data text={titles[0]} />, cell: (item) => side(mine, one.id, item, item.one) },
                { head: <Data text={titles[1]} />, cell: (item) => side(two ? theirs : undefined, two?.id ?? one.id, item, item.two) },
              ]}
            />
          </div>
        </details>
      ))}
    </>
  );
}

const first = new Set(["document", "naming", "criterion", "deadline"]);
const facts = new Set(["title", "number", "issued", "effective", "expires", "issuer", "template"]);
