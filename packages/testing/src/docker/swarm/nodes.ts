import { reconcile } from './reconcile.ts';
import { refusal } from './services.ts';
import { emitSwarm, touch } from './stamp.ts';
import { findByName, type NodeRecord, type Swarm } from './swarm-record.ts';
import { isWanted } from './task-record.ts';
import { restartTask } from './tasks.ts';

export type NodeSpec = Pick<NodeRecord, 'name' | 'labels' | 'availability'> & { readonly role: string };

/** A node that is drained loses its tasks; they wait for one that takes them. */
export function updateNode(swarm: Swarm, node: NodeRecord, spec: NodeSpec, version: number): void {
  if (version !== node.version) throw refusal(500, 'Unknown', 'update out of sequence');
  if (spec.role !== 'manager') {
    throw refusal(400, 'FailedPrecondition', 'attempting to demote the last manager of the swarm');
  }
  const before = node.availability;
  node.name = spec.name;
  node.labels = spec.labels;
  node.availability = spec.availability;
  touch(swarm, node);
  emitSwarm(swarm.engine, 'node', 'update', node.id, {
    name: node.hostname,
    ...(before !== node.availability && { 'availability.old': before, 'availability.new': node.availability }),
  });
  if (node.availability === 'drain') drain(swarm);
  for (const service of [...swarm.services.values()]) reconcile(swarm, service);
}

export function findNode({ node }: Swarm, nameOrId: string): NodeRecord {
  return findByName('node', [node], nameOrId, ({ hostname }) => hostname);
}

/** Tasks of global services are taken away by their service. */
function drain(swarm: Swarm): void {
  const placed = [...swarm.tasks.values()].filter(task => task.nodeId !== '' && isWanted(task));
  for (const task of placed.filter(({ slot }) => slot > 0)) restartTask(swarm, task);
}
