/* Calls for applications: policy, period, state, and the way to their queue. */
import "../../rooms/review/review.css";
import { Link, useNavigate } from "react-router";
import { useSession } from "../../api/session.ts";
import { Button } from "../../ui/ant.ts";
import { useCalls } from "../../rooms/case/queue.ts";
import { Data } from "../../ui/data.tsx";
import { ListPage } from "../../ui/list-page.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { usePolicyTitle } from "../../api/policies.ts";
import { StateTag } from "../../ui/state-tag.tsx";
import { useText } from "../../text/index.ts";

export default function Calls() {
  const t = useText();
  const calls = useCalls();
  const titleOf = usePolicyTitle();
  const navigate = useNavigate();
  const city = useSession().roles.some(({ role }) => role.startsWith("city_"));
  const all = calls.data ?? [];
  return (
    <ListPage
      whole
      of={calls}
      rows={calls.data}
      head={<PageHead title={t("calls.title")} line={t("calls.line", { n: all.length, open: all.filter((one) => one.state === "open").length })} actions={!city && <Button onClick={() => void navigate("/r/call/new")}>{t("calls.new")}</Button>} />}
      empty={t("calls.none")}
      frame={(table) => table}
      bare
      className="close-rows queue"
      keyOf={({ id }) => id}
      columns={[
        {
          head: t("calls.name"),
          cell: ({ id, title }) => (
            <Link to={`/r/call/${id}`}>
              <b>
                <Data text={title} />
              </b>
            </Link>
          ),
        },
        { head: t("calls.policy"), cell: ({ programme }) => <Data text={titleOf(programme)} /> },
        { head: t("calls.period"), cell: ({ opens_on: from, closes_on: to }) => t("calls.from", { from, to }) },
        { head: t("calls.state"), cell: ({ state }) => <StateTag tone={state === "open" ? "blue" : "grey"}>{t(`calls.${state}`)}</StateTag> },
        { head: <span className="said">{t("review.openCase")}</span>, cell: ({ id }) => <Link to={`/review/${city ? "city" : "province"}?call=${id}`}>{t(city ? "review.city" : "review.province")}</Link> },
      ]}
    />
  );
}
