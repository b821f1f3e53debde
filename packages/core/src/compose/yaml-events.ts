import { createRequire } from 'node:module';
import type * as JsYaml from 'js-yaml';
import type { Event, MappingEvent, ScalarEvent, SequenceEvent } from 'js-yaml';
import type { Source } from './node.ts';
import { invalid } from './problem.ts';
import { joinLine, withoutComment, withStandIn } from './yaml-repairs.ts';

export type { Event, MappingEvent, ScalarEvent, SequenceEvent } from 'js-yaml';

// Of js-yaml's two builds the one for `require` is twice as fast (Node 20, js-yaml 5.5).
const jsYaml: typeof JsYaml = createRequire(import.meta.url)('js-yaml');
const { getScalarValue, parseEvents, YAMLException } = jsYaml;
export const EVENT_ID: typeof JsYaml.EVENT_ID = jsYaml.EVENT_ID;
const { COLLECTION_STYLE } = jsYaml;
export const SCALAR_STYLE: typeof JsYaml.SCALAR_STYLE = jsYaml.SCALAR_STYLE;

/** Collections inside collections. */
const maxDepth = 100;
/** Lines of one file that are tolerated although js-yaml does not read them; each costs other readings. */
const maxRepairs = 200;
/** What those readings may come to. */
const maxReadCharacters = 40_000_000;

/** What a YAML file is made of, from first to last; collections and documents run until their `POP`. */
export interface YamlEvents {
  readonly events: readonly Event[];
  /** Where lines were joined to read it. */
  readonly joints: readonly number[];
}

/**
 * js-yaml wants every line inside brackets or quotes deeper than the key it belongs to. Compose does not, and many
 * files close a list right below its key. Such a line is joined to the one before. Nor does it want a comment right
 * after a quote or bracket, nor know every text that Compose does: something else is read in their place. No repair moves
 * another character.
 */
export function readEvents(source: Source): YamlEvents {
  let text = source.text;
  let readable = maxReadCharacters;
  const isQuoted = (part: string): boolean => {
    readable -= part.length;
    return endsInQuotes(part);
  };
  const joints: number[] = [];
  for (let repairs = 0; ; repairs += 1) {
    try {
      return { events: parseEvents(text, { maxDepth }), joints };
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      const offset = error.mark?.position ?? 0;
      const isRepairable = repairs < maxRepairs && readable > 0;
      const isShallow = isRepairable && error.reason === 'deficient indentation';
      const join = isShallow ? joinLine(text, offset, isQuoted) : undefined;
      const repaired = join?.text ?? (isRepairable ? repairedAt(text, offset, error.reason) : undefined);
      if (repaired === undefined) throw notYaml(source, offset, error.reason, error);
      readable -= text.length;
      text = repaired;
      if (join !== undefined) joints.push(join.joint);
    }
  }
}

function repairedAt(text: string, offset: number, reason: string): string | undefined {
  // A colon that ends a key has a space behind it in Compose, too.
  const isKey = reason.startsWith('a whitespace character is expected after the key-value separator');
  return isKey ? undefined : (withoutComment(text, offset) ?? withStandIn(text, offset));
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
export function eventText(event: ScalarEvent, source: Source, joints: readonly number[]): string {
  const text = readText(event, source, joints);
  return isBlock(event) && text.endsWith('\n') && endsInText(source.text, event.valueEnd) ? text.slice(0, -1) : text;
}

export function isBlock({ style }: ScalarEvent): boolean {
  return style === SCALAR_STYLE.LITERAL_BLOCK || style === SCALAR_STYLE.FOLDED_BLOCK;
}

/** A last line without a line end has none in Compose either; js-yaml adds it. */
function endsInText(text: string, end: number): boolean {
  return end === text.length && text.slice(text.lastIndexOf('\n') + 1).trim() !== '';
}

function readText(event: ScalarEvent, source: Source, joints: readonly number[]): string {
  const escaped = event.style === SCALAR_STYLE.DOUBLE_QUOTED && !event.fast ? withoutQuoteEscapes(event, source) : '';
  if (escaped !== '') return getScalarValue(escaped, { ...event, valueStart: 0, valueEnd: escaped.length });
  if (joints.length === 0) return getScalarValue(source.text, event);
  const inside = joints.find(joint => event.valueStart < joint && joint < event.valueEnd);
  if (inside === undefined) return getScalarValue(source.text, event);
  if (!isQuoted(event)) throw notYaml(source, inside + 1, 'the line is not indented enough');
  return getScalarValue(source.text, { ...event, fast: false });
}

/** With `\'` in a form that js-yaml knows; empty where there is none. */
function withoutQuoteEscapes({ valueStart, valueEnd }: ScalarEvent, source: Source): string {
  const raw = source.text.slice(valueStart, valueEnd);
  return raw.includes("\\'") ? raw.replace(/\\(.)/gs, (written, name) => (name === "'" ? '\\x27' : written)) : '';
}

function notYaml(source: Source, offset: number, reason: string, cause?: Error): Error {
  return invalid({ source, offset }, `not valid YAML: ${reason}.`, 'Correct the YAML at this place.', cause);
}

export function isQuoted({ style }: ScalarEvent): boolean {
  return style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
}

/** Whether it is in brackets. */
export function isFlow({ style }: MappingEvent | SequenceEvent): boolean {
  return style === COLLECTION_STYLE.FLOW;
}
