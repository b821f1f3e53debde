import { createHash } from 'node:crypto';
import { GopdaterError } from '../errors.ts';
import { formatReference, formatRepository } from '../image/reference.ts';
import type { VerifyDependencies } from './authentication.ts';
import type { Receiver } from './receiver.ts';
import type { HookRequest } from './request.ts';
import type { ParsedDelivery, PushedImage } from './sender.ts';
import { verify } from './verify.ts';

/** What became of a request, before anything is done about it. */
export type Received =
  /** `reason` is for the log, never for the caller. */
  { readonly kind: 'refused'; readonly reason: string } | ({ readonly kind: 'received' } & ReceivedDelivery);

export interface ReceivedDelivery extends Required<Pick<ParsedDelivery, 'pushed' | 'services' | 'ignored'>> {
  /** The same for the same delivery sent again; `undefined` where the sender gives nothing to tell it by. */
  readonly key: string | undefined;
  readonly time: number | undefined;
  readonly callbackUrl: string | undefined;
  /** Images that this receiver may not announce. */
  readonly forbidden: readonly PushedImage[];
  readonly answer: ParsedDelivery['answer'];
}

/** More than any sender puts into one delivery. */
const maxImages = 100;

/** More than anybody reads. */
const maxReasons = 100;

/**
 * Authenticates a request, and only then reads it.
 *
 * @throws GopdaterError `DELIVERY_INVALID` for an authenticated request that is not its sender's
 */
export async function receive(
  request: HookRequest,
  receiver: Receiver,
  dependencies: VerifyDependencies,
): Promise<Received> {
  const verdict = await verify(request, receiver.authentication, dependencies);
  if (!verdict.ok) return { kind: 'refused', reason: verdict.reason };
  return { kind: 'received', ...readDelivery(request, receiver) };
}

/** What an authenticated request says, within what this receiver may say. */
export function readDelivery(request: HookRequest, receiver: Receiver): ReceivedDelivery {
  const {
    pushed,
    services = [],
    ignored,
    answer,
    deliveryId,
    time,
    callbackUrl,
  } = receiver.sender.parse(request, receiver.options);
  // CloudEvents asks by it whether one may send; nobody announces anything by it.
  if (request.method === 'OPTIONS' && answer?.kind !== 'handshake') {
    throw new GopdaterError('DELIVERY_INVALID', 'OPTIONS only asks, and this sender has nothing to ask.');
  }
  const images = unique(pushed);
  const within = images.slice(0, maxImages);
  // Only what SNS has signed may name the URL that subscribes us.
  // Which image a service has is not known here, and may be one that this receiver must not announce.
  const takesNames = isEverybodys(receiver);
  const isUnsigned = answer?.kind === 'confirm' && receiver.authentication.kind !== 'sns';
  return {
    key: keyOf(receiver, deliveryId),
    ...{ time, callbackUrl },
    pushed: within.filter(image => isAllowed(image, receiver)),
    forbidden: within.filter(image => !isAllowed(image, receiver)),
    services: takesNames ? services : [],
    ignored: [
      ...ignored.slice(0, maxReasons),
      ...(ignored.length > maxReasons ? [`${ignored.length - maxReasons} more`] : []),
      ...(takesNames ? [] : services.map(() => 'a receiver that is limited takes no service by name')),
      ...(images.length > maxImages ? [`more than ${maxImages} images in one delivery`] : []),
      ...(isUnsigned ? ['a subscription is only confirmed where SNS’s signature is checked'] : []),
    ],
    answer: isUnsigned ? undefined : answer,
  };
}

/** Without an id nothing tells a second push from the first one sent again: Docker Hub’s differ by the second at best. */
function keyOf({ name }: Receiver, deliveryId: string | undefined): string | undefined {
  return deliveryId === undefined ? undefined : createHash('sha256').update(`${name}\0${deliveryId}`).digest('hex');
}

function unique(pushed: readonly PushedImage[]): readonly PushedImage[] {
  return [...new Map(pushed.map(one => [`${formatReference(one.image)} ${one.digest ?? ''}`, one])).values()];
}

/** True for a receiver that may announce whatever it likes. */
function isEverybodys({ owners, repositories }: Receiver): boolean {
  return (owners === undefined || owners.includes('*')) && repositories === undefined;
}

function isAllowed({ image }: PushedImage, { owners, repositories }: Receiver): boolean {
  return (
    (owners === undefined || owners.includes('*') || owners.includes(image.repository.split('/')[0] ?? '')) &&
    (repositories === undefined || repositories.includes(formatRepository(image)))
  );
}
