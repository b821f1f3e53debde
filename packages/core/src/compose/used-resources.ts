import type { Node } from './node.ts';
import { entriesOf, entryOf, itemsOf, stringOf } from './tree.ts';

/** Names of networks, volumes, secrets and configs. */
export type ResourceNames = Readonly<Record<'networks' | 'volumes' | 'secrets' | 'configs', Set<string>>>;

export function noResources(): ResourceNames {
  return { networks: new Set(), volumes: new Set(), secrets: new Set(), configs: new Set() };
}

/** @param service  in its normal form */
export function addUsedResources(service: Node, used: ResourceNames): void {
  for (const network of entriesOf(entryOf(service, 'networks')).keys.names) used.networks.add(network);
  for (const volume of itemsOf(entryOf(service, 'volumes'))) {
    if (stringOf(entryOf(volume, 'type')) === 'volume') used.volumes.add(stringOf(entryOf(volume, 'source')) ?? '');
  }
  addSources(entryOf(service, 'secrets'), used.secrets);
  addSources(entryOf(entryOf(service, 'build'), 'secrets'), used.secrets);
  addSources(entryOf(service, 'configs'), used.configs);
}

function addSources(mounts: Node | undefined, names: Set<string>): void {
  for (const mount of itemsOf(mounts)) names.add(stringOf(entryOf(mount, 'source')) ?? '');
}
