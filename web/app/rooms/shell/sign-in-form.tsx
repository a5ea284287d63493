/* Name and password, and the code of an authenticator once the server asks for it. Used by the sign-in
 * page and by the dialog that renews a session over a page. */
import { Button } from "../../ui/ant.ts";
import { useEffect, useState, type FormEvent } from "react";
import { api, Problem, take } from "../../api/client.ts";
import type { Session } from "../../api/session.ts";
import { TextInput } from "../../fields/text-input.tsx";
import { useText } from "../../text/index.ts";
import { Note } from "../../ui/note.tsx";

export function SignInForm({ name: known = "", done, other }: { name?: string; done: (session: Session) => Promise<void>; other?: React.ReactNode }) {
  const t = useText();
  const [name, setName] = useState(known);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState<string>(); // undefined: not asked for
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [until, setUntil] = useState(0); // ms: no attempt before
  const wait = useSecondsUntil(until);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!name || !password || code === "") return setError(t("signin.fill"));
    setBusy(true);
    setError(undefined);
    try {
      await done((await take(api.POST("/api/v1/session", { body: { name, password, ...(code ? { code: code.replace(/\s/g, "") } : {}) } }))));
    } catch (failure) {
      const problem = failure instanceof Problem ? failure : undefined;
      if (problem?.faults.some((fault) => /^\/?code$/.test(fault.field ?? "")) && code === undefined) setCode("");
      else setError(problem ? problem.message : t("common.noAnswer"));
      if (problem?.retryAfter) setUntil(Date.now() + problem.retryAfter * 1000);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className="sign-in-form" onSubmit={(event) => void submit(event)}>
      <TextInput label={t("signin.name")} value={name} onChange={setName} name="name" autoComplete="username" focus={!known} />
      <TextInput label={t("signin.password")} value={password} onChange={setPassword} name="password" type="password" autoComplete="current-password" focus={!!known} />
      {code !== undefined && <TextInput label={t("signin.code")} hint={t("signin.code.hint")} value={code} onChange={setCode} name="code" autoComplete="one-time-code" focus />}
      {error && (
        <Note tone="mend" role="alert">
          {error}
          {wait > 0 && ` ${t("signin.later", { time: `${String(Math.floor(wait / 60)).padStart(2, "0")}:${String(wait % 60).padStart(2, "0")}` })}`}
        </Note>
      )}
      <div className="sign-in-verbs">
        <Button type="primary" htmlType="submit" loading={busy} disabled={wait > 0}>
          {t("signin.signIn")}
        </Button>
        {other}
      </div>
    </form>
  );
}

/* Counts down to a moment; 0 once it has passed. */
function useSecondsUntil(until: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (until <= Date.now()) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [until]);
  return Math.max(0, Math.ceil((until - now) / 1000));
}
