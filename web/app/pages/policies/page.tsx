/* All policies: how each stands, how long it counts, how much of its text is answered, which version counts here. */
import "../../ui/plain-table.css";
import "./policies.css";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { textOf, usePacks, type Packs, type Policy } from "../../api/packs.ts";
import { region } from "../../api/patents.ts";
import { useSession } from "../../api/session.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { Icon } from "../../ui/icons.tsx";
import { ListPage } from "../../ui/list-page.tsx";
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { PolicyTabs, usePolicyRoles } from "../../rooms/policy/tabs.tsx";
import { DaysLeft, StandingTag } from "../../rooms/policy/standing.tsx";
import { day } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";
import { LoadPack } from "./load.tsx";

const COUNTRY = "000000";

export default function Policies() {
  const t = useText();
  const read = usePacks();
  const { activates } = usePolicyRoles();
  const { province } = useSession();
  const [loading, setLoading] = useState(false);
  const { packs = [], findings = [], active = [] } = read.data ?? {};
  const first = ({ jurisdiction, standing }: Policy) => (jurisdiction?.slice(0, 2) === province ? 0 : 2) + (standing === "in_force" ? 0 : 1);
  const shown = [...packs].sort((a, b) => first(a) - first(b));
  const texts = useQueries({ queries: shown.map(({ id }) => textOf(id)) });
  return (
    <>
      <ListPage
        whole
        of={read}
        rows={read.data && shown}
        head={
          <>
            <PolicyTabs />
            <PageHead
              title={t("policies.title")}
              line={t("policies.line", { n: packs.length, active: active.length })}
              actions={
                activates && (
                  <Button type="primary" icon={<Icon name="import" />} onClick={() => setLoading(true)}>
                    {t("policy.load")}
                  </Button>
                )
              }
            />
          </>
        }
        note={findings.length > 0 && <Findings of={findings} />}
        empty={t("policies.none")}
        className="policies-table"
        keyOf={({ id }) => id}
        columns={[
          {
            head: t("policies.name"),
            named: true,
            cell: (one) => (
              <>
                <Link to={`/policies/${one.id}`}>
                  <Data text={one.title} />
                </Link>
                <small>{one.number ? <Data text={one.number} /> : t("policy.number.none")}</small>
              </>
            ),
          },
          { head: t("policies.standing"), className: "day", cell: (one) => <StandingTag of={one} /> },
          {
            head: t("policies.term"),
            className: "day",
            cell: (one) => (
              <>
                <DaysLeft of={one} />
                {one.expires && <small>{t("policy.until", { day: one.expires })}</small>}
              </>
            ),
          },
          { head: t("policies.issuer"), cell: ({ issuer }) => (issuer ? <Data text={issuer} /> : t("common.unknown")) },
          { head: t("policies.place"), className: "day", cell: ({ jurisdiction }) => (jurisdiction === COUNTRY ? t("policy.place.country") : <Jurisdiction code={jurisdiction} />) },
          { head: t("policies.coverage"), cell: (one, i) => <Covered of={one} text={texts[i]?.data} /> },
          { head: t("policies.version"), cell: (one) => read.data && <Version of={one} all={read.data} /> },
        ]}
      />
      {loading && read.data && <LoadPack onClose={() => setLoading(false)} />}
    </>
  );
}

function Findings({ of }: { of: Packs["findings"] }) {
  const t = useText();
  return (
    <Note tone="mend">
      {t("policies.faults")}
      <ul>
        {of.map(({ file, line, reason }, i) => (
          <li key={i}>
            <code>
              {file}:{line}
            </code>{" "}
            <Data text={reason} />
          </li>
        ))}
      </ul>
    </Note>
  );
}

function Jurisdiction({ code }: { code?: string }) {
  const { data: name, isLoading } = useQuery({ ...region(code ?? ""), enabled: !!code });
  const t = useText();
  return name ? <Data text={name} /> : !isLoading && t("common.unknown");
}

/* Each clause has its words, what is done with it, and a case that tries it. */
function Covered({ of, text }: { of: Policy; text?: { coverage: { sentences: { covered: number; total: number }; quotes: { covered: number; total: number } } } }) {
  const t = useText();
  const clauses = of.clauses.enforced + of.clauses.recorded + of.clauses.informative;
  if (!text) return <>{t("policies.clauses", { n: clauses })}</>;
  const { sentences, quotes } = text.coverage;
  const whole = sentences.covered === sentences.total && quotes.covered === quotes.total;
  return (
    <>
      {t("policies.clauses", { n: clauses })}
      <small className={whole ? undefined : "near"}>{sentences.total === 0 ? t("policies.notHeld") : whole ? t("policies.whole") : t("policies.lacks", { n: sentences.total - sentences.covered })}</small>
    </>
  );
}

export function Version({ of, all }: { of: Policy; all: Packs }) {
  const t = useText();
  const active = all.active.find(({ pack }) => pack === of.id);
  const waits = all.waiting.find(({ pack, shipped }) => pack === of.id && !shipped);
  return (
    <>
      {active ? t("policy.version", { version: active.version }) : t(of.standing === "in_force" ? "policy.active.none" : of.standing === "draft" ? "policy.active.trial" : "policy.active.never")}
      {active && <small>{t("policy.since", { day: day(active.from_ms) })}</small>}
      {active && active.digest !== of.digest && <small className="near">{t("policy.active.other", { version: of.version })}</small>}
      {waits && (
        <small>
          <Link to={`/policies/${of.id}?view=versions`}>{t("policy.waits.short", { version: waits.version })}</Link>
        </small>
      )}
    </>
  );
}
