import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeEngine, createInProcessCompose, FakeDocker } from '@gopdater/testing';
import { type ComposeWorld, composeContractFiles, describeCompose } from './compose-contract.ts';
import { load } from './world.ts';

async function createFakeWorld(): Promise<ComposeWorld> {
  const projectDirectory = await mkdtemp(join(tmpdir(), 'compose-contract-'));
  const files = [join(projectDirectory, 'compose.yml')];
  for (const [name, text] of Object.entries(composeContractFiles)) await writeFile(join(projectDirectory, name), text);
  const docker = await FakeDocker.start({ socketPath: false });
  for (const image of ['acme/web:latest', 'acme/db:latest']) docker.registry.push(image, { version: 'v1' });
  return {
    compose: createInProcessCompose({ docker, load }),
    engine: createFakeEngine(docker),
    project: { name: 'contract', projectDirectory, files, envFiles: [], profiles: [] },
    push: async (image, version) => docker.registry.push(image, { version }).digest,
    [Symbol.asyncDispose]: async () => {
      await docker[Symbol.asyncDispose]();
      await rm(projectDirectory, { recursive: true });
    },
  };
}

describeCompose('in process on the fake', createFakeWorld);
