import { EngineError, NotModelledError } from '../../errors.ts';
import { empty, flag, json, type Reply, type Route, type RouteCall } from '../router.ts';
import { initSwarm, leaveSwarm, rotateTokens } from '../swarm/membership.ts';
import { refusal } from '../swarm/services.ts';
import { touch } from '../swarm/stamp.ts';
import { swarmOf } from '../swarm/swarm-record.ts';
import { numberOf, objectOf, stringMapOf, stringOf } from '../wire/json.ts';
import { swarmView } from '../wire/swarm-view.ts';

export const swarmRoutes: readonly Route[] = [
  { method: 'GET', path: '/swarm', handle: ({ state }) => json(swarmView(swarmOf(state))) },
  { method: 'POST', path: '/swarm/init', handle: init },
  { method: 'POST', path: '/swarm/update', handle: update },
  { method: 'POST', path: '/swarm/leave', handle: leave },
];

function init({ state, body }: RouteCall): Reply {
  if (body.AutoLockManagers === true) throw new NotModelledError('a swarm that locks itself');
  const availability = stringOf(body.Availability);
  const { Labels, Orchestration } = objectOf(body.Spec);
  const { node } = initSwarm(state, {
    address: stringOf(body.AdvertiseAddr)?.replace(/:\d+$/, ''),
    availability: availability === 'pause' || availability === 'drain' ? availability : 'active',
    labels: stringMapOf(Labels),
    taskHistoryLimit: numberOf(objectOf(Orchestration).TaskHistoryRetentionLimit),
  });
  return json(node.id);
}

/** Of the spec, only the limit of tasks that are remembered and the labels count. */
function update({ state, query, body }: RouteCall): Reply {
  const version = parseVersion('swarm', query.version);
  const swarm = swarmOf(state);
  if (version !== swarm.version) throw refusal(500, 'Unknown', 'update out of sequence');
  swarm.taskHistoryLimit = numberOf(objectOf(body.Orchestration).TaskHistoryRetentionLimit) ?? swarm.taskHistoryLimit;
  swarm.labels = stringMapOf(body.Labels);
  rotateTokens(swarm, { worker: flag(query.rotateWorkerToken), manager: flag(query.rotateManagerToken) });
  touch(swarm, swarm);
  return empty(200);
}

function leave({ state, query }: RouteCall): Reply {
  leaveSwarm(state, { force: flag(query.force) });
  return empty(200);
}

/** `?version=`, without which nothing of a swarm changes. */
export function parseVersion(kind: string, text = ''): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new EngineError(400, `invalid ${kind} version '${text}': strconv.ParseUint: parsing "${text}": invalid syntax`);
}
