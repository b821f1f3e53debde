import { NotModelledError } from '../../errors.ts';
import type { TaskSpec } from './service-record.ts';
import type { NodeRecord, Swarm } from './swarm-record.ts';
import { hasEnded, type TaskRecord } from './task-record.ts';

/** Why the node does not take a task, in the scheduler's words; `undefined` if it does. */
export function whyPending(swarm: Swarm, task: TaskRecord): string | undefined {
  const { node } = swarm;
  // The task of a global service is made for its node.
  if (task.slot > 0 && node.availability !== 'active') return 'no suitable node (1 node not available for new tasks)';
  if (!fitsConstraints(node, task.spec)) return 'no suitable node (scheduling constraints not satisfied on 1 node)';
  if (isPortTaken(swarm, task)) return 'no suitable node (host-mode port already in use on 1 node)';
  return undefined;
}

/** It takes new tasks, and this one's constraints fit. */
export function takes(node: NodeRecord, spec: TaskSpec): boolean {
  return node.availability === 'active' && fitsConstraints(node, spec);
}

function fitsConstraints(node: NodeRecord, { constraints }: TaskSpec): boolean {
  return constraints.every(text => fits(node, text));
}

/** `node.labels.disk == ssd`, `node.role!=manager` */
function fits(node: NodeRecord, constraint: string): boolean {
  const [, key = '', operator, value = ''] = /^\s*([\w.-]+)\s*(==|!=)\s*(.*?)\s*$/.exec(constraint) ?? [];
  return (attributeOf(node, key).toLowerCase() === value.toLowerCase()) === (operator === '==');
}

function attributeOf({ id, hostname, address, labels }: NodeRecord, key: string): string {
  const attributes: Readonly<Record<string, string>> = {
    'node.id': id,
    'node.hostname': hostname,
    'node.ip': address,
    'node.role': 'manager',
    'node.platform.os': 'linux',
    'node.platform.arch': 'x86_64',
  };
  if (key.startsWith('node.labels.')) return labels[key.slice('node.labels.'.length)] ?? '';
  const value = attributes[key];
  if (value === undefined) throw new NotModelledError(`the placement constraint "${key}"`);
  return value;
}

function isPortTaken({ tasks }: Swarm, task: TaskRecord): boolean {
  const taken = [...tasks.values()]
    .filter(other => other !== task && other.nodeId !== '' && !hasEnded(other))
    .flatMap(hostPorts);
  return hostPorts(task).some(port => taken.includes(port));
}

function hostPorts({ endpointSpec }: TaskRecord): string[] {
  return endpointSpec.ports
    .filter(({ mode, publishedPort }) => mode === 'host' && publishedPort !== 0)
    .map(({ publishedPort, protocol }) => `${publishedPort}/${protocol}`);
}
