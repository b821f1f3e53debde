import { createDockerodeEngine, createRegistry, parseReference } from '@gopdater/core';
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
      if (ids.length > 0) await docker('rm', '--force', ...ids);
      const images = await docker('images', '--all', '--quiet', '--filter', 'reference=acme/contract*');
      const dangling = await docker('images', '--quiet', '--filter', 'dangling=true');
      const left = [...new Set(`${images}\n${dangling}`.split('\n').filter(Boolean))];
      if (left.length > 0) await docker('rmi', '--force', ...left);
    },
  };
}

describeEngine('dockerode on a real engine', createRealWorld);
