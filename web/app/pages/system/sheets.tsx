/* Each setting in a sheet beside the page. Who may not change it reads it. A change of signing in is proposed to another
 * security administrator; the sheet says so. */
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { api, take } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import { planQuery, type Plan } from "../../rooms/system/system.ts";
import { TextInput } from "../../fields/text-input.tsx";
import { Button } from "../../ui/ant.ts";
import { Data } from "../../ui/data.tsx";
import { ErrorNote, Note } from "../../ui/note.tsx";
import { SideSheet } from "../../ui/side-sheet.tsx";
import { Failed, Waiting } from "../../ui/states.tsx";
import { minute } from "../../ui/time.ts";
import { useText, wordOf, type Key, type Translate } from "../../text/index.ts";
import { Channels } from "./channels.tsx";
import { Providers } from "./providers.tsx";

export const sheets = ["signin", "address", "backup", "mail", "providers", "hosts", "limits"] as const;
export type SheetName = (typeof sheets)[number] | "index" | "clock";
export const isSheet = (name: string): name is SheetName => sheets.some((one) => one === name) || name === "index" || name === "clock";

export const settingsQuery = queryOptions({ queryKey: ["settings"], queryFn: async () => (await take(api.GET("/api/v1/settings"))).items, staleTime: 0 });
export const addressQuery = queryOptions({ queryKey: ["public-address"], queryFn: () => take(api.GET("/api/v1/public-address")), staleTime: 0 });
export const channelsQuery = queryOptions({ queryKey: ["channels"], queryFn: async () => (await take(api.GET("/api/v1/channels"))).items, staleTime: 0 });
export const hostsQuery = queryOptions({ queryKey: ["outward-hosts"], queryFn: async () => (await take(api.GET("/api/v1/outward-hosts"))).items, staleTime: 0 });
export const providersQuery = queryOptions({ queryKey: ["providers"], queryFn: async () => (await take(api.GET("/api/v1/session/providers"))).items, staleTime: 0 });

const useRole = () => {
  const { roles } = useSession();
  return { keeps: roles.some(({ role }) => role === "system_administrator"), guards: roles.some(({ role }) => role === "security_administrator") };
};

/* A request that changes a setting; its data: whether it waits for another person (202). */
export function useChange(key: string, send: () => Promise<{ response: Response; error?: unknown }>, done?: () => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const answer = await send();
      await take(Promise.resolve(answer));
      return answer.response.status === 202;
    },
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: [key] });
      await cache.invalidateQueries({ queryKey: ["system"] });
      done?.();
    },
  });
}

type Change = ReturnType<typeof useChange>;

/* What came of it, its button. */
export function Foot({ change, verb, said = "system.set.done", disabled }: { change: Change; verb: string; said?: Key; disabled?: boolean }) {
  const t = useText();
  return (
    <>
      <ErrorNote error={change.error} />
      {change.isSuccess && <Note role="status">{t(change.data ? "system.set.waits" : said)}</Note>}
      <Button type="primary" htmlType="submit" loading={change.isPending} disabled={disabled}>
        {verb}
      </Button>
    </>
  );
}

export const onSubmit = (change: Change) => (event: FormEvent) => {
  event.preventDefault();
  if (!change.isPending) change.mutate();
};

export function Sheet({ name, onClose }: { name: SheetName; onClose: () => void }) {
  const t = useText();
  const bodies: Record<SheetName, () => ReactNode> = { signin: SignIn, address: Address, backup: BackupPlan, mail: Channels, providers: Providers, hosts: Hosts, limits: Limits, index: Index, clock: Clock };
  const Body = bodies[name];
  return (
    <SideSheet key={name} title={t(`system.set.${name}`)} onClose={onClose}>
      <div className="system-sheet">
        <Body />
      </div>
    </SideSheet>
  );
}

/* --- signing in ------------------------------------------------------------------------------------------- */

function SignIn() {
  const t = useText();
  const { guards } = useRole();
  const read = useQuery(settingsQuery);
  const [edits, setEdits] = useState("");
  if (read.error) return <Failed error={read.error} retry={() => void read.refetch()} />;
  if (!read.data) return <Waiting />;
  return (
    <>
      <p className="quiet">{t(guards ? "system.signin.two" : "system.signin.whose")}</p>
      <ul className="system-rows">
        {read.data.map((one) => (
          <li key={one.name}>
            <span>{wordOf(t, `system.signin.${one.name}`, one.name)}</span>
            <span>
              {valueWord(one.name, one.value, t)} {one.chosen && <small>{t("system.signin.chosen")}</small>}
            </span>
            {guards && edits !== one.name && (
              <button type="button" className="link-button" aria-label={t("system.signin.change.of", { name: wordOf(t, `system.signin.${one.name}`, one.name) })} onClick={() => setEdits(one.name)}>
                {t("system.change")}
              </button>
            )}
            {edits === one.name && <SignInForm of={one} />}
          </li>
        ))}
      </ul>
    </>
  );
}

const valueWord = (name: string, value: string, t: Translate) => wordOf(t, `system.signin.${name}.${value}`, value);

function SignInForm({ of }: { of: { name: string; value: string; words?: string[]; minimum?: number; maximum?: number } }) {
  const t = useText();
  const [value, setValue] = useState(of.value);
  const [reason, setReason] = useState("");
  const change = useChange("settings", () => api.PUT("/api/v1/settings", { body: { name: of.name, value, reason } }));
  return (
    <form onSubmit={onSubmit(change)}>
      {of.words ? (
        <label className="field">
          {t("system.value")}
          <select className="input" value={value} onChange={(event) => setValue(event.target.value)}>
            {of.words.map((word) => (
              <option key={word} value={word}>
                {valueWord(of.name, word, t)}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <TextInput label={t("system.value")} inputMode="numeric" hint={t("system.between", { low: of.minimum ?? 0, high: of.maximum ?? 0 })} value={value} onChange={setValue} required />
      )}
      <TextInput label={t("case.input.reason")} value={reason} onChange={setReason} required />
      <Foot change={change} verb={t("system.save")} disabled={!reason.trim() || value === of.value} />
    </form>
  );
}

/* --- addresses and limits ---------------------------------------------------------------------------------- */

function Address() {
  const t = useText();
  const { keeps } = useRole();
  const read = useQuery(addressQuery);
  const [url, setUrl] = useState<string>();
  const [reason, setReason] = useState("");
  const now = url ?? read.data?.url ?? "";
  const change = useChange("public-address", () => api.PUT("/api/v1/public-address", { body: { url: now.trim(), reason } }));
  if (!read.data) return read.error ? <Failed error={read.error} /> : <Waiting />;
  return (
    <form onSubmit={onSubmit(change)}>
      <TextInput label={t("system.address.label")} hint={t("desk.admin.address.hint")} value={now} onChange={setUrl} disabled={!keeps} />
      {keeps ? (
        <>
          <TextInput label={t("case.input.reason")} value={reason} onChange={setReason} required />
          <Foot change={change} verb={t("system.save")} disabled={!reason.trim() || now === read.data.url} />
        </>
      ) : (
        <p className="quiet">{t("system.keepers")}</p>
      )}
    </form>
  );
}

function Limits() {
  const t = useText();
  const { keeps } = useRole();
  const read = useQuery({ queryKey: ["file-limits"], queryFn: () => take(api.GET("/api/v1/file-limits")) });
  const mb = (bytes: number | undefined) => (bytes === undefined ? "" : String(Math.floor(bytes / 1048576)));
  const [unit, setUnit] = useState<string>();
  const [file, setFile] = useState<string>();
  const [units, files] = [unit ?? mb(read.data?.unit_bytes), file ?? mb(read.data?.file_bytes)];
  const change = useChange("file-limits", () => api.PUT("/api/v1/file-limits", { body: { unit_mb: Number(units), file_mb: Number(files) } }));
  if (!read.data) return read.error ? <Failed error={read.error} /> : <Waiting />;
  return (
    <form onSubmit={onSubmit(change)}>
      <TextInput label={t("system.limits.file")} inputMode="numeric" value={files} onChange={setFile} disabled={!keeps} />
      <TextInput label={t("system.limits.unit")} inputMode="numeric" hint={t("system.limits.hint")} value={units} onChange={setUnit} disabled={!keeps} />
      {keeps ? <Foot change={change} verb={t("system.save")} disabled={!/^\d+$/.test(units) || !/^\d+$/.test(files)} /> : <p className="quiet">{t("system.keepers")}</p>}
    </form>
  );
}

function Hosts() {
  const t = useText();
  const { guards } = useRole();
  const read = useQuery(hostsQuery);
  const [host, setHost] = useState("");
  const [port, setPort] = useState("443");
  const [inside, setInside] = useState(false);
  const [reason, setReason] = useState("");
  const add = useChange("outward-hosts", () => api.PUT("/api/v1/outward-hosts", { body: { host: host.trim(), port: Number(port), inside, reason } }), () => setHost(""));
  const [ending, setEnding] = useState<{ host: string; port: number }>();
  const remove = useChange("outward-hosts", () => api.DELETE("/api/v1/outward-hosts", { params: { query: { ...ending!, reason } } }), () => setEnding(undefined));
  if (!read.data) return read.error ? <Failed error={read.error} /> : <Waiting />;
  return (
    <>
      <p className="quiet">{t("system.hosts.line")}</p>
      <ul className="system-rows">
        {read.data.map((one) => (
          <li key={`${one.host}:${one.port}`}>
            <span className="mono">
              {one.host}:{one.port}
            </span>
            {guards && (
              <button type="button" className="link-button" onClick={() => setEnding(one)}>
                {t("system.hosts.remove")}
              </button>
            )}
          </li>
        ))}
        {read.data.length === 0 && <li>{t("system.set.none")}</li>}
      </ul>
      {guards && ending && (
        <form onSubmit={onSubmit(remove)}>
          <h3>{t("system.hosts.remove.of", { host: `${ending.host}:${ending.port}` })}</h3>
          <TextInput label={t("case.input.reason")} value={reason} onChange={setReason} required />
          <Foot change={remove} verb={t("system.hosts.remove")} disabled={!reason.trim()} />
        </form>
      )}
      {guards && !ending && (
        <form onSubmit={onSubmit(add)}>
          <h3>{t("system.hosts.add")}</h3>
          <TextInput label={t("system.hosts.host")} value={host} onChange={setHost} required />
          <TextInput label={t("system.hosts.port")} inputMode="numeric" value={port} onChange={setPort} required />
          <label className="system-tick">
            <input type="checkbox" checked={inside} onChange={(event) => setInside(event.target.checked)} /> {t("system.hosts.inside")}
          </label>
          <TextInput label={t("case.input.reason")} value={reason} onChange={setReason} required />
          <Foot change={add} verb={t("system.hosts.add")} disabled={!host.trim() || !/^\d+$/.test(port) || !reason.trim()} />
        </form>
      )}
      {!guards && <p className="quiet">{t("system.guards")}</p>}
    </>
  );
}

/* --- backups, the index, the clock -------------------------------------------------------------------------- */

function BackupPlan() {
  const { keeps } = useRole();
  const read = useQuery(planQuery);
  if (!read.data) return read.error ? <Failed error={read.error} /> : <Waiting />;
  return <PlanForm plan={read.data} keeps={keeps} />;
}

function PlanForm({ plan, keeps }: { plan: Plan; keeps: boolean }) {
  const t = useText();
  const [folder, setFolder] = useState(plan.folder);
  const [at, setAt] = useState(plan.chosen ? plan.at : "02:00");
  const [keep, setKeep] = useState(String(plan.keep));
  const [sealing, setSealing] = useState<"as it is" | "sealed" | "open">("as it is");
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  const [reason, setReason] = useState("");
  const change = useChange(
    "backup-plan",
    () => api.PUT("/api/v1/backup-plan", { body: { folder: folder.trim(), at: at.trim(), keep: Number(keep), reason, ...(sealing === "sealed" ? { passphrase } : sealing === "open" ? { passphrase: "" } : {}) } }),
    () => {
      setSealing("as it is");
      for (const clear of [setPassphrase, setAgain, setReason]) clear("");
    },
  );
  const wrong = sealing === "sealed" && (passphrase.length < 12 || passphrase !== again);
  return (
    <form onSubmit={onSubmit(change)}>
      <Note tone={plan.sealed ? "told" : "doubt"}>{t(plan.sealed ? "system.backup.sealed" : "system.backup.open")}</Note>
      <TextInput label={t("system.backup.at")} hint={t("system.backup.at.hint")} value={at} onChange={setAt} disabled={!keeps} />
      <TextInput label={t("system.backup.folder")} hint={t("system.backup.folder.hint")} value={folder} onChange={setFolder} disabled={!keeps} required />
      <TextInput label={t("system.backup.keep")} inputMode="numeric" value={keep} onChange={setKeep} disabled={!keeps} required />
      {keeps ? (
        <>
          <fieldset className="system-choice">
            <legend>{t("system.backup.passphrase")}</legend>
            {(["as it is", "sealed", ...(plan.sealed ? ["open" as const] : [])] as const).map((one) => (
              <label key={one} className="system-tick">
                <input type="radio" name="sealing" checked={sealing === one} onChange={() => setSealing(one)} />{" "}
                {t(one === "as it is" ? (plan.sealed ? "system.backup.keepSealed" : "system.backup.keepOpen") : one === "sealed" ? "system.backup.setSealed" : "system.backup.setOpen")}
              </label>
            ))}
          </fieldset>
          {sealing === "sealed" && (
            <>
              <TextInput label={t("system.backup.passphrase.label")} type="password" autoComplete="new-password" hint={t("system.backup.passphrase.hint")} value={passphrase} onChange={setPassphrase} required />
              <TextInput label={t("system.backup.passphrase.again")} type="password" autoComplete="new-password" value={again} onChange={setAgain} error={again && again !== passphrase ? t("signin.differ") : undefined} required />
            </>
          )}
          <TextInput label={t("case.input.reason")} value={reason} onChange={setReason} required />
          <Foot change={change} verb={t("system.save")} disabled={!reason.trim() || !folder.trim() || !/^\d+$/.test(keep) || wrong} />
        </>
      ) : (
        <p className="quiet">{t("system.keepers")}</p>
      )}
      <p className="quiet">{t("system.backup.how")}</p>
    </form>
  );
}

function Index() {
  const t = useText();
  const change = useChange("jobs", () => api.POST("/api/v1/system/index"));
  return (
    <form onSubmit={onSubmit(change)}>
      <p>{t("system.index.line")}</p>
      <Foot change={change} verb={t("system.index.do")} said="system.index.done" />
    </form>
  );
}

function Clock() {
  const t = useText();
  const { guards } = useRole();
  const read = useQuery({ queryKey: ["clock"], queryFn: () => take(api.GET("/api/v1/clock")), staleTime: 0 });
  const [reason, setReason] = useState("");
  const change = useChange("clock", () => api.PUT("/api/v1/clock", { body: { reason } }));
  if (!read.data) return read.error ? <Failed error={read.error} /> : <Waiting />;
  const { doubt, now_ms, due_ms, shown_ms } = read.data;
  return (
    <form onSubmit={onSubmit(change)}>
      <p>
        {t("system.clock.now")} <b>{minute(now_ms)}</b>
      </p>
      {doubt === "none" ? (
        <Note role={change.isSuccess ? "status" : undefined}>{t("system.clock.good")}</Note>
      ) : (
        <>
          <Note tone="doubt">
            <Data text={wordOf(t, `system.clock.${doubt}`, doubt, { due: due_ms ? minute(due_ms) : t("system.unknown"), shown: shown_ms ? minute(shown_ms) : t("system.unknown") })} />
          </Note>
          <p>{t("system.clock.follows")}</p>
          {guards ? (
            <>
              <TextInput label={t("case.input.reason")} value={reason} onChange={setReason} required />
              <Foot change={change} verb={t("system.clock.do")} disabled={!reason.trim()} />
            </>
          ) : (
            <p className="quiet">{t("system.guards")}</p>
          )}
        </>
      )}
    </form>
  );
}
