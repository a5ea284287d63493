/* Files that lie beside a bundle, compared with those its contents name. */
import { sha256 } from "./hash.ts";
import { hex, type Bytes } from "./bytes.ts";
import type { Verdict } from "./verify.ts";

export interface GivenFile {
    name: string; // without folder
    digest: string;
}

export const givenFile = (name: string, bytes: Bytes): GivenFile => ({ name, digest: hex(sha256(bytes)) });

/* The verdict with a note for each given file; one that bears the name of a named file, but is
 * another, is a fault of that entry. A verdict with a fault is left as it is. */
export function withFiles(verdict: Verdict, given: GivenFile[]): Verdict {
    if (!verdict.ok) return verdict;
    const notes = [...verdict.notes];
    for (const { name, digest } of given) {
        const same = verdict.files.find((file) => file.digest === digest);
        const other = verdict.files.find((file) => file.name === name);
        if (same) {
            notes.push({ kind: "file_checked", values: { name, index: same.index } });
        } else if (other) {
            const { index } = other;
            const fault = { kind: "file" as const, values: { name, index } };
            return { ...verdict, ok: false, fault, first_bad: { index } };
        } else {
            notes.push({ kind: "file_unnamed", values: { name } });
        }
    }
    return { ...verdict, notes };
}
