import {
  type Clock,
  type Deliveries,
  formatReference,
  type Hint,
  type ImagePushed,
  type ImageReference,
} from '@gopdater/core';
import { Problem } from '../http/problem.ts';
import type { Logger } from '../log.ts';

export interface AcceptDependencies {
  readonly deliveries: Pick<Deliveries, 'accept'>;
  readonly updater: {
    imagesOf(hint: Hint): readonly ImageReference[] | Promise<readonly ImageReference[]>;
    submit(event: ImagePushed): Promise<unknown>;
  };
  readonly clock: Clock;
  readonly log: Logger;
}

/** What a delivery points at, once its sender is known. */
export interface KnownDelivery {
  readonly deliveryId: string;
  readonly senderId: string | undefined;
  readonly hints: readonly Hint[];
}

/** What became of it. */
export interface Accepted {
  readonly outcome: 'accepted' | 'unused' | 'duplicate';
  /** What is looked at now, in the services’ own words, e.g. `docker.io/acme/web:latest`. */
  readonly accepted: readonly string[];
  /** What no watched service uses, in the sender’s. */
  readonly unused: readonly string[];
}

/** So long it is asked which services are meant; then the delivery is taken, and that is asked when its turn comes. */
const matchTimeoutMs = 500;

/**
 * Keeps what some service uses, and lets it be rolled out. Resolves once it is durable, and waits for no rollout.
 *
 * @throws Problem 503 when there is no room: nothing was kept
 */
export async function acceptDelivery(
  { deliveryId, senderId, hints }: KnownDelivery,
  dependencies: AcceptDependencies,
): Promise<Accepted> {
  const { updater, deliveries, clock, log } = dependencies;
  const found = await Promise.all(hints.map(async hint => await imagesOf(hint, deliveryId, dependencies)));
  const unused = hints.filter((_, index) => found[index]?.length === 0).map(nameOf);
  const byName = new Map(found.flat().map(image => [formatReference(image), image]));
  if (unused.length > 0) log.info({ deliveryId }, `No watched service uses ${unused.join(', ')}.`);
  if (byName.size === 0) return { outcome: 'unused', accepted: [], unused };
  const [names, images] = [[...byName.keys()], [...byName.values()]];
  const acceptance = await deliveries.accept({ deliveryId, senderId, images, receivedAt: clock.now() });
  switch (acceptance) {
    case 'full':
      log.error({ deliveryId }, `No room for ${names.join(', ')}: too many images wait for their rollout.`);
      throw new Problem(503, 'Too much is waiting; send it again later.', { 'retry-after': '30' });
    case 'duplicate':
      log.info({ deliveryId }, `A delivery for ${names.join(', ')} came once more.`);
      return { outcome: 'duplicate', accepted: [], unused };
    case 'accepted':
      log.info({ deliveryId, image: names[0] }, `Accepted a delivery for ${names.join(', ')}.`);
      for (const image of images) void updater.submit({ deliveryId, image });
      return { outcome: 'accepted', accepted: names, unused };
  }
}

/** None only where it is certain: what cannot be read now, or takes its time, is no reason to lose a push. */
async function imagesOf(
  hint: Hint,
  deliveryId: string,
  { updater, clock, log }: AcceptDependencies,
): Promise<readonly ImageReference[]> {
  try {
    const images = updater.imagesOf(hint);
    const found = images instanceof Promise ? await inTime(images, clock) : images;
    if (found !== undefined) return found;
  } catch (err) {
    log.warn({ deliveryId, err }, 'The watched projects cannot be read now; the delivery is kept until they can.');
  }
  if ('image' in hint) return [hint.image];
  throw new Problem(503, 'The services cannot be looked up now.', { 'retry-after': '30' });
}

async function inTime<T>(found: Promise<T>, clock: Clock): Promise<T | undefined> {
  const stop = new AbortController();
  try {
    const late = clock.sleep(matchTimeoutMs, { signal: stop.signal }).then(() => undefined);
    return await Promise.race([found, late]);
  } finally {
    // Without a reason an error would be made for each delivery.
    stop.abort('answered');
  }
}

function nameOf(hint: Hint): string {
  return 'image' in hint ? formatReference(hint.image) : `${hint.project}/${hint.service}`;
}
