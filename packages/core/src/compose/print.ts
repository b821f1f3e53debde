import { type Compat, isBefore } from './compat.ts';
import { invalid } from './problem.ts';
import { isNull, itemsOf, mapping, type Node, type ScalarValue } from './tree.ts';

/**
 * What an attribute is in the JSON of `docker compose config`; `undefined` where that leaves it out.
 *
 * Zero, false and what is empty are left out unless the name of the attribute's type says `optional`: there only what is
 * not written is.
 */
export type Print = (node: Node, path: string, compat: Compat) => unknown;

export function listOf(print: Print): Print {
  return (node, path, compat) => {
    const printed = itemsOf(node).map((item, index) => print(item, `${path}.${index}`, compat));
    return orNothing(printed);
  };
}

/** A mapping whose keys are names that the user chose. */
export function named(print: Print): Print {
  return (node, path, compat) => {
    if (node.kind !== 'mapping') return undefined;
    return record([...node.entries], (value, key) => (isNull(value) ? null : print(value, `${path}.${key}`, compat)));
  };
}

/** As {@link named}, where Compose takes keys with `x-` away. */
export function keyed(print: Print): Print {
  return (node, path, compat) => {
    return record(freeEntries(node), (value, key) => (isNull(value) ? null : print(value, `${path}.${key}`, compat)));
  };
}

/** Attributes by name, in the order in which Compose prints them; what is not listed is left out. */
export type Attributes = Readonly<Record<string, Print>>;

/**
 * @param always  what is printed of attributes that are not written
 */
export function attributes(prints: Attributes, always: Readonly<Record<string, unknown>> = {}): Print {
  const listed = Object.entries(prints);
  return (node, path, compat) => {
    if (node.kind !== 'mapping') return undefined;
    const printed: Record<string, unknown> = {};
    for (const [key, print] of listed) {
      const child = node.entries.get(key);
      const value = child === undefined ? undefined : print(child, `${path}.${key}`, compat);
      if (value !== undefined) printed[key] = value;
      else if (key in always) printed[key] = always[key];
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
export function freeEntries(node: Node): readonly (readonly [string, Node])[] {
  if (node.kind !== 'mapping') return [];
  const entries = [...node.entries];
  const extensions = entries.filter(([key]) => key.startsWith('x-'));
  if (extensions.length === 0) return entries;
  const others = entries.filter(([key]) => !key.startsWith('x-'));
  return [...others, ['#extensions', mapping(new Map(extensions), node)]];
}

export function record(
  entries: readonly (readonly [string, Node])[],
  print: (value: Node, key: string) => unknown,
): Readonly<Record<string, unknown>> | undefined {
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map(([key, value]) => [key, print(value, key)]));
}

export function orNothing<Item>(items: readonly Item[]): readonly Item[] | undefined {
  return items.length === 0 ? undefined : items;
}

export function wrongType(node: Node, path: string, type: string): Error {
  return invalid(node, `${path} must be ${type}.`, 'Put the value in quotes.');
}
