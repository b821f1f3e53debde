import { test as base, type TestAPI } from 'vitest';
import type { VirtualClock } from './clock/virtual-clock.ts';
import { FakeDocker, type FakeDockerOptions } from './docker/fake-docker.ts';

export interface DockerFixtures {
  /** How the engine of a test is started, e.g. `test.override({ dockerOptions: { engine: '26.1' } })`. */
  readonly dockerOptions: Omit<FakeDockerOptions, 'clock'>;
  /**
   * A strict engine of the test's own, with a clock that is moved by hand.
   *
   * The test fails if it asked for what the engine does not model, or planned a fault that nothing met.
   */
  readonly docker: FakeDocker<VirtualClock>;
}

/** Vitest's `test` with a fake engine: `test('…', async ({ docker }) => …)`. */
export const test: TestAPI<DockerFixtures> = base.extend<DockerFixtures>({
  dockerOptions: {},
  docker: async ({ dockerOptions, task, onTestFinished }, use) => {
    await using docker = await FakeDocker.start({ strict: true, ...dockerOptions, clock: 'manual' });
    onTestFinished(() => {
      if (task.result?.state !== 'fail') checkEnd(docker);
    });
    await use(docker);
  },
});

export { test as it };

function checkEnd({ unsupported, faults, registry }: FakeDocker): void {
  const missing = unsupported.map(what => `  not modelled: ${what}`);
  const planned = faults.unreached().map(({ pattern, fault }) => `  never met: ${pattern} ${JSON.stringify(fault)}`);
  const refusals = registry.unreached().map(fault => `  never met: registry ${JSON.stringify(fault)}`);
  const lines = [...missing, ...planned, ...refusals];
  if (lines.length > 0) throw new Error(`The fake engine was not used as planned:\n${lines.join('\n')}`);
}
