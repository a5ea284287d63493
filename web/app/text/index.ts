/* Texts in Chinese and English. `zh` fixes the keys; a key that `en` lacks does not compile. Only the
 * language in use is loaded. A page calls `const t = useText()`, then `t("search.total", { n })`. */
import { useSyncExternalStore } from "react";
import type zh from "./zh/index.ts";

export type Key = keyof typeof zh;
export type Catalogue = Record<Key, string>;
export type Language = "zh" | "en";
export type Translate = (key: Key, values?: Record<string, string | number>) => string;

const STORED = "zhiyun.language";
const load: Record<Language, () => Promise<{ default: Catalogue }>> = {
  zh: () => import("./zh/index.ts"),
  en: () => import("./en/index.ts"),
};

let language: Language = "zh";
let catalogue = {} as Catalogue;
const listeners = new Set<() => void>();

/* `{n}` in a text is replaced by the value of that name. */
const translate: Translate = (key, values) => {
  const text = catalogue[key];
  return values ? text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)) : text;
};
/* A new function for each language, so that hooks that depend on it run again. */
let current: Translate = translate;

/* The text of a key outside React: messages of errors, document titles. */
export const text: Translate = (key, values) => translate(key, values);

/* The text of a word that the data give, by its key "people.state.active"; the word itself where there is no such text. */
export const wordOf = (t: Translate, key: string, word: string, values?: Record<string, string | number>): string => (isKey(key) ? t(key, values) : word);

const isKey = (key: string): key is Key => key in catalogue;

export function languageNow(): Language {
  return language;
}

/* Loads a language and shows it everywhere; it is kept for the next visit. */
export async function setLanguage(next: Language): Promise<void> {
  catalogue = (await load[next]()).default;
  language = next;
  current = (key, values) => translate(key, values);
  document.documentElement.lang = next === "zh" ? "zh-CN" : "en";
  try {
    localStorage.setItem(STORED, next);
  } catch {
    // Storage is off in this browser: the choice lasts as long as the page.
  }
  for (const tell of listeners) tell();
}

/* `?lang=` of the address, else what was chosen before, else Chinese. */
export async function startLanguage(): Promise<void> {
  const asked = new URLSearchParams(location.search).get("lang");
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(STORED);
  } catch {
    // as above
  }
  await setLanguage((asked ?? stored) === "en" ? "en" : "zh");
}

const subscribe = (tell: () => void) => {
  listeners.add(tell);
  return () => listeners.delete(tell);
};

export function useText(): Translate {
  return useSyncExternalStore(subscribe, () => current);
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, () => language);
}
