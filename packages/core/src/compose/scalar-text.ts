import type { Node, ScalarValue } from './node.ts';

/** A scalar as Compose writes it where text is wanted: `environment: {A: 1e6}` gives `1e+06`. */
export function scalarText(value: ScalarValue): string {
  if (value === null) return '';
  if (value instanceof Date) return `${withoutZeros(value).slice(0, -1).replace('T', ' ')} +0000 UTC`;
  return typeof value === 'number' ? floatText(value) : `${value}`;
}

/** `2024-01-02T03:04:05.5Z`, without what is only zeros. */
export function withoutZeros(date: Date): string {
  return date.toISOString().replace(/\.0+Z$|(\.\d*?[1-9])0+Z$/, '$1Z');
}

/** Any node as Compose writes it where text is wanted. */
export function goText(node: Node): string {
  switch (node.kind) {
    case 'scalar':
      return node.value === null ? '<nil>' : scalarText(node.value);
    case 'sequence':
      return `[${node.items.map(goText).join(' ')}]`;
    case 'mapping': {
      const sorted = [...node.entries].sort(([one], [other]) => (one < other ? -1 : 1));
      return `map[${sorted.map(([key, value]) => `${key}:${goText(value)}`).join(' ')}]`;
    }
  }
}

/** The shortest digits that read back the same; an exponent below -4 or from 6 on is written out. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Object.is(value, -0)) return '-0';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return `${value}`;
  return `${digits}e${power < 0 ? '-' : '+'}${`${Math.abs(power)}`.padStart(2, '0')}`;
}
