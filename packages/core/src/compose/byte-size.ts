/**
 * The bytes that a size such as `512m` or `1.5 GiB` means; `undefined` if it is none.
 *
 * @see Compose Specification, "Specifying byte values"
 */
export function byteSize(text: string): bigint | undefined {
  const match = /^\+?(\d+(?:\.\d*)?|\.\d+) ?(?:b|([kmgtp])i?b?)?$/i.exec(text);
  if (match === null || /[kmgtp]i$/i.test(text)) return undefined;
  const [, number = '', unit] = match;
  const factor = unit === undefined ? 1 : 1024 ** ('kmgtp'.indexOf(unit.toLowerCase()) + 1);
  const bytes = Math.trunc(Number(number) * factor);
  return bytes < 2 ** 63 ? BigInt(bytes) : undefined;
}
