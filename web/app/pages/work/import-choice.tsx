/* Which kind a workbook holds; its list takes the workbook. */
import { Button } from "../../ui/ant.ts";
import { useState } from "react";
import { useNavigate } from "react-router";
import { Dialog } from "../../ui/dialog.tsx";
import { useText } from "../../text/index.ts";
import { byPinyin } from "../../ui/initials.ts";
import type { Kind } from "../../rooms/case/duty-kinds.ts";

export function ImportChoice({ kinds, used, onClose }: { kinds: readonly Kind[]; used?: Kind; onClose: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  const choices = kinds.filter(({ may }) => may.includes("import")).sort((a, b) => byPinyin.compare(a.label, b.label));
  const [kind, setKind] = useState((choices.find(({ name }) => name === used?.name) ?? choices[0])!.name);
  return (
    <Dialog
      title={t("work.import")}
      width={420}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="primary" onClick={() => void navigate(`/r/${kind}?import=true`)}>
            {t("work.import.go")}
          </Button>
        </>
      }
    >
      <label className="work-choice">
        {t("work.import.kind")}
        <select className="input" value={kind} onChange={(event) => setKind(event.target.value)}>
          {choices.map(({ name, label }) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </label>
    </Dialog>
  );
}
