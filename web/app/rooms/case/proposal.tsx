/* A step that one person proposed and a second confirms: who, since when, and what its reader can do about it. */
import "./proposal.css";
import { useQuery } from "@tanstack/react-query";
import { Button } from "../../ui/ant.ts";
import { useState } from "react";
import { Link } from "react-router";
import { api, take } from "../../api/client.ts";
import { useRefreshCase, type Case, type CaseAction } from "../../api/cases.ts";
import { useText } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import { Refuse } from "../task/confirm.tsx";
import { Icon } from "../../ui/icons.tsx";
import { minute } from "../../ui/time.ts";

export function ProposalBar({ of, action, urge, onDo }: { of: Case; action: CaseAction; urge?: CaseAction; onDo: (action: string) => void }) {
  const t = useText();
  const [leaving, setLeaving] = useState(false);
  const proposed = action.proposed!;
  const yours = action.open && !proposed.mine;
  const facts = { at: minute(proposed.proposed_ms), who: proposed.by_name ?? "" };
  return (
    <section className="proposal" aria-label={t("case.proposal")}>
      <Icon name="persons" />
      <p>
        <b>
          <Data text={action.label} />
        </b>{" "}
        <Data text={t(yours ? "case.proposal.yours" : proposed.mine ? "case.proposal.mine" : "case.proposal.other", facts)} />{" "}
        {proposed.reason && <Data text={proposed.reason} />}
      </p>
      {proposed.mine && urge?.open && <Button onClick={() => onDo("urge")}>{t("case.urge")}</Button>}
      {proposed.mine && <Button onClick={() => setLeaving(true)}>{t("case.proposal.withdraw")}</Button>}
      {yours && (
        <Link className="button primary" to={`/case/${of.id}/confirm/${action.action}`}>
          {t("case.proposal.look")}
        </Link>
      )}
      {leaving && <Withdraw of={of} action={action} onClose={() => setLeaving(false)} />}
    </section>
  );
}

/* The proposer takes his proposal back. */
function Withdraw({ of, action, onClose }: { of: Case; action: CaseAction; onClose: () => void }) {
  const t = useText();
  const refresh = useRefreshCase(of.id);
  const cases = useJointCases(of, action);
  return (
    <Refuse
      mine
      line={t("case.proposal.withdraw.line", { action: action.label, stage: of.stage_label })}
      refuse={(reason) => refuseProposal(cases.data?.map(({ id }) => id) ?? [of.id], action.action, reason)}
      onClose={onClose}
      onDone={() => void refresh()}
    />
  );
}

/* The cases of which it is proposed together; one of them alone is neither confirmed nor refused. */
export function useJointCases(of: Case, action: CaseAction) {
  const numbers = action.proposed?.asked.cases ?? [];
  return useQuery({
    queryKey: ["case", of.id, "joint", numbers.join()],
    queryFn: async () => {
      if (numbers.length < 2) return [{ id: of.id, number: of.number, name: of.party.name ?? of.title }];
      const { items } = await take(api.GET("/api/v1/calls/{id}/overview", { params: { path: { id: of.call!.id } } }));
      return numbers.flatMap((number) => items.filter((one) => one.number === number).map((one) => ({ id: one.case, number, name: one.name ?? number })));
    },
  });
}

export const refuseProposal = (cases: readonly number[], action: string, reason: string) =>
  Promise.all(cases.map((id) => take(api.DELETE("/api/v1/cases/{id}/proposals/{action}", { params: { path: { id, action }, query: reason ? { reason } : {} } }))));
