/* Proving who sits here: the server refuses some requests of a session that began too long ago. */
import { useState, type ReactNode } from "react";
import { api, Problem, take } from "../api/client.ts";
import { enterSession } from "../api/session.ts";
import { useText } from "../text/index.ts";
import { useAct } from "../ui/act.ts";
import { Data } from "../ui/data.tsx";
import { Note } from "../ui/note.tsx";
import { TextInput } from "./text-input.tsx";

/* Sends a request that the server may refuse because the session began too long ago; the person then
 * gives his present password, and it is sent again. */
export function useProof(atOnce = false) {
  const t = useText();
  const [asked, setAsked] = useState(atOnce);
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

/* Asks for the proof at once: what was refused without it is done again by `onProved`. */
export function ProofForm({ onProved }: { onProved: () => void }) {
  const t = useText();
  const { prove, fields } = useProof(true);
  const { error, act } = useAct();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void act(async () => {
          await prove();
          onProved();
        });
      }}
    >
      {fields}
      {error && <p role="alert"><Data text={error.message} /></p>}
      <button type="submit" className="button primary">
        {t("upload.view")}
      </button>
    </form>
  );
}
