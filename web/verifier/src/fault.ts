/* What a verifier can find. A Fault is thrown where it is met and caught once, in verify.ts; its
 * kind names the sentence of texts.ts, its values fill that sentence. */

export type FaultKind =
    | "format" // neither a receipt nor a bundle
    | "line" // not what has to stand on this line
    | "end" // the text stops too early, or not with a line feed
    | "key" // no key for this log was given
    | "entry" // not the one spelling of an entry
    | "origin" // of another log
    | "uid" // the same entry twice
    | "leaf" // the entry's hash is not the listed one
    | "content" // not the one spelling of content and seal
    | "commitment" // content and seal do not give what the entry commits to
    | "missing"
    | "excess"
    | "checkpoint" // not the one spelling of a head
    | "signature"
    | "cosignature"
    | "size" // the head counts other entries than are here
    | "root"
    | "index" // not below the size
    | "path" // too long or too short
    | "older" // than a head that is held
    | "time" // successive heads, but their times go back
    | "inconsistent" // with a head that is held
    | "held" // what is held is not a head of this log, signed by this key
    | "witnesses" // fewer good cosignatures than asked for
    | "vkey" // not a verifier key, or one given twice
    | "file"; // a file is not what the content names

export type Values = Record<string, string | number>;

export class Fault extends Error {
    constructor(
        readonly kind: FaultKind,
        readonly values: Values = {},
    ) {
        super(kind);
    }
}
