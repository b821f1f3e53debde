import { readFileSync } from 'node:fs';
import {
  type ComposeProjectOptions,
  composeLabels,
  createMemoryStore,
  type DeploymentReport,
  formatReport,
} from '@gopdater/core';
import { type Parts, type RunningServer, serve, silentLogger } from '@gopdater/server';
import { describe, expect, test } from 'vitest';

/** A project of three services that run, on some engine, and a registry whose tags move. */
export interface MainJobWorld extends AsyncDisposable {
  readonly parts: Parts;
  readonly project: ComposeProjectOptions;
  /** Moves the tag to a new image with this version; resolves to the digest. */
  push(image: string, version: string): Promise<string>;
}

/** The compose file of the world; of its services only web uses the image that is pushed. */
export const mainJobFile = `
name: gopdater-main-job
services:
  web:
    image: acme/web:latest
    deploy:
      update_config:
        monitor: 500ms
  api:
    image: acme/api:latest
  db:
    image: acme/db:16
`;

/** The seed's second sample, for another repository. */
const seedDelivery = (repoName: string) => {
  const seed: unknown = JSON.parse(
    readFileSync(new URL('../../core/test/deliveries/push.seed-curl.json', import.meta.url), 'utf8'),
  );
  return JSON.stringify(seed).replaceAll('notarock/portfolio-ng', repoName);
};

/** The main job, the same on every engine. */
export function describeMainJob(name: string, createWorld: () => Promise<MainJobWorld>): void {
  describe(`Docker Hub’s webhook on ${name}`, () => {
    test('updates the one service that uses the pushed image, and “docker compose up -d” then changes nothing', async () => {
      await using world = await createWorld();
      await using gopdater = await start(world);
      const v1 = await containersOf(world);
      expect(Object.keys(v1).sort()).toEqual(['api', 'db', 'web']);

      const digest = await world.push('acme/web:latest', 'v2');
      const answer = await gopdater.post(seedDelivery('acme/web'));
      expect(answer).toMatchObject({ status: 202, deliveryId: expect.any(String) });
      const report = await gopdater.nextReport();
      expect(report, formatReport(report)).toMatchObject({
        deliveryId: answer.deliveryId,
        outcome: 'updated',
        services: [{ service: 'web', outcome: 'updated', from: { version: 'v1' }, to: { version: 'v2', digest } }],
      });
      const v2 = await containersOf(world);
      expect(v2).toEqual({ ...v1, web: expect.anything() });
      expect(v2.web?.id).not.toBe(v1.web?.id);
      const image = await world.parts.engine.inspectImage(v2.web?.imageId ?? '');
      expect(image?.labels['org.opencontainers.image.version']).toBe('v2');

      const { containers } = await world.parts.compose.up(world.project, []);
      expect(containers.map(({ status }) => status)).toEqual(['Running', 'Running', 'Running']);
      expect(await containersOf(world)).toEqual(v2);

      await gopdater.post(seedDelivery('acme/web'));
      expect(await gopdater.nextReport()).toMatchObject({ outcome: 'up-to-date' });
      expect(await containersOf(world)).toEqual(v2);

      await world.push('acme/web:latest', 'v3');
      await gopdater.post(seedDelivery('acme/web'));
      expect(await gopdater.nextReport()).toMatchObject({
        outcome: 'updated',
        services: [{ from: { version: 'v2', digest }, to: { version: 'v3' } }],
      });

      expect(await gopdater.post(seedDelivery('acme/none'))).toMatchObject({ status: 200, outcome: 'unused' });
      expect(await gopdater.post(seedDelivery('other/web'))).toMatchObject({ status: 403 });
    });

    test('leaves a stopped service alone and says so', async () => {
      await using world = await createWorld();
      await using gopdater = await start(world);
      await world.parts.compose.up(world.project, ['web'], { scale: { web: 0 } });
      await world.push('acme/web:latest', 'v2');
      await gopdater.post(seedDelivery('acme/web'));
      expect(await gopdater.nextReport()).toMatchObject({
        outcome: 'left-alone',
        services: [{ service: 'web', outcome: 'not-running' }],
      });
      expect(Object.keys(await containersOf(world)).sort()).toEqual(['api', 'db']);
    });

    test('finds the projects that run when none is named', async () => {
      await using world = await createWorld();
      const { PATH = '' } = process.env;
      await using gopdater = await start(world, { projects: { kind: 'running', environment: { PATH } } });
      await world.push('acme/web:latest', 'v2');
      await gopdater.post(seedDelivery('acme/web'));
      expect(await gopdater.nextReport()).toMatchObject({ outcome: 'updated' });
    });
  });
}

interface Gopdater extends AsyncDisposable {
  post(body: string): Promise<Record<string, unknown>>;
  nextReport(): Promise<DeploymentReport>;
}

async function start({ parts }: MainJobWorld, overrides: Partial<Parts> = {}): Promise<Gopdater> {
  const reports: DeploymentReport[] = [];
  const waiting: ((report: DeploymentReport) => void)[] = [];
  const server: RunningServer = await serve(
    { owner: ['acme'], hookSecret: undefined, host: '127.0.0.1', port: 0, merging: { quietMs: 0, maxMs: 0 } },
    {
      ...parts,
      ...overrides,
      store: createMemoryStore(),
      log: silentLogger,
      onReport: report => {
        const next = waiting.shift();
        if (next === undefined) reports.push(report);
        else next(report);
      },
    },
  );
  return {
    post: async body => {
      const response = await fetch(server.url, { method: 'POST', body });
      const answer: Record<string, unknown> = JSON.parse(await response.text());
      return { ...answer, status: response.status };
    },
    nextReport: async () => reports.shift() ?? (await new Promise(resolve => waiting.push(resolve))),
    [Symbol.asyncDispose]: async () => await server.close(),
  };
}

async function containersOf({
  parts,
  project,
}: MainJobWorld): Promise<Record<string, { id: string; imageId: string }>> {
  const list = await parts.engine.listContainers({ labels: [`${composeLabels.project}=${project.name}`] });
  return Object.fromEntries(list.map(({ id, imageId, labels }) => [labels[composeLabels.service], { id, imageId }]));
}
