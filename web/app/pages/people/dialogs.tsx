/* What is done with accounts: inviting, giving a role, moving, closing, a new link, erasing by law. */
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { api, take } from "../../api/client.ts";
import { FieldInput } from "../../fields/field-input.tsx";
import type { Field } from "../../fields/field.ts";
import { TextInput } from "../../fields/text-input.tsx";
import { Data } from "../../ui/data.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Note } from "../../ui/note.tsx";
import { useProof } from "../../fields/proof.tsx";
import { conflictOf, fits, rereadRoster, rolesOf, unitsOf, useMay, type Held, type Person, type Role, type Unit } from "../../rooms/people/roster.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { makeLink, type Slip } from "./slips.tsx";

const choice = (name: string, label: string, choices: NonNullable<Field["choices"]>, required = true): Field => ({ name, label, type: "enum", required, choices });

function useRoles(unit: Unit) {
  const may = useMay();
  const roles = useQuery(rolesOf(useLanguage())).data ?? [];
  return { roles, given: roles.filter((role) => fits(role, unit.kind) && may.gives(role, unit.id)) };
}

const asChoices = (roles: readonly Role[]) => roles.map(({ role, label }) => ({ code: role, label }));

function Dates({ from, to, onChange }: { from: string; to: string; onChange: (next: { from?: string; to?: string }) => void }) {
  const t = useText();
  return (
    <div className="people-dates">
      <FieldInput field={{ name: "from", label: t("people.from"), type: "date", hint: t("people.from.hint") }} value={from || undefined} onChange={(value) => onChange({ from: String(value ?? "") })} />
      <FieldInput field={{ name: "to", label: t("people.to"), type: "date", hint: t("people.to.hint") }} value={to || undefined} onChange={(value) => onChange({ to: String(value ?? "") })} />
    </div>
  );
}

const said = (fields: Record<string, string>) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));

/* A new account, its role and the link for its first sign-in; where one of them fails, the next try goes on behind it. */
export function Invite({ unit, onClose, onMade }: { unit: Unit; onClose: () => void; onMade: (slip: Slip, waits: boolean) => void }) {
  const t = useText();
  const may = useMay();
  const { given } = useRoles(unit);
  const [values, setValues] = useState({ person: "", name: "", role: "", from: "", to: "", email: "", phone: "", reason: "" });
  const [made, setMade] = useState<{ account?: number; granted?: boolean; waits?: boolean }>({});
  const set = (name: keyof typeof values) => (value: unknown) => setValues({ ...values, [name]: String(value ?? "") });
  const act = async () => {
    const now = { ...made };
    try {
      if (!values.person.trim() || !values.name.trim()) throw new Error(t("people.invite.fill"));
      now.account ??= (await take(api.POST("/api/v1/accounts", { body: { name: values.name.trim(), display_name: values.person.trim(), unit: unit.id, ...said({ email: values.email, phone: values.phone }) } }))).id;
      if (values.role && !now.granted) {
        const grant = await take(api.POST("/api/v1/grants", { body: { account: now.account, role: values.role, ...said({ from: values.from, to: values.to }), reason: values.reason || t("people.invite.reason") } }));
        now.granted = true;
        now.waits = grant.proposal !== undefined;
      }
      const link = await makeLink(now.account);
      if (link) onMade({ account: now.account, name: values.name.trim(), person: values.person.trim(), unit: unit.name, role: given.find(({ role }) => role === values.role)?.label, ...link }, !!now.waits);
    } finally {
      setMade(now);
      await rereadRoster();
    }
  };
  return (
    <ConfirmDialog title={t("people.invite")} verb={t("people.invite.verb")} onClose={onClose} act={act}>
      <p className="dialog-line">
        <Data text={unit.name} />
      </p>
      <TextInput label={t("people.name")} value={values.person} onChange={set("person")} required focus />
      <TextInput label={t("people.login")} hint={t("people.login.hint")} value={values.name} onChange={set("name")} required disabled={!!made.account} />
      <FieldInput field={choice("role", t("people.role"), asChoices(given), false)} value={values.role || undefined} onChange={set("role")} />
      {values.role && <Dates from={values.from} to={values.to} onChange={(next) => setValues({ ...values, ...next })} />}
      {values.role && may.system && !may.security && <Note>{t("people.invite.waits")}</Note>}
      <details className="people-more">
        <summary>{t("people.invite.more")}</summary>
        <TextInput label={t("people.email")} value={values.email} onChange={set("email")} />
        <TextInput label={t("people.phone")} value={values.phone} onChange={set("phone")} />
      </details>
    </ConfirmDialog>
  );
}

export function Give({ unit, person, held, onClose }: { unit: Unit; person: Person; held: readonly Held[]; onClose: () => void }) {
  const t = useText();
  const { roles, given } = useRoles(unit);
  const [values, setValues] = useState({ role: "", from: "", to: "", reason: "" });
  const [waits, setWaits] = useState(false);
  const conflict = values.role ? conflictOf(roles.find(({ role }) => role === values.role), held, roles) : undefined;
  const act = async () => {
    if (!values.role) throw new Error(t("people.give.fill"));
    const done = await take(api.POST("/api/v1/grants", { body: { account: person.id, role: values.role, ...said({ from: values.from, to: values.to }), reason: values.reason } }));
    setWaits(done.proposal !== undefined);
    await rereadRoster();
  };
  return (
    <ConfirmDialog title={t("people.give")} verb={t("people.give.verb")} onClose={onClose} act={act}>
      <p className="dialog-line">
        <Data text={`${person.display_name ?? person.name} · ${unit.name}`} />
      </p>
      <FieldInput field={choice("role", t("people.role"), asChoices(given.filter(({ role }) => !held.some((one) => one.role === role && one.state !== "ended"))))} value={values.role || undefined} onChange={(value) => setValues({ ...values, role: String(value ?? "") })} />
      {conflict && <Note tone="mend">{t("people.conflict.with", { role: conflict.label })}</Note>}
      <Dates from={values.from} to={values.to} onChange={(next) => setValues({ ...values, ...next })} />
      <FieldInput field={{ name: "reason", label: t("case.input.reason"), type: "long_text", required: true, max: 2000 }} value={values.reason} onChange={(value) => setValues({ ...values, reason: String(value ?? "") })} />
      {waits && <Note role="status">{t("people.waits")}</Note>}
    </ConfirmDialog>
  );
}

/* A dialog that asks why and does one thing. */
export function Ask({ title, line, required, children, act, onClose }: { title: string; line?: string; required?: boolean; children?: ReactNode; act: (reason: string) => Promise<unknown>; onClose: () => void }) {
  const t = useText();
  const [reason, setReason] = useState("");
  return (
    <ConfirmDialog
      title={title}
      verb={title}
      onClose={onClose}
      act={async () => {
        if (required && !reason.trim()) throw new Error(t("people.reason.fill"));
        await act(reason.trim());
        await rereadRoster();
      }}
    >
      {line && <p className="dialog-line">{line}</p>}
      {children}
      <FieldInput field={{ name: "reason", label: t("case.input.reason"), type: "long_text", required, max: 2000 }} value={reason} onChange={(value) => setReason(String(value ?? ""))} />
    </ConfirmDialog>
  );
}

export function Move({ person, onClose }: { person: Person; onClose: () => void }) {
  const t = useText();
  const units = useQuery(unitsOf()).data?.items ?? [];
  const [unit, setUnit] = useState("");
  return (
    <Ask
      title={t("people.move")}
      line={t("people.move.line")}
      onClose={onClose}
      act={(reason) => {
        if (!unit) throw new Error(t("people.move.fill"));
        return take(api.POST("/api/v1/accounts/{id}", { params: { path: { id: person.id } }, body: { do: "move", unit: Number(unit), reason } }));
      }}
    >
      <FieldInput field={choice("unit", t("people.move.to"), units.filter(({ id }) => id !== person.unit).map(({ id, name }) => ({ code: String(id), label: name })))} value={unit || undefined} onChange={(value) => setUnit(String(value ?? ""))} />
    </Ask>
  );
}

/* Erasing what names a person: a ground of the law, its document where the ground asks for one, then a second person. The
 * server asks for a fresh proof of who sits here. */
export function Erase({ person, onClose }: { person: Person; onClose: () => void }) {
  const t = useText();
  const language = useLanguage();
  const grounds = useQuery({ queryKey: ["erasure-grounds", language], queryFn: async () => (await take(api.GET("/api/v1/erasure-grounds"))).items }).data ?? [];
  const [values, setValues] = useState({ ground: "", basis: "" });
  const proof = useProof();
  const set = (name: keyof typeof values) => (value: unknown) => setValues({ ...values, [name]: String(value ?? "") });
  return (
    <Ask
      title={t("people.erase")}
      line={t("people.erase.line")}
      required
      onClose={onClose}
      act={async (reason) => {
        if (!values.ground) throw new Error(t("people.erase.fill"));
        await proof.prove();
        try {
          await take(api.POST("/api/v1/accounts/{id}/erase", { params: { path: { id: person.id } }, body: { ground: values.ground, reason, ...said({ basis: values.basis }) } }));
        } catch (failure) {
          proof.isAsked(failure);
          throw failure;
        }
      }}
    >
      <FieldInput field={choice("ground", t("people.erase.ground"), grounds.map(({ code, label }) => ({ code, label })))} value={values.ground || undefined} onChange={set("ground")} />
      <TextInput label={t("people.erase.basis")} hint={t("people.erase.basis.hint")} value={values.basis} onChange={set("basis")} />
      {proof.fields}
    </Ask>
  );
}
