import { EngineError } from '../../errors.ts';
import type { ContainerRecord } from './container-record.ts';
import type { RestartPolicy } from './container-spec.ts';
import { emitContainer } from './containers.ts';
import type { EngineState } from './engine-state.ts';

export interface ContainerUpdate {
  readonly restartPolicy: RestartPolicy;
  /** Fields of `HostConfig`; what is 0, empty or null stays as it is. */
  readonly resources: Readonly<Record<string, unknown>>;
}

export function updateContainer(
  state: EngineState,
  container: ContainerRecord,
  { restartPolicy, resources }: ContainerUpdate,
): void {
  const { spec } = container;
  if (spec.autoRemove && restartPolicy.name !== 'no') {
    throw new EngineError(409, 'Restart policy cannot be updated because AutoRemove is enabled for the container');
  }
  const changed = Object.entries(resources).filter(([, value]) => !isEmpty(value));
  const hostConfig = { ...spec.hostConfig, ...Object.fromEntries(changed) };
  container.spec = { ...spec, restartPolicy, hostConfig };
  emitContainer(state, container, 'update');
}

function isEmpty(value: unknown): boolean {
  return value === null || value === 0 || value === '' || value === -1 || (Array.isArray(value) && value.length === 0);
}
