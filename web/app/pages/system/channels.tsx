/* Mail and gateways: what is set up, a form for one, a test message to oneself. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import { TextInput } from "../../fields/text-input.tsx";
import { Button } from "../../ui/ant.ts";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { useText } from "../../text/index.ts";
import { channelsQuery, Foot, onSubmit, useChange } from "./sheets.tsx";

interface Channel {
  name: string;
  url: string;
  sender?: string;
  login?: string;
  plain: boolean;
  body?: unknown;
}

const blank = (name: string): Channel => ({ name, url: "", plain: false, ...(name === "mail" ? {} : { body: { to: "{phone}", text: "{title} {text}" } }) });

export function Channels() {
  const t = useText();
  const keeps = useSession().roles.some(({ role }) => role === "system_administrator");
  const read = useQuery(channelsQuery);
  const [edits, setEdits] = useState<Channel>();
  if (!read.data) return read.error ? <Failed error={read.error} /> : <Waiting />;
  const all: readonly Channel[] = read.data;
  const mail = all.some(({ name }) => name === "mail");
  if (edits) return <ChannelForm of={edits} fresh={!all.some(({ name }) => name === edits.name)} onBack={() => setEdits(undefined)} />;
  return (
    <>
      <p className="quiet">{t("system.mail.line")}</p>
      <ul className="system-rows">
        {all.map((one) => (
          <li key={one.name}>
            <Row of={one} keeps={keeps} onEdit={() => setEdits(one)} />
          </li>
        ))}
        {all.length === 0 && <li>{t("system.mail.none")}</li>}
      </ul>
      {keeps ? (
        <p className="system-verbs">
          {!mail && (
            <Button type="primary" onClick={() => setEdits(blank("mail"))}>
              {t("system.mail.set")}
            </Button>
          )}
          <Button onClick={() => setEdits(blank(""))}>{t("system.gateway.set")}</Button>
        </p>
      ) : (
        <p className="quiet">{t("system.keepers")}</p>
      )}
    </>
  );
}

function Row({ of, keeps, onEdit }: { of: Channel; keeps: boolean; onEdit: () => void }) {
  const t = useText();
  const name = of.name === "mail" ? t("system.channel.mail") : of.name;
  const test = useMutation({ mutationFn: () => take(api.POST("/api/v1/channels/{name}/test", { params: { path: { name: of.name } } })) });
  const [ending, setEnding] = useState(false);
  const [reason, setReason] = useState("");
  const end = useChange("channels", () => api.DELETE("/api/v1/channels/{name}", { params: { path: { name: of.name }, query: { reason } } }));
  return (
    <>
      <span>{name}</span>
      <span className="mono">{of.url}</span>
      {keeps && (
        <span className="system-verbs">
          <button type="button" className="link-button" disabled={test.isPending} aria-label={t("system.mail.test.of", { name })} onClick={() => test.mutate()}>
            {t(test.isPending ? "system.mail.testing" : "system.mail.test")}
          </button>
          <button type="button" className="link-button" aria-label={t("system.mail.change.of", { name })} onClick={onEdit}>
            {t("system.change")}
          </button>
          <button type="button" className="link-button" aria-label={t("system.mail.end.of", { name })} onClick={() => setEnding(true)}>
            {t("system.mail.end")}
          </button>
        </span>
      )}
      <ErrorNote error={test.error} />
      {test.data &&
        (test.data.sent ? (
          <Note role="status">{t("system.mail.sent")}</Note>
        ) : (
          <Note tone="mend" role="alert">
            {t("system.mail.refused")} {test.data.error}
          </Note>
        ))}
      {ending && (
        <form onSubmit={onSubmit(end)}>
          <TextInput label={t("case.input.reason")} value={reason} onChange={setReason} required />
          <Foot change={end} verb={t("system.mail.end.do")} disabled={!reason.trim()} />
        </form>
      )}
    </>
  );
}

function ChannelForm({ of, fresh, onBack }: { of: Channel; fresh: boolean; onBack: () => void }) {
  const t = useText();
  const [name, setName] = useState(of.name);
  const [url, setUrl] = useState(of.url);
  const [sender, setSender] = useState(of.sender ?? "");
  const [login, setLogin] = useState(of.login ?? "");
  const [secret, setSecret] = useState("");
  const [plain, setPlain] = useState(of.plain);
  const [body, setBody] = useState(of.body === undefined ? "" : JSON.stringify(of.body, null, 1));
  const [reason, setReason] = useState("");
  const mail = of.name === "mail";
  const parsed = () => {
    try {
      return JSON.parse(body);
    } catch {
      return undefined;
    }
  };
  const change = useChange(
    "channels",
    () =>
      api.PUT("/api/v1/channels/{name}", {
        params: { path: { name: name.trim() } },
        body: { url: url.trim(), reason, plain, ...(secret ? { secret } : {}), ...(mail ? { sender: sender.trim(), login: login.trim() } : { body: parsed() }) },
      }),
    onBack,
  );
  return (
    <form onSubmit={onSubmit(change)}>
      <p className="system-verbs">
        <button type="button" className="link-button" onClick={onBack}>
          {t("system.back")}
        </button>
      </p>
      <h3>{t(mail ? "system.mail.set" : "system.gateway.set")}</h3>
      {!mail && <TextInput label={t("system.gateway.name")} hint={t("system.gateway.name.hint")} value={name} onChange={setName} disabled={!fresh} required />}
      <TextInput label={t(mail ? "system.mail.url" : "system.gateway.url")} hint={t(mail ? "system.mail.url.hint" : "system.gateway.url.hint")} value={url} onChange={setUrl} required focus />
      {mail && <TextInput label={t("system.mail.sender")} value={sender} onChange={setSender} required />}
      {mail && <TextInput label={t("system.mail.login")} hint={t("system.mail.login.hint")} value={login} onChange={setLogin} />}
      <TextInput label={t(mail ? "system.mail.secret" : "system.gateway.secret")} type="password" autoComplete="off" hint={t(fresh ? "system.mail.secret.hint" : "system.mail.secret.kept")} value={secret} onChange={setSecret} />
      {mail ? (
        <label className="system-tick">
          <input type="checkbox" checked={plain} onChange={(event) => setPlain(event.target.checked)} /> {t("system.mail.plain")}
        </label>
      ) : (
        <div className="field">
          <label htmlFor="gateway-body">{t("system.gateway.body")}</label>
          <textarea id="gateway-body" className="input" rows={6} spellCheck={false} value={body} onChange={(event) => setBody(event.target.value)} aria-describedby="gateway-body-note" />
          <p id="gateway-body-note" className={parsed() === undefined ? "field-error" : "field-hint"}>
            {t(parsed() === undefined ? "system.gateway.body.bad" : "system.gateway.body.hint")}
          </p>
        </div>
      )}
      <TextInput label={t("case.input.reason")} value={reason} onChange={setReason} required />
      <Foot change={change} verb={t("system.save")} disabled={!url.trim() || !name.trim() || !reason.trim() || (!mail && parsed() === undefined)} />
    </form>
  );
}
