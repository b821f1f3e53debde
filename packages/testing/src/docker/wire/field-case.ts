import type { JsonObject } from './json.ts';
import { knownFields } from './known-fields.ts';

/**
 * A body with the fields' names as the API spells them: the engine does not look at their case, and clients rely on it
 * (`detachKeys`, `TmpFs`).
 *
 * @see Go, package encoding/json, `Unmarshal`: "preferring exact matches but also accepting case-insensitive matches"
 */
export function inKnownCase(route: string, body: JsonObject): JsonObject {
  const { acted = [], kept = [] } = knownFields[route]?.body ?? {};
  return renamed(
    body,
    [...acted, ...kept].map(field => field.split('.')),
  ) as JsonObject;
}

function renamed(value: unknown, patterns: readonly (readonly string[])[]): unknown {
  if (Array.isArray(value)) return value.map(one => renamed(one, patterns));
  if (typeof value !== 'object' || value === null || patterns.length === 0) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      const name = spelled(key, patterns);
      const below = patterns.filter(([first]) => first === name || first === '*').map(([, ...rest]) => rest);
      return [
        name,
        renamed(
          one,
          below.filter(rest => rest.length > 0),
        ),
      ];
    }),
  );
}

/** Where any key is known (`*`), its case counts: it is a name of the client's own. */
function spelled(key: string, patterns: readonly (readonly string[])[]): string {
  const names = patterns.map(([first = '']) => first);
  if (names.includes(key) || names.includes('*')) return key;
  return names.find(name => name.toLowerCase() === key.toLowerCase()) ?? key;
}
