import { Entries, type ReadonlyEntries } from './entries.ts';
import type { Environment } from './environment.ts';
import {
  entriesOf,
  entryOf,
  isNull,
  type Mapping,
  mapping,
  type Node,
  scalar,
  stringOf,
  stringsOf,
  withEntry,
} from './tree.ts';

/**
 * Writes out what a project implies: its default network, names of resources, what a build reads, and the services that
 * others cannot be without.
 *
 * @param model  in its long form, with absolute paths
 * @see Compose Specification, "Networks", "links", "network_mode", "volumes_from"
 */
export function normalize(model: Mapping, name: string, environment: Environment): Mapping {
  const services = new Entries<Node>();
  for (const [key, service] of entriesOf(entryOf(model, 'services'))) {
    services.set(key, service.kind === 'mapping' ? normalizeService(service, environment) : service);
  }
  const normal = model.entries.copy();
  if (services.size > 0) normal.set('services', mapping(services, model));
  const networks = entriesOf(entryOf(model, 'networks')).copy();
  const usesDefault = services.values.some(service => entryOf(entryOf(service, 'networks'), 'default'));
  if (usesDefault && !networks.has('default')) networks.set('default', scalar(null, model));
  if (networks.size > 0) normal.set('networks', mapping(networks, model));
  for (const kind of ['networks', 'volumes', 'configs', 'secrets']) {
    const resources = normal.get(kind);
    if (resources?.kind === 'mapping') normal.set(kind, withNames(resources, name));
  }
  return mapping(normal, model);
}

function normalizeService(service: Mapping, environment: Environment): Mapping {
  const entries = service.entries.copy();
  if (stringOf(entries.get('pull_policy')) === 'if_not_present') entries.set('pull_policy', scalar('missing', service));
  const build = entries.get('build');
  if (build?.kind === 'mapping') entries.set('build', normalizeBuild(build, environment));
  // What a provider runs has no container of ours.
  if (!entries.has('network_mode') && !entries.has('provider')) {
    const networks = entries.get('networks');
    const isEmpty = networks === undefined || (networks.kind === 'mapping' && networks.entries.size === 0);
    if (isEmpty) entries.set('networks', mapping(new Entries<Node>().set('default', scalar(null, service)), service));
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
  const given = (key: string, at: Node): readonly (readonly [string, Node])[] => {
    const value = environment.get(key);
    return value === undefined ? [] : [[key, scalar(value, at)]];
  };
  if (pairs.kind === 'mapping') {
    const entries = [...pairs.entries].flatMap(([key, value]) =>
      isNull(value) ? given(key, value) : [[key, value] as const],
    );
    return mapping(Entries.of(entries), pairs);
  }
  const items = pairs.kind === 'sequence' ? pairs.items : [];
  const entries = items.flatMap(item => {
    const [key = '', ...rest] = (stringOf(item) ?? '').split('=');
    return rest.length === 0 ? given(key, item) : [[key, scalar(rest.join('='), item)] as const];
  });
  return mapping(Entries.of(entries), pairs);
}

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
    const parts = { condition: 'service_started', restart, required: true };
    const entries = Object.entries(parts).map(([key, value]) => [key, scalar(value, service)] as const);
    dependencies.set(name, mapping(Entries.of<Node>(entries), service));
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
