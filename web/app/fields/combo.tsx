/* A line of text with a list below it to choose from (WAI-ARIA combobox). */
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { composing } from "../ui/keys.ts";

export interface Option {
  key: string;
  label: ReactNode;
}

interface Props {
  id: string;
  name: string; // of the list
  text: string;
  onText: (text: string) => void;
  options: readonly Option[];
  onPick: (key: string) => void;
  onEnter?: () => void; // Enter while no option is marked
  onBackspace?: () => void; // while no text is there
  onLeave?: () => void;
  onPaste?: (text: string) => boolean; // true: it took the text
  first?: boolean; // the first option is marked by itself once something is typed; the answers are to this text
  empty?: string; // said where there is no option
  placeholder?: string;
  lang?: string;
}

export function Combo({ id, name, text, onText, options, onPick, onEnter, onBackspace, onLeave, onPaste, first, empty, ...rest }: Props & React.AriaAttributes) {
  const list = useId();
  const [open, setOpen] = useState(false);
  const [marked, setMarked] = useState(-1);
  const box = useRef<HTMLDivElement>(null);
  const at = first && open && marked < 0 && text.trim() && options.length > 0 ? 0 : Math.min(marked, options.length - 1);
  const shown = open && (options.length > 0 || !!empty);
  const close = () => {
    setOpen(false);
    setMarked(-1);
  };
  const pick = (option: Option) => {
    onPick(option.key);
    close();
  };
  const hear = (event: KeyboardEvent) => {
    if (composing(event)) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      setMarked(Math.max(0, Math.min(at + (event.key === "ArrowDown" ? 1 : -1), options.length - 1)));
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (open && options[at]) pick(options[at]);
      else onEnter?.();
    } else if (event.key === "Backspace" && text === "") {
      onBackspace?.();
    } else if (event.key === "Escape" && open) {
      event.stopPropagation();
      close();
    }
  };
  return (
    <div
      className="combo"
      ref={box}
      onBlur={(event) => {
        if (box.current?.contains(event.relatedTarget)) return;
        close();
        onLeave?.();
      }}
    >
      <input
        {...rest}
        id={id}
        className="input field-box"
        role="combobox"
        aria-expanded={shown}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={shown && at >= 0 ? `${list}-${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          onText(event.target.value);
          setOpen(true);
          setMarked(-1);
        }}
        onClick={() => setOpen(true)}
        onKeyDown={hear}
        onPaste={(event) => onPaste?.(event.clipboardData.getData("text")) && event.preventDefault()}
      />
      <ul id={list} role="listbox" aria-label={rest["aria-label"] ?? name} className={shown ? "combo-list" : "combo-list off"}>
        {options.map((option, i) => (
          <li key={option.key} id={`${list}-${i}`} role="option" aria-selected={i === at} onMouseDown={(event) => event.preventDefault()} onClick={() => pick(option)}>
            {option.label}
          </li>
        ))}
        {shown && empty && (
          <li role="option" aria-disabled="true" aria-selected="false" className="combo-empty">
            {empty}
          </li>
        )}
      </ul>
    </div>
  );
}

/* What was taken, each with a button that takes it away. */
export function Chips({ items, remove, removeLabel }: { items: readonly Option[]; remove: (key: string) => void; removeLabel: string }) {
  if (items.length === 0) return null;
  return (
    <ul className="chips">
      {items.map(({ key, label }, i) => (
        <li key={key}>
          <span>{label}</span>
          <button type="button" aria-label={`${removeLabel} ${i + 1}`} onClick={() => remove(key)}>
            ×
          </button>
        </li>
      ))}
    </ul>
  );
}
