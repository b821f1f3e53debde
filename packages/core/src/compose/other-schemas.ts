import { schema } from './schema.ts';
import type { Schema } from './schema-check.ts';

/** What Compose 2.26 has otherwise in its schema; `undefined` where it has nothing. */
const differences: readonly (readonly [path: string, value: unknown])[] = [
  ['properties/models', undefined],
  ['definitions/model', undefined],
  ['definitions/service_hook/required', undefined],
  ...absent('definitions/development/properties/watch/items/properties', ['include', 'initial_sync']),
  ['definitions/development/properties/watch/items/properties/ignore', { type: 'array', items: { type: 'string' } }],
  ...absent('definitions/service/properties', ['models', 'provider', 'pull_refresh_after', 'use_api_socket']),
  ['definitions/service/properties/container_name/pattern', undefined],
  [
    'definitions/service/properties/pull_policy',
    { type: 'string', enum: ['always', 'never', 'if_not_present', 'build', 'missing'] },
  ],
  ...absent('definitions/service/properties/build/oneOf/1/properties', ['provenance', 'sbom']),
  ...absent('definitions/service/properties/networks/oneOf/1/patternProperties/^[a-zA-Z0-9._-]+$/oneOf/0/properties', [
    'interface_name',
  ]),
  ...absent('definitions/service/properties/volumes/items/oneOf/1/properties', ['image']),
  ['definitions/service/properties/volumes/items/oneOf/1/properties/type/enum', undefined],
  ...absent('definitions/service/properties/volumes/items/oneOf/1/properties/volume/properties', ['labels']),
];

/** The schema of Compose 2.26. */
export const olderSchema: Schema = differing(differences);

/** The schema of Compose 5 as far as it is known; not proved. */
export const newerSchema: Schema = differing([
  ['definitions/service/properties/pre_start', { type: 'array', items: { $ref: '#/definitions/service_hook' } }],
  ['definitions/service_hook/properties/image', { type: 'string' }],
  ['definitions/service_hook/properties/per_replica', { type: ['boolean', 'string'] }],
]);

function differing(changes: typeof differences): Schema {
  return changes.reduce((other: object, [path, value]) => changed(other, path.split('/'), value), schema);
}

function absent(path: string, names: readonly string[]): (readonly [string, undefined])[] {
  return names.map(name => [`${path}/${name}`, undefined]);
}

function changed(part: object, [key = '', ...path]: readonly string[], value: unknown): object {
  const before: unknown = Reflect.get(part, key);
  const after =
    path.length === 0 || typeof before !== 'object' || before === null ? value : changed(before, path, value);
  if (Array.isArray(part)) return part.map((item: unknown, index) => (`${index}` === key ? after : item));
  return Object.fromEntries(Object.entries({ ...part, [key]: after }).filter(([, child]) => child !== undefined));
}
