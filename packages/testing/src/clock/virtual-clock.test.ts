import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeRegistry } from '../registry/fake-registry.ts';
import { VirtualClock } from './virtual-clock.ts';

describe('the virtual clock, moved by hand', () => {
  it('stands still, and then wakes who is due, in the order they are due', async () => {
    const clock = new VirtualClock({ startMs: 1000 });
    const woken: string[] = [];
    const lieDown = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms);
      woken.push(`${name} at ${clock.now()}`);
    };
    const all = [lieDown('late', 300), lieDown('early', 100), lieDown('early too', 100), lieDown('never', 301)];
    await clock.advance(0);
    expect(woken).toEqual([]);
    await clock.advance(300);
    expect(woken).toEqual(['early at 1100', 'early too at 1100', 'late at 1300']);
    expect(clock.now()).toBe(1300);
    expect(clock.sleepers).toBe(1);
    await clock.advance(1);
    await Promise.all(all);
  });

  it('wakes who lies down again on the way', async () => {
    const clock = new VirtualClock({ startMs: 0 });
    const times: number[] = [];
    const tick = async (): Promise<void> => {
      for (;;) {
        await clock.sleep(40);
        times.push(clock.now());
      }
    };
    void tick();
    await clock.advance(130);
    expect(times).toEqual([40, 80, 120]);
    expect(clock.now()).toBe(130);
  });

  it('lets a signal end a sleep, without an error, and forgets the sleeper', async () => {
    const clock = new VirtualClock();
    const stop = new AbortController();
    const slept = clock.sleep(1000, { signal: stop.signal });
    stop.abort();
    await slept;
    await clock.sleep(1000, { signal: stop.signal });
    expect(clock.sleepers).toBe(0);
  });
});

describe('the virtual clock, left to itself', () => {
  it('jumps from sleep to sleep until the work is done', async () => {
    const clock = new VirtualClock({ startMs: 0 });
    const work = async (): Promise<string> => {
      await Promise.all([clock.sleep(60_000), clock.sleep(5)]);
      return `done at ${clock.now()}`;
    };
    expect(await clock.run(work)).toBe('done at 60000');
    await expect(clock.run(async () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  });

  it('does not let time pass while files are read, the registry is asked, or what it is told of goes on', async () => {
    await using registry = new FakeRegistry();
    registry.push('acme/web');
    const url = await registry.listen();
    const folder = await mkdtemp(join(tmpdir(), 'virtual-clock-'));
    const file = join(folder, 'file');
    const clock = new VirtualClock({ startMs: 0 });
    void clock.sleep(1);
    const times: number[] = [];
    await clock.run(async () => {
      await writeFile(file, 'x'.repeat(1_000_000));
      for (let n = 0; n < 20; n += 1) await readFile(file);
      times.push(clock.now());
      for (let n = 0; n < 20; n += 1) await (await fetch(`${url}/v2/acme/web/tags/list`)).json();
      times.push(clock.now());
      await clock.busy(new Promise(resolve => setTimeout(resolve, 20)));
      times.push(clock.now());
      await clock.sleep(2);
      times.push(clock.now());
    });
    await rm(folder, { recursive: true });
    expect(times).toEqual([0, 0, 0, 2]);
  });

  it('says so when no time could end the work, or none that is reasonable', async () => {
    const clock = new VirtualClock();
    await expect(clock.run(() => new Promise(() => undefined))).rejects.toThrow(/^Time stands still/);
    const forEver = async (): Promise<never> => {
      for (;;) await clock.sleep(1000);
    };
    await expect(clock.run(forEver, { limitMs: 5000 })).rejects.toThrow(
      'The work has not ended after 5000 ms of virtual time.',
    );
  });

  it('is moved by one at a time', async () => {
    const clock = new VirtualClock();
    const one = clock.run(() => clock.sleep(1));
    await expect(clock.advance(1)).rejects.toThrow('The clock is being moved already.');
    await one;
  });
});
