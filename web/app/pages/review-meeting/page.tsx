/* An expert review that was held as a meeting, as the office records it: who came, their signed sheets, the points of each
 * for each case and head of the policy, what the meeting came to. The step of the review follows in the cases of a call; one
 * outside of any call is gone on with on its page. An empty cell is no sheet: an expert who has a conflict of interest with a
 * party scores none of its cases. */
import "../../ui/controls.css";
import "./meeting.css";
import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { api, take } from "../../api/client.ts";
import { useActions } from "../../api/cases.ts";
import { textOf } from "../../api/packs.ts";
import { rereadCases } from "../../api/query.ts";
import { listOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { FieldInput } from "../../fields/field-input.tsx";
import { errorOf } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { useDraft } from "../../ui/draft.ts";
import { Note } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { rereadQueue, reviewOf, useReviewsApart } from "../../rooms/case/queue.ts";
import { useReview } from "../../rooms/review/page.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { day as dayOf } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";
import { marksOf, TOTAL, type Expert, type Head, type Typed } from "./marks.ts";
import { Weights } from "../../rooms/panel/weights.tsx";
import { Experts, Files, Points } from "./tables.tsx";

interface Evaluation {
  id: string;
  heads?: Head[];
}

export default function Meeting() {
  const t = useText();
  const asked = useSearchParams()[0].get("cases")?.split(",").map(Number).filter(Boolean) ?? [];
  const { queue, calls, call } = useReview();
  const apart = useReviewsApart();
  const waiting = queue.rows.filter((row) => row.review).map((row) => row.case);
  const ids = asked.length > 0 ? asked : waiting;
  if (asked.length === 0 && (calls.isPending || queue.pending || apart.pending)) return <Waiting />;
  const error = asked.length > 0 ? null : (calls.error ?? queue.error ?? apart.error);
  if (error) return <Failed page error={error} />;
  const others = asked.length === 0 && apart.cases.length > 0 && <Apart cases={apart.cases} />;
  if (ids.length > 0)
    return (
      <Sheet key={ids.join()} ids={ids} title={asked.length === 0 && call ? t("meeting.of", { call: call.title }) : t("meeting.title")}>
        {others}
      </Sheet>
    );
  if (!others) return <NoReview />;
  return (
    <>
      <PageHead title={t("meeting.title")} />
      {others}
    </>
  );
}

/* Each is judged by itself: they are of no call. */
function Apart({ cases }: { cases: readonly { id: number; title: string }[] }) {
  const t = useText();
  return (
    <section className="meeting-apart">
      <p>{t("meeting.apart", { n: cases.length })}</p>
      <ul>
        {cases.map(({ id, title }) => (
          <li key={id}>
            <Link to={`/case/${id}`}>
              <Data text={title} />
            </Link>
            <Link className="button small" to={`/review/meeting?cases=${id}`}>
              {t("meeting.record")}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function NoReview() {
  const t = useText();
  return (
    <Empty page title={t("meeting.none")} text={t("meeting.none.text")}>
      <Link className="button" to="/review/province">
        {t("review.province")}
      </Link>
    </Empty>
  );
}

function Sheet({ ids, title, children }: { ids: readonly number[]; title: string; children: ReactNode }) {
  const t = useText();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [typed, setTyped, clear] = useDraft<Typed>(`meeting.${ids.join()}`, { title, held_on: "", basis: "", experts: [], files: {}, weights: {}, points: {}, results: {} });
  const set = (next: Partial<Typed>) => setTyped({ ...typed, ...next });
  const [busy, setBusy] = useState(false);
  const [faults, setFaults] = useState<string[]>([]);
  const cases = useQueries({ queries: ids.map((id) => ({ queryKey: ["case", id], queryFn: () => take(api.GET("/api/v1/cases/{id}", { params: { path: { id } } })) })) });
  const pool = useQuery(listOf<Expert>("expert", { filter: "state=active", fields: "*", sort: "name", limit: 500 }));
  const actions = useActions(ids[0]!);
  const pack = cases[0]!.data?.pack;
  const policy = useQuery({ ...textOf(pack ?? ""), enabled: !!pack });
  const error = pool.error ?? actions.error ?? policy.error ?? cases.find((one) => one.error)?.error;
  if (error) return <Failed page error={error} />;
  if (!pool.data || !actions.data || !policy.data || cases.some((one) => !one.data)) return <Waiting />;
  const review = reviewOf(actions.data);
  if (!review) return <NoReview />;

  const of = cases.map((one) => one.data!);
  const call = of.every((one) => one.call) ? of[0]!.call!.id : undefined;
  const said = (policy.data.evaluations as unknown as Evaluation[]).find(({ id }) => id === review.evaluation)?.heads;
  const heads = said ?? [TOTAL];
  const experts = pool.data.items;
  const chosen = experts.filter((one) => typed.experts.includes(one.id));
  const marks = marksOf(typed, of, heads, chosen);
  const since = of.map(({ stage_on }) => stage_on).sort().pop()!; // the last of them was checked again
  const ready = (day: string) => day >= since && day <= dayOf(serverNow());

  const lacks = [
    !ready(typed.held_on) && t("meeting.lacks.day"),
    !typed.basis.trim() && t("meeting.lacks.basis"),
    chosen.length === 0 && t("meeting.lacks.experts"),
    chosen.some((one) => !marks.file(one.id)) && t("meeting.lacks.files"),
    !marks.weighed && t("meeting.lacks.weights"),
    (marks.half || of.some(({ id }) => !chosen.some((one) => marks.scored(id, one.id)))) && t("meeting.lacks.points"),
    of.some(({ id }) => !marks.result(id).reason.trim()) && t("meeting.lacks.reasons"),
  ].filter((one) => one !== false);

  const act = async () => {
    setBusy(true);
    setFaults([]);
    try {
      await take(
        api.POST("/api/v1/panels/meetings", {
          body: {
            title: typed.title,
            pack: of[0]!.pack,
            evaluation: review.evaluation,
            basis: typed.basis.trim(),
            held_on: typed.held_on,
            ...(said ? { heads: said.map((head) => ({ head: head.id, ...(head.weight === undefined ? { weight: typed.weights[head.id]!.trim() } : {}) })) } : {}),
            cases: of.map(({ id }) => id),
            experts: chosen.map((one) => ({ expert: one.id, file: marks.file(one.id)!.digest })),
            sheets: of.flatMap(({ id }) =>
              chosen.flatMap((one) => (marks.scored(id, one.id) ? [{ case: id, expert: one.id, scores: heads.map((head) => ({ head: head.id, points: marks.points(id, one.id, head) })) }] : [])),
            ),
            results: of.map(({ id }) => ({ case: id, result: marks.result(id).result, reason: marks.result(id).reason.trim() })),
          },
        }),
      );
      clear();
      if (call === undefined) {
        await rereadCases();
        return await navigate(of.length === 1 ? `/case/${of[0]!.id}` : "/review/meeting");
      }
      const passed = of.filter(({ id }) => marks.result(id).result === "pass");
      if (passed.length > 0) {
        const each = passed.map(({ id }) => ({ case: id, reason: marks.result(id).reason.trim() }));
        const done = await take(api.POST("/api/v1/calls/{id}/actions/{action}", { params: { path: { id: call, action: review.action } }, body: { cases: passed.map(({ id }) => id), apart: true, each } }));
        const refused = done.items.flatMap((one) => ("detail" in one ? [`${one.number} ${one.detail}`] : []));
        if (refused.length > 0) {
          setBusy(false);
          return setFaults(refused);
        }
      }
      await rereadQueue(cache, call);
      await navigate(`/review/province?call=${call}&stage=${review.to ?? ""}`);
    } catch (failure) {
      setFaults([errorOf(failure).message]);
      setBusy(false);
    }
  };

  return (
    <div className="meeting">
      <PageHead title={t("meeting.title")} line={t(call === undefined ? "meeting.line.apart" : "meeting.line", { n: of.length })} />
      {children}
      <div className="meeting-head">
        <FieldInput field={{ name: "title", label: t("meeting.name"), required: true, max: 200 }} value={typed.title} onChange={(value) => set({ title: String(value ?? "") })} />
        <FieldInput field={{ name: "held_on", label: t("meeting.day"), type: "date", required: true, hint: t("meeting.day.hint", { from: since, to: dayOf(serverNow()) }) }} value={typed.held_on || undefined} onChange={(value) => set({ held_on: String(value ?? "") })} />
        <FieldInput field={{ name: "basis", label: t("meeting.basis"), required: true, hint: t("meeting.basis.hint"), max: 2000 }} value={typed.basis} onChange={(value) => set({ basis: String(value ?? "") })} />
      </div>

      <Experts experts={experts} typed={typed} set={set} />
      {chosen.length > 0 && (
        <>
          <Files experts={chosen} typed={typed} set={set} />
          {heads.some(({ weight }) => weight === undefined) && <Weights heads={heads} weights={typed.weights ?? {}} hint={t("meeting.weights.hint")} set={(weights) => set({ weights })} />}
          <Points cases={of} heads={heads} named={!!said} experts={chosen} marks={marks} typed={typed} set={set} />
        </>
      )}
      {faults.map((one) => (
        <Note key={one} tone="mend" role="alert">
          {one}
        </Note>
      ))}
      <footer className="meeting-foot">
        <span>{lacks.length > 0 ? t("meeting.lacks", { what: lacks.join(t("common.comma")) }) : t("meeting.ready")}</span>
        <Button type="primary" loading={busy} disabled={lacks.length > 0} onClick={() => void act()}>
          {t("meeting.do", { n: of.length })}
        </Button>
      </footer>
    </div>
  );
}
