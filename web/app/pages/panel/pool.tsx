/* The pool while a panel is formed: who can judge and who cannot, with the reason. Experts are ticked and invited, or the
 * pool is frozen for a draw. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "../../api/client.ts";
import { typeOf } from "../../api/records.ts";
import { poolRead, rereadPanels, type Panel } from "../../rooms/panel/panels.ts";
import { ReasonDialog } from "../../fields/reason-dialog.tsx";
import { useLanguage, useText } from "../../text/index.ts";
import { useAct } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { ErrorNote } from "../../ui/note.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";

/* What fields of expertise are called. */
export function useFieldWords() {
  const language = useLanguage();
  const expert = useQuery(typeOf("expert"));
  const values = expert.data?.fields.find(({ name }) => name === "fields")?.values ?? [];
  return (code: string) => values.find((one) => one.code === code)?.label?.[language] ?? code;
}

export function Pool({ panel, without = [] }: { panel: Panel; without?: readonly number[] }) {
  const t = useText();
  const word = useFieldWords();
  const pool = useQuery(poolRead(panel.id));
  const { busy, error, act } = useAct();
  const [ticked, setTicked] = useState<readonly number[]>([]);
  const [leaving, setLeaving] = useState<{ expert: number; name: string }>();
  if (pool.error) return <Failed error={pool.error} retry={() => void pool.refetch()} />;
  if (!pool.data) return <Waiting />;
  const drawn = (panel.fields?.length ?? 0) > 0;
  const party = (at: number | undefined) => panel.cases?.find((one) => one.case === at)?.party;
  const said = (expert: number, unknown: boolean) =>
    pool.data.conflicts
      .filter((one) => one.expert === expert && (one.kind === "unknown") === unknown)
      .map((one) => [party(one.case), one.label].filter(Boolean).join(t("common.colon")));
  const rows = pool.data.pool.filter(({ expert }) => !without.includes(expert));
  const can = rows.filter(({ expert, left_out }) => !left_out && said(expert, false).length === 0);
  const out = rows.filter((one) => !can.includes(one));
  const params = { path: { id: panel.id } };
  const done = async (work: Promise<unknown>) => {
    await work;
    await rereadPanels();
  };
  const unknown = ({ expert }: (typeof rows)[number]) => [...new Set(said(expert, true))].map((one) => <Data key={one} text={one} />);
  return (
    <section className="panel-pool">
      <h2>
        {t("panel.pool")} <small>{t("panel.pool.line", { n: can.length, out: out.length })}</small>
      </h2>
      {drawn && <p className="quiet">{t("panel.freeze.line")}</p>}
      <p>{panel.fields?.map(({ field, seats }) => t("panel.seats", { field: word(field), n: seats })).join(t("common.comma"))}</p>
      <div className="table-scroll">
        <Table
          rows={can}
          keyOf={({ expert }) => expert}
          columns={[
            !drawn && {
              label: t("panel.experts"),
              cell: ({ expert, name }) => <input type="checkbox" aria-label={name} checked={ticked.includes(expert)} onChange={(event) => setTicked(event.target.checked ? [...ticked, expert] : ticked.filter((one) => one !== expert))} />,
            },
            { head: t("panel.expert"), named: true, className: "nowrap", cell: ({ name }) => <Data text={name} /> },
            { head: t("panel.field"), cell: ({ fields }) => fields.map(word).join(t("common.comma")) },
            { head: t("panel.unknown"), className: "panel-said", cell: unknown },
            {
              label: t("panel.leaveOut"),
              number: true,
              cell: ({ expert, name }) => (
                <Button size="small" aria-label={t("panel.leaveOut.of", { name })} onClick={() => setLeaving({ expert, name })}>
                  {t("panel.leaveOut")}
                </Button>
              ),
            },
          ]}
        />
      </div>
      {out.length > 0 && (
        <details>
          <summary>{t("panel.pool.out", { n: out.length })}</summary>
          <Table
            rows={out}
            keyOf={({ expert }) => expert}
            columns={[
              { head: t("panel.expert"), named: true, className: "nowrap", cell: ({ name }) => <Data text={name} /> },
              { head: t("panel.why"), className: "panel-said", cell: ({ expert, left_out }) => [...(left_out ? [t("panel.leftOut", { reason: left_out })] : []), ...new Set(said(expert, false))].map((one) => <Data key={one} text={one} />) },
            ]}
          />
        </details>
      )}
      <ErrorNote error={error} />
      <p className="score-verbs">
        {drawn ? (
          <Button type="primary" loading={busy} onClick={() => void act(() => done(take(api.POST("/api/v1/panels/{id}/actions/freeze", { params, body: {} }))))}>
            {t("panel.freeze")}
          </Button>
        ) : (
          <Button type="primary" loading={busy} disabled={ticked.length === 0} onClick={() => void act(() => done(take(api.POST("/api/v1/panels/{id}/actions/choose", { params, body: { experts: [...ticked] } }))))}>
            {ticked.length > 0 ? t("panel.invite", { n: ticked.length }) : t("panel.invite.none")}
          </Button>
        )}
      </p>
      {leaving && (
        <ReasonDialog title={t("panel.leaveOut.of", { name: leaving.name })} verb={t("panel.leaveOut")} onClose={() => setLeaving(undefined)} act={(reason) => done(take(api.POST("/api/v1/panels/{id}/actions/leave-out", { params, body: { expert: leaving.expert, reason } })))} />
      )}
    </section>
  );
}
