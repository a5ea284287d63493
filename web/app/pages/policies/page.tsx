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
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { PolicyTabs, usePolicyRoles } from "../../rooms/policy/tabs.tsx";
import { DaysLeft, StandingTag } from "../../rooms/policy/standing.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { day } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";
import { LoadPack } from "./load.tsx";

export default function Policies() {
  const t = useText();
  const read = usePacks();
  const { activates } = usePolicyRoles();
  const { province } = useSession();
  const [loading, setLoading] = useState(false);
  if (read.error) return <Failed page error={read.error} retry={() => void read.refetch()} />;
  if (!read.data) return <Waiting rows={6} />;
  const { packs, findings } = read.data;
  const first = ({ jurisdiction, standing }: Policy) => (jurisdiction?.slice(0, 2) === province ? 0 : 2) + (standing === "in_force" ? 0 : 1);
  const shown = { ...read.data, packs: [...packs].sort((a, b) => first(a) - first(b)) };
  return (
    <>
      <PolicyTabs />
      <PageHead
        title={t("policies.title")}
        line={t("policies.line", { n: packs.length, active: read.data.active.length })}
        actions={
          activates && (
            <Button type="primary" icon={<Icon name="import" />} onClick={() => setLoading(true)}>
              {t("policy.load")}
            </Button>
          )
        }
      />
      {findings.length > 0 && (
        <Note tone="mend">
          {t("policies.faults")}
          <ul>
            {findings.map(({ file, line, reason }, i) => (
              <li key={i}>
                <code>
                  {file}:{line}
                </code>{" "}
                <Data text={reason} />
              </li>
            ))}
          </ul>
        </Note>
      )}
      {packs.length === 0 ? <Empty title={t("policies.none")} /> : <Table all={shown} />}
      {loading && <LoadPack onClose={() => setLoading(false)} />}
    </>
  );
}

const provinces: Record<string, "policy.place.country"> = { "000000": "policy.place.country" };

function Table({ all }: { all: Packs }) {
  const t = useText();
  const texts = useQueries({ queries: all.packs.map(({ id }) => textOf(id)) });
  return (
    <div className="table-scroll">
      <table className="plain-table policies-table">
        <thead>
          <tr>
            {(["name", "standing", "term", "issuer", "place", "coverage", "version"] as const).map((name) => (
              <th key={name} scope="col">
                {t(`policies.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {all.packs.map((one, i) => (
            <tr key={one.id}>
              <th scope="row">
                <Link to={`/policies/${one.id}`}>
                  <Data text={one.title} />
                </Link>
                <small>{one.number ? <Data text={one.number} /> : t("policy.number.none")}</small>
              </th>
              <td className="day">
                <StandingTag of={one} />
              </td>
              <td className="day">
                <DaysLeft of={one} />
                {one.expires && <small>{t("policy.until", { day: one.expires })}</small>}
              </td>
              <td>{one.issuer ? <Data text={one.issuer} /> : t("common.unknown")}</td>
              <td className="day">{one.jurisdiction && provinces[one.jurisdiction] ? t(provinces[one.jurisdiction]!) : <Place code={one.jurisdiction} />}</td>
              <td>
                <Covered of={one} text={texts[i]?.data} />
              </td>
              <td>
                <Version of={one} all={all} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Place({ code }: { code?: string }) {
  const name = useRegion(code);
  const t = useText();
  return name ? <Data text={name} /> : <>{t("common.unknown")}</>;
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

const useRegion = (code?: string) => useQuery({ ...region(code ?? ""), enabled: !!code }).data;
