/* Issues a paper that a step of the case owes: what it still lacks is asked, then it is drawn up and numbered. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Button } from "../../ui/ant.ts";
import { useId, useState } from "react";
import { pathOf } from "../../api/cases.ts";
import { api, Problem, take } from "../../api/client.ts";
import { rereadCases } from "../../api/query.ts";
import type { Field } from "../../fields/field.ts";
import { useMarks } from "../../fields/document-number-input.tsx";
import { FieldGrid } from "../../fields/field-form.tsx";
import { useText, type Translate } from "../../text/index.ts";
import { bodyOf } from "./action-body.ts";
import { useAct } from "../../ui/act.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { Waiting } from "../../ui/states.tsx";

export interface Owed {
  paper: string;
  title: string;
  step: string;
}

/* What of the paper nothing in the case says, with the words of the policy for it. */
export function useLacks(id: number, owed: Owed | null | undefined) {
  return useQuery({
    queryKey: ["case", id, "lacks", owed?.paper, owed?.step],
    enabled: !!owed,
    queryFn: async () => {
      const { paper, step } = owed!;
      const [{ possible }, { missing }] = await Promise.all([
        take(api.GET("/api/v1/cases/{id}/papers", pathOf(id))),
        take(api.POST("/api/v1/cases/{id}/papers/{paper}/draft", { params: { path: { id, paper } }, body: { step } })),
      ]);
      const needs = possible.find((one) => one.paper === paper)?.needs ?? [];
      return missing.map((name): Field => {
        const label = needs.find((one) => one.name === name)?.label ?? name;
        return name === "paper.number" ? { name: "number", label, type: "document_number", required: true } : { name: `values/${name}`, label, type: "text", required: true };
      });
    },
  });
}

/* A number is typed, or the next one of a mark is drawn. */
const numberFields = (field: Field, drawn: readonly { mark: string }[], t: Translate): Field[] =>
  drawn.length === 0 ? [field] : [{ ...field, required: false }, { name: "mark", label: t("case.input.mark"), type: "enum", choices: drawn.map(({ mark }) => ({ code: mark, label: mark })) }];

/* A certificate that is issued while nobody has said where people reach this server has no QR code. */
export function NoCode({ caseId, papers }: { caseId: number; papers: readonly string[] }) {
  const t = useText();
  const issues = papers.includes("certificate");
  const read = useCasePapers(caseId, issues); // what another part of the page has read is there all the same
  return issues && read.data?.coded === false ? <Note tone="doubt">{t("case.papers.noCode")}</Note> : null;
}

export const papersOf = (id: number) => queryOptions({ queryKey: ["case", id, "papers"], queryFn: () => take(api.GET("/api/v1/cases/{id}/papers", pathOf(id))) });
export const useCasePapers = (id: number, enabled = true) => useQuery({ ...papersOf(id), enabled });

export function IssuePaper({ caseId, owed, onClose }: { caseId: number; owed: Owed; onClose: () => void }) {
  const t = useText();
  const id = useId();
  const lacks = useLacks(caseId, owed);
  const drawn = useMarks().filter(({ here }) => here);
  const fields = (lacks.data ?? []).flatMap((field) => (field.name === "number" ? numberFields(field, drawn, t) : [field]));
  const [values, setValues] = useState<Record<string, unknown>>({});
  const { busy, error, act } = useAct();
  const issue = async () => {
    await take(api.POST("/api/v1/cases/{id}/papers/{paper}", { params: { path: { id: caseId, paper: owed.paper } }, body: { step: owed.step, ...bodyOf([{ pointer: "", fields }], Object.fromEntries(Object.entries(values).map(([name, value]) => [`/${name}`, value]))) } }));
    await rereadCases();
    onClose();
  };
  const failed = error ?? lacks.error;
  return (
    <Dialog
      title={t("case.papers.issue.title", { paper: owed.title })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="primary" loading={busy} disabled={!lacks.data} onClick={() => void act(issue)}>
            {t("case.papers.issue")}
          </Button>
        </>
      }
    >
      <Note tone="doubt">{t("case.papers.issue.line")}</Note>
      <NoCode caseId={caseId} papers={[owed.paper]} />
      <ErrorNote error={failed} />
      {lacks.isPending && <Waiting rows={2} />}
      {lacks.data && (
        <FieldGrid form={id} fields={fields} values={values} onChange={(name, value) => setValues({ ...values, [name]: value })} faults={error instanceof Problem ? error.faults : []} />
      )}
    </Dialog>
  );
}
