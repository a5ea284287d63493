/* The days of a year as somebody pastes them from the announcement or a table: a line for each day, its date, whether
 * it is off or worked, and the holiday. */

export interface Row {
  line: number;
  date: string; // empty: it is none
  kind: "rest" | "work" | "";
  holiday: string;
}

const dateOf = (text: string) => {
  const found = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text);
  return found ? `${found[1]}-${found[2]!.padStart(2, "0")}-${found[3]!.padStart(2, "0")}` : "";
};
const kindOf = (text: string) => (/^(rest|off|休|休息|放假|放)$/i.test(text) ? "rest" : /^(work|班|上班|补班)$/i.test(text) ? "work" : "");

export function rowsOf(text: string): Row[] {
  return text
    .split(/\r?\n/)
    .map((line, at) => ({ cells: line.split(/[,，\t]| +/).map((one) => one.trim()), line: at + 1, blank: !line.trim() || line.startsWith("#") || /^date\b/.test(line) }))
    .filter(({ blank }) => !blank)
    .map(({ cells: [date = "", kind = "", holiday = ""], line }) => ({ line, date: dateOf(date), kind: kindOf(kind), holiday }));
}

/* The days of a known year as somebody would paste them, in the words of the page. Those that the law gives are named even
 * where they fall on a weekend. */
export function textOf(year: number, days: readonly { date: string; works: boolean }[], words: { rest: string; work: string }): string {
  const lawful = ["01-01", "05-01", "10-01", "10-02", "10-03"].map((one) => ({ date: `${year}-${one}`, works: false })).filter(({ date }) => !days.some((one) => one.date === date));
  return [...days, ...lawful].sort((a, b) => a.date.localeCompare(b.date)).map(({ date, works }) => `${date} ${works ? words.work : words.rest}`).join("\n");
}

/* As the server reads it. */
export const tableOf = (source: string, rows: readonly Row[]) =>
  [`# ${source.trim().replace(/\s+/g, " ")}`, "date,kind,holiday", ...[...rows].sort((a, b) => a.date.localeCompare(b.date)).map(({ date, kind, holiday }) => `${date},${kind},${holiday}`), ""].join("\n");
