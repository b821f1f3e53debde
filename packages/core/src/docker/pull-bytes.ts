import type { PullProgress } from './engine.ts';

/** How much has come over the wire, in bytes. */
export interface PulledBytes {
  readonly current: number;
  /** `undefined` as long as a layer has not said how large it is. */
  readonly total: number | undefined;
}

const announced: ReadonlySet<string> = new Set(['Pulling fs layer', 'Waiting']);
const complete: ReadonlySet<string> = new Set([
  'Already exists',
  'Verifying Checksum',
  'Download complete',
  'Extracting',
  'Pull complete',
]);

/**
 * Adds up the layers of one pull, as the engine tells of them line by line. A layer that it has already, or that came so
 * fast that no size was told, counts for nothing.
 */
export function createPullBytes(): (progress: PullProgress) => PulledBytes {
  const layers = new Map<string, PulledBytes>();
  return ({ id = '', status, current, total }) => {
    const known = layers.get(id);
    if (announced.has(status)) layers.set(id, known ?? { current: 0, total: undefined });
    else if (status === 'Downloading') layers.set(id, { current: current ?? 0, total });
    else if (complete.has(status)) {
      // With containerd's image store “Extracting” counts seconds, and has no total.
      const size = total ?? known?.total ?? known?.current ?? 0;
      layers.set(id, { current: size, total: size });
    }
    return sum([...layers.values()]);
  };
}

function sum(layers: readonly PulledBytes[]): PulledBytes {
  let current = 0;
  let total: number | undefined = 0;
  for (const layer of layers) {
    current += layer.current;
    total = total === undefined || layer.total === undefined ? undefined : total + layer.total;
  }
  return { current, total };
}
