/* A revocation: on which ground and facts, what the party says to it, how it was decided, where it was referred. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { casePath } from "../../api/cases.ts";
import { api, takeAs } from "../../api/client.ts";
import { listOf, recordOf, typeOf } from "../../api/records.ts";
import { fieldOf, isEmpty, type Field } from "../../fields/field.ts";
import { Clause } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import { clauseOf, MatterPage, Section, type Matter } from "../../rooms/case/matter.tsx";
import { RecordValue } from "../../rooms/record/value.tsx";
import { FileName, type FileValue } from "../../fields/upload.tsx";
import { useLanguage, useText } from "../../text/index.ts";

export default function Revoke() {
  return <MatterPage id={Number(useParams().case)}>{(matter) => <View matter={matter} />}</MatterPage>;
}

function View({ matter }: { matter: Matter }) {
  const { of, record } = matter;
  return (
    <>
      {record && (of.record_type === "finding" ? <Finding matter={matter} /> : <Failed matter={matter} />)}
      <Replies matter={matter} />
      <Decision matter={matter} />
      {record && of.record_type === "finding" && <Referral matter={matter} />}
    </>
  );
}

function useFields({ type }: Matter) {
  const language = useLanguage();
  return (name: string): Field => fieldOf(type.fields.find((one) => one.name === name)!, language);
}

/* The finding that the case is about. */
function Finding({ matter }: { matter: Matter }) {
  const t = useText();
  const field = useFields(matter);
  const { record } = matter;
  const clause = clauseOf(matter);
  const serious = record?.serious;
  return (
    <Section title={t("rectify.grounds")} facts={serious === null || serious === undefined ? t("rectify.serious.unknown") : t(serious ? "rectify.serious.yes" : "rectify.serious.no")}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{t("rectify.ground")}</th>
            <th scope="col">{t("rectify.clause")}</th>
            <th scope="col">{t("rectify.facts")}</th>
            <th scope="col">{t("rectify.evidence")}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>
              <b>
                {record && <RecordValue field={field("ground")} value={record.ground} />}
              </b>
              <small>{record?.date ? String(record.date) : t("records.notGiven")}</small>
            </td>
            <td>{clause && <Clause clause={clause} />}</td>
            <td>
              {record && <RecordValue field={field("facts_found")} value={record.facts_found} />}
            </td>
            <td>
              {record && <RecordValue field={field("evidence_files")} value={record.evidence_files} />}
            </td>
          </tr>
        </tbody>
      </table>
    </Section>
  );
}

/* The rectification that failed: its demands by their re-check. */
function Failed({ matter }: { matter: Matter }) {
  const t = useText();
  const field = useFields(matter);
  const { of, record } = matter;
  const before = useQuery({ ...listOf<{ id: number; number: string; process: string; stage_label: string }>("case", { filter: `record_type=rectification and record_id=${of.record_id} and process=rectification`, fields: "number,title,process,stage_label", limit: 1 }), retry: false }).data?.items[0];
  const failed = ((record?.rechecks ?? []) as { n: number; result: string }[]).filter(({ result }) => result === "fail").map(({ n }) => n);
  const demands = ((record?.items ?? []) as { n: number; demand: string }[]).filter(({ n }) => failed.includes(n));
  const clause = clauseOf(matter);
  return (
    <Section title={t("rectify.grounds")} facts={before && <Link to={casePath(before.process, before.id)}>{t("rectify.before", { number: before.number, stage: before.stage_label })}</Link>}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{t("rectify.ground")}</th>
            <th scope="col">{t("rectify.clause")}</th>
            <th scope="col">{t("rectify.failed")}</th>
            <th scope="col">{t("rectify.evidence")}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>
              <b>
                {record && <RecordValue field={{ ...field("grounds"), many: true }} value={record.grounds} />}
              </b>
              <small>{t("rectify.bar.due", { day: String(record?.due ?? "") })}</small>
            </td>
            <td>{clause && <Clause clause={clause} />}</td>
            <td>
              {demands.length === 0 && <span className="quiet">{t("rectify.failed.none")}</span>}
              {demands.map(({ n, demand }) => (
                <span key={n} className="value-line">
                  <Data text={`${n}. ${demand}`} />
                </span>
              ))}
              {record?.opinion ? (
                <small>
                  <Data text={String(record.opinion)} />
                </small>
              ) : null}
            </td>
            <td>
              <Data text={String(record?.evidence ?? "")} />
              {!isEmpty(record?.evidence_files) && <RecordValue field={field("evidence_files")} value={record?.evidence_files} />}
            </td>
          </tr>
        </tbody>
      </table>
    </Section>
  );
}

/* What the party said, in its own words, with its files. */
function Replies({ matter }: { matter: Matter }) {
  const t = useText();
  const steps = matter.history.filter(({ action, kind }) => action === "reply" && kind === "step");
  const ids = steps.map(({ result }) => Number(result && "party_statement_id" in result ? result.party_statement_id : 0));
  const read = useQueries({ queries: ids.map((id) => ({ ...recordOf<{ text?: string | null; files?: FileValue[] | null }>("party_statement", id), enabled: id > 0, retry: false })) });
  const said = (i: number, reason?: string) => String(read[i]?.data?.text ?? reason ?? "");
  const services = useQuery({ queryKey: ["case", matter.of.id, "services"], queryFn: () => takeAs<{ items: { runs_due?: string | null }[] }>(api.GET("/api/v1/records/{type}", { params: { path: { type: "paper_service" }, query: { filter: `case_id=${matter.of.id}`, fields: "runs_due,served_on" } } })), retry: false }).data?.items;
  const due = services?.map(({ runs_due }) => runs_due).filter((one) => !!one).sort().at(-1); // an office gave it, with its basis
  if (matter.of.process === "sub-centre") return null;
  return (
    <Section title={t("rectify.statement")} facts={due && t("rectify.statement.until", { day: due })}>
      {steps.length === 0 && <p className="quiet">{t(matter.of.open ? "rectify.statement.none" : "rectify.statement.never")}</p>}
      {steps.map(({ version, date, name, reason }, i) => (
        <div key={version}>
          <p className="matter-quote">
            {said(i, reason) ? <Data text={said(i, reason)} /> : t("records.notGiven")}
          </p>
          <p className="quiet">
            {date} <Data text={name ?? ""} /> {!!due && date > due && <b className="near">{t("rectify.late")}</b>}
          </p>
          {(read[i]?.data?.files ?? []).map((file) => (
            <span key={file.digest} className="value-line">
              <FileName file={file} />
            </span>
          ))}
        </div>
      ))}
    </Section>
  );
}

/* The step that ended it, and the two persons who took it. */
function Decision({ matter }: { matter: Matter }) {
  const t = useText();
  const { of, history } = matter;
  const last = history.filter(({ kind, to, from }) => kind === "step" && to !== from).at(-1);
  const proposal = last && history.filter(({ kind, action }) => kind === "propose" && action === last.action).at(-1);
  if (of.open || !last) return null;
  return (
    <Section title={t("rectify.decision")} facts={of.stage_label}>
      <p className="matter-quote">
        <Data text={last.reason ?? ""} />
      </p>
      <p className="quiet">
        {last.date} <Data text={[proposal?.name && t("rectify.decision.proposed", { who: proposal.name }), last.name && t(proposal ? "rectify.decision.confirmed" : "rectify.decision.by", { who: last.name })].filter(Boolean).join(t("common.comma"))} />
      </p>
    </Section>
  );
}

function Referral({ matter: { record } }: { matter: Matter }) {
  const t = useText();
  const language = useLanguage();
  const type = useQuery(typeOf("finding")).data;
  const fields = ["referred_to", "referred_on", "referred_no"].flatMap((name) => type?.fields.filter((one) => one.name === name) ?? []).map((one) => fieldOf(one, language));
  if (!record?.referred_on) return null;
  return (
    <Section title={t("rectify.referral")}>
      <dl className="fact-line matter-facts">
        {fields.map((field) => (
          <div key={field.name}>
            <dt>{field.label}</dt>
            <dd>
              <RecordValue field={field} value={record[field.name]} />
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
