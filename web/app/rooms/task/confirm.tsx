/* The second person's page: what was proposed and by whom, what it changes, what speaks for and against it; then a
 * declaration and one of two verbs. */
import "../../ui/page-head.css";
import "../../ui/plain-table.css";
import "./confirm.css";
import { useQueries } from "@tanstack/react-query";
import { Button, Checkbox } from "../../ui/ant.ts";
import { useState, type ReactNode } from "react";
import { Link, useNavigate } from "react-router";
import { typeOf } from "../../api/records.ts";
import { fieldOf, type Values } from "../../fields/field.ts";
import { FieldInput } from "../../fields/field-input.tsx";
import { useLanguage, useText } from "../../text/index.ts";
import { useAct } from "../../ui/act.ts";
import { Data } from "../../ui/data.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { ErrorNote } from "../../ui/note.tsx";
import { RecordValue } from "../record/value.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Empty } from "../../ui/states.tsx";
import { minute } from "../../ui/time.ts";
import { useTitle } from "../../ui/title.ts";

interface Props {
  action: string; // label
  mine?: boolean; // its reader proposed it, and may take it back
  of: { label: string; to?: string; number?: string };
  children: ReactNode;
  aside?: ReactNode;
  line: string; // what follows when it is refused
  confirm?: () => Promise<unknown>; // absent: it is not confirmed here
  refuse: (reason: string) => Promise<unknown>;
  to: string; // where its reader goes afterwards
}

export function Confirm({ action, mine, of, children, aside, line, confirm, refuse, to }: Props) {
  const t = useText();
  const navigate = useNavigate();
  const [declared, setDeclared] = useState(false);
  const { busy, error, act } = useAct();
  const [refusing, setRefusing] = useState(false);
  const may = confirm && !mine;
  const title = mine ? action : t("case.confirm.title", { action });
  useTitle(title);
  const agree = async () => {
    if ((await confirm!()) === false) return undefined;
    await navigate(to);
    return "left";
  };
  return (
    <div className="confirm">
      <header className="confirm-head">
        <nav className="crumb" aria-label={t("case.crumb")}>
          <Link to="/todo">{t("desk.box.todo")}</Link> /{" "}
          {of.to ? (
            <Link to={of.to}>
              <Data text={of.label} /> <span className="mono">{of.number}</span>
            </Link>
          ) : (
            <Data text={of.label} />
          )}
        </nav>
        <h1>
          <Data text={title} />
          <StateTag tone="purple" ground>
            {t("case.confirm.tag")}
          </StateTag>
        </h1>
      </header>
      <div className={aside ? "confirm-panes" : "confirm-panes confirm-alone"}>
        <div className="confirm-words">
          <ErrorNote error={error} />
          {children}
        </div>
        {aside}
      </div>
      <footer className="confirm-foot no-print">
        {may ? (
          <Checkbox checked={declared} onChange={(event) => setDeclared(event.target.checked)}>
            {t("case.confirm.tick")}
          </Checkbox>
        ) : (
          <span />
        )}
        <span>
          <Button type="text" onClick={() => void navigate("/todo")}>
            {t("case.confirm.later")}
          </Button>
          <Button onClick={() => setRefusing(true)}>{t(mine ? "case.proposal.withdraw" : "case.confirm.refuse")}</Button>
          {may && (
            <Button type="primary" disabled={!declared} loading={busy} onClick={() => void act(agree)}>
              {t("case.confirm.verb", { action })}
            </Button>
          )}
        </span>
      </footer>
      {refusing && <Refuse mine={mine} line={line} refuse={refuse} onClose={() => setRefusing(false)} onDone={() => void navigate(to)} />}
    </div>
  );
}

/* A proposal ends without being done: taken back by who made it, or sent back by the second person for a reason. */
export function Refuse({ mine, line, refuse, onClose, onDone }: { mine?: boolean; line: string; refuse: (reason: string) => Promise<unknown>; onClose: () => void; onDone?: () => void }) {
  const t = useText();
  const [reason, setReason] = useState("");
  const act = async () => {
    await refuse(reason);
    onDone?.();
  };
  const verb = t(mine ? "case.proposal.withdraw" : "case.confirm.refuse");
  return (
    <ConfirmDialog title={verb} verb={verb} onClose={onClose} act={act}>
      <p className="dialog-line">
        <Data text={line} />
      </p>
      <FieldInput field={{ name: "reason", label: t("case.input.reason"), type: "long_text", required: !mine, max: 2000 }} value={reason} onChange={(value) => setReason(String(value ?? ""))} />
    </ConfirmDialog>
  );
}

export function ConfirmGone({ to }: { to?: string }) {
  const t = useText();
  return (
    <Empty page title={t("case.confirm.gone")} text={t("case.confirm.gone.text")}>
      <Link className="button" to={to ?? "/todo"}>
        {t(to ? "case.confirm.toCase" : "desk.box.todo")}
      </Link>
    </Empty>
  );
}

export function Row({ name, children, aside }: { name: string; children: ReactNode; aside?: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
      {aside && <dd className="confirm-aside">{aside}</dd>}
    </div>
  );
}

/* Who proposed it, when, why. */
export function ProposedBy({ name, at_ms, reason }: { name?: string; at_ms: number; reason?: string }) {
  const t = useText();
  return (
    <>
      <Row name={t("case.confirm.by")}>
        {name && (
          <b>
            <Data text={name} />
          </b>
        )}{" "}
        <span className="confirm-quiet">{minute(at_ms)}</span>
      </Row>
      {reason && (
        <Row name={t("case.confirm.reason")}>
          <Data text={reason} />
        </Row>
      )}
    </>
  );
}

export interface Change {
  thing: string;
  now: ReactNode;
  then: ReactNode;
}

/* The fields of records that a proposal fills, each as it is and as it will be. Of a record that is not there yet nothing is given. */
export function useFieldChanges(of: readonly { type: string; now?: Values | null; then: Values }[]): Change[] {
  const language = useLanguage();
  const types = useQueries({ queries: of.map(({ type }) => typeOf(type)) });
  return of.flatMap(({ now, then }, i) =>
    Object.keys(types[i]?.isPending ? {} : then)
      .filter((name) => name !== "id")
      .map((name) => {
        const described = types[i]?.data?.fields.find((one) => one.name === name);
        const field = described ? fieldOf(described, language, then.programme ?? now?.programme) : { name, label: name };
        return { thing: field.label, now: <RecordValue field={field} value={now ? now[name] : null} />, then: <RecordValue field={field} value={then[name]} /> };
      }),
  );
}

export function Changes({ changes }: { changes: readonly Change[] }) {
  const t = useText();
  if (changes.length === 0) return null;
  return (
    <section>
      <h2>{t("case.confirm.after")}</h2>
      <table className="plain-table">
        <thead>
          <tr>
            <th>{t("case.confirm.thing")}</th>
            <th>{t("case.confirm.now")}</th>
            <th>{t("case.confirm.then")}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ thing, now, then }, i) => (
            <tr key={i}>
              <td>
                <Data text={thing} />
              </td>
              <td>{now}</td>
              <td>{then}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
