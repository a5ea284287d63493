/* Proving who sits here: the server refuses some requests of a session that began too long ago. */
import { useState, type ReactNode } from "react";
import { api, Problem, take } from "../../api/client.ts";
import { enterSession } from "../../api/session.ts";
import { TextInput } from "../../fields/text-input.tsx";
import { useText } from "../../text/index.ts";
import { Note } from "../../ui/note.tsx";

/* Sends a request that the server may refuse because the session began too long ago; the person then
 * gives his present password, and it is sent again. */
export function useProof() {
  const t = useText();
  const [asked, setAsked] = useState(false);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const prove = async () => {
    if (!asked) return;
    await enterSession((await take(api.POST("/api/v1/session/proof", { body: { password, ...(code ? { code: code.replace(/\s/g, "") } : {}) } }))));
    setAsked(false);
  };
  const isAsked = (failure: unknown) => {
    const denied = failure instanceof Problem && failure.status === 403;
    if (denied) setAsked(true);
    return denied && !asked;
  };
  const fields: ReactNode = asked && (
    <>
      <Note tone="doubt">{t("signin.proof")}</Note>
      <TextInput label={t("signin.proof.password")} type="password" autoComplete="current-password" value={password} onChange={setPassword} focus required />
      <TextInput label={t("signin.proof.code")} autoComplete="one-time-code" value={code} onChange={setCode} />
    </>
  );
  return { prove, isAsked, fields };
}
