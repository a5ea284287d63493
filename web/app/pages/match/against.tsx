/* Why a hit is not taken: one of the usual reasons, or another in words. */
import { useState } from "react";
import { useText } from "../../text/index.ts";

const grounds = ["match.reject.far", "match.reject.own", "match.reject.weak", "match.reject.big"] as const;

export function Against({ reason, tell, back }: { reason: string; tell: (reason: string) => void; back: () => void }) {
  const t = useText();
  const [typed, setTyped] = useState(reason);
  return (
    <div className="against">
      <span>{t("match.rejected")}</span>
      {grounds.map((key) => (
        <button
          key={key}
          type="button"
          className="button small"
          aria-pressed={reason === t(key)}
          onClick={() => {
            setTyped(t(key));
            tell(t(key));
          }}
        >
          {t(key)}
        </button>
      ))}
      <input className="input" aria-label={t("match.reject.why")} placeholder={t("match.reject.why")} maxLength={200} value={typed} onChange={(event) => setTyped(event.target.value)} onBlur={() => typed.trim() !== reason && tell(typed.trim())} />
      <button type="button" className="link-button" onClick={back}>
        {t("match.reject.undo")}
      </button>
    </div>
  );
}
