import { createRequire } from 'node:module';
import type * as JsYaml from 'js-yaml';
import type { Event, ScalarEvent } from 'js-yaml';
import { invalid } from './problem.ts';
import type { Node, Source } from './tree.ts';
import { joinLine } from './yaml-flow.ts';
import { createDocuments, type YamlEvent } from './yaml-tree.ts';

// Of js-yaml's two builds the one for `require` reads four times faster (Node 20, js-yaml 5.5).
const { EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException }: typeof JsYaml = createRequire(
  import.meta.url,
)('js-yaml');

/** Collections inside collections. */
const maxDepth = 100;
/** Lines of one file that are tolerated although they are not indented enough; each costs other readings. */
const maxJoinedLines = 200;
/** What those readings may come to. */
const maxReadCharacters = 40_000_000;

/**
 * Reads the documents of a YAML file as Compose does.
 *
 * Merge keys and aliases are written out, duplicate and non-string keys refused, `!reset` and `!override` kept as
 * marks, other unknown tags ignored.
 *
 * @throws GopdaterError `COMPOSE_FILE_INVALID` with file, line and column
 */
export function parseYaml(text: string, file: string): readonly Node[] {
  const source: Source = { file, text: text.startsWith('\uFEFF') ? text.slice(1) : text };
  const directive = otherVersion.exec(source.text);
  if (directive !== null) {
    throw invalid({ source, offset: directive.index }, 'Compose reads YAML 1.1 only.', 'Drop the directive.');
  }
  const { events, joints } = readEvents(source);
  return createDocuments(events.length, index => toYamlEvent(events[index], source, joints), source);
}

/** A `%YAML` directive of another version. */
const otherVersion = /^%YAML[ \t]+(?!1\.1\s)/m;

interface ReadEvents {
  readonly events: readonly Event[];
  readonly joints: readonly number[];
}

/**
 * js-yaml wants every line inside brackets or quotes deeper than the key it belongs to. Compose does not, and many
 * files close a list right below its key. Such a line is joined to the one before, which moves no other character.
 */
function readEvents(source: Source): ReadEvents {
  let text = source.text;
  let readable = maxReadCharacters;
  const isQuoted = (part: string): boolean => {
    readable -= part.length;
    return endsInQuotes(part);
  };
  const joints: number[] = [];
  for (;;) {
    try {
      return { events: parseEvents(text, { maxDepth }), joints };
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      const offset = error.mark?.position ?? 0;
      const isRepairable = error.reason === 'deficient indentation' && joints.length < maxJoinedLines && readable > 0;
      const join = isRepairable ? joinLine(text, offset, isQuoted) : undefined;
      if (join === undefined) throw notYaml(source, offset, error.reason, error);
      readable -= text.length;
      text = join.text;
      joints.push(join.joint);
    }
  }
}

function endsInQuotes(text: string): boolean {
  try {
    parseEvents(text, { maxDepth });
    return false;
  } catch (error) {
    return error instanceof YAMLException && error.reason.includes('quoted scalar');
  }
}

/** Reads a scalar from the text as it was before lines of it were joined. */
function scalarText(event: ScalarEvent, source: Source, joints: readonly number[]): string {
  if (joints.length === 0) return getScalarValue(source.text, event);
  const inside = joints.find(joint => event.valueStart < joint && joint < event.valueEnd);
  if (inside === undefined) return getScalarValue(source.text, event);
  if (!isQuoted(event)) throw notYaml(source, inside + 1, 'the line is not indented enough');
  return getScalarValue(source.text, { ...event, fast: false });
}

function notYaml(source: Source, offset: number, reason: string, cause?: Error): Error {
  return invalid({ source, offset }, `not valid YAML: ${reason}.`, 'Correct the YAML at this place.', cause);
}

function toYamlEvent(event: Event | undefined, source: Source, joints: readonly number[]): YamlEvent {
  const { text } = source;
  switch (event?.type) {
    case EVENT_ID.DOCUMENT:
      return documentEvent;
    case undefined:
    case EVENT_ID.POP:
      return endEvent;
    case EVENT_ID.ALIAS:
      return { kind: 'alias', name: text.slice(event.anchorStart, event.anchorEnd), offset: event.anchorStart - 1 };
    case EVENT_ID.SCALAR:
      return {
        kind: 'scalar',
        text: scalarText(event, source, joints),
        isPlain: event.style === SCALAR_STYLE.PLAIN,
        hasUnknownEscape:
          event.style === SCALAR_STYLE.DOUBLE_QUOTED &&
          !event.fast &&
          slashEscape.test(text.slice(event.valueStart, event.valueEnd)),
        offset: event.valueStart < 0 ? undefined : event.valueStart - (isQuoted(event) ? 1 : 0),
        tag: tagOf(event, text),
        anchor: anchorOf(event, text),
      };
    case EVENT_ID.MAPPING:
      return { kind: 'mapping', offset: event.start, tag: tagOf(event, text), anchor: anchorOf(event, text) };
    case EVENT_ID.SEQUENCE:
      return { kind: 'sequence', offset: event.start, tag: tagOf(event, text), anchor: anchorOf(event, text) };
  }
}

const documentEvent: YamlEvent = { kind: 'document' };
const endEvent: YamlEvent = { kind: 'end' };

/** Compose does not know the escape `\/`. */
const slashEscape = /(?:^|[^\\])(?:\\\\)*\\\//;

function isQuoted({ style }: ScalarEvent): boolean {
  return style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
}

type ContentEvent = Exclude<Event, { type: 1 | 5 | 6 }>;

function tagOf(event: ContentEvent, text: string): string {
  return event.tagStart < 0 ? '' : text.slice(event.tagStart, event.tagEnd);
}

function anchorOf(event: ContentEvent, text: string): string | undefined {
  return event.anchorStart < 0 ? undefined : text.slice(event.anchorStart, event.anchorEnd);
}
