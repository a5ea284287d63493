/* The limit of prior art: only what was published before a day. The box lifts it; a day can be typed in any usual writing. */
import { useState } from "react";
import { readDate } from "../../fields/date-input.tsx";
import { useText } from "../../text/index.ts";
import "./published-before.css";

interface Props {
  day: string; // ISO; the day that counts while the box is ticked
  on: boolean;
  change: (on: boolean, day: string) => void;
  fixed?: boolean; // the day is the patent's own
}

export function PublishedBefore({ day, on, change, fixed }: Props) {
  const t = useText();
  const [typed, setTyped] = useState(day);
  const take = () => {
    const read = readDate(typed) ?? readDate(typed, "month") ?? readDate(typed, "year");
    if (read && read !== day) change(true, read);
    else setTyped(day);
  };
  const [from, to] = t("match.before", { day: "|" }).split("|");
  return (
    <p className="published-before no-print">
      <label>
        <input type="checkbox" checked={on} onChange={(event) => change(event.target.checked, day)} />
        {fixed ? t("match.before", { day }) : from}
      </label>
      {!fixed && (
        <>
          <input className="input" aria-label={t("match.before.day")} value={typed} disabled={!on} onChange={(event) => setTyped(event.target.value)} onBlur={take} onKeyDown={(event) => event.key === "Enter" && take()} />
          {to}
        </>
      )}
    </p>
  );
}
