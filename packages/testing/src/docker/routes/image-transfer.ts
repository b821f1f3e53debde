import { EngineError } from '../../errors.ts';
import { parseImageName } from '../../image/name.ts';
import { RegistryError } from '../../registry/failures.ts';
import { json, type Reply, type Route, type RouteCall } from '../router.ts';
import { commitContainer } from '../state/commit-container.ts';
import { findContainer } from '../state/containers.ts';
import { loadImages, saveImages } from '../state/image-archive.ts';
import { parseChanges } from '../state/image-changes.ts';
import { pushImage } from '../state/push-image.ts';
import { historyView } from '../wire/history-view.ts';
import { stringOf } from '../wire/json.ts';
import { parseRegistryAuth } from '../wire/registry-auth.ts';

/** How images leave the engine and come to it other than by a pull. */
export const imageTransferRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/images/get',
    handle: ({ state, searchParams }) => save(state, searchParams.getAll('names')),
  },
  { method: 'GET', path: '/images/{name}/get', handle: ({ state, params }) => save(state, [params.name ?? '']) },
  { method: 'POST', path: '/images/load', handle: load, takesBytes: true },
  { method: 'POST', path: '/images/{name}/push', handle: push },
  { method: 'GET', path: '/images/{name}/history', handle: history },
  { method: 'POST', path: '/commit', handle: commit },
  { method: 'POST', path: '/auth', handle: login },
];

/** Several may be asked for with a comma, too. */
function save(state: RouteCall['state'], names: readonly string[]): Reply {
  const references = names.flatMap(name => name.split(','));
  return { kind: 'bytes', body: [saveImages(state, references)], type: 'application/x-tar' };
}

function load({ state, bytes }: RouteCall): Reply {
  // What cannot be loaded is told in the stream.
  const items = (function* () {
    for (const stream of loadImages(state, bytes)) yield { stream };
  })();
  return { kind: 'stream', items, separator: '\r\n' };
}

/** All that goes wrong is told in the stream. */
function push({ state, params, query, headers }: RouteCall): Reply {
  const name = parseImageName(params.name ?? '');
  const target = { ...name, tag: query.tag || name.tag };
  const items = pushImage(state, target, parseRegistryAuth(headers['x-registry-auth']));
  return { kind: 'stream', items, separator: '\r\n' };
}

function history({ state, params }: RouteCall): Reply {
  return json(historyView(state, state.images.get(params.name ?? '')));
}

function commit({ state, query, searchParams, body }: RouteCall): Reply {
  const { repo = '', tag } = query;
  const Id = commitContainer(state, findContainer(state, query.container ?? ''), {
    reference: repo === '' || !tag ? repo : `${repo}:${tag}`,
    author: query.author ?? '',
    comment: query.comment ?? '',
    changes: {
      ...Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null && value !== '')),
      ...parseChanges(searchParams.getAll('changes')),
    },
  });
  return json({ Id }, 201);
}

function login({ state, body }: RouteCall): Reply {
  const server = stringOf(body.serveraddress) ?? 'https://index.docker.io/v1/';
  try {
    state.registry.checkUser({ username: stringOf(body.username) ?? '', password: stringOf(body.password) ?? '' });
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const url = `https://${server.replace(/^https?:\/\//, '').replace(/\/.*$/, '')}/v2/`;
    throw new EngineError(401, `Get "${url}": unauthorized: ${error.message}`);
  }
  return json({ IdentityToken: '', Status: 'Login Succeeded' });
}
