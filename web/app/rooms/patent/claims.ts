/* Claims as a tree: which claim refers to which, as far as their words tell. */

export interface Claim {
  number: number;
  text: string;
  refs: number[]; // claims that it refers to, by rising number
  children: Claim[]; // claims that hang on it: those whose last reference it is
}

const START = /^\s*(?:权利要求\s*)?(\d{1,3})\s*[.．、:：)）]\s*(?=\S)/;
const NUMBER = "\\d{1,3}(?:\\s*(?:至|到|to|through|[-–—~～])\\s*(?:权利要求|claims?)?\\s*\\d{1,3})?";
const REFERENCE = new RegExp(`(?:权利要求|\\bclaims?)\\s*(${NUMBER}(?:\\s*(?:、|，|,|或者?|和|及|与|,?\\s*or|,?\\s*and)\\s*(?:权利要求|claims?)?\\s*${NUMBER})*)`, "gi");

/* "1至3、5" → 1 2 3 5, below `limit` alone: a claim refers to earlier ones. */
function numbers(list: string, limit: number): number[] {
  const found: number[] = [];
  for (const [, from, to] of list.matchAll(/(\d{1,3})(?:\s*(?:至|到|to|through|[-–—~～])\D*(\d{1,3}))?/gi))
    for (let n = Number(from); n <= Number(to ?? from) && n < limit; n++) found.push(n);
  return found;
}

function references(text: string, own: number): number[] {
  // What a claim hangs on stands at its beginning; later words may name claims for other reasons.
  const found = [...text.slice(0, 200).matchAll(REFERENCE)].slice(0, 1).flatMap(([, list]) => numbers(list!, own));
  return [...new Set(found)].filter((n) => n > 0).sort((a, b) => a - b);
}

/* The claims by number; null where the text is not numbered from 1 on. */
export function readClaims(text: string): Claim[] | null {
  const claims: Claim[] = [];
  for (const line of text.split(/\n+/)) {
    const start = START.exec(line);
    const last = claims[claims.length - 1];
    if (start && Number(start[1]) === (last?.number ?? 0) + 1)
      claims.push({ number: Number(start[1]), text: line.slice(start[0].length).trim(), refs: [], children: [] });
    else if (last && line.trim()) last.text += `\n${line.trim()}`;
    else if (line.trim()) return null;
  }
  for (const claim of claims) claim.refs = references(claim.text, claim.number);
  return claims.length ? claims : null;
}

/* Independent claims with what hangs on them. */
export function claimTree(claims: readonly Claim[]): Claim[] {
  const roots: Claim[] = [];
  for (const claim of claims) {
    const parent = claims.find(({ number }) => number === claim.refs[claim.refs.length - 1]);
    (parent ? parent.children : roots).push(claim);
  }
  return roots;
}
