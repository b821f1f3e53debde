import { EngineError } from '../../errors.ts';
import { flag, type Reply, type Route, type RouteCall } from '../router.ts';
import type { LoggedLine, OutputName } from '../state/container-log.ts';
import { type ContainerRecord, isRunning } from '../state/container-record.ts';
import { findContainer } from '../state/containers.ts';
import { hasTerminal, streamOf } from '../wire/frames.ts';
import { objectOf } from '../wire/json.ts';
import { parseMoment } from '../wire/time.ts';

export const logRoutes: readonly Route[] = [{ method: 'GET', path: '/containers/{id}/logs', handle: logs }];

interface LogQuery {
  readonly outputs: readonly OutputName[];
  readonly sinceMs: number;
  readonly untilMs: number;
  /** `undefined`: all. */
  readonly tail: number | undefined;
  readonly hasTimestamps: boolean;
}

function logs(call: RouteCall): Reply {
  const { state, params, query, signal, version } = call;
  const container = findContainer(state, params.id ?? '');
  const wanted = parseQuery(query);
  checkIsKept(container);
  const { type, pack } = streamOf({ hasTerminal: hasTerminal(container), version });
  const print = (line: LoggedLine): Buffer => pack(line.output, Buffer.from(textOf(line, wanted)));
  const lines = container.log.lines.filter(line => isWanted(line, wanted));
  const { tail = lines.length } = wanted;
  const shown = tail === 0 ? [] : lines.slice(-tail);
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

function parseQuery(query: RouteCall['query']): LogQuery {
  const outputs = (['stdout', 'stderr'] as const).filter(output => flag(query[output]));
  if (outputs.length === 0) throw new EngineError(400, 'Bad parameters: you must choose at least one stream');
  const { since, until, tail = 'all' } = query;
  return {
    outputs,
    sinceMs: since && since !== '0' ? (parseMoment(since) ?? 0) : Number.NEGATIVE_INFINITY,
    untilMs: until && until !== '0' ? (parseMoment(until) ?? 0) : Number.POSITIVE_INFINITY,
    tail: /^\d+$/.test(tail) ? Number(tail) : undefined,
    hasTimestamps: flag(query.timestamps),
  };
}

function isWanted({ output, timeMs }: LoggedLine, { outputs, sinceMs, untilMs }: LogQuery): boolean {
  return outputs.includes(output) && timeMs >= sinceMs && timeMs <= untilMs;
}

function textOf({ text, isWhole, timeMs }: LoggedLine, { hasTimestamps }: LogQuery): string {
  const time = hasTimestamps ? `${new Date(timeMs).toISOString().replace('Z', '000000Z')} ` : '';
  return `${time}${text}${isWhole ? '\n' : ''}`;
}

/** Some log drivers do not give back what they got. */
function checkIsKept({ spec }: ContainerRecord): void {
  const { Type } = objectOf(spec.hostConfig.LogConfig);
  if (Type === 'none') throw new EngineError(501, 'configured logging driver does not support reading');
}
