import { byteSize } from './byte-size.ts';
import { type Cast, toBoolean, toFloat, toInteger } from './cast.ts';
import { isBefore } from './compat.ts';
import { formatDuration, parseDurationNs } from './duration.ts';
import { largestSigned, signed64, unsigned as unsignedOf } from './machine-integer.ts';
import type { Node, ScalarValue } from './node.ts';
import { type Print, scalarOf, wrongType } from './print.ts';
import { invalid } from './problem.ts';
import type { TreePath } from './tree-path.ts';

export const text: Print = (node, path) => {
  const value = scalarOf(node);
  if (value === null || value === undefined) return undefined;
  const isText = typeof value === 'string' || (typeof value === 'bigint' && value <= largestSigned);
  if (!isText) throw wrongType(node, path, 'a string');
  return `${value}` || undefined;
};

/** A string that is written even if it is empty. */
export const wholeText: Print = (node, path, compat) => text(node, path, compat) ?? '';

export const optionalFlag: Print = (node, path) => castTo(toBoolean, node, path);
export const flag: Print = (node, path) => castTo(toBoolean, node, path) || undefined;

export const optionalInteger: Print = (node, path) => {
  const value = numberIn(toInteger, node, path);
  return value === undefined ? undefined : signed64(value);
};
export const integer: Print = (node, path, compat) => optionalInteger(node, path, compat) || undefined;

/** A number that Compose takes no text for, and that is not negative. */
export function optionalUnsigned(bits: number): Print {
  return (node, path) => {
    const value = typeof scalarOf(node) === 'string' ? -1 : numberIn(toInteger, node, path);
    if (value === undefined) return undefined;
    if (value < 0) throw wrongType(node, path, 'a number from 0 on');
    return unsignedOf(value, bits);
  };
}

export function unsigned(bits: number): Print {
  const print = optionalUnsigned(bits);
  return (node, path, compat) => print(node, path, compat) || undefined;
}

/** With the seven digits that Compose keeps. */
export const decimal: Print = (node, path) => {
  const value = numberIn(toFloat, node, path);
  return value === undefined || Number(value) === 0 ? undefined : shortest32(Number(value));
};

/** The same where Compose takes no integer beyond those with a sign. */
export const cpuCount: Print = (node, path, compat) => {
  const value = scalarOf(node);
  if (typeof value === 'bigint' && value > largestSigned) throw wrongType(node, path, 'a number');
  return decimal(node, path, compat);
};

/** `undefined` for null. */
function numberIn(cast: Cast, node: Node, path: TreePath): bigint | number | undefined {
  const value = castTo(cast, node, path);
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
}

/** Text is read as the type; `undefined` for null. */
function castTo(cast: Cast, node: Node, path: TreePath): ScalarValue | undefined {
  const value = scalarOf(node);
  if (value === null || value === undefined) return undefined;
  const read = typeof value === 'string' ? cast.read(value) : value;
  const isOther = read instanceof Date || (typeof read === 'boolean') !== (cast === toBoolean);
  if (read === undefined || isOther) throw wrongType(node, path, cast.type);
  return read;
}

/** A size in bytes, as a string; Compose takes no number with a fraction or an exponent for one. */
export const bytes: Print = (node, path, compat) => {
  const value = scalarOf(node);
  if (typeof value === 'bigint') return value === 0n || value > largestSigned ? undefined : `${value}`;
  if (typeof value !== 'string') return undefined;
  const size = byteSize(value, compat);
  if (size === undefined) throw invalid(node, `${path} must be a size such as 512m.`);
  return size === 0n ? undefined : `${size}`;
};

export const optionalDuration: Print = (node, path, compat) => {
  const value = scalarOf(node);
  if (value instanceof Date) throw wrongType(node, path, 'a duration');
  if (typeof value !== 'string') return undefined;
  if (printedSeconds.test(value)) return value;
  const hasNewUnit = /[dw]/.test(value);
  const ns = hasNewUnit && isBefore(compat, '2.40') ? undefined : parseDurationNs(value);
  if (ns === undefined) throw invalid(node, `${path} must be a duration such as 1m30s.`);
  return formatDuration(ns);
};
/** Most durations stand in the file as they are printed. */
const printedSeconds = /^[1-5]?[0-9]s$/;
export const duration: Print = (node, path, compat) => {
  const printed = optionalDuration(node, path, compat);
  return printed === '0s' ? undefined : printed;
};

/** Permissions of a file; older versions take them for a number, and text for decimal. */
export const mode: Print = (node, path, compat) => {
  const value = scalarOf(node);
  if (value === null) return undefined;
  if (isBefore(compat, '2.40')) {
    const number = numberIn(toInteger, node, path) ?? -1;
    if (number < 0) throw wrongType(node, path, 'a number from 0 on');
    return unsignedOf(number, 32);
  }
  const isOctal = typeof value === 'string' && /^[-+]?[0-7]+$/.test(value);
  const isNumber = typeof value === 'bigint' && value <= largestSigned;
  if (!isOctal && !isNumber) throw invalid(node, `${path} must be an octal number.`);
  return `0${isOctal ? Number.parseInt(value, 8).toString(8) : value.toString(8)}`;
};

/** The same where older versions take no text for a number. */
export const unquotedMode: Print = (node, path, compat) => {
  if (isBefore(compat, '2.40') && typeof scalarOf(node) === 'string') throw wrongType(node, path, 'an integer');
  return mode(node, path, compat);
};

/** How many devices; -1 stands for all. */
export const count: Print = (node, path, compat) => {
  const value = scalarOf(node);
  if (typeof value === 'number' || (typeof value === 'bigint' && value > largestSigned))
    throw wrongType(node, path, 'an integer');
  return typeof value === 'string' && value.toLowerCase() === 'all' ? -1 : integer(node, path, compat);
};

/** The shortest decimal that a number of 32 bits tells from its neighbours. */
function shortest32(number: number): number {
  const rounded = Math.fround(number);
  for (let digits = 1; digits < 9; digits += 1) {
    const shorter = Number(rounded.toPrecision(digits));
    if (Math.fround(shorter) === rounded) return shorter;
  }
  return Number(rounded.toPrecision(9));
}
