/* One objection: what was said and by whom, how it is settled, and what follows for the list. */
import "../../ui/plain-table.css";
import "../../rooms/record/record.css";
import "./objection.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useActions, useCase, type Case, type CaseAction } from "../../api/cases.ts";
import { numberOf, useCasesOf } from "../../rooms/case/objections.ts";
import { recordOf, typeOf, type RecordType, type Row } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSession } from "../../api/session.ts";
import { fieldOf, isEmpty, type Field } from "../../fields/field.ts";
import { ActionDialog } from "../../rooms/case/action-dialog.tsx";
import { CaseActions, Reasons } from "../../rooms/case/actions.tsx";
import { Columns } from "../../ui/columns.tsx";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { RecordValue } from "../../rooms/record/value.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { daysBetween, minute } from "../../ui/time.ts";
import { useTitle } from "../../ui/title.ts";
import { CasePublicity } from "../../rooms/case/workdays-strip.tsx";
import { useLanguage, useText } from "../../text/index.ts";
import { History } from "../../rooms/record/history.tsx";

const TYPE = "objection";
const said = ["ground", "content", "files", "objector", "contact", "complains_of"];
const answered = ["upheld", "handling", "conclusion", "settled_on", "settled_by"];

export default function OneObjection() {
  const id = Number(useParams().id);
  const type = useQuery(typeOf(TYPE));
  const row = useQuery({ ...recordOf(TYPE, id), retry: false });
  const error = type.error ?? row.error;
  if (error) return <Failed page error={error} retry={() => void row.refetch()} />;
  return type.data && row.data ? <Shown type={type.data} row={row.data} /> : <Waiting />;
}

function Shown({ type, row }: { type: RecordType; row: Row }) {
  const t = useText();
  const language = useLanguage();
  const session = useSession();
  const number = String(row.case_number ?? "");
  const of = useCasesOf([number]).get(number);
  const fields = type.fields.filter(({ name }) => name in row).map((one) => fieldOf(one, language));
  const title = t("objections.one", { number: numberOf(row) });
  const open = row.state === "open";
  const days = daysBetween(String(row.received), serverNow());
  useTitle(title);
  return (
    <div className="record-page">
      <header className="record-top">
        <p className="crumb">
          <Link to="/objections">{t("objections.title")}</Link>
        </p>
        <PageHead
          title={title}
          tag={
            <>
              <StateTag tone={open ? "amber" : row.upheld ? "red" : "green"} ground>
                {t(open ? "objections.open" : row.upheld ? "objections.upheld" : "objections.dismissed")}
              </StateTag>
              <StateTag tone="purple" ground>
                {t("objections.secret")}
              </StateTag>
            </>
          }
          actions={
            <button type="button" className="button" onClick={() => print()}>
              {t("records.print")}
            </button>
          }
        />
        <p className="print-only">{t("objections.secret.printed", { who: `${session.unit_name ?? ""} ${session.display_name ?? ""}`, time: minute(serverNow()) })}</p>
        <dl className="fact-line record-facts">
          <Fact name={t("objections.of")}>{of ? <Link to={`/case/${of.id}`}><Data text={of.title} /></Link> : t("objections.case.none", { number })}</Fact>
          <Fact name={t("objections.case")}>
            <Code text={number} />
          </Fact>
          <Fact name={t("objections.name")}>{t(row.named ? "objections.named" : "objections.unnamed")}</Fact>
          <Fact name={t("objections.received")}>{minute(String(row.received))}</Fact>
          {open && <Fact name={t("objections.state")}>{days > 0 ? t("objections.waits", { n: days }) : t("objections.today")}</Fact>}
        </dl>
        {of && <CasePublicity caseId={of.id} />}
      </header>
      {of && <OfCase type={type} row={row} fields={fields} caseId={of.id} />}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Values({ title, line, names, fields, row }: { title: string; line?: string; names: readonly string[]; fields: readonly Field[]; row: Row }) {
  return (
    <section className="record-section objection-values" aria-label={title}>
      <h2>
        {title}
        {line && <small>{line}</small>}
      </h2>
      <dl>
        {names.flatMap((name) => fields.filter((one) => one.name === name && !isEmpty(row[name]))).map((field) => (
          <div key={field.name}>
            <dt>{field.label}</dt>
            <dd>
              <RecordValue field={field} value={row[field.name]} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/* The step of the case that changes records of this kind which are there. */
const settles = ({ input, action }: CaseAction) => !!input?.records.some(({ record, named }) => record === TYPE && named) || action === "settle";

function OfCase({ type, row, fields, caseId }: { type: RecordType; row: Row; fields: readonly Field[]; caseId: number }) {
  const t = useText();
  const cache = useQueryClient();
  const of = useCase(caseId);
  const actions = useActions(caseId);
  const error = of.error ?? actions.error;
  if (error) return <Failed error={error} retry={() => void Promise.all([of.refetch(), actions.refetch()])} />;
  if (!of.data || !actions.data) return <Waiting rows={5} />;
  const settle = actions.data.find(settles);
  const renew = () => Promise.all(["record", "records", "history", "public"].map((key) => cache.invalidateQueries({ queryKey: [key] })));
  const open = row.state === "open";
  return (
    <Columns width={344} rail={<Rail of={of.data} actions={actions.data} type={type} row={row} fields={fields} />}>
      <Note tone="provisional">{t("objections.secret.line")}</Note>
      <Values title={t("objections.said")} names={said} fields={fields} row={row} />
      {!open && <Values title={t("objections.answer")} line={t("objections.answer.told")} names={answered} fields={fields} row={row} />}
      {open &&
        settle &&
        (settle.open ? (
          <ActionDialog caseId={caseId} action={settle} record={{ type: TYPE, id: row.id, page: `/objections/${row.id}` }} onDone={() => void renew()} onClose={() => undefined} />
        ) : (
          <section className="record-section" aria-label={t("objections.shut")}>
            <h2>{t("objections.shut")}</h2>
            <Reasons why={settle.why} of={settle} id={caseId} />
          </section>
        ))}
    </Columns>
  );
}

/* What follows for the list, and the steps of the case from here. */
function Rail({ of, actions, type, row, fields }: { of: Case; actions: readonly CaseAction[]; type: RecordType; row: Row; fields: readonly Field[] }) {
  const t = useText();
  const navigate = useNavigate();
  const [list] = of.publicity;
  const open = (list?.objections_open ?? 0) - Number(row.state === "open");
  return (
    <>
      <section className="record-rail" aria-label={t("objections.effect")}>
        <h2>{t("objections.effect")}</h2>
        <p className="told-text">{of.open ? t(row.state === "open" ? "objections.effect.open" : row.upheld ? "objections.effect.upheld" : "objections.effect.dismissed") : t("objections.effect.over", { stage: of.stage_label })}</p>
        {open > 0 && <p className="told-text">{t("objections.effect.others", { n: open })}</p>}
      </section>
      {of.open && <CaseActions of={of.id} actions={actions.filter((action) => !action.aside && !settles(action) && action.action !== "object")} onDo={(action) => void navigate(`/case/${of.id}?do=${action}`)} />}
      <History type={type} id={row.id} version={row.version} fields={fields} />
    </>
  );
}
