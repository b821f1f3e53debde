/** What a mapping holds, by key, in the order in which the keys came. */
export interface ReadonlyEntries<Value> extends Iterable<readonly [key: string, value: Value]> {
  readonly size: number;
  readonly keys: readonly string[];
  /** Each at the index of its key. */
  readonly values: readonly Value[];
  get(key: string): Value | undefined;
  has(key: string): boolean;
  /** The same with one value set. */
  with(key: string, value: Value): ReadonlyEntries<Value>;
  /** The same keys with other values. */
  withValues(values: Value[]): ReadonlyEntries<Value>;
  /** To be changed. */
  copy(): Entries<Value>;
}

/** Keys that are looked through one by one; when there are more, they are looked up. */
const maxUnindexed = 24;

/** A map of few keys, which is walked and copied more often than asked: a `Map` makes a pair of each on the way. */
export class Entries<Value> implements ReadonlyEntries<Value> {
  readonly keys: string[];
  readonly values: Value[];
  private indexes: Map<string, number> | undefined;

  /** Of two values with the same key the later one counts. */
  static of<Value>(keys: string[], values: Value[]): Entries<Value> {
    const all = new Entries(keys, values);
    if (all.repeatedIndex() === undefined) return all;
    const entries = new Entries<Value>();
    for (const [key, value] of all) entries.set(key, value);
    return entries;
  }

  /** What is not `undefined` of some values. */
  static given<Value>(some: Readonly<Record<string, Value | undefined>>): Entries<Value> {
    // Both lists are as long as they need to be: one that is filled item by item has room for many more.
    const keys = Object.keys(some);
    const values = Object.values(some);
    let kept = 0;
    for (let index = 0; index < keys.length; index += 1) {
      if (values[index] === undefined) continue;
      keys[kept] = keys[index] as string;
      values[kept] = values[index];
      kept += 1;
    }
    keys.length = kept;
    values.length = kept;
    return new Entries(keys, values as Value[]);
  }

  /** @param keys  none twice */
  constructor(keys: string[] = [], values: Value[] = [], indexes?: Map<string, number>) {
    this.keys = keys;
    this.values = values;
    this.indexes = indexes;
  }

  get size(): number {
    return this.keys.length;
  }

  get(key: string): Value | undefined {
    const index = this.indexOf(key);
    return index < 0 ? undefined : this.values[index];
  }

  has(key: string): boolean {
    return this.indexOf(key) >= 0;
  }

  set(key: string, value: Value): this {
    const index = this.indexOf(key);
    if (index >= 0) {
      this.values[index] = value;
    } else {
      this.indexes?.set(key, this.keys.length);
      this.keys.push(key);
      this.values.push(value);
    }
    return this;
  }

  /** The index of the first key that stands before, too, as only what the constructor is given can hold one. */
  repeatedIndex(): number | undefined {
    for (let index = 1; index < this.keys.length; index += 1) {
      if (this.indexOf(this.keys[index] as string) < index) return index;
    }
    return undefined;
  }

  /** With what others hold under other keys. */
  withMissing(others: ReadonlyEntries<Value>): Entries<Value> {
    const keys = others.keys.filter(key => !this.has(key));
    return new Entries(this.keys.concat(keys), this.values.concat(keys.map(key => others.get(key) as Value)));
  }

  with(key: string, value: Value): ReadonlyEntries<Value> {
    const index = this.indexOf(key);
    if (index < 0) return this.copy().set(key, value);
    const values = this.values.slice();
    values[index] = value;
    return this.withValues(values);
  }

  withValues(values: Value[]): ReadonlyEntries<Value> {
    return new Entries(this.keys, values, this.indexes);
  }

  copy(): Entries<Value> {
    return new Entries(this.keys.slice(), this.values.slice());
  }

  [Symbol.iterator](): Iterator<readonly [key: string, value: Value]> {
    return this.keys.map((key, index) => [key, this.values[index] as Value] as const).values();
  }

  private indexOf(key: string): number {
    if (this.keys.length <= maxUnindexed) return this.keys.indexOf(key);
    this.indexes ??= indexesOf(this.keys);
    return this.indexes.get(key) ?? -1;
  }
}

function indexesOf(keys: readonly string[]): Map<string, number> {
  const indexes = new Map<string, number>();
  for (const [index, key] of keys.entries()) if (!indexes.has(key)) indexes.set(key, index);
  return indexes;
}
