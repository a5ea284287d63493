/* `import page from "virtual:receipt-file"`: the page that checks receipts as the text of one HTML file, with script and
 * styles inside and a policy that allows nothing else: it makes no connection. */
import { createHash } from "node:crypto";
import { build, type Plugin } from "vite";
import { entryWords } from "./entry-words.ts";

const name = "virtual:receipt-file";
const digest = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

export function savedPage(target: string, most: number): Plugin {
  return {
    name: "saved-page",
    resolveId: (id) => (id === name ? `\0${name}` : null),
    async load(id) {
      if (id !== `\0${name}`) return null;
      const made = await build({
        configFile: false,
        root: new URL("..", import.meta.url).pathname,
        logLevel: "error",
        plugins: [entryWords()],
        build: { write: false, target, cssTarget: target, modulePreload: false, cssCodeSplit: false, rollupOptions: { input: "receipt-file.ts", output: { format: "iife", inlineDynamicImports: true } } },
      });
      const parts = (Array.isArray(made) ? made : [made]).flatMap((one) => ("output" in one ? one.output : []));
      const script = parts.map((part) => (part.type === "chunk" ? part.code : "")).join("").trim().replace(/<\/(script)/gi, "<\\/$1");
      const style = parts.map((part) => (part.type === "asset" ? String(part.source) : "")).join("").trim();
      const policy = `default-src 'none'; script-src ${digest(script)}; style-src ${digest(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
      const page = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="keys" content="">
<link rel="icon" href="data:,">
<title>知运 · 回执核验</title>
<style>${style}</style>
</head>
<body>
<main class="rf-column"><div class="rf-head"><h1></h1><button type="button" class="rf-language"></button></div><p class="rf-lead"></p><div class="rf-check"></div></main>
<noscript>此页需要脚本才能核对文件。This page needs scripts to check files.</noscript>
<script>${script}</script>
</body>
</html>
`;
      if (page.length > most * 1024) this.error(`the saved page has ${(page.length / 1024).toFixed(0)} KB, its budget is ${most}`);
      return `export default ${JSON.stringify(page)};`;
    },
  };
}
