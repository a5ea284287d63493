/* The tests of a file, which it registers while it is imported. runner.ts runs them. */
import type { Visit } from "./browser.ts";

export type Test = (visit: Visit) => Promise<void> | void;
export type Hook = () => unknown;

export interface File {
  name: string;
  tests: Map<string, Test>;
  before: Hook[];
  after: Hook[];
}

let current: File | undefined; // the file that is being imported
export const atEnd: Hook[] = [];

/* Imports a file. */
export async function readFile(name: string, load: () => Promise<unknown>): Promise<File> {
  const found: File = { name, tests: new Map(), before: [], after: [] };
  current = found;
  await load();
  current = undefined;
  return found;
}

function file(): File {
  if (!current) throw new Error("tests are registered while their file is imported");
  return current;
}

export const test = (name: string, run: Test): void => void file().tests.set(`${file().name}: ${name}`, run);

/* Before the first test of the file that runs; when it fails, so does each test of the file. */
export const before = (hook: Hook): void => void file().before.push(hook);

/* After the last test of the file, also after failures. */
export const after = (hook: Hook): void => void file().after.push(hook);

/* After all files. */
export const afterAll = (hook: Hook): void => void atEnd.push(hook);
