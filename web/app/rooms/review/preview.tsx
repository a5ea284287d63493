/* The case that is looked at beside a queue: doubts, conditions with their numbers, materials with files, signatures. */
import "../../ui/controls.css";
import "./review.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { useHistory } from "../../api/cases.ts";
import { useMaterials, useVerdict } from "../../api/case-form.ts";
import { readJson } from "../../api/json.ts";
import { grouped } from "../../fields/number-input.tsx";
import { useText } from "../../text/index.ts";
import { Clause } from "../../ui/clause.tsx";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { Note } from "../../ui/note.tsx";
import type { Row } from "../case/queue.ts";
import { Glyph } from "../../ui/verdict.tsx";

interface Flag {
  id: number;
  summary: string;
  records: { party?: string }[];
}

export function ReviewPreview({ row, before, after }: { row: Row; before?: () => void; after?: () => void }) {
  const t = useText();
  const name = row.name ?? row.number;
  return (
    <div className="preview">
      <div className="preview-head">
        <h2>
          <Data text={name} />
        </h2>
        <span>
          <button type="button" className="button small" onClick={before} disabled={!before} aria-label={t("review.preview.before")}>
            ↑
          </button>
          <button type="button" className="button small" onClick={after} disabled={!after} aria-label={t("review.preview.after")}>
            ↓
          </button>
        </span>
      </div>
      <p className="preview-facts">
        <Code text={row.number} />
        <Data text={row.stage_label} />
        {row.stage_on && <span>{row.stage_on}</span>}
        <Link to={`/case/${row.case}`}>{t("review.openCase")}</Link>
      </p>
      {row.flags ? <Doubts id={row.case} name={row.name} /> : null}
      <Conditions id={row.case} />
      <Materials id={row.case} />
      <Signatures id={row.case} />
    </div>
  );
}

export function Doubts({ id, name }: { id: number; name?: string }) {
  const t = useText();
  const flags = useQuery({ queryKey: ["flags", id], queryFn: () => readJson<{ items: Flag[] }>("/records/integrity_flag?filter=state%3Dopen&fields=*&limit=200") });
  const own = flags.data?.items.filter((one) => one.records.some(({ party }) => party === name)) ?? [];
  return own.map((one) => (
    <Note key={one.id} tone="doubt">
      <Data text={one.summary} /> {t("review.doubt.not")} <Link to={`/r/integrity_flag/${one.id}`}>{t("review.doubt.open")}</Link>
    </Note>
  ));
}

function Conditions({ id }: { id: number }) {
  const t = useText();
  const verdict = useVerdict(id);
  if (!verdict.data) return null;
  const { counts, criteria } = verdict.data;
  // Those met without a number say nothing more than the count.
  const shown = criteria.filter((one) => one.state !== "ok" || one.value !== undefined);
  return (
    <section>
      <h3>
        {t("review.conditions")}
        <small>{t("review.conditions.sum", { n: criteria.length, ok: counts.ok, judged: counts.judged })}</small>
      </h3>
      <ul className="pair-rows">
        {shown.map((one) => (
          <li key={one.criterion}>
            <span>
              <Glyph state={one.state} /> <span className="said">{t(`form.standing.${one.state}`)}</span>
              <Data text={one.label} />
            </span>
            <span>{one.value !== undefined ? <Data text={grouped(one.value)} /> : one.clause ? <Clause clause={one.clause} /> : null}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Materials({ id }: { id: number }) {
  const t = useText();
  const materials = useMaterials(id).data?.materials ?? [];
  if (materials.length === 0) return null;
  return (
    <section>
      <h3>
        {t("review.materials")}
        <small>{t("review.materials.sum", { n: materials.filter((one) => one.required).length, rest: materials.filter((one) => !one.required).length })}</small>
        <Link to={`/case/${id}/materials`}>{t("review.materials.files")}</Link>
      </h3>
      <ul className="pair-rows">
        {materials.map((one) => (
          <li key={one.material}>
            <Data text={one.label} />
            {one.lacking > 0 ? <span className={one.required ? "no nowrap" : "queue-none"}>{t("review.lacks", { n: one.lacking })}</span> : <span>{t("review.there", { n: one.wanted })}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Signatures({ id }: { id: number }) {
  const t = useText();
  const history = useHistory(id);
  const steps = history.data?.filter((one) => one.kind === "step" && one.label) ?? [];
  if (steps.length === 0) return null;
  return (
    <section>
      <h3>{t("review.signatures")}</h3>
      <ul className="pair-rows">
        {steps.map((one) => (
          <li key={one.version}>
            <span>
              {one.label}
              {one.reason && (
                <span className="quiet">
                  {" "}
                  <Data text={one.reason} />
                </span>
              )}
            </span>
            <span>
              <Data text={one.name ?? ""} /> {one.date.slice(5)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
