/* What narrows a search, each with a button that takes it away. */
import { useText, type Key, type Translate } from "../../text/index.ts";
import { Data } from "../../ui/data.tsx";
import { Icon } from "../../ui/icons.tsx";
import { plain, readFilter } from "./filters.ts";
import "./filter-chips.css";

const names = [
  "year", "date", "published", "applied", "granted", "status", "office", "applicant", "standard_applicant", "assignee", "inventor", "agency", "country", "region", "city", "ipc", "cpc", "locarno", "type", "kind", "number", "family", "sei", "wipo35", "topic",
] as const;
const states = ["active", "pending", "inactive", "unknown"] as const;
const types = ["invention", "utility", "design", "plant", "other", "unknown"] as const;

/* A value whose facet has not been read yet. */
function ownWord(name: string, value: string, t: Translate): string {
  const state = states.find((one) => one === value);
  const type = types.find((one) => one === value);
  if (name === "status" && state) return t(`patent.status.${state}`);
  return name === "type" && type ? t(`patent.type.${type}`) : plain(value);
}

/* A filter in words: "受理局：中国 或 美国". */
export function filterWords(filter: string, labels: ReadonlyMap<string, string>, t: Translate): string {
  const { name, not, values } = readFilter(filter);
  const known = names.find((one) => one === name);
  const value = values.map((one) => labels.get(`${name}=${one}`) ?? ownWord(name, one, t)).join(t("search.filter.or"));
  const key: Key = not ? "search.filter.not" : "search.filter.is";
  return t(key, { name: known ? t(`search.name.${known}`) : name, value });
}

interface Props {
  filters: readonly string[];
  labels: ReadonlyMap<string, string>;
  change: (filters: string[]) => void;
}

export function FilterChips({ filters, labels, change }: Props) {
  const t = useText();
  if (filters.length === 0) return null;
  return (
    <div className="chips">
      <span className="quiet">{t("search.narrowed")}</span>
      <ul>
        {filters.map((filter, i) => {
          const name = filterWords(filter, labels, t);
          return (
            <li key={filter}>
              <button type="button" className="chip" title={t("search.filter.remove", { name })} onClick={() => change(filters.filter((_, k) => k !== i))}>
                <Data text={name} />
                <Icon name="close" />
                <span className="said">{t("search.filter.remove", { name: "" })}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {filters.length > 1 && (
        <button type="button" className="text-button" onClick={() => change([])}>
          {t("search.filter.clear")}
        </button>
      )}
    </div>
  );
}
