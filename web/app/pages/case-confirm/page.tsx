/* The second person's page: what was proposed and by whom, what it changes, the checks, the papers as they will be
 * issued; then his declaration and one of two verbs. */
import "../../parts/page-head.css";
import "../../parts/plain-table.css";
import "./confirm.css";
import { Button, Checkbox } from "antd";
import { useQueries } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { api, take } from "../../api/client.ts";
import { useActions, useCase, useRefreshCase, type Case, type CaseAction } from "../../api/cases.ts";
import { newKey, sendAction } from "../../parts/action-dialog.tsx";
import { Clause } from "../../parts/clause.tsx";
import { useCasePapers } from "../../parts/case-papers.tsx";
import { RefuseProposal } from "../../parts/case-proposal.tsx";
import { Code } from "../../parts/copyable.tsx";
import { Data } from "../../parts/data.tsx";
import { Note } from "../../parts/note.tsx";
import { PaperPages } from "../../parts/paper-view.tsx";
import { StateTag } from "../../parts/state-tag.tsx";
import { Empty, Failed, Waiting } from "../../parts/states.tsx";
import { minute } from "../../parts/time.ts";
import { useTitle } from "../../parts/title.ts";
import { useLanguage, useText } from "../../text/index.ts";

export default function ConfirmPage() {
  const t = useText();
  const { id: asked, action: name } = useParams();
  const id = Number(asked);
  const read = useCase(id);
  const actions = useActions(id);
  const error = read.error ?? actions.error;
  if (error) return <Failed page error={error} retry={() => void Promise.all([read.refetch(), actions.refetch()])} />;
  if (!read.data || !actions.data) return <Waiting rows={8} />;
  const action = actions.data.find((one) => one.action === name);
  if (!action?.proposed || action.proposed.mine || !action.open)
    return (
      <Empty page title={t("case.confirm.gone")} text={t("case.confirm.gone.text")}>
        <Link className="button" to={`/case/${id}`}>
          {t("case.confirm.toCase")}
        </Link>
      </Empty>
    );
  return <Confirm key={action.proposed.proposal} of={read.data} action={action} />;
}

function Confirm({ of, action }: { of: Case; action: CaseAction }) {
  const t = useText();
  const navigate = useNavigate();
  const refresh = useRefreshCase(of.id);
  const [key] = useState(newKey);
  const [seen] = useState(of.version);
  const [declared, setDeclared] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const [refusing, setRefusing] = useState(false);
  const proposed = action.proposed!;
  const asked = proposed.asked.arguments?.papers;
  const papers = (useCasePapers(of.id).data?.possible ?? []).filter(({ paper, steps, on_demand }) => steps.includes(action.action) && (!on_demand || asked?.[paper]));
  const title = t("case.confirm.title", { action: action.label });
  useTitle(title);

  const act = async () => {
    setBusy(true);
    try {
      await sendAction(of.id, action.action, { version: seen }, key);
      await navigate(`/case/${of.id}`);
      await refresh();
    } catch (failure) {
      setError(failure as Error);
      setBusy(false);
    }
  };

  return (
    <div className="confirm">
      <header className="confirm-head">
        <nav className="crumb" aria-label={t("case.crumb")}>
          <Link to="/todo">{t("desk.box.todo")}</Link> /{" "}
          <Link to={`/case/${of.id}`}>
            <Data text={of.title} /> <span className="mono">{of.number}</span>
          </Link>
        </nav>
        <h1>
          <Data text={title} />
          <StateTag tone="purple" ground>
            {t("case.confirm.tag")}
          </StateTag>
        </h1>
      </header>
      <div className="confirm-panes">
        <div className="confirm-words">
          {error && (
            <Note tone="mend" role="alert">
              <Data text={error.message} />
            </Note>
          )}
          <What of={of} action={action} />
          <Changes of={of} action={action} papers={papers} />
          <Checks of={of} action={action} />
        </div>
        <aside aria-label={t("case.confirm.papers")}>
          {papers.length === 0 && <p className="quiet">{t("case.confirm.papers.none")}</p>}
          {papers.map(({ paper, title: name }) => (
            <PaperPages key={paper} draft title={name} src={(n) => `/cases/${of.id}/papers/${paper}/draft/pages/${n}.png?step=${action.action}`} />
          ))}
        </aside>
      </div>
      <footer className="confirm-foot no-print">
        <Checkbox checked={declared} onChange={(event) => setDeclared(event.target.checked)}>
          {t("case.confirm.tick")}
        </Checkbox>
        <span>
          <Button type="text" onClick={() => void navigate("/todo")}>
            {t("case.confirm.later")}
          </Button>
          <Button onClick={() => setRefusing(true)}>{t("case.confirm.refuse")}</Button>
          <Button type="primary" disabled={!declared} loading={busy} onClick={() => void act()}>
            {t("case.confirm.verb", { action: action.label })}
          </Button>
        </span>
      </footer>
      {refusing && <RefuseProposal of={of} action={action} onClose={() => setRefusing(false)} onDone={() => void navigate(`/case/${of.id}`)} />}
    </div>
  );
}

function Row({ name, children, aside }: { name: string; children: ReactNode; aside?: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
      {aside && <dd className="confirm-aside">{aside}</dd>}
    </div>
  );
}

function What({ of, action }: { of: Case; action: CaseAction }) {
  const t = useText();
  const proposed = action.proposed!;
  return (
    <section>
      <h2>{t("case.confirm.what")}</h2>
      <dl className="confirm-rows">
        <Row name={t("case.confirm.decision")}>
          <b>
            <Data text={action.label} />
          </b>
        </Row>
        <Row name={t("case.confirm.party")}>
          <Data text={of.party.name ?? of.title} /> {of.party.credit_code && <Code text={of.party.credit_code} />}
        </Row>
        <Row name={t("case.confirm.by")}>
          {proposed.by_name && (
            <b>
              <Data text={proposed.by_name} />
            </b>
          )}{" "}
          <span className="confirm-quiet">{minute(proposed.proposed_ms)}</span>
        </Row>
        {proposed.reason && (
          <Row name={t("case.confirm.reason")}>
            <Data text={proposed.reason} />
          </Row>
        )}
        {action.clause ? (
          <Row name={t("case.confirm.clause")} aside={<Clause clause={action.clause} boxed />}>
            <span className="confirm-quote" lang="zh-CN">
              {action.quote}
            </span>
          </Row>
        ) : (
          action.own && (
            <Row name={t("case.confirm.clause")}>
              <Data text={action.own} />
            </Row>
          )
        )}
        {proposed.asked.basis && (
          <Row name={t("case.confirm.basis")}>
            <Data text={proposed.asked.basis} />
          </Row>
        )}
      </dl>
    </section>
  );
}

interface Change {
  thing: string;
  now: ReactNode;
  then: ReactNode;
}

function Changes({ of, action, papers }: { of: Case; action: CaseAction; papers: readonly { paper: string; title: string; needs: readonly { name: string; label?: string }[] }[] }) {
  const t = useText();
  const said = action.proposed!.asked.arguments;
  const changes: Change[] = [
    ...(action.to ? [{ thing: t("case.confirm.stage"), now: <StateTag tone="purple">{of.stage_label}</StateTag>, then: <StateTag tone="blue">{action.to}</StateTag> }] : []),
    ...papers.flatMap(({ paper, title, needs }): Change[] => [{
      thing: t("case.confirm.paper"),
      now: t("case.confirm.paper.now"),
      then: <Data text={t("case.confirm.paper.then", { paper: title }) + (said?.papers?.[paper]?.number ? t("case.confirm.number", { number: said.papers[paper].number! }) : "")} />,
    },
    ...Object.entries(said?.papers?.[paper]?.values ?? {}).map(([name, value]) => ({
      thing: needs.find((one) => one.name === name)?.label ?? name,
      now: <span className="confirm-quiet">{t("case.confirm.unsaid")}</span>,
      then: <Data text={shown(value) ?? t("case.confirm.unsaid")} />,
    }))]),
    ...useRecordChanges(action),
  ];
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

const shown = (value: unknown): string | undefined => {
  if (value === undefined || value === null || value === "") return undefined;
  if (Array.isArray(value)) return value.map(shown).join("、");
  if (typeof value === "object") return (value as { name?: string }).name ?? JSON.stringify(value);
  return String(value);
};

/* The fields of records that the proposal fills, each as it is and as it will be. */
function useRecordChanges({ proposed }: CaseAction): Change[] {
  const t = useText();
  const language = useLanguage();
  const asked = Object.entries(proposed!.asked.arguments?.records ?? {});
  const types = useQueries({
    queries: asked.map(([type]) => ({ queryKey: ["types", type], staleTime: Infinity, queryFn: () => take(api.GET("/api/v1/types/{type}", { params: { path: { type } } })) })),
  });
  return asked.flatMap(([type, fields], i) => {
    const described = types[i]?.data;
    const before = proposed!.records.find((one) => one.type === type)?.record;
    return Object.entries(fields)
      .filter(([name]) => name !== "id")
      .map(([name, value]) => {
        const field = described?.fields?.find((one) => one.name === name);
        const word = (of: unknown) => {
          const text = shown(of);
          return field?.values?.find(({ code }) => code === text)?.label?.[language] ?? text;
        };
        const now = word(before?.[name]);
        return {
          thing: field?.label?.[language] ?? name,
          now: now ? <Data text={now} /> : <span className="confirm-quiet">{t("case.confirm.unsaid")}</span>,
          then: <Data text={word(value) ?? t("case.confirm.unsaid")} />,
        };
      });
  });
}

function Checks({ of, action }: { of: Case; action: CaseAction }) {
  const t = useText();
  const proposed = action.proposed!;
  return (
    <section>
      <h2>
        {t("case.confirm.checks")} <small>{t("case.confirm.expires", { at: minute(proposed.expires_ms) })}</small>
      </h2>
      <dl className="confirm-rows">
        {action.input?.verdict?.criteria.map((one) => (
          <Row key={one.criterion} name={t(one.pass === null ? "case.confirm.unknown" : one.pass ? "case.confirm.met" : "case.confirm.unmet")} aside={one.clause && <Clause clause={one.clause} />}>
            <Data text={one.quote ?? one.criterion} />
          </Row>
        ))}
        <Row name={`✓ ${t("case.confirm.met")}`} aside={t("case.confirm.twoPersons")}>
          <Data text={t("case.confirm.other", { who: proposed.by_name ?? "" })} />
        </Row>
        {of.basis_lapsed && (
          <Row name={`✕ ${t("case.confirm.unmet")}`}>
            <Data text={of.basis_mark ?? t("case.lapsed")} />
          </Row>
        )}
      </dl>
    </section>
  );
}
