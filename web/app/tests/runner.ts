/* Runs the tests of several files and prints TAP as tests/tap.py does. The tests of a file run in the order in which they
 * stand there; CONCURRENCY files run at a time. Each test is reported as "file: name" when it ends; TAP_ONLY=TEXT runs
 * those whose "file: name" holds the text. */
import { closeBrowser, Visit } from "./browser.ts";
import { atEnd, readFile, type File, type Test } from "./suite.ts";

const told = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/* Why it fails; undefined: it passes. */
async function failureOf(file: string, run: Test): Promise<string | undefined> {
  const visit = new Visit(file);
  try {
    await run(visit);
    await visit.end();
    return undefined;
  } catch (error) {
    return [told(error), ...visit.faults, await visit.shown()].join("\n");
  } finally {
    await visit.close();
  }
}

async function each<T>(items: T[], atOnce: number, run: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const work = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/* Imports the files one after another, runs their tests, and sets the exit status. */
export async function run(imports: Record<string, () => Promise<unknown>>, names: string[]): Promise<void> {
  const files: File[] = [];
  for (const name of names) {
    const load = imports[name];
    if (!load) throw new Error(`there is no ${name}.test.ts`);
    const file = await readFile(name, load);
    for (const full of [...file.tests.keys()]) if (!full.includes(process.env.TAP_ONLY ?? "")) file.tests.delete(full);
    files.push(file);
  }

  let number = 0;
  const report = (name: string, failure: string | undefined): void => {
    console.log(`${failure === undefined ? "ok" : "not ok"} ${++number} ${name}`);
    if (failure === undefined) return;
    process.exitCode = 1;
    console.log(failure.replace(/^/gm, "# "));
  };
  const runFile = async ({ name: file, tests, before, after }: File): Promise<void> => {
    let broken: string | undefined;
    try {
      for (const hook of before) await hook();
    } catch (error) {
      broken = told(error);
    }
    for (const [name, one] of tests) report(name, broken ?? (await failureOf(file, one)));
    try {
      for (const hook of after) await hook();
    } catch (error) {
      process.exitCode = 1;
      console.log(told(error).replace(/^/gm, "# "));
    }
  };

  process.on("unhandledRejection", (error) => {
    process.exitCode = 1;
    console.log(`a promise that nobody awaits failed: ${told(error)}`.replace(/^/gm, "# "));
  });
  console.log(`1..${files.reduce((sum, { tests }) => sum + tests.size, 0)}`);
  const busy = files.filter(({ tests }) => tests.size > 0);
  try {
    await each(busy, Number(process.env.CONCURRENCY ?? 2), runFile);
  } finally {
    for (const hook of atEnd) await hook();
    await closeBrowser();
  }
}
