/* The annual reports: those of this year, or of the year of one that is asked for. */
import { useQuery } from "@tanstack/react-query";
import { Navigate, useSearchParams } from "react-router";
import { recordOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { Waiting } from "../../ui/states.tsx";
import { day } from "../../ui/time.ts";

export default function Annual() {
  const asked = Number(useSearchParams()[0].get("record"));
  const { data, error } = useQuery({ ...recordOf("annual_report", asked), enabled: asked > 0 });
  if (asked > 0 && !data && !error) return <Waiting rows={4} />;
  return <Navigate to={`/annual/${String(data?.year ?? day(serverNow()).slice(0, 4))}`} replace />;
}
