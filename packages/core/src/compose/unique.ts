import { type Mapping, type Node, sequence } from './node.ts';
import { invalid } from './problem.ts';
import { createRewrites, type Rewrite, rewriteModel } from './rewrite.ts';
import type { Rules } from './rules.ts';
import { scalarText } from './scalar-text.ts';
import { entryOf, stringOf } from './tree.ts';
import { parseVolume } from './volume.ts';

/** Lets the later of two items that mean the same thing take the place of the earlier. */
export function withUniqueItems(model: Mapping): Mapping {
  return rewriteModel(model, uniqueLists, undefined);
}

/** What two items must share to be the same; `undefined` keeps the item. */
type Identity = (item: Node) => string | undefined;

function uniqueItems(node: Node, identify: Identity): Node {
  if (node.kind !== 'sequence') return node;
  const { items } = node;
  const identities = items.map(identify);
  if (areDifferent(identities)) return node;
  const kept: Node[] = [];
  const indexes = new Map<string, number>();
  for (const [place, item] of items.entries()) {
    const identity = identities[place];
    const index = identity === undefined ? undefined : indexes.get(identity);
    if (index !== undefined) kept[index] = item;
    else if (identity === undefined) kept.push(item);
    else indexes.set(identity, kept.push(item) - 1);
  }
  return kept.length === items.length ? node : sequence(kept, node, node.mark);
}

function areDifferent(identities: readonly (string | undefined)[]): boolean {
  if (identities.length > maxCompared) return false;
  for (let index = 1; index < identities.length; index += 1) {
    const identity = identities[index];
    if (identity !== undefined && identities.indexOf(identity) < index) return false;
  }
  return true;
}

/** Each with each. */
const maxCompared = 20;

const byValue: Identity = item => {
  if (item.kind !== 'scalar') return undefined;
  if (item.value instanceof Date) throw invalid(item, 'an item must not be a date.', 'Put it in quotes.');
  return scalarText(item.value);
};

const byKey: Identity = item => stringOf(item)?.replace(/=.*$/s, '') ?? byValue(item);

const byTarget: Identity = item => {
  const short = stringOf(item);
  if (short !== undefined) return parseVolume(short)?.target;
  return item.kind === 'mapping' ? targetOf(item, 'Say where in the container it is.') : undefined;
};

function targetOf(item: Node, hint: string): string {
  const target = entryOf(item, 'target');
  if (target?.kind !== 'scalar') throw invalid(item, 'the attribute target is missing.', hint);
  return scalarText(target.value);
}

const byPath: Identity = item => stringOf(item) ?? stringOf(entryOf(item, 'path'));

const byPort: Identity = item => {
  if (item.kind !== 'mapping') return byValue(item);
  const published = entryOf(item, 'published');
  // Compose tells 80 from "80" here.
  const isNumber = published?.kind === 'scalar' && typeof published.value !== 'string';
  const [ip, host] = [textAt(item, 'host_ip', '0.0.0.0'), textAt(item, 'published', '')];
  const target = targetOf(item, 'Name a port of the container.');
  return `${ip}:${isNumber ? 'number ' : ''}${host}:${target}/${textAt(item, 'protocol', 'tcp')}`;
};

function textAt(item: Node, key: string, otherwise: string): string {
  const entry = entryOf(item, key);
  return entry?.kind === 'scalar' ? scalarText(entry.value) : otherwise;
}

function byMount(directory: string): Identity {
  return item => {
    const source = stringOf(item) ?? stringOf(entryOf(item, 'source'));
    return stringOf(entryOf(item, 'target')) ?? `${directory}/${source}`;
  };
}

const identities: readonly (readonly [path: string, identity: Identity])[] = [
  ...['environment', 'labels', 'annotations', 'sysctls', 'deploy.labels'].map(path => service(path, byKey)),
  ...['build.args', 'build.labels', 'build.additional_contexts'].map(path => service(path, byKey)),
  ...['cap_add', 'cap_drop', 'dns', 'dns_opt', 'dns_search', 'links', 'profiles', 'tmpfs'].map(path =>
    service(path, byKey),
  ),
  ...['build.tags', 'networks.*.aliases', 'networks.*.link_local_ips'].map(path => service(path, byKey)),
  ...['expose', 'label_file'].map(path => service(path, byValue)),
  service('devices', byTarget),
  service('env_file', byPath),
  service('ports', byPort),
  service('volumes', byTarget),
  service('configs', byMount('')),
  service('secrets', byMount('/run/secrets')),
  ['networks.*.labels', byKey],
];

/** What makes the items of a sequence unique, by path. */
export const uniqueness: readonly (readonly [path: string, rewrite: Rewrite<unknown>])[] = identities.map(
  ([path, identity]) => [path, node => uniqueItems(node, identity)],
);

export const uniqueLists: Rules<Rewrite<unknown>> = createRewrites<unknown>(uniqueness);

function service(path: string, identity: Identity): readonly [string, Identity] {
  return [`services.*.${path}`, identity];
}
