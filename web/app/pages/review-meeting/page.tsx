/* An expert review that was held as a meeting, as the office records it: who came, their signed sheets, the points of each
 * for each case and head of the policy, what the meeting came to. The step of the review follows in the cases of a call; one
 * outside of any call is gone on with on its page. An empty cell is no sheet: an expert who has a conflict of interest with a
 * party scores none of its cases. */
import "../../ui/controls.css";
import "./meeting.css";
import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ClipboardEvent, type ReactNode } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { api, take } from "../../api/client.ts";
import { useActions } from "../../api/cases.ts";
import { textOf } from "../../api/packs.ts";
import { rereadCases } from "../../api/query.ts";
import { listOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { FieldInput } from "../../fields/field-input.tsx";
import { readBlock } from "../../fields/table-input.tsx";
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
import { Upload, type FileValue } from "../../fields/upload.tsx";
import { useText } from "../../text/index.ts";

/* A head of the policy with its weight, unless the policy gives none; of a policy without heads the points are the whole. */
interface Head {
  id: string;
  label: string;
  weight?: number;
}

interface Evaluation {
  id: string;
  heads?: Head[];
}

const TOTAL: Head = { id: "total", label: "", weight: 100 };

interface Expert {
  id: number;
  name: string;
  title_of_post: string | null;
}

interface Typed {
  title: string;
  held_on: string;
  basis: string;
  experts: number[];
  files: Record<string, FileValue[]>; // by expert; "" for all of them
  weights: Record<string, string>; // by head, where the policy gives none
  points: Record<string, string>; // by case, expert and head: "17 4 total"
  results: Record<string, { result: "pass" | "fail"; reason: string }>;
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
  const weightOf = (head: Head) => head.weight ?? Number(typed.weights?.[head.id] || NaN);
  const weighed = Math.abs(heads.reduce((sum, head) => sum + weightOf(head), 0) - 100) < 0.001;
  const experts = pool.data.items;
  const chosen = experts.filter((one) => typed.experts.includes(one.id));
  const at = (id: number, expert: number, head: Head) => `${id} ${expert} ${head.id}`;
  const pointsOf = (id: number, expert: number, head: Head) => typed.points[at(id, expert, head)]?.trim() ?? "";
  const scored = (id: number, expert: number) => heads.some((head) => pointsOf(id, expert, head));
  const half = of.some(({ id }) => chosen.some((one) => scored(id, one.id) && !heads.every((head) => pointsOf(id, one.id, head))));
  const means = of.map(({ id }) => {
    const given = chosen.flatMap((one) => (scored(id, one.id) ? [heads.reduce((sum, head) => sum + (Number(pointsOf(id, one.id, head)) * weightOf(head)) / 100, 0)] : []));
    return given.length && given.every(Number.isFinite) ? (given.reduce((sum, one) => sum + one, 0) / given.length).toFixed(2) : "";
  });
  const since = of.map(({ stage_on }) => stage_on).sort().pop()!; // the last of them was checked again
  const ready = (day: string) => day >= since && day <= dayOf(serverNow());
  const resultOf = (id: number) => typed.results[id] ?? { result: "pass" as const, reason: "" };
  const fileOf = (expert: number) => (typed.files[expert] ?? typed.files[""] ?? [])[0];

  const paste = (event: ClipboardEvent, row: number, column: number) => {
    const block = readBlock(event.clipboardData.getData("text"));
    if (block.length < 2 && (block[0]?.length ?? 0) < 2) return;
    event.preventDefault();
    const points = { ...typed.points };
    block.forEach((cells, i) =>
      cells.forEach((cell, k) => {
        const [one, head, expert] = [of[Math.floor((row + i) / heads.length)], heads[(row + i) % heads.length]!, chosen[column + k]];
        if (one && expert) points[at(one.id, expert.id, head)] = cell.trim();
      }),
    );
    set({ points });
  };

  const lacks = [
    !ready(typed.held_on) && t("meeting.lacks.day"),
    !typed.basis.trim() && t("meeting.lacks.basis"),
    chosen.length === 0 && t("meeting.lacks.experts"),
    chosen.some((one) => !fileOf(one.id)) && t("meeting.lacks.files"),
    !weighed && t("meeting.lacks.weights"),
    (half || of.some(({ id }) => !chosen.some((one) => scored(id, one.id)))) && t("meeting.lacks.points"),
    of.some(({ id }) => !resultOf(id).reason.trim()) && t("meeting.lacks.reasons"),
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
            experts: chosen.map((one) => ({ expert: one.id, file: fileOf(one.id)!.digest })),
            sheets: of.flatMap(({ id }) =>
              chosen.flatMap((one) => (scored(id, one.id) ? [{ case: id, expert: one.id, scores: heads.map((head) => ({ head: head.id, points: pointsOf(id, one.id, head) })) }] : [])),
            ),
            results: of.map(({ id }) => ({ case: id, result: resultOf(id).result, reason: resultOf(id).reason.trim() })),
          },
        }),
      );
      clear();
      if (call === undefined) {
        await rereadCases();
        return await navigate(of.length === 1 ? `/case/${of[0]!.id}` : "/review/meeting");
      }
      const passed = of.filter(({ id }) => resultOf(id).result === "pass");
      if (passed.length > 0) {
        const each = passed.map(({ id }) => ({ case: id, reason: resultOf(id).reason.trim() }));
        const done = await take(api.POST("/api/v1/calls/{id}/actions/{action}", { params: { path: { id: call, action: review.action } }, body: { cases: passed.map(({ id }) => id), apart: true, each } }));
        const refused = done.items.flatMap((one) => ("detail" in one ? [`${one.number} ${one.detail}`] : []));
        if (refused.length > 0) {
          setBusy(false);
          return setFaults(refused);
        }
      }
      await rereadQueue(cache, call);
      await navigate(`/review/province?stage=${review.to ?? ""}`);
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

      <h2>
        {t("meeting.experts")}
        <small>{t("meeting.experts.sum", { n: chosen.length, all: experts.length })}</small>
      </h2>
      <ul className="meeting-experts">
        {experts.map((one) => (
          <li key={one.id}>
            <label>
              <input
                type="checkbox"
                checked={typed.experts.includes(one.id)}
                onChange={(event) => set({ experts: event.target.checked ? [...typed.experts, one.id] : typed.experts.filter((id) => id !== one.id) })}
              />
              <Data text={one.name} />
              {one.title_of_post && (
                <small>
                  <Data text={one.title_of_post} />
                </small>
              )}
            </label>
          </li>
        ))}
      </ul>

      {chosen.length > 0 && (
        <>
          <h2>
            {t("meeting.sheets")}
            <small>{t("meeting.sheets.hint")}</small>
          </h2>
          <div className="meeting-files">
            <span>{t("meeting.sheets.all")}</span>
            <Upload label={t("meeting.sheets.all")} files={typed.files[""] ?? []} onChange={(files) => set({ files: { ...typed.files, "": files } })} />
            {!typed.files[""]?.length &&
              chosen.map((one) => (
                <div key={one.id} className="meeting-file">
                  <Data text={one.name} />
                  <Upload label={one.name} files={typed.files[one.id] ?? []} onChange={(files) => set({ files: { ...typed.files, [one.id]: files } })} />
                </div>
              ))}
          </div>

          {heads.some(({ weight }) => weight === undefined) && (
            <>
              <h2>
                {t("meeting.weights")}
                <small>{t("meeting.weights.hint")}</small>
              </h2>
              <div className="meeting-weights">
                {heads.map((head) => (
                  <label key={head.id}>
                    <Data text={head.label} />
                    <input className="input" inputMode="decimal" readOnly={head.weight !== undefined} value={head.weight ?? typed.weights?.[head.id] ?? ""} onChange={(event) => set({ weights: { ...typed.weights, [head.id]: event.target.value } })} />
                  </label>
                ))}
              </div>
            </>
          )}

          <h2>
            {t("meeting.points")}
            <small>{t("meeting.points.hint")}</small>
          </h2>
          <table className="meeting-points">
            <thead>
              <tr>
                <th scope="col">{t("review.party")}</th>
                {said && <th scope="col">{t("meeting.head")}</th>}
                {chosen.map((one) => (
                  <th key={one.id} scope="col" className="meeting-point">
                    <Data text={one.name} />
                  </th>
                ))}
                <th scope="col" className="meeting-point">
                  {t("meeting.mean")}
                </th>
                <th scope="col">{t("meeting.result")}</th>
                <th scope="col">{t("review.reason")}</th>
              </tr>
            </thead>
            <tbody>
              {of.flatMap((one, i) => heads.map((head, k) => {
                const row = i * heads.length + k;
                const name = one.party.name ?? one.title;
                const result = resultOf(one.id);
                const change = (next: Partial<typeof result>) => set({ results: { ...typed.results, [one.id]: { ...result, ...next } } });
                return (
                  <tr key={`${one.id} ${head.id}`}>
                    {k === 0 && (
                      <th scope="rowgroup" rowSpan={heads.length}>
                        <Data text={name} />
                      </th>
                    )}
                    {said && (
                      <th scope="row">
                        <Data text={head.label} />
                      </th>
                    )}
                    {chosen.map((expert, column) => (
                      <td key={expert.id} className="meeting-point">
                        <input
                          className="input"
                          inputMode="decimal"
                          aria-label={[t("meeting.point", { expert: expert.name, name }), head.label].filter(Boolean).join(" ")}
                          value={typed.points[at(one.id, expert.id, head)] ?? ""}
                          onPaste={(event) => paste(event, row, column)}
                          onChange={(event) => set({ points: { ...typed.points, [at(one.id, expert.id, head)]: event.target.value } })}
                        />
                      </td>
                    ))}
                    {k === 0 && <td className="meeting-point" rowSpan={heads.length}>{means[i]}</td>}
                    {k === 0 && <td rowSpan={heads.length}>
                      <select className="input" aria-label={`${t("meeting.result")} ${name}`} value={result.result} onChange={(event) => change({ result: event.target.value as "pass" | "fail" })}>
                        <option value="pass">{t("meeting.pass")}</option>
                        <option value="fail">{t("meeting.fail")}</option>
                      </select>
                    </td>}
                    {k === 0 && <td rowSpan={heads.length}>
                      <input className="input" aria-label={`${t("review.reason")} ${name}`} value={result.reason} maxLength={2000} onChange={(event) => change({ reason: event.target.value })} />
                    </td>}
                  </tr>
                );
              }))}
            </tbody>
          </table>
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
