/* A document number as an office writes it. The marks of the reader's office are offered; a wrong number is told while it
 * is typed. */
import { useQuery } from "@tanstack/react-query";
import { serverNow } from "../api/server-time.ts";
import { listOf } from "../api/records.ts";
import { useSession } from "../api/session.ts";
import { day } from "../ui/time.ts";
import { useText, type Translate } from "../text/index.ts";
import { type WidgetProps } from "./field.ts";
import { PlainInput } from "./plain-input.tsx";

/* Who reads the marks of his office. */
const readers = /^(province|city|ip_centre)_/;

/* What the document numbers of the reader's office begin with, and whether they are drawn here. */
export function useMarks(): readonly { mark: string; here: boolean }[] {
  const { roles, unit } = useSession();
  const list = useQuery({ ...listOf("document_mark", { filter: `owner_unit=${unit}`, fields: "*", limit: 200 }), enabled: roles.some(({ role }) => readers.test(role)) });
  return (list.data?.items ?? []).filter((one) => one.used_for === "documents" && one.state === "active").map((one) => ({ mark: String(one.mark), here: one.numbered === "here" }));
}

/* Why this is no document number of the office; undefined: nothing speaks against it. */
function faultOf(written: string, marks: readonly string[], t: Translate): string | undefined {
  const now = Number(day(serverNow()).slice(0, 4));
  const [, mark, year] = /^([^〔〕\s]+)〔(\d{4})〕[1-9]\d{0,4}号$/.exec(written) ?? [];
  if (mark === undefined) return t("fields.number.form", { example: `${marks[0] ?? t("fields.number.mark")}〔${now}〕3号` });
  if (Number(year) !== now && Number(year) !== now - 1) return t("fields.number.year");
  return marks.length > 0 && !marks.includes(mark) ? t("fields.number.others", { mark, marks: marks.join(t("common.comma")) }) : undefined;
}

export function DocumentNumberInput(props: WidgetProps) {
  const t = useText();
  const { value, onChange, id } = props;
  const marks = useMarks();
  const typed = typeof value === "string" ? value.trim() : "";
  const wrong = typed && faultOf(typed, marks.map(({ mark }) => mark), t);
  return (
    <>
      <PlainInput {...props} invalid={props.invalid || !!wrong} note={wrong ? `${id}-wrong` : props.note} />
      {!typed &&
        marks
          .filter(({ here }) => !here)
          .map(({ mark }) => (
            <button key={mark} type="button" className="link field-offer" lang="zh-CN" onClick={() => onChange(`${mark}〔${day(serverNow()).slice(0, 4)}〕号`)}>
              {`${mark}〔${day(serverNow()).slice(0, 4)}〕号`}
            </button>
          ))}
      {wrong && (
        <p id={`${id}-wrong`} className="field-error" role="status">
          {wrong}
        </p>
      )}
    </>
  );
}
