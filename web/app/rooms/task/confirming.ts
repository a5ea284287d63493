/* What the second person of a proposal within an office sends. */
import { api, base, take } from "../../api/client.ts";
import { manyOf } from "../../fields/field.ts";
import type { Row } from "./todo.ts";

/* Where a one-time link signs in. */
export const addressOf = (link: string) => `${base}/w/login#link=${link}`;

/* What the answer gives to be handed on: a one-time link, and how long it counts. */
interface Handed {
  link?: string;
  hours?: number;
  [name: string]: unknown;
}

/* What the second person sends: the request that the first sent. Where it holds a secret, he has to send it himself. */
export function requestOf({ type, change = "", arguments: said, id, reason = "" }: Row): (() => Promise<Handed>) | undefined {
  const [what, ...rest] = change.split(" ");
  const name = rest.join(" ");
  const asked: Record<string, unknown> = said ?? {};
  const text = (key: string) => String(asked[key] ?? "");
  if (type === "pack" && what === "activate") return () => take(api.POST("/api/v1/packs/{id}/actions/activate", { params: { path: { id: name } }, body: { digest: text("digest") } }));
  if (type === "pack" && what === "read")
    return () => take(api.POST("/api/v1/packs/{id}/actions/read", { params: { path: { id: rest[0]! } }, body: { digest: text("digest"), ambiguity: rest[1]!, reading: text("reading") } }));
  if (type === "pack" && what === "amend")
    return () => take(api.POST("/api/v1/packs/{id}/actions/amend", { params: { path: { id: name } }, body: { digest: text("digest"), decisions: manyOf<{ id: number }>(asked.decisions).map((one) => one.id) } }));
  if (type === "panel_sheet") return () => take(api.POST("/api/v1/panels/{id}/sheets/{sheet}/actions/reopen", { params: { path: { id: Number(asked.panel), sheet: id } }, body: {} }));
  if (type === "grant") return () => take(api.POST("/api/v1/grants", { body: { account: Number(asked.account), role: text("role"), ...(asked.from ? { from: text("from") } : {}), ...(asked.to ? { to: text("to") } : {}), reason } }));
  if (type === "erasure" && name === "account") return () => take(api.POST("/api/v1/accounts/{id}/erase", { params: { path: { id } }, body: { ground: text("ground"), basis: text("basis"), reason } }));
  if (type === "setting" && what!.startsWith("access.")) return () => take(api.PUT("/api/v1/settings", { body: { name: what!.slice("access.".length), value: text("to"), reason } }));
  if (type === "setting" && what === "sign_in_link") return () => take(api.POST("/api/v1/accounts/{id}/link", { params: { path: { id: Number(name) } }, body: { reason } }));
  const [, host, port] = /^(.*):(\d+)$/.exec(name) ?? [];
  if (type === "setting" && what === "outward_host" && host)
    return text("action") === "forbid"
      ? () => take(api.DELETE("/api/v1/outward-hosts", { params: { query: { host, port: Number(port), reason } } }))
      : () => take(api.PUT("/api/v1/outward-hosts", { body: { host, port: Number(port), inside: text("to") === "inside", reason } }));
  return undefined;
}
