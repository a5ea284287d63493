/* One report of the list of an office: its paper, who has received it, and what the office does with it. An office that may return
 * it writes its opinions at the cells; the return carries them. */
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import type { AnnualReport, Remark } from "./annual.ts";
import { refreshCase, useForms } from "../../api/case-form.ts";
import { useActions, useCase, useRefreshCase, type Case, type CaseAction } from "../../api/cases.ts";
import { queries } from "../../api/query.ts";
import { serverNow } from "../../api/server-time.ts";
import { groupsOf, typedOf, type Typed } from "../../rooms/paper/action-body.ts";
import { ActionDialog } from "../../rooms/case/action-dialog.tsx";
import { BesideCell } from "../../rooms/paper/beside-cell.ts";
import { Button } from "../../ui/ant.ts";
import { CaseActions } from "../../rooms/case/actions.tsx";
import { Data } from "../../ui/data.tsx";
import { useDraft, type Kept } from "../../ui/draft.ts";
import { FiledForms } from "../../rooms/paper/filed-form.tsx";
import { useKeys } from "../../ui/keys.ts";
import { CountedOf, countedOf, type Looked } from "../../ui/num.tsx";
import { useFoldedMenu } from "../../rooms/shell/shell.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { useText } from "../../text/index.ts";
import { Filing, LookedAt } from "./rail.tsx";

const REMARKS = "/records/annual_report/remarks";

interface Props {
  id: number;
  record?: AnnualReport;
  year: number;
  at: number; // its place among …
  of: number; // … those of the list
  back: string;
  before?: string;
  after?: string;
}

export function Read({ id, record, year, at, of, back, before, after }: Props) {
  const t = useText();
  useFoldedMenu();
  const navigate = useNavigate();
  const head = useCase(id);
  const forms = useForms(id);
  const actions = useActions(id);
  const refresh = useRefreshCase(id);
  const [looked, look] = useState<Looked>();
  const [doing, setDoing] = useState("");
  const go = (to: string | undefined) => to && void navigate(to);
  useKeys([
    { keys: "[", label: t("annual.before"), run: () => go(before) },
    { keys: "]", label: t("annual.after"), run: () => go(after) },
  ]);
  const failed = [head, forms, actions].find(({ error }) => error);
  if (failed) return <Failed page error={failed.error!} retry={() => void refreshCase(id)} />;
  if (!head.data || !forms.data || !actions.data) return <Waiting rows={10} />;
  const action = actions.data.find((one) => one.action === doing);
  const carries = actions.data.find(({ open, input }) => open && input?.records.some(({ record: type, fields }) => type === "annual_report" && fields.some(({ name }) => name === "remarks")));
  const done = () => {
    setDoing("");
    void Promise.all([refresh(), queries.invalidateQueries({ queryKey: ["records"] })]);
  };
  const page = (beside: React.ReactNode) => (
    <CountedOf value={{ ...countedOf(head.data, forms.data.forms[0]), look }}>
      <FiledForms
        head={head.data}
        forms={forms.data}
        crumb={
          <>
            <Link to={back}>{t("annual.title")}</Link> / {year} / {t("annual.at", { n: at + 1, of })}
          </>
        }
        title={<Data text={head.data.title} />}
        actions={
          <>
            <Button disabled={!before} onClick={() => go(before)}>{t("annual.before")}</Button>
            <Button disabled={!after} onClick={() => go(after)}>{t("annual.after")}</Button>
          </>
        }
        rail={
          <>
            <LookedAt looked={looked} close={() => look(undefined)} />
            {beside}
            <CaseActions of={head.data.id} actions={actions.data} onDo={setDoing} />
            {record && <Filing head={head.data} record={record} year={year} />}
          </>
        }
      />
    </CountedOf>
  );
  return (
    <>
      {carries ? <Remarking key={head.data.version} head={head.data} action={carries} page={page} /> : page(null)}
      {action && <ActionDialog key={action.action} caseId={id} action={action} onClose={() => setDoing("")} onDone={done} />}
    </>
  );
}

interface ReturnDraft extends Kept {
  typed: Typed;
}

/* The opinions are part of what is typed for the return: its dialog shows and sends them. */
function Remarking({ head, action, page }: { head: Case; action: CaseAction; page: (beside: React.ReactNode) => React.ReactNode }) {
  const t = useText();
  const [draft, setDraft] = useDraft<ReturnDraft | null>(`case.${head.id}.${action.action}`, null);
  const [writing, setWriting] = useState("");
  const typed = draft?.typed ?? typedOf(groupsOf(action, [], t));
  const remarks = (typed[REMARKS] ?? []) as Remark[];
  const set = (rows: Remark[]) => setDraft({ typed: { ...typed, [REMARKS]: rows }, title: `${action.label}${t("common.colon")}${head.title}`, to: `/case/${head.id}?do=${action.action}`, at_ms: serverNow() });
  const write = (cell: string, opinion: string) => set(opinion ? (remarks.some((one) => one.cell === cell) ? remarks.map((one) => (one.cell === cell ? { cell, opinion } : one)) : [...remarks, { cell, opinion }]) : remarks.filter((one) => one.cell !== cell));
  const beside = {
    cell: (cell: string) => {
      const own = remarks.find((one) => one.cell === cell)?.opinion;
      return (
        <>
          {own !== undefined || writing === cell ? (
            <textarea className="input annual-opinion" aria-label={t("annual.remark.at", { cell })} autoFocus={writing === cell} rows={2} maxLength={500} value={own ?? ""} onChange={(event) => write(cell, event.target.value)} onBlur={() => setWriting("")} />
          ) : (
            <button type="button" className="annex-pen annex-change" aria-label={t("annual.remark.at", { cell })} onClick={() => setWriting(cell)}>
              ＋ {t("annual.remark.add")}
            </button>
          )}
        </>
      );
    },
  };
  return (
    <BesideCell value={beside}>
      {page(
        <section className="annual-rail">
          <h2>{t("annual.remarks", { n: remarks.length })}</h2>
          <p className="quiet">{t("annual.remarks.how", { action: action.label })}</p>
          <ul>
            {remarks.map(({ cell, opinion }) => (
              <li key={cell}>
                <div><b><Data text={cell} /></b><p><Data text={opinion} /></p></div>
                <button type="button" className="annex-pen" aria-label={`${t("annual.remark.drop")} ${cell}`} onClick={() => write(cell, "")}>{t("annual.remark.drop")}</button>
              </li>
            ))}
          </ul>
        </section>,
      )}
    </BesideCell>
  );
}
