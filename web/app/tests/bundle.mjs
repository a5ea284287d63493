/* node bundle.mjs SUBJECT: dist/SUBJECT.mjs of SUBJECT.test.ts or SUBJECT.ts, for node. Packages stay outside. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const subject = process.argv[2];
const test = join(here, `${subject}.test.ts`);
await build({
  entryPoints: [existsSync(test) ? test : join(here, `${subject}.ts`)],
  outfile: join(here, "dist", `${subject}.mjs`),
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node18",
  packages: "external",
  sourcemap: "inline",
  logLevel: "warning",
});
