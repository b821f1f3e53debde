import { EngineError } from '../../errors.ts';
import { json, type Reply, type Route, type RouteCall } from '../router.ts';

/** There are none, and none can be installed. */
export const pluginRoutes: readonly Route[] = [
  { method: 'GET', path: '/plugins', handle: () => json([]) },
  { method: 'GET', path: '/plugins/{name}/json', handle: inspect },
];

function inspect({ params }: RouteCall): Reply {
  throw new EngineError(404, `plugin "${params.name}" not found`);
}
