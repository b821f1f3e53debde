import { expect, test } from 'vitest';
import { shareCalls } from './shared-call.ts';

test('who asks while a call goes on shares the next one', async () => {
  const ends: ((answer: number) => void)[] = [];
  const ask = shareCalls(async () => await new Promise<number>(resolve => ends.push(resolve)));
  const [first, second, third] = [ask(), ask(), ask()];
  expect(ends).toHaveLength(1);
  ends[0]?.(1);
  expect(await first).toBe(1);
  await expect.poll(() => ends.length).toBe(2);
  const fourth = ask();
  ends[1]?.(2);
  expect(await Promise.all([second, third])).toEqual([2, 2]);
  await expect.poll(() => ends.length).toBe(3);
  ends[2]?.(3);
  expect(await fourth).toBe(3);
});

test('a call that fails fails for those who shared it, and the next one is made', async () => {
  let calls = 0;
  const ask = shareCalls(async () => {
    calls += 1;
    if (calls < 3) throw new Error(`call ${calls}`);
    return calls;
  });
  const settled = await Promise.allSettled([ask(), ask(), ask()]);
  expect(settled.map(one => (one.status === 'rejected' ? one.reason.message : one.value))).toEqual([
    'call 1',
    'call 2',
    'call 2',
  ]);
  expect(await ask()).toBe(3);
});
