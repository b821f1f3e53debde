import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryStore, createRegistry, loadProject, type Store } from '@gopdater/core';
import { createFakeEngine, createInProcessCompose, FakeDocker } from '@gopdater/testing';
import { expect, test } from 'vitest';
import { createManualClock } from '../test/manual-clock.ts';
import { createScreen } from '../test/screen.ts';
import { readConfig } from './config.ts';
import { createLogger, silentLogger } from './log.ts';
import { type RunningServer, type ServeDependencies, serve } from './serve.ts';
import { createProgressView } from './terminal/progress-view.ts';
import { createTerminal } from './terminal/terminal.ts';

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

/** A server over a project whose one service runs acme/web, on a fake engine. */
async function withServer(
  options: Partial<ServeDependencies>,
  use: (server: RunningServer & { readonly docker: FakeDocker; post(): Promise<number> }) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'serve-'));
  await using docker = await FakeDocker.start({ socketPath: false });
  try {
    const files = [join(directory, 'compose.yml')];
    await writeFile(files[0] ?? '', 'name: shop\nservices:\n  web:\n    image: acme/web\n');
    docker.registry.push('acme/web:latest', { version: 'v1', health: 'healthy' });
    const load = async () => await loadProject({ files, cwd: directory, environment: {} });
    const compose = createInProcessCompose({ docker, load });
    const project = { name: 'shop', projectDirectory: directory, files, envFiles: [], profiles: [] };
    await compose.up(project, []);
    const server = await serve(
      { owner: ['acme'], hookSecret: undefined, host: '127.0.0.1', port: 0 },
      {
        projects: [{ files, cwd: directory, environment: {} }],
        engine: createFakeEngine(docker),
        compose,
        registry: createRegistry({ mirror: await docker.registry.listen() }),
        clock: createManualClock(),
        store: createMemoryStore(),
        log: silentLogger,
        ...options,
      },
    );
    const body = JSON.stringify({ push_data: { tag: 'latest' }, repository: { repo_name: 'acme/web' } });
    const post = async () => (await fetch(server.url, { method: 'POST', body })).status;
    await use({ ...server, docker, post });
  } finally {
    await rm(directory, { recursive: true });
  }
}

test('the server has kept its last report when it has closed', async () => {
  const store = slowStore();
  await withServer({ store }, async ({ post, close }) => {
    expect(await post()).toBe(202);
    await close();
    store.close();
    await new Promise(resolve => setImmediate(resolve));
    await new Promise(resolve => setImmediate(resolve));
    expect(store.lateWrites()).toBe(0);
    expect(await store.history.list({ limit: 9 })).toMatchObject([{ report: { outcome: 'up-to-date' } }]);
    expect(await store.deliveries.pending()).toEqual([]);
  });
});

test('a terminal shows the steps of a rollout, then its report', async () => {
  const screen = createScreen({ columns: 200 });
  const config = readConfig({ NO_COLOR: '1' });
  const clock = createManualClock();
  const terminal = createTerminal(screen.stream, config);
  const log = createLogger(config, { terminal });
  const progress = createProgressView({ terminal, log, clock });
  await withServer({ log, progress, clock }, async ({ docker, post, close }) => {
    docker.registry.push('acme/web:latest', { version: 'v2', health: 'healthy' });
    expect(await post()).toBe(202);
    await close();
    const lines = await screen.text();
    const steps = lines.filter(line => line.startsWith('✔'));
    expect(steps.length).toBeGreaterThan(2);
    expect(steps[0]).toMatch(/^✔ +[\d.]+ s {2}pull docker\.io\/acme\/web@sha256:[0-9a-f]{12} \(\d+ B\)$/);
    expect(lines.slice(lines.indexOf(steps.at(-1) ?? '') + 1).join('\n')).toMatch(
      /INFO: docker\.io\/acme\/web:latest, after [\d.]+ s:\n.*shop\/web: .*v1 → v2/,
    );
    expect(lines.join('\n')).not.toContain('Begins:');
  });
});
