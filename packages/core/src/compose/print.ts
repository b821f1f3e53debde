import { type Compat, isBefore } from './compat.ts';
import { Entries, type ReadonlyEntries } from './entries.ts';
import type { Finder } from './keys.ts';
import { mapping, type Node, type ScalarValue } from './node.ts';
import { invalid } from './problem.ts';
import { entriesOf, isNull, itemsOf } from './tree.ts';
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
    return orNothing(itemsOf(node).map((item, index) => printAt(index, item, print, path, compat)));
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
  const listed = Object.entries(prints).map(([key, print], place) => ({ key, print, place, otherwise: always[key] }));
  const byKey = new Map(listed.map(attribute => [attribute.key, attribute]));
  const unwritten = listed.flatMap(attribute => {
    return attribute.otherwise === undefined ? [] : [{ attribute, index: -1 }];
  });
  const inOrder: Finder<readonly Written[]> = {
    find(keys) {
      const found = unwritten.filter(({ attribute }) => !keys.includes(attribute.key));
      for (let index = 0; index < keys.length; index += 1) {
        const attribute = byKey.get(keys[index] as string);
        if (attribute !== undefined) put({ attribute, index }, found);
      }
      return found;
    },
  };
  return (node, path, compat) => {
    if (node.kind !== 'mapping') return undefined;
    const { keys, values } = node.entries;
    const printed: Record<string, unknown> = {};
    for (const { attribute, index } of keys.ask(inOrder)) {
      const child = values[index];
      const { key, print, otherwise } = attribute;
      const value = child === undefined ? undefined : printAt(key, child, print, path, compat);
      if (value !== undefined) printed[key] = value;
      else if (otherwise !== undefined) printed[key] = otherwise;
    }
    return printed;
  };
}

interface Attribute {
  readonly key: string;
  readonly print: Print;
  /** In the order of all. */
  readonly place: number;
  /** What is printed if it is not written. */
  readonly otherwise: unknown;
}

/** An attribute of a mapping, and the index of its key there; -1 if it is not written. */
interface Written {
  readonly attribute: Attribute;
  readonly index: number;
}

/** Puts an attribute into a short list that is in order. */
function put(written: Written, list: Written[]): void {
  const { place } = written.attribute;
  let index = list.length;
  for (; index > 0; index -= 1) {
    const before = list[index - 1];
    if (before === undefined || before.attribute.place < place) break;
    list[index] = before;
  }
  list[index] = written;
}

/** Left out by versions that do not know it. */
export function since(first: Compat, print: Print): Print {
  return (node, path, compat) => (isBefore(compat, first) ? undefined : print(node, path, compat));
}

export function scalarOf(node: Node): ScalarValue | undefined {
  return node.kind === 'scalar' ? node.value : undefined;
}

/** Compose moves keys with `x-` under one key of its own, even where any key is allowed. */
export function freeEntries(node: Node): ReadonlyEntries<Node> {
  const entries = entriesOf(node);
  if (!entries.keys.ask(hasExtension)) return entries;
  const [extensions, others] = [new Entries<Node>(), new Entries<Node>()];
  for (const [key, value] of entries) (isExtension(key) ? extensions : others).set(key, value);
  return others.set('#extensions', mapping(extensions, node));
}

function isExtension(key: string): boolean {
  return key.startsWith('x-');
}

const hasExtension: Finder<boolean> = { find: keys => keys.some(isExtension) };

export function record(
  entries: ReadonlyEntries<Node>,
  print: Print,
  path: TreePath,
  compat: Compat,
): Readonly<Record<string, unknown>> | undefined {
  if (entries.size === 0) return undefined;
  const printed: Record<string, unknown> = {};
  const { values } = entries;
  const keys = entries.keys.names;
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] as string;
    const value = printAt(key, values[index] as Node, print, path, compat);
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
