import { type Mapping, type Mark, type Node, type Place, type ScalarValue, type Source, scalar } from './node.ts';
import { invalid } from './problem.ts';
import { type Merge, TreeBuilder } from './yaml-builder.ts';
import {
  EVENT_ID,
  type Event,
  eventText,
  isFlow,
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

/** Builds the tree of each document. */
export function createDocuments({ events, joints }: YamlEvents, source: Source): readonly Node[] {
  const reader: Reader = {
    builder: new TreeBuilder(source),
    source,
    events,
    joints,
    next: 0,
    isOverride: false,
    isFlow: false,
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
  readonly builder: TreeBuilder;
  readonly source: Source;
  next: number;
  /** Whether it reads what is marked with `!override`. */
  isOverride: boolean;
  /** Whether there are brackets around what it reads. */
  isFlow: boolean;
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
  reader.builder.startDocument();
  const node = readNode(reader, take(reader), 0);
  take(reader);
  return node;
}

function readNode(reader: Reader, event: NodeEvent | undefined, parentOffset: number): Node {
  const { builder, source } = reader;
  builder.count();
  if (event === undefined) return scalar(null, { source, offset: parentOffset });
  const name = source.text.slice(event.anchorStart, event.anchorEnd);
  if (event.type === EVENT_ID.ALIAS) return builder.alias(name, event.anchorStart - 1);
  if (event.anchorStart < 0) return readContent(reader, event, parentOffset);
  return builder.anchored(name, event.anchorStart, () => readContent(reader, event, parentOffset));
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
    default:
      return readCollection(reader, event, mark);
  }
}

function readCollection(reader: Reader, event: MappingEvent | SequenceEvent, mark: Mark | undefined): Node {
  const wasFlow = reader.isFlow;
  reader.isFlow = isFlow(event);
  const read = event.type === EVENT_ID.MAPPING ? readMapping : readSequence;
  const node = readFalsePair(reader, event) ?? read(reader, event.start, mark);
  reader.isFlow = wasFlow;
  return node;
}

/** Only between brackets may a mapping begin on the line of its key, whatever tag or anchor it has. */
function checkLine(value: NodeEvent | undefined, keyOffset: number, source: Source): void {
  if (value?.type !== EVENT_ID.MAPPING || isFlow(value)) return;
  if (/[\n\r]/.test(source.text.slice(keyOffset, value.start))) return;
  throw invalid({ source, offset: value.start }, 'a mapping must begin on a line of its own.', 'Begin a new line.');
}

/** A lone pair between brackets that is a text for Compose: `[a:]`. */
function readFalsePair(reader: Reader, event: MappingEvent | SequenceEvent): Node | undefined {
  const { source, events } = reader;
  const isPair = event.type === EVENT_ID.MAPPING && reader.isFlow && source.text.charAt(event.start) !== '{';
  const key = isPair ? events[reader.next] : undefined;
  if (key?.type !== EVENT_ID.SCALAR) return undefined;
  const text = withColon(key, source);
  if (text === key) return undefined;
  // The key, the value that is not there, and the end.
  reader.next += 3;
  return readNode(reader, text, event.start);
}

/** Between brackets a colon ends a key only before a space; before a comma or bracket it is a part of it. */
function withColon(key: ScalarEvent, source: Source): ScalarEvent {
  gluedColon.lastIndex = key.valueEnd;
  if (key.style !== SCALAR_STYLE.PLAIN || key.valueStart < 0 || !gluedColon.test(source.text)) return key;
  const valueEnd = gluedColon.lastIndex;
  if (!/[[{]/.test(source.text.charAt(valueEnd))) return { ...key, valueEnd };
  throw invalid({ source, offset: valueEnd - 1 }, 'a space must follow the colon.', 'Write a space.');
}

const gluedColon = / *:(?=[,[\]{}])/y;

function tagOf({ tagStart, tagEnd }: ContentEvent, source: Source): string {
  if (tagStart < 0) return '';
  const tag = source.text.slice(tagStart, tagEnd);
  if (/^\S/.test(source.text.charAt(tagEnd)) || tag.includes('#') || tag === '!!')
    throw invalid({ source, offset: tagEnd }, `a space must follow the tag ${tag}.`, 'Write a space.');
  return tag;
}

/** Where a scalar begins; that of its parent where nothing is written. */
function scalarOffset(event: ScalarEvent, parentOffset: number): number {
  return event.valueStart < 0 ? parentOffset : event.valueStart - (isQuoted(event) ? 1 : 0);
}

function readScalar(reader: Reader, event: ScalarEvent, tag: string, offset: number): ScalarValue {
  const { source } = reader;
  const text = eventText(event, source, reader.joints);
  const isPlain = event.style === SCALAR_STYLE.PLAIN;
  if (reader.isFlow && isPlain) checkFlowText(text, { source, offset });
  if (event.style === SCALAR_STYLE.DOUBLE_QUOTED && !event.fast) checkEscapes(event, source);
  const value = scalarValue(text, isPlain, tag);
  if (value !== undefined) return value;
  throw invalid(
    { source, offset },
    `the value is not what its tag ${tag} says.`,
    'Correct the value, or drop the tag.',
  );
}

/** What Compose takes for the beginning of a key or value, and js-yaml for text. */
function checkFlowText(text: string, at: Place): void {
  const hint = 'Put it in quotes.';
  if (text.startsWith(':')) throw invalid(at, 'a value between brackets cannot begin with a colon.', hint);
  if (text.includes('?')) throw invalid(at, 'a value between brackets cannot hold a question mark.', hint);
}

/** Compose knows neither the escape `\/` nor halves of surrogate pairs, as JSON has them. */
function checkEscapes({ valueStart, valueEnd }: ScalarEvent, source: Source): void {
  for (const { 0: written, index } of source.text.slice(valueStart, valueEnd).matchAll(/\\(?:u[0-9a-f]{4}|.)/gis)) {
    const isHalf = /^\\ud[89a-f]/i.test(written);
    if (!isHalf && written !== '\\/') continue;
    const hint = isHalf ? 'Write the character itself, or \\U and eight digits.' : 'Write / without the backslash.';
    throw invalid({ source, offset: valueStart + index }, `the escape ${written} is unknown.`, hint);
  }
}

function readSequence(reader: Reader, offset: number, mark: Mark | undefined): Node {
  const { builder } = reader;
  const start = builder.startSequence();
  let index = 0;
  for (let item = take(reader); item !== undefined; item = take(reader)) {
    builder.enter(index);
    builder.addItem(readNode(reader, item, offset));
    index += 1;
  }
  return builder.endSequence(start, offset, mark);
}

function readMapping(reader: Reader, offset: number, mark: Mark | undefined): Mapping {
  const { builder, source } = reader;
  const start = builder.startMapping();
  let keys = builder.noKeys;
  let merge: Merge | undefined;
  for (let next = take(reader); next !== undefined; next = take(reader)) {
    const event = reader.isFlow && next.type === EVENT_ID.SCALAR ? withColon(next, source) : next;
    const key = readKey(reader, event, offset);
    const keyOffset = event.type === EVENT_ID.SCALAR ? scalarOffset(event, offset) : event.anchorStart - 1;
    // A quoted "<<" is a key like any other.
    if (key === '<<' && isMergeKey(event, source)) {
      if (merge !== undefined) throw builder.repeatedKey(key, merge.offset, keyOffset);
      merge = { offset: keyOffset, value: readNode(reader, take(reader), keyOffset) };
      continue;
    }
    builder.enter(key);
    const value = take(reader);
    checkLine(value, keyOffset, source);
    builder.addEntry(keyOffset, readNode(reader, value, keyOffset));
    keys = keys.with(key);
  }
  return builder.endMapping(start, offset, keys, { merge, mark });
}

/** A plain key needs no node of its own. */
function readKey(reader: Reader, event: NodeEvent, parentOffset: number): string {
  if (event.type !== EVENT_ID.SCALAR || event.anchorStart >= 0) return keyOf(readNode(reader, event, parentOffset));
  reader.builder.count();
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

function keyOf(key: Node): string {
  if (key.kind === 'scalar' && typeof key.value === 'string') return key.value;
  throw invalid(key, ...notText);
}

const notText = ['a key must be a string.', 'Put the key in quotes.'] as const;
