import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createSqliteStore,
  type DeployDependencies,
  type DeploymentReport,
  deploy,
  parseReference,
  type Store,
} from '@gopdater/core';
import { createParts, type Parts, readConfig } from '@gopdater/server';
import { docker, provided } from '../../../test/engine.ts';

/** A project on the real engine, and gopdater’s real parts for it. */
export interface RealProject extends AsyncDisposable {
  readonly directory: string;
  readonly parts: Parts;
  readonly store: Store;
  compose(...args: readonly string[]): Promise<string>;
  deploy(image: string, overrides?: Partial<DeployDependencies>): Promise<DeploymentReport>;
  /** Versions that run, with the ids of the containers: all of the project’s that are up. */
  running(service?: string): Promise<readonly { readonly id: string; readonly version: string }[]>;
  /** Writes the compose file anew. */
  write(file: string): Promise<void>;
}

/**
 * @param file  the compose file; all of it runs when the project is there
 * @param options.besides  compose files of other projects that are watched, too
 */
export async function createRealProject(
  file: string,
  { besides = [] }: { readonly besides?: readonly string[] } = {},
): Promise<RealProject> {
  const directory = await mkdtemp(join(tmpdir(), 'project-'));
  const path = join(directory, 'compose.yml');
  await writeFile(path, file);
  const compose = async (...args: readonly string[]) =>
    await docker('compose', '--project-directory', directory, ...args);
  await compose('up', '--detach', '--pull', 'always', '--quiet-pull', '--wait');
  const config = readConfig({
    ...process.env,
    REGISTRY_MIRROR: `http://${provided('GOPDATER_REGISTRY')}`,
    GOPDATER_COMPOSE_FILE: [path, ...besides].join(','),
  });
  const store = await createSqliteStore(join(directory, 'gopdater.db'));
  const parts = await createParts(config, { cwd: directory, program: [], processes: store.processes });
  return {
    directory,
    parts,
    store,
    compose,
    write: async text => await writeFile(path, text),
    deploy: async (image, overrides = {}) => {
      const report = await deploy(
        { deliveryId: '1', image: parseReference(image) },
        { ...parts, ...store, ...overrides },
      );
      await store.history.add({ at: new Date().toISOString(), report });
      return report;
    },
    running: async service => {
      const ids = await compose('ps', '--quiet', ...(service === undefined ? [] : [service]));
      if (ids === '') return [];
      const format = '{{.Id}} {{index .Config.Labels "org.opencontainers.image.version"}}';
      const lines = await docker('inspect', '--format', format, ...ids.split('\n'));
      return lines
        .split('\n')
        .map(line => line.split(' '))
        .map(([id = '', version = '']) => ({ id, version }))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await compose('down', '--timeout', '0', '--volumes');
      await rm(directory, { recursive: true });
    },
  };
}

/** The smallest number of healthy containers of a service at any moment since then, as the engine’s events have it. */
export async function leastHealthy(
  label: string,
  { since, before }: { readonly since: number; readonly before: number },
): Promise<number> {
  const lines = await docker(
    ...['events', '--since', String(since / 1000), '--until', String(Date.now() / 1000)],
    ...['--filter', `label=${label}`, '--format', '{{.ID}} {{.Action}}'],
  );
  let healthy = before;
  let least = before;
  for (const line of lines.split('\n')) {
    if (line.endsWith('health_status: healthy')) healthy += 1;
    if (line.endsWith(' die')) healthy -= 1;
    least = Math.min(least, healthy);
  }
  return least;
}
