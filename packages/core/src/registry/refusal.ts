import { GopdaterError } from '../errors.ts';
import { loginHint, rateLimitHint } from '../image/login-hint.ts';
import { formatReference, type ImageReference } from '../image/reference.ts';
import type { RegistryAnswer } from './patient-fetch.ts';
import { retryAfterMs } from './retry-after.ts';

/**
 * A status that is no success, as one of our errors.
 *
 * @param obstacle  what kept us from being anybody there
 */
export function refusal(
  { status, headers }: RegistryAnswer,
  image: ImageReference,
  now: number,
  obstacle?: GopdaterError,
): GopdaterError {
  const { registry } = image;
  const name = formatReference(image);
  switch (status) {
    case 404:
      return new GopdaterError('IMAGE_NOT_FOUND', `The registry ${registry} has no ${name}.`, {
        hint: 'Check the repository and the tag, and that the push has ended.',
      });
    case 401:
    case 403:
      return new GopdaterError(
        'REGISTRY_UNAUTHORIZED',
        [`The registry ${registry} does not let us read ${name}.`, obstacle?.message].filter(Boolean).join(' '),
        { hint: obstacle?.hint ?? loginHint(registry), cause: obstacle },
      );
    case 429:
      return new GopdaterError('REGISTRY_FAILED', `The registry ${registry} limits our requests.`, {
        hint: rateLimitHint(registry, { when: whenAgain(headers, now) }),
        retryAfterMs: retryAfterMs(headers, now),
      });
    default:
      return new GopdaterError('REGISTRY_FAILED', `The registry ${registry} answered ${status} for ${name}.`, {
        hint: `Try again ${whenAgain(headers, now) ?? 'later; if it stays so, look at the registry’s own log'}.`,
        retryAfterMs: retryAfterMs(headers, now),
      });
  }
}

/** e.g. `after 2027-12-31T23:59:59.000Z`; `undefined` if the registry does not say. */
function whenAgain(headers: Headers, now: number): string | undefined {
  const waitMs = retryAfterMs(headers, now);
  return waitMs === undefined ? undefined : `after ${new Date(now + waitMs).toISOString()}`;
}
