import type { ReadonlyEntries } from './entries.ts';
import type { Mapping, Node } from './node.ts';
import { invalid } from './problem.ts';
import { entriesOf, entryOf, itemsOf, stringOf } from './tree.ts';

export interface Surroundings {
  readonly model: Mapping;
  readonly services: ReadonlyEntries<Node>;
  readonly enabled: ReadonlySet<string>;
}

/** Checks that the services, networks, volumes, configs, secrets and models that a service names are defined. */
export function checkReferences(name: string, node: Node, surroundings: Surroundings): void {
  const { model } = surroundings;
  const dependencies = entriesOf(entryOf(node, 'depends_on'));
  for (const other of dependencies.keys.names) {
    if (!surroundings.enabled.has(other)) checkDependency(name, other, dependencies.get(other), surroundings);
  }
  checkNetworks(name, node, model);
  for (const item of itemsOf(entryOf(node, 'volumes'))) {
    const source = stringOf(entryOf(item, 'source'));
    if (stringOf(entryOf(item, 'type')) === 'volume' && source) checkReference(name, item, 'volumes', source, model);
  }
  checkSources(name, entryOf(node, 'configs'), 'configs', model);
  checkSources(name, entryOf(node, 'secrets'), 'secrets', model);
  checkSources(name, entryOf(entryOf(node, 'build'), 'secrets'), 'secrets', model);
  for (const [key, item] of entriesOf(entryOf(node, 'models'))) checkReference(name, item, 'models', key, model);
  checkContexts(name, entryOf(entryOf(node, 'build'), 'additional_contexts'), surroundings);
}

function checkDependency(name: string, other: string, node: Node | undefined, { services, model }: Surroundings): void {
  const exists = services.has(other);
  const required = entryOf(node, 'required');
  if (exists && required?.kind === 'scalar' && required.value === false) return;
  throw invalid(
    node ?? model,
    `services.${name} depends on the service "${other}", which ${exists ? 'no active profile enables' : 'is not defined'}.`,
    exists
      ? 'Activate one of its profiles, or make the dependency required: false.'
      : 'Correct the name, or define it.',
  );
}

function checkNetworks(name: string, node: Node, model: Mapping): void {
  const networks = entryOf(node, 'networks');
  const mode = entryOf(node, 'network_mode');
  const names = entriesOf(networks).keys.names;
  if (mode !== undefined && stringOf(mode) && names.length > 0) {
    throw invalid(mode, `services.${name} has both network_mode and networks.`, 'Keep one of them.');
  }
  for (const network of names) checkReference(name, entryOf(networks, network) ?? node, 'networks', network, model);
}

function checkSources(name: string, mounts: Node | undefined, kind: string, model: Mapping): void {
  for (const item of itemsOf(mounts)) {
    checkReference(name, item, kind, stringOf(entryOf(item, 'source')) ?? '', model);
  }
}

function checkReference(name: string, at: Node, kind: string, reference: string, model: Mapping): void {
  // The default network need not be defined.
  if (kind === 'networks' && reference === 'default') return;
  if (entryOf(entryOf(model, kind), reference) !== undefined && !isTakenAway(kind, reference)) return;
  const noun = kind.replace(/s$/, '');
  throw invalid(
    at,
    `services.${name} refers to the ${noun} "${reference}", which is not defined.`,
    `Define it under the top-level ${kind}.`,
  );
}

/** Compose takes keys with `x-` for extensions where a service lists its networks and models. */
function isTakenAway(kind: string, name: string): boolean {
  return (kind === 'networks' || kind === 'models') && name.startsWith('x-');
}

/** A build may stand on the image of another one. */
function checkContexts(name: string, contexts: Node | undefined, { services, enabled }: Surroundings): void {
  for (const [key, context] of entriesOf(contexts)) {
    const [kind, other = ''] = (stringOf(context) ?? '').split(/:(.*)/s);
    if (kind !== 'service') continue;
    if (enabled.has(other) && entryOf(services.get(other), 'build') !== undefined) continue;
    throw invalid(
      context,
      `services.${name}.build.additional_contexts.${key}: the service "${other}" is not defined, or has no build.`,
      'Correct the name, or give that service a build.',
    );
  }
}
