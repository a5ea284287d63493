/* The desk of an administrator: the commands of each of his roles. */
import { Code } from "../../parts/copyable.tsx";
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
      ["desk.admin.address", `curl -X PUT http://127.0.0.1:8420/api/v1/public-address -H "Authorization: Bearer $TOKEN" --json '{"url":"https://zhiyun.example.cn","reason":"启用HTTPS"}'`],
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
