import { expect, test } from 'vitest';
import { logLinesOf, parseLog } from './log-frames.ts';

const frame = (stream: number, text: string) => {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

test('a log in frames is the lines of both outputs, also where a line is cut in two', () => {
  const log = Buffer.concat([frame(1, 'läuft\nhal'), frame(1, 'b\n'), frame(2, 'failed\r\n\n')]);
  expect(parseLog(log)).toEqual(['läuft', 'halb', 'failed']);
});

test('the log of a container with a terminal is plain text', () => {
  expect(parseLog(Buffer.from('one\r\ntwo is longer than a header\r\n'))).toEqual([
    'one',
    'two is longer than a header',
  ]);
  expect(parseLog(Buffer.alloc(0))).toEqual([]);
});

test('a frame that breaks off is what there is of it', () => {
  expect(parseLog(frame(1, 'broken off').subarray(0, 14))).toEqual(['broken']);
});

test('a log that is being written: lines come whole, however frames and chunks cut them', async () => {
  const log = Buffer.concat([frame(1, 'a lo'), frame(2, 'fai'), frame(1, 'ng one\n\nnext'), frame(2, 'led\n')]);
  for (const size of [1, 7, log.length]) {
    const chunks = async function* () {
      for (let at = 0; at < log.length; at += size) yield log.subarray(at, at + size);
    };
    const lines: string[] = [];
    for await (const { output, text } of logLinesOf(chunks())) lines.push(`${output}: ${text}`);
    expect(lines).toEqual(['stdout: a long one', 'stdout: ', 'stderr: failed', 'stdout: next']);
  }
});
