import type { Node, Scalar } from './node.ts';
import { goText, scalarText } from './scalar-text.ts';
import { stringOf, toPlain } from './tree.ts';

/** Finds two items of a list that are the same; `undefined` if there are none. */
export type FindSame = (items: readonly Node[]) => readonly [first: number, index: number] | undefined;

/** Items are the same if they are written the same in JSON. */
export const findSameJson: FindSame = items => {
  if (areDifferentTexts(items)) return undefined;
  const seen = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const identity = item.kind === 'scalar' ? identityOf(item) : JSON.stringify(toPlain(item));
    const first = seen.get(identity);
    if (first !== undefined) return [first, index];
    seen.set(identity, index);
  }
  return undefined;
};

/** In a short list, a number is also the same as the text of that number, where the text stands before it. */
export const findSameValue: FindSame = items => {
  if (items.length > maxCompared) return findSameJson(items);
  if (areDifferentTexts(items)) return undefined;
  for (const [index, item] of items.entries()) {
    const first = items.slice(0, index).findIndex(earlier => isSame(item, earlier));
    if (first >= 0) return [first, index];
  }
  return undefined;
};

/** What most lists are can be told without a word for each item. */
function areDifferentTexts(items: readonly Node[]): boolean {
  if (items.length > maxCompared) return false;
  const texts = items.map(stringOf);
  return texts.every((text, index) => text !== undefined && texts.indexOf(text) === index);
}

/** Each with each. */
const maxCompared = 20;

function identityOf({ value }: Scalar): string {
  return `${isNumber(value) ? 'number' : typeof value} ${scalarText(value)}`;
}

function isNumber(value: Scalar['value']): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isSame(item: Node, earlier: Node): boolean {
  if (item.kind === 'mapping')
    return (
      earlier.kind === 'mapping' &&
      item.entries.size === earlier.entries.size &&
      [...item.entries].every(([key, child]) => {
        const other = earlier.entries.get(key);
        return other !== undefined && isSame(child, other);
      })
    );
  if (item.kind === 'sequence')
    return (
      earlier.kind === 'sequence' &&
      item.items.length === earlier.items.length &&
      item.items.every((child, index) => isSame(child, earlier.items[index] as Node))
    );
  if (earlier.kind !== 'scalar') return false;
  if (identityOf(item) === identityOf(earlier)) return true;
  return isNumber(item.value) && typeof earlier.value === 'string' && numberIn(earlier.value) === Number(goText(item));
}

/** The number that a text is in any of Go's notations but fractions and powers of two. */
function numberIn(text: string): number | undefined {
  return /^[+-]?\.?\d/.test(text) && !/\s/.test(text) ? Number(text.replaceAll('_', '')) : undefined;
}
