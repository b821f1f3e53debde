/** What a mapping holds, by key, in the order in which the keys came. */
export interface ReadonlyEntries<Value> extends Iterable<readonly [key: string, value: Value]> {
  readonly size: number;
  readonly keys: readonly string[];
  /** Each at the index of its key. */
  readonly values: readonly Value[];
  get(key: string): Value | undefined;
  has(key: string): boolean;
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

  /** Of two pairs with the same key the later value counts. */
  static of<Value>(pairs: Iterable<readonly [key: string, value: Value]>): Entries<Value> {
    const entries = new Entries<Value>();
    for (const [key, value] of pairs) entries.set(key, value);
    return entries;
  }

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

  /** Adds what others hold under other keys. */
  addMissing({ keys, values }: ReadonlyEntries<Value>): void {
    for (let index = 0; index < keys.length; index += 1) {
      const key = keys[index] as string;
      if (!this.has(key)) this.set(key, values[index] as Value);
    }
  }

  withValues(values: Value[]): ReadonlyEntries<Value> {
    return new Entries(this.keys, values, this.indexes);
  }

  copy(): Entries<Value> {
    return new Entries(this.keys.slice(), this.values.slice());
  }

  *[Symbol.iterator](): Iterator<readonly [key: string, value: Value]> {
    for (const [index, key] of this.keys.entries()) yield [key, this.values[index] as Value];
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
