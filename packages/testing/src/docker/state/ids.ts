import { createHash } from 'node:crypto';

export interface Ids {
  /** 64 hex digits, as containers, networks and endpoints have. */
  next(kind: string): string;
}

/** The same seed gives the same ids in the same order. */
export function createIds(seed: number): Ids {
  let count = 0;
  return {
    next(kind: string): string {
      count += 1;
      return createHash('sha256').update(`${seed} ${kind} ${count}`).digest('hex');
    },
  };
}
