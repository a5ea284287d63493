/* A filter of the address in the words of the page: names of fields and codes as their labels. */
import { type RecordType } from "../../api/records.ts";
import { fieldOf } from "../../fields/field.ts";
import type { Language, Translate } from "../../text/index.ts";

export function filterWords(filter: string, type: RecordType, language: Language, t: Translate): string {
  const state = type.states.map(({ name, label }) => ({ code: name, label: label?.[language] ?? name }));
  const condition = /([a-z_][a-z0-9_.]*)( is empty|!=|>=|<=|=|~|>|<)("[^"]*"|[^\s()]*)/g;
  const words = filter.replace(condition, (_, name: string, op: string, value: string) => {
    const described = type.fields.find((one) => one.name === name.split(".")[0]);
    const field = described && fieldOf(described, language);
    const label = name === "state" ? t("records.state") : name === "created_ms" ? t("records.entered") : (field?.label ?? name);
    const said = (code: string) =>
      (name === "state" ? state : field?.choices)?.find((one) => one.code === code)?.label ??
      (code === "true" ? t("fields.yes") : code === "false" || code === "no" ? t("fields.no") : field?.type === "ref" ? `#${code}` : code);
    return op === " is empty" ? `${label} ${t("records.notGiven")}` : `${label} ${op.replace("!=", "≠").replace(">=", "≥").replace("<=", "≤")} ${value.split(",").map(said).join("、")}`;
  });
  return words.replace(/ and /g, ` ${t("records.filter.and")} `).replace(/ or /g, ` ${t("records.filter.or")} `).replace(/\bnot /g, `${t("records.filter.not")} `);
}
