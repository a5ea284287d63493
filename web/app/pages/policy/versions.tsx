/* Which version counts here and since when; two officers make another one count; decisions of earlier versions, each with
 * what it would be under this one. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api, take } from "../../api/client.ts";
import { activationsOf, amendmentsOf, rereadPacks, type Packs, type Policy } from "../../api/packs.ts";
import { Button } from "../../ui/ant.ts";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { Note } from "../../ui/note.tsx";
import { usePolicyRoles } from "../../rooms/policy/tabs.tsx";
import { ReasonDialog } from "../../fields/reason-dialog.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { minute } from "../../ui/time.ts";
import { useText, wordOf } from "../../text/index.ts";

export function Versions({ all, policy }: { all: Packs; policy: Policy }) {
  const t = useText();
  const { activates } = usePolicyRoles();
  const [asking, setAsking] = useState(false);
  const [waits, setWaits] = useState(false);
  const history = useQuery(activationsOf(policy.id));
  const active = all.active.find(({ pack }) => pack === policy.id);
  const counts = active?.digest === policy.digest;
  const other = all.waiting.find(({ pack }) => pack === policy.id);
  const { version, digest } = other ?? policy;
  const activate = async (reason: string) => {
    const done = await take(api.POST("/api/v1/packs/{id}/actions/activate", { params: { path: { id: policy.id } }, body: { digest, reason } }));
    setWaits(done.state === "proposed");
    await rereadPacks();
  };
  if (history.error) return <Failed error={history.error} retry={() => void history.refetch()} />;
  if (!history.data) return <Waiting rows={4} />;
  return (
    <>
      <h2>{t("policy.versions")}</h2>
      <p>
        {t("policy.versions.here", { version: policy.version })} {t("policy.digest")} <Code text={policy.digest} />
      </p>
      {waits ? (
        <Note tone="provisional" role="status">
          {t("policy.proposed")} <Link to="/todo?box=mine">{t("policy.proposed.see")}</Link>
        </Note>
      ) : other ? (
        <Waits policy={policy} other={other} activate={() => setAsking(true)} />
      ) : policy.standing !== "in_force" ? (
        <Note tone="told">{t(policy.standing === "draft" ? "policy.draft.line" : "policy.informative.line")}</Note>
      ) : counts ? (
        <Note tone="told">{t("policy.counts", { version: policy.version })}</Note>
      ) : (
        <Note
          tone="doubt"
          actions={
            activates && (
              <Button type="primary" onClick={() => setAsking(true)}>
                {t("policy.activate")}
              </Button>
            )
          }
        >
          {t(active ? "policy.counts.other" : "policy.counts.none", { version: policy.version, active: active?.version ?? "" })}
          {active && (
            <>
              {" "}
              <Link to={`/policies/diff?pack=${policy.id}&with=${active.digest}`}>{t("policy.compare")}</Link>
            </>
          )}
        </Note>
      )}
      <table className="plain-table">
        <thead>
          <tr>
            {(["version", "from", "to", "signer", "digest"] as const).map((name) => (
              <th key={name} scope="col">
                {t(`policy.activated.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {history.data.items.map((one) => (
            <tr key={one.id}>
              <td>{one.version}</td>
              <td className="day">{minute(one.from_ms)}</td>
              <td className="day">{one.to_ms ? minute(one.to_ms) : t("policy.activated.now")}</td>
              <td>{one.signer ?? t("policy.activated.program")}</td>
              <td>
                <Code text={one.digest} />
              </td>
            </tr>
          ))}
          {history.data.items.length === 0 && (
            <tr>
              <td colSpan={5}>{t("policy.activated.none")}</td>
            </tr>
          )}
        </tbody>
      </table>
      {activates && <Amendments policy={policy} counts={counts} />}
      {asking && <ReasonDialog title={t("policy.activate")} line={t("policy.activate.line", { title: policy.title, version })} act={activate} onClose={() => setAsking(false)} />}
    </>
  );
}

/* A version in the folder, or of the program where an office's own is in effect: tried here, in effect by two, or taken back. */
function Waits({ policy, other, activate }: { policy: Policy; other: Packs["waiting"][number]; activate: () => void }) {
  const t = useText();
  const { activates, simulates } = usePolicyRoles();
  const [asking, setAsking] = useState(false);
  const withdraw = async (reason: string) => {
    await take(api.POST("/api/v1/packs/{id}/actions/withdraw", { params: { path: { id: policy.id } }, body: { digest: other.digest, reason } }));
    await rereadPacks();
  };
  return (
    <Note
      tone="doubt"
      actions={
        activates && (
          <>
            {!other.shipped && <Button onClick={() => setAsking(true)}>{t("policy.withdraw")}</Button>}{" "}
            <Button type="primary" onClick={activate}>
              {t("policy.activate")}
            </Button>
          </>
        )
      }
    >
      {t(other.shipped ? "policy.waits.shipped" : "policy.waits", { version: other.version, active: policy.version })}
      <p>
        <Link className="button small" to={`/policies/${policy.id}?digest=${other.digest}`}>
          {t("policy.load.open")}
        </Link>{" "}
        <Link className="button small" to={`/policies/diff?pack=${policy.id}&with=${other.digest}`}>
          {t("policy.compare")}
        </Link>{" "}
        {simulates && (
          <Link className="button small" to={`/policies/simulate?pack=${policy.id}&digest=${other.digest}`}>
            {t("policy.load.try")}
          </Link>
        )}
      </p>
      {asking && <ReasonDialog title={t("policy.withdraw")} line={t("policy.withdraw.line", { title: policy.title, version: other.version, active: policy.version })} act={withdraw} onClose={() => setAsking(false)} />}
    </Note>
  );
}

function Amendments({ policy, counts }: { policy: Policy; counts: boolean }) {
  const t = useText();
  const read = useQuery({ ...amendmentsOf(policy.id), retry: false });
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const [asking, setAsking] = useState(false);
  const [waits, setWaits] = useState(false);
  const amend = async (reason: string) => {
    const done = await take(api.POST("/api/v1/packs/{id}/actions/amend", { params: { path: { id: policy.id } }, body: { digest: policy.digest, decisions: [...chosen], reason } }));
    setWaits(done.state === "proposed");
    await rereadPacks();
  };
  if (read.error) return null; // another province's
  if (!read.data) return <Waiting rows={2} />;
  const rows = read.data.items;
  const verdict = (word: string) => wordOf(t, `policy.verdict.${word}`, word);
  return (
    <section>
      <h2>{t("policy.amendments")}</h2>
      <p>{rows.length === 0 ? t("policy.amendments.none") : t("policy.amendments.line", { n: rows.length, other: rows.filter(({ before, after }) => before !== after).length })}</p>
      {waits && (
        <Note tone="provisional" role="status">
          {t("policy.proposed")} <Link to="/todo?box=mine">{t("policy.proposed.see")}</Link>
        </Note>
      )}
      {rows.length > 0 && (
        <>
          <Table
            rows={rows}
            keyOf={(one) => one.id}
            columns={[
              {
                head: <span className="said">{t("policy.amendments.tick")}</span>,
                cell: (one) => (
                  <input
                    type="checkbox"
                    aria-label={`${t("policy.amendments.tick")} ${one.party}`}
                    checked={chosen.includes(one.id)}
                    onChange={(event) => setChosen(event.target.checked ? [...chosen, one.id] : chosen.filter((id) => id !== one.id))}
                  />
                ),
              },
              { head: t("policy.amended.party"), cell: (one) => <Link to={`/find?q=${one.party}`}>{one.party}</Link> },
              { head: t("policy.amended.question"), cell: (one) => <Data text={one.question} /> },
              { head: t("policy.amended.version"), cell: (one) => one.version },
              { head: t("policy.amended.before"), cell: (one) => verdict(one.before) },
              { head: t("policy.amended.after"), cell: (one) => (one.before === one.after ? t("policy.amended.same") : <b>{verdict(one.after)}</b>) },
              { head: t("policy.amended.changed"), cell: (one) => <Data text={one.changed} /> },
            ]}
          />
          <Button disabled={!counts || chosen.length === 0} onClick={() => setAsking(true)}>
            {counts ? t("policy.amend", { n: chosen.length }) : t("policy.amend.locked")}
          </Button>
        </>
      )}
      {asking && <ReasonDialog title={t("policy.amend", { n: chosen.length })} line={t("policy.amend.line", { version: policy.version })} act={amend} onClose={() => setAsking(false)} />}
    </section>
  );
}
