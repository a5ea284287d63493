/* The annual reports of a year: for a centre the annex of its own, for an office all of its programmes and each to be read. */
import "../../ui/controls.css";
import "../../ui/plain-table.css";
import "./annual.css";
import { useParams } from "react-router";
import { useSession } from "../../api/session.ts";
import { isOffice } from "../../rooms/case/duties.ts";
import { NotFound } from "../../ui/states.tsx";
import { CentreYear } from "./centre.tsx";
import { OfficeYear } from "./office.tsx";

export default function AnnualYear() {
  const year = Number(useParams().year);
  const session = useSession();
  const centre = session.roles.some(({ role }) => role.startsWith("centre_"));
  if (!Number.isInteger(year) || year < 2000 || year > 2100) return <NotFound page />;
  return centre && !isOffice(session) ? <CentreYear key={year} year={year} /> : <OfficeYear key={year} year={year} />;
}
