/* Vite plugins of this bundle. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { createElement } from "react";
import { ConfigProvider } from "antd";
import { extractStyle } from "@ant-design/static-style-extract";
import type { Plugin } from "vite";
import { theme } from "../ui/theme.ts";

/* What Ant Design says of every <a>, with colours that only its own parts define: other links would take the
 * colour of the text around them, and no ring when focused. tokens.css says it for all. */
const linkRules = /(?<=^|[}\s])a(?::[a-z-]+)?(?:,\s*a(?::[a-z-]+)?)*\s*\{[^}]*\}/g;

/* `import "virtual:antd.css"`: the style sheet of all Ant Design parts under our theme, made at build
 * time. The content security policy allows no <style> element, so none may be injected at run time. */
export function antdStyles(): Plugin {
  const name = "virtual:antd.css";
  const made = { ...theme, zeroRuntime: false }; // the theme itself tells the browser to make none
  return {
    name: "antd-styles",
    resolveId: (id) => (id === name ? `\0${name}` : null),
    load: (id) => (id === `\0${name}` ? extractStyle({ customTheme: (node) => createElement(ConfigProvider, { theme: made }, node) }).replace(linkRules, "") : null),
  };
}

/* The few styles that Ant Design's packages still make at run time become constructable sheets. */
export function constructableSheets(): Plugin {
  return {
    name: "constructable-sheets",
    enforce: "pre",
    load: (id) =>
      /@rc-component\/util\/(es|lib)\/Dom\/dynamicCSS\.js$/.test(id) ? readFileSync(new URL("dynamicCSS.js", import.meta.url), "utf8") : null,
  };
}

/* Fails the build when the first load of a page, or a lazy chunk beyond it, is larger than its budget in
 * KB of gzip: scripts and style sheets that the page's entry imports, directly or through others. */
export function budgets(pages: Record<string, number>, lazy: number): Plugin {
  return {
    name: "budgets",
    enforce: "post",
    generateBundle(_, bundle) {
      const size = (file: string) => {
        const part = bundle[file];
        return part ? gzipSync(part.type === "chunk" ? part.code : part.source, { level: 9 }).length / 1024 : 0;
      };
      const styles = (file: string) => {
        const part = bundle[file];
        return part?.type === "chunk" ? [...(part.viteMetadata?.importedCss ?? [])] : [];
      };
      const closure = (file: string, seen = new Set<string>()): Set<string> => {
        const part = bundle[file];
        if (seen.has(file) || part?.type !== "chunk") return seen;
        seen.add(file);
        for (const style of styles(file)) seen.add(style);
        for (const next of part.imports) closure(next, seen);
        return seen;
      };
      const chunks = Object.values(bundle).filter((part) => part.type === "chunk");
      const first = new Map(chunks.filter((part) => part.isEntry).map((part) => [part.facadeModuleId?.split("/").pop() ?? "", closure(part.fileName)]));
      for (const [page, limit] of Object.entries(pages)) {
        const kb = [...(first.get(page) ?? [])].reduce((sum, file) => sum + size(file), 0);
        if (kb === 0) this.error(`${page} is no entry of the bundle`);
        this.info(`${page}: first load ${kb.toFixed(0)} KB gzip of ${limit}`);
        if (kb > limit) this.error(`${page}: the first load is ${kb.toFixed(0)} KB gzip, its budget is ${limit}`);
      }
      const loaded = new Set([...first.values()].flatMap((files) => [...files]));
      for (const part of chunks) {
        const kb = [part.fileName, ...styles(part.fileName)].filter((file) => !loaded.has(file)).reduce((sum, file) => sum + size(file), 0);
        if (kb > lazy) this.error(`${part.fileName}: ${kb.toFixed(0)} KB gzip, the budget of a lazy page is ${lazy}`);
      }
    },
  };
}
