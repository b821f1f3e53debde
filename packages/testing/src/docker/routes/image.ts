import { EngineError, NotModelledError } from '../../errors.ts';
import { type ImageName, parseImageName } from '../../image/name.ts';
import { empty, flag, json, type Reply, type Route, type RouteCall } from '../router.ts';
import type { EngineState } from '../state/engine-state.ts';
import { type ImageChanges, parseChanges } from '../state/image-changes.ts';
import { importImage } from '../state/import-image.ts';
import { pullAllTags, pullImage } from '../state/pull-image.ts';
import { removeImage } from '../state/remove-image.ts';
import { tagImage } from '../state/tag-image.ts';
import { parseFilters } from '../wire/filters.ts';
import { imageFilters, imageListView, imageView, listImages } from '../wire/image-view.ts';
import { parseRegistryAuth } from '../wire/registry-auth.ts';

export const imageRoutes: readonly Route[] = [
  { method: 'GET', path: '/images/json', handle: list },
  { method: 'POST', path: '/images/create', handle: create, takesBytes: true },
  { method: 'GET', path: '/images/{name}/json', handle: inspect },
  { method: 'POST', path: '/images/{name}/tag', handle: tag },
  { method: 'DELETE', path: '/images/{name}', handle: remove },
];

function list({ state, query }: RouteCall): Reply {
  const filters = parseFilters(query.filters, imageFilters);
  return json(listImages(state, filters).map(image => imageListView(state, image, filters)));
}

/** A pull. What fails before the first line is answered with a status, what fails after it inside the stream. */
function create({ state, query, searchParams, headers, bytes }: RouteCall): Reply {
  if (query.fromSrc) return importFrom(state, query, parseChanges(searchParams.getAll('changes')), bytes);
  const name = pulledName(query.fromImage ?? '', query.tag ?? '');
  const credentials = parseRegistryAuth(headers['x-registry-auth']);
  const isOfAll = name.tag === undefined && name.digest === undefined;
  const items = isOfAll ? pullAllTags(state, name, credentials) : pullImage(state, name, credentials);
  return { kind: 'stream', items, separator: '\r\n' };
}

/** Of an archive that is sent; the fake fetches none. */
function importFrom(state: EngineState, query: RouteCall['query'], changes: ImageChanges, archive: Buffer): Reply {
  const { fromSrc, repo = '', tag, message = `Imported from ${fromSrc}` } = query;
  if (fromSrc !== '-') throw new NotModelledError('the import of an image from an address');
  const reference = repo === '' || !tag ? repo : `${repo}:${tag}`;
  const status = importImage(state, archive, { reference, message, changes });
  return { kind: 'stream', items: [{ status }], separator: '\r\n' };
}

function pulledName(fromImage: string, tag: string): ImageName {
  const name = parseImageName(fromImage);
  if (tag.includes(':')) return { ...name, digest: tag };
  if (tag !== '' && !/^\w[\w.-]{0,127}$/.test(tag)) throw new EngineError(400, 'invalid tag format');
  if (tag !== '') return { ...name, tag };
  return name;
}

function inspect({ state, params }: RouteCall): Reply {
  return json(imageView(state, state.images.get(params.name ?? '')));
}

function tag({ state, params, query }: RouteCall): Reply {
  // An engine does nothing, and says that it has.
  if (!query.repo) return empty(200);
  if (query.tag && !/^\w[\w.-]{0,127}$/.test(query.tag)) throw new EngineError(400, 'invalid tag format');
  tagImage(state, params.name ?? '', query.tag ? `${query.repo}:${query.tag}` : query.repo);
  return empty(201);
}

function remove({ state, params, query }: RouteCall): Reply {
  return json(removeImage(state, params.name ?? '', { force: flag(query.force) }));
}
