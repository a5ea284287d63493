/* What an evaluation rests on: reports and plans of the centre, opinions of offices, the scheme; each with its day and state. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Evaluation, Member, Round } from "../../rooms/case/evaluations.ts";
import { listOf, recordPath } from "../../api/records.ts";
import { Data } from "../../ui/data.tsx";
import { Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { Glyph } from "../../ui/verdict.tsx";
import { useText } from "../../text/index.ts";

interface Made {
  id: number;
  title?: string | null;
  date?: string | null;
  filed_city?: string | boolean | null;
  filed_province?: string | boolean | null;
  made_on?: string | null;
  office?: string | null;
}

interface Source {
  key: string;
  what: ReactNode;
  from: string;
  date?: string | null;
  missing?: string; // why there is none
}

const dayOf = (value: unknown) => (typeof value === "string" ? value : undefined);

function useMade(type: string, filter: string, fields: string) {
  const { data, isPending } = useQuery({ ...listOf<Made>(type, { filter, fields, sort: "-id", limit: 20 }), retry: false });
  return isPending ? undefined : (data?.items ?? []);
}

export function Sources({ member: { unit, code }, year, evaluation, round }: { member: Member; year: number; evaluation: Evaluation; round?: Round }) {
  const t = useText();
  const reports = useMade("annual_report", `owner_unit=${unit.id} and year=${year} and kind=report`, "filed_city,filed_province");
  const opinions = useMade("annual_opinion", `party=${code} and year=${year}`, "date,owner_unit");
  const plans = useMade("service_plan", `owner_unit=${unit.id} and year=${year}`, "made_on");
  const link = (type: string, id: number, words: string) => (
    <Link to={recordPath(type, id)}>
      <Data text={words} />
    </Link>
  );
  if (!reports || !opinions || !plans) return <Waiting rows={3} />;
  const rows: Source[] = [
    ...(reports.length ? reports.map(({ id, filed_city, filed_province }): Source => ({ key: `report ${id}`, what: link("annual_report", id, t("evaluation.source.report", { year })), from: t("evaluation.from.centre"), date: dayOf(filed_province) ?? dayOf(filed_city), missing: t("evaluation.source.notFiled") })) : [{ key: "report", what: t("evaluation.source.report", { year }), from: t("evaluation.from.centre"), missing: t("evaluation.source.none") }]),
    ...(opinions.length ? opinions.map(({ id, date }): Source => ({ key: `opinion ${id}`, what: link("annual_opinion", id, t("evaluation.source.opinion", { year })), from: t("evaluation.from.office"), date })) : [{ key: "opinion", what: t("evaluation.source.opinion", { year }), from: t("evaluation.from.office"), missing: t("evaluation.source.none") }]),
    ...(plans.length ? plans.map(({ id, made_on }): Source => ({ key: `plan ${id}`, what: link("service_plan", id, t("evaluation.source.plan", { year })), from: t("evaluation.from.centre"), date: made_on, missing: t("evaluation.source.notMade") })) : [{ key: "plan", what: t("evaluation.source.plan", { year }), from: t("evaluation.from.centre"), missing: t("evaluation.source.none") }]),
    ...(evaluation.report_file ? [{ key: "file", what: link("evaluation", evaluation.id, t("evaluation.source.file")), from: t("evaluation.from.province"), date: undefined, missing: t("evaluation.source.attached") }] : []),
    ...(round ? [{ key: "scheme", what: link("review_round", round.id, round.scheme || t("evaluation.scheme.unnamed", { year: round.year })), from: t("evaluation.from.province"), missing: t("evaluation.source.scheme") }] : []),
  ];
  return (
    <section className="card-section" aria-label={t("evaluation.sources")}>
      <h2>{t("evaluation.sources")}</h2>
      <div className="table-scroll">
        <Table
          rows={rows}
          keyOf={({ key }) => key}
          columns={[
            { head: t("evaluation.source"), cell: ({ what }) => what },
            { head: t("evaluation.from"), cell: ({ from }) => from },
            { head: t("evaluation.date"), className: "day", cell: ({ date }) => date ?? <span className="quiet">{t("work.no")}</span> },
            { head: t("evaluation.state"), cell: ({ date, missing }) => (date ? <><Glyph state="ok" /> {t("evaluation.source.there")}</> : <span className="quiet">{missing}</span>) },
          ]}
        />
      </div>
    </section>
  );
}
