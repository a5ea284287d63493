/* Tokens by which programs act for the reader: each is shown once, when it is made. */
import "../../ui/plain-table.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "../../api/client.ts";
import { serverNow } from "../../api/server-time.ts";
import { FieldInput } from "../../fields/field-input.tsx";
import { TextInput } from "../../fields/text-input.tsx";
import { Button } from "../../ui/ant.ts";
import { Code } from "../../ui/copyable.tsx";
import { Data } from "../../ui/data.tsx";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Note } from "../../ui/note.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { day, minute } from "../../ui/time.ts";
import { useText, wordOf } from "../../text/index.ts";

const KEY = ["tokens"];
const SCOPES = ["records:read", "records:write", "search", "imports", "jobs", "notifications", "webhooks", "policies", "panels", "accounts", "settings", "log", "metrics"] as const;
const DAYS = 90;

export function Tokens() {
  const t = useText();
  const cache = useQueryClient();
  const read = useQuery({ queryKey: KEY, queryFn: async () => (await take(api.GET("/api/v1/tokens"))).items });
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<{ id: number; label?: string }>();
  const [made, setMade] = useState<string>();
  const reread = () => cache.invalidateQueries({ queryKey: KEY });
  if (read.error) return <Failed error={read.error} retry={() => void read.refetch()} />;
  if (!read.data) return <Waiting rows={3} />;
  return (
    <section>
      <p>{t("account.tokens.why")}</p>
      {made && (
        <Note tone="doubt" role="status">
          {t("account.tokens.once")}
          <Code block text={made} />
        </Note>
      )}
      {read.data.length > 0 && (
        <Table
          rows={read.data}
          keyOf={(one) => one.id}
          columns={[
            { head: t("account.tokens.label"), cell: (one) => <Data text={one.label ?? ""} /> },
            { head: t("account.tokens.scopes"), cell: (one) => (one.scopes === "all" || !one.scopes ? t("account.tokens.all") : one.scopes.split(" ").map((scope) => <small key={scope}>{wordOf(t, `account.scope.${scope}`, scope)}</small>)) },
            { head: t("account.tokens.until"), className: "day", cell: (one) => day(one.expires_ms) },
            { head: t("account.tokens.used"), className: "day", cell: (one) => (one.used_ms ? minute(one.used_ms) : t("people.never")) },
            {
              className: "number",
              cell: (one) => (
                <Button type="link" size="small" aria-label={`${t("account.tokens.end")} ${one.label ?? ""}`} onClick={() => setEnding(one)}>
                  {t("account.tokens.end")}
                </Button>
              ),
            },
          ]}
        />
      )}
      {read.data.length === 0 && <p>{t("account.tokens.none")}</p>}
      <p className="account-verb">
        <Button onClick={() => setMaking(true)}>{t("account.tokens.make")}</Button>
      </p>
      {making && (
        <Make
          onClose={() => setMaking(false)}
          onMade={(token) => {
            setMade(token);
            void reread();
          }}
        />
      )}
      {ending && (
        <ConfirmDialog title={t("account.tokens.end")} verb={t("account.tokens.end")} danger onClose={() => setEnding(undefined)} act={async () => void (await take(api.POST("/api/v1/tokens/{id}/end", { params: { path: { id: ending.id } }, body: {} })), setMade(undefined), await reread())}>
          <p className="dialog-line">
            <Data text={t("account.tokens.end.line", { label: ending.label ?? "" })} />
          </p>
        </ConfirmDialog>
      )}
    </section>
  );
}

function Make({ onClose, onMade }: { onClose: () => void; onMade: (token: string) => void }) {
  const t = useText();
  const [label, setLabel] = useState("");
  const [scopes, setScopes] = useState<readonly string[]>([]);
  const [days, setDays] = useState<unknown>(DAYS);
  const act = async () => {
    if (!label.trim()) throw new Error(t("account.tokens.fill"));
    onMade((await take(api.POST("/api/v1/tokens", { body: { label: label.trim(), ...(scopes.length ? { scopes: scopes.join(" ") } : {}), days: Number(days) || DAYS } }))).token);
  };
  return (
    <ConfirmDialog title={t("account.tokens.make")} verb={t("account.tokens.make")} onClose={onClose} act={act}>
      <TextInput label={t("account.tokens.label")} hint={t("account.tokens.label.hint")} value={label} onChange={setLabel} required focus />
      <FieldInput field={{ name: "days", label: t("account.tokens.days"), type: "integer", hint: t("account.tokens.days.hint", { day: day(serverNow() + (Number(days) || DAYS) * 86_400_000) }) }} value={days} onChange={setDays} />
      <fieldset className="field">
        <legend>{t("account.tokens.scopes")}</legend>
        <div className="account-scopes">
          {SCOPES.map((scope) => (
            <label key={scope} className="tick">
              <input type="checkbox" checked={scopes.includes(scope)} onChange={(event) => setScopes(event.target.checked ? [...scopes, scope] : scopes.filter((one) => one !== scope))} /> {t(`account.scope.${scope}`)}
            </label>
          ))}
        </div>
        <p className="field-note">{t("account.tokens.scopes.hint")}</p>
      </fieldset>
    </ConfirmDialog>
  );
}
