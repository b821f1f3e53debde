import { EngineError } from '../../errors.ts';
import { flag, type Reply, type RouteCall } from '../router.ts';
import type { Swarm } from '../swarm/swarm-record.ts';
import type { TaskRecord } from '../swarm/task-record.ts';
import { streamOf } from './frames.ts';
import { linesWanted, parseLogQuery, shownLine } from './log-query.ts';

/** What the containers of tasks printed, the newest task's first; with `details`, each line says whose it is. */
export function taskLogs(
  { engine }: Swarm,
  tasks: readonly TaskRecord[],
  { query, version }: Pick<RouteCall, 'query' | 'version'>,
): Reply {
  checkTail(query.tail || 'all');
  const wanted = parseLogQuery(query);
  const { type, pack } = streamOf({ hasTerminal: false, version });
  const body = tasks.toReversed().flatMap(task => {
    const lines = engine.containers.get(task.containerId ?? '')?.log.lines ?? [];
    const details = flag(query.details) ? detailsOf(task) : undefined;
    return linesWanted(lines, wanted).map(line => pack(line.output, shownLine(line, wanted, details)));
  });
  return { kind: 'bytes', body, type };
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
