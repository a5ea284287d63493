/* What an expert types into a sheet. It is kept in this browser at once and at the server a second later, version upon
 * version; while the server does not answer it is tried again. */
import { useCallback, useEffect, useRef, useState } from "react";
import { api, isConflict, Offline, take } from "../../api/client.ts";
import { serverNow } from "../../api/server-time.ts";
import { useDraft } from "../../ui/draft.ts";
import { fullOf, toPoints, type Head, type Panel, type Sheet } from "../../rooms/panel/panels.ts";

export interface Typed {
  version: number; // of the server, that it goes on from
  dirty: boolean; // the server has not got all of it
  points: Record<string, string>;
  reasons: Record<string, string>;
  opinion: string;
  result: string;
}

type Kept = Pick<Sheet, "version" | "scores" | "opinion" | "result">;

const typedOf = ({ version, scores, opinion = "", result = "" }: Kept): Typed => ({
  version,
  dirty: false,
  points: Object.fromEntries(scores.flatMap(({ head, points }) => (points === undefined ? [] : [[head, points.replace(/\.?0+$/, "") || "0"]]))),
  reasons: Object.fromEntries(scores.flatMap(({ head, reason }) => (reason ? [[head, reason]] : []))),
  opinion,
  result,
});

/* Points that count; undefined: none are typed, or they are not points of this head. */
export function pointsOf(typed: Typed, head: Head, marks: boolean): number | undefined {
  const points = toPoints(typed.points[head.head]);
  return points !== undefined && points <= fullOf(head, marks) ? points : undefined;
}

const AFTER_MS = 1000;
const AGAIN_MS = 4000;

export function useSheet(panel: Panel, sheet: Sheet) {
  const params = { path: { id: panel.id, case_id: sheet.case } };
  const [draft, keep] = useDraft<Typed>(`score.${panel.id}.${sheet.case}`, typedOf(sheet));
  const [savedMs, setSavedMs] = useState<number>();
  const [fault, setFault] = useState<Error>();
  const [tries, setTries] = useState(0);
  const typed = draft.dirty ? draft : typedOf(draft.version > sheet.version ? { ...sheet, ...kept(draft) } : sheet);
  const latest = useRef(typed);
  latest.current = typed;
  const conflict = typed.dirty && (typed.version < sheet.version || isConflict(fault));
  const locked = sheet.state === "locked" || panel.state !== "drawn";

  const save = useCallback(async (): Promise<number> => {
    const sent = latest.current;
    if (!sent.dirty) return sent.version;
    const scores = panel.heads.flatMap((head) => {
      const points = pointsOf(sent, head, panel.marks);
      const reason = sent.reasons[head.head]?.trim();
      return points === undefined && !reason ? [] : [{ head: head.head, ...(points === undefined ? {} : { points: points.toFixed(2) }), ...(reason ? { reason } : {}) }];
    });
    const done = await take(api.PUT("/api/v1/panels/{id}/scores/{case_id}", { params, body: { version: sent.version, scores, opinion: sent.opinion, ...(sent.result ? { result: sent.result } : {}) } }));
    const version = done.sheet_version ?? sent.version + 1;
    const now = { ...latest.current, version, dirty: latest.current !== sent };
    latest.current = now;
    keep(now);
    setSavedMs(serverNow());
    setFault(undefined);
    return version;
  }, [panel, sheet.case]);

  useEffect(() => {
    if (!typed.dirty || locked || conflict) return;
    const timer = setTimeout(() => void save().catch((failure: Error) => (setFault(failure), setTries(tries + 1))), fault ? AGAIN_MS : AFTER_MS);
    return () => clearTimeout(timer);
  }, [draft, tries, locked, conflict]);

  return {
    typed,
    locked,
    conflict,
    offline: fault instanceof Offline,
    fault: fault instanceof Offline || conflict ? undefined : fault,
    savedMs,
    save,
    change: (next: Partial<Typed>) => {
      latest.current = { ...latest.current, ...next, dirty: true };
      keep(latest.current);
    },
    forget: () => {
      setFault(undefined);
      keep(typedOf(sheet));
    },
  };
}

/* A draft that the server has, where the sheet was read before it. */
const kept = ({ version, points, reasons, opinion, result }: Typed): Kept => ({
  version,
  scores: [...new Set([...Object.keys(points), ...Object.keys(reasons)])].map((head) => ({ head, points: points[head], reason: reasons[head] })),
  opinion,
  result,
});
