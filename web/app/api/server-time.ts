/* The server's time. What pages show or compare with dates of the store goes by it, for the clock of a browser may be
 * wrong. Every answer of the API tells it (client.ts); until the first one the browser's own clock stands in. */
let aheadMs = 0; // by which the server is ahead of the browser

/* Milliseconds since 1970. */
export const serverNow = (): number => Date.now() + aheadMs;

/* `date`: the header of an answer, in whole seconds; a smaller difference is the way of the answer. */
export function noteServerDate(date: string | null): void {
  const said = Date.parse(date ?? "");
  if (!Number.isNaN(said) && Math.abs(said - serverNow()) > 2000) aheadMs = said - Date.now();
}
