import { withoutGrouping } from './cast.ts';
import { type Compat, isBefore } from './compat.ts';

/**
 * The bytes that a size such as `512m` or `1.5 GiB` means; `undefined` if it is none.
 *
 * @see Compose Specification, "Specifying byte values"
 */
export function byteSize(text: string, compat: Compat): bigint | undefined {
  const isOld = isBefore(compat, '2.40');
  const [, number = '', unit = ''] = (isOld ? olderPattern.exec(text) : pattern.exec(withoutGrouping(text))) ?? [];
  if (number === '' || Number(number) < 0 || !Number.isFinite(Number(number))) return undefined;
  const bytes = Math.trunc(Number(number) * 1024 ** (unit === '' ? 0 : 'kmgtp'.indexOf(unit.toLowerCase()) + 1));
  // What is too large overflows, as in Compose.
  return bytes < 2 ** 63 ? BigInt(bytes) : -(2n ** 63n);
}

const pattern = /^([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?) ?(?:b|([kmgtp])(?:i?b)?)?$/i;
const olderPattern = /^(\d+(?:\.\d+)?) ?(?:([kmgtp])?i?b?)$/i;
