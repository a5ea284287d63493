import { defineConfig } from "vite";
import { dev } from "./bundler/dev.ts";
import { entryWords } from "./bundler/entry-words.ts";
import { help } from "./bundler/help.ts";
import { initials } from "./bundler/initials.ts";
import { antdStyles, budgets, constructableSheets } from "./bundler/plugins.ts";
import { savedPage } from "./bundler/saved-page.ts";

/* Chromium 86 and Firefox ESR are the oldest browsers that offices use. */
const oldest = "chrome86";

export default defineConfig({
  plugins: [
    antdStyles(),
    entryWords(),
    help(),
    initials(),
    constructableSheets(),
    savedPage(oldest, 110),
    budgets({ "index.html": 500, "w.html": 900 }, 250),
    dev(process.env.ZHIYUN_SERVER ?? "http://127.0.0.1:8420"),
  ],
  // The server writes <base href> for the prefix of a reverse proxy; all addresses are relative to it.
  base: "./",
  esbuild: { jsx: "automatic" },
  build: {
    outDir: process.env.WEB_OUT ?? "../../build/web",
    emptyOutDir: true,
    target: oldest,
    cssTarget: oldest,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { index: "index.html", w: "w.html" },
      output: { manualChunks: { react: ["react", "react-dom", "react-dom/client", "react-router", "@tanstack/react-query"] } },
      // Packages mark modules "use client" for servers that render React; this bundle has no such server.
      onwarn: (warning, warn) => warning.code === "MODULE_LEVEL_DIRECTIVE" || warn(warning),
    },
  },
});
