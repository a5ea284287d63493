/* Claims drawn by what they refer to, or as they are written. */
import { useMemo, useState } from "react";
import { useText } from "../../text/index.ts";
import { claimTree, readClaims, type Claim } from "../../rooms/patent/claims.ts";
import "./claim-tree.css";

export function Claims({ text, lang, given }: { text: string; lang?: string; given: string }) {
  const t = useText();
  const [plain, setPlain] = useState(false);
  const claims = useMemo(() => readClaims(text), [text]);
  const roots = useMemo(() => (claims ? claimTree(readClaims(text)!) : []), [claims, text]);
  return (
    <section className="patent-sheet" aria-labelledby="claims">
      <div className="patent-sheet-head">
        <h2 id="claims">{claims ? t("patent.claims.count", { n: claims.length, roots: roots.length }) : given}</h2>
        {claims && (
          <div className="segments no-print" role="group" aria-label={t("patent.claims.view")}>
            <button type="button" aria-pressed={!plain} onClick={() => setPlain(false)}>
              {t("patent.claims.tree")}
            </button>
            <button type="button" aria-pressed={plain} onClick={() => setPlain(true)}>
              {t("patent.claims.plain")}
            </button>
          </div>
        )}
      </div>
      {claims && !plain ? <Level claims={roots} lang={lang} /> : <p className="paper" lang={lang}>{text}</p>}
    </section>
  );
}

function Level({ claims, lang }: { claims: readonly Claim[]; lang?: string }) {
  const t = useText();
  return (
    <ol className="claims">
      {claims.map(({ number, text, refs, children }) => (
        <li key={number} className={refs.length ? "claim" : "claim root"}>
          <div className="claim-line">
            <span className="claim-number">{number}</span>
            <p className="paper" lang={lang}>
              {text}
              {refs.length > 1 && <span className="claim-refs">{t("patent.claims.refs", { list: refs.join("、") })}</span>}
            </p>
          </div>
          {children.length > 0 && <Level claims={children} lang={lang} />}
        </li>
      ))}
    </ol>
  );
}
