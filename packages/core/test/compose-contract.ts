import type { ComposeCli, ComposeProjectOptions, ComposeResult, Engine } from '@gopdater/core';
import { describe, expect, test } from 'vitest';

/** A Compose, the engine below it, and a project of which nothing exists yet. */
export interface ComposeWorld extends AsyncDisposable {
  readonly compose: ComposeCli;
  readonly engine: Engine;
  readonly project: ComposeProjectOptions;
  /** Moves the tag to a new image; the engine does not have it yet. */
  push(image: string, version: string): Promise<string>;
}

/** The project's files by their names. */
export const composeContractFiles = {
  'compose.yml': `
name: contract
services:
  web:
    image: acme/web:latest
    depends_on: [db]
  db:
    image: acme/db:latest
    env_file: db.env
    environment:
      PRICE: 5$$
  debug:
    image: acme/db:latest
    profiles: [debug]
`,
  'db.env': 'GREETING="it\'s"\n',
};

/** What every implementation of the port `ComposeCli` does. */
export function describeCompose(name: string, createWorld: () => Promise<ComposeWorld>): void {
  describe(`ComposeCli: ${name}`, () => {
    test('says its version', async () => {
      await using world = await createWorld();
      expect(await world.compose.version()).toMatch(/^\d+\.\d+\.\d+$/);
    });

    test('“up” creates and starts what is missing, pulls what is not there, and then finds all running', async () => {
      await using world = await createWorld();
      const lines: string[] = [];
      const first = await world.compose.up(world.project, [], { onLine: line => lines.push(line) });
      expect(statuses(first)).toEqual({ 'contract-web-1': 'Started', 'contract-db-1': 'Started' });
      expect(lines.join('\n')).toMatch(/Container contract-web-1\s+Started/);
      expect(await world.compose.ps(world.project)).toMatchObject(
        expect.arrayContaining([
          {
            id: expect.any(String),
            name: 'contract-web-1',
            service: 'web',
            state: 'running',
            image: 'acme/web:latest',
          },
        ]),
      );
      const before = await idsOf(world);
      expect(statuses(await world.compose.up(world.project, []))).toEqual({
        'contract-web-1': 'Running',
        'contract-db-1': 'Running',
      });
      expect(await idsOf(world)).toEqual(before);
    });

    test('tells the hash that it writes on the containers', async () => {
      await using world = await createWorld();
      await world.compose.up(world.project, []);
      const hashes = await world.compose.configHashes(world.project, ['db']);
      expect([...hashes.keys()]).toEqual(['db']);
      const [db] = await world.engine.listContainers({ labels: ['com.docker.compose.service=db'] });
      expect(hashes.get('db')).toBe(db?.labels['com.docker.compose.config-hash']);
    });

    test('finds no network to replace where nothing has changed', async () => {
      await using world = await createWorld();
      await world.compose.up(world.project, []);
      expect(await world.compose.networksToReplace(world.project, ['web', 'db'])).toEqual([]);
    });

    test('“up --no-deps” of one service replaces it when its tag has moved, and touches no other', async () => {
      await using world = await createWorld();
      await world.compose.up(world.project, []);
      const before = await idsOf(world);
      await world.push('acme/web:latest', 'v2');
      await world.push('acme/db:latest', 'v2');
      await world.compose.pull(world.project, ['web', 'db']);
      const result = await world.compose.up(world.project, ['web'], { noDeps: true, noBuild: true, pull: 'never' });
      expect(statuses(result)).toEqual({ 'contract-web-1': 'Started' });
      const after = await idsOf(world);
      expect(after['contract-web-1']).not.toBe(before['contract-web-1']);
      expect(after['contract-db-1']).toBe(before['contract-db-1']);
    });

    test('“up” keeps a container whose tag has moved in the registry alone', async () => {
      await using world = await createWorld();
      await world.compose.up(world.project, ['db']);
      const before = await idsOf(world);
      await world.push('acme/db:latest', 'v2');
      await world.compose.up(world.project, ['db'], { noDeps: true });
      expect(await idsOf(world)).toEqual(before);
      await world.compose.up(world.project, ['db'], { noDeps: true, pull: 'always' });
      expect(await idsOf(world)).not.toEqual(before);
    });

    test('“up --no-recreate --scale” adds a replica with the new image beside the old one', async () => {
      await using world = await createWorld();
      await world.compose.up(world.project, ['db']);
      const before = await idsOf(world);
      await world.push('acme/db:latest', 'v2');
      await world.compose.pull(world.project, ['db']);
      await world.compose.up(world.project, ['db'], { noDeps: true, noRecreate: true, scale: { db: 2 } });
      const after = await idsOf(world);
      expect(after).toEqual({ ...before, 'contract-db-2': expect.any(String) });
      const [one, two] = await imagesOf(world, ['contract-db-1', 'contract-db-2']);
      expect(one).not.toBe(two);
    });

    test('“up --no-start” creates and does not start', async () => {
      await using world = await createWorld();
      const result = await world.compose.up(world.project, ['db'], { noStart: true });
      expect(statuses(result)).toEqual({ 'contract-db-1': 'Created' });
      expect(await world.compose.ps(world.project)).toMatchObject([{ service: 'db', state: 'created' }]);
    });

    test('“up --scale” to 0 removes the service’s containers', async () => {
      await using world = await createWorld();
      await world.compose.up(world.project, []);
      await world.compose.up(world.project, ['web'], { noDeps: true, scale: { web: 0 } });
      expect(Object.keys(await idsOf(world))).toEqual(['contract-db-1']);
    });

    test('a service whose profile is off runs when it is named', async () => {
      await using world = await createWorld();
      await world.compose.up(world.project, ['debug'], { noDeps: true });
      expect(Object.keys(await idsOf(world))).toEqual(['contract-debug-1']);
    });

    test('fails for a service that there is none of, and for an image that is nowhere', async () => {
      await using world = await createWorld();
      await expect(world.compose.up(world.project, ['none'])).rejects.toMatchObject({
        code: 'COMPOSE_FAILED',
        message: expect.stringContaining('none'),
      });
      const missing = world.compose.up(world.project, ['db'], { pull: 'never' });
      await expect(missing).rejects.toMatchObject({
        code: 'COMPOSE_FAILED',
        message: expect.stringContaining('acme/db'),
      });
      expect(await world.compose.ps(world.project)).toEqual([]);
    });

    test('stops when the signal has come', async () => {
      await using world = await createWorld();
      const up = world.compose.up(world.project, [], { signal: AbortSignal.abort() });
      await expect(up).rejects.toMatchObject({ code: 'ABORTED' });
    });
  });
}

const statuses = ({ containers }: ComposeResult) =>
  Object.fromEntries(containers.map(({ name, status }) => [name, status]));

const containersOf = async ({ engine, project }: ComposeWorld) =>
  await engine.listContainers({ labels: [`com.docker.compose.project=${project.name}`] });

async function idsOf(world: ComposeWorld): Promise<Record<string, string>> {
  return Object.fromEntries((await containersOf(world)).map(({ name, id }) => [name, id]));
}

async function imagesOf(world: ComposeWorld, names: readonly string[]): Promise<readonly (string | undefined)[]> {
  const containers = await containersOf(world);
  return names.map(name => containers.find(container => container.name === name)?.imageId);
}
