import { createHash, timingSafeEqual } from 'node:crypto';

/** True when both texts are the same; takes as long for a near miss as for a far one, whatever their lengths. */
export function isSameSecret(given: string, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
