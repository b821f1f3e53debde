import { GopdaterError } from '../errors.ts';
import { formatReference, type ImageReference } from '../image/reference.ts';
import { readDelivery } from './receive.ts';
import type { Receiver } from './receiver.ts';
import { readHeaders } from './request.ts';
import type { SampleContext, SampleDelivery } from './sample.ts';
import type { PushedImage } from './sender.ts';

/**
 * A small delivery as this receiver's sender would announce the image, read back to be sure that it does.
 *
 * @throws GopdaterError `SAMPLE_IMPOSSIBLE` for an image that the sender, as it is configured, cannot announce
 */
export function sampleDelivery(
  image: ImageReference,
  receiver: Receiver,
  context: Pick<SampleContext, 'id' | 'now'>,
): SampleDelivery {
  const { name, sender, options } = receiver;
  const sample = sender.sample(image, { ...context, options });
  const means = readBack(sample, { ...receiver, owners: undefined, repositories: undefined }, context.now);
  if (means.some(one => isSameImage(one, image))) return sample;
  const other = means.map(one => formatReference(one.image)).join(', ');
  throw new GopdaterError(
    'SAMPLE_IMPOSSIBLE',
    `The sender of ${name}, ${sender.name}, cannot announce ${formatReference(image)}${other && `: it would mean ${other}`}.`,
    { hint: 'Name an image of its registry, or set the receiver’s HOST, HOSTS or BUILDS: see docs/webhooks.md.' },
  );
}

function readBack({ headers, body }: SampleDelivery, receiver: Receiver, now: number): readonly PushedImage[] {
  try {
    const request = { method: 'POST', headers: readHeaders(Object.entries(headers).flat()), body: Buffer.from(body) };
    return readDelivery({ ...request, query: new URLSearchParams(), pathSecret: undefined, receivedAt: now }, receiver)
      .pushed;
  } catch (error) {
    if (error instanceof GopdaterError) return [];
    throw error;
  }
}

function isSameImage({ image, isTagLowerCased = false }: PushedImage, wanted: ImageReference): boolean {
  const tag = isTagLowerCased ? wanted.tag?.toLowerCase() : wanted.tag;
  return formatReference(image) === formatReference({ ...wanted, tag });
}
