/* The second person's page of what is proposed on a record (a grant, a reading, a payment …) or within an office (a
 * policy, a setting, an erasure). */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, Navigate, useParams } from "react-router";
import { api, take } from "../../api/client.ts";
import { usePacks } from "../../api/packs.ts";
import { queries, rereadCases } from "../../api/query.ts";
import { recordOf, titleOf, typeOf } from "../../api/records.ts";
import type { paths } from "../../api/schema.ts";
import type { Values } from "../../fields/field.ts";
import { addressOf, requestOf } from "../../rooms/task/confirming.ts";
import { Changes, Confirm, ConfirmGone, ProposedBy, Row, useFieldChanges } from "../../rooms/task/confirm.tsx";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { Note } from "../../ui/note.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { placeOf, type Row as Task } from "../../rooms/task/todo.ts";
import { useTaskWords } from "../../rooms/task/words.ts";
import { minute } from "../../ui/time.ts";
import { useLanguage, useText } from "../../text/index.ts";

type Page = paths["/api/v1/todo"]["get"]["responses"]["200"]["content"]["application/json"];

/* The row of a proposal that waits for its reader, or that he made; null: neither. */
async function findTask(proposal: number): Promise<(Task & { mine: boolean }) | null> {
  for (const box of ["todo", "mine"])
    for (let cursor: string | undefined | null = ""; typeof cursor === "string"; ) {
      const page: Page = await take(api.GET("/api/v1/todo", { params: { query: { box, each: true, limit: 200, ...(cursor ? { cursor } : {}) } } }));
      const found = page.items.find((one) => one.kind === "approval" && one.proposal === proposal && one.proposal_state === "open");
      if (found) return { ...found, mine: box === "mine" };
      cursor = page.next;
    }
  return null;
}

export default function ConfirmProposal() {
  const proposal = Number(useParams().proposal);
  const language = useLanguage();
  const task = useQuery({ queryKey: ["todo", "proposal", proposal, language], queryFn: () => findTask(proposal), staleTime: 0 });
  if (task.error) return <Failed page error={task.error} retry={() => void task.refetch()} />;
  if (task.data === undefined) return <Waiting rows={8} />;
  if (task.data === null) return <ConfirmGone />;
  if (task.data.type === "case") return <Navigate to={placeOf(task.data)} replace />;
  return task.data.arguments === undefined ? <OfRecord task={task.data} /> : <OfOffice task={task.data} />;
}

const reread = () => Promise.all([rereadCases(), ...["todo", "record", "records", "history", "packs"].map((key) => queries.invalidateQueries({ queryKey: [key] }))]);

function OfRecord({ task }: { task: Task & { mine: boolean } }) {
  const t = useText();
  const language = useLanguage();
  const { type: name, id } = task;
  const type = useQuery(typeOf(name));
  const row = useQuery(recordOf(name, id));
  const [version, setVersion] = useState<number>();
  const proposed = row.data?._proposals?.find((one) => one.id === task.proposal);
  const fields = useFieldChanges(proposed ? [{ type: name, now: row.data, then: proposed.arguments ?? {} }] : []);
  if (row.data && version === undefined) setVersion(row.data.version);
  const error = type.error ?? row.error;
  if (error) return <Failed page error={error} retry={() => void row.refetch()} />;
  if (!type.data || !row.data) return <Waiting rows={8} />;
  if (!proposed) return <ConfirmGone />;
  const action = type.data.actions.find((one) => one.name === proposed.action);
  const label = action?.label?.[language] ?? proposed.action;
  const state = (of: string | undefined) => type.data.states.find((one) => one.name === of)?.label?.[language] ?? of;
  const title = titleOf(type.data, row.data, language);
  const path = { type: name, id, action: proposed.action };
  return (
    <Confirm
      action={label}
      mine={task.mine}
      of={{ label: title, to: `/r/${name}/${id}` }}
      line={t("confirm.refuse.line", { action: label })}
      confirm={() => take(api.POST("/api/v1/records/{type}/{id}/actions/{action}", { params: { path, header: { "If-Match": `"${version}"` } }, body: {} })).then(reread)}
      refuse={(reason) => take(api.DELETE("/api/v1/records/{type}/{id}/actions/{action}", { params: { path, query: { reason } } })).then(reread)}
      to={`/r/${name}/${id}`}
    >
      <What task={task} label={label} title={<Link to={`/r/${name}/${id}`}><Data text={title} /></Link>} />
      <Changes changes={[...(action?.to && action.to !== row.data.state ? [{ thing: t("records.state"), now: state(row.data.state), then: state(action.to) }] : []), ...fields]} />
    </Confirm>
  );
}

function OfOffice({ task }: { task: Task & { mine: boolean } }) {
  const t = useText();
  const words = useTaskWords();
  const [link, setLink] = useState<string>();
  const request = requestOf(task);
  const confirm = async () => {
    const made = (await request!()) as Values | undefined;
    await reread();
    if (typeof made?.link !== "string") return true;
    setLink(made.link);
    return false;
  };
  return (
    <Confirm
      action={task.what}
      mine={task.mine}
      of={{ label: words.title(task) }}
      line={t("confirm.refuse.line", { action: task.what })}
      confirm={request && !link ? confirm : undefined}
      refuse={(reason) => take(api.DELETE("/api/v1/proposals/{id}", { params: { path: { id: task.proposal! }, query: { reason } } })).then(reread)}
      to="/todo"
    >
      {link && (
        <Note tone="told" role="status">
          <Code block text={addressOf(link)} />
        </Note>
      )}
      {!request && !task.mine && <Note tone="doubt">{t("confirm.secret")}</Note>}
      <What task={task} label={task.what} title={words.title(task)} />
      {task.type === "pack" && <OfPolicy task={task} />}
    </Confirm>
  );
}

/* What counts now and what would, with the document and what decides differently. */
function OfPolicy({ task }: { task: Task }) {
  const t = useText();
  const [what, id = ""] = (task.change ?? "").split(" ");
  const all = usePacks().data;
  const active = all?.active.find(({ pack }) => pack === id);
  const waits = all?.waiting.find(({ pack }) => pack === id);
  const version = String(task.arguments && "version" in task.arguments ? task.arguments.version : "");
  return (
    <>
      {what === "activate" && all && <Changes changes={[{ thing: t("policy.confirm.counts"), now: active ? t("policy.version", { version: active.version }) : t("policy.confirm.none"), then: t("policy.version", { version }) }]} />}
      <p className="confirm-links">
        <Link to={`/policies/${id}${what !== "activate" ? "?view=versions" : waits ? `?digest=${waits.digest}` : ""}`}>{t("policy.confirm.open")}</Link>{" "}
        {what === "activate" && (waits ?? active) && <Link to={`/policies/diff?pack=${id}&with=${(waits ?? active)!.digest}`}>{t("policy.confirm.diff")}</Link>}
        {what === "read" && <Link to={`/policies/ambiguities?pack=${id}#${task.change!.split(" ")[2]}`}>{t("policy.ambiguities")}</Link>}
      </p>
    </>
  );
}

function What({ task, label, title }: { task: Task; label: string; title: React.ReactNode }) {
  const t = useText();
  return (
    <section>
      <h2>
        {t("case.confirm.what")} <small>{task.due_ms && t("case.confirm.expires", { at: minute(task.due_ms) })}</small>
      </h2>
      <dl className="confirm-rows">
        <Row name={t("case.confirm.decision")}>
          <b>
            <Data text={label} />
          </b>
        </Row>
        <Row name={task.type_label}>{typeof title === "string" ? <Data text={title} /> : title}</Row>
        <ProposedBy name={task.by} at_ms={task.since_ms} reason={task.reason} />
        {task.asked?.map((line) => {
          const [, of = "", text = ""] = /^(.*?)(?:：|: )(.*)$/s.exec(line) ?? [];
          return (
            <Row key={line} name={of}>
              <Data text={text} />
            </Row>
          );
        })}
      </dl>
    </section>
  );
}
