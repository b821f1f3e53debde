import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryStore, createRegistry, loadProject, type Store } from '@gopdater/core';
import { createFakeEngine, createInProcessCompose, FakeDocker } from '@gopdater/testing';
import { expect, test } from 'vitest';
import { silentLogger } from './log.ts';
import { serve } from './serve.ts';

/** A store whose writes take a while, and that knows whether one came after its end. */
function slowStore(): Store & { readonly lateWrites: () => number } {
  const store = createMemoryStore();
  let isClosed = false;
  let late = 0;
  const slow = async () => {
    await new Promise(resolve => setImmediate(resolve));
    if (isClosed) late += 1;
  };
  return {
    ...store,
    lateWrites: () => late,
    history: { ...store.history, add: async entry => await slow().then(() => store.history.add(entry)) },
    deliveries: { ...store.deliveries, settle: async id => await slow().then(() => store.deliveries.settle(id)) },
    close: () => {
      isClosed = true;
    },
  };
}

test('the server has kept its last report when it has closed', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'serve-'));
  await using docker = await FakeDocker.start({ socketPath: false });
  try {
    const files = [join(directory, 'compose.yml')];
    await writeFile(files[0] ?? '', 'name: shop\nservices:\n  web:\n    image: acme/web\n');
    docker.registry.push('acme/web:latest', { version: 'v1' });
    const load = async () => await loadProject({ files, cwd: directory, environment: {} });
    const compose = createInProcessCompose({ docker, load });
    const project = { name: 'shop', projectDirectory: directory, files, envFiles: [], profiles: [] };
    await compose.up(project, []);
    const store = slowStore();
    const server = await serve(
      { owner: ['acme'], hookSecret: undefined, host: '127.0.0.1', port: 0 },
      {
        projects: [{ files, cwd: directory, environment: {} }],
        engine: createFakeEngine(docker),
        compose,
        registry: createRegistry({ mirror: await docker.registry.listen() }),
        clock: { now: () => 0, sleep: async () => {} },
        store,
        log: silentLogger,
      },
    );
    const body = JSON.stringify({ push_data: { tag: 'latest' }, repository: { repo_name: 'acme/web' } });
    expect((await fetch(server.url, { method: 'POST', body })).status).toBe(202);
    await server.close();
    store.close();
    await new Promise(resolve => setImmediate(resolve));
    await new Promise(resolve => setImmediate(resolve));
    expect(store.lateWrites()).toBe(0);
    expect(await store.history.list({ limit: 9 })).toMatchObject([{ report: { outcome: 'up-to-date' } }]);
    expect(await store.deliveries.pending()).toEqual([]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
