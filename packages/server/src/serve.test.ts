import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createMemoryStore,
  createRegistry,
  type DeploymentReport,
  formatReference,
  GopdaterError,
  loadProject,
  parseWindow,
  type Registry,
  type Store,
  systemClock,
} from '@gopdater/core';
import { createFakeEngine, createInProcessCompose, FakeDocker, VirtualClock } from '@gopdater/testing';
import { describe, expect, test } from 'vitest';
import { createManualClock } from '../test/manual-clock.ts';
import { createScreen } from '../test/screen.ts';
import { readConfig } from './config.ts';
import { createLogger, silentLogger } from './log.ts';
import { type RunningServer, type ServeDependencies, type ServeOptions, serve } from './serve.ts';
import { createProgressView } from './terminal/progress-view.ts';
import { createTerminal } from './terminal/terminal.ts';

const nobody = async () => await Promise.reject(new Error('nobody asks'));
/** What these servers ask no registry. */
const unasked = { describe: nobody, tags: nobody, signatures: nobody };

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
    close: async () => {
      isClosed = true;
    },
  };
}

/** A server over a project whose one service runs acme/web, on a fake engine. */
async function withServer(
  options: Partial<ServeDependencies>,
  use: (server: RunningServer & { readonly docker: FakeDocker; post(tag?: string): Promise<number> }) => Promise<void>,
  serveOptions: Partial<ServeOptions> & {
    readonly image?: string;
    readonly labels?: string;
    readonly env?: string;
  } = {},
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'serve-'));
  const { clock = createManualClock() } = options;
  const engineClock = clock instanceof VirtualClock ? clock : undefined;
  await using docker = await FakeDocker.start({ socketPath: false, ...(engineClock && { clock: engineClock }) });
  try {
    const files = [join(directory, 'compose.yml')];
    const { image = 'acme/web', labels = '{}', env = '' } = serveOptions;
    await writeFile(files[0] ?? '', `name: shop\nservices:\n  web:\n    image: ${image}\n    labels: ${labels}\n`);
    await writeFile(join(directory, '.env'), env);
    for (const tag of ['latest', '1.0.0']) {
      docker.registry.push(`acme/web:${tag}`, { version: 'v1', health: 'healthy' });
    }
    const load = async () => await loadProject({ files, cwd: directory, environment: {} });
    const compose = createInProcessCompose({ docker, load });
    const project = { name: 'shop', projectDirectory: directory, files, envFiles: [], profiles: [] };
    await compose.up(project, []);
    const server = await serve(
      {
        owner: ['acme'],
        hookSecret: undefined,
        host: '127.0.0.1',
        port: 0,
        merging: { quietMs: 0, maxMs: 0 },
        ...serveOptions,
      },
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
    const post = async (tag = 'latest') => {
      const body = JSON.stringify({ push_data: { tag }, repository: { repo_name: 'acme/web' } });
      return (await fetch(server.url, { method: 'POST', body })).status;
    };
    await use({ ...server, docker, post });
  } finally {
    await rm(directory, { recursive: true });
  }
}

test('Docker Hub is told what became of its delivery, after the report, and only where a secret proves it', async () => {
  const told: string[] = [];
  const remembered: string[] = [];
  const callbacks = {
    remember: (_: string, url: string) => void remembered.push(url),
    forget() {},
    tell: ({ outcome }: DeploymentReport) => void told.push(outcome),
    settled: async () => void told.push('settled'),
  };
  const hookSecret = 'f81d4fae7dec11d0a76500a0c91e6bf6';
  const callback_url = 'https://registry.hub.docker.com/u/acme/web/hook/1/';
  const body = JSON.stringify({ push_data: { tag: 'latest' }, repository: { repo_name: 'acme/web' }, callback_url });
  const send = async (url: string) => (await fetch(url, { method: 'POST', body })).status;
  await withServer(
    { callbacks, onReport: ({ outcome }) => void told.push(`report ${outcome}`) },
    async server => {
      expect(await send(`${server.url}/hooks/docker-hub/${hookSecret}`)).toBe(202);
      await server.close();
    },
    { hookSecret },
  );
  expect([remembered, told]).toEqual([[callback_url], ['up-to-date', 'report up-to-date', 'settled']]);
  await withServer({ callbacks }, async server => {
    expect(await send(server.url)).toBe(202);
    await server.close();
  });
  expect(remembered).toHaveLength(1);
});

test('the server has kept its last report when it has closed', async () => {
  const store = slowStore();
  await withServer({ store }, async ({ post, close }) => {
    expect(await post()).toBe(202);
    await close();
    await store.close();
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
      expect(await store.deliveries.pending()).toHaveLength(1);
      await docker.comeBack();
      await clock.advance(70_000);
      expect(outcomes.slice(2)).toEqual(['updated']);
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

describe('hooks that were lost', () => {
  test('while the server was away are made up for at its start, and what is up to date is no news', async () => {
    const clock = new VirtualClock();
    const store = createMemoryStore();
    const outcomes: string[] = [];
    const onReport = ({ outcome }: DeploymentReport) => void outcomes.push(outcome);
    await withServer(
      { clock, store, onReport },
      async ({ docker, close }) => {
        await clock.advance(60_000);
        expect(outcomes).toEqual(['up-to-date']);
        expect(await store.history.list({ limit: 9 })).toEqual([]);
        await close();
        expect(docker.containers()).toHaveLength(1);
      },
      { checksAtStart: true },
    );
  });

  test('are no reason to tell again at each start of what was refused before', async () => {
    const clock = new VirtualClock();
    const store = createMemoryStore();
    const logged: string[] = [];
    const say = (_: object, message: string) => void logged.push(message);
    const log = { error: say, warn: say, info: say, debug: say };
    await withServer({ clock, store }, async ({ docker, post, close }) => {
      docker.registry.push('acme/web:latest', { version: 'v2', health: 'unhealthy' });
      expect(await post()).toBe(202);
      await clock.advance(60_000);
      expect(await store.history.list({ limit: 9 })).toMatchObject([{ report: { outcome: 'rolled-back' } }]);
      await close();
    });
    const { digest = '' } = (await store.history.list({ limit: 1 }))[0]?.report ?? {};
    const registry: Registry = {
      resolve: async () => digest,
      ...unasked,
    };
    await withServer(
      { clock, store, registry, log },
      async ({ close }) => {
        await clock.advance(60_000);
        expect(logged).toContainEqual(expect.stringContaining('this digest was rolled back before'));
        expect(await store.history.list({ limit: 9 })).toHaveLength(1);
        await close();
      },
      { checksAtStart: true },
    );
  });

  test('by a registry that cannot be reached are made up for when it is back', async () => {
    const clock = new VirtualClock();
    const store = createMemoryStore();
    const outcomes: string[] = [];
    const onReport = ({ outcome, error }: DeploymentReport) => void outcomes.push(error?.code ?? outcome);
    let isAway = true;
    const registry: Registry = {
      resolve: async () => {
        if (isAway) throw new GopdaterError('REGISTRY_UNREACHABLE', 'no route');
        return `sha256:${'0'.repeat(64)}`;
      },
      ...unasked,
    };
    await withServer({ clock, store, registry, onReport }, async ({ docker, post, close }) => {
      expect(await post()).toBe(202);
      await clock.advance(3_600_000);
      expect(new Set(outcomes)).toEqual(new Set(['REGISTRY_UNREACHABLE']));
      expect(outcomes.length).toBeGreaterThan(5);
      expect(outcomes.length).toBeLessThan(15);
      expect(await store.deliveries.pending()).toHaveLength(1);
      expect(await store.history.list({ limit: 99 })).toHaveLength(1);
      isAway = false;
      await clock.advance(700_000);
      expect(await store.deliveries.pending()).toEqual([]);
      // Its own, and a look at all tags.
      expect(outcomes.filter(outcome => outcome !== 'REGISTRY_UNREACHABLE')).toHaveLength(2);
      expect(docker.containers()).toHaveLength(1);
      await close();
    });
  });

  test('by a registry that cannot be reached are told of once, also when a burst comes meanwhile', async () => {
    const clock = new VirtualClock();
    const store = createMemoryStore();
    const away = async () => await Promise.reject(new GopdaterError('REGISTRY_UNREACHABLE', 'no route'));
    const registry: Registry = { ...unasked, resolve: away };
    await withServer(
      { clock, store, registry },
      async ({ post, close }) => {
        expect(await post()).toBe(202);
        await clock.advance(5_000);
        expect([await post(), await post()]).toEqual([202, 202]);
        await clock.advance(5_000);
        expect(await store.history.list({ limit: 9 })).toHaveLength(1);
        await close();
      },
      { merging: { quietMs: 2_000, maxMs: 10_000 } },
    );
  });

  test('do not matter for a tag that is polled', async () => {
    const clock = new VirtualClock();
    const outcomes: string[] = [];
    const onReport = ({ outcome }: DeploymentReport) => void outcomes.push(outcome);
    await withServer({ clock, onReport, defaults: { pollMs: 600_000 } }, async ({ docker, close }) => {
      await clock.advance(1_200_000);
      expect(outcomes).toEqual(['up-to-date']);
      docker.registry.push('acme/web:latest', { version: 'v2', health: 'healthy' });
      await clock.advance(1_200_000);
      expect(outcomes).toEqual(['up-to-date', 'updated']);
      await close();
    });
  });
});

test('a push that waits for its window is kept, and taken up by the next server', async () => {
  const clock = new VirtualClock();
  const store = createMemoryStore();
  const outcomes: string[] = [];
  const onReport = ({ outcome }: DeploymentReport) => void outcomes.push(outcome);
  const defaults = { window: parseWindow('02:00-04:00', 'UTC') };
  await withServer({ clock, store, onReport, defaults }, async ({ docker, post, close }) => {
    docker.registry.push('acme/web:latest', { version: 'v2', health: 'healthy' });
    expect(await post()).toBe(202);
    await clock.advance(3_600_000);
    await close();
    expect(outcomes).toEqual(['waiting']);
    expect(await store.history.list({ limit: 9 })).toMatchObject([{ report: { outcome: 'waiting' } }]);
    expect(await store.deliveries.pending()).toMatchObject([{ image: { repository: 'acme/web' } }]);
  });
  await withServer({ clock, store, onReport, defaults }, async ({ docker, close }) => {
    docker.registry.push('acme/web:latest', { version: 'v2', health: 'healthy' });
    await clock.advance(600_000);
    expect(outcomes).toEqual(['waiting', 'waiting']);
    await clock.advance(3_600_000);
    expect(outcomes).toEqual(['waiting', 'waiting', 'updated']);
    expect(await store.deliveries.pending()).toEqual([]);
    await close();
  });
});

test('a push of a version that is not the newest is kept as one of the newest until that is rolled out', async () => {
  const store = createMemoryStore();
  const accepted: string[] = [];
  const deliveries: Store['deliveries'] = {
    ...store.deliveries,
    accept: async delivery => {
      accepted.push(...delivery.images.map(formatReference));
      return await store.deliveries.accept(delivery);
    },
  };
  const options = {
    image: 'acme/web:${WEB_TAG}',
    labels: '{ gopdater.tag: semver:^1, gopdater.tag-variable: WEB_TAG }',
    env: 'WEB_TAG=1.0.0\n',
  };
  await withServer(
    { store: { ...store, deliveries }, clock: systemClock },
    async ({ docker, post, close }) => {
      docker.registry.push('acme/web:1.1.0', { version: 'v2', health: 'healthy' });
      docker.registry.push('acme/web:1.2.0', { version: 'v3', health: 'healthy' });
      expect(await post('1.1.0')).toBe(202);
      await expect
        .poll(async () => (await store.history.list({ limit: 9 })).map(({ report }) => report.outcome), {
          timeout: 30_000,
        })
        .toEqual(['updated', 'left-alone']);
      expect(accepted).toEqual(['docker.io/acme/web:1.1.0', 'docker.io/acme/web:1.2.0']);
      expect(await store.deliveries.pending()).toEqual([]);
      expect([...docker.state.containers.values()].map(({ spec }) => spec.image)).toEqual(['acme/web:1.2.0']);
      await close();
    },
    options,
  );
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
