/* Where the quotes of clauses stand in the text of a document. Both are compared without blanks, since the texts come with
 * line breaks wherever a page ended. */
export interface Quoted {
  id: string; // 五3
  quote?: string | null;
}

export interface Piece {
  text: string;
  clause?: number; // index of the clause that it belongs to
  ends?: number[]; // clauses whose words end here
}

export interface Paragraph {
  kind: "title" | "heading" | "text";
  anchor?: string; // of the first clause that begins in it, once in the text
  pieces: Piece[];
  clauses: number[]; // that begin in it
}

const ARTICLE = /^第[一二三四五六七八九十百]+条/;
const HEADING = /^([一二三四五六七八九十]+、|第[一二三四五六七八九十]+章)/;
const BEGINS = /^(第[一二三四五六七八九十百]+[条章]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[)）]|\d+[.．]\s?\D|附件|##|- )/;
const ENDS = /[。；：:;！？!?]["”’』」)）]?$/;
const WRAPPED = 18; // a shorter line is no line of running text

const bare = (text: string) => text.replace(/\s+/g, "");
const tidy = (text: string) =>
  text
    .replace(/([^\x00-\xff])\s+(?=[^\x00-\xff])/g, "$1")
    .replace(/\s+/g, " ")
    .replace(/^(第[一二三四五六七八九十百]+[条章])\s*/, "$1\u3000");

interface Line {
  kind: Paragraph["kind"];
  text: string;
}

function linesOf(source: string, title: string): Line[] {
  const lines: Line[] = [];
  for (const raw of source.split("\n")) {
    const clean = raw.replace(/\[bookmark:[^\]]*\]/g, "").trim();
    if (!clean || /^[|\s:-]+$/.test(clean)) continue;
    const text = tidy(clean.replace(/^(##+|-)\s*/, "").replace(/^\||\|$/g, "").replace(/\s*\|\s*/g, " ").trim());
    const before = lines.at(-1);
    if (clean.startsWith("##") || bare(text) === bare(title)) lines.push({ kind: "title", text });
    else if (HEADING.test(text) && text.length < 30 && !ENDS.test(text)) lines.push({ kind: "heading", text });
    else if (before?.kind === "text" && !BEGINS.test(clean) && !ENDS.test(before.text) && before.text.length >= WRAPPED) before.text = tidy(`${before.text} ${text}`);
    else lines.push({ kind: "text", text });
  }
  return lines;
}

/* Each clause once, in the order of the text; where one lies in another, the shorter has the words. */
function placesOf(text: string, clauses: readonly Quoted[]): { from: number; end: number; clause: number }[] {
  let cursor = 0;
  return clauses.flatMap(({ quote }, clause) => {
    const words = bare(quote ?? "");
    let from = words ? text.indexOf(words, cursor) : -1;
    if (from < 0 && words) from = text.indexOf(words);
    if (from < 0) return [];
    cursor = from;
    return [{ from, end: from + words.length, clause }];
  });
}

export function layOut(source: string, title: string, clauses: readonly Quoted[]): Paragraph[] {
  const lines = linesOf(source, title);
  const text = lines.map((line) => bare(line.text)).join("");
  const places = placesOf(text, clauses);
  const owner = new Int32Array(text.length).fill(-1);
  for (const { from, end, clause } of [...places].sort((a, b) => b.end - b.from - (a.end - a.from))) owner.fill(clause, from, end);
  const used = new Set<string>();
  let at = 0;
  return lines.map((line) => {
    const from = at;
    const pieces: Piece[] = [];
    for (const letter of line.text) {
      const blank = /\s/.test(letter);
      const clause = blank ? pieces.at(-1)?.clause : owner[at]! < 0 ? undefined : owner[at];
      const last = pieces.at(-1);
      if (last && last.clause === clause && !last.ends) last.text += letter;
      else pieces.push({ text: letter, clause });
      if (blank) continue;
      at += letter.length;
      const ends = places.filter(({ end }) => end === at).map((one) => one.clause);
      if (ends.length) pieces.at(-1)!.ends = ends;
    }
    const begin = places.filter((one) => one.from >= from && one.from < at).sort((a, b) => a.from - b.from).map((one) => one.clause);
    const anchor = begin.map((one) => clauses[one]!.id).find((id) => !used.has(id));
    if (anchor) used.add(anchor);
    return { kind: line.kind, anchor, pieces, clauses: begin };
  });
}

/* The articles, or the headings of a text without any, with how each begins. */
export function articlesOf(paragraphs: readonly Paragraph[]): { anchor: string; words: string }[] {
  const words = ({ pieces }: Paragraph) => pieces.map(({ text }) => text).join("");
  // A heading that no clause quotes leads to what follows it.
  const of = (test: RegExp) =>
    paragraphs.flatMap((one, i) => {
      const anchor = test.test(words(one)) ? (one.anchor ?? paragraphs.slice(i + 1, i + 3).find((next) => next.anchor)?.anchor) : undefined;
      return anchor ? [{ anchor, words: shorten(words(one)) }] : [];
    });
  const articles = of(ARTICLE);
  return articles.length > 0 ? articles : of(HEADING);
}

const shorten = (text: string) => (text.length > 13 ? `${text.slice(0, 12)}…` : text);
