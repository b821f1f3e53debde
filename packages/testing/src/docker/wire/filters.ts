import { EngineError, NotModelledError } from '../../errors.ts';

/** Values by filter; a filter that was not sent is missing. */
export type Filters = ReadonlyMap<string, readonly string[]>;

export interface KnownFilters {
  readonly modelled: readonly string[];
  /** What the engine knows and the fake does not. */
  readonly others?: readonly string[];
  /** The engine does not look at what it does not know. */
  readonly isOpen?: boolean;
}

/** Reads `{"label":{"a=b":true}}` and the older `{"label":["a=b"]}`. */
export function parseFilters(
  text: string | undefined,
  { modelled, others = [], isOpen = false }: KnownFilters,
): Filters {
  const filters = new Map<string, readonly string[]>();
  if (!text) return filters;
  for (const [name, values] of Object.entries(parseObject(text))) {
    if (others.includes(name)) throw new NotModelledError(`the filter "${name}"`);
    if (!modelled.includes(name) && !isOpen) throw new EngineError(400, `invalid filter '${name}'`);
    filters.set(name, valuesOf(values));
  }
  return filters;
}

/** `true`, `1`, `false` or `0`; undefined if the filter was not sent. */
export function booleanFilter(filters: Filters, name: string): boolean | undefined {
  const values = filters.get(name);
  if (values === undefined) return undefined;
  if (values.some(value => ['1', 'true'].includes(value))) return true;
  if (values.some(value => ['0', 'false'].includes(value))) return false;
  throw new EngineError(400, `invalid filter '${name}=[${values.join(' ')}]'`);
}

/** Throws for a value that a filter cannot have; an empty reason is not told. */
export function checkValues(
  filters: Filters,
  name: string,
  reasonAgainst: (value: string) => string | undefined,
): void {
  for (const value of filters.get(name) ?? []) {
    const reason = reasonAgainst(value);
    if (reason === undefined) continue;
    throw new EngineError(400, `invalid filter '${name}=${value}'${reason === '' ? '' : `: ${reason}`}`);
  }
}

/** True if the filter was not sent or one of its values fits. */
export function passes(filters: Filters, name: string, fits: (value: string) => boolean): boolean {
  return filters.get(name)?.some(fits) ?? true;
}

/** All values must fit: `key` or `key=value`. */
export function hasLabels(filters: Filters, labels: Readonly<Record<string, string>> | null): boolean {
  return (filters.get('label') ?? []).every(wanted => {
    const equals = wanted.indexOf('=');
    if (equals === -1) return labels !== null && wanted in labels;
    return labels?.[wanted.slice(0, equals)] === wanted.slice(equals + 1);
  });
}

/** A regular expression anywhere in the name, or a part of it. */
export function fitsName(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern).test(name);
  } catch {
    return name.includes(pattern);
  }
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Answered below like every other text that is no filter.
  }
  throw new EngineError(400, 'invalid filter');
}

function valuesOf(values: unknown): string[] {
  if (Array.isArray(values)) return values.map(String);
  return typeof values === 'object' && values !== null ? Object.keys(values) : [];
}
