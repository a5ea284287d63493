/* `import { initials } from "virtual:initials"`: for each letter the characters of GB 2312 of which a reading begins with it in pinyin;
 * a character of several readings stands under several letters. Made at build time, so that no browser's own order counts. */
import { pinyin } from "pinyin-pro";
import type { Plugin } from "vite";

function* hanzi(): Generator<string> {
  const text = new TextDecoder("gbk");
  for (let row = 0xb0; row <= 0xf7; row++)
    for (let cell = 0xa1; cell <= (row === 0xd7 ? 0xf9 : 0xfe); cell++) yield text.decode(Uint8Array.of(row, cell));
}

export function initials(): Plugin {
  const name = "virtual:initials";
  return {
    name: "initials",
    resolveId: (id) => (id === name ? `\0${name}` : null),
    load(id) {
      if (id !== `\0${name}`) return null;
      const found: Record<string, string> = {};
      for (const sign of hanzi())
        for (const letter of new Set(pinyin(sign, { multiple: true, type: "array", toneType: "none" }).map(([first]) => first!))) found[letter] = (found[letter] ?? "") + sign;
      return `export const initials = ${JSON.stringify(found)};`;
    },
  };
}
