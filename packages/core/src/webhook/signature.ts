import { hash, timingSafeEqual } from 'node:crypto';

/** True when both texts are the same; takes as long for a near miss as for a far one, whatever their lengths. */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return Buffer.from(hash('sha256', text, 'hex'), 'hex');
}
