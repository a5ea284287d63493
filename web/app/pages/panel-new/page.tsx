/* A panel of experts who score online, formed over cases that wait for one. What the policy says of heads and weights stands;
 * the rest is the office's, by the rule that it names. */
import "../../ui/controls.css";
import "../../ui/form-foot.css";
import "./panel-new.css";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearchParams } from "react-router";
import { api, take } from "../../api/client.ts";
import { useActions } from "../../api/cases.ts";
import { textOf } from "../../api/packs.ts";
import { typeOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { FieldInput } from "../../fields/field-input.tsx";
import { reviewOf } from "../../rooms/case/queue.ts";
import { rereadPanels } from "../../rooms/panel/panels.ts";
import { Weights, type PolicyHead } from "../../rooms/panel/weights.tsx";
import { useLanguage, useText } from "../../text/index.ts";
import { useAct } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { useDraft } from "../../ui/draft.ts";
import { ErrorNote } from "../../ui/note.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { day, daysAfter } from "../../ui/time.ts";

interface Typed {
  title: string;
  basis: string;
  due_on?: string;
  mode: "open" | "blind";
  how: "chosen" | "lot";
  seats: Record<string, string>; // by field of expertise
  weights: Record<string, string>; // by head
  outlier: string;
}

const TOTAL: PolicyHead = { id: "total", label: "总分", weight: 100 };

export default function NewPanel() {
  const t = useText();
  const ids = useSearchParams()[0].get("cases")?.split(",").map(Number).filter(Boolean) ?? [];
  return ids.length > 0 ? <Form key={ids.join()} ids={ids} /> : <Empty page title={t("panel.new.none")} text={t("panel.none.text")} />;
}

function Form({ ids }: { ids: readonly number[] }) {
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const { busy, error: fault, act } = useAct();
  const cases = useQueries({ queries: ids.map((id) => ({ queryKey: ["case", id], queryFn: () => take(api.GET("/api/v1/cases/{id}", { params: { path: { id } } })) })) });
  const actions = useActions(ids[0]!);
  const expert = useQuery(typeOf("expert"));
  const pack = cases[0]!.data?.pack;
  const policy = useQuery({ ...textOf(pack ?? ""), enabled: !!pack });
  const [typed, keep, clear] = useDraft<Typed>(`panel.${ids.join()}`, { title: "", basis: "", mode: "open", how: "chosen", seats: {}, weights: {}, outlier: "20" });
  const set = (next: Partial<Typed>) => keep({ ...typed, ...next });
  const error = actions.error ?? expert.error ?? policy.error ?? cases.find((one) => one.error)?.error;
  if (error) return <Failed page error={error} />;
  if (!actions.data || !expert.data || !policy.data || cases.some((one) => !one.data)) return <Waiting rows={8} />;
  const review = reviewOf(actions.data);
  if (!review) return <Empty page title={t("meeting.none")} text={t("meeting.none.text")} />;

  const of = cases.map((one) => one.data!);
  const said = (policy.data.evaluations as unknown as { id: string; heads?: PolicyHead[] }[]).find(({ id }) => id === review.evaluation)?.heads;
  const heads = said ?? [TOTAL];
  const title = typed.title || t("panel.new.name.of", { title: of.length === 1 ? of[0]!.title : (of[0]!.call?.title ?? of[0]!.title) });
  const fields = expert.data.fields.find(({ name }) => name === "fields")?.values ?? [];
  const seats = Object.entries(typed.seats).flatMap(([field, n]) => (Number(n) > 0 ? [{ field, seats: Number(n) }] : []));
  const weightOf = (head: PolicyHead) => head.weight ?? Number(typed.weights[head.id] || 0);
  const sum = heads.reduce((all, head) => all + weightOf(head), 0);
  const weighed = heads.every((head) => weightOf(head) > 0) && Math.abs(sum - 100) < 0.001;
  const lacks = [!typed.basis.trim() && t("meeting.lacks.basis"), typed.how === "lot" && seats.length === 0 && t("panel.new.lacks.seats"), !weighed && sum > 0 && t("panel.new.lacks.weights")].filter((one) => one !== false);
  const form = async () => {
    const made = await take(
      api.POST("/api/v1/panels", {
        body: {
          title,
          pack: of[0]!.pack,
          evaluation: review.evaluation,
          basis: typed.basis.trim(),
          mode: typed.mode,
          outlier: typed.outlier.trim() || "0",
          ...(typed.due_on ? { due_on: typed.due_on } : {}),
          ...(typed.how === "lot" ? { fields: seats } : {}),
          heads: heads.map((head) => ({ head: head.id, ...(said ? {} : { label: head.label }), ...(said && head.weight === undefined ? (weighed ? { weight: String(weightOf(head)) } : {}) : said ? {} : { weight: "100" }) })),
          marks: weighed,
          cases: [...ids],
        },
      }),
    );
    clear();
    await rereadPanels();
    await navigate(`/panels/${made.panel}`);
    return "left";
  };
  const choice = (name: string, label: string, value: string, values: readonly (readonly [string, string])[], change: (value: string) => void) => (
    <FieldInput field={{ name, label, type: "enum", required: true, choices: values.map(([code, word]) => ({ code, label: word })) }} value={value} onChange={(next) => change(String(next ?? value))} />
  );
  return (
    <div className="panel-new">
      <PageHead title={t("panel.new")} line={t("panel.new.line", { n: of.length })} />
      <ul className="panel-new-cases">
        {of.map((one) => (
          <li key={one.id}>
            <Data text={one.title} />
          </li>
        ))}
      </ul>
      <div className="panel-new-fields">
        <FieldInput field={{ name: "title", label: t("panel.new.name"), required: true, max: 200 }} value={title} onChange={(value) => set({ title: String(value ?? "") })} />
        <FieldInput field={{ name: "basis", label: t("meeting.basis"), required: true, hint: t("panel.new.basis.hint"), max: 2000 }} value={typed.basis} onChange={(value) => set({ basis: String(value ?? "") })} />
        <FieldInput field={{ name: "due_on", label: t("panel.new.due"), type: "date", hint: t("panel.new.due.hint"), min: daysAfter(day(serverNow()), 0) }} value={typed.due_on} onChange={(value) => set({ due_on: value ? String(value) : undefined })} />
        <FieldInput field={{ name: "outlier", label: t("panel.new.outlier"), hint: t("panel.new.outlier.hint"), max: 6 }} value={typed.outlier} onChange={(value) => set({ outlier: String(value ?? "") })} />
        {choice("mode", t("panel.new.mode"), typed.mode, [["open", t("panel.new.open")], ["blind", t("panel.new.blind")]], (mode) => set({ mode: mode as Typed["mode"] }))}
        {choice("how", t("panel.new.how"), typed.how, [["chosen", t("panel.new.chosen")], ["lot", t("panel.new.lot")]], (how) => set({ how: how as Typed["how"] }))}
      </div>
      {typed.how === "lot" && (
        <section>
          <h2>
            {t("panel.new.fields")} <small>{t("panel.new.fields.hint")}</small>
          </h2>
          <div className="panel-new-seats">
            {fields.map(({ code, label }) => (
              <label key={code}>
                <Data text={label?.[language] ?? code} />
                <input className="input" inputMode="numeric" aria-label={t("panel.new.seats.of", { field: label?.[language] ?? code })} value={typed.seats[code] ?? ""} onChange={(event) => set({ seats: { ...typed.seats, [code]: event.target.value } })} />
              </label>
            ))}
          </div>
        </section>
      )}
      {said && heads.some(({ weight }) => weight === undefined) && (
        <section>
          <Weights heads={heads} weights={typed.weights} hint={t("panel.new.weights.hint")} set={(weights) => set({ weights })} />
        </section>
      )}
      <ErrorNote error={fault} />
      <footer className="form-foot">
        <span>{lacks.length > 0 ? t("meeting.lacks", { what: lacks.join(t("common.comma")) }) : ""}</span>
        <span>
          <Button type="primary" loading={busy} disabled={lacks.length > 0} onClick={() => void act(form)}>
            {t("panel.new.do")}
          </Button>
        </span>
      </footer>
    </div>
  );
}
