import { parseDuration } from '../compose/duration.ts';
import type { ComposeService } from '../compose/project.ts';
import { objectOf } from '../json.ts';
import type { AwaitHealthyStep, RecreateStep } from './plan.ts';

const defaultStayUpMs = 5_000;
const healthTimeoutMs = 600_000;

/**
 * What a service must pass after it was recreated.
 *
 * @see Compose Deploy Specification, `update_config`: `monitor`
 */
export function planGate(
  { project, service }: RecreateStep,
  { attributes }: ComposeService,
  { mayEnd }: Pick<AwaitHealthyStep, 'mayEnd'>,
): AwaitHealthyStep {
  const { monitor } = objectOf(objectOf(attributes.deploy).update_config);
  const monitorMs = typeof monitor === 'string' ? parseDuration(monitor) : undefined;
  return {
    kind: 'await-healthy',
    cause: 'what does not run well is put back.',
    project,
    service,
    monitorMs: monitorMs ?? 0,
    stayUpMs: monitorMs ?? defaultStayUpMs,
    mayEnd,
    timeoutMs: healthTimeoutMs,
  };
}
