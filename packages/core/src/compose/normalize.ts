import { Entries, type ReadonlyEntries } from './entries.ts';
import type { Environment } from './environment.ts';
import { Keys } from './keys.ts';
import { type Mapping, mapping, type Node, scalar } from './node.ts';
import { invalid } from './problem.ts';
import { entriesOf, entryOf, isNull, itemsOf, stringOf, stringsOf, withEntry } from './tree.ts';
import type { ResourceNames } from './used-resources.ts';

/**
 * Writes out what a project implies besides its services: its default network, and names of resources.
 *
 * @param model  in its long form, with absolute paths
 * @param used  by the services in their normal form
 * @see Compose Specification, "Networks"
 */
export function normalizeResources(model: Mapping, name: string, used: ResourceNames): Mapping {
  const normal = model.entries.copy();
  const networks = entriesOf(entryOf(model, 'networks')).copy();
  if (used.networks.has('default') && !networks.has('default')) networks.set('default', scalar(null, model));
  if (networks.size > 0) normal.set('networks', mapping(networks, model));
  for (const kind of ['networks', 'volumes', 'configs', 'secrets']) {
    const resources = normal.get(kind);
    if (resources?.kind === 'mapping') normal.set(kind, withNames(resources, name));
  }
  return mapping(normal, model);
}

/**
 * Writes out what a service implies: the default network, what its build reads, and the services that it cannot be
 * without.
 *
 * @see Compose Specification, "links", "network_mode", "volumes_from"
 */
export function normalizeService(service: Node, environment: Environment): Node {
  if (service.kind !== 'mapping') return service;
  const entries = service.entries.copy();
  const pid = entries.get('pid');
  if (isNull(pid)) throw invalid(pid ?? service, 'pid is empty, on which Compose fails.', 'Drop the key.');
  if (stringOf(entries.get('pull_policy')) === 'if_not_present') entries.set('pull_policy', scalar('missing', service));
  const build = entries.get('build');
  if (build?.kind === 'mapping') entries.set('build', normalizeBuild(build, environment));
  // What a provider runs has no container of ours.
  if (!entries.has('network_mode') && !entries.has('provider')) {
    const networks = entries.get('networks');
    const isEmpty = networks === undefined || (networks.kind === 'mapping' && networks.entries.size === 0);
    if (isEmpty) entries.set('networks', mapping(new Entries<Node>(defaultKeys, [scalar(null, service)]), service));
  }
  const dependencies = impliedDependencies(service);
  if (dependencies.size > 0) {
    const all = entriesOf(entries.get('depends_on')).copy();
    for (const [name, dependency] of dependencies) if (!all.has(name)) all.set(name, dependency);
    entries.set('depends_on', mapping(all, service));
  }
  return mapping(entries, service);
}

function normalizeBuild(build: Mapping, environment: Environment): Mapping {
  const entries = build.entries.copy();
  if (!entries.has('dockerfile') && !entries.has('dockerfile_inline')) {
    entries.set('dockerfile', scalar('Dockerfile', build));
  }
  const args = entries.get('args');
  if (args !== undefined) entries.set('args', withValues(args, environment));
  return mapping(entries, build);
}

/** Takes values that are not written from the environment; what has none is left out. */
function withValues(pairs: Node, environment: Environment): Node {
  const given = (key: string, at: Node): Node | undefined => {
    const value = environment.get(key);
    return value === undefined ? undefined : scalar(value, at);
  };
  if (pairs.kind === 'mapping') {
    const entries = new Entries<Node>();
    for (const [key, value] of pairs.entries) {
      const valued = isNull(value) ? given(key, value) : value;
      if (valued !== undefined) entries.set(key, valued);
    }
    return mapping(entries, pairs);
  }
  const entries = new Entries<Node>();
  for (const item of itemsOf(pairs)) {
    const [key = '', ...rest] = (stringOf(item) ?? '').split('=');
    const value = rest.length === 0 ? given(key, item) : scalar(rest.join('='), item);
    if (value !== undefined) entries.set(key, value);
  }
  return mapping(entries, pairs);
}

const defaultKeys = Keys.of('default');
const impliedKeys = Keys.of('condition', 'restart', 'required');
const sharingAttributes = ['network_mode', 'ipc', 'pid', 'uts', 'cgroup'];

/** Whose network, processes or volumes a service shares. */
function impliedDependencies(service: Mapping): ReadonlyEntries<Node> {
  const dependencies = new Entries<Node>();
  for (const link of stringsOf(entryOf(service, 'links'))) {
    const parts = link.split(':');
    add(parts.length === 2 ? parts[0] : link, true);
  }
  for (const attribute of sharingAttributes) {
    const mode = stringOf(entryOf(service, attribute));
    if (mode?.startsWith('service:')) add(mode.slice('service:'.length), true);
  }
  for (const volumes of stringsOf(entryOf(service, 'volumes_from'))) {
    if (!volumes.startsWith('container:')) add(volumes.split(':', 1)[0], false);
  }
  return dependencies;

  function add(name: string | undefined, restart: boolean): void {
    if (name === undefined || dependencies.has(name)) return;
    const values = ['service_started', restart, true].map(value => scalar(value, service));
    dependencies.set(name, mapping(new Entries<Node>(impliedKeys, values), service));
  }
}

function withNames(resources: Mapping, project: string): Mapping {
  const named = new Entries<Node>();
  for (const [key, resource] of resources.entries) {
    const attributes = resource.kind === 'mapping' ? resource : mapping(new Entries(), resource);
    const name = isExternal(attributes) ? key : `${project}_${key}`;
    const hasName = attributes.entries.has('name') && !isNull(attributes.entries.get('name'));
    named.set(key, hasName ? attributes : withEntry(attributes, 'name', scalar(name, resource)));
  }
  return mapping(named, resources);
}

function isExternal(resource: Mapping): boolean {
  const external = entryOf(resource, 'external');
  return external?.kind === 'scalar' && `${external.value}` === 'true';
}
