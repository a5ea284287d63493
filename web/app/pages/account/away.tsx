/* Who acts for the reader while he is away: a role of his, lent to a colleague for days and programmes; and what is lent to him. */
import "../../ui/plain-table.css";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "../../api/client.ts";
import { usePolicies, usePolicyTitle } from "../../api/policies.ts";
import { queries } from "../../api/query.ts";
import { listOf } from "../../api/records.ts";
import { refreshSession, useSession } from "../../api/session.ts";
import { FieldInput } from "../../fields/field-input.tsx";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Note } from "../../ui/note.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { useText } from "../../text/index.ts";

type Loan = { id: number; account: number; role: string; from_date: string; to_date: string; programmes?: string; state: string };
type Colleague = { id: number; display_name: string };

const loansOf = (account: number) => listOf<Loan>("role_grant", { filter: `delegated_by=${account} and state=active`, fields: "account,role,from_date,to_date,programmes", limit: 100 });

/* Roles that one person can lend to another (types/roles.yaml). */
const isLendable = ({ role, on_behalf_of }: { role: string; on_behalf_of?: number }) => !on_behalf_of && role !== "public" && role !== "expert" && !role.endsWith("_administrator");

function useProgrammes() {
  const t = useText();
  const title = usePolicyTitle();
  return (ids = "") => (ids ? ids.split(" ").map(title).join(t("people.sep")) : t("account.away.all"));
}

export function Away() {
  const t = useText();
  const { account, unit, roles } = useSession();
  const own = roles.filter(isLendable);
  const loans = useQuery({ ...loansOf(account), enabled: own.length > 0 });
  const people = useQuery({ ...listOf<Colleague>("account", { filter: `owner_unit=${unit} and state=active`, fields: "display_name", limit: 500 }), enabled: own.length > 0 });
  const programmes = useProgrammes();
  const [lending, setLending] = useState(false);
  const [ending, setEnding] = useState<Loan>();
  const colleagues = people.data?.items.filter(({ id }) => id !== account) ?? [];
  const nameOf = (id: number) => colleagues.find((one) => one.id === id)?.display_name ?? "";
  const roleOf = (role: string) => roles.find((one) => one.role === role)?.label ?? role;
  const reread = () => Promise.all([queries.invalidateQueries({ queryKey: ["records", "role_grant"] }), refreshSession()]);
  const lent = roles.filter(({ lent_by }) => lent_by);
  if (loans.error ?? people.error) return <Failed error={(loans.error ?? people.error)!} retry={() => void Promise.all([loans.refetch(), people.refetch()])} />;
  if (own.length > 0 && (!loans.data || !people.data)) return <Waiting rows={4} />;
  return (
    <section>
      <p>{t("account.away.why")}</p>
      {lent.map((one) => (
        <Note key={`${one.role} ${one.on_behalf_of}`}>
          <Data text={t("account.away.mine", { by: one.lent_by!, role: one.label, programmes: programmes(one.programmes) })} />
        </Note>
      ))}
      {loans.data && loans.data.items.length > 0 && (
        <Table
          rows={loans.data.items}
          keyOf={({ id }) => id}
          columns={[
            { head: t("account.away.to"), cell: (one) => <Data text={nameOf(one.account)} /> },
            { head: t("people.role"), cell: (one) => <Data text={roleOf(one.role)} /> },
            { head: t("people.dates"), className: "day", cell: (one) => t("people.fromTo", { from: one.from_date, to: one.to_date }) },
            { head: t("account.away.programmes"), cell: (one) => <Data text={programmes(one.programmes)} /> },
            {
              className: "number",
              cell: (one) => (
                <Button type="link" size="small" aria-label={`${t("people.end")} ${nameOf(one.account)}`} onClick={() => setEnding(one)}>
                  {t("people.end")}
                </Button>
              ),
            },
          ]}
        />
      )}
      {loans.data?.items.length === 0 && <p>{t("account.away.none")}</p>}
      {own.length === 0 ? (
        <p>{t("account.away.personal")}</p>
      ) : colleagues.length === 0 ? (
        <p>{t("account.away.alone")}</p>
      ) : (
        <p className="account-verb">
          <Button onClick={() => setLending(true)}>{t("account.away.lend")}</Button>
        </p>
      )}
      {lending && <Lend own={own} colleagues={colleagues} onClose={() => setLending(false)} reread={reread} />}
      {ending && (
        <ConfirmDialog title={t("account.away.end")} verb={t("people.end")} onClose={() => setEnding(undefined)} act={async () => void (await take(api.POST("/api/v1/grants/{id}/end", { params: { path: { id: ending.id } }, body: {} })), await reread())}>
          <p className="dialog-line">
            <Data text={t("account.away.end.line", { name: nameOf(ending.account), role: roleOf(ending.role) })} />
          </p>
        </ConfirmDialog>
      )}
    </section>
  );
}

function Lend({ own, colleagues, onClose, reread }: { own: readonly { role: string; label: string }[]; colleagues: readonly Colleague[]; onClose: () => void; reread: () => Promise<unknown> }) {
  const t = useText();
  const { province } = useSession();
  const policies = usePolicies()?.filter(({ jurisdiction = "" }) => !province || jurisdiction.startsWith(province) || jurisdiction.startsWith("00")) ?? [];
  const [values, setValues] = useState<Record<string, string>>({ role: own[0]!.role });
  const [programmes, setProgrammes] = useState<readonly string[]>([]);
  const set = (name: string) => (value: unknown) => setValues({ ...values, [name]: String(value ?? "") });
  const { account, role, from, to, reason } = values;
  const act = async () => {
    if (!account || !to) throw new Error(t("account.away.fill"));
    await take(api.POST("/api/v1/grants", { body: { account: Number(account), role: role!, delegate: true, to, ...(from ? { from } : {}), ...(programmes.length ? { programmes: programmes.join(" ") } : {}), ...(reason ? { reason } : {}) } }));
    await reread();
  };
  return (
    <ConfirmDialog title={t("account.away.lend")} verb={t("account.away.verb")} onClose={onClose} act={act}>
      <FieldInput field={{ name: "account", label: t("account.away.to"), type: "enum", required: true, choices: colleagues.map(({ id, display_name }) => ({ code: String(id), label: display_name })) }} value={account || undefined} onChange={set("account")} />
      {own.length > 1 && <FieldInput field={{ name: "role", label: t("people.role"), type: "enum", required: true, choices: own.map((one) => ({ code: one.role, label: one.label })) }} value={role} onChange={set("role")} />}
      <FieldInput field={{ name: "from", label: t("people.from"), type: "date", hint: t("people.from.hint") }} value={from || undefined} onChange={set("from")} />
      <FieldInput field={{ name: "to", label: t("people.to"), type: "date", required: true }} value={to || undefined} onChange={set("to")} />
      <fieldset className="field">
        <legend>{t("account.away.programmes")}</legend>
        {policies.map(({ id, title }) => (
          <label key={id} className="tick">
            <input type="checkbox" checked={programmes.includes(id)} onChange={(event) => setProgrammes(event.target.checked ? [...programmes, id] : programmes.filter((one) => one !== id))} /> <Data text={title} />
          </label>
        ))}
        <p className="field-note">{t("account.away.programmes.hint")}</p>
      </fieldset>
      <FieldInput field={{ name: "reason", label: t("case.input.reason"), type: "long_text", max: 2000 }} value={reason} onChange={set("reason")} />
    </ConfirmDialog>
  );
}
