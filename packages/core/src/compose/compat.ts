/** Whose answers are given; `2.26` and `2.40` are proved against these versions, `5` follows what is known of it. */
export type Compat = '2.26' | '2.40' | '5';

export const defaultCompat: Compat = '2.40';

/** From the oldest on. */
export const compats: readonly Compat[] = ['2.26', '2.40', '5'];

export function isCompat(value: unknown): value is Compat {
  return compats.some(compat => compat === value);
}

/** Whether it is older than the other. */
export function isBefore(compat: Compat, other: Compat): boolean {
  return compats.indexOf(compat) < compats.indexOf(other);
}
