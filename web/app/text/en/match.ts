/* Patents that answer a text. */
import type zh from "../zh/match.ts";

const match: Record<keyof typeof zh, string> = {
  "match.title": "Match",
  "match.text": "Text",
  "match.placeholder": "Paste or type a page: a need, a disclosure, an abstract. A few sentences each on the object, the problem and the means give the best results.",
  "match.go": "Match",
  "match.length": "{n} characters",
  "match.short": "{n} characters, rather short: a few sentences more give better results",
  "match.kept": "The text stays in this tab; it is neither in the address nor stored on the server.",
  "match.clear": "Clear",
  "match.close": "{n} patents",
  "match.order": "closest first; not all words need to occur",
  "match.scale": "bar: score; the first is the longest",
  "match.because": "Reasons",
  "match.reason.term": "shared words",
  "match.reason.class": "shared classes",
  "match.reason.related": "related words",
  "match.reason.rest": "smaller parts",
  "match.mentioned": "{name} is named in the text",
  "match.none": "No patent is close",
  "match.none.why": "None of the words is in any patent held here, or the filters are too narrow.",
  "match.start": "The closest patents appear here, with the reasons",
  "match.start.why": "Each says which words and classes it shares with the text, and their share of the score.",
  "match.failed": "This text cannot be matched",
};
export default match;
