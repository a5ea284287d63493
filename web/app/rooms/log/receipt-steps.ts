/* A receipt judged step by step, in the order in which the verifier looks: format, entry, signature, witnesses, path, time. */
import { fromBase64, fromUtf8, hex, utf8 } from "../../../verifier/src/bytes.ts";
import { Fault } from "../../../verifier/src/fault.ts";
import { leafHash } from "../../../verifier/src/merkle.ts";
import { parseVkeys, type Vkey } from "../../../verifier/src/note.ts";
import { verify, type Verdict } from "../../../verifier/src/verify.ts";

export const stepNames = ["format", "entry", "signature", "witness", "path", "time"] as const;
export type StepName = (typeof stepNames)[number];

/* Faults of heads that are held do not occur: this page holds none. */
const stepOf: Partial<Record<string, StepName>> = {
  format: "format", line: "format", end: "format",
  entry: "entry", origin: "entry",
  checkpoint: "signature", signature: "signature",
  cosignature: "witness", witnesses: "witness",
  index: "path", path: "path", root: "path",
};

export interface Changed {
  field: string; // a key of the entry
  why: "spelling" | "time" | "origin";
  values: Record<string, string>;
}

export interface Judged {
  verdict: Verdict;
  failed: StepName | null;
  changed: Changed | null; // where it can be told
  leaf: string; // hash of the entry, hex
  path: number; // hashes of the proof
}

/* Keys that can be read; a line that is none is told by `fault`. */
export function keysOf(lines: readonly string[]): { keys: Vkey[]; fault: Fault | null } {
  try {
    return { keys: parseVkeys(lines.map((line) => line.trim()).filter(Boolean)), fault: null };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { keys: [], fault: error };
  }
}

/* Editors and mail change the ends of lines; a receipt has LF, and one at its end. */
const mended = (text: string) => `${text.replace(/\r\n?/g, "\n").trim()}\n`;

export function judgeReceipt(given: string, keys: Vkey[]): Judged {
  const text = mended(given);
  const verdict = verify(text, { keys, held: [] });
  const line = fromBase64(/^extra (.*)$/m.exec(text)?.[1] ?? "");
  const hash = keys.find(({ logHash }) => logHash)?.logHash;
  const proof = /^index .*\n((?:.+\n)*)\n/m.exec(text)?.[1] ?? "";
  const failed = verdict.fault ? (stepOf[verdict.fault.kind] ?? null) : null;
  const changed = failed && failed !== "format" && line ? changedField(fromUtf8(line) ?? "", text) : null;
  return { verdict, failed: changed ? "entry" : failed, changed, leaf: line && hash ? hex(leafHash(hash, line)) : "", path: proof.split("\n").length - 1 };
}

const day = "[0-9]{4}-[0-1][0-9]-[0-3][0-9]";
const spelled: Record<string, RegExp> = {
  v: /^1$/, log: /^[a-z0-9./-]{3,100}$/, uid: /^[0-9a-f]{32}$/, at: new RegExp(`^${day}T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\\.[0-9]{3}Z$`), date: new RegExp(`^${day}$`),
  who: /^[0-9]+$/, for: /^[0-9]+$/, unit: /^[0-9]+$/, role: /^[a-z_]+$/, do: /^[^]+$/, type: /^[a-z_]+$/, id: /^[0-9]+$/, version: /^[0-9]+$/,
  content: /^[0-9a-f]{64}$/, batch: /^[^]*$/, status: /^[0-9]{3}$/,
};

/* What of the entry shows by itself that it was changed: a value or a name that the log does not write, a time that is not that of
 * the entry's name, another log's name than the head's. */
function changedField(line: string, text: string): Changed | null {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
  for (const [field, value] of Object.entries(entry)) if (!spelled[field]?.test(String(value))) return { field, why: "spelling", values: { value: spelled[field] ? String(value) : field } };
  const head = /\n\n(.*)\n/.exec(text)?.[1] ?? "";
  const said = String(entry.at);
  const named = new Date(parseInt(String(entry.uid).slice(0, 12), 16)).toISOString();
  if (named !== said) return { field: "at", why: "time", values: { uid: named, at: said } };
  return entry.log !== head ? { field: "log", why: "origin", values: { head, entry: String(entry.log) } } : null;
}

export const bytesOf = (text: string) => utf8(text).length;
