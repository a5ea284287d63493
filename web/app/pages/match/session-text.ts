/* A text that the tab keeps for its reader through reloads and the browser's back button; it leaves with the
 * tab, and with signing out. */
import { useState } from "react";
import { useSession } from "../../api/session.ts";
import { PREFIX } from "../../ui/draft.ts";

export function useSessionText(key: string): [string, (next: string) => void] {
  const { account } = useSession();
  const name = `${PREFIX}${account}.${key}`;
  const [text, setText] = useState(() => {
    try {
      return sessionStorage.getItem(name) ?? "";
    } catch {
      return ""; // storage is off in this browser
    }
  });
  return [
    text,
    (next) => {
      setText(next);
      try {
        if (next) sessionStorage.setItem(name, next);
        else sessionStorage.removeItem(name);
      } catch {
        // as above: the text lasts as long as the page
      }
    },
  ];
}
