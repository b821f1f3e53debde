import { EngineError } from '../../errors.ts';
import { json, type Reply, type Route, type RouteCall } from '../router.ts';
import type { EngineState } from '../state/engine-state.ts';
import { eventStream } from '../wire/event-stream.ts';
import { eventFilters, eventView, isWanted } from '../wire/event-view.ts';
import { parseFilters } from '../wire/filters.ts';
import { infoView } from '../wire/info-view.ts';
import { parseMoment } from '../wire/time.ts';
import { versionView } from '../wire/version-view.ts';

export const systemRoutes: readonly Route[] = [
  { method: 'GET', path: '/_ping', handle: ({ state }) => ping(state, 'OK') },
  { method: 'HEAD', path: '/_ping', handle: ({ state }) => ping(state, '', { 'Content-Length': '0' }) },
  { method: 'GET', path: '/version', handle: ({ state }) => json(versionView(state)) },
  { method: 'GET', path: '/info', handle: ({ state }) => json(infoView(state)) },
  { method: 'GET', path: '/events', handle: events },
];

function ping({ swarm }: EngineState, body: string, more: Readonly<Record<string, string>> = {}): Reply {
  const headers = {
    'Builder-Version': '2',
    'Cache-Control': 'no-cache, no-store, must-revalidate',
    'Content-Type': 'text/plain; charset=utf-8',
    Pragma: 'no-cache',
    Swarm: swarm ? 'active/manager' : 'inactive',
    ...more,
  };
  return { kind: 'text', headers, body };
}

function events({ state, query, signal }: RouteCall): Reply {
  const filters = parseFilters(query.filters, eventFilters);
  const range = { sinceMs: parseMoment(query.since), untilMs: parseMoment(query.until) };
  if (range.sinceMs !== undefined && range.untilMs !== undefined && range.sinceMs > range.untilMs) {
    const since = `\`since\` time (${query.since})`;
    throw new EngineError(400, `${since} cannot be after \`until\` time (${query.until})`);
  }
  const stream = eventStream(state.events, range, state.clock, signal);
  const items = async function* (): AsyncGenerator<unknown> {
    for await (const event of stream) if (isWanted(event, filters)) yield eventView(event);
  };
  return { kind: 'stream', items: items(), separator: '\n' };
}
