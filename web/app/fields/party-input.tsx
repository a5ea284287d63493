/* An organisation by its 统一社会信用代码: 18 characters with a check digit (GB 32100), or found in the register by its name. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { listOf } from "../api/records.ts";
import { Data } from "../parts/data.tsx";
import { useText } from "../text/index.ts";
import { Combo } from "./combo.tsx";
import { aria, type WidgetProps } from "./field.ts";
import { useSettled } from "./settled.ts";

const DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/* Whether the last character is what the 17 before it make. */
export function isCreditCode(code: string): boolean {
  if (!/^[0-9A-HJ-NPQRTUWXY]{18}$/.test(code)) return false;
  let sum = 0;
  let weight = 1;
  for (const character of code.slice(0, 17)) {
    sum += DIGITS.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return DIGITS[(31 - (sum % 31)) % 31] === code[17];
}

const bare = (text: string) => text.normalize("NFKC").replace(/\s/g, "").toUpperCase();

/* The parties that a text names; a code names one. */
export function useParties(text: string, enabled: boolean) {
  const asked = useSettled(text.trim());
  const code = bare(asked);
  const question = isCreditCode(code) ? { filter: `credit_code="${code}"` } : { q: asked };
  const found = useQuery({ ...listOf("party", { ...question, fields: "name,credit_code", limit: 8 }), enabled: enabled && asked.length > 1, retry: false });
  const items = asked.length > 1 ? (found.data?.items ?? []) : [];
  return items.map((row) => ({ code: String(row.credit_code ?? ""), name: String(row.name ?? "") })).filter(({ code: one }) => one);
}

export function PartyInput(props: WidgetProps) {
  const t = useText();
  const { value, onChange, id, fillName } = props;
  const code = typeof value === "string" ? value : "";
  const [touched, setTouched] = useState(false);
  const valid = isCreditCode(code);
  const found = useParties(code, touched || valid);
  const name = valid ? found.find((one) => one.code === code)?.name : undefined;
  useEffect(() => {
    if (name && touched) fillName?.(name);
  }, [name, touched]);
  return (
    <>
      <Combo
        {...aria(props)}
        id={id}
        name={props.field.label}
        text={code}
        onText={(text) => {
          setTouched(true);
          const typed = bare(text);
          onChange((/^[0-9A-Z]*$/.test(typed) ? typed : text) || undefined);
        }}
        options={valid ? [] : found.map(({ code: key, name: label }) => ({ key, label: <><Data text={label} /> <span className="mono">{key}</span></> }))}
        onPick={(key) => {
          setTouched(true);
          onChange(key);
        }}
      />
      {name ? (
        <p className="field-named">
          <Data text={name} />
        </p>
      ) : (
        code.length >= 18 && /^[0-9A-Z]+$/.test(code) && !valid && <p className="field-named">{t("fields.party.check")}</p>
      )}
    </>
  );
}
