/* Which test files walk which sources: with $WALKS and $MAPS (run.py), the browser tells which functions of the bundle it
 * entered, and the source maps in the folder $MAPS which file each is of. At the end $WALKS has {source below web/app: [test file]}. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { basename, join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll } from "./suite.ts";

const { WALKS, MAPS } = process.env;
const walked = new Map<string, Set<string>>();
const maps = new Map<string, { map: SourceMap; lines: number[] } | undefined>();

if (WALKS) afterAll(() => writeFileSync(WALKS, JSON.stringify(Object.fromEntries([...walked].map(([source, files]) => [source, [...files].sort()])))));

/* Of an asset its map and the offsets of its lines; undefined: it is no part of the bundle. */
function mapOf(asset: string, text: string) {
  if (!maps.has(asset)) {
    const path = join(MAPS!, "assets", `${asset}.map`);
    const lines = [...text.matchAll(/\n/g)].map(({ index }) => index + 1);
    maps.set(asset, existsSync(path) ? { map: new SourceMap(JSON.parse(readFileSync(path, "utf8")) as SourceMapPayload), lines: [0, ...lines] } : undefined);
  }
  return maps.get(asset);
}

async function take(page: Page, file: string): Promise<void> {
  for (const { url, source, functions } of await page.coverage.stopJSCoverage().catch(() => [])) {
    const known = source === undefined ? undefined : mapOf(basename(new URL(url).pathname), source);
    if (!known) continue;
    for (const { ranges } of functions) {
      const [{ startOffset, count } = { startOffset: 0, count: 0 }] = ranges;
      if (!count || !startOffset) continue; // not entered; the script itself
      const line = known.lines.filter((start) => start <= startOffset).length - 1;
      const entry = known.map.findEntry(line, startOffset - known.lines[line]!);
      const path = "originalSource" in entry ? /(?:^|\/)web\/app\/(.*)/.exec(entry.originalSource)?.[1] : undefined;
      if (path) walked.set(path, (walked.get(path) ?? new Set()).add(file));
    }
  }
}

/* What a page runs from now on is noted for the test file, until it is closed. */
export async function follow(page: Page, file: string): Promise<void> {
  if (!WALKS) return;
  await page.coverage.startJSCoverage({ resetOnNavigation: false });
  const close = page.close.bind(page);
  page.close = async (...how) => {
    await take(page, file);
    await close(...how);
  };
}
