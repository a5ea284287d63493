/* Filters of a search, as the API takes them and the address keeps them: NAME=VALUE; values parted by
 * commas are alternatives, != excludes. A value is as the API's facets give it, in quotation marks where
 * it must be: "A", "Lumus Ltd., IL". */

export interface Filter {
  name: string;
  not: boolean;
  values: string[];
}

/* Splits at commas outside quotation marks. */
export function readFilter(filter: string): Filter {
  const [, name = "", not = "", rest = ""] = /^([^=!]*)(!?)=([\s\S]*)$/.exec(filter) ?? [];
  const values = rest.match(/(?:"[^"]*"|[^,，"])+/g) ?? [];
  return { name, not: not === "!", values: values.map((value) => value.trim()) };
}

const writeFilter = ({ name, not, values }: Filter) => `${name}${not ? "!" : ""}=${values.join(",")}`;

/* A whole name as the value of a filter. */
export const quoted = (name: string) => `"${name.replace(/"/g, "")}"`;

/* A value for people. */
export const plain = (value: string) => value.replace(/^"(.*)"$/, "$1").replace("..", "–");

/* The values that are chosen of one name; ranges and exclusions have chips of their own. */
export function chosenValues(filters: readonly string[], name: string): string[] {
  return filters.map(readFilter).flatMap((filter) => (filter.name === name && !filter.not ? filter.values : []));
}

/* Adds a value, or takes it away; the values of one name are alternatives. */
export function toggleValue(filters: readonly string[], name: string, value: string): string[] {
  const read = filters.map(readFilter);
  const holder = read.find((filter) => filter.name === name && !filter.not && filter.values.includes(value));
  const open = holder ?? read.find((filter) => filter.name === name && !filter.not && !filter.values.some((one) => one.includes("..")));
  if (holder) holder.values = holder.values.filter((one) => one !== value);
  else if (open) open.values.push(value);
  else read.push({ name, not: false, values: [value] });
  return read.filter((filter) => filter.values.length > 0).map(writeFilter);
}

/* Replaces all filters of one name; without a value they are gone. */
export function setValue(filters: readonly string[], name: string, value: string | null): string[] {
  const others = filters.filter((filter) => readFilter(filter).name !== name);
  return value === null ? others : [...others, `${name}=${value}`];
}

export const withoutName = (filters: readonly string[], name: string) => filters.filter((filter) => readFilter(filter).name !== name);
