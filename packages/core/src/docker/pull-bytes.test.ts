import { expect, test } from 'vitest';
import type { PullProgress } from './engine.ts';
import { createPullBytes } from './pull-bytes.ts';

const last = (lines: readonly PullProgress[]) => {
  const add = createPullBytes();
  return lines.map(line => add(line)).at(-1);
};
const layer = (id: string, status: string, current?: number, total?: number): PullProgress => ({
  id,
  status,
  current,
  total,
});

test('the layers of a pull are added up', () => {
  expect(
    last([
      { id: 'sha256:1', status: 'Pulling from acme/web' },
      layer('a', 'Pulling fs layer'),
      layer('b', 'Pulling fs layer'),
      layer('a', 'Downloading', 10, 100),
      layer('b', 'Downloading', 20, 50),
      layer('a', 'Downloading', 40, 100),
    ]),
  ).toEqual({ current: 60, total: 150 });
});

test('the sum has no total until each layer has told its size', () => {
  const waiting = [layer('a', 'Pulling fs layer'), layer('b', 'Waiting'), layer('a', 'Downloading', 40, 100)];
  expect(last(waiting)).toEqual({ current: 40, total: undefined });
  expect(last([...waiting, layer('b', 'Downloading', 1, 2)])).toEqual({ current: 41, total: 102 });
});

test('what has been downloaded stays so while it is extracted, whatever extraction counts', () => {
  const downloaded = [layer('a', 'Downloading', 90, 100), layer('a', 'Download complete')];
  expect(last(downloaded)).toEqual({ current: 100, total: 100 });
  expect(last([...downloaded, layer('a', 'Extracting', 10, 100)])).toEqual({ current: 100, total: 100 });
  expect(last([...downloaded, layer('a', 'Extracting', 7)])).toEqual({ current: 100, total: 100 });
});

test('layers that exist already, and lines about no layer, count for nothing', () => {
  const all = [layer('a', 'Downloading', 5, 5), layer('b', 'Already exists'), layer('c', 'Pull complete')];
  expect(last([...all, { status: 'Digest: sha256:1' }])).toEqual({ current: 5, total: 5 });
});

test('a download that begins again counts from there', () => {
  expect(
    last([layer('a', 'Downloading', 90, 100), layer('a', 'Retrying in 1 second'), layer('a', 'Downloading', 1, 100)]),
  ).toEqual({ current: 1, total: 100 });
});
