/* A rectification: how far its time has run, why it was ordered, and each demand with the centre's reply, the fact now and the
 * re-check. The office writes the demands before the notice; the centre answers them on the same page. */
import "./rectify.css";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { api, take } from "../../api/client.ts";
import { serverNow } from "../../api/server-time.ts";
import { fieldOf, isEmpty } from "../../fields/field.ts";
import { Clause } from "../../ui/clause.tsx";
import { Data } from "../../ui/data.tsx";
import { AlsoRunning } from "../../rooms/case/also-running.tsx";
import { clauseOf, MatterPage, Section, type Matter } from "../../rooms/case/matter.tsx";
import { RecordValue } from "../../rooms/record/value.tsx";
import { day } from "../../ui/time.ts";
import { useLanguage, useText } from "../../text/index.ts";
import { Bar } from "./bar.tsx";
import { Items } from "./items.tsx";
import type { Rectification } from "./rows.ts";

/* The rule of a policy that limits how long a rectification is given. */
const RULE = "rectification";

export default function Rectify() {
  return <MatterPage id={Number(useParams().case)}>{(matter) => <View matter={matter} />}</MatterPage>;
}

function View({ matter }: { matter: Matter }) {
  const { of, record, history } = matter;
  const row = record as unknown as Rectification | undefined;
  if (!row) return null;
  return (
    <>
      {of.open && of.party.credit_code && <AlsoRunning code={of.party.credit_code} process={of.process} except={of.id} />}
      {row.issued && row.due && <Limits pack={of.pack} issued={row.issued} due={row.due} over={!of.open} handed={history.filter(({ action, kind }) => action === "hand-in" && kind === "step").at(-1)?.date} />}
      <Grounds matter={matter} />
      <Items key={of.id} matter={matter} row={row} />
    </>
  );
}

function Limits({ pack, issued, due, over, handed }: { pack: string; issued: string; due: string; over: boolean; handed?: string }) {
  const read = useQuery({
    queryKey: ["packs", pack, RULE, issued],
    queryFn: () => take(api.GET("/api/v1/packs/{id}/deadline", { params: { path: { id: pack }, query: { rule: RULE, from: issued } } })),
    staleTime: Infinity,
    retry: false,
  });
  if (read.isPending) return null;
  return <Bar issued={issued} due={due} least={read.data?.earliest ?? undefined} most={read.data?.latest ?? undefined} today={over ? undefined : day(serverNow())} handed={handed} />;
}

/* Each ground with its clause; the evidence is of all of them. */
function Grounds({ matter }: { matter: Matter }) {
  const t = useText();
  const language = useLanguage();
  const { record, type } = matter;
  const field = (name: string) => fieldOf(type.fields.find((one) => one.name === name)!, language);
  const grounds = (record?.grounds ?? []) as string[];
  const clause = clauseOf(matter);
  if (grounds.length === 0) return null;
  return (
    <Section title={t("rectify.grounds")} facts={t("rectify.grounds.n", { n: grounds.length })}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{t("rectify.ground")}</th>
            <th scope="col">{t("rectify.clause")}</th>
            <th scope="col">{t("rectify.evidence")}</th>
          </tr>
        </thead>
        <tbody>
          {grounds.map((ground, i) => (
            <tr key={ground}>
              <td>
                <b>
                  <RecordValue field={{ ...field("grounds"), many: true }} value={[ground]} />
                </b>
              </td>
              <td>{clause && <Clause clause={clause} />}</td>
              {i === 0 && (
                <td rowSpan={grounds.length}>
                  <Data text={String(record?.evidence ?? "")} />
                  {!isEmpty(record?.evidence_files) && <RecordValue field={field("evidence_files")} value={record?.evidence_files} />}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
