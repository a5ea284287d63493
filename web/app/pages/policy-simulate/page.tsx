/* What would follow were a number of a policy another: who changes, by how much, why. Nothing is stored; a reload has the
 * numbers of the policy again. */
import "../../ui/plain-table.css";
import "../../ui/controls.css";
import "./simulate.css";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState, type FormEvent } from "react";
import { Link, useLocation, useSearchParams } from "react-router";
import { api, base, take } from "../../api/client.ts";
import { download } from "../../api/download.ts";
import { textOf, type Criterion, type Policy, type PolicyText, type Simulation } from "../../api/packs.ts";
import { listOf } from "../../api/records.ts";
import { useAct } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { Clause } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import { composing } from "../../ui/keys.ts";
import { Note } from "../../ui/note.tsx";
import { CountedOf, Num } from "../../ui/num.tsx";
import { PolicyChoice, useChosenPolicy } from "../../rooms/policy/choice.tsx";
import { PolicyTabs, usePolicyRoles } from "../../rooms/policy/tabs.tsx";
import { amount, compares } from "../../rooms/policy/words.ts";
import { Empty, Failed, NotFound, Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { VerdictTag } from "../../ui/verdict.tsx";
import { useText } from "../../text/index.ts";
import { Dots } from "./dots.tsx";

type Numbered = Criterion & { numbers: [Criterion["numbers"][number]] };

export default function Simulate() {
  const t = useText();
  const { simulates } = usePolicyRoles();
  const { all, policy, error, retry } = useChosenPolicy();
  const digest = useSearchParams()[0].get("digest") ?? undefined;
  const text = useQuery({ ...textOf(policy?.id ?? "", digest), enabled: !!policy && simulates });
  if (!simulates) return <NotFound page />;
  if (error ?? text.error) return <Failed page error={(error ?? text.error)!} retry={retry} />;
  if (!all || (policy && !text.data)) return <Waiting rows={8} />;
  if (!policy) return <Empty page title={t("policies.none")} />;
  return <OfPolicy key={policy.id} all={all} policy={policy} digest={digest} text={text.data!} />;
}

const plain = (typed: string) => typed.replace(/[,\s]/g, "");

function OfPolicy({ all, policy, digest, text }: { all: Policy[]; policy: Policy; digest?: string; text: PolicyText }) {
  const t = useText();
  const at = decodeURIComponent(useLocation().hash.slice(1));
  const numbered = text.criteria.filter((one): one is Numbered => one.numbers.length === 1);
  const questions = text.questions.filter(({ criteria }) => criteria.some((id) => numbered.some((one) => one.id === id)));
  const [question, setQuestion] = useState(questions.find(({ criteria }) => criteria.includes(at))?.id ?? questions[0]?.id ?? "apply");
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [result, setResult] = useState<{ of: Simulation; sets: readonly string[]; ms: number }>();
  const { busy, error, act, forget } = useAct();
  const asked = numbered.filter(({ id }) => questions.find((one) => one.id === question)?.criteria.includes(id));
  const changed = numbered.filter(({ id, numbers: [of] }) => typed[id] !== undefined && plain(typed[id]) !== plain(of.number));
  const sets = changed.map(({ id }) => `${id}=${plain(typed[id]!)}`);
  useEffect(() => {
    if (at) document.getElementById(`number-${at}`)?.focus();
  }, [at]);
  const run = (event?: FormEvent) => {
    event?.preventDefault();
    if (sets.length === 0) return;
    const began = performance.now();
    void act(async () => {
      const of = await take(api.POST("/api/v1/packs/{id}/simulate", { params: { path: { id: policy.id } }, body: { digest, set: sets, question } }));
      setResult({ of, sets, ms: performance.now() - began });
    }, () => setResult(undefined));
  };
  const reset = () => {
    setTyped({});
    setResult(undefined);
    forget();
  };
  const excel = () => download(new Request(`${base}/api/v1/packs/${policy.id}/simulate?format=xlsx`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ digest, set: result!.sets, question: result!.of.question }) }), "simulate.xlsx");
  return (
    <>
      <PolicyTabs pack={policy.id} />
      <Note
        tone="provisional"
        actions={
          <span className="no-print">
            <Button size="small" onClick={reset}>
              {t("policy.simulate.reset")}
            </Button>{" "}
            <Button size="small" disabled={!result} onClick={() => void excel()}>
              {t("policy.excel")}
            </Button>
          </span>
        }
      >
        <b>{t("policy.simulate.banner")}</b> {t("policy.simulate.banner.line")}
      </Note>
      <div className="simulate">
        <form className="simulate-form no-print" onSubmit={(event) => void run(event)} onKeyDown={(event) => event.key === "Enter" && composing(event) && event.preventDefault()}>
          <h1>{t("policy.simulate.numbers")}</h1>
          <PolicyChoice all={all} policy={policy} />
          {asked.length === 0 && <p>{t("policy.simulate.none")}</p>}
          {asked.map((one) => (
            <NumberInput key={one.id} of={one} typed={typed[one.id]} pack={policy.id} onChange={(value) => setTyped(({ [one.id]: _, ...rest }) => (value === undefined ? rest : { ...rest, [one.id]: value }))} />
          ))}
          {questions.length > 1 && (
            <fieldset className="simulate-questions">
              <legend>{t("policy.simulate.question")}</legend>
              {questions.map(({ id, label }) => (
                <label key={id}>
                  <input type="radio" name="question" checked={id === question} onChange={() => setQuestion(id)} /> <Data text={label} />
                </label>
              ))}
            </fieldset>
          )}
          <Button type="primary" htmlType="submit" block loading={busy} disabled={sets.length === 0}>
            {t("policy.simulate")}
          </Button>
          <p className="quiet">{result ? t("policy.simulate.took", { n: result.of.judged, s: (result.ms / 1000).toFixed(1) }) : t("policy.simulate.what")}</p>
        </form>
        <div className="simulate-result">
          {error ? (
            <Note tone="mend" role="alert">
              <Data text={error.message} />
            </Note>
          ) : result ? (
            <Result of={result.of} sets={result.sets} numbered={numbered} pack={policy.id} />
          ) : (
            <Empty title={t("policy.simulate.begin")} text={t("policy.simulate.begin.text")} />
          )}
        </div>
      </div>
    </>
  );
}

function NumberInput({ of, typed, pack, onChange }: { of: Numbered; typed?: string; pack: string; onChange: (value: string | undefined) => void }) {
  const t = useText();
  const [{ label, compare, number, unit }] = of.numbers;
  const other = typed !== undefined && plain(typed) !== plain(number);
  const id = `number-${of.id}`;
  return (
    <div className={other ? "simulate-number simulate-other" : "simulate-number"}>
      <label htmlFor={id}>
        <Data text={label ?? of.id} />
        {unit && (
          <>
            {" "}
            (<Data text={unit} />)
          </>
        )}
      </label>
      {of.clause && (
        <Link to={`/policies/${pack}#${of.clause}`}>
          <Clause clause={of.clause} />
        </Link>
      )}
      <span className="simulate-input">
        <span>{t(`policy.compare.${compareNames[compare] ?? "equal"}`)}</span>
        <input id={id} className="input" inputMode="decimal" value={typed ?? amount(number)} onChange={(event) => onChange(event.target.value)} />
        {other ? (
          <span>
            {t("policy.simulate.was", { number: amount(number) })}{" "}
            <button type="button" className="link-button" aria-label={`${t("policy.simulate.restore")} ${label ?? of.id}`} onClick={() => onChange(undefined)}>
              {t("policy.simulate.restore")}
            </button>
          </span>
        ) : (
          <span className="quiet">{t("policy.simulate.same")}</span>
        )}
      </span>
    </div>
  );
}

const compareNames: Record<string, "least" | "above" | "most" | "below" | "equal"> = { ">=": "least", ">": "above", "<=": "most", "<": "below" };

/* --- who changes ------------------------------------------------------------------------------------------- */

const states = { pass: "ok", fail: "no", unknown: "unknown" } as const;
const stateOf = (verdict: string) => states[verdict as "pass"] ?? "unknown";
const SHOWN = 20;

function Result({ of, sets, numbered, pack }: { of: Simulation; sets: readonly string[]; numbered: readonly Numbered[]; pack: string }) {
  const t = useText();
  const [whole, setWhole] = useState(false);
  const centres = useQuery(listOf("centre", { fields: "credit_code", limit: 500 }));
  const pages = new Map(centres.data?.items.map((row) => [String(row.credit_code ?? ""), Number(row.id)]));
  const addressOf = (party: string | undefined) => (party && pages.has(party) ? `/centres/${pages.get(party)}` : party ? `/find?q=${party}` : undefined);
  const set = new Map(sets.map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]));
  const turns = [...new Set(of.changed.map(({ before, after }) => `${before} ${after}`))].map((turn) => {
    const [before = "", after = ""] = turn.split(" ");
    return { before, after, n: of.changed.filter((one) => one.before === before && one.after === after).length };
  });
  const because = (row: Simulation["changed"][number]) => row.because.filter(({ criterion }) => set.has(criterion));
  const charted = numbered.find(({ id }) => of.changed.some((row) => because(row).some(({ criterion }) => criterion === id)));
  const lacks = (why: Simulation["changed"][number]["because"][number]) => Number(plain(shortOf(why.value, set.get(why.criterion)!) ?? "0"));
  const rows = of.changed.flatMap((row) => because(row).map((why, i) => ({ row, why, i }))).sort((a, b) => lacks(b.why) - lacks(a.why));
  const shown = whole ? rows : rows.slice(0, SHOWN);
  const numberOf = ({ criterion }: { criterion: string }) => numbered.find(({ id }) => id === criterion)!.numbers[0];
  return (
    <>
      <header className="simulate-head" role="status">
        <h2>{of.changed.length === 0 ? t("policy.simulate.nobody", { n: of.judged }) : t("policy.simulate.result", { n: of.judged, changed: of.changed.length })}</h2>
        <p>
          {numbered
            .filter(({ id }) => set.has(id))
            .map(({ id, numbers: [one] }) => `${one.label ?? id} ${amount(one.number)} → ${amount(set.get(id)!)} ${one.unit ?? ""}`)
            .join(t("common.semicolon"))}
        </p>
      </header>
      <ul className="simulate-counts">
        {turns.map(({ before, after, n }) => (
          <li key={`${before} ${after}`}>
            <b>{n}</b> <VerdictTag state={stateOf(before)} /> → <VerdictTag state={stateOf(after)} />
          </li>
        ))}
        <li>
          <b>{of.judged - of.changed.length}</b> {t("policy.simulate.unchanged")}
        </li>
      </ul>
      {of.refused.length > 0 && (
        <Note tone="doubt">
          {t("policy.simulate.refused", { n: of.refused.length })} <Data text={of.refused.map(({ name, why }) => `${name ?? ""} ${why}`).join("; ")} />
        </Note>
      )}
      {of.outside > 0 && <p className="quiet">{t("policy.simulate.outside", { n: of.outside })}</p>}
      {charted && <Dots of={of} criterion={charted.id} label={charted.numbers[0].label ?? charted.id} unit={charted.numbers[0].unit ?? ""} before={Number(charted.numbers[0].number)} compare={charted.numbers[0].compare} after={Number(set.get(charted.id))} addressOf={addressOf} />}
      {rows.length > 0 && (
        <div className="table-scroll">
          <Table
            className="simulate-table"
            rows={shown}
            keyOf={({ row, i }) => `${row.party ?? row.name} ${i}`}
            columns={[
              {
                head: t("policy.simulated.party"),
                cell: ({ row: { party, name } }) => {
                  const to = addressOf(party);
                  return to ? <Link to={to}><Data text={name} /></Link> : <Data text={name} />;
                },
              },
              { head: t("policy.simulated.before"), cell: ({ row }) => <VerdictTag state={stateOf(row.before)} /> },
              { head: t("policy.simulated.after"), cell: ({ row }) => <VerdictTag state={stateOf(row.after)} /> },
              {
                head: t("policy.simulated.because"),
                cell: ({ why }) => (
                  <>
                    <Data text={numberOf(why).label ?? why.criterion} /> {why.clause && <Clause clause={why.clause} />}
                  </>
                ),
              },
              {
                head: t("policy.simulated.has"),
                number: true,
                cell: ({ row, why }) => (
                  <CountedOf value={{ pack, party: row.party, asOf: of.as_of }}>
                    <Num indicator={numberOf(why).indicator} label={numberOf(why).label ?? why.criterion} text={why.value ? amount(why.value) : t("common.unknown")} />
                  </CountedOf>
                ),
              },
              { head: t("policy.simulated.needs"), number: true, cell: ({ why }) => `${compares[numberOf(why).compare]} ${amount(set.get(why.criterion)!)}` },
              { head: t("policy.simulated.short"), number: true, cell: ({ why }) => <b>{shortOf(why.value, set.get(why.criterion)!) ?? t("common.unknown")}</b> },
            ]}
          />
        </div>
      )}
      {rows.length > shown.length && (
        <p>
          {t("policy.simulate.shown", { n: shown.length, total: rows.length })}{" "}
          <button type="button" className="link-button" onClick={() => setWhole(true)}>
            {t("policy.simulate.all")}
          </button>
        </p>
      )}
    </>
  );
}

/* What lacks, with as many decimals as the numbers have; a number that is not certain has its lower end. */
export function shortOf(value: string | undefined, needs: string): string | undefined {
  const low = Number((value ?? "").split("…")[0]);
  if (!value || Number.isNaN(low)) return undefined;
  const decimals = Math.max(...[value.split("…")[0]!, needs].map((one) => (one.split(".")[1] ?? "").length));
  return amount(Math.abs(Number(needs) - low).toFixed(decimals));
}
