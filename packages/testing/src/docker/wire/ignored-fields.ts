import type { JsonObject } from './json.ts';
import { type KnownFields, knownFields, type RequestFields } from './known-fields.ts';

export interface SentFields {
  readonly query: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

/**
 * What a client asks for and the fake would do nothing about, e.g. `?platform`, `HostConfig.Links`, or
 * `HostConfig.Mounts.Type=image` of a field of which the value is not modelled.
 *
 * Nothing is asked for with null, zero, false and what is empty: clients fill their bodies with it. What a client puts
 * into the query and the body alike, as dockerode does, needs to be known in one of them.
 *
 * @param route  e.g. `POST /containers/create`; of one that the table does not have nothing is known
 */
export function ignoredFields(route: string, { query, body }: SentFields): readonly string[] {
  const known = knownFields[route];
  if (known === undefined) return [];
  const inQuery = unknownFields(query, pathsOf(known.query));
  const inBody = unknownFields(body, pathsOf(known.body), known.values);
  return [
    ...inQuery.filter(name => !(name in body)).map(name => `?${name}`),
    ...inBody.filter(name => !(name in query) || inQuery.includes(name)),
  ];
}

const pathsOf = ({ acted, kept = [] }: KnownFields = { acted: [] }): readonly string[] => [...acted, ...kept];

/**
 * What is in none of these paths, by its own path; then `path=value` of a value that is none of those that are known.
 *
 * @see fieldPaths
 */
export function unknownFields(
  sent: object,
  paths: readonly string[],
  values: RequestFields['values'] = {},
): readonly string[] {
  const patterns = paths.map(path => path.split('.'));
  return [
    ...unknownIn(sent, patterns),
    ...Object.entries(values).flatMap(([field, known]) =>
      valuesAt(sent, field.split('.'))
        .filter(value => !isNothing(value) && !known.includes(String(value)))
        .map(value => `${field}=${value}`),
    ),
  ];
}

type Pattern = readonly string[];

/** The elements of a list are looked at like the list. */
function unknownIn(value: unknown, patterns: readonly Pattern[], path: readonly string[] = []): string[] {
  if (isNothing(value) || patterns.some(([first]) => first === '**')) return [];
  if (Array.isArray(value)) return [...new Set(value.flatMap(one => unknownIn(one, patterns, path)))];
  if (typeof value !== 'object' || value === null) {
    return patterns.some(pattern => pattern.length === 0) ? [] : [path.join('.')];
  }
  return Object.entries(value).flatMap(([key, one]) => {
    const below = patterns.filter(([first]) => first === key || first === '*').map(([, ...rest]) => rest);
    return unknownIn(one, below, [...path, key]);
  });
}

/** Of each element of a list on the way. */
function valuesAt(value: unknown, [key, ...rest]: Pattern): unknown[] {
  if (Array.isArray(value)) return value.flatMap(one => valuesAt(one, key === undefined ? [] : [key, ...rest]));
  if (key === undefined) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => (name === key ? valuesAt(one, rest) : []));
}

/** Nothing is asked for with it. */
export function isNothing(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return !value || value === '0' || value === 'false';
}
