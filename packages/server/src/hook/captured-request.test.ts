import { GopdaterError } from '@gopdater/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCaptured, readCaptured } from './captured-request.ts';

const body = fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes));

test('any bytes are a capture or none, and never a crash', () => {
  const start = fc.constantFrom(
    '',
    '{',
    'POST /hooks/ci HTTP/1.1\n',
    'a: b\n\n',
    'Transfer-Encoding: chunked\n\n5\r\n',
  );
  fc.assert(
    fc.property(start, body, (head, bytes) => {
      try {
        readCaptured(Buffer.concat([Buffer.from(head), bytes]));
      } catch (error) {
        expect(error).toBeInstanceOf(GopdaterError);
        expect(error).toMatchObject({ code: 'DELIVERY_INVALID' });
      }
    }),
    { numRuns: 1_000 },
  );
});

test('a body is what came, byte by byte, whatever it is', () => {
  fc.assert(
    fc.property(body, bytes => {
      const head = Buffer.from(`POST /hooks/ci?a=1 HTTP/1.1\r\nA: 1\r\nA:2\r\nContent-Length: ${bytes.length}\r\n\r\n`);
      const read = readCaptured(Buffer.concat([head, bytes, Buffer.from('\n')]));
      expect(read.body.equals(bytes)).toBe(true);
      expect(read).toMatchObject({ method: 'POST', path: '/hooks/ci?a=1', headers: [['A', '1'], ['A', '2'], {}] });
      const chunk = bytes.length === 0 ? '' : `${bytes.length.toString(16)};x=1\r\n`;
      const chunked = Buffer.from(`POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`);
      const end = Buffer.from(bytes.length === 0 ? '0\r\n\r\n' : '\r\n0\r\n\r\n');
      expect(readCaptured(Buffer.concat([chunked, bytes, end])).body.equals(bytes)).toBe(true);
    }),
  );
});

test('what is wrong is named by its line, as a header may be a secret', () => {
  const text = 'POST /hooks/ci HTTP/1.1\nHost: x\nAuthorization Bearer secret\n\n{}';
  expect(() => readCaptured(Buffer.from(text))).toThrow('line 3 is no header');
  expect(isCaptured(Buffer.from(text))).toBe(false);
});
