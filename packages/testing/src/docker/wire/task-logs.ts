import { NotModelledError } from '../../errors.ts';
import { flag, type Reply } from '../router.ts';
import type { Swarm } from '../swarm/swarm-record.ts';
import type { TaskRecord } from '../swarm/task-record.ts';
import { logFrame } from './log-frame.ts';

/** What the containers of tasks printed, the newest task's first; with `details`, each line says whose it is. */
export function taskLogs(
  { engine }: Swarm,
  tasks: readonly TaskRecord[],
  query: Readonly<Record<string, string>>,
): Reply {
  if (flag(query.timestamps) || flag(query.since)) throw new NotModelledError('the times of log lines');
  const tail = Number(query.tail ?? Number.NaN);
  const frames = tasks.toReversed().flatMap(task => {
    const lines = engine.containers.get(task.containerId ?? '')?.log.lines ?? [];
    const prefix = flag(query.details) ? `${detailsOf(task)} ` : '';
    return lines
      .slice(Number.isNaN(tail) ? 0 : -tail)
      .filter(({ output }) => flag(query[output]))
      .map(line => logFrame({ ...line, text: prefix + line.text }));
  });
  return { kind: 'bytes', body: frames, type: 'application/vnd.docker.multiplexed-stream' };
}

function detailsOf({ nodeId, serviceId, id }: TaskRecord): string {
  const details = { 'node.id': nodeId, 'service.id': serviceId, 'task.id': id };
  return Object.entries(details)
    .map(([key, value]) => `com.docker.swarm.${key}=${value}`)
    .join(',');
}
