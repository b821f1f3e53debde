import { type Compat, isBefore } from './compat.ts';
import { invalid } from './problem.ts';
import { isNull, itemsOf, mapping, type Node, type ScalarValue } from './tree.ts';
import type { TreePath } from './tree-path.ts';

/**
 * What an attribute is in the JSON of `docker compose config`; `undefined` where that leaves it out.
 *
 * Zero, false and what is empty are left out unless the name of the attribute's type says `optional`: there only what is
 * not written is.
 */
export type Print = (node: Node, path: TreePath, compat: Compat) => unknown;

export function listOf(print: Print): Print {
  return (node, path, compat) => {
    const printed: unknown[] = [];
    for (const item of itemsOf(node)) printed.push(printAt(printed.length, item, print, path, compat));
    return orNothing(printed);
  };
}

/** A mapping whose keys are names that the user chose. */
export function named(print: Print): Print {
  const orNull = nullOr(print);
  return (node, path, compat) => {
    if (node.kind !== 'mapping') return undefined;
    return record(node.entries, orNull, path, compat);
  };
}

/** As {@link named}, where Compose takes keys with `x-` away. */
export function keyed(print: Print): Print {
  const orNull = nullOr(print);
  return (node, path, compat) => record(freeEntries(node), orNull, path, compat);
}

function nullOr(print: Print): Print {
  return (node, path, compat) => (isNull(node) ? null : print(node, path, compat));
}

function printAt(key: string | number, node: Node, print: Print, path: TreePath, compat: Compat): unknown {
  path.enter(key);
  const printed = print(node, path, compat);
  path.leave();
  return printed;
}

/** Attributes by name, in the order in which Compose prints them; what is not listed is left out. */
export type Attributes = Readonly<Record<string, Print>>;

/**
 * @param always  what is printed of attributes that are not written
 */
export function attributes(prints: Attributes, always: Readonly<Record<string, unknown>> = {}): Print {
  const listed = Object.entries(prints).map(([key, print]) => ({ key, print, otherwise: always[key] }));
  return (node, path, compat) => {
    if (node.kind !== 'mapping') return undefined;
    const printed: Record<string, unknown> = {};
    for (const { key, print, otherwise } of listed) {
      const child = node.entries.get(key);
      const value = child === undefined ? undefined : printAt(key, child, print, path, compat);
      if (value !== undefined) printed[key] = value;
      else if (otherwise !== undefined) printed[key] = otherwise;
    }
    return printed;
  };
}

/** Left out by versions that do not know it. */
export function since(first: Compat, print: Print): Print {
  return (node, path, compat) => (isBefore(compat, first) ? undefined : print(node, path, compat));
}

export function scalarOf(node: Node): ScalarValue | undefined {
  return node.kind === 'scalar' ? node.value : undefined;
}

/** Compose moves keys with `x-` under one key of its own, even where any key is allowed. */
export function freeEntries(node: Node): ReadonlyMap<string, Node> {
  if (node.kind !== 'mapping') return new Map();
  const extensions = new Map<string, Node>();
  for (const [key, value] of node.entries) if (key.startsWith('x-')) extensions.set(key, value);
  if (extensions.size === 0) return node.entries;
  const others = [...node.entries].filter(([key]) => !extensions.has(key));
  return new Map([...others, ['#extensions', mapping(extensions, node)]]);
}

export function record(
  entries: ReadonlyMap<string, Node>,
  print: Print,
  path: TreePath,
  compat: Compat,
): Readonly<Record<string, unknown>> | undefined {
  if (entries.size === 0) return undefined;
  const printed: Record<string, unknown> = {};
  for (const [key, node] of entries) {
    const value = printAt(key, node, print, path, compat);
    // Assigned, it would be the prototype.
    if (key === '__proto__') Object.defineProperty(printed, key, { value, enumerable: true, configurable: true });
    else printed[key] = value;
  }
  return printed;
}

export function orNothing<Item>(items: readonly Item[]): readonly Item[] | undefined {
  return items.length === 0 ? undefined : items;
}

export function wrongType(node: Node, path: TreePath | string, type: string): Error {
  return invalid(node, `${path} must be ${type}.`, 'Put the value in quotes.');
}
