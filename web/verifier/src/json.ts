/* JSON in its one spelling (docs/evidence-log.md, "Entry" and "Content"): no white space, shortest
 * escapes, integers of 64 bits, names of objects sorted. Because the spelling is unique, a value's
 * canonical text is the text that was read. */
import { compareText } from "./bytes.ts";

const DEPTH_MAX = 64;
const ESCAPES: Record<string, string> = {
    '"': '"', "\\": "\\", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t",
};
const SHORT = /[\b\f\n\r\t]/; // have an escape of their own

/* Thrown where the text is not in the one spelling; the reader of the whole turns it into a Fault. */
export class Misspelt extends Error {}

export type Value = string | bigint | boolean | Value[] | Map<string, Value>;

export class Reader {
    at = 0;

    constructor(readonly text: string) {}

    takes(expected: string): boolean {
        if (!this.text.startsWith(expected, this.at)) return false;
        this.at += expected.length;
        return true;
    }

    expect(expected: string): void {
        if (!this.takes(expected)) throw new Misspelt();
    }

    end(): void {
        if (this.at !== this.text.length) throw new Misspelt();
    }

    string(): string {
        this.expect('"');
        let value = "";
        let plain = this.at; // start of what has not been copied yet
        for (;;) {
            const unit = this.text.charCodeAt(this.at); // NaN at the end
            if (unit === 0x22) break;
            if (unit === 0x5c) {
                value += this.text.slice(plain, this.at) + this.escape();
                plain = this.at;
            } else if (unit >= 0x20) {
                this.at++;
            } else {
                throw new Misspelt();
            }
        }
        value += this.text.slice(plain, this.at);
        this.at++;
        return value;
    }

    private escape(): string {
        const short = ESCAPES[this.text.charAt(this.at + 1)];
        if (short !== undefined) {
            this.at += 2;
            return short;
        }
        const [, digits] = /^\\u00([01][0-9a-f])/.exec(this.text.slice(this.at, this.at + 6)) ?? [];
        if (digits === undefined || digits === "00") throw new Misspelt();
        const character = String.fromCharCode(parseInt(digits, 16));
        if (SHORT.test(character)) throw new Misspelt();
        this.at += 6;
        return character;
    }

    integer(): bigint {
        const pattern = /0|-?[1-9][0-9]{0,18}/y;
        pattern.lastIndex = this.at;
        const [digits] = pattern.exec(this.text) ?? [];
        if (digits === undefined) throw new Misspelt();
        const value = BigInt(digits);
        if (BigInt.asIntN(64, value) !== value) throw new Misspelt();
        this.at += digits.length;
        return value;
    }

    /* Calls `member` after each name; names are sorted by their bytes, each once. */
    object(member: (name: string) => void): void {
        this.expect("{");
        if (this.takes("}")) return;
        let before: string | null = null;
        do {
            const name = this.string();
            if (before !== null && compareText(before, name) >= 0) throw new Misspelt();
            before = name;
            this.expect(":");
            member(name);
        } while (this.takes(","));
        this.expect("}");
    }

    value(depth = 0): Value {
        switch (this.text.charAt(this.at)) {
            case '"':
                return this.string();
            case "t":
                this.expect("true");
                return true;
            case "f":
                this.expect("false");
                return false;
            case "[":
                return this.array(this.deeper(depth));
            case "{": {
                const members = new Map<string, Value>();
                const inner = this.deeper(depth);
                this.object((name) => members.set(name, this.value(inner)));
                return members;
            }
            default:
                return this.integer();
        }
    }

    private array(depth: number): Value[] {
        const items: Value[] = [];
        this.expect("[");
        if (this.takes("]")) return items;
        do items.push(this.value(depth));
        while (this.takes(","));
        this.expect("]");
        return items;
    }

    private deeper(depth: number): number {
        if (depth === DEPTH_MAX) throw new Misspelt();
        return depth + 1;
    }
}
