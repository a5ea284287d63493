/* The papers of a case with their service: those owed are issued, issued ones are served and read. */
import "./matter.css";
import { useQueryClient } from "@tanstack/react-query";
import { useId, useRef, useState } from "react";
import { Link } from "react-router";
import { base, api, Problem, take, type Schemas } from "../../api/client.ts";
import type { Case } from "../../api/cases.ts";
import { rereadCases } from "../../api/query.ts";
import { serverNow } from "../../api/server-time.ts";
import { newKey } from "../../api/submit-key.ts";
import { useSession } from "../../api/session.ts";
import { FieldGrid } from "../../fields/field-form.tsx";
import type { Field, Values } from "../../fields/field.ts";
import { useLacks } from "../../fields/limits.ts";
import { useText, type Translate } from "../../text/index.ts";
import { useAct } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { useDraft, type Kept } from "../../ui/draft.ts";
import { isOffice } from "./duties.ts";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { IssuePaper, useCasePapers, type Owed } from "../paper/issue.tsx";
import { day } from "../../ui/time.ts";

type Paper = Schemas["CasePaper"];

export function MatterPapers({ of }: { of: Case }) {
  const t = useText();
  const office = isOffice(useSession());
  const papers = useCasePapers(of.id).data;
  const [issuing, setIssuing] = useState<Owed>();
  const [serving, setServing] = useState<Paper>();
  const items = (papers?.items ?? []).filter((one) => !one.superseded_by).reverse();
  if (!papers || (items.length === 0 && papers.due.length === 0)) return null;
  return (
    <section className="matter-papers">
      <h2>{t("case.tab.papers")}</h2>
      <ul>
        {papers.due.map((one) => (
          <li key={one.paper + one.step}>
            <div>
              <b>
                <Data text={one.title} />
              </b>
              <small>{t("rectify.paper.owed")}</small>
            </div>
            <button type="button" className="button small" aria-label={`${t("case.papers.issue")} ${one.title}`} onClick={() => setIssuing(one)}>
              {t("case.papers.issue")}
            </button>
          </li>
        ))}
        {items.map((one) => {
          const service = one.services.at(-1);
          const open = service && service.state !== "served" && service.state !== "superseded";
          const undated = service?.state === "served" && asksReply(of, one) && !of.deadlines.some(({ action }) => action === REPLY);
          return (
            <li key={one.id}>
              <div>
                {office ? (
                  <Link to={`/case/${of.id}/papers`}>
                    <Data text={one.title} />
                  </Link>
                ) : (
                  /* Reading what was sent in the system serves it. */
                  <a href={`${base}/api/v1/cases/${of.id}/papers/${one.id}/file`} target="_blank" rel="noreferrer">
                    <Data text={one.title} />
                  </a>
                )}
                <small>
                  <Data text={[one.number, one.issued_on].filter(Boolean).join(" ")} />
                </small>
                {service && <small className={open ? "near" : undefined}>{serviceWords(t, service)}</small>}
              </div>
              {office && (open || undated) && (
                <button type="button" className="button small" aria-label={`${t(open ? "rectify.serve" : "rectify.serve.period")} ${one.title}`} onClick={() => setServing(one)}>
                  {t(open ? "rectify.serve" : "rectify.serve.period")}
                </button>
              )}
            </li>
          );
        })}
      </ul>
      {issuing && <IssuePaper caseId={of.id} owed={issuing} onClose={() => setIssuing(undefined)} />}
      {serving && <Serve of={of} paper={serving} onClose={() => setServing(undefined)} />}
    </section>
  );
}

const channels = ["system", "in_person", "post", "public"] as const;

function serviceWords(t: Translate, { state, channel, served_on, sent_on }: Paper["services"][number]): string {
  const way = channels.find((one) => one === channel);
  const words = state === "served" ? t("rectify.served", { day: served_on ?? "" }) : state === "sent" ? t("rectify.sent", { day: sent_on ?? "" }) : t("rectify.unserved");
  return [words, way && t(`rectify.channel.${way}`)].filter(Boolean).join(t("common.comma"));
}

/* The party was told of what is to be decided against it, and may reply. */
export const isTold = ({ stage }: Case) => /(^|-)told$/.test(stage);

/* The step whose period runs from the service of a notice, where the policy leaves its length to the office. */
const REPLY = "reply";
const asksReply = (of: Case, { paper }: Paper) => isTold(of) && paper.endsWith("notice");

interface Typed extends Kept {
  values: Values;
}

/* How, when and to whom the paper went; of a notice also the last day of the reply and its basis. */
function Serve({ of, paper, onClose }: { of: Case; paper: Paper; onClose: () => void }) {
  const t = useText();
  const id = useId();
  const cache = useQueryClient();
  const [draft, setDraft, clear] = useDraft<Typed | null>(`serve.${paper.id}`, null);
  const values = draft?.values ?? { channel: "in_person", recipient: of.party.name, served_on: day(serverNow()) };
  const { busy, error, act } = useAct();
  const [tried, setTried] = useState(false);
  const key = useRef(newKey());
  const before = paper.services.find(({ state }) => state === "served");
  const served = useRef<{ id: number } | undefined>(before); // the service is there, its period is not
  const lacksOf = useLacks();
  const { channel } = values;
  const asks = asksReply(of, paper) && (before || channel !== "system");
  const today = day(serverNow());
  const date = (name: "served_on" | "due", more: Partial<Field> = {}): Field => ({ name, label: t(`rectify.serve.${name}`), type: "date", required: true, max: today, ...more });
  const text = (name: "recipient" | "tracking" | "url" | "basis" | "proof" | "due_basis", more: Partial<Field> = {}): Field => ({ name, label: t(`rectify.serve.${name}`), type: "text", required: true, ...more });
  const how: Field[] = [
    { name: "channel", label: t("rectify.serve.channel"), type: "enum", required: true, choices: channels.map((code) => ({ code, label: t(`rectify.channel.${code}`) })) },
    text("recipient"),
    ...(channel === "system" ? [] : [date("served_on")]),
    ...(channel === "post" ? [text("tracking")] : []),
    ...(channel === "public" ? [{ ...text("url"), type: "url" }, text("basis")] : []),
    ...(channel === "in_person" || channel === "post" ? [{ ...text("proof"), type: "file", accept: ["pdf", "ofd", "png", "jpg", "jpeg"] }] : []),
  ];
  const fields = [...(before ? [] : how), ...(asks ? [date("due", { max: undefined, min: today, hint: t("rectify.serve.due.hint") }), text("due_basis")] : [])];
  const lacks = tried ? lacksOf(fields, values) : [];
  const serve = async () => {
    const path = { id: of.id, paper: paper.id };
    served.current ??= await take(api.POST("/api/v1/cases/{id}/papers/{paper}/services", { params: { path }, headers: { "Idempotency-Key": key.current }, body: { channel: String(channel), ...Object.fromEntries(how.map(({ name }) => [name, values[name]])) } }));
    if (asks) await take(api.POST("/api/v1/cases/{id}/papers/{paper}/services/{service}/period", { params: { path: { ...path, service: served.current.id } }, body: { step: REPLY, due: String(values.due), basis: String(values.due_basis) } }));
    clear();
    await Promise.all([rereadCases(), cache.invalidateQueries({ queryKey: ["record"] })]);
    onClose();
  };
  const submit = () => {
    setTried(true);
    if (lacksOf(fields, values).length === 0) void act(serve);
  };
  return (
    <Dialog
      title={t("rectify.serve.title", { paper: paper.title })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="primary" loading={busy} onClick={submit}>
            {t(before ? "rectify.serve.period" : channel === "system" ? "rectify.serve.send" : "rectify.serve.do")}
          </Button>
        </>
      }
    >
      <Note tone="doubt">{t(before ? "rectify.serve.line.period" : channel === "system" ? "rectify.serve.line.system" : "rectify.serve.line")}</Note>
      <ErrorNote error={error} />
      <FieldGrid
        form={id}
        fields={fields}
        values={values}
        onChange={(name, value) => setDraft({ values: { ...values, [name]: value }, title: t("rectify.serve.title", { paper: paper.title }), to: `/case/${of.id}`, at_ms: serverNow() })}
        faults={lacks.length > 0 ? lacks : error instanceof Problem ? error.faults : []}
      />
    </Dialog>
  );
}
