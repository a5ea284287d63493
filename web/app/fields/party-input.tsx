/* An organisation by its 统一社会信用代码: 18 characters with a check digit (GB 32100), or by its name: from the register, as far
 * as the reader sees it, from those that his own unit serves, and from the public register of centres. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, take } from "../api/client.ts";
import { listOf, rulesFor, typeOf } from "../api/records.ts";
import { useSession } from "../api/session.ts";
import { Data } from "../ui/data.tsx";
import { useText } from "../text/index.ts";
import { Combo, type Option } from "./combo.tsx";
import { aria, type WidgetProps } from "./field.ts";
import { useSettled } from "./settled.ts";

const DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const LENGTH = 18;

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
const isBegun = (code: string) => /^[0-9A-Z]{6,}$/.test(code) && /\d/.test(code);

export interface Party {
  name: string;
  code: string; // "": not known
  own?: boolean; // the reader's unit
  as?: string; // the centre that it was found by
}

/* Anybody may read the register of centres, which names units without their codes. */
const centresNamed = (q: string) => queryOptions({ queryKey: ["centres named", q], queryFn: () => take(api.GET("/api/v1/public/centres", { params: { query: { q, limit: 8 } } })) });

const SOURCES = ["organisation", "served_party"] as const;

const NEW = "new";

/* The parties that a text names, each once; a code names one. Nothing while what is typed was not asked yet. */
export function useParties(text: string, enabled: boolean): Party[] {
  const { roles, credit_code: own } = useSession();
  const asked = useSettled(text.trim());
  const code = bare(asked);
  const useSource = (type: (typeof SOURCES)[number]) => {
    const question = isCreditCode(code) ? { filter: `credit_code="${code}"` } : type === "organisation" ? { filter: `name~"${asked.replace(/["\\]/g, "")}"` } : { q: asked };
    const described = useQuery({ ...typeOf(type), enabled: enabled && asked.length > 1 }).data;
    const reads = !!described && rulesFor(described, roles.map(({ role }) => role), "read").length > 0;
    return useQuery({ ...listOf<{ name?: string; credit_code?: string | null; as?: string }>(type, { ...question, fields: "name,credit_code", limit: 8 }), enabled: reads && asked.length > 1, retry: false }).data?.items ?? [];
  };
  const centres = useQuery({ ...centresNamed(asked), enabled: enabled && asked.length > 1 && !isCreditCode(code), retry: false }).data?.items ?? [];
  const rows = [...useSource(SOURCES[0]), ...useSource(SOURCES[1]), ...centres.map(({ name, party }) => ({ name: party ?? name, credit_code: undefined, as: party === name ? undefined : (name ?? undefined) }))];
  if (!enabled || asked.length < 2 || asked !== text.trim()) return [];
  const parties = rows.map((row) => ({ name: row.name ?? "", code: row.credit_code ?? "", own: !!own && row.credit_code === own, as: row.as }));
  return parties.filter(({ name, code: one }, i) => name && parties.findIndex((other) => (one ? other.code === one : other.name === name)) === i);
}

export const partyOption = (party: Party): Option => ({ key: party.code || party.name, label: <><Data text={party.name} /> {party.code && <span className="mono">{party.code}</span>} {party.as && <span className="quiet"><Data text={party.as} /></span>}</> });

/* How many characters a code lacks, and whether its check digit is right, while it is typed. */
export function CodeCheck({ code, name, own }: { code: string; name?: string; own?: boolean }) {
  const t = useText();
  if (!isBegun(code)) return null;
  const [tone, said] =
    code.length < LENGTH ? ["near", `△ ${t("fields.party.left", { n: LENGTH - code.length })}`] : isCreditCode(code) ? ["ok", `✓ ${t(own ? "fields.party.own" : "fields.party.right")}`] : ["no", `✕ ${t("fields.party.check")}`];
  return (
    <p className={`field-named ${tone}`} role="status">
      {said} {name && <Data text={name} />}
    </p>
  );
}

export function PartyInput(props: WidgetProps) {
  const { value, onChange, id, fillBeside } = props;
  const code = typeof value === "string" ? value : "";
  const [touched, setTouched] = useState(false);
  const valid = isCreditCode(code);
  const found = useParties(code, touched || valid);
  const named = valid ? found.find((one) => one.code === code) : undefined;
  const name = named?.name;
  const [left, setLeft] = useState(false);
  const [only, ...others] = found.filter((one) => one.code);
  useEffect(() => {
    // Whom alone the words name is taken once the field is left.
    if (left && !valid && only && others.length === 0) onChange(only.code);
  }, [left, only?.code, others.length]);
  useEffect(() => {
    if (name && touched) fillBeside?.(name);
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
          setLeft(false);
          const typed = bare(text);
          onChange((/^[0-9A-Z]*$/.test(typed) ? typed : text) || undefined);
        }}
        first
        options={valid ? [] : found.filter((one) => one.code).map(partyOption)}
        onPick={(key) => {
          setTouched(true);
          onChange(key);
        }}
        onLeave={() => setLeft(touched)}
      />
      <CodeCheck code={code} name={name} own={named?.own} />
    </>
  );
}

/* The name of an organisation whose code stands beside it: a party that is taken gives both. */
export function PartyNameInput(props: WidgetProps) {
  const { value, onChange, id, field, fillBeside } = props;
  const name = typeof value === "string" ? value : "";
  const [typed, setTyped] = useState(false);
  const found = useParties(name, typed);
  return (
    <Combo
      {...aria(props)}
      id={id}
      name={field.label}
      text={name}
      onText={(text) => {
        setTyped(true);
        onChange(text.slice(0, typeof field.max === "number" ? field.max : undefined) || undefined);
      }}
      first
      options={found.map(partyOption)}
      onPick={(key) => {
        const party = found.find((one) => partyOption(one).key === key)!;
        setTyped(false);
        onChange(party.name);
        if (party.code) fillBeside?.(party.code);
      }}
      onLeave={() => setTyped(false)}
    />
  );
}

/* The last row of a list of parties: who is found or typed there is added to it. */
export function PartyAdd({ id, label, onAdd }: { id: string; label: string; onAdd: (party: Party) => void }) {
  const t = useText();
  const [text, setText] = useState("");
  const code = bare(text);
  const isCode = isBegun(code);
  const found = useParties(text, text !== "");
  const add = (party: Party) => {
    onAdd(party);
    setText("");
  };
  return (
    <>
      <Combo
        id={id}
        name={label}
        aria-label={t("fields.party.add", { name: label })}
        placeholder={t("fields.party.words")}
        text={text}
        onText={setText}
        first
        options={[...found.map(partyOption), ...(found.length && !isCode ? [{ key: NEW, label: <span className="combo-new">{t("fields.party.typed", { name: text.trim() })}</span> }] : [])]}
        onPick={(key) => add(found.find((one) => partyOption(one).key === key) ?? { name: text.trim(), code: "" })}
        onEnter={() => (isCreditCode(code) ? add({ name: "", code }) : text.trim() && !isCode && add({ name: text.trim(), code: "" }))}
        empty={text.trim().length > 1 ? t(isCode ? "fields.party.none" : "fields.party.new") : undefined}
      />
      {isCode && <CodeCheck code={code} />}
    </>
  );
}
