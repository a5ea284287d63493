/* The draw of a panel, done again from what is published (src/panel/README says it byte by byte). */
interface Draw {
  frozen: string;
  digest: string;
  commitments: readonly { part: number; commitment: string; value?: string }[];
  head_root?: string;
  seed?: string;
}

interface Frozen {
  conflicts: { expert: number }[];
  left_out: { expert: number }[];
  fields: { field: string; seats: number }[];
  pool: { expert: number; fields: string[] }[];
}

const sha256 = async (bytes: Uint8Array<ArrayBuffer>) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const utf8 = (text: string) => new TextEncoder().encode(text);
const ofHex = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const toHex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

/* Whole numbers of 64 bits of a seed and field. */
async function* words(seed: Uint8Array, field: string): AsyncGenerator<bigint> {
  for (let n = 0n; ; n++) {
    const count = new Uint8Array(8);
    new DataView(count.buffer).setBigUint64(0, n);
    const block = new DataView((await sha256(joined(utf8("zhiyun-draw/1\n"), seed, utf8(`${field}\n`), count))).buffer);
    for (let at = 0; at < 32; at += 8) yield block.getBigUint64(at);
  }
}

async function permuted(items: readonly number[], seed: Uint8Array, field: string): Promise<number[]> {
  const order = [...items];
  const stream = words(seed, field);
  const whole = 1n << 64n;
  const below = async (m: bigint): Promise<number> => {
    for (;;) {
      const word = (await stream.next()).value as bigint;
      if (word < whole - (whole % m)) return Number(word % m);
    }
  };
  for (let i = order.length; i >= 2; i--) {
    const j = await below(BigInt(i));
    [order[i - 1], order[j]] = [order[j]!, order[i - 1]!];
  }
  return order;
}

/* The order of experts that each field comes to. Throws where what is published does not fit together. */
export async function ordersOf(draw: Draw): Promise<Map<string, number[]>> {
  const values = [...draw.commitments].sort((a, b) => a.part - b.part);
  if (toHex(await sha256(utf8(draw.frozen))) !== draw.digest) throw new Error(draw.digest);
  for (const { value, commitment } of values) if (toHex(await sha256(ofHex(value ?? ""))) !== commitment) throw new Error(commitment);
  const seed = await sha256(joined(...values.map(({ value }) => ofHex(value ?? "")), ofHex(draw.head_root ?? "")));
  if (toHex(seed) !== draw.seed) throw new Error(draw.seed);
  const { conflicts, left_out, fields, pool } = JSON.parse(draw.frozen) as Frozen;
  const out = new Set([...conflicts, ...left_out].map(({ expert }) => expert));
  const orders = new Map<string, number[]>();
  for (const { field } of fields) {
    const eligible = pool.filter((one) => one.fields.includes(field) && !out.has(one.expert)).map(({ expert }) => expert);
    orders.set(field, await permuted(eligible.sort((a, b) => a - b), seed, field));
  }
  return orders;
}
