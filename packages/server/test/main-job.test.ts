import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ComposeProjectOptions, createRegistry, loadProject, systemClock } from '@gopdater/core';
import { createFakeEngine, createInProcessCompose, FakeDocker } from '@gopdater/testing';
import { describeMainJob, type MainJobWorld, mainJobFile } from './main-job.ts';

const environment = {};
const load = async (project: ComposeProjectOptions) =>
  await loadProject({ ...project, cwd: project.projectDirectory, environment });

async function createFakeWorld(): Promise<MainJobWorld> {
  const projectDirectory = await mkdtemp(join(tmpdir(), 'main-job-'));
  const files = [join(projectDirectory, 'compose.yml')];
  await writeFile(files[0] ?? '', mainJobFile);
  const docker = await FakeDocker.start({ socketPath: false });
  const push = async (image: string, version: string) => docker.registry.push(image, { version }).digest;
  for (const image of ['acme/web:latest', 'acme/api:latest', 'acme/db:16']) await push(image, 'v1');

  const compose = createInProcessCompose({ docker, load });
  const project = { name: 'gopdater-main-job', projectDirectory, files, envFiles: [], profiles: [] };
  await compose.up(project, []);
  return {
    project,
    push,
    parts: {
      projects: [{ files, cwd: projectDirectory, environment }],
      engine: createFakeEngine(docker),
      compose,
      registry: createRegistry({ mirror: await docker.registry.listen() }),
      clock: systemClock,
    },
    async [Symbol.asyncDispose]() {
      await docker[Symbol.asyncDispose]();
      await rm(projectDirectory, { recursive: true });
    },
  };
}

describeMainJob('the fake engine with the in-process Compose', createFakeWorld);
