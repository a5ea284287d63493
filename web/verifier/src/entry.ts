/* One entry of the log: what was done, by whom, when, to what. */
import { Misspelt, Reader } from "./json.ts";

export const ENTRY_BYTES_MAX = 16384;

/* Integers stand as they are written. */
export interface Entry {
    log: string;
    uid: string;
    at: string;
    date?: string;
    who?: string;
    for?: string;
    unit?: string;
    role?: string;
    do: string;
    type?: string;
    id?: string;
    version?: string;
    content?: string;
    batch?: { file: string; mapping: string; count: string; rows: string; first: string; last: string };
    status?: string;
}

type Read = (r: Reader) => unknown;
const ALWAYS = new Set(["v", "log", "uid", "at", "do"]);

function matching(pattern: RegExp): (r: Reader) => string {
    return (r) => {
        const text = r.string();
        if (!pattern.test(text)) throw new Misspelt();
        return text;
    };
}

const text = matching(/[^]/); // not empty
const digest = matching(/^[0-9a-f]{64}$/);

function count(r: Reader): string {
    const value = r.integer();
    if (value < 0n) throw new Misspelt();
    return value.toString();
}

/* Of the Gregorian calendar, from the year 1. */
function isDay(date: string): boolean {
    const [, year = 0, month = 0, day = 0] =
        /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(date)?.map(Number) ?? [];
    const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
    return year >= 1 && day >= 1 && day <= days;
}

function date(r: Reader): string {
    const value = r.string();
    if (!isDay(value)) throw new Misspelt();
    return value;
}

function time(r: Reader): string {
    const value = r.string();
    const clock = /^T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z$/;
    if (!isDay(value.slice(0, 10)) || !clock.test(value.slice(10))) throw new Misspelt();
    return value;
}

/* An object whose keys stand in the order of the table, absent ones left out. */
function ordered(r: Reader, table: [string, Read][], always: (key: string) => boolean): object {
    const members: Record<string, unknown> = {};
    let before = "{";
    for (const [key, read] of table) {
        if (r.takes(`${before}"${key}":`)) {
            members[key] = read(r);
            before = ",";
        } else if (always(key)) {
            throw new Misspelt();
        }
    }
    r.expect("}");
    return members;
}

const BATCH: [string, Read][] = [
    ["file", digest], ["mapping", digest], ["count", count], ["rows", digest], ["first", count],
    ["last", count],
];

const ENTRY: [string, Read][] = [
    ["v", (r) => r.expect("1")],
    ["log", text], // whoever reads the entry compares it with the log's
    ["uid", matching(/^[0-9a-f]{32}$/)],
    ["at", time],
    ["date", date],
    ["who", count],
    ["for", count],
    ["unit", count],
    ["role", text],
    ["do", text],
    ["type", text],
    ["id", count],
    ["version", count],
    ["content", digest],
    ["batch", (r) => ordered(r, BATCH, () => true)],
    ["status", count],
];

/* The entry that a line spells, or null: the line is none. */
export function parseEntry(line: string): Entry | null {
    const reader = new Reader(line);
    try {
        const { v: _, ...entry } = ordered(reader, ENTRY, (key) => ALWAYS.has(key)) as Entry & { v: void };
        reader.end();
        return entry;
    } catch (error) {
        if (error instanceof Misspelt) return null;
        throw error;
    }
}

/* Type and id of a damaged entry, where they can still be read. */
export function guessEntry(line: string): { type?: string; id?: string } {
    const [, type] = /"type":"([^"\\]+)"/.exec(line) ?? [];
    const [, id] = /"id":([0-9]+)[,}]/.exec(line) ?? [];
    return { ...(type !== undefined && { type }), ...(id !== undefined && { id }) };
}
