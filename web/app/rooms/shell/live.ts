/* What changes at the server while pages are open, by GET /events: queries are read again. One tab of the browser
 * holds the connection and tells the others, since a browser has six for one host. Nothing is asked while nobody
 * is there: a request renews the session, and an idle tab must not keep it alive. */
import { useQueryClient, type QueryKey } from "@tanstack/react-query";
import { useEffect } from "react";
import { base } from "../../api/client.ts";
import { refreshSession } from "../../api/session.ts";

const AWAY_MS = 60_000; // without a key or a pointer
const AGAIN_MS = 5000;

type Told = { type: string; data: string };

function keysOf({ type, data }: Told): QueryKey[] {
  switch (type) {
    case "case":
      return [["case", JSON.parse(data).id]];
    case "todo":
      return [["todo"], ["session"]];
    case "notification":
      return [["notifications"], ["session"]];
    default:
      return [];
  }
}

const types = ["case", "todo", "notification"];

/* `on`: the session may read more than itself. */
export function useLive(on: boolean): void {
  const cache = useQueryClient();
  useEffect(() => {
    if (!on) return undefined;
    const stale = new Map<string, QueryKey>();
    const channel = new BroadcastChannel("zhiyun.events");
    const ended = new AbortController();
    let seenAt = Date.now();
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let lost = false; // the connection ended while nobody was there
    const away = () => document.hidden || Date.now() - seenAt > AWAY_MS;

    const flush = () => {
      if (away()) return;
      for (const key of stale.values()) void (key[0] === "session" ? refreshSession() : cache.invalidateQueries({ queryKey: key }));
      stale.clear();
      if (lost) listen();
    };
    const hear = (told: Told) => {
      for (const key of keysOf(told)) stale.set(JSON.stringify(key), key);
      clearTimeout(timer);
      timer = setTimeout(flush, 200); // of one step several are told
    };
    const listen = () => {
      lost = false;
      source?.close();
      source = new EventSource(`${base}/api/v1/events`);
      const tell = ({ type, data }: MessageEvent<string>) => {
        hear({ type, data });
        channel.postMessage({ type, data });
      };
      for (const type of types) source.addEventListener(type, tell);
      source.onerror = () => {
        source?.close();
        if (away()) lost = true;
        else setTimeout(() => !ended.signal.aborted && (away() ? (lost = true) : listen()), AGAIN_MS);
      };
    };
    const here = () => {
      seenAt = Date.now();
      if (stale.size || lost) flush();
    };

    channel.onmessage = ({ data }: MessageEvent<Told>) => hear(data);
    const signs = ["keydown", "pointerdown", "pointermove", "visibilitychange"];
    for (const sign of signs) document.addEventListener(sign, here, { passive: true });
    // Whoever has the lock holds the connection; the next tab gets it with its end.
    if (navigator.locks)
      void navigator.locks
        .request("zhiyun.events", { signal: ended.signal }, () => {
          listen();
          return new Promise<void>((done) => ended.signal.addEventListener("abort", () => done()));
        })
        .catch(() => {}); // the page was left before its turn
    else listen();
    return () => {
      ended.abort();
      source?.close();
      channel.close();
      clearTimeout(timer);
      for (const sign of signs) document.removeEventListener(sign, here);
    };
  }, [cache, on]);
}
