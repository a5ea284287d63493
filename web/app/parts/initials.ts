/* The letters with which the characters of a text begin in pinyin: 交易 is jy. The browser knows their order; each letter
 * has the first character that begins with it. */
const letters = "abcdefghjklmnopqrstwxyz";
const firsts = [..."阿八嚓哒妸发旮哈讥咔垃痳拏噢妑七呥扨它穵夕丫帀"];

export const byPinyin = new Intl.Collator("zh-u-co-pinyin");

export const initialsOf = (text: string): string =>
  [...text].map((sign) => (/\p{Script=Han}/u.test(sign) ? (letters[firsts.filter((first) => byPinyin.compare(first, sign) <= 0).length - 1] ?? "") : sign.toLowerCase())).join("");
