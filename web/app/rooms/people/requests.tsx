/* What administrators ask of each other: a role, a new link for one of them, an erasure, a setting of security. The second
 * one agrees or sends it back; who asked takes it back or urges. */
import "./requests.css";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api, take } from "../../api/client.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { useAct } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { requestOf } from "../task/confirming.ts";
import { Refuse } from "../task/confirm.tsx";
import { Data } from "../../ui/data.tsx";
import { conflictOf, grantsOf, rereadRoster, rolesOf } from "./roster.ts";
import { useBox, type Row } from "../task/todo.ts";
import { minute } from "../../ui/time.ts";
import { useTaskWords } from "../task/words.ts";

export interface Asked {
  row: Row;
  mine: boolean;
}

const isOurs = ({ kind, type, arguments: said }: Row) => kind === "approval" && said !== undefined && /^(grant|setting|erasure)$/.test(type);

/* Those that wait, for the reader or for another whom he asked, and the latest that are decided. */
export function useRequests() {
  const todo = useBox("todo");
  const mine = useBox("mine");
  const done = useBox("done");
  const rows = (list: typeof todo) => list.data?.pages.flatMap(({ items }) => items).filter(isOurs) ?? [];
  return {
    ready: !!(todo.data && mine.data && done.data),
    error: todo.error ?? mine.error ?? done.error,
    waiting: [...rows(todo).map((row): Asked => ({ row, mine: false })), ...rows(mine).filter((row) => row.proposal_state === "open").map((row): Asked => ({ row, mine: true }))],
    decided: [...rows(done), ...rows(mine).filter((row) => row.proposal_state !== "open")].sort((a, b) => b.since_ms - a.since_ms),
  };
}

export const isReset = ({ type, change = "" }: Row) => type === "setting" && change.startsWith("sign_in_link ");

/* `onLink`: what agreeing gave to be handed on. */
export function RequestCard({ row, mine, onLink }: Asked & { onLink?: (row: Row, link: string, hours: number) => void }) {
  const t = useText();
  const language = useLanguage();
  const words = useTaskWords();
  const of = row.type === "grant" ? row.id : 0;
  const roles = useQuery(rolesOf(language)).data ?? [];
  const held = useQuery({ ...grantsOf({ account: of }), enabled: of > 0 });
  const [seen, setSeen] = useState(false);
  const { busy, error, act } = useAct();
  const [refusing, setRefusing] = useState(false);
  const role = roles.find(({ role }) => role === row.arguments?.role);
  const conflict = of ? conflictOf(role, held.data?.items ?? [], roles) : undefined;
  const send = requestOf(row);
  const reset = isReset(row);
  const agree = async () => {
    const made = await send!();
    if (made.link) onLink?.(row, made.link, made.hours ?? 24);
    await rereadRoster();
  };
  const name = `${row.what} ${words.title(row)}`;
  return (
    <li className="request">
      <header>
        <b>
          <Data text={t("people.request", { what: row.what, title: words.title(row) })} />
        </b>
        <small>{minute(row.since_ms).slice(5)}</small>
      </header>
      <p>
        <Data text={(row.asked ?? []).map((line) => line.replace(/^[^：:]*(：|: )/, "")).join(t("common.comma"))} />
      </p>
      <p className="request-why">
        <Data text={t(mine ? "people.request.mine" : "people.request.by", { by: row.by ?? "", reason: row.reason ?? "" })} />
      </p>
      {conflict ? (
        <p className="no">✕ {t("people.conflict")}</p>
      ) : of && held.data ? (
        <p className="ok">✓ {t("people.noConflict")}</p>
      ) : null}
      {error && (
        <p className="no" role="alert">
          <Data text={error.message} />
        </p>
      )}
      {mine ? (
        <p className="request-verbs">
          <span>{t("people.request.waits")}</span>
          <Button size="small" aria-label={`${t("case.proposal.withdraw")} ${name}`} onClick={() => setRefusing(true)}>
            {t("case.proposal.withdraw")}
          </Button>
        </p>
      ) : conflict ? null : row.type === "grant" || reset ? (
        <>
          {reset && (
            <label className="tick">
              <input type="checkbox" checked={seen} onChange={(event) => setSeen(event.target.checked)} /> {t("people.request.verified")}
            </label>
          )}
          <p className="request-verbs">
            <Button size="small" type="primary" loading={busy} disabled={reset && !seen} aria-label={`${t("people.agree")} ${name}`} onClick={() => void act(agree)}>
              {t("people.agree")}
            </Button>
            <Button size="small" aria-label={`${t("case.confirm.refuse")} ${name}`} onClick={() => setRefusing(true)}>
              {t("case.confirm.refuse")}
            </Button>
          </p>
        </>
      ) : (
        <p className="request-verbs">
          <Link className="button small" to={`/confirm/${row.proposal}`} aria-label={`${t("desk.open")} ${name}`}>
            {t("desk.open")}
          </Link>
        </p>
      )}
      {refusing && (
        <Refuse
          mine={mine}
          line={t("confirm.refuse.line", { action: row.what })}
          refuse={(reason) => take(api.DELETE("/api/v1/proposals/{id}", { params: { path: { id: row.proposal! }, query: { reason } } })).then(rereadRoster)}
          onClose={() => setRefusing(false)}
        />
      )}
    </li>
  );
}
