import { EngineError } from '../../errors.ts';
import { archiveOf } from '../../files/archive.ts';
import { compare } from '../../files/layers.ts';
import { writeTar } from '../../files/tar.ts';
import { flag, json, type Reply, type Route, type RouteCall } from '../router.ts';
import { filesOf } from '../state/container-files.ts';
import { isRunning } from '../state/container-record.ts';
import { emitContainer, findContainer } from '../state/containers.ts';
import { processListView } from '../wire/process-list.ts';
import { statsView } from '../wire/stats-view.ts';

/** What is inside a container, and what it uses. */
export const inspectionRoutes: readonly Route[] = [
  { method: 'GET', path: '/containers/{id}/top', handle: top },
  { method: 'GET', path: '/containers/{id}/stats', handle: stats },
  { method: 'GET', path: '/containers/{id}/changes', handle: changes },
  { method: 'GET', path: '/containers/{id}/export', handle: exportFiles },
];

const statsEveryMs = 1000;
const changeKinds = { modified: 0, added: 1, deleted: 2 } as const;

function top({ state, params, query }: RouteCall): Reply {
  const container = findContainer(state, params.id ?? '');
  if (!isRunning(container)) throw new EngineError(409, `container ${container.id} is not running`);
  if (container.state.status === 'restarting') {
    throw new EngineError(409, `Container ${container.id} is restarting, wait until the container is running`);
  }
  const view = processListView(container, query.ps_args || '-ef');
  emitContainer(state, container, 'top');
  return json(view);
}

/** One at once, or one every second. */
function stats({ state, params, query, signal }: RouteCall): Reply {
  const container = findContainer(state, params.id ?? '');
  if (query.stream !== undefined && !flag(query.stream)) {
    const before = flag(query['one-shot']) ? undefined : state.clock.now() - statsEveryMs;
    return json(statsView(state, container, before));
  }
  const items = async function* (): AsyncGenerator<unknown> {
    for (let before: number | undefined; !signal.aborted && state.containers.has(container.id); ) {
      yield statsView(state, container, before);
      before = state.clock.now();
      await state.clock.sleep(statsEveryMs, { signal });
    }
  };
  return { kind: 'stream', items: items(), separator: '\n' };
}

function changes({ state, params }: RouteCall): Reply {
  const container = findContainer(state, params.id ?? '');
  const found = compare('', state.images.rootOf(container.image), filesOf(state, container).root);
  const list = found.map(({ path, kind }) => ({ Path: path, Kind: changeKinds[kind] }));
  return json(list.length > 0 ? list : null);
}

/** Without volumes. */
function exportFiles({ state, params }: RouteCall): Reply {
  const container = findContainer(state, params.id ?? '');
  const tar = writeTar(archiveOf('', filesOf(state, container).root));
  emitContainer(state, container, 'export');
  return { kind: 'bytes', body: [tar], type: 'application/octet-stream' };
}
