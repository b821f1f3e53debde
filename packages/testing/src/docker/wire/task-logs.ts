import { EngineError } from '../../errors.ts';
import { flag, type Reply, type RouteCall } from '../router.ts';
import type { ContainerLog, LoggedLine } from '../state/container-log.ts';
import type { Swarm } from '../swarm/swarm-record.ts';
import type { TaskRecord } from '../swarm/task-record.ts';
import { streamOf } from './frames.ts';
import { isWanted, linesWanted, parseLogQuery, shownLine } from './log-query.ts';

/**
 * What the containers of tasks printed, the newest task's first; with `details`, each line says whose it is. Followed, it
 * goes on with tasks that come later, until the client leaves.
 */
export function taskLogs(
  swarm: Swarm,
  tasksNow: () => readonly TaskRecord[],
  { query, version, signal }: Pick<RouteCall, 'query' | 'version' | 'signal'>,
): Reply {
  checkTail(query.tail || 'all');
  const wanted = parseLogQuery(query);
  const { type, pack } = streamOf({ hasTerminal: false, version });
  const show = ({ task }: TaskLog, lines: readonly LoggedLine[]): Buffer[] => {
    const details = flag(query.details) ? detailsOf(task) : undefined;
    return lines.map(line => pack(line.output, shownLine(line, wanted, details)));
  };
  const logsNow = (): TaskLog[] => logsOf(swarm, tasksNow());
  const logs = logsNow();
  const printed = logs.flatMap(one => show(one, linesWanted(one.log.lines, wanted)));
  if (!flag(query.follow)) return { kind: 'bytes', body: printed, type };
  const told = new Map(logs.map(({ log }) => [log, log.lines.length]));
  const body = async function* (): AsyncGenerator<Buffer> {
    yield* printed;
    while (!signal.aborted && !swarm.life.aborted) {
      const before = logsNow();
      const more = before.flatMap(one => {
        const lines = one.log.lines.slice(told.get(one.log));
        told.set(one.log, one.log.lines.length);
        return show(
          one,
          lines.filter(line => isWanted(line, wanted)),
        );
      });
      yield* more;
      if (more.length === 0) await untilChanged(swarm, before, logsNow, signal);
    }
  };
  return { kind: 'bytes', body: body(), type };
}

interface TaskLog {
  readonly task: TaskRecord;
  readonly log: ContainerLog;
}

function logsOf({ engine }: Swarm, tasks: readonly TaskRecord[]): TaskLog[] {
  return tasks.toReversed().flatMap(task => {
    const log = engine.containers.get(task.containerId ?? '')?.log;
    return log ? [{ task, log }] : [];
  });
}

/** One of them has more, or there are others. */
async function untilChanged(
  swarm: Swarm,
  before: readonly TaskLog[],
  logsNow: () => readonly TaskLog[],
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const any = AbortSignal.any([signal, swarm.life, over.signal]);
  const isOther = (): boolean => logsNow().some(({ log }) => before.every(other => other.log !== log));
  await Promise.race([swarm.changes.until(isOther, any), ...before.map(({ log }) => log.more(any))]);
  over.abort('over');
}

/** A swarm is stricter than a container. */
function checkTail(tail: string): void {
  if (tail === 'all') return;
  if (/^-\d+$/.test(tail)) throw new EngineError(500, 'negative tail values not supported');
  if (!/^\d+$/.test(tail)) throw new EngineError(500, 'tail value must be a positive integer or "all"');
}

function detailsOf({ nodeId, serviceId, id }: TaskRecord): string {
  const details = { 'node.id': nodeId, 'service.id': serviceId, 'task.id': id };
  return Object.entries(details)
    .map(([key, value]) => `com.docker.swarm.${key}=${value}`)
    .join(',');
}
