import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';
import { invalid } from './problem.ts';
import type { Node, Source } from './tree.ts';
import { joinLine } from './yaml-flow.ts';
import { createDocuments, type YamlEvent } from './yaml-tree.ts';

/** Collections inside collections. */
const maxDepth = 100;
/** Lines of one file that are tolerated although they are not indented enough; each costs another reading. */
const maxJoinedLines = 200;

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
  const { events, joined } = readEvents(source);
  const eventsOfTree = events.map(event => toYamlEvent(event, joined));
  return createDocuments(eventsOfTree, source);
}

interface ReadEvents {
  readonly events: readonly Event[];
  /** The text they point into: as long as the file's, but perhaps with some lines joined. */
  readonly joined: string;
}

/**
 * js-yaml wants the closing bracket of a list deeper than the key it belongs to; Compose does not, and many files put
 * it right below the key. Such a line is joined to the one before, which moves no other character.
 */
function readEvents(source: Source): ReadEvents {
  let joined = source.text;
  const joints: number[] = [];
  for (;;) {
    try {
      const events = parseEvents(joined, { maxDepth });
      const cut = joints.find(joint => events.some(event => isInside(joint, event)));
      if (cut !== undefined) throw notYaml(source, cut + 1);
      return { events, joined };
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      const offset = error.mark?.position ?? 0;
      const isRepairable = error.reason === 'deficient indentation' && joints.length < maxJoinedLines;
      const join = isRepairable ? joinLine(joined, offset) : undefined;
      if (join === undefined) throw notYaml(source, offset, error);
      joined = join.text;
      joints.push(join.joint);
    }
  }
}

/** Whether a joined line cuts through a string, which it would change. */
function isInside(joint: number, event: Event): boolean {
  return event.type === EVENT_ID.SCALAR && event.valueStart < joint && joint < event.valueEnd;
}

function notYaml(source: Source, offset: number, error?: YAMLException): Error {
  const reason = error?.reason ?? 'a line of a string is not indented enough';
  return invalid({ source, offset }, `not valid YAML: ${reason}.`, 'Correct the YAML at this place.', error);
}

function toYamlEvent(event: Event, text: string): YamlEvent {
  switch (event.type) {
    case EVENT_ID.DOCUMENT:
      return { kind: 'document' };
    case EVENT_ID.POP:
      return { kind: 'end' };
    case EVENT_ID.ALIAS:
      return { kind: 'alias', name: text.slice(event.anchorStart, event.anchorEnd), offset: event.anchorStart - 1 };
    case EVENT_ID.SCALAR: {
      const raw = event.valueStart < 0 ? '' : text.slice(event.valueStart, event.valueEnd);
      const isPlain = event.style === SCALAR_STYLE.PLAIN;
      const hasUnknownEscape = event.style === SCALAR_STYLE.DOUBLE_QUOTED && slashEscape.test(raw);
      const offset = event.valueStart < 0 ? undefined : event.valueStart - (isQuoted(event.style) ? 1 : 0);
      return {
        kind: 'scalar',
        text: getScalarValue(text, event),
        isPlain,
        hasUnknownEscape,
        offset,
        ...propertiesOf(event, text),
      };
    }
    case EVENT_ID.MAPPING:
      return { kind: 'mapping', offset: event.start, ...propertiesOf(event, text) };
    case EVENT_ID.SEQUENCE:
      return { kind: 'sequence', offset: event.start, ...propertiesOf(event, text) };
  }
}

/** Compose does not know the escape `\/`. */
const slashEscape = /(?:^|[^\\])(?:\\\\)*\\\//;

function isQuoted(style: number): boolean {
  return style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
}

function propertiesOf(
  event: Exclude<Event, { type: 1 | 5 | 6 }>,
  text: string,
): { tag: string; anchor: string | undefined } {
  return {
    tag: event.tagStart < 0 ? '' : text.slice(event.tagStart, event.tagEnd),
    anchor: event.anchorStart < 0 ? undefined : text.slice(event.anchorStart, event.anchorEnd),
  };
}
