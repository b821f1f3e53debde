import type { FakeDocker } from '../docker/fake-docker.ts';
import { EngineError } from '../errors.ts';
import { ScenarioError } from './place.ts';
import type { LaterStep, Scenario, ScenarioContainer, ScenarioFault, ScenarioImage } from './scenario.ts';

/** Brings the engine to where the scenario begins. */
export function beginScenario(docker: FakeDocker, { images, containers, faults }: Scenario): void {
  for (const image of images) doing(`images: ${image.name}`, () => push(docker, image));
  for (const container of containers) doing(`containers: ${container.image}`, () => run(docker, container));
  for (const fault of faults) plan(docker, fault);
}

/** Lets happen what is to happen later, by the engine's clock; resolves after the last, or with the signal. */
export async function playScenario(
  docker: FakeDocker,
  { later }: Scenario,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  const startMs = docker.clock.now();
  for (const step of [...later].sort((a, b) => a.afterMs - b.afterMs)) {
    await docker.clock.sleep(startMs + step.afterMs - docker.clock.now(), { signal });
    if (signal.aborted) return;
    doing(`later, after ${step.afterMs} ms: ${step.kind}`, () => act(docker, step));
  }
}

function act(docker: FakeDocker, step: LaterStep): void {
  switch (step.kind) {
    case 'push':
      push(docker, step.image);
      break;
    case 'run':
      run(docker, step.container);
      break;
    case 'exit':
      docker.container(step.container).exit(step.code);
      break;
    case 'health':
      docker.container(step.container).setHealth(step.status, step.output);
      break;
    case 'fault':
      plan(docker, step.fault);
      break;
  }
}

function push(docker: FakeDocker, { name, options }: ScenarioImage): void {
  docker.registry.push(name, options);
}

function run(docker: FakeDocker, { image, options }: ScenarioContainer): void {
  docker.run(image, options);
}

function plan(docker: FakeDocker, fault: ScenarioFault): void {
  if ('named' in fault) docker.fail(fault.named);
  else docker.faults.next(fault.at, fault.fault, fault.options);
}

function doing(what: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    throw new ScenarioError(`The scenario cannot go on (${what}): ${cause.message}`, { cause });
  }
}
