import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { deviations } from './deviations.ts';

/** What is derived from the engine's published API description. */
interface Description {
  readonly version: string;
  readonly operations: readonly Operation[];
  readonly definitions: Readonly<Record<string, Schema>>;
}

interface Operation {
  readonly method: string;
  /** e.g. `/images/{name}/json` */
  readonly path: string;
  /** By status; null: no JSON to look at. */
  readonly answers: Readonly<Record<string, Schema | null>>;
}

interface Schema {
  readonly [key: string]: unknown;
}

export interface Answer {
  readonly method: string;
  readonly path: string;
  readonly apiVersion: string;
  readonly status: number;
  readonly mediaType: string;
  readonly body: string;
}

/** Holds answers against the engine's published API description; returns what is wrong, by name. */
export class ApiDescription {
  readonly #operations: readonly (Operation & { readonly pattern: RegExp })[];
  readonly #ajv: Ajv;
  readonly #validators = new Map<Schema, ValidateFunction>();

  /** @param version  e.g. `1.51` */
  static read(version: string): ApiDescription {
    return new ApiDescription(JSON.parse(readFileSync(new URL(`v${version}.json`, import.meta.url), 'utf8')));
  }

  private constructor({ operations, definitions }: Description) {
    this.#operations = operations
      .map(operation => ({ ...operation, pattern: patternOf(operation.path) }))
      .sort((a, b) => placeholders(a.path) - placeholders(b.path) || b.path.length - a.path.length);
    this.#ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    const lax = Object.entries(definitions).map(([name, schema]) => [name, laxSchema(schema)]);
    this.#ajv.addSchema({ $id: 'engine', definitions: Object.fromEntries(lax) });
  }

  /** Of a route that is not described, and of what the fake does not model, nothing is said. */
  problemsOf({ method, path, status, mediaType, body }: Answer): readonly string[] {
    const operation = this.#operations.find(one => one.method === method && one.pattern.test(path));
    // A version that is not spoken is refused before any route is looked at.
    if (!operation || status === 501 || body.includes('client version ')) return [];
    const name = `${method} ${operation.path} ${status}`;
    const schema = operation.answers[String(status)];
    if (schema === undefined) return deviations.statuses.includes(name) ? [] : [`${name}: the status is not described`];
    if (schema === null || method === 'HEAD' || !mediaType.includes('json')) return [];
    const validate = this.#validatorOf(schema);
    return valuesOf(body).flatMap(value => {
      if (validate(value)) return [];
      // What may also be null tells of that, too.
      return (validate.errors ?? [])
        .filter(({ keyword, message }) => keyword !== 'anyOf' && message !== 'must be null')
        .map(({ instancePath, message }) => `${name}: ${instancePath || '/'} ${message}`)
        .filter(problem => !deviations.answers.some(known => problem.startsWith(known)));
    });
  }

  #validatorOf(schema: Schema): ValidateFunction {
    const known = this.#validators.get(schema);
    if (known) return known;
    const validator = this.#ajv.compile(laxSchema(schema));
    this.#validators.set(schema, validator);
    return validator;
  }
}

/** `{name}` may have slashes in it. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{name\}/g, '.+').replace(/\{\w+\}/g, '[^/]+')}$`);
}

function placeholders(path: string): number {
  return path.split('{').length;
}

/** One JSON text, or one a line. */
function valuesOf(body: string): readonly unknown[] {
  try {
    return [JSON.parse(body)];
  } catch {
    const lines = body.split('\n').filter(line => line.trim() !== '');
    return lines.map(line => JSON.parse(line));
  }
}

/**
 * Go writes null for lists, maps, objects and pointers that are not there, and an empty text for a choice that was not
 * made: real engines fail their own description in half of their answers otherwise.
 */
function laxSchema(schema: Schema): Schema {
  const { $ref, nullable, ...rest } = schema;
  if (typeof $ref === 'string') return { anyOf: [{ $ref: $ref.replace('#', 'engine#') }, { type: 'null' }] };
  const inner = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, laxPart(key, value)]));
  const isLax =
    nullable === true ||
    ['array', 'object', 'integer'].includes(String(rest.type)) ||
    'enum' in rest ||
    'allOf' in rest;
  if (!isLax) return inner;
  const choices = Array.isArray(rest.enum) ? { enum: [...new Set([...rest.enum, ''])] } : {};
  return { anyOf: [{ ...inner, ...choices }, { type: 'null' }] };
}

function laxPart(key: string, value: unknown): unknown {
  if (key === 'allOf' && Array.isArray(value)) return value.map(laxSchema);
  if (key === 'properties' && isSchema(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, isSchema(one) ? laxSchema(one) : one]));
  }
  return (key === 'items' || key === 'additionalProperties') && isSchema(value) ? laxSchema(value) : value;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
