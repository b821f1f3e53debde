import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseReference } from '@gopdater/core';
import { createParts, readConfig } from '@gopdater/server';
import { docker, provided, pushToRegistry } from '../../../test/engine.ts';
import { describeMainJob, type MainJobWorld, mainJobFile } from './main-job.ts';

async function createEngineWorld(): Promise<MainJobWorld> {
  const projectDirectory = await mkdtemp(join(tmpdir(), 'main-job-'));
  const files = [join(projectDirectory, 'compose.yml')];
  await writeFile(files[0] ?? '', mainJobFile);
  for (const image of ['acme/web:latest', 'acme/api:latest', 'acme/db:16']) await pushToRegistry(image, 'v1');

  const config = readConfig({
    ...process.env,
    REGISTRY_MIRROR: `http://${provided('GOPDATER_REGISTRY')}`,
    GOPDATER_COMPOSE_FILE: files[0],
  });
  const parts = await createParts(config, { cwd: projectDirectory, program: [] });
  const project = { name: 'gopdater-main-job', projectDirectory, files, envFiles: [], profiles: [] };
  await docker('compose', '--project-directory', projectDirectory, 'up', '--detach', '--pull', 'always');
  return {
    parts,
    project,
    push: async (image, version) => {
      await pushToRegistry(image, version);
      return await parts.registry.resolve(parseReference(image));
    },
    async [Symbol.asyncDispose]() {
      await docker('compose', '--project-directory', projectDirectory, 'down', '--rmi', 'all');
      await rm(projectDirectory, { recursive: true });
    },
  };
}

describeMainJob('a real engine', createEngineWorld);
