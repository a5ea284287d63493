/* The text of a document: what is enforced is underlined, what is recorded dotted; a number leads to the note at the right.
 * Each place has an address (#五3). Of the portal and the workbench. */
import "./text.css";
import { useEffect, useMemo, type ReactNode } from "react";
import { Link, useLocation } from "react-router";
import { useText } from "../../text/index.ts";
import { articlesOf, layOut, type Paragraph } from "./layout.ts";

export interface Told {
  id: string;
  quote?: string | null;
  how: string;
}

interface Props<C extends Told> {
  source: string;
  title: string;
  clauses: readonly C[];
  note: (clause: C, number: number) => ReactNode;
}

const UNDERLINED = new Set(["enforced", "recorded"]);

export function PolicyBody<C extends Told>({ source, title, clauses, note }: Props<C>) {
  const t = useText();
  const { hash } = useLocation();
  const paragraphs = useMemo(() => layOut(source, title, clauses), [source, title, clauses]);
  const articles = useMemo(() => articlesOf(paragraphs), [paragraphs]);
  const at = decodeURIComponent(hash.slice(1));
  // Numbers of the notes, in the order of the text; what is said for information alone has none.
  const numbers = useMemo(() => {
    const of = new Map<number, number>();
    for (const { clauses: begun } of paragraphs) for (const one of begun) if (UNDERLINED.has(clauses[one]!.how)) of.set(one, of.size + 1);
    return of;
  }, [paragraphs, clauses]);
  useEffect(() => {
    if (at) document.getElementById(at)?.scrollIntoView({ block: "start" });
  }, [at, paragraphs]);
  const article = articleOf(at, articles);
  return (
    <div className="policy-body">
      <nav className="policy-articles no-print" aria-label={t("policy.articles")}>
        <ul lang="zh-CN">
          {articles.map(({ anchor, words }) => (
            <li key={anchor}>
              <Link to={{ hash: anchor }} replace aria-current={anchor === article ? "location" : undefined}>
                {words}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="policy-rows">
        {paragraphs.map((one, i) => (
          <Row key={i} of={one} at={at} clauses={clauses} numbers={numbers} note={note} />
        ))}
      </div>
    </div>
  );
}

const articleOf = (at: string, articles: readonly { anchor: string }[]) => articles.map(({ anchor }) => anchor).filter((anchor) => at.startsWith(anchor)).sort((a, b) => b.length - a.length)[0];

function Row<C extends Told>({ of, at, clauses, numbers, note }: { of: Paragraph; at: string; clauses: readonly C[]; numbers: ReadonlyMap<number, number>; note: Props<C>["note"] }) {
  const t = useText();
  const { kind, anchor, pieces, clauses: begun } = of;
  const Words = kind === "title" ? "h2" : kind === "heading" ? "h3" : "p";
  const notes = begun.flatMap((one) => (numbers.has(one) ? [{ one, number: numbers.get(one)! }] : []));
  return (
    <div className={`policy-row policy-${kind}${anchor && anchor === at ? " policy-here" : ""}`} id={anchor}>
      <span className="policy-anchor">
        {anchor && (
          <Link to={{ hash: anchor }} replace aria-label={t("policy.anchor", { clause: anchor })}>
            <span lang="zh-CN">{anchor}</span> <b aria-hidden="true">#</b>
          </Link>
        )}
      </span>
      <Words lang="zh-CN">
        {pieces.map(({ text, clause, ends }, i) => (
          <span key={i} className={clause === undefined ? undefined : `policy-${clauses[clause]!.how}`}>
            {text}
            {ends?.some((one) => numbers.has(one)) && <sup>{ends.flatMap((one) => numbers.get(one) ?? []).join(",")}</sup>}
          </span>
        ))}
      </Words>
      <div className="policy-notes">{notes.map(({ one, number }) => <div key={one} className="policy-note"><span className="policy-number">{number}</span><div>{note(clauses[one]!, number)}</div></div>)}</div>
    </div>
  );
}

/* How many places are enforced, recorded, told, as a bar and in words. */
export function UseBar({ enforced, recorded, informative }: { enforced: number; recorded: number; informative: number }) {
  const t = useText();
  const uses = [["enforced", enforced], ["recorded", recorded], ["informative", informative]] as const;
  return (
    <div className="policy-bar">
      <span className="policy-bar-parts" aria-hidden="true">
        {uses.map(([name, count]) => count > 0 && <i key={name} className={`policy-bar-${name}`} style={{ flexGrow: count }} />)}
      </span>
      {uses.map(([name, count]) => (
        <span key={name} className={`policy-key policy-key-${name}`}>
          {t(`policy.how.${name}`)} <b>{count}</b>
        </span>
      ))}
    </div>
  );
}

export function HowTag({ how }: { how: string }) {
  const t = useText();
  return <span className={`policy-how policy-how-${how}`}>{t(`policy.how.${how as "enforced"}`)}</span>;
}
