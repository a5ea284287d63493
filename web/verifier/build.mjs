/* node build.mjs [--page FILE]: types are checked, then dist/cli.js, dist/tests/*.test.js and the
 * page: one HTML file with script and style inside (default: build/verifier.html of the project).
 * Beside the page, FILE.csp is the value of the Content-Security-Policy header that fits it. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const option = process.argv.indexOf("--page");
const page = resolve(option < 0 ? join(here, "../../build/verifier.html") : process.argv[option + 1]);

process.chdir(here);
const types = spawnSync(process.execPath, ["../../node_modules/typescript/bin/tsc", "--noEmit"], { stdio: "inherit" });
if (types.status !== 0) process.exit(1);
rmSync("dist", { recursive: true, force: true });

const node = { bundle: true, format: "esm", platform: "node", target: "node18", outdir: "dist", logLevel: "warning" };
await build({ ...node, entryPoints: ["src/cli.ts"] });
const tests = readdirSync("tests").filter((name) => name.endsWith(".test.ts"));
await build({ ...node, entryPoints: tests.map((name) => `tests/${name}`), outdir: "dist/tests" });

/* Chromium 86 is the oldest shell in use; charset utf8 keeps the Chinese readable. */
async function inlined(entry) {
    const { outputFiles } = await build({
        entryPoints: [entry], bundle: true, format: "iife", minify: true, charset: "utf8",
        target: "chrome86", write: false, logLevel: "warning",
    });
    return outputFiles[0].text.trim();
}
const digest = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const script = await inlined("src/page/page.ts");
const style = await inlined("src/page/page.css");
const policy = [
    "default-src 'none'", `script-src ${digest(script)}`, `style-src ${digest(style)}`,
    "img-src data:", "base-uri 'none'", "form-action 'none'",
].join("; ");
const parts = { policy, style, script };
const html = readFileSync("src/page/page.html", "utf8").replace(/%(policy|style|script)%/g, (_, name) => parts[name]);
mkdirSync(dirname(page), { recursive: true });
writeFileSync(page, html);
writeFileSync(`${page}.csp`, `${policy}; frame-ancestors 'none'\n`);
