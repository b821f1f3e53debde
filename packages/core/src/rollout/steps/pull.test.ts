import { createFakeEngine, FakeDocker } from '@gopdater/testing';
import { expect, test } from 'vitest';
import type { Engine, PullProgress } from '../../docker/engine.ts';
import type { PulledBytes } from '../../docker/pull-bytes.ts';
import { runPull } from './pull.ts';

/** What a pull of these lines tells. */
async function told(progress: readonly PullProgress[]): Promise<{ lines: string[]; bytes: PulledBytes[] }> {
  await using docker = await FakeDocker.start({ socketPath: false });
  const engine: Engine = {
    ...createFakeEngine(docker),
    pullImage: async (_, { onProgress } = {}) => {
      for (const one of progress) onProgress?.(one);
    },
  };
  const lines: string[] = [];
  const bytes: PulledBytes[] = [];
  await runPull(
    { kind: 'pull', cause: '', reference: 'acme/web@sha256:1' },
    { engine, onLine: line => lines.push(line), onBytes: sum => bytes.push(sum) },
  );
  return { lines, bytes };
}

test('a pull has a line for each change of a layer’s status, and the bytes of all layers for each chunk', async () => {
  const { lines, bytes } = await told([
    { status: 'Pulling fs layer', id: 'a' },
    { status: 'Downloading', id: 'a', current: 1, total: 3 },
    { status: 'Downloading', id: 'a', current: 2, total: 3 },
    { status: 'Download complete', id: 'a' },
    { status: 'Digest: sha256:1' },
    { status: 'Status: Downloaded newer image' },
  ]);
  expect(lines).toEqual([
    'a: Pulling fs layer',
    'a: Downloading',
    'a: Download complete',
    'Digest: sha256:1',
    'Status: Downloaded newer image',
  ]);
  expect(bytes.slice(0, 4)).toEqual([
    { current: 0, total: undefined },
    { current: 1, total: 3 },
    { current: 2, total: 3 },
    { current: 3, total: 3 },
  ]);
});
