import { NotModelledError } from '../../errors.ts';
import { empty, flag, json, type Reply, type Route, type RouteCall } from '../router.ts';
import { findNode, updateNode } from '../swarm/nodes.ts';
import { refusal } from '../swarm/services.ts';
import { swarmOf } from '../swarm/swarm-record.ts';
import { parseFilters } from '../wire/filters.ts';
import { listNodes, nodeFilters, nodeView, parseNodeSpec } from '../wire/node-view.ts';
import { parseVersion } from './swarm.ts';

export const nodeRoutes: readonly Route[] = [
  { method: 'GET', path: '/nodes', handle: list },
  { method: 'GET', path: '/nodes/{id}', handle: inspect },
  { method: 'POST', path: '/nodes/{id}/update', handle: update },
  { method: 'DELETE', path: '/nodes/{id}', handle: remove },
];

function list({ state, query }: RouteCall): Reply {
  const swarm = swarmOf(state);
  return json(listNodes(swarm, parseFilters(query.filters, nodeFilters)).map(node => nodeView(swarm, node)));
}

function inspect({ state, params }: RouteCall): Reply {
  const swarm = swarmOf(state);
  return json(nodeView(swarm, findNode(swarm, params.id ?? '')));
}

function update({ state, params, query, body }: RouteCall): Reply {
  const version = parseVersion('node', query.version);
  const swarm = swarmOf(state);
  updateNode(swarm, findNode(swarm, params.id ?? ''), parseNodeSpec(body), version);
  return empty(200);
}

/** The only node is a manager, which cannot be removed. */
function remove({ state, params, query }: RouteCall): Reply {
  const swarm = swarmOf(state);
  const { id } = findNode(swarm, params.id ?? '');
  if (flag(query.force)) throw new NotModelledError('the removal of the only node');
  const why = `node ${id} is a cluster manager and is a member of the raft cluster. It must be demoted to worker before removal`;
  throw refusal(400, 'FailedPrecondition', why);
}
