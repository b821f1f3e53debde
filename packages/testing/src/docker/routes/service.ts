import { empty, flag, json, type Reply, type Route, type RouteCall } from '../router.ts';
import { createService, findService, removeService, rollBackService, updateService } from '../swarm/services.ts';
import { type Swarm, swarmOf } from '../swarm/swarm-record.ts';
import { tasksOf } from '../swarm/task-record.ts';
import { parseFilters } from '../wire/filters.ts';
import { objectOf, stringOf } from '../wire/json.ts';
import { parseRegistryAuth } from '../wire/registry-auth.ts';
import { checkKind, parseServiceSpec } from '../wire/service-spec.ts';
import { listServices, serviceFilters, serviceView } from '../wire/service-view.ts';
import { taskLogs } from '../wire/task-logs.ts';
import { parseVersion } from './swarm.ts';

export const serviceRoutes: readonly Route[] = [
  { method: 'GET', path: '/services', handle: list },
  { method: 'POST', path: '/services/create', handle: create },
  { method: 'GET', path: '/services/{id}', handle: inspect },
  { method: 'POST', path: '/services/{id}/update', handle: update },
  { method: 'GET', path: '/services/{id}/logs', handle: logs },
  { method: 'DELETE', path: '/services/{id}', handle: remove },
];

function list({ state, query }: RouteCall): Reply {
  const swarm = swarmOf(state);
  const found = listServices(swarm, parseFilters(query.filters, serviceFilters));
  const options = { insertDefaults: flag(query.insertDefaults), withStatus: flag(query.status) };
  return json(found.map(service => serviceView(swarm, service, options)));
}

function create({ state, headers, body }: RouteCall): Reply {
  const swarm = swarmOf(state);
  const credentials = parseRegistryAuth(headers['x-registry-auth']);
  const { id } = createService(swarm, parseServiceSpec(state, body, credentials));
  return json({ ID: id, Warnings: null }, 201);
}

function inspect({ state, params, query }: RouteCall): Reply {
  const swarm = swarmOf(state);
  const service = findService(swarm, params.id ?? '');
  return json(serviceView(swarm, service, { insertDefaults: flag(query.insertDefaults) }));
}

/** Without credentials of its own it has those of the spec that counts now, or of the one before. */
function update({ state, params, query, headers, body }: RouteCall): Reply {
  const version = parseVersion('service', query.version);
  const swarm = swarmOf(state);
  checkKind(objectOf(body.TaskTemplate));
  const service = findService(swarm, params.id ?? '');
  const from = query.registryAuthFrom === 'previous-spec' ? service.previous?.spec : service.spec;
  const credentials = parseRegistryAuth(headers['x-registry-auth']) ?? from?.task.credentials;
  const spec = parseServiceSpec(state, body, credentials);
  if (stringOf(query.rollback) === 'previous') rollBackService(swarm, service, version);
  else updateService(swarm, service, spec, version);
  return json({ Warnings: null });
}

function remove({ state, params }: RouteCall): Reply {
  const swarm = swarmOf(state);
  removeService(swarm, findService(swarm, params.id ?? ''));
  return empty(200);
}

function logs(call: RouteCall): Reply {
  const swarm: Swarm = swarmOf(call.state);
  const service = findService(swarm, call.params.id ?? '');
  return taskLogs(swarm, () => tasksOf(swarm, service.id), call);
}
