/* node bundle.mjs OUT [SCRIPT]: bundles SCRIPT.ts for node; without SCRIPT a program that runs the files *.test.ts named by its
 * arguments, or all. Packages stay outside. */
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const [out, script] = process.argv.slice(2);
const end = ".test.ts";
const names = readdirSync(here).filter((name) => name.endsWith(end)).map((name) => name.slice(0, -end.length)).sort();
const all = `import { run } from "./runner.ts";
const named = process.argv.slice(2);
await run({ ${names.map((name) => `${JSON.stringify(name)}: () => import("./${name}${end}")`).join(", ")} }, named.length ? named : ${JSON.stringify(names)});
`;
await build({
  ...(script ? { entryPoints: [join(here, `${script}.ts`)] } : { stdin: { contents: all, resolveDir: here, sourcefile: "all.ts" } }),
  outfile: out,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node18",
  packages: "external",
  sourcemap: "inline",
  logLevel: "warning",
});
