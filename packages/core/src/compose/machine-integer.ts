/** The largest integer that has a sign. */
export const largestSigned: bigint = 2n ** 63n - 1n;

/** What a number is as an integer of 64 bits; one that has no place in them is the smallest there is. */
export function signed64(value: bigint | number): number {
  if (typeof value === 'bigint') return Number(BigInt.asIntN(64, value));
  return Math.abs(value) < 2 ** 63 ? Math.trunc(value) : -(2 ** 63);
}

/** What a number from 0 on is in some bits: the lower ones of 64. */
export function unsigned(value: bigint | number, bits: number): number {
  if (bits === 64 && typeof value === 'bigint') return Number(value);
  const whole = value < 2 ** 64 ? BigInt(typeof value === 'bigint' ? value : Math.trunc(value)) : 2n ** 63n;
  return Number(BigInt.asUintN(bits, whole));
}
