/* Units, people and the roles they hold, for the pages of administrators. */
import { queryOptions } from "@tanstack/react-query";
import { api, take, type Schemas } from "../../api/client.ts";
import { queries } from "../../api/query.ts";
import { useSession } from "../../api/session.ts";

export type Unit = Schemas["UnitOfPeople"];
export type Person = Schemas["AccountOfUnit"];
export type Held = Schemas["RoleHeld"];
export type Role = Schemas["Role"];

const PAGES = 20; // of 500: more units are found by search alone

/* All pages of a list, and how many rows there are. */
async function whole<T>(read: (page: number) => Promise<{ items: T[]; total: number; next: number | null }>): Promise<{ items: T[]; total: number }> {
  const items: T[] = [];
  let total = 0;
  for (let page: number | null = 1; page && page <= PAGES; ) {
    const got: { items: T[]; total: number; next: number | null } = await read(page);
    items.push(...got.items);
    total = got.total;
    page = got.next;
  }
  return { items, total };
}

export const unitsOf = (q = "") =>
  queryOptions({
    queryKey: ["roster", "units", q],
    queryFn: () => whole((page) => take(api.GET("/api/v1/units", { params: { query: { page, ...(q ? { q } : {}) } } }))),
  });

export const peopleOf = (query: { unit?: number; role?: string; silent?: boolean; q?: string }) =>
  queryOptions({ queryKey: ["roster", "people", query], queryFn: () => whole((page) => take(api.GET("/api/v1/accounts", { params: { query: { ...query, page } } }))) });

export const grantsOf = (query: { unit?: number; account?: number; role?: string; ended?: boolean }) =>
  queryOptions({ queryKey: ["roster", "grants", query], queryFn: () => whole((page) => take(api.GET("/api/v1/grants", { params: { query: { ...query, page } } }))) });

export const actsOf = (account: number) =>
  queryOptions({ queryKey: ["roster", "acts", account], queryFn: async () => (await take(api.GET("/api/v1/account-acts", { params: { query: { account, limit: 5 } } }))).items });

export const rolesOf = (language: string) => queryOptions({ queryKey: ["roles", language], queryFn: async () => (await take(api.GET("/api/v1/roles"))).items, staleTime: Infinity });

export const accessOf = (language: string) =>
  queryOptions({ queryKey: ["types", "access", language], queryFn: async () => (await take(api.GET("/api/v1/types", { params: { query: { access: true } } }))).items, staleTime: Infinity });

/* Whose name was erased by law (src/access/erase.c). */
export const isErased = (name: string | undefined) => !name || /^erased\.\d+$/.test(name);

export const rereadRoster = () => Promise.all(["roster", "todo", "session"].map((key) => queries.invalidateQueries({ queryKey: [key] })));

export const isOffice = ({ kind }: Pick<Unit, "kind">) => kind.endsWith("_office") || kind === "province_ip_centre";

/* What the reader may do with people, by his own roles. */
export function useMay() {
  const { roles, unit, account } = useSession();
  const has = (role: string) => roles.some((one) => one.role === role && !one.on_behalf_of);
  const security = has("security_administrator");
  const system = has("system_administrator");
  const manager = has("centre_manager");
  return {
    account,
    security,
    system,
    manager,
    audits: has("audit_administrator"),
    own: unit,
    everywhere: security || system || has("audit_administrator"),
    manages: (of: number) => security || system || (manager && of === unit),
    /* `role` is asked for or given by him in this unit. */
    gives: (role: Role, of: number) => security || system || (manager && of === unit && role.granted_by === "centre_manager"),
  };
}

export const fits = (role: Role, kind: string) => role.role !== "public" && (role.units.includes(kind) || role.administrator);

/* The roles that keep somebody from holding another: one of three administrators holds no other role. */
export const conflictOf = (role: Role | undefined, held: readonly Held[], all: readonly Role[]): Held | undefined =>
  held.find((one) => one.state !== "ended" && one.role !== role?.role && (role?.administrator || all.some((other) => other.role === one.role && other.administrator)));
