import { Entries, type ReadonlyEntries } from './entries.ts';
import { largestSigned } from './machine-integer.ts';
import { type Node, scalar } from './node.ts';
import { pairsOf } from './pairs.ts';
import { freeEntries, orNothing, type Print, record, scalarOf, wrongType } from './print.ts';
import { wholeText } from './print-scalars.ts';
import { invalid } from './problem.ts';
import { goText, scalarText } from './scalar-text.ts';
import { isNull, itemsOf, stringsOf } from './tree.ts';
import type { TreePath } from './tree-path.ts';
import { splitWords } from './words.ts';

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
export const healthTest: Print = (node, path) => {
  const line = scalarOf(node);
  if (line instanceof Date) throw wrongType(node, path, 'a string or a list');
  if (typeof line === 'string') return ['CMD-SHELL', line];
  return orNothing(itemsOf(node).map(item => goText(item)));
};

export const texts: Print = (node, path) => {
  if (node.kind === 'scalar') return orNothing(stringsOf(node));
  const items = itemsOf(node);
  for (const [index, item] of items.entries()) {
    const value = scalarOf(item);
    const isText =
      typeof value !== 'number' && !(value instanceof Date) && (typeof value !== 'bigint' || value <= largestSigned);
    if (!isText) throw wrongType(item, `${path}.${index}`, 'a string');
  }
  return orNothing(items.map(goText));
};

/** A mapping from text to text. */
export const textMap: Print = (node, path, compat) => record(freeEntries(node), wholeGoText, path, compat);

const wholeGoText: Print = node => (isNull(node) ? '' : goText(node));
const optionalGoText: Print = node => (isNull(node) ? null : goText(node));

/** `KEY: VALUE` or `KEY=VALUE`. */
export const pairs: Print = (node, path, compat) => record(pairEntries(node), wholeGoText, path, compat);

/** The same, where a key may have no value. */
export const optionalPairs: Print = (node, path, compat) => record(pairEntries(node), optionalGoText, path, compat);

/** Only strings and integers, which Compose makes text of. */
export const strictTextMap: Print = (node, path, compat) => {
  return record(freeEntries(node), strictText, path, compat);
};

const strictText: Print = (node, path, compat) => {
  if (node.kind !== 'scalar') throw wrongType(node, path, 'a string');
  return wholeText(node, path, compat);
};

/** Lists of text by key. */
export const textsMap: Print = (node, path, compat) => {
  const lists = new Entries<Node>();
  for (const [key, value] of freeEntries(node)) if (!isEmptyList(value)) lists.set(key, value);
  return record(lists, goTexts, path, compat);
};

const isEmptyList = (node: Node): boolean => node.kind === 'sequence' && node.items.length === 0;
const goTexts: Print = node => (node.kind === 'sequence' ? node.items.map(goText) : [goText(node)]);

/** `HOST=ADDRESS` for each address of a host. */
export const hosts: Print = (node, path) => {
  const addresses = new Map<string, readonly string[]>();
  for (const [host, given] of hostEntries(node, path)) {
    addresses.set(host, [...(node.kind === 'sequence' ? (addresses.get(host) ?? []) : []), ...given]);
  }
  const lines = Array.from(addresses, ([host, given]) =>
    given.map(address => `${host}=${address.replace(brackets, '$1')}`),
  );
  return addresses.size === 0 ? undefined : lines.flat().sort();
};

/** `ID=PATH` or the `default` one. */
export const sshKeys: Print = node => {
  const keys = Array.from(freeEntries(node), ([id, file]) => (isNull(file) ? id : `${id}=${goText(file)}`));
  return orNothing(keys);
};

/** One limit for both, or each; 0 is not printed. */
export const ulimit: Print = (node, path) => {
  if (node.kind === 'sequence') throw wrongType(node, path, 'an integer or a mapping');
  if (node.kind === 'scalar') return limitIn(node, path) || {};
  const [soft, hard] = ['soft', 'hard'].map(key => {
    const limit = node.entries.get(key);
    return limit && limitIn(limit, path);
  });
  return { ...(soft && { soft }), ...(hard && { hard }) };
};

function limitIn(node: Node, path: TreePath): number | undefined {
  const value = scalarOf(node);
  if (isNull(node) || typeof value === 'boolean') return undefined;
  if (typeof value !== 'bigint' || value > largestSigned) throw wrongType(node, path, 'an integer');
  return Number(value);
}

const brackets = /^\[(.+)\]$/s;

function hostEntries(node: Node, path: TreePath): readonly (readonly [string, readonly string[]])[] {
  const entries = node.kind === 'mapping' ? [...freeEntries(node)] : itemsOf(node).map(item => splitHost(item, path));
  return entries.map(([host, given]) => {
    if (host === '' || /[:=]/.test(host)) throw invalid(given, `${path} has the bad host name "${host}".`);
    const isDate = given.kind === 'scalar' && given.value instanceof Date;
    if (given.kind === 'mapping' || isDate) throw wrongType(given, `${path}.${host}`, 'an address');
    if (given.kind === 'sequence') return [host, given.items.map(goText)];
    return [host, node.kind === 'mapping' ? [scalarText(given.value)] : scalarText(given.value).split(',')];
  });
}

function splitHost(item: Node, path: TreePath): readonly [string, Node] {
  const line = goText(item);
  const separator = line.includes('=') ? line.indexOf('=') : line.indexOf(':');
  if (separator < 0) throw invalid(item, `${path} has the host "${line}" without an address.`, 'Write HOST=ADDRESS.');
  return [line.slice(0, separator), scalar(line.slice(separator + 1), item)];
}

function pairEntries(node: Node): ReadonlyEntries<Node> {
  return node.kind === 'mapping' ? freeEntries(node) : (pairsOf(node) ?? new Entries());
}
