/** Keys that are looked through one by one; when there are more, they are looked up. */
const maxUnindexed = 24;
/** Longer ones are not remembered. */
const maxRemembered = 100;

/**
 * The keys of a mapping, in the order in which they came. Mappings that have the same ones share them.
 *
 * The services of a project are much alike: what is found out about the keys of one holds for all that share them.
 */
export class Keys {
  /** Whether several mappings have them, so that it is worth while to remember what is found out. */
  recur: boolean;
  private readonly list: string[];
  private indexes: Map<string, number> | undefined;
  private longer: Map<string, Keys> | undefined;
  private answers: readonly Answer[] = none;
  private isLasting = false;

  /** Those that the code itself writes: as they outlive every project, they do not remember what is added to them. */
  static of(...keys: string[]): Keys {
    const lasting = new Keys(keys, true);
    lasting.isLasting = true;
    return lasting;
  }

  constructor(list: string[] = [], recur = false) {
    this.list = list;
    this.recur = recur;
  }

  get names(): readonly string[] {
    return this.list;
  }

  /** Of the first one that is the same; -1 if none is. */
  indexOf(key: string): number {
    if (this.indexes === undefined) {
      if (this.list.length <= maxUnindexed && !this.recur) return this.list.indexOf(key);
      this.indexes = indexesOf(this.list);
    }
    return this.indexes.get(key) ?? -1;
  }

  /** The index of the first key that stands before, too. */
  repeatedIndex(): number | undefined {
    for (let index = 1; index < this.list.length; index += 1) {
      if (this.indexOf(this.list[index] as string) < index) return index;
    }
    return undefined;
  }

  /** With one more, which is none of them. */
  with(key: string): Keys {
    const known = this.longer?.get(key);
    if (known !== undefined) return known;
    const isFew = this.list.length < maxRemembered && (this.longer?.size ?? 0) < maxRemembered;
    const isRemembered = this.recur && isFew && !this.isLasting;
    const keys = new Keys([...this.list, key], isRemembered);
    if (!isRemembered) return keys;
    this.longer ??= new Map();
    this.longer.set(key, keys);
    return keys;
  }

  /** With more, none of which is one of them. */
  withAll(keys: readonly string[]): Keys {
    const isRemembered = this.recur && this.list.length + keys.length <= maxRemembered;
    return isRemembered ? keys.reduce((all: Keys, key) => all.with(key), this) : new Keys(this.list.concat(keys));
  }

  /** Adds one that is none of them, for their only owner. */
  add(key: string): void {
    this.indexes?.set(key, this.list.length);
    this.list.push(key);
  }

  /** What a finder makes of them; it is asked once if they recur. */
  ask<Found>(finder: Finder<Found>): Found {
    if (!this.recur) return finder.find(this.list);
    // Few ask: looking through them takes less time than looking one up.
    for (const answer of this.answers) if (answer.finder === finder) return answer.found as Found;
    const found = finder.find(this.list);
    this.answers = [...this.answers, { finder, found }];
    return found;
  }
}

/** Finds out something that depends on keys and nothing else. */
export interface Finder<Found> {
  find(keys: readonly string[]): Found;
}

interface Answer {
  readonly finder: Finder<unknown>;
  readonly found: unknown;
}

const none: readonly Answer[] = [];

function indexesOf(keys: readonly string[]): Map<string, number> {
  const indexes = new Map<string, number>();
  for (const [index, key] of keys.entries()) if (!indexes.has(key)) indexes.set(key, index);
  return indexes;
}
