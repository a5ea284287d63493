/* `import { words } from "virtual:entry-words"`: what entries of the log name, in both languages: verbs and kinds as the server
 * lists them (its message "create added …" in po/zh.po), record types and roles by their labels. */
import { readdirSync, readFileSync } from "node:fs";
import type { Plugin } from "vite";

const label = /label: \{zh: ([^,}]+), en: ("[^"]+"|[^,}]+)/;

export function entryWords(): Plugin {
  const name = "virtual:entry-words";
  return {
    name: "entry-words",
    resolveId: (id) => (id === name ? `\0${name}` : null),
    load(id) {
      if (id !== `\0${name}`) return null;
      const root = new URL("../../..", import.meta.url).pathname;
      const [, en, zh] = /^msgid "(create added\\n.*)"\nmsgstr "(.*)"$/m.exec(readFileSync(`${root}/po/zh.po`, "utf8"))!;
      const found: Record<string, [string, string]> = {};
      const put = (key: string, text: string) => {
        const [, inChinese, inEnglish] = label.exec(text) ?? [];
        if (inChinese) found[key] = [inChinese, inEnglish!.replace(/"/g, "")];
      };
      zh!.split("\\n").forEach((line, at) => (found[line.split(" ")[0]!] = [line, en!.split("\\n")[at]!].map((one) => one.replace(/^\S+ /, "")) as [string, string]));
      for (const file of readdirSync(`${root}/types`).filter((one) => one.endsWith(".yaml"))) put(`.${file.slice(0, -5)}`, readFileSync(`${root}/types/${file}`, "utf8"));
      for (const line of readFileSync(`${root}/types/roles.yaml`, "utf8").split("\n")) put(/\b(?:id|name): (\w+)/.exec(line)?.[1] ?? "", line);
      return `export const words = ${JSON.stringify(found)};`;
    },
  };
}
