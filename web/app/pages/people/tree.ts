/* The tree of units: offices with what lies in their area, then experts, banks and the offices that watch money. */
import { isOffice, type Unit } from "../../rooms/people/roster.ts";

export interface Node {
  key: string;
  unit?: Unit; // absent: a group that is no unit
  group?: "experts" | "banks" | "watch";
  children: Unit[];
  people: number;
}

const watches = (unit: Unit) => unit.kind === "audit_office" || unit.kind === "finance_office";
const sum = (units: readonly Unit[]) => units.reduce((n, { people = 0 }) => n + people, 0);

/* `first`: the province that comes first, two digits. */
export function treeOf(units: readonly Unit[], first = ""): Node[] {
  const offices = units.filter((unit) => isOffice(unit) && !watches(unit) && unit.kind !== "province_ip_centre");
  const others = units.filter((unit) => !offices.includes(unit) && !watches(unit) && unit.kind !== "bank" && unit.kind !== "expert_pool");
  const taken = new Set<number>();
  const under = (office: Unit, digits: number) =>
    others.filter((unit) => {
      const mine = !taken.has(unit.id) && (unit.parent === office.id || unit.region.slice(0, digits) === office.region.slice(0, digits));
      if (mine) taken.add(unit.id);
      return mine;
    });
  const cities = new Map(offices.filter(({ kind }) => kind === "city_office").map((office) => [office.id, under(office, 4)]));
  // What lies in no city that has an office is its province's.
  const provinces = new Map(offices.filter(({ kind }) => kind !== "city_office").map((office) => [office.id, under(office, 2)]));
  const place = ({ region, kind }: Unit) => `${region.startsWith(first) ? 0 : 1}${region.slice(0, 2)}${kind === "city_office" ? 1 : 0}`;
  const nodes: Node[] = [...offices]
    .sort((a, b) => place(a).localeCompare(place(b)))
    .map((unit) => {
      const children = cities.get(unit.id) ?? provinces.get(unit.id) ?? [];
      return { key: `u${unit.id}`, unit, children, people: unit.people ?? 0 };
    });
  const group = (name: NonNullable<Node["group"]>, of: Unit[]): Node[] => (of.length ? [{ key: name, group: name, children: of, people: sum(of) }] : []);
  const left = others.filter(({ id }) => !taken.has(id));
  return [
    ...nodes,
    ...left.map((unit): Node => ({ key: `u${unit.id}`, unit, children: [], people: unit.people ?? 0 })),
    ...group("experts", units.filter(({ kind }) => kind === "expert_pool")),
    ...group("banks", units.filter(({ kind }) => kind === "bank")),
    ...group("watch", units.filter(watches)),
  ];
}

/* The names that share most pairs of characters with what was looked for. */
export function nearest(units: readonly Unit[], words: string): Unit[] {
  const pairs = (text: string) => new Set([...text].map((one, i, all) => one + (all[i + 1] ?? "")).concat([...text]));
  const asked = pairs(words.trim());
  const score = (unit: Unit) => [...pairs(unit.name)].filter((pair) => asked.has(pair)).length;
  return units
    .map((unit) => ({ unit, score: score(unit) }))
    .filter((one) => one.score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, 3)
    .map(({ unit }) => unit);
}
