import { type Clock, type Deliveries, formatReference, type ImagePushed, type ImageReference } from '@gopdater/core';
import { Problem } from '../http/problem.ts';
import type { Logger } from '../log.ts';

export interface AcceptDependencies {
  readonly deliveries: Pick<Deliveries, 'accept'>;
  readonly updater: {
    isUsed(image: ImageReference): Promise<boolean>;
    submit(event: ImagePushed): Promise<unknown>;
  };
  readonly clock: Clock;
  readonly log: Logger;
}

/** Pushes of one delivery whose sender is known. */
export interface KnownDelivery {
  readonly deliveryId: string;
  readonly senderId: string | undefined;
  readonly images: readonly ImageReference[];
}

/** What became of them: a list for each, of names such as `docker.io/acme/web:latest`. */
export interface Accepted {
  readonly outcome: 'accepted' | 'unused' | 'duplicate';
  readonly accepted: readonly string[];
  readonly unused: readonly string[];
}

/** So long it is asked which services use an image; then the delivery is taken, and asked about when its turn comes. */
const matchTimeoutMs = 500;

/**
 * Keeps what some service uses, and lets it be rolled out. Resolves once it is durable, and waits for no rollout.
 *
 * @throws Problem 503 when there is no room: nothing was kept
 */
export async function acceptDelivery(
  { deliveryId, senderId, images }: KnownDelivery,
  dependencies: AcceptDependencies,
): Promise<Accepted> {
  const { updater, deliveries, clock, log } = dependencies;
  const events = images.map(image => ({ deliveryId, image }));
  const areUsed = await Promise.all(events.map(async event => await mayBeUsed(event, dependencies)));
  const used = events.filter((_, index) => areUsed[index]);
  const unused = events.filter((_, index) => !areUsed[index]).map(nameOf);
  if (unused.length > 0) log.info({ deliveryId }, `No watched service uses ${unused.join(', ')}.`);
  if (used.length === 0) return { outcome: 'unused', accepted: [], unused };
  const acceptance = await deliveries.accept({
    deliveryId,
    senderId,
    images: used.map(({ image }) => image),
    receivedAt: clock.now(),
  });
  const names = used.map(nameOf);
  switch (acceptance) {
    case 'full':
      log.error({ deliveryId }, `No room for ${names.join(', ')}: too many images wait for their rollout.`);
      throw new Problem(503, 'Too much is waiting; send it again later.', { 'retry-after': '30' });
    case 'duplicate':
      log.info({ deliveryId }, `A delivery came once more: ${senderId}.`);
      return { outcome: 'duplicate', accepted: [], unused };
    case 'accepted':
      log.info({ deliveryId, image: names[0] }, `Accepted a delivery for ${names.join(', ')}.`);
      for (const event of used) void updater.submit(event);
      return { outcome: 'accepted', accepted: names, unused };
  }
}

/** False only where it is certain: what cannot be read now, or takes its time, is no reason to lose a push. */
async function mayBeUsed(event: ImagePushed, { updater, clock, log }: AcceptDependencies): Promise<boolean> {
  const stop = new AbortController();
  const late = clock.sleep(matchTimeoutMs, { signal: stop.signal }).then(() => undefined);
  try {
    return (await Promise.race([updater.isUsed(event.image), late])) ?? true;
  } catch (err) {
    const { deliveryId } = event;
    log.warn({ deliveryId, err }, 'The watched projects cannot be read now; the delivery is kept until they can.');
    return true;
  } finally {
    stop.abort();
  }
}

function nameOf({ image }: ImagePushed): string {
  return formatReference(image);
}
