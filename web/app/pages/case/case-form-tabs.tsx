/* Tabs of the case page that are the applicant's: the full check, the materials. */
import { refreshCase, useVerdict } from "../../api/case-form.ts";
import { useCase } from "../../api/cases.ts";
import { useText } from "../../text/index.ts";
import { FullCheck } from "../../rooms/paper/check-list.tsx";
import { Materials } from "../../rooms/paper/materials.tsx";
import { CountedOf } from "../../ui/num.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";

export function CheckTab({ id }: { id: number }) {
  const t = useText();
  const verdict = useVerdict(id);
  const party = useCase(id).data?.party.credit_code;
  if (verdict.error) return <Failed error={verdict.error} retry={() => void refreshCase(id)} />;
  if (!verdict.data) return <Waiting rows={8} />;
  return (
    <CountedOf value={{ pack: verdict.data.pack, party }}>
      <FullCheck verdict={verdict.data} back={`/case/${id}/check`} title={verdict.data.label || t("form.check")} />
    </CountedOf>
  );
}

export const MaterialsTab = Materials;
