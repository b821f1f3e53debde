import { Entries } from './entries.ts';
import { Keys } from './keys.ts';

/** Mappings that have some of a few keys, always in the same order; those with the same ones share them. */
export class Layout {
  private readonly names: readonly string[];
  /** By the bits of those that are there. */
  private readonly chosen = new Map<number, Keys>();

  /** @param names  at most 30 */
  constructor(...names: readonly string[]) {
    this.names = names;
  }

  /** @param values  in the order of the names; what is `undefined` is left out */
  entries<Value>(...values: (Value | undefined)[]): Entries<Value> {
    let [bits, given] = [0, 0];
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index];
      if (value === undefined) continue;
      bits |= 1 << index;
      values[given] = value;
      given += 1;
    }
    values.length = given;
    return new Entries(this.keysOf(bits), values as Value[]);
  }

  private keysOf(bits: number): Keys {
    let keys = this.chosen.get(bits);
    if (keys === undefined) {
      keys = Keys.of(...this.names.filter((_, index) => (bits & (1 << index)) !== 0));
      this.chosen.set(bits, keys);
    }
    return keys;
  }
}
