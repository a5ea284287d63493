/* Bars over a page, which stays usable: no connection, a newer program, a session that is about to end. */
import "./bars.css";
import { useEffect, useState } from "react";
import { Button } from "antd";
import { tryNow, useConnection } from "../api/connection.ts";
import { refreshSession, useSession } from "../api/session.ts";
import { useText } from "../text/index.ts";
import { Icon } from "./icons.tsx";
import { store, stored } from "./stored.ts";
import { clock } from "./time.ts";

const WARNING_MS = 5 * 60_000;
const HEARD = "zhiyun.heard";

export function Bars() {
  const t = useText();
  const { offlineSince, stale } = useConnection();
  const ends = useSessionEnd();
  return (
    <div className="bars no-print" aria-live="polite">
      {offlineSince > 0 && (
        <div className="bars-bar">
          <Icon name="offline" />
          <b>{t("shell.offline")}</b>
          <span>{t("shell.offline.since", { time: clock(offlineSince) })}</span>
          <Button type="link" size="small" onClick={() => void tryNow()}>
            {t("shell.offline.retry")}
          </Button>
        </div>
      )}
      {ends !== null && (
        <div className="bars-bar">
          <Icon name="warning" />
          <b>{t("shell.idle", { minutes: Math.max(1, Math.ceil(ends / 60_000)) })}</b>
          <span>{t("shell.idle.kept")}</span>
          <Button type="link" size="small" onClick={() => void refreshSession()}>
            {t("shell.idle.stay")}
          </Button>
        </div>
      )}
      {stale && (
        <div className="bars-bar bars-told">
          <Icon name="info" />
          <b>{t("shell.stale")}</b>
          <span>{t("shell.stale.keep")}</span>
          <Button type="link" size="small" onClick={() => location.reload()}>
            {t("shell.reload")}
          </Button>
        </div>
      )}
    </div>
  );
}

/* Milliseconds until the session ends for want of a request, in its last five minutes; else null. All
 * tabs of this browser share one session, so each writes down when it last heard the server. */
function useSessionEnd(): number | null {
  const { idle_seconds } = useSession();
  const { heardAt } = useConnection();
  const [left, setLeft] = useState<number | null>(null);
  useEffect(() => store(HEARD, String(heardAt)), [heardAt]);
  useEffect(() => {
    if (!idle_seconds) return;
    const look = () => {
      const rest = Math.max(heardAt, Number(stored(HEARD)) || 0) + idle_seconds * 1000 - Date.now();
      setLeft(rest <= Math.min(WARNING_MS, idle_seconds * 500) ? rest : null);
      if (rest <= -1000) void refreshSession(); // asks for the sign-in over the page
    };
    look();
    const timer = setInterval(look, 5000);
    return () => clearInterval(timer);
  }, [idle_seconds, heardAt]);
  return left;
}
