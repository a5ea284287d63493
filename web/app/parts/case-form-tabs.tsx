/* Tabs of the case page that are the applicant's: the full check, the materials. */
import { refreshCase, useVerdict } from "../api/case-form.ts";
import { useText } from "../text/index.ts";
import { FullCheck } from "./check-list.tsx";
import { Materials } from "./materials.tsx";
import { Failed, Waiting } from "./states.tsx";

export function CheckTab({ id }: { id: number }) {
  const t = useText();
  const verdict = useVerdict(id);
  if (verdict.error) return <Failed error={verdict.error} retry={() => void refreshCase(id)} />;
  if (!verdict.data) return <Waiting rows={8} />;
  return <FullCheck verdict={verdict.data} back={`/case/${id}/check`} title={verdict.data.label || t("form.check")} />;
}

export const MaterialsTab = Materials;
