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

/** Each is laid over all those before it. */
const maxDocuments = 100;

/** Nodes of one file with every alias written out: what an alias bomb multiplies. */
const maxNodes = 250_000;

/**
 * Builds the tree of each document.
 *
 * @param eventAt  asked once for each event, in order
 */
export function createDocuments(count: number, eventAt: (index: number) => YamlEvent, source: Source): readonly Node[] {
  const reader: Reader = { source, eventAt, next: 0, nodes: 0, anchors: new Map(), path: [] };
  const documents: Node[] = [];
  while (reader.next < count) {
    documents.push(readDocument(reader));
    if (documents.length > maxDocuments) {
      const last = documents.at(-1) ?? { source, offset: 0 };
      throw invalid(last, `a file may hold no more than ${maxDocuments} documents.`, 'Use several files.');
    }
  }
  return documents;
}

interface Reader {
  readonly source: Source;
  readonly eventAt: (index: number) => YamlEvent;
  next: number;
  nodes: number;
  readonly anchors: Map<string, Anchor>;
  /** Where in the tree it reads. */
  readonly path: string[];
}

interface Anchor {
  /** `undefined` while it is being read. */
  readonly node: Node | undefined;
  readonly nodes: number;
  /** Where it is used as an alias. */
  readonly uses: Set<string>;
  /** What is above those. */
  readonly parents: Set<string>;
}

function take(reader: Reader): YamlEvent {
  const event = reader.eventAt(reader.next);
  reader.next += 1;
  return event;
}

function readDocument(reader: Reader): Node {
  take(reader);
  reader.anchors.clear();
  const node = readNode(reader, take(reader), 0);
  take(reader);
  return node;
}

function readNode(reader: Reader, event: YamlEvent, parentOffset: number): Node {
  reader.nodes += 1;
  const { source } = reader;
  if (event.kind === 'document' || event.kind === 'end') return scalar(null, { source, offset: parentOffset });
  const at: Place = { source, offset: event.offset ?? parentOffset };
  if (event.kind === 'alias') return readAlias(reader, event.name, at);
  if (event.anchor === undefined) return readContent(reader, event, at);
  const before = reader.nodes;
  const places = { uses: new Set<string>(), parents: new Set<string>() };
  reader.anchors.set(event.anchor, { node: undefined, nodes: 0, ...places });
  const node = readContent(reader, event, at);
  reader.anchors.set(event.anchor, { node, nodes: reader.nodes - before + 1, ...places });
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
  checkUse(reader.path.join('.'), anchor, at);
  return anchor.node;
}

/** What Compose takes for a cycle: an alias below another use of the same anchor, going by the text of the paths. */
function checkUse(path: string, { uses, parents }: Anchor, at: Place): void {
  let isBelow = parents.has(path);
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const parent = path.slice(0, dot);
    if (uses.has(parent)) isBelow = true;
    parents.add(parent);
  }
  if (isBelow) {
    throw invalid(
      at,
      `the alias at ${path} is below another of the same anchor, which Compose takes for a cycle.`,
      'Rename one.',
    );
  }
  uses.add(path);
}

type ContentEvent = Extract<YamlEvent, Properties>;

function readContent(reader: Reader, event: ContentEvent, at: Place): Node {
  const mark: Mark | undefined = event.tag === '!reset' ? 'reset' : event.tag === '!override' ? 'override' : undefined;
  if (event.kind === 'scalar') return scalar(scalarValue(event, mark === undefined ? event.tag : '', at), at, mark);
  if (event.kind === 'mapping') return readMapping(reader, at, mark);
  const items: Node[] = [];
  for (let item = take(reader); item.kind !== 'end'; item = take(reader)) {
    reader.path.push(`${items.length}`);
    items.push(readNode(reader, item, at.offset));
    reader.path.pop();
  }
  return sequence(items, at, mark);
}

function readMapping(reader: Reader, at: Place, mark: Mark | undefined): Mapping {
  const entries = new Map<string, Node>();
  /** Where the keys stand, in the order of the entries. */
  const keys: number[] = [];
  let merge: { readonly offset: number; readonly value: Node } | undefined;
  for (let event = take(reader); event.kind !== 'end'; event = take(reader)) {
    const key = readNode(reader, event, at.offset);
    const name = keyOf(key);
    // A quoted "<<" is a key like any other.
    const isMerge = isMergeKey(event);
    if (isMerge ? merge !== undefined : entries.has(name)) {
      const first = (isMerge ? merge?.offset : keys[[...entries.keys()].indexOf(name)]) ?? at.offset;
      throw invalid(
        key,
        `the key "${name}" is already defined on line ${lineAt({ source: reader.source, offset: first })}.`,
        'Keep one of the two.',
      );
    }
    if (!isMerge) reader.path.push(name);
    const value = readNode(reader, take(reader), key.offset);
    if (isMerge) {
      merge = { offset: key.offset, value };
    } else {
      entries.set(name, value);
      keys.push(key.offset);
      reader.path.pop();
    }
  }
  for (const parent of mergedMappings(merge?.value)) {
    for (const [key, value] of parent.entries) if (!entries.has(key)) entries.set(key, value);
  }
  return mapping(entries, at, mark);
}

function isMergeKey(event: YamlEvent): boolean {
  return (
    event.kind === 'scalar' && event.isPlain && event.text === '<<' && (event.tag === '' || event.tag === '!!merge')
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
