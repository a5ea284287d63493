/* The papers of a case: issued ones, and those that are still owed. */
import { useQuery } from "@tanstack/react-query";
import { api, base, take } from "../../api/client.ts";
import { Data } from "../../parts/data.tsx";
import { Note } from "../../parts/note.tsx";
import { Empty, Failed, Waiting } from "../../parts/states.tsx";
import { useText } from "../../text/index.ts";
import type { TabProps } from "./tabs.ts";

export default function Papers({ of }: TabProps) {
  const t = useText();
  const { data, error, refetch } = useQuery({ queryKey: ["case", of.id, "papers"], queryFn: () => take(api.GET("/api/v1/cases/{id}/papers", { params: { path: { id: of.id } } })) });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting rows={4} />;
  return (
    <>
      {data.due.map(({ paper, title, step_label }) => (
        <Note key={paper} tone="doubt">
          <Data text={t("case.papers.due", { paper: title, step: step_label })} />
        </Note>
      ))}
      {data.items.length === 0 ? (
        <Empty title={t("case.papers.none")} />
      ) : (
        <table className="plain-table">
          <thead>
            <tr>
              <th>{t("case.papers.title")}</th>
              <th>{t("case.papers.number")}</th>
              <th>{t("case.papers.issued")}</th>
              <th>{t("case.papers.served")}</th>
              <th className="number">{t("case.papers.files")}</th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((paper) => (
              <tr key={paper.id}>
                <td>
                  <b>
                    <Data text={paper.title} />
                  </b>
                  <small>{[t("case.papers.version", { n: paper.version }), paper.superseded_by && t("case.papers.superseded")].filter(Boolean).join(t("common.comma"))}</small>
                </td>
                <td>{paper.number ? <Data text={paper.number} /> : <span className="quiet">{t("case.papers.unnumbered")}</span>}</td>
                <td className="day">
                  {paper.issued_on}
                  {paper.by && (
                    <small>
                      <Data text={paper.by} />
                    </small>
                  )}
                </td>
                <td>
                  {paper.services.length === 0 && <span className="quiet">{t("case.papers.unserved")}</span>}
                  {paper.services.map((service) => (
                    <p key={service.id}>
                      <Data text={[service.recipient, service.served_on ? t("case.papers.servedOn", { day: service.served_on }) : t("case.papers.owed")].filter(Boolean).join(" ")} />
                    </p>
                  ))}
                </td>
                <td className="number">
                  {paper.not_rendered ? (
                    <Data text={paper.not_rendered} />
                  ) : (
                    <>
                      <a href={`${base}/api/v1/cases/${of.id}/papers/${paper.id}/pdf`}>PDF</a> <a href={`${base}/api/v1/cases/${of.id}/papers/${paper.id}/docx`}>Word</a>
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
