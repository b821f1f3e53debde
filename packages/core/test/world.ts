import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@gopdater/core';
import {
  type ComposeProjectOptions,
  createMemoryStore,
  createRegistry,
  type DeployDependencies,
  type ImagePushed,
  loadProject,
  parseReference,
  type StepProgress,
} from '@gopdater/core';
import {
  createFakeEngine,
  createInProcessCompose,
  FakeDocker,
  type FakeRegistry,
  VirtualClock,
} from '@gopdater/testing';

export const environment: Readonly<Record<string, string>> = { HOME: '/root' };

/** Reads a project for the in-process Compose, as the real command reads it. */
export const load = async (project: ComposeProjectOptions) =>
  await loadProject({ ...project, cwd: project.projectDirectory, environment });

/** A fake engine and registry, one project on it, and everything that a deployment takes. */
export interface World extends AsyncDisposable {
  readonly docker: FakeDocker;
  readonly registry: FakeRegistry;
  readonly clock: VirtualClock;
  readonly project: ComposeProjectOptions;
  readonly dependencies: DeployDependencies;
  /** What `onStep` was told, e.g. `started pull`. */
  readonly steps: readonly string[];
  /** Ids of the project's containers by name. */
  ids(): Readonly<Record<string, string>>;
}

/** The compose file of most tests: one service on acme/web:latest, two on something else. */
export const threeServices = `
name: shop
services:
  web:
    image: acme/web:latest
  api:
    image: acme/api:latest
  db:
    image: postgres:17
`;

/**
 * @param options.file  the compose file; all its services run when the world is there, unless `isUp` is false
 */
export async function createWorld({
  file = threeServices,
  env,
  isUp = true,
  composeVersion,
  imageStore = 'classic',
  push = () => {},
}: {
  readonly file?: string;
  /** The project’s `.env`; default: there is none. */
  readonly env?: string;
  readonly isUp?: boolean;
  readonly composeVersion?: string;
  readonly imageStore?: 'classic' | 'containerd';
  /** More images, before anything is started. */
  readonly push?: (docker: FakeDocker) => void;
} = {}): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'gopdater-world-'));
  await writeFile(join(directory, 'compose.yml'), file);
  if (env !== undefined) await writeFile(join(directory, '.env'), env);
  const clock = new VirtualClock();
  const docker = await FakeDocker.start({ socketPath: false, imageStore, clock });
  for (const image of ['acme/web:latest', 'acme/web:2', 'acme/api:latest', 'postgres:17']) {
    docker.registry.push(image, { version: 'v1' });
  }
  push(docker);
  const mirror = await docker.registry.listen();
  const engine = createFakeEngine(docker);
  const compose = createInProcessCompose({ docker, load, ...(composeVersion && { version: composeVersion }) });
  const projects = [{ files: [join(directory, 'compose.yml')], cwd: directory, environment }];
  const { name, files, envFiles, profiles } = await loadProject({ ...projects[0], cwd: directory, environment });
  const project = { name, files, envFiles, profiles, projectDirectory: directory };
  if (isUp) await clock.run(async () => await compose.up(project, []));

  const store = createMemoryStore();
  const steps: string[] = [];
  return {
    docker,
    clock,
    registry: docker.registry,
    project,
    steps,
    dependencies: {
      projects,
      engine,
      compose,
      registry: createRegistry({ mirror, clock }),
      clock,
      blocked: store.blocked,
      unfinished: store.unfinished,
      sightings: store.sightings,
      onStep: ({ step, state }: StepProgress) => {
        if (state !== 'running') steps.push(`${state} ${step.kind}`);
      },
    },
    ids: () => Object.fromEntries(docker.containers().map(({ name, id }) => [name, id])),
    async [Symbol.asyncDispose]() {
      await docker[Symbol.asyncDispose]();
      await rm(directory, { recursive: true });
    },
  };
}

/** A push, as a receiver would tell it. */
export const pushed = (image = 'acme/web:latest', deliveryId = 'delivery-1'): ImagePushed => ({
  deliveryId,
  image: parseReference(image),
});

/** The functions under test, while virtual time goes on by itself. */
export const deploy: typeof core.deploy = async (event, dependencies) =>
  await inTime(dependencies, async () => await core.deploy(event, dependencies));
export const planDeployment: typeof core.planDeployment = async (image, dependencies, options) =>
  await inTime(dependencies, async () => await core.planDeployment(image, dependencies, options));
export const rollback: typeof core.rollback = async (request, dependencies) =>
  await inTime(dependencies, async () => await core.rollback(request, dependencies));
export const planRollback: typeof core.planRollback = async (request, dependencies) =>
  await inTime(dependencies, async () => await core.planRollback(request, dependencies));

async function inTime<T>({ clock }: Pick<DeployDependencies, 'clock'>, work: () => Promise<T>): Promise<T> {
  return clock instanceof VirtualClock ? await clock.run(work) : await work();
}
