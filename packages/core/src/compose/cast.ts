import type { ScalarValue } from './node.ts';

/** How a string becomes the type that an attribute has. */
export interface Cast {
  /** With its article: `a boolean`. */
  readonly type: string;
  /** `undefined` when the text is not of the type. */
  readonly read: (text: string) => ScalarValue | undefined;
}

export const toInteger: Cast = {
  type: 'an integer',
  read: text => {
    if (!/^[-+]?[0-9]{1,40}$/.test(text)) return undefined;
    const value = BigInt(text.replace('+', ''));
    return value === BigInt.asIntN(64, value) ? value : undefined;
  },
};

export const toFloat: Cast = {
  type: 'a number',
  read: text => {
    const digits = withoutGrouping(text);
    return /^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/.test(digits) ? Number(digits) : undefined;
  },
};

/** `1_000` as `1000`. */
export function withoutGrouping(text: string): string {
  return text.replace(/(?<=[0-9])_(?=[0-9])/g, '');
}

export const toBoolean: Cast = {
  type: 'a boolean',
  read: text => booleans.get(text.toLowerCase()),
};

const booleans: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'y', 'yes', 'on'].map(word => [word, true] as const),
  ...['false', 'n', 'no', 'off'].map(word => [word, false] as const),
]);
