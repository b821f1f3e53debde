import { byteSize } from './byte-size.ts';
import { type Cast, toBoolean, toFloat, toInteger } from './cast.ts';
import { type Compat, isBefore } from './compat.ts';
import { formatDuration, parseDurationNs } from './duration.ts';
import { pairsOf } from './pairs.ts';
import { invalid } from './problem.ts';
import { goText, scalarText } from './scalar-text.ts';
import { isNull, itemsOf, type Mapping, mapping, type Node, type ScalarValue, scalar, stringsOf } from './tree.ts';
import { splitWords } from './words.ts';

/**
 * What an attribute is in the JSON of `docker compose config`; `undefined` where that leaves it out.
 *
 * Zero, false and what is empty are left out unless the name of the attribute's type says `optional`: there only what is
 * not written is.
 */
export type Print = (node: Node, path: string, compat: Compat) => unknown;

export const text: Print = (node, path) => {
  const value = scalarOf(node);
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'string' && typeof value !== 'bigint') throw wrongType(node, path, 'a string');
  return `${value}` || undefined;
};

/** A string that is written even if it is empty. */
export const wholeText: Print = (node, path, compat) => text(node, path, compat) ?? '';

export const optionalFlag: Print = (node, path) => castTo(toBoolean, node, path);
export const flag: Print = (node, path) => castTo(toBoolean, node, path) || undefined;

export const optionalInteger: Print = (node, path) => {
  const number = castTo(toInteger, node, path);
  return number === undefined ? undefined : Math.trunc(Number(number));
};
export const integer: Print = (node, path, compat) => optionalInteger(node, path, compat) || undefined;

/** A number that Compose takes no text for, and that is not negative. */
export const optionalUnsigned: Print = (node, path, compat) => {
  const value = scalarOf(node);
  if (typeof value === 'string' || Number(value) < 0) throw wrongType(node, path, 'a number from 0 on');
  return optionalInteger(node, path, compat);
};
export const unsigned: Print = (node, path, compat) => optionalUnsigned(node, path, compat) || undefined;

/** With the seven digits that Compose keeps. */
export const decimal: Print = (node, path) => {
  const number = castTo(toFloat, node, path);
  return number === undefined ? undefined : shortest32(Number(number)) || undefined;
};

/** Text is read as the type; `undefined` for null. */
function castTo(cast: Cast, node: Node, path: string): ScalarValue | undefined {
  const value = scalarOf(node);
  if (value === null || value === undefined) return undefined;
  const read = typeof value === 'string' ? cast.read(value) : value;
  if (read === undefined || (typeof read === 'boolean') !== (cast === toBoolean))
    throw wrongType(node, path, cast.type);
  return read;
}

/** A size in bytes, as a string; Compose takes no number with a fraction or an exponent for one. */
export const bytes: Print = (node, path, compat) => {
  const value = scalarOf(node);
  if (typeof value === 'bigint') return value === 0n ? undefined : `${value}`;
  if (typeof value !== 'string') return undefined;
  const size = byteSize(value, compat);
  if (size === undefined) throw invalid(node, `${path} must be a size such as 512m.`);
  return size === 0n ? undefined : `${size}`;
};

export const optionalDuration: Print = (node, path, compat) => {
  const value = scalarOf(node);
  if (typeof value !== 'string') return undefined;
  const hasNewUnit = /[dw]/.test(value);
  const ns = hasNewUnit && isBefore(compat, '2.40') ? undefined : parseDurationNs(value);
  if (ns === undefined) throw invalid(node, `${path} must be a duration such as 1m30s.`);
  return formatDuration(ns);
};
export const duration: Print = (node, path, compat) => {
  const printed = optionalDuration(node, path, compat);
  return printed === '0s' ? undefined : printed;
};

/** Permissions of a file. */
export const mode: Print = (node, path, compat) => {
  const value = scalarOf(node);
  if (value === null) return undefined;
  const isOld = isBefore(compat, '2.40');
  const isNumber =
    typeof value === 'bigint' || (typeof value === 'string' && (isOld ? /^[0-9]+$/ : /^[0-7]+$/).test(value));
  if (!isNumber) throw invalid(node, `${path} must be an octal number.`);
  if (isOld) return Number(value);
  return `0${typeof value === 'string' ? Number.parseInt(value, 8).toString(8) : value.toString(8)}`;
};

/** How many devices; -1 stands for all. */
export const count: Print = (node, path, compat) => {
  const value = scalarOf(node);
  return typeof value === 'string' && value.toLowerCase() === 'all' ? -1 : integer(node, path, compat);
};

/** What a shell would start; `null` leaves it to the image. */
export const command: Print = (node, path) => {
  const line = scalarOf(node);
  if (line === null || line instanceof Date) return null;
  if (typeof line !== 'string') return itemsOf(node).map(item => goText(item));
  const words = splitWords(line);
  if (words === undefined) {
    throw invalid(
      node,
      `${path} has a quote or a bracket that is not closed.`,
      'Close it, or write the words as a list.',
    );
  }
  return words;
};

/** What the container is asked to run; a string is for its shell. */
export const healthTest: Print = node => {
  const line = scalarOf(node);
  if (typeof line === 'string') return ['CMD-SHELL', line];
  return orNothing(itemsOf(node).map(item => goText(item)));
};

export const texts: Print = (node, path) => {
  if (node.kind === 'scalar') return orNothing(stringsOf(node));
  const items = itemsOf(node);
  for (const [index, item] of items.entries()) {
    if (typeof scalarOf(item) === 'number') throw wrongType(item, `${path}.${index}`, 'a string');
  }
  return orNothing(items.map(goText));
};

/** A mapping from text to text. */
export const textMap: Print = node => record(freeEntries(node), value => (isNull(value) ? '' : goText(value)));

/** `KEY: VALUE` or `KEY=VALUE`. */
export const pairs: Print = node => record(pairEntries(node), value => (isNull(value) ? '' : goText(value)));

/** The same, where a key may have no value. */
export const optionalPairs: Print = node => record(pairEntries(node), value => (isNull(value) ? null : goText(value)));

/** Only strings and integers, which Compose makes text of. */
export const strictTextMap: Print = (node, path, compat) => {
  return record(freeEntries(node), (value, key) => wholeText(value, `${path}.${key}`, compat));
};

/** Lists of text by key. */
export const textsMap: Print = node => {
  return record(freeEntries(node), value => (value.kind === 'sequence' ? value.items.map(goText) : [goText(value)]));
};

/** `HOST=ADDRESS` for each address of a host. */
export const hosts: Print = (node, path) => {
  const addresses = new Map<string, readonly string[]>();
  for (const [host, given] of hostEntries(node, path)) {
    addresses.set(host, [...(node.kind === 'sequence' ? (addresses.get(host) ?? []) : []), ...given]);
  }
  const lines = Array.from(addresses, ([host, given]) =>
    given.map(address => `${host}=${address.replace(brackets, '$1')}`),
  );
  return orNothing(lines.flat().sort());
};

/** `ID=PATH` or the `default` one. */
export const sshKeys: Print = node => {
  const keys = freeEntries(node).map(([id, file]) => (isNull(file) ? id : `${id}=${goText(file)}`));
  return orNothing(keys);
};

/** One limit for both, or each; 0 is not printed. */
export const ulimit: Print = (node, path) => {
  if (node.kind === 'sequence') throw wrongType(node, path, 'an integer or a mapping');
  if (node.kind === 'scalar') return numberOf(node) || {};
  const [soft, hard] = [integerAt(node, 'soft'), integerAt(node, 'hard')];
  return { ...(soft && { soft }), ...(hard && { hard }) };
};

export function listOf(print: Print): Print {
  return (node, path, compat) => {
    const printed = itemsOf(node).map((item, index) => print(item, `${path}.${index}`, compat));
    return orNothing(printed);
  };
}

/** A mapping whose keys are names that the user chose. */
export function named(print: Print): Print {
  return (node, path, compat) => {
    if (node.kind !== 'mapping') return undefined;
    return record([...node.entries], (value, key) => (isNull(value) ? null : print(value, `${path}.${key}`, compat)));
  };
}

/** As {@link named}, where Compose takes keys with `x-` away. */
export function keyed(print: Print): Print {
  return (node, path, compat) => {
    return record(freeEntries(node), (value, key) => (isNull(value) ? null : print(value, `${path}.${key}`, compat)));
  };
}

/** Attributes by name, in the order in which Compose prints them; what is not listed is left out. */
export type Attributes = Readonly<Record<string, Print>>;

/**
 * @param always  what is printed of attributes that are not written
 */
export function attributes(prints: Attributes, always: Readonly<Record<string, unknown>> = {}): Print {
  const listed = Object.entries(prints);
  return (node, path, compat) => {
    if (node.kind !== 'mapping') return undefined;
    const printed: Record<string, unknown> = {};
    for (const [key, print] of listed) {
      const child = node.entries.get(key);
      const value = child === undefined ? undefined : print(child, `${path}.${key}`, compat);
      if (value !== undefined) printed[key] = value;
      else if (key in always) printed[key] = always[key];
    }
    return printed;
  };
}

/** Left out by versions that do not know it. */
export function since(first: Compat, print: Print): Print {
  return (node, path, compat) => (isBefore(compat, first) ? undefined : print(node, path, compat));
}

function scalarOf(node: Node): ScalarValue | undefined {
  return node.kind === 'scalar' ? node.value : undefined;
}

/** Of a number, or of text that is one. */
function numberOf(node: Node): number | undefined {
  const value = scalarOf(node);
  if (value === null || value === undefined || value === '') return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

function integerAt(node: Mapping, key: string): number | undefined {
  const entry = node.entries.get(key);
  return entry === undefined ? undefined : numberOf(entry);
}

/** The shortest decimal that a number of 32 bits tells from its neighbours. */
function shortest32(number: number): number {
  const rounded = Math.fround(number);
  for (let digits = 1; digits < 9; digits += 1) {
    const shorter = Number(rounded.toPrecision(digits));
    if (Math.fround(shorter) === rounded) return shorter;
  }
  return Number(rounded.toPrecision(9));
}

const brackets = /^\[(.+)\]$/;

function hostEntries(node: Node, path: string): readonly (readonly [string, readonly string[]])[] {
  const entries = node.kind === 'mapping' ? freeEntries(node) : itemsOf(node).map(item => splitHost(item, path));
  return entries.map(([host, given]) => {
    if (host === '' || /[:=]/.test(host)) throw invalid(given, `${path} has the bad host name "${host}".`);
    if (given.kind === 'mapping') throw invalid(given, `${path}.${host} must be an address.`);
    if (given.kind === 'sequence') return [host, given.items.map(goText)];
    return [host, node.kind === 'mapping' ? [scalarText(given.value)] : scalarText(given.value).split(',')];
  });
}

function splitHost(item: Node, path: string): readonly [string, Node] {
  const line = goText(item);
  const separator = line.includes('=') ? line.indexOf('=') : line.indexOf(':');
  if (separator < 0) throw invalid(item, `${path} has the host "${line}" without an address.`, 'Write HOST=ADDRESS.');
  return [line.slice(0, separator), scalar(line.slice(separator + 1), item)];
}

function pairEntries(node: Node): readonly (readonly [string, Node])[] {
  return node.kind === 'mapping' ? freeEntries(node) : [...(pairsOf(node) ?? [])];
}

/** Compose moves keys with `x-` under one key of its own, even where any key is allowed. */
function freeEntries(node: Node): readonly (readonly [string, Node])[] {
  if (node.kind !== 'mapping') return [];
  const extensions = [...node.entries].filter(([key]) => key.startsWith('x-'));
  if (extensions.length === 0) return [...node.entries];
  const others = [...node.entries].filter(([key]) => !key.startsWith('x-'));
  return [...others, ['#extensions', mapping(new Map(extensions), node)]];
}

function record(
  entries: readonly (readonly [string, Node])[],
  print: (value: Node, key: string) => unknown,
): Readonly<Record<string, unknown>> | undefined {
  if (entries.length === 0) return undefined;
  return fromEntries(entries.map(([key, value]) => [key, print(value, key)]));
}

/** Own properties only, whatever their names. */
function fromEntries(entries: Iterable<readonly [string, unknown]>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(entries);
}

function orNothing<Item>(items: readonly Item[]): readonly Item[] | undefined {
  return items.length === 0 ? undefined : items;
}

function wrongType(node: Node, path: string, type: string): Error {
  return invalid(node, `${path} must be ${type}.`, 'Put the value in quotes.');
}
