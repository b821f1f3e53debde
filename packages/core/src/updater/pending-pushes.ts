import { formatReference, type ImageReference } from '../image/reference.ts';
import type { ImagePushed } from '../webhook/event.ts';

/** How a burst becomes one push: a registry tells of each platform of an image, and of each of its tags. */
export interface Merging {
  /** So long nothing more may have come for the image, in milliseconds. Default 2_000. */
  readonly quietMs: number;
  /** So long it is waited for that at most, in milliseconds. Default 10_000. */
  readonly maxMs: number;
}

export const defaultMerging: Merging = { quietMs: 2_000, maxMs: 10_000 };

interface Pending<T extends ImagePushed> {
  readonly push: T;
  readonly firstAt: number;
  readonly dueAt: number;
}

/** Pushes that wait for their time, of each image the newest. */
export class PendingPushes<T extends ImagePushed> {
  readonly #merging: Merging;
  readonly #pending = new Map<string, Pending<T>>();

  constructor(merging: Merging) {
    this.#merging = merging;
  }

  /** When the first of them is due; `undefined` when none waits. */
  get dueAt(): number | undefined {
    return this.#first()?.dueAt;
  }

  has(image: ImageReference): boolean {
    return this.#pending.has(formatReference(image));
  }

  /** @returns the one whose place it takes */
  add(push: T, nowMs: number): T | undefined {
    const image = formatReference(push.image);
    const older = this.#pending.get(image);
    const { quietMs, maxMs } = this.#merging;
    const firstAt = older?.firstAt ?? nowMs;
    this.#pending.set(image, { push, firstAt, dueAt: Math.min(nowMs + quietMs, firstAt + maxMs) });
    return older?.push;
  }

  /** Takes out the first one that is due by then. */
  take(nowMs: number): T | undefined {
    const first = this.#first();
    if (first === undefined || first.dueAt > nowMs) return undefined;
    this.#pending.delete(formatReference(first.push.image));
    return first.push;
  }

  #first(): Pending<T> | undefined {
    return [...this.#pending.values()].reduce<Pending<T> | undefined>(
      (first, one) => (first === undefined || one.dueAt < first.dueAt ? one : first),
      undefined,
    );
  }
}
