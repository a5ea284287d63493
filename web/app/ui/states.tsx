/* States that every page has: waiting, nothing there, failed, not found. Words at the left, no pictures. */
import "./states.css";
import type { ReactNode } from "react";
import { Button } from "antd";
import { Problem, Offline } from "../api/client.ts";
import { serverNow } from "../api/server-time.ts";
import { useText } from "../text/index.ts";
import { Code } from "./copyable.tsx";
import { minute } from "./time.ts";

/* Rows of a page that is on its way; shown after 200 ms, so that a fast answer does not flicker. */
export function Waiting({ rows = 6 }: { rows?: number }) {
  const t = useText();
  return (
    <div className="waiting" role="status">
      <span className="said">{t("common.loading")}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="waiting-row" aria-hidden="true">
          <i />
          <i />
          <i />
        </div>
      ))}
    </div>
  );
}

/* Nothing there yet: why it counts and how to begin. `children` are the buttons; `page`: it is the whole page. */
export function Empty({ title, text, children, page }: { title: string; text?: ReactNode; children?: ReactNode; page?: boolean }) {
  const Heading = page ? "h1" : "h2";
  return (
    <section className="state">
      <Heading>{title}</Heading>
      {text && <p>{text}</p>}
      {children && <div className="state-verbs">{children}</div>}
    </section>
  );
}

/* An address without a page, and a record that the reader may not see: the same words for both. */
export function NotFound({ page }: { page?: boolean }) {
  const t = useText();
  return (
    <Empty page={page} title={t("common.missing")} text={t("common.missing.why")}>
      <Button href="./w/">{t("common.toHome")}</Button>
    </Empty>
  );
}

/* A request that failed, with the way to try again and the number that the server's log has. */
export function Failed({ error, retry, page }: { error: Error; retry?: () => void; page?: boolean }) {
  const t = useText();
  const Heading = page ? "h1" : "h2";
  if (error instanceof Problem && (error.status === 404 || error.status === 403)) return <NotFound page={page} />;
  const request = error instanceof Problem ? error.request : null;
  return (
    <section className="state" role="alert">
      <Heading>{t("common.failed")}</Heading>
      <p>{error instanceof Problem ? error.message : error instanceof Offline ? t("common.noAnswer") : t("common.broken")}</p>
      <p className="state-facts">
        {request && (
          <>
            {t("common.requestId")} <Code text={request} />
          </>
        )}
        <span>{minute(serverNow())}</span>
      </p>
      {retry && (
        <div className="state-verbs">
          <Button type="primary" onClick={retry}>
            {t("common.retry")}
          </Button>
        </div>
      )}
    </section>
  );
}
