/* Puts patents into a topic database: which one, as what, and why. */
import "../../ui/controls.css";
import "./topic-dialog.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api, Problem, take } from "../../api/client.ts";
import { listOf, typeOf, typesOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { newKey } from "../../api/submit-key.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Note } from "../../ui/note.tsx";
import { day } from "../../ui/time.ts";

export interface Chosen {
  number: string;
  title?: string;
  reason: string; // its own, where none is written for all
}

export interface Stored {
  topic: number;
  name: string;
  done: number;
  there: number; // that it had already
}

/* Whether the reader may put patents into topic databases of the unit. */
export function useMayStore(): boolean {
  return !!useQuery(typesOf(useLanguage())).data?.items.find(({ name }) => name === "topic_member")?.may.includes("create");
}

interface Props {
  patents: readonly Chosen[];
  into?: number; // the topic database that is picked to begin with
  why: string; // for all, to begin with
  onClose: () => void;
  onStored: (stored: Stored) => void;
}

const NEW = 0;

/* The day of the server, which alone may say what is not in the future. */
async function serverDay(): Promise<string> {
  await api.GET("/api/v1/session");
  return day(serverNow());
}

export function TopicDialog({ patents, into: first, why, onClose, onStored }: Props) {
  const t = useText();
  const language = useLanguage();
  const cache = useQueryClient();
  const topics = useQuery(listOf("topic_database", { fields: "name", sort: "-id", limit: 100 })).data?.items.map((row) => ({ id: Number(row.id), name: String(row.name) }));
  const levels = useQuery(typeOf("topic_member")).data?.fields.find(({ name }) => name === "list")?.values ?? [];
  const [picked, setPicked] = useState<number>();
  const [name, setName] = useState("");
  const [level, setLevel] = useState("ordinary");
  const [reason, setReason] = useState(why);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const topic = picked ?? first ?? topics?.[0]?.id ?? NEW;
  const own = patents.every((one) => one.reason);

  const store = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const into = topic || (await take(api.POST("/api/v1/records/{type}", { params: { path: { type: "topic_database" }, header: { "Idempotency-Key": newKey() } }, body: { name: name.trim() } }))).id;
      setPicked(into);
      const added = await serverDay();
      const items = patents.map((one) => ({ create: { topic: into, number: one.number, title: one.title?.slice(0, 300) || null, list: level, reason: reason.trim() || one.reason || null, added } }));
      const { items: outcomes, done } = await take(api.POST("/api/v1/records/{type}/bulk", { params: { path: { type: "topic_member" } }, body: { items } }));
      await cache.invalidateQueries({ queryKey: ["records"] });
      const refused = outcomes.flatMap(({ status, detail }, i) => (status !== 200 && status !== 409 ? [`${patents[i]!.number}${t("common.colon")}${detail ?? ""}`] : []));
      if (refused.length > 0) setError(refused.slice(0, 3).join("\n"));
      else onStored({ topic: into, name: topics?.find(({ id }) => id === into)?.name ?? name.trim(), done, there: outcomes.length - done });
    } catch (failure) {
      setError(failure instanceof Problem ? failure.message : t("common.noAnswer"));
    }
    setBusy(false);
  };

  return (
    <Dialog
      title={t("topic.store", { n: patents.length })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="primary" loading={busy} disabled={!topic && !name.trim()} onClick={() => void store()}>
            {t("topic.store.go")}
          </Button>
        </>
      }
    >
      <div className="topic-fields">
        <fieldset>
          <legend>{t("topic.which")}</legend>
          <div className="topic-list">
            {topics?.map((one) => (
              <label key={one.id}>
                <input type="radio" name="topic" checked={topic === one.id} onChange={() => setPicked(one.id)} />
                <Data text={one.name} />
              </label>
            ))}
            <label>
              <input type="radio" name="topic" checked={topic === NEW} onChange={() => setPicked(NEW)} />
              {t("topic.new")}
              <input className="input" aria-label={t("topic.new.name")} placeholder={t("topic.new.name")} maxLength={120} value={name} onFocus={() => setPicked(NEW)} onChange={(event) => setName(event.target.value)} />
            </label>
          </div>
        </fieldset>
        <fieldset>
          <legend>{t("topic.level")}</legend>
          <div className="topic-levels">
            {levels.map(({ code, label }) => (
              <label key={code}>
                <input type="radio" name="level" checked={level === code} onChange={() => setLevel(code)} />
                {label?.[language] ?? code}
              </label>
            ))}
          </div>
        </fieldset>
        <label className="topic-reason">
          {t("topic.reason")}
          <textarea className="input" rows={3} value={reason} maxLength={2000} placeholder={own ? t("topic.reason.own") : undefined} onChange={(event) => setReason(event.target.value)} />
        </label>
        {own && <p className="topic-own"><Data text={patents[0]!.reason} /></p>}
      </div>
      {error && (
        <Note tone="mend" role="alert">
          <span className="topic-error">{error}</span>
        </Note>
      )}
    </Dialog>
  );
}

/* What was put where, with the way there. */
export function StoredNote({ stored }: { stored: Stored }) {
  const t = useText();
  return (
    <Note role="status">
      {t(stored.there ? "topic.stored.some" : "topic.stored", { n: stored.done, there: stored.there })}{" "}
      <Link to={`/r/topic_member?${new URLSearchParams([["filter", `topic=${stored.topic}`]])}`}>
        <Data text={stored.name} />
      </Link>
    </Note>
  );
}
