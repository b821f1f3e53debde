import { NotModelledError } from '../../errors.ts';
import { empty, flag, integer, json, type Reply, type Route, type RouteCall } from '../router.ts';
import { findContainer, renameContainer } from '../state/containers.ts';
import { createContainer } from '../state/create-container.ts';
import type { EngineState } from '../state/engine-state.ts';
import { pauseContainer, unpauseContainer } from '../state/pause-container.ts';
import { removeContainer } from '../state/remove-container.ts';
import { restartContainer } from '../state/restart-container.ts';
import { startContainer } from '../state/start-container.ts';
import { killContainer, stopContainer } from '../state/stop-container.ts';
import { waitContainer } from '../state/wait-container.ts';
import { containerFilters, listContainers } from '../wire/container-filters.ts';
import { containerListView, sizeView } from '../wire/container-list-view.ts';
import { parseContainerSpec } from '../wire/container-spec.ts';
import { containerView } from '../wire/container-view.ts';
import { parseFilters } from '../wire/filters.ts';

export const containerRoutes: readonly Route[] = [
  { method: 'GET', path: '/containers/json', handle: list },
  { method: 'POST', path: '/containers/create', handle: create },
  { method: 'GET', path: '/containers/{name}/json', handle: inspect },
  { method: 'POST', path: '/containers/{id}/start', handle: call => changed(startContainer(call.state, idOf(call))) },
  { method: 'POST', path: '/containers/{id}/stop', handle: stop },
  { method: 'POST', path: '/containers/{id}/wait', handle: wait },
  { method: 'DELETE', path: '/containers/{id}', handle: remove },
  ...actions({
    kill: (state, id, { signal }) => killContainer(state, id, signal),
    restart: (state, id, { t }) => restartContainer(state, id, { timeoutMs: parseTimeout(t) }),
    pause: pauseContainer,
    unpause: unpauseContainer,
    rename: (state, id, { name = '' }) => renameContainer(state, id, name),
  }),
];

type Action = (state: EngineState, id: string, query: RouteCall['query']) => void | Promise<void>;

/** `POST /containers/{id}/<name>`, answered with 204. */
function actions(byName: Readonly<Record<string, Action>>): Route[] {
  return Object.entries(byName).map(([name, act]) => ({
    method: 'POST',
    path: `/containers/{id}/${name}`,
    handle: async call => {
      await act(call.state, idOf(call), call.query);
      return empty();
    },
  }));
}

function list({ state, query }: RouteCall): Reply {
  const filters = parseFilters(query.filters, containerFilters);
  const found = listContainers(state, filters, { all: flag(query.all), limit: integer(query.limit) ?? 0 });
  return json(
    found.map(container => ({
      ...containerListView(state, container),
      ...(flag(query.size) && sizeView(state, container)),
    })),
  );
}

function create({ state, query, body }: RouteCall): Reply {
  const { id } = createContainer(state, parseContainerSpec(body), query.name);
  return json({ Id: id, Warnings: [] }, 201);
}

function inspect(call: RouteCall): Reply {
  const container = findContainer(call.state, call.params.name ?? '');
  const sizes = flag(call.query.size) && { SizeRw: 0, ...sizeView(call.state, container) };
  return json({ ...containerView(call.state, container), ...sizes });
}

/** The status goes out at once: `docker run` waits for it before it starts the container. */
function wait(call: RouteCall): Reply {
  const exitCode = waitContainer(call.state, idOf(call), call.query.condition || 'not-running', call.signal);
  const items = async function* (): AsyncGenerator<unknown> {
    yield { StatusCode: await exitCode };
  };
  return { kind: 'stream', items: items(), separator: '\n' };
}

async function stop(call: RouteCall): Promise<Reply> {
  return changed(
    await stopContainer(call.state, idOf(call), {
      timeoutMs: parseTimeout(call.query.t),
      signalText: call.query.signal || undefined,
    }),
  );
}

/** Seconds; negative ones never end. */
function parseTimeout(text: string | undefined): number | undefined {
  const seconds = integer(text);
  if (seconds === undefined) return undefined;
  return seconds < 0 ? Number.POSITIVE_INFINITY : seconds * 1000;
}

function remove(call: RouteCall): Reply {
  if (flag(call.query.link)) throw new NotModelledError('links between containers');
  removeContainer(call.state, idOf(call), { force: flag(call.query.force), volumes: flag(call.query.v) });
  return empty();
}

function idOf({ params }: RouteCall): string {
  return params.id ?? '';
}

function changed(isChanged: boolean): Reply {
  return empty(isChanged ? 204 : 304);
}
