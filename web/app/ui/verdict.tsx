/* How a condition stands: a glyph and a word, never the colour alone. Boxed with a count beside a heading. */
import "./verdict.css";
import type { Standing } from "../api/case-form.ts";
import { useText } from "../text/index.ts";

const glyphs: Record<Standing, string> = { no: "✕", near: "△", unknown: "?", judged: "☰", ok: "✓" };

export function Glyph({ state }: { state: Standing }) {
  return (
    <span className={`verdict verdict-${state}`}>
      <b aria-hidden="true">{glyphs[state]}</b>
    </span>
  );
}

export function VerdictTag({ state, count }: { state: Standing; count?: number }) {
  const t = useText();
  return (
    <span className={`verdict verdict-${state}${count === undefined ? "" : " verdict-boxed"}`}>
      <b aria-hidden="true">{glyphs[state]}</b> {t(`form.standing.${state}`)}
      {count !== undefined && ` ${count}`}
    </span>
  );
}
