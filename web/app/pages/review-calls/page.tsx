/* Calls for applications: policy, period, state, and the way to their queue. */
import "../../rooms/review/review.css";
import { Link, useNavigate } from "react-router";
import { useSession } from "../../api/session.ts";
import { Button } from "../../ui/ant.ts";
import { useCalls } from "../../rooms/case/queue.ts";
import { Data } from "../../ui/data.tsx";
import { PageHead } from "../../ui/page-head.tsx";
import { usePolicyTitle } from "../../api/policies.ts";
import { StateTag } from "../../ui/state-tag.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { useText } from "../../text/index.ts";

const states = { draft: "grey", open: "blue", closed: "grey" } as const;

export default function Calls() {
  const t = useText();
  const calls = useCalls();
  const titleOf = usePolicyTitle();
  const navigate = useNavigate();
  const city = useSession().roles.some(({ role }) => role.startsWith("city_"));
  if (calls.isPending) return <Waiting />;
  if (calls.error) return <Failed page error={calls.error} retry={() => void calls.refetch()} />;
  return (
    <>
      <PageHead
        title={t("calls.title")}
        line={t("calls.line", { n: calls.data.length, open: calls.data.filter((one) => one.state === "open").length })}
        actions={!city && <Button onClick={() => void navigate("/r/call/new")}>{t("calls.new")}</Button>}
      />
      {calls.data.length === 0 ? (
        <Empty title={t("calls.none")} />
      ) : (
        <table className="close-rows queue">
          <thead>
            <tr>
              <th scope="col">{t("calls.name")}</th>
              <th scope="col">{t("calls.policy")}</th>
              <th scope="col">{t("calls.period")}</th>
              <th scope="col">{t("calls.state")}</th>
              <th scope="col">
                <span className="said">{t("review.openCase")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {calls.data.map((call) => (
              <tr key={call.id}>
                <td>
                  <Link to={`/r/call/${call.id}`}>
                    <b>
                      <Data text={call.title} />
                    </b>
                  </Link>
                </td>
                <td>
                  <Data text={titleOf(call.programme)} />
                </td>
                <td>{t("calls.from", { from: call.opens_on, to: call.closes_on })}</td>
                <td>
                  <StateTag tone={states[call.state as keyof typeof states] ?? "grey"}>{t(`calls.${call.state as keyof typeof states}`)}</StateTag>
                </td>
                <td>
                  <Link to={`/review/${city ? "city" : "province"}?call=${call.id}`}>{t(city ? "review.city" : "review.province")}</Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
