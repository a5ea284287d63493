/* The letters with which the characters of a text begin in pinyin: 交易 is jy. A character of several readings counts by each:
 * 银行 is yx and yh. */
import { initials } from "virtual:initials";

export const byPinyin = new Intl.Collator("zh-u-co-pinyin");

const letters = new Map<string, string>();
for (const [letter, signs] of Object.entries(initials)) for (const sign of signs) letters.set(sign, (letters.get(sign) ?? "") + letter);

export const hasInitials = (text: string, asked: string): boolean => {
  const signs = [...text.toLowerCase()].map((sign) => letters.get(sign) ?? sign);
  return signs.some((_, at) => [...asked].every((letter, i) => signs[at + i]?.includes(letter)));
};
