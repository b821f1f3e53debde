import { GopdaterError } from '../errors.ts';

/** More than any sender puts into one list; each of them takes its time. */
const maxEntries = 1_000;

/** Reads what a delivery says, field by field, and names the one that is wrong. */
export interface Fields {
  /** A text, maybe empty. @throws GopdaterError `DELIVERY_INVALID` */
  text(path: string): string;
  /** A text that says something; `undefined` when it is missing, empty or `null`. Anything else throws. */
  optional(path: string): string | undefined;
  /** The entries of a list, each to be read in turn; none when it is missing or `null`. Anything else throws. */
  list(path: string): readonly Fields[];
  /** As it came. */
  value(path: string): unknown;
  /** What is below this path. */
  at(path: string): Fields;
  /** What to throw when what was read makes no sense. */
  malformed(field: string, wanted: string, cause?: unknown): GopdaterError;
}

/** @param sender  its name in a sentence, e.g. `Docker Hub` */
export function fieldsOf(sender: string, body: unknown, base = ''): Fields {
  const nameOf = (path: string) => [base, path].filter(Boolean).join('.') || 'the body';
  const malformed = (field: string, wanted: string, cause?: unknown) =>
    new GopdaterError('DELIVERY_INVALID', `Not a delivery of ${sender}: ${field} is not ${wanted}.`, {
      hint: `Send what ${sender} sends: docs/webhooks.md says which fields are read.`,
      cause,
    });
  const value = (path: string): unknown => {
    let found = body;
    const keys = path === '' ? [] : path.split('.');
    for (const [depth, key] of keys.entries()) {
      // What is missing inside has no fields; a body that is nothing is no delivery.
      if ((found ?? '') === '' && (depth > 0 || base !== '')) return undefined;
      if (typeof found !== 'object' || found === null || Array.isArray(found)) {
        throw malformed(nameOf(keys.slice(0, depth).join('.')), 'an object');
      }
      found = Object.hasOwn(found, key) ? Reflect.get(found, key) : undefined;
    }
    return found;
  };
  const parentOf = (path: string) => path.split('.').slice(0, -1).join('.');
  return {
    value,
    malformed: (field, wanted, cause) => malformed(nameOf(field), wanted, cause),
    text(path) {
      const found = value(path);
      if (typeof found === 'string') return found;
      const parent = value(parentOf(path));
      const isObject = typeof parent === 'object' && parent !== null && !Array.isArray(parent);
      throw isObject ? malformed(nameOf(path), 'a string') : malformed(nameOf(parentOf(path)), 'an object');
    },
    optional(path) {
      const found = value(path) ?? '';
      if (typeof found !== 'string') throw malformed(nameOf(path), 'a string');
      return found === '' ? undefined : found;
    },
    list(path) {
      const found = value(path) ?? [];
      if (!Array.isArray(found)) throw malformed(nameOf(path), 'a list');
      if (found.length > maxEntries) throw malformed(nameOf(path), `a list of at most ${maxEntries} entries`);
      return found.map((entry, index) => fieldsOf(sender, entry, `${nameOf(path)}[${index}]`));
    },
    at: path => fieldsOf(sender, value(path), nameOf(path)),
  };
}
