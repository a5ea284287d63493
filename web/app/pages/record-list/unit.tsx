/* The name of an organisation or office, by its number; whose a published record of others is need not be told. */
import { useQuery } from "@tanstack/react-query";
import { listOf, typesOf } from "../../api/records.ts";
import { useSession } from "../../api/session.ts";
import { Data } from "../../ui/data.tsx";
import { useLanguage, useText } from "../../text/index.ts";

function useName(type: string, id: number, enabled: boolean) {
  const types = useQuery(typesOf(useLanguage()));
  const may = types.data?.items.find(({ name }) => name === type)?.may.includes("read") ?? false;
  const read = useQuery({ ...listOf(type, { filter: `id=${id}`, fields: "name", ended: true }), enabled: enabled && may, staleTime: 300_000 });
  return { name: read.data?.items.find((one) => one.id === id)?.name, waits: types.isPending || read.isLoading || read.isPlaceholderData };
}

export function UnitName({ id }: { id: unknown }) {
  const t = useText();
  const { unit, unit_name: own } = useSession();
  const of = Number(id);
  const known = of > 0 && of !== unit;
  const party = useName("party", of, known);
  const office = useName("office", of, known && party.name === undefined);
  const name = of === unit ? own : (party.name ?? office.name);
  if (id === undefined) return <span className="not-given">{t("records.unit.other")}</span>;
  return typeof name === "string" ? <Data text={name} /> : party.waits || office.waits ? null : <span className="not-given">{t("records.noRight")}</span>;
}
