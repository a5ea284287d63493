/* The text of a document: every place has an address and says whether it binds or encourages. */
import "./policy.css";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useParams } from "react-router";
import { standingOf, textOf, usePacks, type Policy, type PolicyText } from "../../api/packs.ts";
import { Answer, Crumbs, Data, isMissing, NotFound, useTitle } from "../../rooms/portal/parts.tsx";
import { PolicyBody } from "../../rooms/policy/text.tsx";
import { useText, wordOf } from "../../text/index.ts";

export default function PortalPolicy() {
  const { id = "" } = useParams();
  const read = usePacks();
  const text = useQuery(textOf(id));
  const policy = read.data?.packs.find((one) => one.id === id);
  useTitle(policy?.title, policy?.title);
  if (isMissing(text.error) || (read.data && !policy)) return <NotFound />;
  return (
    <div className="column page portal-policy">
      <Answer of={text} rows={12}>
        {(of) => (policy ? <Document policy={policy} text={of} /> : null)}
      </Answer>
    </div>
  );
}

function Document({ policy, text }: { policy: Policy; text: PolicyText }) {
  const t = useText();
  const { standing, left } = standingOf(policy);
  const clauses = useMemo(() => text.clauses.map((one) => ({ ...one, how: lines[one.force] ?? "informative" })), [text]);
  return (
    <>
      <Crumbs to={[["/policies", t("policies.title")]]}>
        <Data>{policy.title}</Data>
      </Crumbs>
      <h1>
        <Data>{policy.title}</Data>
      </h1>
      <p className="lead">
        {t(`policy.standing.${standing}`)} <Data>{[policy.number, policy.issuer].filter(Boolean).join(" · ")}</Data> {policy.issued && t("policy.issued", { day: policy.issued })}{" "}
        {policy.effective && (policy.expires ? t("policy.term", { from: policy.effective, to: policy.expires }) : t("policy.from", { day: policy.effective }))} {left !== undefined && left >= 0 && t("policy.term.left", { n: left })}
      </p>
      {text.source ? (
        <div className="panel">
          <PolicyBody source={text.source} title={policy.title} clauses={clauses} note={({ force }) => wordOf(t, `policy.force.${force}`, force)} />
        </div>
      ) : (
        <p className="empty">{t("policies.notHeld")}</p>
      )}
    </>
  );
}

/* What binds is underlined, what is encouraged dotted. */
const lines: Record<string, string> = { M: "enforced", T: "enforced", E: "recorded" };
