import { Entries, type ReadonlyEntries } from './entries.ts';
import { type Node, type Scalar, scalar } from './node.ts';

/** The entries of `{KEY: VALUE}` or `[KEY=VALUE]`; a bare `- KEY` has the value null; `undefined` for any other shape. */
export function pairsOf(node: Node): ReadonlyEntries<Scalar> | undefined {
  const pairs = new Entries<Scalar>();
  if (node.kind === 'mapping') {
    for (const [key, value] of node.entries) {
      if (value.kind !== 'scalar') return undefined;
      pairs.set(key, value);
    }
    return pairs;
  }
  if (node.kind === 'scalar') return undefined;
  for (const item of node.items) {
    if (item.kind !== 'scalar' || typeof item.value !== 'string') return undefined;
    const equals = item.value.indexOf('=');
    const key = equals < 0 ? item.value : item.value.slice(0, equals);
    pairs.set(key, equals < 0 ? scalar(null, item) : scalar(item.value.slice(equals + 1), item, item.mark));
  }
  return pairs;
}
