import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { main } from './main.ts';

const run = (args: readonly string[], signal = AbortSignal.abort()): { ended: Promise<void>; output: () => string } => {
  const written: string[] = [];
  return { ended: main(args, { write: text => written.push(text), signal }), output: () => written.join('') };
};

it('says where it listens and ends with the signal', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fake-docker-main-'));
  const socket = join(folder, 'docker.sock');
  const { ended, output } = run(['--socket', socket, '--tcp', '0', '--registry-port', '0']);
  await ended;
  expect(output()).toMatch(
    /^engine {4}unix:\/\/.*docker\.sock\nengine {4}tcp:\/\/127\.0\.0\.1:\d+\nregistry {2}http:\/\/127\.0\.0\.1:\d+\n$/,
  );
  await rm(folder, { recursive: true });
});

it('explains itself', async () => {
  const { ended, output } = run(['--help']);
  await ended;
  expect(output()).toContain('Usage: fake-docker --socket PATH');
});

it.each([
  [[], /--socket is missing/],
  [['--socket', 'x', '--tcp', 'http'], /--tcp needs a port/],
  [['--nonsense'], /Unknown option/],
])('refuses %j', async (args, message) => {
  await expect(run(args).ended).rejects.toThrow(message);
});
