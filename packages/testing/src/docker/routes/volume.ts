import { empty, flag, json, type Reply, type Route, type RouteCall } from '../router.ts';
import { createVolume, findVolume, removeVolume } from '../state/volumes.ts';
import { parseFilters } from '../wire/filters.ts';
import { stringMapOf, stringOf } from '../wire/json.ts';
import { listVolumes, volumeFilters, volumeView } from '../wire/volume-view.ts';

export const volumeRoutes: readonly Route[] = [
  { method: 'GET', path: '/volumes', handle: list },
  { method: 'POST', path: '/volumes/create', handle: create },
  {
    method: 'GET',
    path: '/volumes/{name}',
    handle: ({ state, params }) => json(volumeView(findVolume(state, params.name ?? ''))),
  },
  { method: 'DELETE', path: '/volumes/{id}', handle: remove },
];

function list({ state, query }: RouteCall): Reply {
  const filters = parseFilters(query.filters, volumeFilters);
  return json({ Volumes: listVolumes(state, filters).map(volumeView), Warnings: null });
}

function create({ state, body }: RouteCall): Reply {
  const volume = createVolume(state, {
    name: stringOf(body.Name) ?? '',
    driver: stringOf(body.Driver) ?? '',
    labels: body.Labels ? stringMapOf(body.Labels) : null,
    options: body.DriverOpts ? stringMapOf(body.DriverOpts) : null,
  });
  return json(volumeView(volume), 201);
}

function remove({ state, params, query }: RouteCall): Reply {
  removeVolume(state, params.id ?? '', { force: flag(query.force) });
  return empty();
}
