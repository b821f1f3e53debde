import { type Dependency, dependenciesOf } from './dependencies.ts';
import { invalid } from './problem.ts';
import { entriesOf, entryOf, itemsOf, type Mapping, type Node, stringOf, stringsOf } from './tree.ts';
import { parseVolume } from './volume.ts';

export interface Surroundings {
  readonly model: Mapping;
  readonly services: Node | undefined;
  readonly enabled: ReadonlyMap<string, Node>;
}

/** Checks that the services, networks, volumes, configs, secrets and models that a service names are defined. */
export function checkReferences(name: string, node: Node, surroundings: Surroundings): void {
  for (const dependency of dependenciesOf(node)) checkDependency(name, dependency, surroundings);
  checkNetworks(name, node, surroundings.model);
  checkVolumes(name, node, surroundings.model);
  for (const kind of ['configs', 'secrets']) {
    for (const item of itemsOf(entryOf(node, kind)))
      checkReference(name, item, kind, sourceOf(item), surroundings.model);
  }
  for (const item of itemsOf(entryOf(entryOf(node, 'build'), 'secrets'))) {
    checkReference(name, item, 'secrets', sourceOf(item), surroundings.model);
  }
  const models = entryOf(node, 'models');
  for (const model of namesIn(models)) checkReference(name, models ?? node, 'models', model, surroundings.model);
}

function checkDependency(
  name: string,
  { name: other, required, node }: Dependency,
  { services, enabled }: Surroundings,
): void {
  if (enabled.has(other)) return;
  const exists = entryOf(services, other) !== undefined;
  if (exists && !required) return;
  throw invalid(
    node,
    `services.${name} depends on the service "${other}", which ${exists ? 'no active profile enables' : 'is not defined'}.`,
    exists
      ? 'Activate one of its profiles, or make the dependency required: false.'
      : 'Correct the name, or define it.',
  );
}

function checkNetworks(name: string, node: Node, model: Mapping): void {
  const networks = entryOf(node, 'networks');
  const mode = entryOf(node, 'network_mode');
  if (namesIn(networks).length > 0 && mode !== undefined && stringOf(mode)) {
    throw invalid(mode, `services.${name} has both network_mode and networks.`, 'Keep one of them.');
  }
  for (const network of namesIn(networks)) {
    if (network !== 'default') checkReference(name, networks ?? node, 'networks', network, model);
  }
}

function checkVolumes(name: string, node: Node, model: Mapping): void {
  for (const item of itemsOf(entryOf(node, 'volumes'))) {
    const short = stringOf(item);
    const volume = short === undefined ? undefined : parseVolume(short);
    const type = volume?.type ?? stringOf(entryOf(item, 'type'));
    const source = volume === undefined ? stringOf(entryOf(item, 'source')) : volume.source;
    if (type === 'volume' && source) checkReference(name, item, 'volumes', source, model);
  }
}

function checkReference(name: string, at: Node, kind: string, reference: string | undefined, model: Mapping): void {
  if (reference === undefined || entryOf(entryOf(model, kind), reference) !== undefined) return;
  const noun = kind.replace(/s$/, '');
  throw invalid(
    at,
    `services.${name} refers to the ${noun} "${reference}", which is not defined.`,
    `Define it under the top-level ${kind}.`,
  );
}

function namesIn(node: Node | undefined): readonly string[] {
  return node?.kind === 'sequence' ? stringsOf(node) : Array.from(entriesOf(node), ([name]) => name);
}

function sourceOf(item: Node): string | undefined {
  return stringOf(item) ?? stringOf(entryOf(item, 'source'));
}
