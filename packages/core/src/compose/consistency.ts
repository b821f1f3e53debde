import { objectOf } from '../json.ts';
import { type Compat, isBefore } from './compat.ts';
import type { ComposeResource } from './compose-model.ts';
import type { Mapping, Node } from './node.ts';
import { invalid } from './problem.ts';
import { checkReferences, type Surroundings } from './references.ts';
import { scaleOf } from './service.ts';
import { entriesOf, entryOf, itemsOf, stringOf, stringsOf } from './tree.ts';

/** An enabled service in its normal form. */
interface Service {
  readonly name: string;
  readonly node: Node;
  /** As Compose prints it. */
  readonly printed: ComposeResource;
}

/** Checks what one attribute of a service cannot tell alone, and that its references lead somewhere. */
export function checkService(
  { name, node, printed }: Service,
  { compat, ...surroundings }: Surroundings & { readonly compat: Compat },
): void {
  checkSource(name, node, printed);
  checkReferences(name, node, surroundings);
  checkBuild(name, node);
  checkHealth(name, node, printed);
  checkLimits(name, node, printed);
  checkScale(name, node, printed);
  checkWatches(name, node);
  if (isBefore(compat, '2.40')) return;
  checkMounts(name, node);
  checkCount(name, node, printed);
}

/** What the services of a project say of each other. */
export interface Link {
  readonly node: Node;
  /** In their normal form. */
  readonly dependencies: readonly string[];
}

/** Checks secrets, that names are not taken twice, and that services do not depend on each other in a circle. */
export function checkProject(model: Mapping, services: ReadonlyMap<string, Link>, compat: Compat): void {
  checkSecrets(model);
  if (!isBefore(compat, '2.40')) checkContainerNames(services);
  checkCycles(services);
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

function checkContainerNames(services: ReadonlyMap<string, Link>): void {
  const owners = new Map<string, string>();
  for (const [name, { node }] of services) {
    const containerName = stringOf(entryOf(node, 'container_name'));
    if (containerName === undefined) continue;
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
function checkCycles(services: ReadonlyMap<string, Link>): void {
  const finished = new Set<string>();
  const open = new Set<string>();
  const chain: { readonly name: string; readonly link: Link; left: number }[] = [];
  const follow = (name: string): void => {
    const link = finished.has(name) ? undefined : services.get(name);
    if (link === undefined) return;
    chain.push({ name, link, left: link.dependencies.length });
    open.add(name);
  };
  for (const start of services.keys()) {
    follow(start);
    for (let last = chain.at(-1); last !== undefined; last = chain.at(-1)) {
      last.left -= 1;
      const next = last.link.dependencies[last.left];
      if (next === undefined) {
        finished.add(last.name);
        open.delete(last.name);
        chain.pop();
      } else if (open.has(next)) {
        const circle = [...chain.map(({ name }) => name), next].slice(chain.findIndex(({ name }) => name === next));
        throw invalid(
          last.link.node,
          `services depend on each other in a circle: ${circle.join(' → ')}.`,
          'Break the cycle.',
        );
      } else {
        follow(next);
      }
    }
  }
}
