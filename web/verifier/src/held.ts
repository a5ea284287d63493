/* Heads that this reader verified and keeps, to hold the log to its word later: a list of
 * checkpoint texts. Of each log usually one; a receipt cannot show that its head continues
 * another, so then both stay until a bundle shows it. */
import { heldOrigin, type Verdict } from "./verify.ts";

const HEADS_MAX = 64; // of all logs; the oldest go first

/* The list after a good verdict: a bundle was checked against every held head of its log, so its
 * head stands for them all. */
export function keepHead(held: string[], { ok, kind, head }: Verdict): string[] {
    if (!ok || !head || held.includes(head.text)) return held;
    const stay = kind === "bundle" ? held.filter((text) => heldOrigin(text) !== head.origin) : held;
    return [...stay, head.text].slice(-HEADS_MAX);
}

/* Where a page keeps its lists: the browser's storage, which may be refused or spoilt by others. */
export class Shelf {
    constructor(
        private readonly storage: Storage | null,
        private readonly name: string,
    ) {}

    read(): string[] {
        try {
            const list: unknown = JSON.parse(this.storage?.getItem(this.name) ?? "[]");
            return Array.isArray(list) ? list.filter((text): text is string => typeof text === "string") : [];
        } catch {
            return []; // not ours; nothing is believed of it that its signature does not say
        }
    }

    /* False: the browser refuses to keep it. */
    write(list: string[]): boolean {
        try {
            this.storage?.setItem(this.name, JSON.stringify(list));
            return this.storage !== null;
        } catch {
            return false;
        }
    }
}
