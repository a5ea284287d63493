/* Several short texts, each a chip: names of organisations, as the register has them, or any text. */
import { useState } from "react";
import { Data } from "../ui/data.tsx";
import { useText } from "../text/index.ts";
import { Chips, Combo } from "./combo.tsx";
import { aria, manyOf, type WidgetProps } from "./field.ts";
import { partyOption, useParties } from "./party-input.tsx";

/* The texts of a value, and what is being typed beside them. */
export function useList({ value, onChange }: WidgetProps) {
  const [typed, setTyped] = useState("");
  const list = manyOf<string>(value);
  const set = (next: readonly string[]) => onChange(next.length ? [...new Set(next)] : undefined);
  const take = (texts: readonly string[]) => {
    set([...list, ...texts.map((text) => text.trim()).filter(Boolean)]);
    setTyped("");
  };
  return { typed, setTyped, list, set, take };
}

/* A pasted column or list becomes several; one text stays what is typed. */
export const split = (text: string) => text.split(/[\n\r\t;；、]+/).map((one) => one.trim()).filter(Boolean);

export function TextsInput(props: WidgetProps) {
  const t = useText();
  const { typed, setTyped, list, set, take } = useList(props);
  const parties = useParties(typed, true);
  return (
    <>
      <Chips items={list.map((text) => ({ key: text, label: <Data text={text} /> }))} remove={(key) => set(list.filter((one) => one !== key))} removeLabel={t("fields.remove")} />
      <Combo
        {...aria(props)}
        id={props.id}
        name={props.field.label}
        text={typed}
        onText={setTyped}
        options={parties.map(partyOption)}
        onPick={(key) => take([parties.find((one) => partyOption(one).key === key)!.name])}
        onEnter={() => take([typed])}
        onLeave={() => typed.trim() && take([typed])}
        onPaste={(text) => {
          const several = split(text);
          if (several.length > 1) take(several);
          return several.length > 1;
        }}
      />
    </>
  );
}
