/* What an office has in its province or city: centres, cases, contracts of the year. Each number opens its rows. The register
 * of all provinces is public: of the centres those of the place are asked for. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { groupsOf } from "../../api/records.ts";
import { serverNow } from "../../api/server-time.ts";
import { useSession } from "../../api/session.ts";
import { grouped } from "../../fields/number-input.tsx";
import { day } from "../../ui/time.ts";
import { useText } from "../../text/index.ts";
import { addUp, inYuan } from "../../rooms/record/sums.tsx";

const listOf = (type: string, filter: string) => `/r/${type}?${new URLSearchParams({ filter })}`;

/* How many records a filter finds; the sum of `sum` over them. Undefined: not known, or not to be read. */
function useFound(type: string, filter: string, sum?: string) {
  const groups = useQuery({ ...groupsOf(type, { by: "state", filter, sum }), retry: false }).data?.groups;
  return groups && { count: groups.reduce((n, { count }) => n + count, 0), sum: addUp(groups.map((group) => group.sum)) };
}

export function Overview() {
  const t = useText();
  const { province, city } = useSession();
  const place = city ?? province;
  const today = day(serverNow());
  const of = { centres: place ? `state=active and region=${place}*` : "state=active", cases: "state=running", deals: `signed=${today.slice(0, 4)} and state=signed,filed` };
  const [centres, cases, deals] = [useFound("centre", of.centres), useFound("case", of.cases), useFound("deal", inYuan(of.deals, "currency")!, "amount")];
  const rows = [
    { key: "centres", to: listOf("centre", of.centres), value: centres && t("desk.overview.bodies", { n: centres.count.toLocaleString("en") }) },
    { key: "cases", to: listOf("case", of.cases), value: cases && t("desk.count", { n: cases.count.toLocaleString("en") }) },
    { key: "deals", to: listOf("deal", inYuan(of.deals, "currency")!), value: deals && t("desk.overview.yuan", { sum: grouped(deals.sum) }) },
  ] as const;
  if (rows.every(({ value }) => !value)) return null;
  return (
    <section aria-label={t("desk.overview")}>
      <h2>
        <span>
          {t(city ? "desk.overview.city" : province ? "desk.overview.province" : "desk.overview")} <small>{t("desk.overview.until", { day: today })}</small>
        </span>
      </h2>
      <ul>
        {rows.map(
          ({ key, to, value }) =>
            value && (
              <li key={key} className="rail-draft">
                {t(`desk.overview.${key}`)}
                <Link className="desk-number" to={to}>
                  {value}
                </Link>
              </li>
            ),
        )}
      </ul>
    </section>
  );
}
