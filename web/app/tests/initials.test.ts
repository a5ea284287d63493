/* Pinyin initials, as the pages have them, over all characters of GB 2312: its first level is in the order of pinyin itself. */
import assert from "node:assert/strict";
import { createServer, type ViteDevServer } from "vite";
import { initials } from "../bundler/initials.ts";
import { after, before, test } from "./suite.ts";

let vite: ViteDevServer;
let hasInitials: (text: string, asked: string) => boolean;

before(async () => {
  vite = await createServer({
    configFile: false,
    root: `${process.env.ROOT}/web/app`,
    plugins: [initials()],
    appType: "custom",
    logLevel: "warn",
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  });
  ({ hasInitials } = await vite.ssrLoadModule("/ui/initials.ts"));
});
after(() => vite.close());

/* Rows 16 to 55 (the first level) or 56 to 87 of GB 2312. */
function rows(from: number, to: number): string[] {
  const cells = Array.from({ length: (to - from + 1) * 94 }, (_, i) => [0xa0 + from + Math.floor(i / 94), 0xa1 + (i % 94)]);
  return cells.map((bytes) => new TextDecoder("gb18030").decode(Uint8Array.from(bytes))).filter((sign) => /^\p{Script=Han}$/u.test(sign));
}

const letters = "abcdefghjklmnopqrstwxyz";

test("each character of the first level is found by the letter under which GB 2312 lists it", () => {
  const firsts = [..."啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"]; // with which its sections begin
  const level = rows(16, 55);
  assert.equal(level.length, 3755);
  let section = -1;
  const wrong = level.filter((sign) => {
    if (sign === firsts[section + 1]) section++;
    return !hasInitials(sign, letters[section]!);
  });
  assert.equal(section, 22);
  assert.deepEqual(wrong, []);
});

test("each character of GB 2312 has a letter, and none has more than three", () => {
  const all = [...rows(16, 55), ...rows(56, 87)];
  assert.equal(all.length, 6763);
  assert.deepEqual(all.filter((sign) => ![1, 2, 3].includes([..."abcdefghijklmnopqrstuvwxyz"].filter((letter) => hasInitials(sign, letter)).length)), []);
});

test("a character of several readings is found by each", () => {
  const heteronyms = { 行: "xh", 重: "zc", 长: "cz", 乐: "ly", 曾: "cz", 朝: "cz", 弹: "td", 率: "ls", 单: "dcs", 厦: "xs", 查: "cz" };
  for (const [sign, each] of Object.entries(heteronyms))
    for (const letter of letters) assert.equal(hasInitials(sign, letter), each.includes(letter), `${sign} ${letter}`);
});

test("a text is found by the letters of some of its characters in a row, in small or capital letters", () => {
  for (const asked of ["jl", "ml", "ly"]) assert.deepEqual(["记录", "名录", "领域"].filter((text) => hasInitials(text, asked)), [{ jl: "记录", ml: "名录", ly: "领域" }[asked]]);
  for (const asked of ["rr", "zyyx", "zyyh", "yx"]) assert.ok(hasInitials("若容入中原银行", asked), asked);
  assert.ok(hasInitials("PCT申请", "pcts"));
  for (const [place, asked] of [["重庆", "cq"], ["厦门", "xm"], ["长春", "cc"], ["单县", "sx"]] as const) assert.ok(hasInitials(place, asked), place);
  assert.ok(!hasInitials("交易", "jyy"));
});
