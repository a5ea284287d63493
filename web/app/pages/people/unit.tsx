/* A unit: its facts, the table of its accounts, and the account that is chosen. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { typeOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { Button } from "../../ui/ant.ts";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { Note } from "../../ui/note.tsx";
import { grantsOf, isErased, peopleOf, useMay, type Held, type Person, type Unit } from "../../rooms/people/roster.ts";
import { StateTag } from "../../ui/state-tag.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { day, minute } from "../../ui/time.ts";
import { useText, wordOf } from "../../text/index.ts";
import { ImportDialog } from "../../rooms/record/import.tsx";
import { Invite } from "./dialogs.tsx";
import { PeopleImport } from "./import.tsx";
import { PersonPane } from "./person.tsx";
import { useWhen } from "./rail.tsx";
import type { Slip } from "./slips.tsx";

interface Props {
  unit: Unit;
  units: readonly Unit[];
  person?: number;
  onPick: (person?: number) => void;
  onSlips: (slips: readonly Slip[]) => void;
}

export function UnitPane({ unit, units, person, onPick, onSlips }: Props) {
  const t = useText();
  const may = useMay();
  const [open, setOpen] = useState<"invite" | "people" | "party" | "office">();
  const [waits, setWaits] = useState(false);
  const read = useQuery(peopleOf({ unit: unit.id }));
  const grants = useQuery(grantsOf({ unit: unit.id, ended: true }));
  const over = units.find((one) => one.kind === "city_office" && one.region.slice(0, 4) === unit.region.slice(0, 4) && one.id !== unit.id);
  const chosen = read.data?.items.find(({ id }) => id === person);
  const month = day(serverNow()).slice(0, 7);
  return (
    <>
      <header className="page-head">
        <div className="page-head-words">
          <p className="crumb">
            {t("people.title")}
            {over && (
              <>
                {" / "}
                <Link to={`/people?unit=${over.id}`}>
                  <Data text={over.name} />
                </Link>
              </>
            )}
          </p>
          <h1>
            <Data text={unit.name} />
          </h1>
        </div>
        <div className="page-head-actions no-print">
          {(may.security || may.system || may.manager) && <Excel onOpen={setOpen} units={may.security || may.system} />}
          {may.manages(unit.id) && (
            <Button onClick={() => setOpen("invite")}>＋ {t("people.invite")}</Button>
          )}
        </div>
      </header>
      <dl className="fact-line people-facts">
        {unit.credit_code && (
          <div>
            <dt>{t("people.code")}</dt>
            <dd>
              <Code text={unit.credit_code} />
            </dd>
          </div>
        )}
        {read.data && (
          <>
            <div>
              <dt>{t("people.people")}</dt>
              <dd>{read.data.items.filter(({ state }) => state !== "disabled").length}</dd>
            </div>
            <div>
              <dt>{t("people.month")}</dt>
              <dd>{read.data.items.filter(({ last_ms }) => last_ms && minute(last_ms).startsWith(month)).length}</dd>
            </div>
          </>
        )}
      </dl>
      {waits && <Note role="status">{t("people.waits")}</Note>}
      {read.error ?? grants.error ? (
        <Failed error={(read.error ?? grants.error)!} retry={() => void Promise.all([read.refetch(), grants.refetch()])} />
      ) : !read.data || !grants.data ? (
        <Waiting rows={5} />
      ) : read.data.items.length === 0 ? (
        <Empty title={t("people.empty")} text={t("people.empty.why")} />
      ) : (
        <Accounts people={read.data.items} grants={grants.data.items} chosen={chosen} onPick={onPick} />
      )}
      {chosen && grants.data && <PersonPane key={chosen.id} unit={unit} person={chosen} grants={grants.data.items.filter(({ account }) => account === chosen.id)} onSlips={onSlips} />}
      {open === "invite" && (
        <Invite
          unit={unit}
          onClose={() => setOpen(undefined)}
          onMade={(slip, waiting) => {
            setWaits(waiting);
            onSlips([slip]);
          }}
        />
      )}
      {open === "people" && <PeopleImport onClose={() => setOpen(undefined)} onSlips={onSlips} />}
      {(open === "party" || open === "office") && <UnitImport type={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function UnitImport({ type, onClose }: { type: "party" | "office"; onClose: () => void }) {
  const described = useQuery(typeOf(type));
  return described.data ? <ImportDialog type={described.data} onClose={onClose} /> : null;
}

function Excel({ onOpen, units }: { onOpen: (what: "people" | "party" | "office") => void; units: boolean }) {
  const t = useText();
  const [shown, setShown] = useState(false);
  const kinds = units ? (["office", "party", "people"] as const) : (["people"] as const);
  return (
    <span className="people-menu" onKeyDown={(event) => event.key === "Escape" && setShown(false)}>
      <Button aria-expanded={shown} onClick={() => setShown(!shown)}>
        {t("people.excel")}
      </Button>
      {shown && (
        <ul>
          {kinds.map((kind) => (
            <li key={kind}>
              <button
                type="button"
                onClick={() => {
                  setShown(false);
                  onOpen(kind);
                }}
              >
                {t(`people.excel.${kind}`)}
              </button>
            </li>
          ))}
        </ul>
      )}
    </span>
  );
}

/* Own roles first, what is lent behind. */
export const inForce = (grants: readonly Held[]) => grants.filter(({ state }) => state !== "ended").sort((a, b) => Number(!!a.lent_by) - Number(!!b.lent_by));

export function useReach() {
  const t = useText();
  return (role: string): string => t(role.endsWith("_administrator") ? "people.reach.all" : /^province|^ip_centre|^finance|^auditor/.test(role) ? "people.reach.province" : role.startsWith("city") ? "people.reach.city" : "people.reach.unit");
}

function Accounts({ people, grants, chosen, onPick }: { people: readonly Person[]; grants: readonly Held[]; chosen?: Person; onPick: (person?: number) => void }) {
  const t = useText();
  const when = useWhen();
  return (
    <div className="table-scroll">
      <Table
        className="people-table"
        rows={people}
        keyOf={({ id }) => id}
        rowProps={({ id }) => ({ "aria-selected": id === chosen?.id })}
        columns={[
          {
            head: t("people.name"),
            cell: (one) => (
              <>
                <button type="button" className="people-pick" aria-pressed={one.id === chosen?.id} onClick={() => onPick(one.id === chosen?.id ? undefined : one.id)}>
                  <b>
                    <Data text={isErased(one.display_name) ? t("people.erased") : one.display_name!} />
                  </b>
                </button>
                <small className="mono">{one.name}</small>
              </>
            ),
          },
          { head: t("people.roles"), cell: ({ id }) => <HeldRoles grants={grants.filter(({ account }) => account === id)} /> },
          {
            head: t("people.factor"),
            cell: ({ state, second_factor }) =>
              state === "disabled" ? <span className="quiet">{t("people.notApplying")}</span> : second_factor ? <span className="ok">✓ {t("people.set")}</span> : <span className="near">△ {t("people.unset")}</span>,
          },
          { head: t("people.last"), className: "day", cell: ({ last_ms }) => (last_ms ? when(last_ms) : <span className="quiet">{t("people.never")}</span>) },
          {
            head: t("people.state"),
            cell: ({ state, link_until_ms }) => (
              <>
                <StateTag tone={state === "active" ? "green" : state === "invited" ? "blue" : "grey"}>{wordOf(t, `people.state.${state}`, state)}</StateTag>
                {state === "invited" && <small>{link_until_ms ? t("people.until", { day: minute(link_until_ms).slice(5, 10) }) : t("people.noLink")}</small>}
              </>
            ),
          },
        ]}
      />
    </div>
  );
}

/* The roles in force; without one, the last. */
function HeldRoles({ grants }: { grants: readonly Held[] }) {
  const t = useText();
  const reach = useReach();
  const held = inForce(grants);
  const [last] = grants;
  if (!last) return <span className="quiet">{t("people.noRole")}</span>;
  if (held.length === 0)
    return (
      <span className="quiet">
        <Data text={last.label} />
        {last.to && ` ${t("people.ended", { day: last.to })}`}
      </span>
    );
  return held.map((grant, i) => (
    <span key={grant.id} className={i ? "people-also" : undefined}>
      {i ? "＋ " : ""}
      <Data text={t("people.reaching", { role: grant.label, reach: reach(grant.role) })} />
      {grant.state === "later" && ` ${t("people.begins", { day: grant.from })}`}
      {grant.to && ` ${t("people.ends", { day: grant.to })}`}
      {grant.lent_by && ` ${t("people.lent", { by: grant.lent_by })}`}
    </span>
  ));
}
