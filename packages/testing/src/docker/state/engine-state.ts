import type { EngineClock } from '../../clock/engine-clock.ts';
import type { FileTree } from '../../files/file-system.ts';
import type { FakeRegistry } from '../../registry/fake-registry.ts';
import type { EngineProfile } from '../engine-profile.ts';
import type { Swarm } from '../swarm/swarm-record.ts';
import type { AddressPool } from './addresses.ts';
import type { ContainerRecord } from './container-record.ts';
import { EventBus } from './event-bus.ts';
import type { ExecRecord } from './exec-record.ts';
import { createIds, type Ids } from './ids.ts';
import { ImageStore, type ImageStoreKind } from './image-store.ts';
import { type NetworkRecord, predefinedNetworks } from './network-record.ts';
import type { VolumeRecord } from './volumes.ts';

/** All that the fake engine knows. Functions of this folder change it; nothing else does. */
export interface EngineState {
  readonly profile: EngineProfile;
  readonly imageStore: ImageStoreKind;
  /** Where it would keep its data. */
  readonly dataDirectory: string;
  readonly clock: EngineClock;
  /** Ends when the daemon does: what it was about to do is not done. */
  life: AbortController;
  /** Between two daemons: nobody starts a container again. */
  isDown: boolean;
  readonly ids: Ids;
  readonly registry: FakeRegistry;
  readonly events: EventBus;
  readonly images: ImageStore;
  /** By id, in the order of creation. */
  readonly containers: Map<string, ContainerRecord>;
  /** By id. */
  readonly networks: Map<string, NetworkRecord>;
  /** By id of the network. */
  readonly addresses: Map<string, AddressPool>;
  /** By name. */
  readonly volumes: Map<string, VolumeRecord>;
  /** The one it is in. */
  swarm: Swarm | undefined;
  /** What containers have made on the host, by the path they mount. */
  readonly hostFiles: Map<string, FileTree>;
  /** By id. */
  readonly execs: Map<string, ExecRecord>;
}

export interface EngineStateOptions {
  readonly profile: EngineProfile;
  readonly imageStore: ImageStoreKind;
  readonly clock: EngineClock;
  readonly seed: number;
  readonly registry: FakeRegistry;
}

export function createEngineState({ seed, ...options }: EngineStateOptions): EngineState {
  const ids = createIds(seed);
  const networks = predefinedNetworks(ids, options.clock.now());
  return {
    ...options,
    dataDirectory: '/var/lib/docker',
    life: new AbortController(),
    isDown: false,
    ids,
    events: new EventBus(),
    images: new ImageStore(options.imageStore),
    containers: new Map(),
    networks: new Map(networks.map(network => [network.id, network])),
    addresses: new Map(),
    volumes: new Map(),
    swarm: undefined,
    hostFiles: new Map(),
    execs: new Map(),
  };
}
