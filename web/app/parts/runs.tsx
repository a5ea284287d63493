/* A text whose marked runs are what a search found. */
export function Runs({ runs }: { runs: readonly { text: string; marked: boolean }[] }) {
  return <>{runs.map((run, i) => (run.marked ? <mark key={i}>{run.text}</mark> : run.text))}</>;
}
