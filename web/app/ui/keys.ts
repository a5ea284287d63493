/* Keys of the keyboard: one listener for all pages. A binding is one key ("/") or a chord ("g t").
 * Nothing is heard while somebody types, while an input method composes, while a dialog is open, or once
 * the keys are switched off in the list of keys. */
import { useEffect, useRef, useState, useSyncExternalStore, type KeyboardEvent as ReactKeyboardEvent } from "react";
import { useText } from "../text/index.ts";

export interface Binding {
  keys: string; // "/", "g t"
  label: string; // in the list of keys
  run: () => void;
}

const STORED = "zhiyun.keys";
const CHORD_MS = 1500;

const bound = new Set<{ current: Binding[] }>();
let first = ""; // of a chord
let firstAt = 0;

/* Whether this key belongs to an input method that composes: Enter takes a word then, it submits nothing. */
export function composing(event: KeyboardEvent | ReactKeyboardEvent): boolean {
  const native = "nativeEvent" in event ? event.nativeEvent : event;
  return native.isComposing || native.keyCode === 229;
}

/* onKeyDown of a form: Enter that ends a composition does not submit it. */
export function guardEnter(event: ReactKeyboardEvent): void {
  if (event.key === "Enter" && composing(event)) event.preventDefault();
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !/^(checkbox|radio|button|submit)$/.test(target.type);
  return target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName));
}

function hear(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || composing(event)) return;
  if (!keysAreOn() || isTyping(event.target) || document.querySelector("[role=dialog][aria-modal=true]")) return;
  const chord = event.timeStamp - firstAt < CHORD_MS ? `${first} ${event.key}` : "";
  const all = [...bound].flatMap((ref) => ref.current).reverse(); // the page's own before the shell's
  const hit = all.find((one) => one.keys === chord) ?? all.find((one) => one.keys === event.key);
  first = event.key;
  firstAt = event.timeStamp;
  if (!hit) return;
  first = "";
  event.preventDefault();
  hit.run();
}

/* Binds keys while the component is shown. */
export function useKeys(bindings: Binding[]): void {
  const ref = useRef(bindings);
  ref.current = bindings;
  useEffect(() => {
    if (bound.size === 0) document.addEventListener("keydown", hear);
    bound.add(ref);
    return () => {
      bound.delete(ref);
      if (bound.size === 0) document.removeEventListener("keydown", hear);
    };
  }, []);
}

/* All that is bound now, for the list of keys. */
export function boundKeys(): Binding[] {
  return [...bound].flatMap((ref) => ref.current);
}

/* j and k go through the rows of a list, o opens the current one. Returns the current row, -1: none yet. */
export function useRowKeys(count: number, open: (row: number) => void) {
  const t = useText();
  const [row, setRow] = useState(-1);
  const at = Math.min(row, count - 1);
  useKeys([
    { keys: "j", label: t("shell.keys.next"), run: () => setRow(Math.min(at + 1, count - 1)) },
    { keys: "k", label: t("shell.keys.previous"), run: () => setRow(Math.max(at - 1, 0)) },
    { keys: "o", label: t("shell.keys.open"), run: () => at >= 0 && open(at) },
  ]);
  return [at, setRow] as const;
}

/* --- on and off ------------------------------------------------------------------------------- */

let on = readStored();
const listeners = new Set<() => void>();

function readStored(): boolean {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true; // storage is off in this browser
  }
}

export const keysAreOn = () => on;

export function switchKeys(next: boolean): void {
  on = next;
  try {
    localStorage.setItem(STORED, next ? "on" : "off");
  } catch {
    // as above: the choice lasts as long as the page
  }
  for (const tell of listeners) tell();
}

export function useKeysAreOn(): boolean {
  return useSyncExternalStore((tell) => {
    listeners.add(tell);
    return () => listeners.delete(tell);
  }, keysAreOn);
}

/* Whether what was pressed or clicked lies in such an element. */
export const isWithin = (target: EventTarget, selector: string): boolean => target instanceof Element && !!target.closest(selector);
