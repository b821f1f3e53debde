/** A scenario that cannot be read, or not be played; the message says where and what to do. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}

/** By key. */
export type Fields = Readonly<Record<string, Place | undefined>>;

/** A value in a scenario, and where it stands: `scenario.yml: images[0].health`. */
export class Place {
  readonly value: unknown;
  readonly #file: string;
  readonly #path: string;

  constructor(value: unknown, file: string, path = '') {
    this.value = value;
    this.#file = file;
    this.#path = path;
  }

  fail(message: string): never {
    throw new ScenarioError(`${this.#file}: ${this.#path === '' ? '' : `${this.#path}: `}${message}`);
  }

  /** The values by key; a key that is not known is an error. */
  fields(known: readonly string[]): Fields {
    const fields = this.#object(`an object with some of ${known.join(', ')}`);
    for (const key of Object.keys(fields)) {
      if (known.includes(key)) continue;
      const meant = known.find(name => areClose(name, key));
      fields[key]?.fail(`unknown. ${meant ? `Did you mean “${meant}”?` : `Take one of ${known.join(', ')}.`}`);
    }
    return fields;
  }

  /** One of its fields that must be there. */
  needed(fields: Fields, name: string): Place {
    return fields[name] ?? this.fail(`“${name}” is missing.`);
  }

  list(): readonly Place[] {
    if (!Array.isArray(this.value)) return this.#expected('a list');
    return this.value.map((value, at) => new Place(value, this.#file, `${this.#path}[${at}]`));
  }

  string(): string {
    return typeof this.value === 'string' && this.value !== '' ? this.value : this.#expected('a text');
  }

  strings(): readonly string[] {
    return this.list().map(item => item.string());
  }

  /** Numbers and the like count as texts here, as in labels. */
  stringMap(): Readonly<Record<string, string>> {
    const entries = Object.entries(this.#object('an object of texts'));
    return Object.fromEntries(
      entries.map(([key, { value }]) => [key, typeof value === 'object' ? this.#expected('texts') : String(value)]),
    );
  }

  object(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Object.entries(this.#object('an object')).map(([key, { value }]) => [key, value]));
  }

  boolean(): boolean {
    return typeof this.value === 'boolean' ? this.value : this.#expected('true or false');
  }

  integer(): number {
    return Number.isSafeInteger(this.value) ? Number(this.value) : this.#expected('a whole number');
  }

  /** `never` is endless. */
  milliseconds(): number {
    if (this.value === 'never' || this.value === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
    if (typeof this.value === 'number' && this.value >= 0) return this.value;
    return this.#expected('milliseconds, such as 2000, or “never”');
  }

  oneOf<T extends string>(words: readonly T[]): T {
    const found = words.find(word => word === this.value);
    return found ?? this.#expected(`one of ${words.join(', ')}`);
  }

  #object(wanted: string): Record<string, Place> {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) {
      return this.#expected(wanted);
    }
    const prefix = this.#path === '' ? '' : `${this.#path}.`;
    return Object.fromEntries(
      Object.entries(this.value).map(([key, value]) => [key, new Place(value, this.#file, prefix + key)]),
    );
  }

  #expected(wanted: string): never {
    return this.fail(`needs ${wanted}, not ${JSON.stringify(this.value) ?? 'nothing'}.`);
  }
}

/** Equal but for the case, hyphens, the order of the letters and one letter. */
function areClose(known: string, written: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_]/g, '');
  const sorted = (text: string): string => [...text].sort().join('');
  const [a, b] = [plain(known), plain(written)];
  if (sorted(a) === sorted(b)) return true;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const [restA, restB] = [a.slice(at), b.slice(at)];
  return restA.slice(1) === restB || restA === restB.slice(1) || restA.slice(1) === restB.slice(1);
}
