import { type Compat, isBefore } from './compat.ts';
import { invalid } from './problem.ts';
import { scalarText } from './scalar-text.ts';
import { isNull, type Node, type Scalar, type ScalarValue, toPlain } from './tree.ts';

/** What a node must look like; throws where it does not. */
export type Shape = (node: Node, path: string, compat: Compat) => void;

type Type = 'string' | 'integer' | 'number' | 'boolean' | 'null';

/** A scalar of one of the types. */
export function scalarOf(...types: readonly [Type, ...Type[]]): Shape {
  return (node, path, compat) => {
    if (node.kind !== 'scalar' || !types.some(type => isOfType(node.value, type, compat))) {
      throw invalid(node, `${path} must be ${types.map(withArticle).join(' or ')}.`);
    }
  };
}

/** A string that is one of the words. */
export function oneOf(...words: readonly string[]): Shape {
  return (node, path) => {
    if (node.kind !== 'scalar' || !words.includes(`${node.value}`)) {
      throw invalid(node, `${path} must be one of ${words.join(', ')}.`);
    }
  };
}

/** A string that the pattern fits. */
export function matching(pattern: RegExp): Shape {
  return (node, path) => {
    if (node.kind !== 'scalar' || typeof node.value !== 'string') throw invalid(node, `${path} must be a string.`);
    if (!pattern.test(node.value)) throw invalid(node, `${path} does not match ${pattern.source}.`);
  };
}

/** A scalar of one of the types whose text fits the pattern. */
export function written(pattern: RegExp, what: string, ...types: readonly [Type, ...Type[]]): Shape {
  const typed = scalarOf(...types);
  return (node, path, compat) => {
    typed(node, path, compat);
    const fits = node.kind === 'scalar' && (typeof node.value !== 'string' || pattern.test(node.value));
    if (!fits) throw invalid(node, `${path} must be ${what}.`, 'Correct the value; a variable may be unset.');
  };
}

export function listOf(item: Shape): Shape {
  return (node, path, compat) => {
    if (node.kind !== 'sequence') throw invalid(node, `${path} must be a list.`);
    for (const [index, child] of node.items.entries()) item(child, `${path}.${index}`, compat);
  };
}

/** A list that names nothing twice. */
export function setOf(item: Shape): Shape {
  const list = listOf(item);
  return (node, path, compat) => {
    list(node, path, compat);
    if (node.kind !== 'sequence') return;
    const seen = new Map<string, number>();
    for (const [index, child] of node.items.entries()) {
      const identity = child.kind === 'scalar' ? identityOf(child) : JSON.stringify(toPlain(child));
      const first = seen.get(identity);
      if (first !== undefined)
        throw invalid(child, `${path} has the same item at ${first} and ${index}.`, 'Drop one of them.');
      seen.set(identity, index);
    }
  };
}

/** A mapping whose keys are free. */
export function dictionaryOf(value: Shape, key: RegExp = /./s): Shape {
  return (node, path, compat) => {
    if (node.kind !== 'mapping') throw invalid(node, `${path} must be a mapping.`);
    for (const [name, child] of node.entries) {
      if (!key.test(name)) throw invalid(child, `${path} cannot have the key "${name}".`, 'Rename it.');
      value(child, `${path}.${name}`, compat);
    }
  };
}

/** A mapping whose keys are known; `x-` extensions are welcome. */
export function record(shapes: Readonly<Record<string, Shape>>, required: readonly string[] = []): Shape {
  const known = new Map(Object.entries(shapes));
  return (node, path, compat) => {
    if (node.kind !== 'mapping') throw invalid(node, `${path} must be a mapping.`);
    for (const [name, child] of node.entries) {
      const shape = known.get(name);
      if (shape !== undefined) shape(child, path === '' ? name : `${path}.${name}`, compat);
      else if (!name.startsWith('x-')) throw unknownKey(child, name, path);
    }
    for (const name of required) {
      if (!node.entries.has(name)) throw invalid(node, `${path} must have the key "${name}".`);
    }
  };
}

/** Different shapes for a scalar, a list and a mapping; null counts as a scalar. */
export function anyOf(shapes: { readonly scalar?: Shape; readonly sequence?: Shape; readonly mapping?: Shape }): Shape {
  const kinds = { scalar: 'a plain value', sequence: 'a list', mapping: 'a mapping' };
  const allowed = Object.keys(shapes).map(kind =>
    kind === 'scalar' || kind === 'sequence' ? kinds[kind] : kinds.mapping,
  );
  return (node, path, compat) => {
    const shape = shapes[node.kind];
    if (shape === undefined || (isNull(node) && shapes.scalar === undefined)) {
      throw invalid(node, `${path} must be ${allowed.join(' or ')}.`);
    }
    shape(node, path, compat);
  };
}

export const anything: Shape = () => {};

/** For attributes and forms that older versions do not know. */
export function since(first: Compat, shape: Shape, before: Shape = unknown): Shape {
  return (node, path, compat) => (isBefore(compat, first) ? before : shape)(node, path, compat);
}

const unknown: Shape = (node, path) => {
  const [name = '', ...parents] = path.split('.').reverse();
  throw unknownKey(node, name, parents.reverse().join('.'));
};

function unknownKey(child: Node, name: string, path: string): Error {
  const what =
    path === '' ? `the key "${name}" is unknown at the top level.` : `${path} has the unknown key "${name}".`;
  return invalid(child, what, 'Correct the spelling, indent it under its parent, or prefix it with x-.');
}

function identityOf({ value }: Scalar): string {
  return `${typeof value === 'bigint' ? 'number' : typeof value} ${scalarText(value)}`;
}

function isOfType(value: ScalarValue, type: Type, compat: Compat): boolean {
  switch (type) {
    case 'string':
      // Its schema never sees the dates of YAML, only what JSON makes of them.
      return typeof value === 'string' || (value instanceof Date && isBefore(compat, '2.40'));
    case 'null':
      return value === null;
    case 'integer':
      return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
    case 'number':
      return typeof value === 'bigint' || typeof value === 'number';
    default:
      return typeof value === type;
  }
}

function withArticle(type: Type): string {
  if (type === 'null') return 'null';
  return type === 'integer' ? 'an integer' : `a ${type}`;
}
