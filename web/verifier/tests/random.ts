/* Random choices that repeat themselves: SEED=… in the environment, printed by whoever uses it. */
export class Random {
    constructor(private state = Number(process.env.SEED ?? 20261120) >>> 0) {}

    /* Mulberry32: 32 bits a step. */
    next(): number {
        this.state = (this.state + 0x6d2b79f5) >>> 0;
        let t = this.state;
        t = Math.imul(t ^ (t >>> 15), t | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return (t ^ (t >>> 14)) >>> 0;
    }

    below(limit: number): number {
        return this.next() % limit;
    }

    one<T>(items: readonly T[]): T {
        return items[this.below(items.length)]!;
    }
}
