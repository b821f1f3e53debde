import { once } from 'node:events';
import { createDockerodeEngine, type Engine } from '@gopdater/core';
import { createFakeEngine, FakeDocker, type FakeDockerOptions, type FakeProgram } from '@gopdater/testing';
import { describeEngine, type EngineWorld, scripts } from './engine-contract.ts';

/** As much of a shell as the contract asks for. */
const program: FakeProgram = async ({ words, environment: { GREETING, VERSION = 'none' }, signal, print }) => {
  if (words.at(-1) !== scripts.print) {
    await once(signal, 'abort');
    return 137;
  }
  print(`${GREETING} ${VERSION} /bin`);
  print('two', 'stderr');
  print('x'.repeat(100_000));
  return 3;
};

const createFakeWorld =
  (createEngine: (docker: FakeDocker) => Engine, options: FakeDockerOptions = {}) =>
  async (): Promise<EngineWorld> => {
    const docker = await FakeDocker.start(options);
    const gone = await FakeDocker.start(options);
    await gone.goAway();
    return {
      engine: createEngine(docker),
      unreachable: createEngine(gone),
      push: async (image, version) => docker.registry.push(image, { version, program }).digest,
      run: async ({ image, name, label, isRunning }) => {
        const [key = '', value = ''] = label.split('=');
        const container = docker.run(image, { name, labels: { [key]: value } });
        if (!isRunning) container.exit(137);
        return container.id;
      },
      [Symbol.asyncDispose]: async () => {
        await docker[Symbol.asyncDispose]();
        await gone[Symbol.asyncDispose]();
      },
    };
  };

const dockerode = ({ host }: FakeDocker) => createDockerodeEngine({ host });

describeEngine('in process on the fake', createFakeWorld(createFakeEngine));
describeEngine('in process, containerd image store', createFakeWorld(createFakeEngine, { imageStore: 'containerd' }));
describeEngine('dockerode on the fake 26.1', createFakeWorld(dockerode, { engine: '26.1' }));
describeEngine('dockerode on the fake 28.5', createFakeWorld(dockerode, { engine: '28.5' }));
describeEngine(
  'dockerode on the fake, containerd image store',
  createFakeWorld(dockerode, { imageStore: 'containerd' }),
);
