import { EngineError } from '../../errors.ts';
import { empty, json, type Reply, type Route, type RouteCall } from '../router.ts';
import { findContainer } from '../state/containers.ts';
import { connectNetwork, disconnectNetwork } from '../state/endpoints.ts';
import { findNetwork, type IpamSpec } from '../state/network-record.ts';
import { createNetwork, removeNetwork } from '../state/networks.ts';
import { parseFilters } from '../wire/filters.ts';
import { type JsonObject, objectOf, objectsOf, stringMapOf, stringOf, stringsOf } from '../wire/json.ts';
import { listNetworks, networkFilters, networkView } from '../wire/network-view.ts';

export const networkRoutes: readonly Route[] = [
  { method: 'GET', path: '/networks', handle: list },
  { method: 'GET', path: '/networks/', handle: list },
  { method: 'POST', path: '/networks/create', handle: create },
  { method: 'GET', path: '/networks/{name}', handle: inspect },
  { method: 'DELETE', path: '/networks/{id}', handle: remove },
  { method: 'POST', path: '/networks/{id}/connect', handle: connect },
  { method: 'POST', path: '/networks/{id}/disconnect', handle: disconnect },
];

function list({ state, query }: RouteCall): Reply {
  const filters = parseFilters(query.filters, networkFilters);
  return json(listNetworks(state, filters).map(network => networkView(state, network, { isList: true })));
}

function create({ state, body }: RouteCall): Reply {
  const name = stringOf(body.Name);
  if (name === undefined) {
    throw new EngineError(400, `invalid name: ${state.profile.isSince28 ? 'name is empty' : ''}`);
  }
  const { id } = createNetwork(state, {
    name,
    driver: stringOf(body.Driver) ?? '',
    labels: stringMapOf(body.Labels),
    options: stringMapOf(body.Options),
    isInternal: body.Internal === true,
    isAttachable: body.Attachable === true,
    ipam: parseIpam(objectOf(body.IPAM)),
  });
  return json({ Id: id, Warning: '' }, 201);
}

function parseIpam({ Config, Options }: JsonObject): IpamSpec | undefined {
  const config = objectsOf(Config);
  return config.length === 0 ? undefined : { config, options: Options ? stringMapOf(Options) : null };
}

function inspect({ state, params }: RouteCall): Reply {
  return json(networkView(state, findNetwork(state, params.name ?? ''), { isList: false }));
}

function remove({ state, params }: RouteCall): Reply {
  removeNetwork(state, params.id ?? '');
  return empty();
}

function connect({ state, params, body }: RouteCall): Reply {
  const network = findNetwork(state, params.id ?? '');
  const container = findContainer(state, stringOf(body.Container) ?? '');
  connectNetwork(state, container, network, stringsOf(objectOf(body.EndpointConfig).Aliases));
  return empty(200);
}

function disconnect({ state, params, body }: RouteCall): Reply {
  const network = findNetwork(state, params.id ?? '');
  disconnectNetwork(state, findContainer(state, stringOf(body.Container) ?? ''), network);
  return empty(200);
}
