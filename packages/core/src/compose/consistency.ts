import { objectOf } from '../json.ts';
import { type Compat, isBefore } from './compat.ts';
import type { ComposeResource } from './compose-model.ts';
import type { ReadonlyEntries } from './entries.ts';
import { invalid } from './problem.ts';
import { checkReferences } from './references.ts';
import { scaleOf } from './service.ts';
import { entriesOf, entryOf, itemsOf, type Mapping, type Node, stringOf, stringsOf } from './tree.ts';

/**
 * Checks what one attribute cannot tell alone: that references lead somewhere and names are not taken twice.
 *
 * @param model  in its normal form
 * @param options.printed  all services, as Compose prints them
 */
export function checkConsistency(
  model: Mapping,
  {
    printed,
    enabled,
    compat,
  }: {
    readonly printed: ReadonlyMap<string, ComposeResource>;
    readonly enabled: ReadonlySet<string>;
    readonly compat: Compat;
  },
): void {
  const services = entriesOf(entryOf(model, 'services'));
  for (const name of enabled) {
    const node = services.get(name) ?? model;
    const service = printed.get(name) ?? {};
    checkSource(name, node, service);
    checkReferences(name, node, { model, services, enabled });
    checkBuild(name, node);
    checkHealth(name, node, service);
    checkLimits(name, node, service);
    checkScale(name, node, service);
    checkWatches(name, node);
    if (isBefore(compat, '2.40')) continue;
    checkMounts(name, node);
    checkCount(name, node, service);
  }
  checkSecrets(model);
  if (!isBefore(compat, '2.40')) checkContainerNames(services, enabled);
  checkCycles(services, enabled);
}

function checkSource(name: string, node: Node, { image, build, provider }: ComposeResource): void {
  if (image || build || provider) return;
  throw invalid(
    node,
    `services.${name} has neither an image nor a build.`,
    'Give it one; an override file must follow the file that it overrides.',
  );
}

function checkBuild(name: string, node: Node): void {
  const build = entryOf(node, 'build');
  if (build !== undefined && stringOf(entryOf(build, 'dockerfile')) && stringOf(entryOf(build, 'dockerfile_inline'))) {
    throw invalid(build, `services.${name}.build has both dockerfile and dockerfile_inline.`, 'Keep one of them.');
  }
  const [platform, platforms] = [stringOf(entryOf(node, 'platform')), stringsOf(entryOf(build, 'platforms'))];
  if (build !== undefined && platform && platforms.length > 0 && !platforms.includes(platform)) {
    throw invalid(build, `services.${name}.build.platforms does not list the platform of the service.`, 'Add it.');
  }
}

function checkHealth(name: string, node: Node, printed: ComposeResource): void {
  const { test } = objectOf(printed.healthcheck);
  if (!Array.isArray(test) || ['NONE', 'CMD', 'CMD-SHELL'].includes(String(test[0]))) return;
  throw invalid(
    entryOf(entryOf(node, 'healthcheck'), 'test') ?? node,
    `services.${name}.healthcheck.test must start with CMD, CMD-SHELL or NONE.`,
  );
}

/** The same limit may be written in two places, but only once the same. */
const limits = [
  ['cpus', 'limits', 'cpus'],
  ['mem_limit', 'limits', 'memory'],
  ['mem_reservation', 'reservations', 'memory'],
  ['pids_limit', 'limits', 'pids'],
] as const;

function checkLimits(name: string, node: Node, printed: ComposeResource): void {
  if (printed.deploy === undefined) return;
  const { resources } = objectOf(printed.deploy);
  for (const [key, kind, resource] of limits) {
    const given = objectOf(resources)[kind];
    if (printed[key] === undefined || given === undefined || objectOf(given)[resource] === printed[key]) continue;
    throw invalid(
      entryOf(node, key) ?? node,
      `services.${name} has ${key} and another deploy.resources.${kind}.${resource}.`,
      'Keep one of them, or make them equal.',
    );
  }
}

/** Compose counts containers from 0 on. */
function checkCount(name: string, node: Node, printed: ComposeResource): void {
  const { replicas } = objectOf(printed.deploy);
  if (Number(printed.scale ?? 0) >= 0 && Number(replicas ?? 0) >= 0) return;
  throw invalid(node, `services.${name} has less than 0 containers.`, 'Write 0 for none.');
}

function checkScale(name: string, node: Node, printed: ComposeResource): void {
  const { replicas } = objectOf(printed.deploy);
  const { scale } = printed;
  if (scale !== undefined && replicas !== undefined && scale !== replicas) {
    throw invalid(node, `services.${name} has scale ${scale} but deploy.replicas ${replicas}.`, 'Keep one of them.');
  }
  if (printed.container_name !== undefined && scaleOf(printed) > 1) {
    throw invalid(
      node,
      `services.${name} has a container_name, so it cannot have ${scaleOf(printed)} containers.`,
      'Drop one of the two.',
    );
  }
}

function checkWatches(name: string, node: Node): void {
  for (const watch of itemsOf(entryOf(entryOf(node, 'develop'), 'watch'))) {
    const isTargetless = ['rebuild', 'restart'].includes(stringOf(entryOf(watch, 'action')) ?? '');
    if (!isTargetless && !stringOf(entryOf(watch, 'target'))) {
      throw invalid(watch, `services.${name}.develop.watch has no target.`, 'Say where in the container the files go.');
    }
  }
}

/** Nothing else can be mounted where something is. */
function checkMounts(name: string, node: Node): void {
  const tmpfs = stringsOf(entryOf(node, 'tmpfs'));
  const volumes = itemsOf(entryOf(node, 'volumes'));
  if (tmpfs.length + volumes.length < 2) return;
  const taken = new Set<string>();
  const take = (target: string): void => {
    if (taken.has(target)) throw invalid(node, `services.${name} mounts two things at ${target}.`, 'Keep one of them.');
    taken.add(target);
  };
  for (const mount of tmpfs) take(mount.split(':', 1)[0] ?? '');
  for (const volume of volumes) take(stringOf(entryOf(volume, 'target')) ?? '');
}

function checkSecrets(model: Mapping): void {
  for (const [name, secret] of entriesOf(entryOf(model, 'secrets'))) {
    const external = entryOf(secret, 'external');
    if (external?.kind === 'scalar' && external.value === true) continue;
    if (stringOf(entryOf(secret, 'file')) || stringOf(entryOf(secret, 'environment'))) continue;
    throw invalid(secret, `secrets.${name} has neither a file nor an environment.`, 'Give it one of them.');
  }
}

function checkContainerNames(services: ReadonlyEntries<Node>, enabled: ReadonlySet<string>): void {
  const owners = new Map<string, string>();
  for (const name of enabled) {
    const node = services.get(name);
    const containerName = stringOf(entryOf(node, 'container_name'));
    if (node === undefined || containerName === undefined) continue;
    const owner = owners.get(containerName);
    if (owner !== undefined) {
      throw invalid(
        node,
        `services.${name} and services.${owner} have the same container_name "${containerName}".`,
        'Rename one.',
      );
    }
    owners.set(containerName, name);
  }
}

/** Follows dependencies from every service; the chain is kept in a list, for it may be longer than the call stack. */
function checkCycles(services: ReadonlyEntries<Node>, enabled: ReadonlySet<string>): void {
  const finished = new Set<string>();
  const open = new Set<string>();
  const chain: Link[] = [];
  const follow = (name: string): void => {
    const node = enabled.has(name) && !finished.has(name) ? services.get(name) : undefined;
    if (node === undefined) return;
    const dependencies = entriesOf(entryOf(node, 'depends_on')).keys;
    chain.push({ name, node, dependencies, left: dependencies.length });
    open.add(name);
  };
  for (const start of enabled) {
    follow(start);
    for (let link = chain.at(-1); link !== undefined; link = chain.at(-1)) {
      link.left -= 1;
      const next = link.dependencies[link.left];
      if (next === undefined) {
        finished.add(link.name);
        open.delete(link.name);
        chain.pop();
      } else if (open.has(next)) {
        const circle = [...chain.map(({ name }) => name), next].slice(chain.findIndex(({ name }) => name === next));
        throw invalid(
          link.node,
          `services depend on each other in a circle: ${circle.join(' → ')}.`,
          'Break the cycle.',
        );
      } else {
        follow(next);
      }
    }
  }
}

interface Link {
  readonly name: string;
  readonly node: Node;
  readonly dependencies: readonly string[];
  /** How many of them are still to be followed, the last one first. */
  left: number;
}
