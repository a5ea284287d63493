/* `make dev`: vite's server in front of `zhiyun serve`. It builds nothing: a page loads the sources, and loads them
 * again when they change. Both pages hold <base href="/">, so they work at every address. */
import type { Plugin } from "vite";

/* What the program itself answers (src/api/resources); its other addresses are pages. /api/query.ts is a source. */
const served = "^/(api/v1/|(healthz|metrics|check|check\\.css)($|\\?))";

/* `server`: the address of `zhiyun serve`. It compares Origin with Host, so the proxy leaves both as they are. */
export function dev(server: string): Plugin {
  return {
    name: "dev",
    apply: "serve",
    config: () => ({
      cacheDir: "../../build/web/vite",
      server: { host: "127.0.0.1", strictPort: true, proxy: { [served]: { target: server, changeOrigin: false } } },
      // One pass before the first page: a package found later would load the page again.
      optimizeDeps: { entries: ["index.html", "w.html"], include: ["react/jsx-dev-runtime"] },
    }),
    // Vite answers addresses without a file by index.html; those of the workbench have a page of their own.
    configureServer: ({ middlewares }) => {
      middlewares.use((request, _, next) => {
        if (/^\/w(\/|$|\?)/.test(request.url ?? "")) request.url = "/w.html";
        next();
      });
    },
  };
}
