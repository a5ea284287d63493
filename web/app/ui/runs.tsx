/* A text whose marked runs are what a search found. */
import { languageOf } from "./data.tsx";

export function Runs({ runs }: { runs: readonly { text: string; marked: boolean }[] }) {
  return <span lang={languageOf(runs.map(({ text }) => text).join(""))}>{runs.map((run, i) => (run.marked ? <mark key={i}>{run.text}</mark> : run.text))}</span>;
}
