import { anyOf, dictionaryOf, listOf, type Shape, scalarOf, setOf, since, written } from './shape.ts';

// The shapes that many attributes share.

export const text: Shape = scalarOf('string');
export const integer: Shape = scalarOf('integer', 'string');
export const number: Shape = scalarOf('number', 'string');
export const boolean: Shape = scalarOf('boolean', 'string');
export const texts: Shape = setOf(text);
export const textOrTexts: Shape = anyOf({ scalar: text, sequence: texts });

/** `{KEY: VALUE}` or `[KEY=VALUE]`. */
export const pairs: Shape = anyOf({
  sequence: texts,
  mapping: dictionaryOf(scalarOf('string', 'number', 'boolean', 'null')),
});

export const command: Shape = anyOf({ scalar: scalarOf('string', 'null'), sequence: listOf(text) });
export const driverOptions: Shape = dictionaryOf(scalarOf('string', 'number'));

/** What services, networks and volumes may be called. */
export const namePattern: RegExp = /^[a-zA-Z0-9._-]+$/;

const sizePattern = /^-?[0-9]+(?:\.[0-9]+)?\s?(?:[kKmMgGtTpP][iI]?)?[bB]?$/;

/** `512m`. */
export const size: Shape = written(sizePattern, 'a size such as 512m', 'string');
/** `512m`, or a number of bytes. */
export const bytes: Shape = written(sizePattern, 'a size such as 512m', 'string', 'number');
/** `512m`, or a whole number of bytes. */
export const wholeBytes: Shape = written(sizePattern, 'a size such as 512m', 'string', 'integer');
/** `1m30s`. */
export const duration: Shape = since(
  '2.40',
  durationOf('ns|us|µs|μs|ms|s|m|h|d|w'),
  durationOf('ns|us|µs|μs|ms|s|m|h'),
);

function durationOf(units: string): Shape {
  const pattern = new RegExp(`^[-+]?(?:0|(?:(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:${units}))+)$`);
  return written(pattern, 'a duration such as 1m30s', 'string');
}

/** How many devices. */
export const count: Shape = written(/^(?:all|[-+]?[0-9]+)$/, 'a number or all', 'string', 'integer');
