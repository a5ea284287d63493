/* The live check of a case: unmet conditions first, each with what is missing, the clause and the door that
 * mends it; then unknown ones, those that people judge, and those that are met. */
import "./check-list.css";
import { Link } from "react-router";
import { standings, type Criterion, type Verdict } from "../../api/case-form.ts";
import { doorTo } from "../../api/obstacles.ts";
import { grouped } from "../../fields/number-input.tsx";
import { useText } from "../../text/index.ts";
import { Clause } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import { Num } from "../../ui/num.tsx";
import { Glyph, VerdictTag } from "../../ui/verdict.tsx";

const SHORT = 5;
const needsText = (needs: string) => needs.replace(/>=/g, "≥").replace(/<=/g, "≤");
const bare = (text: string) => text.replace(/[\p{P}\s]/gu, "");
const repeats = ({ label, quote = "" }: Criterion) => bare(label) === bare(quote);
const numbersFirst = (a: Criterion, b: Criterion) => Number(!a.value) - Number(!b.value);

export function CheckList({ verdict, back, title }: { verdict: Verdict; back: string; title: string }) {
  const t = useText();
  const of = (...states: readonly string[]) => verdict.criteria.filter(({ state }) => states.includes(state));
  const ok = of("ok");
  const judged = of("judged");
  return (
    <div className="check-list">
      <section>
        <h2>
          {title} <small>{t("form.check.as", { day: verdict.as_of, version: verdict.pack_version })}</small>
        </h2>
        <p className="check-counts">
          {standings.map((state) => verdict.counts[state] > 0 && <VerdictTag key={state} state={state} count={verdict.counts[state]} />)}
        </p>
        {of("no", "near", "unknown").map((one) => (
          <Open key={one.criterion} one={one} back={back} />
        ))}
      </section>
      {ok.length > 0 && <Rows title={t("form.standing.ok")} rows={[...ok].sort(numbersFirst)} />}
      {judged.length > 0 && <Rows title={t("form.standing.judged")} rows={judged} />}
    </div>
  );
}

/* One that stands in the way, or that nobody knows of. */
function Open({ one, back }: { one: Criterion; back: string }) {
  const t = useText();
  return (
    <div className={`check-open check-open-${one.state}`}>
      <h3>
        <span className={`verdict-${one.state}`}>
          <Glyph state={one.state} /> <Data text={one.advice && one.state !== "unknown" ? one.advice : one.label} />
        </span>
        {one.clause && <Clause clause={one.clause} boxed />}
      </h3>
      <Standing one={one} />
      {one.quote && !repeats(one) && <blockquote lang="zh-CN">{one.quote}</blockquote>}
      {one.reading && (
        <p className="quiet">
          {t("form.check.reading", { id: one.reading.ambiguity })} <Data text={one.reading.text ?? ""} />
        </p>
      )}
      {!one.required && <p className="quiet">{t("form.check.advisory")}</p>}
      <Doors one={one} back={back} />
    </div>
  );
}

function Standing({ one }: { one: Criterion }) {
  const t = useText();
  if (one.state === "unknown") return one.advice ? <p><Data text={one.advice} /></p> : null;
  return (
    <p>
      <Data text={one.label} />
      {one.needs && (
        <>
          {t("form.check.needs")} <Data text={needsText(one.needs)} />
        </>
      )}
      {one.value && (
        <>
          {t("form.check.has")} <Num indicator={one.indicator} label={one.label} text={grouped(one.value)} />
        </>
      )}
    </p>
  );
}

function Doors({ one, back }: { one: Criterion; back: string }) {
  const t = useText();
  if (one.mends.length === 0) return null;
  return (
    <p className="check-doors">
      {one.any && one.mends.length > 1 && t("form.check.any")}
      {one.mends.map((mend, index) => (
        <Link key={index} className={`button small${index === 0 && one.state !== "unknown" ? " primary" : ""}`} to={doorTo(mend, back)}>
          {t(mend.id ? "form.door.fill" : "form.door.new", { what: mend.id ? (mend.field_label ?? mend.type_label) : mend.type_label })}
        </Link>
      ))}
    </p>
  );
}

function Rows({ title, rows }: { title: string; rows: readonly Criterion[] }) {
  const t = useText();
  return (
    <section className="check-rows">
      <h2>
        {title} <small>{t("form.check.count", { n: rows.length })}</small>
      </h2>
      <ul>
        {rows.slice(0, SHORT).map((one) => (
          <Row key={one.criterion} one={one} />
        ))}
      </ul>
      {rows.length > SHORT && (
        <details>
          <summary>{t("form.check.rest", { n: rows.length - SHORT })}</summary>
          <ul>
            {rows.slice(SHORT).map((one) => (
              <Row key={one.criterion} one={one} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Row({ one }: { one: Criterion }) {
  return (
    <li>
      <Glyph state={one.state} />
      <span lang="zh-CN" title={one.quote}>
        {one.label}
      </span>
      <span>{one.value ? <Num indicator={one.indicator} label={one.label} text={grouped(one.value)} /> : one.clause && <Clause clause={one.clause} />}</span>
    </li>
  );
}

/* All conditions as a table: how each stands, its number against the need, what mends it. */
export function FullCheck({ verdict, back, title }: { verdict: Verdict; back: string; title: string }) {
  const t = useText();
  return (
    <section className="check-list">
      <h2>
        <Data text={title} /> <small>{t("form.check.as", { day: verdict.as_of, version: verdict.pack_version })}</small>
      </h2>
      <p className="check-counts">
        {standings.map((state) => verdict.counts[state] > 0 && <VerdictTag key={state} state={state} count={verdict.counts[state]} />)}
      </p>
      <table className="close-rows check-table">
        <thead>
          <tr>
            {(["condition", "state", "value", "needs", "clause", "mend"] as const).map((column) => (
              <th key={column}>{t(`form.check.column.${column}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {standings.flatMap((state) => verdict.criteria.filter((one) => one.state === state)).map((one) => (
            <tr key={one.criterion}>
              <th scope="row">
                <Data text={one.label} />
                {!one.required && <p className="quiet">{t("form.check.advisory")}</p>}
                {one.quote && !repeats(one) && <blockquote lang="zh-CN">{one.quote}</blockquote>}
                {one.reading && <p className="quiet">{t("form.check.reading", { id: one.reading.ambiguity })} <Data text={one.reading.text ?? ""} /></p>}
              </th>
              <td>
                <VerdictTag state={one.state} />
                {one.advice && <p className="quiet"><Data text={one.advice} /></p>}
              </td>
              <td className="check-number">{one.value && <Num indicator={one.indicator} label={one.label} text={grouped(one.value)} />}</td>
              <td className="check-number">{one.needs && <Data text={needsText(one.needs)} />}</td>
              <td>{one.clause && <Clause clause={one.clause} />}</td>
              <td>{one.state !== "ok" && <Doors one={one} back={back} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
