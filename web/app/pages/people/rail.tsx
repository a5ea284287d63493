/* Requests that wait for a second administrator, and how the three offices are held. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { serverNow } from "../../api/server-time.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { useKeys } from "../../ui/keys.ts";
import { RequestCard, useRequests } from "../../rooms/people/requests.tsx";
import { peopleOf, type Person } from "../../rooms/people/roster.ts";
import { SideSheet } from "../../ui/side-sheet.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { day, minute } from "../../ui/time.ts";
import type { Row } from "../../rooms/task/todo.ts";
import { useTaskWords } from "../../rooms/task/words.ts";
import { useText, wordOf } from "../../text/index.ts";

const OFFICES = ["system_administrator", "security_administrator", "audit_administrator"] as const;
const LAST = 3;

export function Rail({ onLink }: { onLink: (row: Row, link: string, hours: number) => void }) {
  const t = useText();
  const words = useTaskWords();
  const requests = useRequests();
  useKeys([{ keys: "a", label: t("people.agree"), run: () => document.querySelector<HTMLElement>(".request .ant-btn-primary")?.focus() }]);
  return (
    <>
      <section className="people-rail" aria-label={t("people.requests")}>
        <h2>
          {t("people.requests")} <small>{requests.ready && t("people.requests.n", { n: requests.waiting.length })}</small>
          <Link to="/roles?view=requests">{t("people.requests.done")}</Link>
        </h2>
        {requests.error ? (
          <Failed error={requests.error} />
        ) : !requests.ready ? (
          <Waiting rows={3} />
        ) : requests.waiting.length > 0 ? (
          <ul>
            {requests.waiting.map(({ row, mine }) => (
              <RequestCard key={row.proposal} row={row} mine={mine} onLink={onLink} />
            ))}
          </ul>
        ) : (
          <>
            <p className="people-none">{t("people.requests.none")}</p>
            <ul className="pair-rows people-decided">
              {requests.decided.slice(0, LAST).map((row) => (
                <li key={row.proposal}>
                  <Data text={`${row.what} ${words.title(row)}`} />
                  <small>
                    {wordOf(t, `people.decided.${row.proposal_state ?? "expired"}`, "")} {minute(row.since_ms).slice(5)}
                  </small>
                </li>
              ))}
            </ul>
          </>
        )}
      </section>
      <Three />
    </>
  );
}

/* Two of the security administrator are advised: what one of them asks for needs another. */
function Three() {
  const t = useText();
  const [sheet, setSheet] = useState<{ title: string; people: readonly Person[] }>();
  const read = OFFICES.map((role) => useQuery(peopleOf({ role }))); // always the three
  const silent = useQuery(peopleOf({ silent: true }));
  const holders = read.flatMap(({ data }) => data?.items.filter(({ state }) => state !== "disabled").map(({ id }) => id) ?? []);
  const both = holders.length - new Set(holders).size;
  const waits = [...read, silent].some(({ isPending }) => isPending);
  const number = (title: string, people: readonly Person[] | undefined) =>
    people === undefined ? (
      !waits && <span className="quiet">{t("people.unknown")}</span>
    ) : people.length === 0 ? (
      t("people.n", { n: 0 })
    ) : (
      <Button type="link" size="small" className="people-number" onClick={() => setSheet({ title, people })}>
        {t("people.n", { n: people.length })}
      </Button>
    );
  const rows = OFFICES.map((role, i) => {
    const people = read[i]!.data?.items.filter(({ state }) => state !== "disabled");
    return [
      t(`people.office.${role}`),
      <>
        {number(t(`people.office.${role}`), people)}
        {role === "security_administrator" && people?.length === 1 && <span className="near"> △ {t("people.two")}</span>}
        {people?.length === 0 && <span className="near"> △ {t("people.missing")}</span>}
      </>,
    ] as const;
  });
  return (
    <section className="people-rail people-three" aria-label={t("people.three")}>
      <h2>{t("people.three")}</h2>
      <KeyValues rows={[...rows, [t("people.both"), both ? <span className="no">✕ {t("people.n", { n: both })}</span> : <span className="ok">✓ {t("people.both.none")}</span>], [t("people.silent"), number(t("people.silent"), silent.data?.items)]]} />
      {sheet && (
        <SideSheet title={`${sheet.title} ${t("people.n", { n: sheet.people.length })}`} onClose={() => setSheet(undefined)}>
          <div className="people-sheet">
            <Table
              rows={sheet.people}
              keyOf={(one) => one.id}
              columns={[
                {
                  head: t("people.name"),
                  cell: (one) => (
                    <>
                      <Link to={`/people?unit=${one.unit}&person=${one.id}`}>
                        <Data text={one.display_name ?? one.name} />
                      </Link>
                      <small className="mono">{one.name}</small>
                    </>
                  ),
                },
                { head: t("people.unit"), cell: (one) => <Data text={one.unit_name} /> },
                { head: t("people.last"), className: "day", cell: (one) => (one.last_ms ? day(one.last_ms) : t("people.never")) },
              ]}
            />
          </div>
        </SideSheet>
      )}
    </section>
  );
}

/* 今天 09:12, 08-29 16:02; of another year its date. */
export function useWhen() {
  const t = useText();
  return (ms: number) => {
    const today = day(serverNow());
    const at = minute(ms);
    return at.slice(0, 10) === today ? t("people.today", { time: at.slice(11) }) : at.slice(0, 4) === today.slice(0, 4) ? at.slice(5) : at.slice(0, 10);
  };
}
