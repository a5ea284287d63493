/* The way of a record through the stages of its type: the day on which it reached each, and what the next one asks for. */
import { useQuery } from "@tanstack/react-query";
import { listOf, typeOf, typesOf, type RecordType, type Row } from "../../api/records.ts";
import { holds } from "../../fields/limits.ts";
import { Flow, type FlowPoint } from "../../rooms/case/flow.tsx";
import { serverNow } from "../../api/server-time.ts";
import { childKind, columnLabel, dayReached, lacksOf, type Stage } from "../../rooms/record/stages.ts";
import { day, daysBetween } from "../../ui/time.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { refsTo } from "./refs.ts";

const CHILDREN = 100;

/* Records of the kind whose dates or presence the stages ask for: of one kind at most. */
function useChildren(type: RecordType, row: Row) {
  const kinds = useQuery(typesOf(useLanguage())).data?.items;
  const kind = childKind(type);
  const may = !!kind && !!kinds?.find(({ name }) => name === kind)?.may.includes("read");
  const described = useQuery({ ...typeOf(kind ?? ""), enabled: may }).data;
  const ref = described && refsTo(described, type.name)[0];
  const found = useQuery({ ...listOf(kind ?? "", { filter: `${ref?.name}=${row.id}`, fields: "*", limit: CHILDREN }), enabled: !!ref });
  return { kinds, kind, rows: found.data?.items ?? [] };
}

export function Stages({ type, row }: { type: RecordType; row: Row }) {
  const t = useText();
  const language = useLanguage();
  const children = useChildren(type, row);
  if (!type.stages || !("stage" in row)) return null;
  const label = (field: string) => type.fields.find(({ name }) => name === field)?.label?.[language] ?? field;
  // A condition on anything but the state says to which records the stage belongs.
  const stages = type.stages.filter(({ name, when }) => name === row.stage || Object.entries(when ?? {}).every(([field, is]) => field === "state" || holds({ [field]: is }, row)));
  const now = stages.findIndex(({ name }) => name === row.stage);
  const reached = stages.map((stage) => dayReached(stage, row, children.kind, children.rows));
  // A talk after the signing is no step before it.
  const days = reached.map((one, i) => (one && reached.slice(i + 1, now + 1).some((later) => later && later < one) ? undefined : one));
  const year = day(serverNow()).slice(0, 4);
  const asked = (stage: Stage): string | undefined => {
    const { action, given, child, rows } = lacksOf(type, row, stage);
    const lacks = [
      action && (action.label?.[language] ?? action.name),
      ...given.map(label),
      child && (children.kinds?.find(({ name }) => name === child)?.label ?? child),
      ...rows.map((path) => columnLabel(type, path, language)),
    ].filter(Boolean);
    return lacks.length ? t("records.stage.asks", { what: lacks.join(t("common.comma")) }) : undefined;
  };
  const points = stages.map((stage, i): FlowPoint => {
    const on = i <= now || now < 0 ? days[i] : undefined;
    const passed = i < now && !on && !!stage.on;
    const after = i < now ? days.slice(i + 1, now + 1).find(Boolean) : undefined;
    const word = on && (on.startsWith(year) ? on.slice(5) : on);
    return {
      key: stage.name,
      state: i === now ? "now" : (i < now && !passed) || (now < 0 && on) ? "done" : "next",
      label: stage.label?.[language] ?? stage.name,
      line: word ?? (passed ? t("records.stage.passed") : i === now + 1 && now >= 0 ? asked(stage) : undefined),
      days: on && after ? daysBetween(on, after) : undefined,
    };
  });
  return <Flow points={points} label={t("records.stages")} />;
}
