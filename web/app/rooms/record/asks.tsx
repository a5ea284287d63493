/* What a record asks of others, beside it, for who may change it: whom, since when, how it was answered; ask, remind,
 * make a link, withdraw. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, base, Problem, take, type Schemas } from "../../api/client.ts";
import { writable, type RecordType, type Row } from "../../api/records.ts";
import type { paths } from "../../api/schema.ts";
import { useSession } from "../../api/session.ts";
import { fieldOf, isEmpty, type Field } from "../../fields/field.ts";
import { FieldForm } from "../../fields/field-form.tsx";
import { holds } from "../../fields/limits.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { Button } from "../../ui/ant.ts";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Note } from "../../ui/note.tsx";
import { day } from "../../ui/time.ts";

type Given = paths["/api/v1/records/{type}/{id}/assignments"]["get"]["responses"]["200"]["content"]["application/json"]["items"][number];

export function Asks({ type, row }: { type: RecordType; row: Row }) {
  const t = useText();
  const asks = row._may.includes("change") ? (type.asks ?? []) : [];
  const path = { type: type.name, id: row.id };
  const given = useQuery({
    queryKey: ["asks", type.name, row.id, row.version],
    queryFn: () => take(api.GET("/api/v1/records/{type}/{id}/assignments", { params: { path } })),
    enabled: asks.length > 0,
  });
  const of = (name: string) => given.data?.items.filter((one) => one.ask === name && !one.to_ms) ?? [];
  const asked = asks.map((ask) => ({ ask, given: of(ask.name) })).filter(({ ask, given: own }) => own.length > 0 || holds(ask.when, row));
  if (!given.data || !asked.length) return null;
  return (
    <section className="record-rail" aria-label={t("ask.rail")}>
      <h2>{t("ask.rail")}</h2>
      <ul>
        {asked.map(({ ask, given: own }) => (
          <OneAsk key={ask.name} type={type} row={row} ask={ask} given={own} />
        ))}
      </ul>
    </section>
  );
}

function OneAsk({ type, row, ask, given }: { type: RecordType; row: Row; ask: Schemas["RecordAsk"]; given: readonly Given[] }) {
  const t = useText();
  const language = useLanguage();
  const cache = useQueryClient();
  const path = { type: type.name, id: row.id };
  const [last] = given; // the latest first
  const open = last && !last.answer;
  const who = type.fields.find(({ name }) => name === ask.who);
  const roles = useSession().roles.map(({ role }) => role);
  const names = !!who && isEmpty(row[ask.who]) && writable(type, roles, "change", row.state).includes(who); // whom it asks is said here
  const [naming, setNaming] = useState(false);
  const reread = () => Promise.all(["asks", "record", "history"].map((key) => cache.invalidateQueries({ queryKey: [key] })));
  const make = useMutation({ mutationFn: (link: boolean) => take(api.POST("/api/v1/records/{type}/{id}/asks", { params: { path }, body: { ask: ask.name, link } })), onSuccess: reread });
  const withdraw = useMutation({
    mutationFn: (assignment: number) => take(api.DELETE("/api/v1/records/{type}/{id}/assignments/{assignment}", { params: { path: { ...path, assignment } } })),
    onSuccess: async () => {
      make.reset();
      await reread();
    },
  });
  const error = make.error ?? withdraw.error;
  const link = make.data?.link;
  return (
    <li>
      <div>
        <b>
          <Data text={ask.label?.[language] ?? ask.name} />
        </b>
        {!names && (
          <p>
            <Data text={last?.to ?? String(row[ask.who] ?? t("ask.rail.who", { field: who?.label?.[language] ?? ask.who }))} />
          </p>
        )}
        {given.map((one) => (
          <Told key={one.id} given={one} />
        ))}
        {link && (
          <Note role="status">
            {t("ask.rail.copy")} <Code block text={`${base}/a#${make.data!.id}.${link}`} />
          </Note>
        )}
        {make.isSuccess && make.variables === false && open && last.id === make.data.id && <p role="status">{t("ask.rail.told")}</p>}
        {error && (
          <p role="alert">
            <Data text={error.message} />
          </p>
        )}
      </div>
      {names && (
        <Button size="small" onClick={() => setNaming(true)}>
          {t("ask.rail.open")}
        </Button>
      )}
      {naming && <NameDialog type={type} row={row} field={{ ...fieldOf(who!, language), required: true }} ask={ask.name} onClose={() => setNaming(false)} done={reread} />}
      {row[ask.who] !== null && last?.answer !== "given" && (!open || last.reached) && (
        <Button size="small" loading={make.isPending && !make.variables} onClick={() => make.mutate(false)}>
          {t(open ? "ask.rail.urge" : "ask.rail.open")}
        </Button>
      )}
      {row[ask.who] !== null && last?.answer !== "given" && ask.link && (
        <Button size="small" loading={make.isPending && make.variables} onClick={() => make.mutate(true)}>
          {t("ask.rail.link")}
        </Button>
      )}
      {last && last.answer !== "refused" && (
        <Button size="small" loading={withdraw.isPending} onClick={() => withdraw.mutate(last.id)}>
          {t("ask.rail.withdraw")}
        </Button>
      )}
    </li>
  );
}

/* Says whom the record asks, and asks. */
function NameDialog({ type, row, field, ask, onClose, done }: { type: RecordType; row: Row; field: Field; ask: string; onClose: () => void; done: () => Promise<unknown> }) {
  const t = useText();
  const [value, setValue] = useState<unknown>();
  const [faults, setFaults] = useState<Problem["faults"]>([]);
  const path = { type: type.name, id: row.id };
  const act = async () => {
    try {
      await take(api.PATCH("/api/v1/records/{type}/{id}", { params: { path, header: { "If-Match": `"${row.version}"` } }, body: { [field.name]: value ?? null } }));
      await take(api.POST("/api/v1/records/{type}/{id}/asks", { params: { path }, body: { ask, link: false } }));
    } catch (error) {
      setFaults(error instanceof Problem ? error.faults : []);
      throw error;
    } finally {
      await done();
    }
  };
  return (
    <ConfirmDialog title={t("ask.rail.open")} verb={t("ask.rail.open")} onClose={onClose} act={act}>
      <FieldForm fields={[field]} values={{ [field.name]: value }} onChange={(_, next) => setValue(next)} errors={faults} />
    </ConfirmDialog>
  );
}

/* How it stands. The grade of an answer is always said: by an account, or by a link that anybody may have. */
function Told({ given }: { given: Given }) {
  const t = useText();
  const at = day(given.done_ms ?? given.from_ms);
  const lines = given.answer
    ? [t(given.answer === "refused" ? "ask.rail.refused" : given.how === "link" ? "ask.rail.byLink" : "ask.rail.account", { day: at }), given.reason]
    : [t("ask.rail.waits", { day: at, due: given.due ?? "" }), !given.reached && t("ask.rail.unreached"), given.link_until && t("ask.rail.linked", { day: day(given.link_until) })];
  return (
    <>
      {lines.map((line) => line && (
        <p key={line}>
          <Data text={line} />
        </p>
      ))}
    </>
  );
}

/* The word of a version that an answer or a withdrawal made; undefined: of another. */
export function useAskWord(type: RecordType, action: string): string | undefined {
  const t = useText();
  const language = useLanguage();
  const [, said, name] = /^(\w+):(.*)$/.exec(action) ?? [];
  const what = (["answer", "refuse", "withdraw"] as const).find((one) => one === said);
  if (!what) return undefined;
  return t(`ask.history.${what}`, { ask: type.asks?.find((one) => one.name === name)?.label?.[language] ?? name! });
}
