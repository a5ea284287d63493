/* Links to the years before and after. */
import { Link } from "react-router";
import { serverNow } from "../../api/server-time.ts";
import { day } from "../../ui/time.ts";

export function Year({ year }: { year: number }) {
  const now = Number(day(serverNow()).slice(0, 4));
  return (
    <span className="annual-years">
      <Link to={`/annual/${year - 1}`}>{year - 1}</Link> <b>{year}</b> {year < now && <Link to={`/annual/${year + 1}`}>{year + 1}</Link>}
    </span>
  );
}
