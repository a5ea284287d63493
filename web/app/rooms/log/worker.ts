/* Verifies the evidence log away from the page: reads it whole, hashes each entry, builds the tree, checks head and witnesses. */
import { base64, utf8, concat, Lines, type Bytes } from "../../../verifier/src/bytes.ts";
import { checkCosignatures, openCheckpoint, parseVkeys, type Head } from "../../../verifier/src/note.ts";
import { BUNDLE_LINE, verifying, type Trust, type Verdict } from "../../../verifier/src/verify.ts";
import { Fault, type FaultKind, type Values } from "../../../verifier/src/fault.ts";

export interface Job {
  bundle: string; // addresses
  head: string; // without the number of entries
  keys: string[];
  held: string[];
}

export interface Proven {
  size: number;
  time: number;
}

export interface Outcome {
  kind: "done";
  ok: boolean;
  bytes: number;
  entries: number; // good ones
  size: number; // of the head; of the first line of the bundle where no head was good
  root: string;
  time: number;
  origin: string;
  head: string;
  witnesses: { name: string; time: number | null }[]; // null: no key for it
  witnessed: number; // entries of the head that they cosigned
  fault: { kind: FaultKind; values: Values } | null;
  index: number | null; // of the first bad entry
  proven: Proven | null; // what an older head still proves
  seconds: number;
}

export type Told = { kind: "reading"; bytes: number; total: number } | { kind: "checking"; entries: number; size: number } | { kind: "failed"; status: number } | Outcome;

const tell = (told: Told) => postMessage(told);
const LF = 10;

async function read(address: string): Promise<Bytes | null> {
  const answer = await fetch(address);
  if (!answer.ok || !answer.body) {
    tell({ kind: "failed", status: answer.status });
    return null;
  }
  const total = Number(answer.headers.get("Content-Length")) || 0;
  const pieces: Bytes[] = [];
  let bytes = 0;
  for (const reader = answer.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return concat(...pieces);
    pieces.push(value);
    tell({ kind: "reading", bytes: (bytes += value.length), total });
  }
}

/* Lines that begin with a brace are entries. */
function entriesUpTo(all: Bytes, count: number): Bytes {
  let at = 0;
  for (let line = 0; line < 3; line++) at = all.indexOf(LF, at) + 1;
  const start = at;
  for (let seen = 0; at < all.length; at = all.indexOf(LF, at) + 1) if (all[at] === 0x7b && seen++ === count) break;
  return all.subarray(start, at);
}

function judge(text: Bytes, trust: Trust, progress?: (entries: number) => void): Verdict {
  const work = verifying(text, trust);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    progress?.(step.value.entries);
  }
}

const sizeOf = (checkpoint: string) => Number(checkpoint.split("\n")[1]);

/* The largest older head that the entries before the fault still agree with: the log up to there is as it was signed. */
async function stillProven(all: Bytes, most: number, job: Job, trust: Trust): Promise<Proven | null> {
  for (let tries = 0; tries < 12 && most > 0; tries++) {
    const answer = await fetch(`${job.head}${most}`);
    if (!answer.ok) return null;
    const head = await answer.text();
    const size = sizeOf(head);
    if (!(size > 0)) return null;
    const part = concat(utf8(`${BUNDLE_LINE}\n${head.split("\n")[0]}\n${size}\n`), entriesUpTo(all, size), utf8(`\n${head}`));
    const verdict = judge(part, { ...trust, held: trust.held.filter((held) => sizeOf(held) <= size) });
    if (verdict.ok) return { size, time: verdict.head!.time };
    most = Math.min(verdict.first_bad?.index ?? size, Math.floor(size / 2));
  }
  return null;
}

/* The latest head that a witness cosigned, where its signature is good. The log is then compared with it as with a held head. */
async function witnessed(size: number, job: Job, trust: Trust): Promise<Head | null> {
  const answer = await fetch(`${job.head}${size}&witnessed=true`);
  if (!answer.ok) return null;
  const head = openCheckpoint(new Lines(utf8(await answer.text())), trust.keys);
  checkCosignatures(head, trust.keys);
  return head;
}

onmessage = async ({ data: job }: MessageEvent<Job>) => {
  const began = performance.now();
  const all = await read(job.bundle).catch(() => tell({ kind: "failed", status: 0 }));
  if (!all) return;
  const size = Number(new TextDecoder().decode(all.subarray(0, 300)).split("\n")[2]);
  const trust: Trust = { keys: parseVkeys(job.keys), held: job.held.filter((held) => sizeOf(held) <= size) };
  let forged: Fault | null = null; // a signature in a witness's name that is not good
  const cosigned = await witnessed(size, job, trust).catch((error: unknown) => {
    if (error instanceof Fault) forged = error;
    return null;
  });
  if (cosigned) trust.held.push(cosigned.text);
  const verdict = judge(all, trust, (entries) => tell({ kind: "checking", entries, size }));
  const { head } = verdict;
  const found = verdict.fault ?? (forged as Fault | null);
  const fault = found && { kind: found.kind, values: found.values };
  const index = verdict.first_bad?.index ?? null;
  tell({
    kind: "done",
    ok: !fault,
    bytes: all.length,
    entries: verdict.entries,
    size: head?.size ?? size,
    root: head ? base64(head.root) : "",
    time: head?.time ?? 0,
    origin: head?.origin ?? "",
    head: head?.text ?? "",
    witnesses: cosigned?.cosignatures ?? [],
    witnessed: cosigned?.size ?? 0,
    fault,
    index,
    proven: fault ? await stillProven(all, index ?? size - 1, job, trust) : null,
    seconds: (performance.now() - began) / 1000,
  });
};
