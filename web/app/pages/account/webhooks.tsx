/* Webhooks: what other programs are told for the reader. Administrators see the hosts that may be called; the security
 * administrators change that list, two of them. */
import "../../ui/plain-table.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import { FieldInput } from "../../fields/field-input.tsx";
import { TextInput } from "../../fields/text-input.tsx";
import { Button } from "../../ui/ant.ts";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Note } from "../../ui/note.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { day } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";

const KEY = ["webhooks"];

export function Webhooks() {
  const t = useText();
  const cache = useQueryClient();
  const { roles } = useSession();
  const read = useQuery({ queryKey: KEY, queryFn: async () => (await take(api.GET("/api/v1/webhooks"))).items });
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<{ id: number; url: string }>();
  const [secret, setSecret] = useState<string>();
  const reread = () => cache.invalidateQueries({ queryKey: KEY });
  if (read.error) return <Failed error={read.error} retry={() => void read.refetch()} />;
  if (!read.data) return <Waiting rows={3} />;
  return (
    <>
      <section>
        <p>{t("account.hooks.why")}</p>
        {secret && (
          <Note tone="doubt" role="status">
            {t("account.hooks.once")}
            <Code block text={secret} />
          </Note>
        )}
        {read.data.length > 0 ? (
          <Table
            rows={read.data}
            keyOf={(one) => one.id}
            columns={[
              {
                head: t("account.hooks.url"),
                className: "account-url",
                cell: (one) => (
                  <>
                    <span className="mono">{one.url}</span>
                    <small>{day(one.created_ms)}</small>
                  </>
                ),
              },
              { head: t("account.hooks.events"), cell: (one) => one.events.map((event) => <small key={event} className="mono">{event}</small>) },
              {
                head: t("people.state"),
                cell: (one) => (
                  <>
                    <StateTag tone={one.failures ? "amber" : "green"}>{one.failures ? t("account.hooks.failures", { n: one.failures }) : t("account.hooks.works")}</StateTag>
                    {one.error && (
                      <small>
                        <Data text={one.error} />
                      </small>
                    )}
                  </>
                ),
              },
              {
                className: "number",
                cell: (one) => (
                  <Button type="link" size="small" aria-label={`${t("account.hooks.end")} ${one.url}`} onClick={() => setEnding(one)}>
                    {t("account.hooks.end")}
                  </Button>
                ),
              },
            ]}
          />
        ) : (
          <p>{t("account.hooks.none")}</p>
        )}
        <p className="account-verb">
          <Button onClick={() => setMaking(true)}>{t("account.hooks.make")}</Button>
        </p>
      </section>
      {roles.some(({ role }) => role.endsWith("_administrator")) && <Hosts changes={roles.some(({ role }) => role === "security_administrator")} />}
      {making && (
        <Make
          onClose={() => setMaking(false)}
          onMade={(made) => {
            setSecret(made);
            void reread();
          }}
        />
      )}
      {ending && (
        <ConfirmDialog
          title={t("account.hooks.end")}
          verb={t("account.hooks.end")}
          danger
          onClose={() => setEnding(undefined)}
          act={async () => {
            await take(api.DELETE("/api/v1/webhooks/{id}", { params: { path: { id: ending.id } } }));
            setSecret(undefined);
            await reread();
          }}
        >
          <p className="dialog-line mono">{ending.url}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function Make({ onClose, onMade }: { onClose: () => void; onMade: (secret: string) => void }) {
  const t = useText();
  const [url, setUrl] = useState("");
  const [events, setEvents] = useState("");
  const act = async () => {
    const list = events.split(/[\s,，、]+/).filter(Boolean);
    if (!url.trim() || list.length === 0) throw new Error(t("account.hooks.fill"));
    onMade((await take(api.POST("/api/v1/webhooks", { body: { url: url.trim(), events: list } }))).secret);
  };
  return (
    <ConfirmDialog title={t("account.hooks.make")} verb={t("account.hooks.make")} onClose={onClose} act={act}>
      <TextInput label={t("account.hooks.url")} hint={t("account.hooks.url.hint")} value={url} onChange={setUrl} required focus />
      <TextInput label={t("account.hooks.events")} hint={t("account.hooks.events.hint")} value={events} onChange={setEvents} required />
    </ConfirmDialog>
  );
}

function Hosts({ changes }: { changes: boolean }) {
  const t = useText();
  const cache = useQueryClient();
  const key = ["outward-hosts"];
  const read = useQuery({ queryKey: key, queryFn: async () => (await take(api.GET("/api/v1/outward-hosts"))).items });
  const [changing, setChanging] = useState<{ host: string; port: number } | "new">();
  const [values, setValues] = useState({ host: "", port: "443", inside: false, reason: "" });
  const [told, setTold] = useState(false);
  const fresh = changing === "new";
  const act = async () => {
    const before = read.data?.length;
    const now = fresh
      ? await take(api.PUT("/api/v1/outward-hosts", { body: { host: values.host.trim(), port: Number(values.port), inside: values.inside, reason: values.reason } }))
      : await take(api.DELETE("/api/v1/outward-hosts", { params: { query: { host: (changing as { host: string }).host, port: (changing as { port: number }).port, reason: values.reason } } }));
    setTold(now.items.length === before);
    setValues({ host: "", port: "443", inside: false, reason: "" });
    await cache.invalidateQueries({ queryKey: key });
  };
  return (
    <section>
      <h2>{t("account.hosts")}</h2>
      <p>{t("account.hosts.why")}</p>
      {told && <Note role="status">{t("people.waits")}</Note>}
      {read.data?.length ? (
        <table className="plain-table">
          <tbody>
            {read.data.map(({ host, port, inside }) => (
              <tr key={`${host}:${port}`}>
                <td className="mono">
                  {host}:{port}
                </td>
                <td>{inside ? t("account.hosts.inside") : ""}</td>
                <td className="number">
                  {changes && (
                    <Button type="link" size="small" aria-label={`${t("account.hosts.forbid")} ${host}`} onClick={() => setChanging({ host, port })}>
                      {t("account.hosts.forbid")}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p>{t("account.hosts.none")}</p>
      )}
      {changes && (
        <p className="account-verb">
          <Button onClick={() => setChanging("new")}>{t("account.hosts.allow")}</Button>
        </p>
      )}
      {changing && (
        <ConfirmDialog title={t(fresh ? "account.hosts.allow" : "account.hosts.forbid")} verb={t(fresh ? "account.hosts.allow" : "account.hosts.forbid")} onClose={() => setChanging(undefined)} act={act}>
          {fresh ? (
            <>
              <TextInput label={t("account.hosts.host")} value={values.host} onChange={(host) => setValues({ ...values, host })} required focus />
              <TextInput label={t("account.hosts.port")} value={values.port} onChange={(port) => setValues({ ...values, port })} inputMode="numeric" required />
              <label className="tick">
                <input type="checkbox" checked={values.inside} onChange={(event) => setValues({ ...values, inside: event.target.checked })} /> {t("account.hosts.inside")}
              </label>
            </>
          ) : (
            <p className="dialog-line mono">{changing.host}</p>
          )}
          <FieldInput field={{ name: "reason", label: t("case.input.reason"), type: "long_text", required: true, max: 2000 }} value={values.reason} onChange={(value) => setValues({ ...values, reason: String(value ?? "") })} />
        </ConfirmDialog>
      )}
    </section>
  );
}
