import type { Finder } from './keys.ts';
import type { Node } from './node.ts';
import { type FindSame, findSameValue } from './same-items.ts';

type Type = 'string' | 'integer' | 'number' | 'boolean' | 'null' | 'array' | 'object';

/** As much of JSON Schema as the schema of compose files uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: Type | readonly Type[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly uniqueItems?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean;
  readonly required?: readonly string[];
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** What does not fit a schema. */
export interface Misfit {
  readonly node: Node;
  /** From the root on. */
  readonly path: readonly string[];
  /** What follows the path in a sentence, e.g. `must be a string`. */
  readonly what: string;
}

/** Finds what does not fit; `undefined` if all does. */
export type Check = (node: Node) => Misfit | undefined;

/** A check, and the types that it could accept, each a bit. */
interface Compiled {
  readonly check: Check;
  readonly types: number;
}

/**
 * Makes the check of a schema.
 *
 * @param findSame  what `uniqueItems` forbids
 * @see JSON Schema, draft 7
 */
export function compileSchema(root: Schema, findSame: FindSame = findSameValue): Check {
  const compiled = new Map<string, Compiled>();
  const surroundings: Surroundings = {
    findSame,
    definition: name => {
      const known = compiled.get(name) ?? compile(root.definitions?.[name] ?? {}, surroundings);
      compiled.set(name, known);
      return known;
    },
  };
  return compile(root, surroundings).check;
}

/** What the parts of a schema share. */
interface Surroundings {
  readonly definition: (name: string) => Compiled;
  readonly findSame: FindSame;
}

function compile(schema: Schema, surroundings: Surroundings): Compiled {
  if (schema.$ref !== undefined) return surroundings.definition(schema.$ref.replace('#/definitions/', ''));
  const branches = schema.oneOf?.map(branch => compile(branch, surroundings));
  const types = branches?.reduce((all, branch) => all | branch.types, 0) ?? bitsOf([schema.type ?? allTypes].flat());
  const checks = [
    ...(branches === undefined ? [] : [oneOf(branches)]),
    ...(schema.type === undefined ? [] : [hasType([schema.type].flat())]),
    ...(schema.enum === undefined ? [] : [isOneOf(schema.enum)]),
    ...(schema.pattern === undefined ? [] : [matches(new RegExp(schema.pattern))]),
    ...(schema.minimum === undefined && schema.maximum === undefined ? [] : [isWithin(schema)]),
    ...(schema.uniqueItems === true ? [hasUniqueItems(surroundings.findSame)] : []),
    ...(schema.items === undefined ? [] : [eachItem(compile(schema.items, surroundings).check)]),
    ...(schema.required === undefined ? [] : [hasKeys(schema.required)]),
    ...((schema.properties ?? schema.patternProperties) ? [eachEntry(schema, surroundings)] : []),
  ];
  const [only] = checks;
  return { types, check: checks.length === 1 && only !== undefined ? only : all(checks) };
}

function all(checks: readonly Check[]): Check {
  return node => {
    for (const check of checks) {
      const misfit = check(node);
      if (misfit !== undefined) return misfit;
    }
    return undefined;
  };
}

/** If none fits, the one that got furthest says why not. */
function oneOf(branches: readonly Compiled[]): Check {
  const only = new Map<number, Check>();
  for (const type of Object.values(bits)) {
    const [branch, ...others] = branches.filter(({ types }) => (types & type) !== 0);
    if (branch !== undefined && others.length === 0) only.set(type, branch.check);
  }
  return node => {
    const check = only.get(typeOf(node));
    return check === undefined ? exactlyOne(node, branches) : check(node);
  };
}

function exactlyOne(node: Node, branches: readonly Compiled[]): Misfit | undefined {
  const misfits: Misfit[] = [];
  for (const branch of branches) {
    const misfit = branch.check(node);
    if (misfit !== undefined) misfits.push(misfit);
  }
  const fitting = branches.length - misfits.length;
  if (fitting === 1) return undefined;
  if (fitting > 1) return { node, path: [], what: 'can be read in two ways' };
  const [deepest, ...others] = [...misfits].sort((one, other) => depth(other) - depth(one));
  if (deepest === undefined || depth(deepest) > 0) return deepest;
  const types = [deepest, ...others].flatMap(({ what }) => typeSentence.exec(what)?.[1] ?? []);
  return types.length === misfits.length ? { ...deepest, what: `must be ${types.join(' or ')}` } : deepest;
}

/** A misfit of the node's own type says least. */
function depth({ path, what }: Misfit): number {
  return typeSentence.test(what) && path.length === 0 ? 0 : path.length + 1;
}

const typeSentence = /^must be (an? (?:string|integer|number|boolean|list|mapping).*|null)$/;

function hasType(types: readonly Type[]): Check {
  const accepted = bitsOf(types);
  const what = `must be ${types.map(type => typeNames[type]).join(' or ')}`;
  return node => ((accepted & typeOf(node)) !== 0 ? undefined : { node, path: [], what });
}

const typeNames: Readonly<Record<Type, string>> = {
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'a boolean',
  null: 'null',
  array: 'a list',
  object: 'a mapping',
};

const allTypes: readonly Type[] = ['string', 'integer', 'number', 'boolean', 'null', 'array', 'object'];

const bits: Readonly<Record<Type, number>> = {
  string: 1,
  integer: 2,
  number: 4,
  boolean: 8,
  null: 16,
  array: 32,
  object: 64,
};

/** A number without a fraction is an integer. */
function bitsOf(types: readonly Type[]): number {
  return types.reduce((all, type) => all | bits[type] | (type === 'number' ? bits.integer : 0), 0);
}

/** The bit of a node's type; 0 for a date, which has no type of JSON. */
function typeOf(node: Node): number {
  if (node.kind !== 'scalar') return node.kind === 'sequence' ? bits.array : bits.object;
  const { value } = node;
  switch (typeof value) {
    case 'string':
      return bits.string;
    case 'boolean':
      return bits.boolean;
    case 'bigint':
      return bits.integer;
    case 'number':
      return Number.isInteger(value) ? bits.integer : bits.number;
    default:
      return value === null ? bits.null : 0;
  }
}

function isOneOf(words: readonly string[]): Check {
  const known = new Set(words);
  return node => {
    if (node.kind === 'scalar' && typeof node.value === 'string' && known.has(node.value)) return undefined;
    return { node, path: [], what: `must be one of ${words.join(', ')}` };
  };
}

/** Concerns strings only. */
function matches(pattern: RegExp): Check {
  return node => {
    if (node.kind !== 'scalar' || typeof node.value !== 'string' || pattern.test(node.value)) return undefined;
    return { node, path: [], what: `does not match ${pattern.source}` };
  };
}

/** Concerns numbers only. */
function isWithin({ minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY }: Schema): Check {
  return node => {
    const value = node.kind === 'scalar' && typeof node.value !== 'string' ? node.value : null;
    if (value === null || typeof value === 'boolean' || value instanceof Date) return undefined;
    if (value >= minimum && value <= maximum) return undefined;
    return { node, path: [], what: `must be within ${minimum} and ${maximum}` };
  };
}

function hasUniqueItems(findSame: FindSame): Check {
  return node => {
    const same = node.kind === 'sequence' ? findSame(node.items) : undefined;
    if (node.kind !== 'sequence' || same === undefined) return undefined;
    const [first, index] = same;
    return { node: node.items[index] as Node, path: [], what: `has the same item at ${first} and ${index}` };
  };
}

function eachItem(check: Check): Check {
  return node => {
    if (node.kind !== 'sequence') return undefined;
    for (let index = 0; index < node.items.length; index += 1) {
      const misfit = check(node.items[index] as Node);
      if (misfit !== undefined) return { ...misfit, path: [`${index}`, ...misfit.path] };
    }
    return undefined;
  };
}

function hasKeys(names: readonly string[]): Check {
  return node => {
    if (node.kind !== 'mapping') return undefined;
    const missing = names.find(name => !node.entries.has(name));
    return missing === undefined ? undefined : { node, path: [], what: `must have the key "${missing}"` };
  };
}

/** Of a key that is unknown. */
const refused: Check = () => undefined;

function eachEntry(
  { properties = {}, patternProperties = {}, additionalProperties }: Schema,
  surroundings: Surroundings,
): Check {
  const known = new Map(
    Object.entries(properties).map(([name, schema]) => [name, compile(schema, surroundings).check]),
  );
  const patterns = Object.entries(patternProperties).map(
    ([pattern, schema]) => [new RegExp(pattern), compile(schema, surroundings).check] as const,
  );
  const checkOf = (name: string): Check | undefined => {
    const check = known.get(name) ?? patterns.find(([pattern]) => pattern.test(name))?.[1];
    if (check !== undefined || additionalProperties !== false) return check;
    return refused;
  };
  const byKey: Finder<readonly (Check | undefined)[]> = { find: keys => keys.map(checkOf) };
  return node => {
    if (node.kind !== 'mapping') return undefined;
    const { keys, values } = node.entries;
    const { names } = keys;
    const checks = keys.recur ? keys.ask(byKey) : undefined;
    for (let index = 0; index < names.length; index += 1) {
      const name = names[index] as string;
      const check = checks === undefined ? checkOf(name) : checks[index];
      if (check === undefined) continue;
      const child = values[index] as Node;
      if (check === refused) return { node: child, path: [], what: `has the unknown key "${name}"` };
      const misfit = check(child);
      if (misfit !== undefined) return { ...misfit, path: [name, ...misfit.path] };
    }
    return undefined;
  };
}
