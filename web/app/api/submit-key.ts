/* The Idempotency-Key of a submission: the same content has the same key, so that a second click, or another try
 * after a lost answer, makes nothing twice; changed content is another submission. */
import { useRef } from "react";

export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function useSubmitKey(): (content: unknown) => string {
  const kept = useRef({ content: "", key: "" });
  return (content) => {
    const text = JSON.stringify(content);
    if (text !== kept.current.content) kept.current = { content: text, key: newKey() };
    return kept.current.key;
  };
}
