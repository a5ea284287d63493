/* A step that one person proposed and a second confirms: who, since when, and what its reader can do about it. */
import "./case-proposal.css";
import { Button } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { api, take } from "../api/client.ts";
import { useRefreshCase, type Case, type CaseAction } from "../api/cases.ts";
import { useText } from "../text/index.ts";
import { Data } from "./data.tsx";
import { ConfirmDialog } from "./dialog.tsx";
import { FieldInput } from "../fields/field-input.tsx";
import { Icon } from "./icons.tsx";
import { minute } from "./time.ts";

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
      {leaving && <RefuseProposal of={of} action={action} onClose={() => setLeaving(false)} />}
    </section>
  );
}

/* The proposer takes his proposal back; the second person hands it back with his reason. */
export function RefuseProposal({ of, action, onClose, onDone }: { of: Case; action: CaseAction; onClose: () => void; onDone?: () => void }) {
  const t = useText();
  const refresh = useRefreshCase(of.id);
  const [reason, setReason] = useState("");
  const mine = action.proposed?.mine;
  const act = async () => {
    await take(api.DELETE("/api/v1/cases/{id}/proposals/{action}", { params: { path: { id: of.id, action: action.action }, query: reason ? { reason } : {} } }));
    onDone?.();
    await refresh();
  };
  return (
    <ConfirmDialog title={t(mine ? "case.proposal.withdraw" : "case.confirm.refuse")} verb={t(mine ? "case.proposal.withdraw" : "case.confirm.refuse")} onClose={onClose} act={act}>
      <p className="dialog-line">
        <Data text={t(mine ? "case.proposal.withdraw.line" : "case.confirm.refuse.line", { action: action.label, stage: of.stage_label })} />
      </p>
      <FieldInput field={{ name: "reason", label: t("case.input.reason"), type: "long_text", required: !mine, max: 2000 }} value={reason} onChange={(value) => setReason(String(value ?? ""))} />
    </ConfirmDialog>
  );
}
