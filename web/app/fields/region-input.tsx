/* A place in China, picked level by level; its value is its code of GB/T 2260 ("510100"). A province or a
 * city is a choice of its own. */
import "./text-input.css";
import { useQuery } from "@tanstack/react-query";
import { api, take } from "../api/client.ts";
import { useText } from "../text/index.ts";
import type { WidgetProps } from "./field.ts";

export interface RegionInputProps {
  label: string;
  value: string;
  onChange: (code: string) => void;
  error?: string;
  required?: boolean;
}

const levels = [
  { digits: 2, label: "common.province" },
  { digits: 4, label: "common.city" },
  { digits: 6, label: "common.district" },
] as const;

const depths: Record<string, number> = { province: 1, city: 2 };

/* "5101" -> "510100" */
const codeOf = (digits: string) => digits.padEnd(6, "0");

export function RegionInput({ label, value, onChange, error, required }: RegionInputProps) {
  const t = useText();
  return (
    <fieldset className="field">
      <legend>
        {label}
        {required && <span className="field-must">{t("common.required")}</span>}
      </legend>
      <Levels value={value} onChange={onChange} />
      {error && <p className="field-error">{error}</p>}
    </fieldset>
  );
}

/* The same as a field of a form, which frames it. */
export function RegionCell({ field, value, onChange, id, label }: WidgetProps) {
  return <Levels id={id} name={label} depth={depths[field.level ?? ""]} value={typeof value === "string" ? value : ""} onChange={(code) => onChange(code || undefined)} />;
}

function Levels({ value, onChange, depth = 3, id, name }: { value: string; onChange: (code: string) => void; depth?: number; id?: string; name?: string }) {
  const t = useText();
  const chosen = (digits: number) => (value && codeOf(value.slice(0, digits)) !== codeOf(value.slice(0, digits - 2)) ? codeOf(value.slice(0, digits)) : "");
  return (
    <div className="field-row">
      {levels.slice(0, depth).map(({ digits, label }, i) => (
        <Level
          key={digits}
          id={i === 0 ? id : undefined}
          label={name ? `${name} ${t(label)}` : t(label)}
          under={i === 0 ? undefined : chosen(digits - 2)}
          value={chosen(digits)}
          choose={(code) => onChange(code || chosen(digits - 2))}
        />
      ))}
    </div>
  );
}

/* The places right below one; `under`: undefined at the first level, "" while nothing is chosen above. */
function Level({ id, label, under, value, choose }: { id?: string; label: string; under: string | undefined; value: string; choose: (code: string) => void }) {
  const { data } = useQuery({
    queryKey: ["regions", under],
    queryFn: () => take(api.GET("/api/v1/regions", { params: { query: under ? { under } : {} } })),
    enabled: under !== "",
    staleTime: Infinity,
  });
  const places = (data?.items ?? []).filter((one) => !one.statistical || one.code === value);
  return (
    <select id={id} className="field-select" aria-label={label} value={value} disabled={places.length === 0} onChange={(event) => choose(event.target.value)}>
      <option value="">{label}</option>
      {places.map(({ code, name }) => (
        <option key={code} value={code} lang="zh-CN">
          {name}
        </option>
      ))}
    </select>
  );
}
