import { expect, test } from 'vitest';
import { parsePayload } from './payload.ts';

const noJson = expect.objectContaining({ message: 'The body is not JSON in UTF-8.' });

test('says of a text without an end that it is no JSON, before the request’s time is up', () => {
  // Read again from each of its quotes, this would take a minute.
  expect(() => parsePayload(Buffer.from(`"${'\\"'.repeat(150_000)}`))).toThrow(noJson);
});

test('counts the brackets that are none of a text', () => {
  const nested = (depth: number) => Buffer.from('['.repeat(depth) + ']'.repeat(depth));
  expect(() => parsePayload(nested(64))).not.toThrow();
  expect(() => parsePayload(nested(65))).toThrow('nested deeper than 64');
  expect(parsePayload(Buffer.from(`["${'['.repeat(65)}\\"["]`))).toEqual([`${'['.repeat(65)}"[`]);
});
