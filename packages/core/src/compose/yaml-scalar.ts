import type { ScalarValue } from './node.ts';

/**
 * The value of a scalar; of the tags those of YAML itself count, any other leaves the text as it stands.
 *
 * @param isPlain  neither quoted nor a block
 * @returns `undefined` for a value that is not what its tag says
 */
export function scalarValue(text: string, isPlain: boolean, tag: string): ScalarValue | undefined {
  if (tag === '' || tag === '!') return isPlain ? resolveScalar(text) : text;
  if (tag === '!!binary') return base64Pattern.test(text) ? Buffer.from(text, 'base64').toString() : undefined;
  const type = standardTags.get(tag);
  if (type === undefined || type === 'string') return text;
  const value = resolveScalar(text);
  if (type === 'number' && typeof value === 'bigint') return Number(value);
  return (value === null ? 'null' : typeof value) === type ? value : undefined;
}

const base64Pattern = /^(?:[A-Za-z0-9+/]{4}|[\r\n])*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?[\r\n]*$/;

const standardTags: ReadonlyMap<string, string> = new Map([
  ['!!str', 'string'],
  ['!!int', 'bigint'],
  ['!!float', 'number'],
  ['!!bool', 'boolean'],
  ['!!null', 'null'],
  ['!!timestamp', 'object'],
]);

/**
 * What a plain (unquoted) scalar means to the YAML reader of Compose.
 *
 * It is YAML 1.2's core schema with three additions of YAML 1.1: `0755` is octal, digits may be grouped by `_`, and
 * dates are dates. `yes`, `off` and `22:22` are strings.
 */
export function resolveScalar(text: string): ScalarValue {
  const word = text.length > longestWord ? undefined : words.get(text);
  if (word !== undefined) return word;
  const first = text.charCodeAt(0);
  const isDigit = first >= 48 && first <= 57;
  if (first === dot) return readFloat(text) ?? text;
  if (!isDigit && first !== plus && first !== minus) return text;
  if (isDigit && text.charAt(4) === '-') return readDate(text) ?? text;
  const digits = text.replaceAll('_', '');
  return readInteger(digits) ?? readFloat(digits) ?? text;
}

const [plus, minus, dot] = [43, 45, 46];
const floatPattern = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const integerPattern = /^([-+]?)(?:(0[xX][0-9a-fA-F]+|0[bB][01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const datePattern =
  /^(\d{4}-\d{1,2}-\d{1,2})(?:(?:[Tt]|[ \t]+)(\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?)(?:Z|([-+]\d\d:\d\d))?)?$/;

const words: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...['', '~', 'null', 'Null', 'NULL'].map(word => [word, null] as const),
  ...['true', 'True', 'TRUE'].map(word => [word, true] as const),
  ...['false', 'False', 'FALSE'].map(word => [word, false] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map(word => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map(word => [word, Number.NEGATIVE_INFINITY] as const),
  ...['.nan', '.NaN', '.NAN'].map(word => [word, Number.NaN] as const),
]);

const longestWord = 5;

const smallestInteger = -(2n ** 63n);
const largestInteger = 2n ** 64n - 1n;

/** What is too large for a float is none. */
function readFloat(digits: string): number | undefined {
  const value = floatPattern.test(digits) ? Number(digits) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** More than these are beyond any integer, zeros in front included. */
const maxDigits = 200;

function readInteger(digits: string): bigint | undefined {
  const match = digits.length > maxDigits ? null : integerPattern.exec(digits);
  if (match === null) return undefined;
  const [, sign, prefixed, octal, decimal] = match;
  const size = BigInt(prefixed ?? (octal === undefined ? (decimal ?? '0') : `0o${octal}`));
  const value = sign === '-' ? -size : size;
  return value < smallestInteger || value > largestInteger ? undefined : value;
}

/** A date, perhaps with a time; only `T` may be followed by a zone. */
function readDate(text: string): Date | undefined {
  const [, day = '', time = '0:0:0', zone = 'Z'] = datePattern.exec(text) ?? [];
  const hasZone = /Z$|[-+]\d\d:\d\d$/.test(text);
  if (day === '' || (text.length > day.length && hasZone !== /[Tt]/.test(text))) return undefined;
  const padded = [day.split('-'), time.split(':')].map(parts => parts.map(part => part.replace(/^\d(?!\d)/, '0$&')));
  const date = new Date(`${padded[0]?.join('-')}T${padded[1]?.join(':')}${zone}`);
  const [, , dayOfMonth] = day.split('-').map(Number);
  // A day that its month does not have is taken for one of the next month.
  const exists = new Date(`${padded[0]?.join('-')}T00:00:00Z`).getUTCDate() === dayOfMonth;
  return exists && !Number.isNaN(date.getTime()) ? date : undefined;
}
