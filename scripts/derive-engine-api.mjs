// Derives from the engine's published API description (moby, api/swagger.yaml, Apache-2.0) what its answers are held
// against: routes and the structure of their answers, without a word of prose.
//
//   node scripts/derive-engine-api.mjs SWAGGER_YAML OUT_JSON
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const { load } = createRequire(new URL('../packages/core/package.json', import.meta.url))('js-yaml');
const [source, target] = process.argv.slice(2);
if (target === undefined) throw new Error('Usage: node scripts/derive-engine-api.mjs SWAGGER_YAML OUT_JSON');

// js-yaml wants a closing bracket deeper than its key; YAML 1.2 does, too.
const text = (await readFile(source, 'utf8')).replace(/\n\s*([\]}],?)\s*(?=\n)/g, ' $1');
const api = load(text);

/** What says how an answer is built; prose, examples and names for generators are left out. */
const structure = ['$ref', 'type', 'items', 'properties', 'additionalProperties', 'required', 'enum', 'allOf'];
const methods = ['get', 'head', 'post', 'put', 'delete'];

function schemaOf(schema) {
  const isNullable = schema['x-nullable'] === true || schema['x-isnullable'] === true;
  const kept = Object.entries(schema).filter(([key]) => structure.includes(key));
  return {
    ...Object.fromEntries(kept.map(([key, value]) => [key, partOf(key, value)])),
    ...(isNullable && { nullable: true }),
  };
}

function partOf(key, value) {
  if (key === 'properties') return mapValues(value, schemaOf);
  if (key === 'allOf') return value.map(schemaOf);
  const isSchema = (key === 'items' || key === 'additionalProperties') && typeof value === 'object';
  return isSchema ? schemaOf(value) : value;
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

/** By status; null: no JSON that could be looked at. */
function answersOf({ responses, produces }) {
  return mapValues(responses, response => {
    const { schema } = response.$ref === undefined ? response : api.responses[response.$ref.split('/').pop()];
    const isJson = produces === undefined || produces.some(type => type.includes('json'));
    return schema === undefined || schema.format === 'binary' || schema.type === 'file' || !isJson
      ? null
      : schemaOf(schema);
  });
}

const operations = Object.entries(api.paths).flatMap(([path, item]) =>
  methods
    .filter(method => item[method] !== undefined)
    .map(method => ({ method: method.toUpperCase(), path, answers: answersOf(item[method]) })),
);
const line = ([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`;
await writeFile(
  target,
  [
    '{',
    `  "version": ${JSON.stringify(api.info.version)},`,
    '  "operations": [',
    operations.map(operation => `    ${JSON.stringify(operation)}`).join(',\n'),
    '  ],',
    '  "definitions": {',
    Object.entries(mapValues(api.definitions, schemaOf)).map(line).join(',\n'),
    '  }',
    '}',
    '',
  ].join('\n'),
);
