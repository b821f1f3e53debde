import { Entries, type ReadonlyEntries } from './entries.ts';
import { type Mapping, mapping, type Node, type Place, type Sequence, sequence } from './node.ts';
import { withoutZeros } from './scalar-text.ts';

export function isNull(node: Node | undefined): boolean {
  return node?.kind === 'scalar' && node.value === null;
}

/** The entry of a mapping; `undefined` for anything else. */
export function entryOf(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === 'mapping' ? node.entries.get(key) : undefined;
}

export function entriesOf(node: Node | undefined): ReadonlyEntries<Node> {
  return node?.kind === 'mapping' ? node.entries : none;
}

const none: ReadonlyEntries<Node> = new Entries();

export function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === 'sequence' ? node.items : [];
}

/** The value of a string scalar; `undefined` for anything else. */
export function stringOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

/** As `[a, b]` or as a lone `a`. */
export function stringsOf(node: Node | undefined): readonly string[] {
  const lone = stringOf(node);
  if (lone !== undefined) return [lone];
  return itemsOf(node).flatMap(item => stringOf(item) ?? []);
}

/** In the order in which they stand. */
export function childrenOf(node: Mapping | Sequence): readonly Node[] {
  return node.kind === 'sequence' ? node.items : node.entries.values;
}

/** The key of a mapping's child, or the index of an item. */
export function keyAt(node: Mapping | Sequence, index: number): string | number {
  return node.kind === 'sequence' ? index : (node.entries.keys.names[index] ?? index);
}

/** The node with other children in the place of its own; the same node for `undefined`. */
export function withChildren(node: Mapping | Sequence, children: Node[] | undefined): Mapping | Sequence {
  if (children === undefined) return node;
  if (node.kind === 'sequence') return sequence(children, node, node.mark);
  return mapping(node.entries.withValues(children), node, node.mark);
}

/** Applies a change to each child; the same node when nothing changed. */
export function mapChildren(
  node: Mapping | Sequence,
  change: (child: Node, key: string | number) => Node,
): Mapping | Sequence {
  const children = childrenOf(node);
  let changed: Node[] | undefined;
  for (const [index, child] of children.entries()) {
    const next = change(child, keyAt(node, index));
    if (next === child) continue;
    changed ??= children.slice();
    changed[index] = next;
  }
  return withChildren(node, changed);
}

/** The keys that lead to a node, e.g. `services.web.image`; for messages. */
export function pathOf(root: Node, node: Node): string | undefined {
  if (root === node) return '';
  const children = root.kind === 'mapping' ? root.entries : root.kind === 'sequence' ? root.items.entries() : [];
  for (const [key, child] of children) {
    const path = pathOf(child, node);
    if (path !== undefined) return path === '' ? `${key}` : `${key}.${path}`;
  }
  return undefined;
}

/** The mapping with one entry set. */
export function withEntry(node: Mapping, key: string, value: Node): Mapping {
  return mapping(node.entries.with(key, value), node, node.mark);
}

/** The mapping without the entries of some keys. */
export function withoutEntries(node: Mapping, isDropped: (key: string) => boolean): Mapping {
  const kept = new Entries<Node>();
  for (const [key, value] of node.entries) if (!isDropped(key)) kept.set(key, value);
  return mapping(kept, node, node.mark);
}

/** Plain data, as Compose prints it: integers beyond 2^53 lose digits, and an empty list is null. */
export function toPlain(node: Node): unknown {
  switch (node.kind) {
    case 'scalar':
      if (node.value instanceof Date) return withoutZeros(node.value);
      return typeof node.value === 'bigint' ? Number(node.value) : node.value;
    case 'sequence':
      return node.items.length === 0 ? null : node.items.map(toPlain);
    case 'mapping':
      return Object.fromEntries(Array.from(node.entries, ([key, child]) => [key, toPlain(child)]));
  }
}

/** `/app/compose.yaml:3:5` */
export function formatPlace({ source, offset }: Place): string {
  const before = source.text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return `${source.file}:${lineOf(before)}:${offset - lineStart + 1}`;
}

export function lineAt({ source, offset }: Place): number {
  return lineOf(source.text.slice(0, offset));
}

function lineOf(before: string): number {
  return before.split('\n').length;
}
