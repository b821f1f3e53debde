/** Chances that the same seed gives again, in the same order. */
export interface Chances {
  /** From 0 to below the limit. */
  below(limit: number): number;
  one<T>(of: readonly T[]): T;
}

/** Mulberry32, a generator with 32 bits of state. */
export function createChances(seed: number): Chances {
  let state = Math.imul(seed, 0x9e3779b1) | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    one: of => {
      const found = of[below(of.length)];
      if (found === undefined) throw new RangeError('There is nothing to choose from.');
      return found;
    },
  };
}
