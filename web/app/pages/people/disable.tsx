/* Closing an account: what is open in the person's name, and the colleague who takes it over in the same step. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "../../api/client.ts";
import { FieldInput } from "../../fields/field-input.tsx";
import { accessOf, grantsOf, peopleOf, type Person, type Unit } from "../../rooms/people/roster.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import { Note } from "../../ui/note.tsx";
import { Waiting } from "../../ui/states.tsx";
import { day } from "../../ui/time.ts";
import { Ask } from "./dialogs.tsx";
import { inForce } from "./unit.tsx";

export function Disable({ unit, person, name, onClose }: { unit: Unit; person: Person; name: string; onClose: () => void }) {
  const t = useText();
  const language = useLanguage();
  const work = useQuery({ queryKey: ["roster", "work", person.id], queryFn: async () => (await take(api.GET("/api/v1/account-acts", { params: { query: { account: person.id, open: true } } }))).items });
  const people = useQuery(peopleOf({ unit: unit.id })).data?.items ?? [];
  const grants = inForce(useQuery(grantsOf({ unit: unit.id })).data?.items ?? []);
  const types = useQuery(accessOf(language)).data ?? [];
  const [to, setTo] = useState("");
  const own = grants.filter(({ account }) => account === person.id);
  const colleagues = people.filter(({ id, state }) => id !== person.id && state === "active" && grants.some(({ account, role }) => account === id && own.some((one) => one.role === role)));
  const loans = grants.filter((one) => one.lent_by && (one.lent_by === person.display_name || one.account === person.id));
  const isProposed = ({ action }: { action: string }) => action.startsWith("propose ");
  const tasks = work.data?.filter((one) => !isProposed(one)) ?? [];
  const lines = (work.data ?? []).map((one) => t(isProposed(one) ? "people.work.proposal" : "people.work.task", { type: types.find(({ name }) => name === one.type)?.label ?? one.type, id: one.id, day: day(one.at_ms) }));
  const loan = (one: (typeof loans)[number]) => t("people.work.loan", { by: one.lent_by!, to: one.display_name ?? one.name, role: one.label, day: one.to ?? "" });
  return (
    <Ask
      title={t("people.disable")}
      line={t("people.disable.line", { name })}
      onClose={onClose}
      act={(reason) => {
        if (tasks.length > 0 && colleagues.length > 0 && !to) throw new Error(t("people.work.fill"));
        return take(api.POST("/api/v1/accounts/{id}", { params: { path: { id: person.id } }, body: { do: "disable", reason, ...(to && to !== "none" ? { to: Number(to) } : {}) } }));
      }}
    >
      <h3>{t("people.work")}</h3>
      {!work.data ? (
        <Waiting rows={2} />
      ) : lines.length + loans.length === 0 ? (
        <p className="people-none">{t("people.work.none")}</p>
      ) : (
        <ul className="people-work">
          {[...lines, ...loans.map(loan)].map((line) => (
            <li key={line}>
              <Data text={line} />
            </li>
          ))}
        </ul>
      )}
      {tasks.length > 0 &&
        (colleagues.length > 0 ? (
          <FieldInput
            field={{ name: "to", label: t("people.work.to"), type: "enum", required: true, hint: t("people.work.hint"), choices: [...colleagues.map((one) => ({ code: String(one.id), label: one.display_name ?? one.name })), { code: "none", label: t("people.work.nobody") }] }}
            value={to || undefined}
            onChange={(value) => setTo(String(value ?? ""))}
          />
        ) : (
          <Note tone="doubt">{t("people.work.alone")}</Note>
        ))}
    </Ask>
  );
}
