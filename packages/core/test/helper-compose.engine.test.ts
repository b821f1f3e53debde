import { createDockerCompose, createDockerodeEngine, createOwnContainer, createPathSafeCompose } from '@gopdater/core';
import { beforeAll, expect } from 'vitest';
import { docker, provided, provideOwnImage } from '../../../test/engine.ts';
import { type ComposeWorld, describeCompose } from './compose-contract.ts';
import { createRealWorld } from './compose-engine-world.ts';

/** A container that stands for gopdater's own: its image has Compose, and it sees the engine's socket, but no project. */
async function createHelperWorld(): Promise<ComposeWorld> {
  const socket = '/var/run/docker.sock';
  const mount = ['--volume', `${socket}:${socket}`];
  const id = await docker('run', '--detach', '--user', 'root', ...mount, '--entrypoint', 'sleep', 'gopdater', '3600');
  const engine = createDockerodeEngine({ host: provided('DOCKER_HOST') });
  const own = createOwnContainer(id, { engine });
  const world = await createRealWorld(({ environment }) => {
    const compose = createDockerCompose({ environment });
    const inside = { PATH: '/usr/local/bin:/bin', DOCKER_HOST: `unix://${socket}` };
    return createPathSafeCompose({ engine, own, compose, environment: inside });
  });
  return {
    ...world,
    [Symbol.asyncDispose]: async () => {
      expect(await docker('ps', '--all', '--quiet', '--filter', 'label=gopdater.helper')).toBe('');
      await docker('rm', '--force', id);
      await world[Symbol.asyncDispose]();
    },
  };
}

beforeAll(async () => await provideOwnImage('gopdater'), 300_000);

describeCompose('in helper containers on a real engine', createHelperWorld);
