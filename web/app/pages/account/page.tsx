/* One's own account: who one is, the password, the authenticator, who acts while one is away, tokens, webhooks, messages; and what a session still
 * needs before it may do more. */
import { Button } from "../../ui/ant.ts";
import { useState, type FormEvent } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { api, Problem, take } from "../../api/client.ts";
import { refreshSession, useSession } from "../../api/session.ts";
import { TextInput } from "../../fields/text-input.tsx";
import { Code } from "../../ui/copyable.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { useProof } from "../../fields/proof.tsx";
import { Qr } from "../../ui/qr.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { useText } from "../../text/index.ts";
import { Away } from "./away.tsx";
import { Choices } from "./choices.tsx";
import { Tokens } from "./tokens.tsx";
import { Webhooks } from "./webhooks.tsx";
import "./account.css";

const views = ["sign_in", "away", "tokens", "webhooks", "messages"] as const;

export default function Account() {
  const t = useText();
  const session = useSession();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const view = session.needs.length === 0 ? (views.find((one) => one === params.get("view")) ?? views[0]) : views[0];
  const [needs] = useState(session.needs); // as the page began: to meet them one came here
  // A need comes first; while there is one, its button is the primary.
  const password = <Password key="password" needed={session.needs.includes("password")} />;
  const authenticator = <Authenticator key="authenticator" needed={session.needs.includes("code")} />;
  const roles = session.roles.filter(({ role }) => role !== "public").map(({ label }) => label);
  return (
    <div className="account">
      <PageHead title={<span lang="zh-CN">{session.display_name}</span>} line={t("signin.account.line", { name: session.name ?? "" })} />
      {session.needs.includes("password") && <Note tone="doubt">{t("signin.mustPassword")}</Note>}
      {session.needs.includes("code") && <Note tone="doubt">{t("signin.mustCode")}</Note>}
      {needs.length > 0 && session.needs.length === 0 && (
        <Note
          actions={
            <Button type="primary" size="small" onClick={() => void navigate("/")}>
              {t("signin.continue")}
            </Button>
          }
        >
          {t("signin.ready")}
        </Note>
      )}
      <KeyValues rows={[...(session.unit_name ? [[t("signin.unit"), <span lang="zh-CN">{session.unit_name}</span>] as const] : []), [t("signin.roles"), roles.join(t("common.comma")) || t("signin.roles.none")]]} />
      {session.needs.length === 0 && <Tabs label={t("signin.account")} tabs={views.map((one) => ({ to: one === views[0] ? "/account" : `/account?view=${one}`, label: t(`account.${one}`), current: one === view }))} />}
      {view === "away" ? <Away /> : view === "tokens" ? <Tokens /> : view === "webhooks" ? <Webhooks /> : view === "messages" ? <Choices /> : needs.includes("code") && !needs.includes("password") ? [authenticator, password] : [password, authenticator]}
    </div>
  );
}

function Password({ needed }: { needed: boolean }) {
  const t = useText();
  const { name } = useSession();
  const proof = useProof();
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [saved, setSaved] = useState(false);
  const [error, setError] = useState<string>();
  const differ = again !== "" && again !== password;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!password || password !== again) return setError(t("signin.differ"));
    setError(undefined);
    setSaved(false);
    try {
      await proof.prove();
      await take(api.PUT("/api/v1/session/password", { body: { password } }));
      await refreshSession();
      setSaved(true);
      setPassword("");
      setAgain("");
    } catch (failure) {
      if (!proof.isAsked(failure)) setError(failure instanceof Problem ? failure.message : t("common.noAnswer"));
    }
  };
  return (
    <section>
      <h2>{t("signin.newPassword")}</h2>
      <form onSubmit={(event) => void submit(event)}>
        <input type="text" hidden readOnly autoComplete="username" value={name ?? ""} />
        {proof.fields}
        <TextInput label={t("signin.newPassword.new")} type="password" autoComplete="new-password" hint={t("signin.password.hint")} value={password} onChange={setPassword} required />
        <TextInput label={t("signin.again.password")} type="password" autoComplete="new-password" value={again} onChange={setAgain} error={differ ? t("signin.differ") : undefined} required />
        <ErrorNote error={error} />
        {saved && <Note role="status">{t("signin.newPassword.saved")}</Note>}
        <Button htmlType="submit" type={needed ? "primary" : "default"}>{t("signin.newPassword.save")}</Button>
      </form>
    </section>
  );
}

function Authenticator({ needed }: { needed: boolean }) {
  const t = useText();
  const [secret, setSecret] = useState<{ secret: string; uri: string }>();
  const [code, setCode] = useState("");
  const [codes, setCodes] = useState<string[]>();
  const [error, setError] = useState<string>();
  const attempt = async (act: () => Promise<void>) => {
    setError(undefined);
    try {
      await act();
    } catch (failure) {
      setError(failure instanceof Problem ? failure.message : t("common.noAnswer"));
    }
  };
  const begin = () => attempt(async () => setSecret(await take(api.POST("/api/v1/session/code"))));
  const confirm = (event: FormEvent) => {
    event.preventDefault();
    void attempt(async () => {
      const { recovery_codes } = await take(api.PUT("/api/v1/session/code", { body: { code: code.replace(/\s/g, "") } }));
      setCodes(recovery_codes);
      setSecret(undefined);
      await refreshSession();
    });
  };
  return (
    <section>
      <h2>{t("signin.enrol")}</h2>
      {codes ? (
        <>
          <Note role="status">{t("signin.enrol.done")}</Note>
          <Code block text={codes.join("\n")} />
        </>
      ) : secret ? (
        <form onSubmit={confirm}>
          <p>{t("signin.enrol.help")}</p>
          <Qr text={secret.uri} label={t("signin.enrol.qr")} />
          <Code block text={secret.secret} />
          <p>
            <a href={secret.uri}>{t("signin.enrol.open")}</a>
          </p>
          <TextInput label={t("signin.enrol.code")} autoComplete="one-time-code" inputMode="numeric" value={code} onChange={setCode} focus required />
          <Button type="primary" htmlType="submit" disabled={!code.trim()}>
            {t("signin.enrol.confirm")}
          </Button>
        </form>
      ) : (
        <>
          <p>{t("signin.enrol.why")}</p>
          <Button type={needed ? "primary" : "default"} onClick={() => void begin()}>{t("signin.enrol.begin")}</Button>
        </>
      )}
      <ErrorNote error={error} />
    </section>
  );
}
