/** Whose answers are given; `2.26` and `2.40` are proved against these versions, `5` follows what is known of it. */
export type Compat = '2.26' | '2.40' | '5';

export const defaultCompat: Compat = '2.40';

const order: readonly Compat[] = ['2.26', '2.40', '5'];

export function isCompat(value: unknown): value is Compat {
  return order.some(compat => compat === value);
}

/** Whether it is older than the other. */
export function isBefore(compat: Compat, other: Compat): boolean {
  return order.indexOf(compat) < order.indexOf(other);
}
