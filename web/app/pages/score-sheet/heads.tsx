/* The heads of a sheet: points beside their full marks, the reason below; then the opinion and the conclusion. */
import { useText } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import { fullOf, toPoints, type Head, type Panel } from "../../rooms/panel/panels.ts";
import type { Typed } from "./sheet.ts";

interface Props {
  panel: Panel;
  typed: Typed;
  locked: boolean;
  change: (next: Partial<Typed>) => void;
  onHead: (head: string) => void; // that its reader is at
}

export function Heads({ panel, typed, locked, change, onHead }: Props) {
  const t = useText();
  return (
    <>
      {panel.heads.map((head) => (
        <OneHead key={head.head} head={head} panel={panel} typed={typed} locked={locked} change={change} onHead={onHead} />
      ))}
      <section>
        <h3>{t("score.opinion")}</h3>
        <textarea className="input" rows={3} aria-label={t("score.opinion")} placeholder={locked ? undefined : t("score.opinion.hint")} readOnly={locked} maxLength={20000} value={typed.opinion} onChange={(event) => change({ opinion: event.target.value })} />
      </section>
      <fieldset className="score-result" disabled={locked}>
        <legend>{t("score.result")}</legend>
        {(["pass", "fail"] as const).map((result) => (
          <label key={result}>
            <input type="radio" name="result" checked={typed.result === result} onChange={() => change({ result })} /> {t(`meeting.${result}`)}
          </label>
        ))}
      </fieldset>
    </>
  );
}

function OneHead({ head, panel, typed, locked, change, onHead }: Props & { head: Head }) {
  const t = useText();
  const full = fullOf(head, panel.marks);
  const label = head.label ?? head.head;
  const text = typed.points[head.head] ?? "";
  const points = toPoints(text);
  const wrong = text.trim() !== "" && (points === undefined || points > full);
  const weighed = !panel.marks && Number(head.weight) > 0 && panel.heads.length > 1;
  return (
    <section onFocus={() => onHead(head.head)}>
      <h3>
        <span>
          <Data text={label} /> {weighed && <small>{t("score.weight", { n: Number(head.weight) })}</small>}
        </span>
        <span className="nowrap">
          <input
            className="input score-points"
            inputMode="decimal"
            aria-label={t("score.points", { head: label })}
            aria-invalid={wrong || undefined}
            readOnly={locked}
            value={text}
            onChange={(event) => change({ points: { ...typed.points, [head.head]: event.target.value } })}
          />{" "}
          {t("score.of", { n: full })}
        </span>
      </h3>
      {wrong && <p className="field-error">{t("score.most", { n: full })}</p>}
      <textarea
        className="input"
        rows={2}
        aria-label={t("score.why.of", { head: label })}
        placeholder={locked ? undefined : t("score.why")}
        readOnly={locked}
        maxLength={2000}
        value={typed.reasons[head.head] ?? ""}
        onChange={(event) => change({ reasons: { ...typed.reasons, [head.head]: event.target.value } })}
      />
    </section>
  );
}
