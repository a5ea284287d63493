/* Which message comes by which channel. In the application each one stands in any case. */
import "../../ui/plain-table.css";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, take } from "../../api/client.ts";
import { Data } from "../../ui/data.tsx";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { Table, type Column } from "../../ui/table.tsx";
import { useLanguage, useText } from "../../text/index.ts";

const TIMINGS = ["now", "daily", "off"] as const;

export function Choices() {
  const t = useText();
  const cache = useQueryClient();
  const key = ["notification-choices", useLanguage()];
  const read = useQuery({ queryKey: key, queryFn: () => take(api.GET("/api/v1/notifications/choices")) });
  const put = useMutation({
    mutationFn: (body: { kind: string; channel: string; timing: string }) => take(api.PUT("/api/v1/notifications/choices", { body })),
    onSuccess: (now) => cache.setQueryData(key, now),
  });
  if (read.error) return <Failed error={read.error} retry={() => void read.refetch()} />;
  if (!read.data) return <Waiting rows={6} />;
  const { channels, kinds } = read.data;
  const nameOf = (channel: string): string => (channel === "mail" ? t("account.channel.mail") : channel);
  return (
    <section>
      <p>{t("account.messages.why")}</p>
      {channels.length === 0 && <Note>{t("account.messages.none")}</Note>}
      <ErrorNote error={put.error} />
      <Table
        rows={kinds}
        keyOf={({ kind }) => kind}
        columns={[
          { head: t("account.messages.kind"), cell: ({ label }) => <Data text={label} /> },
          { head: t("account.messages.here"), cell: () => t("account.messages.always") },
          ...channels.map((channel): Column<(typeof kinds)[number]> => ({
            head: <Data text={nameOf(channel)} />,
            cell: ({ kind, label, choices }) => (
              <select className="input" aria-label={`${label} ${nameOf(channel)}`} value={choices[channel]} disabled={put.isPending} onChange={(event) => put.mutate({ kind, channel, timing: event.target.value })}>
                {TIMINGS.map((timing) => (
                  <option key={timing} value={timing}>
                    {t(`account.timing.${timing}`)}
                  </option>
                ))}
              </select>
            ),
          })),
        ]}
      />
    </section>
  );
}
