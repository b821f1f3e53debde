import type { JsonObject } from './json.ts';
import { type KnownFields, knownFields } from './known-fields.ts';

export interface SentFields {
  readonly query: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

/**
 * What a client asks for and the fake would do nothing about, e.g. `?platform`, `HostConfig.Links`.
 *
 * Nothing is asked for with null, zero, false and what is empty: clients fill their bodies with it. What a client puts
 * into the query and the body alike, as dockerode does, needs to be known in one of them.
 *
 * @param route  e.g. `POST /containers/create`; of one that the table does not have nothing is known
 */
export function ignoredFields(route: string, { query, body }: SentFields): readonly string[] {
  const known = knownFields[route];
  if (known === undefined) return [];
  const inQuery = unknownIn(query, patternsOf(known.query));
  const inBody = unknownIn(body, patternsOf(known.body));
  return [
    ...inQuery.filter(name => !(name in body)).map(name => `?${name}`),
    ...inBody.filter(name => !(name in query) || inQuery.includes(name)),
  ];
}

type Pattern = readonly string[];

function patternsOf({ acted, kept = [] }: KnownFields = { acted: [] }): readonly Pattern[] {
  return [...acted, ...kept].map(field => field.split('.'));
}

/** The elements of a list are looked at like the list. */
function unknownIn(value: unknown, patterns: readonly Pattern[], path: readonly string[] = []): string[] {
  if (patterns.some(pattern => pattern.length === 0) || isNothing(value)) return [];
  if (Array.isArray(value)) return [...new Set(value.flatMap(one => unknownIn(one, patterns, path)))];
  if (typeof value !== 'object' || value === null) return [path.join('.')];
  return Object.entries(value).flatMap(([key, one]) => {
    const below = patterns.filter(([first]) => first === key || first === '*').map(([, ...rest]) => rest);
    return unknownIn(one, below, [...path, key]);
  });
}

/** Nothing is asked for with it. */
export function isNothing(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return !value || value === '0' || value === 'false';
}
