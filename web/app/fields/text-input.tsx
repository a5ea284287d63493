/* A line of text with its label above and its hint or error below. Enter that ends a composition of an
 * input method submits nothing. */
import "./text-input.css";
import { Input, type InputRef } from "antd";
import { useId, useRef, useEffect } from "react";
import { useText } from "../text/index.ts";
import { guardEnter } from "../ui/keys.ts";

export interface TextInputProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  name?: string;
  type?: "text" | "password";
  autoComplete?: string;
  inputMode?: "text" | "numeric";
  hint?: string;
  error?: string;
  required?: boolean;
  disabled?: boolean;
  focus?: boolean; // takes the focus when it appears
}

export function TextInput({ label, value, onChange, type = "text", hint, error, required, focus, ...rest }: TextInputProps) {
  const t = useText();
  const id = useId();
  const box = useRef<InputRef>(null);
  useEffect(() => {
    if (focus) box.current?.focus();
  }, [focus]);
  const Box = type === "password" ? Input.Password : Input;
  const note = error ?? hint;
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {required && <span className="field-must">{t("common.required")}</span>}
      </label>
      <Box
        ref={box}
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={guardEnter}
        status={error ? "error" : undefined}
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        aria-required={required}
        spellCheck={false}
        {...rest}
      />
      {note && (
        <p id={`${id}-note`} className={error ? "field-error" : "field-hint"}>
          {note}
        </p>
      )}
    </div>
  );
}
