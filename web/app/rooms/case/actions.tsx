/* What can be done with a case, and what cannot be done yet: when it opens, why, and by which clause. */
import "./actions.css";
import { Button } from "../../ui/ant.ts";
import { Link, useLocation } from "react-router";
import { isReady, useActions, useCase, type CaseAction, type Why } from "../../api/cases.ts";
import { placeOf } from "../../api/obstacles.ts";
import { recordPath } from "../../api/records.ts";
import { useSession } from "../../api/session.ts";
import { mayOpen, rolesOf } from "../shell/routes.ts";
import { useText } from "../../text/index.ts";
import { Clause } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import { Icon } from "../../ui/icons.tsx";
import { reviewOf } from "./queue.ts";

/* What follows the step, in one sentence. */
export function useFollows() {
  const t = useText();
  return ({ to, two_persons, due, input }: CaseAction): string[] => [
    ...(two_persons ? [t("case.follows.two")] : []),
    ...(to ? [t("case.follows.to", { stage: to })] : []),
    ...(input?.papers ?? []).filter(({ required }) => required).map(({ title }) => t("case.follows.paper", { paper: title })),
    ...(due ? [t("case.follows.due", { day: due })] : []),
  ];
}

/* Steps that the document names stand before those that the office has of its own. */
export function CaseActions({ of, actions, onDo }: { of: number; actions: readonly CaseAction[]; onDo: (action: string) => void }) {
  const t = useText();
  const waiting = (action: CaseAction) => !!action.proposed;
  const open = actions.filter((action) => isReady(action) && !action.aside && !waiting(action)).sort((a, b) => Number(!a.clause) - Number(!b.clause));
  const asides = actions.filter((action) => action.open && action.aside && action.action !== "urge");
  const shut = actions.filter((action) => !isReady(action) && !waiting(action));
  return (
    <div className="case-actions">
      <section>
        <h2>
          {t("case.open")} <small>{open.length + asides.length || ""}</small>
        </h2>
        {open.length + asides.length === 0 && <p className="quiet">{t("case.open.none")}</p>}
        {open.map((action) => (
          <OpenAction key={action.action} action={action} onDo={onDo} />
        ))}
        {asides.length > 0 && (
          <div className="case-asides">
            {asides.map(({ action, label }) => (
              <Button key={action} size="small" onClick={() => onDo(action)}>
                {label}
              </Button>
            ))}
          </div>
        )}
      </section>
      {shut.length > 0 && (
        <section>
          <h2>
            {t("case.shut")} <small>{shut.length}</small>
          </h2>
          {shut.map((action) => (
            <ShutAction key={action.action} of={of} action={action} />
          ))}
        </section>
      )}
    </div>
  );
}

function OpenAction({ action, onDo }: { action: CaseAction; onDo: (action: string) => void }) {
  const t = useText();
  const follows = useFollows()(action);
  return (
    <article className="case-action">
      <header>
        <h3>
          <Data text={action.label} />
        </h3>
        <Button size="small" onClick={() => onDo(action.action)} aria-label={`${t(action.two_persons ? "case.propose" : "case.do")} ${action.label}`}>
          {t(action.two_persons ? "case.propose" : "case.do")}
        </Button>
      </header>
      {follows.length > 0 && (
        <p>
          <Data text={follows.join(t("common.semicolon"))} />
        </p>
      )}
      <Basis {...action} />
    </article>
  );
}

function ShutAction({ of, action }: { of: number; action: CaseAction }) {
  const t = useText();
  return (
    <article className="case-action case-action-shut">
      <header>
        <h3>
          <Icon name="lock" /> <Data text={action.label} />
        </h3>
        {action.opens_on && <span className="case-opens">{t("case.opensOn", { day: action.opens_on })}</span>}
      </header>
      <Reasons why={action.why} of={action} id={of} />
      <PanelDoor of={of} action={action} />
    </article>
  );
}

/* Why a step is closed; each clause is quoted once. */
export function Reasons({ why, of, id }: { why: readonly Why[]; of?: CaseAction; id: number }) {
  const quoted = new Set<string>();
  return (
    <>
      {why.map(({ message, clause, quote }, i) => {
        const fresh = !!clause && !quoted.has(clause + quote);
        if (fresh) quoted.add(clause + quote);
        return (
          <div key={i}>
            <p>
              <Data text={message} />
            </p>
            <Mend why={why[i]!} id={id} action={of?.action} />
            {fresh && <Basis clause={clause} quote={quote} />}
          </div>
        );
      })}
      {quoted.size === 0 && of && <Basis clause={of.clause} quote={of.quote} own={of.own} />}
    </>
  );
}

/* The form of the expert review that a step waits for, for the offices that form panels. */
export function PanelDoor({ of, action }: { of: number; action: CaseAction }) {
  const t = useText();
  const forms = useSession().roles.some(({ role }) => rolesOf("/panels").includes(role));
  return forms && reviewOf([action]) ? (
    <p className="case-mend">
      <Link className="button small" to={`/panels/new?cases=${of}`}>
        {t("panel.online")}
      </Link>{" "}
      <Link className="button small" to={`/review/meeting?cases=${of}`}>
        {t("meeting.record")}
      </Link>
    </p>
  ) : null;
}

/* The record in which something is missing, by its title, and the page that removes the obstacle (api/obstacles.ts), for who may
 * act there. */
export function Mend({ why, id, action }: { why: Why; id: number; action?: string }) {
  const t = useText();
  const { pathname, search } = useLocation();
  const { roles, unit } = useSession();
  const steps = useActions(id).data;
  const { process, party } = useCase(id).data ?? {};
  const { record_type: type = "", record, title } = why.missing ?? {};
  const open = steps?.filter((one) => one.open && !one.proposed).map((one) => one.action) ?? [];
  const place = why.code === "panel" ? undefined : placeOf(why, { id, unit: party?.unit === unit ? undefined : party?.unit, process, action, opens: steps?.find((one) => one.action === action)?.opens_on, open, pages: (path) => mayOpen(path, roles), back: pathname + search });
  if (!title && !place) return null;
  return (
    <p className="case-mend">
      {title && (
        <Link to={recordPath(type, record)}>
          <Data text={title} />
        </Link>
      )}
      {place && (
        <Link className="button small" to={place.to}>
          <Data text={t(place.text, { what: place.what ?? "" })} />
        </Link>
      )}
    </p>
  );
}

/* The clause with its quote; where the paper says nothing, in our own words what it leaves open. */
export function Basis({ clause, quote, own }: { clause?: string; quote?: string; own?: string }) {
  if (!clause)
    return own ? (
      <p className="case-own">
        <Data text={own} />
      </p>
    ) : null;
  return (
    <>
      <Clause clause={clause} boxed />
      {quote && (
        <blockquote className="case-quote" lang="zh-CN">
          {quote}
        </blockquote>
      )}
    </>
  );
}
