import { Keys } from './keys.ts';

/** What a mapping holds, by key, in the order in which the keys came. */
export interface ReadonlyEntries<Value> extends Iterable<readonly [key: string, value: Value]> {
  readonly size: number;
  /** None twice. */
  readonly keys: Keys;
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

/** A map of few keys, which is walked and copied more often than asked: a `Map` makes a pair of each on the way. */
export class Entries<Value> implements ReadonlyEntries<Value> {
  readonly values: Value[];
  private shared: Keys;
  /** Whether nobody else has its keys. */
  private isOwner: boolean;

  /** Of two values with the same key the later one counts. */
  static of<Value>(keys: string[], values: Value[]): Entries<Value> {
    const all = new Keys(keys);
    if (all.repeatedIndex() === undefined) return new Entries(all, values);
    const entries = new Entries<Value>();
    for (const [index, key] of keys.entries()) entries.set(key, values[index] as Value);
    return entries;
  }

  /** @param keys  none twice; by default it has none */
  constructor(keys?: Keys, values: Value[] = []) {
    this.shared = keys ?? new Keys();
    this.values = values;
    this.isOwner = keys === undefined;
  }

  get keys(): Keys {
    return this.shared;
  }

  get size(): number {
    return this.values.length;
  }

  get(key: string): Value | undefined {
    const index = this.shared.indexOf(key);
    return index < 0 ? undefined : this.values[index];
  }

  has(key: string): boolean {
    return this.shared.indexOf(key) >= 0;
  }

  set(key: string, value: Value): this {
    const index = this.shared.indexOf(key);
    if (index >= 0) {
      this.values[index] = value;
      return this;
    }
    if (this.isOwner) {
      this.shared.add(key);
    } else {
      this.shared = this.shared.with(key);
      this.isOwner = !this.shared.recur;
    }
    this.values.push(value);
    return this;
  }

  /** With what others hold under other keys. */
  withMissing(others: ReadonlyEntries<Value>): Entries<Value> {
    const missing = others.keys.names.filter(key => !this.has(key));
    const values = missing.length === others.size ? others.values : missing.map(key => others.get(key) as Value);
    return new Entries(this.shared.withAll(missing), this.values.concat(values));
  }

  with(key: string, value: Value): ReadonlyEntries<Value> {
    return this.copy().set(key, value);
  }

  withValues(values: Value[]): Entries<Value> {
    this.isOwner = false;
    return new Entries(this.shared, values);
  }

  copy(): Entries<Value> {
    return this.withValues(this.values.slice());
  }

  [Symbol.iterator](): Iterator<readonly [key: string, value: Value]> {
    return this.shared.names.map((key, index) => [key, this.values[index] as Value] as const).values();
  }
}
