/* `import { chapters } from "virtual:help"`: the manual for people in front of the pages, help/NN-NAME.md, as HTML. The first line of a
 * chapter names its readers' roles, the second is its title, the third what it is about. Made at build time. */
import { readdirSync, readFileSync } from "node:fs";
import { Marked } from "marked";
import type { Plugin } from "vite";

const folder = new URL("../help/", import.meta.url);
const PICTURE = { width: 1280, height: 800 }; // as tests/shots.ts takes them
const escape = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");

const marked = new Marked({
  renderer: {
    // A link "/w/calls" is relative to <base href>.
    link({ href, tokens }) {
      return `<a href="${escape(href.replace(/^\//, "./"))}">${this.parser.parseInline(tokens)}</a>`;
    },
    // The page puts in the address of the picture, which has a digest in its name.
    image({ href, text }) {
      return `<img data-picture="${escape(href)}" alt="${escape(text)}" width="${PICTURE.width}" height="${PICTURE.height}" loading="lazy">`;
    },
  },
});

function chapter(file: string) {
  const [roles, title, about, ...rest] = readFileSync(new URL(file, folder), "utf8").split("\n");
  const named = /^<!-- (.*) -->$/.exec(roles ?? ""), headed = /^# (.+)$/.exec(title ?? "");
  if (!named || !headed || !about) throw new Error(`help/${file}: its first lines are not <!-- roles -->, # title, what it is about`);
  return { id: file.replace(/^\d+-|\.md$/g, ""), roles: named[1]!.split(" "), title: headed[1]!, about, html: marked.parse(rest.join("\n"), { async: false }) };
}

export function help(): Plugin {
  const name = "virtual:help";
  return {
    name: "help",
    resolveId: (id) => (id === name ? `\0${name}` : null),
    load(id) {
      if (id !== `\0${name}`) return null;
      const files = readdirSync(folder).filter((file) => file.endsWith(".md")).sort();
      for (const file of files) this.addWatchFile(new URL(file, folder).pathname);
      return `export const chapters = ${JSON.stringify(files.map(chapter))};`;
    },
  };
}
