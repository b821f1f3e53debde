import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryStore, createRegistry, type DeploymentReport, loadProject, type Store } from '@gopdater/core';
import { createFakeEngine, createInProcessCompose, FakeDocker, VirtualClock } from '@gopdater/testing';
import { describe, expect, test } from 'vitest';
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
  const { clock = createManualClock() } = options;
  const engineClock = clock instanceof VirtualClock ? clock : undefined;
  await using docker = await FakeDocker.start({ socketPath: false, ...(engineClock && { clock: engineClock }) });
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
        registry: createRegistry({ mirror: await docker.registry.listen(), clock }),
        clock,
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

describe('an engine that is away for longer than a rollout waits', () => {
  /** A server whose engine goes away when told; what it reports; and how often it asks whether the engine is there. */
  async function withLostEngine(
    leaveAt: string,
    use: (world: {
      readonly clock: VirtualClock;
      readonly store: Store;
      readonly docker: FakeDocker;
      readonly outcomes: readonly string[];
      readonly push: () => Promise<void>;
      readonly close: () => Promise<void>;
    }) => Promise<void>,
  ): Promise<void> {
    const clock = new VirtualClock();
    const store = createMemoryStore();
    const outcomes: string[] = [];
    const onReport = ({ outcome, error }: DeploymentReport) => void outcomes.push(error?.code ?? outcome);
    let leave = () => {};
    const view = createProgressView({ log: silentLogger, clock });
    const progress: typeof view = {
      ...view,
      onStep: ({ step, state }) => step.kind === leaveAt && state === 'started' && leave(),
    };
    await withServer({ clock, store, progress, onReport }, async ({ docker, post, close }) => {
      leave = () => {
        leave = () => {};
        void docker.goAway();
      };
      docker.registry.push('acme/web:latest', { version: 'v2', health: 'healthy' });
      const push = async () => {
        expect(await post()).toBe(202);
      };
      await use({ clock, store, docker, outcomes, push, close });
    });
  }

  test('finishes what was begun when it answers again, and asks it ever less often', async () => {
    await withLostEngine('await-healthy', async ({ clock, store, docker, outcomes, push, close }) => {
      const v1 = docker.containers()[0]?.imageId;
      await push();
      await clock.advance(70_000);
      expect(outcomes).toEqual(['ENGINE_UNREACHABLE']);
      expect(await store.unfinished.list()).toHaveLength(1);
      const before = docker.calls.sequence().length;
      await clock.advance(3_600_000);
      expect(docker.calls.sequence().length - before).toBeLessThan(70);
      await docker.comeBack();
      await clock.advance(70_000);
      expect(outcomes).toEqual(['ENGINE_UNREACHABLE', 'updated']);
      expect(await store.unfinished.list()).toEqual([]);
      expect(await store.deliveries.pending()).toEqual([]);
      expect(docker.containers()[0]?.imageId).not.toBe(v1);
      await close();
    });
  });

  test('does what was accepted meanwhile, once', async () => {
    await withLostEngine('none', async ({ clock, store, docker, outcomes, push, close }) => {
      await docker.goAway();
      await push();
      await push();
      await clock.advance(300_000);
      expect(outcomes).toEqual(['ENGINE_UNREACHABLE', 'ENGINE_UNREACHABLE']);
      expect(await store.deliveries.pending()).toHaveLength(2);
      await docker.comeBack();
      await clock.advance(70_000);
      expect(outcomes.slice(2)).toEqual(['updated', 'up-to-date']);
      expect(await store.deliveries.pending()).toEqual([]);
      await close();
    });
  });

  test('is waited for no more by a server that is closed', async () => {
    await withLostEngine('await-healthy', async ({ clock, docker, push, close, outcomes }) => {
      await push();
      await clock.advance(70_000);
      await close();
      await docker.comeBack();
      await clock.advance(300_000);
      expect(outcomes).toEqual(['ENGINE_UNREACHABLE']);
    });
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
