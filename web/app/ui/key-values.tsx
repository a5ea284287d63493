/* Names and values in rows with hairlines; values at the right, as in a rail. Replaces statistic cards. */
import "./key-values.css";
import type { ReactNode } from "react";

/* `look`: the class of a list that a style sheet of its own draws. */
export function KeyValues({ rows, look = "key-values" }: { rows: readonly (readonly [name: string, value: ReactNode])[]; look?: string }) {
  return (
    <dl className={look}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
