import { Entries } from './entries.ts';
import { invalid } from './problem.ts';
import {
  lineAt,
  type Mapping,
  type Mark,
  mapping,
  type Node,
  type Place,
  type ScalarValue,
  type Source,
  scalar,
  sequence,
} from './tree.ts';
import {
  EVENT_ID,
  type Event,
  eventText,
  isQuoted,
  type MappingEvent,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
  type YamlEvents,
} from './yaml-events.ts';
import { scalarValue } from './yaml-scalar.ts';

/** Each is laid over all those before it. */
const maxDocuments = 100;

/** Nodes of one file with every alias written out: what an alias bomb multiplies. */
const maxNodes = 250_000;

/** Builds the tree of each document. */
export function createDocuments({ events, joints }: YamlEvents, source: Source): readonly Node[] {
  const reader: Reader = {
    source,
    events,
    joints,
    next: 0,
    nodes: 0,
    anchors: new Map(),
    path: [],
    isOverride: false,
    open: { keys: [], offsets: [], values: [] },
  };
  const documents: Node[] = [];
  while (reader.next < events.length) {
    documents.push(readDocument(reader));
    if (documents.length > maxDocuments) {
      const last = documents.at(-1) ?? { source, offset: 0 };
      throw invalid(last, `a file may hold no more than ${maxDocuments} documents.`, 'Use several files.');
    }
  }
  return documents;
}

interface Reader extends YamlEvents {
  readonly source: Source;
  next: number;
  nodes: number;
  readonly anchors: Map<string, Anchor>;
  /** Where in the tree it reads. */
  readonly path: (string | number)[];
  /** Whether it reads what is marked with `!override`. */
  isOverride: boolean;
  /** What the collections that it reads hold until now, one after the other: lists that grow are dear. */
  readonly open: { readonly keys: string[]; readonly offsets: number[]; readonly values: Node[] };
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

/** `undefined` at the end of a collection or document. */
function take(reader: Reader): NodeEvent | undefined {
  const event = reader.events[reader.next];
  reader.next += 1;
  return event === undefined || event.type === EVENT_ID.POP || event.type === EVENT_ID.DOCUMENT ? undefined : event;
}

type NodeEvent = Exclude<Event, { type: typeof EVENT_ID.DOCUMENT | typeof EVENT_ID.POP }>;

function readDocument(reader: Reader): Node {
  take(reader);
  // An anchor may be used in a later document, where its uses are counted anew.
  for (const { uses, parents } of reader.anchors.values()) {
    uses.clear();
    parents.clear();
  }
  const node = readNode(reader, take(reader), 0);
  take(reader);
  return node;
}

function readNode(reader: Reader, event: NodeEvent | undefined, parentOffset: number): Node {
  reader.nodes += 1;
  const { source } = reader;
  if (event === undefined) return scalar(null, { source, offset: parentOffset });
  if (event.type === EVENT_ID.ALIAS) {
    const name = source.text.slice(event.anchorStart, event.anchorEnd);
    return readAlias(reader, name, { source, offset: event.anchorStart - 1 });
  }
  if (event.anchorStart < 0) return readContent(reader, event, parentOffset);
  const name = source.text.slice(event.anchorStart, event.anchorEnd);
  if (!/^[\w-]+$/.test(name)) {
    const what = `the anchor ${name} has a character that is neither a letter, a digit, - nor _.`;
    throw invalid({ source, offset: event.anchorStart }, what, 'Rename it.');
  }
  const before = reader.nodes;
  const places = { uses: new Set<string>(), parents: new Set<string>() };
  reader.anchors.set(name, { node: undefined, nodes: 0, ...places });
  const node = readContent(reader, event, parentOffset);
  reader.anchors.set(name, { node, nodes: reader.nodes - before + 1, ...places });
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

type ContentEvent = ScalarEvent | MappingEvent | SequenceEvent;

function readContent(reader: Reader, event: ContentEvent, parentOffset: number): Node {
  const tag = tagOf(event, reader.source);
  const mark = reader.isOverride ? undefined : marks.get(tag);
  if (mark !== 'override') return readByType(reader, event, parentOffset, tag, mark);
  reader.isOverride = true;
  const node = readByType(reader, event, parentOffset, tag, mark);
  reader.isOverride = false;
  return node;
}

const marks: ReadonlyMap<string, Mark> = new Map([
  ['!reset', 'reset'],
  ['!override', 'override'],
]);

function readByType(
  reader: Reader,
  event: ContentEvent,
  parentOffset: number,
  tag: string,
  mark: Mark | undefined,
): Node {
  const { source } = reader;
  switch (event.type) {
    case EVENT_ID.SCALAR: {
      const at: Place = { source, offset: scalarOffset(event, parentOffset) };
      return scalar(mark === 'reset' ? null : readScalar(reader, event, tag, at.offset), at, mark);
    }
    case EVENT_ID.MAPPING:
      return readMapping(reader, event.start, mark);
    case EVENT_ID.SEQUENCE:
      return readSequence(reader, event.start, mark);
  }
}

function tagOf({ tagStart, tagEnd }: ContentEvent, source: Source): string {
  if (tagStart < 0) return '';
  const tag = source.text.slice(tagStart, tagEnd);
  if (/^\S/.test(source.text.charAt(tagEnd)) || tag.includes('#'))
    throw invalid({ source, offset: tagEnd }, `a space must follow the tag ${tag}.`, 'Write a space.');
  return tag;
}

/** Where a scalar begins; that of its parent where nothing is written. */
function scalarOffset(event: ScalarEvent, parentOffset: number): number {
  return event.valueStart < 0 ? parentOffset : event.valueStart - (isQuoted(event) ? 1 : 0);
}

function readScalar({ source, joints }: Reader, event: ScalarEvent, tag: string, offset: number): ScalarValue {
  const text = eventText(event, source, joints);
  const hasUnknownEscape =
    event.style === SCALAR_STYLE.DOUBLE_QUOTED &&
    !event.fast &&
    slashEscape.test(source.text.slice(event.valueStart, event.valueEnd));
  if (hasUnknownEscape)
    throw invalid({ source, offset }, 'the escape \\/ is unknown.', 'Write / without the backslash.');
  const value = scalarValue(text, event.style === SCALAR_STYLE.PLAIN, tag);
  if (value !== undefined) return value;
  throw invalid(
    { source, offset },
    `the value is not what its tag ${tag} says.`,
    'Correct the value, or drop the tag.',
  );
}

/** Compose does not know the escape `\/`. */
const slashEscape = /(?:^|[^\\])(?:\\\\)*\\\//;

function readSequence(reader: Reader, offset: number, mark: Mark | undefined): Node {
  const { values } = reader.open;
  const start = values.length;
  for (let item = take(reader); item !== undefined; item = take(reader)) {
    reader.path.push(values.length - start);
    values.push(readNode(reader, item, offset));
    reader.path.pop();
  }
  return sequence(values.splice(start), { source: reader.source, offset }, mark);
}

function readMapping(reader: Reader, offset: number, mark: Mark | undefined): Mapping {
  const { source, open } = reader;
  const [start, firstValue] = [open.keys.length, open.values.length];
  let merge: { readonly offset: number; readonly value: Node } | undefined;
  for (let event = take(reader); event !== undefined; event = take(reader)) {
    const key = readKey(reader, event, offset);
    const keyOffset = event.type === EVENT_ID.SCALAR ? scalarOffset(event, offset) : event.anchorStart - 1;
    // A quoted "<<" is a key like any other.
    if (key === '<<' && isMergeKey(event, source)) {
      if (merge !== undefined) throw repeatedKey(key, merge.offset, { source, offset: keyOffset });
      merge = { offset: keyOffset, value: readNode(reader, take(reader), keyOffset) };
      continue;
    }
    open.keys.push(key);
    open.offsets.push(keyOffset);
    reader.path.push(key);
    open.values.push(readNode(reader, take(reader), keyOffset));
    reader.path.pop();
  }
  const own = new Entries(open.keys.splice(start), open.values.splice(firstValue));
  const repeated = own.repeatedIndex();
  if (repeated !== undefined) {
    const [key = '', first = 0] = [
      own.keys[repeated],
      open.offsets[start + own.keys.indexOf(own.keys[repeated] ?? '')],
    ];
    throw repeatedKey(key, first, { source, offset: open.offsets[start + repeated] ?? offset });
  }
  open.offsets.length = start;
  return mapping(merge === undefined ? own : withMerged(own, merge.value), { source, offset }, mark);
}

function repeatedKey(key: string, first: number, at: Place): Error {
  const line = lineAt({ source: at.source, offset: first });
  return invalid(at, `the key "${key}" is already defined on line ${line}.`, 'Keep one of the two.');
}

/** A plain key needs no node of its own. */
function readKey(reader: Reader, event: NodeEvent, parentOffset: number): string {
  if (event.type !== EVENT_ID.SCALAR || event.anchorStart >= 0) return keyOf(readNode(reader, event, parentOffset));
  reader.nodes += 1;
  const offset = scalarOffset(event, parentOffset);
  const key = readScalar(reader, event, tagOf(event, reader.source), offset);
  if (typeof key === 'string') return key;
  throw invalid({ source: reader.source, offset }, ...notText);
}

function isMergeKey(event: NodeEvent, source: Source): boolean {
  if (event.type !== EVENT_ID.SCALAR || event.style !== SCALAR_STYLE.PLAIN) return false;
  const tag = tagOf(event, source);
  return tag === '' || tag === '!!merge';
}

/** With what the value of `<<` holds: a mapping, or several of which the first counts most. */
function withMerged(own: Entries<Node>, value: Node): Entries<Node> {
  let entries = own;
  for (const parent of value.kind === 'sequence' ? value.items : [value]) {
    if (parent.kind !== 'mapping')
      throw invalid(parent, '<< must be given a mapping, or a list of mappings.', 'Point << at an anchored mapping.');
    entries = entries.withMissing(parent.entries);
  }
  return entries;
}

function keyOf(key: Node): string {
  if (key.kind === 'scalar' && typeof key.value === 'string') return key.value;
  throw invalid(key, ...notText);
}

const notText = ['a key must be a string.', 'Put the key in quotes.'] as const;
