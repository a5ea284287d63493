/* The value that one of two persons gives to the draw of a panel (docs: src/panel/README). It is made in this
 * browser, kept in it alone by account, panel and round, committed to by its SHA-256 first and revealed after.
 * Nobody types or sees it. */

export interface Keeper {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
}
export type ValueFault = "lost" | "plain";

/* Why there is no value: a text of the catalogue is `draw.` and this. */
export class NoValue extends Error {
  readonly fault: ValueFault;

  constructor(fault: ValueFault) {
    super(fault);
    this.fault = fault;
  }
}

export const keptAs = (account: number | string, panel: number, round: number) => `draw ${account} ${panel} ${round}`;

const hexOf = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/* The commitment to the value, which is kept before it is sent: asked for again it is the same, for the first
 * request may have arrived. */
export async function commitmentFor(name: string, keeper: Keeper): Promise<string> {
  if (!globalThis.crypto?.subtle) throw new NoValue("plain");
  const kept = keeper.getItem(name);
  const value = kept ? bytesOf(kept) : crypto.getRandomValues(new Uint8Array(32));
  keeper.setItem(name, hexOf(value));
  return hexOf(new Uint8Array(await crypto.subtle.digest("SHA-256", value)));
}

/* It stays kept: what was revealed is no secret any more, and a reveal that came too early is repeated. */
export function valueFor(name: string, keeper: Keeper): string {
  const value = keeper.getItem(name);
  if (!value) throw new NoValue("lost");
  return value;
}
