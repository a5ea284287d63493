/* What the reader's office may begin about the party of a record: an evaluation, a rectification, a revocation … */
import { useState } from "react";
import { useBeginnings, type Beginning } from "../../api/case-form.ts";
import { useSession } from "../../api/session.ts";
import { Begin } from "./apply-begin.tsx";
import { Data } from "../../ui/data.tsx";
import { useText } from "../../text/index.ts";

const offices = /^(province|city|ip_centre)_/;

export function OfficeBegins({ party, pack }: { party: string; pack: string }) {
  const t = useText();
  const office = useSession().roles.some(({ role }) => offices.test(role));
  const [chosen, setChosen] = useState<Beginning>();
  const open = useBeginnings({ party, enabled: office }).data?.items.filter((one) => one.open && one.pack === pack) ?? [];
  if (open.length === 0) return null;
  return (
    <section className="record-rail">
      <h2>{t("records.begin")}</h2>
      <ul>
        {open.map((one) => (
          <li key={`${one.pack} ${one.process} ${one.call?.id ?? 0}`}>
            <div>
              <b>
                <Data text={one.label} />
              </b>
            </div>
            <button type="button" className="button small" onClick={() => setChosen(one)} aria-label={`${t("records.begin.do")} ${one.label}`}>
              {t("records.begin.do")}
            </button>
          </li>
        ))}
      </ul>
      {chosen && <Begin beginning={chosen} party={party} onClose={() => setChosen(undefined)} />}
    </section>
  );
}
