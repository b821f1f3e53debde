import { empty, json, type Route } from '../router.ts';
import {
  createPayload,
  findPayload,
  type PayloadKind,
  payloadsOf,
  removePayload,
  updatePayload,
} from '../swarm/payloads.ts';
import { swarmOf } from '../swarm/swarm-record.ts';
import { parseFilters } from '../wire/filters.ts';
import { listPayloads, parsePayload, payloadFilters, payloadView } from '../wire/payload-view.ts';
import { parseVersion } from './swarm.ts';

/** Secrets and configurations have the same routes. */
export const payloadRoutes: readonly Route[] = [...routesFor('secret'), ...routesFor('config')];

function routesFor(kind: PayloadKind): readonly Route[] {
  return [
    {
      method: 'GET',
      path: `/${kind}s`,
      handle: ({ state, query }) => {
        const all = payloadsOf(swarmOf(state), kind).values();
        return json(listPayloads(all, parseFilters(query.filters, payloadFilters)).map(one => payloadView(kind, one)));
      },
    },
    {
      method: 'POST',
      path: `/${kind}s/create`,
      handle: ({ state, body }) => {
        const swarm = swarmOf(state);
        return json({ ID: createPayload(swarm, kind, parsePayload(body)).id }, 201);
      },
    },
    {
      method: 'GET',
      path: `/${kind}s/{id}`,
      handle: ({ state, params }) => json(payloadView(kind, findPayload(swarmOf(state), kind, params.id ?? ''))),
    },
    {
      method: 'POST',
      path: `/${kind}s/{id}/update`,
      handle: ({ state, params, query, body }) => {
        const version = parseVersion(kind, query.version);
        const swarm = swarmOf(state);
        updatePayload(swarm, kind, findPayload(swarm, kind, params.id ?? ''), parsePayload(body), version);
        return empty(200);
      },
    },
    {
      method: 'DELETE',
      path: `/${kind}s/{id}`,
      handle: ({ state, params }) => {
        const swarm = swarmOf(state);
        removePayload(swarm, kind, findPayload(swarm, kind, params.id ?? ''));
        return empty();
      },
    },
  ];
}
