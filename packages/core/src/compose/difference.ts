import { isDeepStrictEqual } from 'node:util';

/** Where two models differ first, and how; `undefined` if they do not. */
export function firstDifference(ours: unknown, theirs: unknown, path = ''): string | undefined {
  if (isDeepStrictEqual(ours, theirs)) return undefined;
  if (typeof ours !== 'object' || typeof theirs !== 'object' || ours === null || theirs === null) {
    return `${path} is ${JSON.stringify(ours)}, but ${JSON.stringify(theirs)} in Compose`;
  }
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const child = path === '' ? key : `${path}.${key}`;
    const found = firstDifference(Reflect.get(ours, key), Reflect.get(theirs, key), child);
    if (found !== undefined) return found;
  }
  return `${path} is not the same in Compose`;
}
