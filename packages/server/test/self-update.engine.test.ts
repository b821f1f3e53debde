import { statSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HistoryEntry } from '@gopdater/core';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { docker, logsOf, provided, provideOwnImage, pushDerived } from '../../../test/engine.ts';

const socket = '/var/run/docker.sock';
const delivery = JSON.stringify({ push_data: { tag: 'latest' }, repository: { repo_name: 'acme/gopdater' } });
const file = () => `
name: self
services:
  gopdater:
    image: acme/gopdater:latest
    restart: unless-stopped
    network_mode: host
    group_add: ["${statSync(socket).gid}"]
    environment:
      OWNER: acme
      # A look at the start would have helpers of its own, whose volumes are counted here.
      GOPDATER_CHECK_AT_START: "false"
      REGISTRY_MIRROR: http://${provided('GOPDATER_REGISTRY')}
    volumes:
      - ${socket}:${socket}
      - data:/data
volumes:
  data:
`;

beforeAll(async () => await provideOwnImage('gopdater'), 300_000);

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'self-'));
  await chmod(directory, 0o755);
  await writeFile(join(directory, 'compose.yml'), file());
  await push('v1');
  await compose('up', '--detach', '--pull', 'always', '--wait');
});
afterEach(async () => {
  const helpers = await lines('ps', '--all', '--quiet', '--filter', 'label=gopdater.self-update');
  if (helpers.length > 0) await docker('rm', '--force', ...helpers);
  await compose('down', '--timeout', '1', '--rmi', 'all', '--volumes');
  await rm(directory, { recursive: true });
});

const quick = '--interval=300ms --timeout=5s --start-period=20s --retries=3';
// What the image's own check asks, without a Node.js for each question: there are many of them here.
const own = `HEALTHCHECK ${quick} CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8000/healthz"]`;
const push = async (version: string, ...more: readonly string[]) =>
  await pushDerived('acme/gopdater:latest', 'gopdater', [
    `LABEL org.opencontainers.image.version=${version}`,
    ...(more.length > 0 ? more : [own]),
  ]);
const compose = async (...args: readonly string[]) =>
  await docker('compose', '--project-directory', directory, ...args);
const lines = async (...args: readonly string[]) => (await docker(...args)).split('\n').filter(Boolean);
const idOf = async () => await compose('ps', '--all', '--quiet', 'gopdater');
const helpers = async () =>
  await lines('ps', '--all', '--quiet', '--no-trunc', '--filter', 'label=gopdater.self-update');
const stateOf = async (id: string) =>
  await docker(
    'inspect',
    '--format',
    '{{index .Config.Labels "org.opencontainers.image.version"}} {{.State.Status}} {{.State.Health.Status}}',
    id,
  );

/** Newest first; empty as long as there is nobody to ask. */
async function history(): Promise<readonly HistoryEntry[]> {
  try {
    return JSON.parse(await docker('exec', await idOf(), 'gopdater', 'history', '--json'));
  } catch {
    return [];
  }
}
const outcomes = async () => (await history()).map(({ report }) => report.outcome);

async function sendHook(): Promise<void> {
  const answer = await fetch('http://127.0.0.1:8000/', { method: 'POST', body: delivery });
  expect(answer.status).toBe(202);
}

/** Asked until then, the history would cost more than all the rest: each question starts a Node.js. */
async function untilHelperEnds(): Promise<void> {
  await expect.poll(helpers, { timeout: 60_000, interval: 200 }).toHaveLength(1);
  await expect.poll(helpers, { timeout: 110_000, interval: 500 }).toEqual([]);
}

/** A delivery that moves nothing. */
async function sendHookInVain(): Promise<void> {
  await sendHook();
  const logs = async () => await logsOf(await idOf());
  await expect.poll(logs, { timeout: 60_000, interval: 500 }).toContain('was left alone');
}

/** What the user's own Compose finds. */
async function expectNoDrift(): Promise<void> {
  await expect.poll(helpers, { timeout: 10_000 }).toEqual([]);
  // The new one may be reading its projects in one.
  const readers = async () => await lines('ps', '--all', '--quiet', '--filter', 'label=gopdater.helper');
  await expect.poll(readers, { timeout: 30_000 }).toEqual([]);
  const id = await idOf();
  await compose('up', '--detach');
  expect(await idOf()).toBe(id);
}

test('gopdater updates itself: a helper replaces its container, and the new one is healthy', async () => {
  const before = await idOf();
  const volumes = await lines('volume', 'ls', '--quiet');
  await push('v2');
  await sendHook();
  await untilHelperEnds();
  await expect.poll(outcomes, { timeout: 60_000, interval: 1_500 }).toEqual(['updated', 'handed-over']);
  const [last, first] = await history();
  expect(last?.report.services).toMatchObject([{ from: { version: 'v1' }, to: { version: 'v2' } }]);
  expect(last?.report.deliveryId).toBe(first?.report.deliveryId);
  const after = await idOf();
  expect(after).not.toBe(before);
  expect(await stateOf(after)).toBe('v2 running healthy');
  await expectNoDrift();
  expect(await lines('volume', 'ls', '--quiet')).toEqual(volumes);

  await sendHookInVain();
  await expect.poll(outcomes, { timeout: 60_000, interval: 1_500 }).toEqual(['up-to-date', 'updated', 'handed-over']);
}, 240_000);

/** These take long, and each runs on one profile. */
const profile = provided('GOPDATER_ENGINE_PROFILE');

const badVersions = [
  ['is never healthy', 'docker-28.5-containerd', [`HEALTHCHECK ${quick.replace('20s', '0s')} CMD ["false"]`]],
  ['exits at once', 'docker-28.5', ['ENTRYPOINT ["sh", "-c", "echo broken; exit 1"]', own]],
] as const;
test.each(badVersions.filter(([, on]) => on === profile))(
  'a new gopdater that %s is put back by the helper of the old one, and not tried again',
  async (_name, _on, version) => {
    const v1 = await docker('image', 'inspect', '--format', '{{.Id}}', 'acme/gopdater:latest');
    await push('v2', ...version);
    await sendHook();
    await untilHelperEnds();
    await expect.poll(outcomes, { timeout: 60_000, interval: 1_500 }).toEqual(['rolled-back', 'handed-over']);
    await expect.poll(async () => await stateOf(await idOf()), { timeout: 30_000 }).toBe('v1 running healthy');
    expect(await docker('image', 'inspect', '--format', '{{.Id}}', 'acme/gopdater:latest')).toBe(v1);
    await expectNoDrift();

    await sendHookInVain();
    await expect
      .poll(outcomes, { timeout: 60_000, interval: 1_500 })
      .toEqual(['refused', 'rolled-back', 'handed-over']);
    expect(await helpers()).toEqual([]);
  },
  240_000,
);

test.each(profile === 'docker-26.1' ? ['killed'] : [])(
  'a helper that is %s on the way is started again by the engine, and ends what it began',
  async () => {
    await push('v2');
    await sendHook();
    await expect.poll(helpers, { timeout: 30_000, interval: 100 }).toHaveLength(1);
    const [helper = ''] = await helpers();
    await expect.poll(() => logsOf(helper), { timeout: 60_000, interval: 50 }).toContain('Begins: recreate');
    process.kill(Number(await docker('inspect', '--format', '{{.State.Pid}}', helper)), 'SIGKILL');
    await expect.poll(helpers, { timeout: 110_000, interval: 500 }).toEqual([]);
    await expect.poll(outcomes, { timeout: 60_000, interval: 1_500 }).toContain('handed-over');
    await expect
      .poll(async () => await stateOf(await idOf()), { timeout: 60_000, interval: 500 })
      .toBe('v2 running healthy');
    await expectNoDrift();
    expect((await outcomes())[0]).toMatch(/^(updated|up-to-date)$/);
  },
  240_000,
);
