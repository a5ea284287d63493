/* Invitations and resets: each a slip with the one-time link, shown this once and printed. */
import { PageHead } from "../../ui/page-head.tsx";
import { Button } from "../../ui/ant.ts";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { Note } from "../../ui/note.tsx";
import { Qr } from "../../ui/qr.tsx";
import { api, take } from "../../api/client.ts";
import { serverNow } from "../../api/server-time.ts";
import { addressOf } from "../../rooms/task/confirming.ts";
import { minute } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";

export interface Slip {
  account: number;
  name: string; // for signing in
  person: string;
  unit: string;
  role?: string;
  link: string;
  until_ms: number;
  reset?: boolean;
}

/* A new link for an account; undefined: it waits for a second administrator. */
export async function makeLink(account: number, reason?: string): Promise<{ link: string; until_ms: number } | undefined> {
  const made = await take(api.POST("/api/v1/accounts/{id}/link", { params: { path: { id: account } }, body: { ...(reason ? { reason } : {}) } }));
  return made.link ? { link: made.link, until_ms: serverNow() + (made.hours ?? 24) * 3600_000 } : undefined;
}

export function Slips({ slips, onDone }: { slips: readonly Slip[]; onDone: () => void }) {
  const t = useText();
  return (
    <div className="slips">
      <PageHead
        title={t("people.slips")}
        line={t("people.slips.n", { n: slips.length })}
        actions={
          <>
            <Button onClick={onDone}>{t("people.slips.done")}</Button>
            <Button type="primary" onClick={() => window.print()}>
              {t("people.slips.print")}
            </Button>
          </>
        }
      />
      <div className="no-print">
        <Note tone="doubt">{t("people.slips.once")}</Note>
      </div>
      {slips.map((slip) => (
        <section key={slip.account} className="slip" aria-label={slip.person}>
          <div>
            <h2>{t(slip.reset ? "people.slip.reset" : "people.slip.title")}</h2>
            <dl>
              {(
                [
                  ["people.unit", slip.unit],
                  ["people.name", slip.person],
                  ["people.login", slip.name],
                  ["people.role", slip.role ?? ""],
                ] as const
              )
                .filter(([, value]) => value)
                .map(([label, value]) => (
                  <div key={label}>
                    <dt>{t(label)}</dt>
                    <dd>
                      <Data text={value} />
                    </dd>
                  </div>
                ))}
              <div>
                <dt>{t("people.slip.until")}</dt>
                <dd>{minute(slip.until_ms)}</dd>
              </div>
            </dl>
            <p>{t(slip.reset ? "people.slip.reset.how" : "people.slip.how")}</p>
            <Code block text={addressOf(slip.link)} />
          </div>
          <Qr text={addressOf(slip.link)} label={t("people.slip.qr", { name: slip.person })} />
        </section>
      ))}
    </div>
  );
}
