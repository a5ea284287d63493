/* The register of recognised centres: rows, states, entries and exits. */
import { Link } from "react-router";
import { useText } from "../../text/index.ts";
import { Data, Tag, type Mark } from "./parts.tsx";
import type { Centre } from "./data.ts";

const marks: Record<Centre["state"], Mark> = {
  valid: ["ok", "✓", "portal.centre.valid"],
  revoked: ["no", "✕", "portal.centre.revoked"],
  exited: ["plain", "✕", "portal.centre.exited"],
};

export const CentreTag = ({ state }: { state: Centre["state"] }) => <Tag of={marks[state]} />;

/* Where a name leads: to its row of the register. */
export const centrePath = (centre: Centre) => `/centres?${new URLSearchParams({ q: centre.name ?? centre.party ?? "" })}`;

interface Movement {
  date: string;
  how: "entered" | "revoked" | "exited";
  centres: Centre[];
}

/* Who entered and who left in one year, or ever; what happened on one day in one programme is one row. Latest first. */
export function movements(centres: Centre[], year?: string): Movement[] {
  const found = new Map<string, Movement>();
  const add = (date: string | null, how: Movement["how"], centre: Centre) => {
    if (!date || (year && !date.startsWith(year))) return;
    const key = `${date} ${how} ${centre.programme}`;
    const row = found.get(key) ?? { date, how, centres: [] };
    row.centres.push(centre);
    found.set(key, row);
  };
  for (const one of centres) {
    add(one.entered, "entered", one);
    if (one.state !== "valid") add(one.left, one.state, one);
  }
  return [...found.values()].sort((a, b) => b.date.localeCompare(a.date));
}

export function Movements({ rows }: { rows: Movement[] }) {
  const t = useText();
  return (
    <ul className="movements">
      {rows.map((row) => {
        const first = row.centres[0]!;
        return (
          <li key={`${row.date}${row.how}${first.programme}`}>
            <span className="date">{row.date}</span>
            <Tag of={row.how === "entered" ? ["ok", "✓", "portal.centre.entered"] : marks[row.how]} />
            <span>
              <Link
                to={
                  row.centres.length === 1
                    ? centrePath(first)
                    : `/centres?${new URLSearchParams({ programme: first.programme ?? "", year: row.date.slice(0, 4) })}`
                }
              >
                <Data>{first.name ?? first.party}</Data>
                {row.centres.length > 1 && t("portal.centres.more", { n: row.centres.length })}
              </Link>
              {first.trial && <span className="note">{t("portal.trial.short")}</span>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
