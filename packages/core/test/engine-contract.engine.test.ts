import { existsSync } from 'node:fs';
import { createDockerodeEngine, createRegistry, parseReference } from '@gopdater/core';
import { expect, test } from 'vitest';
import { docker, provided, pushToRegistry } from '../../../test/engine.ts';
import { describeEngine, type EngineWorld } from './engine-contract.ts';

async function createRealWorld(): Promise<EngineWorld> {
  const registry = createRegistry({ mirror: `http://${provided('GOPDATER_REGISTRY')}` });
  const ids: string[] = [];
  return {
    engine: createDockerodeEngine({ host: provided('DOCKER_HOST') }),
    unreachable: createDockerodeEngine({ host: 'unix:///no/such/docker.sock' }),
    push: async (image, version) => {
      await pushToRegistry(image, version);
      return await registry.resolve(parseReference(image));
    },
    run: async ({ image, name, label, isRunning }) => {
      const id = await docker('run', '--detach', '--name', name, '--label', label, image);
      ids.push(id);
      if (!isRunning) await docker('kill', id);
      return id;
    },
    [Symbol.asyncDispose]: async () => {
      const left = await docker('ps', '--all', '--quiet', '--filter', 'label=contract');
      if (left !== '') await docker('rm', '--force', '--volumes', ...left.split('\n'));
      await docker('volume', 'rm', '--force', 'contract');
      const images = await docker('images', '--all', '--quiet', '--filter', 'reference=acme/contract*');
      const dangling = await docker('images', '--quiet', '--filter', 'dangling=true');
      const names = [...new Set(`${images}\n${dangling}`.split('\n').filter(Boolean))];
      if (names.length > 0) await docker('rmi', '--force', ...names);
    },
  };
}

describeEngine('dockerode on a real engine', createRealWorld);

test('a folder that is not there is refused, never made', async () => {
  await using world = await createRealWorld();
  await world.push('acme/contract:1', 'v1');
  await world.engine.pullImage('docker.io/acme/contract:1');
  const creation = world.engine.createContainer({
    image: 'acme/contract:1',
    command: ['/bin/busybox', 'true'],
    labels: { contract: '1' },
    mounts: [{ type: 'bind', source: '/no/such/folder', target: '/srv', readOnly: true }],
    network: { mode: 'none', names: [], dns: [], extraHosts: [] },
    rights: { user: '', groups: [], securityOptions: [], privileged: false, userNamespace: '' },
  });
  await expect(creation).rejects.toMatchObject({
    code: 'ENGINE_FAILED',
    message: expect.stringContaining('/no/such/folder'),
  });
  expect(existsSync('/no')).toBe(false);
});
