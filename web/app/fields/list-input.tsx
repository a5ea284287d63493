/* Several short texts, each a chip: organisations by their names in the register or any text, patents by number or by words. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { hits } from "../api/patents.ts";
import { Data } from "../parts/data.tsx";
import { useLanguage, useText } from "../text/index.ts";
import { Chips, Combo } from "./combo.tsx";
import { aria, type WidgetProps } from "./field.ts";
import { useParties } from "./party-input.tsx";
import { useSettled } from "./settled.ts";

function useList({ value, onChange }: WidgetProps) {
  const [typed, setTyped] = useState("");
  const list = Array.isArray(value) ? (value as string[]) : [];
  const set = (next: readonly string[]) => onChange(next.length ? [...new Set(next)] : undefined);
  const take = (texts: readonly string[]) => {
    set([...list, ...texts.map((text) => text.trim()).filter(Boolean)]);
    setTyped("");
  };
  return { typed, setTyped, list, set, take };
}

/* A pasted column or list becomes several; one text stays what is typed. */
const split = (text: string) => text.split(/[\n\r\t;；、]+/).map((one) => one.trim()).filter(Boolean);

function Listed({ props, list: { typed, setTyped, list, set, take }, options, pick, mono }: { props: WidgetProps; list: ReturnType<typeof useList>; options: React.ComponentProps<typeof Combo>["options"]; pick: (key: string) => void; mono?: boolean }) {
  const t = useText();
  return (
    <>
      <Chips items={list.map((text) => ({ key: text, label: mono ? <span className="mono">{text}</span> : <Data text={text} /> }))} remove={(key) => set(list.filter((one) => one !== key))} removeLabel={t("fields.remove")} />
      <Combo
        {...aria(props)}
        id={props.id}
        name={props.field.label}
        text={typed}
        onText={setTyped}
        options={options}
        onPick={pick}
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

export function TextsInput(props: WidgetProps) {
  const list = useList(props);
  const parties = useParties(list.typed, true);
  return <Listed props={props} list={list} options={parties.map(({ code, name }) => ({ key: name, label: <><Data text={name} /> <span className="mono">{code}</span></> }))} pick={(name) => list.take([name])} />;
}

export function PatentsInput(props: WidgetProps) {
  const language = useLanguage();
  const list = useList(props);
  const asked = useSettled(list.typed.trim());
  const found = useQuery({ ...hits({ query: asked, filters: [] }, false, "relevance", 1, 8, language), enabled: asked.length > 1 });
  const options = asked.length > 1 && list.typed.trim() ? (found.data?.hits ?? []) : [];
  return (
    <Listed
      props={props}
      list={list}
      mono
      options={options.map(({ number, title }) => ({ key: number, label: <><span className="mono">{number}</span> <Data text={title ?? ""} /></> }))}
      pick={(number) => list.take([number])}
    />
  );
}
