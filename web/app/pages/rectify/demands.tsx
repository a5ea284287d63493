/* The demands as the office writes them before the notice; the duties without a record are proposed. */
import type { Case } from "../../api/cases.ts";
import { serverNow } from "../../api/server-time.ts";
import { isSame } from "../../fields/field.ts";
import { useAct } from "../../ui/act.ts";
import { useDraft, type Kept } from "../../ui/draft.ts";
import { Section } from "../../rooms/case/matter.tsx";
import { Table } from "../../ui/table.tsx";
import { useText } from "../../text/index.ts";
import { Fact, useNumbers } from "./fact.tsx";
import { SaveFault } from "./items.tsx";
import { useSaveRows, type Item, type Rectification } from "./rows.ts";

interface Typed extends Kept {
  items: Item[];
  before: Item[]; // as they stood when it was begun
}

const clean = (items: readonly Item[]): Item[] => items.filter(({ demand }) => demand.trim()).map((item, i) => ({ ...item, n: i + 1, demand: item.demand.trim() }));
const number = (need: unknown) => (need === null || need === undefined || need === "" ? "" : String(Number(need)));

export function DemandRows({ of, row }: { of: Case; row: Rectification }) {
  const t = useText();
  const numbers = useNumbers(of);
  const save = useSaveRows(row.id);
  const stored = row.items ?? [];
  const [draft, setDraft, clear] = useDraft<Typed | null>(`rectify.${row.id}.items`, null);
  const { busy, error, act } = useAct();
  const items = draft?.items ?? stored;
  const put = (next: Item[]) => setDraft({ items: next, before: draft?.before ?? stored, title: t("rectify.items.draft", { title: of.title }), to: `/rectify/${of.id}`, at_ms: serverNow() });
  const change = (at: number, values: Partial<Item>) => put(items.map((item, i) => (i === at ? { ...item, ...values } : item)));
  const choose = (at: number, indicator: string) => {
    const one = numbers.find((some) => some.indicator === indicator);
    change(at, { indicator: indicator || null, clause: one?.clause ?? null, need: one?.need === undefined ? null : String(one.need) });
  };
  const store = (next: Item[], before: Item[]) =>
    act(async () => {
      const rows = clean(next);
      await save("order", ({ items: now }) => clean(now ?? []), clean(before), rows, () => ({ items: rows }));
      clear();
    });
  const idle = numbers.filter(({ duty, count, indicator }) => duty && count === 0 && !items.some((item) => item.indicator === indicator));
  const propose = () => put([...items, ...idle.map(({ label, indicator, clause, need }) => ({ n: 0, demand: t("rectify.demand.duty", { duty: label }), indicator, clause, need: String(need) }))]);
  const changed = draft && !isSame(clean(items), clean(stored));
  return (
    <Section title={t("rectify.items")} facts={t("rectify.items.write")}>
      {error && <SaveFault error={error} />}
      {items.length > 0 && (
        <Table
          className="rectify-write"
          rows={items}
          keyOf={(_, i) => i}
          columns={[
            { head: "#", cell: (_, i) => i + 1 },
            { head: t("rectify.demand"), cell: (item, i) => <textarea className="input" rows={2} maxLength={300} aria-label={t("rectify.demand.of", { n: i + 1 })} value={item.demand} onChange={(event) => change(i, { demand: event.target.value })} /> },
            {
              head: t("rectify.number"),
              cell: (item, i) => (
                <select className="input" aria-label={t("rectify.number.of", { n: i + 1 })} value={item.indicator ?? ""} onChange={(event) => choose(i, event.target.value)}>
                  <option value="">{t("rectify.number.none")}</option>
                  {item.indicator && !numbers.some(({ indicator }) => indicator === item.indicator) && <option value={item.indicator}>{item.indicator}</option>}
                  {numbers.map(({ indicator, label, clause, duty }) => (
                    <option key={indicator} value={indicator}>
                      {duty ? `${clause} ${label}` : label}
                    </option>
                  ))}
                </select>
              ),
            },
            { head: t("rectify.need"), cell: (item, i) => <input className="input rectify-need" inputMode="decimal" aria-label={t("rectify.need.of", { n: i + 1 })} disabled={!item.indicator} value={number(item.need)} onChange={(event) => change(i, { need: event.target.value.replace(/[^\d.]/g, "") || null })} /> },
            { head: t("rectify.fact"), cell: (item) => <Fact pack={of.pack} party={of.party.credit_code} item={item} /> },
            {
              head: <span className="said">{t("fields.remove")}</span>,
              cell: (_, i) => (
                <button type="button" className="link-button" aria-label={t("rectify.remove", { n: i + 1 })} onClick={() => put(items.filter((_, k) => k !== i))}>
                  {t("fields.remove")}
                </button>
              ),
            },
          ]}
        />
      )}
      {items.length === 0 && <p className="quiet">{t("rectify.items.empty")}</p>}
      <p className="rectify-verbs">
        <button type="button" className="button" onClick={() => put([...items, { n: 0, demand: "" }])}>
          {t("rectify.add")}
        </button>
        {idle.length > 0 && (
          <button type="button" className="button" onClick={propose}>
            {t("rectify.propose", { n: idle.length })}
          </button>
        )}
        <button type="button" className={changed ? "button primary" : "button"} disabled={!changed || busy} onClick={() => void store(items, draft!.before)}>
          {t("rectify.save", { n: clean(items).length })}
        </button>
        <small role="status">{busy ? t("rectify.saving") : changed ? t("rectify.items.unsaved") : stored.length > 0 ? t("rectify.saved") : ""}</small>
      </p>
    </Section>
  );
}
