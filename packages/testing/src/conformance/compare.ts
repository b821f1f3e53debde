import { isList, isMap, type Json, type Transcript } from './transcript.ts';

/** How far two transcripts are the same, leaf by leaf. */
export interface Comparison {
  readonly equal: number;
  readonly unequal: number;
  readonly differences: readonly Difference[];
}

export interface Difference {
  /** The request, and the JSON pointer into what was recorded of it. */
  readonly place: string;
  /** Undefined: it is not there. */
  readonly wanted: Json | undefined;
  readonly found: Json | undefined;
}

/** Every leaf of both must be there in both, with the same value of the same type. */
export function compare(wanted: Transcript, found: Transcript): Comparison {
  const [a, b] = [leavesOf(wanted), leavesOf(found)];
  const places = [...new Set([...a.keys(), ...b.keys()])];
  const differences = places
    .map(place => ({ place, wanted: a.get(place), found: b.get(place) }))
    .filter(leaf => leaf.wanted !== leaf.found)
    .map(leaf => ({ ...leaf, place: shownPlace(leaf.place, wanted) }));
  return { equal: places.length - differences.length, unequal: differences.length, differences };
}

/** In hundredths, rounded down: only what is all equal has 100. */
export function scoreOf({ equal, unequal }: Pick<Comparison, 'equal' | 'unequal'>): number {
  return Math.floor((10_000 * equal) / (equal + unequal)) / 100;
}

export function formatDifference({ place, wanted, found }: Difference): string {
  const show = (value: Json | undefined): string => (value === undefined ? 'nothing' : JSON.stringify(value));
  return `${place}: ${show(found)} instead of ${show(wanted)}`;
}

type Leaf = string | number | boolean | null;

/** By JSON pointer. A list or map without elements is a leaf, too. */
function leavesOf(transcript: Transcript): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const visit = (pointer: string, value: Json): void => {
    if (isList(value)) {
      if (value.length === 0) leaves.set(pointer, '[]');
      for (const [index, item] of value.entries()) visit(`${pointer}/${index}`, item);
    } else if (isMap(value)) {
      const entries = Object.entries(value);
      if (entries.length === 0) leaves.set(pointer, '{}');
      for (const [key, item] of entries) visit(`${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, item);
    } else {
      leaves.set(pointer, value);
    }
  };
  for (const [index, { request, status, headers, answer }] of transcript.exchanges.entries()) {
    visit(`/exchanges/${index}`, { request, status, headers, answer });
  }
  visit('/events', transcript.events);
  return leaves;
}

function shownPlace(pointer: string, { exchanges }: Transcript): string {
  const [, index, rest = ''] = /^\/exchanges\/(\d+)(.*)$/.exec(pointer) ?? [];
  return index === undefined ? pointer : `${index} ${exchanges[Number(index)]?.request} ${rest}`;
}
