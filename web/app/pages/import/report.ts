/* What a report says, in the shape that the page shows. */
import type { FileReport, Job, Reject, Report } from "./imports.ts";

export const count = (n: number) => n.toLocaleString("en");

export const percent = ({ done, total }: Job) => (total ? Math.min(100, Math.floor((100 * done) / total)) : 0);

export const goodRows = ({ result }: Job) => (result ? result.records - result.rejected : 0);

/* None of its files could be read. */
export const wasRefused = ({ result }: Job) => !!result?.files?.length && result.records === 0 && result.files.every(({ refused }) => refused);

/* …because it is not sure which column is what. */
export const asks = (job: Job) => wasRefused(job) && !!job.result?.files?.some(({ columns }) => columns?.length);

/* Without advice that is about the command line. */
export const plain = (sentence: string) =>
  sentence
    .split(/(?<=[；;])/)
    .filter((clause) => !/--\w|zhiyun |=[a-z]+_/.test(clause))
    .join("")
    .replace(/[；;]$/, "");

export interface Bad extends Reject {
  file: string;
}

export const badRows = ({ files }: Report): Bad[] => (files ?? []).flatMap(({ file, rejects }) => rejects.map((reject) => ({ ...reject, file })));

/* The file whose columns are shown: the first that is a table. */
export const tableOf = ({ files }: Report): FileReport | undefined => files?.find(({ columns }) => columns?.length);

export const facts = ["applicant", "abstract", "class", "citation"] as const;
export type Fact = (typeof facts)[number];

/* Columns whose values say what they are, where the check asks. */
export const proposed = ({ files }: Report): Record<string, string> =>
  Object.fromEntries((files ?? []).flatMap(({ proposals }) => proposals ?? []).flatMap(({ column, field }) => (field && !field.includes(",") ? [[column, field]] : [])));

/* How many of the records that would go in lack each fact; those that all have are left out. */
export function lacks({ files, records, rejected }: Report): { fact: Fact; n: number; all: boolean }[] {
  const good = records - rejected;
  return facts.flatMap((fact) => {
    const n = good - (files ?? []).reduce((sum, one) => sum + (one.with?.[fact] ?? 0), 0);
    return good > 0 && n > 0 ? [{ fact, n, all: n === good }] : [];
  });
}
