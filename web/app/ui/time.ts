/* Times as people in China read them: always Beijing time, whatever the browser's zone. A value is
 * milliseconds since 1970, an ISO 8601 text with Z or an offset, or a plain date, which stays as it is. */
const BEIJING_MS = 8 * 3600_000;

export type Moment = number | string;

/* "2026-11-20T09:42:05.000Z" of a clock in Beijing. */
function beijing(at: Moment): string {
  const ms = typeof at === "number" ? at : Date.parse(at);
  return Number.isNaN(ms) ? "" : new Date(ms + BEIJING_MS).toISOString();
}

const isDate = (at: Moment): at is string => typeof at === "string" && /^\d{4}-\d{2}-\d{2}$/.test(at);

/* 2026-11-20 */
export const day = (at: Moment) => (isDate(at) ? at : beijing(at).slice(0, 10));

/* 2026-11-20 09:42 */
export const minute = (at: Moment) => (isDate(at) ? at : beijing(at).slice(0, 16).replace("T", " "));

/* 09:42 */
export const clock = (at: Moment) => beijing(at).slice(11, 16);

/* 0 is Sunday. */
export const weekday = (at: Moment) => new Date(`${day(at)}T00:00:00Z`).getUTCDay();

/* A date some days later, earlier where they are negative. */
export const daysAfter = (date: string, days: number) => new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);

/* Days from one date to another; negative when `to` is the earlier. */
export const daysBetween = (from: Moment, to: Moment) => Math.round((Date.parse(day(to)) - Date.parse(day(from))) / 86_400_000);
