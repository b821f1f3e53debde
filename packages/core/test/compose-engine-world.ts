import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ComposeCli,
  createDockerCompose,
  createDockerodeEngine,
  createRegistry,
  type DockerComposeOptions,
  parseReference,
} from '@gopdater/core';
import { docker, provided, pushToRegistry } from '../../../test/engine.ts';
import { type ComposeWorld, composeContractFiles } from './compose-contract.ts';

type CreateCompose = (options: DockerComposeOptions) => ComposeCli;

/** @param createCompose  default: `docker compose` here */
export async function createRealWorld(createCompose: CreateCompose = createDockerCompose): Promise<ComposeWorld> {
  const projectDirectory = await mkdtemp(join(tmpdir(), 'compose-contract-'));
  const files = [join(projectDirectory, 'compose.yml')];
  for (const [name, text] of Object.entries(composeContractFiles)) await writeFile(join(projectDirectory, name), text);
  for (const image of ['acme/web:latest', 'acme/db:latest']) await pushToRegistry(image, 'v1');
  const { PATH = '', DOCKER_CONFIG = '' } = process.env;
  const environment = { PATH, DOCKER_CONFIG, DOCKER_HOST: provided('DOCKER_HOST') };
  const registry = createRegistry({ mirror: `http://${provided('GOPDATER_REGISTRY')}` });
  return {
    compose: createCompose({ environment }),
    engine: createDockerodeEngine({ host: provided('DOCKER_HOST') }),
    project: { name: 'contract', projectDirectory, files, envFiles: [], profiles: [] },
    push: async (image, version) => {
      await pushToRegistry(image, version);
      return await registry.resolve(parseReference(image));
    },
    [Symbol.asyncDispose]: async () => {
      await docker('compose', '--file', files[0] ?? '', '--profile', '*', 'down', '--timeout', '0', '--rmi', 'all');
      const dangling = (await docker('images', '--quiet', '--filter', 'dangling=true')).split('\n').filter(Boolean);
      if (dangling.length > 0) await docker('rmi', '--force', ...new Set(dangling));
      await rm(projectDirectory, { recursive: true });
    },
  };
}
