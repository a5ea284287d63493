/* Calls that are open, what the reader's unit may begin in each or why not, and what it has begun. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { useBeginnings, type Beginning } from "../../api/case-form.ts";
import { api, takeAs } from "../../api/client.ts";
import { serverNow } from "../../api/server-time.ts";
import { Button } from "../../ui/ant.ts";
import { Clause } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { StateTag } from "../../ui/state-tag.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { day, daysBetween } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";
import { Ahead } from "../../rooms/case/ahead.tsx";
import { Begin } from "../../rooms/case/apply-begin.tsx";
import "./apply.css";

interface Call {
  id: number;
  title: string;
  state: string;
  opens_on: string;
  closes_on: string;
}

export function OpenCalls() {
  const t = useText();
  const beginnings = useBeginnings();
  const calls = useQuery({ queryKey: ["calls"], queryFn: async () => (await takeAs<{ items: Call[] }>(api.GET("/api/v1/calls", { params: { query: { limit: 200 } } }))).items });
  const [begun, setBegun] = useState<Beginning>();
  const failed = beginnings.error ?? calls.error;
  if (failed) return <Failed page error={failed} retry={() => void (beginnings.refetch(), calls.refetch())} />;
  if (!beginnings.data || !calls.data) return <Waiting rows={6} />;
  const { items } = beginnings.data;
  const open = calls.data.filter(({ state }) => state === "open");
  const rest = items.filter(({ call }) => !call);
  return (
    <div className="apply">
      <PageHead title={t("apply.title")} line={t("apply.line", { n: open.length })} />
      {open.length === 0 && rest.length === 0 && <Empty title={t("apply.none")} text={t("apply.none.text")} />}
      {open.map((call) => (
        <section key={call.id}>
          <h2>
            <Data text={call.title} />
            <small>
              {t("apply.window", { from: call.opens_on, to: call.closes_on })}
              {t("apply.left", { n: Math.max(0, daysBetween(day(serverNow()), call.closes_on)) })}
            </small>
          </h2>
          <List items={items.filter((one) => one.call?.id === call.id)} begin={setBegun} />
        </section>
      ))}
      {rest.length > 0 && (
        <section>
          <h2>{t("apply.always")}</h2>
          <List items={rest} begin={setBegun} />
        </section>
      )}
      {begun && <Begin beginning={begun} onClose={() => setBegun(undefined)} />}
    </div>
  );
}

/* What may be begun stands before what may not. */
function List({ items, begin }: { items: readonly Beginning[]; begin: (one: Beginning) => void }) {
  const t = useText();
  if (items.length === 0) return <p className="quiet">{t("apply.nothing")}</p>;
  const rank = ({ draft, open }: Beginning) => (draft ? 0 : open ? 1 : 2);
  return (
    <ul>
      {[...items]
        .sort((a, b) => rank(a) - rank(b))
        .map((one) => (
          <Row key={`${one.pack}/${one.process}`} one={one} begin={begin} />
        ))}
    </ul>
  );
}

function Row({ one, begin }: { one: Beginning; begin: (one: Beginning) => void }) {
  const t = useText();
  return (
    <li>
      <div>
        <h3>
          <Data text={one.label} />
        </h3>
        <p>
          <Data text={one.document} />
        </p>
        {!one.open &&
          !one.draft &&
          one.why.map(({ message, clause }) => (
            <p key={message}>
              {t("apply.why")} <Data text={message} />
              {clause && <Clause clause={clause} />}
            </p>
          ))}
        {(one.open || one.draft) && <Ahead of={one} />}
      </div>
      {one.draft ? (
        <div className="sign-in-verbs">
          <StateTag tone="grey">{t("apply.draft", { number: one.draft.number })}</StateTag>
          <Link className="button primary" to={`/case/${one.draft.case}/form`} aria-label={`${t("apply.goOn")} ${one.label}`}>
            {t("apply.goOn")}
          </Link>
        </div>
      ) : (
        one.open && (
          <Button type="primary" onClick={() => begin(one)} aria-label={`${t("apply.begin")} ${one.label}`}>
            {t("apply.begin")}
          </Button>
        )
      )}
    </li>
  );
}
