/* Making the first administrator with the link that `zhiyun serve` prints (/w/set-up#link=TOKEN), then
 * signing in and enrolling an authenticator. */
import { useAct } from "../../ui/act.ts";
import { Button } from "../../ui/ant.ts";
import { useState, type FormEvent } from "react";
import { useLocation, useNavigate } from "react-router";
import { api, Problem, take } from "../../api/client.ts";
import { enterSession } from "../../api/session.ts";
import { RegionInput } from "../../fields/region-input.tsx";
import { TextInput } from "../../fields/text-input.tsx";
import { Code } from "../../ui/copyable.tsx";
import { Sheet } from "../../rooms/shell/entry.tsx";
import { HttpsNeeded } from "../../rooms/shell/https-needed.tsx";
import { ErrorNote } from "../../ui/note.tsx";
import { useText } from "../../text/index.ts";

export default function SetUp() {
  const t = useText();
  const link = new URLSearchParams(useLocation().hash.slice(1)).get("link");
  if (!window.isSecureContext) return <HttpsNeeded />;
  if (link) return <Form link={link} />;
  return (
    <Sheet title={t("signin.setUp")} line={t("signin.setUp.noLink")}>
      <div className="sheet-body">
        <Code block text="zhiyun serve" />
      </div>
    </Sheet>
  );
}

function Form({ link }: { link: string }) {
  const t = useText();
  const navigate = useNavigate();
  const [values, setValues] = useState({ name: "", display_name: "", password: "", again: "", office: "", region: "" });
  const { busy, error, act } = useAct();
  const faults = error instanceof Problem ? error.faults : [];
  const input = (name: keyof typeof values) => ({
    name,
    value: values[name],
    onChange: (value: string) => setValues({ ...values, [name]: value }),
    error: faults.find((fault) => fault.field?.replace(/^\//, "") === name)?.message,
    required: true,
  });
  const differ = values.again !== "" && values.again !== values.password;
  const complete = Object.values(values).every((value) => value.trim()) && !differ;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!complete) return;
    const { again: _, ...sent } = values;
    void act(async () => {
      await take(api.POST("/api/v1/set-up", { body: { link, ...sent } }));
      await enterSession((await take(api.POST("/api/v1/session", { body: { name: sent.name, password: sent.password } }))));
      await navigate("/account", { replace: true });
      return "left";
    });
  };

  return (
    <Sheet title={t("signin.setUp")} line={t("signin.setUp.help")}>
      <form onSubmit={submit}>
        <TextInput label={t("signin.name")} autoComplete="username" focus {...input("name")} />
        <TextInput label={t("signin.displayName")} autoComplete="name" {...input("display_name")} />
        <TextInput label={t("signin.password")} type="password" autoComplete="new-password" hint={t("signin.password.hint")} {...input("password")} />
        <TextInput label={t("signin.again.password")} type="password" autoComplete="new-password" {...input("again")} error={differ ? t("signin.differ") : undefined} />
        <h2>{t("signin.setUp.instance")}</h2>
        <TextInput label={t("signin.office")} autoComplete="organization" hint={t("signin.office.hint")} {...input("office")} />
        <RegionInput label={t("signin.region")} {...input("region")} />
        <ErrorNote error={error} />
        <div className="sign-in-verbs">
          <Button type="primary" htmlType="submit" loading={busy} disabled={!complete}>
            {t("signin.setUp.verb")}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}
