/* Judges a receipt or a bundle (docs/evidence-log.md) by the keys and heads that its reader trusts.
 *
 * Pure: no clock, no network, no state. Faults are looked for in reading order and the first one
 * ends the work. What a good verdict does not cover is said in its notes. */
import { equal, fromBase64, fromDecimal, fromHex, fromUtf8, Lines, utf8, type Bytes } from "./bytes.ts";
import { parseContent, type File } from "./content.ts";
import { ENTRY_BYTES_MAX, guessEntry, parseEntry, type Entry } from "./entry.ts";
import { Fault, type FaultKind, type Values } from "./fault.ts";
import type { Hash } from "./hash.ts";
import { Edge, inclusionRoot, leafHash } from "./merkle.ts";
import { checkCosignatures, isName, logKey, openCheckpoint, type Head, type Vkey } from "./note.ts";

export interface Trust {
    keys: Vkey[]; // of the log and of witnesses
    held: string[]; // checkpoints this reader verified earlier, of any log
    witnesses?: number; // so many good cosignatures are asked for; default 0
}

export interface Place {
    index?: number; // absent: a receipt's, not read yet
    type?: string;
    id?: string;
}

export type NoteKind =
    | "signed" // origin: the head bears the log's signature
    | "entry_proven" // index, size: the entry stands there in the log of the head
    | "entries_proven" // count: these are the log's entries, in order, none missing
    | "witness" // name, time: a good cosignature
    | "witness_unchecked" // name: no key for it was given
    | "witness_absent" // name: its key was given, its cosignature is not there
    | "witness_none" // nobody but the log itself vouches for the head
    | "content_none" // a receipt holds no content
    | "content_checked" // count: entries whose content fits
    | "content_withheld" // count: entries whose content is not in the bundle
    | "fields_closed" // count: fields of given contents, erased or withheld
    | "files_named" // count: files the contents name, which are not part of a bundle
    | "file_checked" // name, index: a given file is the one the entry's content names
    | "file_unnamed" // name: no content names it
    | "held_consistent" // size: the log continues the held head
    | "held_unchecked" // size: whether it does cannot be told from a receipt
    | "held_none"; // nothing is held of this log: a rewritten log would not show

export interface Note {
    kind: NoteKind;
    values: Values;
}

export interface NamedFile extends File {
    index: number; // of the entry
}

export interface Verdict {
    ok: boolean;
    kind: "receipt" | "bundle" | null;
    entries: number; // read without fault
    head: Head | null; // only with the log's good signature
    fault: { kind: FaultKind; values: Values } | null;
    first_bad: Place | null;
    counts: Counts;
    notes: Note[];
    entry: Entry | null; // a receipt's
    files: NamedFile[];
}

/* As `zhiyun verify` names them. */
export interface Counts {
    contents_checked: number; // entries whose content fits
    contents_withheld: number; // entries whose content is not in the bundle
    fields_closed: number; // of given contents: erased or withheld
    held_consistent: number; // held heads that this one was compared with
    held_unchecked: number; // held heads that it could not be compared with
}

export const RECEIPT_LINE = "c2sp.org/tlog-proof@v1";
export const BUNDLE_LINE = "zhiyun-log-bundle@v1";

/* `text` as a string stands for its UTF-8 bytes. */
export function verify(text: Bytes | string, trust: Trust): Verdict {
    const work = verifying(text, trust);
    for (;;) {
        const step = work.next();
        if (step.done) return step.value;
    }
}

export interface Progress {
    bytes: number; // read so far
    entries: number; // good so far
}

/* The same in steps, each yielding how far it is: for a page that has to stay alive. */
export function* verifying(text: Bytes | string, trust: Trust): Generator<Progress, Verdict> {
    const lines = new Lines(typeof text === "string" ? utf8(text) : text);
    const work = new Work(lines, trust);
    try {
        yield* work.judge();
        work.verdict.ok = true;
    } catch (error) {
        if (!(error instanceof Fault)) throw error;
        work.verdict.fault = { kind: error.kind, values: error.values };
        work.verdict.first_bad = work.place;
    }
    return work.verdict;
}

const STEP = 512; // entries between two yields: some 20 ms

class Work {
    readonly verdict: Verdict = {
        ok: false, kind: null, entries: 0, head: null, fault: null, first_bad: null,
        counts: { contents_checked: 0, contents_withheld: 0, fields_closed: 0, held_consistent: 0, held_unchecked: 0 },
        notes: [], entry: null, files: [],
    };
    place: Place | null = null; // the entry that a fault met now would be of

    constructor(
        private readonly lines: Lines,
        private readonly trust: Trust,
    ) {}

    *judge(): Generator<Progress> {
        const first = this.lines.next();
        const kind = first && fromUtf8(first);
        if (kind === RECEIPT_LINE) {
            this.verdict.kind = "receipt";
            this.receipt();
        } else if (kind === BUNDLE_LINE) {
            this.verdict.kind = "bundle";
            yield* this.bundle();
        } else {
            throw new Fault("format");
        }
    }

    /* --- receipt ----------------------------------------------------------------------- */
    private receipt(): void {
        this.place = {};
        const line = fromBase64(this.prefixed("extra ")) ?? this.misplaced();
        const entry = this.readEntry(line);
        const index = fromDecimal(this.prefixed("index ")) ?? this.misplaced();
        this.place = { index, ...this.place };
        const path: Bytes[] = [];
        for (let text = this.line(); text !== ""; text = this.line()) {
            const node = fromBase64(text);
            path.push(node?.length === 32 ? node : this.misplaced());
        }

        const place = this.place;
        this.place = null;
        const head = this.head();
        this.place = place;
        if (entry.log !== head.origin) throw new Fault("origin", { origin: entry.log });
        if (index >= head.size) throw new Fault("index", { index, size: head.size });
        const { hash } = logKey(this.trust.keys, head.origin);
        const root = inclusionRoot(hash, index, head.size, leafHash(hash, line), path);
        if (!root) throw new Fault("path", { count: path.length });
        if (!equal(root, head.root)) throw new Fault("root");
        this.verdict.entry = entry;
        this.verdict.entries = 1;

        this.place = null;
        for (const held of this.held(head.origin)) compareReceipt(head, held);
        this.note("signed", { origin: head.origin });
        this.note("entry_proven", { index, size: head.size });
        if (entry.content !== undefined) this.note("content_none");
        this.noteHead(head, (held) => held.size === head.size);
    }

    /* --- bundle ------------------------------------------------------------------------ */
    private *bundle(): Generator<Progress> {
        const origin = this.line();
        if (!isName(origin)) this.misplaced();
        const size = fromDecimal(this.line()) ?? this.misplaced();
        const { hash } = logKey(this.trust.keys, origin);
        const held = this.held(origin);
        const rootAt = new Map(held.map((head): [number, Bytes | null] => [head.size, null]));
        const edge = new Edge(hash);
        const uids = new Set<string>();
        for (let index = 0; index < size; index++) {
            if (rootAt.has(index)) rootAt.set(index, edge.root());
            this.place = { index };
            edge.add(this.block(index, origin, hash, uids));
            this.verdict.entries++;
            if (index % STEP === 0) yield { bytes: this.lines.at, entries: this.verdict.entries };
        }
        const root = edge.root();
        rootAt.set(size, root);
        this.place = null;
        if (this.lineBytes().length > 0) {
            this.place = { index: size };
            throw new Fault("excess", { index: size });
        }
        const head = this.head();
        if (head.origin !== origin) throw new Fault("origin", { origin: head.origin });
        if (head.size !== size) throw new Fault("size", { size: head.size, count: size });
        if (!equal(head.root, root)) throw new Fault("root");
        for (const old of held) {
            if (head.size < old.size || head.time < old.time) throw new Fault("older", { size: old.size });
            if (!equal(old.root, rootAt.get(old.size)!)) throw new Fault("inconsistent", { size: old.size });
        }
        this.note("signed", { origin });
        this.note("entries_proven", { count: size });
        this.noteContents();
        this.noteHead(head, () => true);
    }

    /* One entry with what follows it; returns its leaf hash. */
    private block(index: number, origin: string, hash: Hash, uids: Set<string>): Bytes {
        if (this.lines.done) throw new Fault("missing", { index });
        const line = this.lineBytes();
        if (line.length === 0) throw new Fault("missing", { index });
        const entry = this.readEntry(line);
        if (entry.log !== origin) throw new Fault("origin", { origin: entry.log });
        if (uids.has(entry.uid)) throw new Fault("uid", { uid: entry.uid });
        uids.add(entry.uid);
        const listed = fromHex(this.prefixed("@ "), 32) ?? this.misplaced();
        const leaf = leafHash(hash, line);
        if (!equal(leaf, listed)) throw new Fault("leaf", { index });
        if (entry.content !== undefined) this.content(index, entry.content, hash);
        return leaf;
    }

    private content(index: number, commitment: string, hash: Hash): void {
        const text = this.line();
        const withheld = text.startsWith("! ");
        if (!withheld && !text.startsWith("= ")) this.misplaced();
        const content = parseContent(text.slice(2), withheld, hash);
        if (!content) throw new Fault("content", { index });
        if (content.commitment !== commitment) throw new Fault("commitment", { index });
        const { counts } = this.verdict;
        if (withheld) {
            counts.contents_withheld++;
        } else {
            counts.contents_checked++;
            counts.fields_closed += content.closed;
        }
        for (const file of content.files) this.verdict.files.push({ index, ...file });
    }

    /* --- what both are made of --------------------------------------------------------- */
    private readEntry(line: Bytes): Entry {
        const text = fromUtf8(line);
        const entry = text !== null && line.length <= ENTRY_BYTES_MAX ? parseEntry(text) : null;
        const { type, id } = entry ?? guessEntry(text ?? "");
        this.place = {
            ...this.place,
            ...(type !== undefined && { type }),
            ...(id !== undefined && { id }),
        };
        return entry ?? this.fail("entry");
    }

    private head(): Head {
        const head = openCheckpoint(this.lines, this.trust.keys);
        this.verdict.head = head;
        checkCosignatures(head, this.trust.keys);
        return head;
    }

    private lineBytes(): Bytes {
        return this.lines.next() ?? this.fail("end");
    }

    private line(): string {
        return fromUtf8(this.lineBytes()) ?? this.misplaced();
    }

    private prefixed(prefix: string): string {
        const text = this.line();
        return text.startsWith(prefix) ? text.slice(prefix.length) : this.misplaced();
    }

    private misplaced(): never {
        return this.fail("line");
    }

    private fail(kind: FaultKind): never {
        throw new Fault(kind, { line: this.lines.number });
    }

    /* Heads of this log that the reader holds. Each must bear the same log's signature, or it would
     * prove nothing against anybody; who cosigned it does not matter any more. */
    private held(origin: string): Head[] {
        const of = this.trust.held.filter((text) => heldOrigin(text) === origin);
        return of.map((text) => {
            try {
                return openCheckpoint(new Lines(utf8(text)), this.trust.keys);
            } catch (error) {
                throw error instanceof Fault ? new Fault("held", { origin }) : error;
            }
        });
    }

    private note(kind: NoteKind, values: Values = {}): void {
        this.verdict.notes.push({ kind, values });
    }

    private noteContents(): void {
        const { contents_checked, contents_withheld, fields_closed } = this.verdict.counts;
        if (contents_checked > 0) this.note("content_checked", { count: contents_checked });
        if (contents_withheld > 0) this.note("content_withheld", { count: contents_withheld });
        if (fields_closed > 0) this.note("fields_closed", { count: fields_closed });
        if (this.verdict.files.length > 0) this.note("files_named", { count: this.verdict.files.length });
    }

    private noteHead(head: Head, isConsistent: (held: Head) => boolean): void {
        for (const { name, time } of head.cosignatures)
            if (time === null) this.note("witness_unchecked", { name });
            else this.note("witness", { name, time });
        for (const { name, logHash } of this.trust.keys)
            if (logHash === null && !head.cosignatures.some((by) => by.name === name && by.time !== null))
                this.note("witness_absent", { name });
        const count = head.cosignatures.filter(({ time }) => time !== null).length;
        const asked = this.trust.witnesses ?? 0;
        if (count < asked) throw new Fault("witnesses", { count, asked });
        if (count === 0) this.note("witness_none");
        const held = this.held(head.origin);
        for (const old of held) {
            const kind = isConsistent(old) ? "held_consistent" : "held_unchecked";
            this.verdict.counts[kind]++;
            this.note(kind, { size: old.size });
        }
        if (held.length === 0) this.note("held_none");
    }
}

/* The log that a held checkpoint is of, by its first line. */
export const heldOrigin = (text: string): string => text.split("\n", 1)[0]!;

/* A receipt does not become bad with age; but what can be compared has to agree. */
function compareReceipt(head: Head, held: Head): void {
    if (head.size === held.size && !equal(head.root, held.root))
        throw new Fault("inconsistent", { size: held.size });
    const [first, second] = head.size < held.size ? [head, held] : [held, head];
    if (first.size !== second.size && first.time > second.time) throw new Fault("time", { size: held.size });
}
