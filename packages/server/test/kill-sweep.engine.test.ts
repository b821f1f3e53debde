import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FakeDocker } from '@gopdater/testing';
import { describe, expect, test } from 'vitest';
import { provided } from '../../../test/engine.ts';

const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const delivery = JSON.stringify({ push_data: { tag: 'latest' }, repository: { repo_name: 'acme/web' } });

const fileWith = (...deploy: readonly string[]) => `
name: sweep
services:
  web:
    image: acme/web:latest
    deploy:
      replicas: ${deploy[0]}
      update_config: { monitor: 50ms, ${deploy.slice(1).join(', ')} }
      rollback_config: { monitor: 50ms }
`;

/** With the first step to kill at. Shared out over the profiles: the engine is the fake, but its Compose is the profile’s. */
const strategies: Readonly<Record<string, readonly (readonly [string, string, number])[]>> = {
  'docker-26.1': [['stop-first, one of three at a time', fileWith('3'), 1]],
  'docker-28.5': [['start-first', fileWith('1', 'order: start-first'), 2]],
  'docker-28.5-containerd': [
    ['stop-first', fileWith('1'), 3],
    ['start-first, two of three at a time', fileWith('3', 'order: start-first', 'parallelism: 2'), 1],
  ],
};

const versions = {
  good: { version: 'v2', health: 'healthy' },
  'never well': { version: 'v2', health: 'unhealthy' },
} as const;

/** A fake engine on a socket with the project running on v1, and v2 in its registry. */
async function createWorld(file: string, behaviour: keyof typeof versions) {
  const directory = await mkdtemp(join(tmpdir(), 'kill-sweep-'));
  await writeFile(join(directory, 'compose.yml'), file);
  const docker = await FakeDocker.start({
    engine: provided('GOPDATER_ENGINE_PROFILE') === 'docker-26.1' ? '26.1' : '28.5',
  });
  const mirror = await docker.registry.listen();
  docker.registry.push('acme/web:latest', { version: 'v1', health: 'healthy' });
  const env = {
    ...process.env,
    ...docker.env,
    OWNER: 'acme',
    GOPDATER_MERGE_QUIET: '0s',
    PORT: '0',
    HOST: '127.0.0.1',
    REGISTRY_MIRROR: mirror,
    GOPDATER_DATA: directory,
  };
  const up = async () =>
    await promisify(execFile)('docker', ['compose', '--project-directory', directory, 'up', '--detach'], { env });
  await up();
  const [v1] = docker.containers();
  const { id: v2 } = docker.registry.push('acme/web:latest', versions[behaviour]);
  const servers: ChildProcess[] = [];
  return {
    docker,
    up,
    wanted: behaviour === 'good' ? v2 : v1?.imageId,
    replicas: docker.containers().length,
    /** The real program, and a function that reads its log up to the nth line that matches. */
    serve: () => {
      const child = spawn(process.execPath, [bin, 'serve'], {
        cwd: directory,
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      servers.push(child);
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      return {
        kill: async () => {
          child.kill('SIGKILL');
          await once(child, 'exit');
        },
        readUntil: async (pattern: RegExp, nth = 1): Promise<{ match: RegExpExecArray | undefined; steps: number }> => {
          let left = nth;
          let steps = 0;
          for (let next = await lines.next(); !next.done; next = await lines.next()) {
            if (next.value.includes('Begins: ')) steps += 1;
            const match = pattern.exec(next.value);
            if (match !== null && --left === 0) return { match, steps };
            if (ended.test(next.value)) return { match: undefined, steps };
          }
          throw new Error(`The server ended before it printed ${pattern}.`);
        },
      };
    },
    [Symbol.asyncDispose]: async () => {
      for (const server of servers) server.kill('SIGKILL');
      await docker[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, maxRetries: 5 });
    },
  };
}

/** The report’s line. */
const ended = /^\s+sweep\/web(:| was| failed)/;

type World = Awaited<ReturnType<typeof createWorld>>;

/** A server that has accepted the delivery. */
async function start(world: World): Promise<ReturnType<World['serve']>> {
  const server = world.serve();
  const { match } = await server.readUntil(/Listening on (http:\S+):/);
  expect((await fetch(match?.[1] ?? '', { method: 'POST', body: delivery })).status).toBe(202);
  return server;
}

/** Each kill starts a dozen programs: every third step, at each way another third; `KILL_EVERY=1` is all of them. */
const every = Number(process.env.KILL_EVERY ?? 3);

/** Killed when the nth step was written down, and started again. */
async function killAt(n: number, file: string, behaviour: keyof typeof versions): Promise<void> {
  await using world = await createWorld(file, behaviour);
  const first = await start(world);
  await first.readUntil(/Begins: /, n);
  await first.kill();

  const second = world.serve();
  await second.readUntil(ended);
  const containers = world.docker.containers();
  expect(containers.map(({ status, imageId }) => `${status} ${imageId}`)).toEqual(
    Array.from({ length: world.replicas }, () => `running ${world.wanted}`),
  );
  const ids = containers.map(({ id }) => id);
  await world.up();
  expect(world.docker.containers().map(({ id }) => id)).toEqual(ids);
}

describe.each(strategies[provided('GOPDATER_ENGINE_PROFILE')] ?? [])(
  'gopdater, %s, killed with -9',
  (strategy, file, third) => {
    test.each(['good', 'never well'] as const)(
      'on the way to a version that is %s, at steps that it has written down, ends it at the next start',
      // A hundred starts of programs, beside two other engines.
      { timeout: 400_000 },
      async behaviour => {
        const whole = await createWorld(file, behaviour);
        const { steps } = await (await start(whole)).readUntil(ended);
        await whole[Symbol.asyncDispose]();
        expect(steps).toBeGreaterThan(4);
        const violations: string[] = [];
        const first = behaviour === 'good' ? third : third + 1;
        const left = Array.from({ length: steps }, (_, n) => n + 1).filter(n => (n - first) % every === 0);
        const kills = left.length;
        const work = async () => {
          for (let n = left.shift(); n !== undefined; n = left.shift()) {
            await killAt(n, file, behaviour).catch((error: unknown) => {
              violations.push(`killed at step ${n} of ${steps}: ${error instanceof Error ? error.message : error}`);
            });
          }
        };
        // Each has an engine of its own, and waits more than it works.
        await Promise.all([work(), work()]);
        console.log(`${strategy}, ${behaviour}: killed at ${kills} of ${steps} steps, ${violations.length} violations`);
        expect(violations).toEqual([]);
      },
    );
  },
);
