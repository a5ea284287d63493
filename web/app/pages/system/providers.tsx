/* Other systems by which people sign in. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import { TextInput } from "../../fields/text-input.tsx";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { useText, wordOf } from "../../text/index.ts";
import { Foot, onSubmit, providersQuery, useChange } from "./sheets.tsx";

type Kind = "oidc" | "cas" | "certificate";
const kinds: readonly Kind[] = ["oidc", "cas", "certificate"];
/* What each kind asks for (access/outside.h); the first are required. */
const fields: Record<Kind, readonly (readonly [name: string, required: boolean])[]> = {
  oidc: [["issuer", true], ["client_id", true], ["client_secret", true], ["redirect", true], ["identify", false], ["unit", false]],
  cas: [["server", true], ["service", true], ["identify", false], ["unit", false]],
  certificate: [["issuer", true], ["identify", false], ["unit", false]],
};

export function Providers() {
  const t = useText();
  const guards = useSession().roles.some(({ role }) => role === "security_administrator");
  const read = useQuery(providersQuery);
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState("");
  const [reason, setReason] = useState("");
  const remove = useChange("providers", () => api.DELETE("/api/v1/outside-providers/{name}", { params: { path: { name: ending }, query: { reason } } }), () => setEnding(""));
  if (!read.data) return read.error ? <Failed error={read.error} /> : <Waiting />;
  if (adding) return <ProviderForm onBack={() => setAdding(false)} />;
  return (
    <>
      <p className="quiet">{t("system.providers.line")}</p>
      <ul className="system-rows">
        {read.data.map(({ name, kind, label }) => (
          <li key={name}>
            <Data text={label ?? name} />
            <span>
              {wordOf(t, `system.providers.${kind}`, kind)} <small className="mono">{name}</small>
            </span>
            {guards && (
              <button type="button" className="link-button" onClick={() => setEnding(name)}>
                {t("system.hosts.remove")}
              </button>
            )}
          </li>
        ))}
        {read.data.length === 0 && <li>{t("system.providers.none")}</li>}
      </ul>
      {ending && (
        <form onSubmit={onSubmit(remove)}>
          <h3>{t("system.providers.remove", { name: ending })}</h3>
          <TextInput label={t("case.input.reason")} value={reason} onChange={setReason} required />
          <Foot change={remove} verb={t("system.hosts.remove")} disabled={!reason.trim()} />
        </form>
      )}
      {guards ? (
        <p className="system-verbs">
          <Button onClick={() => setAdding(true)}>{t("system.providers.add")}</Button>
        </p>
      ) : (
        <p className="quiet">{t("system.guards")}</p>
      )}
    </>
  );
}

function ProviderForm({ onBack }: { onBack: () => void }) {
  const t = useText();
  const [kind, setKind] = useState<Kind>("oidc");
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [reason, setReason] = useState("");
  const set = (name: string) => (value: string) => setValues({ ...values, [name]: value });
  const asked = fields[kind];
  const names = ["label_zh", "label_en", ...asked.map(([name]) => name)];
  const lacks = ["name", "label_zh", ...asked.filter(([, required]) => required).map(([name]) => name)].some((name) => !values[name]?.trim());
  const change = useChange("providers", () => {
    const given = Object.fromEntries(names.map((name) => [name, (values[name] ?? "").trim()] as const).filter(([, value]) => value));
    return api.PUT("/api/v1/outside-providers/{name}", { params: { path: { name: (values.name ?? "").trim() } }, body: { configuration: { kind, label_en: values.label_zh ?? "", ...given }, reason } });
  });
  return (
    <form onSubmit={onSubmit(change)}>
      <p className="system-verbs">
        <button type="button" className="link-button" onClick={onBack}>
          {t("system.back")}
        </button>
      </p>
      <label className="field">
        {t("system.providers.kind")}
        <select className="input" value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
          {kinds.map((one) => (
            <option key={one} value={one}>
              {t(`system.providers.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <TextInput label={t("system.providers.name")} hint={t("system.gateway.name.hint")} value={values.name ?? ""} onChange={set("name")} required />
      <TextInput label={t("system.providers.label_zh")} value={values.label_zh ?? ""} onChange={set("label_zh")} required />
      <TextInput label={t("system.providers.label_en")} value={values.label_en ?? ""} onChange={set("label_en")} />
      {asked.map(([name, required]) => (
        <TextInput
          key={name}
          label={wordOf(t, `system.providers.${name}`, name)}
          type={name === "client_secret" ? "password" : "text"}
          autoComplete="off"
          hint={name === "identify" || name === "unit" ? t(`system.providers.${name}.hint`) : undefined}
          value={values[name] ?? ""}
          onChange={set(name)}
          required={required}
        />
      ))}
      <TextInput label={t("case.input.reason")} value={reason} onChange={setReason} required />
      <Foot change={change} verb={t("system.save")} disabled={lacks || !reason.trim()} />
    </form>
  );
}
