/* node build.mjs: types are checked, then dist/cli.js and dist/tests/*.test.js are made. */
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

process.chdir(dirname(fileURLToPath(import.meta.url)));
const types = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "--noEmit"], { stdio: "inherit" });
if (types.status !== 0) process.exit(1);
rmSync("dist", { recursive: true, force: true });

const node = { bundle: true, format: "esm", platform: "node", target: "node18", outdir: "dist", logLevel: "warning" };
await build({ ...node, entryPoints: ["src/cli.ts"] });
const tests = readdirSync("tests").filter((name) => name.endsWith(".test.ts"));
await build({ ...node, entryPoints: tests.map((name) => `tests/${name}`), outdir: "dist/tests" });
