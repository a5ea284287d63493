/* A case without a form: what it is made of, and where each part is filled in. That is the record it is about, what its
 * steps ask, its materials and its conditions. */
import "./submit.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Verdict } from "../../api/case-form.ts";
import { useActions, type Case } from "../../api/cases.ts";
import type { Schemas } from "../../api/client.ts";
import { recordOf, recordPath, typeOf, writable } from "../../api/records.ts";
import { useSession } from "../../api/session.ts";
import { useText } from "../../text/index.ts";
import { CheckList } from "./check-list.tsx";
import { isEmpty } from "../../fields/field.ts";
import { Data } from "../../ui/data.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { Materials } from "./materials.tsx";
import { CountedOf } from "../../ui/num.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Glyph } from "../../ui/verdict.tsx";

export function MadeOf({ head, verdict, materials }: { head: Case; verdict?: Verdict; materials?: Schemas["CaseMaterials"] }) {
  const t = useText();
  const back = `/case/${head.id}/form`;
  const steps = (useActions(head.id).data ?? []).filter(({ aside, input }) => !aside && input?.records.some(({ fields }) => fields.length > 0));
  return (
    <div className="submit">
      <PageHead title={<Data text={head.process_label} />} tag={<StateTag tone="grey" ground>{head.stage_label}</StateTag>} line={<>{t("form.none")}</>} actions={<Link className="button primary" to={`/case/${head.id}`}>{t("submit.toCase")}</Link>} />
      <OwnRecord head={head} back={back} />
      {steps.map(({ action, label, input }) => (
        <section key={action}>
          <h2><Data text={t("form.made.step", { step: label })} /></h2>
          <KeyValues rows={input!.records.flatMap(({ fields }) => fields).map(({ name, label: field, required }) => [field ?? name, <Link to={`/case/${head.id}?do=${action}`}>{t("form.fill")}{required ? ` ${t("common.required")}` : ""}</Link>])} />
        </section>
      ))}
      {materials && materials.materials.length > 0 && (
        <section>
          <h2>{t("form.materials")}</h2>
          <Materials id={head.id} />
        </section>
      )}
      {verdict && verdict.criteria.length > 0 && (
        <CountedOf value={{ pack: head.pack, party: head.party.credit_code }}>
          <CheckList verdict={verdict} back={back} title={t("form.check")} />
        </CountedOf>
      )}
    </div>
  );
}

/* Its fields that the reader may fill, those that are empty first to be seen. */
function OwnRecord({ head: { record_type: type, record_id: id, record_label: label, record_fields: labels }, back }: { head: Case; back: string }) {
  const t = useText();
  const roles = useSession().roles.map(({ role }) => role);
  const of = useQuery(typeOf(type)).data;
  const row = useQuery(recordOf(type, id)).data;
  if (!of || !row) return null;
  const fields = writable(of, roles, "change", row.state);
  const filled = fields.filter(({ name }) => !isEmpty(row[name])).length;
  return (
    <section>
      <h2>
        {t("form.made.record")} <Link to={`${recordPath(type, id)}?back=${encodeURIComponent(back)}`}><Data text={label ?? type} /></Link> {fields.length > 0 && <small>{t("form.made.count", { n: filled, m: fields.length - filled })}</small>}
      </h2>
      <KeyValues
        rows={fields.map(({ name }) => [
          labels?.[name] ?? name,
          <>
            <Glyph state={isEmpty(row[name]) ? "near" : "ok"} /> <Link to={`${recordPath(type, id)}/edit?back=${encodeURIComponent(back)}`}>{t(isEmpty(row[name]) ? "form.fill" : "form.edit")}</Link>
          </>,
        ])}
      />
    </section>
  );
}
