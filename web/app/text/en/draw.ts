import type zh from "../zh/draw.ts";

const texts: Record<keyof typeof zh, string> = {
  "draw.title": "Draw of experts",
  "draw.line": "Round {round} · {state}",
  "draw.frozen": "waiting for values",
  "draw.drawn": "drawn",
  "draw.failed": "failed, to be drawn again",
  "draw.none": "The pool is not frozen yet",
  "draw.none.text": "There is a draw to commit to once the pool is frozen.",
  "draw.help":
    "This browser makes the value and keeps it. Its SHA-256 is committed to first; once both persons have committed and a head of the log is signed, reveal it from the same browser.",
  "draw.commit": "Make a value and commit to it",
  "draw.fail": "Give up this draw",
  "draw.fail.line": "The pool is then frozen and drawn anew. Who did not reveal while the other did is at fault.",
  "draw.reveal": "Reveal the value",
  "draw.committed": "Committed. Digest: {digest}",
  "draw.revealed": "Revealed.",
  "draw.lost": "This browser keeps no value of yours for this round. Reveal it from the browser that committed; if it is lost, give the draw up.",
  "draw.plain": "Browsers compute digests under https or a local address alone. Open this page by such an address.",
};
export default texts;
