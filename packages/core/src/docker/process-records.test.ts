import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { endLeftovers, type ProcessRecords, type RecordedProcess, readStartTime } from './process-records.ts';

const clock = { now: () => 0, sleep: async () => {} };

function recordsOf(...recorded: readonly RecordedProcess[]): ProcessRecords {
  let left = [...recorded];
  return {
    begin: async () => {},
    end: async ({ pid }) => {
      left = left.filter(process => process.pid !== pid);
    },
    list: async () => left,
  };
}

test('a command that outlived its gopdater is ended, with its children', async () => {
  const child = spawn('/bin/sh', ['-c', 'sleep 600 & echo $!; wait'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  const [output] = await once(child.stdout, 'data');
  const grandchild = Number(String(output));
  const pid = child.pid ?? 0;
  const startTime = (await readStartTime(pid)) ?? '';
  const records = recordsOf({ pid, startTime });
  expect(await endLeftovers(records, { clock })).toBe(1);
  expect((await ended)[1]).toBe('SIGKILL');
  expect(await records.list()).toEqual([]);
  await expect.poll(() => readStartTime(grandchild)).toBeUndefined();
});

test('another process that got the same number is left alone', async () => {
  const records = recordsOf({ pid: process.pid, startTime: '1' });
  expect(await endLeftovers(records, { clock })).toBe(0);
  expect(await records.list()).toEqual([]);
});
