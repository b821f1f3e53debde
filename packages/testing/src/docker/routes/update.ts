import { json, type Reply, type Route, type RouteCall } from '../router.ts';
import { findContainer } from '../state/containers.ts';
import { updateContainer } from '../state/update-container.ts';
import { parseRestartPolicy } from '../wire/container-spec.ts';

export const updateRoutes: readonly Route[] = [{ method: 'POST', path: '/containers/{id}/update', handle: update }];

/** What is not sent, or is empty, stays. */
function update({ state, params, body }: RouteCall): Reply {
  const container = findContainer(state, params.id ?? '');
  const { RestartPolicy, ...resources } = body;
  const restartPolicy = parseRestartPolicy(RestartPolicy, { whenMissing: container.spec.restartPolicy });
  updateContainer(state, container, { restartPolicy, resources });
  return json({ Warnings: null });
}
