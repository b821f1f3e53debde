import { setMaxListeners } from 'node:events';
import { EngineError } from '../../errors.ts';
import { hostName } from '../engine-profile.ts';
import type { EngineState } from '../state/engine-state.ts';
import { freeSubnet } from '../state/networks.ts';
import { removeContainer } from '../state/remove-container.ts';
import { Changes } from './changes.ts';
import { delayStart } from './delay-start.ts';
import { createOverlay } from './overlays.ts';
import { reconcile } from './reconcile.ts';
import { emitSwarm, swarmId } from './stamp.ts';
import type { JoinTokens, NodeRecord, Swarm } from './swarm-record.ts';
import { hasEnded, isWanted } from './task-record.ts';
import { driveTask, restartTask } from './tasks.ts';

export interface SwarmOptions {
  /** Of the node, without a port; default `127.0.0.1`. */
  readonly address?: string | undefined;
  readonly availability?: NodeRecord['availability'] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** How many tasks of a slot are remembered; default 5. */
  readonly taskHistoryLimit?: number | undefined;
}

/** The engine becomes the only node of a new swarm. */
export function initSwarm(
  engine: EngineState,
  { address = '127.0.0.1', availability = 'active', labels = {}, taskHistoryLimit = 5 }: SwarmOptions,
): Swarm {
  if (engine.swarm) {
    throw new EngineError(
      503,
      'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.',
    );
  }
  const now = engine.clock.now();
  const left = new AbortController();
  const times = { createdMs: now, updatedMs: now };
  const swarm: Swarm = {
    ...times,
    id: swarmId(engine.ids, 'swarm'),
    version: 10,
    engine,
    node: {
      ...times,
      id: swarmId(engine.ids, 'node'),
      version: 9,
      hostname: hostName,
      address,
      name: '',
      labels: {},
      availability,
    },
    changes: new Changes(),
    left,
    life: lifeOf(engine, left),
    lastVersion: 10,
    taskHistoryLimit,
    labels,
    joinTokens: makeTokens(engine),
    services: new Map(),
    tasks: new Map(),
    secrets: new Map(),
    configs: new Map(),
  };
  engine.swarm = swarm;
  watchContainers(swarm);
  emitSwarm(engine, 'node', 'update', swarm.node.id, {
    name: hostName,
    'state.new': 'ready',
    'state.old': 'unknown',
  });
  createOverlay(engine, ingressSpec, { isIngress: true });
  addGatewayBridge(engine);
  return swarm;
}

/** The last manager takes the whole swarm with it. */
export function leaveSwarm(engine: EngineState, { force }: { readonly force: boolean }): void {
  const { swarm } = engine;
  if (!swarm) throw new EngineError(503, 'This node is not part of a swarm');
  if (!force) {
    throw new EngineError(
      503,
      'You are attempting to leave the swarm on a node that is participating as a manager. Removing the last manager erases all current state of the swarm. Use `--force` to ignore this message. ',
    );
  }
  swarm.left.abort();
  engine.swarm = undefined;
  for (const { containerId } of swarm.tasks.values()) {
    if (containerId !== undefined && engine.containers.has(containerId)) {
      removeContainer(engine, containerId, { force: true });
    }
  }
  for (const { id, overlay } of [...engine.networks.values()]) if (overlay) engine.networks.delete(id);
}

/** The daemon is there again: what was going on in the swarm goes on. */
export function resumeSwarm(engine: EngineState): void {
  const { swarm } = engine;
  if (!swarm) return;
  swarm.life = lifeOf(engine, swarm.left);
  watchContainers(swarm);
  for (const task of [...swarm.tasks.values()]) {
    if (task.desired === 'ready') void delayStart(swarm, undefined, task, task.spec.restart.delayMs);
    if (!hasEnded(task)) driveTask(swarm, task);
    else if (isWanted(task)) restartTask(swarm, task);
  }
  for (const service of [...swarm.services.values()]) {
    service.rollout = undefined;
    reconcile(swarm, service);
  }
}

/** Tokens that are asked for again are other ones. */
export function rotateTokens(swarm: Swarm, which: { readonly worker: boolean; readonly manager: boolean }): void {
  const fresh = makeTokens(swarm.engine);
  swarm.joinTokens = {
    worker: which.worker ? fresh.worker : swarm.joinTokens.worker,
    manager: which.manager ? fresh.manager : swarm.joinTokens.manager,
  };
}

const ingressSpec = {
  name: 'ingress',
  driver: 'overlay',
  labels: {},
  options: {},
  isInternal: false,
  isAttachable: false,
} as const;

/** How containers of a swarm reach the world. Nothing tells of it, and it stays when the node leaves. */
function addGatewayBridge(engine: EngineState): void {
  const name = 'docker_gwbridge';
  if ([...engine.networks.values()].some(network => network.name === name)) return;
  const prefix = 'com.docker.network.bridge';
  const id = engine.ids.next('network');
  engine.networks.set(id, {
    id,
    name,
    driver: 'bridge',
    createdMs: engine.clock.now(),
    labels: {},
    options: {
      [`${prefix}.enable_icc`]: 'false',
      [`${prefix}.enable_ip_masquerade`]: 'true',
      [`${prefix}.name`]: name,
    },
    isInternal: false,
    isAttachable: false,
    subnet: freeSubnet(engine),
  });
}

/** Every task waits for it, and there may be many. */
function lifeOf({ life }: EngineState, left: AbortController): AbortSignal {
  const signal = AbortSignal.any([left.signal, life.signal]);
  setMaxListeners(0, signal);
  return signal;
}

/** What happens to containers concerns their tasks. */
function watchContainers({ engine, changes, life }: Swarm): void {
  const end = engine.events.subscribe(({ type }) => {
    if (type === 'container') changes.tell();
  });
  life.addEventListener('abort', end, { once: true });
}

function makeTokens({ ids }: EngineState): JoinTokens {
  const root = `${swarmId(ids, 'root')}${swarmId(ids, 'root')}`;
  const token = (kind: string): string => `SWMTKN-1-${root}-${swarmId(ids, kind)}`;
  return { worker: token('worker'), manager: token('manager') };
}
