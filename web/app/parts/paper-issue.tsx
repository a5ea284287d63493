/* Issues a paper that a step of the case owes: what it still lacks is asked, then it is drawn up and numbered. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useId, useRef, useState } from "react";
import { api, Problem, take } from "../api/client.ts";
import { FieldGrid } from "../fields/field-form.tsx";
import { useText } from "../text/index.ts";
import { Data } from "./data.tsx";
import { Dialog } from "./dialog.tsx";
import { Note } from "./note.tsx";
import { Waiting } from "./states.tsx";

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
        take(api.GET("/api/v1/cases/{id}/papers", { params: { path: { id } } })),
        take(api.POST("/api/v1/cases/{id}/papers/{paper}/draft", { params: { path: { id, paper } }, body: { step } })),
      ]);
      const needs = possible.find((one) => one.paper === paper)?.needs ?? [];
      return missing.map((name) => ({ name: `values/${name}`, label: needs.find((one) => one.name === name)?.label ?? name, type: "text", required: true }));
    },
  });
}

export function IssuePaper({ caseId, owed, onClose }: { caseId: number; owed: Owed; onClose: () => void }) {
  const t = useText();
  const id = useId();
  const cache = useQueryClient();
  const lacks = useLacks(caseId, owed);
  const [values, setValues] = useState<Record<string, unknown>>({});
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const sent = useRef(false);
  const act = async () => {
    if (sent.current) return;
    sent.current = true;
    setBusy(true);
    try {
      const said = Object.fromEntries(Object.entries(values).map(([name, value]) => [name.replace(/^values\//, ""), value])) as never;
      await take(api.POST("/api/v1/cases/{id}/papers/{paper}", { params: { path: { id: caseId, paper: owed.paper } }, body: { step: owed.step, values: said } }));
      await Promise.all(["case", "todo"].map((key) => cache.invalidateQueries({ queryKey: [key] })));
      onClose();
    } catch (failure) {
      setError(failure as Error);
      sent.current = false;
      setBusy(false);
    }
  };
  const failed = error ?? lacks.error;
  return (
    <Dialog
      title={t("case.papers.issue.title", { paper: owed.title })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="primary" loading={busy} disabled={!lacks.data} onClick={() => void act()}>
            {t("case.papers.issue")}
          </Button>
        </>
      }
    >
      <Note tone="doubt">{t("case.papers.issue.line")}</Note>
      {failed && (
        <Note tone="mend" role="alert">
          <Data text={failed.message} />
        </Note>
      )}
      {lacks.isPending && <Waiting rows={2} />}
      {lacks.data && (
        <FieldGrid form={id} fields={lacks.data} values={values} onChange={(name, value) => setValues({ ...values, [name]: value })} faults={error instanceof Problem ? error.faults : []} />
      )}
    </Dialog>
  );
}
