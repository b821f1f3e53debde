import { EngineError } from '../../errors.ts';
import { flag, type Reply, type Route, type RouteCall } from '../router.ts';
import type { LoggedLine } from '../state/container-log.ts';
import { type ContainerRecord, isRunning } from '../state/container-record.ts';
import { findContainer } from '../state/containers.ts';
import { hasTerminal, streamOf } from '../wire/frames.ts';
import { objectOf } from '../wire/json.ts';
import { isWanted, linesWanted, parseLogQuery, shownLine } from '../wire/log-query.ts';

export const logRoutes: readonly Route[] = [{ method: 'GET', path: '/containers/{id}/logs', handle: logs }];

function logs(call: RouteCall): Reply {
  const { state, params, query, signal, version } = call;
  const container = findContainer(state, params.id ?? '');
  const wanted = parseLogQuery(query);
  checkIsKept(container);
  const { type, pack } = streamOf({ hasTerminal: hasTerminal(container), version });
  const print = (line: LoggedLine): Buffer => pack(line.output, shownLine(line, wanted));
  const shown = linesWanted(container.log.lines, wanted);
  if (!flag(query.follow)) return { kind: 'bytes', body: shown.map(print), type };
  const from = container.log.lines.length;
  const until = wanted.untilMs - state.clock.now();
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  if (Number.isFinite(until)) {
    const wait = { signal: either };
    void state.clock.sleep(Math.max(0, until), wait).then(() => over.abort());
  }
  const body = async function* (): AsyncGenerator<Buffer> {
    yield* shown.map(print);
    try {
      for await (const line of container.log.follow(() => isOpen(state.containers, container), either, { from })) {
        if (isWanted(line, wanted)) yield print(line);
      }
    } finally {
      over.abort();
    }
  };
  return { kind: 'bytes', body: body(), type };
}

function isOpen(containers: ReadonlyMap<string, ContainerRecord>, container: ContainerRecord): boolean {
  return isRunning(container) && containers.has(container.id);
}

/** Some log drivers do not give back what they got. */
function checkIsKept({ spec }: ContainerRecord): void {
  const { Type } = objectOf(spec.hostConfig.LogConfig);
  if (Type === 'none') throw new EngineError(501, 'configured logging driver does not support reading');
}
