/* The file of a case: its forms, materials and conditions in a list, what is chosen beside it page by page. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, base, take } from "../../api/client.ts";
import type { paths } from "../../api/schema.ts";
import { useText } from "../../text/index.ts";
import { Clause } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import { useDraft } from "../../ui/draft.ts";
import { PaperPages } from "../../ui/paper-view.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { VerdictTag } from "../../ui/verdict.tsx";

type Verdict = paths["/api/v1/panels/{id}/scores/{case_id}/file"]["get"]["responses"]["200"]["content"]["application/json"]["verdict"];

interface Document {
  key: string;
  name: string;
  of: string; // below the case: "forms/3", "files/SHA-256"; empty: the conditions
}

export function CaseFile({ panel, at, quote }: { panel: number; at: number; quote?: (words: string) => void }) {
  const t = useText();
  const params = { path: { id: panel, case_id: at } };
  const file = useQuery({ queryKey: ["panel", panel, "file", at], queryFn: () => take(api.GET("/api/v1/panels/{id}/scores/{case_id}/file", { params })) });
  const [seen, setSeen] = useDraft<string[]>(`seen.${panel}.${at}`, []);
  const [chosen, setChosen] = useState<string>();
  if (file.error) return <Failed error={file.error} retry={() => void file.refetch()} />;
  if (!file.data) return <Waiting />;
  const { forms, materials, verdict } = file.data;
  const documents: Document[] = [
    ...forms.map(({ id, title }) => ({ key: `form${id}`, name: title, of: `forms/${id}` })),
    ...materials.flatMap((one) => one.files.map(({ name, digest }) => ({ key: `${one.material}${digest}`, name, of: `files/${digest}` }))),
    ...(verdict ? [{ key: "verdict", name: t("score.conditions"), of: "" }] : []),
  ];
  const shown = documents.find(({ key }) => key === chosen) ?? documents[0];
  const isSeen = (key: string) => seen.includes(key) || key === shown?.key;
  const show = (key: string) => {
    setChosen(key);
    setSeen([...new Set([...seen, key, ...(shown ? [shown.key] : [])])]);
  };
  const row = ({ key, name }: Document) => (
    <li key={key}>
      <button type="button" className="score-document" aria-current={key === shown?.key ? "true" : undefined} onClick={() => show(key)}>
        <Data text={name} />
        {isSeen(key) && (
          <span className="ok" title={t("score.materials.seen")}>
            ✓
          </span>
        )}
      </button>
    </li>
  );
  const of = (key: string) => documents.filter((one) => one.key.startsWith(key));
  return (
    <>
      <nav className="panes-nav" aria-label={t("score.materials")}>
        <h2>
          {t("score.materials")} <small>{t("score.materials.line", { n: documents.length, seen: documents.filter(({ key }) => isSeen(key)).length })}</small>
        </h2>
        <ul>
          {of("form").map(row)}
          {of("verdict").map(row)}
        </ul>
        {materials.map((one) => (
          <section key={one.material}>
            <h3>
              <Data text={one.label} />
            </h3>
            <ul>{documents.filter(({ key }) => key.startsWith(one.material) && one.files.some(({ digest }) => key === one.material + digest)).map(row)}</ul>
            {one.counted > 0 && <p>{t("score.materials.counted", { n: one.counted })}</p>}
            {one.files.length + one.counted === 0 && <p>{t("score.materials.none")}</p>}
          </section>
        ))}
        <p>{t("score.materials.mark")}</p>
      </nav>
      <div className="panes-paper">
        {shown?.of === "" && verdict ? (
          <div className="paper">
            <Conditions title={shown.name} verdict={verdict} />
          </div>
        ) : (
          shown && <Pages key={shown.key} of={`/panels/${panel}/scores/${at}/${shown.of}`} name={shown.name} quote={quote} />
        )}
      </div>
    </>
  );
}

/* How the conditions stood when the case was last checked. */
function Conditions({ title, verdict }: { title: string; verdict: NonNullable<Verdict> }) {
  const t = useText();
  const stateOf = (pass: boolean | null) => (pass === null ? "unknown" : pass ? "ok" : "no");
  return (
    <>
      <h2>{title}</h2>
      <Table
        rows={verdict.criteria.filter(({ applies }) => applies !== false)}
        keyOf={({ criterion }) => criterion}
        columns={[
          { head: t("review.conditions"), cell: ({ quote, criterion, clause }) => <><Data text={quote ?? criterion} /> {clause && <Clause clause={clause} />}</> },
          { head: t("score.conditions.value"), number: true, cell: ({ value }) => value },
          { head: t("score.conditions.needs"), number: true, cell: ({ needs }) => needs?.replace(">=", "≥").replace("<=", "≤") },
          { head: t("score.result"), className: "nowrap", cell: ({ pass }) => <VerdictTag state={stateOf(pass)} /> },
        ]}
      />
    </>
  );
}

function Pages({ of, name, quote }: { of: string; name: string; quote?: (words: string) => void }) {
  const t = useText();
  if (of.includes("/files/") && !/\.(pdf|png|jpe?g)$/i.test(name))
    return (
      <p>
        {t("score.download")} <a href={`${base}/api/v1${of}`}>{name}</a>
      </p>
    );
  return <PaperPages title={name} src={(page) => `${of}/pages/${page}.png`} pdf={of} quote={quote && { word: t("score.quote"), act: (page) => quote(t("score.quoted", { name: name.replace(/\.\w+$/, ""), page })) }} />;
}
