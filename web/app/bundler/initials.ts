/* `import { initials } from "virtual:initials"`: for each letter the characters of GB 2312 of which a reading begins with it in pinyin
 * (reference/pinyin.csv); a character of several readings stands under several letters. */
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

function hanzi(): Set<string> {
  const text = new TextDecoder("gbk"), found = new Set<string>();
  for (let row = 0xb0; row <= 0xf7; row++)
    for (let cell = 0xa1; cell <= (row === 0xd7 ? 0xf9 : 0xfe); cell++) found.add(text.decode(Uint8Array.of(row, cell)));
  return found;
}

export function initials(): Plugin {
  const name = "virtual:initials";
  let root = "";
  return {
    name: "initials",
    configResolved: (config) => void (root = config.root),
    resolveId: (id) => (id === name ? `\0${name}` : null),
    load(id) {
      if (id !== `\0${name}`) return null;
      const found: Record<string, Set<string>> = {};
      const common = hanzi();
      const rows = readFileSync(`${root}/../../reference/pinyin.csv`, "utf8").split("\n").filter((line) => /^[a-z]+:?e?\d,/.test(line));
      for (const [reading, signs, also] of rows.map((row) => row.split(",")))
        for (const sign of signs! + also!) if (common.has(sign)) (found[reading![0]!] ??= new Set()).add(sign);
      return `export const initials = ${JSON.stringify(Object.fromEntries(Object.entries(found).map(([letter, all]) => [letter, [...all].join("")])))};`;
    },
  };
}
