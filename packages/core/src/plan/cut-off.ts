import type { ComposeProject, ComposeService } from '../compose/project.ts';
import { GopdaterError } from '../errors.ts';
import type { Observed } from './observe.ts';
import { sharesWith } from './preflight.ts';
import { containersOf, isUp } from './service-containers.ts';

/**
 * Why replacing this service's container alone would break another that runs: one that lives in its network, process or
 * IPC namespace, or on its volumes. `undefined` if there is none.
 *
 * @see Compose Specification, services: `network_mode`, `pid`, `ipc`, `volumes_from`
 */
export function explainCutOff(
  project: ComposeProject,
  service: ComposeService,
  { containers }: Observed,
): GopdaterError | undefined {
  const guest = [...project.services.values()].find(
    other => sharesWith(other, service, project) && containersOf(containers, project.name, other.name).some(isUp),
  );
  if (guest === undefined) return undefined;
  return new GopdaterError(
    'ROLLOUT_FAILED',
    `${project.name}/${guest.name} lives in its container and would be cut off.`,
    { hint: `Update both yourself: docker compose pull ${service.name} && docker compose up -d.` },
  );
}
