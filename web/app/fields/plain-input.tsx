/* One line of text, or several. Text of a number, a code or an address is one line as well. */
import { useRef } from "react";
import { useText } from "../text/index.ts";
import { guardEnter } from "../ui/keys.ts";
import { aria, type WidgetProps } from "./field.ts";

const modes: Record<string, "email" | "tel" | "url"> = { email: "email", phone: "tel", url: "url" };
const text = (value: unknown) => (value === undefined || value === null ? "" : String(value));

export function PlainInput(props: WidgetProps) {
  const { field, value, onChange, id } = props;
  return (
    <input
      {...aria(props)}
      id={id}
      className="input field-box"
      value={text(value)}
      maxLength={typeof field.max === "number" ? field.max : undefined}
      inputMode={modes[field.type ?? ""]}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange(event.target.value || undefined)}
      onKeyDown={guardEnter}
    />
  );
}

export function LongInput(props: WidgetProps) {
  const { field, value, onChange, id } = props;
  const shown = text(value);
  return (
    <textarea
      {...aria(props)}
      id={id}
      className="input field-box field-long"
      rows={Math.min(12, Math.max(3, Math.ceil(shown.length / 48)))}
      value={shown}
      maxLength={typeof field.max === "number" ? field.max : undefined}
      onChange={(event) => onChange(event.target.value || undefined)}
    />
  );
}

/* The SHA-256 of a file, computed here: the file is not sent. */
export function DigestInput(props: WidgetProps) {
  const t = useText();
  const picker = useRef<HTMLInputElement>(null);
  const compute = async (file: File | undefined) => {
    if (!file) return;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    props.onChange([...digest].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
  };
  return (
    <div className="field-row">
      <PlainInput {...props} />
      {isSecureContext && (
        <>
          <input ref={picker} type="file" hidden aria-label={t("fields.digest.of", { name: props.field.label })} onChange={(event) => void compute(event.target.files?.[0])} />
          <button type="button" className="button" onClick={() => picker.current?.click()}>
            {t("fields.digest")}
          </button>
        </>
      )}
    </div>
  );
}
