/* Words of the data, which are not translated: they say their own language, so that a screen reader in
 * another one reads them rightly. */

/* The language that the script of a text tells; undefined where it tells none. */
export function languageOf(text: string): string | undefined {
  if (/[\u3040-\u30ff]/.test(text)) return "ja";
  if (/[\uac00-\ud7af]/.test(text)) return "ko";
  return /\p{Script=Han}/u.test(text) ? "zh-CN" : undefined;
}

export function Data({ text }: { text: string }) {
  return <span lang={languageOf(text)}>{text}</span>;
}
