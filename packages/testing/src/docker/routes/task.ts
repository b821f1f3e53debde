import { json, type Reply, type Route, type RouteCall } from '../router.ts';
import { findByName, type Swarm, swarmOf } from '../swarm/swarm-record.ts';
import { slotName, type TaskRecord } from '../swarm/task-record.ts';
import { parseFilters } from '../wire/filters.ts';
import { taskLogs } from '../wire/task-logs.ts';
import { listTasks, taskFilters, taskView } from '../wire/task-view.ts';

export const taskRoutes: readonly Route[] = [
  { method: 'GET', path: '/tasks', handle: list },
  { method: 'GET', path: '/tasks/{id}', handle: inspect },
  { method: 'GET', path: '/tasks/{id}/logs', handle: logs },
];

function list({ state, query }: RouteCall): Reply {
  const swarm = swarmOf(state);
  return json(listTasks(swarm, parseFilters(query.filters, taskFilters)).map(task => taskView(swarm, task)));
}

function inspect({ state, params }: RouteCall): Reply {
  const swarm = swarmOf(state);
  return json(taskView(swarm, findTask(swarm, params.id ?? '')));
}

function logs(call: RouteCall): Reply {
  const swarm = swarmOf(call.state);
  const task = findTask(swarm, call.params.id ?? '');
  return taskLogs(swarm, () => [task], call);
}

function findTask({ tasks }: Swarm, nameOrId: string): TaskRecord {
  return findByName('task', tasks.values(), nameOrId, task => `${slotName(task)}.${task.id}`);
}
