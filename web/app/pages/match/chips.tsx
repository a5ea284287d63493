/* The words and classes that count: one click leaves out, another puts back; more are typed. */
import { useState } from "react";
import type { Match } from "./matches.ts";
import { Data } from "../../ui/data.tsx";
import { Icon } from "../../ui/icons.tsx";
import { composing } from "../../ui/keys.ts";
import { classesOf, wordsOf } from "./match-evidence.ts";
import type { Hit } from "../../api/patents.ts";
import { useText } from "../../text/index.ts";

interface Props {
  match: Match;
  hits: readonly Hit[];
  change: (part: Partial<Match>) => void;
}

const isClass = (text: string) => /^[A-HY]\d\d[A-Z](\d+(\/\d+)?)?$/.test(text);
/* A class as the index writes it. */
const tidied = (text: string) => {
  const symbol = text.trim().toUpperCase().replace(/\s+/g, "");
  return isClass(symbol) ? symbol : text.trim();
};

export function Evidence({ match: { dropped, added }, hits, change }: Props) {
  const t = useText();
  const [typed, setTyped] = useState("");
  const drop = (one: string) => change(added.includes(one) ? { added: added.filter((other) => other !== one) } : { dropped: [...dropped, one] });
  const restore = (one: string) => change({ dropped: dropped.filter((other) => other !== one) });
  const add = () => {
    const one = tidied(typed);
    setTyped("");
    if (one && !added.includes(one)) change({ added: [...added, one], dropped: dropped.filter((other) => other !== one) });
  };
  const rows = [
    { name: "words" as const, list: [...added.filter((one) => !isClass(one)), ...wordsOf(hits)], off: dropped.filter((one) => !isClass(one)) },
    { name: "classes" as const, list: [...added.filter(isClass), ...classesOf(hits)], off: dropped.filter(isClass) },
  ];
  return (
    <section className="evidence" aria-label={t("match.evidence")}>
      {rows.map(({ name, list, off }) => (
        <div key={name}>
          <h2>
            {t(`match.${name}`)} <small>{t("match.drop.how")}</small>
          </h2>
          <ul className={name === "classes" ? "evidence-chips mono" : "evidence-chips"}>
            {[...new Set(list)].filter((one) => !off.includes(one)).map((one) => (
              <li key={one}>
                <button type="button" className="chip" title={t("match.drop", { name: one })} onClick={() => drop(one)}>
                  <Data text={one} />
                  <Icon name="close" />
                  <span className="said">{t("match.drop", { name: "" })}</span>
                </button>
              </li>
            ))}
            {off.map((one) => (
              <li key={one}>
                <button type="button" className="chip chip-off" title={t("match.restore", { name: one })} onClick={() => restore(one)}>
                  <Data text={one} />
                  <span className="said">{t("match.restore", { name: "" })}</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <input
        className="input evidence-add"
        aria-label={t("match.add")}
        placeholder={t("match.add.how")}
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || composing(event)) return;
          event.preventDefault();
          add();
        }}
      />
    </section>
  );
}
