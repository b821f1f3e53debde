import { invalid } from './problem.ts';
import {
  lineAt,
  type Mapping,
  type Mark,
  mapping,
  type Node,
  type Place,
  type Source,
  scalar,
  sequence,
} from './tree.ts';
import { type ScalarText, scalarValue } from './yaml-scalar.ts';

/** What a YAML file is made of, from first to last; collections and documents run until their `end`. */
export type YamlEvent =
  | { readonly kind: 'document' }
  | { readonly kind: 'end' }
  | { readonly kind: 'alias'; readonly name: string; readonly offset: number }
  | ({ readonly kind: 'scalar' } & ScalarText & Properties)
  | ({ readonly kind: 'mapping' } & Properties)
  | ({ readonly kind: 'sequence' } & Properties);

interface Properties {
  /** `undefined` where nothing is written. */
  readonly offset: number | undefined;
  readonly tag: string;
  readonly anchor: string | undefined;
}

/** Nodes of one file with every alias written out: what an alias bomb multiplies. */
const maxNodes = 250_000;

/** Builds the tree of each document. */
export function createDocuments(events: readonly YamlEvent[], source: Source): readonly Node[] {
  const reader: Reader = { source, events, next: 0, nodes: 0, anchors: new Map() };
  const documents: Node[] = [];
  while (reader.next < events.length) documents.push(readDocument(reader));
  return documents;
}

interface Reader {
  readonly source: Source;
  readonly events: readonly YamlEvent[];
  next: number;
  nodes: number;
  readonly anchors: Map<string, Anchor>;
}

interface Anchor {
  /** `undefined` while it is being read. */
  readonly node: Node | undefined;
  readonly nodes: number;
}

function readDocument(reader: Reader): Node {
  reader.next += 1;
  reader.anchors.clear();
  const node = readNode(reader, 0);
  reader.next += 1;
  return node;
}

function readNode(reader: Reader, parentOffset: number): Node {
  const event = reader.events[reader.next];
  reader.next += 1;
  reader.nodes += 1;
  if (event === undefined || event.kind === 'document' || event.kind === 'end') {
    return scalar(null, { source: reader.source, offset: parentOffset });
  }
  const at: Place = { source: reader.source, offset: event.offset ?? parentOffset };
  if (event.kind === 'alias') return readAlias(reader, event.name, at);
  if (event.anchor === undefined) return readContent(reader, event, at);
  const before = reader.nodes;
  reader.anchors.set(event.anchor, { node: undefined, nodes: 0 });
  const node = readContent(reader, event, at);
  reader.anchors.set(event.anchor, { node, nodes: reader.nodes - before + 1 });
  return node;
}

function readAlias(reader: Reader, name: string, at: Place): Node {
  const anchor = reader.anchors.get(name);
  if (anchor === undefined)
    throw invalid(at, `the alias *${name} has no anchor.`, `Define &${name} before it is used.`);
  if (anchor.node === undefined) throw invalid(at, `the alias *${name} contains itself.`, 'Break the cycle.');
  reader.nodes += anchor.nodes;
  if (reader.nodes > maxNodes) {
    throw invalid(at, `aliases grow the file beyond ${maxNodes} nodes.`, 'Use fewer aliases inside aliases.');
  }
  return anchor.node;
}

type ContentEvent = Extract<YamlEvent, Properties>;

function readContent(reader: Reader, event: ContentEvent, at: Place): Node {
  const mark: Mark | undefined = event.tag === '!reset' ? 'reset' : event.tag === '!override' ? 'override' : undefined;
  if (event.kind === 'scalar') return scalar(scalarValue(event, mark === undefined ? event.tag : '', at), at, mark);
  if (event.kind === 'mapping') return readMapping(reader, at, mark);
  const items: Node[] = [];
  while (!atEnd(reader)) items.push(readNode(reader, at.offset));
  return sequence(items, at, mark);
}

function readMapping(reader: Reader, at: Place, mark: Mark | undefined): Mapping {
  const entries = new Map<string, Node>();
  const keys = new Map<string, Place>();
  let merged: Node | undefined;
  while (!atEnd(reader)) {
    const isMerge = isMergeKey(reader.events[reader.next]);
    const key = readNode(reader, at.offset);
    const name = keyOf(key);
    // A quoted "<<" is a key like any other.
    const identity = isMerge ? '\0<<' : name;
    const first = keys.get(identity);
    if (first !== undefined) {
      throw invalid(key, `the key "${name}" is already defined on line ${lineAt(first)}.`, 'Keep one of the two.');
    }
    keys.set(identity, key.at);
    const value = readNode(reader, key.at.offset);
    if (isMerge) merged = value;
    else entries.set(name, value);
  }
  for (const parent of mergedMappings(merged)) {
    for (const [key, value] of parent.entries) if (!entries.has(key)) entries.set(key, value);
  }
  return mapping(entries, at, mark);
}

function isMergeKey(event: YamlEvent | undefined): boolean {
  return (
    event?.kind === 'scalar' && event.isPlain && event.text === '<<' && (event.tag === '' || event.tag === '!!merge')
  );
}

function mergedMappings(node: Node | undefined): readonly Mapping[] {
  if (node === undefined) return [];
  const nodes = node.kind === 'sequence' ? node.items : [node];
  return nodes.map(each => {
    if (each.kind === 'mapping') return each;
    throw invalid(each, '<< must be given a mapping, or a list of mappings.', 'Point << at an anchored mapping.');
  });
}

function keyOf(key: Node): string {
  if (key.kind === 'scalar' && typeof key.value === 'string') return key.value;
  throw invalid(key, 'a key must be a string.', 'Put the key in quotes.');
}

function atEnd(reader: Reader): boolean {
  const event = reader.events[reader.next];
  if (event !== undefined && event.kind !== 'end') return false;
  reader.next += 1;
  return true;
}
