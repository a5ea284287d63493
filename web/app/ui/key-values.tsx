/* Names and values in rows with hairlines; values at the right, as in a rail. Replaces statistic cards. */
import "./key-values.css";
import type { ReactNode } from "react";

export function KeyValues({ rows }: { rows: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="key-values">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
