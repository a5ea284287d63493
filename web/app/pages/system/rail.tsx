/* The disk by part and until when it lasts, the version, the settings: how many differ from what the program came with. */
import { useQuery } from "@tanstack/react-query";
import { api, take } from "../../api/client.ts";
import { growth, LEAST_DAYS, type Plan, type System } from "../../rooms/system/system.ts";
import { KeyValues } from "../../ui/key-values.tsx";
import { sizeText } from "../../fields/upload.tsx";
import { useText, type Translate } from "../../text/index.ts";
import { addressQuery, channelsQuery, hostsQuery, providersQuery, settingsQuery, sheets, type SheetName } from "./sheets.tsx";

const parts = ["files", "backups", "index", "database", "other"] as const;

function forecast(disk: System["disk"], t: Translate): string {
  const { days, perDay, fullIn } = growth(disk);
  if (perDay === null) return t("system.disk.unknown", { n: days, least: LEAST_DAYS });
  if (fullIn === null) return t("system.disk.still", { n: days });
  return fullIn < 60 ? t("system.disk.days", { n: days, left: fullIn }) : t("system.disk.months", { n: days, left: Math.floor(fullIn / 30) });
}

export function Rail({ of, plan, open }: { of: System; plan?: Plan; open: (name: SheetName) => void }) {
  const t = useText();
  const { disk } = of;
  const used = disk.all - disk.free;
  const bytes = { ...disk, other: Math.max(0, used - disk.files - disk.backups - disk.index - disk.database) };
  const settings = useQuery(settingsQuery).data;
  const address = useQuery(addressQuery).data;
  const channels = useQuery(channelsQuery).data;
  const hosts = useQuery(hostsQuery).data;
  const providers = useQuery(providersQuery).data;
  const limits = useQuery({ queryKey: ["file-limits"], queryFn: () => take(api.GET("/api/v1/file-limits")) }).data;
  const chosen = settings?.filter(({ chosen: own }) => own).length;
  const count = (n: number | undefined) => (n === undefined ? "…" : n ? t("system.set.n", { n }) : t("system.set.none"));
  const values: Record<(typeof sheets)[number], string> = {
    signin: chosen === undefined ? "…" : chosen ? t("system.set.differ", { n: chosen }) : t("system.set.default"),
    address: address ? address.url || t("system.set.none") : "…",
    backup: plan ? (plan.at ? t("system.set.planned", { at: plan.at, n: plan.keep }) : t("system.set.none")) : "…",
    mail: channels ? channels.map(({ name }) => (name === "mail" ? t("system.channel.mail") : name)).join(t("common.comma")) || t("system.set.none") : "…",
    providers: count(providers?.length),
    hosts: count(hosts?.length),
    limits: limits ? sizeText(limits.file_bytes) : "…",
  };
  return (
    <div className="system-rail">
      <section>
        <h2>
          {t("system.disk")} <small>{t("system.disk.used", { n: Math.round((used / disk.all) * 100) })}</small>
        </h2>
        <div className="system-bar" aria-hidden="true">
          {parts.map((part) => (
            <i key={part} className={part} style={{ width: `${(bytes[part] / disk.all) * 100}%` }} />
          ))}
        </div>
        <KeyValues
          rows={[
            ...parts.map((part) => [t(`system.disk.${part}`), sizeText(bytes[part])] as const),
            [
              t("system.disk.free"),
              <b key="free">
                {sizeText(disk.free)} / {sizeText(disk.all)}
              </b>,
            ],
          ]}
        />
        <p className="quiet">{forecast(disk, t)}</p>
      </section>
      <section>
        <h2>{t("system.settings")}</h2>
        <ul className="system-settings">
          {sheets.map((name) => (
            <li key={name}>
              <button type="button" className="link-button" onClick={() => open(name)}>
                {t(`system.set.${name}`)}
              </button>
              <span>{values[name]}</span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
