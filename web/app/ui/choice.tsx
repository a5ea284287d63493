/* What narrows a list: one value of several, words, a tick. */
import "./controls.css";
import type { ReactNode } from "react";
import { useText } from "../text/index.ts";

export type Option = readonly [value: string | number, word: ReactNode];

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly Option[];
  first?: string | null; // the word for no value; null: there is always one
  bare?: boolean; // the label is not shown
  data?: boolean; // its words are of the data
  onChange: (value: string) => void;
}

export function Choice({ label, value, options, first, bare, data, onChange }: ChoiceProps) {
  const t = useText();
  const select = (
    <select className="input" aria-label={bare ? label : undefined} value={value} onChange={(event) => onChange(event.target.value)}>
      {first !== null && <option value="">{first ?? (bare ? label : t("centres.all"))}</option>}
      {options.map(([code, word]) => (
        <option key={code} value={code} lang={data ? "zh-CN" : undefined}>
          {word}
        </option>
      ))}
    </select>
  );
  if (bare) return select;
  return (
    <label>
      {label} {select}
    </label>
  );
}

export function WordsInput({ label, value, className = "input", onChange }: { label: string; value: string; className?: string; onChange: (words: string) => void }) {
  return <input className={className} type="search" aria-label={label} placeholder={label} value={value} onChange={(event) => onChange(event.target.value)} />;
}

export function Tick({ label, checked, onChange }: { label: string; checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <label className="tick">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} /> {label}
    </label>
  );
}
