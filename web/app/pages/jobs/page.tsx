/* One's own jobs; a system administrator has the program's as a second view. */
import { useJobs } from "../../rooms/system/system.ts";
import { useSession } from "../../api/session.ts";
import { JobList } from "../../rooms/system/job-list.tsx";
import { useAsked } from "../../ui/asked.ts";
import { PageHead } from "../../ui/page-head.tsx";
import { Empty, Failed, Waiting } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { useText } from "../../text/index.ts";

const STEP = 50;

export default function Jobs() {
  const t = useText();
  const keeps = useSession().roles.some(({ role }) => role === "system_administrator");
  const { asked, set } = useAsked();
  const of = keeps && asked("of") !== "mine" ? "program" : "mine";
  const limit = Math.min(500, Number(asked("limit")) || STEP);
  const read = useJobs(of, limit);
  const jobs = read.data;
  return (
    <>
      <PageHead title={t("system.jobs")} line={t("system.jobs.line")} />
      {keeps && (
        <Tabs
          label={t("system.jobs")}
          tabs={[
            { to: "/jobs", label: t("system.jobs.program"), current: of === "program" },
            { to: "/jobs?of=mine", label: t("system.jobs.mine"), current: of === "mine" },
          ]}
        />
      )}
      {read.error ? (
        <Failed error={read.error} retry={() => void read.refetch()} />
      ) : !jobs ? (
        <Waiting />
      ) : jobs.length === 0 ? (
        <Empty title={t("system.jobs.none")} text={t("system.jobs.none.why")} />
      ) : (
        <>
          <JobList jobs={jobs} label={t("system.jobs")} />
          {jobs.length === limit && limit < 500 && (
            <p>
              <button type="button" className="link-button" onClick={() => set({ limit: limit + STEP })}>
                {t("system.jobs.more")}
              </button>
            </p>
          )}
        </>
      )}
    </>
  );
}
