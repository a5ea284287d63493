/* A session ended while a page was open: the same person signs in over the page, and the requests that
 * failed are sent again. Somebody else may sign in too, but then the page is loaded anew: what it shows and
 * what was typed belong to the person before. */
import { Button } from "../../ui/ant.ts";
import { useEffect, useRef, useState } from "react";
import { base, onSessionEnd } from "../../api/client.ts";
import { noteSessionEnd } from "../../api/connection.ts";
import { enterSession, sessionNow, type Session } from "../../api/session.ts";
import { useText } from "../../text/index.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Note } from "../../ui/note.tsx";
import { SignInForm } from "./sign-in-form.tsx";

export function SignInAgain({ session }: { session: Session }) {
  const t = useText();
  const [open, setOpen] = useState(false);
  const [other, setOther] = useState(false);
  const resume = useRef<() => void>(undefined);
  const { current: owner } = useRef(session.account);

  const enter = async (next: Session) => {
    if (next.account !== owner) return setOther(true);
    await enterSession(next);
    close();
  };
  const close = () => {
    setOpen(false);
    noteSessionEnd(false);
    resume.current?.();
  };

  useEffect(() => {
    onSessionEnd(
      () =>
        new Promise<void>((resolve) => {
          resume.current = resolve;
          setOther(false);
          setOpen(true);
          noteSessionEnd(true);
        }),
    );
    return () => onSessionEnd(undefined);
  }, []);

  // Another window of this browser has signed the same person in: its session is read, with another token.
  useEffect(() => {
    if (open && session.account === owner) close();
  }, [session.csrf]);

  // By a link or another system one signs in in another tab; back in this one, the session is there.
  useEffect(() => {
    if (!open) return;
    const look = () => document.visibilityState === "visible" && void sessionNow().then((now) => now && enter(now));
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  });

  if (!open) return null;
  return (
    <Dialog title={t("signin.again")} width={440}>
      {other ? (
        <>
          <Note tone="doubt" role="alert">
            {t("signin.again.other", { name: session.display_name ?? "" })}
          </Note>
          <div className="sign-in-verbs">
            <Button type="primary" onClick={() => location.reload()}>
              {t("shell.reload")}
            </Button>
          </div>
        </>
      ) : (
        <>
          <p className="dialog-line">{t("signin.again.kept")}</p>
          <SignInForm
            name={session.name}
            done={enter}
            other={
              <Button type="text" href={`${base}/w/login`} target="_blank">
                {t("signin.again.elsewhere")}
              </Button>
            }
          />
        </>
      )}
    </Dialog>
  );
}
