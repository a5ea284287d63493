/* The office's own forms: the section is changed here, checked by all rules, and becomes another version, which two officers
 * make count. What was typed stays in this browser until it is sent. */
import { useState } from "react";
import { Link } from "react-router";
import { api, take } from "../../api/client.ts";
import { rereadPacks, type Policy, type PolicyText } from "../../api/packs.ts";
import { useAct } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { useDraft } from "../../ui/draft.ts";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { useText } from "../../text/index.ts";

export function Forms({ policy, text }: { policy: Policy; text: PolicyText }) {
  const t = useText();
  const [typed, setTyped, clear] = useDraft(`forms.${policy.id}.${policy.digest}`, { text: text.forms ?? "", version: "", reason: "" });
  const [made, setMade] = useState<string>();
  const { busy, error, act } = useAct();
  const store = () =>
    act(async () => {
      const done = await take(api.POST("/api/v1/packs/{id}/actions/forms", { params: { path: { id: policy.id } }, body: { digest: policy.digest, ...typed } }));
      setMade(done.version);
      clear();
      await rereadPacks();
    });
  if (made)
    return (
      <Note tone="told" role="status">
        {t("policy.forms.made", { version: made })} <Link to={`/policies/${policy.id}?view=versions`}>{t("policy.view.versions")}</Link>
      </Note>
    );
  return (
    <section className="policy-forms">
      <p>{t("policy.forms.line")}</p>
      <ErrorNote error={error} />
      <textarea className="input" lang="zh-CN" spellCheck={false} aria-label={t("policy.view.forms")} rows={24} value={typed.text} onChange={(event) => setTyped({ ...typed, text: event.target.value })} />
      <div className="policy-forms-foot">
        <label>
          {t("policy.forms.version")} <input className="input" value={typed.version} onChange={(event) => setTyped({ ...typed, version: event.target.value })} />
        </label>
        <label>
          {t("case.input.reason")} <input className="input" value={typed.reason} onChange={(event) => setTyped({ ...typed, reason: event.target.value })} />
        </label>
        <Button type="primary" loading={busy} disabled={!typed.version || !typed.reason || typed.text === text.forms} onClick={() => void store()}>
          {t("policy.forms.put")}
        </Button>
      </div>
    </section>
  );
}
