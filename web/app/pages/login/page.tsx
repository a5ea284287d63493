/* Signing in: by a one-time link (/w/login#link=TOKEN), by name and password, or by another system. The
 * token of a link stands in the fragment alone, which no server sees, and a button confirms it: programs
 * that look at links in messages must not use it up. */
import { useQuery } from "@tanstack/react-query";
import { useAct, errorOf } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { useEffect, useState } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";
import { api, base, take } from "../../api/client.ts";
import { enterSession, useSession, type Session } from "../../api/session.ts";
import { Sheet } from "../../rooms/shell/entry.tsx";
import { HttpsNeeded } from "../../rooms/shell/https-needed.tsx";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { SignInForm } from "../../rooms/shell/sign-in-form.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { useText } from "../../text/index.ts";

/* Where one wanted to go before signing in: an address of this application, never of another host. */
function useWanted(): string {
  const to = useSearchParams()[0].get("to") ?? "/";
  return /^\/(?![/\\])/.test(to) ? to : "/";
}

export default function Login() {
  return window.isSecureContext ? <SignIn /> : <HttpsNeeded />;
}

function SignIn() {
  const { account } = useSession();
  const navigate = useNavigate();
  const wanted = useWanted();
  const token = new URLSearchParams(useLocation().hash.slice(1)).get("link");

  const enter = async (session: Session) => {
    await enterSession(session);
    await navigate(session.needs.length ? "/account" : wanted, { replace: true });
  };
  const signedIn = account !== 0 && !token;
  useEffect(() => {
    if (signedIn) void navigate(wanted, { replace: true });
  }, [signedIn, wanted, navigate]);

  if (signedIn) return <Waiting rows={3} />;
  return token ? <ByLink token={token} enter={enter} /> : <ByPassword enter={enter} />;
}

function ByLink({ token, enter }: { token: string; enter: (session: Session) => Promise<void> }) {
  const t = useText();
  const { account, display_name } = useSession();
  const navigate = useNavigate();
  const { busy, error, act } = useAct();
  const signIn = () =>
    act(async () => {
      await enter((await take(api.POST("/api/v1/session/link", { body: { link: token } }))));
      return "left";
    });
  return (
    <Sheet title={t("signin.link")} line={t("signin.link.help")}>
      <div className="sheet-body">
        {account !== 0 && <Note tone="doubt">{t("signin.link.replaces", { name: display_name ?? "" })}</Note>}
        <ErrorNote error={error} />
        <div className="sign-in-verbs">
          <Button type="primary" loading={busy} onClick={() => void signIn()} autoFocus>
            {t("signin.signIn")}
          </Button>
          <Button type="text" onClick={() => void navigate("/login", { replace: true })}>
            {t("signin.withPassword")}
          </Button>
        </div>
      </div>
    </Sheet>
  );
}

function ByPassword({ enter }: { enter: (session: Session) => Promise<void> }) {
  const t = useText();
  return (
    <Sheet title={t("signin.signIn")}>
      <SignInForm done={enter} />
      <Providers enter={enter} />
      <p className="sheet-foot">{t("signin.help")}</p>
    </Sheet>
  );
}

/* Other systems by whose word people sign in; the server has none until it is told. */
function Providers({ enter }: { enter: (session: Session) => Promise<void> }) {
  const t = useText();
  const { data } = useQuery({ queryKey: ["providers"], queryFn: () => take(api.GET("/api/v1/session/providers")), staleTime: Infinity });
  const [error, setError] = useState<Error>();
  if (!data?.items.length) return null;
  const byCertificate = async (provider: string) => {
    setError(undefined);
    try {
      await enter((await take(api.POST("/api/v1/session/certificate", { body: { provider } }))));
    } catch (failure) {
      setError(errorOf(failure));
    }
  };
  return (
    <>
      <h2>{t("signin.others")}</h2>
      <div className="sheet-list">
        {data.items.map(({ name, kind, label }) =>
          kind === "certificate" ? (
            <Button key={name} block onClick={() => void byCertificate(name)}>
              {label}
            </Button>
          ) : (
            <Button key={name} block href={`${base}/api/v1/session/providers/${name}`}>
              {label}
            </Button>
          ),
        )}
      </div>
      {error && <Failed error={error} />}
    </>
  );
}
