/* node cli.js --key VKEY… FILE: judges a receipt or a bundle, one JSON document on stdout.
 * Exit: 0 good, 1 a fault, 2 wrong usage, 3 a file or key that cannot be read. */
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { base64, fromDecimal } from "./bytes.ts";
import { Fault } from "./fault.ts";
import { givenFile, withFiles } from "./files.ts";
import { parseVkeys, type Vkey } from "./note.ts";
import { faultText, noteText, type Language } from "./texts.ts";
import { verify, type Verdict } from "./verify.ts";

const USAGE = `node cli.js --key VKEY… [OPTION…] FILE

Judges FILE, a receipt or a bundle, by the verifier keys given; docs/evidence-log.md says how.

  --key VKEY      key of the log, or of a witness; several may be given
  --keys FILE     the same, one a line
  --witnesses N   so many good cosignatures are asked for (default: 0)
  --held FILE     a log head that you verified before; several may be given
  --hold FILE     keep the head of FILE here when the verdict is good
  --file FILE     a file that the bundle's contents name; several may be given
  --lang zh|en    language of the sentences (default: $ZHIYUN_LANG, else zh)

Exit: 0 good, 1 a fault, 2 wrong usage, 3 a file or key that cannot be read.
`;

interface Options {
    keys: Vkey[];
    held: string[];
    witnesses: number;
    hold: string | null;
    files: string[];
    language: Language;
    input: string;
}

class Usage extends Error {}
class Unreadable extends Error {}

function read(path: string): Uint8Array {
    try {
        return readFileSync(path);
    } catch (error) {
        throw new Unreadable(`${path}: ${(error as NodeJS.ErrnoException).code ?? error}`);
    }
}

const readText = (path: string): string => new TextDecoder().decode(read(path));

function parse(words: string[]): Options {
    const given: Record<string, string[]> = {
        "--key": [], "--keys": [], "--witnesses": [], "--held": [], "--hold": [], "--file": [], "--lang": [],
    };
    const inputs: string[] = [];
    while (words.length > 0) {
        const word = words.shift()!;
        if (!word.startsWith("--")) {
            inputs.push(word);
            continue;
        }
        const list = given[word];
        const value = words.shift();
        if (!list || value === undefined) throw new Usage(`${word}?`);
        list.push(value);
    }
    const language = given["--lang"]!.pop() ?? process.env.ZHIYUN_LANG ?? "zh";
    if (language !== "zh" && language !== "en") throw new Usage(`--lang ${language}?`);
    const witnesses = fromDecimal(given["--witnesses"]!.pop() ?? "0");
    if (witnesses === null) throw new Usage("--witnesses?");
    const lines = given["--keys"]!.flatMap((path) => readText(path).split("\n"));
    const texts = [...given["--key"]!, ...lines.map((line) => line.trim()).filter((line) => line !== "")];
    const [input, ...more] = inputs;
    if (input === undefined || more.length > 0 || texts.length === 0) throw new Usage("");
    try {
        return {
            keys: parseVkeys(texts),
            held: given["--held"]!.map(readText),
            witnesses,
            hold: given["--hold"]!.pop() ?? null,
            files: given["--file"]!,
            language,
            input,
        };
    } catch (error) {
        throw error instanceof Fault ? new Unreadable(faultText(language, error)) : error;
    }
}

/* The keys of `zhiyun verify --json`, and what this one has to say besides. */
function json(verdict: Verdict, language: Language): string {
    const { ok, kind, entries, head, fault, first_bad, counts, notes, entry } = verdict;
    const id = Number(first_bad?.id);
    const shown = {
        ok,
        entries,
        head: head && { origin: head.origin, size: head.size, root: base64(head.root), time: head.time },
        fault: fault && faultText(language, fault),
        fault_kind: fault && fault.kind,
        first_bad: first_bad && { ...first_bad, ...(Number.isSafeInteger(id) && { id }) },
        witnesses: (head?.cosignatures ?? []).map(({ name, time }) => ({ name, checked: time !== null, ...(time !== null && { time }) })),
        ...counts,
        kind,
        notes: notes.map((note) => noteText(language, note)),
        entry,
    };
    return JSON.stringify(shown, null, 2);
}

function main(words: string[]): number {
    try {
        const { keys, held, witnesses, hold, files, language, input } = parse(words);
        const given = files.map((path) => givenFile(basename(path), read(path)));
        const verdict = withFiles(verify(read(input), { keys, held, witnesses }), given);
        process.stdout.write(json(verdict, language) + "\n");
        if (verdict.ok && verdict.head && hold !== null) writeFileSync(hold, verdict.head.text);
        return verdict.ok ? 0 : 1;
    } catch (error) {
        if (error instanceof Usage) {
            process.stderr.write(error.message === "" ? USAGE : `${error.message}\n\n${USAGE}`);
            return 2;
        }
        if (error instanceof Unreadable) {
            process.stderr.write(`${error.message}\n`);
            return 3;
        }
        throw error;
    }
}

process.exitCode = main(process.argv.slice(2));
