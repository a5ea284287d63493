/* The desk of an administrator: the commands of each of his roles. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "../../api/client.ts";
import { TextInput } from "../../fields/text-input.tsx";
import { Button } from "../../parts/button.tsx";
import { Code } from "../../parts/copyable.tsx";
import { Note } from "../../parts/note.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { useText, type Key } from "../../text/index.ts";
import "./home.css";

const commands: readonly { role: string; title: Key; rows: readonly (readonly [Key, string])[] }[] = [
  {
    role: "security_administrator",
    title: "desk.admin.security",
    rows: [
      ["desk.admin.add", "zhiyun user add zhangsan --display-name 张三 --unit 成都市市场监督管理局 --role city_officer"],
      ["desk.admin.link", "zhiyun user link zhangsan"],
      ["desk.admin.grant", "zhiyun user grant zhangsan city_leader"],
      ["desk.admin.disable", "zhiyun user disable zhangsan --reason 调离"],
      ["desk.admin.list", "zhiyun user list"],
    ],
  },
  {
    role: "system_administrator",
    title: "desk.admin.system",
    rows: [
      ["desk.admin.doctor", "zhiyun doctor"],
      ["desk.admin.backup", "zhiyun backup zhiyun.backup"],
      ["desk.admin.import", "zhiyun import patents.xlsx"],
    ],
  },
  {
    role: "audit_administrator",
    title: "desk.admin.audit",
    rows: [
      ["desk.admin.head", "zhiyun log head"],
      ["desk.admin.entries", "zhiyun log entries"],
      ["desk.admin.bundle", "zhiyun log bundle zhiyun-log.bundle"],
      ["desk.admin.verify", "zhiyun verify --bundle zhiyun-log.bundle"],
    ],
  },
];

/* Where people reach this server; certificates issued from then on carry a QR code of it. */
function PublicAddress() {
  const t = useText();
  const cache = useQueryClient();
  const key = ["public-address"];
  const read = useQuery({ queryKey: key, queryFn: () => take(api.GET("/api/v1/public-address")) });
  const [url, setUrl] = useState<string>();
  const [reason, setReason] = useState("");
  const put = useMutation({
    mutationFn: () => take(api.PUT("/api/v1/public-address", { body: { url: (url ?? read.data?.url ?? "").trim(), reason: reason.trim() } })),
    onSuccess: (now) => {
      cache.setQueryData(key, now);
      setUrl(undefined);
      setReason("");
    },
  });
  if (!read.data) return null;
  return (
    <form
      className="admin-address"
      aria-label={t("desk.admin.address")}
      onSubmit={(event) => {
        event.preventDefault();
        put.mutate();
      }}
    >
      {!read.data.url && <Note tone="doubt">{t("desk.admin.address.none")}</Note>}
      <TextInput label={t("desk.admin.address")} hint={t("desk.admin.address.hint")} value={url ?? read.data.url} onChange={setUrl} />
      <TextInput label={t("case.input.reason")} value={reason} onChange={setReason} required />
      {put.error && (
        <Note tone="mend" role="alert">
          {put.error.message}
        </Note>
      )}
      {put.isSuccess && <Note role="status">{t("desk.admin.address.set")}</Note>}
      <Button htmlType="submit" loading={put.isPending}>
        {t("desk.admin.address.do")}
      </Button>
    </form>
  );
}

export function AdminDesk({ roles }: { roles: readonly string[] }) {
  const t = useText();
  return (
    <div className="admin-desk">
      <PageHead title={t("desk.admin")} line={t("desk.admin.line")} />
      {commands
        .filter(({ role }) => roles.includes(role))
        .map(({ role, title, rows }) => (
          <section key={role}>
            <h2>{t(title)}</h2>
            {role === "system_administrator" && <PublicAddress />}
            <dl>
              {rows.map(([label, command]) => (
                <div key={label}>
                  <dt>{t(label)}</dt>
                  <dd>
                    <Code block text={command} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
    </div>
  );
}
