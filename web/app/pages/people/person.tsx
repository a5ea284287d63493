/* The account that is chosen: what it can do now, the roles it holds and held, and what is done with it. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "../../api/client.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { Note } from "../../ui/note.tsx";
import { accessOf, actsOf, isErased, useMay, rolesOf, type Held, type Person, type Unit } from "../../rooms/people/roster.ts";
import { grantColumns } from "../../rooms/people/grant-columns.tsx";
import { SideSheet } from "../../ui/side-sheet.tsx";
import { Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { useLanguage, useText, wordOf, type Key } from "../../text/index.ts";
import { linesOf, sourcesOf, type Source } from "./can.ts";
import { Ask, Erase, Give, Move } from "./dialogs.tsx";
import { Disable } from "./disable.tsx";
import { makeLink, type Slip } from "./slips.tsx";
import { useWhen } from "./rail.tsx";
import { inForce, useReach } from "./unit.tsx";

type Act = "give" | "end" | "move" | "disable" | "enable" | "reset" | "erase";

export function PersonPane({ unit, person, grants, onSlips }: { unit: Unit; person: Person; grants: readonly Held[]; onSlips: (slips: readonly Slip[]) => void }) {
  const t = useText();
  const may = useMay();
  const roles = useQuery(rolesOf(useLanguage())).data ?? [];
  const [act, setAct] = useState<Act>();
  const [ending, setEnding] = useState<Held>();
  const [told, setTold] = useState<Key>();
  const erased = isErased(person.display_name);
  const name = erased ? t("people.erased") : person.display_name!;
  const close = () => setAct(undefined);
  const held = inForce(grants);
  const administers = held.some(({ role }) => role.endsWith("_administrator"));
  const own = person.id === may.account;
  const manages = may.manages(person.unit) && !own && (may.security || !administers);
  const active = person.state !== "disabled";
  const links = active && manages && (may.security || person.state === "invited");
  const mayEnd = (grant: Held) => grant.state !== "ended" && (may.security || own || roles.some((role) => role.role === grant.role && role.granted_by === "centre_manager" && may.manager && may.own === grant.unit));
  const verbs: readonly (readonly [Exclude<Act, "end">, boolean])[] = [
    ["give", active && may.manages(person.unit) && !own],
    ["reset", links],
    ["move", active && manages && (may.security || may.system)],
    ["disable", active && manages],
    ["enable", !active && manages && !erased],
    ["erase", !active && may.security && !erased],
  ];
  const enable = (reason: string) => take(api.POST("/api/v1/accounts/{id}", { params: { path: { id: person.id } }, body: { do: "enable", reason } }));
  return (
    <section className="people-person" aria-label={name}>
      <header>
        <h2>
          <Data text={t("people.can", { name })} />
        </h2>
        <p className="no-print">
          {verbs
            .filter(([, allowed]) => allowed)
            .map(([verb]) => (
              <Button key={verb} size="small" onClick={() => setAct(verb)}>
                {t(verb === "reset" && person.state === "invited" ? "people.relink" : `people.${verb}`)}
              </Button>
            ))}
        </p>
      </header>
      {told && <Note role="status">{t(told)}</Note>}
      {active && held.length > 0 ? <Can roles={held.filter(({ state }) => state === "active").map(({ role }) => role)} grants={held.length} /> : <p className="people-none">{t(active ? "people.can.nothing" : "people.can.closed")}</p>}
      <h2>{t("people.grants")}</h2>
      {grants.length === 0 ? <p className="people-none">{t("people.noRole")}</p> : <Grants grants={grants} mayEnd={mayEnd} onEnd={setEnding} />}
      <Acts account={person.id} />
      {act === "give" && <Give unit={unit} person={person} held={grants} onClose={close} />}
      {act === "move" && <Move person={person} onClose={close} />}
      {act === "erase" && <Erase person={person} onClose={close} />}
      {act === "disable" && <Disable unit={unit} person={person} name={name} onClose={close} />}
      {act === "enable" && <Ask title={t("people.enable")} line={t("people.enable.line", { name })} act={enable} onClose={close} />}
      {act === "reset" && (
        <Ask
          title={t(person.state === "invited" ? "people.relink" : "people.reset")}
          line={t(person.state === "invited" ? "people.relink.line" : "people.reset.line", { name })}
          onClose={close}
          act={async (reason) => {
            const link = await makeLink(person.id, reason);
            if (link) onSlips([{ account: person.id, name: person.name, person: name, unit: unit.name, role: held[0]?.label, reset: person.state !== "invited", ...link }]);
            else setTold("people.waits");
          }}
        />
      )}
      {ending && (
        <Ask title={t("people.end")} line={t("people.end.line", { role: ending.label, name })} act={(reason) => take(api.POST("/api/v1/grants/{id}/end", { params: { path: { id: ending.id } }, body: { reason } }))} onClose={() => setEnding(undefined)} />
      )}
    </section>
  );
}

function Grants({ grants, mayEnd, onEnd }: { grants: readonly Held[]; mayEnd: (grant: Held) => boolean; onEnd: (grant: Held) => void }) {
  const t = useText();
  const reach = useReach();
  return (
    <div className="table-scroll">
      <Table
        rows={grants}
        keyOf={(grant) => grant.id}
        columns={[
          { head: t("people.role"), cell: (grant) => <Data text={grant.label} /> },
          { head: t("people.scope"), cell: (grant) => reach(grant.role) },
          ...grantColumns(t),
          {
            className: "number",
            cell: (grant) =>
              mayEnd(grant) && (
                <Button type="link" size="small" aria-label={`${t("people.end")} ${grant.label}`} onClick={() => onEnd(grant)}>
                  {t("people.end")}
                </Button>
              ),
          },
        ]}
      />
    </div>
  );
}

function Acts({ account }: { account: number }) {
  const t = useText();
  const language = useLanguage();
  const when = useWhen();
  const acts = useQuery(actsOf(account));
  const types = useQuery(accessOf(language)).data;
  if (!acts.data || !types) return null;
  const labelOf = (type: string) => types.find(({ name }) => name === type)?.label ?? type;
  const doneOf = (type: string, action: string) => {
    const [word = ""] = action.split(" ");
    const named = types.find(({ name }) => name === type)?.actions?.find(({ name }) => name === word)?.label?.[language];
    return named ?? wordOf(t, `people.did.${word}`, word);
  };
  return (
    <>
      <h2>{t("people.did")}</h2>
      {acts.data.length === 0 ? (
        <p className="people-none">{t("people.did.none")}</p>
      ) : (
        <Table
          rows={acts.data}
          keyOf={(_, i) => i}
          columns={[
            { head: t("people.did.what"), cell: ({ type, id, action }) => <Data text={t("people.did.line", { action: doneOf(type, action), type: labelOf(type), id })} /> },
            { head: t("people.did.when"), className: "day", cell: ({ at_ms }) => when(at_ms) },
          ]}
        />
      )}
    </>
  );
}

const NAMED = 2; // kinds named in a line, and actions

function Can({ roles, grants }: { roles: readonly string[]; grants: number }) {
  const t = useText();
  const language = useLanguage();
  const types = useQuery(accessOf(language));
  const [all, setAll] = useState(false);
  if (!types.data) return <Waiting rows={4} />;
  const sources = sourcesOf(types.data, roles, language);
  const { lines, rest } = linesOf(sources);
  const tick = (can: boolean) => (can ? <span className="ok">✓<span className="said">{t("people.yes")}</span></span> : <span className="quiet">{t("people.no")}</span>);
  const some = (names: readonly string[], most: number) => names.slice(0, most).join(t("people.sep"));
  return (
    <>
      {sources.length === 0 ? (
        <p className="people-none">{t("people.can.admin")}</p>
      ) : (
        <table className="plain-table people-can">
          <thead>
            <tr>
              <th scope="col">{t("people.kinds")}</th>
              <th scope="col">{t("people.scope")}</th>
              <th scope="col">{t("people.reads")}</th>
              <th scope="col">{t("people.writes")}</th>
              <th scope="col">{t("people.acts")}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.types.join()}>
                <td title={line.types.join(t("people.sep"))}>
                  <Data text={line.types.length > NAMED ? t("people.kinds.n", { names: some(line.types, NAMED), n: line.types.length }) : some(line.types, NAMED)} />
                </td>
                <td>{wordOf(t, `people.relation.${line.relation}`, line.relation)}</td>
                <td>{tick(line.reads)}</td>
                <td>{tick(line.writes)}</td>
                <td title={line.acts.join(t("people.sep"))}>{line.acts.length > 0 ? <Data text={some(line.acts, 4) + (line.acts.length > 4 ? t("people.acts.more", { n: line.acts.length }) : "")} /> : <span className="quiet">{t("people.no")}</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="people-none">
        {t("people.can.of", { n: grants })}
        {rest > 0 && t("people.can.rest", { n: rest })}{" "}
        {sources.length > 0 && (
          <Button type="link" size="small" onClick={() => setAll(true)}>
            {t("people.rules", { n: sources.length })}
          </Button>
        )}
      </p>
      {all && (
        <SideSheet title={t("people.rules", { n: sources.length })} onClose={() => setAll(false)}>
          <div className="people-sheet">
            <Rules sources={sources} roles={roles} />
          </div>
        </SideSheet>
      )}
    </>
  );
}

function Rules({ sources, roles }: { sources: readonly Source[]; roles: readonly string[] }) {
  const t = useText();
  const all = useQuery(rolesOf(useLanguage())).data ?? [];
  const words = (of: string | readonly string[] | undefined) => (of === undefined || of === "all" ? [] : typeof of === "string" ? [of] : of);
  return (
    <Table
      rows={sources}
      keyOf={(_, i) => i}
      columns={[
        { head: t("people.kinds"), cell: ({ type }) => <Data text={type} /> },
        { head: t("people.role"), cell: ({ rule }) => <Data text={all.filter(({ role }) => roles.includes(role) && words(rule.roles).includes(role)).map(({ label }) => label).join(t("people.sep"))} /> },
        { head: t("people.scope"), cell: ({ rule }) => wordOf(t, `people.relation.${rule.relation}`, rule.relation) },
        {
          head: t("people.verbs"),
          cell: ({ rule, acts }) => (
            <>
              <Data text={[...rule.verbs.map((verb) => wordOf(t, `people.verb.${verb}`, verb)), ...acts].join(t("people.sep"))} />
              {words(rule.fields).length > 0 && <small>{t("people.fields", { n: words(rule.fields).length })}</small>}
            </>
          ),
        },
      ]}
    />
  );
}
