/* What the records of a centre say now of the number that a demand names; it opens the rows that it counts. */
import { useQuery } from "@tanstack/react-query";
import type { Case } from "../../api/cases.ts";
import { api, take } from "../../api/client.ts";
import { serverNow } from "../../api/server-time.ts";
import { grouped } from "../../fields/number-input.tsx";
import { Data } from "../../ui/data.tsx";
import { useReport } from "../../rooms/case/duties.ts";
import { CountedOf, Num } from "../../ui/num.tsx";
import { day } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";
import type { Item } from "./rows.ts";

export function Fact({ pack, party, item: { indicator, need } }: { pack: string; party?: string; item: Item }) {
  const t = useText();
  const read = useQuery({
    queryKey: ["case", "indicator", pack, party, indicator],
    queryFn: () => take(api.GET("/api/v1/indicators/{pack}/{indicator}", { params: { path: { pack, indicator: indicator! }, query: { party } } })),
    enabled: !!indicator && !!party,
    retry: false,
  });
  if (!indicator) return <span className="quiet">{t("rectify.fact.none")}</span>;
  if (!party) return <Unknown why={t("rectify.fact.nocode")} />;
  if (read.error) return <Unknown why={read.error.message} />;
  if (!read.data) return <span className="quiet">…</span>;
  const { value, label = indicator, unit = "" } = read.data;
  const { at_least: least, at_most: most } = (value !== null && typeof value === "object" ? value : { at_least: value, at_most: value }) as { at_least: number | string | null; at_most: number | string | null };
  if (least === null || least === undefined) return <Unknown why={t("rectify.fact.noSource")} />;
  const wanted = Number(need ?? 0);
  const lacks = wanted - Number(least);
  return (
    <CountedOf value={{ pack, party, asOf: day(serverNow()) }}>
      <span className={lacks <= 0 ? "ok" : "near"}>
        {lacks <= 0 ? "✓ " : "△ "}
        <Num indicator={indicator} label={label} text={`${grouped(least)} ${unit}`.trim()} />
      </span>
      <small>
        <Data text={label} />
      </small>
      {lacks > 0 && <small>{t(most === null ? "rectify.fact.lacks.open" : "rectify.fact.lacks", { n: grouped(String(lacks)), unit })}</small>}
    </CountedOf>
  );
}

function Unknown({ why }: { why: string }) {
  const t = useText();
  return (
    <span className="quiet">
      {t("rectify.fact.unknown")}
      <small>
        <Data text={why} />
      </small>
    </span>
  );
}

export interface Countable {
  indicator: string;
  label: string;
  clause?: string;
  duty?: number; // its place among the duties
  count?: number; // records that serve the duty this year
  need?: number;
}

/* Numbers that a demand can name: the duties of the policy, and those of its conditions that are quantities. */
export function useNumbers(of: Case): Countable[] {
  const t = useText();
  const { pack, party } = of;
  const report = useReport(pack, "duties-view", party.credit_code, Number(day(serverNow()).slice(0, 4)));
  const check = useQuery({
    queryKey: ["case", "check", pack, party.credit_code],
    queryFn: () => take(api.POST("/api/v1/packs/{id}/check", { params: { path: { id: pack } }, body: { party: party.credit_code!, question: "apply" } })),
    enabled: !!party.credit_code,
    retry: false,
  });
  const duties = (report?.cells ?? []).flatMap(({ indicator, label, title, rows }, i): Countable[] => (indicator ? [{ indicator, label: label ?? title, clause: t("rectify.duty", { n: i + 1 }), duty: i + 1, count: rows?.in, need: 1 }] : []));
  const conditions = ((check.data?.criteria ?? []) as unknown as { clause: string; needs: string | null; operands: { numbers: { indicator: string; label: string; value: unknown }[] } }[]).flatMap(({ clause, needs, operands }) =>
    operands.numbers.flatMap(({ indicator, label, value }): Countable[] => {
      const [, sign, least] = /^(>=|>) ([\d.]+)/.exec(needs ?? "") ?? [];
      return value === null ? [] : [{ indicator, label, clause, need: least ? Number(least) + (sign === ">" ? 1 : 0) : undefined }];
    }),
  );
  return [...duties, ...conditions.filter(({ indicator }, i, all) => all.findIndex((one) => one.indicator === indicator) === i)];
}
